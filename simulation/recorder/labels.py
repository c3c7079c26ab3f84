"""Labels of metrics: what the values of a metric describe, in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulation.kernels.progress import CLASSES
from simulation.recorder.gathered import desks_of, served_by
from simulation.world.journey import STAGES, SUPPORT
from simulation.world.month import MOST_CONTRACTS
from simulation.world.policy import NUMBERS
from simulation.world.touchpoints import FUNCTIONS, RESOURCES
from simulation.world.world import World


def whole(_: World) -> Sequence[str]:
    """Return the whole."""
    return ("",)


def companies(world: World) -> Sequence[str]:
    """Return companies."""
    return [company.name for company in world.scenario.companies]


def whole_and_companies(world: World) -> Sequence[str]:
    """Return the whole, then companies."""
    return ["", *companies(world)]


def partners(world: World) -> Sequence[str]:
    """Return partners."""
    return [partner.name for partner in world.scenario.partners]


def actors(world: World) -> Sequence[str]:
    """Return customers, non-customers, companies and partners."""
    return ["customers", "non_customers", *companies(world), *partners(world)]


def outcomes(world: World) -> Sequence[str]:
    """Return desired outcomes."""
    return world.scenario.outcomes


def functions(world: World) -> Sequence[str]:
    """Return functions of companies."""
    return [f"{company}:{f.value}" for company in companies(world) for f in FUNCTIONS]


def touchpoints(world: World) -> Sequence[str]:
    """Return touchpoints."""
    return world.touchpoints.names


def segments(world: World) -> Sequence[str]:
    """Return segments."""
    return [segment.name for segment in world.scenario.segments]


def needs(world: World) -> Sequence[str]:
    """Return outcomes of segments."""
    return [f"{s}:{k}" for s in segments(world) for k in world.scenario.outcomes]


def stages(world: World) -> Sequence[str]:
    """Return stages of the journey."""
    return [s.value for s, there in zip(STAGES, world.journey.present, strict=True) if there]


def stage_touchpoints(world: World) -> Sequence[str]:
    """Return touchpoints of the stages that they serve."""
    served = zip(*served_by(world), strict=True)
    return [f"{STAGES[g].value}:{world.touchpoints.names[t]}" for g, t in served]


def resources(world: World) -> Sequence[str]:
    """Return resources at touchpoints."""
    return [f"{t}:{r.value}" for t in world.touchpoints.names for r in RESOURCES]


def strategy_numbers(world: World) -> Sequence[str]:
    """Return numbers of companies' strategies."""
    return [f"{company}:{name}" for company in companies(world) for name in NUMBERS]


def communities(world: World) -> Sequence[str]:
    """Return social touchpoints."""
    return [world.touchpoints.names[t] for t in np.flatnonzero(world.touchpoints.social)]


def company_touchpoints(world: World) -> Sequence[str]:
    """Return touchpoints of companies."""
    return [f"{c}:{t}" for c in companies(world) for t in world.touchpoints.names]


def desks(world: World) -> Sequence[str]:
    """Return service desks of companies."""
    return [
        f"{world.scenario.companies[c].name}:{world.touchpoints.names[t]}"
        for c, t in zip(*desks_of(world), strict=True)
    ]


def supporting(world: World) -> Sequence[str]:
    """Return touchpoints that serve support."""
    serves = world.touchpoints.serves[SUPPORT] & world.journey.present[SUPPORT]
    return [name for name, there in zip(world.touchpoints.names, serves, strict=True) if there]


def numbers_of_contacts(world: World) -> Sequence[str]:
    """Return numbers of support contacts."""
    last = len(world.month.churn) - 1
    return [*(str(n) for n in range(last)), f"{last}+"]


def numbers_of_contracts(_: World) -> Sequence[str]:
    """Return numbers of contracts."""
    return [*(str(n) for n in range(1, MOST_CONTRACTS)), f"{MOST_CONTRACTS}+"]


def months_to_purchase(_: World) -> Sequence[str]:
    """Return upper limits of months to the purchase."""
    return [*(f"{end:g}" for end in CLASSES), "more"]
