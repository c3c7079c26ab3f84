"""Complaints where they arise, and whom companies contact for what they say."""

from __future__ import annotations

from typing import Any

from simulation.jit import subroutine
from simulation.kernels.importance import importance, total_importance
from simulation.kernels.room import integers
from simulation.streams import uniform


@subroutine
def contact(
    key: Any, chance: Any, propensity: Any, negative: Any, renewing: Any,
    problem: Any, contacted: Any, provider: Any, attitude: Any,
) -> Any:
    """Return whom companies contact, ascending.

    Whoever has a problem, was not ``contacted`` this month, is not ``renewing`` (ascending) and
    thinks ill of the provider, where the draw is below ``chance (n_companies,)`` times the
    propensity to talk, min(1, τ0 + a₋ A²).
    """
    who = integers(len(problem))
    m = 0
    next_renewing = 0
    for i in range(len(problem)):
        while next_renewing < len(renewing) and renewing[next_renewing] < i:
            next_renewing += 1
        if not problem[i] or contacted[i]:
            continue
        if next_renewing < len(renewing) and renewing[next_renewing] == i:
            continue
        c = provider[i]
        like = attitude[i, c]
        if like < 0.0 and uniform(key, i) < chance[c] * min(1.0, propensity + negative * like**2):
            who[m] = i
            m += 1
    return who[:m].copy()


@subroutine
def _complain(
    i: Any, c: Any, t: Any, listens: Any, rate: Any, levels: Any, job_start: Any,
    segment: Any, job: Any, deviation: Any, failures: Any, complaints: Any, wanted: Any,
) -> None:
    """Count one failure, and what it is a complaint of where it is heard and followed."""
    failures[c, t] += 1
    if not listens[c, t]:
        return
    complaints[c, t] += 1
    if rate[c] <= 0.0:
        return
    s, low, high = segment[i], job_start[job[i]], job_start[job[i] + 1]
    total = total_importance(levels, s, deviation, i, low, high)
    for k in range(low, high):
        wanted[c, k] += importance(levels[s, k], deviation[i, k]) / total


@subroutine(error_model="numpy")
def complain(
    broken: Any, moving: Any, called: Any, listens: Any, rate: Any, levels: Any, job_start: Any,
    segment: Any, provider: Any, considers: Any, job: Any, deviation: Any,
    use_touchpoint: Any, touchpoint: Any, success: Any,
    failures: Any, complaints: Any, wanted: Any, recovered: Any,
) -> None:
    """Count failures and complaints by company and touchpoint.

    A problem of ``broken`` arises where the person uses the offering, the contact of one who is
    ``moving`` fails where it is. Complaints are failures where the company ``listens``; a company
    that follows them (``rate > 0``) adds up what people ``wanted``: each counts for outcomes of the
    job by w_ik. ``recovered`` counts those ``called`` whose problem was settled.
    """
    for i in broken:
        c, t = provider[i], use_touchpoint[i]
        if c >= 0 and t >= 0:
            _complain(
                i, c, t, listens, rate, levels, job_start, segment, job, deviation,
                failures, complaints, wanted,
            )
    for i in moving:
        c, t = considers[i], touchpoint[i]
        if not success[i] and c >= 0 and t >= 0:
            _complain(
                i, c, t, listens, rate, levels, job_start, segment, job, deviation,
                failures, complaints, wanted,
            )
    for i in called:
        if success[i]:
            recovered[provider[i]] += 1
