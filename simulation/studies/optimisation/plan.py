"""What ``cocreate optimise`` does: search, narrow, and test on fresh seeds and futures.

The objective is the mean over fixed pairs of a seed and a future; every candidate is run in the
same pairs. What is left at the end, the base and equal shares are run again in pairs that had no
say in the search, and nothing is chosen after that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

import numpy as np

from simulation.analysis.decision.front import LEAST_PAIRS, efficient, pairs_needed, ranked
from simulation.analysis.decision.places import present_place
from simulation.analysis.points import factors_of
from simulation.errors import ExperimentError, Fault, RunFailedError
from simulation.execution import RunTask
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
    read_manifest,
)
from simulation.studies.exploration.arms import (
    BASE,
    Arm,
    Future,
    futures_of,
    joined,
    seed_in,
    unknowns,
    valid,
)
from simulation.studies.exploration.measured import LIMIT, sieve_of
from simulation.studies.exploration.plan import Decision, check_decision
from simulation.studies.exploration.workroom import MARGIN, margin_of
from simulation.studies.optimisation.aim import Aim, Candidate, Trace, excesses
from simulation.studies.optimisation.measured import Benefited
from simulation.studies.optimisation.search import BATCH, MOST_TESTED, Asker
from simulation.studies.pasts import key_of, past_of
from simulation.studies.run.plan import write_snapshot
from simulation.studies.study import Room
from simulation.studies.sweep.plan import Sweep, factor_data, from_manifest, sweep_data

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.load import Changes

SEARCH, TEST = "search", "test"
FIRST_FRESH = 1_000_000
"""The test's pairs are numbered from here, so that their seeds are others than the search's."""
EQUAL = "equal shares"
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
            return Point({n: v for one in self.levers for n, v in one.present.items()}, {})
        settings, start = [], 0
        for factor in self.levers:
            settings.append(factor.at(place[start : start + factor.width]))
            start += factor.width
        return Point.of(settings)

    @override
    def planned(self) -> list[PlannedRun]:
        """Return the runs of the search and of the test, as far as they are known."""
        trace = self.trace
        if not trace.candidates:
            return []
        plans = list(self._sieve_runs())
        for one in trace.candidates:
            plans += self._runs(one, SEARCH, trace.futures[: one.pairs])
        fresh = trace.futures[self.aim.rungs[-1].pairs :][: trace.pairs]
        for number in trace.tested:
            plans += self._runs(trace.candidates[number], TEST, fresh)
        return [replace(plan, run=at) for at, plan in enumerate(plans)]

    def _sieve_runs(self) -> list[PlannedRun]:
        """Return the base's runs that show which futures are plausible."""
        if not self.has_futures or not self.scenario.market:
            return []
        plans = [self._plan(0, self.present, "market", Future(0, self.futures[0].point), seed)
               for seed in range(self.seeds[0], self.seeds[0] + 8)]  # fmt: skip
        return plans + [self._plan(0, self.present, "market", future, self.seeds[0])
                      for future in self.futures[1:]]  # fmt: skip

    def _runs(self, one: Candidate, phase: str, futures: Iterable[int]) -> list[PlannedRun]:
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
        outcomes = Benefited(self.aim.rate, market, tuple(one.metric for one in self.aim.limits))
        scenario = self.scenario_of(self.settings[plan.identity.key])
        past = key_of(past_of(scenario), plan.identity.seed)
        return RunTask(plan.run, plan.identity, scenario, self.model, outcomes,
                       keep_series=False, measures=outcomes.measures, past=past)  # fmt: skip

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
        candidates = yield from self._searched(store, futures)
        candidates = yield from self._narrowed(store, candidates, futures)
        tested = self._finalists(store, candidates, futures)
        n = self._test_pairs(store, candidates, tested, futures)
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

    def _searched(
        self, store: RunStore, futures: Sequence[int]
    ) -> Generator[Sequence[PlannedRun], None, list[Candidate]]:
        """Ask for candidates in batches, and tell their values in order."""
        rung = self.aim.rungs[0]
        asker = Asker(len(self.present), len(self.aim.whose), self.aim.seed, self.always,
                      is_bound=self.aim.is_bound)  # fmt: skip
        candidates: list[Candidate] = []
        while len(candidates) < rung.candidates:
            asked = asker.ask(min(BATCH, rung.candidates - len(candidates)))
            batch = []
            for at, (_, place) in enumerate(asked):
                number = len(candidates) + at
                fixed = self.always[number] if number < len(self.always) else place
                batch.append(Candidate(number, tuple(fixed), rung.pairs))
            yield self._wave(batch, futures)
            for (trial, _), one in zip(asked, batch, strict=True):
                means = self._means(store, one, futures)
                beyond = self.beyond(store, one, futures)
                asker.tell(trial, None if np.isnan(means).any() else means.tolist(), beyond)
            candidates += batch
        return candidates

    def _narrowed(
        self, store: RunStore, candidates: list[Candidate], futures: Sequence[int]
    ) -> Generator[Sequence[PlannedRun], None, list[Candidate]]:
        """Run the best, the base and equal shares in more pairs, rung by rung."""
        always = len(self.always)
        pool = list(range(len(candidates)))
        for rung in self.aim.rungs[1:]:
            best = self._ranked(store, candidates, pool, futures)[: rung.candidates]
            pool = sorted({*best, *range(always)})
            held = {at: candidates[at].pairs for at in pool}
            for at in pool:
                candidates[at] = replace(candidates[at], pairs=rung.pairs)
            yield self._wave([candidates[at] for at in pool], futures, held)
        return candidates

    def _finalists(
        self, store: RunStore, candidates: Sequence[Candidate], futures: Sequence[int]
    ) -> list[int]:
        """Return at most twelve of the front, and always the base and equal shares."""
        last = self.aim.rungs[-1].pairs
        pool = [one.number for one in candidates if one.pairs == last]
        order = self._ranked(store, candidates, pool, futures)
        if len(self.aim.whose) == 1:  # a single objective has one best: test those behind it too
            front = order
        else:
            kept = [at for at in order if self.beyond(store, candidates[at], futures) <= 0.0]
            kept = kept or order
            means = np.stack([self._means(store, candidates[at], futures) for at in kept])
            front = [kept[at] for at in efficient(means)]
        always = range(len(self.always))
        return [*always, *[at for at in front if at not in always][: MOST_TESTED - len(always)]]

    def _ranked(
        self, store: RunStore, candidates: Sequence[Candidate], pool: Sequence[int],
        futures: Sequence[int],
    ) -> list[int]:  # fmt: skip
        """Return candidates, the best first; those beyond a limit behind all others."""
        means = np.stack([self._means(store, candidates[at], futures) for at in pool])
        order = [pool[at] for at in ranked(means)]
        return sorted(order, key=lambda at: self.beyond(store, candidates[at], futures))

    def beyond(self, store: RunStore, one: Candidate, futures: Sequence[int]) -> float:
        """Return by how much a candidate is beyond its limits in its pairs, 0 if within all."""
        if not self.aim.is_bound:
            return 0.0
        loss = self.loss(store, futures)
        pairs = zip(
            self._records(store, one, futures),
            self._records(store, replace(one, number=0, place=self.present), futures),
            strict=True,
        )
        rows = [excesses(own, base, self.aim, loss) for own, base in pairs if own and base]
        names = rows[0] if rows else {}
        means = [float(np.mean([row[name] for row in rows])) for name in names]
        return float(sum(max(mean, 0.0) for mean in means))

    def loss(self, store: RunStore, futures: Sequence[int]) -> float | None:
        """Return what anybody may lose, in model money a month; any amount if None."""
        return None if self.aim.loss is None else margin_of(
            self.aim.loss, self.gross(store, futures))  # fmt: skip

    def _test_pairs(
        self, store: RunStore, candidates: Sequence[Candidate], tested: Sequence[int],
        futures: Sequence[int],
    ) -> int:  # fmt: skip
        """Return how many fresh pairs the test needs, as far as there are futures for them."""
        base = self._values(store, candidates[0], futures)
        spread = 0.0
        for at in tested[1:]:
            values = self._values(store, candidates[at], futures)
            n = min(len(values), len(base))
            spread = max(spread, float(np.nanmax((values[:n] - base[:n]).std(axis=0, ddof=1))))
        margin = self.margin(store, futures)
        wanted = pairs_needed(spread, margin, len(tested), len(self.aim.whose))
        left = len(futures) - self.aim.rungs[-1].pairs
        return min(wanted, left, self.aim.most)

    def margin(self, store: RunStore, futures: Sequence[int]) -> float:
        """Return the margin in model money a month."""
        asked = self.experiment.verdict.get("margin", MARGIN)
        return margin_of(asked, self.gross(store, futures))

    def gross(self, store: RunStore, futures: Sequence[int]) -> float:
        """Return the base's mean gross value in the pairs of the search."""
        base = Candidate(0, self.present, self.aim.rungs[-1].pairs)
        values = [row["gross_value"] for row in self._records(store, base, futures) if row]
        return float(np.mean(values)) if values else 0.0

    def _wave(
        self,
        batch: Sequence[Candidate],
        futures: Sequence[int],
        held: Mapping[int, int] | None = None,
    ) -> list[PlannedRun]:
        """Return the runs of candidates beyond the pairs they have, a future's side by side."""
        known = held or {}
        runs = [
            plan
            for one in batch
            for plan in self._runs(one, SEARCH, futures[known.get(one.number, 0) : one.pairs])
        ]
        order = {number: at for at, number in enumerate(futures)}
        runs.sort(key=lambda plan: order[int(plan.parameters["future"])])
        return numbered(runs)

    def _values(self, store: RunStore, one: Candidate, futures: Sequence[int]) -> Any:
        """Return a candidate's objectives in its pairs, ``(n_pairs, n_objectives)``."""
        return np.array([
            [row.get(actor, np.nan) for actor in self.aim.actors]
            for row in self._records(store, one, futures)
        ])  # fmt: skip

    def _records(
        self, store: RunStore, one: Candidate, futures: Sequence[int]
    ) -> list[Mapping[str, float]]:
        """Return the outcomes of a candidate in its pairs; nothing of runs that failed."""
        records = (store.read(plan) for plan in self._runs(one, SEARCH, futures[: one.pairs]))
        return [one.outcomes if isinstance(one, RunRecord) else {} for one in records]

    def _means(self, store: RunStore, one: Candidate, futures: Sequence[int]) -> Any:
        """Return a candidate's mean objectives; not a number where a run is missing."""
        return self._values(store, one, futures).mean(axis=0)

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


def numbered(plans: Sequence[PlannedRun]) -> list[PlannedRun]:
    """Return runs numbered in their order."""
    return [replace(plan, run=at) for at, plan in enumerate(plans)]


def optimisation_of(experiment: Experiment, aim: Aim, model: str = DEFAULT_MODEL) -> Optimisation:
    """Return the search for the best levers of an experiment.

    Raises:
        ExperimentError: it has no lever that can be searched.
        InputError: somebody whose benefit counts is not in the scenario.
    """
    for whose in aim.whose:
        check_decision(experiment, Decision(whose, aim.rate))
    study = Optimisation(experiment, model, aim)
    if not any(isinstance(one.domain, Range | Mixture) for one in study.levers):
        hint = 'Write "companies.focal.strategy.education" = { range = [0.0, 1.0] }.'
        raise ExperimentError([Fault("have no range to search.", key="levers", hint=hint)])
    return study


def stored(folder: Path) -> Optimisation:
    """Return the search that a folder holds.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
        ResultError: it is no search.
    """
    return from_result(read_manifest(folder))


def from_result(
    manifest: Manifest, changes: Changes | None = None, model: str | None = None
) -> Optimisation:
    """Return the search that a result was made by.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
        ResultError: it is no search.
    """
    sweep = from_manifest(manifest, changes, model)
    searched = manifest.sweep["optimisation"]
    study = optimisation_of(sweep.experiment, Aim.of_data(searched["aim"]), sweep.model)
    return replace(study, trace=Trace.of_data(searched["trace"])) if changes is None else study
