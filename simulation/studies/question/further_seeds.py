"""Which futures of a claim that is still undecided get further seeds, and how many.

From 128 futures on, what keeps a claim undecided is seeds, not futures: were the effect known in
each, a share would be known to within .09. So the futures that cannot tell get as many seeds again;
and where hardly any makes a difference, all get as many as show that there is none.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from simulation.analysis.decision.by_shares import ShareVerdict, judge
from simulation.analysis.decision.next_runs import further_seeds
from simulation.arrays import Whole
from simulation.studies.question.claim import Claim
from simulation.studies.question.judging import JudgedHorizon, QuestionRuns, judged_horizons
from simulation.studies.question.verdicts import evidence_of


def seeds_wanted(runs: QuestionRuns, claim: Claim, most: int) -> dict[int, int]:
    """Return how many seeds each future should have, of those that should have more.

    Args:
        runs: all so far.
        claim: with its effects.
        most: seeds of a future.
    """
    every = judged_horizons(runs, claim)
    held = _held(every[0])
    wanted = held.copy()
    for one in every:
        judgement = judge(evidence_of(runs, claim, one))
        if judgement.verdict != ShareVerdict.UNDECIDED:
            continue
        # Nothing but noise to be seen: no further future would tell, only seeds in all of them.
        only_noise = judgement.futures_needed is None
        more = _to_see_nothing(one, most) if only_noise else held + _of_unsure(one, held, most)
        wanted = np.maximum(wanted, more)
    return {
        future: int(n)
        for future, n, has in zip(runs.futures, wanted, held, strict=True) if n > has
    }  # fmt: skip


def _held(one: JudgedHorizon) -> Whole:
    """Return the seeds that each future has, in whichever effect has fewest."""
    counts = [np.isfinite(differences).sum(axis=1) for differences in one.differences]
    return np.asarray(np.min(counts, axis=0), dtype=np.int64)


def _to_see_nothing(one: JudgedHorizon, most: int) -> int:
    """Return the seeds with which noise is at most half the margin; none if that is too many."""
    needed = ceil((2.0 * one.seed_spread) ** 2)
    return needed if needed <= most else 0


def _of_unsure(one: JudgedHorizon, held: Whole, most: int) -> Whole:
    """Return the further seeds of futures of which it is not known what happens in them."""
    holds, fails = one.judgement.chance, one.judgement.chance_of_failing
    surest = np.maximum(np.max([holds, fails, 1.0 - holds - fails], axis=0), 0.5)
    return further_seeds(surest, held, budget=most * len(held), most=most)
