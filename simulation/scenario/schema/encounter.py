"""Resource integration at touchpoints, handover, and help by peers."""

from __future__ import annotations

from pydantic import Field

from simulation.scenario.parameter import Section, param
from simulation.scenario.schema.types import STOKBURGER

NO_ESTIMATE = "assumption (no estimate exists: sweep)"
COHEN = "form: Cohen & Levinthal 1990, ASQ 35:128; size: assumption"


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
