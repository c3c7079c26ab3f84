"""Each active person picks where to go for this stage of the journey."""

from __future__ import annotations

from math import inf, log
from typing import Any

from simulation.compiled import njit
from simulation.streams import uniform

DISPOSE = 8
EXPERIENCE = 3
EACH_COMPANY, ONE_COMPANY, PEERS, PARTNER = range(4)


@njit(inline="always")
def considered(aware: Any, attitude: Any, reputation: Any) -> Any:
    """Return the known company with the best name: own attitude, else what others say; or -1."""
    best = -1
    best_name = -inf
    for c in range(len(aware)):
        if aware[c] == 0:
            continue
        name = attitude[c] if aware[c] == EXPERIENCE else reputation[c]
        if name > best_name:
            best_name = name
            best = c
    return best


@njit(cache=True)
def choose(
    where_key: Any, process_key: Any, touchpoint_keys: Any,
    by_quality: Any, by_social: Any, by_effort: Any,
    where: Any, what: Any, route: Any,
    serving_start: Any, serving: Any, owner_kind: Any, owner: Any, open_channel: Any,
    is_open: Any, sociality: Any, effort: Any, quality: Any,
    segment: Any, provider: Any, stage: Any, aware: Any, attitude: Any, reputation: Any,
    sociability: Any, hours: Any, knowledge: Any,
    considers: Any, touchpoint: Any, visitors: Any, answers: Any,
) -> None:
    """Fill ``considers`` and ``touchpoint`` (-1: nowhere); count visitors and their answers.

    Softmax of U = β_q quality + β_s (sociability − ½) sociality − β_h effort/hours as an
    exponential race: the smallest −log(u_τ)/exp(U_τ) wins, ties go to the lowest index; compared by
    its negative logarithm, U − log(−log u), which no utility can overflow. With
    probability 1 − what the company's process decides (``route``, -1 where it has none). Social and
    partner channels are open to a person with probability where. ``visitors[c, τ]`` and
    ``answers[c, τ]`` (Σ knowledge · sociability) are what peers can give there.
    """
    for i in range(len(stage)):
        touchpoint[i] = -1
        g = stage[i]
        if g < 0:
            continue
        if provider[i] >= 0:
            considers[i] = provider[i]
        elif g != DISPOSE:
            considers[i] = considered(aware[i], attitude[i], reputation[i])
        c = considers[i]
        chosen = -1
        if route[c, g] >= 0 and not uniform(process_key, i) < what[c]:
            chosen = route[c, g]
        else:
            channels_open = uniform(where_key, i) < where[c]
            best = -inf
            for slot in range(serving_start[g], serving_start[g + 1]):
                t = serving[slot]
                if not is_open[t] or (open_channel[t] and not channels_open):
                    continue
                bound = provider[i] >= 0 or g == DISPOSE
                if owner_kind[t] == ONE_COMPANY and bound and c != owner[t]:
                    continue
                utility = (
                    by_quality * quality[c, segment[i], t]
                    + by_social * (sociability[i] - 0.5) * sociality[t]
                    - by_effort * effort[c, t] / hours[i]
                )
                lead = utility - log(-log(uniform(touchpoint_keys[t], i)))
                if lead > best:
                    best = lead
                    chosen = t
        if chosen < 0:
            continue
        if owner_kind[chosen] == ONE_COMPANY and provider[i] < 0:
            considers[i] = owner[chosen]
            c = considers[i]
        touchpoint[i] = chosen
        visitors[c, chosen] += 1
        answers[c, chosen] += knowledge[i] * sociability[i]
