"""The metrics: a name, a unit, a meaning, what they are of, and how they are measured.

To add one, write a function of the world that returns an array and add a row to ``_ALL``; it is
then recorded, stored, swept and plotted like the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.recorder.census import Census
from simulation.world.journey import STAGES
from simulation.world.people import BY_ADVERTISING, BY_EXPERIENCE, BY_WORD_OF_MOUTH
from simulation.world.touchpoints import FUNCTIONS, RESOURCES
from simulation.world.world import World

Values = NDArray[np.float64]
Counts = NDArray[np.signedinteger[Any]]
Labels = Callable[[World], Sequence[str]]
Measure = Callable[["Seen"], "Values | Counts | Sequence[float]"]


@dataclass(frozen=True)
class Seen:
    """What metrics are measured on: the world, and the census of its people."""

    world: World
    census: Census


@dataclass(frozen=True)
class Metric:
    """A number, or several of one kind, per month."""

    name: str
    unit: str
    meaning: str
    labels: Labels
    measure: Measure


def _whole(_: World) -> Sequence[str]:
    return ("",)


def _companies(world: World) -> Sequence[str]:
    return [company.name for company in world.scenario.companies]


def _whole_and_companies(world: World) -> Sequence[str]:
    return ["", *_companies(world)]


def _partners(world: World) -> Sequence[str]:
    return [partner.name for partner in world.scenario.partners]


def _actors(world: World) -> Sequence[str]:
    return ["customers", "non_customers", *_companies(world), *_partners(world)]


def _functions(world: World) -> Sequence[str]:
    return [f"{company}:{f.value}" for company in _companies(world) for f in FUNCTIONS]


def _touchpoints(world: World) -> Sequence[str]:
    return world.touchpoints.names


def _segments(world: World) -> Sequence[str]:
    return [segment.name for segment in world.scenario.segments]


def _needs(world: World) -> Sequence[str]:
    return [f"{s}:{k}" for s in _segments(world) for k in world.scenario.outcomes]


def _stages(world: World) -> Sequence[str]:
    return [s.value for s, there in zip(STAGES, world.journey.present, strict=True) if there]


def _served(world: World) -> list[tuple[int, int]]:
    """Return (stage, touchpoint) of every stage of the journey that a touchpoint serves."""
    serves = world.touchpoints.serves & world.journey.present[:, None]
    return [(int(g), int(t)) for g, t in np.argwhere(serves)]


def _stage_touchpoints(world: World) -> Sequence[str]:
    return [f"{STAGES[g].value}:{world.touchpoints.names[t]}" for g, t in _served(world)]


def _stage_visits(world: World) -> Values:
    visits = world.month.stage_visits
    return np.array([visits[place] for place in _served(world)], dtype=np.float64)


def _stage_experience(world: World) -> Values:
    met = world.month.stage_purpose_met
    total = np.array([met[place] for place in _served(world)], dtype=np.float64)
    return _ratio(total, _stage_visits(world))


def _resources(world: World) -> Sequence[str]:
    return [f"{t}:{r.value}" for t in world.touchpoints.names for r in RESOURCES]


def _company_touchpoints(world: World) -> Sequence[str]:
    return [f"{c}:{t}" for c in _companies(world) for t in world.touchpoints.names]


def _desks(world: World) -> Sequence[str]:
    return [f"{world.scenario.companies[c].name}:{world.touchpoints.names[t]}"
            for c, t in desk_places(world)]


def desk_places(world: World) -> list[tuple[int, int]]:
    """Return (company, touchpoint) of every service desk there is or will be."""
    return [(c, int(t)) for c in range(world.n_companies)
            for t in np.flatnonzero(world.ever_staffed) if world.policy.runs[c, t]]


def _ratio(top: NDArray[np.generic], bottom: NDArray[np.generic]) -> Values:
    """Return top / bottom, not a number where nothing is counted."""
    nothing = np.full(np.shape(top), np.nan)
    return np.divide(top, bottom, out=nothing, where=np.asarray(bottom) > 0)


def _with_total(by_company: Values) -> Values:
    return np.concatenate([[by_company.sum()], by_company])


def _surplus(world: World) -> Values:
    month = world.month
    people = [month.customers[0], month.non_customers[0]]
    return np.concatenate([people, month.company_surplus, month.partner_surplus])


def _direction(world: World) -> list[float]:
    """Mean pairwise cosine of the functions' focus, segments weighted by size."""
    cosines = []
    for focus in world.firms.focus:
        unit = focus / np.linalg.norm(focus, axis=-1, keepdims=True)
        pairs = [(unit[f] * unit[g]).sum(axis=-1) for f, g in ((0, 1), (0, 2), (1, 2))]
        cosines.append(float(np.mean(pairs, axis=0) @ world.segment_shares))
    return cosines


def _level_balance(world: World) -> list[float]:
    """1 − distance of the funding shares from equal, relative to the farthest (one alone)."""
    balances = []
    for funding in world.policy.funding:
        total = funding.sum()
        shares = funding / total if total > 0 else np.full(3, 1 / 3)
        balances.append(1.0 - float(np.linalg.norm(shares - 1 / 3) / np.sqrt(2 / 3)))
    return balances


def _touchpoint_mean(world: World, total: NDArray[np.float64]) -> Values:
    return _ratio(total, world.month.encounters.sum(axis=0))


def _experience(world: World) -> Values:
    return _touchpoint_mean(world, world.month.purpose_met.sum(axis=(0, 1)))


def _hours(world: World) -> Values:
    hours: Values = (world.month.visitors * world.policy.effort).sum(axis=0)
    return hours


def _brought(world: World) -> Values:
    return world.month.brought.sum(axis=0).ravel()


def _slack(world: World) -> Values:
    return world.month.slack.sum(axis=0).ravel()


def _at_desks(world: World, table: NDArray[np.generic]) -> Values:
    return np.array([table[place] for place in desk_places(world)], dtype=np.float64)


def _occupancy(world: World) -> Values:
    places = desk_places(world)
    offered = np.array([
        world.touchpoints.servers[t] * 60.0 * world.policy.open_hours[c] for c, t in places
    ])
    return _ratio(_at_desks(world, world.month.desk_busy), offered)


def _by_segment(census: Census, total: Values) -> Values:
    """Return means by segment and outcome, ``(n_segments · n_outcomes,)``."""
    count = np.broadcast_to(census.in_segment[:, None], total.shape)
    return _ratio(total, count).ravel()


def _people_in_stage(seen: Seen) -> Values:
    present = np.concatenate([[True], seen.world.journey.present])
    return seen.census.in_stage[present]


def _stage_passed(world: World) -> Values:
    month, present = world.month, world.journey.present
    return _ratio(month.passed[present], month.in_stage[present])


def _by_cause(cause: int) -> Measure:
    return lambda seen: seen.world.month.bought[:, cause]


def _contact_labels(world: World) -> Sequence[str]:
    last = len(world.month.churn) - 1
    return [*(str(n) for n in range(last)), f"{last}+"]


def _per_contact(world: World, table: NDArray[np.generic]) -> Values:
    return _ratio(_at_desks(world, table), _at_desks(world, world.month.desk_contacts))


_MONEY = "money/month"
_PERSONS = "persons"
_FLOW = "persons/month"

_ALL = (
    Metric("co_created_value", _MONEY,
           "surplus of all actors less what the same people would have had alone",
           _whole, lambda m: [m.world.month.co_created_value]),
    Metric("gross_value", _MONEY, "customers' gain over self-service by where it arose",
           lambda _: ("value_in_use", "co_production", "customer_to_customer"),
           lambda m: m.world.month.by_part),
    Metric("surplus", _MONEY, "what remains to each actor", _actors,
           lambda m: _surplus(m.world)),
    Metric("alone", _MONEY, "surplus that the same people would have had by self-service",
           lambda _: ("customers", "non_customers"),
           lambda m: [m.world.month.customers[1], m.world.month.non_customers[1]]),
    Metric("segment_value", _MONEY, "surplus of a segment's people", _segments,
           lambda m: m.world.month.by_segment),
    Metric("customers", _PERSONS, "people who have a provider", _whole_and_companies,
           lambda m: _with_total(m.census.customers)),
    Metric("active_non_customers", _PERSONS, "people with a need and no provider", _whole,
           lambda m: [m.world.month.non_customers[2]]),
    Metric("adoption", "share", "share of people who are a company's customers", _companies,
           lambda m: m.census.customers / m.census.n_people),
    Metric("aware", "share", "share of people who know a company", _companies,
           lambda m: m.census.knowing / m.census.n_people),
    Metric("new_aware_by_advertising", _FLOW, "people whom advertising made aware", _companies,
           lambda m: m.world.month.new_aware_by_advertising),
    Metric("new_aware_by_word_of_mouth", _FLOW, "people whom word of mouth made aware", _companies,
           lambda m: m.world.month.new_aware_by_word_of_mouth),
    Metric("new_customers", _FLOW, "people who became customers", _companies,
           lambda m: m.world.month.bought.sum(axis=1)),
    Metric("new_customers_by_advertising", _FLOW, "new customers who knew it from advertising",
           _companies, _by_cause(BY_ADVERTISING)),
    Metric("new_customers_by_word_of_mouth", _FLOW, "new customers who knew it from others",
           _companies, _by_cause(BY_WORD_OF_MOUTH)),
    Metric("new_customers_returning", _FLOW, "new customers who were customers before",
           _companies, _by_cause(BY_EXPERIENCE)),
    Metric("renewals_due", _FLOW, "contracts that came up for renewal", _companies,
           lambda m: m.world.month.renewals),
    Metric("lapsed", _FLOW, "customers who did not renew", _companies,
           lambda m: m.world.month.lapsed),
    Metric("churn_due_by_contacts", _FLOW, "renewals due by support contacts in the contract",
           _contact_labels, lambda m: m.world.month.churn[:, 0]),
    Metric("churn_by_contacts", _FLOW, "lapses by support contacts in the contract",
           _contact_labels, lambda m: m.world.month.churn[:, 1]),
    Metric("capability", "stock", "mean capability of a function over segments and outcomes",
           _functions, lambda m: m.world.firms.capability[:-1].mean(axis=(2, 3)).ravel()),
    Metric("performance", "share", "mean performance 1 − exp(−q) of a function", _functions,
           lambda m: m.world.firms.performance[:-1].mean(axis=(2, 3)).ravel()),
    Metric("budget", _MONEY, "budget of the functions", _companies, lambda m: m.world.month.budget),
    Metric("receipts", _MONEY, "what customers pay", _companies, lambda m: m.world.month.receipts),
    Metric("spending", _MONEY, "what a company spends, but partners' fees", _companies,
           lambda m: m.world.month.spending),
    Metric("direction", "cosine", "mean pairwise cosine of the functions' focus", _companies,
           lambda m: _direction(m.world)),
    Metric("level_balance", "share", "evenness of funding: 1 equal, 0 one function alone",
           _companies, lambda m: _level_balance(m.world)),
    Metric("outcome_progress", "share", "mean outcome progress Y of those who use an offering",
           _whole_and_companies,
           lambda m: _ratio(_with_total(m.census.reached), _with_total(m.census.users))),
    Metric("satisfaction", "share", "mean satisfaction of customers, weighted by importance",
           _whole,
           lambda m: _ratio(m.census.mind[2:], m.census.customers.sum(keepdims=True))),
    Metric("attitude", "-1 to 1", "mean attitude of a company's customers", _companies,
           lambda m: _ratio(m.census.liking, m.census.customers)),
    Metric("knowledge", "share", "mean knowledge of people", _whole,
           lambda m: m.census.mind[:1] / m.census.n_people),
    Metric("skill", "share", "mean skill of people", _whole,
           lambda m: m.census.mind[1:2] / m.census.n_people),
    Metric("knowledge_taught", "persons/month", "knowledge gained by teaching", _companies,
           lambda m: m.world.month.knowledge_taught[:-1]),
    Metric("knowledge_told", "persons/month", "knowledge gained by talk", _whole,
           lambda m: [m.world.month.knowledge_told]),
    Metric("people_in_stage", _PERSONS, "people in a stage at the month's end",
           lambda world: ["idle", *_stages(world)], _people_in_stage),
    Metric("stage_passed", "share", "share of those in a stage who moved on", _stages,
           lambda m: _stage_passed(m.world)),
    Metric("encounters", _FLOW, "encounters at a touchpoint", _touchpoints,
           lambda m: m.world.month.encounters.sum(axis=0)),
    Metric("experience", "share", "mean purpose met at a touchpoint", _touchpoints,
           lambda m: _experience(m.world)),
    Metric("unmet", "share", "share of a touchpoint's encounters whose purpose was not met",
           _touchpoints, lambda m: 1.0 - _experience(m.world)),
    Metric("stage_encounters", _FLOW, "encounters at a touchpoint of people in a stage",
           _stage_touchpoints, lambda m: _stage_visits(m.world)),
    Metric("stage_experience", "share", "mean purpose met at a touchpoint of people in a stage",
           _stage_touchpoints, lambda m: _stage_experience(m.world)),
    Metric("judgement", "-1 to 1", "mean judgement of encounters at a touchpoint", _touchpoints,
           lambda m: _touchpoint_mean(m.world, m.world.month.judgement)),
    Metric("hours_spent", "hours/month", "hours people spend at a touchpoint", _touchpoints,
           lambda m: _hours(m.world)),
    Metric("brought", "input", "resources brought to a touchpoint", _resources,
           lambda m: _brought(m.world)),
    Metric("used", "input", "resources used at a touchpoint", _resources,
           lambda m: _brought(m.world) - _slack(m.world)),
    Metric("slack", "input", "resources brought to a touchpoint and not used", _resources,
           lambda m: _slack(m.world)),
    Metric("desk_contacts", _FLOW, "contacts at a service desk", _desks,
           lambda m: _at_desks(m.world, m.world.month.desk_contacts)),
    Metric("desk_wait", "minutes", "mean wait at a service desk", _desks,
           lambda m: _per_contact(m.world, m.world.month.desk_wait)),
    Metric("desk_abandoned", "share", "share of contacts who gave up waiting", _desks,
           lambda m: _per_contact(m.world, m.world.month.desk_abandoned)),
    Metric("desk_occupancy", "share", "share of their open time that servers are busy", _desks,
           lambda m: _occupancy(m.world)),
    Metric("importance", "0-10", "mean importance of an outcome to a segment", _needs,
           lambda m: _by_segment(m.census, m.census.wanted)),
    Metric("outcome_satisfaction", "0-10", "mean satisfaction of a segment with an outcome",
           _needs, lambda m: _by_segment(m.census, 10.0 * m.census.satisfied)),
    Metric("talk_positive", _PERSONS, "people who speak well, weighted by propensity", _whole,
           lambda m: [m.world.month.speaking_for]),
    Metric("talk_negative", _PERSONS, "people who speak ill, weighted by propensity", _whole,
           lambda m: [m.world.month.speaking_against]),
    Metric("partner_active", "0 or 1", "whether a partner takes part", _partners,
           lambda m: [float(partner.active) for partner in m.world.partners]),
    Metric("allocation", "share", "share of platform effort at a touchpoint",
           _company_touchpoints, lambda m: m.world.firms.allocation.ravel()),
    Metric("campaign", "share", "share of the month with a campaign", _companies,
           lambda m: m.world.firms.campaign),
    Metric("outage", "share", "share of the month with the platform out of order", _companies,
           lambda m: m.world.firms.outage),
    Metric("heard", _FLOW, "people heard by a function", _functions,
           lambda m: m.world.month.heard.ravel()),
)


METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
