"""The joint emulator: the paired difference over the level of a lever and the assumptions.

All levels of a future share its market, so that they are left out together where the emulator is
checked: other levels of a future would give away what is particular to it. The base's differences
are 0 by definition, and neither fitted nor checked: with nothing in them that differs from future
to future they would say that nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.emulator import FOLDS, MOST_FITTED, Kind, Sample, Surface, fit
from simulation.analysis.decision.screening import spoken_of
from simulation.analysis.memo import by_content
from simulation.arrays import Floats


@dataclass(frozen=True)
class LevelRuns:
    """Paired differences by future and level.

    Attributes:
        level: in [0, 1] of the lever's range, rising, shape ``(n_levels,)``.
        x: the assumptions in the unit cube, ``(n_futures, n_assumptions)``.
        mean: mean difference over replicates, ``(n_futures, n_levels)``.
        noise: variance of that mean from seed to seed, ``(n_futures, n_levels)``.
        base: which level is the base's, at which means are 0; None where none is.
        freedom: degrees of freedom with which the noise was pooled; 0 if it is known.
    """

    level: Floats
    x: Floats
    mean: Floats
    noise: Floats
    base: int | None = None
    freedom: int = 0

    @property
    def n(self) -> int:
        """How many futures there are."""
        return len(self.x)

    @property
    def run(self) -> list[int]:
        """The levels that are not the base's."""
        return [at for at in range(len(self.level)) if at != self.base]

    def some(self, chosen: NDArray[np.bool_]) -> LevelRuns:
        """Return some of the futures."""
        return replace(self, x=self.x[chosen], mean=self.mean[chosen], noise=self.noise[chosen])

    def at(self, level: int) -> Sample:
        """Return the differences at one level, over the assumptions."""
        return Sample(self.x, self.mean[:, level], self.noise[:, level], self.freedom)

    def sample(self, kept: Sequence[int]) -> Sample:
        """Return all but the base's over (level, assumptions), level by level.

        Args:
            kept: the assumptions to speak of.

        Returns:
            The sample, ``x`` of shape ``(len(run) · n, 1 + len(kept))``.
        """
        x = np.vstack([self.points(kept, self.level[at]) for at in self.run])
        mean, noise = self.mean[:, self.run], self.noise[:, self.run]
        return Sample(x, mean.T.ravel(), noise.T.ravel(), self.freedom)

    def points(self, kept: Sequence[int], level: float) -> Floats:
        """Return where the futures are at a level: ``(n, 1 + len(kept))``."""
        return np.hstack([np.full((self.n, 1), level), self.x[:, list(kept)]])


@dataclass(frozen=True)
class FoldCheck:
    """How good a joint emulator is on futures and seeds not seen, over the levels that were run.

    Attributes:
        r2: of the mean difference over all levels and futures, by five folds of futures.
        ceiling: the R² of perfect knowledge.
        r2_within: of the differences from future to future at a level, pooled over levels.
        ceiling_within: the same of perfect knowledge.
        coverage: share of left-out differences within their 95 % intervals.
        least_coverage: at the level at which it is least.
        least_level: that level, in [0, 1].
        n: how many differences were checked.
    """

    r2: float
    ceiling: float
    r2_within: float
    ceiling_within: float
    coverage: float
    least_coverage: float
    least_level: float
    n: int

    @property
    def speaks(self) -> bool:
        """Whether it knows at least half of what can be known over levels and futures."""
        return self.ceiling > 0.0 and self.r2 >= self.ceiling / 2.0

    @property
    def moves(self) -> bool:
        """Whether it speaks, and knows half of what the assumptions do at a level as well.

        Differences between levels alone may make most of the variance: an emulator that knows
        nothing else has nothing to say where an assumption is moved.
        """
        return self.speaks and self.ceiling_within > 0.0 and (
            self.r2_within >= self.ceiling_within / 2.0)  # fmt: skip


@dataclass(frozen=True)
class JointEmulator:
    """The emulator over (level, assumptions) that is used, and how good it is.

    Attributes:
        surface: fitted to all levels and futures; the first input is the level.
        kept: the assumptions that it speaks of.
        whole: how good it is.
        thin: how good it is on the few futures and levels that a page carries.
        quadratic_r2: of the quadratic alone.
    """

    surface: Surface
    kept: tuple[int, ...]
    whole: FoldCheck
    thin: FoldCheck
    quadratic_r2: float


ChooseLevels = Callable[[LevelRuns], list[int]]


def spoken_of_levels(runs: LevelRuns) -> list[int]:
    """Return the assumptions to speak of: those of the level at which futures differ most."""
    return spoken_of(runs.at(max(runs.run, key=lambda at: float(np.var(runs.mean[:, at])))))


def joint_emulator(
    runs: LevelRuns, kept: Sequence[int] | None = None, *, choose: ChooseLevels | None = None,
    most: int = MOST_FITTED,
) -> JointEmulator:  # fmt: skip
    """Return the better of process and quadratic, judged on futures that neither was fitted to.

    Args:
        runs: all futures and levels, with all assumptions.
        kept: the assumptions that it speaks of; all if None.
        choose: how they were chosen, which each fold then does by its own futures.
        most: on how many differences a page carries a process.
    """
    columns = list(range(runs.x.shape[1])) if kept is None else list(kept)
    place = np.random.default_rng(1).permutation(runs.n) % FOLDS
    by_fold = [choose(runs.some(place != fold)) if choose is not None else columns
               for fold in range(FOLDS)]  # fmt: skip
    checks = {kind: _checks(runs, kind, place, by_fold, most) for kind in Kind}
    process, quadratic = (checks[kind][0].r2 for kind in (Kind.PROCESS, Kind.QUADRATIC))
    kind = Kind.PROCESS if process > quadratic else Kind.QUADRATIC
    surface = fit(runs.sample(columns), kind)
    return JointEmulator(surface, tuple(columns), *checks[kind], quadratic)


@by_content
def _checks(
    runs: LevelRuns, kind: Kind, place: NDArray[np.intp], columns: Sequence[list[int]], most: int
) -> tuple[FoldCheck, FoldCheck]:
    """Return how good a kind is, with all that it was fitted to and with a few of them."""
    predicted = np.zeros((2, *runs.mean.shape))
    spread = np.zeros_like(predicted)
    for fold, kept in enumerate(columns):
        out = place == fold
        surface = fit(runs.some(~out).sample(kept), kind)
        for row, one in enumerate((surface, surface.thinned(most))):
            for at in runs.run:
                x = runs.some(out).points(kept, runs.level[at])
                predicted[row, out, at], spread[row, out, at] = one.mean(x), one.spread(x)
    whole, thin = (_checked(runs, *both) for both in zip(predicted, spread, strict=True))
    return whole, thin


def _checked(runs: LevelRuns, predicted: Floats, spread: Floats) -> FoldCheck:
    """Return how near predictions are to differences not seen, each ``(n_futures, n_levels)``."""
    chosen = runs.run
    mean, noise = runs.mean[:, chosen], runs.noise[:, chosen]
    error = mean - predicted[:, chosen]
    sd = np.sqrt(spread[:, chosen] ** 2 + noise)
    inside = (np.abs(error) <= 1.959964 * sd).mean(axis=0)
    at_level = error - error.mean(axis=0)
    least = int(inside.argmin())
    return FoldCheck(
        *_r2(error, mean - mean.mean(), noise),
        *_r2(at_level, mean - mean.mean(axis=0), noise),
        float(inside.mean()), float(inside[least]), float(runs.level[chosen][least]), error.size,
    )  # fmt: skip


def _r2(error: Floats, apart: Floats, noise: Floats) -> tuple[float, float]:
    """Return R² and its ceiling, given errors and how far differences are from their mean."""
    total = float((apart**2).sum())
    if total <= 0.0:
        return 0.0, 0.0
    return 1.0 - float((error**2).sum()) / total, max(0.0, 1.0 - float(noise.sum()) / total)
