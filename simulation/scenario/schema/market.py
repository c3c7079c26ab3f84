"""Blocked flows, today's market, and events."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.schema.types import Name


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
        "mean satisfaction with each outcome of its customers whose job has it",
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
