"""Runs that begin with the same past: which they are, and the order in which that helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


def shared_pasts[K](scenarios: Mapping[K, Scenario]) -> dict[K, str]:
    """Return what the months before month 1 depend on but the seed, where several share them.

    Empty for those that begin empty, or have a past of their own.
    """
    prints = {key: past_of(scenario) for key, scenario in scenarios.items()}
    several = shared(prints.values())
    return {key: past if past in several else "" for key, past in prints.items()}


def shared(pasts: Iterable[str]) -> set[str]:
    """Return the pasts that come up more than once."""
    return {past for past, times in Counter(pasts).items() if past and times > 1}


def past_of(scenario: Scenario) -> str:
    """Return the identity of the months before month 1; empty where there are none."""
    return scenario.past_fingerprint if scenario.run.warm_up else ""


def key_of(past: str, seed: int) -> str:
    """Return what a run's past is known by to those who hand runs out."""
    return f"{past}:{seed}" if past else ""
