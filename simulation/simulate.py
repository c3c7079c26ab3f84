"""One run: a scenario, a seed, and its results, month by month."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from importlib.machinery import ModuleSpec
from pathlib import Path
from time import perf_counter
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Protocol, cast

from simulation.errors import CocreateError, Fault, InputError
from simulation.lazy_imports import deferred, put_off_parts_of_numpy
from simulation.scenario.words import Better
from simulation.store.records import Measure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.scenario.scenario import Scenario
    from simulation.world.past import Pasts

DEFAULT_MODEL = "simulation.model:EcosystemModel"
"""The model that is run unless another is named as ``module:Class``."""

MODEL_SOURCES = ("scenario", "kernels", "world", "processes", "recorder")
MODEL_FILES = ("arrays.py", "columns.py", "jit.py", "streams.py", "model.py", "simulate.py")
"""The code that numbers come from, in the package's folders and files."""


class MonthlyRecorder(Protocol):
    """What a model's recorder offers (see ``simulation.recorder``)."""

    labels: list[tuple[str, str]]
    values: NDArray[np.float64]
    ledger_labels: list[tuple[str, str, str, str, str]]
    ledger_values: NDArray[np.float64]


class Model(Protocol):
    """What a model must offer to be run: it is made of a scenario and a seed, and steps."""

    recorder: MonthlyRecorder

    def step(self) -> None:
        """Simulate one month."""


@dataclass(frozen=True)
class RunResult:
    """What one run produced.

    Attributes:
        scenario: its inputs.
        seed: its seed.
        labels: (metric, of) of each column of ``values``.
        values: metrics, shape ``(n_months, n_labels)``.
        ledger_labels: (giver, receiver, deliverable, kind, unit) of each flow.
        ledger_values: amounts that flowed, shape ``(n_months, n_flows)``.
        elapsed_s: seconds that it took.
        measures: unit and meaning of each metric.
        people: segment and surplus of each person at the end, ``(n_people,)`` each; None where
            the model has no persons.
    """

    scenario: Scenario
    seed: int
    labels: tuple[tuple[str, str], ...]
    values: NDArray[np.float64]
    ledger_labels: tuple[tuple[str, str, str, str, str], ...]
    ledger_values: NDArray[np.float64]
    elapsed_s: float
    measures: Mapping[str, Measure] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, NDArray[Any]] | None = None


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    model: str = DEFAULT_MODEL,
    on_month: Callable[[int], None] | None = None,
    see: Callable[[Model], None] | None = None,
    pasts: int = 0,
) -> RunResult:
    """Simulate one run and return what was recorded.

    Args:
        scenario: all inputs.
        seed: the number from which all draws of the run are derived.
        model: the model as ``module:Class``.
        on_month: called with 1, 2, … after each month.
        see: called with the model as month 1 begins, and after each month.
        pasts: how many pasts this process keeps, so that runs which begin with the same take it
            from one before; 0 to keep and take none. The result is the same.

    Raises:
        InputError: there is no such model.
    """
    started = perf_counter()
    made = load_model(model)
    with _sharing(pasts) if pasts and scenario.run.warm_up else nullcontext():
        ecosystem = made(scenario, seed)
    if see is not None:
        see(ecosystem)
    for month in range(1, scenario.run.months + 1):
        ecosystem.step()
        if see is not None:
            see(ecosystem)
        if on_month is not None:
            on_month(month)
    recorder = ecosystem.recorder
    return RunResult(
        scenario=scenario,
        seed=seed,
        labels=tuple(recorder.labels),
        values=recorder.values,
        ledger_labels=tuple(recorder.ledger_labels),
        ledger_values=recorder.ledger_values,
        elapsed_s=perf_counter() - started,
        measures=_measures(recorder),
        people=_people(ecosystem),
    )


@cache
def _kept() -> Pasts:
    """Return where this process keeps pasts."""
    from simulation.world.past import Pasts

    return Pasts(0)


def _sharing(most: int) -> AbstractContextManager[None]:
    from simulation.world.past import sharing

    kept = _kept()
    kept.most = most
    return sharing(kept)


def load_model(model: str = DEFAULT_MODEL) -> Callable[[Scenario, int], Model]:
    """Return the class of a model named as ``module:Class``.

    Raises:
        InputError: there is no such module or class.
    """
    module_name, _, class_name = model.partition(":")
    module = _import(module_name, model)
    try:
        model_class = getattr(module, class_name)
    except AttributeError:
        raise _no_model(model, f"{module_name} has no {class_name!r}.") from None
    if not callable(model_class):
        raise _no_model(model, f"{model} is no class.")
    return cast("Callable[[Scenario, int], Model]", model_class)


def begins_established(model: str) -> bool:
    """Return whether a model lives through a warm-up, and follows events from month 1 on.

    Raises:
        InputError: there is no such model.
    """
    return model == DEFAULT_MODEL or bool(getattr(load_model(model), "begins_established", False))


def check_model(model: str) -> None:
    """Load a model of somebody's own, so that what is wrong with it shows before anything begins.

    Raises:
        InputError: there is no such model, or its module raises.
    """
    model_version(model)
    if model == DEFAULT_MODEL:
        return
    try:
        load_model(model)
    except InputError:
        raise
    except Exception as error:
        module = model.partition(":")[0]
        message = f"raises {type(error).__name__} when it is imported: {error}"
        hint = f'See where: python -c "import {module}"'
        raise InputError([Fault(message, key=f"model {model!r}:", hint=hint)]) from error


def trusted_model(held: str, given: str | None) -> str:
    """Return the model to run, of one that a file names and one that was named on the spot.

    Raises:
        InputError: the file names code of somebody's own, and nobody else did.
    """
    if given is not None or held == DEFAULT_MODEL:
        return given or held
    message = "is named in a file; code from others is run only if you name it yourself."
    hint = f"If you trust it, add: --model {held}"
    raise InputError([Fault(message, key=f"model {held!r}:", hint=hint)])


def last_year(result: RunResult) -> dict[str, float]:
    """Return the outcomes of a run: the mean of each metric over the last 12 months.

    They are named ``metric`` or ``metric:of``. Months without a value (NaN) do not count.
    """
    means = mean_months(result.values[-12:])
    names = (f"{metric}:{of}" if of else metric for metric, of in result.labels)
    return dict(zip(names, means.tolist(), strict=True))


def total_months(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums over months with a value; ``(n_months, n)`` gives ``(n,)``.

    Months are added one after the other: numpy's own sum adds in an order that depends on the
    shape, so that a number would differ in its last digit by how many others stand beside it.
    """
    import numpy as np

    total = np.zeros(values.shape[1])
    for month in np.where(np.isnan(values), 0.0, values):
        total += month
    return total


def mean_months(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means over months with a value, NaN where none has; ``(n_months, n)``."""
    import numpy as np

    counts = (~np.isnan(values)).sum(axis=0)
    return np.where(counts > 0, total_months(values) / np.maximum(counts, 1), np.nan)


def check_record(result: RunResult) -> None:
    """Refuse the record of a run that went out of bounds.

    A metric without a value in a month is NaN; it is never infinite. What flows is a number, and
    none flows backwards.

    Raises:
        CocreateError: with the metric or flow, and its month.
    """
    import numpy as np

    _refuse(np.isinf(result.values), result.values, result.labels, "is infinite")
    flows = result.ledger_values
    _refuse(~np.isfinite(flows), flows, result.ledger_labels, "is not a finite amount")
    least = -1e-9 * max(1.0, float(np.abs(flows).max(initial=0.0)))
    _refuse(flows < least, flows, result.ledger_labels, "is a negative amount")


def _refuse(
    broken: NDArray[np.bool_],
    values: NDArray[np.float64],
    labels: Sequence[Sequence[str]],
    what: str,
) -> None:
    if broken.any():
        month, column = (int(places[0]) for places in broken.nonzero())
        name = ", ".join(part for part in labels[column] if part)
        raise CocreateError(f"{name} {what} in month {month + 1}: {values[month, column]:g}.")


def model_version(model: str = DEFAULT_MODEL) -> str:
    """Return the version of the model: release, and a digest of the code that results rest on.

    Runs of different model versions are never mixed in one result.
    """
    return f"{release()}+{_code_digest(model)}"


@cache
def release() -> str:
    """Return the installed release of cocreate, or 0 where it is not installed."""
    try:
        return metadata.version("cocreate")
    except metadata.PackageNotFoundError:
        return "0"


def _measures(recorder: MonthlyRecorder) -> dict[str, Measure]:
    """Return unit and meaning of what was recorded; a recorder may bring ``metrics`` of its own."""
    known: Mapping[str, Any] | None = getattr(recorder, "metrics", None)
    if known is None:
        from simulation.recorder import METRICS

        known = METRICS
    used = dict.fromkeys(metric for metric, _ in recorder.labels)
    return {
        name: Measure(
            known[name].unit, known[name].meaning, str(getattr(known[name], "better", Better.HIGH))
        )
        for name in used
        if name in known
    }


def _people(ecosystem: Model) -> Mapping[str, NDArray[Any]] | None:
    """Return what is recorded of persons; a model without ``world.people`` has none."""
    people = getattr(getattr(ecosystem, "world", None), "people", None)
    if people is None:
        return None
    return {name: getattr(people, name) for name in ("segment", "surplus")}


def _import(module_name: str, model: str) -> ModuleType:
    try:
        _find(module_name)
        put_off_parts_of_numpy()
        with deferred():
            return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and not module_name.startswith(error.name):
            raise
        raise _no_model(model, f"There is no module {module_name!r}.") from error


def _find(module_name: str) -> ModuleSpec | None:
    """Find a module, in the current folder too, as a model of one's own usually stands there."""
    here = str(Path.cwd())
    spec = _spec(module_name)
    if spec is None and here not in sys.path:
        sys.path.append(here)
        spec = _spec(module_name)
    return spec


def _spec(module_name: str) -> ModuleSpec | None:
    """Find a module, None too where what stands before its last dot is no package."""
    try:
        return importlib.util.find_spec(module_name)
    except (ImportError, ValueError):
        return None


def _no_model(model: str, message: str) -> InputError:
    return InputError(
        [Fault(message, key=f"model {model!r}:", hint="Name it as module:Class.")],
    )


@cache
def _code_digest(model: str) -> str:
    digest = hashlib.sha256()
    for path in _sources(model):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _sources(model: str) -> Iterator[Path]:
    package = Path(__file__).parent
    for folder in MODEL_SOURCES:
        yield from sorted((package / folder).rglob("*.py"))
    yield from (package / name for name in MODEL_FILES if (package / name).exists())
    if model != DEFAULT_MODEL:
        spec = _find(model.partition(":")[0])
        if spec is None or spec.origin is None:
            raise _no_model(model, "No such module.")
        if not Path(spec.origin).is_file():
            raise _no_model(model, "Its module is no file.")
        yield Path(spec.origin)
