"""Word of mouth: ties carry awareness, reputation and knowledge.

Who talks: whoever has experience of a company, with a propensity that is an asymmetric U in
attitude. Everybody hears the state at the start of the process: what is said is written down before
anybody changes.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from simulation.compiled import njit
from simulation.streams import pick, uniform

WORD_OF_MOUTH = 2
EXPERIENCE = 3


LOUD, KNOWS, FIRST_VOICE = 0, 1, 2
"""Columns of ``speech``: Σ_c τ_c, κ, then τ_c and A_c of each company in turn."""


@njit(cache=True)
def speak(
    propensity: Any, positive: Any, negative: Any, aware: Any, attitude: Any, knowledge: Any,
    speech: Any,
) -> tuple[float, float]:
    """Write down what everybody has to say; return the voices for and against.

    τ = min(1, τ0 + a₊ A²) for A > 0, min(1, τ0 + a₋ A²) for A < 0, 0 without experience.
    ``speech (n_people, 2 + 2 n_companies)`` keeps all that a tie carries in one place of memory.
    """
    speaking_for = 0.0
    speaking_against = 0.0
    for i in range(speech.shape[0]):
        loud = 0.0
        for c in range(aware.shape[1]):
            a = attitude[i, c]
            tau = 0.0
            if aware[i, c] == EXPERIENCE:
                slope = positive if a > 0.0 else negative
                tau = min(1.0, propensity + slope * a * a)
                loud += tau
                if a > 0.0:
                    speaking_for += tau
                elif a < 0.0:
                    speaking_against += tau
            speech[i, FIRST_VOICE + 2 * c] = tau
            speech[i, FIRST_VOICE + 2 * c + 1] = a
        speech[i, LOUD] = loud
        speech[i, KNOWS] = knowledge[i]
    return speaking_for, speaking_against


@njit(inline="always")
def _meet(
    i: Any, n: Any, contact_keys: Any, strong: Any, weak: Any, start: Any, neighbour: Any,
    tie_is_strong: Any, who: Any, force: Any,
) -> Any:
    """Fill ``who`` and ``force`` (β) with those whom i hears, ties first; return how many."""
    met = 0
    for tie in range(start[i], start[i + 1]):
        who[met] = neighbour[tie]
        force[met] = strong if tie_is_strong[tie] else weak
        met += 1
    for contact_key in contact_keys:
        j = pick(contact_key, i, n)
        if j != i:
            who[met] = j
            force[met] = weak
            met += 1
    return met


@njit(cache=True)
def hear(
    listen_keys: Any, contact_keys: Any, strong: Any, weak: Any, open_share: Any,
    reputation_rate: Any, knowledge_rate: Any,
    start: Any, neighbour: Any, tie_is_strong: Any, speech: Any,
    aware: Any, reputation: Any, knowledge: Any, new_aware: Any,
) -> float:
    """Let everybody hear their ties and, under 'groups', the contacts drawn this month.

    exposure_c = open_share · (1 − Π_j (1 − β_ij τ_jc)), the product in tie order; Ā and κ̄ are means
    weighted by βτ, κ̄ over those who know more. Returns the knowledge gained by all.
    """
    n = len(knowledge)
    most = 0
    for i in range(n):
        most = max(most, start[i + 1] - start[i])
    who = np.empty(most + len(contact_keys), dtype=np.uint32)
    force = np.empty(most + len(contact_keys))
    gained = 0.0
    for i in range(n):
        met = _meet(
            i, n, contact_keys, strong, weak, start, neighbour, tie_is_strong, who, force
        )
        unheard = 1.0
        for c in range(aware.shape[1]):
            # One company at a time: its three sums stay in registers.
            silence = 1.0
            weight = 0.0
            said = 0.0
            for m in range(met):
                carried = force[m] * speech[who[m], FIRST_VOICE + 2 * c]
                silence *= 1.0 - carried
                weight += carried
                said += carried * speech[who[m], FIRST_VOICE + 2 * c + 1]
            if weight == 0.0:
                continue
            exposure = open_share * (1.0 - silence)
            unheard *= 1.0 - exposure
            if aware[i, c] == 0 and uniform(listen_keys[c], i) < exposure:
                aware[i, c] = WORD_OF_MOUTH
                new_aware[c] += 1
            reputation[i, c] += reputation_rate * exposure * (said / weight - reputation[i, c])
        if unheard == 1.0:
            continue
        known = speech[i, KNOWS]
        wiser = 0.0
        wisdom = 0.0
        for m in range(met):
            knows = speech[who[m], KNOWS]
            # A choice of factor, not a branch: half of all ties know more, and none can tell which.
            carried = force[m] * speech[who[m], LOUD] * (1.0 if knows > known else 0.0)
            wiser += carried
            wisdom += carried * knows
        if wiser > 0.0:
            gain = knowledge_rate * (1.0 - unheard) * (wisdom / wiser - known)
            knowledge[i] = known + gain
            gained += gain
    return gained


@njit(cache=True)
def hear_everybody(
    listen_keys: Any, contagion: Any, open_share: Any, reputation_rate: Any, knowledge_rate: Any,
    wisdom_order: Any, speech: Any,
    aware: Any, reputation: Any, knowledge: Any, new_aware: Any,
) -> float:
    """Let everybody hear everybody (full mixing): exposure_c = 1 − exp(−q Σ_j τ_jc / N).

    ``wisdom_order`` are the persons by falling knowledge, from which the mean knowledge of those
    who know more is a running mean. Returns the knowledge gained by all.
    """
    n, n_companies = aware.shape
    exposure = np.zeros(n_companies)
    said = np.zeros(n_companies)
    unheard = 1.0
    for c in range(n_companies):
        loud = 0.0
        for j in range(n):
            tau = speech[j, FIRST_VOICE + 2 * c]
            loud += tau
            said[c] += tau * speech[j, FIRST_VOICE + 2 * c + 1]
        if loud > 0.0:
            said[c] /= loud
        exposure[c] = open_share * (1.0 - exp(-contagion * loud / n))
        unheard *= 1.0 - exposure[c]
    for i in range(n):
        for c in range(n_companies):
            if exposure[c] == 0.0:
                continue
            if aware[i, c] == 0 and uniform(listen_keys[c], i) < exposure[c]:
                aware[i, c] = WORD_OF_MOUTH
                new_aware[c] += 1
            reputation[i, c] += reputation_rate * exposure[c] * (said[c] - reputation[i, c])
    return _learn_from_everybody(
        knowledge_rate * (1.0 - unheard), wisdom_order, speech, knowledge
    )


@njit(cache=True)
def _learn_from_everybody(
    rate: Any, wisdom_order: Any, speech: Any, knowledge: Any
) -> float:
    wiser = 0.0
    wisdom = 0.0
    gained = 0.0
    first = 0
    n = len(wisdom_order)
    while first < n:
        level = speech[wisdom_order[first], KNOWS]
        last = first
        while last < n and speech[wisdom_order[last], KNOWS] == level:
            last += 1
        for position in range(first, last):
            if wiser > 0.0:
                gain = rate * (wisdom / wiser - level)
                knowledge[wisdom_order[position]] = level + gain
                gained += gain
        for position in range(first, last):
            loud = speech[wisdom_order[position], LOUD]
            wiser += loud
            wisdom += loud * level
        first = last
    return gained
