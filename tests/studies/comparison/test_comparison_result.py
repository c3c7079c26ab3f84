"""Comparing scenarios as a library."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import scenario

import simulation
from simulation import ComparisonResult, Criteria, compare
from simulation.errors import InputError, RunFailedError
from simulation.studies.comparison.criteria import find_outcomes
from simulation.studies.comparison.definition import judged_for

MARKET = "paired_stub:Market"
SMALL = {"run__months": 6, "run__replicates": 4, "population__people": 60}


@pytest.fixture(scope="module")
def result() -> ComparisonResult:
    base = scenario("base", companies__focal__cost_to_serve=0.02, **SMALL)
    cheap = base.replace({"companies.focal.price": 0.25})
    return compare(base, {"<b>cheap</b>": cheap}, workers=0, model=MARKET)


def test_result_is_tidy_frames(result: ComparisonResult) -> None:
    assert len(result.runs) == 8
    row = result.comparisons.iloc[0]
    assert (row["outcome"], row["pairs"], row["verdict"]) == ("co_created_value", 4, "better")
    assert set(result.curves["month"]) == set(range(1, 7))
    assert list(result.people["group"].unique()) == ["", "savers", "doers", "explorers"]
    assert "<Comparison of <b>cheap</b> against base: 4 pairs>" in repr(result)


def test_notebook_shows_the_answer_and_escapes_names(result: ComparisonResult) -> None:
    shown = result._repr_html_()
    assert "&lt;b&gt;cheap&lt;/b&gt;" in shown
    assert "<b>cheap" not in shown
    assert "is better than" in shown
    assert result.plot_difference().get_ylabel() == "difference, EUR/month"
    row = result.comparisons.iloc[0]
    table = result._shown().iloc[0]  # below the answer, and in its units
    assert (table["unit"], row["unit"]) == ("EUR/month", "money/month")
    assert table["difference"] == pytest.approx(100.0 * row["difference"])


def test_saved_comparison_opens_again(result: ComparisonResult, tmp_path: Path) -> None:
    folder = result.save(tmp_path / "kept")
    again = ComparisonResult.open(folder)
    assert again.comparisons.equals(result.comparisons)
    assert again.answer == result.answer


def test_stored_comparison_is_judged_for_another_without_a_run(result: ComparisonResult) -> None:
    seen = result.seen_by("focal")
    assert seen.question.outcomes == (("surplus", "focal"),)
    assert "surplus of focal" in seen.answer[0]
    assert seen.seen_by("everyone").answer == result.answer
    assert "surplus" not in result.answer[0]
    with pytest.raises(InputError, match="is not an actor of the scenario"):
        result.seen_by("shareholders")


def test_outcomes_that_were_asked_for_stay_whoever_sees_them() -> None:
    base = {"scenario": {"companies": [{"name": "focal"}], "partners": []}}
    asked = {"base": base, "for_whom": "everyone", "outcomes": ["adoption:focal"]}
    assert judged_for(asked, "focal")["outcomes"] == ["adoption:focal"]
    usual = {"base": base, "for_whom": "focal", "outcomes": ["surplus:focal"]}
    assert judged_for(usual, "customers")["outcomes"] == ["co_created_value"]


def test_comparison_takes_its_folder_along_when_it_goes() -> None:
    base = scenario("base", **SMALL)
    passing = compare(
        base, {"b": base.replace({"companies.focal.price": 0.2})}, seeds=[5, 9], workers=0,
        model=MARKET,
    )  # fmt: skip
    assert list(passing.runs["seed"]) == [5, 9, 5, 9]
    folder = passing.folder
    assert folder.exists()
    del passing
    assert not folder.exists()


def test_precision_and_outcomes_are_asked_for_by_judging() -> None:
    base = scenario("base", companies__focal__cost_to_serve=0.3, **SMALL)
    found = compare(
        base, {"b": base.replace({"companies.focal.price": 0.2})},
        criteria=Criteria(("surplus:customers",), precision="0.3", most=14),
        workers=0, model=MARKET,
    )  # fmt: skip
    assert len(found.manifest.seeds) > 10
    row = found.comparisons.iloc[0]
    assert (row["outcome"], row["actor"]) == ("surplus", "customers")


def test_what_is_wrong_is_told_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE_ALL", "1,2,3,4")
    base = scenario("base", **SMALL)
    with pytest.raises(InputError, match="same scenario"):
        compare(base, {"twin": base}, workers=0, model=MARKET)
    with pytest.raises(InputError, match="--margin must be a number"):
        compare(base, {"b": base.replace({"companies.focal.price": 0.2})}, workers=0,
                criteria=Criteria(margin="x", precision="y"), model=MARKET)  # fmt: skip
    with pytest.raises(RunFailedError, match="Only 0 of 4 pairs"):
        compare(base, {"b": base.replace({"companies.focal.price": 0.2})}, workers=0, model=MARKET)


def test_outcomes_are_found_by_whole_name_or_all_owners() -> None:
    labels = [
        ("customers", ""),
        ("customers", "focal"),
        ("adoption", "focal"),
        ("adoption", "rival"),
    ]
    assert find_outcomes(["customers"], labels) == (("customers", ""),)
    assert find_outcomes(["adoption"], labels) == (("adoption", "focal"), ("adoption", "rival"))
    assert find_outcomes(["customers:focal", "customers"], labels) == (
        ("customers", "focal"), ("customers", ""),
    )  # fmt: skip
    with pytest.raises(InputError) as told:
        find_outcomes(["adaption", "adoption:rivall", "zzz"], labels)
    assert [fault.hint for fault in told.value.faults] == [
        "Did you mean adoption?", "Did you mean adoption:rival?",
        "There are customers and adoption.",
    ]  # fmt: skip


def test_names_are_in_the_package() -> None:
    assert {"compare", "ComparisonResult", "Criteria"} <= set(dir(simulation))


# --- on the model itself -----------------------------------------------------------------------


def test_change_that_comes_too_late_changes_nobody() -> None:
    base = scenario("base", run__months=4, population__people=200)
    late = base.replace({"events": [{"month": 5, "set": {"companies.focal.price": 0.1}}]})
    found = compare(base, {"late": late}, seeds=[1, 2], workers=0)
    assert (found.comparisons["difference"] == 0).all()
    assert (found.comparisons["verdict"] == "practically the same").all()
    assert (found.people[["share_better", "share_worse"]] == 0).all(axis=None)
    assert "does not change in any of " in found.answer[0]


def test_lower_price_makes_more_people_better_off_than_worse() -> None:
    base = scenario("base", run__months=24, population__people=300)
    cheap = base.replace({"companies.focal.price": 0.15})
    found = compare(base, {"cheap": cheap}, seeds=range(4), workers=0)
    everybody = found.people[found.people["group"] == ""]
    assert (everybody["share_better"] > everybody["share_worse"]).all()
    assert everybody["people"].tolist() == [300] * 4
    segments = found.people[found.people["group"] != ""].groupby("seed")["people"].sum()
    assert segments.tolist() == [300] * 4
