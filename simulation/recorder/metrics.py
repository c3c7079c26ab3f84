"""The metrics: a name, a unit, a meaning, what they are of, and how they are measured.

To add one, write a function of the world that returns an array and add a row to ``_ALL``; it is
then recorded, stored, swept and plotted like the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.stock import mean_cosines
from simulation.recorder.census import Census
from simulation.recorder.labels import (
    actors,
    communities,
    companies,
    company_touchpoints,
    desks,
    functions,
    months_to_purchase,
    needs,
    numbers_of_contacts,
    numbers_of_contracts,
    outcomes,
    partners,
    resources,
    segments,
    stage_touchpoints,
    stages,
    strategy_numbers,
    supporting,
    touchpoints,
    whole,
    whole_and_companies,
)
from simulation.recorder.metric import Measure, Metric, Seen, Values
from simulation.scenario.words import Better
from simulation.world.imitation import strategies
from simulation.world.journey import SUPPORT
from simulation.world.people import BY_ADVERTISING, BY_EXPERIENCE, BY_WORD_OF_MOUTH
from simulation.world.world import World


def _stage_experience(seen: Seen) -> Values:
    month, served = seen.world.month, seen.places.served
    return _ratio(month.stage_purpose_met[served], month.stage_visits[served])


def _at_communities(seen: Seen, total: NDArray[np.float64]) -> Values:
    return total[seen.world.touchpoints.social]


def _per_visit(seen: Seen, total: NDArray[np.float64]) -> Values:
    """Return means over the visitors of each social touchpoint."""
    return _at_communities(seen, _touchpoint_mean(seen.world, total))


def _archive(seen: Seen) -> Values:
    return _at_communities(seen, seen.world.peers.archive.sum(axis=(0, 2)))


def _top_tenth(seen: Seen) -> Values:
    """Share of late answers that the most active tenth of those who answered gave."""
    given = seen.world.peers.lately
    given = given[given > 0.0]
    tenth = len(given) // 10
    if not tenth:
        return np.array([np.nan])
    rest = np.partition(given, len(given) - tenth)[: len(given) - tenth]
    return np.array([1.0 - rest.sum() / given.sum()])


def _contacts(seen: Seen, kind: int) -> Values:
    world = seen.world
    serves = world.touchpoints.serves[SUPPORT] & world.journey.present[SUPPORT]
    return world.month.contacts[:, kind, serves].sum(axis=0).astype(np.float64)


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


def _direction(world: World) -> Values:
    """Mean pairwise cosine of the functions' focus, segments weighted by size."""
    cosines = np.empty(world.n_companies)
    mean_cosines(world.firms.focus, world.segment_shares, cosines)
    return cosines


def _touchpoint_mean(world: World, total: NDArray[np.float64]) -> Values:
    return _ratio(total, world.month.encounters.sum(axis=0))


def _experience(world: World) -> Values:
    return _touchpoint_mean(world, world.month.purpose_met.sum(axis=(0, 1)))


def _hours(world: World) -> Values:
    visitors = world.month.visitors.copy()
    visitors[:-1] -= world.month.recoveries
    hours: Values = (visitors * world.policy.effort).sum(axis=0)
    return hours


def _brought(world: World) -> Values:
    return world.month.brought.sum(axis=0).ravel()


def _slack(world: World) -> Values:
    return world.month.slack.sum(axis=0).ravel()


def _occupancy(seen: Seen) -> Values:
    company, touchpoint = seen.places.desks
    world = seen.world
    minutes = 60.0 * world.policy.open_hours[company]
    offered = world.firms.servers[company, touchpoint] * minutes
    return _ratio(world.month.desk_busy[seen.places.desks], offered)


def _net_promoters(seen: Seen) -> Values:
    opinions = seen.census.opinions
    return 100.0 * _ratio(opinions[:, 0] - opinions[:, 1], seen.census.customers)


def _served(seen: Seen) -> Values:
    customers = seen.census.customers.sum(keepdims=True)
    return _ratio(customers, customers + seen.world.month.non_customers[2])


def _staff_skill(world: World) -> Values:
    hired = np.array([company.staff_skill for company in world.scenario.companies])
    return hired + world.firms.skill_gained


def _by_segment(census: Census, total: Values) -> Values:
    """Return means by segment and outcome, ``(n_segments · n_outcomes,)``."""
    return _ratio(total, census.in_segment[:, None]).ravel()


def _people_in_stage(seen: Seen) -> Values:
    present = np.concatenate([[True], seen.world.journey.present])
    return seen.census.in_stage[present]


def _stage_passed(world: World) -> Values:
    month, present = world.month, world.journey.present
    return _ratio(month.passed[present], month.in_stage[present])


def _by_cause(cause: int) -> Measure:
    return lambda seen: seen.world.month.bought[:, cause]


def _per_contact(seen: Seen, table: NDArray[np.generic]) -> Values:
    there = seen.places.desks
    return _ratio(table[there], seen.world.month.desk_contacts[there])


_MONEY = "money/month"
_PERSONS = "persons"
_FLOW = "persons/month"

_ALL = (
    Metric("co_created_value", _MONEY,
           "surplus of all actors less what the same people would have had alone",
           whole, lambda m: [m.world.month.co_created_value], figure="value"),
    Metric("gross_value", _MONEY, "customers' gain over self-service, by where it arises",
           lambda _: ("value_in_use", "co_production", "customer_to_customer"),
           lambda m: m.world.month.by_part, figure="gross_value"),
    Metric("surplus", _MONEY, "what each actor gains less what it pays or spends", actors,
           lambda m: _surplus(m.world), figure="value"),
    Metric("alone", _MONEY, "surplus that the same people would have had by self-service",
           lambda _: ("customers", "non_customers"),
           lambda m: [m.world.month.customers[1], m.world.month.non_customers[1]]),
    Metric("segment_value", _MONEY, "surplus of a segment's people", segments,
           lambda m: m.world.month.by_segment),
    Metric("customers", _PERSONS, "people who have a provider", whole_and_companies,
           lambda m: _with_total(m.census.customers)),
    Metric("active_non_customers", _PERSONS, "people with a need and no provider", whole,
           lambda m: [m.world.month.non_customers[2]]),
    Metric("adoption", "share", "share of people who are a company's customers", companies,
           lambda m: m.census.customers / m.census.n_people, figure="adoption"),
    Metric("aware", "share", "share of people who know a company", companies,
           lambda m: m.census.knowing / m.census.n_people, figure="adoption"),
    Metric("new_aware_by_advertising", _FLOW, "people whom advertising made aware", companies,
           lambda m: m.world.month.new_aware_by_advertising),
    Metric("new_aware_by_word_of_mouth", _FLOW, "people whom word of mouth made aware", companies,
           lambda m: m.world.month.new_aware_by_word_of_mouth),
    Metric("new_customers", _FLOW, "people who became customers", companies,
           lambda m: m.world.month.bought.sum(axis=1)),
    Metric("new_customers_by_advertising", _FLOW,
           "new customers who knew the company from advertising",
           companies, _by_cause(BY_ADVERTISING), figure="adoption_causes"),
    Metric("new_customers_by_word_of_mouth", _FLOW,
           "new customers who knew the company from other people",
           companies, _by_cause(BY_WORD_OF_MOUTH), figure="adoption_causes"),
    Metric("new_customers_returning", _FLOW, "new customers who were customers before",
           companies, _by_cause(BY_EXPERIENCE), figure="adoption_causes"),
    Metric("swayed_by_word_of_mouth", _FLOW, "first-time customers whom word of mouth made aware, "
           "or who would have chosen otherwise without it", companies,
           lambda m: m.world.month.swayed),
    Metric("purchases_by_months", _FLOW, "purchases by months since the need arose (upper limits)",
           months_to_purchase, lambda m: m.world.month.purchases),
    Metric("renewals_due", _FLOW, "contracts that came up for renewal", companies,
           lambda m: m.world.month.renewals),
    Metric("lapsed", _FLOW, "customers who did not renew", companies,
           lambda m: m.world.month.lapsed,
           better=Better.LOW),
    Metric("churn_due_by_contacts", _FLOW, "renewals due, by support contacts in the contract",
           numbers_of_contacts, lambda m: m.world.month.churn[:, 0]),
    Metric("churn_by_contacts", _FLOW, "lapses, by support contacts in the contract",
           numbers_of_contacts, lambda m: m.world.month.churn[:, 1],
           better=Better.LOW),
    Metric("renewals_by_contract", _FLOW, "contracts that came up for renewal, by how many "
           "the customer has had",
           numbers_of_contracts, lambda m: m.world.month.by_contract[:, 0]),
    Metric("lapsed_by_contract", _FLOW, "customers who did not renew, by how many contracts "
           "they have had",
           numbers_of_contracts, lambda m: m.world.month.by_contract[:, 1],
           better=Better.LOW),
    Metric("attitude_at_renewal", "sum", "attitude added up over renewals due", companies,
           lambda m: m.world.month.opinion[:, 0]),
    Metric("squared_attitude_at_renewal", "sum", "squared attitude added up over renewals due",
           companies, lambda m: m.world.month.opinion[:, 1]),
    Metric("attitude_at_lapse", "sum", "attitude added up over customers who did not renew",
           companies, lambda m: m.world.month.opinion[:, 2]),
    Metric("capability", "stock", "mean capability of a function over segments and outcomes",
           functions, lambda m: m.world.firms.capability[:-1].mean(axis=(2, 3)).ravel()),
    Metric("performance", "share", "mean performance 1 − exp(−q) of a function", functions,
           lambda m: m.world.firms.performance[:-1].mean(axis=(2, 3)).ravel(), figure="functions"),
    Metric("budget", _MONEY, "budget of the functions", companies, lambda m: m.world.month.budget),
    Metric("receipts", _MONEY, "what customers pay", companies, lambda m: m.world.month.receipts),
    Metric("spending", _MONEY, "what a company spends, without partners' fees", companies,
           lambda m: m.world.month.spending),
    Metric("direction", "cosine", "mean pairwise cosine of the functions' focus", companies,
           lambda m: _direction(m.world)),
    Metric("level_balance", "share", "evenness of funding: 1 equal, 0 one function alone",
           companies, lambda m: m.world.policy.level_balance),
    Metric("outcome_progress", "share", "mean outcome progress Y of those who use an offering",
           whole_and_companies,
           lambda m: _ratio(_with_total(m.census.reached), _with_total(m.census.users)),
           figure="people"),
    Metric("satisfaction", "share", "mean satisfaction of customers, weighted by importance",
           whole,
           lambda m: _ratio(m.census.mind[2:], m.census.customers.sum(keepdims=True)),
           figure="people"),
    Metric("attitude", "-1 to 1", "mean attitude of a company's customers", companies,
           lambda m: _ratio(m.census.liking, m.census.customers)),
    Metric("promoters_less_detractors", "points",
           "share of customers with attitude of at least .2, less those of at most −.2, times 100",
           companies, _net_promoters),
    Metric("extreme_attitude", "share", "share of customers whose attitude is beyond ± .9",
           companies, lambda m: _ratio(m.census.opinions[:, 2], m.census.customers),
           better=Better.LOW),
    Metric("served", "share", "share of people in need who have a provider", whole, _served),
    Metric("staff_skill", "share", "skill of the staff of service desks", companies,
           lambda m: _staff_skill(m.world)),
    Metric("staff_pay", _MONEY, "what the staff of service desks is paid", companies,
           lambda m: m.world.month.staffing,
           better=Better.LOW),
    Metric("strategy", "share", "value in force of a number in a company's strategy",
           strategy_numbers, lambda m: strategies(m.world.scenario).ravel()),
    Metric("configuring_hours", "hours/month", "hours that users spend on configuring an offering",
           companies, lambda m: m.world.month.configuring[:-1]),
    Metric("usage", "mean person's", "mean usage of a company's customers", companies,
           lambda m: _ratio(m.world.month.used, m.world.month.paying)),
    Metric("reported", "share", "satisfaction that a company's customers report, mean over "
           "segments and outcomes", companies,
           lambda m: m.world.firms.reported[:-1].mean(axis=(1, 2))),
    Metric("promised", "share", "satisfaction that people without experience of a company "
                                "expect, mean over segments and outcomes", companies,
           lambda m: m.world.firms.promised[:-1].mean(axis=(1, 2))),
    Metric("expected", "share", "mean outcome progress that users expect", companies,
           lambda m: _ratio(m.world.month.expected, m.world.month.expecting)),
    Metric("comparison_level", "share", "mean outcome progress with which users compare "
           "what they reach",
           companies,
           lambda m: _ratio(m.world.month.compared, m.census.users)),
    Metric("advantage", "money/month", "mean value of the provider less that of the best "
                                       "alternative, over contracts up for renewal", companies,
           lambda m: _ratio(m.world.month.advantage, m.world.month.renewals)),
    Metric("knowledge", "share", "mean knowledge of people", whole,
           lambda m: m.census.mind[:1] / m.census.n_people, figure="people"),
    Metric("skill", "share", "mean skill of people", whole,
           lambda m: m.census.mind[1:2] / m.census.n_people, figure="people"),
    Metric("knowledge_taught", "persons/month", "knowledge gained by teaching", companies,
           lambda m: m.world.month.knowledge_taught[:-1]),
    Metric("knowledge_told", "persons/month", "knowledge gained by talk", whole,
           lambda m: [m.world.month.knowledge_told]),
    Metric("people_in_stage", _PERSONS,
           "people in a stage at the month's end (support: users with a problem or query)",
           lambda world: ["idle", *stages(world)], _people_in_stage, figure="journey"),
    Metric("stage_passed", "share", "share of a stage's encounters after which people moved on",
           stages, lambda m: _stage_passed(m.world), figure="journey"),
    Metric("problems", _FLOW, "problems that opened", companies,
           lambda m: m.world.month.problems,
           better=Better.LOW),
    Metric("queries", _FLOW, "users with a new query", companies,
           lambda m: m.world.month.queries,
           better=Better.LOW),
    Metric("problem_contacts", _FLOW, "contacts about problems at a touchpoint", supporting,
           lambda m: _contacts(m, 0)),
    Metric("query_contacts", _FLOW, "contacts about queries at a touchpoint", supporting,
           lambda m: _contacts(m, 1)),
    Metric("first_contact_resolution", "share",
           "share of first contacts about a problem or query that resolved it", companies,
           lambda m: _ratio(*m.world.month.first_contacts.T[::-1])),
    Metric("in_trouble", "share", "share of users' time with an open problem", companies,
           lambda m: _ratio(m.world.month.trouble, m.world.month.users),
           better=Better.LOW),
    Metric("failures", _FLOW, "failed contacts, and problems at the touchpoint where people "
                              "use the offering",
           touchpoints, lambda m: m.world.month.failures.sum(axis=0), better=Better.LOW),
    Metric("complaints", _FLOW, "failures at a touchpoint that a company hears about", touchpoints,
           lambda m: m.world.month.complaints.sum(axis=0), better=Better.LOW),
    Metric("complaints_by_outcome", _FLOW, "complaints by the outcome they concern, at "
           "companies that move effort by them",
           outcomes, lambda m: m.world.month.complained_of.sum(axis=0),
           better=Better.LOW),
    Metric("complaint_cost", _MONEY, "cost of recording complaints", companies,
           lambda m: m.world.month.complaining, better=Better.LOW),
    Metric("recoveries", _FLOW, "customers with a problem whom staff contacted because of "
                                "what they said",
           companies, lambda m: m.world.month.recoveries.sum(axis=1)),
    Metric("recovered", _FLOW, "such contacts that resolved the problem", companies,
           lambda m: m.world.month.recovered),
    Metric("recovery_cost", _MONEY, "cost of contacting customers with a problem, in "
                                    "addition to the staff's time",
           companies, lambda m: m.world.month.recovering, better=Better.LOW),
    Metric("months_to_purchase", "months",
           "mean time from the start of the month of need to the purchase", companies,
           lambda m: _ratio(m.world.month.months_to_purchase, m.world.month.bought.sum(axis=1)),
           better=Better.LOW),
    Metric("encounters", _FLOW, "encounters at a touchpoint", touchpoints,
           lambda m: m.world.month.encounters.sum(axis=0), figure="touchpoints"),
    Metric("experience", "share", "mean degree to which purposes are met at a touchpoint",
           touchpoints,
           lambda m: _experience(m.world)),
    Metric("unmet", "share", "share of a touchpoint's encounters whose purpose was not met",
           touchpoints, lambda m: 1.0 - _experience(m.world), better=Better.LOW, figure="journey"),
    Metric("stage_encounters", _FLOW, "encounters of people in a stage at a touchpoint",
           stage_touchpoints, lambda m: m.world.month.stage_visits[m.places.served],
           figure="journey_map"),
    Metric("stage_experience", "share", "mean degree to which purposes of people in a stage "
                                        "are met at a touchpoint",
           stage_touchpoints, _stage_experience, figure="journey_map"),
    Metric("judgement", "-1 to 1", "mean judgement of encounters at a touchpoint", touchpoints,
           lambda m: _touchpoint_mean(m.world, m.world.month.judgement), figure="journey_map"),
    Metric("hours_spent", "hours/month", "hours people spend at a touchpoint", touchpoints,
           lambda m: _hours(m.world), figure="journey_map"),
    Metric("brought", "input", "resources brought to a touchpoint", resources,
           lambda m: _brought(m.world), figure="resources"),
    Metric("used", "input", "resources used at a touchpoint", resources,
           lambda m: _brought(m.world) - _slack(m.world)),
    Metric("slack", "input", "resources brought to a touchpoint and not used", resources,
           lambda m: _slack(m.world), better=Better.LOW, figure="resources"),
    Metric("handovers", _FLOW, "people who bring an open purpose from another touchpoint",
           touchpoints, lambda m: m.world.month.handovers),
    Metric("questions", "questions/month", "questions that people ask each other at a touchpoint",
           communities, lambda m: _at_communities(m, m.world.month.questions)),
    Metric("answers", "answers/month", "answers that people give each other at a touchpoint",
           communities, lambda m: _at_communities(m, m.world.month.answers)),
    Metric("questions_answered", "questions/month", "questions that get at least one answer",
           communities, lambda m: _at_communities(m, m.world.month.answered)),
    Metric("archive", "answers", "answers that a touchpoint keeps", communities, _archive),
    Metric("found", "share", "share of visitors' questions that the archive answers",
           communities, lambda m: _per_visit(m, m.world.month.found)),
    Metric("peer_help", "share", "mean help by peers at a touchpoint, including their "
                                 "archived answers",
           communities, lambda m: _per_visit(m, m.world.month.peer_help)),
    Metric("answer_hours", "hours/month", "hours that people spend answering each other", whole,
           lambda m: [m.world.month.answer_hours.sum()]),
    Metric("answers_by_top_tenth", "share",
           "share of answers of about two years by the most active tenth of those who answer",
           whole, _top_tenth),
    Metric("desk_contacts", _FLOW, "contacts at a service desk", desks,
           lambda m: m.world.month.desk_contacts[m.places.desks]),
    Metric("desk_wait", "minutes", "mean wait at a service desk", desks,
           lambda m: _per_contact(m, m.world.month.desk_wait), better=Better.LOW, figure="desks"),
    Metric("desk_abandoned", "share", "share of contacts who gave up waiting", desks,
           lambda m: _per_contact(m, m.world.month.desk_abandoned),
           better=Better.LOW, figure="desks"),
    Metric("desk_answered", "share", "share of contacts answered within the target time", desks,
           lambda m: _per_contact(m, m.world.month.desk_answered)),
    Metric("desk_servers", _PERSONS, "servers at a service desk", desks,
           lambda m: m.world.firms.servers[m.places.desks]),
    Metric("desk_paid", _PERSONS, "servers at a service desk whom the desk pays for", desks,
           lambda m: m.world.month.desk_paid[m.places.desks]),
    Metric("desk_occupancy", "share", "share of open time in which servers are busy", desks,
           _occupancy),
    Metric("importance", "0-10", "mean importance of an outcome to a segment", needs,
           lambda m: _by_segment(m.census, m.census.wanted), figure="opportunity"),
    Metric("outcome_satisfaction", "0-10", "mean satisfaction of a segment with an outcome",
           needs, lambda m: _by_segment(m.census, 10.0 * m.census.satisfied),
           figure="opportunity"),
    Metric("talk_positive", _PERSONS, "people who speak well, weighted by propensity", whole,
           lambda m: [m.world.month.speaking_for]),
    Metric("talk_negative", _PERSONS, "people who speak ill, weighted by propensity", whole,
           lambda m: [m.world.month.speaking_against],
           better=Better.LOW),
    Metric("partner_active", "0 or 1", "whether a partner takes part", partners,
           lambda m: [float(partner.active) for partner in m.world.partners]),
    Metric("allocation", "share", "share of platform effort at a touchpoint",
           company_touchpoints, lambda m: m.world.firms.allocation.ravel()),
    Metric("campaign", "share", "share of the month with a campaign", companies,
           lambda m: m.world.firms.campaign),
    Metric("outage", "share", "share of the month with the platform out of order", companies,
           lambda m: m.world.firms.outage,
           better=Better.LOW),
    Metric("heard", _FLOW, "people heard by a function", functions,
           lambda m: m.world.month.heard.ravel()),
)


METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
