"""The margin: which difference of money counts as one."""

from __future__ import annotations

from simulation.analysis.percentage import is_percentage, percentage

MARGIN = "1%"
"""Of the base's gross value, where nothing else is asked for."""


def margin_of(asked: str | float, gross: float) -> float:
    """Return the margin in money a month: a number, or a percentage of the base's gross value."""
    return abs(gross) * percentage(asked) if is_percentage(asked) else float(asked)
