"""Which months a log tells of: those it covers wholly, less those that are missing from it.

A log rarely says so itself, so that it is read from its rows. One date that is wrong by years
would make a log of years, and a month that an export left out would be one in which nobody bought.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from simulation.arrays import Whole

FAR = 10
"""Usual pauses between days with rows, of which a gap has more where what follows is apart."""
LEAST_GAP = 31
"""Days that such a gap has at least."""
YEARS = 3 * 365
"""Days without a row after which the fewer rows are apart, however many they are."""
FEW_DAYS = 3
FEW_SHARE = 0.01
"""Days with rows, and their share of the others', that a slip of a few dates has at most."""
BULK = 10
"""Times as many days with rows as a slip has that must be right, to call it one."""
FULL = 10
"""Rows of a usual month from which on a month without any is one that is missing."""


def name_of(month: int) -> str:
    """Return a month, counted from year 0, as ``2024-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_of(day: date) -> int:
    """Return the month of a day, counted from year 0."""
    return 12 * day.year + day.month - 1


def whole_months(days: Whole) -> list[int]:
    """Return the months that a log covers, but for the usual pause between days.

    Args:
        days: of each row, as ordinals; where all are the first of a month, they stand for months.
    """
    active = np.unique(days)
    start, end = date.fromordinal(int(active[0])), date.fromordinal(int(active[-1]))
    first, last = month_of(start), month_of(end)
    if all(date.fromordinal(int(day)).day == 1 for day in active):
        return list(range(first, last + 1))
    pause = int(np.quantile(np.diff(active), 0.99)) if len(active) > 1 else 1
    days_in = monthrange(end.year, end.month)[1]
    return list(range(first + (start.day - 1 > pause), last - (days_in - end.day > pause) + 1))


def silent_months(months_of_rows: Sequence[int] | Whole, months: Sequence[int]) -> list[int]:
    """Return the months without a row, where a usual month has so many that none is no chance.

    Args:
        months_of_rows: the month of each row.
        months: that the log covers, in order, without gaps.
    """
    first = months[0]
    inside = np.asarray(months_of_rows, dtype=np.int64) - first
    inside = inside[(inside >= 0) & (inside < len(months))]
    counts = np.bincount(inside, minlength=len(months))
    if np.median(counts) < FULL:
        return []
    return [int(first + at) for at in np.flatnonzero(counts == 0)]


def apart(days: Whole) -> dict[int, int]:
    """Return the days that lie so far from the others that they can hardly be meant.

    A gap is wide where it has more than 10 times the usual pause (nine in ten are no longer), and
    a month. What lies beyond one is a slip if it is on few days, or the gap has more than 3 years.

    Args:
        days: of each row, as ordinals.

    Returns:
        By day, the nearest day of the others.
    """
    active = np.unique(days)
    if len(active) < 3:  # of two, neither is the odd one
        return {}
    pauses = np.diff(active)
    usual = int(np.quantile(pauses, 0.9, method="lower"))
    wide = max(FAR * usual, LEAST_GAP)
    parts = np.split(active, np.flatnonzero(pauses > wide) + 1)
    bulk = max(parts, key=lambda part: int(np.isin(days, part).sum()))
    return dict(_slips(parts, bulk))


def _slips(parts: list[Whole], bulk: Whole) -> Iterator[tuple[int, int]]:
    for part in parts:
        near = int(bulk[0] if part[0] < bulk[0] else bulk[-1])
        gap = int(np.abs(part - near).min())
        n, usual = len(part), len(bulk)
        few = n <= max(FEW_DAYS, FEW_SHARE * usual) and BULK * n <= usual
        if part is not bulk and (few or gap > YEARS):
            yield from ((int(day), near) for day in part)
