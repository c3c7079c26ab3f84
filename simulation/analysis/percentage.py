"""Percentages as people type them: ``1%`` of something."""

from __future__ import annotations

from math import isfinite


def is_percentage(text: object) -> bool:
    """Whether something is written as a percentage, be it one or not."""
    return isinstance(text, str) and text.strip().endswith("%")


def percentage(text: object) -> float:
    """Return a percentage as a share: ``"1%"`` is .01.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(text, str) or not is_percentage(text):
        raise ValueError(text)
    return number_of(text.strip().removesuffix("%")) / 100.0


def number_of(text: str) -> float:
    """Return a finite number.

    Raises:
        ValueError: it is none.
    """
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value
