"""What ``cocreate ask`` does: the arms of a claim in many futures of an established market.

Candidates for futures are tried with the market as it is, one seed each, until enough of them are
plausible; what no published figure allows is set aside and counted. In the others all arms of the
claim run, paired by seed. Where a claim compares levers of different kinds, they are first run at
the market's own values to see what each costs, and the company's budget is then reduced by as much,
so that all cost the same.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast, override

import numpy as np

from simulation.analysis.points import factors_of
from simulation.errors import Fault, ResultError, RunFailedError, ScenarioError
from simulation.execution import Executor, RunTask
from simulation.experiment.design import sobol_points
from simulation.experiment.factors import Factor, Role
from simulation.experiment.load import Changes
from simulation.scenario.suggest import file_name
from simulation.scenario.tree import plant
from simulation.scenario.write import value_text
from simulation.simulate import DEFAULT_MODEL, begins_established, model_version
from simulation.store import (
    FailureRecord,
    Identity,
    Manifest,
    Measure,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
)
from simulation.store.manifest import MANIFEST, VERDICT
from simulation.studies.exploration.arms import seed_in, with_draws
from simulation.studies.exploration.measured import LIMIT, Sieve, sieve_of
from simulation.studies.pasts import key_of, past_of
from simulation.studies.question.arms import (
    FuturePlace,
    Markets,
    QuestionArm,
    arms_of,
    own_values,
    place_of,
    with_funding,
)
from simulation.studies.question.claim import Claim
from simulation.studies.question.files import (
    AS_IT_IS,
    FULL,
    QUICK,
    AskedQuestion,
    asked_of,
    find,
    read,
)
from simulation.studies.question.horizons import column
from simulation.studies.question.shared import Shared, finished_elsewhere
from simulation.studies.question.worth import Worth
from simulation.studies.run.plan import scenario_of, write_snapshot
from simulation.studies.study import Room, Study
from simulation.studies.sweep.plan import factor_data, sweep_data

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.scenario.scenario import Scenario
    from simulation.studies.question.search import Suspected

OWN_SEEDS = 8
"""Seeds with which the market's own values are run."""
PILOT_SEEDS = 4
"""Seeds with which is seen what levers cost."""
MOST_TRIED = 16
"""Times as many candidates as futures that are wanted, at most."""
TWICE = 16
"""Futures of a quick look that have all seeds, by which noise is known; the others have one."""
LEAST_SEARCHED = 128
"""Futures from which reversals are looked for."""
CELL_FUTURES, CELL_SEEDS, SPARE = 16, 2, 2
"""Futures and seeds of a cell that is run again, and how many times as many are tried."""
LEAST_FUTURES = 16
"""Plausible futures that an answer needs at least."""
SCALES = (0.05, 3.0)
"""Bounds of what funding may be multiplied with, so that an arm costs what others cost."""
BEFORE = " (before evening out)"


@dataclass(frozen=True)
class Sifted:
    """What the first runs showed.

    Attributes:
        tried: candidates.
        futures: numbers of the plausible ones that are used.
        missed: how many candidates missed each published figure, or broke a rule.
        scales: what the funding of each arm is multiplied with, so that all cost the same.
        costs: what each arm cost more than the market as it is, before that.
    """

    tried: int = 0
    futures: tuple[int, ...] = ()
    missed: Mapping[str, int] = field(default_factory=dict)
    scales: Mapping[str, float] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Searched:
    """A cell that is run again to look for a reversal.

    Attributes:
        assumptions, low, high: its bounds in the unit cube.
        mean: the effect that the emulator expects there.
        effect: the effect of the claim that is expected to fail there.
        upward: whether a claim that fails is looked at for where it holds.
        rows: places of its futures in the unit cube, more than are wanted.
        first: number of the first of these.
        futures: numbers of those that are run, once it is known which are plausible.
    """

    assumptions: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: float
    effect: int
    upward: bool
    rows: tuple[tuple[float, ...], ...]
    first: int
    futures: tuple[int, ...] = ()

    @classmethod
    def of(cls, one: Suspected, width: int, first: int) -> Searched:
        """Return the cell of a suspicion, with futures of its own."""
        cell = one.cell
        rows = cell.futures(width, SPARE * CELL_FUTURES, seed=first)
        return cls(
            cell.assumptions, cell.low, cell.high, cell.mean, one.effect, one.upward,
            tuple(tuple(row) for row in rows.tolist()), first,
        )  # fmt: skip

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Searched:
        """Return the cell that plain data stand for."""
        lists = ("assumptions", "low", "high", "futures")
        rows = tuple(tuple(row) for row in data["rows"])
        return cls(**{**data, **{name: tuple(data[name]) for name in lists}, "rows": rows})


@dataclass(frozen=True)
class Question(Study):
    """A question, asked of a market.

    Attributes:
        asked: its experiment and its claim.
        market: the scenario that it is asked of.
        quick: whether it is a quick look.
        sifted: what the first runs showed, once they are done.
        search: cells that are run again to look for reversals, once they are known.
        beside: the folder whose other results have runs that need not be done again.
        others: questions of the same market whose runs are done with its own, so that all arms of a
            future begin with the same past; they then find them beside themselves.
    """

    command: ClassVar[str] = "ask"

    asked: AskedQuestion
    market: str
    quick: bool = False
    sifted: Sifted = Sifted()
    search: tuple[Searched, ...] = ()
    beside: Path | None = None
    model: str = DEFAULT_MODEL
    others: tuple[Question, ...] = ()
    owners: dict[str, Question] = field(default_factory=dict, compare=False, repr=False)
    """By identity key, who makes the task of a run: another question, or this one as it is now."""
    known: dict[tuple[int, int, bool], str] = field(default_factory=dict, compare=False, repr=False)
    """Fingerprints of scenarios that were made already; the study as it goes on shares them."""

    @property
    def experiment(self) -> Experiment:
        """What is asked, as an experiment."""
        return self.asked.experiment

    @property
    def claim(self) -> Claim:
        """What is claimed."""
        return self.asked.claim

    @property
    def name(self) -> str:
        """The question's name."""
        return self.experiment.name

    @property
    def scenario(self) -> Scenario:
        """The market's scenario."""
        return self.experiment.base

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of every future."""
        return self.experiment.seeds

    @property
    def label(self) -> str:
        """Its name, with what tells a quick look from a full answer."""
        return f"{self.name}-quick" if self.quick else self.name

    @property
    def stem(self) -> str:
        """The name of its folder, within one of its own."""
        return f"{file_name(self.label)}/{file_name(self.market)}-{self.identity[:8]}"

    @property
    def identity(self) -> str:
        """What a folder of these runs is for: more futures or seeds go on with it."""
        parts = ["ask", self.name, self.scenario.fingerprint, model_version(self.model)]
        draws = self.experiment.draws
        parts += [] if draws is None else [draws.digest]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @property
    def grows(self) -> bool:
        """Which futures are plausible, only runs can show."""
        return True

    # --- what is run -----------------------------------------------------------------------------

    @cached_property
    def unknown(self) -> tuple[Factor, ...]:
        """What is uncertain."""
        factors = self.experiment.factors
        return tuple(factor for factor in factors if factor.role is Role.UNCERTAINTY)

    @cached_property
    def as_set(self) -> tuple[QuestionArm, ...]:
        """The market as it is, and the arms as the file sets them."""
        return arms_of(self.experiment, self.claim.arms(quick=self.quick))

    @cached_property
    def arms(self) -> tuple[QuestionArm, ...]:
        """The market as it is, and the arms as they are compared."""
        scales = self.sifted.scales
        return tuple(
            with_funding(arm, self.scenario, scales[arm.name]) if arm.name in scales else arm
            for arm in self.as_set
        )

    @property
    def wanted(self) -> int:
        """Plausible futures that are wanted."""
        return self.experiment.design.n or 1

    @cached_property
    def _rows(self) -> list[list[float]]:
        width = sum(factor.width for factor in self.unknown)
        rows = sobol_points(width, MOST_TRIED * self.wanted, self.experiment.design.seed)
        return with_draws(rows.tolist(), self.unknown, self.experiment.draws)

    def place(self, number: int) -> FuturePlace:
        """Return a candidate by its number, from 1; 0 is the market's own values."""
        if number == 0:
            return own_values(self.unknown)
        for cell in self.search:
            if cell.first <= number < cell.first + len(cell.rows):
                return place_of(number, cell.rows[number - cell.first], self.unknown)
        return place_of(number, self._rows[number - 1], self.unknown)

    @cached_property
    def _markets(self) -> Markets:
        there = bool(self.scenario.run.warm_up) and begins_established(self.model)
        return Markets(self.scenario, established=there)

    @cached_property
    def own_seeds(self) -> tuple[int, ...]:
        """The seeds of the market's own values."""
        first = self.seeds[0]
        n = max(OWN_SEEDS, len(self.seeds))
        return (*self.seeds, *range(first + len(self.seeds), first + n))

    @property
    def _width(self) -> int:
        """Numbers of runs that a future takes: every arm, as set and as compared, each seed."""
        return 2 * len(self.as_set) * len(self.own_seeds)

    def _plan(
        self, place: FuturePlace, at: int, seed_place: int, *, pilot: bool = False
    ) -> PlannedRun:
        """Return a run: of an arm in a future with one of its seeds."""
        arm = self.as_set[at] if pilot else self.arms[at]
        key = (place.number, at, pilot)
        if key not in self.known:
            self.known[key] = self._markets.scenario(place, arm).fingerprint
        row = 2 * at + pilot
        seed = seed_in(place.number, self.own_seeds[seed_place])
        return PlannedRun(
            run=place.number * self._width + row * len(self.own_seeds) + seed_place,
            scenario=self.market,
            identity=Identity(self.known[key], seed, model_version(self.model)),
            parameters={"future": place.number, "arm": f"{arm.name}{BEFORE}" if pilot else arm.name,
                        "replicate": seed_place, **place.point.cells},
        )  # fmt: skip

    def _decoded(self, run: int) -> tuple[FuturePlace, QuestionArm]:
        number, rest = divmod(run, self._width)
        at, pilot = divmod(rest // len(self.own_seeds), 2)
        return self.place(number), (self.as_set if pilot else self.arms)[at]

    @override
    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: futures, arms, replicates."""
        every = [*self._of_own_values(), *self.of_costs(), *self._tries(1, self.sifted.tried),
                 *self._of_futures(), *self._of_cells(), *self._cell_tries()]  # fmt: skip
        by_number = {plan.run: plan for plan in every}
        return [by_number[run] for run in sorted(by_number)]

    def _of_own_values(self, arms: slice = slice(None)) -> list[PlannedRun]:
        """Return the runs of the market's own values."""
        own = self.place(0)
        places = range(len(self.as_set))[arms]
        return [self._plan(own, at, seed) for at in places for seed in range(len(self.own_seeds))]

    def of_costs(self) -> list[PlannedRun]:
        """Return the runs that show what levers cost, where they are to cost the same."""
        if not self.claim.equal_cost:
            return []
        own = self.place(0)
        return [self._plan(own, at, seed, pilot=True) for at in range(1, len(self.as_set))
                for seed in range(PILOT_SEEDS)]  # fmt: skip

    def _tries(self, first: int, last: int) -> list[PlannedRun]:
        """Return the first run of each candidate that breaks no rule."""
        found = []
        for number in range(first, last + 1):
            try:
                found.append(self._plan(self.place(number), 0, 0))
            except ScenarioError:
                continue
        return found

    def _of_futures(self) -> list[PlannedRun]:
        """Return the runs of all arms in the futures that are used."""
        arms = self._compared
        twice = TWICE if self.quick else len(self.sifted.futures)
        found = []
        for order, number in enumerate(self.sifted.futures):
            place, seeds = self.place(number), len(self.seeds) if order < twice else 1
            found += [self._plan(place, at, seed) for at in arms for seed in range(seeds)]
            found += [self._plan(place, 0, 0)] if self._base_apart else []
        return found

    @property
    def _compared(self) -> list[int]:
        """The places of the arms that the claim compares."""
        return [at for at, arm in enumerate(self.as_set) if not (arm.is_base and self._base_apart)]

    @property
    def _base_apart(self) -> bool:
        """Whether the claim does not compare with the market as it is."""
        return self.as_set[0].name not in self.claim.arms(quick=self.quick)

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""
        owner = self.owners.get(plan.identity.key, self)
        if owner is not self:
            return owner.task(plan, room)
        place, arm = self._decoded(plan.run)
        scenario = self._markets.scenario(place, arm)
        worth = Worth(self.scenario.market if self._is_first(plan) else "")
        return RunTask(
            plan.run, plan.identity, scenario, self.model, worth, keep_series=False,
            measures=worth.measures, past=key_of(past_of(scenario), plan.identity.seed),
        )  # fmt: skip

    def _is_first(self, plan: PlannedRun) -> bool:
        """Whether a run shows what the market looks like."""
        is_base = plan.parameters["arm"] == self.as_set[0].name
        return is_base and (plan.parameters["replicate"] == 0 or plan.parameters["future"] == 0)

    @override
    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        place, arm = self._decoded(plan.run)
        words = ["cocreate", "run", self.experiment.scenario_name]
        earlier = {**self.experiment.fixed, **place.point.changes, **arm.founding}
        for path, value in earlier.items():
            words += ["--set", f"{path}={value_text(value)}"]
        if arm.events:
            events = [event.model_dump(mode="json") for event in arm.events]
            words += ["--set", f"events={value_text(events)}"]
        for path, value in arm.later.items():
            words += ["--then", f"{path}={value_text(value)}"]
        words += ["--model", self.model] if self.model != DEFAULT_MODEL else []
        seed = str(plan.identity.seed)
        return shlex.join([*words, "--seed", seed, "--replicates", "1", "--workers", "0"])

    @override
    def through(self, executor: Executor, store: RunStore) -> Executor:
        """Take runs that other questions have done."""
        if self.beside is None:
            return executor
        return Shared(executor, finished_elsewhere(store.folder))

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Question]:
        """Yield the market's own values, candidates, what levers cost, then all arms.

        Raises:
            RunFailedError: too few futures are plausible, or too few runs finished.
        """
        waves, seen = self._waves(store), set[str]()
        while True:
            try:
                wave = next(waves)
            except StopIteration as end:
                return cast("Question", end.value)
            yield [plan for plan in wave if plan.identity.key not in seen]
            seen |= {plan.identity.key for plan in wave}

    def _waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Question]:
        """Yield the same; a run that several need may come up again."""
        yield self._of_own_values(slice(0, 1))
        found = yield from self._sift(store)
        every = [found, *(replace(one, sifted=found.sifted, owners={}) for one in found.others)]
        yield self._all_of(every, [one.of_costs() for one in every])
        every = [one.evened_out(store) for one in every]
        yield sorted(self._all_of(every, [one.of_arms() for one in every]), key=_in_turn)
        every[0].check_enough(store)
        return (yield from every[0].searched(store))

    def searched(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Question]:
        """Run the cells again in which a claim that is near is most likely to be reversed."""
        from simulation.studies.question.judging import SEARCHED
        from simulation.studies.question.search import suspected

        if self.quick or len(self.sifted.futures) < LEAST_SEARCHED:
            return self
        width = sum(factor.width for factor in self.unknown)
        cells = [
            Searched.of(one, width, SEARCHED + at * SPARE * CELL_FUTURES)
            for at, one in enumerate(suspected(self._runs(store), self.claim))
        ]
        found = replace(self, search=tuple(cells))
        yield self._all_of([found], [found._cell_tries()])  # noqa: SLF001  (as it came to be)
        found = replace(found, search=tuple(found._chosen(store, one) for one in found.search))  # noqa: SLF001
        yield sorted(self._all_of([found], [found._of_cells()]), key=_in_turn)  # noqa: SLF001
        return found

    def _cell_tries(self) -> list[PlannedRun]:
        """Return the first run of each candidate in the cells."""
        found = []
        for cell in self.search:
            found += self._tries(cell.first, cell.first + len(cell.rows) - 1)
        return found

    def _of_cells(self) -> list[PlannedRun]:
        """Return the runs of all arms in the futures of the cells."""
        arms = self._compared
        return [
            self._plan(self.place(number), at, seed)
            for cell in self.search for number in cell.futures
            for at in arms for seed in range(CELL_SEEDS)
        ]  # fmt: skip

    def _chosen(self, store: RunStore, cell: Searched) -> Searched:
        """Return a cell with the futures that are run: plausible, as many as wanted."""
        sieve = self._sieve(store)
        good = []
        for plan in self._tries(cell.first, cell.first + len(cell.rows) - 1):
            seen = self._outcomes(store, plan)
            if seen and not _misses(sieve, seen):
                good.append(int(plan.parameters["future"]))
        return replace(cell, futures=tuple(good[:CELL_FUTURES]))

    def _runs(self, store: RunStore) -> Any:
        """Return the runs that are there, as findings read them."""
        import pandas as pd

        from simulation.studies.question.judging import QuestionRuns

        plans = [*self.of_arms(), *self._tries(1, self.sifted.tried)]
        rows = {
            plan.run: {**plan.parameters, **seen}
            for plan in plans
            if (seen := self._outcomes(store, plan)) is not None
        }
        varied = factors_of({"factors": [factor_data(factor) for factor in self.unknown]})
        return QuestionRuns(pd.DataFrame(list(rows.values())), tuple(varied), self.as_set[0].name)

    def _all_of(
        self, every: Sequence[Question], plans: Sequence[Sequence[PlannedRun]]
    ) -> list[PlannedRun]:
        """Return the runs of several questions, each once, and note who can make their tasks.

        That is also for its own: what is run is decided on the way, which it does not know itself.
        """
        found: dict[str, PlannedRun] = {}
        for one, own in zip(every, plans, strict=True):
            for plan in own:
                if plan.identity.key not in found:
                    found[plan.identity.key] = plan
                    self.owners[plan.identity.key] = one
        return list(found.values())

    def of_arms(self) -> list[PlannedRun]:
        """Return the runs of all arms, at the market's own values and in the futures."""
        return [*self._of_own_values(), *self._of_futures()]

    def _sift(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Try candidates until enough are plausible."""
        batch, tried = 2 * self.wanted, 0
        found = self
        while len(found.sifted.futures) < self.wanted and tried < MOST_TRIED * self.wanted:
            last = min(tried + batch, MOST_TRIED * self.wanted)
            yield self._tries(tried + 1, last)
            tried = last
            found = replace(self, sifted=self._plausible(store, tried))
        return found

    def _plausible(self, store: RunStore, tried: int) -> Sifted:
        """Return which candidates are plausible, and what the others miss."""
        sieve = self._sieve(store)
        futures, missed = list[int](), Counter[str]()
        runs = {int(plan.parameters["future"]): plan for plan in self._tries(1, tried)}
        for number in range(1, tried + 1):
            seen = self._outcomes(store, runs[number]) if number in runs else None
            if seen is None:
                missed["a rule between parameters, or the run failed"] += 1
                continue
            far = _misses(sieve, seen)
            missed.update(far)
            futures += [] if far else [number]
        return Sifted(tried, tuple(futures[: self.wanted]), dict(missed.most_common()))

    def _sieve(self, store: RunStore) -> Sieve:
        """Return what sets futures aside: the published figures that the market itself shows."""
        own = [self._outcomes(store, plan) for plan in self._of_own_values(slice(0, 1))]
        return sieve_of(self.scenario.market, [one for one in own if one])

    def _outcomes(self, store: RunStore, plan: PlannedRun) -> dict[str, float] | None:
        record = store.read(plan)
        return dict(record.outcomes) if isinstance(record, RunRecord) else None

    def evened_out(self, store: RunStore) -> Question:
        """Return the question with each arm's funding changed by what its levers cost."""
        if not self.claim.equal_cost:
            return self
        own = self._of_own_values(slice(0, 1))[:PILOT_SEEDS]
        base = [self._spent(store, plan) for plan in own]
        total = sum(self.scenario.companies[0].funding.model_dump().values())
        costs, scales = {}, {}
        plans = self.of_costs()
        for place, arm in enumerate(self.as_set[1:]):
            mine = plans[place * PILOT_SEEDS : (place + 1) * PILOT_SEEDS]
            pairs = zip(mine, base, strict=True)
            more = float(np.nanmean([self._spent(store, plan) - held for plan, held in pairs]))
            costs[arm.name] = more
            scales[arm.name] = float(np.clip(1.0 - more / total, *SCALES)) if more == more else 1.0
        return replace(self, sifted=replace(self.sifted, costs=costs, scales=scales))

    def _spent(self, store: RunStore, plan: PlannedRun) -> float:
        seen = self._outcomes(store, plan)
        return seen[column("all", "spending")] if seen else float("nan")

    def check_enough(self, store: RunStore) -> None:
        """Refuse to answer from fewer futures than an answer needs.

        Raises:
            RunFailedError: with how many there are.
        """
        n = len(self.sifted.futures)
        if n < LEAST_FUTURES:
            raise RunFailedError(
                f"Only {n} of {self.sifted.tried} futures are plausible, and an answer needs "
                f"{LEAST_FUTURES}. Ask for more with --futures; finished runs are kept."
            )
        plans = self._of_futures()
        finished = {plan.parameters["future"] for plan in plans if store.has(plan)}
        if len(finished) < LEAST_FUTURES:
            records = (store.read(plan) for plan in plans)
            first = next((one.error for one in records if isinstance(one, FailureRecord)), "")
            raise RunFailedError(f"Runs finished in {len(finished)} futures only. The first "
                                 f"error: {first}")  # fmt: skip

    # --- what is written down --------------------------------------------------------------------

    @override
    def about(self) -> dict[str, Any]:
        """Return what was asked, to read and to do it again."""
        experiment = self.experiment
        inquiry = {
            "market": self.market,
            "quick": self.quick,
            "arms": [arm.name for arm in self.as_set],
            "own_past": [arm.name for arm in self.as_set if arm.founding],
            "sifted": asdict(self.sifted),
            "search": [asdict(cell) for cell in self.search],
            "wanted": self.wanted,
            "replicates": len(self.seeds),
        }
        return {
            "title": experiment.question,
            "scenario_name": experiment.scenario_name,
            "sweep": {
                **sweep_data(experiment, self.wanted),
                "inquiry": inquiry,
                "exploration": {"unknown": [factor.key for factor in self.unknown]},
            },
        }

    @override
    def again(self, folder: Path) -> str:
        """Return the command that makes all of it again in a new folder."""
        where = ["--out", f"{folder.parent.parent}-again"]
        return shlex.join(["cocreate", self.command, str(folder / MANIFEST), *where])

    @override
    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes runs."""
        found = {
            "future": Measure("", "number of the future; 0 is the market's own values"),
            "arm": Measure("", "what is decided"),
            "replicate": Measure("", "number of the seed within the future, from 0"),
        }
        for factor in self.unknown:
            found.update(factor.measures)
        return found

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the market, and write what the runs say of the claim."""
        from simulation.studies.question.findings import write_findings

        write_snapshot(folder, self.scenario)
        (folder / VERDICT).unlink(missing_ok=True)
        write_findings(folder, manifest, self.claim)


def _misses(sieve: Sieve, seen: dict[str, float]) -> list[str]:
    """Return the published figures that a market misses by too much."""
    return [name for name, one in sieve.implausibility(seen).items() if one > LIMIT]


def _in_turn(plan: PlannedRun) -> tuple[int, int, int]:
    """Return a run's place: replicates first, then futures, the arms of each side by side."""
    return (int(plan.parameters["replicate"]), int(plan.parameters["future"]), plan.run)


def load_question(
    name: str, market: str = "", *, quick: bool = False, changes: Changes | None = None,
    beside: Path | None = None,
) -> Question:  # fmt: skip
    """Read a question, as it is asked of a market.

    Args:
        name: its name, or its file.
        market: a scenario; the one that its file names if empty.
        quick: fewer people and futures.
        changes: what the command line says.
        beside: the folder whose other results may have runs that are needed.

    Raises:
        ExperimentError: with every fault of its file.
    """
    file = find(name)
    asked = asked_of(file.stem, read(file), market, QUICK if quick else FULL, changes or Changes())
    where = Path(market or str(asked.experiment.scenario_name)).stem
    found = Question(asked, where, quick, beside=beside)
    _ = found.as_set  # an arm that cannot be had is a fault of the file
    return found


def together(questions: Sequence[Question]) -> list[Question]:
    """Return questions of one market, the first of which does the runs of all."""
    first, *rest = questions
    same = [one for one in rest if _shares_futures(one, first)]
    return [replace(first, others=tuple(same)), *rest]


def _shares_futures(one: Question, other: Question) -> bool:
    return (
        one.scenario.fingerprint == other.scenario.fingerprint
        and one.wanted == other.wanted
        and one.seeds == other.seeds
        and one.experiment.draws == other.experiment.draws
        and [factor.key for factor in one.unknown] == [factor.key for factor in other.unknown]
    )


def n_runs(questions: Sequence[Question]) -> int:
    """Return about how many runs questions take: every arm in every future, with every seed."""
    found = 0
    for one in questions:
        twice = TWICE if one.quick else one.wanted
        arms = len(one.claim.arms(quick=one.quick))
        found += arms * (one.wanted + twice * (len(one.seeds) - 1) + OWN_SEEDS)
    return found + len({one.market for one in questions}) * 4 * max(q.wanted for q in questions)


def seconds_a_run(question: Question) -> float:
    """Return about how long a run takes: measured on a year of it, after a year that is not."""
    from time import perf_counter

    from simulation.simulate import simulate

    year = question.scenario.replace({"run.months": 12, "run.warm_up": 0})
    simulate(year, 1, model=question.model)
    started = perf_counter()
    simulate(year, 2, model=question.model)
    return (perf_counter() - started) / 12.0 * question.scenario.run.months


def reason_against(name: str, market: str) -> str:
    """Return why a question cannot be asked of a market; empty where it can."""
    verdict = read(find(name)).value.get("verdict")
    table = verdict.value.get("not_in") if verdict is not None else None
    reason = table.value.get(Path(market).stem) if table is not None else None
    return "" if reason is None else str(reason.value)


def once_more(folder: Path, beside: Path | None = None) -> Question:
    """Return the question of a folder as it was when nothing had been run.

    Raises:
        ExperimentError: it cannot be asked again by this version.
        ResultError: it is no question.
    """
    return replace(stored(folder), sifted=Sifted(), search=(), beside=beside)


def stored(folder: Path) -> Question:
    """Return the question that was asked into a folder.

    Raises:
        ExperimentError: it cannot be asked again by this version.
        ResultError: it is no question.
    """
    manifest = read_manifest(folder)
    inquiry = manifest.sweep.get("inquiry")
    if inquiry is None:
        raise ResultError([Fault("is no answer to a question.", file=folder)])
    base = scenario_of(manifest.scenario)
    changes = Changes(
        replicates=int(inquiry["replicates"]), months=base.run.months, seed=manifest.seeds[0],
        design={"n": int(inquiry["wanted"])},
        settings={"population.people": base.population.people},
    )  # fmt: skip
    tree = plant(manifest.sweep["asked"])
    asked = asked_of(str(manifest.sweep["name"]), tree, manifest.scenario_name, FULL, changes, base)
    kept = dict(inquiry["sifted"])
    sifted = Sifted(**{**kept, "futures": tuple(kept["futures"])})
    search = tuple(map(Searched.of_data, inquiry["search"]))
    return Question(asked, str(inquiry["market"]), bool(inquiry["quick"]), sifted, search,
                    model=manifest.model)  # fmt: skip


__all__ = ["AS_IT_IS", "Question", "load_question", "stored", "together"]
