"""Word of mouth: ties carry awareness, reputation and knowledge.

Who talks: whoever has experience of a company, with a propensity that is an asymmetric U in
attitude. Everybody hears the state at the start of the process: voices and knowledge are read from
copies made before anybody changes.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from simulation.compiled import njit
from simulation.streams import pick, uniform

WORD_OF_MOUTH = 2
EXPERIENCE = 3


@njit(cache=True)
def speak(
    propensity: Any, positive: Any, negative: Any, aware: Any, attitude: Any, voice: Any
) -> tuple[float, float]:
    """Fill ``voice[i, c]`` with τ, 0 without experience; return the voices for and against.

    τ = min(1, τ0 + a₊ A²) for A > 0, min(1, τ0 + a₋ A²) for A < 0.
    """
    speaking_for = 0.0
    speaking_against = 0.0
    for i in range(voice.shape[0]):
        for c in range(voice.shape[1]):
            if aware[i, c] != EXPERIENCE:
                voice[i, c] = 0.0
                continue
            a = attitude[i, c]
            slope = positive if a > 0.0 else negative
            tau = min(1.0, propensity + slope * a * a)
            voice[i, c] = tau
            if a > 0.0:
                speaking_for += tau
            elif a < 0.0:
                speaking_against += tau
    return speaking_for, speaking_against


@njit(cache=True)
def hear(
    listen_keys: Any, contact_keys: Any, strong: Any, weak: Any, open_share: Any,
    reputation_rate: Any, knowledge_rate: Any,
    start: Any, neighbour: Any, tie_is_strong: Any,
    voice: Any, attitude: Any, knowledge_before: Any,
    aware: Any, reputation: Any, knowledge: Any, new_aware: Any,
) -> float:
    """Let everybody hear their ties and, under 'groups', the contacts drawn this month.

    exposure_c = open_share · (1 − Π_j (1 − β_ij τ_jc)), the product in tie order; Ā and κ̄ are means
    weighted by βτ, κ̄ over those who know more. Returns the knowledge gained by all.
    """
    n_companies = voice.shape[1]
    n_contacts = len(contact_keys)
    n = len(knowledge)
    silence = np.empty(n_companies)
    said = np.empty(n_companies)
    weight = np.empty(n_companies)
    gained = 0.0
    for i in range(n):
        silence[:] = 1.0
        said[:] = 0.0
        weight[:] = 0.0
        wiser = 0.0
        wisdom = 0.0
        n_ties = start[i + 1] - start[i]
        for t in range(n_ties + n_contacts):
            if t < n_ties:
                j = np.int64(neighbour[start[i] + t])
                beta = strong if tie_is_strong[start[i] + t] else weak
            else:
                j = pick(contact_keys[t - n_ties], i, n)
                beta = weak
                if j == i:
                    continue
            loud = 0.0
            for c in range(n_companies):
                force = beta * voice[j, c]
                if force > 0.0:
                    silence[c] *= 1.0 - force
                    weight[c] += force
                    said[c] += force * attitude[j, c]
                    loud += force
            if loud > 0.0 and knowledge_before[j] > knowledge_before[i]:
                wiser += loud
                wisdom += loud * knowledge_before[j]
        unheard = 1.0
        for c in range(n_companies):
            if weight[c] == 0.0:
                continue
            exposure = open_share * (1.0 - silence[c])
            unheard *= 1.0 - exposure
            if aware[i, c] == 0 and uniform(listen_keys[c], i) < exposure:
                aware[i, c] = WORD_OF_MOUTH
                new_aware[c] += 1
            reputation[i, c] += (
                reputation_rate * exposure * (said[c] / weight[c] - reputation[i, c])
            )
        if wiser > 0.0:
            gain = knowledge_rate * (1.0 - unheard) * (wisdom / wiser - knowledge_before[i])
            knowledge[i] = knowledge_before[i] + gain
            gained += gain
    return gained


@njit(cache=True)
def hear_everybody(
    listen_keys: Any, contagion: Any, open_share: Any, reputation_rate: Any, knowledge_rate: Any,
    wisdom_order: Any, voice: Any, attitude: Any, knowledge_before: Any,
    aware: Any, reputation: Any, knowledge: Any, new_aware: Any,
) -> float:
    """Let everybody hear everybody (full mixing): exposure_c = 1 − exp(−q Σ_j τ_jc / N).

    ``wisdom_order`` are the persons by falling knowledge, from which the mean knowledge of those
    who know more is a running mean. Returns the knowledge gained by all.
    """
    n, n_companies = voice.shape
    exposure = np.zeros(n_companies)
    said = np.zeros(n_companies)
    unheard = 1.0
    for c in range(n_companies):
        loud = 0.0
        for j in range(n):
            loud += voice[j, c]
            said[c] += voice[j, c] * attitude[j, c]
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
        knowledge_rate * (1.0 - unheard), wisdom_order, voice, knowledge_before, knowledge
    )


@njit(cache=True)
def _learn_from_everybody(
    rate: Any, wisdom_order: Any, voice: Any, knowledge_before: Any, knowledge: Any
) -> float:
    wiser = 0.0
    wisdom = 0.0
    gained = 0.0
    first = 0
    n = len(wisdom_order)
    while first < n:
        level = knowledge_before[wisdom_order[first]]
        last = first
        while last < n and knowledge_before[wisdom_order[last]] == level:
            last += 1
        for position in range(first, last):
            if wiser > 0.0:
                gain = rate * (wisdom / wiser - level)
                knowledge[wisdom_order[position]] = level + gain
                gained += gain
        for position in range(first, last):
            loud = 0.0
            for c in range(voice.shape[1]):
                loud += voice[wisdom_order[position], c]
            wiser += loud
            wisdom += loud * level
        first = last
    return gained
