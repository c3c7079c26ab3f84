"""Which factors matter: Sobol indices and Morris screening from the stored runs of a sweep.

The estimators and their bootstrap intervals are SALib's. Here the runs are put into the order of
the design, the seeds of a point averaged, and blocks with a failed run left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.points import (
    Asked,
    Varied,
    block_size,
    by_seed,
    columns_of,
    factors_of,
    outcomes_of,
)
from simulation.analysis.response import shares

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

COLUMNS = ("outcome", "factor", "other", "index", "value", "low", "high", "unit")
RESAMPLES = 1000
CONFIDENCE = 0.95
SEED = 1
"""Of the bootstrap: the same runs give the same intervals."""
MORRIS_LEVELS = 4


class SensitivityIndex(StrEnum):
    """What is estimated of a factor."""

    FIRST = "S1"
    """Sobol, first order: share of variance that the factor explains alone"""
    TOTAL = "ST"
    """Sobol, total: share of variance with the factor in it, interactions included"""
    SECOND = "S2"
    """Sobol, second order: share of variance of two factors' interaction"""
    MU_STAR = "mu_star"
    """Morris: mean size of the effect of moving the factor over its range"""
    MU = "mu"
    """Morris: mean effect, with its sign"""
    SIGMA = "sigma"
    """Morris: spread of the effect: curvature and interactions"""


@dataclass(frozen=True)
class DesignBlocks:
    """The outcome in the order of a design: one row per block (base sample or trajectory).

    Attributes:
        values: means over seeds, shape ``(n_blocks, block_size)``.
        kept: which blocks of the design they are.
        noise: share of the variance between points that is random variation between seeds.
    """

    values: Floats
    kept: NDArray[np.intp]
    noise: float


def can_be_analysed(sweep: Mapping[str, Any]) -> bool:
    """Return whether a sweep's design gives Sobol indices or Morris measures."""
    return sweep.get("design", {}).get("kind") in ("sobol", "morris")


def sensitivity(runs: pd.DataFrame, sweep: Mapping[str, Any], outcome: Asked) -> pd.DataFrame:
    """Return the measures of every factor for an outcome.

    Columns: outcome, factor, other (the second factor of S2, else ""), index (see
    ``SensitivityIndex``), value, low, high (95 %, bootstrap over blocks; NaN where SALib gives
    none), unit. Attributes of the table: ``blocks`` used, ``blocks_lost`` to failed runs, ``noise``
    (see ``DesignBlocks``).

    Raises:
        ValueError: the design is neither Sobol's nor Morris's.
    """
    import pandas as pd

    if not can_be_analysed(sweep):
        raise ValueError(f"A design of kind {sweep['design']['kind']} has no such indices.")
    size = block_size(sweep)
    blocks = blocks_of(runs, outcome.name, size)
    rows = list(_rows(runs, sweep, outcome, blocks)) if len(blocks.values) > 1 else []
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    n_all = int(sweep["design"]["points"]) // size
    table.attrs.update(
        blocks=len(blocks.values), blocks_lost=n_all - len(blocks.values), noise=blocks.noise
    )
    return table


def blocks_of(runs: pd.DataFrame, outcome: str, size: int) -> DesignBlocks:
    """Return an outcome block by block; blocks in which a point has no value are left out."""
    seeds = by_seed(runs, outcome)
    n_points = int(seeds.columns.max()) + 1 if len(seeds.columns) else 0
    seeds = seeds.reindex(columns=range(-(-n_points // size) * size))
    values = seeds.mean().to_numpy(dtype=np.float64).reshape(-1, size)
    whole = np.isfinite(values).all(axis=1)
    kept = np.flatnonzero(whole)
    chance = seeds.var(ddof=1).to_numpy(dtype=np.float64).reshape(-1, size)[whole]
    between = float(np.var(values[whole], ddof=1)) if whole.any() else 0.0
    known = len(seeds) > 1 and between > 0
    noise = float(np.nanmean(chance)) / len(seeds) / between if known else float("nan")
    return DesignBlocks(values[whole], kept, noise)


def _rows(
    runs: pd.DataFrame, sweep: Mapping[str, Any], outcome: Asked, blocks: DesignBlocks
) -> Iterator[tuple[Any, ...]]:
    names = columns_of(sweep)
    if np.ptp(blocks.values) == 0.0:
        return
    if sweep["design"]["kind"] == "morris":
        inputs = unit_cube(runs, sweep)
        size = block_size(sweep)
        chosen = inputs.reshape(-1, size, len(names))[blocks.kept].reshape(-1, len(names))
        yield from _morris(names, outcome, chosen, (blocks.values, sweep))
    else:
        second = bool(sweep["design"].get("second_order"))
        yield from _sobol(names, outcome, blocks.values.reshape(-1), second_order=second)


def _sobol(
    names: list[str], outcome: Asked, values: Floats, *, second_order: bool
) -> Iterator[tuple[Any, ...]]:
    from SALib.analyze import sobol

    indices = sobol.analyze(
        _problem(names), values, calc_second_order=second_order, num_resamples=RESAMPLES,
        conf_level=CONFIDENCE, seed=SEED,
    )  # fmt: skip
    for index in (SensitivityIndex.FIRST, SensitivityIndex.TOTAL):
        for name, value, half in zip(names, indices[index], indices[f"{index}_conf"], strict=True):
            yield _row(outcome.name, (name, ""), index, value, half)
    for one in range(len(names)) if second_order else ():
        for other in range(one + 1, len(names)):
            value, half = indices["S2"][one, other], indices["S2_conf"][one, other]
            yield _row(
                outcome.name, (names[one], names[other]), SensitivityIndex.SECOND, value, half
            )


def _morris(
    names: list[str], outcome: Asked, inputs: Floats, results: tuple[Floats, Mapping[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    from SALib.analyze import morris

    values, sweep = results
    levels = int(sweep["design"].get("levels") or MORRIS_LEVELS)
    effects = morris.analyze(
        _problem(names), inputs, values.reshape(-1), num_resamples=RESAMPLES,
        conf_level=CONFIDENCE, num_levels=levels, seed=SEED,
    )  # fmt: skip
    for name, value, half in zip(names, effects["mu_star"], effects["mu_star_conf"], strict=True):
        yield _row(outcome.name, (name, ""), SensitivityIndex.MU_STAR, value, half, outcome.unit)
    for index in (SensitivityIndex.MU, SensitivityIndex.SIGMA):
        for name, value in zip(names, effects[index], strict=True):
            yield _row(outcome.name, (name, ""), index, value, float("nan"), outcome.unit)


def _row(
    outcome: str,
    factors: tuple[str, str],
    index: SensitivityIndex,
    value: Any,
    half: Any,
    unit: str = "share",
) -> tuple[Any, ...]:
    middle, width = float(value), float(half)
    return outcome, *factors, index.value, middle, middle - width, middle + width, unit


def _problem(names: list[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def unit_cube(runs: pd.DataFrame, sweep: Mapping[str, Any]) -> Floats:
    """Return the settings of every point as shares of each factor's range, ``(points, factors)``.

    Of choices, the place among them. Only the order of two settings matters to Morris's measures.
    """
    points = runs.drop_duplicates("point").set_index("point")
    points = points.reindex(range(int(sweep["design"]["points"])))
    columns = [_shares(points[factor.key], factor) for factor in factors_of(sweep)]
    return np.column_stack(columns)


def _shares(values: pd.Series[Any], factor: Varied) -> Floats:
    if factor.kind == "interval":
        return shares(values.to_numpy(dtype=np.float64), factor)
    known = list(factor.values)
    places = [_place(value, known) for value in values]
    return np.array(places, dtype=np.float64) / max(len(known) - 1, 1)


def _place(value: Any, known: list[Any]) -> float:
    """Return the place of a stored value among the choices; tables may hold numbers as text."""
    same = (at for at, one in enumerate(known) if value == one or str(value) == str(one))
    return float(next(same, np.nan))


def all_sensitivities(runs: pd.DataFrame, sweep: Mapping[str, Any], units: Mapping[str, str]
                      ) -> pd.DataFrame:  # fmt: skip
    """Return the measures of every factor for every outcome; see ``sensitivity``."""
    import pandas as pd

    tables = [sensitivity(runs, sweep, outcome) for outcome in outcomes_of(sweep, units)]
    filled = [table for table in tables if not table.empty]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]
