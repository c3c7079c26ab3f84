"""The numbers behind the figures of explorations and questions, in the units that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.studies.exploration.answer import name_of

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.exploration.tables import ExplorationTables


def share_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return columns arm, for_whom, better, low, high (of better), same, worse."""
    import pandas as pd

    rows = [
        {"arm": arm["name"], "for_whom": name_of(name), "better": one["better"]["value"],
         "low": one["better"]["low"], "high": one["better"]["high"],
         "same": one["same"]["value"], "worse": one["worse"]["value"]}
        for arm in tables.arms
        for name, one in arm["shares"].items()
        if tables.is_actor(name)
    ]  # fmt: skip
    return pd.DataFrame(rows)


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


def swing_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return columns assumption, unit, at_low_end, at_high_end: mean effects of the arm."""
    import pandas as pd

    arm = tables.lead
    rows = [
        {"assumption": tables.name(int(arm["kept"][one["assumption"]])),
         "unit": tables.money_unit, "at_low_end": float(one["low"]) * tables.factor,
         "at_high_end": float(one["high"]) * tables.factor}
        for one in arm["swings"]
    ]  # fmt: skip
    return pd.DataFrame(rows)


def map_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return the map point by point: values of its two assumptions, mean effect, unit."""
    import pandas as pd

    arm = tables.lead
    across, down = (int(arm["kept"][at]) for at in arm["map"]["assumptions"])
    spots, mean = arm["map"]["places"], np.array(arm["map"]["mean"]) * tables.factor
    rows = [
        (tables.value(across, x), tables.value(down, y), mean[row, column])
        for row, y in enumerate(spots)
        for column, x in enumerate(spots)
    ]
    columns = [tables.column(across), tables.column(down), "mean_effect"]
    return pd.DataFrame(rows, columns=columns).assign(unit=tables.money_unit)


def level_numbers(tables: ExplorationTables) -> pd.DataFrame:
    """Return columns level, share (of futures in which it pays), low (its lower 95 % curve)."""
    import pandas as pd

    level = tables.findings["level"]
    return pd.DataFrame({key: level[key] for key in ("level", "share", "low")})
