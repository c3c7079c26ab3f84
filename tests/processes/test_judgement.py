"""Judgement relative to what can be had, loyalty relative to the alternative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel
from simulation.world.people import People

RELATIVE: dict[str, Any] = {
    "population.people": 1500,
    "population.need_probability": 0.3,
    "reach.hazard": 0.3,
    "journey.contract_months": 6,
    "journey.churn_journey": 1.0,
    "journey.churn_attitude": 1.3,
    "journey.churn_value": 1.5,
    "journey.own_attitude": 1.0,
    "evaluate.gain": 4.0,
    "evaluate.level": 1.0,
    "evaluate.adaptation": 0.85,
    "evaluate.attitude_of_others": 1.0,
    "needs.fit": 0.3,
}
"""All of it at work, at the constants of the prototype."""

ALONE = {"companies.rival.remove": True}
BETTER = {"companies.focal.funding.innovation": 15.0, "companies.focal.capability": 1.0}
MONTHS = 48


def lived(changes: dict[str, Any], seed: int = 1, months: int = MONTHS) -> EcosystemModel:
    return run_model(changed("base", {**RELATIVE, **changes}), months, seed)


def metric(model: EcosystemModel, name: str, of: str, first: int = 12) -> float:
    """Return the mean of a metric from the second year on, or from another month."""
    column = model.recorder.labels.index((name, of))
    return float(np.nanmean(model.recorder.values[first : model.world.step, column]))


def churn(model: EcosystemModel) -> float:
    """Return the share of the focal company's renewals at which its customers left."""
    return metric(model, "lapsed", "focal") / metric(model, "renewals_due", "focal")


def mean_churn(changes: dict[str, Any]) -> float:
    """Return it over three seeds."""
    return float(np.mean([churn(lived(changes, seed)) for seed in (1, 2, 3)]))


def test_a_monopolist_whose_offering_gets_better_loses_fewer_customers() -> None:
    """What it gives sets the standard; the alternative is to do without."""
    assert mean_churn({**ALONE, **BETTER}) < mean_churn(ALONE) - 0.01


def test_a_company_whose_price_rises_loses_more() -> None:
    dearer = {"month": 13, "set": {"companies.focal.price": 0.7}}
    assert mean_churn({"events": [dearer]}) > mean_churn({}) + 0.01


def test_a_company_that_gives_what_all_give_is_judged_near_neutral_and_keeps_customers() -> None:
    """At full adaptation to the market's level a monopolist is the level, in time."""
    once_a_month = {"journey.rounds": 1, "journey.query_rate": 0.0}
    usual = {**ALONE, **BETTER, **once_a_month, "evaluate.adaptation": 1.0,
             "evaluate.market_norm": 1.0}  # fmt: skip
    model = lived(usual, months=96)
    absolute = lived({**usual, "evaluate.adaptation": 0.0}, months=96)
    late = {"of": "focal", "first": 84}
    level, reached = (metric(model, m, **late) for m in ("comparison_level", "outcome_progress"))
    assert level == pytest.approx(reached, abs=0.08)
    assert metric(model, "attitude", **late) < 0.4 * metric(absolute, "attitude", **late)
    assert metric(model, "advantage", **late) > 0.1
    assert metric(model, "lapsed", **late) < 0.15 * metric(model, "renewals_due", **late)


def test_two_companies_with_equal_parameters_come_out_equal() -> None:
    """Their difference over seeds is within three standard errors."""
    alike: dict[str, Any] = {
        f"companies.*.{name}": value
        for name, value in {
            "funding.innovation": 3.0, "funding.marketing_sales": 3.0,
            "funding.experience_platform": 3.0, "strategy.alignment": 0.5,
            "strategy.outside_in": 0.7, "cost_to_serve": 0.15,
        }.items()
    }  # fmt: skip
    alike |= {"population.people": 800, "capability.legacy_spread": 0.0}
    focal, rival = changed("base", {**RELATIVE, **alike}).companies
    assert rival.model_copy(update={"name": focal.name}) == focal
    models = [lived(alike, seed) for seed in range(1, 25)]
    for name in ("customers", "attitude"):
        gaps = [metric(model, name, "focal") - metric(model, name, "rival") for model in models]
        error = np.std(gaps, ddof=1) / np.sqrt(len(gaps))
        assert abs(np.mean(gaps)) < 3.0 * error, (name, gaps)


def recorded(changes: dict[str, Any]) -> dict[tuple[str, str], np.ndarray]:
    model = lived({"population.people": 400, **changes})
    return dict(zip(model.recorder.labels, model.recorder.values[:MONTHS].T, strict=True))


@pytest.mark.parametrize(
    ("off", "idle"),
    [
        ({"evaluate.adaptation": 0.0}, {"evaluate.market_norm": 0.0, "evaluate.norm_rate": 1.0}),
        ({"evaluate.attitude_of_others": 0.0}, {"evaluate.moments.dispose": 5.0}),
    ],
    ids=["adaptation", "others"],
)  # fmt: skip
def test_what_is_switched_off_is_off(off: dict[str, Any], idle: dict[str, Any]) -> None:
    """With a mechanism off, what belongs to it alone moves nothing."""
    before, after = recorded(off), recorded({**off, **idle})
    for label in before:
        assert np.array_equal(before[label], after[label], equal_nan=True), label


def test_without_hype_promises_are_reports() -> None:
    model = lived({"population.people": 400, "evaluate.hype": 0.0, "evaluate.hype_push": 0.0})
    assert np.array_equal(model.world.firms.promised[:-1], model.world.firms.reported[:-1])


def test_former_customers_remember_each_company_by_itself() -> None:
    people = lived({"journey.churn_a": 4.0}).world.people
    left = people.experienced & (people.provider[:, None] != np.arange(2))
    assert left.all(axis=1).any()
    both = people.remembered[left.all(axis=1)]
    assert np.mean(both[:, 0] != both[:, 1]) > 0.9
    assert np.all(people.remembered[~people.experienced] == 0.0)


def after_experience(attitude: float, own: float) -> People:
    """Return people after month 10, in which all who have dealt with a company think so of it.

    Nobody has said anything of any company. With one round a month, people choose by the attitude
    that they have at its end.
    """
    busy = {
        "population.people": 4000, "jobs.*.value": 3.0, "population.money": 3.0,
        "journey.rounds": 1, "journey.word_of_mouth_shift": 0.8,
        "talk.strong": 0.0, "talk.weak": 0.0, "journey.own_attitude": 0.0,
        "events": [{"month": 10, "set": {"journey.own_attitude": own}}],
    }  # fmt: skip
    model = EcosystemModel(changed("base", {**RELATIVE, **busy}), 1)
    for month in range(1, 11):
        if month == 10:
            people = model.world.people
            people.attitude[:] = np.where(people.dealt, attitude, 0.0)
        model.step()
    return model.world.people


@pytest.mark.parametrize("liked", [False, True])
def test_people_judge_a_company_they_have_dealt_with_by_that_experience(liked: bool) -> None:
    """The same purchases, under the same draws, with reputation alone and with own attitude."""
    heard, lived_through = (after_experience(0.8 if liked else -0.8, own) for own in (0.0, 1.0))
    moved = heard.provider != lived_through.provider
    dealt = heard.dealt & lived_through.dealt  # before the purchase
    assert not heard.reputation.any()
    assert not moved[~dealt.any(axis=1)].any()
    chosen = (lived_through if liked else heard).provider[moved]
    assert moved.sum() >= 10
    assert (chosen >= 0).all()
    assert dealt[moved, chosen].all()  # who is liked is gone to, who is not is left
    bought = [(one.provider[dealt.any(axis=1)] >= 0).sum() for one in (heard, lived_through)]
    assert bool(bought[1] > bought[0]) is liked


def test_fit_has_mean_one_and_is_one_when_off() -> None:
    fit = lived({"needs.fit": 0.5}).world.people.fit
    assert fit.mean() == pytest.approx(1.0, abs=4 * 0.53 / np.sqrt(fit.size))
    assert np.all(lived({"needs.fit": 0.0}).world.people.fit == 1.0)


def test_without_surprise_burden_and_level_contacts_outside_use_leave_people_cold() -> None:
    off = {"evaluate.surprise": 0.0, "evaluate.burden": 0.0}
    for changes, cold in ((off, True), ({**off, "evaluate.surprise": 0.5}, False)):
        world = lived({"population.people": 400, **changes}).world
        before_use = (world.people.stage >= 1) & (world.people.stage <= 3)
        judgement = world.encounters.judgement[before_use & (world.balance.needy == 1)]
        assert bool(np.all(judgement == 0.0)) is cold
