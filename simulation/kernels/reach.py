"""Advertising makes people aware; awareness fades."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.jit import njit
from simulation.kernels.draws import draw_pairs

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
    who = np.empty(BLOCK + 1, dtype=np.int64)
    key = np.empty(BLOCK + 1, dtype=np.uint64)
    odds = np.empty(BLOCK + 1)
    draw = np.empty(BLOCK)
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
