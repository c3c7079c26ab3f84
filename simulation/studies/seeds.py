"""The seeds of a study's runs: one idea for all studies."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

LARGEST = 2**62
"""Seeds are stored as 64-bit integers; those that count on from one must be such too."""

MOST = 100_000
"""Replicates of a study."""

_HINT = "Give whole numbers from 0, such as range(20), or replicates=20."


def seeds_of(
    scenario: Scenario, seeds: Iterable[int] | None = None, replicates: int | None = None
) -> tuple[int, ...]:
    """Return the seeds of a study: those given, or as many as asked for from the scenario's first.

    Args:
        scenario: says how many there are, and the first, where neither is given.
        seeds: one seed per replicate.
        replicates: how many, instead of the seeds themselves.

    Raises:
        InputError: seeds are none, repeated or no whole numbers from 0 on; or both are given.
    """
    if seeds is not None and replicates is not None:
        hint = "Give the seeds themselves, or how many."
        raise InputError([Fault("cannot go together with replicates.", key="seeds", hint=hint)])
    if seeds is not None:
        return check_seeds(seeds)
    first = scenario.run.seed
    n = scenario.run.replicates if replicates is None else check_replicates(replicates)
    return tuple(range(first, first + n))


def check_seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    """Return seeds as whole numbers.

    Raises:
        InputError: with all that is wrong with them.
    """
    if isinstance(seeds, str | bytes) or not isinstance(seeds, Iterable):
        raise InputError([_fault(f"must be whole numbers. Got {seeds!r}.")])
    given = list(seeds)
    result = [_whole(seed) for seed in given]
    faults = [_fault(f"must be whole numbers. Got {seed!r}.")
              for seed, whole in zip(given, result, strict=True) if whole is None]  # fmt: skip
    known = [seed for seed in result if seed is not None]
    if not given:
        faults.append(_fault("must be at least one."))
    if len(given) > MOST:
        faults.append(_fault(f"must be at most {MOST:,}. Got {len(given):,}."))
    faults += [_fault(f"must be at least 0. Got {seed}.") for seed in known if seed < 0]
    faults += [_fault(f"must be at most 2**62. Got {seed}.") for seed in known if seed > LARGEST]
    repeated = sorted({seed for seed in known if known.count(seed) > 1}) if _repeats(known) else []
    faults += [_fault(f"must differ from each other. {seed} is repeated.") for seed in repeated]
    if faults:
        raise InputError(faults)
    return tuple(known)


def check_replicates(replicates: int) -> int:
    """Return a number of replicates.

    Raises:
        InputError: it is no whole number from 1 to 100 000.
    """
    n = _whole(replicates)
    if n is None or not 1 <= n <= MOST:
        message = f"must be a whole number from 1 to {MOST:,}. Got {replicates!r}."
        raise InputError([Fault(message, key="replicates")])
    return n


def _whole(value: Any) -> int | None:
    """Return a whole number, numpy's too, as int; None for truth values and all else."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return None
    try:
        return index(value)
    except TypeError:
        return None


def _repeats(seeds: list[int]) -> bool:
    return len(set(seeds)) < len(seeds)


def _fault(message: str) -> Fault:
    return Fault(message, key="seeds", hint=_HINT)
