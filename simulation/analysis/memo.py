"""What is computed of a large frame once, however many sentences and figures rest on it."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LARGE = 50_000
"""Rows from which on what was computed of a frame is kept while the frame lives."""


def per_frame[R](compute: Callable[[pd.DataFrame], R]) -> Callable[[pd.DataFrame], R]:
    """Return a function that remembers its answer for each large frame until the frame is gone.

    Frames of results are never changed in place; small ones, which tests and notebooks make and
    change, are computed each time.
    """
    known: dict[int, tuple[weakref.ref[Any], R]] = {}

    @wraps(compute)
    def remembered(frame: pd.DataFrame) -> R:
        if len(frame) < LARGE:
            return compute(frame)
        key = id(frame)
        held = known.get(key)
        if held is not None and held[0]() is frame:
            return held[1]
        answer = compute(frame)
        known[key] = weakref.ref(frame, lambda _: known.pop(key, None)), answer
        return answer

    return remembered
