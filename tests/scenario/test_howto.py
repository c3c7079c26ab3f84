"""The how-to is true: its TOML loads, its Python runs, its faults are told as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario, parse_settings

TEXT = (Path(__file__).parents[2] / "docs" / "howto" / "write-a-scenario.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", [text for kind, text in BLOCKS if kind == "toml"])
def test_its_scenarios_load(write, block: str) -> None:
    scenario = load_scenario(write(block))
    assert scenario.fingerprint != load_scenario("base").fingerprint


def test_its_python_runs(write) -> None:
    (block,) = [text for kind, text in BLOCKS if kind == "python"]
    names: dict[str, object] = {}
    exec(compile(block, "howto", "exec"), names)  # noqa: S102  (our own document)
    assert getattr(names["what_if"], "companies")[1].price == 0.3  # noqa: B009  (names are objects)


def test_its_settings_are_accepted(write) -> None:
    settings = parse_settings(
        quoted or bare for quoted, bare in re.findall(r"--set (?:'([^']*)'|(\S+))", TEXT)
    )
    assert len(settings) == 5
    assert load_scenario("base", settings).touchpoints


def test_its_ties_are_read(write) -> None:
    (block,) = [text for _, text in BLOCKS if "ties.csv" in text]
    Path("ties.csv").write_text("a,b,strong\n0,1,1\n")
    assert load_scenario(write(f'extends = "base"\n{block}')).network.file


def test_its_faults_are_told_so(write) -> None:
    (block,) = [text for _, text in BLOCKS if "alignement" in text]
    lines = ["" for _ in range(22)]
    lines[0] = 'extends = "base"'
    lines[11:14] = ["[[companies]]", 'name = "focal"', "price = -3"]
    lines[20:22] = ["[companies.strategy]", "alignement = 0.5"]
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write("\n".join(lines), "telecom"))
    assert str(caught.value) == block.strip().replace("\n    ", " ")
