"""What common random numbers are worth: the variance of paired against unpaired differences.

    python benchmarks/common_random_numbers.py [--people 2000] [--months 60] [--seeds 12]

Six what-ifs against the base, with the feedback from receipts to budgets and without it
(``companies.*.revenue_share = 0``). The factor is (s²_base + s²_what-if) / s²_difference of an
outcome over seeds: one pair tells as much as so many unpaired pairs. Its range is the middle 90 %
of a bootstrap over seeds, in which both scenarios keep their seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation import ComparisonResult, Scenario, compare, load_scenario
from simulation.analysis.compare import variance_reduction

Floats = NDArray[np.float64]

WORKSHOP = {"name": "workshop", "area": "cem", "stages": ["use"], "servers": 1, "teaches": True}
WHAT_IFS: dict[str, dict[str, Any]] = {
    "price .35 → .30": {"companies.focal.price": 0.30},
    "alignment .5 → .9": {"companies.focal.strategy.alignment": 0.9},
    "education .3 → .6": {"companies.focal.strategy.education": 0.6},
    "a touchpoint added": {"touchpoints": [WORKSHOP]},
    "need probability .06 → .08": {"population.need_probability": 0.08},
    "outside-in .7 → .9": {"companies.focal.strategy.outside_in": 0.9},
}
VARIANTS: dict[str, dict[str, Any]] = {
    "with revenue feedback": {},
    "without revenue feedback": {"companies.*.revenue_share": 0.0},
}
OUTCOMES = ("co_created_value", "surplus:customers", "surplus:focal", "adoption:focal")
DRAWS = 2000


def main() -> None:
    """Run everything, print the tables, and draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--figure", type=Path, default=None, help="where to draw (PNG or SVG)")
    asked = parser.parse_args()
    size = {"population.people": asked.people, "run.months": asked.months}
    started = perf_counter()
    found = []
    for variant, changes in VARIANTS.items():
        base = load_scenario("base", {**size, **changes})
        found.append(factors(base, variant, asked.seeds, asked.workers))
    table = pd.concat(found, ignore_index=True)
    size_words = f"{asked.people} people, {asked.months} months, {asked.seeds} seeds"
    print(f"{size_words}, {perf_counter() - started:.0f} s. Means of the last 12 months.\n")
    report(table, asked.seeds)
    if asked.figure is not None:
        note = "co-created value; line: middle 90 % of a bootstrap over seeds"
        draw(table, asked.figure, f"{size_words}; {note}")


def factors(base: Scenario, variant: str, n: int, workers: int | None) -> pd.DataFrame:
    """Return the factor of every what-if and outcome."""
    what_ifs = {name: base.replace(changes) for name, changes in WHAT_IFS.items()}
    result = compare(base, what_ifs, seeds=range(1, n + 1), workers=workers)
    rows = [
        {"variant": variant, "what_if": name, "outcome": outcome, **one(result, name, outcome)}
        for name in what_ifs
        for outcome in OUTCOMES
    ]
    return pd.DataFrame(rows)


def one(result: ComparisonResult, name: str, outcome: str) -> dict[str, float]:
    """Return difference, correlation and factor of one outcome of one what-if."""
    by_seed = result.runs.pivot(index="seed", columns="scenario", values=outcome)
    base, other = by_seed["base"].to_numpy(), by_seed[name].to_numpy()
    low, high = bootstrap(base, other)
    return {
        "difference": float((other - base).mean()),
        "sd_paired": float((other - base).std(ddof=1)),
        "sd_unpaired": float(np.sqrt(base.var(ddof=1) + other.var(ddof=1))),
        "correlation": float(np.corrcoef(base, other)[0, 1]),
        "factor": variance_reduction(base, other),
        "low": low,
        "high": high,
    }


def bootstrap(base: Floats, other: Floats) -> tuple[float, float]:
    """Return the middle 90 % of the factor over resamples of seeds."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(base), (DRAWS, len(base)))
    ours, theirs = base[drawn], other[drawn]
    paired = (theirs - ours).var(axis=1, ddof=1)
    unpaired = ours.var(axis=1, ddof=1) + theirs.var(axis=1, ddof=1)
    known = paired > 0
    low, high = np.quantile(unpaired[known] / paired[known], (0.05, 0.95))
    return float(low), float(high)


def report(table: pd.DataFrame, n: int) -> None:
    """Print what each pair is worth, and the medians."""
    main_ones = table[table["outcome"] == OUTCOMES[0]]
    for variant, own in main_ones.groupby("variant", sort=False):
        print(f"co-created value, {variant}")
        print(f"  {'what-if':28}{'difference':>11}{'sd paired':>11}{'unpaired':>10}{'corr.':>8}"
              f"{'factor':>8}{'90 % range':>14}{'runs: paired':>14}{'unpaired':>10}")  # fmt: skip
        for row in own.itertuples(index=False):
            runs = int(np.ceil(2 * n * row.factor))
            print(f"  {row.what_if:28}{row.difference:11.2f}{row.sd_paired:11.2f}"
                  f"{row.sd_unpaired:10.2f}{row.correlation:8.3f}{row.factor:8.1f}"
                  f"{f'{row.low:.0f}–{row.high:.0f}':>14}{2 * n:14d}{runs:10,d}")  # fmt: skip
        print(f"  median factor {median(own['factor']):.1f}\n")
    print("median factor over the six what-ifs, by outcome")
    for (outcome, variant), own in table.groupby(["outcome", "variant"], sort=False):
        print(f"  {outcome:20}{variant:28}{median(own['factor']):8.1f}   {listed(own['factor'])}")


def listed(values: Sequence[float]) -> str:
    """Return numbers in a line."""
    return ", ".join(f"{value:.0f}" for value in values)


def draw(table: pd.DataFrame, path: Path, note: str) -> None:
    """Draw the factors of the co-created value."""
    import matplotlib.style

    from simulation.report.canvas import STYLE
    from simulation.studies.comparison.figures.pairing import pairing

    axes = pairing(table[table["outcome"] == OUTCOMES[0]], note=note)
    sheet = axes.get_figure(root=True)
    assert sheet is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    with matplotlib.style.context(str(STYLE)):
        sheet.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    print(f"\n{path}")


if __name__ == "__main__":
    main()
