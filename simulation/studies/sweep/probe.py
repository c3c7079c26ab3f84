"""Asking the model, before the first run of a sweep, whether it records what is to be kept."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from simulation.errors import ExperimentError, Fault
from simulation.execution import Executor, Finished, RunEvent, RunTask
from simulation.execution.trial import trial_of
from simulation.scenario.suggest import did_you_mean, listed
from simulation.scenario.tree import Place
from simulation.store import Identity, RunRecord
from simulation.store.records import decode

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.simulate import RunResult

PROBE = -1
"""The number of the run that asks."""
_FEW = 14


class Probing:
    """An executor that does one small run first and looks at its labels.

    It is done by the same workers as the rest, so that it costs next to nothing.
    """

    def __init__(self, inner: Executor, experiment: Experiment, model: str) -> None:
        self._inner = inner
        self._experiment = experiment
        self._model = model

    @property
    def workers(self) -> int:
        """How many runs it does at the same time."""
        return self._inner.workers

    def run(self, tasks: Iterable[RunTask]) -> Generator[RunEvent, None, None]:
        """Do all tasks and yield what happens.

        Raises:
            ExperimentError: an outcome or series is of a metric that there is not.
        """
        small = trial_of(self._experiment.base)
        identity = Identity("probe", 0, "")
        task = RunTask(PROBE, identity, small, self._model, labels, keep_series=False)
        with closing(self._inner.run(chain([task], tasks))) as events:
            for event in events:
                if isinstance(event, Finished) and event.run == PROBE:
                    self._check(event.record)
                elif getattr(event, "run", None) != PROBE:
                    yield event

    def _check(self, record: bytes) -> None:
        decoded = decode(record)
        # A model that cannot do with so few people is left to show its labels by itself.
        if isinstance(decoded, RunRecord):
            faults = list(self._faults(decoded.outcomes))
            if faults:
                raise ExperimentError(faults)

    def _faults(self, known: Mapping[str, float]) -> Iterable[Fault]:
        experiment = self._experiment
        for outcome in experiment.outcomes:
            key = f"outcomes.{outcome.name}"
            yield from _absent(outcome.metric, outcome.of, known, (key, experiment.places))
        for name in experiment.series:
            metric, _, of = name.partition(":")
            owners = _owners(metric, known)
            if not owners or (of and of not in owners):
                yield from _absent(metric, of, known, ("series", experiment.places))


def labels(result: RunResult) -> dict[str, float]:
    """Return ``metric:of`` of everything that a run recorded."""
    return dict.fromkeys((f"{metric}:{of}" for metric, of in result.labels), 0.0)


def _owners(metric: str, known: Mapping[str, float]) -> list[str]:
    return [of for name, _, of in (label.partition(":") for label in known) if name == metric]


def _absent(
    metric: str, of: str, known: Mapping[str, float], where: tuple[str, Mapping[str, Place]]
) -> Iterable[Fault]:
    """Yield a fault where no such metric is recorded, or not of that."""
    home, places = where
    owners = _owners(metric, known)
    if of in owners:
        return
    part = "of" if owners else "metric"
    key = home if home in places else f"{home}.{part}"
    place = places.get(key, Place())
    if not owners:
        names = list(dict.fromkeys(label.partition(":")[0] for label in known))
        hint = did_you_mean(metric, names) or f"There are {listed(names)}."
        yield place.fault(f'is not a metric of the model: "{metric}".', key=key, hint=hint)
        return
    some = listed([owner or '""' for owner in owners[:_FEW]]) + (
        "" if len(owners) <= _FEW else " …"
    )
    message = (
        f'{metric} is not recorded for "{of}".'
        if of
        else f"{metric} needs of = …: what it describes."
    )
    yield place.fault(message, key=key, hint=did_you_mean(of, owners) or f"There are {some}.")
