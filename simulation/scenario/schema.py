"""A scenario: everything that is assumed, with one section for each mechanism.

Money is in currency units, time at touchpoints in hours, time at service desks in minutes,
rates are per month. Section numbers (§) refer to ``docs/model.md``.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.words import (
    Area,
    ChoiceRule,
    Function,
    HandlingTimes,
    NetworkKind,
    Runner,
    Stage,
)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(ge=0.0)]
Importance = Annotated[float, Field(ge=0.0, le=10.0)]

GOLDENBERG = "Goldenberg, Libai & Muller 2001, Marketing Letters 12:211"
GOLDENBERG_FORM = f"form: {GOLDENBERG}; size: assumption"
ANDERSON = "direction: Anderson 1998, J. Service Research 1:5; size: assumption"
EAST = "derived from East, Hammond & Lomax 2008, IJRM 25:215"
ALAYBEK = "Alaybek et al. 2022, OBHDP 170:104149"
KAHNEMAN = "1-2.25: Kahneman & Tversky 1979; Mittal et al. 1998; default: assumption"
COMPARISON = "form: comparison level, Thibaut & Kelley 1959; Woodruff et al. 1983; size: assumption"
OLIVER = "form: Oliver 1980, JMR 17:460; size: assumption"
BOULDING = "form: Boulding et al. 1993, JMR 30:7; size: assumption"
WRIGHT = "80 % experience curve: Wright 1936"
ARGOTE = "direction: Argote, Beckman & Epple 1990; Benkard 2000 (.75-.98 kept); size: assumption"
STOKBURGER = "form: Stokburger-Sauer et al. 2016, JOSM 27:563; size: assumption"
WATTS = "netdiffuseR tutorials use .05-.2"
NO_ESTIMATE = "assumption (no estimate exists: sweep)"
TROY = "direction: Troy et al. 2008, J. Marketing 72:132; size: assumption"
BANK_CALLS = "hourly means of bank_calls (R package fpp3), 07-21 h"
COHEN = "form: Cohen & Levinthal 1990, ASQ 35:128; size: assumption"
FADER = "form: Fader & Hardie 2007, J. Interactive Marketing 21:76; size: assumption"


class Run(Section):
    """How long and how often a scenario is simulated."""

    months: int = param(120, "months simulated", unit="months", low=1, high=1200)
    warm_up: int = param(
        0,
        "months simulated before month 1, which are not recorded (0: the market begins empty)",
        unit="months",
        low=0,
        high=1200,
        founding=True,
    )
    replicates: int = param(20, "replicates, which differ in their seed only", low=1, high=100_000)
    seed: int = param(1, "seed of the first replicate; the others count up", low=0, high=2**32)


class Currency(Section):
    """How money is shown; the model counts in its own units."""

    name: str = Field(default="", description="what the currency is called, such as EUR")
    per_unit: float = Field(
        default=1.0, gt=0, description="how much of the currency one unit of money is"
    )


class Population(Section):
    """The people (§2): how many, and what they have at the start."""

    represents: int | None = Field(
        default=None,
        ge=1,
        description="people whom the simulated ones represent when numbers are shown",
    )
    people: int = param(10_000, "people", unit="persons", low=10, high=2_000_000, founding=True)
    need_probability: float = param(
        0.06, "chance that an idle person gets a need", unit="1/month", low=0, high=1
    )
    knowledge_low: float = param(0.15, "least knowledge at the start", low=0, high=1, founding=True)
    knowledge_high: float = param(
        0.35, "greatest knowledge at the start", low=0, high=1, founding=True
    )
    skill_low: float = param(0.15, "least skill at the start", low=0, high=1, founding=True)
    skill_high: float = param(0.35, "greatest skill at the start", low=0, high=1, founding=True)
    satisfaction: float = param(
        0.2, "satisfaction with each outcome at the start", low=0, high=1, founding=True
    )
    hours: float = param(
        6.0, "median hours a person has", unit="hours/month", above=0, sweep=(2, 20), founding=True
    )
    hours_spread: float = param(
        0.5, "spread of hours between people", unit="log sd", low=0, high=2, founding=True
    )
    money: float = param(
        1.2,
        "median money a person has for one job",
        unit="money/month",
        above=0,
        sweep=(0.3, 3),
        founding=True,
    )
    money_spread: float = param(
        0.5, "spread of money between people", unit="log sd", low=0, high=2, founding=True
    )

    usage_spread: float = param(
        0.0,
        "spread of how much people use, which scales the value of a job and the usage part "
        "of a price (0: all use the same; .8 is a moderate value)",
        unit="log sd",
        low=0,
        high=2,
        sweep=(0, 1.2),
        founding=True,
    )


class Segment(Section):
    """A group of people who want similar things."""

    name: Name
    label: str = Field(default="", description="name under which it is shown")
    share: float = param(
        1.0, "size relative to the other segments", above=0, sweep=(0.2, 3), founding=True
    )
    enjoyment: float = param(
        1.0,
        "enjoyment of taking part, which softens the burden",
        above=0,
        sweep=(0.5, 4),
        source=STOKBURGER,
    )
    importance: dict[Name, Importance] = param(
        None,
        "importance of outcomes, 0-10 (generated where not given)",
        factory=dict,
        founding=True,
    )


class Job(Section):
    """A job that people want done, with its desired outcomes."""

    name: Name
    label: str = Field(default="", description="name under which it is shown")
    share: float = param(
        1.0, "how often it comes up relative to other jobs", above=0, sweep=(0.2, 3)
    )
    value: float = param(
        1.0, "value of the job when fully done", unit="money/month", above=0, sweep=(0.5, 3)
    )
    clarity: float = param(
        0.5,
        "how clear people find what touchpoints without staff tell them: the chance that a "
        "query is resolved there is multiplied by it",
        low=0,
        high=1,
    )
    outcomes: tuple[Name, ...] = param(
        ..., "desired outcomes, by which people judge how well the job is done", founding=True
    )
    answerable: float = param(
        0.6, "share of the questions about it that other people can answer", low=0, high=1
    )


class Needs(Section):
    """What people want, and how it drifts (§6.2)."""

    spread_between: float = param(
        0.9,
        "spread of generated importance between segments and outcomes",
        unit="log sd",
        low=0,
        high=2,
        founding=True,
    )
    spread_within: float = param(
        0.4,
        "spread of importance between people of a segment",
        unit="log sd",
        low=0,
        high=2,
        founding=True,
    )
    fit: float = param(
        0.0,
        "spread of how well a company's offering suits a person, for life (0: it suits all "
        "alike; .3 is a moderate value)",
        unit="log sd",
        low=0,
        high=2,
        sweep=(0, 0.5),
        founding=True,
    )
    drift: float = param(
        0.02,
        "drift of segment importance",
        unit="log sd/month",
        low=0,
        high=0.5,
        sweep=(0, 0.1),
    )


class Funding(Section):
    """Money for each function per 1000 people and month."""

    innovation: float = param(
        3.0, "funding of innovation", unit="money/1000 people/month", low=0, sweep=(0.5, 15)
    )
    marketing_sales: float = param(
        3.0,
        "funding of marketing and sales",
        unit="money/1000 people/month",
        low=0,
        sweep=(0.5, 15),
    )
    experience_platform: float = param(
        3.0,
        "funding of the experience platform",
        unit="money/1000 people/month",
        low=0,
        sweep=(0.5, 15),
    )


class Coupling(Section):
    """How strongly each pair of functions aligns; not given means ``strategy.alignment``."""

    innovation_marketing_sales: Share | None = param(None, "coupling of innovation with M&S")
    innovation_experience_platform: Share | None = param(
        None, "coupling of innovation with the platform"
    )
    marketing_sales_experience_platform: Share | None = param(
        None, "coupling of M&S with the platform"
    )


class Strategy(Section):
    """How a company works with its ecosystem (§6)."""

    alignment: float = param(
        0.5,
        "coupling of the functions: how much each moves towards the others' focus",
        low=0,
        high=1,
    )
    coupling: Coupling = Field(default_factory=Coupling)
    outside_in: float = param(
        0.7,
        "how far functions follow heard needs instead of the legacy focus (switch 'how')",
        low=0,
        high=1,
    )
    customisation: float = param(
        0.3,
        "how far each segment gets its own capability instead of the average one",
        low=0,
        high=1,
    )
    agility: float = param(
        0.1, "share of capability that reconfiguration moves to the present focus", low=0, high=1
    )
    lean: float = param(
        0.1, "share of platform effort moved per quarter from slack to scarcity", low=0, high=1
    )
    configuration: float = param(
        0.0,
        "share of the offering's capability that each user directs by their own importance "
        "of outcomes (0: the offering is the same for the whole segment)",
        low=0,
        high=1,
    )
    education: float = param(
        0.3,
        "share of the teachers' effort that teaches instead of doing their own work (marketing and "
        "sales advertise, the platform supports touchpoints, innovation carries out projects)",
        low=0,
        high=1,
    )
    teacher: Function = param(
        Function.MARKETING_SALES,
        "the function that teaches, with its capability and at the expense of its other work",
    )
    teacher_share: float = param(
        1.0,
        "share of the teaching that the teacher does; marketing and sales does the rest, or "
        "the platform if marketing and sales is the teacher",
        low=0,
        high=1,
    )
    listening: float = param(0.5, "effort of listening to people", low=0, high=1)
    single_view: float = param(
        0.0,
        "how far each of its touchpoints knows what a customer said at another (0: every "
        "contact starts from scratch)",
        low=0,
        high=1,
    )
    imitation: float = param(
        0.0,
        "how far a company moves its strategy every quarter towards that of the company with "
        "the highest surplus per customer (0: not at all)",
        low=0,
        high=1,
    )
    complaint_rate: float = param(
        0.0,
        "share of platform effort that complaints move every quarter to the touchpoints they "
        "come from, if all are heard (0: none; .2 is worth trying)",
        low=0,
        high=1,
        sweep=(0, 0.5),
    )
    recovery: float = param(
        0.0,
        "chance that staff contact a customer with a problem who speaks ill of the company, "
        "if everything is heard (0: never; .5 is worth trying)",
        low=0,
        high=1,
    )
    portfolio: float = param(0.2, "how far effort follows the value of a customer", low=0, high=1)
    who: float = param(0.5, "who answers: assigned departments (0) to everyone (1)", low=0, high=1)
    what: float = param(
        0.6, "whose process: set by the company (0) or by the customer (1)", low=0, high=1
    )
    when: float = param(
        0.4, "when: business hours (0) or hours set by the customer (1)", low=0, high=1
    )
    where: float = param(
        0.6, "where: channels set by the company (0) or any channel (1)", low=0, high=1
    )
    why: float = param(0.5, "why: transaction (0) or interaction (1)", low=0, high=1)


class OwnTouchpoint(Section):
    """How one company operates a touchpoint; what is not given is as for all companies."""

    offered: bool = param(True, "whether the company offers the touchpoint")
    function: Runner | None = param(None, "the function of this company that runs it, or none")
    servers: int | None = param(
        None,
        "people who staff it at this company (0: not staffed)",
        unit="persons",
        low=0,
        high=100_000,
        sweep=(0, 20),
    )
    service_level: float | None = param(
        None,
        "share of this company's contacts to be answered in time (if servers alone are "
        "given, their number is fixed)",
        low=0,
        high=0.99,
    )
    within: float | None = param(
        None,
        "time within which contacts are to be answered at this company",
        unit="minutes",
        low=0,
        sweep=(0.2, 10),
    )
    handling: float | None = param(
        None, "mean handling time at this company", unit="minutes", above=0, sweep=(2, 20)
    )
    effort: float | None = param(
        None,
        "hours that an encounter takes a person who deals with this company",
        unit="hours",
        above=0,
        sweep=(0.1, 4),
    )
    fixed_cost: float | None = param(
        None, "monthly cost at this company", unit="money/month", low=0, sweep=(0, 20)
    )
    cost: float | None = param(
        None, "cost of an encounter at this company", unit="money", low=0, sweep=(0, 0.1)
    )
    listens: bool | None = param(None, "whether this company listens to people there")
    teaches: bool | None = param(None, "whether this company teaches people there")


class CompanySection(Section):
    """A company with its three functions; the first one is the focal company."""

    name: Name
    label: str = Field(default="", description="name under which it is shown")
    price: float = param(0.35, "price a month", unit="money/month", low=0, sweep=(0.1, 0.8))
    usage_price: float = param(
        0.0,
        "part of the price that depends on usage, for a person with mean usage",
        unit="money/month",
        low=0,
        sweep=(0, 0.4),
    )
    cost_to_serve: float = param(
        0.10, "cost of serving a customer", unit="money/month", low=0, sweep=(0.02, 0.3)
    )
    revenue_share: float = param(
        0.01, "share of last month's receipts added to the budget", low=0, high=1, sweep=(0, 0.1)
    )
    funding: Funding = Field(default_factory=Funding)
    strategy: Strategy = Field(default_factory=Strategy)
    capability: float = param(
        0.3, "capability of each function at the start", low=0, sweep=(0.05, 1), founding=True
    )
    staff_skill: float = param(
        0.6, "skill of newly hired staff at staffed touchpoints", low=0, high=1
    )
    training: float = param(
        0.0,
        "training of the staff: share of their missing skill that they learn",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.2),
    )
    teams: int = param(
        2,
        "teams of each function; each carries out one project at a time",
        low=1,
        high=50,
        founding=True,
    )
    allocation: dict[Name, Weight] = param(
        None,
        "weights by which platform effort is allocated to touchpoints (not given: 1)",
        factory=dict,
        founding=True,
    )
    legacy_focus: dict[Name, Weight] = param(
        None,
        "what the company is used to working on, by outcome (generated if not given; an "
        "outcome left out gets nothing)",
        factory=dict,
        founding=True,
    )
    focus_noise: float | None = param(
        None,
        "noise of its functions' first focus (not given: capability.focus_noise)",
        unit="log sd",
        low=0,
        high=3,
        founding=True,
    )
    lens: float | None = param(
        None,
        "spread of its functions' professional bias (not given: capability.lens)",
        unit="log sd",
        low=0,
        high=3,
        founding=True,
    )
    touchpoints: dict[Name, OwnTouchpoint] = Field(default_factory=dict)


class PerFunction(Section):
    """A number for each function."""

    innovation: float = Field(ge=0)
    marketing_sales: float = Field(ge=0)
    experience_platform: float = Field(ge=0)


def per_function(
    values: tuple[float, float, float],
    meaning: str,
    *,
    unit: str,
    source: str = "assumption",
    sweep: tuple[float, float],
) -> Any:
    """Declare a parameter that has a value for each function."""
    names = [function.value for function in Function]
    default = PerFunction(**dict(zip(names, values, strict=True)))
    return param(default, meaning, unit=unit, source=source, sweep=sweep)


class Capability(Section):
    """How functions build capability, and lose it (§6.1)."""

    gain: PerFunction = per_function(
        (0.057, 0.057, 0.057),
        "gain of all teams at reference spend",
        unit="capability/month",
        sweep=(0.02, 0.15),
    )
    decay: PerFunction = per_function(
        (0.02, 0.06, 0.03),
        "share of capability lost",
        unit="1/month",
        source=ARGOTE,
        sweep=(0.005, 0.25),
    )
    duration: PerFunction = per_function(
        (6.0, 2.0, 3.0), "mean length of a project", unit="months", sweep=(1, 12)
    )
    duration_shape: float = param(
        4.0, "shape of the gamma distribution of project lengths", above=0, sweep=(1, 20)
    )
    reference_spend: float = param(
        10.0,
        "spend at which the gain is as stated",
        unit="money/1000 people/month",
        above=0,
        sweep=(5, 20),
    )
    variety_cost: float = param(
        0.1, "loss of gain per additional segment when customising", low=0, sweep=(0, 0.5)
    )
    dilution: float = param(
        0.5,
        "how far an additional touchpoint takes platform effort from the others (0: each "
        "keeps what it had; 1: all share the same total)",
        low=0,
        high=1,
    )
    coordination_cost: float = param(
        0.15,
        "share of the budget that full coupling of all pairs costs",
        low=0,
        high=1,
        source=TROY,
        sweep=(0, 0.3),
    )
    agility_loss: float = param(
        0.0, "share of the capability moved by reconfiguration that is lost (.1)", low=0, high=1
    )
    lean_loss: float = param(
        0.0,
        "share of the effort moved by lean that has no effect until the next planning (.1)",
        low=0,
        high=1,
    )
    turned_over: float = param(
        0.0,
        "share of a project's gain that is lost if its function's focus has changed "
        "completely since its start (.5)",
        low=0,
        high=1,
    )
    reconfiguration_months: int = param(
        3,
        "months between reconfigurations of capability and of platform effort",
        unit="months",
        low=1,
        high=120,
        sweep=(1, 12),
    )
    legacy_spread: float = param(
        0.9,
        "spread of the generated legacy focus over outcomes",
        unit="log sd",
        low=0,
        high=3,
        founding=True,
    )
    focus_noise: float = param(
        0.6,
        "noise of each function's first focus around the legacy focus",
        unit="log sd",
        low=0,
        high=3,
        founding=True,
    )
    lens: float = param(
        0.9,
        "spread of each function's professional bias over outcomes",
        unit="log sd",
        low=0,
        high=3,
        founding=True,
    )


class Calendar(Section):
    """What happens at a company besides its projects; all of it runs on the firms' clock."""

    campaign_every: float = param(
        12.0, "months between the starts of two campaigns", unit="months", above=0, sweep=(3, 36)
    )
    campaign_months: float = param(2.0, "length of a campaign", unit="months", low=0, sweep=(0, 6))
    campaign_lift: float = param(
        0.5, "relative increase of advertising reach during a campaign", low=0, sweep=(0, 2)
    )
    release_every: float = param(
        3.0,
        "months between releases of finished innovation (0: at once)",
        unit="months",
        low=0,
        sweep=(0, 12),
    )
    outages: float = param(0.2, "outages of the platform", unit="1/year", low=0, sweep=(0, 4))
    outage_days: float = param(3.0, "mean length of an outage", unit="days", above=0, sweep=(1, 15))


class Listening(Section):
    """How functions hear about needs (§6.10)."""

    rate: float = param(0.15, "speed at which focus follows", unit="1/month", low=0, high=1)
    sample_low: float = param(
        10.0,
        "people heard per function and month without spending, at full listening",
        unit="persons",
        low=0,
        sweep=(5, 50),
    )
    sample_high: float = param(
        60.0,
        "people heard per function and month at reference spend and full listening",
        unit="persons",
        low=0,
        sweep=(20, 600),
        source="20-600 a survey: Ulwick uses >= 180",
    )
    interaction_gain: float = param(
        0.5,
        "relative increase of the sample through interaction (switch 'why')",
        low=0,
        sweep=(0, 2),
    )
    cost: float = param(
        0.02, "cost of hearing a person", unit="money/person", low=0, sweep=(0, 0.2)
    )
    research: float = param(
        0.0,
        "what full outside-in adds to the cost of hearing a person, who is then asked about "
        "needs (.02)",
        unit="money/person",
        low=0,
        sweep=(0, 0.2),
    )
    complaint_cost: float = param(
        0.02,
        "cost of recording a complaint, for a company that moves all its effort by complaints",
        unit="money/complaint",
        low=0,
        sweep=(0, 0.2),
    )
    recovery_cost: float = param(
        0.05,
        "cost of contacting a customer with a problem, in addition to the staff's time",
        unit="money/contact",
        low=0,
        sweep=(0, 0.5),
    )
    promise: float = param(
        0.5, "how far marketing and sales hears what it already promises", low=0, high=1
    )


class Reach(Section):
    """Advertising (§6.3)."""

    most: float = param(
        0.1, "chance of being reached at full capability", unit="1/month", low=0, high=1
    )
    fade: float = param(
        0.02,
        "chance that a non-customer forgets a company",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.1),
    )
    hazard: float | None = param(
        None,
        "fixed hazard of being reached, in place of the equation (Bass's p)",
        unit="1/month",
        low=0,
        sweep=(0, 0.1),
    )


class Talk(Section):
    """Word of mouth along ties (§6.4)."""

    strong: float = param(
        0.2,
        "chance that a strong tie carries word of mouth at full propensity",
        unit="1/month",
        low=0,
        high=1,
        source=GOLDENBERG_FORM,
        sweep=(0.01, 0.3),
    )
    weak: float = param(
        0.08,
        "chance that a weak tie carries word of mouth at full propensity",
        unit="1/month",
        low=0,
        high=1,
        source=GOLDENBERG_FORM,
        sweep=(0.005, 0.15),
    )
    propensity: float = param(0.25, "propensity to talk when indifferent", low=0, high=1)
    positive: float = param(
        0.5, "what full satisfaction adds to the propensity", low=0, high=1, source=ANDERSON
    )
    negative: float = param(
        0.65, "what full dissatisfaction adds to the propensity", low=0, high=1, source=ANDERSON
    )
    reputation_rate: float = param(
        0.3, "speed at which reputation follows what is said", low=0, high=1
    )
    knowledge_rate: float = param(
        0.03, "speed at which knowledge passes along ties", low=0, high=1, sweep=(0, 0.2)
    )
    contagion: float = param(
        0.1,
        "contagion under full mixing (Bass's q per month)",
        unit="1/month",
        low=0,
        sweep=(0, 0.3),
    )


class Network(Section):
    """Who knows whom (§5)."""

    kind: NetworkKind = param(NetworkKind.SMALL_WORLD, "kind of network", founding=True)
    ties: int = param(10, "mean ties of a person", low=0, high=100, founding=True, sweep=(4, 20))
    rewiring: float = param(
        0.1,
        "share of ties rewired to random people; these are the weak ties",
        low=0,
        high=1,
        founding=True,
        source=WATTS,
        sweep=(0.05, 0.2),
    )
    group_size: int = param(
        5, "people in a group (kind 'groups')", low=1, high=50, founding=True, source=GOLDENBERG
    )
    weak_contacts: int = param(
        5,
        "weak contacts drawn every month (kind 'groups')",
        low=0,
        high=50,
        founding=True,
        source=GOLDENBERG,
    )
    file: str | None = param(
        None,
        "edge list (kind 'edge_list'): CSV with columns a, b and optionally strong",
        founding=True,
    )


class JourneySection(Section):
    """The journey: which stages there are, and how people move."""

    stages: tuple[Stage, ...] = param(
        tuple(Stage), "stages of the journey, in order; any may be left out", founding=True
    )
    rule: ChoiceRule = param(ChoiceRule.UTILITY, "how people choose at the purchase")
    sensitivity: float = param(
        4.0,
        "sensitivity of the choice of provider to value and price",
        unit="1/money",
        low=0,
        sweep=(1, 10),
    )
    word_of_mouth_shift: float = param(
        0.30,
        "how far reputation moves a purchase probability",
        low=0,
        high=1,
        source=EAST,
        sweep=(0.1, 0.5),
    )
    push: float = param(
        0.1,
        "utility that pure transaction (switch 'why' at 0) adds to buying now",
        unit="money",
        low=0,
        sweep=(0, 0.3),
    )
    give_up_months: int = param(
        6,
        "months after which a need that no company meets is given up",
        unit="months",
        low=1,
        high=120,
    )
    problem_rate: float = param(
        0.3, "chance of a problem without any offering or knowledge", unit="1/month", low=0, high=1
    )
    problem_loss: float = param(
        0.6, "share of outcome progress lost while a problem is open", low=0, high=1
    )
    rounds: int = param(
        1,
        "rounds a month in which people can move on, as far as purposes are met and hours "
        "last (4: weekly)",
        unit="1/month",
        low=1,
        high=30,
        sweep=(1, 6),
    )
    query_rate: float = param(
        0.0,
        "chance that a user without any knowledge has a query about bills, changes or how-to "
        "(.1-.4; 0: no queries)",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.4),
    )
    doubt: float = param(
        0.3,
        "chance that a query at a touchpoint without staff raises a new one for staff, if "
        "nothing is clear",
        low=0,
        high=1,
        sweep=(0, 0.6),
        source="form: Kumar & Telang 2012, MIS Quarterly 36:23; size: assumption",
    )
    need_persists: float = param(
        0.0,
        "chance that the need outlives the contract, so that people whose contract lapsed "
        "search again (telecom, bank: 1; otherwise .5)",
        low=0,
        high=1,
    )
    contract_months: int = param(
        12, "months of a contract", unit="months", low=1, high=120, sweep=(1, 36)
    )
    churn_a: float = param(
        1.0,
        "first parameter of the beta distribution of base churn",
        above=0,
        founding=True,
        source=FADER,
        sweep=(0.5, 2),
    )
    churn_b: float = param(
        4.0,
        "second parameter of the beta distribution of base churn",
        above=0,
        founding=True,
        source=FADER,
        sweep=(1, 10),
    )
    churn_journey: float = param(
        1.5,
        "decrease of the churn logit per unit of journey score",
        low=0,
        sweep=(0, 3),
        source="one sd moves the hazard 1.3-2 times (ours)",
    )
    churn_attitude: float = param(
        2.0,
        "decrease of the churn logit per unit of attitude",
        low=0,
        sweep=(0, 3),
        source="one sd moves the hazard 1.3-2 times (ours)",
    )
    churn_value: float = param(
        0.0,
        "decrease of the churn logit per unit by which the provider's value exceeds that of "
        "the best alternative (0: alternatives do not count; 1.5 is a moderate value)",
        unit="1/money",
        low=0,
        sweep=(0, 4),
        source="form: level for alternatives, Thibaut & Kelley 1959; size: assumption",
    )
    own_attitude: float = param(
        0.0,
        "how far a person's own attitude replaces reputation at the purchase if they have "
        "dealt with the company (0: only reputation counts)",
        low=0,
        high=1,
    )


class Choice(Section):
    """Choice of touchpoint (§6.5)."""

    quality: float = param(2.0, "weight of a touchpoint's known quality", low=0, sweep=(0, 6))
    social: float = param(2.0, "weight of social contact for sociable people", low=0, sweep=(0, 6))
    effort: float = param(1.0, "weight of effort relative to a person's hours", low=0, sweep=(0, 6))
    quality_start: float = param(
        0.3, "quality expected of a touchpoint that nobody has used yet", low=0, high=1
    )
    quality_fade: float = param(
        0.1,
        "speed at which quality returns to this value while nobody comes",
        unit="1/month",
        low=0,
        high=1,
    )


class Weights(Section):
    """Inputs that a stage requires: the weight of each in its production, relative to their sum."""

    operant: float = param(
        0.45,
        "weight of knowledge and skill, the person's own and others'",
        low=0,
        high=1,
        sweep=(0.2, 0.7),
    )
    platform: float = param(0.45, "weight of platform support", low=0, high=1, sweep=(0.2, 0.7))
    time: float = param(0.10, "weight of the person's time", low=0, high=1, sweep=(0.02, 0.4))


class StageWeights(Section):
    """Inputs that each stage requires, the same at every touchpoint that serves it."""

    need: Weights = Field(default_factory=Weights)
    search: Weights = Field(default_factory=Weights)
    evaluate: Weights = Field(default_factory=Weights)
    purchase: Weights = Field(default_factory=Weights)
    onboard: Weights = Field(default_factory=Weights)
    use: Weights = Field(default_factory=Weights)
    support: Weights = Field(default_factory=Weights)
    renew: Weights = Field(default_factory=Weights)
    dispose: Weights = Field(default_factory=Weights)


def moment(stage: str) -> Any:
    """Declare the weight of the encounters of a stage."""
    meaning = f"weight of encounters in {stage} (moments of truth count more)"
    return param(1.0, meaning, low=0, high=10, sweep=(0, 3))


class Encounter(Section):
    """Resource integration at a touchpoint (§6.6)."""

    weights: StageWeights = Field(default_factory=StageWeights)
    absorb: float = param(
        0.5,
        "how far people need knowledge of their own to make use of help (0: help replaces it)",
        low=0,
        high=1,
        source=COHEN,
    )
    elasticity: float = param(
        0.7,
        "elasticity of substitution between resources",
        low=0.05,
        source=NO_ESTIMATE,
        sweep=(0.25, 5),
    )
    offering_elasticity: float = param(
        1.0,
        "elasticity of substitution between offering and integration",
        above=0,
        source=NO_ESTIMATE,
        sweep=(0.25, 5),
    )
    offering_weight: float = param(
        0.5, "weight of the offering relative to the integration", low=0, high=1, sweep=(0.2, 0.8)
    )
    floor: float = param(0.02, "least amount of any input", above=0, high=0.5, sweep=(0.005, 0.1))
    delay_loss: float = param(0.3, "share of support lost outside open hours", low=0, high=1)
    who_help: float = param(
        0.5, "share of staff help that requires everyone to answer (switch 'who')", low=0, high=1
    )
    who_handling: float = param(
        0.3, "relative increase of handling times through switch 'who'", low=0, sweep=(0, 1)
    )
    interaction_effort: float = param(
        0.25,
        "relative increase of effort and handling times through interaction (switch 'why')",
        low=0,
        sweep=(0, 1),
    )
    configuration_hours: float = param(
        0.5,
        "hours a month that configuring takes a user at full configuration",
        unit="hours/month",
        low=0,
        sweep=(0, 2),
    )
    wage: float = param(
        0.01,
        "value of an hour of a person's time (.1, a third of a server's)",
        unit="money/hour",
        low=0,
        sweep=(0, 0.3),
    )
    burden: float = param(
        1.0, "steepness of the burden of taking part", low=0, sweep=(0, 10), source=STOKBURGER
    )
    self_service: float = param(
        0.15, "outcome progress that people reach alone", low=0, high=1, sweep=(0, 0.4)
    )


class Moments(Section):
    """Weight of encounters in each stage for attitude and the journey's score."""

    need: float = moment("a need")
    search: float = moment("the search")
    evaluate: float = moment("the comparison of offers")
    purchase: float = moment("the purchase")
    onboard: float = moment("the start")
    use: float = moment("use")
    support: float = moment("support")
    renew: float = moment("the renewal")
    dispose: float = moment("disposal")


class Handover(Section):
    """What is lost between touchpoints, and what it costs to lose less of it (§6.6)."""

    loss: float = param(
        0.0,
        "share of help lost when an open purpose is taken to another touchpoint (0: off; .3 "
        "is worth trying)",
        low=0,
        high=1,
        sweep=(0, 0.6),
    )
    view_cost: float = param(
        2.0,
        "cost to a company of a full single view of its customers",
        unit="money/month",
        low=0,
        sweep=(0, 20),
    )
    view_contact_cost: float = param(
        0.002,
        "cost of recording a contact in a full single view",
        unit="money",
        low=0,
        sweep=(0, 0.02),
    )


class PeerHelp(Section):
    """How people answer each other at social touchpoints (§6.6)."""

    answer: float = param(
        0.01,
        "chance that a fully competent person of usual helpfulness answers a question they see",
        low=0,
        high=1,
        sweep=(0.003, 0.3),
    )
    helpful_spread: float = param(
        1.2,
        "spread of helpfulness between people",
        unit="log sd",
        low=0,
        high=3,
        founding=True,
        sweep=(0.8, 1.8),
    )
    look_in: float = param(
        0.05,
        "chance that somebody of usual sociability looks in without a question of their own",
        unit="1/month",
        low=0,
        high=1,
    )
    give: float = param(
        0.05,
        "share of their hours that people of usual helpfulness can spend on answering",
        low=0,
        high=1,
        sweep=(0, 0.2),
    )
    answer_hours: float = param(
        0.2, "hours that an answer takes", unit="hours", above=0, sweep=(0.05, 1)
    )
    answer_joy: float = param(
        1.0,
        "joy of answering, relative to the value of the hours (1: it makes up for them)",
        low=0,
        sweep=(0, 2),
    )
    enough: float = param(
        2.0,
        "greatest number of answers that a question gets",
        unit="answers",
        above=0,
        sweep=(1, 4),
    )
    decay: float = param(
        0.05,
        "share of the archive that goes out of date",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.2),
    )
    needed: float = param(
        200.0,
        "answers that an archive needs to cover two thirds of the answerable questions",
        unit="answers",
        above=0,
        sweep=(50, 1000),
    )


class Evaluate(Section):
    """How experience is judged against expectation and what is usual (§6.7, §6.12)."""

    gain: float = param(5.0, "steepness of the judgement", low=0, sweep=(1, 10), source=OLIVER)
    level: float = param(0.5, "weight of the level reached", low=0, sweep=(0, 2))
    adaptation: float = param(
        0.0,
        "how far users compare the level they reach with what is usual rather than with "
        "self-service (0: self-service alone; .85 where people adapt)",
        low=0,
        high=1,
        source=COMPARISON,
    )
    market_norm: float = param(
        0.5,
        "weight of what the segment's customers report, relative to the person's own past, "
        "in what is usual",
        low=0,
        high=1,
        source=COMPARISON,
    )
    norm_rate: float = param(
        0.05,
        "speed at which the norm, what a person is used to, follows the progress reached",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.3),
    )
    surprise: float = param(
        0.2,
        "weight of how far what happened, a purpose met or not, differs from a touchpoint's "
        "known quality (0: contacts outside use are judged by their burden alone)",
        low=0,
        high=2,
        sweep=(0, 0.6),
    )
    loss_aversion: float = param(
        1.5,
        "weight of falling short relative to exceeding",
        low=0,
        source=KAHNEMAN,
        sweep=(1, 2.25),
    )
    burden: float = param(1.0, "weight of the burden of taking part", low=0, sweep=(0, 5))
    attitude_rate: float = param(
        0.2, "speed at which attitude follows judgement", unit="1/month", low=0, high=1
    )
    attitude_of_others: float = param(
        0.0,
        "speed at which the attitude of people changes who deal with a company without being "
        "its customers, relative to customers (0: only customers' attitudes change)",
        low=0,
        high=1,
    )
    satisfaction_rate: float = param(
        0.3,
        "speed at which satisfaction follows experience",
        unit="1/month",
        low=0,
        high=1,
        source=BOULDING,
        sweep=(0.1, 0.5),
    )
    hype: float = param(
        0.2,
        "how far promises at full capability of marketing and sales raise expectations above "
        "what customers report, as a share of it",
        low=0,
        high=1,
        sweep=(0, 0.5),
    )
    hype_push: float = param(
        0.1,
        "what pure transaction (switch 'why' at 0) adds to hype",
        low=0,
        high=1,
        sweep=(0, 0.2),
    )
    experience_months: float = param(
        6.0,
        "tenure at which experience weighs as much as promises",
        unit="months",
        above=0,
        sweep=(1, 24),
        source=BOULDING,
    )
    peak_end: float = param(
        0.5,
        "weight of peak and end relative to the mean of a journey",
        low=0,
        high=1,
        source=ALAYBEK,
    )
    weight_crm: float = param(1.0, "how much encounters at CRM touchpoints count", low=0, high=1)
    weight_cem: float = param(1.0, "how much encounters at CEM touchpoints count", low=0, high=1)
    weight_social: float = param(
        1.0, "how much encounters at social touchpoints count", low=0, high=1
    )
    moments: Moments = Field(default_factory=Moments)


class Learn(Section):
    """How people gain and lose knowledge and skill (§6.8)."""

    teaching: float = param(
        0.10, "speed of learning from teaching at full education", unit="1/month", low=0, high=1
    )
    spillover: float = param(
        1 / 3, "share of teaching that reaches customers at other touchpoints", low=0, high=1
    )
    interaction_gain: float = param(
        0.5,
        "relative increase of teaching through interaction (switch 'why')",
        low=0,
        sweep=(0, 2),
    )
    practice_exponent: float = param(
        0.322, "exponent of learning by doing", low=0, source=WRIGHT, sweep=(0.1, 0.5)
    )
    knowledge_forgotten: float = param(
        0.01, "share of knowledge forgotten", unit="1/month", low=0, high=1, sweep=(0, 0.1)
    )
    skill_forgotten: float = param(
        0.005, "share of practice forgotten", unit="1/month", low=0, high=1, sweep=(0, 0.1)
    )


class Desks(Section):
    """Service desks (§6.6)."""

    patience: float = param(
        3.0,
        "mean patience of people who wait",
        unit="minutes",
        above=0,
        sweep=(1, 40),
        source="2-10 min by phone; estimates from all who wait are longer (8-40)",
    )
    wait_tolerance: float | None = param(
        None,
        "wait after which 1/e of platform support is left (not given: the mean patience)",
        unit="minutes",
        above=0,
        sweep=(1, 20),
    )
    abandonment: bool = param(True, "whether people give up waiting")
    handling: HandlingTimes = param(
        HandlingTimes.LOGNORMAL,
        "distribution of handling times",
        source="Brown et al. 2005, JASA 100:36",
    )
    handling_spread: float = param(
        0.6, "spread of lognormal handling times", unit="log sd", low=0, high=2
    )
    profile: tuple[Weight, ...] = param(
        (
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            84,
            160,
            268,
            283,
            273,
            259,
            249,
            242,
            232,
            204,
            154,
            119,
            95,
            77,
            0,
            0,
            0,
        ),
        "arrivals by hour of the day, relative to each other",
        source=BANK_CALLS,
    )
    business_hours: float = param(
        168.0,
        "least hours that a desk is open (switch 'when' at 0)",
        unit="hours/month",
        above=0,
        high=720,
        sweep=(120, 300),
    )
    all_hours: float = param(
        720.0,
        "most hours that a desk is open (switch 'when' at 1)",
        unit="hours/month",
        above=0,
        high=744,
        sweep=(400, 744),
    )
    in_business_hours: float = param(
        0.5, "share of contacts that would come in business hours anyway", low=0, high=1
    )
    wage: float = param(
        0.1,
        "cost of a server (.3 where a unit is 100 EUR)",
        unit="money/hour",
        low=0,
        sweep=(0.02, 0.5),
    )
    blended_occupancy: float = param(
        0.0,
        "occupancy up to which staff do other work between contacts, which others pay for "
        "(0: the desk pays for all open time; many centres have .7)",
        low=0,
        high=1,
    )
    load_memory: float = param(
        0.5,
        "weight of last month's contacts in the expected load",
        unit="1/month",
        above=0,
        high=1,
        sweep=(0.1, 1),
    )
    hiring_lag: float = param(
        1.0,
        "mean delay until the number of staff matches the load",
        unit="months",
        low=0,
        sweep=(0, 6),
    )
    turnover: float = param(
        0.03,
        "share of trained staff who leave and are replaced by newly hired staff",
        unit="1/month",
        low=0,
        high=1,
        sweep=(0, 0.1),
    )
    turnover_strain: float = param(
        0.2,
        "increase of turnover per unit of occupancy above .85",
        unit="1/month",
        low=0,
        sweep=(0, 1),
    )
    training_cost: float = param(
        20.0,
        "cost of training a server from no skill to full skill (training at 1)",
        unit="money/month",
        low=0,
        sweep=(0, 100),
    )


class Touchpoint(Section):
    """A place where actors meet and integrate resources."""

    name: Name
    label: str = Field(default="", description="name under which it is shown")
    area: Area = param(Area.CEM, "crm, cem or social", founding=True)
    owner: Name = param(
        "company",
        "'company' (each has its own), 'peers', or the name of a company or partner",
        founding=True,
    )
    offered: bool = param(True, "whether it is open to anybody (a company can close its own)")
    function: Runner = param(Runner.EXPERIENCE_PLATFORM, "the function that runs it, or none")
    stages: tuple[Stage, ...] = param(..., "stages of the journey that it serves", founding=True)
    servers: int = param(
        0,
        "people who staff it at each company (0: not staffed)",
        unit="persons",
        low=0,
        high=100_000,
        sweep=(0, 20),
    )
    service_level: float = param(
        0.0,
        "share of contacts to be answered in time; each company's staff then follow the "
        "load, regardless of servers (0: servers as given)",
        low=0,
        high=0.99,
    )
    within: float = param(
        1.0, "time within which contacts are to be answered", unit="minutes", low=0, sweep=(0.2, 10)
    )
    handling: float = param(
        8.0, "mean handling time where staffed", unit="minutes", above=0, sweep=(2, 20)
    )
    effort: float = param(
        1.0, "hours that an encounter takes a person", unit="hours", above=0, sweep=(0.1, 4)
    )
    fixed_cost: float = param(
        0.0, "monthly cost at each company that offers it", unit="money/month", low=0, sweep=(0, 20)
    )
    cost: float = param(0.0, "cost of an encounter", unit="money", low=0, sweep=(0, 0.1))
    sociality: float = param(0.0, "how far it involves meeting other people", low=0, high=1)
    listens: bool = param(False, "whether the function that runs it listens to people there")
    teaches: bool = param(False, "whether people are taught there")


class PartnerSection(Section):
    """A partner that brings capability and hours to the touchpoints it owns."""

    name: Name
    label: str = Field(default="", description="name under which it is shown")
    capability: float = param(0.6, "help it can give", low=0, high=1)
    hours: float = param(500.0, "hours it can give", unit="hours/month", low=0, sweep=(10, 2000))
    fee_share: float = param(
        0.2, "share of the price that it receives for an encounter", low=0, high=1
    )
    cost: float = param(0.02, "its cost of an encounter", unit="money", low=0, sweep=(0, 0.2))
    fixed_cost: float = param(
        1.0, "its cost of taking part", unit="money/month", low=0, sweep=(0, 50)
    )
    reservation: float = param(
        0.0, "what it could earn elsewhere", unit="money/month", sweep=(-5, 20)
    )
    contract_months: int = param(12, "months of its contract", unit="months", low=1, high=120)


class Blocks(Section):
    """How far each flow of the value network is blocked (0: not at all, 1: completely)."""

    teaching: float = param(0.0, "block on teaching", low=0, high=1)
    peer_help: float = param(0.0, "block on help between people", low=0, high=1)
    word_of_mouth: float = param(0.0, "block on word of mouth", low=0, high=1)
    feedback: float = param(0.0, "block on feedback of customers at touchpoints", low=0, high=1)
    insight: float = param(0.0, "block on insight from interviews", low=0, high=1)
    partner_capability: float = param(0.0, "block on what partners bring", low=0, high=1)
    advertising: float = param(0.0, "block on advertising reach", low=0, high=1)


class CompanyStart(Section):
    """What a company knows of its market as month 1 begins; the rest comes from the warm-up."""

    share: float | None = param(
        None,
        "share of people who are its customers",
        low=0,
        high=1,
        sweep=(0, 0.5),
        founding=True,
    )
    tenure: float | None = param(
        None,
        "mean months for which its customers have been with it",
        unit="months",
        low=0,
        high=600,
        sweep=(0, 60),
        founding=True,
    )
    satisfaction: float | None = param(
        None,
        "mean satisfaction of its customers with each outcome",
        low=0,
        high=1,
        sweep=(0.1, 0.9),
        founding=True,
    )
    attitude: float | None = param(
        None,
        "mean attitude of its customers towards it",
        low=-1,
        high=1,
        sweep=(-0.5, 0.8),
        founding=True,
    )
    awareness: float | None = param(
        None,
        "share of people who know it",
        low=0,
        high=1,
        sweep=(0.1, 1),
        founding=True,
    )
    innovation: float | None = param(
        None,
        "mean capability of its innovation",
        low=0,
        sweep=(0.1, 2),
        founding=True,
    )
    marketing_sales: float | None = param(
        None,
        "mean capability of its marketing & sales",
        low=0,
        sweep=(0.1, 2),
        founding=True,
    )
    experience_platform: float | None = param(
        None,
        "mean capability of its experience platform",
        low=0,
        sweep=(0.1, 2),
        founding=True,
    )


class Start(Section):
    """Today's market, as far as a company knows it, when month 1 begins (after any warm-up)."""

    knowledge: float | None = param(
        None,
        "mean knowledge of all people",
        low=0,
        high=1,
        sweep=(0.1, 0.9),
        founding=True,
    )
    companies: dict[Name, CompanyStart] = Field(
        default_factory=dict, description="what each company knows of its market"
    )


class Event(Section):
    """A change of parameters at the start of a month: an intervention, a shock, a decision."""

    month: int = Field(ge=1, description="month at whose start it happens, the first being 1")
    name: str = Field(default="", description="what it is called")
    set: dict[str, Any] = Field(description="parameter path -> new value")


class ScenarioData(Section):
    """The sections of a scenario: all inputs of the simulation but the seed."""

    title: str = Field(default="", description="what it is about, in one line")
    description: str = Field(default="", description="what it is about, at length")
    market: str = Field(
        default="", description="name of the market with whose published figures it is compared"
    )
    currency: Currency = Field(default_factory=Currency)
    run: Run = Field(default_factory=Run)
    population: Population = Field(default_factory=Population)
    segments: tuple[Segment, ...] = Field(min_length=1)
    jobs: tuple[Job, ...] = Field(min_length=1)
    needs: Needs = Field(default_factory=Needs)
    companies: tuple[CompanySection, ...] = Field(min_length=1)
    partners: tuple[PartnerSection, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    capability: Capability = Field(default_factory=Capability)
    calendar: Calendar = Field(default_factory=Calendar)
    listening: Listening = Field(default_factory=Listening)
    network: Network = Field(default_factory=Network)
    reach: Reach = Field(default_factory=Reach)
    talk: Talk = Field(default_factory=Talk)
    journey: JourneySection = Field(default_factory=JourneySection)
    choice: Choice = Field(default_factory=Choice)
    encounter: Encounter = Field(default_factory=Encounter)
    handover: Handover = Field(default_factory=Handover)
    peers: PeerHelp = Field(default_factory=PeerHelp)
    evaluate: Evaluate = Field(default_factory=Evaluate)
    learn: Learn = Field(default_factory=Learn)
    desks: Desks = Field(default_factory=Desks)
    blocks: Blocks = Field(default_factory=Blocks)
    start: Start = Field(default_factory=Start)
    events: tuple[Event, ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of all outcomes, job by job; the K axis of every array."""
        return tuple(name for job in self.jobs for name in job.outcomes)
