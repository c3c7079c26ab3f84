"""What is computed once, however many sentences, figures and verdicts rest on it.

Of a large frame while the frame lives; of arrays for as long as the same numbers are asked of.
"""

from __future__ import annotations

import pickle
import weakref
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LARGE = 50_000
"""Rows from which on what was computed of a frame is kept while the frame lives."""
REMEMBERED = 512
"""Answers that a function of arrays keeps, those asked for last."""


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


def by_content[**P, R](compute: Callable[P, R]) -> Callable[P, R]:
    """Return a function that remembers its answers by the numbers it was given.

    For what follows from its arguments alone, takes seconds, and has an answer that is small and
    not changed by those who get it. Arguments are told apart by their content, so that two arrays
    with equal numbers are the same question.
    """
    known: OrderedDict[bytes, R] = OrderedDict()

    @wraps(compute)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        key = blake2b(pickle.dumps((args, sorted(kwargs.items()))), digest_size=16).digest()
        if key in known:
            known.move_to_end(key)
            return known[key]
        answer = known[key] = compute(*args, **kwargs)
        if len(known) > REMEMBERED:
            known.popitem(last=False)
        return answer

    return remembered
