"""Every scenario that comes with the project loads, and is not odd."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from simulation.scenario.files import available, shipped
from simulation.scenario.load import examine, load_scenario

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(file for file in FOLDER.rglob("*.toml") if FOLDER / "data" not in file.parents)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_it_loads(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examined = examine(file)
    assert examined.scenario.title
    assert [str(odd) for odd in examined.warnings] == []
    assert len(examined.scenario.fingerprint) == 32


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_description_reads_well_in_a_report_of_any_size(file: Path) -> None:
    """It states no number of people, which ``--set`` changes, and no code."""
    description = load_scenario(file).description
    assert "`" not in description
    assert "thousand" not in description
    assert not re.search(r"\d+ (people|users|customers)", description)


def test_they_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shipped() == FOLDER
    assert available()["base"] == FOLDER / "base.toml"
    assert load_scenario("base").outcomes[:2] == ("less_effort", "fewer_errors")


def test_every_scenario_and_no_data_is_part_of_the_package():
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    packed = {Path(name) for name in wheel}
    for file in FILES:
        name = file.relative_to(FOLDER.parent)
        assert {name, name.parent} & packed - {Path("scenarios")}, name
    assert not {Path("scenarios"), Path("scenarios/data")} & packed
