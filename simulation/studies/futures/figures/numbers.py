"""The numbers behind the figures of studies over futures, in the units that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.futures.tables import FuturesTables


def share_numbers(tables: FuturesTables) -> pd.DataFrame:
    """Return columns arm, for_whom, better, low, high (of better), same, worse."""
    import pandas as pd

    rows = [
        {"arm": arm["name"], "for_whom": tables.whom(name), "better": one["better"]["value"],
         "low": one["better"]["low"], "high": one["better"]["high"],
         "same": one["same"]["value"], "worse": one["worse"]["value"]}
        for arm in tables.arms
        for name, one in arm["shares"].items()
        if tables.is_actor(name)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def swing_numbers(tables: FuturesTables) -> pd.DataFrame:
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


def map_numbers(tables: FuturesTables) -> pd.DataFrame:
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
