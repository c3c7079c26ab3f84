"""Numbers as people write them, one at a time: 49,90 and 1'000'000 and 1.234,56.

A log has a column of numbers, which show their decimal sign together, and is asked where they do
not; a single answer shows what it shows. So there is a convention for what can be read in two ways.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LONE_COMMA = re.compile(r"([+-]?\d*),(\d+)")
_SIGNS = (r"[\s'’_]", "[.,]"), (",", r"\."), (r"\.", ",")
"""What separates thousands, and the decimal sign that may follow it."""
_GROUPED = [
    re.compile(
        rf"([+-]?[1-9](?:\d{{0,2}}(?:{mark}\d{{3}})+|\d?(?:{mark}\d{{2}})+{mark}\d{{3}}))"
        rf"(?:{decimal}(\d+))?"
    )
    for mark, decimal in _SIGNS
]
"""Groups of three digits, or of two before the last three, as in India."""
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def number_in(text: str) -> float | None:
    """Return the number that a text is; None where it is none.

    A comma before three digits separates thousands (1,234); before any other number of digits, or
    after a zero, it is a decimal comma (49,90 and 0,125). A single point is a decimal point
    (1.234). Spaces, apostrophes and underscores separate thousands.
    """
    text = text.strip().replace("−", "-")
    if _PLAIN.fullmatch(text):
        return float(text)
    for pattern in _GROUPED:
        if grouped := pattern.fullmatch(text):
            whole = re.sub(r"[^\d+-]", "", grouped[1])
            return float(f"{whole}.{grouped[2] or '0'}")
    lone = _LONE_COMMA.fullmatch(text)
    return float(f"{lone[1]}.{lone[2]}") if lone else None


def may_be_thousands(text: str) -> bool:
    """Whether the decimal point of a number could be meant to separate thousands: 250.000."""
    return _EITHER.fullmatch(text.strip().replace("−", "-")) is not None
