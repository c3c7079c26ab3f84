"""Service desks: the month's contacts draw their times, and queue for servers.

A desk is one company's staffed touchpoint in one month. ``contacts`` draws when people call, how
long they take and how long they would wait; ``serve`` queues them. Time is counted in *open
minutes* since the month began: closed hours take no time, so a queue that stands at closing is
served from the next opening on. Contacts still waiting when the month's open minutes are over are
served beyond them, and their waits belong to the month in which they called; the next month begins
with an empty desk.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.jit import njit, subroutine
from simulation.kernels.draws import draw_persons
from simulation.kernels.elementary import exp, log
from simulation.kernels.room import flags, floats, integers
from simulation.streams import normal_quantile

# The laws of handling times, in the order in which ``HandlingTimes`` lists them.
LOGNORMAL = 0
EXPONENTIAL = 1
CONSTANT = 2

FEW = 48
"""Contacts up to which inserting each is faster than four passes."""


@njit(cache=True)
def day_profile(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cumulative share of arrivals over the hours that have any.

    Args:
        weights: arrivals by hour of the day relative to each other, ``(24,)``, at least one > 0.

    Returns:
        Shares ``(n_hours + 1,)`` from 0 to exactly 1, strictly rising; hours of weight 0 are left
        out.

    Raises:
        ValueError: If no weight is positive.
    """
    hours = weights[weights > 0.0]
    if hours.shape[0] == 0:
        raise ValueError("day_profile: at least one hour must have a positive weight.")
    share = floats(hours.shape[0] + 1)
    share[0] = 0.0
    for hour in range(hours.shape[0]):
        share[hour + 1] = share[hour] + hours[hour]
    share /= share[-1]
    share[-1] = 1.0
    return share


@subroutine(error_model="numpy")
def _positions(u: NDArray[np.float64], share: NDArray[np.float64]) -> None:
    """Turn each share u of a day's arrivals into where in the open day it has come, 0 to 1."""
    hours = share.shape[0] - 1
    for i in range(u.shape[0]):
        hour = 0
        while u[i] >= share[hour + 1]:
            hour += 1
        within = (u[i] - share[hour]) / (share[hour + 1] - share[hour])
        u[i] = (hour + within) / hours


@subroutine
def _exponential(u: NDArray[np.float64], mean: float) -> None:
    """Turn draws into exponential times."""
    for i in range(u.shape[0]):
        u[i] = -mean * log(u[i])


@subroutine
def _lognormal(u: NDArray[np.float64], mean: float, spread: float) -> None:
    """Turn draws into lognormal times of the given mean and log sd."""
    for i in range(u.shape[0]):
        u[i] = normal_quantile(u[i])
    for i in range(u.shape[0]):
        u[i] = mean * exp(spread * u[i] - 0.5 * spread * spread)


@subroutine
def contacts(
    person: NDArray[np.uint32],
    key_day: np.uint64,
    key_time: np.uint64,
    key_handling: np.uint64,
    key_patience: np.uint64,
    open_minutes: float,
    days: int,
    part: int,
    parts: int,
    share: NDArray[np.float64],
    law: int,
    mean: float,
    spread: float,
    patience_mean: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Draw when each person calls, how long they take, and how long they would wait.

    Every open day is equally likely and lasts ``L = open_minutes / days``. Within it the density
    follows the hourly profile, of which the H hours with positive weight are stretched evenly over
    the open day, linear within the hour: a desk that is open for eight hours sees the shape of the
    whole day's demand in its eight hours. With F the cumulative share and h the hour that holds u,

        arrival = L · (⌊days · u_day⌋ + (h + (u_time − F_h) / (F_{h+1} − F_h)) / H)

    Handling times have the given mean m: lognormal ``m · exp(s Φ⁻¹(u) − s²/2)`` with log sd s,
    exponential, or constant. Patience is exponential. Each is the inverse of its distribution
    function at one draw keyed by person, so nobody's times depend on who else calls.

    Args:
        person: ids of those who call, any integer type, ``(n,)``.
        key_day: key of the day.
        key_time: key of the time within the day.
        key_handling: key of the handling time.
        key_patience: key of the patience.
        open_minutes: minutes that the desk is open in the month, > 0.
        days: open days in the month, >= 1.
        part: part of the month to which they belong, 0 being the first.
        parts: parts of the month, >= 1; in the only one of 1, any day may be theirs.
        share: the day's profile from ``day_profile``, ``(n_hours + 1,)``.
        law: ``LOGNORMAL``, ``EXPONENTIAL`` or ``CONSTANT``.
        mean: mean handling time, minutes.
        spread: log sd of lognormal handling times.
        patience_mean: mean patience, minutes; infinity for people who never give up.

    Returns:
        Arrival in [0, open_minutes), handling and patience, minutes, each ``(n,)``.
    """
    n = person.shape[0]
    arrival, time, handling, patience = floats(n), floats(n), floats(n), floats(n)
    draw_persons(key_day, person, arrival)
    draw_persons(key_time, person, time)
    draw_persons(key_handling, person, handling)
    draw_persons(key_patience, person, patience)
    _positions(time, share)
    day_minutes = open_minutes / days
    latest = np.nextafter(open_minutes, 0.0)
    for i in range(n):
        day = np.floor((part + arrival[i]) / parts * days)
        arrival[i] = min((day + time[i]) * day_minutes, latest)
    if law == LOGNORMAL:
        _lognormal(handling, mean, spread)
    elif law == EXPONENTIAL:
        _exponential(handling, mean)
    else:
        for i in range(n):
            handling[i] = mean
    _exponential(patience, patience_mean)
    return arrival, handling, patience


@subroutine(forceinline=True)
def _replace_earliest(free: NDArray[np.float64], time: float) -> None:
    """Replace the top of the binary heap by ``time``, and restore the heap."""
    size = free.shape[0]
    at = 0
    child = 1
    while child < size:
        if child + 1 < size and free[child + 1] < free[child]:
            child += 1
        if free[child] >= time:
            break
        free[at] = free[child]
        at = child
        child = 2 * at + 1
    free[at] = time


@subroutine
def _insert(arrival: NDArray[np.float64], order: NDArray[np.int64]) -> None:
    """Sort contacts by arrival that are almost in order; equal arrivals keep their order."""
    for i in range(1, order.shape[0]):
        contact = order[i]
        at = i
        while at > 0 and arrival[order[at - 1]] > arrival[contact]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = contact


@subroutine(error_model="numpy")
def order_of_arrival(arrival: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the contacts by arrival, equal arrivals in the order of the array.

    A radix sort of 32 bits of arrival/latest, four passes of 8 bits each, then an insertion sort
    for what agrees in all of them: O(n), and four times faster than sorting by comparison. Few are
    inserted at once, as the passes cost as much as some fifty contacts.
    """
    n = arrival.shape[0]
    if n <= FEW:
        order = np.arange(n)
        _insert(arrival, order)
        return order
    latest = 0.0
    for i in range(n):
        latest = max(latest, arrival[i])
    to_bits = 4294967295.0 / latest if latest > 0.0 else 0.0
    order, moved = integers(n), integers(n)
    bits, moved_bits = np.empty(n, dtype=np.uint32), np.empty(n, dtype=np.uint32)
    for i in range(n):
        order[i] = i
        bits[i] = np.uint32(arrival[i] * to_bits)
    place = integers(257)
    for shift in (0, 8, 16, 24):
        for digit in range(257):
            place[digit] = 0
        for i in range(n):
            place[((bits[i] >> np.uint32(shift)) & np.uint32(255)) + np.uint32(1)] += 1
        for digit in range(256):
            place[digit + 1] += place[digit]
        for i in range(n):
            digit = (bits[i] >> np.uint32(shift)) & np.uint32(255)
            moved[place[digit]] = order[i]
            moved_bits[place[digit]] = bits[i]
            place[digit] += 1
        order, moved = moved, order
        bits, moved_bits = moved_bits, bits
    _insert(arrival, order)
    return order


@subroutine
def serve(
    arrival: NDArray[np.float64],
    handling: NDArray[np.float64],
    patience: NDArray[np.float64],
    servers: int,
    wait_out: NDArray[np.float64],
    abandoned_out: NDArray[np.bool_],
) -> float:
    """Queue contacts first come, first served for parallel servers; the impatient leave.

    In the order of arrival, equal arrivals in the order of the arrays (ascending person id), the
    next contact starts when the first server is free: ``wait = max(0, earliest free − arrival)``.
    Whoever would wait longer than their patience leaves when it runs out and occupies no server;
    whoever would wait exactly that long is served. Those behind never delay those before, so one
    pass with the servers' free times in a heap is exact: O(n log n + n log servers).

    Args:
        arrival: open minutes, ``(n,)``, in any order.
        handling: minutes, >= 0, ``(n,)``.
        patience: minutes, >= 0 or infinite, ``(n,)``.
        servers: number of servers, >= 1.
        wait_out: receives the minutes waited (the patience of those who left), ``(n,)``.
        abandoned_out: receives whether they left unserved, ``(n,)``.

    Returns:
        Minutes the servers were busy: the sum of handling times of the served, in the order of
        service. Divided by servers and open minutes it is the occupancy, which may pass 1 where
        the month's last contacts are served beyond its end.

    Raises:
        ValueError: If there is no server.
    """
    if servers < 1:
        raise ValueError("serve: servers must be at least 1.")
    # More servers than contacts are never needed.
    free = np.full(min(servers, max(arrival.shape[0], 1)), -inf)
    busy = 0.0
    for i in order_of_arrival(arrival):
        wait = max(free[0] - arrival[i], 0.0)
        abandoned_out[i] = wait > patience[i]
        if abandoned_out[i]:
            wait_out[i] = patience[i]
        else:
            wait_out[i] = wait
            busy += handling[i]
            _replace_earliest(free, max(free[0], arrival[i]) + handling[i])
    return busy


@subroutine
def _is_among(person: int, ascending: NDArray[np.int64]) -> bool:
    """Return whether a person is in an ascending list."""
    low, high = 0, ascending.shape[0]
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < person:
            low = middle + 1
        else:
            high = middle
    return low < ascending.shape[0] and ascending[low] == person


@subroutine
def group_contacts(
    who: Any, touchpoint: Any, considers: Any, desk: Any, n_desks: int
) -> tuple[Any, Any]:
    """Return those of ``who`` at each desk, ascending: ``start (n_desks + 1,)`` and ``person``.

    ``desk[c, τ]`` is the desk of a company's staffed touchpoint, or ``n_desks`` for all that have
    none, with a last row for nobody and a last column for nowhere.
    """
    start = np.zeros(n_desks + 2, dtype=np.int64)
    for i in who:
        start[desk[considers[i], touchpoint[i]] + 1] += 1
    for d in range(n_desks):
        start[d + 1] += start[d]
    start = start[: n_desks + 1]
    place = start.copy()
    # Persons at no desk overwrite each other in one place more.
    person = integers(start[n_desks] + 1)
    for i in who:
        d = desk[considers[i], touchpoint[i]]
        person[place[d]] = i
        place[d] += d < n_desks
    return start, person[: start[n_desks]]


@njit(cache=True)
def run_desks(
    company: Any, touchpoint: Any, number: Any, open_hours: Any, days: Any, share: Any, law: Any,
    handling_mean: Any, spread: Any, patience_mean: Any, servers: Any, within: Any,
    users: Any, using_at: Any, using_keys: Any,
    movers: Any, moving_at: Any, keys: Any, part: Any, parts: Any, called: Any, considers: Any,
    using_wait: Any, using_abandoned: Any, wait: Any, abandoned: Any,
    n_contacts: Any, busy: Any, waited: Any, n_abandoned: Any, n_answered: Any,
) -> None:
    """Let the contacts of a round queue at every desk, see ``contacts`` and ``serve``.

    Desk d is that of ``company[d]`` at ``touchpoint[d]``, and ``number[c, τ]`` is d again (see
    ``group_contacts``). To it come those ``users`` and ``movers`` who are there (``using_at`` and
    ``moving_at``), users of any part of the month and movers of its ``part``. ``keys (4,)`` are
    those of day, time, handling and patience. Whoever is among ``called`` (ascending) is called,
    and so neither waits nor leaves; nor does who moves and comes to no desk.

    Adds up ``(n_companies, n_touchpoints)``: contacts, minutes that servers were busy, minutes
    waited, contacts who left, and who were answered within the time aimed at.
    """
    for i in movers:
        wait[i] = 0.0
        abandoned[i] = False
    n_desks = len(company)
    if n_desks == 0:
        return
    using_start, using = group_contacts(users, using_at, considers, number, n_desks)
    start, person = group_contacts(movers, moving_at, considers, number, n_desks)
    for d in range(company.shape[0]):
        c, t = company[d], touchpoint[d]
        in_use = using[using_start[d] : using_start[d + 1]]
        moving = person[start[d] : start[d + 1]]
        first, count = in_use.shape[0], in_use.shape[0] + moving.shape[0]
        if count == 0:
            continue
        arrival, handling, patience = floats(count), floats(count), floats(count)
        minutes = 60.0 * open_hours[c]
        for one in range(2):
            group, key = (in_use, using_keys) if one == 0 else (moving, keys)
            at, whole = (0, True) if one == 0 else (first, False)
            times = contacts(
                group, key[0], key[1], key[2], key[3], minutes, days,
                0 if whole else part, 1 if whole else parts,
                share, law, handling_mean[c, t], spread, patience_mean,
            )
            for j in range(group.shape[0]):
                arrival[at + j] = times[0][j]
                handling[at + j] = times[1][j]
                patience[at + j] = times[2][j]
        is_called = np.zeros(count, dtype=np.bool_)
        if called.shape[0] > 0:
            for j in range(moving.shape[0]):
                if _is_among(moving[j], called):
                    is_called[first + j] = True
                    patience[first + j] = inf
        waits, leaves = floats(count), flags(count)
        n_contacts[c, t] += count
        busy[c, t] += serve(arrival, handling, patience, servers[c, t], waits, leaves)
        for j in range(count):
            if is_called[j]:
                waits[j] = 0.0
            waited[c, t] += waits[j]
            n_abandoned[c, t] += leaves[j]
            n_answered[c, t] += (not leaves[j]) and waits[j] <= within[c, t]
        for j in range(first):
            using_wait[in_use[j]] = waits[j]
            using_abandoned[in_use[j]] = leaves[j]
        for j in range(moving.shape[0]):
            wait[moving[j]] = waits[first + j]
            abandoned[moving[j]] = leaves[first + j]
