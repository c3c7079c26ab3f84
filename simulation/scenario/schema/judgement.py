"""How people judge what happens, and how they learn."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simulation.scenario.parameter import Section, param

ALAYBEK = "Alaybek et al. 2022, OBHDP 170:104149"
KAHNEMAN = "1-2.25: Kahneman & Tversky 1979; Mittal et al. 1998; default: assumption"
COMPARISON = "form: comparison level, Thibaut & Kelley 1959; Woodruff et al. 1983; size: assumption"
OLIVER = "form: Oliver 1980, JMR 17:460; size: assumption"
BOULDING = "form: Boulding et al. 1993, JMR 30:7; size: assumption"
WRIGHT = "80 % experience curve: Wright 1936"


def moment(stage: str) -> Any:
    """Declare the weight of the encounters of a stage."""
    meaning = f"weight of encounters in {stage} (moments of truth count more)"
    return param(1.0, meaning, low=0, high=10, sweep=(0, 3))


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
