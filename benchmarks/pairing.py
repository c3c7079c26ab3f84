"""What common random numbers buy over futures, and what they would feign: a made-up market.

    python benchmarks/pairing.py [--futures 128] [--figure docs/figures/pairing.svg]
        [--page docs/common-random-numbers.md]

A run's value is a level that assumptions move a lot, plus what its seed does to the whole market,
plus a small effect of the arm. What is true is known, so that emulators can be judged by their R²
on the true effect in fresh futures.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measuring import show
from numpy.typing import NDArray

from simulation.analysis.decision.emulator import Sample, fit, sample_of

Floats = NDArray[np.float64]

SEEDS, FRESH, WIDTH = 2, 1000, 3
MARKET, OWN, WHIM = 3.0, 0.5, 0.7
"""Standard deviations: of a seed's market, of an arm's noise, of a seed's whim about the effect."""
TABLE = re.compile(r"(<!-- table -->\n).*?(<!-- end -->)", re.DOTALL)


def level(x: Floats) -> Floats:
    """The base's value: it moves by twenty."""
    return 10.0 * np.sin(4.0 * x[:, 0]) + 8.0 * x[:, 1] * x[:, 2]


def effect(x: Floats) -> Floats:
    """What the arm adds: between 0 and 1.5."""
    return 1.0 * x[:, 0] + 0.5 * x[:, 1]


@dataclass(frozen=True)
class Whim:
    """What a seed does to the effect: a wave over the assumptions, another for each seed."""

    direction: Floats
    phase: Floats

    @classmethod
    def of(cls, n: int, rng: np.random.Generator) -> Whim:
        """Return the whims of some seeds."""
        return cls(rng.normal(0.0, 2.5, (n, WIDTH)), rng.uniform(0.0, 2.0 * np.pi, n))

    def __call__(self, x: Floats, seed: NDArray[np.int64]) -> Floats:
        """Return the whim of a seed at each place."""
        angle = (x * self.direction[seed]).sum(axis=1) + self.phase[seed]
        return WHIM * 2**0.5 * np.sin(angle)


def runs(x: Floats, rng: np.random.Generator, *, common: bool = False) -> dict[str, Floats]:
    """Return values by future and seed, ``(n, seeds)``: base, arm, and an arm of other seeds.

    Args:
        x: futures.
        rng: of everything.
        common: whether all futures have the same seeds.
    """
    n = len(x)
    number = np.tile(np.arange(SEEDS), (n, 1))
    if not common:
        number = number + SEEDS * np.arange(n)[:, None]
    whim = Whim.of(int(number.max()) + 1, rng)
    market = rng.normal(0.0, MARKET, number.max() + 1)[number]
    other = rng.normal(0.0, MARKET, (n, SEEDS))
    moved = np.stack([whim(x, number[:, at]) for at in range(SEEDS)], axis=1)
    base = level(x)[:, None] + rng.normal(0.0, OWN, (n, SEEDS))
    arm = (level(x) + effect(x))[:, None] + moved + rng.normal(0.0, OWN, (n, SEEDS))
    return {"base": base + market, "arm": arm + market, "other": arm + other}


def r2(truth: Floats, seen: Floats) -> float:
    """Return how much of the true effect an emulator explains."""
    return 1.0 - float(((truth - seen) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def of_arm(x: Floats, values: Floats) -> Sample:
    """Return the sample of one arm's values."""
    return sample_of(x, values)


def measured(n: int, seed: int) -> dict[str, float]:
    """Return the R² of each way on the true effect in fresh futures."""
    rng = np.random.default_rng(seed)
    x, new = rng.random((n, WIDTH)), rng.random((FRESH, WIDTH))
    truth, own = effect(new), runs(x, rng)
    shared = runs(x, np.random.default_rng(seed + 1000), common=True)
    common = fit(sample_of(x, shared["arm"] - shared["base"]))
    whim = common.sample.mean
    kept = np.arange(n) % 5 > 0
    part = fit(common.sample.some(kept))
    return {
        "paired, the difference emulated": r2(
            truth, fit(sample_of(x, own["arm"] - own["base"])).mean(new)
        ),
        "paired, two emulators subtracted": r2(
            truth, fit(of_arm(x, own["arm"])).mean(new) - fit(of_arm(x, own["base"])).mean(new)
        ),
        "not paired": r2(truth, fit(sample_of(x, own["other"] - own["base"])).mean(new)),
        "common seeds, judged on these seeds": r2(whim[~kept], part.mean(x[~kept])),
        "common seeds, judged by the truth": r2(truth, common.mean(new)),
    }


def main() -> None:
    """Measure, print, draw, and write the table into the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--futures", type=int, default=128)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="some seconds, and means nothing")
    parser.add_argument("--figure", type=Path, default=None, help="where to draw (PNG or SVG)")
    parser.add_argument("--page", type=Path, default=None, help="page whose table is renewed")
    asked = parser.parse_args()
    n, times = (48, 1) if asked.small else (asked.futures, asked.repetitions)
    found = [measured(n, seed) for seed in range(times)]
    rows = {name: [one[name] for one in found] for name in found[0]}
    shown = [
        [name, f"{np.median(own):.2f}", f"{min(own):.2f} to {max(own):.2f}"]
        for name, own in rows.items()
    ]
    show(f"R² on the effect, {n} futures, {times} repetitions", ["way", "median", "range"], shown)
    if asked.figure is not None:
        draw(rows, n, asked.figure)
    if asked.page is not None:
        lines = ["| way | R² (median) | range |", "|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in shown]
        text, table = asked.page.read_text(encoding="utf-8"), "\n".join(lines)
        asked.page.write_text(TABLE.sub(rf"\g<1>{table}\n\g<2>", text), encoding="utf-8")


def draw(rows: dict[str, list[float]], n: int, path: Path) -> None:
    """Draw the R² of each way."""
    import matplotlib.style
    from matplotlib.figure import Figure

    from simulation.report.canvas import STYLE

    with matplotlib.style.context(str(STYLE)):
        sheet = Figure(figsize=(6.8, 2.9), layout="constrained")
        ax = sheet.add_subplot()
        for at, (name, own) in enumerate(rows.items()):
            colour = "#C9CED6" if name.endswith("these seeds") else "#0072B2"
            hatch = "//" if name.endswith("these seeds") else None
            ax.barh(at, float(np.median(own)), color=colour, height=0.6, hatch=hatch,
                    edgecolor="white")  # fmt: skip
            ax.plot(own, [at] * len(own), "|", color="#1f2430", markersize=9)
        ax.set_yticks(range(len(rows)), list(rows), fontsize=9)
        ax.invert_yaxis()
        ax.axvline(0.0, color="#1f2430", linewidth=0.8)
        ax.set_xlim(-3.0, 1.0)
        ax.set_xlabel(f"R² on the effect in fresh futures ({n} futures; strokes: repetitions)")
        ax.set_title("What pairing buys, and what common seeds feign", loc="left", fontsize=11)
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


if __name__ == "__main__":
    main()
