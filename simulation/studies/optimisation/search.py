"""The search: candidates asked of Optuna in batches, reported in order, narrowed rung by rung.

A search that is interrupted asks the same questions again from the same seed and tells the values
that are stored, so that it goes on as if it had not been stopped.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulation.analysis.decision.extra import extra

BATCH = 8
"""Candidates asked at a time, however many workers there are."""
BEYOND = "beyond"
STARTUP = 24
"""Candidates drawn at random before any model of the objective."""


@dataclass(frozen=True)
class Rung:
    """How many of the best candidates go on, and with how many pairs each.

    Attributes:
        candidates: of the search on the first rung, the best of the rung before on the others.
        pairs: of a run of the candidate and one of the base, in as many futures.
    """

    candidates: int
    pairs: int


RUNGS = (Rung(120, 8), Rung(30, 16), Rung(10, 32))
MOST_TESTED = 12


class Asker:
    """Asks for candidates in the unit cube, and learns what they are worth."""

    def __init__(
        self, width: int, objectives: int, seed: int, first: Sequence[Sequence[float]],
        *, is_bound: bool = False,
    ) -> None:  # fmt: skip
        optuna = extra("optuna")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._optuna, self._width = optuna, width
        with _quiet():
            sampler = optuna.samplers.TPESampler(
                seed=seed,
                multivariate=True,
                constant_liar=True,
                n_startup_trials=STARTUP,
                constraints_func=_beyond if is_bound else None,
            )
            self._study = optuna.create_study(directions=["maximize"] * objectives,
                                              sampler=sampler)  # fmt: skip
        for place in first:
            self._study.enqueue_trial({_name(at): value for at, value in enumerate(place)})

    def ask(self, n: int) -> list[tuple[Any, tuple[float, ...]]]:
        """Return the next candidates, each with the trial to report it to."""
        with _quiet():
            trials = [self._study.ask() for _ in range(n)]
            return [
                (trial, tuple(trial.suggest_float(_name(at), 0.0, 1.0)
                              for at in range(self._width)))
                for trial in trials
            ]  # fmt: skip

    def tell(self, trial: Any, values: Sequence[float] | None, beyond: float = 0.0) -> None:
        """Say what a candidate is worth on every objective; None where its runs failed.

        Args:
            trial: the candidate as it was asked for.
            values: by objective.
            beyond: by how much it is beyond its limits.
        """
        with _quiet():
            trial.set_user_attr(BEYOND, beyond)
            if values is None:
                self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
            else:
                self._study.tell(trial, list(values))


def _beyond(trial: Any) -> tuple[float]:
    """Return by how much a candidate is beyond its limits, as the sampler wants to know it."""
    return (float(trial.user_attrs.get(BEYOND, 0.0)),)


def _name(at: int) -> str:
    return f"x{at}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out Optuna's remarks on what it calls experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
