"""Who takes an open purpose to another touchpoint begins anew, as far as nobody knows of it."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit, subroutine

SUPPORT, RENEW = 6, 7


@njit(cache=True)
def hand_over(
    who: Any, loss: Any, view: Any, of_companies: Any,
    stage: Any, touchpoint: Any, considers: Any, tries: Any, tried: Any, tried_at: Any,
    tried_in: Any, kept: Any, handovers: Any,
) -> None:
    """Fill ``kept``: what of help is left to each of ``who``, and count handovers.

    1 − loss (1 − view_c) where a purpose is open that was not met at another touchpoint, view_c
    being the single view of the company that the person deals with if it ran that touchpoint for
    them (``of_companies (n_touchpoints,)``), else 0; 1 for all others. A purpose is
    open from an encounter in the same stage that did not meet it; in support, while contacts about
    it count. ``handovers (n_touchpoints,)`` counts where people take purposes to.
    """
    for i in who:
        kept[i] = 1.0
        t, c, before = touchpoint[i], considers[i], tried[i]
        is_open = before >= 0 and tried_in[i] == stage[i]
        if stage[i] == SUPPORT:
            is_open = is_open and tries[i] > 0
        if t < 0 or not is_open or (before == t and tried_at[i] == c):
            continue
        carried = view[c] if c >= 0 and tried_at[i] == c and of_companies[before] else 0.0
        kept[i] = 1.0 - loss * (1.0 - carried)
        handovers[t] += 1


@subroutine
def remember(
    who: Any, stage: Any, touchpoint: Any, considers: Any, success: Any,
    tried: Any, tried_at: Any, tried_in: Any,
) -> None:
    """Note where ``who`` tried in vain, with which company and in which stage; −1 where settled.

    A renewal is not tried again: it ends in a decision.
    """
    for i in who:
        if success[i]:
            tried[i] = tried_at[i] = tried_in[i] = -1
        elif touchpoint[i] >= 0 and stage[i] != RENEW:
            tried[i] = touchpoint[i]
            tried_at[i] = considers[i]
            tried_in[i] = stage[i]
