"""The numbers behind the figures of explorations alone, in the units that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.exploration.tables import ExplorationTables


def regret_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return columns arm, unit, mean, high (90th percentile), greatest, best, within_margin."""
    import pandas as pd

    rows = [
        {"arm": arm["name"], "unit": tables.money_unit,
         **{key: float(arm[key]) * tables.factor for key in ("mean", "high", "greatest")},
         "best": arm["best"], "within_margin": arm["satisficing"]}
        for arm in tables.findings["regret"]["arms"]
    ]  # fmt: skip
    return pd.DataFrame(rows)


def information_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return columns assumptions, unit, value, low, high, floor (of chance alone), shown."""
    import pandas as pd

    rows = [
        {"assumptions": " + ".join(tables.name(at) for at in one["assumptions"]),
         "unit": tables.money_unit,
         **{key: float(one[key]) * tables.factor for key in ("value", "low", "high", "floor")},
         "shown": one["shown"]}
        for one in tables.findings["information"]["subsets"]
    ]  # fmt: skip
    return pd.DataFrame(rows)


def level_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return columns level, unit, share (of futures in which it pays), low (lower 95 % curve)."""
    import pandas as pd

    level = tables.findings["level"]
    lever = str(level["lever"])
    shown = [float(value) * tables.per_unit_of(lever) for value in level["level"]]
    return pd.DataFrame({"level": shown, "unit": tables.unit_of(lever),
                         **{key: level[key] for key in ("share", "low")}})  # fmt: skip
