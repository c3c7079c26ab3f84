"""A folder of one kind of study, given to another kind, is refused with how such a one is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation import ResultError, load_scenario, run
from simulation.studies.kinds import KINDS

MADE = {
    "compare": r"is not a comparison\. Give the folder that `cocreate compare` wrote\.",
    "sweep": r"is not a sweep\. One is made with: cocreate sweep EXPERIMENT",
    "attribute": r"holds no attribution\. Give the folder that `cocreate attribute` wrote\.",
    "ask": r"is not an answer to a question\. One is made with: cocreate ask QUESTION",
    "calibrate": r"is not a calibration\. .* cocreate calibrate SCENARIO --data FILE",
    "explore": r"is not an exploration\. One is made with: cocreate explore EXPERIMENT",
    "optimise": r"is not a search of levers\. One is made with: cocreate optimise SCENARIO",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    small = load_scenario("base", {"population.people": 60, "run.months": 2, "run.warm_up": 0})
    return run(small, replicates=1, workers=0).save(tmp_path_factory.mktemp("of") / "run")


def test_all_kinds_but_runs_are_among_them() -> None:
    assert {*MADE, "run"} == set(KINDS)


@pytest.mark.parametrize(("command", "sentence"), MADE.items(), ids=MADE)
def test_folder_of_a_run_is_refused(folder: Path, command: str, sentence: str) -> None:
    with pytest.raises(ResultError, match=sentence) as raised:
        KINDS[command].study(folder)
    assert raised.value.faults[0].file == folder
