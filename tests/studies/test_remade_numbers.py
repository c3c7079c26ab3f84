"""The command that does a run alone does that run: the same inputs, and its numbers to the bit."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
import pytest
from sweeping import STUB, cocreate, experiment

from simulation.studies.kinds import kind_of

QUICK = ["--workers", "0", "--no-report", "--model", STUB]
LEVER = "companies.focal.strategy.education=0..1"


@pytest.mark.parametrize("command", ["run", "compare", "sweep", "optimise"])
def test_a_run_done_alone_has_the_inputs_and_numbers_that_it_had_in_its_study(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small = ["-m", "3", "--set", "talk.propensity=0.2"]
    words = {
        "run": ["run", "base", "-r", "2", *small],
        "compare": ["compare", "base", "--what-if", "dear: companies.focal.price=0.5",
                    "-r", "2", *small],
        "sweep": ["sweep", experiment(levels=2)],
        "optimise": ["optimise", "base", "--lever", LEVER, "--candidates", "8", *small],
    }[command]  # fmt: skip
    assert cocreate(*words, *QUICK, "--out", "whole").code == 0
    runs = pd.read_parquet("whole/runs.parquet").set_index("run")
    study = kind_of(Path("whole")).study(Path("whole"))
    plan = [one for one in study.planned() if one.run in runs.index][-1]
    remake = shlex.split(study.remake(plan))[1:]
    assert remake.count("--model") == 1
    answer = cocreate(*remake, "--no-report", "--out", "alone")
    assert answer.code == 0, answer.err
    alone = pd.read_parquet("alone/runs.parquet").iloc[0]
    row = runs.loc[plan.run]
    assert (alone["fingerprint"], alone["seed"]) == (row["fingerprint"], row["seed"])
    kept = {"run": "co_created_value", "compare": "co_created_value", "sweep": "value"}
    if command in kept:
        assert alone["co_created_value"] == row[kept[command]]
