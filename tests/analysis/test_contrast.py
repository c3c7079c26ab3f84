"""A paired experiment as tables: who is compared, from when, and how persons fare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from simulation.analysis.better_off import (
    people_table,
)
from simulation.analysis.compare import Looks, PairedVerdict
from simulation.analysis.comparison_question import (
    WHOLE,
    ComparisonQuestion,
    compared_keys,
    key_of,
    rules_of,
    text_of,
)
from simulation.analysis.contrast import COMPARISONS, Contrast, contrast
from simulation.analysis.difference_curves import CURVES, anytime_band, difference_curve
from simulation.analysis.interval import simultaneous_interval
from simulation.analysis.sequential import Tolerance
from simulation.analysis.summary import Metrics
from simulation.errors import ResultError
from simulation.recorder import METRICS
from simulation.studies.comparison.definition import question_of, read_definition

Floats = NDArray[np.float64]
Gain = Callable[[int, int], float]

MONTHS = 36


def made_up(gains: dict[str, Gain], *, runs: int = 8) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return series and runs: a base of 100 + 10 z(seed), and what-ifs with a gain on top.

    The difference has noise of its own of sd .1; waits fall by the gain.
    """
    rng = np.random.default_rng(1)
    common = 10.0 * rng.standard_normal(runs)
    rows, table = [], []
    for place, (name, gain) in enumerate(gains.items()):
        for at in range(runs):
            run = place * runs + at
            table.append((run, name, at + 1))
            own = 0.1 * rng.standard_normal()
            for month in range(1, MONTHS + 1):
                value = 100.0 + common[at] + gain(at, month) + own
                rows += [
                    (run, month, "co_created_value", "", value),
                    (run, month, "surplus", "customers", value / 2),
                    (run, month, "segment_value", "savers", value / 4),
                    (run, month, "desk_wait", "focal:call_centre", 200.0 - value),
                ]
    series = pd.DataFrame(rows, columns=["run", "month", "metric", "of", "value"])
    series = series.astype({"metric": "category", "of": "category"})
    series.attrs["metrics"] = Metrics(
        {name: {"unit": METRICS[name].unit, "better": METRICS[name].better.value}
         for name in series["metric"].cat.categories}
    )  # fmt: skip
    return series, pd.DataFrame(table, columns=["run", "scenario", "seed"])


def nothing(_: int, __: int) -> float:
    return 0.0


def late(_: int, month: int) -> float:
    return 2.0 if month > 12 else -2.0


def answered(gains: dict[str, Gain], question: ComparisonQuestion, *, runs: int = 8) -> Contrast:
    series, table = made_up({"base": nothing, **gains}, runs=runs)
    return contrast(series, table, people_table([]), question)


def line(table: pd.DataFrame, outcome: str, actor: str = "", what_if: str = "b") -> pd.Series:
    own = table[
        (table["what_if"] == what_if) & (table["outcome"] == outcome) & (table["actor"] == actor)
    ]
    ((_, row),) = own.iterrows()
    return row


# --- what is compared ----------------------------------------------------------------------------


def test_what_was_asked_comes_first_and_value_by_actor_always() -> None:
    labels = [("co_created_value", ""), ("adoption", "focal"), ("surplus", "focal"),
              ("segment_value", "savers"), ("surplus", "customers")]  # fmt: skip
    assert compared_keys(labels, [("adoption", "focal")]) == [
        ("adoption", "focal"), WHOLE, ("surplus", "focal"), ("surplus", "customers"),
        ("segment_value", "savers"),
    ]  # fmt: skip
    assert compared_keys(labels, [WHOLE])[0] == WHOLE
    assert compared_keys(labels, [("happiness", "")])[0] == WHOLE


def test_outcomes_that_not_all_scenarios_record_are_left_out() -> None:
    series, runs = made_up({"base": nothing, "b": late})
    theirs = runs.loc[runs["scenario"] == "b", "run"]
    only_base = series[~((series["metric"] == "surplus") & series["run"].isin(theirs))]
    found = contrast(only_base, runs, people_table([]), ComparisonQuestion("base", ("b",)))
    assert set(found.comparisons["outcome"]) == {"co_created_value", "segment_value"}


def test_scenarios_without_runs_cannot_be_compared() -> None:
    series, runs = made_up({"base": nothing})
    with pytest.raises(ValueError, match="share none"):
        contrast(series, runs, people_table([]), ComparisonQuestion("base", ("b",)))


def test_texts_and_keys_are_inverse() -> None:
    for key in (("adoption", "focal"), WHOLE, ("capability", "focal:innovation")):
        assert key_of(text_of(key)) == key


# --- tables --------------------------------------------------------------------------------------


def test_comparisons_and_curves_have_their_columns_and_units() -> None:
    found = answered({"b": late}, ComparisonQuestion("base", ("b",)))
    assert list(found.comparisons) == list(COMPARISONS)
    assert list(found.curves) == list(CURVES)
    assert line(found.comparisons, "surplus", "customers")["unit"] == "money/month"


def test_known_difference_is_found_within_its_interval_and_with_its_month() -> None:
    found = answered({"b": late}, ComparisonQuestion("base", ("b",)))
    row = line(found.comparisons, "co_created_value")
    assert row["low"] < 2.0 < row["high"]
    assert row["high"] - row["low"] < 1.0
    assert (row["verdict"], row["pairs"], row["p_better"]) == (str(PairedVerdict.BETTER), 8, 1.0)
    assert row["ahead_from"] == 13
    assert pd.isna(row["behind_from"])
    assert row["variance_reduction"] > 100
    curve = difference_curve(found.curves, "b", *WHOLE)
    first, second = curve.spells()
    assert (first.first, first.last, first.above) == (1, 12, False)
    assert (second.first, second.last, second.above) == (13, MONTHS, True)
    month = found.curves.query("outcome == 'co_created_value' and month == 20").iloc[0]
    assert month["what_if_mean"] - month["base_mean"] == pytest.approx(month["difference"])


def test_less_of_a_wait_is_better() -> None:
    wait = ("desk_wait", "focal:call_centre")
    found = answered({"b": late}, ComparisonQuestion("base", ("b",), (wait,)))
    row = line(found.comparisons, *wait)
    assert row["difference"] < 0
    assert (row["verdict"], row["ahead_from"], row["p_better"]) == ("better", 13, 1.0)
    assert bool(row["asked"])
    assert not line(found.comparisons, "co_created_value")["asked"]


def test_more_comparisons_at_once_are_wider() -> None:
    alone = answered({"b": late}, ComparisonQuestion("base", ("b",)))
    more = {f"b{n}": late for n in range(6)}
    many = answered(more, ComparisonQuestion("base", tuple(more)))
    one = line(alone.comparisons, "co_created_value")
    same = line(many.comparisons, "co_created_value", what_if="b0")
    assert same["high"] - same["low"] > one["high"] - one["low"]
    assert list(dict.fromkeys(many.comparisons["what_if"])) == list(more)


def test_looking_often_costs_width() -> None:
    once = answered({"b": late}, ComparisonQuestion("base", ("b",)), runs=20)
    often = answered({"b": late}, ComparisonQuestion("base", ("b",), looks=Looks.ANY), runs=20)
    for table in ("comparisons", "curves"):
        widths = [
            (getattr(found, table)["high"] - getattr(found, table)["low"]).mean()
            for found in (once, often)
        ]
        assert widths[1] > 1.2 * widths[0]


def test_margin_is_relative_to_each_outcome_or_in_the_unit_of_the_first() -> None:
    units = {"co_created_value": "money/month", "surplus": "money/month", "adoption": "share"}
    asked = ComparisonQuestion("base", ("b",), (WHOLE,), Tolerance(0.02, relative=True))
    assert set(rules_of(asked, units).margins) == set(units)
    asked = ComparisonQuestion("base", ("b",), (WHOLE,), Tolerance(5.0))
    assert set(rules_of(asked, units).margins) == {"co_created_value", "surplus"}
    found = answered(
        {"b": late}, ComparisonQuestion("base", ("b",), margin=Tolerance(0.05, relative=True))
    )
    row = line(found.comparisons, "co_created_value")
    assert row["verdict"] == "practically the same"
    assert row["margin"] == pytest.approx(0.05 * row["base_mean"])


def curves_of_chance(rng: np.random.Generator, n: int, months: int) -> Floats:
    steps = rng.standard_normal((n, months))
    return np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, months + 1))


def test_band_holds_for_whole_curves_however_often_one_looks() -> None:
    rng = np.random.default_rng(4)
    worlds, months = 16, 12
    missed = dict.fromkeys(("anytime", "once"), 0)
    for _ in range(worlds):
        samples = curves_of_chance(rng, 40, months)
        for name, band in (("anytime", anytime_band), ("once", simultaneous_interval)):
            looks = [band(samples[:n]) for n in (10, 15, 25, 40)]
            missed[name] += any(bool(np.any((b.low > 0) | (b.high < 0))) for b in looks)
    assert missed["anytime"] <= 1
    assert missed["once"] > missed["anytime"]


def test_band_of_one_pair_says_that_it_cannot_tell() -> None:
    assert np.isnan(anytime_band(np.ones((1, 3))).low).all()


# --- what was asked ------------------------------------------------------------------------------


def definition(**changes: object) -> dict[str, object]:
    return {
        "base": {"name": "base"}, "what_ifs": [{"name": "b"}], "outcomes": ["adoption:focal"],
        "margin": "2%", "precision": None, "looks": "any", "confidence": 0.9, **changes,
    }  # fmt: skip


def test_question_is_read_from_its_definition() -> None:
    assert question_of(definition()) == ComparisonQuestion(
        "base", ("b",), (("adoption", "focal"),), Tolerance(0.02, relative=True), None, Looks.ANY,
        0.9,
    )  # fmt: skip


@pytest.mark.parametrize("text", [None, "{", '{"base": 1}'])
def test_folder_without_a_definition_is_no_comparison(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "comparison.json").write_text(text)
    with pytest.raises(ResultError, match=r"not a comparison|cannot be read"):
        read_definition(tmp_path)


def test_curve_of_something_else_is_empty() -> None:
    found = answered({"b": late}, ComparisonQuestion("base", ("b",)))
    assert difference_curve(found.curves, "b", "happiness").months == ()


def test_curves_asked_for_are_a_family_of_their_own() -> None:
    """Their bands are as wide whoever else is drawn, and narrower than those of all together."""
    few, many = (
        answered({"b": late}, ComparisonQuestion("base", ("b",), asked), runs=12).curves
        for asked in ((WHOLE,), (WHOLE, ("surplus", "customers"), ("surplus", "focal")))
    )
    widths = [(one["high"] - one["low"])[one["outcome"] == WHOLE[0]].mean() for one in (few, many)]
    assert widths[0] < widths[1]
