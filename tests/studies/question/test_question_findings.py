"""Verdicts on made-up runs whose answer is known, and the words in which they are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import known_effect
import numpy as np
import pandas as pd
import pytest

from simulation import open_result
from simulation.analysis.decision.emulator import Kind
from simulation.analysis.decision.reversals import RangeCell
from simulation.analysis.points import Varied
from simulation.execution import Serial, Unwatched
from simulation.experiment.load import Changes
from simulation.store import RunStore
from simulation.studies.question.answer import (
    beside_text,
    hardly_ever,
    power_text,
    reversals,
    summary,
    who_text,
)
from simulation.studies.question.claim import Claim, Effect
from simulation.studies.question.figures import for_whom_text
from simulation.studies.question.findings_data import answers_in, kept_of
from simulation.studies.question.findings_page import findings_page
from simulation.studies.question.further_seeds import seeds_wanted
from simulation.studies.question.horizons import HORIZONS, KEPT
from simulation.studies.question.judging import SEARCHED, QuestionRuns, judged
from simulation.studies.question.load import load_question
from simulation.studies.question.load import together as joined
from simulation.studies.question.plan import Question, stored
from simulation.studies.question.result import QuestionResult
from simulation.studies.question.search import Suspected, suspected
from simulation.studies.question.shared import KnownFutures, finished_elsewhere
from simulation.studies.question.sifted import Searched, Sifted
from simulation.studies.question.tables import QuestionTables
from simulation.studies.question.verdicts import together, verdict_of
from simulation.studies.question.worth import weights
from simulation.studies.study import carry_out

Floats = np.typing.NDArray[np.float64]
Worth = Callable[[Floats], Floats]
CLAIM = Claim("More is better.", "It is.", (Effect("more rather than less", ("more",), ("less",)),))


def made_up(worth: Worth, n: int = 128, *, noise: float = 0.3) -> QuestionRuns:
    """Return runs in which ``more`` creates a worth of two assumptions above ``less``."""
    rng = np.random.default_rng(3)
    x = rng.random((n, 2))
    effect = worth(x)
    rows = []
    for future in range(n + 1):
        for place in range(2):
            common = rng.normal()
            for arm in ("as it is", "less", "more"):
                value = 50.0 + common + noise * rng.normal()
                value += effect[future - 1] if arm == "more" and future else 0.0
                a, b = x[future - 1]
                rows.append({"future": future, "arm": arm, "replicate": place, "a": a, "b": b,
                             **_columns(value)})  # fmt: skip
    unknown = tuple(Varied(name, "uncertainty", "interval", (name,), low=0.0, high=1.0)
                    for name in ("a", "b"))  # fmt: skip
    return QuestionRuns(pd.DataFrame(rows), unknown, "as it is")


def _columns(value: float) -> dict[str, float]:
    numbers = dict.fromkeys(KEPT, 0.0) | {"everyone": value, "gross": 100.0}
    return {f"{horizon}:{name}": number for horizon in HORIZONS for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("worth", "verdict"),
    [
        (lambda x: np.full(len(x), 4.0), "supported"),
        (lambda x: np.full(len(x), -4.0), "refuted"),
        (lambda x: np.zeros(len(x)), "no difference"),
        (lambda x: 8.0 * (x[:, 0] - 0.5), "depends"),
    ],
)
def test_a_verdict_is_that_of_the_effect(worth: Worth, verdict: str) -> None:
    runs = made_up(worth)
    found = judged(runs, CLAIM, "late", Kind.QUADRATIC)
    assert verdict_of(runs, CLAIM, found)["verdict"] == verdict


def test_the_assumption_on_which_a_claim_depends_is_named_in_words() -> None:
    runs = made_up(lambda x: 8.0 * (x[:, 0] - 0.5))
    (split, *_) = verdict_of(runs, CLAIM, judged(runs, CLAIM, "late", Kind.QUADRATIC))["splits"]
    assert (split["assumption"], split["fails"]) == (0, False)
    assert split["lower"]["value"] < 0.1
    assert split["upper"]["value"] > 0.6


def test_a_rule_is_sought_without_the_futures_by_whose_runs_it_is_measured() -> None:
    runs = made_up(lambda x: np.where(x[:, 0] > 0.5, 4.0, -4.0), 256)
    both = replace(CLAIM, effects=(
        *CLAIM.effects, Effect("and no less of it", ("more",), ("less",), not_less=True),
    ))  # fmt: skip
    rule = verdict_of(runs, both, judged(runs, both, "late", Kind.QUADRATIC))["rule"]
    assert rule["shown"]
    assert rule["by_runs"]
    assert [one["assumption"] for one in rule["bounds"]] == [0]
    assert rule["base_rate"] == pytest.approx(0.5, abs=0.07)
    assert rule["density"] > 0.9
    nothing = made_up(lambda x: np.ones(len(x)), 256, noise=2.0)
    rule = verdict_of(nothing, CLAIM, judged(nothing, CLAIM, "late", Kind.QUADRATIC))["rule"]
    assert rule["tried"]
    assert not rule["shown"]


def test_fewer_than_128_futures_never_decide() -> None:
    runs = made_up(lambda x: np.full(len(x), 4.0), 64)
    told = verdict_of(runs, CLAIM, judged(runs, CLAIM, "late", Kind.QUADRATIC))
    assert told["verdict"] == "undecided"
    assert told["shares"]["better"]["value"] > 0.95
    assert told["futures_needed"] == 128


def test_interactions_are_differences_of_differences() -> None:
    runs = made_up(lambda x: np.full(len(x), 4.0), 20)
    both = Effect("twice", ("more", "more"), ("less", "as it is"))
    assert np.nanmean(runs.effect(both, "late")) == pytest.approx(8.0, abs=0.2)


def test_horizons_that_differ_leave_it_open() -> None:
    assert together(["supported", "supported"]) == ("supported", "")
    assert together(["supported", "no difference"])[0] == "depends"
    verdict, why = together(["supported", "undecided"])
    assert verdict == "undecided"
    assert "supported by the mean of the last 24 months" in why


def test_weights_of_months_add_up_to_one() -> None:
    found = weights(60)
    assert [one.sum() for one in found.values()] == pytest.approx([1.0, 1.0])
    assert (found["late"][:36] == 0.0).all()
    assert found["all"][0] > found["all"][-1] > 0.0


def test_a_reversal_in_a_corner_is_suspected_and_once_run_makes_it_depend() -> None:
    """The claim is reversed where a and b are both above .75: 6 % of the ranges."""

    def worth(x: Floats) -> Floats:
        return np.where((x > 0.75).all(axis=1), -6.0, 6.0)

    runs = made_up(worth, 192)
    first = suspected(runs, CLAIM)[0]
    assert not first.upward
    assert first.cell.holds(np.array([[0.8, 0.8]])).all()
    futures = list(range(SEARCHED, SEARCHED + 16))
    cell = {"assumptions": [0, 1], "low": [0.75, 0.75], "high": [1.0, 1.0], "mean": -3.0,
            "effect": 0, "upward": False, "futures": futures}  # fmt: skip
    ran = replace(runs, frame=pd.concat([runs.frame, in_the_corner(runs.frame)]))
    late = judged(ran, CLAIM, "late", Kind.QUADRATIC)
    assert verdict_of(ran, CLAIM, late)["verdict"] == "supported"
    told = verdict_of(ran, CLAIM, late, [cell])
    assert told["verdict"] == "depends"
    assert told["except_where"][0]["low"] == [0.75, 0.75]


def in_the_corner(frame: pd.DataFrame) -> pd.DataFrame:
    """Return runs of 16 futures in which ``more`` creates 6 less."""
    rows = frame[frame["future"].between(1, 16)].copy()
    rows["future"] += SEARCHED - 1
    for horizon in HORIZONS:
        name = f"{horizon}:everyone"
        less = rows[rows["arm"] == "less"].set_index(["future", "replicate"])[name]
        mine = rows["arm"] == "more"
        keys = list(zip(rows.loc[mine, "future"], rows.loc[mine, "replicate"], strict=True))
        rows.loc[mine, name] = less.loc[keys].to_numpy() - 6.0
    return rows


# --- the whole, on a model whose answer is known -------------------------------------------------

TEXT = """
question = "Does teaching pay?"
source = "a made-up model in which it does where people can do little by themselves"
scenario = "base"
[set]
"run.warm_up" = 0
"run.months" = 3
"population.people" = 60
[levers.teaching]
levels.none = {{ "companies.focal.strategy.education" = 0.0 }}
levels.some = {{ "companies.focal.strategy.education" = 0.5 }}
[uncertainties]
"encounter.self_service" = {{ range = {range} }}
"talk.propensity" = {{ range = [0.1, 0.5] }}
[design]
kind = "futures"
n = 128
[outcomes]
value = {{ metric = "co_created_value" }}
[verdict]
claim = "Teaching creates more value."
rule = "In nine of ten futures some teaching creates more than none."
[[verdict.must]]
more = ["some"]
than = ["none"]
[[verdict.also]]
more = ["some"]
than = ["none"]
of = "company"
"""


def question(room: Path, ends: str = "[0.0, 0.12]", *, quick: bool = False, **changes: Any
             ) -> Question:  # fmt: skip
    file = room / "teaching.toml"
    file.write_text(TEXT.format(range=ends), encoding="utf-8")
    found = load_question(str(file), quick=quick, changes=Changes(**changes), beside=room / "out")
    return replace(found, model=known_effect.MODEL)


def done(study: Question, room: Path) -> QuestionResult:
    folder = room / "out" / study.stem
    carry_out(study, folder, Serial(), Unwatched())
    result = open_result(folder)
    assert isinstance(result, QuestionResult)
    return result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> QuestionResult:
    room = tmp_path_factory.mktemp("asked")
    return done(question(room), room)


def test_what_holds_in_all_futures_is_supported_and_said_in_money(result: QuestionResult) -> None:
    # some − none = 20 · .5 · (.2 − s), s from 0 to .12: at least .8; the margin is 1 % of 10
    assert result.verdict["verdict"] == "supported"
    own = result.verdict["own"]
    assert own["mean"] * 60.0 / 1000.0 == pytest.approx(0.5, abs=0.2)  # s = .15 at its own values
    text = " ".join(result.answer).replace("\u00a0", " ")
    assert text.startswith("Yes: “Teaching creates more value” holds in nearly all futures")
    assert "% of all value" in text
    assert len(result.tables.futures_of(result.tables.lead)) == result.tables.n  # on the map
    assert "per customer and year" in text
    assert "the company −" in text


def test_the_figure_of_shares_says_who_gains_and_who_loses(result: QuestionResult) -> None:
    said = for_whom_text(result.tables)
    gains, _, losses = said.partition("; ")
    assert "customers gain in nearly all futures (+" in gains
    assert "the company loses" in losses
    assert "EUR a month per 1000 people" in losses


def test_effects_beside_the_claim_are_shown_and_judge_nothing(result: QuestionResult) -> None:
    (beside,) = result.verdict["also"]
    assert beside["of"] == "company"
    assert beside["mean"] < 0.0
    assert result.effects["name"].tolist() == ["some rather than none"]
    (said,) = [text for text in result.answer if text.startswith("Beside the claim")]
    assert "“some rather than none” −" in said
    assert "% of all value" in said.replace("\u00a0", " ")


def test_effects_beside_the_claim_are_said_with_their_intervals() -> None:
    """What being better brings where nobody imitates is what the question is compared with."""
    own = {"mean": 8.0, "low": 6.0, "high": 10.0}
    also = [
        {"name": "… not imitated", "unit": "money/month", "own": own},
        {"name": "customers", "unit": "share", "own": {"mean": 0.02, "low": None, "high": None}},
    ]
    said = SimpleNamespace(findings={"gross": 200.0, "also": also})
    text = beside_text(cast("QuestionTables", said)).replace("\u00a0", " ")
    assert text == (
        "beside the claim, at the same values: “… not imitated” +4 % of all value (95 % interval "
        "3 to 5 %) and “customers” +2 percentage points"
    )
    assert not beside_text(cast("QuestionTables", SimpleNamespace(findings={"also": []})))


def test_what_one_seed_decides_is_not_run_with_a_second(result: QuestionResult) -> None:
    rows = result.runs[result.runs["future"].between(1, SEARCHED - 1)]
    seeds = rows[rows["arm"] == "some"].groupby("future")["replicate"].nunique()
    assert seeds.value_counts().to_dict() == {1: 96, 2: 32}


def test_futures_get_as_many_seeds_as_show_that_there_is_no_difference(tmp_path: Path) -> None:
    """One seed leaves it undecided, and two: the noise of a pair is .113, half the margin .05."""
    study = replace(question(tmp_path, "[0.199, 0.201]"), model=known_effect.HUSHED)
    hushed = done(study, tmp_path)
    rows = hushed.runs[hushed.runs["future"].between(1, SEARCHED - 1)]
    seeds = rows[rows["arm"] == "some"].groupby("future")["replicate"].nunique()
    assert seeds.nunique() == 1
    assert seeds.iloc[0] in (5, 6, 7)
    assert hushed.verdict["verdict"] == "no difference"
    held = {(row.fingerprint, row.seed) for row in hushed.runs.itertuples()}
    again = stored(hushed.folder)
    assert {(plan.identity.fingerprint, plan.identity.seed) for plan in again.planned()} == held
    assert again.sifted.all_seeds
    assert set(again.sifted.more_seeds.values()) == {seeds.iloc[0]}


def test_a_quick_look_has_no_further_seeds(tmp_path: Path) -> None:
    sifted = Sifted(futures=tuple(range(1, 129)), all_seeds=True)
    quick = replace(question(tmp_path, quick=True), sifted=sifted)
    nothing_run = cast("RunStore", None)
    assert quick.with_more_seeds(nothing_run) is quick
    assert quick.with_all_seeds(nothing_run) is quick


def test_futures_that_cannot_tell_get_as_many_seeds_again() -> None:
    def worth(x: Floats) -> Floats:  # half of the futures are within the margin of 1
        return 4.0 * (x[:, 0] - 0.5)

    loud = made_up(worth, noise=1.2)
    wanted = seeds_wanted(loud, CLAIM, 8)
    assert set(wanted.values()) == {4}  # of two that each has
    late = judged(loud, CLAIM, "late")
    chance, failing = late.judgement.chance, late.judgement.chance_of_failing
    surest = np.max([chance, failing, 1.0 - chance - failing], axis=0)
    sure = [future for future, p in zip(loud.futures, surest, strict=True) if p > 0.98]
    assert sure
    assert not set(sure) & set(wanted)
    assert seeds_wanted(loud, CLAIM, 3) == dict.fromkeys(wanted, 3)
    assert not seeds_wanted(made_up(worth), CLAIM, 8)  # which is decided


def test_what_takes_too_many_seeds_to_see_gets_none() -> None:
    def nothing(x: Floats) -> Floats:
        return np.zeros(len(x))

    loud = made_up(nothing, noise=0.8)  # of a pair 1.13: five or six seeds
    assert set(seeds_wanted(loud, CLAIM, 8).values()) <= {4, 5, 6, 7}
    assert len(seeds_wanted(loud, CLAIM, 8)) == 128
    assert not seeds_wanted(loud, CLAIM, 3)


def test_the_report_has_shares_rule_and_what_was_missed(result: QuestionResult) -> None:
    report = result.report()
    assert next(figure.name for figure in report.figures) == "shares"
    titles = " ".join(table.title for table in report.tables)
    assert "The rule, written down before the run" in titles
    assert any(line.startswith("Reversals were searched") for line in report.confidence)
    assert len(result.verdict["search"]) == 5
    assert report.answer == result.answer


def test_a_stored_question_plans_the_same_runs(result: QuestionResult) -> None:
    again = stored(result.folder)
    planned = {plan.identity.key for plan in again.planned()}
    held = {(row.fingerprint, row.seed) for row in result.runs.itertuples()}
    assert {(plan.identity.fingerprint, plan.identity.seed) for plan in again.planned()} == held
    assert len(planned) == len(result.runs)


def test_arms_of_equal_cost_are_run_with_the_budget_that_is_left(tmp_path: Path) -> None:
    """The made-up company's effort to teach is .3 in the market as it is, and costs as much."""
    asked = question(tmp_path, quick=True, design={"n": 16})
    claim = replace(asked.asked.claim, equal_cost=True)
    study = replace(asked, asked=replace(asked.asked, claim=claim), model=known_effect.SPENDER)
    result = done(study, tmp_path)
    cost = result.verdict["costs"]["some"]
    assert cost == pytest.approx((0.5 - 0.3) * 1000.0 / 60.0, rel=1e-6)
    rows = result.runs[(result.runs["future"] > 0) & (result.runs["arm"] == "some")]
    total = 14.0 * result.verdict["scales"]["some"]
    assert rows["late:spending"].to_numpy() == pytest.approx((0.5 + total) * 1000.0 / 60.0)


def test_more_futures_go_on_with_what_is_there(tmp_path: Path) -> None:
    first = done(question(tmp_path, quick=True, design={"n": 16}), tmp_path)
    more = done(question(tmp_path, quick=True, design={"n": 24}), tmp_path)
    assert more.folder == first.folder
    assert more.manifest.runs.reused == first.manifest.runs.done
    assert more.verdict["verdict"] == "undecided"
    assert "leans to yes" in more.answer[0]


def test_runs_of_a_market_are_found_whatever_the_number_of_the_folder(
    result: QuestionResult,
) -> None:
    beside = result.folder.parent.parent / "another" / f"{result.folder.name}-2"
    assert len(finished_elsewhere(beside, "base")) >= len(result.runs)
    assert not finished_elsewhere(beside, "base_launch")


def test_questions_asked_together_share_their_runs(tmp_path: Path) -> None:
    one = question(tmp_path, quick=True, design={"n": 16})
    other = replace(one, asked=replace(one.asked, experiment=replace(one.experiment, name="again")))
    first, second = joined([one, other])
    done(first, tmp_path)
    shared = done(second, tmp_path)
    assert shared.folder.parent.name == "again-quick"
    effort = shared.runs.set_index(["future", "arm", "replicate"]).sort_index()
    assert len(effort) == len(open_result(first_folder(tmp_path, one)).runs)
    assert shared.manifest.runs.reused == shared.manifest.runs.done
    assert first.futures is second.futures
    assert set(second.futures.places) >= {1, 16}


def test_questions_of_other_futures_share_none(tmp_path: Path) -> None:
    one = question(tmp_path, quick=True, design={"n": 16})
    design = replace(one.experiment.design, seed=one.experiment.design.seed + 1)
    other = replace(one.asked, experiment=replace(one.experiment, name="again", design=design))
    first, second = joined([one, replace(one, asked=other, futures=KnownFutures())])
    assert first.others == ()
    assert first.futures is not second.futures
    assert first.place(1) != second.place(1)


def test_a_future_that_breaks_a_rule_breaks_it_for_all_who_share_it(tmp_path: Path) -> None:
    one = question(tmp_path, quick=True, design={"n": 16})
    one.futures.prints[1] = None
    assert len(one.tries(1, 4)) == 3


def first_folder(room: Path, one: Question) -> Path:
    return room / "out" / one.stem


@pytest.mark.parametrize(
    ("better", "worse", "words"),
    [
        (0.02, 0.4, "hardly ever holds"),
        (0.7, 0.03, "hardly ever fails"),
        (0.5, 0.4, ""),
        (0.03, 0.03, "mostly makes no difference"),
        (0.06, 0.0, "mostly makes no difference"),
    ],
)
def test_what_depends_says_what_hardly_ever_happens(
    result: QuestionResult, better: float, worse: float, words: str
) -> None:
    shares = {which: {"value": share} for which, share in
              (("better", better), ("same", 1.0 - better - worse), ("worse", worse))}  # fmt: skip
    told = {**result.verdict, "verdict": "depends", "shares": shares}
    assert hardly_ever(told) == words
    assert summary(told) == ", ".join(filter(None, ["depends", words]))
    assert hardly_ever({**told, "verdict": "supported"}) == ""


def test_a_question_that_is_asked_again_is_no_answer_until_it_is_finished(
    result: QuestionResult, tmp_path: Path
) -> None:
    folder = shutil.copytree(result.folder, tmp_path / "asked" / "here-1")
    assert [one.name for one in answers_in(tmp_path)] == ["teaching"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps({**manifest, "finished": None})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    assert answers_in(tmp_path) == []


def test_the_page_leads_with_words_then_the_table(result: QuestionResult) -> None:
    told = kept_of(result.verdict, result.answer, result.where)
    page = findings_page([told, replace(told, market="telecom", verdict="refuted")])
    words, table = page.index("## In words"), page.index("## Question by market")
    assert words < table < page.index("## teaching")
    assert "A different verdict elsewhere: refuted (telecom)." in page
    assert "| [teaching](#teaching) | **supported**" in page
    assert "expected to be called supported" in page


def place(at: int) -> dict[str, Any]:
    return {"assumptions": [at], "low": [0.5], "high": [1.0]}


def test_a_claim_seen_to_turn_over_either_horizon_is_said_to() -> None:
    found = {"horizons": {"late": {"except_where": [place(0)]},
                          "all": {"except_where": [place(0), place(3)]}}}  # fmt: skip
    assert reversals(found) == [("late", place(0)), ("all", place(3))]
    found["horizons"]["late"]["except_where"] = []
    assert [horizon for horizon, _ in reversals(found)] == ["all", "all"]


def test_what_customers_have_is_part_of_everyones_effect_but_not_of_the_companys() -> None:
    actors = {who: {"own": {"mean": 1.0}} for who in KEPT}
    found: dict[str, Any] = {
        "served": 12.0, "margin": 1.0, "actors": actors, "critical": "it",
        "effects": [{"name": "it", "of": "everyone"}],
        "units": {"currency": "EUR", "per_unit": 1.0},
    }  # fmt: skip
    assert who_text(found).startswith("of which customers +1 EUR")
    found["effects"] = [{"name": "it", "of": "company"}]
    assert who_text(found).startswith("by actor: customers +1 EUR")


def test_what_it_takes_to_decide_is_what_the_slower_horizon_takes() -> None:
    found = {
        "verdict": "undecided",
        "power": {"seeds_needed": 1},
        "futures": {"used": 128},
        "quick": False,
        "horizons": {"late": {"futures_needed": None}, "all": {"futures_needed": 141}},
        "shares": {"better": {"value": 0.4}, "same": {"value": 0.5}, "worse": {"value": 0.1}},
    }
    tables = cast("QuestionTables", SimpleNamespace(findings=found))
    assert power_text(tables).startswith(
        "to decide it takes at least 141 futures, and 1 seed a future to see that there is no"
    )
    found["power"] = {"seeds_needed": 6_940_562}
    assert "and more than 1,000 seeds a future" in power_text(tables)
    found["shares"] = {"better": {"value": 0.6}, "same": {"value": 0.3}, "worse": {"value": 0.1}}
    assert power_text(tables).startswith("to decide it takes at least 141 futures; fewer than 128")
    found["horizons"] = {
        "late": {"futures_needed": None, "seeds_needed": 12},
        "all": {"futures_needed": None},
    }
    found["power"] = {"seeds_needed": 3}
    assert power_text(tables).startswith(
        "12 seeds a future would show whether there is a difference"
    )
    found["quick"] = True  # which never decides, however many futures it has
    assert power_text(tables).startswith("to decide it takes at least 128 futures")


def test_a_cell_is_read_back_whole_and_as_earlier_versions_wrote_it() -> None:
    cell = Searched.of(Suspected(RangeCell((0, 1), (0.5, 0.0), (1.0, 0.5), -2.0), 0, False), 3, 40)
    cell = replace(cell, futures=(41, 43), tried=32)
    assert Searched.of_data(asdict(cell)) == cell
    earlier = {
        name: value for name, value in asdict(cell).items() if name not in ("width", "tried")
    }
    again = Searched.of_data({**earlier, "rows": cell.rows[:32]})
    assert again == cell
    assert again.rows[:32] == cell.rows[:32]


def test_candidates_of_a_cell_stay_in_it() -> None:
    bounds = RangeCell((0, 2), (0.75, 0.25), (1.0, 0.5), -2.0)
    cell = Searched.of(Suspected(bounds, 0, False), 3, 1)
    rows = np.array([cell.row(number, (), None) for number in range(1, 129)])
    assert rows.shape == (128, 3)
    assert bounds.holds(rows).all()
