"""What ``cocreate optimise`` does: search, narrow, and test on fresh seeds and futures.

The objective is the mean over fixed pairs of a seed and a future; every candidate is run in the
same pairs. What is left at the end, the base and equal shares are run again in pairs that had no
say in the search, and nothing is chosen after that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.analysis.decision.front import LEAST_PAIRS
from simulation.analysis.decision.places import present_place
from simulation.analysis.points import factors_of
from simulation.errors import ExperimentError, Fault, FaultList, RunFailedError
from simulation.execution import Executor, RunTask
from simulation.experiment.design import Point
from simulation.experiment.factors import Factor, Mixture, Range, Role
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import (
    Identity,
    Manifest,
    Measure,
    PlannedRun,
    RunRecord,
    RunStore,
)
from simulation.studies.folders import manifest_with
from simulation.studies.futures.arms import BASE, Arm, Future, joined
from simulation.studies.futures.decision import Decision, check_decision
from simulation.studies.futures.design import futures_of, unknowns, valid
from simulation.studies.futures.seeds import seed_in
from simulation.studies.futures.sieve import LIMIT, sieve_of
from simulation.studies.optimisation.aim import SEARCH, TEST, Aim, Candidate, Trace
from simulation.studies.optimisation.measured import Benefited
from simulation.studies.optimisation.walk import Walk, numbered
from simulation.studies.pasts import key_of, past_of
from simulation.studies.run.plan import write_snapshot
from simulation.studies.study import Room
from simulation.studies.sweep.plan import Sweep, factor_data, from_manifest, sweep_data
from simulation.studies.sweep.probe import Probing

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.load import Changes

FIRST_FRESH = 1_000_000
"""The test's pairs are numbered from here, so that their seeds are others than the search's."""
USUAL, UNTRIED = Aim(), Trace()


@dataclass(frozen=True)
class Optimisation(Sweep):
    """An experiment whose levers are searched for the best.

    Attributes:
        experiment: levers are ranges, choices and mixtures; what is uncertain makes futures.
        aim: what is sought.
        trace: what the search did, once it has been done.
    """

    command: ClassVar[str] = "optimise"

    aim: Aim = USUAL
    trace: Trace = UNTRIED
    settings: dict[str, Point] = field(default_factory=dict, compare=False, repr=False)
    """The settings of every run that was planned, by its key; grown together with the plan."""
    prints: dict[Any, str] = field(default_factory=dict, compare=False, repr=False)
    """The fingerprint of every candidate in every future, grown with the plan."""

    @property
    def identity(self) -> str:
        """What a folder of these runs is for: this search, and no other."""
        kept = [factor_data(factor) for factor in self.experiment.factors]
        parts = [self.experiment.base.fingerprint, model_version(self.model), asdict(self.aim),
                 self.experiment.design.seed, self.seeds[0], kept]  # fmt: skip
        parts += ["from the start"] if self.experiment.from_start else []
        text = json.dumps(["optimise", *parts], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def grows(self) -> bool:
        """What is run depends on what was found."""
        return True

    @cached_property
    def levers(self) -> list[Factor]:
        """What is searched."""
        return [factor for factor in self.experiment.factors if factor.role is Role.LEVER]

    @cached_property
    def present(self) -> tuple[float, ...]:
        """The place of the base."""
        place = present_place(factors_of({"factors": [factor_data(one) for one in self.levers]}))
        return tuple(place.tolist())

    @cached_property
    def equal(self) -> tuple[float, ...] | None:
        """The place of equal shares, where there is a mixture."""
        if not any(isinstance(one.domain, Mixture) for one in self.levers):
            return None
        place, start = list(self.present), 0
        for factor in self.levers:
            if isinstance(factor.domain, Mixture):
                n = factor.width + 1
                place[start : start + factor.width] = [
                    1.0 - (1.0 - 1.0 / (n - at)) ** (n - 1 - at) for at in range(factor.width)
                ]
            start += factor.width
        return tuple(place)

    @property
    def always(self) -> list[tuple[float, ...]]:
        """Candidates that are always there: the base, and equal shares."""
        return [self.present, *([] if self.equal is None else [self.equal])]

    @cached_property
    def has_futures(self) -> bool:
        """Whether anything is uncertain besides the seeds."""
        return bool(unknowns(self.experiment))

    @cached_property
    def futures(self) -> tuple[Future, ...]:
        """Futures to draw pairs from: twice as many as search and test could use.

        Without uncertainties every pair has the scenario's own values, and a seed of its own.
        """
        n = 2 * (self.aim.rungs[-1].pairs + self.aim.most)
        if not self.has_futures:
            return tuple(Future(number, Point({}, {})) for number in range(n + 1))
        design = replace(self.experiment.design, n=n)
        experiment = replace(self.experiment, design=design)
        base = [Arm(BASE, Point({}, {}))]
        return futures_of(experiment, base, valid(self.resolver.scenario))

    def point(self, place: Sequence[float]) -> Point:
        """Return the settings of a place; the base's change nothing."""
        if tuple(place) == self.present:
            return Point.present(self.levers)
        return Point.at(place, self.levers)

    @override
    def planned(self) -> list[PlannedRun]:
        """Return the runs of the search and of the test, as far as they are known."""
        trace = self.trace
        if not trace.candidates:
            return []
        plans = list(self._sieve_runs())
        for one in trace.candidates:
            plans += self.runs_of(one, SEARCH, trace.futures[: one.pairs])
        fresh = trace.futures[self.aim.rungs[-1].pairs :][: trace.pairs]
        for number in trace.tested:
            plans += self.runs_of(trace.candidates[number], TEST, fresh)
        return [replace(plan, run=at) for at, plan in enumerate(plans)]

    def _sieve_runs(self) -> list[PlannedRun]:
        """Return the base's runs that show which futures are plausible."""
        if not self.has_futures or not self.scenario.market:
            return []
        plans = [self._plan(0, self.present, "market", Future(0, self.futures[0].point), seed)
               for seed in range(self.seeds[0], self.seeds[0] + 8)]  # fmt: skip
        return plans + [self._plan(0, self.present, "market", future, self.seeds[0])
                      for future in self.futures[1:]]  # fmt: skip

    def runs_of(self, one: Candidate, phase: str, futures: Iterable[int]) -> list[PlannedRun]:
        """Return the runs of a candidate in some pairs, of the search or of the test."""
        first = self.seeds[0] + (FIRST_FRESH if phase == TEST else 0)
        return [self._plan(one.number, one.place, phase, self.futures[number], first)
                for number in futures]  # fmt: skip

    def _plan(
        self, candidate: int, place: Sequence[float], phase: str, future: Future, seed: int
    ) -> PlannedRun:
        point = joined(Arm("", self.point(place)), future.point)
        key = (tuple(place), future.number)
        if key not in self.prints:
            self.prints[key] = self.scenario_of(point).fingerprint
        identity = Identity(self.prints[key], seed_in(future.number, seed),
                            model_version(self.model))  # fmt: skip
        cells = {"candidate": candidate, "phase": phase, "future": future.number, **point.cells}
        name = Path(self.experiment.scenario_name).stem
        self.settings[identity.key] = point
        return PlannedRun(0, name, identity, cells)

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""
        market = (self.scenario.market or "") if plan.parameters["phase"] == "market" else ""
        outcomes = Benefited(self.aim.rate, market, self.aim.limits)
        scenario = self.scenario_of(self.settings[plan.identity.key])
        past = key_of(past_of(scenario), plan.identity.seed)
        return RunTask(plan.run, plan.identity, scenario, self.model, outcomes,
                       keep_series=False, measures=outcomes.measures, past=past)  # fmt: skip

    @override
    def through(self, executor: Executor, store: RunStore) -> Executor:
        """Ask the model first whether it records what has to be kept.

        Its ``run`` raises ExperimentError where the model does not.
        """
        if not self.aim.limits or store.size:
            return executor
        series = (*self.experiment.series, *(one.metric for one in self.aim.limits))
        return Probing(executor, replace(self.experiment, series=series), self.model)

    @override
    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        return self.command_of(self.settings[plan.identity.key], plan.identity.seed)

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the base's runs in all futures, the search batch by batch, the rungs, the test.

        Raises:
            RunFailedError: too few futures are plausible, or the base has no value.
        """
        sieve = numbered(self._sieve_runs())
        yield sieve
        futures = self._plausible(store, sieve)
        walk = Walk(self, store, futures)
        candidates = yield from walk.searched()
        candidates = yield from walk.narrowed(candidates)
        tested = walk.finalists(candidates)
        n = walk.test_pairs(candidates, tested)
        done = replace(self, trace=Trace(tuple(candidates), tuple(tested), n, tuple(futures)))
        wave = [plan for plan in done.planned() if plan.parameters["phase"] == TEST]
        yield numbered(sorted(wave, key=lambda plan: int(plan.parameters["future"])))
        return done

    def _plausible(self, store: RunStore, sieve: Sequence[PlannedRun]) -> list[int]:
        """Return the numbers of plausible futures; all where nothing tells."""
        numbers = [future.number for future in self.futures[1:]]
        if not sieve:
            return numbers
        figures: dict[int, dict[str, float]] = {}
        present = []
        for plan in sieve:
            record = store.read(plan)
            if isinstance(record, RunRecord):
                if plan.parameters["future"] == 0:
                    present.append(dict(record.outcomes))
                else:
                    figures[int(plan.parameters["future"])] = dict(record.outcomes)
        held = sieve_of(self.scenario.market or "", present)
        worst = {n: max(held.implausibility(seen).values(), default=0.0)
                 for n, seen in figures.items()}  # fmt: skip
        kept = [n for n in numbers if worst.get(n, LIMIT + 1.0) <= LIMIT]
        need = self.aim.rungs[-1].pairs + min(LEAST_PAIRS, self.aim.most)
        if len(kept) < need:
            raise RunFailedError(
                f"Only {len(kept)} of {len(numbers)} futures are plausible, and the search and its "
                f"test need {need}. Narrow the ranges of the uncertainties."
            )
        return kept

    @override
    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """A search goes on in its folder, whatever it did so far."""
        return None

    @override
    def about(self) -> dict[str, Any]:
        """Return what was sought, and what the search did."""
        experiment = self.experiment
        searched = {
            "aim": asdict(self.aim),
            "trace": asdict(self.trace),
            "levers": [name for one in self.levers for name in one.columns],
            "has_equal": self.equal is not None,
        }
        return {
            "title": str(experiment.asked.get("title") or experiment.question),
            "scenario_name": experiment.scenario_name,
            "sweep": {
                **sweep_data(experiment, len(self.trace.candidates)),
                "optimisation": searched,
            },
        }

    @override
    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes runs."""
        result = {
            "candidate": Measure("", "number of the candidate; 0 is the base"),
            "phase": Measure("", "market (which futures are plausible), search or test"),
            "future": Measure("", "number of the pair: its future, and its seed"),
        }
        for factor in self.experiment.factors:
            result.update(factor.measures)
        return result

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the base, and write what search and test say."""
        from simulation.studies.optimisation.findings import write_findings

        write_snapshot(folder, self.scenario)
        write_findings(folder, manifest, self.scenario)


def optimisation_of(experiment: Experiment, aim: Aim, model: str = DEFAULT_MODEL) -> Optimisation:
    """Return the search for the best levers of an experiment.

    Raises:
        ExperimentError: it has no lever that can be searched, or somebody whose benefit counts is
            not in the scenario.
    """
    faults = FaultList()
    for whose in aim.whose:
        faults.attempt(check_decision, experiment, Decision(whose, aim.rate))
    study = Optimisation(experiment, model, aim)
    if not any(isinstance(one.domain, Range | Mixture) for one in study.levers):
        hint = 'Write "companies.focal.strategy.education" = { range = [0.0, 1.0] }.'
        faults.append(Fault("have no range to search.", key="levers", hint=hint))
    faults.refuse(ExperimentError)
    return study


def stored(folder: Path) -> Optimisation:
    """Return the search that a folder holds.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
        ResultError: it is no search.
    """
    made = ("optimisation", "a search of levers", "optimise SCENARIO")
    return from_result(manifest_with(folder, *made))


def from_result(
    manifest: Manifest, changes: Changes | None = None, model: str | None = None
) -> Optimisation:
    """Return the search that a result was made by.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
    """
    sweep = from_manifest(manifest, changes, model)
    searched = manifest.sweep["optimisation"]
    study = optimisation_of(sweep.experiment, Aim.of_data(searched["aim"]), sweep.model)
    return replace(study, trace=Trace.of_data(searched["trace"])) if changes is None else study
