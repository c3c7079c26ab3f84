"""Scenarios to compare the models on: variants of base, and scenarios made up at random."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simulation.scenario.fields import Parameter, ValueKind, parameters
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.scenario.words import Stage

FOLDER = Path(__file__).parents[2] / "scenarios"
Changes = dict[str, Any]


@cache
def base() -> Scenario:
    """Return the base scenario."""
    return load_scenario(FOLDER / "base.toml", {"run.warm_up": 0})


def all_files() -> list[Path]:
    """Return every scenario of the project."""
    return sorted(file for file in FOLDER.rglob("*.toml") if FOLDER / "data" not in file.parents)


def _strategies(**values: float) -> Changes:
    return {f"companies.*.strategy.{name}": value for name, value in values.items()}


LIVELY: Changes = {
    "population.need_probability": 0.5,
    "population.knowledge_low": 0.4,
    "population.knowledge_high": 0.95,
    "population.skill_low": 0.4,
    "population.skill_high": 0.95,
    "population.money": 3.0,
    "journey.contract_months": 4,
    "journey.churn_a": 4.0,
    "journey.problem_rate": 0.8,
    "partners.*.reservation": -0.1,
    "partners.*.fixed_cost": 0.01,
    "companies.*.capability": 0.8,
    "companies.*.funding.innovation": 12.0,
    "companies.*.funding.marketing_sales": 12.0,
    "companies.*.funding.experience_platform": 12.0,
}
"""More needs, money and capability, so that a small population meets everything soon."""

NEED_TO_PURCHASE = ["need", "search", "evaluate", "purchase"]

WEEKS: Changes = {
    "journey.rounds": 4,
    "journey.query_rate": 1.0,
    "journey.doubt": 0.9,
    "journey.need_persists": 0.7,
    "jobs.*.clarity": 0.4,
}

VARIANTS: dict[str, Changes] = {
    "lively": {},
    "weeks": WEEKS,
    "warmed_up": {**WEEKS, "run.warm_up": 10, "calendar.outages": 4.0,
                  "calendar.campaign_every": 4.0, "calendar.campaign_months": 1.7,
                  "partners.installer.contract_months": 4,
                  "events": [{"month": 3, "set": {"companies.focal.price": 0.2}}]},
    "stated_start": {**WEEKS, "run.warm_up": 5, "start.companies.focal.share": 0.5,
                     "start.companies.rival.share": 0.05, "start.companies.focal.tenure": 6.0,
                     "start.companies.focal.satisfaction": 0.6, "start.knowledge": 0.4,
                     "start.companies.rival.attitude": -0.2, "start.companies.rival.awareness": 0.4,
                     "start.companies.focal.innovation": 1.1,
                     "start.companies.rival.experience_platform": 0.2},
    "start_that_takes_a_rivals_customers": {
        **WEEKS, "run.warm_up": 8, "start.companies.focal.share": 0.95,
        "start.companies.focal.satisfaction": 0.4},
    "closed_and_opened": {**WEEKS, "touchpoints.community_forum.offered": False,
                          "touchpoints.installation.offered": False,
                          "events": [{"month": 4, "set": {
                              "touchpoints.community_forum.offered": True,
                              "touchpoints.help_pages.offered": False,
                              "touchpoints.social_care.offered": False}}]},
    "warmed_up_in_a_campaign": {"run.warm_up": 7, "calendar.campaign_every": 3.1,
                                "calendar.campaign_months": 2.0, "calendar.release_every": 2.3,
                                "capability.reconfiguration_months": 4},
    "complaints": {**WEEKS, "talk.propensity": 1.0, "touchpoints.*.listens": True,
                   "touchpoints.help_pages.listens": False, "capability.lean_loss": 0.3,
                   "evaluate.level": 2.0, "evaluate.adaptation": 1.0,
                   "companies.rival.touchpoints.community_forum.listens": False,
                   **_strategies(complaint_rate=0.4, recovery=1.0, listening=1.0)},
    "complaints_of_the_busy": {
        "population.hours": 1.5, "journey.rounds": 5, "evaluate.level": 0.0,
        "blocks.feedback": 0.3, "evaluate.gain": 20.0, "desks.business_hours": 3.0,
        "desks.all_hours": 6.0, "touchpoints.*.handling": 40.0,
        **_strategies(complaint_rate=1.0, recovery=1.0, listening=0.8)},
    "weeks_of_the_busy": {**WEEKS, "journey.rounds": 7, "population.hours": 1.5},
    "weeks_at_crowded_desks": {
        **WEEKS, "desks.business_hours": 3.0, "desks.all_hours": 6.0, "desks.patience": 10.0,
        "touchpoints.*.handling": 40.0, "touchpoints.*.servers": 1,
        "touchpoints.help_pages.servers": 0, **_strategies(where=0.3, what=0.5, portfolio=1.0)},
    "weeks_without_staff_or_disposal": {
        **WEEKS, "touchpoints.*.servers": 0, "journey.contract_months": 2,
        "journey.stages": [*NEED_TO_PURCHASE, "onboard", "use", "support", "renew"]},
    "weeks_with_partners": {
        **WEEKS, "partners.installer.hours": 5.0, "partners.installer.reservation": -1.0,
        "events": [{"month": 6, "set": {"journey.rounds": 2}}]},
    "full_mixing": {"network.kind": "full_mixing", "talk.contagion": 0.3},
    "groups": {"network.kind": "groups", "network.weak_contacts": 4},
    "groups_that_do_not_fit": {"network.kind": "groups", "network.group_size": 7},
    "no_network": {"network.kind": "none"},
    "odd_lattice": {"network.kind": "lattice", "network.ties": 5},
    "odd_small_world": {"network.ties": 7, "network.rewiring": 0.6},
    "random_network": {"network.kind": "random", "network.ties": 6},
    "scale_free": {"network.kind": "scale_free", "network.ties": 5},
    "buys_when_aware": {"journey.rule": "when_aware", "journey.stages": ["purchase"]},
    "buys_when_aware_after_search": {"journey.rule": "when_aware"},
    "nobody_can_begin": {"journey.stages": ["onboard", "use", "support"]},
    "nowhere_to_go": {
        "touchpoints.product_use.stages": ["dispose"], "touchpoints.help_pages.stages": ["support"],
        "touchpoints.account_manager.stages": ["renew"], "touchpoints.take_back.stages": ["need"],
        "touchpoints.community_forum.stages": ["search", "support"],
        **_strategies(where=0.3),
    },
    "never_buys": {"journey.stages": ["need", "search", "evaluate"]},
    "never_renews": {"journey.stages": [*NEED_TO_PURCHASE, "onboard", "use", "support"]},
    "no_support_no_disposal": {"journey.stages": [*NEED_TO_PURCHASE, "onboard", "use", "renew"]},
    "search_and_buy": {"journey.stages": ["search", "purchase", "use", "support", "renew"]},
    "no_search": {"journey.stages": ["need", "purchase", "use", "renew", "dispose"]},
    "exponential_handling": {"desks.handling": "exponential"},
    "constant_handling": {"desks.handling": "constant", "desks.business_hours": 20.0},
    "nobody_hangs_up": {"desks.abandonment": False, "desks.business_hours": 2.0,
                        "desks.all_hours": 3.0},
    "crowded_desks": {"desks.business_hours": 3.0, "desks.all_hours": 6.0, "desks.patience": 10.0,
                      "touchpoints.*.handling": 40.0, "touchpoints.*.servers": 1},
    "scarce_substitutes": {"encounter.elasticity": 0.25, "encounter.offering_elasticity": 0.25},
    "cobb_douglas": {"encounter.elasticity": 1.0, "encounter.offering_elasticity": 2.0},
    "easy_substitutes": {"encounter.elasticity": 5.0, "encounter.offering_elasticity": 5.0},
    "square_roots": {"encounter.elasticity": 2.0, "encounter.offering_elasticity": 0.5},
    "nearly_cobb_douglas": {"encounter.elasticity": 0.98, "encounter.offering_elasticity": 1.05},
    "only_the_offering": {"encounter.offering_weight": 1.0},
    "own_shop_and_care": {
        "touchpoints.shop.owner": "rival", "touchpoints.social_care.owner": "focal",
        "touchpoints.web_search.owner": "focal", "touchpoints.take_back.owner": "rival",
        "touchpoints.take_back.servers": 1, "touchpoints.help_pages.owner": "rival",
        "touchpoints.help_pages.servers": 1, "journey.churn_a": 4.0,
        "journey.contract_months": 3,
    },
    "handed_over": {
        "handover.loss": 0.8, "companies.focal.strategy.single_view": 0.5,
        "companies.rival.strategy.single_view": 1.0, "handover.view_cost": 1.5,
        "handover.view_contact_cost": 0.01, "peers.answer": 0.3, "peers.needed": 5.0,
        "journey.query_rate": 0.8, **_strategies(where=1.0),
    },
    "ready_to_answer": {
        "peers.answer": 0.3, "peers.look_in": 0.4, "peers.needed": 5.0, "peers.enough": 1.0,
        "peers.answer_hours": 0.5, "peers.give": 0.1, "peers.answer_joy": 0.3,
        "encounter.burden": 10.0, "jobs.run_daily.answerable": 1.0, **_strategies(where=1.0),
    },
    "overrun": {
        "peers.answer": 1.0, "peers.give": 0.002, "peers.answer_hours": 2.0, "peers.decay": 0.5,
        "blocks.peer_help": 0.2, **_strategies(where=1.0),
        "touchpoints.social_care.stages": ["use", "support"],
    },
    "nobody_answers": {"peers.answer": 0.0},
    "pushed": {"evaluate.hype": 0.2, "evaluate.hype_push": 0.9, **_strategies(why=0.3)},
    "help_stands_in": {"encounter.absorb": 0.0},
    "help_takes_knowledge": {"encounter.absorb": 1.0, "companies.*.staff_skill": 1.0,
                             **_strategies(where=1.0, who=1.0, portfolio=1.0)},
    "stages_ask_differently": {
        "encounter.weights.use": {"operant": 0.9, "platform": 0.0, "time": 0.1},
        "encounter.weights.support": {"operant": 0.0, "platform": 0.5, "time": 0.5},
        "encounter.weights.search": {"operant": 0.2, "platform": 0.8, "time": 0.0},
    },
    "touchpoints_come_and_go": {
        "capability.dilution": 1.0, "companies.focal.allocation": {"call_centre": 3.0},
        **_strategies(lean=0.5),
        "events": [
            {"month": 4, "set": {"touchpoints.call_centre.function": "experience_platform",
                                 "touchpoints.account_manager.function": "experience_platform"}},
            {"month": 8, "set": {"touchpoints.product_use.function": "none",
                                 "touchpoints.call_centre.function": "innovation",
                                 "capability.dilution": 0.3}},
        ],
    },
    "staff_follow_the_load": {
        "touchpoints.*.service_level": 0.8, "touchpoints.product_use.within": 3.0,
        "touchpoints.call_centre.within": 0.0, "touchpoints.*.handling": 60.0,
        "companies.rival.touchpoints": {"call_centre": {"servers": 1},
                                        "product_use": {"service_level": 0.3, "within": 9.0},
                                        "account_manager": {"service_level": 0.0, "servers": 2}},
        "desks.business_hours": 4.0, "desks.all_hours": 8.0, "desks.patience": 25.0,
        "desks.wait_tolerance": 5.0, "desks.blended_occupancy": 0.6, "desks.hiring_lag": 0.7,
        "companies.*.training": 0.1, "companies.rival.staff_skill": 0.2,
        "events": [
            {"month": 5, "set": {"touchpoints.help_pages.service_level": 0.0,
                                 "companies.focal.staff_skill": 0.95, "desks.hiring_lag": 0.0}},
            {"month": 9, "set": {"touchpoints.help_pages.service_level": 0.9,
                                 "companies.focal.touchpoints.product_use.servers": 1}},
        ],
    },
    "staff_without_abandonment": {
        "touchpoints.*.service_level": 0.8, "touchpoints.*.handling": 60.0,
        "desks.abandonment": False, "desks.business_hours": 8.0, "desks.all_hours": 8.0,
        "companies.*.training": 0.3, "desks.turnover_strain": 3.0, "desks.load_memory": 1.0,
    },
    "no_lever_is_free": {
        "capability.agility_loss": 0.5, "capability.lean_loss": 0.7,
        "capability.turned_over": 1.0, "listening.research": 0.3, "listening.rate": 0.6,
        "companies.focal.strategy.teacher_share": 0.3,
        "companies.rival.strategy.teacher": "experience_platform",
        "companies.rival.strategy.teacher_share": 0.8,
        **_strategies(agility=0.5, lean=0.8, outside_in=0.9, education=0.7),
        "events": [
            {"month": 5, "set": {"companies.rival.strategy.teacher": "innovation",
                                 "touchpoints.product_use.function": "none"}},
            {"month": 9, "set": {"capability.lean_loss": 1.0}},
        ],
    },
    "each_its_own": {
        "companies.focal.touchpoints": {
            "call_centre": {"servers": 0, "listens": True, "effort": 0.2, "cost": 0.0},
            "web_search": {"servers": 1, "handling": 3.0, "function": "marketing_sales"},
            "social_care": {"offered": False}, "installation": {"offered": False},
            "reviews": {"listens": False, "fixed_cost": 3.0},
            "product_use": {"teaches": True, "effort": 2.0},
        },
        "companies.rival.touchpoints": {
            "call_centre": {"offered": False}, "help_pages": {"offered": False, "cost": 0.3},
            "account_manager": {"servers": 1, "teaches": False, "handling": 60.0},
            "community_forum": {"servers": 1, "effort": 0.5},
        },
        "companies.rival.lens": 2.0, "companies.focal.focus_noise": 0.0,
        "touchpoints.shop.owner": "rival",
        **_strategies(what=0.5, where=0.4),
    },
    "opens_and_closes": {
        "companies.focal.touchpoints": {"help_pages": {"offered": False},
                                        "community_forum": {"function": "none"}},
        "companies.focal.allocation": {"help_pages": 3.0, "web_search": 0.0},
        "events": [
            {"month": 3, "set": {"companies.focal.touchpoints.help_pages.offered": True,
                                 "companies.*.touchpoints.product_use.offered": False}},
            {"month": 6, "set": {"companies.rival.touchpoints.*.function": "innovation"}},
            {"month": 9, "set": {"companies.rival.touchpoints.shop.function": "experience_platform",
                                 "companies.focal.touchpoints.product_use.offered": True}},
            {"month": 11, "set": {
                "companies.rival.touchpoints.*.function": "experience_platform"}},
        ],
    },
    "strained_beside_closed_desks": {
        **WEEKS, "desks.turnover_strain": 5.0, "companies.*.training": 0.3,
        "desks.business_hours": 1.0, "desks.all_hours": 2.0, "touchpoints.*.handling": 40.0,
        "touchpoints.*.servers": 1, "touchpoints.help_pages.owner": "rival",
        "touchpoints.help_pages.servers": 9,
        "events": [{"month": 5, "set": {"companies.focal.touchpoints.product_use.offered": False,
                                        "journey.contract_months": 24}}],
    },
    "hears_what_it_promises": {
        "listening.promise": 1.0, "touchpoints.*.listens": True,
        "companies.focal.legacy_focus": {"faster": 1.0},
        "companies.rival.legacy_focus": {"less_risk": 1.0}, "capability.focus_noise": 0.0,
        "companies.*.strategy.coupling": {}, **_strategies(alignment=0.0, listening=0.2),
    },
    "everything_blocked": {"reach.hazard": 0.2, **{f"blocks.{name}": 1.0 for name in (
        "teaching", "peer_help", "word_of_mouth", "feedback", "insight", "partner_capability")}},
    "half_blocked": {f"blocks.{name}": 0.5 for name in (
        "teaching", "peer_help", "word_of_mouth", "feedback", "insight", "partner_capability",
        "advertising")},
    "all_levers_up": {"reach.hazard": 0.2, **_strategies(
        alignment=1.0, outside_in=1.0, customisation=1.0, agility=1.0, lean=1.0, education=1.0,
        listening=1.0, portfolio=1.0, who=1.0, what=1.0, when=1.0, where=1.0, why=1.0)},
    "no_advertising": {"blocks.advertising": 1.0},
    "all_levers_down": _strategies(
        alignment=0.0, outside_in=0.0, customisation=0.0, agility=0.0, lean=0.0, education=0.0,
        listening=0.0, portfolio=0.0, who=0.0, what=0.0, when=0.0, where=0.0, why=0.0),
    "portfolio": {**_strategies(portfolio=1.0), "journey.contract_months": 2},
    "lean": {**_strategies(lean=1.0), "capability.reconfiguration_months": 1},
    "customised": _strategies(customisation=1.0, agility=0.5),
    "pairs": {"companies.focal.strategy.coupling.innovation_marketing_sales": 1.0,
              "companies.focal.strategy.coupling.innovation_experience_platform": 0.0,
              "companies.rival.strategy.coupling.marketing_sales_experience_platform": 0.7},
    "platform_teaches": {"companies.*.strategy.teacher": "experience_platform",
                         "touchpoints.call_centre.teaches": True},
    "innovation_teaches": {"companies.focal.strategy.teacher": "innovation",
                           "touchpoints.product_use.function": "innovation",
                           "touchpoints.help_pages.function": "none"},
    "monthly_contracts": {"journey.contract_months": 1, "journey.churn_a": 0.5},
    "always_problems": {"journey.problem_rate": 1.0, "population.knowledge_low": 0.1},
    "two_partners": {
        "partners": [
            {"name": "installer", "contract_months": 2, "reservation": -1.0, "hours": 2.0},
            {"name": "dealer", "contract_months": 3, "reservation": -1.0, "hours": 5.0,
             "fixed_cost": 0.05},
        ],
        "touchpoints.sales_conversation.owner": "dealer",
        "touchpoints.retention_contact.owner": "dealer",
    },
    "partner_comes_and_goes": {
        "partners.installer.contract_months": 3, "partners.installer.reservation": -1.0,
        "events": [{"month": 7, "set": {"partners.installer.reservation": 1.0}},
                   {"month": 11, "set": {"partners.installer.reservation": -1.0}}],
    },
    "staff_comes": {"events": [{"month": 4, "set": {"touchpoints.shop.servers": 1}}]},
    "innovation_alone": {"companies.focal.funding.marketing_sales": 0.0,
                         "companies.focal.funding.experience_platform": 0.0},
    "unfunded": {"companies.rival.funding.innovation": 0.0,
                 "companies.rival.funding.marketing_sales": 0.0,
                 "companies.rival.funding.experience_platform": 0.0,
                 "companies.rival.revenue_share": 0.1},
    "fixed_hazard": {"reach.hazard": 0.05, "reach.fade": 0.3},
    "social_journey": {"evaluate.weight_crm": 0.0, "evaluate.weight_cem": 0.3},
    "busy_calendar": {"calendar.campaign_every": 2.7, "calendar.campaign_months": 1.9,
                      "calendar.release_every": 0.0, "calendar.outages": 30.0,
                      "calendar.outage_days": 5.0},
    "campaign_all_year": {"calendar.campaign_every": 2.0, "calendar.campaign_months": 3.0,
                          "calendar.release_every": 1.5,
                          "capability.reconfiguration_months": 3},
    "plans_and_releases_meet": {"calendar.release_every": 6.0,
                                "capability.reconfiguration_months": 2,
                                "companies.*.strategy.agility": 0.9},
    "short_projects": {"capability.duration.innovation": 0.02,
                       "capability.duration.experience_platform": 0.3,
                       "companies.focal.teams": 5, "companies.rival.teams": 1},
    "one_company": {"companies.rival.remove": True},
    "given": {"segments.savers.importance": {"faster": 10.0, "lower_cost": 0.0},
              "companies.focal.legacy_focus": {"faster": 2.0, "less_risk": 1.0},
              "companies.focal.allocation": {"shop": 0.0, "product_use": 5.0}},
    "no_drift_no_spread": {"needs.drift": 0.0, "needs.spread_between": 0.0,
                           "needs.spread_within": 0.0, "capability.lens": 0.0,
                           "capability.focus_noise": 0.0, "capability.legacy_spread": 0.0},
    "poor_and_pushed": {"population.money": 0.3, "journey.push": 0.3, "journey.sensitivity": 10.0,
                        "companies.rival.price": 0.8, "companies.*.strategy.why": 0.0},
    "hardly_any_time": {"population.hours": 0.02, "population.hours_spread": 1.5,
                        "choice.effort": 6.0},
    "steep_choice": {"journey.sensitivity": 20_000.0},
    "strict_judges": {
        "evaluate.adaptation": 0.9, "evaluate.market_norm": 0.4, "evaluate.norm_rate": 0.2,
        "evaluate.surprise": 0.6, "evaluate.attitude_of_others": 1.0, "needs.fit": 0.5,
        "journey.own_attitude": 1.0, "journey.churn_value": 4.0, "evaluate.hype": 0.6,
        "evaluate.moments.support": 3.0, "evaluate.moments.onboard": 0.4,
        "evaluate.moments.dispose": 0.0, "evaluate.moments.purchase": 7.0,
    },
    "unequal_users": {
        "population.usage_spread": 1.2, "companies.focal.usage_price": 0.3,
        "companies.focal.price": 0.1, "companies.rival.usage_price": 0.1,
        "companies.focal.strategy.configuration": 0.8, "encounter.configuration_hours": 2.0,
        "companies.rival.strategy.configuration": 0.2, "needs.spread_within": 1.0,
        "journey.churn_value": 3.0, "partners.installer.fee_share": 0.4,
    },
    "rivals_answer": {
        "companies.focal.strategy.imitation": 0.3, "companies.rival.strategy.imitation": 1.0,
        "companies.focal.strategy.where": 0.9, "companies.rival.strategy.when": 0.0,
        "population.people": 200, "jobs.*.value": 4.0, "reach.hazard": 0.7,
        "population.need_probability": 0.9, "journey.churn_a": 1.0,
        "events": [
            {"month": 6, "set": {"companies.focal.strategy.where": 0.2,
                                 "companies.focal.price": 0.8}},
            {"month": 9, "set": {"companies.rival.strategy.imitation": 0.5}},
        ],
    },
    "steep_churn": {
        "journey.churn_journey": 2_000.0,
        "journey.churn_attitude": 2_000.0,
        "evaluate.loss_aversion": 10.0,
        "evaluate.level": 0.0,
    },
    "events": {
        "events": [
            {"month": 1, "set": {"companies.focal.price": 0.2}},
            {"month": 3, "set": {"companies.*.strategy.where": 0.0,
                                 "companies.focal.strategy.teacher": "innovation"}},
            {"month": 5, "set": {"touchpoints.call_centre.servers": 0,
                                 "touchpoints.web_search.servers": 2,
                                 "touchpoints.advertising.function": "experience_platform"}},
            {"month": 6, "set": {"journey.contract_months": 2, "encounter.elasticity": 1.0,
                                 "calendar.release_every": 0.0, "calendar.outages": 0.0}},
            {"month": 6, "set": {"partners.installer.reservation": 5.0,
                                 "partners.installer.contract_months": 1}},
            {"month": 8, "set": {"companies.*.strategy.where": 1.0, "calendar.outages": 12.0,
                                 "calendar.release_every": 2.0,
                                 "partners.installer.reservation": -5.0,
                                 "capability.reconfiguration_months": 1}},
        ]
    },
}  # fmt: skip


def variant(name: str, people: int) -> Scenario:
    """Return a variant of base with life in it."""
    return base().replace({**LIVELY, "population.people": people, **VARIANTS[name]})


# --- at random -----------------------------------------------------------------------------------

SETTABLE = (ValueKind.NUMBER, ValueKind.WHOLE, ValueKind.SWITCH, ValueKind.WORD)
LEFT_OUT = ("population.people", "desks.business_hours", "desks.all_hours", "network.kind")
KINDS = ("small_world", "scale_free", "random", "lattice", "groups", "full_mixing", "none")
SHARE_CHANGED = 0.3
WIDEST = 10.0
"""Upper bound where the schema has none and no range worth exploring."""


def made_up(seed: int, people: int) -> Scenario:
    """Return a scenario in which about a third of everything is drawn at random."""
    rng = np.random.default_rng(seed)
    scenario = base()
    changes: Changes = {**LIVELY, "population.people": people}
    changes["network.kind"] = str(rng.choice(KINDS))
    changes |= _ordered(rng)
    for path, parameter in _settable(scenario):
        if rng.random() < SHARE_CHANGED:
            changes[path] = _drawn(parameter, rng)
    for touchpoint in scenario.touchpoints:
        if touchpoint.name != "installation" and rng.random() < SHARE_CHANGED:
            owner = rng.choice(["company", "peers", "focal", "rival", "installer"])
            changes[f"touchpoints.{touchpoint.name}.owner"] = str(owner)
        changes[f"touchpoints.{touchpoint.name}.servers"] = int(rng.choice([0, 0, 1, 3]))
    for stage in Stage:
        changes[f"encounter.weights.{stage}.time"] = 0.1 + 0.9 * float(rng.random())
    owners = {t.name: changes.get(f"touchpoints.{t.name}.owner", t.owner)
              for t in scenario.touchpoints}  # fmt: skip
    for company in scenario.companies:
        changes |= _own_touchpoints(company.name, owners, rng)
    changes["events"] = [_event(scenario, month, rng) for month in (2, 5, 9)]
    return scenario.replace(changes)


def _own_touchpoints(company: str, owners: dict[str, str], rng: np.random.Generator) -> Changes:
    """Return what a company does its own way at a few touchpoints that it may change."""
    found: Changes = {}
    for parameter in parameters():
        stem = "companies.*.touchpoints.*."
        if not parameter.path.startswith(stem):
            continue
        for name, owner in owners.items():
            its_own = owner not in ("focal", "rival") or owner == company
            closes = parameter.name == "offered" and owner == "peers"
            if its_own and not closes and rng.random() < 0.5 * SHARE_CHANGED**2:
                path = f"companies.{company}.touchpoints.{name}.{parameter.name}"
                found[path] = _drawn(parameter, rng)
    return found


def _ordered(rng: np.random.Generator) -> Changes:
    """Return values of those parameters that must not exceed each other."""
    low, high = sorted(rng.random(2))
    hours = sorted(np.exp(rng.uniform(0.0, 6.0, 2)))
    return {
        "population.knowledge_low": float(low), "population.knowledge_high": float(high),
        "population.skill_low": float(low), "population.skill_high": float(high),
        "listening.sample_low": float(10 * low), "listening.sample_high": float(100 * high),
        "desks.business_hours": float(hours[0]), "desks.all_hours": float(hours[1]),
    }  # fmt: skip


def _settable(scenario: Scenario) -> list[tuple[str, Parameter]]:
    """Return every single value of a scenario that may be drawn on its own."""
    found = []
    for parameter in parameters():
        ordered = parameter.name.endswith(("_low", "_high"))
        if parameter.kind in SETTABLE and not ordered and parameter.path not in LEFT_OUT:
            kind, star, rest = parameter.path.partition(".*.")
            if kind.startswith(("run", "start")) or ".*." in rest:
                continue
            names = [entry.name for entry in getattr(scenario, kind)] if star else []
            paths = [f"{kind}.{name}.{rest}" for name in names] or [parameter.path]
            found += [(path, parameter) for path in paths]
    return found


def _drawn(parameter: Parameter, rng: np.random.Generator) -> Any:
    """Return a value: often an end of the range, where special cases are."""
    if parameter.kind is ValueKind.SWITCH:
        return bool(rng.random() < 0.5)
    if parameter.kind is ValueKind.WORD:
        return str(rng.choice(parameter.choices))
    low = parameter.low if parameter.low is not None else 0.0
    high = parameter.high if parameter.high is not None else max(low * 2.0, WIDEST)
    if parameter.sweep is not None and (parameter.high is None or parameter.high > WIDEST):
        low, high = parameter.sweep
    ends = [low, high] if not parameter.low_open or low > 0 else [high]
    value = (
        rng.choice(ends)
        if rng.random() < 0.3
        else low + (high - low) * (rng.random() + 1e-3) / 1.001
    )
    return round(float(value)) if parameter.kind is ValueKind.WHOLE else float(value)


def _event(scenario: Scenario, month: int, rng: np.random.Generator) -> Changes:
    free = [(path, p) for path, p in _settable(scenario) if not p.founding]
    chosen = rng.choice(len(free), size=8, replace=False)
    return {"month": month, "set": {free[i][0]: _drawn(free[i][1], rng) for i in chosen}}
