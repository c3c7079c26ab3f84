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

from simulation.world.journey import IDLE, STAGES
from simulation.world.people import BY_ADVERTISING, BY_EXPERIENCE, BY_WORD_OF_MOUTH
from simulation.world.touchpoints import FUNCTIONS, RESOURCES
from simulation.world.world import World

Values = NDArray[np.float64]
Counts = NDArray[np.signedinteger[Any]]
Labels = Callable[[World], Sequence[str]]
Measure = Callable[[World], "Values | Counts | Sequence[float]"]


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


def _resources(world: World) -> Sequence[str]:
    return [f"{t}:{r.value}" for t in world.touchpoints.names for r in RESOURCES]


def _company_touchpoints(world: World) -> Sequence[str]:
    return [f"{c}:{t}" for c in _companies(world) for t in world.touchpoints.names]


def _desks(world: World) -> Sequence[str]:
    return [f"{world.scenario.companies[c].name}:{world.touchpoints.names[t]}"
            for c, t in desk_places(world)]


def desk_places(world: World) -> list[tuple[int, int]]:
    """Return (company, touchpoint) of every service desk."""
    staffed = np.flatnonzero(world.touchpoints.staffed)
    return [(c, int(t)) for c in range(world.n_companies) for t in staffed
            if world.policy.runs[c, t]]


def _ratio(top: NDArray[np.generic], bottom: NDArray[np.generic]) -> Values:
    """Return top / bottom, not a number where nothing is counted."""
    nothing = np.full(np.shape(top), np.nan)
    return np.divide(top, bottom, out=nothing, where=np.asarray(bottom) > 0)


def _customers(world: World) -> Values:
    provider = world.people.provider
    return np.bincount(provider[provider >= 0], minlength=world.n_companies).astype(np.float64)


def _with_total(by_company: Values) -> Values:
    return np.concatenate([[by_company.sum()], by_company])


def _aware(world: World) -> Values:
    return np.count_nonzero(world.people.aware, axis=0) / world.people.n


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


def _progress(world: World) -> Values:
    people = world.people
    using = world.encounters.needy == 2
    total = [float(people.progress[using].sum())]
    count = [float(np.count_nonzero(using))]
    for c in range(world.n_companies):
        mine = using & (people.considers == c)
        total.append(float(people.progress[mine].sum()))
        count.append(float(np.count_nonzero(mine)))
    return _ratio(np.array(total), np.array(count))


def _satisfaction(world: World) -> list[float]:
    """Mean satisfaction of customers with the outcomes of their job, weighted by importance."""
    people = world.people
    mine = np.flatnonzero(people.provider >= 0)
    if not len(mine):
        return [np.nan]
    weight = np.minimum(world.levels[people.segment[mine]] * people.deviation[mine], 10.0)
    outcome = np.arange(weight.shape[1])
    job = people.job[mine]
    weight *= (outcome >= world.job_start[job][:, None]) & (
        outcome < world.job_start[job + 1][:, None]
    )
    return [float(np.mean((weight * people.satisfaction[mine]).sum(1) / weight.sum(1)))]


def _attitude(world: World) -> list[float]:
    people = world.people
    means = []
    for c in range(world.n_companies):
        mine = people.provider == c
        means.append(float(people.attitude[mine, c].mean()) if mine.any() else np.nan)
    return means


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


def _importance(world: World) -> Values:
    """Mean importance to the people of each segment, 0-10."""
    return np.concatenate([_mean_importance(world, s) for s in range(world.n_segments)])


def _mean_importance(world: World, s: int) -> Values:
    mine = world.people.deviation[world.people.segment == s]
    if not len(mine):
        return world.levels[s]
    return np.minimum(world.levels[s] * mine, 10.0).mean(axis=0)


def _outcome_satisfaction(world: World) -> Values:
    """Mean satisfaction of the people of each segment, 0-10."""
    means = []
    for s in range(world.n_segments):
        mine = world.people.segment == s
        rows = world.people.satisfaction[mine]
        means.append(10.0 * rows.mean(axis=0) if len(rows) else np.full(rows.shape[1], np.nan))
    return np.concatenate(means)


def _people_in_stage(world: World) -> Values:
    counts = np.bincount(world.people.stage - IDLE, minlength=len(STAGES) + 1)
    return counts[np.concatenate([[True], world.journey.present])].astype(np.float64)


def _stage_passed(world: World) -> Values:
    month, present = world.month, world.journey.present
    return _ratio(month.passed[present], month.in_stage[present])


def _by_cause(cause: int) -> Measure:
    return lambda world: world.month.bought[:, cause].astype(np.float64)


_MONEY = "money/month"
_PERSONS = "persons"
_FLOW = "persons/month"

_ALL = (
    Metric("co_created_value", _MONEY,
           "surplus of all actors less what the same people would have had alone",
           _whole, lambda w: [w.month.co_created_value]),
    Metric("gross_value", _MONEY, "customers' gain over self-service by where it arose",
           lambda _: ("value_in_use", "co_production", "customer_to_customer"),
           lambda w: w.month.by_part),
    Metric("surplus", _MONEY, "what remains to each actor", _actors, _surplus),
    Metric("alone", _MONEY, "surplus that the same people would have had by self-service",
           lambda _: ("customers", "non_customers"),
           lambda w: [w.month.customers[1], w.month.non_customers[1]]),
    Metric("segment_value", _MONEY, "surplus of a segment's people", _segments,
           lambda w: w.month.by_segment),
    Metric("customers", _PERSONS, "people who have a provider", _whole_and_companies,
           lambda w: _with_total(_customers(w))),
    Metric("active_non_customers", _PERSONS, "people with a need and no provider", _whole,
           lambda w: [w.month.non_customers[2]]),
    Metric("adoption", "share", "share of people who are a company's customers", _companies,
           lambda w: _customers(w) / w.people.n),
    Metric("aware", "share", "share of people who know a company", _companies, _aware),
    Metric("new_aware_by_advertising", _FLOW, "people whom advertising made aware", _companies,
           lambda w: w.month.new_aware_by_advertising),
    Metric("new_aware_by_word_of_mouth", _FLOW, "people whom word of mouth made aware", _companies,
           lambda w: w.month.new_aware_by_word_of_mouth),
    Metric("new_customers", _FLOW, "people who became customers", _companies,
           lambda w: w.month.bought.sum(axis=1)),
    Metric("new_customers_by_advertising", _FLOW, "new customers who knew it from advertising",
           _companies, _by_cause(BY_ADVERTISING)),
    Metric("new_customers_by_word_of_mouth", _FLOW, "new customers who knew it from others",
           _companies, _by_cause(BY_WORD_OF_MOUTH)),
    Metric("new_customers_returning", _FLOW, "new customers who were customers before",
           _companies, _by_cause(BY_EXPERIENCE)),
    Metric("renewals_due", _FLOW, "contracts that came up for renewal", _companies,
           lambda w: w.month.renewals),
    Metric("lapsed", _FLOW, "customers who did not renew", _companies, lambda w: w.month.lapsed),
    Metric("churn_due_by_contacts", _FLOW, "renewals due by support contacts in the contract",
           lambda w: _contact_labels(w), lambda w: w.month.churn[:, 0]),
    Metric("churn_by_contacts", _FLOW, "lapses by support contacts in the contract",
           lambda w: _contact_labels(w), lambda w: w.month.churn[:, 1]),
    Metric("capability", "stock", "mean capability of a function over segments and outcomes",
           _functions, lambda w: w.firms.capability[:-1].mean(axis=(2, 3)).ravel()),
    Metric("performance", "share", "mean performance 1 − exp(−q) of a function", _functions,
           lambda w: w.firms.performance[:-1].mean(axis=(2, 3)).ravel()),
    Metric("budget", _MONEY, "budget of the functions", _companies, lambda w: w.month.budget),
    Metric("receipts", _MONEY, "what customers pay", _companies, lambda w: w.month.receipts),
    Metric("spending", _MONEY, "what a company spends, but partners' fees", _companies,
           lambda w: w.month.spending),
    Metric("direction", "cosine", "mean pairwise cosine of the functions' focus", _companies,
           _direction),
    Metric("level_balance", "share", "evenness of funding: 1 equal, 0 one function alone",
           _companies, _level_balance),
    Metric("outcome_progress", "share", "mean outcome progress Y of those who use an offering",
           _whole_and_companies, _progress),
    Metric("satisfaction", "share", "mean satisfaction of customers, weighted by importance",
           _whole, _satisfaction),
    Metric("attitude", "-1 to 1", "mean attitude of a company's customers", _companies, _attitude),
    Metric("knowledge", "share", "mean knowledge of people", _whole,
           lambda w: [w.people.knowledge.mean()]),
    Metric("skill", "share", "mean skill of people", _whole, lambda w: [w.people.skill.mean()]),
    Metric("knowledge_taught", "persons/month", "knowledge gained by teaching", _companies,
           lambda w: w.month.knowledge_taught[:-1]),
    Metric("knowledge_told", "persons/month", "knowledge gained by talk", _whole,
           lambda w: [w.month.knowledge_told]),
    Metric("people_in_stage", _PERSONS, "people in a stage at the month's end",
           lambda w: ["idle", *_stages(w)], _people_in_stage),
    Metric("stage_passed", "share", "share of those in a stage who moved on", _stages,
           _stage_passed),
    Metric("encounters", _FLOW, "encounters at a touchpoint", _touchpoints,
           lambda w: w.month.encounters.sum(axis=0)),
    Metric("experience", "share", "mean purpose met at a touchpoint", _touchpoints, _experience),
    Metric("unmet", "share", "share of a touchpoint's encounters whose purpose was not met",
           _touchpoints, lambda w: 1.0 - _experience(w)),
    Metric("judgement", "-1 to 1", "mean judgement of encounters at a touchpoint", _touchpoints,
           lambda w: _touchpoint_mean(w, w.month.judgement)),
    Metric("hours_spent", "hours/month", "hours people spend at a touchpoint", _touchpoints,
           _hours),
    Metric("brought", "input", "resources brought to a touchpoint", _resources, _brought),
    Metric("used", "input", "resources used at a touchpoint", _resources,
           lambda w: _brought(w) - _slack(w)),
    Metric("slack", "input", "resources brought to a touchpoint and not used", _resources, _slack),
    Metric("desk_contacts", _FLOW, "contacts at a service desk", _desks,
           lambda w: _at_desks(w, w.month.desk_contacts)),
    Metric("desk_wait", "minutes", "mean wait at a service desk", _desks,
           lambda w: _ratio(_at_desks(w, w.month.desk_wait), _at_desks(w, w.month.desk_contacts))),
    Metric("desk_abandoned", "share", "share of contacts who gave up waiting", _desks,
           lambda w: _ratio(_at_desks(w, w.month.desk_abandoned),
                            _at_desks(w, w.month.desk_contacts))),
    Metric("desk_occupancy", "share", "share of their open time that servers are busy", _desks,
           _occupancy),
    Metric("importance", "0-10", "mean importance of an outcome to a segment", _needs,
           _importance),
    Metric("outcome_satisfaction", "0-10", "mean satisfaction of a segment with an outcome",
           _needs, _outcome_satisfaction),
    Metric("talk_positive", _PERSONS, "people who speak well, weighted by propensity", _whole,
           lambda w: [w.month.speaking_for]),
    Metric("talk_negative", _PERSONS, "people who speak ill, weighted by propensity", _whole,
           lambda w: [w.month.speaking_against]),
    Metric("partner_active", "0 or 1", "whether a partner takes part", _partners,
           lambda w: [float(partner.active) for partner in w.partners]),
    Metric("allocation", "share", "share of platform effort at a touchpoint",
           _company_touchpoints, lambda w: w.firms.allocation.ravel()),
    Metric("campaign", "share", "share of the month with a campaign", _companies,
           lambda w: w.firms.campaign),
    Metric("outage", "share", "share of the month with the platform out of order", _companies,
           lambda w: w.firms.outage),
    Metric("heard", _FLOW, "people heard by a function", _functions,
           lambda w: w.month.heard.ravel()),
)


def _contact_labels(world: World) -> Sequence[str]:
    last = len(world.month.churn) - 1
    return [*(str(n) for n in range(last)), f"{last}+"]


METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
