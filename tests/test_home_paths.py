"""The home of somebody whom the system does not know is no file, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from sweeping import cocreate

from simulation.errors import InputError
from simulation.paths import from_home
from simulation.scenario.load import load_scenario

NOBODY = "~nobody_of_that_name/file.toml"


def test_a_home_that_is_known_is_entered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert from_home("~/here.toml") == tmp_path / "here.toml"
    assert from_home(NOBODY) == Path(NOBODY)


@pytest.mark.parametrize(
    "text",
    [
        f'extends = "{NOBODY}"',
        f'extends = "base"\n[network]\nkind = "edge_list"\nfile = "{NOBODY}"',
    ],
)
def test_a_file_that_names_it_is_refused_with_the_place(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError, match="nobody_of_that_name") as refused:
        load_scenario(path)
    assert refused.value.faults[0].file == path


@pytest.mark.parametrize("command", ["run", "check", "sweep", "report", "verify", "ask"])
def test_a_command_that_is_given_it_is_refused(command: str) -> None:
    done = cocreate(command, NOBODY)
    assert done.code == 2
    assert "nobody_of_that_name" in done.err
