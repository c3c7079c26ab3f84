"""What ``cocreate ask`` does: the arms of a claim in many futures of an established market.

Candidates for futures are tried with the market as it is, one seed each, until enough of them are
plausible; what no published figure allows is set aside and counted. In the others all arms of the
claim run, paired by seed. Where a claim compares levers of different kinds, they are first run at
the market's own values to see what each costs, and the company's budget is then reduced by as much,
so that all cost the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, cast, override

import numpy as np

from simulation.analysis.decision.by_shares import LEAST_TO_DECIDE
from simulation.analysis.points import factors_of
from simulation.errors import RunFailedError
from simulation.execution import RunTask
from simulation.experiment.load import Changes
from simulation.scenario.suggest import file_name
from simulation.scenario.tree import plant
from simulation.store import (
    Manifest,
    PlannedRun,
    RunRecord,
    RunStore,
)
from simulation.store.manifest import VERDICT
from simulation.studies.folders import manifest_with
from simulation.studies.futures.finished import LEAST_TO_ANSWER, check_finished
from simulation.studies.futures.seeds import in_turn
from simulation.studies.futures.sieve import LIMIT, Sieve, sieve_of
from simulation.studies.question.arms import funding_of
from simulation.studies.question.asked import FULL, asked_of
from simulation.studies.question.cells import CELL_BATCH, CELL_ENOUGH, CELL_FUTURES, CELL_MOST
from simulation.studies.question.design import MOST_TRIED, PILOT_SEEDS, QuestionDesign
from simulation.studies.question.horizons import column
from simulation.studies.question.shared import finished_elsewhere, take
from simulation.studies.question.sifted import Searched, Sifted
from simulation.studies.run.plan import scenario_of, write_snapshot
from simulation.studies.study import Pause, Room
from simulation.studies.sweep.plan import factor_data

SCALES = (0.05, 3.0)
"""Bounds of what funding may be multiplied with, so that an arm costs what others cost."""
ROUNDS = 2
"""Times that seeds are added where a claim is undecided: from two to four, and to eight."""


@dataclass(frozen=True)
class Question(QuestionDesign):
    """A question, asked of a market, and the waves in which its runs are done.

    Attributes:
        others: questions of the same market whose runs are done with its own, so that all arms of a
            future begin with the same past; they then find them beside themselves.
    """

    others: tuple[Question, ...] = ()
    owners: dict[str, Question] = field(default_factory=dict, compare=False, repr=False)
    """By identity key, who makes the task of a run: another question, or this one as it is now."""

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run, of this question or of another."""
        owner = self.owners.get(plan.identity.key, self)
        return super().task(plan, room) if owner is self else owner.task(plan, room)

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Question]:
        """Yield the market's own values, candidates, what levers cost, then all arms.

        Raises:
            RunFailedError: too few futures are plausible, or too few runs finished.
        """
        waves, seen = self._waves(store), set[str]()
        beside = self.beside is not None
        held = finished_elsewhere(store.folder, file_name(self.market)) if beside else {}
        while True:
            try:
                wave = next(waves)
            except StopIteration as end:
                return cast("Question", end.value)
            if isinstance(wave, Pause):
                yield wave
                continue
            new = [plan for plan in wave if plan.identity.key not in seen]
            take(new, held, store)
            yield new
            seen |= {plan.identity.key for plan in wave}

    def _waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Question]:
        """Yield the same; a run that several need may come up again."""
        yield self.of_present_values(slice(0, 1))
        question = yield from self._sift(store)
        every = [
            question,
            *(replace(one, sifted=question.sifted, owners={}) for one in question.others),
        ]
        yield self._all_of(every, [one.of_costs() for one in every])
        every = [one.evened_out(store) for one in every]
        yield sorted(self._all_of(every, [one.of_arms() for one in every]), key=in_turn)
        every[0].check_enough(store)
        for at, one in enumerate(every):
            if one.goes_on:
                yield _judging(at, every)
                every[at] = one.with_all_seeds(store)
        yield sorted(self._all_of(every, [one.of_arms() for one in every]), key=in_turn)
        every = yield from self._with_more_seeds(every, store)
        done = yield from every[0].searched(store)
        yield Pause("working out the answer")
        return done

    def _with_more_seeds(
        self, every: list[Question], store: RunStore
    ) -> Generator[Sequence[PlannedRun], None, list[Question]]:
        """Add seeds in rounds to what is undecided; what needs none needs none in the next."""
        going = [True] * len(every)
        for _ in range(ROUNDS):
            later = list(every)
            for at, one in enumerate(every):
                if going[at] and one.goes_on and one.sifted.all_seeds:
                    yield _judging(at, every)
                    later[at] = one.with_more_seeds(store)
            going = [new is not old for new, old in zip(later, every, strict=True)]
            every = later
            yield sorted(self._all_of(every, [one.of_arms() for one in every]), key=in_turn)
        return every

    def with_all_seeds(self, store: RunStore) -> Question:
        """Return the question with all seeds in every future, if one each leaves it undecided."""
        from simulation.studies.question.verdicts import is_undecided

        if not self.goes_on:
            return self
        again = is_undecided(self._runs(store), self.claim)
        return replace(self, sifted=replace(self.sifted, all_seeds=again))

    def with_more_seeds(self, store: RunStore) -> Question:
        """Return the question with further seeds where these leave it undecided."""
        from simulation.studies.question.further_seeds import seeds_wanted

        if not self.sifted.all_seeds or not self.goes_on:
            return self
        more = seeds_wanted(self._runs(store), self.claim, self.most_seeds)
        if not more:
            return self
        both = {**self.sifted.more_seeds, **more}
        return replace(self, sifted=replace(self.sifted, more_seeds=both))

    @property
    def goes_on(self) -> bool:
        """Whether further seeds of its futures could decide it, and are wanted."""
        return self.goes_on_from(len(self.sifted.futures))

    def goes_on_from(self, futures: int) -> bool:
        """Return whether further seeds of so many futures could decide it, and are wanted."""
        return futures >= LEAST_TO_DECIDE and not self.quick and len(self.seeds) > 1

    def searched(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Question]:
        """Run the cells again in which a claim that is near is most likely to be reversed."""
        from simulation.studies.question.judging import SEARCHED
        from simulation.studies.question.search import suspected

        if self.quick or len(self.sifted.futures) < LEAST_TO_DECIDE:
            return self
        width = sum(factor.width for factor in self.unknown)
        cells = [
            Searched.of(one, width, SEARCHED + at * CELL_MOST)
            for at, one in enumerate(suspected(self._runs(store), self.claim))
        ]
        question = replace(self, search=tuple(cells))
        for tried in range(CELL_BATCH, CELL_MOST + 1, CELL_BATCH):
            looked = (replace(one, tried=tried) if len(one.futures) < CELL_ENOUGH else one
                      for one in question.search)  # fmt: skip
            question = replace(question, search=tuple(looked))
            yield self._all_of([question], [question.cell_tries()])
            chosen = tuple(question.with_chosen(store, one) for one in question.search)
            question = replace(question, search=chosen)
        yield sorted(self._all_of([question], [question.of_cells()]), key=in_turn)
        return question

    def with_chosen(self, store: RunStore, cell: Searched) -> Searched:
        """Return a cell with the futures that are run: plausible, as many as wanted."""
        sieve = self._sieve(store)
        good = []
        for plan in self.tries(cell.first, cell.first + cell.tried - 1):
            seen = self._outcomes(store, plan)
            if seen and not _misses(sieve, seen):
                good.append(int(plan.parameters["future"]))
        return replace(cell, futures=tuple(good[:CELL_FUTURES]))

    def _runs(self, store: RunStore) -> Any:
        """Return the runs that are there, as findings read them."""
        import pandas as pd

        from simulation.studies.question.judging import QuestionRuns

        plans = [*self.of_arms(), *self.tries(1, self.sifted.tried)]
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
        runs: dict[str, PlannedRun] = {}
        for one, planned in zip(every, plans, strict=True):
            for plan in planned:
                if plan.identity.key not in runs:
                    runs[plan.identity.key] = plan
                    self.owners[plan.identity.key] = one
        return list(runs.values())

    def _sift(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Try candidates until enough are plausible."""
        batch, tried = 2 * self.wanted, 0
        question = self
        while len(question.sifted.futures) < self.wanted and tried < MOST_TRIED * self.wanted:
            last = min(tried + batch, MOST_TRIED * self.wanted)
            yield self.tries(tried + 1, last)
            tried = last
            question = replace(self, sifted=self._plausible(store, tried))
        return question

    def _plausible(self, store: RunStore, tried: int) -> Sifted:
        """Return which candidates are plausible, and what the others miss."""
        sieve = self._sieve(store)
        futures, missed = list[int](), Counter[str]()
        runs = {int(plan.parameters["future"]): plan for plan in self.tries(1, tried)}
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
        present = [self._outcomes(store, plan) for plan in self.of_present_values(slice(0, 1))]
        return sieve_of(self.scenario.market, [one for one in present if one])

    def _outcomes(self, store: RunStore, plan: PlannedRun) -> dict[str, float] | None:
        record = store.read(plan)
        return dict(record.outcomes) if isinstance(record, RunRecord) else None

    def evened_out(self, store: RunStore) -> Question:
        """Return the question with each arm's funding changed by what its levers cost."""
        if not self.claim.equal_cost:
            return self
        present = self.of_present_values(slice(0, 1))[:PILOT_SEEDS]
        base = [self._spent(store, plan) for plan in present]
        costs, scales = {}, {}
        plans = self.of_costs()
        for place, arm in enumerate(self.as_set[1:]):
            mine = plans[place * PILOT_SEEDS : (place + 1) * PILOT_SEEDS]
            pairs = zip(mine, base, strict=True)
            more = float(np.nanmean([self._spent(store, plan) - spent for plan, spent in pairs]))
            costs[arm.name] = more
            held = sum(funding_of(arm, self.scenario).values())
            scales[arm.name] = float(np.clip(1.0 - more / held, *SCALES)) if more == more else 1.0
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
        if n < LEAST_TO_ANSWER:
            raise RunFailedError(
                f"Only {n} of {self.sifted.tried} futures are plausible, and an answer needs "
                f"{LEAST_TO_ANSWER}. Ask for more with --futures; finished runs are kept."
            )
        check_finished(self._of_futures(), store)

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the market, and write what the runs say of the claim."""
        from simulation.studies.question.findings import write_findings

        write_snapshot(folder, self.scenario)
        (folder / VERDICT).unlink(missing_ok=True)
        write_findings(folder, manifest, self.claim)


def _judging(at: int, every: Sequence[Question]) -> Pause:
    """Return what is said while the runs so far are judged: which claim of how many."""
    return Pause(f"judging claim {at + 1} of {len(every)}" if len(every) > 1
                 else "judging the claim")  # fmt: skip


def _misses(sieve: Sieve, seen: dict[str, float]) -> list[str]:
    """Return the published figures that a market misses by too much."""
    return [name for name, one in sieve.implausibility(seen).items() if one > LIMIT]


def stored(folder: Path) -> Question:
    """Return the question that was asked into a folder.

    Raises:
        ExperimentError: it cannot be asked again by this version.
        ResultError: it is no question.
    """
    manifest = manifest_with(folder, "inquiry", "an answer to a question", "ask QUESTION")
    inquiry = manifest.sweep["inquiry"]
    base = scenario_of(manifest.scenario)
    changes = Changes(
        replicates=int(inquiry["replicates"]), months=base.run.months, seed=manifest.seeds[0],
        design={"n": int(inquiry["wanted"])},
        settings={"population.people": base.population.people},
    )  # fmt: skip
    tree = plant(manifest.sweep["asked"])
    asked = asked_of(str(manifest.sweep["name"]), tree, manifest.scenario_name, FULL, changes, base)
    sifted = Sifted.of_data(inquiry["sifted"])
    search = tuple(map(Searched.of_data, inquiry["search"]))
    return Question(asked, str(inquiry["market"]), bool(inquiry["quick"]), sifted, search,
                    model=manifest.model)  # fmt: skip
