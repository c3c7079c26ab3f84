"""Does the way from differences to a verdict keep its word? Made-up models with known answers.

    python benchmarks/honesty.py [--repetitions 200] [--only reversed] [--small] [--json FILE]

The steps of an exploration on arrays: futures with seeds of their own, emulator, shares, cells run
again on fresh futures and seeds, rule, verdict. Those of a question, with screened assumptions, one
seed in most futures and several effects, are in ``honesty_screened``. What is true is known, so
that it can be counted how often the verdict is wrong and how often intervals cover.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from honesty_screened import screened_covers, six_nulls_verdicts
from measuring import machine, show, write_json
from numpy.typing import NDArray
from scipy.stats import norm

from simulation.analysis.decision.by_shares import Evidence, Judged, ShareVerdict, judge
from simulation.analysis.decision.cross_fit import (
    Chance,
    Guide,
    chance_by_runs,
    guides_without,
)
from simulation.analysis.decision.emulator import (
    Kind,
    Sample,
    Surface,
    emulate,
    fit,
    sample_of,
)
from simulation.analysis.decision.front import better, curse, gains
from simulation.analysis.decision.next_runs import suspect_cells
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.prim import BoxRule, rule
from simulation.analysis.decision.reversals import SEEDS, judged
from simulation.analysis.decision.shares import (
    Shares,
    edge_weights,
    enough,
    normals,
    p_better,
    shares_of,
)

Floats = NDArray[np.float64]

DRAWS = 1000


@dataclass(frozen=True)
class MadeUp:
    """A model whose effect is known.

    Attributes:
        effect: the true effect at places in the unit cube, ``(n, p)`` to ``(n,)``.
        width: p.
        noise: standard deviation of a paired difference from seed to seed.
        margin: what counts as a difference.
        lack: standard deviation of what no assumption explains.
        common: whether all futures have the same seeds, as they must not.
    """

    effect: Callable[[Floats], Floats]
    width: int
    noise: float
    margin: float
    lack: float = 0.0
    common: bool = False

    def run(self, x: Floats, seeds: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return the true effects ``(n,)``, and differences by seed ``(n, seeds)``."""
        true = self.effect(x) + rng.normal(0.0, self.lack, len(x))
        shape = (1, seeds) if self.common else (len(x), seeds)
        return true, true[:, None] + rng.normal(0.0, self.noise, shape)


def in_two(x: Floats) -> Floats:
    """Positive where x₁ < .75 and x₂ > .2: in exactly 60 % of the cube."""
    return np.where((x[:, 0] < 0.75) & (x[:, 1] > 0.2), 1.0, -1.0)


def but_a_corner(x: Floats) -> Floats:
    """Positive but where x₁ > .75 and x₂ < .24: reversed in 6 % of the cube."""
    return np.where((x[:, 0] > 0.75) & (x[:, 1] < 0.24), -1.0, 1.0)


def none(x: Floats) -> Floats:
    """No effect anywhere."""
    return np.zeros(len(x))


def four_in_five(x: Floats) -> Floats:
    """1.67 everywhere: with lack of fit of .8 above 1 in .8 of all futures."""
    return np.full(len(x), 1.0 + 0.8 * float(norm.ppf(0.8)))


def half(x: Floats) -> Floats:
    """A half everywhere: with a margin of .5 and lack of fit, above it in half of all futures."""
    return np.full(len(x), 0.5)


def bent(x: Floats) -> Floats:
    """A curved effect of two assumptions."""
    return np.cos(4.0 * x[:, 0]) + x[:, 1]


SIXTY = MadeUp(in_two, 6, 0.5, 0.1)
CORNER = MadeUp(but_a_corner, 4, 0.5, 0.1)
NOTHING = MadeUp(none, 2, 0.28, 0.5)
SHARED = MadeUp(none, 2, 0.28, 0.5, common=True)
LOUD = MadeUp(four_in_five, 2, 1.7, 1.0, lack=0.8)
ALIKE = MadeUp(half, 3, 1.0, 0.5, lack=0.4)
BENT = MadeUp(bent, 3, 0.4, 0.2, lack=0.4)


@dataclass(frozen=True)
class Told:
    """What one repetition came to."""

    shares: Shares
    verdict: Judged
    surface: Surface


def verdict_of(
    model: MadeUp, n: int, seed: int, *, searched: bool = True, checked: bool = True,
    known: bool = False,
) -> Told:  # fmt: skip
    """Return the verdict on "the arm is better", as an exploration comes to it.

    Args:
        model: what is true.
        n: futures, of two seeds each.
        seed: of everything that is drawn.
        searched: whether cells are run again.
        checked: whether process and quadratic are compared on futures left out; the process if not.
        known: whether lack of fit and noise are taken to be what is most likely, as they must not.
    """
    rng = np.random.default_rng(seed)
    x = rng.random((n, model.width))
    _, differences = model.run(x, SEEDS, rng)
    sample = sample_of(x, differences)
    surface = emulate(sample).surface if checked else fit(sample, Kind.PROCESS)
    posterior = surface.plain_posterior() if known else surface.posterior()
    draws = posterior.draws(normals(n, draws=DRAWS))
    uniform = shares_of(posterior, model.margin, draws)
    weights = edge_weights(x[:, :3])
    edge = shares_of(posterior, model.margin, draws, weights) if enough(weights) else None
    down, up = _reversals(model, surface, uniform, rng) if searched else ([], [])
    error = float(np.sqrt(sample.noise.mean()))
    evidence = Evidence(uniform, edge, n, error, model.margin, down, up)
    return Told(uniform, judge(evidence), surface)


def _reversals(model: MadeUp, surface: Surface, shares: Shares, rng: np.random.Generator) -> Any:
    found: tuple[list[Any], list[Any]] = ([], [])
    for upward in (False, True):
        cells, effects = [], []
        for one in suspect_cells(surface.mean, range(model.width), shares):
            if one.upward == upward:
                _, again = model.run(one.cell.futures(model.width), SEEDS, rng)
                cells.append(one.cell)
                effects.append((-1.0 if upward else 1.0) * again.mean(axis=1))
        found[upward].extend(judged(cells, effects))
    return found


def sixty(n: int, seed: int = 1) -> dict[str, Any]:
    """A claim true in exactly 60 % of futures: its share, and the box that says where."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, SIXTY.width))
    true, differences = SIXTY.run(x, SEEDS, rng)
    sample = sample_of(x, differences)
    posterior = fit(sample).posterior()
    share = shares_of(posterior, SIXTY.margin, posterior.draws(normals(n, draws=DRAWS))).better
    learned = rule_of(sample, SIXTY.margin, posterior, Kind.PROCESS)
    return {
        "share": share.value, "low": share.low, "high": share.high,
        "restricted": learned.box.restricted, "density": learned.held_out.density,
        "coverage": learned.held_out.coverage, "shown": learned.shown,
        "true in the design": float((true > 0).mean()),
    }  # fmt: skip


def rule_of(sample: Sample, margin: float, posterior: Posterior, kind: Kind) -> BoxRule:
    """Return the rule that says where an arm is better, as an exploration comes to it."""
    chance = Chance((margin,))
    whole = Guide(tuple(all_columns(sample)), p_better(posterior, margin))
    without = guides_without([sample], chance, kind, all_columns)
    return rule(sample.x, chance_by_runs([sample], chance), whole, without)


def all_columns(sample: Sample) -> list[int]:
    """Return all assumptions: few enough to need no screening."""
    return list(range(sample.x.shape[1]))


def rule_of_noise(repetitions: int, n: int = 256, *, leaking: bool = False) -> dict[str, float]:
    """Return how often a rule is shown where no assumption matters, and by how much it seems to.

    Args:
        repetitions: how many.
        n: futures.
        leaking: whether it is sought and scored by an emulator of all futures, as it must not be.
    """
    rules = []
    for seed in range(100, 100 + repetitions):
        rng = np.random.default_rng(seed)
        x = rng.random((n, ALIKE.width))
        _, differences = ALIKE.run(x, SEEDS, rng)
        sample = sample_of(x, differences)
        posterior = fit(sample, Kind.QUADRATIC).posterior()
        rules.append(
            rule(x, p_better(posterior, ALIKE.margin)) if leaking
            else rule_of(sample, ALIKE.margin, posterior, Kind.QUADRATIC)
        )  # fmt: skip
    more = [one.held_out.density - one.base_rate for one in rules]
    return {"shown": float(np.mean([one.shown for one in rules])), "gain": float(np.mean(more))}


def verdicts(
    model: MadeUp, n: int, repetitions: int, **how: bool
) -> Counter[ShareVerdict]:  # fmt: skip
    """Return how often each verdict is given, come to as said (``verdict_of``)."""
    return Counter(verdict_of(model, n, seed, **how).verdict.verdict
                   for seed in range(repetitions))  # fmt: skip


def share_covers(n: int, repetitions: int, kind: Kind = Kind.PROCESS) -> float:
    """Return how often the share's interval holds the true share of all futures that could be."""
    many = np.random.default_rng(0).random((200_000, BENT.width))
    sure = norm.sf((BENT.margin - bent(many)) / BENT.lack)
    true, covered = float(sure.mean()), 0
    for seed in range(repetitions):
        rng = np.random.default_rng(seed)
        x = rng.random((n, BENT.width))
        _, differences = BENT.run(x, SEEDS, rng)
        posterior = fit(sample_of(x, differences), kind).posterior()
        share = shares_of(posterior, BENT.margin, posterior.draws(normals(n, draws=400))).better
        covered += share.low <= true <= share.high
    return covered / repetitions


def emulator_covers(n: int, repetitions: int, fresh: int = 200) -> float:
    """Return how often emulator intervals hold the mean difference on fresh futures and seeds."""
    inside = []
    for seed in range(repetitions):
        rng = np.random.default_rng(seed)
        x, new = rng.random((n, BENT.width)), rng.random((fresh, BENT.width))
        _, differences = BENT.run(x, SEEDS, rng)
        surface = fit(sample_of(x, differences))
        _, again = BENT.run(new, SEEDS, rng)
        spread = np.sqrt(surface.spread(new) ** 2 + BENT.noise**2 / SEEDS)
        inside.append(np.abs(again.mean(axis=1) - surface.mean(new)) <= 1.96 * spread)
    return float(np.mean(inside))


def noise_is_better(repetitions: int) -> dict[str, float]:
    """Return how often a winner on pure noise is called better, and found minus fresh."""
    wrong, curses = 0, []
    for seed in range(repetitions):
        rng = np.random.default_rng(seed)
        found, fresh = rng.standard_normal((8, 10)), rng.standard_normal((32, 10, 1))
        wrong += any(better(gains(fresh, 0), 0.1))
        curses.append(curse(found.mean(axis=0).tolist(), fresh[:, :, 0].mean(axis=0).tolist()))
    return {"called better": wrong / repetitions, "found minus fresh": float(np.mean(curses))}


def main() -> None:
    """Run everything, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--futures", type=int, default=128)
    parser.add_argument("--only", default="", help="the part whose name begins so")
    parser.add_argument("--process", action="store_true", help="no comparison with the quadratic")
    parser.add_argument("--small", action="store_true", help="some seconds, and means nothing")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    n, times = asked.futures, 4 if asked.small else asked.repetitions
    checked = not asked.process
    parts: dict[str, Callable[[], Any]] = {
        "sixty per cent": lambda: sixty(256 if asked.small else 512),
        "rule where nothing matters": lambda: rule_of_noise(times),
        "rule where nothing matters, by an emulator of all futures": lambda: rule_of_noise(
            times, leaking=True
        ),
        "no effect": lambda: _shown(verdicts(NOTHING, n, times, checked=checked)),
        "no effect, common seeds": lambda: _shown(verdicts(SHARED, n, times, checked=checked)),
        "reversed corner": lambda: _shown(verdicts(CORNER, 2 * n, times, checked=checked)),
        "reversed corner, no search": lambda: _shown(
            verdicts(CORNER, 2 * n, times, searched=False, checked=checked)
        ),
        "loud": lambda: _shown(verdicts(LOUD, n, times, searched=False, checked=checked)),
        "loud, lack of fit taken as known": lambda: _shown(
            verdicts(LOUD, n, times, searched=False, checked=checked, known=True)
        ),
        "share covers": lambda: share_covers(n, times),
        "emulator covers": lambda: emulator_covers(n, max(times // 10, 2)),
        "screened": lambda: screened_covers(n, times),
        "six nulls": lambda: _shown(six_nulls_verdicts(n, times)),
        "noise": lambda: noise_is_better(times),
    }
    found, rows = {}, []
    for name, part in parts.items():
        if name.startswith(asked.only):
            started = perf_counter()
            found[name] = part()
            rows.append([name, _words(found[name]), f"{perf_counter() - started:.0f} s"])
            print(*rows[-1], sep="  ", flush=True)
    show(f"{times} repetitions, {n} futures and more", ["case", "outcome", "time"], rows)
    write_json(asked.json, {"machine": machine(), "repetitions": times, "found": found})


def _shown(counts: Counter[ShareVerdict]) -> dict[str, float]:
    total = counts.total()
    return {verdict.value: counts[verdict] / total for verdict in ShareVerdict if counts[verdict]}


def _words(outcome: Any) -> str:
    if not isinstance(outcome, dict):
        return f"{outcome:.3f}"
    return ", ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in outcome.items()
    )


if __name__ == "__main__":
    main()
