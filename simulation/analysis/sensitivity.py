"""Which factors matter: Sobol indices and Morris screening from the stored runs of a sweep.

Sobol's estimators and their bootstrap intervals are SALib's. Here the runs are put into the order
of the design, the seeds of a point averaged, and blocks with a failed run left out. Morris's
measures are worked out here: SALib divides by the step of the design, as if choices, switches and
whole numbers had moved as far as numbers do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.interval import CONFIDENCE
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
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


COLUMNS = ("outcome", "factor", "other", "index", "value", "low", "high", "unit")
RESAMPLES = 1000
NORMAL = 1.959963984540054
"""Standard deviations that a normal interval of that confidence reaches to either side."""
SEED = 1
"""Of the bootstrap: the same runs give the same intervals."""
ROUNDING = 1e-12
"""A share of variance below this is what rounding leaves of none."""
ROUNDS = 50
"""In which means of points and of seeds are taken off in turn: far more than needed to settle."""


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
        noise: share of the variance between points that is random variation between seeds. What a
            seed adds to every point is none of it: points share their seeds, so it cancels.
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
    (see ``DesignBlocks``), and of Sobol's design ``alone``: sum of all S1, low, high (see
    ``sum_of_first``).

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
    if sweep["design"]["kind"] == "sobol" and not table.empty:
        table.attrs.update(alone=sum_of_first(blocks.values, len(columns_of(sweep))))
    return table


def blocks_of(runs: pd.DataFrame, outcome: str, size: int) -> DesignBlocks:
    """Return an outcome block by block; blocks in which a point has no value are left out."""
    seeds = by_seed(runs, outcome)
    n_points = int(seeds.columns.max()) + 1 if len(seeds.columns) else 0
    seeds = seeds.reindex(columns=range(-(-n_points // size) * size))
    values = seeds.mean().to_numpy(dtype=np.float64).reshape(-1, size)
    whole = np.isfinite(values).all(axis=1)
    kept = np.flatnonzero(whole)
    between = float(np.var(values[whole], ddof=1)) if whole.any() else 0.0
    chance = _chance(seeds.to_numpy(dtype=np.float64)[:, np.repeat(whole, size)])
    noise = chance / between if between > 0 else float("nan")
    return DesignBlocks(values[whole], kept, 0.0 if noise < ROUNDING else noise)


def _chance(values: Floats) -> float:
    """Return how much a point's mean varies by chance, without what a seed adds to all points.

        y_ps = point_p + seed_s + e_ps,  σ² = Σ e² / (N − P − S + 1),  chance = σ² · mean of 1/n_p

    with N runs of P points and S seeds, n_p of them of point p. NaN where a point has one seed.

    Args:
        values: the outcome, shape ``(n_seeds, n_points)``, NaN where a run is missing.
    """
    known = np.isfinite(values)
    rows, columns = known.any(axis=1), known.any(axis=0)
    freedom = int(known.sum() - rows.sum() - columns.sum() + 1)
    if freedom < 1:
        return float("nan")
    left, there = values[rows][:, columns], known[rows][:, columns]
    # With all runs there the first round is exact. Later ones part points and seeds where some
    # are missing.
    for _ in range(1 if there.all() else ROUNDS):
        left = left - np.nanmean(left, axis=0)
        left = left - np.nanmean(left, axis=1, keepdims=True)
    return float(np.nansum(left**2)) / freedom * float((1.0 / there.sum(axis=0)).mean())


def _rows(
    runs: pd.DataFrame, sweep: Mapping[str, Any], outcome: Asked, blocks: DesignBlocks
) -> Iterator[tuple[Any, ...]]:
    names = columns_of(sweep)
    if np.ptp(blocks.values) == 0.0:
        return
    if sweep["design"]["kind"] == "morris":
        inputs = unit_cube(runs, sweep)
        chosen = inputs.reshape(-1, block_size(sweep), len(names))[blocks.kept]
        yield from _morris(names, outcome, chosen, blocks.values)
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


def sum_of_first(values: Floats, n_factors: int) -> tuple[float, float, float]:
    """Return the sum of all first-order indices, and its 95 % interval by bootstrap over blocks.

    The terms of a block are drawn together: they share its base points, so that the intervals of
    single indices do not add up to the sum's.

    Args:
        values: the outcome, shape ``(n_blocks, block_size)``.
        n_factors: how many indices there are.
    """
    scaled = (values - values.mean()) / values.std()
    base, other, mixed = scaled[:, 0], scaled[:, -1], scaled[:, 1 : n_factors + 1]
    terms = other * (mixed - base[:, None]).sum(axis=1)
    n = len(scaled)
    picks = np.vstack([np.arange(n), np.random.default_rng(SEED).integers(0, n, (RESAMPLES, n))])
    spread = np.concatenate([base[picks], other[picks]], axis=1).var(axis=1)
    sums = np.divide(terms[picks].mean(axis=1), spread, out=np.zeros(len(picks)), where=spread > 0)
    half = NORMAL * float(sums[1:].std(ddof=1))
    return float(sums[0]), float(sums[0]) - half, float(sums[0]) + half


def _morris(
    names: list[str], outcome: Asked, inputs: Floats, values: Floats
) -> Iterator[tuple[Any, ...]]:
    """Yield μ* with its interval, μ and σ of the elementary effects (Campolongo et al. 2007)."""
    moves = elementary_effects(inputs, values)
    by_factor = [column[np.isfinite(column)] for column in moves.T]
    rng = np.random.default_rng(SEED)
    for name, effects in zip(names, by_factor, strict=True):
        size, half = _mean_size(effects, rng)
        yield _row(outcome.name, (name, ""), SensitivityIndex.MU_STAR, size, half, outcome.unit)
    nan = float("nan")
    for name, effects in zip(names, by_factor, strict=True):
        mean = effects.mean() if len(effects) else nan
        yield _row(outcome.name, (name, ""), SensitivityIndex.MU, mean, nan, outcome.unit)
    for name, effects in zip(names, by_factor, strict=True):
        spread = effects.std(ddof=1) if len(effects) > 1 else nan
        yield _row(outcome.name, (name, ""), SensitivityIndex.SIGMA, spread, nan, outcome.unit)


def elementary_effects(inputs: Floats, values: Floats) -> Floats:
    """Return what moving each factor over its whole range would do, by each trajectory's move.

        e = Δy / Δx,  x the share of the range at which a setting lies

    Δx is what was moved, not the step of the design: a switch moves over its whole range in a step
    of two thirds, one of three choices over half of it or all.

    Args:
        inputs: shares, shape ``(n_trajectories, n_factors + 1, n_factors)``; from each point to the
            next one factor moves.
        values: the outcome, shape ``(n_trajectories, n_factors + 1)``.

    Returns:
        Shape ``(n_trajectories, n_factors)``; NaN where a step left a factor at its setting.
    """
    steps = np.diff(inputs, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    step = np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
    at, place = np.nonzero(step)
    effects = np.full((inputs.shape[0], inputs.shape[2]), np.nan)
    effects[at, moved[at, place]] = np.diff(values, axis=1)[at, place] / step[at, place]
    return effects


def _mean_size(effects: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """Return μ* and half the width of its interval, normal with the bootstrap's spread."""
    if not len(effects):
        return float("nan"), float("nan")
    sizes = np.abs(effects)
    picks = rng.integers(0, len(sizes), (RESAMPLES, len(sizes)))
    half = NORMAL * sizes[picks].mean(axis=1).std(ddof=1)
    return float(sizes.mean()), float(half)


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

    Of choices, the place among them as a share of the way from the first to the last.
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
