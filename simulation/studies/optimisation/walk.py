"""How a search goes: asked in batches, narrowed rung by rung, and who is tested in the end."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision.front import efficient, pairs_needed, ranked
from simulation.store import PlannedRun, RunRecord, RunStore
from simulation.studies.futures.margin import MARGIN, margin_of
from simulation.studies.optimisation.aim import SEARCH, Candidate, excesses
from simulation.studies.optimisation.search import BATCH, MOST_TESTED, Asker

if TYPE_CHECKING:
    from simulation.studies.optimisation.plan import Optimisation


def numbered(plans: Sequence[PlannedRun]) -> list[PlannedRun]:
    """Return runs numbered in their order."""
    return [replace(plan, run=at) for at, plan in enumerate(plans)]


@dataclass(frozen=True)
class Walk:
    """A search on its way.

    Attributes:
        study: what is sought.
        store: has the records of what was run.
        futures: the numbers of plausible pairs, those of the search first.
    """

    study: Optimisation
    store: RunStore
    futures: Sequence[int]

    def searched(self) -> Generator[Sequence[PlannedRun], None, list[Candidate]]:
        """Ask for candidates in batches, and tell their values in order."""
        study, aim = self.study, self.study.aim
        rung = aim.rungs[0]
        asker = Asker(len(study.present), len(aim.whose), aim.seed, study.always,
                      is_bound=aim.is_bound)  # fmt: skip
        candidates: list[Candidate] = []
        while len(candidates) < rung.candidates:
            asked = asker.ask(min(BATCH, rung.candidates - len(candidates)))
            batch = []
            for at, (_, place) in enumerate(asked):
                number = len(candidates) + at
                fixed = self.study.always[number] if number < len(self.study.always) else place
                batch.append(Candidate(number, tuple(fixed), rung.pairs))
            yield self._wave(batch)
            for (trial, _), one in zip(asked, batch, strict=True):
                means = self._means(one)
                beyond = self.beyond(one)
                asker.tell(trial, None if np.isnan(means).any() else means.tolist(), beyond)
            candidates += batch
        return candidates

    def narrowed(
        self, candidates: list[Candidate]
    ) -> Generator[Sequence[PlannedRun], None, list[Candidate]]:
        """Run the best, the base and equal shares in more pairs, rung by rung."""
        always = len(self.study.always)
        pool = list(range(len(candidates)))
        for rung in self.study.aim.rungs[1:]:
            best = self._ranked(candidates, pool)[: rung.candidates]
            pool = sorted({*best, *range(always)})
            held = {at: candidates[at].pairs for at in pool}
            for at in pool:
                candidates[at] = replace(candidates[at], pairs=rung.pairs)
            yield self._wave([candidates[at] for at in pool], held)
        return candidates

    def finalists(self, candidates: Sequence[Candidate]) -> list[int]:
        """Return at most twelve of the front, and always the base and equal shares."""
        last = self.study.aim.rungs[-1].pairs
        pool = [one.number for one in candidates if one.pairs == last]
        order = self._ranked(candidates, pool)
        if (
            len(self.study.aim.whose) == 1
        ):  # a single objective has one best: test those behind it too
            front = order
        else:
            kept = [at for at in order if self.beyond(candidates[at]) <= 0.0]
            kept = kept or order
            means = np.stack([self._means(candidates[at]) for at in kept])
            front = [kept[at] for at in efficient(means)]
        always = range(len(self.study.always))
        return [*always, *[at for at in front if at not in always][: MOST_TESTED - len(always)]]

    def _ranked(self, candidates: Sequence[Candidate], pool: Sequence[int]) -> list[int]:
        """Return candidates, the best first; those beyond a limit behind all others."""
        means = np.stack([self._means(candidates[at]) for at in pool])
        order = [pool[at] for at in ranked(means)]
        return sorted(order, key=lambda at: self.beyond(candidates[at]))

    def beyond(self, one: Candidate) -> float:
        """Return by how much a candidate is beyond its limits in its pairs, 0 if within all."""
        if not self.study.aim.is_bound:
            return 0.0
        loss = self.loss()
        pairs = zip(
            self._records(one),
            self._records(replace(one, number=0, place=self.study.present)),
            strict=True,
        )
        rows = [
            excesses(theirs, base, self.study.aim, loss)
            for theirs, base in pairs
            if theirs and base
        ]
        names = rows[0] if rows else {}
        means = [float(np.mean([row[name] for row in rows])) for name in names]
        return float(sum(max(mean, 0.0) for mean in means))

    def loss(self) -> float | None:
        """Return what anybody may lose, in model money a month; any amount if None."""
        return None if self.study.aim.loss is None else margin_of(
            self.study.aim.loss, self.gross())  # fmt: skip

    def test_pairs(self, candidates: Sequence[Candidate], tested: Sequence[int]) -> int:
        """Return how many fresh pairs the test needs, as far as there are futures for them.

        The spread is that of the pairs of which both runs have all objectives.
        """
        base = self._values(candidates[0])
        spread = 0.0
        for at in tested[1:]:
            values = self._values(candidates[at])
            n = min(len(values), len(base))
            gains = values[:n] - base[:n]
            whole = gains[np.isfinite(gains).all(axis=1)]
            if len(whole) > 1:
                spread = max(spread, float(whole.std(axis=0, ddof=1).max()))
        margin = self.margin()
        wanted = pairs_needed(spread, margin, len(tested), len(self.study.aim.whose))
        left = len(self.futures) - self.study.aim.rungs[-1].pairs
        return min(wanted, left, self.study.aim.most)

    def margin(self) -> float:
        """Return the margin in model money a month."""
        asked = self.study.experiment.verdict.get("margin", MARGIN)
        return margin_of(asked, self.gross())

    def gross(self) -> float:
        """Return the base's mean gross value in the pairs of the search."""
        base = Candidate(0, self.study.present, self.study.aim.rungs[-1].pairs)
        values = [row["gross_value"] for row in self._records(base) if row]
        return float(np.mean(values)) if values else 0.0

    def _wave(
        self, batch: Sequence[Candidate], held: Mapping[int, int] | None = None
    ) -> list[PlannedRun]:
        """Return the runs of candidates beyond the pairs they have, a future's side by side."""
        known = held or {}
        runs = [
            plan
            for one in batch
            for plan in self.study.runs_of(
                one, SEARCH, self.futures[known.get(one.number, 0) : one.pairs]
            )
        ]
        order = {number: at for at, number in enumerate(self.futures)}
        runs.sort(key=lambda plan: order[int(plan.parameters["future"])])
        return numbered(runs)

    def _values(self, one: Candidate) -> Any:
        """Return a candidate's objectives in its pairs, ``(n_pairs, n_objectives)``."""
        return np.array([
            [row.get(actor, np.nan) for actor in self.study.aim.actors]
            for row in self._records(one)
        ])  # fmt: skip

    def _records(self, one: Candidate) -> list[Mapping[str, float]]:
        """Return the outcomes of a candidate in its pairs; nothing of runs that failed."""
        records = (
            self.store.read(plan)
            for plan in self.study.runs_of(one, SEARCH, self.futures[: one.pairs])
        )
        return [one.outcomes if isinstance(one, RunRecord) else {} for one in records]

    def _means(self, one: Candidate) -> Any:
        """Return a candidate's mean objectives; not a number where a run is missing."""
        return self._values(one).mean(axis=0)
