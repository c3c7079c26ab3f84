"""Each active person picks where to go for this stage of the journey."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from simulation.jit import njit, subroutine
from simulation.kernels.draws import draw_pairs, draw_persons
from simulation.kernels.elementary import log
from simulation.kernels.encounter import note_visits, spend
from simulation.kernels.room import flags, floats, integers, words

SUPPORT, DISPOSE, BY_STAFF = 6, 8, 9
EXPERIENCE = 3
EACH_COMPANY, ONE_COMPANY, PEERS, PARTNER = range(4)

BLOCK = 256
"""Persons whose candidates are raced together: few enough for the nearest cache."""

_1 = np.uint64(1)


@subroutine(forceinline=True)
def considered(i: Any, aware: Any, attitude: Any, reputation: Any) -> Any:
    """Return the known company with the best name: own attitude, else what others say; or -1."""
    best = -1
    best_name = -inf
    for c in range(aware.shape[1]):
        name = attitude[i, c] if aware[i, c] == EXPERIENCE else reputation[i, c]
        name = name if aware[i, c] > 0 else -inf
        best = c if name > best_name else best
        best_name = max(name, best_name)
    return best


@subroutine
def _race(key: Any, person: Any, utility: Any, count: Any, lead: Any) -> None:
    """Fill ``lead`` with U − log(−log u) of each candidate."""
    draw_pairs(key, person, count, lead)
    for place in range(count):
        lead[place] = utility[place] - log(-log(lead[place]))


@subroutine
def _by_slot(
    by_quality: Any, by_social: Any, by_effort: Any, touchpoint_keys: Any,
    serving: Any, owner_kind: Any, owner: Any, open_channel: Any, is_open: Any, staffed: Any,
    sociality: Any, effort: Any, quality: Any,
) -> Any:
    """Return what persons need to know of each pair of stage and touchpoint that serves it.

    Quality, effort and sociality times their weights; whether it is a channel that 'where' opens;
    to those bound to which company it is another's; to those who consider which company it is
    closed, and whether it is staffed; its key. A row for nobody comes last.
    """
    n_slots = len(serving)
    n_rows, n_segments = quality.shape[:2]
    good = floats((n_rows, n_segments, n_slots))
    hard = floats((n_rows, n_slots))
    social = floats(n_slots)
    by_where = flags(n_slots)
    anothers = flags((n_rows, n_slots))
    closed = flags((n_rows, n_slots))
    tended = flags((n_rows, n_slots))
    key = words(n_slots)
    for slot in range(n_slots):
        t = serving[slot]
        key[slot] = touchpoint_keys[t]
        social[slot] = by_social * sociality[t]
        by_where[slot] = open_channel[t]
        for c in range(n_rows):
            anothers[c, slot] = owner_kind[t] == ONE_COMPANY and owner[t] != c and c < n_rows - 1
            closed[c, slot] = not is_open[c, t]
            tended[c, slot] = staffed[c, t]
            hard[c, slot] = by_effort * effort[c, t]
            for s in range(n_segments):
                good[c, s, slot] = by_quality * quality[c, s, t]
    return good, hard, social, by_where, anothers, closed, tended, key


@subroutine(error_model="numpy")
def pick(
    who: Any, where_key: Any, process_key: Any, touchpoint_keys: Any,
    by_quality: Any, by_social: Any, by_effort: Any,
    where: Any, what: Any, route: Any,
    serving_start: Any, serving: Any, owner_kind: Any, owner: Any, open_channel: Any,
    is_open: Any, staffed: Any, sociality: Any, effort: Any, quality: Any,
    segment: Any, provider: Any, problem: Any, for_staff: Any, aware: Any, attitude: Any,
    reputation: Any, sociability: Any, hours: Any,
    stage: Any, considers: Any, touchpoint: Any, visitors: Any,
) -> None:
    """Fill ``considers`` and ``touchpoint`` (-1: nowhere) of ``who``; count visitors.

    ``stage`` is that of the encounter. A query for staff goes to those touchpoints that are staffed
    and open to the person, if there are any.

    Softmax of U = β_q quality + β_s (sociability − ½) sociality − β_h effort/hours as an
    exponential race: the smallest −log(u_τ)/exp(U_τ) wins, ties go to the lowest index; compared by
    its negative logarithm, U − log(−log u), which no utility can overflow. With
    probability 1 − what the company's process decides (``route``, -1 where it has none). Companies'
    social and partners' channels are open to a person with probability where; ``is_open
    (n_companies + 1, n_touchpoints)`` says what is open to those who consider a company.
    """
    n, nobody = len(who), len(what) - 1
    good, hard, social, by_where, anothers, closed, tended, slot_key = _by_slot(
        by_quality, by_social, by_effort, touchpoint_keys, serving, owner_kind, owner,
        open_channel, is_open, staffed, sociality, effort, quality,
    )
    best = floats(BLOCK)
    where_draw = floats(BLOCK)
    process_draw = floats(BLOCK)
    most = BLOCK * is_open.shape[1] + 1
    key = words(most)
    place_of = integers(most)
    person = integers(most)
    where_to = np.empty(most, dtype=np.int16)
    utility = floats(most)
    lead = floats(most)
    for first in range(0, n, BLOCK):
        active = who[first : first + BLOCK]
        draw_persons(where_key, active, where_draw)
        draw_persons(process_key, active, process_draw)
        # None can foretell who goes where or wins: choices of numbers, not branches; and unsigned,
        # because signed indices are checked for counting from the end.
        candidates = np.uint64(0)
        for j in range(len(active)):
            i = active[j]
            best[j] = -inf
            p = provider[i]
            c = considered(i, aware, attitude, reputation)
            c = considers[i] if stage[i] == DISPOSE else c
            c = p if p >= 0 else c
            considers[i] = c
            row = np.uint64(c if c >= 0 else nobody)
            bound_to = row if p >= 0 or stage[i] == DISPOSE else np.uint64(nobody)
            g, s = np.uint64(stage[i]), np.uint64(segment[i])
            to_staff = (stage[i] == SUPPORT) & for_staff[i] & (not problem[i])
            way = route[row, g]
            if to_staff and route[row, BY_STAFF] >= 0:
                way = route[row, BY_STAFF]
            free = (way < 0) | (process_draw[j] < what[row])
            touchpoint[i] = -1 if free else way
            channels_open = where_draw[j] < where[row]
            likes, per_hour = sociability[i] - 0.5, 1.0 / hours[i]
            before = candidates
            while True:
                for slot in range(np.uint64(serving_start[g]), np.uint64(serving_start[g + _1])):
                    key[candidates] = slot_key[slot]
                    person[candidates] = i
                    place_of[candidates] = j
                    where_to[candidates] = serving[slot]
                    utility[candidates] = (
                        good[row, s, slot] + likes * social[slot] - per_hour * hard[row, slot]
                    )
                    is_shut = anothers[bound_to, slot] | closed[row, slot]
                    is_shut |= by_where[slot] & (not channels_open)
                    is_shut |= to_staff & (not tended[row, slot])
                    candidates += np.uint64(free & (not is_shut))
                if not (to_staff and free and candidates == before):
                    break
                to_staff = False
        _race(key, person, utility, candidates, lead)
        for place in range(candidates):
            i, j = person[place], place_of[place]
            wins = lead[place] > best[j]
            best[j] = max(lead[place], best[j])
            touchpoint[i] = where_to[place] if wins else touchpoint[i]
        for i in active:
            t = touchpoint[i]
            if t < 0:
                continue
            if owner_kind[t] == ONE_COMPANY and provider[i] < 0:
                considers[i] = owner[t]
            visitors[considers[i], t] += 1


@njit(cache=True, error_model="numpy")
def choose(
    who: Any, where_key: Any, process_key: Any, touchpoint_keys: Any,
    by_quality: Any, by_social: Any, by_effort: Any,
    where: Any, what: Any, route: Any,
    serving_start: Any, serving: Any, owner_kind: Any, owner: Any, open_channel: Any,
    is_open: Any, staffed: Any, sociality: Any, effort: Any, quality: Any,
    wage: Any, burden_slope: Any, besides: Any, enjoyment: Any, channels: Any, partner: Any,
    segment: Any, provider: Any, problem: Any, for_staff: Any, aware: Any, attitude: Any,
    reputation: Any, sociability: Any, hours: Any, usage: Any,
    stage: Any, considers: Any, touchpoint: Any, needed: Any, time: Any, burden: Any,
    visitors: Any, spent: Any, outlay: Any, spoke: Any,
    month_visitors: Any, total_besides: Any, partnered: Any, partnered_use: Any,
) -> None:
    """Let everybody of ``who`` pick where to go, set the hours aside, and be seen there.

    See ``pick``, ``spend`` and ``note_visits``; ``visitors`` are also counted in the month's.
    """
    pick(
        who, where_key, process_key, touchpoint_keys, by_quality, by_social, by_effort,
        where, what, route, serving_start, serving, owner_kind, owner, open_channel, is_open,
        staffed, sociality, effort, quality, segment, provider, problem, for_staff, aware, attitude,
        reputation, sociability, hours, stage, considers, touchpoint, visitors,
    )
    for c in range(visitors.shape[0]):
        for t in range(visitors.shape[1]):
            month_visitors[c, t] += visitors[c, t]
    spend(
        who, wage, burden_slope, effort, besides, enjoyment, segment, considers, hours, touchpoint,
        needed, time, burden, spent, outlay, total_besides,
    )
    note_visits(
        who, channels, partner, provider, considers, touchpoint, usage, spoke, partnered,
        partnered_use,
    )


@njit(cache=True)
def call_back(
    called: Any, route: Any, channels: Any, partner: Any, provider: Any, usage: Any,
    contacted: Any, considers: Any, stage: Any, touchpoint: Any, needed: Any, time: Any,
    burden: Any, spoke: Any,
    visitors: Any, month_visitors: Any, recoveries: Any, partnered: Any, partnered_use: Any,
) -> None:
    """Let those ``called`` meet staff of their provider for support, without effort of theirs."""
    for i in called:
        c = provider[i]
        t = route[c, BY_STAFF]
        contacted[i] = True
        considers[i] = c
        stage[i] = SUPPORT
        touchpoint[i] = t
        needed[i], time[i], burden[i] = 0.0, 1.0, 0.0
        visitors[c, t] += 1
        month_visitors[c, t] += 1
        recoveries[c, t] += 1
    note_visits(
        called, channels, partner, provider, considers, touchpoint, usage, spoke, partnered,
        partnered_use,
    )
