"""What ``cocreate calibrate`` does: four waves of runs, each with a seed of its own.

The first wave fills the prior evenly (scrambled Sobol); the second fills what the first does not
rule out; the third takes draws of the posterior, to hold its predictions against the data, months
held out included; the fourth are truths of a changed model. Emulator, self-test and cross-check all
come from the first two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.errors import Fault, InputError, RunFailedError
from simulation.execution import RunTask
from simulation.experiment.design import Point
from simulation.experiment.resolver import Resolver
from simulation.observation.series import ObservedSeries
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import (
    Identity,
    Manifest,
    Measure,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
)  # fmt: skip
from simulation.store.files import write_text
from simulation.store.manifest import SNAPSHOT
from simulation.studies.calibration.changed import ChangedAssumption
from simulation.studies.calibration.runs import OF_CHANGED, Runs, runs_of
from simulation.studies.calibration.unknowns import Unknown
from simulation.studies.commands import run_alone, setting_words
from simulation.studies.folders import ELSEWHERE, manifest_with
from simulation.studies.run.plan import scenario_of, write_snapshot
from simulation.studies.study import Room, Study

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.scenario.scenario import Scenario

CANDIDATES = (
    "customers", "new_customers", "lapsed", "renewals_due", "receipts", "aware", "attitude",
    "promoters_less_detractors", "satisfaction", "desk_contacts", "desk_wait", "problems",
    "queries", "first_contact_resolution", "encounters", "questions", "answers",
    "new_customers_by_word_of_mouth", "talk_positive", "talk_negative", "reported",
    "months_to_purchase", "usage", "outcome_progress", "active_non_customers",
)  # fmt: skip
"""Series that a company could observe; kept of every run, to say which would tell more."""

RUNS, MORE, DRAWS, CHANGED = 1024, 256, 64, 64
LEAST_RUNS = 48
SEED_ROOM = 1_000_000
TODAY = "today.toml"
"""The scenario whose market begins as the last observed month ended."""


@dataclass(frozen=True)
class Effort:
    """How many runs, and what is held out.

    Attributes:
        runs: of the first wave.
        more: of the second wave.
        draws: of the posterior that are run.
        hold_out: last months that are not used, to be predicted.
        first_seed: of the first run; the others follow.
        changed: truths of a changed model that are found again.
    """

    runs: int = RUNS
    more: int = MORE
    draws: int = DRAWS
    hold_out: int = 0
    first_seed: int = 1
    changed: int = CHANGED


@dataclass(frozen=True)
class Calibration(Study):
    """A scenario, what was observed, and what is unknown.

    Attributes:
        change: the assumption of the changed model.
        second, third: the points of the later waves in the unit cube, as they came to be.
        folder: its result, whose ``scenario.toml`` has all that was set; None before it has one.
    """

    command: ClassVar[str] = "calibrate"

    name: str
    base: Scenario
    data: ObservedSeries
    unknowns: tuple[Unknown, ...]
    change: ChangedAssumption
    effort: Effort = Effort()
    model: str = DEFAULT_MODEL
    second: tuple[tuple[float, ...], ...] = ()
    third: tuple[tuple[float, ...], ...] = field(default=())
    folder: Path | None = field(default=None, compare=False)

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
        """What a folder of these runs is for: more runs, or more months held out, go on with it."""
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

    @cached_property
    def waves_of_points(self) -> tuple[Sequence[tuple[float, ...]], ...]:
        """The points of the four waves in the unit cube."""
        from simulation.analysis.calibration.inference import prior_points

        size = max(1, (self.effort.changed - 1).bit_length())
        truths = prior_points(len(self.unknowns), size, 13)[: self.effort.changed]
        rows = [[tuple(row) for row in some.tolist()] for some in (self.first, truths)]
        return rows[0], self.second, self.third, rows[1]

    @property
    def points(self) -> list[tuple[float, ...]]:
        """The points of all runs, in the order of the tables."""
        return [point for some in self.waves_of_points for point in some]

    def point(self, cube: Sequence[float], wave: int = 1) -> Point:
        """Return the settings at a place in the unit cube."""
        cells = {one.path: one.range.at(float(share))
                 for one, share in zip(self.unknowns, cube, strict=True)}  # fmt: skip
        changed = {self.change.path: self.change.value} if wave == OF_CHANGED else {}
        return Point(dict(cells), {**cells, **changed})

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: wave by wave."""
        return self._planned

    @cached_property
    def _planned(self) -> list[PlannedRun]:
        version, plans = model_version(self.model), list[PlannedRun]()
        for wave, points in enumerate(self.waves_of_points, start=1):
            for place, cube in enumerate(points):
                point = self.point(cube, wave)
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
        changed = {self.change.path: self.change.value}
        return Point(cells, {**cells, **(changed if plan.parameters["wave"] == OF_CHANGED else {})})

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        source = self.name if self.folder is None else str(self.folder / SNAPSHOT)
        words = ["cocreate", "run", source, "--months", str(self.scenario.run.months)]
        words += setting_words(self._settings(plan).changes)
        return run_alone(words, plan.identity.seed, self.model)

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the four waves.

        Raises:
            RunFailedError: too few runs of the first wave finished.
        """
        from simulation.studies.calibration.learned import next_points, posterior_points

        study = replace(self, second=(), third=())
        yield study.of_wave(1, OF_CHANGED)
        seen = study.runs_in(store)
        n = int((seen.wave == 1).sum())
        if n < LEAST_RUNS:
            raise RunFailedError(f"Only {n} runs of the first wave finished; "
                                 f"{LEAST_RUNS} are needed. Look into the journal with: "
                                 "cocreate verify")  # fmt: skip
        study = replace(self, second=next_points(self, seen), third=())
        yield study.of_wave(2)
        study = replace(study, third=posterior_points(study, study.runs_in(store)))
        yield study.of_wave(3)
        return replace(study, folder=store.folder)

    def of_wave(self, *waves: int) -> list[PlannedRun]:
        """Return the runs of some waves."""
        return [plan for plan in self.planned() if plan.parameters["wave"] in waves]

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
            "change": asdict(self.change),
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
        """Return why it cannot go on in a folder: what was learned there is of other data."""
        held = manifest.sweep.get("calibration", {}).get("data")
        if held is None or self._has_data(held):
            return None
        return Fault("holds what was learned of other data.", file=folder, hint=ELSEWHERE)

    def _has_data(self, held: dict[str, Any]) -> bool:
        """Whether data as a folder has them are these."""
        ours = self.data.as_data()
        return all(held.get(key) == ours[key] for key in ("names", "values", "first"))

    @override
    def resumed(self, folder: Path) -> Self:
        """Return the calibration with the second wave that a folder has, so that it is kept.

        That of other data, or of other months held out, fills what those did not rule out.
        """
        path = folder / "manifest.json"
        if not path.exists():
            return self
        held = read_manifest(folder).sweep.get("calibration", {})
        same = held.get("effort", {}).get("hold_out") == self.effort.hold_out
        if not (same and self._has_data(held.get("data", {}))):
            return self
        return replace(self, second=tuple(map(tuple, held.get("second", ()))))

    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes its runs."""
        from simulation.scenario.fields import parameters
        from simulation.scenario.paths import pattern, split

        known = {one.path: one for one in parameters()}
        result = {"wave": Measure("", "1 the prior, 2 what it leaves, 3 draws of the posterior, "
                                     "4 truths of a changed model")}  # fmt: skip
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
        write_text(folder / TODAY, self._today())
        write_learned(folder, self)

    def _today(self) -> str:
        """Return the scenario as TOML whose market begins as the last observed month ended."""
        from simulation.scenario.write import to_toml
        from simulation.studies.calibration.start import start_after

        try:
            today = self.base.replace(start_after(self.data, self.base))
        except InputError:  # the data are of more people than are simulated: see --start
            today = self.base
        return to_toml(today, complete=True)


def stored(folder: Path) -> Calibration:
    """Return the calibration that a folder was made by.

    Raises:
        ResultError: it is not a calibration.
    """
    made = ("calibration", "a calibration", "calibrate SCENARIO --data FILE")
    manifest = manifest_with(folder, *made)
    asked = manifest.sweep["calibration"]
    return Calibration(
        manifest.scenario_name,
        scenario_of(manifest.scenario),
        ObservedSeries.of_data(asked["data"]),
        tuple(Unknown(**one) for one in asked["unknowns"]),
        ChangedAssumption(**asked["change"]),
        Effort(**asked["effort"]),
        manifest.model,
        tuple(map(tuple, asked["second"])),
        tuple(map(tuple, asked["third"])),
        folder=folder,
    )
