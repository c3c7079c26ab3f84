"""Advertising makes people aware; awareness fades."""

from __future__ import annotations

from typing import Any

from simulation.jit import njit
from simulation.kernels.draws import draw_pairs
from simulation.kernels.room import floats, integers, words
from simulation.kernels.totals import total

ADVERTISING = 1
EXPERIENCE = 3

BLOCK = 512
"""Persons who draw together: few enough for the nearest cache."""


@njit(cache=True)
def reach(
    reach_keys: Any, fade_keys: Any, chance: Any, fade: Any,
    segment: Any, provider: Any, aware: Any, new_aware: Any,
) -> None:
    """Make the unaware aware with probability ``chance[c, s]``; let non-customers forget.

    Both read the state at the start: who forgets this month is not reached again this month.
    ``new_aware[c]`` counts.
    """
    n, n_companies = aware.shape
    who = integers(BLOCK + 1)
    key = words(BLOCK + 1)
    odds = floats(BLOCK + 1)
    draw = floats(BLOCK)
    for first in range(0, n, BLOCK):
        for c in range(n_companies):
            drawing = 0
            for i in range(first, min(first + BLOCK, n)):
                known = aware[i, c]
                who[drawing] = i
                key[drawing] = reach_keys[c] if known == 0 else fade_keys[c]
                odds[drawing] = chance[c, segment[i]] if known == 0 else fade
                drawing += (known == 0) | ((known != EXPERIENCE) & (provider[i] < 0))
            draw_pairs(key, who, drawing, draw)
            for place in range(drawing):
                if draw[place] < odds[place]:
                    i = who[place]
                    reached = aware[i, c] == 0
                    aware[i, c] = ADVERTISING if reached else 0
                    new_aware[c] += reached


@njit(cache=True)
def exposure(education: Any, capability: Any, function: Any) -> Any:
    """Return −(1 − education) · mean_k q of a function, ``(n_companies, n_segments)``."""
    out = floats((len(education), capability.shape[2]))
    for c in range(out.shape[0]):
        for s in range(out.shape[1]):
            stock = capability[c, function, s]
            out[c, s] = -(1.0 - education[c]) * (total(stock) / len(stock))
    return out


@njit(cache=True)
def chance(effect: Any, most: Any, lift: Any, duty: Any, campaign: Any, flows: Any) -> Any:
    """Return min(1, most · effect · (1 + lift · campaign)/(1 + lift · duty) · flows).

    ``effect (n_companies, n_segments)``; ``campaign (n_companies,)`` is the share of the month with
    one, ``duty`` that of the year.
    """
    out = floats(effect.shape)
    for c in range(out.shape[0]):
        in_time = (1.0 + lift * campaign[c]) / (1.0 + lift * duty)
        for s in range(out.shape[1]):
            out[c, s] = min(1.0, most * effect[c, s] * in_time * flows)
    return out
