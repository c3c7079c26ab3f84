"""People: their traits, segments, jobs and needs."""

from __future__ import annotations

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.schema.types import STOKBURGER, Importance, Name


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
