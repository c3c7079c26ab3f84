"""Companies: funding, strategy, touchpoints of their own."""

from __future__ import annotations

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.schema.types import Name, Share, Weight
from simulation.scenario.words import Function, Runner


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
