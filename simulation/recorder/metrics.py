"""The metrics: a name, a unit, a meaning, what they are of, and how they are measured.

To add one, write a function of what is seen of a month (``Seen``) that returns an array, and add a
row to ``_ALL``; it is then recorded, stored, swept and plotted like the rest.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats, Integers
from simulation.recorder.gathered import Gathered, Places
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
from simulation.recorder.metric import Metric, Seen
from simulation.scenario.words import Better
from simulation.world.journey import SUPPORT
from simulation.world.people import BY_ADVERTISING, BY_EXPERIENCE, BY_WORD_OF_MOUTH
from simulation.world.world import World


def _at_communities(table: str) -> Gathered:
    """Return sums of a table at social touchpoints."""
    return Gathered(lambda m: getattr(m.month, table)[m.social])


def _per_visit(table: str, *, times: float = 1.0, plus: float = 0.0) -> Gathered:
    """Return means over the visitors of each touchpoint."""
    return Gathered(lambda m: _by_touchpoint(getattr(m.month, table)), _visitors, times, plus)


def _per_visit_at_communities(table: str) -> Gathered:
    return Gathered(
        lambda m: getattr(m.month, table)[m.social],
        lambda m: _visitors(m)[m.social],
    )


def _visitors(places: Places) -> Integers:
    return _by_touchpoint(places.month.encounters)


def _by_touchpoint(table: NDArray[Any]) -> Integers:
    """Return the places of a table whose last axis is touchpoints, a row for each of these."""
    return table.reshape(prod(table.shape[:-1]), table.shape[-1]).T


def _archive(seen: Seen) -> Floats:
    archive: Floats = seen.world.peers.archive.sum(axis=(0, 2))
    return archive[seen.world.touchpoints.social]


def _top_tenth(seen: Seen) -> Floats:
    """Share of recent answers that the most active tenth of those who answered gave."""
    given = seen.world.peers.lately
    given = given[given > 0.0]
    tenth = len(given) // 10
    if not tenth:
        return np.array([np.nan])
    rest = np.partition(given, len(given) - tenth)[: len(given) - tenth]
    return np.array([1.0 - rest.sum() / given.sum()])


def _contacts(kind: int) -> Gathered:
    def where(places: Places) -> Integers:
        return places.month.contacts[:, kind, places.serves[SUPPORT]].T

    return Gathered(where)


def _with_total(by_company: NDArray[Any]) -> list[NDArray[Any]]:
    """Return the places of all companies together, and of each."""
    return [by_company, *by_company]


def _surplus(places: Places) -> list[NDArray[Any]]:
    month = places.month
    people = [month.customers[0], month.non_customers[0]]
    return [*people, *month.company_surplus, *month.partner_surplus]


def _by_resource(table: NDArray[Any]) -> Integers:
    """Return the places of a table ``(n_companies + 1, …)``, added up over its rows."""
    return table.reshape(len(table), prod(table.shape[1:])).T


def _served(places: Places) -> list[NDArray[Any]]:
    return [np.append(places.census.customers, places.month.non_customers[2])]


def _staff_skill(world: World) -> Floats:
    skill: Floats = world.policy.staff_skill + world.firms.skill_gained
    return skill


def _by_segment(table: str, times: float = 1.0) -> Gathered:
    """Return means by segment and outcome, ``(n_segments · n_outcomes,)``."""

    def people(places: Places) -> Integers:
        return np.repeat(places.census.in_segment, getattr(places.census, table).shape[1])

    return Gathered(lambda m: getattr(m.census, table).ravel(), people, times)


def _people_in_stage(places: Places) -> Integers:
    present = np.concatenate([[True], places.present])
    return places.census.in_stage[present]


def _by_cause(cause: int) -> Gathered:
    return Gathered(lambda m: m.month.bought[:, cause])


def _per_contact(table: str) -> Gathered:
    return Gathered(
        lambda m: getattr(m.month, table)[m.desks], lambda m: m.month.desk_contacts[m.desks]
    )


_MONEY = "money/month"
_PERSONS = "persons"
_FLOW = "persons/month"

_ALL = (
    Metric("co_created_value", _MONEY,
           "surplus of all actors less what the same people would have had alone",
           whole, Gathered(lambda m: m.month.co_created_value), figure="value"),
    Metric("gross_value", _MONEY, "customers' gain over self-service, by where it arises",
           lambda _: ("value_in_use", "co_production", "customer_to_customer"),
           Gathered(lambda m: m.month.by_part), figure="gross_value"),
    Metric("surplus", _MONEY, "what each actor gains less what it pays or spends", actors,
           Gathered(_surplus), figure="value"),
    Metric("alone", _MONEY, "surplus that the same people would have had by self-service",
           lambda _: ("customers", "non_customers"),
           Gathered(lambda m: [m.month.customers[1], m.month.non_customers[1]])),
    Metric("segment_value", _MONEY, "surplus of a segment's people", segments,
           Gathered(lambda m: m.month.by_segment)),
    Metric("customers", _PERSONS, "people who have a provider", whole_and_companies,
           Gathered(lambda m: _with_total(m.census.customers))),
    Metric("active_non_customers", _PERSONS,
           "people with a need at the month's start, who neither used an offering nor have a "
           "provider at its end", whole,
           Gathered(lambda m: m.month.non_customers[2:]), better=Better.LOW),
    Metric("adoption", "share", "share of people who are a company's customers", companies,
           Gathered(lambda m: m.census.customers, lambda m: m.census.people), figure="adoption"),
    Metric("aware", "share", "share of people who know a company", companies,
           Gathered(lambda m: m.census.knowing, lambda m: m.census.people), figure="adoption"),
    Metric("new_aware_by_advertising", _FLOW, "people whom advertising made aware", companies,
           Gathered(lambda m: m.month.new_aware_by_advertising)),
    Metric("new_aware_by_word_of_mouth", _FLOW, "people whom word of mouth made aware", companies,
           Gathered(lambda m: m.month.new_aware_by_word_of_mouth)),
    Metric("new_customers", _FLOW, "people who became customers", companies,
           Gathered(lambda m: m.month.bought)),
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
           Gathered(lambda m: m.month.swayed)),
    Metric("purchases_by_months", _FLOW, "purchases by months since the need arose (upper limits)",
           months_to_purchase, Gathered(lambda m: m.month.purchases)),
    Metric("renewals_due", _FLOW, "contracts that came up for renewal", companies,
           Gathered(lambda m: m.month.renewals)),
    Metric("lapsed", _FLOW, "customers who did not renew", companies,
           Gathered(lambda m: m.month.lapsed),
           better=Better.LOW),
    Metric("churn_due_by_contacts", _FLOW, "renewals due, by support contacts in the contract",
           numbers_of_contacts, Gathered(lambda m: m.month.churn[:, 0])),
    Metric("churn_by_contacts", _FLOW, "lapses, by support contacts in the contract",
           numbers_of_contacts, Gathered(lambda m: m.month.churn[:, 1]),
           better=Better.LOW),
    Metric("renewals_by_contract", _FLOW, "contracts that came up for renewal, by how many "
           "the customer has had",
           numbers_of_contracts, Gathered(lambda m: m.month.by_contract[:, 0])),
    Metric("lapsed_by_contract", _FLOW, "customers who did not renew, by how many contracts "
           "they have had",
           numbers_of_contracts, Gathered(lambda m: m.month.by_contract[:, 1]),
           better=Better.LOW),
    Metric("attitude_at_renewal", "sum", "attitude added up over renewals due", companies,
           Gathered(lambda m: m.month.opinion[:, 0])),
    Metric("squared_attitude_at_renewal", "sum", "squared attitude added up over renewals due",
           companies, Gathered(lambda m: m.month.opinion[:, 1])),
    Metric("attitude_at_lapse", "sum", "attitude added up over customers who did not renew",
           companies, Gathered(lambda m: m.month.opinion[:, 2])),
    Metric("capability", "stock", "mean capability of a function over segments and outcomes, "
           "all weighing alike", functions, Gathered(lambda m: m.census.capability.ravel())),
    Metric("performance", "share",
           "mean performance 1 − exp(−q) of a function, all segments weighing alike", functions,
           Gathered(lambda m: m.census.performance.ravel()), figure="functions"),
    Metric("budget", _MONEY, "budget of the functions", companies,
           Gathered(lambda m: m.month.budget)),
    Metric("receipts", _MONEY, "what customers pay", companies,
           Gathered(lambda m: m.month.receipts)),
    Metric("spending", _MONEY, "what a company spends, without partners' fees", companies,
           Gathered(lambda m: m.month.spending),
           better=Better.LOW),
    Metric("direction", "cosine", "mean pairwise cosine of the functions' focus", companies,
           Gathered(lambda m: m.census.direction)),
    Metric("level_balance", "share", "evenness of funding: 1 equal, 0 one function alone",
           companies, lambda m: m.world.policy.level_balance),
    Metric("outcome_progress", "share", "mean outcome progress Y of those who use an offering",
           whole_and_companies,
           Gathered(lambda m: _with_total(m.census.reached),
                    lambda m: _with_total(m.census.users)),
           figure="people"),
    Metric("satisfaction", "share", "mean satisfaction of customers, weighted by importance",
           whole,
           Gathered(lambda m: m.census.mind[2:], lambda m: [m.census.customers]),
           figure="people"),
    Metric("attitude", "-1 to 1", "mean attitude of a company's customers", companies,
           Gathered(lambda m: m.census.liking, lambda m: m.census.customers)),
    Metric("promoters_less_detractors", "points",
           "share of customers with attitude of at least .2, less those of at most −.2, times 100",
           companies,
           Gathered(lambda m: m.census.promoting, lambda m: m.census.customers, times=100.0)),
    Metric("extreme_attitude", "share", "share of customers whose attitude is beyond ± .9",
           companies, Gathered(lambda m: m.census.opinions[:, 2], lambda m: m.census.customers),
           better=Better.LOW),
    Metric("served", "share",
           "customers at the month's end, relative to these and people with a need at the month's "
           "start and no provider", whole,
           Gathered(lambda m: [m.census.customers], _served)),
    Metric("staff_skill", "share", "skill of the staff of service desks", companies,
           lambda m: _staff_skill(m.world)),
    Metric("staff_pay", _MONEY, "what the staff of service desks is paid", companies,
           Gathered(lambda m: m.month.staffing),
           better=Better.LOW),
    Metric("strategy", "share", "value in force of a number in a company's strategy",
           strategy_numbers, lambda m: m.world.policy.strategies.ravel()),
    Metric("configuring_hours", "hours/month", "hours that users spend on configuring an offering",
           companies, Gathered(lambda m: m.month.configuring[:-1]), better=Better.LOW),
    Metric("usage", "mean person's", "mean usage of a company's customers", companies,
           Gathered(lambda m: m.month.used, lambda m: m.month.paying)),
    Metric("reported", "share", "satisfaction that a company's customers report, mean over "
           "segments and outcomes, all weighing alike", companies,
           Gathered(lambda m: m.census.reported)),
    Metric("promised", "share", "satisfaction that people without experience of a company "
                                "expect, mean over segments and outcomes, all weighing alike",
           companies,
           Gathered(lambda m: m.census.promised)),
    Metric("expected", "share", "mean outcome progress that users expect", companies,
           Gathered(lambda m: m.month.expected, lambda m: m.month.expecting)),
    Metric("comparison_level", "share", "mean outcome progress with which users compare "
           "what they reach",
           companies,
           Gathered(lambda m: m.month.compared, lambda m: m.census.users)),
    Metric("advantage", "money/month", "mean value of the provider less that of the best "
                                       "alternative, over contracts up for renewal", companies,
           Gathered(lambda m: m.month.advantage, lambda m: m.month.renewals)),
    Metric("knowledge", "share", "mean knowledge of people", whole,
           Gathered(lambda m: m.census.mind[:1], lambda m: m.census.people), figure="people"),
    Metric("skill", "share", "mean skill of people", whole,
           Gathered(lambda m: m.census.mind[1:2], lambda m: m.census.people), figure="people"),
    Metric("knowledge_taught", "persons/month", "knowledge gained by teaching", companies,
           Gathered(lambda m: m.month.knowledge_taught[:-1])),
    Metric("knowledge_told", "persons/month", "knowledge gained by talk", whole,
           Gathered(lambda m: m.month.knowledge_told)),
    Metric("people_in_stage", _PERSONS,
           "people in a stage at the month's end (support: users in use with a problem or query)",
           lambda world: ["idle", *stages(world)], Gathered(_people_in_stage), figure="journey"),
    Metric("stage_passed", "share", "share of a stage's encounters after which people moved on",
           stages, Gathered(lambda m: m.month.passed[m.present],
                    lambda m: m.month.in_stage[m.present]), figure="journey"),
    Metric("problems", _FLOW, "problems that opened", companies,
           Gathered(lambda m: m.month.problems),
           better=Better.LOW),
    Metric("queries", _FLOW, "users with a new query", companies,
           Gathered(lambda m: m.month.queries),
           better=Better.LOW),
    Metric("problem_contacts", _FLOW, "contacts about problems at a touchpoint", supporting,
           _contacts(0)),
    Metric("query_contacts", _FLOW, "contacts about queries at a touchpoint", supporting,
           _contacts(1)),
    Metric("first_contact_resolution", "share",
           "share of first contacts about a problem or query that resolved it", companies,
           Gathered(lambda m: m.month.first_contacts[:, 1],
                    lambda m: m.month.first_contacts[:, 0])),
    Metric("in_trouble", "share", "share of users' time with an open problem", companies,
           Gathered(lambda m: m.month.trouble, lambda m: m.month.users),
           better=Better.LOW),
    Metric("failures", _FLOW, "failed contacts, and problems at the touchpoint where people "
                              "use the offering",
           touchpoints, Gathered(lambda m: m.month.failures.T), better=Better.LOW),
    Metric("complaints", _FLOW, "failures at a touchpoint that a company hears about", touchpoints,
           Gathered(lambda m: m.month.complaints.T), better=Better.LOW),
    Metric("complaints_by_outcome", _FLOW, "complaints by the outcome they concern, at "
           "companies that move effort by them",
           outcomes, Gathered(lambda m: m.month.complained_of.T),
           better=Better.LOW),
    Metric("complaint_cost", _MONEY, "cost of recording complaints", companies,
           Gathered(lambda m: m.month.complaining), better=Better.LOW),
    Metric("recoveries", _FLOW, "customers with a problem whom staff contacted because of "
                                "what they said",
           companies, Gathered(lambda m: m.month.recoveries)),
    Metric("recovered", _FLOW, "such contacts that resolved the problem", companies,
           Gathered(lambda m: m.month.recovered)),
    Metric("recovery_cost", _MONEY, "cost of contacting customers with a problem, in "
                                    "addition to the staff's time",
           companies, Gathered(lambda m: m.month.recovering), better=Better.LOW),
    Metric("months_to_purchase", "months",
           "mean time from the start of the month of need to the purchase", companies,
           Gathered(lambda m: m.month.months_to_purchase, lambda m: m.month.bought),
           better=Better.LOW),
    Metric("encounters", _FLOW, "encounters at a touchpoint", touchpoints,
           Gathered(_visitors), figure="touchpoints"),
    Metric("experience", "share", "mean degree to which purposes are met at a touchpoint",
           touchpoints,
           _per_visit("purpose_met")),
    Metric("unmet", "share", "mean degree to which purposes are not met at a touchpoint",
           touchpoints, _per_visit("purpose_met", times=-1.0, plus=1.0), better=Better.LOW,
           figure="journey"),
    Metric("stage_encounters", _FLOW, "encounters of people in a stage at a touchpoint",
           stage_touchpoints, Gathered(lambda m: m.month.stage_visits[m.served]),
           figure="journey_map"),
    Metric("stage_experience", "share", "mean degree to which purposes of people in a stage "
                                        "are met at a touchpoint",
           stage_touchpoints, Gathered(lambda m: m.month.stage_purpose_met[m.served],
                    lambda m: m.month.stage_visits[m.served]), figure="journey_map"),
    Metric("judgement", "-1 to 1", "mean judgement of encounters at a touchpoint", touchpoints,
           _per_visit("judgement"), figure="journey_map"),
    Metric("hours_spent", "hours/month", "hours people spend at a touchpoint", touchpoints,
           Gathered(lambda m: m.month.hours_spent), better=Better.LOW, figure="journey_map"),
    Metric("brought", "input", "resources brought to a touchpoint", resources,
           Gathered(lambda m: _by_resource(m.month.brought)), figure="resources"),
    Metric("used", "input", "resources used at a touchpoint", resources,
           Gathered(lambda m: m.census.used.ravel())),
    Metric("slack", "input", "resources brought to a touchpoint and not used", resources,
           Gathered(lambda m: _by_resource(m.month.slack)), better=Better.LOW, figure="resources"),
    Metric("handovers", _FLOW, "people who bring an open purpose from another touchpoint",
           touchpoints, Gathered(lambda m: m.month.handovers), better=Better.LOW),
    Metric("questions", "questions/month", "questions that people ask each other at a touchpoint",
           communities, _at_communities("questions")),
    Metric("answers", "answers/month", "answers that people give each other at a touchpoint",
           communities, _at_communities("answers")),
    Metric("questions_answered", "questions/month", "questions that get at least one answer",
           communities, _at_communities("answered")),
    Metric("archive", "answers", "answers that a touchpoint keeps", communities, _archive),
    Metric("found", "share", "share of visitors' questions that the archive answers",
           communities, _per_visit_at_communities("found")),
    Metric("peer_help", "share", "mean help by peers at a touchpoint, including their "
                                 "archived answers",
           communities, _per_visit_at_communities("peer_help")),
    Metric("answer_hours", "hours/month", "hours that people spend answering each other", whole,
           Gathered(lambda m: [m.month.answer_hours]), better=Better.LOW),
    Metric("answers_by_top_tenth", "share",
           "share of answers of about two years by the most active tenth of those who answer",
           whole, _top_tenth),
    Metric("desk_contacts", _FLOW, "contacts at a service desk", desks,
           Gathered(lambda m: m.month.desk_contacts[m.desks])),
    Metric("desk_wait", "minutes", "mean wait at a service desk", desks,
           _per_contact("desk_wait"), better=Better.LOW, figure="desks"),
    Metric("desk_abandoned", "share", "share of contacts who gave up waiting", desks,
           _per_contact("desk_abandoned"),
           better=Better.LOW, figure="desks"),
    Metric("desk_answered", "share", "share of contacts answered within the target time", desks,
           _per_contact("desk_answered")),
    Metric("desk_servers", _PERSONS, "servers at a service desk", desks,
           lambda m: m.world.firms.servers[m.places.desks]),
    Metric("desk_paid", _PERSONS,
           "servers at a service desk whom the desk pays for, overtime included", desks,
           Gathered(lambda m: m.month.desk_paid[m.desks]), better=Better.LOW),
    Metric("desk_occupancy", "share", "share of open time in which servers are busy", desks,
           Gathered(lambda m: m.month.desk_busy[m.desks],
                    lambda m: m.census.desk_minutes[m.desks])),
    Metric("importance", "0-10", "mean importance of an outcome to a segment", needs,
           _by_segment("wanted"), figure="opportunity"),
    Metric("outcome_satisfaction", "0-10", "mean satisfaction of a segment with an outcome",
           needs, _by_segment("satisfied", 10.0),
           figure="opportunity"),
    Metric("talk_positive", _PERSONS, "people who speak well, weighted by propensity", whole,
           Gathered(lambda m: m.month.speaking_for)),
    Metric("talk_negative", _PERSONS, "people who speak ill, weighted by propensity", whole,
           Gathered(lambda m: m.month.speaking_against),
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
           Gathered(lambda m: m.month.heard.ravel())),
)


METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
