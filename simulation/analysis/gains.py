"""Who gains, what brought customers, what was left over: measures of a whole result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.interval import Estimate, estimate
from simulation.analysis.memo import per_frame
from simulation.analysis.summary import (
    PEOPLE,
    actors,
    combined,
    gain,
    has,
    level,
    levels,
    per_run,
    total,
    unit_of,
)

if TYPE_CHECKING:
    import pandas as pd

CAUSES = (
    "new_customers_by_advertising",
    "new_customers_by_word_of_mouth",
    "new_customers_returning",
)
"""Why people become customers."""


@per_frame
def gains(series: pd.DataFrame) -> dict[str, Estimate]:
    """Return what every actor gains a month in the last 12, most first (see ``summary.gain``)."""
    result = {}
    for actor in actors(series):
        values = gain(series, actor)
        result[actor] = level(values, "gain", actor)
    known = {actor: value for actor, value in result.items() if value.known}
    known = {
        actor: value for actor, value in known.items() if value.mean != 0 or value.low != value.high
    }
    return dict(sorted(known.items(), key=lambda item: -item[1].mean))


def people_gain(series: pd.DataFrame) -> Estimate:
    """Return what all people gain a month in the last 12, customers and non-customers together.

    They are roles that people take and leave, so the gain of one of them is no gain of the people.
    """
    import pandas as pd

    roles = [role for role in PEOPLE if role in actors(series)]
    by_role = {role: per_run(gain(series, role), "gain", role) for role in roles}
    return estimate(pd.DataFrame(by_role).sum(axis=1, min_count=1), unit_of(series, "surplus"))


def causes(series: pd.DataFrame) -> dict[str, float]:
    """Return the share of each cause in all new customers of all companies and months."""
    sums = {
        cause: total(combined(series, cause), cause).mean for cause in CAUSES if has(series, cause)
    }
    added = sum(sums.values())
    if not added > 0:
        return {}
    shares = {cause: part / added for cause, part in sums.items()}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def slack(series: pd.DataFrame) -> tuple[float, str, float]:
    """Return the share of all input left over, and where most of it is: key and its own share."""
    brought, left = levels(series, "brought"), levels(series, "slack")
    added = sum(value.mean for value in brought.values())
    if not added > 0 or not left:
        return float("nan"), "", float("nan")
    most = max(left, key=lambda key: left[key].mean)
    share = left[most].mean / brought[most].mean if brought[most].mean > 0 else float("nan")
    return sum(value.mean for value in left.values()) / added, most, share
