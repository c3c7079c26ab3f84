"""The table from the sources' words to parameters: all that it names exists, and switches work."""

from __future__ import annotations

import re
import tomllib

import pytest
from builders import ROOT

from simulation.recorder.metrics import METRICS
from simulation.scenario.fields import parameters
from simulation.scenario.load import load_scenario

CODE = re.compile(r"`([^`]+)`")


def rows() -> list[list[str]]:
    """Return the cells of the table, row by row."""
    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    section = text.partition("## 10 The sources' words")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


TABLE = rows()
BASE = load_scenario(ROOT / "scenarios" / "base.toml")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_parameters_and_metrics_named_exist(row: list[str]) -> None:
    paths = {parameter.path for parameter in parameters()}
    words, named, measured, _ = row
    assert words
    for path in CODE.findall(named):
        assert path in paths or any(other.startswith(f"{path}.") for other in paths), path
    assert CODE.findall(named)
    assert set(CODE.findall(measured)) <= set(METRICS)
    assert CODE.findall(measured)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_every_switch_is_accepted(row: list[str]) -> None:
    changes = {}
    for setting in CODE.findall(row[3]):
        path, _, value = setting.partition(" = ")
        changes[path] = tomllib.loads(f"value = {value}")["value"]
    assert changes
    off_already = {"imitation", "configuration", "teacher_share", "teaches", "listens"}
    moves = BASE.replace(changes).fingerprint != BASE.fingerprint
    assert moves or {path.rpartition(".")[2] for path in changes} <= off_already


def test_every_lever_of_a_strategy_is_in_the_table() -> None:
    named = {path for row in TABLE for path in CODE.findall(row[1])}
    stem = "companies.*.strategy."
    levers = {p.path for p in parameters() if p.path.startswith(stem)}
    missing = {path for path in levers if ".coupling." not in path} - named
    assert missing == set()
