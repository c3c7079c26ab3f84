"""No dead knobs, and every knob turns the right way where theory gives a direction."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.scenario.fields import Parameter, ValueKind, parameters
from simulation.scenario.paths import value_at

# Short contracts, frequent needs and a wide reach let everything happen in a short run.
LIVELY = {
    "population.people": 400,
    "population.need_probability": 0.3,
    "journey.contract_months": 3,
    "reach.hazard": 0.5,
}
MONTHS = 20

PARTNER_ONLY = {"touchpoints.onboarding_guide.remove": True, "partners.installer.fixed_cost": 0.0}
"""New customers start with the partner or alone, and the partner can live of few."""

BUSY = {"touchpoints.*.handling": 300.0, "journey.problem_rate": 1.0}
"""Desks at which people wait."""

AS_GIVEN = {"touchpoints.*.service_level": 0.0}
"""Staff as many as servers says, whatever the load."""

MANY = {"population.people": 1500}
"""Enough people that a small change of a chance turns somebody's decision."""
DEALING = {
    "jobs.*.value": 3.0,
    "population.money": 3.0,
    "population.knowledge_high": 0.9,
    "journey.churn_a": 4.0,
    "evaluate.attitude_of_others": 1.0,
}
"""Many buy, and leave again, and make up their minds about companies meanwhile."""
QUERIES = {"journey.query_rate": 0.4}

CROWDED = {
    "touchpoints.*.handling": 60.0,
    "touchpoints.call_centre.service_level": 0.5,
    "touchpoints.help_pages.stages": ["use"],
    "journey.problem_rate": 1.0,
    "companies.focal.strategy.when": 0.0,
    "desks.business_hours": 4.0,
    "desks.patience": 10.0,
}
"""A desk whose staff follow a load that one person could not serve."""

STRAINED = {
    "touchpoints.*.servers": 0,
    "touchpoints.call_centre.servers": 1,
    "desks.business_hours": 1.0,
    "companies.focal.strategy.when": 0.0,
    "companies.focal.training": 0.1,
}
"""A company whose only desk is always busy."""

IN_TROUBLE = {
    "journey.problem_rate": 1.0,
    "talk.propensity": 1.0,
    "companies.*.strategy.listening": 1.0,
}
"""Customers with problems, who say so."""

WORTH_STAYING = {
    "companies.rival.price": 2.0,
    "companies.focal.price": 0.1,
    "population.money": 3.0,
    "population.need_probability": 0.3,
    "journey.contract_months": 6,
}
"""A cheap company with a costly rival: to leave it costs its customers something."""

CONTEXT: dict[str, dict[str, Any]] = {
    "start.companies.*": {"start.companies.focal.share": 0.3},
    "calendar.outages": {"calendar.outages": 1.0},
    "calendar.outage_days": {"calendar.outages": 4.0},
    "network.group_size": {"network.kind": "groups"},
    "network.weak_contacts": {"network.kind": "groups"},
    "talk.contagion": {"network.kind": "full_mixing"},
    "partners.*.contract_months": {"partners.installer.reservation": 20.0, **PARTNER_ONLY},
    "partners.*.fixed_cost": {"touchpoints.onboarding_guide.remove": True},
    "partners.*.hours": PARTNER_ONLY,
    "partners.*.reservation": PARTNER_ONLY,
    "blocks.partner_capability": PARTNER_ONLY,
    "desks.*": BUSY,
    "touchpoints.*.servers": {**BUSY, **AS_GIVEN},
    "touchpoints.*.within": CROWDED,
    "companies.*.touchpoints.*.within": CROWDED,
    "touchpoints.*.service_level": BUSY,
    "companies.*.touchpoints.*.service_level": BUSY,
    "desks.load_memory": CROWDED,
    "desks.hiring_lag": CROWDED,
    "desks.wait_tolerance": CROWDED,
    "desks.turnover*": {"companies.focal.training": 0.1},
    "desks.turnover_strain": STRAINED,
    "capability.agility_loss": {"companies.focal.strategy.agility": 0.5},
    "capability.lean_loss": {"companies.focal.strategy.lean": 0.5},
    "desks.training_cost": {"companies.focal.training": 0.1},
    "companies.*.touchpoints.*.servers": {**BUSY, **AS_GIVEN},
    "companies.*.touchpoints.*.offered": {"companies.focal.touchpoints.product_use.cost": 0.0},
    "encounter.who_handling": BUSY,
    "reach.most": {"reach.hazard": None},
    "calendar.campaign_*": {"reach.hazard": None},
    "journey.give_up_months": {"reach.hazard": 0.01},
    "capability.dilution": {
        "events": [{"month": 2, "set": {"touchpoints.call_centre.function": "experience_platform"}}]
    },
    "peers.give": {"peers.answer": 1.0, "peers.answer_hours": 10.0},
    "evaluate.weight_social": MANY,
    "companies.*.strategy.single_view": {"handover.loss": 0.6},
    "companies.*.strategy.recovery": IN_TROUBLE,
    "listening.recovery_cost": {**IN_TROUBLE, "companies.*.strategy.recovery": 1.0},
    "listening.complaint_cost": {"companies.*.strategy.complaint_rate": 0.2},
    "handover.view_*": {"companies.focal.strategy.single_view": 1.0},
    "encounter.configuration_hours": {"companies.*.strategy.configuration": 0.5},
    "companies.*.strategy.imitation": {
        "companies.rival.cost_to_serve": 0.0,
        "population.people": 1500,
        **{key: value for key, value in DEALING.items() if key.startswith(("jobs", "pop"))},
    },
    "evaluate.market_norm": {"evaluate.adaptation": 0.85},
    "evaluate.norm_rate": {"evaluate.adaptation": 0.85},
    "evaluate.moments.*": DEALING,
    "journey.own_attitude": DEALING,
    "journey.word_of_mouth_shift": DEALING,
    "journey.doubt": QUERIES,
    "jobs.*.clarity": QUERIES,
    "companies.*.strategy.coupling.*": {"companies.focal.strategy.alignment": 0.5},
}
"""What has to be so for a parameter's mechanism to be at work."""

PLACES = {
    "start.companies": "focal",
    "companies": "focal",
    "partners": "installer",
    "segments": "savers",
    "jobs": "run_daily",
}
TOUCHPOINT = {
    "servers": "call_centre",
    "service_level": "call_centre",
    "within": "call_centre",
    "handling": "call_centre",
    "sociality": "reviews",
    "owner": "product_use",
    "area": "product_use",
}

SETTINGS: dict[str, Any] = {
    "population.knowledge_low": 0.05,
    "population.skill_low": 0.05,
    "population.money": 0.3,
    "touchpoints.*.area": "social",
    "companies.*.touchpoints.*.listens": False,
    "segments.*.importance": {"faster": 10.0},
    "companies.*.allocation": {"product_use": 5.0},
    "companies.*.legacy_focus": {"faster": 1.0},
    "jobs.*.outcomes": ["less_effort", "faster"],
    "touchpoints.*.stages": ["use", "renew"],
    "touchpoints.*.owner": "peers",
    "journey.stages": ["need", "search", "evaluate", "purchase", "onboard", "use", "renew"],
    "desks.profile": [1.0] * 24,
    "partners.*.hours": 1.0,
    "network.ties": 4,
    "population.people": 500,
}
"""New values where the far end of the range would not do."""

NOT_OF_A_RUN = ("run.",)
"""How long, how often and under which seeds; not part of what is simulated in a month."""

NAMES_AND_WORDS = ("name", "title", "description")


def knobs() -> list[Parameter]:
    return [
        p
        for p in parameters()
        if not p.path.startswith(NOT_OF_A_RUN)
        and p.name not in NAMES_AND_WORDS
        and not p.path.startswith("events")
        and p.path != "network.file"  # tests/world/test_network.py
    ]


def concrete(parameter: Parameter) -> str:
    section, star, rest = parameter.path.partition(".*")
    if not star:
        return parameter.path
    if section == "touchpoints":
        return f"{section}.{TOUCHPOINT.get(parameter.name, 'product_use')}{rest}"
    place = PLACES[section]
    rest = rest.replace(".*", f".{TOUCHPOINT.get(parameter.name, 'product_use')}")
    return f"{section}.{place}{rest}"


def context(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pattern, extra in CONTEXT.items():
        stem = pattern.removesuffix("*")
        if pattern == parameter.path or (pattern != stem and parameter.path.startswith(stem)):
            found |= extra
    return found


def other_value(parameter: Parameter, now: Any) -> Any:
    """Return a value of the parameter's range that is far from the present one."""
    if parameter.path in SETTINGS:
        return SETTINGS[parameter.path]
    if parameter.kind is ValueKind.SWITCH:
        return not now
    if parameter.kind is ValueKind.WORD:
        return next(word for word in parameter.choices if word != str(now))
    assert parameter.sweep is not None, f"{parameter.path} has no range to explore"
    low, high = parameter.sweep
    middle = low if now is None else float(now)
    value = high if high - middle >= middle - low else low
    return round(value) if parameter.kind is ValueKind.WHOLE else value


@cache
def record(changes: str) -> np.ndarray:
    inputs = changed("base", {**LIVELY, **json.loads(changes)})
    return run_model(inputs, MONTHS).recorder.values[:MONTHS]


@pytest.mark.parametrize("parameter", knobs(), ids=lambda p: p.path)
def test_no_dead_knobs(parameter: Parameter) -> None:
    here = context(parameter)
    start = changed("base", {**LIVELY, **here})
    path = concrete(parameter)
    value = other_value(parameter, value_at(start, path))
    turned = start.replace({path: value})
    before = record(json.dumps(here))
    after = run_model(turned, MONTHS).recorder.values[:MONTHS]
    same = before.shape == after.shape and np.array_equal(before, after, equal_nan=True)
    assert not same, f"{path} = {value} moves nothing"


# --- directions ----------------------------------------------------------------------------------

SALES_DESK = "focal:sales_conversation"

DIRECTIONS: list[tuple[str, Any, Any, str, str, int]] = [
    # path, low, high, metric, of, sign of the metric's change from low to high
    ("companies.focal.funding.innovation", 1.0, 9.0, "performance", "focal:innovation", 1),
    ("companies.focal.funding.marketing_sales", 1.0, 9.0, "aware", "focal", 1),
    ("companies.focal.funding.experience_platform", 1.0, 9.0, "experience", "product_use", 1),
    ("companies.focal.price", 0.2, 0.6, "adoption", "focal", -1),
    ("companies.focal.usage_price", 0.0, 0.3, "adoption", "focal", -1),
    ("companies.focal.strategy.configuration", 0.0, 1.0, "outcome_progress", "focal", 1),
    ("companies.focal.cost_to_serve", 0.05, 0.3, "surplus", "focal", -1),
    ("companies.focal.strategy.alignment", 0.0, 1.0, "direction", "focal", 1),
    ("companies.focal.strategy.education", 0.0, 0.9, "knowledge_taught", "focal", 1),
    ("companies.focal.strategy.education", 0.0, 0.9, "aware", "focal", -1),
    ("companies.focal.strategy.listening", 0.1, 1.0, "heard", "focal:innovation", 1),
    ("companies.focal.strategy.when", 0.0, 1.0, "spending", "focal", 1),
    ("companies.focal.strategy.where", 0.0, 1.0, "encounters", "social_care", 1),
    ("companies.focal.strategy.what", 0.0, 1.0, "encounters", "product_use", -1),
    ("companies.focal.capability", 0.1, 1.0, "outcome_progress", "focal", 1),
    ("capability.decay", (0.01, 0.02, 0.01), (0.1, 0.2, 0.1), "performance", "focal:innovation",
     -1),
    ("capability.coordination_cost", 0.0, 0.3, "performance", "focal:innovation", -1),
    ("capability.variety_cost", 0.0, 0.5, "performance", "focal:innovation", -1),
    ("reach.most", 0.02, 0.4, "aware", "focal", 1),
    ("reach.fade", 0.0, 0.1, "aware", "focal", -1),
    ("talk.strong", 0.0, 0.5, "new_aware_by_word_of_mouth", "focal", 1),
    ("talk.propensity", 0.0, 0.8, "new_aware_by_word_of_mouth", "focal", 1),
    ("talk.knowledge_rate", 0.0, 0.2, "knowledge", "", 1),
    ("network.ties", 2, 20, "new_aware_by_word_of_mouth", "focal", 1),
    ("population.need_probability", 0.02, 0.2, "customers", "", 1),
    ("population.hours", 2.0, 20.0, "outcome_progress", "", 1),
    ("population.money", 0.4, 3.0, "customers", "", 1),
    ("encounter.self_service", 0.0, 0.4, "co_created_value", "", -1),
    ("encounter.wage", 0.0, 0.05, "surplus", "customers", -1),
    ("encounter.burden", 0.0, 40.0, "surplus", "customers", -1),
    ("peers.answer", 0.003, 0.3, "peer_help", "community_forum", 1),
    ("peers.look_in", 0.0, 0.5, "answers", "community_forum", 1),
    ("peers.enough", 1.0, 4.0, "answers", "community_forum", 1),
    ("peers.decay", 0.0, 0.2, "found", "community_forum", -1),
    ("peers.needed", 50.0, 1000.0, "found", "community_forum", -1),
    ("peers.answer_hours", 0.05, 1.0, "answer_hours", "", 1),
    ("peers.answer_joy", 0.0, 2.0, "surplus", "customers", 1),
    ("peers.helpful_spread", 0.8, 1.8, "answers_by_top_tenth", "", 1),
    ("jobs.*.answerable", 0.1, 1.0, "peer_help", "community_forum", 1),
    ("blocks.peer_help", 0.0, 1.0, "answers", "community_forum", -1),
    ("handover.loss", 0.0, 0.8, "experience", "call_centre", -1),
    ("encounter.absorb", 0.0, 1.0, "experience", "account_manager", -1),
    ("encounter.weights.use.time", 0.02, 1.0, "experience", "product_use", 1),
    ("capability.dilution", 0.0, 1.0, "experience", "product_use", -1),
    ("encounter.elasticity", 0.3, 3.0, "outcome_progress", "", 1),
    ("encounter.offering_elasticity", 0.3, 3.0, "outcome_progress", "", 1),
    ("evaluate.hype", 0.0, 1.0, "new_customers", "focal", 1),
    ("evaluate.loss_aversion", 1.0, 2.25, "judgement", "call_centre", -1),
    ("evaluate.hype", 0.0, 1.0, "promised", "focal", 1),
    ("evaluate.adaptation", 0.0, 1.0, "attitude", "focal", -1),
    ("evaluate.surprise", 0.0, 1.0, "judgement", "shop", -1),
    ("learn.teaching", 0.0, 0.5, "knowledge", "", 1),
    ("learn.knowledge_forgotten", 0.0, 0.1, "knowledge", "", -1),
    ("learn.practice_exponent", 0.1, 0.5, "skill", "", 1),
    ("learn.skill_forgotten", 0.0, 0.1, "skill", "", -1),
    ("journey.problem_rate", 0.0, 0.8, "people_in_stage", "support", 1),
    ("journey.problem_loss", 0.0, 0.9, "outcome_progress", "", -1),
    ("journey.rounds", 1, 4, "months_to_purchase", "focal", -1),
    ("journey.rounds", 1, 4, "in_trouble", "focal", -1),
    ("journey.query_rate", 0.05, 0.4, "query_contacts", "call_centre", 1),
    ("journey.need_persists", 0.0, 1.0, "new_customers_returning", "focal", 1),
    ("journey.churn_a", 0.5, 3.0, "lapsed", "focal", 1),
    ("journey.churn_b", 1.0, 10.0, "lapsed", "focal", -1),
    ("journey.churn_attitude", 0.0, 3.0, "lapsed", "focal", -1),
    ("blocks.word_of_mouth", 0.0, 1.0, "new_aware_by_word_of_mouth", "focal", -1),
    ("blocks.advertising", 0.0, 1.0, "aware", "focal", -1),
    ("blocks.teaching", 0.0, 1.0, "knowledge_taught", "focal", -1),
    ("blocks.peer_help", 0.0, 1.0, "experience", "community_forum", -1),
    ("blocks.insight", 0.0, 1.0, "heard", "focal:innovation", -1),
    ("blocks.feedback", 0.0, 1.0, "heard", "focal:experience_platform", -1),
    ("blocks.partner_capability", 0.0, 1.0, "experience", "installation", -1),
    ("desks.wage", 0.0, 0.5, "surplus", "focal", -1),
    ("touchpoints.sales_conversation.servers", 1, 5, "desk_abandoned", SALES_DESK, -1),
    ("touchpoints.sales_conversation.handling", 5.0, 40.0, "desk_wait", SALES_DESK, 1),
    ("capability.agility_loss", 0.0, 0.5, "capability", "focal:innovation", -1),
    ("capability.turned_over", 0.0, 1.0, "capability", "focal:innovation", -1),
    ("listening.research", 0.0, 0.5, "spending", "focal", 1),
    ("companies.focal.strategy.teacher_share", 0.2, 1.0, "aware", "focal", -1),
    ("companies.focal.training", 0.0, 0.1, "staff_skill", "focal", 1),
    ("desks.blended_occupancy", 0.3, 0.9, "staff_pay", "focal", -1),
    ("calendar.outages", 0.0, 4.0, "outage", "focal", 1),
    ("companies.focal.strategy.complaint_rate", 0.0, 0.5, "complaint_cost", "focal", 1),
    ("companies.focal.strategy.recovery", 0.0, 1.0, "recoveries", "focal", 1),
    ("companies.focal.strategy.recovery", 0.0, 1.0, "in_trouble", "focal", -1),
    # What suits more than fully gains nothing, what suits less loses.
    ("needs.fit", 0.0, 0.8, "outcome_progress", "", -1),
    ("evaluate.moments.use", 0.2, 3.0, "extreme_attitude", "focal", 1),
    # What people meet before they buy disappoints them a little: losses weigh more than gains.
    ("evaluate.attitude_of_others", 0.0, 1.0, "attitude", "focal", -1),
    ("evaluate.hype_push", 0.0, 0.5, "promised", "focal", 1),
    ("evaluate.experience_months", 1.0, 24.0, "expected", "focal", 1),
    ("capability.lean_loss", 0.0, 0.8, "outcome_progress", "focal", -1),
    ("desks.wait_tolerance", 1.0, 30.0, "experience", "call_centre", 1),
    ("desks.load_memory", 0.1, 1.0, "desk_servers", "focal:call_centre", 1),
    ("journey.churn_value", 0.0, 4.0, "lapsed", "focal", -1),
]  # fmt: skip


def mean_metric(changes: dict[str, Any], metric: str, of: str) -> float:
    inputs = changed("base", {"population.people": 1500, **changes})
    recorder = run_model(inputs, 36).recorder
    return float(np.nanmean(recorder.values[12:36, recorder.labels.index((metric, of))]))


def spread_out(path: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, tuple):
        return {path: value}
    functions = ("innovation", "marketing_sales", "experience_platform")
    return {f"{path}.{f}": part for f, part in zip(functions, value, strict=True)}


MEANT_FOR: dict[str, dict[str, Any]] = {
    "blocks.partner_capability": PARTNER_ONLY,
    "capability.dilution": CONTEXT["capability.dilution"],
    "touchpoints.sales_conversation.servers": AS_GIVEN,
    "companies.focal.strategy.recovery": {**IN_TROUBLE, "population.hours": 1.5},
    # The difference is small beside that from person to person: in 1 500 people its sign is luck.
    "evaluate.attitude_of_others": {**DEALING, "population.people": 4000},
    "capability.lean_loss": CONTEXT["capability.lean_loss"],
    "desks.wait_tolerance": CROWDED,
    "desks.load_memory": CROWDED,  # contacts grow: who expects them sooner has more staff
    "journey.churn_value": WORTH_STAYING,
}
"""Where a direction of effect shows."""


@pytest.mark.parametrize(
    ("path", "low", "high", "metric", "of", "sign"),
    DIRECTIONS,
    ids=[f"{row[0]} -> {row[3]}" for row in DIRECTIONS],
)
def test_direction_of_effect(
    path: str, low: Any, high: Any, metric: str, of: str, sign: int
) -> None:
    extra = MEANT_FOR.get(path, {})
    below = mean_metric({**extra, **spread_out(path, low)}, metric, of)
    above = mean_metric({**extra, **spread_out(path, high)}, metric, of)
    assert sign * (above - below) > 0, f"{metric} {of}: {below} at {low}, {above} at {high}"
