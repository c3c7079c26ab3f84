"""Word of mouth: ties carry awareness, reputation and knowledge.

Who talks: whoever has experience of a company, with a propensity that is an asymmetric U in
attitude. Everybody hears the state at the start of the process: what is said is written down before
anybody changes.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.prefetch import prefetch
from simulation.kernels.room import floats, words, zeros
from simulation.streams import pick, uniform

WORD_OF_MOUTH = 2
EXPERIENCE = 3

LOUD, KNOWS, FIRST_VOICE = 0, 1, 2
"""Columns of ``speech``: Σ_c τ_c, κ, then τ_c and A_c of each company in turn."""

BLOCK = 256
"""Persons whose talkers are listed together: few enough for the nearest cache."""

AHEAD = np.uint64(32)
"""Talkers by which requests for memory run ahead of its use."""

_1 = np.uint64(1)


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


@subroutine(forceinline=True)
def _take_in(heard: Any, j: Any, force: Any, at: Any, beside: Any, known: Any, speech: Any) -> Any:
    """Return what was heard so far with one more voice in it.

    Of two companies: Π (1 − βτ), Σ βτ, Σ βτ A; of those who know more: Σ βτ, Σ βτ κ. Sums that do
    not wait for each other, in registers. Half of all ties know more and none can tell which, so
    that is a factor and no branch.
    """
    silence, weight, said, silence_beside, weight_beside, said_beside, wiser, wisdom = heard
    one = force * speech[j, at]
    other = force * speech[j, beside]
    knows = speech[j, KNOWS]
    more = force * speech[j, LOUD] * (1.0 if knows > known else 0.0)
    return (
        silence * (1.0 - one), weight + one, said + one * speech[j, at + 1],
        silence_beside * (1.0 - other), weight_beside + other,
        said_beside + other * speech[j, beside + 1],
        wiser + more, wisdom + more * knows,
    )


@subroutine
def _list_talkers(
    first: Any, last: Any, contact_keys: Any, strong: Any, weak: Any,
    start: Any, neighbour: Any, tie_is_strong: Any, talks: Any,
    begin: Any, who: Any, force: Any,
) -> None:
    """List whom each of the persons first … last - 1 hears, and how well (β), ties first.

    Whoever is silent changes nothing and is left out. None can foretell who is, so it is written
    down and overwritten rather than branched upon. A person's first stands at ``begin``.
    """
    at = np.uint64(0)
    for i in range(first, last):
        begin[i - first] = at
        for tie in range(np.uint64(start[i]), np.uint64(start[i + 1])):
            j = neighbour[tie]
            who[at] = j
            force[at] = strong if tie_is_strong[tie] else weak
            at += np.uint64(talks[j])
        for contact_key in contact_keys:
            j = np.uint32(pick(contact_key, i, len(talks)))
            who[at] = j
            force[at] = weak
            at += np.uint64(talks[j] & (j != i))
    begin[last - first] = at


@njit(cache=True, error_model="numpy")
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
    n, n_companies = aware.shape
    talks = np.empty(n, dtype=np.uint8)
    for i in range(n):
        talks[i] = speech[i, LOUD] > 0.0
    most = 1
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        most = max(most, start[last] - start[first] + len(contact_keys) * (last - first) + 1)
    begin = words(BLOCK + 1)
    who = words(most)
    force = floats(most)
    gained = 0.0
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        _list_talkers(
            first, last, contact_keys, strong, weak, start, neighbour, tie_is_strong, talks,
            begin, who, force,
        )
        for talker in range(min(AHEAD, begin[last - first])):
            prefetch(speech, who[talker])
        for i in range(first, last):
            low, high = begin[i - first], begin[i - first + 1]
            if low == high:
                continue
            for talker in range(low + AHEAD, min(high + AHEAD, begin[last - first])):
                prefetch(speech, who[talker])
            known = speech[i, KNOWS]
            unheard = 1.0
            wiser = wisdom = 0.0
            for c in range(0, n_companies, 2):
                # Two companies in one pass over the ties; an odd last one keeps itself company.
                d = min(c + 1, n_companies - 1)
                at, beside = FIRST_VOICE + 2 * c, FIRST_VOICE + 2 * d
                heard = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
                for talker in range(low, high):
                    heard = _take_in(heard, who[talker], force[talker], at, beside, known, speech)
                wiser, wisdom = heard[6], heard[7]
                for company in range(c, d + 1):
                    silence, weight, said = heard[:3] if company == c else heard[3:6]
                    if weight == 0.0:
                        continue
                    exposure = open_share * (1.0 - silence)
                    unheard *= 1.0 - exposure
                    if aware[i, company] == 0 and uniform(listen_keys[company], i) < exposure:
                        aware[i, company] = WORD_OF_MOUTH
                        new_aware[company] += 1
                    reputation[i, company] += (
                        reputation_rate * exposure * (said / weight - reputation[i, company])
                    )
            if wiser > 0.0 and unheard < 1.0:
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
    exposure = zeros(n_companies)
    said = zeros(n_companies)
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


@subroutine
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
