"""What an exploration runs after its design: a reversal by two assumptions is found, and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_exploration import TEXT

from simulation import open_result
from simulation.execution import Serial, Unwatched
from simulation.experiment.load import Changes, load_experiment
from simulation.studies.exploration.later import Search
from simulation.studies.exploration.plan import Exploration, exploration_of, stored
from simulation.studies.exploration.result import ExplorationResult
from simulation.studies.futures.decision import Decision
from simulation.studies.study import carry_out
from simulation.studies.verify import check


class Stopping(Serial):
    """Stops after so many events."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def run(self, tasks):  # type: ignore[no-untyped-def]
        for event in super().run(tasks):
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
            yield event


def study(room: Path, search: Search | None = None, futures: int = 128) -> Exploration:
    """Return an exploration in a market that no published figures are held against."""
    path = room / "teaching.toml"
    path.write_text(TEXT.replace("[set]", '[set]\nmarket = ""'), encoding="utf-8")
    experiment = load_experiment(path, Changes(design={"n": futures}))
    return exploration_of(experiment, Decision(), "known_effect:Turned", search)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("later")


@pytest.fixture(scope="module")
def result(room: Path) -> ExplorationResult:
    """Return an exploration that was stopped among its later runs, and resumed."""
    with pytest.raises(KeyboardInterrupt):
        carry_out(study(room), room / "out", Stopping(650), Unwatched())
    manifest = carry_out(study(room), room / "out", Serial(), Unwatched())
    assert manifest.runs.reused >= 500
    opened = open_result(room / "out")
    assert isinstance(opened, ExplorationResult)
    return opened


def test_reversal_by_two_assumptions_is_confirmed_and_named(result: ExplorationResult) -> None:
    arm = result.findings["arms"][0]
    assert arm["shares"]["everyone"]["better"]["value"] > 0.9
    assert arm["verdict"] == "depends"
    turned = [one for one in arm["reversals"] if one["confirmed"]]
    first = min(turned, key=lambda one: one["mean"])
    assert set(first["assumptions"]) == {0, 1}
    answer = " ".join(result.answer)
    assert "Except where self service above 0.22 and talk: propensity below 0.2" in answer
    assert "it reverses" in answer


def test_later_runs_are_no_futures_of_the_design(result: ExplorationResult) -> None:
    runs = result.runs
    assert set(runs["phase"]) >= {"design", "reversal", "radius"}
    later = runs[runs["phase"] == "reversal"]
    assert not set(later["seed"]) & set(runs.loc[runs["phase"] == "design", "seed"])
    assert result.findings["futures"]["used"] <= 128
    assert set(result.futures["future"]) <= set(range(1, 129))


def test_report_says_what_was_run_again_and_what_the_search_could_miss(
    result: ExplorationResult,
) -> None:
    page = result.report().markdown()
    assert "95\u00a0% for all at once" in page
    assert "by four assumptions or more together" in page
    assert result.report().widget is not None
    assert "no sliders" not in page


def test_stored_exploration_plans_its_later_runs_again(result: ExplorationResult) -> None:
    again = stored(result.folder)
    assert len(again.planned()) == len(result.runs)
    found = check(result.folder, 9, workers=0)
    assert (found.remade, found.faults) == (9, ())


def test_interrupted_among_later_runs_it_ends_with_the_same_tables(
    result: ExplorationResult, room: Path
) -> None:
    carry_out(study(room), room / "whole", Serial(), Unwatched())
    for name in ("runs.parquet", "futures.parquet", "exploration.json", "emulators.json"):
        assert (room / "whole" / name).read_bytes() == (result.folder / name).read_bytes()


def test_nothing_is_run_later_where_nobody_wants_it(room: Path) -> None:
    bare = study(room, Search(wanted=False), 64)
    manifest = carry_out(bare, room / "bare", Serial(), Unwatched())
    assert manifest.runs.done == 16 + 64 * 4
    opened = open_result(room / "bare")
    assert isinstance(opened, ExplorationResult)
    assert "no reversal was searched for" in opened.report().markdown()


def test_dask_makes_the_same_tables(room: Path) -> None:
    pytest.importorskip("distributed")
    from simulation.execution.dask import Dask

    carry_out(study(room, futures=16), room / "one", Serial(), Unwatched())
    carry_out(
        study(room, futures=16), room / "many", Dask(2, model="known_effect:Turned"), Unwatched()
    )
    for name in ("runs.parquet", "series.parquet", "futures.parquet", "exploration.json"):
        assert (room / "many" / name).read_bytes() == (room / "one" / name).read_bytes()
