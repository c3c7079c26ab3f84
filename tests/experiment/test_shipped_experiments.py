"""Every experiment of the folder runs from the command line, small, with the real model."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sweeping import TESTS, cocreate

from simulation.experiment.load import load_experiment

FOLDER = TESTS.parent / "experiments"
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
EXPLORED = ["teach-or-advertise"]
SMALL = ["--replicates", "1", "--set", "population.people=200", "--months", "12", "--limit", "4"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_there_is_one_for_each_theme() -> None:
    assert {
        "alignment-simplex", "engagement-switches", "education-teacher", "staffing",
        "social-scale", "sobol", "morris-screening",
    } <= set(NAMES)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_experiment_is_sound_and_says_where_it_comes_from(name: str) -> None:
    found = load_experiment(FOLDER / f"{name}.toml")
    assert found.question.endswith("?")
    assert found.source
    assert len(found.points) >= 12


@pytest.mark.parametrize("name", [name for name in NAMES if name not in EXPLORED])
def test_experiment_runs_small(name: str) -> None:
    answer = cocreate(
        "sweep", str(FOLDER / f"{name}.toml"), *SMALL, "--workers", "0", "--no-report", "--json"
    )
    assert answer.code == 0, answer.err
    told = answer.json
    assert told["runs"]["failed"] == 0
    runs = pq.read_table(Path(told["result"]) / "runs.parquet").to_pandas()
    assert len(runs) == told["points"]
    outcomes = [outcome.name for outcome in load_experiment(FOLDER / f"{name}.toml").outcomes]
    assert runs[outcomes[0]].notna().all()
    assert set(outcomes) <= set(runs.columns)


@pytest.mark.parametrize("name", EXPLORED)
def test_experiment_over_futures_runs_small(name: str) -> None:
    words = ("--futures", "48", "--set", "population.people=100", "--set", "run.warm_up=0",
             "--months", "13")  # fmt: skip
    answer = cocreate(
        "explore", str(FOLDER / f"{name}.toml"), *words, "--replicates", "1", "--workers", "0",
        "--no-report", "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    told = answer.json
    assert told["runs"]["failed"] == 0
    assert 16 <= told["futures"]["used"] <= 48
    arms = {arm["name"]: arm["shares"]["everyone"] for arm in told["arms"]}
    assert set(arms) == {"teach more", "advertise more"}
    for shares in arms.values():
        total = sum(shares[which]["value"] for which in ("better", "same", "worse"))
        assert total == pytest.approx(1.0)
