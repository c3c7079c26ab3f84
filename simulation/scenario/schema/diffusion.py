"""Advertising, word of mouth, and the network that carries it."""

from __future__ import annotations

from simulation.scenario.parameter import Section, param
from simulation.scenario.words import NetworkKind

GOLDENBERG = "Goldenberg, Libai & Muller 2001, Marketing Letters 12:211"
GOLDENBERG_FORM = f"form: {GOLDENBERG}; size: assumption"
ANDERSON = "direction: Anderson 1998, J. Service Research 1:5; size: assumption"
WATTS = "netdiffuseR tutorials use .05-.2"


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
