"""Companies' planning: budgets, what a project hands over, and where the platform's effort goes."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine
from simulation.kernels.room import floats, integers
from simulation.kernels.totals import total


@njit(cache=True)
def set_budgets(
    base: Any, earned: Any, coordination: Any, split: Any,
    budget: Any, coordinating: Any, rate: Any, projects: Any,
) -> None:
    """Fill ``budget (C,)``, what coupling takes of it, and what functions spend, ``(C, 3)``."""
    for c in range(len(budget)):
        budget[c] = base[c] + earned[c]
        coordinating[c] = coordination[c] * budget[c]
        for f in range(rate.shape[1]):
            rate[c, f] = projects[c, f] = (budget[c] - coordinating[c]) * split[c, f]


@njit(cache=True)
def deliver(
    gain: Any, kept: Any, turned_over: Any, customisation: Any, variety: Any,
    shares: Any, focus: Any, launched: Any, stock: Any,
) -> None:
    """Add a project's gain to a function's ``stock (S, K)``.

    gain · (1 − turned_over · moved) · kept falls on segments and outcomes as
    K [(1 − c) φ̄_k + c φ_sk] / (1 + variety): φ is the focus at which it was ``launched``, φ̄ its
    mean over segments, weighted by ``shares (S,)``, c ``customisation``; moved is how far the
    ``focus`` is from φ, 0 to 1: ½ Σ_k |Δφ_sk|, by size.
    """
    n_segments, n_outcomes = launched.shape
    apart = floats(n_outcomes)
    moved = 0.0
    for s in range(n_segments):
        for k in range(n_outcomes):
            apart[k] = abs(focus[s, k] - launched[s, k])
        moved += shares[s] * (0.5 * total(apart))
    gain *= 1.0 - turned_over * moved
    gain *= kept
    for k in range(n_outcomes):
        average = 0.0
        for s in range(n_segments):
            average += shares[s] * launched[s, k]
        for s in range(n_segments):
            mixed = (1.0 - customisation) * average + customisation * launched[s, k]
            stock[s, k] += gain * (n_outcomes * mixed / (1.0 + variety))


@njit(cache=True)
def move_effort(
    lean: Any, lost: Any, allocation: Any, settling: Any, brought: Any, slack: Any
) -> None:
    """Move the share ``lean`` of a company's effort from touchpoints with most slack to the least.

    Half of the platform's touchpoints give, half get equal parts; effort that nobody used is all
    slack. Ties go to the lowest index. Of what is got the share ``lost`` is settling in. All arrays
    are ``(n_touchpoints,)``; ``brought`` and ``slack`` begin anew.
    """
    settling[:] = 0.0
    order = _by_slack(allocation, brought, slack)
    half = len(order) // 2
    if half:
        moved = floats(half)
        for place in range(half):
            moved[place] = lean * allocation[order[place]]
            allocation[order[place]] -= moved[place]
        everything = total(moved)
        for t in order[len(order) - half :]:
            allocation[t] += everything / half
            settling[t] = lost * everything / half
    brought[:] = 0.0
    slack[:] = 0.0


@subroutine
def _by_slack(allocation: Any, brought: Any, slack: Any) -> Any:
    """Return the touchpoints that have effort, those with most slack a unit brought first."""
    order, relative = integers(len(allocation)), floats(len(allocation))
    n = 0
    for t in range(len(allocation)):
        if not allocation[t] > 0.0:
            continue
        relative[t] = slack[t] / brought[t] if brought[t] > 0.0 else 1.0
        at = n
        while at > 0 and relative[order[at - 1]] < relative[t]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = t
        n += 1
    return order[:n]


@njit(cache=True, error_model="numpy")
def follow_complaints(
    rate: Any, lost: Any, allocation: Any, settling: Any, failed: Any, complained: Any
) -> None:
    """Move a company's effort to where complaints come from.

    α_t ← (1 − m) α_t + m heard_t/Σ heard over the touchpoints that have effort; m = ``rate`` ·
    share of failures that was heard. Nothing moves where nobody was heard. Of what is got the share
    ``lost`` is settling in. All arrays are ``(n_touchpoints,)``; ``failed`` and ``complained``
    begin anew.
    """
    n = len(allocation)
    heard, failures = floats(n), floats(n)
    any_heard = False
    m = 0
    for t in range(n):
        has_effort = allocation[t] > 0.0
        heard[t] = complained[t] if has_effort else 0.0
        any_heard |= heard[t] != 0.0
        failures[m] = failed[t]
        m += has_effort
    if any_heard:
        everything = total(heard)
        share = everything / total(failures[:m])
        for t in range(n):
            if allocation[t] > 0.0:
                moved = rate * share * (heard[t] / everything - allocation[t])
                allocation[t] += moved
                settling[t] += lost * max(moved, 0.0)
    failed[:] = 0.0
    complained[:] = 0.0
