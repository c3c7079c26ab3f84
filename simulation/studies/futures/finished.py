"""In how many futures the runs that are compared have finished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from simulation.errors import RunFailedError
from simulation.report.words import count
from simulation.store import FailureRecord, PlannedRun, RunRecord, RunStore

LEAST_TO_ANSWER = 16
"""Plausible futures that an answer needs at least."""


def check_finished(plans: Sequence[PlannedRun], store: RunStore) -> None:
    """Refuse to answer from fewer futures than an answer needs.

    Args:
        plans: the runs that are compared, which say their ``future`` and ``arm``; a future counts
            if at least one run of each arm has finished in it.
        store: what has finished, and what has failed.

    Raises:
        RunFailedError: with how many there are, and the first error.
    """
    arms = {str(plan.parameters["arm"]) for plan in plans}
    finished: dict[int, set[str]] = defaultdict(set)
    errors: list[str] = []
    for plan in plans:
        record = store.read(plan)
        if isinstance(record, RunRecord):
            finished[int(plan.parameters["future"])].add(str(plan.parameters["arm"]))
        elif isinstance(record, FailureRecord):
            errors.append(record.error)
    whole = sum(of_future == arms for of_future in finished.values())
    if whole < LEAST_TO_ANSWER:
        first = f" The first error: {errors[0]}" if errors else ""
        raise RunFailedError(
            f"All arms finished in only {count(whole, 'future')}, and an answer needs "
            f"{LEAST_TO_ANSWER}.{first}"
        )
