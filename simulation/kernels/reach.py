"""Advertising makes people aware; awareness fades."""

from __future__ import annotations

from typing import Any

from simulation.compiled import njit
from simulation.streams import uniform

ADVERTISING = 1
EXPERIENCE = 3


@njit(cache=True)
def reach(
    reach_keys: Any, fade_keys: Any, chance: Any, fade: Any,
    segment: Any, provider: Any, aware: Any, new_aware: Any,
) -> None:
    """Make the unaware aware with probability ``chance[c, s]``; let non-customers forget.

    Both read the state at the start: who forgets this month is not reached again this month.
    ``new_aware[c]`` counts.
    """
    n_companies = len(reach_keys)
    for i in range(len(segment)):
        for c in range(n_companies):
            known = aware[i, c]
            if known == 0:
                if uniform(reach_keys[c], i) < chance[c, segment[i]]:
                    aware[i, c] = ADVERTISING
                    new_aware[c] += 1
            elif known != EXPERIENCE and provider[i] < 0 and uniform(fade_keys[c], i) < fade:
                aware[i, c] = 0
