"""Rules: a box of a few assumptions in which something holds, by peeling and pasting (PRIM).

Friedman & Fisher 1999, Statistics and Computing 9:123. Slices of five per cent are peeled off the
side whose loss raises the mean most for what it costs, down to a mass; then pasted back while the
mean does not fall. How much mass is kept is chosen on inner folds, how good the box is on outer
ones that had no say in it: neither in the chances by which it was sought, nor in which assumptions
it might restrict (``cross_fit``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.cross_fit import Guide
from simulation.analysis.decision.emulator import FOLDS, folds_of
from simulation.analysis.memo import by_content
from simulation.arrays import Floats

PEEL = 0.05
LEAST_MASS = 0.10
MOST_RESTRICTED = 3
LEAST_FOR_RULES = 256
MASSES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
AGREEING = 4
"""Folds, of five, that must restrict the same assumptions."""
NEGLIGIBLE = 0.01
"""A side whose removal costs less than this of the box's quality is no condition."""


@dataclass(frozen=True)
class Box:
    """Bounds in the unit cube, each of shape ``(n_assumptions,)``; infinite ones do nothing."""

    low: Floats
    high: Floats

    def holds(self, x: Floats) -> NDArray[np.bool_]:
        """Return which points lie in it, shape ``(n,)``."""
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    @property
    def restricted(self) -> tuple[int, ...]:
        """The assumptions that it restricts."""
        bounded = np.isfinite(self.low) | np.isfinite(self.high)
        return tuple(int(at) for at in np.flatnonzero(bounded))

    def only(self, kept: tuple[int, ...]) -> Box:
        """Return the box with the bounds of some assumptions alone."""
        free = np.setdiff1d(np.arange(len(self.low)), kept)
        low, high = self.low.copy(), self.high.copy()
        low[free], high[free] = -np.inf, np.inf
        return Box(low, high)


def whole(n: int) -> Box:
    """Return the box that restricts nothing."""
    return Box(np.full(n, -np.inf), np.full(n, np.inf))


@dataclass(frozen=True)
class Score:
    """How good a box is: the mean inside, the share of all that it holds, its share of futures."""

    density: float
    coverage: float
    mass: float

    @property
    def quality(self) -> float:
        """Harmonic mean of density and coverage."""
        total = self.density + self.coverage
        return 2.0 * self.density * self.coverage / total if total > 0.0 else 0.0


def score(box: Box, x: Floats, y: Floats) -> Score:
    """Return how good a box is for chances ``y`` in [0, 1], shape ``(n,)``."""
    inside = box.holds(x)
    total = float(y.sum())
    density = float(y[inside].mean()) if inside.any() else 0.0
    coverage = float(y[inside].sum()) / total if total > 0.0 else 0.0
    return Score(density, coverage, float(inside.mean()))


@dataclass(frozen=True)
class _Peeled:
    """The boxes that peeling passes through, from all points to few, and the mass of each."""

    boxes: list[Box]
    masses: list[float]


def _peeled(x: Floats, y: Floats, columns: tuple[int, ...] = ()) -> _Peeled:
    """Peel down to the least mass.

    Args:
        x: points in the unit cube, shape ``(n, p)``.
        y: what is to be high, shape ``(n,)``.
        columns: the assumptions that may be restricted; all if empty.
    """
    allowed = columns or tuple(range(x.shape[1]))
    boxes, masses = [whole(x.shape[1])], [1.0]
    while True:
        inside = boxes[-1].holds(x)
        better = _best_slice(boxes[-1], x, y, inside, allowed)
        if better is None or (mass := float(better.holds(x).mean())) < LEAST_MASS:
            return _Peeled(boxes, masses)
        boxes.append(better)
        masses.append(mass)


def _at_mass(peeled: _Peeled, mass: float) -> Box:
    """Return the smallest box that still has a mass."""
    return [
        box
        for box, peeled_mass in zip(peeled.boxes, peeled.masses, strict=True)
        if peeled_mass >= mass
    ][-1]


def _best_slice(
    box: Box, x: Floats, y: Floats, inside: NDArray[np.bool_], allowed: tuple[int, ...]
) -> Box | None:
    """Return the box less the slice whose loss pays most, or None where none raises the mean."""
    here, n = float(y[inside].mean()), int(inside.sum())
    best, gain = None, 0.0
    for column in allowed:
        values = x[inside, column]
        for upper in (False, True):
            edge = float(np.quantile(values, 1.0 - PEEL if upper else PEEL))
            kept = values <= edge if upper else values >= edge
            if kept.all():  # many equal values: take the outermost of them off
                kept = values < values.max() if upper else values > values.min()
            if not kept.any() or kept.all():
                continue
            won = (float(y[inside][kept].mean()) - here) / (n - int(kept.sum()))
            if won > gain:
                best, gain = _cut(box, column, values, kept, upper=upper), won
    return best


def _cut(box: Box, column: int, values: Floats, kept: NDArray[np.bool_], *, upper: bool) -> Box:
    """Return the box with a bound half way between what is kept and what is cut off."""
    low, high = box.low.copy(), box.high.copy()
    if upper:
        high[column] = (values[kept].max() + values[~kept].min()) / 2.0
    else:
        low[column] = (values[kept].min() + values[~kept].max()) / 2.0
    return Box(low, high)


def _paste(box: Box, x: Floats, y: Floats) -> Box:
    """Return the box with slices put back while the mean inside does not fall."""
    while True:
        inside = box.holds(x)
        here, slice_size = float(y[inside].mean()), max(1, round(PEEL * inside.sum()))
        best, mean = None, here
        for column in box.restricted:
            for upper in (False, True):
                wider = _widened(box, x, column, slice_size, upper=upper)
                if wider is not None and (new := float(y[wider.holds(x)].mean())) >= mean:
                    best, mean = wider, new
        if best is None:
            return box
        box = best


def _widened(box: Box, x: Floats, column: int, n: int, *, upper: bool) -> Box | None:
    bound = box.high[column] if upper else box.low[column]
    if not np.isfinite(bound):
        return None
    others = box.only(tuple(at for at in box.restricted if at != column)).holds(x)
    values = x[others, column]
    beyond = np.sort(values[values > bound] if upper else -values[values < bound])
    if not len(beyond):
        return None
    low, high = box.low.copy(), box.high.copy()
    edge = np.inf if n >= len(beyond) else float((beyond[n - 1] + beyond[n]) / 2.0)
    if upper:
        high[column] = edge
    else:
        low[column] = -edge
    return Box(low, high)


def simple_box(x: Floats, y: Floats, mass: float) -> Box:
    """Return the best box of at most three assumptions, less conditions that add nothing."""
    return _simple_boxes(x, y, (mass,))[0]


def _simple_boxes(x: Floats, y: Floats, masses: tuple[float, ...]) -> list[Box]:
    """Return such a box for each mass.

    A first peel may restrict any assumption; those that its box can spare least are peeled again.
    """
    first = _peeled(x, y)
    again: dict[tuple[int, ...], _Peeled] = {}
    boxes = []
    for mass in masses:
        kept = _by_need(_at_mass(first, mass), x, y)[:MOST_RESTRICTED]
        if kept and kept not in again:
            again[kept] = _peeled(x, y, kept)
        box = _paste(_at_mass(again[kept] if kept else first, mass), x, y)
        boxes.append(_without_idle_sides(_without_idle_columns(box, x, y), x, y))
    return boxes


def _without_idle_columns(box: Box, x: Floats, y: Floats) -> Box:
    """Return the box without assumptions whose release costs next to nothing."""
    while len(box.restricted) > 1:
        *others, _ = _by_need(box, x, y)
        without = box.only(tuple(others))
        if score(without, x, y).quality < score(box, x, y).quality - NEGLIGIBLE:
            return box
        box = without
    return box


def _without_idle_sides(box: Box, x: Floats, y: Floats) -> Box:
    """Return the box without bounds whose removal costs next to nothing."""
    for column in box.restricted:
        for upper in (False, True):
            low, high = box.low.copy(), box.high.copy()
            (high if upper else low)[column] = np.inf if upper else -np.inf
            wider = Box(low, high)
            lost = score(box, x, y).quality - score(wider, x, y).quality
            if wider.restricted and lost < NEGLIGIBLE:
                box = wider
    return box


def _by_need(box: Box, x: Floats, y: Floats) -> tuple[int, ...]:
    """Return the restricted assumptions, first those whose release lowers the density most."""

    def released(column: int) -> float:
        return score(box.only(tuple(c for c in box.restricted if c != column)), x, y).density

    return tuple(sorted(box.restricted, key=released))


@dataclass(frozen=True)
class BoxRule:
    """A box with what it is worth on futures that had no say in it.

    Attributes:
        box: fitted to all futures, of the assumptions that may be restricted.
        held_out: its quality by outer folds: the mean of ``y`` in boxes sought without them.
        base_rate: the mean of ``y`` over all futures.
        low: the 95 % lower bound of held-out density less base rate, by bootstrap over futures.
        density_low, density_high: 95 % interval of the held-out density.
        agreeing: in how many of the outer folds the same assumptions are restricted.
        n: futures.
    """

    box: Box
    held_out: Score
    base_rate: float
    low: float
    density_low: float
    density_high: float
    agreeing: int
    n: int

    @property
    def shown(self) -> bool:
        """Whether it is more than chance, and the same whichever futures are left out."""
        enough = self.n >= LEAST_FOR_RULES and self.held_out.mass >= LEAST_MASS / 2
        return enough and self.low > 0.0 and self.agreeing >= AGREEING and bool(self.box.restricted)


def rule(
    x: Floats,
    y: Floats,
    whole: Guide | None = None,
    without: Sequence[Guide] = (),
    *,
    seed: int = 1,
) -> BoxRule:
    """Return the rule that says where a claim holds, scored on outer folds.

    Args:
        x: futures in the unit cube, shape ``(n, p)``.
        y: chance that it holds in each, shape ``(n,)``, by which the rule is scored.
        whole: what the rule is sought by; ``y`` and all assumptions if None.
        without: what it is sought by without each fold (``folds_of``); ``whole`` if empty, which
            then must know nothing of one future from another.
        seed: of inner folds and bootstrap.
    """
    rng = np.random.default_rng(seed)
    place = folds_of(len(y))
    whole = whole or Guide(tuple(range(x.shape[1])), y)
    guides = without or [Guide(whole.columns, whole.chance[place != fold]) for fold in range(FOLDS)]
    inside = np.zeros(len(y), dtype=bool)
    restricted: list[frozenset[int]] = []
    for fold, guide in enumerate(guides):
        out, seen = place == fold, x[:, guide.columns]
        box = _chosen(seen[~out], guide.chance, rng)
        inside[out] = box.holds(seen[out])
        restricted.append(_names(box, guide))
    box = _chosen(x[:, whole.columns], whole.chance, rng)
    agreeing = Counter(restricted)[_names(box, whole)]
    total = float(y.sum())
    held = Score(
        float(y[inside].mean()) if inside.any() else 0.0,
        float(y[inside].sum()) / total if total > 0.0 else 0.0,
        float(inside.mean()),
    )
    low, ends = _bootstrap(inside, y, rng)
    return BoxRule(box, held, float(y.mean()), low, *ends, agreeing, len(y))


def _names(box: Box, guide: Guide) -> frozenset[int]:
    """Return which of all assumptions a box restricts."""
    return frozenset(guide.columns[at] for at in box.restricted)


def _chosen(x: Floats, y: Floats, rng: np.random.Generator) -> Box:
    """Return the box whose mass is best on inner folds."""
    place = rng.permutation(len(y)) % FOLDS
    quality = np.zeros((len(MASSES), FOLDS))
    for fold in range(FOLDS):
        out = place == fold
        boxes = _simple_boxes(x[~out], y[~out], MASSES)
        quality[:, fold] = [score(box, x[out], y[out]).quality for box in boxes]
    return simple_box(x, y, MASSES[int(np.argmax(quality.mean(axis=1)))])


def _bootstrap(
    inside: NDArray[np.bool_], y: Floats, rng: np.random.Generator, draws: int = 1000
) -> tuple[float, tuple[float, float]]:
    """Return the lower bound of density − base rate, and the interval of the density."""
    chosen = rng.integers(0, len(y), (draws, len(y)))
    held = inside[chosen]
    n = np.maximum(held.sum(axis=1), 1)
    density = (y[chosen] * held).sum(axis=1) / n
    gain = density - y[chosen].mean(axis=1)
    low, high = np.quantile(density, [0.025, 0.975])
    return float(np.quantile(gain, 0.025)), (float(low), float(high))


@by_content
def rule_of_rarer_side(
    x: Floats, by_runs: Floats, whole: Guide, without: Sequence[Guide]
) -> dict[str, Any]:
    """Return the rule for the rarer side as plain data: where a claim fails, or where it holds.

    Args:
        x: futures, ``(n_futures, n_assumptions)`` in the unit cube.
        by_runs: chance that the claim holds in each by its runs alone, ``(n_futures,)``.
        whole: what the rule is sought by; bounds name assumptions by their place in its columns.
        without: the same without each fold; none where futures are too few for a rule.
    """
    exception = bool(by_runs.mean() >= 0.5)
    if len(x) < LEAST_FOR_RULES:
        return {"exception": exception, "shown": False, "tried": False}
    if exception:
        by_runs, whole, without = 1.0 - by_runs, _not(whole), [_not(one) for one in without]
    learned = rule(x, by_runs, whole, without)
    bounds = [
        {"assumption": at, "low": float(learned.box.low[at]), "high": float(learned.box.high[at])}
        for at in learned.box.restricted
    ]
    return {
        "exception": exception, "tried": True, "shown": learned.shown, "by_runs": True,
        "bounds": bounds, "density": learned.held_out.density,
        "density_low": learned.density_low, "density_high": learned.density_high,
        "coverage": learned.held_out.coverage, "mass": learned.held_out.mass,
        "base_rate": learned.base_rate, "agreeing": learned.agreeing,
    }  # fmt: skip


def _not(guide: Guide) -> Guide:
    return Guide(guide.columns, 1.0 - guide.chance)
