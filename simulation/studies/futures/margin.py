"""The margin: which difference of money counts as one."""

from __future__ import annotations

MARGIN = "1%"
"""Of the base's gross value, where nothing else is asked for."""


def margin_of(asked: str | float, gross: float) -> float:
    """Return the margin in money a month: a number, or a percentage of the base's gross value."""
    if isinstance(asked, str) and asked.strip().endswith("%"):
        return abs(gross) * float(asked.strip().removesuffix("%")) / 100.0
    return float(asked)
