"""How functions build capability, plan, and hear about needs."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.words import Function

ARGOTE = "direction: Argote, Beckman & Epple 1990; Benkard 2000 (.75-.98 kept); size: assumption"
TROY = "direction: Troy et al. 2008, J. Marketing 72:132; size: assumption"


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
        "what full outside-in adds to the cost of hearing a person, who is then asked about needs",
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
