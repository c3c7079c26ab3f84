"""Sweeps: what is run, what is reused, what is kept, and how a run is made again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sweeping import STUB, experiment

from simulation.errors import ExperimentError, ResultError
from simulation.execution import Finished, RunEvent, Serial
from simulation.experiment.design import Point
from simulation.experiment.load import Changes, load_experiment
from simulation.experiment.outcomes import Better, Outcome, Outcomes, Statistic, Window
from simulation.experiment.resolver import Resolver
from simulation.scenario.load import load_scenario, parse_settings
from simulation.simulate import RunResult
from simulation.store import Measure, RunCounts
from simulation.studies.folders import result_folder
from simulation.studies.study import carry_out
from simulation.studies.sweep.plan import Sweep, from_manifest

TESTS = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    return


class Unwatched:
    """Counts runs."""

    done = 0

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Look away."""

    def see(self, event: RunEvent) -> None:
        self.done += isinstance(event, Finished)

    def end(self) -> None:
        """Look away."""


def sweep(text: str | None = None, changes: Changes | None = None, *, levels: int = 3) -> Sweep:
    file = experiment(levels=levels) if text is None else experiment(text)
    return Sweep(load_experiment(file, changes), STUB)


def do(found: Sweep, folder: str = "out") -> tuple[RunCounts, int]:
    watch = Unwatched()
    manifest = carry_out(found, Path(folder), Serial(), watch)
    return manifest.runs, watch.done


def runs(folder: str = "out") -> Any:
    return pq.read_table(f"{folder}/runs.parquet")


# --- runs ----------------------------------------------------------------------------------------


def test_a_row_a_run_with_settings_and_outcomes_and_what_they_mean() -> None:
    assert do(sweep())[0] == RunCounts(done=12)
    table = runs()
    assert table.column_names == [
        "run", "scenario", "seed", "fingerprint", "point", "companies.focal.price", "value",
        "adopters",
    ]  # fmt: skip
    frame = table.to_pandas()
    assert frame["point"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert frame["companies.focal.price"].unique().tolist() == [0.1, 0.39, 0.68]
    assert frame["seed"].tolist() == [1, 2, 3, 4] * 3
    told = {field.name: field.metadata for field in table.schema}
    assert told["companies.focal.price"] == {b"unit": b"money/month", b"meaning": b"price a month"}
    assert told["value"][b"unit"] == b"money/month"
    assert told["value"][b"meaning"] == b"mean of what is created together, whole"
    assert told["adopters"][b"meaning"] == b"max of share of people (focal), months 2-4"
    assert not Path("out/series.parquet").exists()


def test_runs_of_a_point_differ_from_other_points_by_the_setting_alone() -> None:
    do(sweep())
    frame = runs().to_pandas().pivot_table(index="seed", columns="point", values="value")
    assert np.allclose(frame[1] - frame[0], 0.29)
    assert frame[0].nunique() == 4


def test_chosen_series_are_kept_and_no_ledger() -> None:
    found = sweep(changes=Changes(series=("surplus", "adoption:focal")))
    do(found)
    series = pq.read_table("out/series.parquet").to_pandas()
    labels = series[["metric", "of"]].astype(str).drop_duplicates()
    assert set(map(tuple, labels.to_numpy())) == {
        ("surplus", "customers"), ("surplus", "focal"), ("adoption", "focal"),
    }  # fmt: skip
    assert len(series) == 12 * 6 * 3
    assert not Path("out/ledger.parquet").exists()


def test_equal_points_are_run_once() -> None:
    text = """
question = "?"
scenario = "base"
replicates = 2
[levers]
"companies.focal.price" = {{ values = [0.2, 0.3] }}
"companies.rival.price" = {{ values = [0.3, 0.4] }}
again.levels.one = {{}}
again.levels.two = {{ "companies.focal.price" = 0.2 }}
[design]
kind = "grid"
[outcomes]
value = {{ metric = "co_created_value" }}
"""
    with pytest.raises(ExperimentError, match="sets as well"):
        sweep(text)
    text = text.replace('companies.focal.price" = 0.2', 'run.months" = 120')
    counts, done = do(sweep(text))
    assert (counts.done, done) == (16, 8)
    frame = runs().to_pandas()
    assert frame.groupby(["fingerprint", "seed"])["value"].nunique().max() == 1


def test_growing_a_design_or_its_replicates_reuses_what_is_there() -> None:
    do(sweep(levels=3))
    assert do(sweep(levels=5)) == (RunCounts(done=20, reused=12), 8)
    assert do(sweep(changes=Changes(replicates=6), levels=5)) == (RunCounts(done=30, reused=20), 10)
    do(sweep(changes=Changes(replicates=6), levels=5), "new")
    for name in ("runs.parquet", "failures.parquet"):
        assert Path("out", name).read_bytes() == Path("new", name).read_bytes()


def test_a_design_without_runs_that_are_there_is_refused() -> None:
    do(sweep(levels=5))
    with pytest.raises(ResultError, match="holds 8 runs that this design does not have"):
        result_folder(sweep(levels=3), Path(), Path("out"))
    assert result_folder(sweep(levels=9), Path(), Path("out")) == Path("out")


def test_folders_are_found_again_and_not_taken_for_others() -> None:
    root = Path("results")
    first = result_folder(sweep(levels=5), root)
    do(sweep(levels=5), str(first))
    assert result_folder(sweep(levels=9), root) == first
    assert result_folder(sweep(levels=3), root) == root / f"{first.name}-2"
    assert result_folder(sweep(levels=3), root, force=True) == first
    assert result_folder(sweep(changes=Changes(months=7)), root) != first


def test_another_outcome_is_another_experiment() -> None:
    do(sweep())
    other = sweep()
    changed = replace(other.experiment, outcomes=other.experiment.outcomes[:1])
    with pytest.raises(ResultError, match="different experiment"):
        result_folder(Sweep(changed, STUB), Path(), Path("out"))


def test_failed_runs_are_kept_with_a_command_that_makes_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STUB_RAISE", "3")
    counts, _ = do(sweep())
    assert counts == RunCounts(done=9, failed=3)
    failures = pq.read_table("out/failures.parquet").to_pandas()
    assert failures["run"].tolist() == [2, 6, 10]
    words = shlex.split(failures["remake"][1])
    changes = parse_settings([words[at + 1] for at, word in enumerate(words) if word == "--set"])
    seed = int(words[words.index("--seed") + 1])
    again = load_scenario(words[2], {**changes, "run.seed": seed})
    plan = sweep().planned()[6]
    assert (again.fingerprint, seed) == (plan.identity.fingerprint, plan.identity.seed)
    monkeypatch.setenv("STUB_RAISE", "")
    assert do(sweep()) == (RunCounts(done=12, reused=9), 3)


def test_a_sweep_is_made_again_from_its_manifest() -> None:
    found = sweep(changes=Changes(replicates=3, design={"limit": 2}))
    manifest = carry_out(found, Path("out"), Serial(), Unwatched())
    again = from_manifest(manifest)
    assert again.identity == found.identity
    assert again.planned() == found.planned()
    more = from_manifest(manifest, Changes(months=5))
    assert more.experiment.base.run.months == 5


def test_metric_that_the_model_does_not_have_is_told_before_anything_is_run() -> None:
    text = Path(experiment()).read_text().replace("co_created_value", "cocreated_value")
    text = text.replace('"focal", window', '"fokal", window')
    Path("wrong.toml").write_text(text)
    found = Sweep(load_experiment("wrong.toml", Changes(series=("surplus:rival",))), STUB)
    with pytest.raises(ExperimentError) as caught:
        carry_out(found, Path("out"), Serial(), Unwatched())
    assert not Path("out").exists()
    first, second, third = caught.value.faults
    assert (first.line, first.hint) == (11, 'Did you mean "co_created_value"?')
    assert (second.key, second.hint) == ("outcomes.adopters.of", 'Did you mean "focal"?')
    assert second.line == 12
    assert (third.key, third.hint) == ("series", "There are customers and focal.")


def test_points_that_are_no_scenario_are_told() -> None:
    text = """
question = "?"
scenario = "base"
[levers]
"population.knowledge_low" = {{ range = [0.1, 0.3], levels = 3 }}
"population.knowledge_high" = {{ range = [0.2, 0.4], levels = 3 }}
[design]
kind = "grid"
[outcomes]
value = {{ metric = "co_created_value" }}
"""
    with pytest.raises(ExperimentError) as caught:
        _ = sweep(text).planned()
    assert [fault.message[:8] for fault in caught.value.faults] == ["point 6 "]
    assert "population.knowledge_low = 0.3, population.knowledge_high = 0.2" in str(caught.value)


# --- scenarios of points -------------------------------------------------------------------------

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "companies.*.price": st.floats(0, 1),
        "companies.focal.strategy.teacher": st.sampled_from(["innovation", "marketing_sales"]),
        "touchpoints[3].servers": st.integers(1, 9),
        "desks.abandonment": st.booleans(),
        "companies.focal.allocation.shop": st.floats(0.1, 3),
        "reach.hazard": st.floats(0, 0.1),
        "companies.focal.strategy.coupling.innovation_marketing_sales": st.floats(0, 1),
        "population.people": st.integers(10, 10_000),
    },
)


@settings(max_examples=25, deadline=None)
@given(CHANGES)
def test_quick_way_gives_the_scenario_that_replace_gives(changes: dict[str, object]) -> None:
    base = load_scenario("base")
    point = Point({}, dict(changes))
    quick = Resolver(base)._quickly(point.changes)
    assert quick is not None
    assert quick == base.replace(changes)
    assert quick.fingerprint == base.replace(changes).fingerprint


def test_a_timeline_and_lists_take_the_long_way() -> None:
    base = load_scenario("base", {"events": [{"month": 3, "set": {"companies.*.price": 0.2}}]})
    changes: dict[str, object] = {"companies.focal.price": 0.5}
    assert Resolver(base)._quickly(changes) is None
    assert Resolver(base).scenario(Point({}, changes)) == base.replace(changes)
    stages: dict[str, object] = {"touchpoints.shop.stages": ["purchase", "use"]}
    plain = load_scenario("base")
    assert Resolver(plain).scenario(Point({}, stages)) == plain.replace(stages)


# --- outcomes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statistic", "window", "value"),
    [
        (Statistic.MEAN, "whole", 3.75),
        (Statistic.MEAN, "last 2 months", 3.0),
        (Statistic.SUM, "months 1-3", 9.0),
        (Statistic.FINAL, "whole", 2.0),
        (Statistic.FINAL, "months 2-3", 8.0),
        (Statistic.MAX, "whole", 8.0),
        (Statistic.MIN, "months 2-5", 2.0),
        (Statistic.ARGMAX, "whole", 3.0),
        (Statistic.ARGMAX, "last 2 months", 4.0),
        (Statistic.MEAN, "last 99 months", 3.75),
        (Statistic.MAX, "month 5", 2.0),
        (Statistic.MIN, "last month", 2.0),
    ],
)
def test_statistics_over_windows(statistic: Statistic, window: str, value: float) -> None:
    months = np.array([1.0, np.nan, 8.0, 4.0, 2.0])
    outcome = Outcome("x", "m", window=Window.parse(window), statistic=statistic)
    assert outcome.value(months) == value


def test_nothing_known_is_not_a_number() -> None:
    outcome = Outcome("x", "m", window=Window.parse("months 1-2"))
    assert np.isnan(outcome.value(np.array([np.nan, np.nan, 1.0])))
    result = RunResult(
        scenario=load_scenario("base"), seed=1, labels=(("other", ""),), values=np.zeros((3, 1)),
        ledger_labels=(), ledger_values=np.zeros((3, 0)), elapsed_s=0.0,
    )  # fmt: skip
    assert np.isnan(Outcomes((outcome,))(result)["x"])


@pytest.mark.parametrize("text", ["whole", "last 12 months", "months 13-24", "month 3"])
def test_windows_are_written_as_they_are_read(text: str) -> None:
    assert str(Window.parse(text)) == text


@pytest.mark.parametrize("text", ["", "last 0 months", "months 5-3", "month 0", "lately"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its message is the loader's)
        Window.parse(text)


def test_units_follow_the_statistic() -> None:
    metric = Measure("money/month", "what remains")
    units = {
        statistic: Outcome("x", "m", statistic=statistic, better=Better.LOW).measure(metric).unit
        for statistic in Statistic
    }
    assert units == {
        **dict.fromkeys(Statistic, "money/month"), Statistic.SUM: "money",
        Statistic.ARGMAX: "month",
    }  # fmt: skip
