"""The how-to is true: its experiments load, and it names every design, statistic and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sweeping import TESTS

from simulation.experiment.design import USES, DesignKind
from simulation.experiment.load import load_experiment
from simulation.experiment.outcomes import Statistic

TEXT = (TESTS.parent / "docs" / "howto" / "sweep.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_its_experiments_load(block: str, tmp_path: Path) -> None:
    file = tmp_path / "e.toml"
    file.write_text(block, encoding="utf-8")
    assert load_experiment(file).points


def test_it_names_everything() -> None:
    for kind in DesignKind:
        (row,) = re.findall(rf"^\| `{kind.value}` \|.*$", TEXT, re.MULTILINE)
        assert all(f"`{key}`" in row for key in USES[kind])
    for statistic in Statistic:
        assert f"`{statistic.value}`" in TEXT


def test_its_commands_name_experiments_that_there_are() -> None:
    for name in re.findall(r"experiments/([\w-]+)\.toml", TEXT):
        assert (TESTS.parent / "experiments" / f"{name}.toml").exists()
