"""Touchpoints, their service desks, and partners."""

from __future__ import annotations

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.schema.types import Name, Weight
from simulation.scenario.words import Area, HandlingTimes, Runner, Stage

BANK_CALLS = "hourly means of bank_calls (R package fpp3), 07-21 h"


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
        "(0: the desk pays for all open time; many centres have .7); overtime is paid in any case",
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
