"""A month begins: what the last one asked of people and gave them is forgotten."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit


@njit(cache=True)
def forget_encounters(
    stage: Any, touchpoint: Any, hours: Any, time: Any, by_peers: Any, kept: Any, wait: Any,
    abandoned: Any, purpose: Any, success: Any, burden: Any, judgement: Any, visitors: Any,
) -> None:
    """Let nobody have met anybody: see ``Encounters``."""
    stage[:] = -1
    touchpoint[:] = -1
    time[:] = 1.0
    kept[:] = 1.0
    hours[:] = 0.0
    by_peers[:] = 0.0
    wait[:] = 0.0
    purpose[:] = 0.0
    burden[:] = 0.0
    judgement[:] = 0.0
    abandoned[:] = False
    success[:] = False
    visitors[:] = 0


@njit(cache=True)
def forget_balance(
    customer: Any, needy: Any, hours: Any, outlay: Any, gained: Any, alone: Any, trouble: Any,
    attained: Any, spoke: Any, contacted: Any,
) -> None:
    """Let nothing have been asked or given: see ``Balance``."""
    customer[:] = False
    contacted[:] = False
    needy[:] = 0
    trouble[:] = 0
    spoke[:] = 0
    hours[:] = 0.0
    outlay[:] = 0.0
    gained[:] = 0.0
    alone[:] = 0.0
    attained[:] = 0.0
