"""What ``cocreate calibrate`` does: three waves of runs, each with a seed of its own.

The first wave fills the prior evenly (scrambled Sobol); the second fills what the first does not
rule out; the third takes draws of the posterior, to hold its predictions against the data, months
held out included. Emulator, self-test and cross-check all come from the first two.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.errors import Fault, InputError, RunFailedError
from simulation.execution import RunTask
from simulation.experiment.design import Point
from simulation.experiment.factors import Range, Scale
from simulation.experiment.resolver import Resolver
from simulation.observation.series import ObservedSeries
from simulation.scenario.suggest import did_you_mean, listed
from simulation.scenario.write import value_text
from simulation.simulate import DEFAULT_MODEL, load_model, model_version
from simulation.store import (
    Identity,
    Manifest,
    Measure,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
)  # fmt: skip
from simulation.studies.run.plan import scenario_of, write_snapshot
from simulation.studies.study import Room, Study

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.scenario.scenario import Scenario

DEFAULTS = (
    "journey.problem_rate", "reach.most", "reach.fade", "talk.propensity",
    "journey.churn_attitude", "encounter.self_service",
)  # fmt: skip
"""Parameters that are calibrated where none are named."""

CANDIDATES = (
    "customers", "new_customers", "lapsed", "renewals_due", "receipts", "aware", "attitude",
    "promoters_less_detractors", "satisfaction", "desk_contacts", "desk_wait", "problems",
    "queries", "first_contact_resolution", "encounters", "questions", "answers",
    "new_customers_by_word_of_mouth", "talk_positive", "talk_negative", "reported",
    "months_to_purchase", "usage", "outcome_progress", "active_non_customers",
)  # fmt: skip
"""Series that a company could observe; kept of every run, to say which would tell more."""

RUNS, MORE, DRAWS = 1024, 256, 64
LEAST_RUNS = 48
LOG_FROM = 20.0
"""A range whose ends differ by this factor is spaced by logarithms."""
MOST_POSTERIOR = 1024
SEED_ROOM = 1_000_000


@dataclass(frozen=True)
class Unknown:
    """A parameter to be calibrated, and the range in which it is sought."""

    path: str
    low: float
    high: float
    log: bool = False

    @property
    def range(self) -> Range:
        """The range as designs use it."""
        return Range(self.low, self.high, Scale.LOG if self.log else Scale.LINEAR)


@dataclass(frozen=True)
class Effort:
    """How many runs, and what is held out.

    Attributes:
        runs: of the first wave.
        more: of the second wave.
        draws: of the posterior that are run.
        hold_out: last months that are not used, to be predicted.
        first_seed: of the first run; the others follow.
    """

    runs: int = RUNS
    more: int = MORE
    draws: int = DRAWS
    hold_out: int = 0
    first_seed: int = 1


@dataclass(frozen=True)
class Calibration(Study):
    """A scenario, what was observed, and what is unknown.

    Attributes:
        second, third: the points of the later waves in the unit cube, as they came to be.
    """

    command: ClassVar[str] = "calibrate"

    name: str
    base: Scenario
    data: ObservedSeries
    unknowns: tuple[Unknown, ...]
    effort: Effort = Effort()
    model: str = DEFAULT_MODEL
    second: tuple[tuple[float, ...], ...] = ()
    third: tuple[tuple[float, ...], ...] = field(default=())

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario with as many months as were observed."""
        return self.base.replace({"run.months": self.data.first - 1 + self.data.months})

    @property
    def seeds(self) -> tuple[int, ...]:
        """The first seed; each run has its own."""
        return (self.effort.first_seed,)

    @property
    def identity(self) -> str:
        """What a folder of these runs is for: more runs or other data go on with it."""
        parts = [self.scenario.fingerprint, model_version(self.model), self.effort.first_seed,
                 [asdict(one) for one in self.unknowns]]  # fmt: skip
        text = json.dumps(["calibrate", *parts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def grows(self) -> bool:
        """What the later waves are, only runs can show."""
        return True

    @cached_property
    def resolver(self) -> Resolver:
        """Makes the scenario of a point."""
        return Resolver(self.scenario)

    @cached_property
    def first(self) -> NDArray[np.float64]:
        """The points of the first wave; more of them begin with the same."""
        from simulation.analysis.calibration.inference import first_points

        return first_points(len(self.unknowns), self.effort.runs)

    def point(self, cube: Sequence[float]) -> Point:
        """Return the settings at a place in the unit cube."""
        cells = {one.path: one.range.at(float(share))
                 for one, share in zip(self.unknowns, cube, strict=True)}  # fmt: skip
        return Point(dict(cells), dict(cells))

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: wave by wave."""
        return self._planned

    @cached_property
    def _planned(self) -> list[PlannedRun]:
        version, plans = model_version(self.model), list[PlannedRun]()
        waves = [(1, [tuple(row) for row in self.first.tolist()]), (2, self.second),
                 (3, self.third)]  # fmt: skip
        for wave, points in waves:
            for place, cube in enumerate(points):
                point = self.point(cube)
                seed = self.effort.first_seed + wave * SEED_ROOM + place
                identity = Identity(self.resolver.scenario(point).fingerprint, seed, version)
                cells = {"wave": wave, **point.cells}
                plans.append(PlannedRun(len(plans), self.name, identity, parameters=cells))
        return plans

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run: its series are kept."""
        scenario = self.resolver.scenario(self._settings(plan))
        return RunTask(plan.run, plan.identity, scenario, self.model, metrics=self.kept)

    @property
    def kept(self) -> tuple[str, ...]:
        """The series that are kept of every run."""
        return tuple(dict.fromkeys((*self.data.names, *CANDIDATES)))

    def _settings(self, plan: PlannedRun) -> Point:
        cells = {one.path: plan.parameters[one.path] for one in self.unknowns}
        return Point(dict(cells), dict(cells))

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        words = ["cocreate", "run", self.name, "--months", str(self.scenario.run.months)]
        for path, value in self._settings(plan).changes.items():
            words += ["--set", f"{path}={value_text(value)}"]
        words += ["--model", self.model] if self.model != DEFAULT_MODEL else []
        seed = str(plan.identity.seed)
        return shlex.join([*words, "--seed", seed, "--replicates", "1", "--workers", "0"])

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the three waves.

        Raises:
            RunFailedError: too few runs of the first wave finished.
        """
        from simulation.studies.calibration.learned import next_points, posterior_points

        study = replace(self, second=(), third=())
        yield study.planned()
        seen = study.runs_in(store)
        if len(seen.theta) < LEAST_RUNS:
            raise RunFailedError(f"Only {len(seen.theta)} runs of the first wave finished; "
                                 f"{LEAST_RUNS} are needed. Look into the journal with: "
                                 "cocreate verify")  # fmt: skip
        study = replace(self, second=next_points(self, seen), third=())
        yield [plan for plan in study.planned() if plan.parameters["wave"] == 2]
        study = replace(study, third=posterior_points(study, study.runs_in(store)))
        yield [plan for plan in study.planned() if plan.parameters["wave"] == 3]
        return study

    def runs_in(self, store: RunStore) -> Runs:
        """Return the finished runs that a store has."""
        records = [(plan, record) for plan in self.planned()
                   if isinstance(record := store.read(plan), RunRecord)]  # fmt: skip
        return runs_of(self, records)

    def about(self) -> dict[str, Any]:
        """Return what was asked, to read and to do it again."""
        asked = {
            "effort": asdict(self.effort),
            "unknowns": [asdict(one) for one in self.unknowns],
            "data": self.data.as_data(),
            "second": [list(row) for row in self.second],
            "third": [list(row) for row in self.third],
        }
        return {
            "title": f"Calibration of {self.scenario.title or self.name}",
            "months": self.scenario.run.months,
            "sweep": {"calibration": asked, "question": "Which ranges do the data leave?"},
        }

    @override
    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """A folder of the same scenario and ranges always goes on."""
        return None

    @override
    def resumed(self, folder: Path) -> Self:
        """Return the calibration with the second wave that a folder has, so that it is kept."""
        path = folder / "manifest.json"
        if not path.exists():
            return self
        held = read_manifest(folder).sweep.get("calibration", {})
        return replace(self, second=tuple(map(tuple, held.get("second", ()))))

    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes its runs."""
        from simulation.scenario.fields import parameters
        from simulation.scenario.paths import pattern, split

        known = {one.path: one for one in parameters()}
        result = {"wave": Measure("", "1 the prior, 2 what it leaves, 3 draws of the posterior")}
        for one in self.unknowns:
            about = known.get(pattern(split(one.path)))
            result[one.path] = (
                Measure(about.unit or "", about.meaning) if about else Measure("", "")
            )
        return result

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Write what was learned, and the posterior."""
        from simulation.studies.calibration.learned import write_learned

        write_snapshot(folder, self.scenario)
        write_learned(folder, self)


@dataclass(frozen=True)
class Runs:
    """Finished runs: points in the cube ``(n, p)``, wave ``(n,)``, series by name ``(n, T)``."""

    theta: NDArray[np.float64]
    wave: NDArray[np.intp]
    series: Mapping[str, NDArray[np.float64]]


def runs_of(study: Calibration, records: Sequence[tuple[PlannedRun, RunRecord]]) -> Runs:
    """Return finished runs with the months that were observed."""
    import numpy as np

    cubes = [tuple(row) for row in study.first.tolist()] + list(study.second) + list(study.third)
    start = study.data.first - 1
    series: dict[str, list[Any]] = {}
    for _, record in records:
        if record.series is not None:
            for at, (metric, of) in enumerate(record.series.labels):
                name = f"{metric}:{of}" if of else metric
                series.setdefault(name, []).append(record.series.values[start:, at])
    whole = {name: np.array(values) for name, values in series.items()
             if len(values) == len(records)}  # fmt: skip
    theta = np.array([cubes[plan.run] for plan, _ in records]).reshape(-1, len(study.unknowns))
    wave = np.array([plan.parameters["wave"] for plan, _ in records], dtype=np.intp)
    return Runs(theta, wave, whole)


def recorded_by(scenario: Scenario, model: str = DEFAULT_MODEL) -> dict[str, str]:
    """Return the unit of every series that a model records of a scenario, by ``metric:of``."""
    from simulation.recorder import METRICS

    few = scenario.population.model_copy(update={"people": min(scenario.population.people, 200)})
    small = scenario.model_copy(update={"population": few})
    ecosystem = load_model(model)(small, 0)
    known = getattr(ecosystem.recorder, "metrics", None) or METRICS
    return {f"{metric}:{of}" if of else metric: str(known[metric].unit)
            for metric, of in ecosystem.recorder.labels if metric in known}  # fmt: skip


def unknowns_of(scenario: Scenario, stated: Sequence[str]) -> tuple[Unknown, ...]:
    """Return the parameters to calibrate, each written ``path`` or ``path=low..high``.

    Raises:
        InputError: with all that is wrong with them.
    """
    faults: list[Fault] = []
    unknowns = [_unknown(scenario, text, faults) for text in stated or DEFAULTS]
    paths = [one.path for one in unknowns if one is not None]
    faults += [Fault("is named twice.", key=f"--parameter {path}")
               for path in dict.fromkeys(paths) if paths.count(path) > 1]  # fmt: skip
    if faults:
        raise InputError(faults)
    return tuple(one for one in unknowns if one is not None)


def _unknown(scenario: Scenario, text: str, faults: list[Fault]) -> Unknown | None:
    from simulation.scenario.fields import parameters
    from simulation.scenario.paths import pattern, split

    path, _, ends = text.partition("=")
    path = path.strip()
    key = f"--parameter {text}"
    known = {one.path: one for one in parameters()}
    try:
        about = known[pattern(split(path))]
        scenario.replace({path: _middle(about, ends)})
    except (KeyError, ValueError):
        hint = did_you_mean(path, known) or "See cocreate describe."
        faults.append(Fault("is not a parameter.", key=key, hint=hint))
        return None
    except InputError as error:
        faults += error.faults
        return None
    except _NoRangeError as error:
        faults.append(Fault(str(error), key=key, hint="Write path=low..high."))
        return None
    low, high = _ends(about, ends)
    return Unknown(path, low, high, log=low > 0 and high / low >= LOG_FROM)


class _NoRangeError(Exception):
    """A parameter has no range."""


def _ends(about: Any, ends: str) -> tuple[float, float]:
    if not ends:
        if about.sweep is None:
            raise _NoRangeError("has no range worth exploring of its own.")
        return float(about.sweep[0]), float(about.sweep[1])
    parts = ends.split("..")
    try:
        low, high = (float(part) for part in parts)
    except ValueError:
        raise _NoRangeError(f"has no range: {ends}.") from None
    if not low < high:
        raise _NoRangeError(f"has a range whose ends are not in order: {ends}.")
    return low, high


def _middle(about: Any, ends: str) -> float:
    low, high = _ends(about, ends)
    return (low + high) / 2.0


def stored(folder: Path) -> Calibration:
    """Return the calibration that a folder was made by."""
    return from_manifest(read_manifest(folder))


def from_manifest(manifest: Manifest) -> Calibration:
    """Return the calibration that a manifest is of.

    Raises:
        InputError: it is not of a calibration.
    """
    asked = manifest.sweep.get("calibration")
    if not asked:
        raise InputError(
            [Fault("is not a calibration.", hint=f"There are {listed(['calibrate'])}.")]
        )
    return Calibration(
        manifest.scenario_name,
        scenario_of(manifest.scenario),
        ObservedSeries.of_data(asked["data"]),
        tuple(Unknown(**one) for one in asked["unknowns"]),
        Effort(**asked["effort"]),
        manifest.model,
        tuple(map(tuple, asked["second"])),
        tuple(map(tuple, asked["third"])),
    )


def calibration_of(
    name: str, scenario: Scenario, data: str | Path, stated: Sequence[str] = (), *,
    mapping: str | Path | None = None, company: str | None = None, effort: Effort | None = None,
    model: str = DEFAULT_MODEL,
) -> Calibration:  # fmt: skip
    """Return the calibration of a scenario to a file of monthly series.

    Args:
        name: what the scenario is called.
        scenario: where everything starts from.
        data: monthly series.
        stated: parameters, each ``path`` or ``path=low..high``.
        mapping: a TOML file where names, units or months differ.
        company: whose data they are; the first if not given.
        effort: how many runs, and what is held out.
        model: the model as ``module:Class``.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.observation.series import LEAST_MONTHS, read_mapping, read_series
    from simulation.scenario.units import Units

    effort = effort or Effort()
    mapped = None if mapping is None else read_mapping(mapping)
    names = [one.name for one in scenario.companies]
    if company is not None and company not in names:
        hint = did_you_mean(company, names) or f"There are {listed(names)}."
        raise InputError([Fault(f"is no company: {company}.", key="--company", hint=hint)])
    units = Units.of(scenario)
    observed = read_series(data, recorded_by(scenario, model), units, company=company or names[0],
                           mapped=mapped)  # fmt: skip
    left = observed.months - effort.hold_out
    if left < LEAST_MONTHS:
        message = f"leaves {max(left, 0)} months to learn from; {LEAST_MONTHS} are needed."
        raise InputError([Fault(message, key="--hold-out", hint="Hold out fewer.")])
    return Calibration(name, scenario, observed, unknowns_of(scenario, stated), effort, model)
