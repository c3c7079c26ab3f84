"""The emulator of a paired difference: a Gaussian process with a length for each assumption.

    d̄_f = μ + g(x_f) + w_f + e_f,  g ~ GP(0, k),  w_f ~ N(0, τ²),  e_f ~ N(0, s²_f/R_f)

g is a smooth function of the assumptions that are spoken of. w is *lack of fit*: what other
assumptions do; it is part of the true effect and so counts as signal. e is noise of seeds, known
from replicates. The true effect in future f is δ_f = μ + g(x_f) + w_f; its posterior at the design
points, with K the covariance of g + w and N the diagonal of noise, is

    m = μ + K (K + N)⁻¹ (d̄ − μ),  S = K − K (K + N)⁻¹ K.

(Rasmussen & Williams 2006, equations 2.25 and 2.26.) How large τ and the noise are is not known
either, nor is μ: the posterior in the futures that were run is the mixture over what both may be
(``lack_of_fit``), with μ ~ N(mean of d̄, Var d̄). A quadratic in the assumptions is the baseline
that the process has to beat on futures and seeds that it has not seen; otherwise the quadratic is
used. It is the process whose weights of terms are normal (ibid., 2.1), so that what is not known of
them is in every interval too.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.decision.extra import extra
from simulation.analysis.decision.lack_of_fit import possible
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.memo import by_content
from simulation.arrays import Floats

FOLDS = 5
MOST_FITTED = 256
"""Futures on which the lengths are estimated; all of them are conditioned on."""
LENGTHS = (0.1, 30.0)
"""Bounds of the lengths, in widths of the range: beyond the upper one an assumption is inert."""
TINY = 1e-9
QUADRATIC_BOUNDS = ((1e-6, 30.0), (1e-6, 3.0))
"""Of amplitude and lack of fit, in the variance of the differences."""
QUADRATIC_STARTS = ((0.1, 0.1), (0.001, 0.8))
"""Mostly shape and mostly lack of fit: the likelihood may have a top at each."""


class Kind(StrEnum):
    """What speaks for the difference."""

    PROCESS = "Gaussian process"
    QUADRATIC = "quadratic"


@dataclass(frozen=True)
class Sample:
    """Paired differences over futures.

    Attributes:
        x: the assumptions in the unit cube, shape ``(n_futures, n_assumptions)``.
        mean: mean difference over replicates, shape ``(n_futures,)``.
        noise: variance of that mean from seed to seed, shape ``(n_futures,)``.
        freedom: degrees of freedom with which the noise was pooled; 0 if it is known.
    """

    x: Floats
    mean: Floats
    noise: Floats
    freedom: int = 0

    @property
    def n(self) -> int:
        """How many futures there are."""
        return len(self.mean)

    def some(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Sample:
        """Return some of the futures."""
        return replace(
            self, x=self.x[chosen], mean=self.mean[chosen], noise=self.noise[chosen]
        )  # fmt: skip

    def of(self, columns: list[int]) -> Sample:
        """Return the same futures with some of the assumptions."""
        return replace(self, x=self.x[:, columns])

    @property
    def ceiling(self) -> float:
        """The R² of perfect knowledge of the true effect: 1 − mean noise / Var d̄."""
        spread = float(np.var(self.mean))
        return max(0.0, 1.0 - float(self.noise.mean()) / spread) if spread > 0.0 else 0.0


def sample_of(x: Floats, differences: Floats) -> Sample:
    """Return the sample of differences by replicate, the noise pooled over futures.

    Args:
        x: shape ``(n_futures, n_assumptions)``.
        differences: shape ``(n_futures, n_replicates)``; replicates that are missing are NaN. Every
            future needs one, and some future two, else the noise is taken to be 0.
    """
    known = np.isfinite(differences)
    n = known.sum(axis=1)
    mean = np.where(known, differences, 0.0).sum(axis=1) / np.maximum(n, 1)
    squares = np.where(known, (differences - mean[:, None]) ** 2, 0.0).sum()
    freedom = int(np.maximum(n - 1, 0).sum())
    pooled = float(squares) / freedom if freedom else 0.0
    return Sample(x, mean, pooled / np.maximum(n, 1), freedom)


@dataclass(frozen=True)
class Surface:
    """A fitted emulator: mean and covariance of the true effect anywhere.

    Attributes:
        kind: what was fitted.
        sample: what it was fitted to.
        centre: the constant mean μ.
        scale: the unit in which it was fitted.
        rough: variance of w, in that unit.
        smooth: covariance of g between two sets of points, in that unit.
    """

    kind: Kind
    sample: Sample
    centre: float
    scale: float
    rough: float
    smooth: Callable[[Floats, Floats], Floats]

    @cached_property
    def _covariance(self) -> Floats:
        smooth = self.smooth(self.sample.x, self.sample.x)
        return np.asarray(smooth + (self.rough + TINY) * np.eye(self.sample.n)) * self.scale**2

    @cached_property
    def _precision(self) -> Floats:
        """(K + N)⁻¹, shape ``(n_futures, n_futures)``."""
        return np.asarray(np.linalg.inv(self._covariance + np.diag(self.sample.noise)))

    @cached_property
    def _pull(self) -> Floats:
        """(K + N)⁻¹ (d̄ − μ)."""
        return np.asarray(self._precision @ (self.sample.mean - self.centre))

    def mean(self, x: Floats) -> Floats:
        """Return the mean of g + μ at some points, shape ``(n_points,)``."""
        return self.centre + self.scale**2 * self.smooth(x, self.sample.x) @ self._pull

    def spread(self, x: Floats, *, with_rough: bool = True) -> Floats:
        """Return the standard deviation of the true effect at new points, ``(n_points,)``."""
        rough = (self.rough if with_rough else 0.0) * self.scale**2
        return np.sqrt(np.maximum(np.diag(self.covariance(x)) + rough, 0.0))

    def covariance(self, x: Floats) -> Floats:
        """Return the posterior covariance of g at new points, ``(n_points, n_points)``."""
        cross = self.scale**2 * self.smooth(x, self.sample.x)
        prior = self.scale**2 * self.smooth(x, x)
        return np.asarray(prior - cross @ self._precision @ cross.T)

    def thinned(self, most: int) -> Surface:
        """Return the same process on at most so many of its futures, drawn at random.

        A quadratic is a few weights however many futures there were, and stays as it is.
        """
        n = self.sample.n
        if n <= most or self.kind is Kind.QUADRATIC:
            return self
        return replace(self, sample=self.sample.some(some_of(n, most)))

    def posterior(self) -> Posterior:
        """Return the posterior of the true effects at the design points, for all that τ may be."""
        return self._posterior

    @cached_property
    def _posterior(self) -> Posterior:
        return Posterior.mixture([(one.plain_posterior(), n) for one, n in self.alternatives()])

    def alternatives(self) -> list[tuple[Surface, int]]:
        """Return it for all that lack of fit and noise may be, and how often each counts."""
        whole = self if self.kind is Kind.QUADRATIC else replace(self, smooth=self._with_constant)
        few = self.sample.some(some_of(self.sample.n, MOST_FITTED))
        sizes = possible(
            (few.mean - self.centre) / self.scale, whole.smooth(few.x, few.x),
            few.noise / self.scale**2, few.freedom,
        )  # fmt: skip
        return [(replace(whole, rough=size.rough, sample=replace(
            self.sample, noise=self.sample.noise * size.noise)), size.count)
            for size in sizes]  # fmt: skip

    def _with_constant(self, one: Floats, other: Floats) -> Floats:
        """Return the covariance of μ + g: the mean of all effects is not known either."""
        return 1.0 + self.smooth(one, other)

    def plain_posterior(self) -> Posterior:
        """Return the posterior as if lack of fit and noise were known to be what they are here."""
        gain = self._covariance @ self._precision
        mean = self.centre + gain @ (self.sample.mean - self.centre)
        covariance = self._covariance - gain @ self._covariance
        return Posterior(mean, (covariance + covariance.T) / 2.0)


@dataclass(frozen=True)
class Emulator:
    """The emulator that is used, and how good it is on futures and seeds not seen.

    Attributes:
        surface: fitted to all futures.
        r2: of the mean difference in futures left out, by five folds.
        quadratic_r2: of the quadratic alone.
        ceiling: the R² of perfect knowledge.
        coverage: share of left-out differences within their 95 % intervals.
        n_checked: how many those were.
    """

    surface: Surface
    r2: float
    quadratic_r2: float
    ceiling: float
    coverage: float
    n_checked: int

    @property
    def speaks(self) -> bool:
        """Whether it knows at least half of what can be known, so that its shape may be read."""
        return self.ceiling > 0.0 and self.r2 >= self.ceiling / 2.0


Choose = Callable[[Sample], list[int]]
"""Chooses, by some futures, the assumptions that an emulator of theirs speaks of."""


def emulate(
    sample: Sample, kept: Sequence[int] | None = None, *, choose: Choose | None = None
) -> Emulator:
    """Return the better of process and quadratic, judged on futures that neither was fitted to.

    Args:
        sample: all futures, with all assumptions.
        kept: the assumptions that it speaks of; all if None.
        choose: how they were chosen. Each fold then chooses by its own futures: assumptions chosen
            with a look at the futures left out would seem to tell something of them.
    """
    place = folds_of(sample.n)
    columns = list(range(sample.x.shape[1])) if kept is None else list(kept)
    by_fold = columns_by_fold(sample, columns, choose)
    checks = {kind: _check(sample, kind, place, by_fold) for kind in Kind}
    process, quadratic = checks[Kind.PROCESS], checks[Kind.QUADRATIC]
    kind = Kind.PROCESS if process[0] > quadratic[0] else Kind.QUADRATIC
    r2, coverage = checks[kind]
    surface = fit(sample.of(columns), kind)
    return Emulator(surface, r2, quadratic[0], sample.ceiling, coverage, sample.n)


def folds_of(n: int) -> NDArray[np.intp]:
    """Return the fold of each future, shape ``(n,)``: the same wherever some are left out."""
    return np.asarray(np.random.default_rng(1).permutation(n) % FOLDS)


def columns_by_fold(
    sample: Sample, kept: Sequence[int], choose: Choose | None = None
) -> list[list[int]]:
    """Return which assumptions are spoken of where a fold is left out, for each fold.

    Args:
        sample: all futures, with all assumptions.
        kept: those spoken of by all futures.
        choose: how they were chosen, which each fold repeats on the other futures; none if None.
    """
    if choose is None:
        return [list(kept)] * FOLDS
    place = folds_of(sample.n)
    return [choose(sample.some(place != fold)) for fold in range(FOLDS)]


def fit(sample: Sample, kind: Kind = Kind.PROCESS) -> Surface:
    """Return an emulator of one kind, fitted to all of a sample."""
    return _process(sample) if kind is Kind.PROCESS else _quadratic(sample)


@by_content
def _check(
    sample: Sample, kind: Kind, place: NDArray[np.intp], columns: Sequence[list[int]]
) -> tuple[float, float]:
    """Return R² and coverage over folds, each with its columns."""
    errors, inside = np.zeros(sample.n), np.zeros(sample.n, dtype=bool)
    for fold in range(FOLDS):
        out = place == fold
        whole = sample.of(columns[fold])
        surface, new = fit(whole.some(~out), kind), whole.some(out)
        errors[out] = new.mean - surface.mean(new.x)
        sd = np.sqrt(surface.spread(new.x) ** 2 + new.noise)
        inside[out] = np.abs(errors[out]) <= 1.959964 * sd
    total = float(((sample.mean - sample.mean.mean()) ** 2).sum())
    r2 = 1.0 - float((errors**2).sum()) / total if total > 0.0 else 0.0
    return r2, float(inside.mean())


def _process(sample: Sample) -> Surface:
    """Fit the process; lengths, amplitude and lack of fit by maximal marginal likelihood."""
    kernels, gaussian = extra("sklearn.gaussian_process.kernels"), extra("sklearn.gaussian_process")
    centre = float(sample.mean.mean())
    scale = float(sample.mean.std()) or 1.0
    few = some_of(sample.n, MOST_FITTED)
    start = np.ones(sample.x.shape[1])
    kernel = kernels.ConstantKernel(0.5, (1e-4, 30.0)) * kernels.Matern(
        start, LENGTHS, nu=2.5
    ) + kernels.WhiteKernel(0.1, (1e-6, 3.0))
    process = gaussian.GaussianProcessRegressor(
        kernel, alpha=sample.noise[few] / scale**2 + TINY, random_state=1
    )
    # A length at its bound says that an assumption does nothing. Matrices are small: threads would
    # wait for each other longer than they work, most of all beside the processes that do the runs.
    with warnings.catch_warnings(), extra("threadpoolctl").threadpool_limits(1):
        warnings.simplefilter("ignore")
        process.fit(sample.x[few], (sample.mean[few] - centre) / scale)
    fitted = process.kernel_
    return Surface(Kind.PROCESS, sample, centre, scale, float(fitted.k2.noise_level), fitted.k1)


def some_of(n: int, most: int) -> NDArray[np.intp]:
    """Return which of n futures to take where there are more than enough, at random.

    Every second or fourth point of a Sobol design lies in one half of some assumption's range.
    """
    chosen = np.random.default_rng(1).permutation(n)[:most]
    return np.sort(chosen)


@dataclass(frozen=True)
class Quadratic:
    """Covariance of ``w₀ + Σ w_j t_j``, w₀ ~ N(0, 1), w_j ~ N(0, amplitude), between two sets."""

    amplitude: float

    def __call__(self, one: Floats, other: Floats) -> Floats:
        """Return it for points ``(n, p)`` and ``(m, p)``, shape ``(n, m)``."""
        return 1.0 + self.amplitude * quadratic_terms(one) @ quadratic_terms(other).T

    def weights(self, surface: Surface) -> tuple[Floats, Floats]:
        """Return mean and covariance of the constant and the weights that a surface learned.

        In the unit of the differences, for 1 and the ``quadratic_terms``.
        """
        sample, square = surface.sample, surface.scale**2
        terms = with_constant(sample.x)
        prior = np.full(terms.shape[1], 1.0 / (self.amplitude * square))
        prior[0] = 1.0 / square
        weighted = terms.T / ((surface.rough + TINY) * square + sample.noise)
        covariance = np.linalg.inv(np.diag(prior) + weighted @ terms)
        mean = covariance @ weighted @ (sample.mean - surface.centre)
        mean[0] += surface.centre
        return mean, (covariance + covariance.T) / 2.0


def _quadratic(sample: Sample) -> Surface:
    """Fit a quadratic; amplitude and lack of fit by maximal marginal likelihood."""
    from scipy.optimize import minimize

    centre = float(sample.mean.mean())
    scale = float(sample.mean.std()) or 1.0
    terms = with_constant(sample.x)
    left, noise = (sample.mean - centre) / scale, sample.noise / scale**2 + TINY

    def loss(logs: Floats) -> float:
        """Return −2 log likelihood, by the terms and not by the futures (Woodbury's identity)."""
        amplitude, rough = np.exp(logs)
        apart = 1.0 / (rough + noise)
        prior = np.r_[1.0, np.full(terms.shape[1] - 1, 1.0 / amplitude)]
        root = np.linalg.cholesky(np.diag(prior) + (terms.T * apart) @ terms)
        pulled = np.linalg.solve(root, terms.T @ (apart * left))
        logdet = 2.0 * np.log(np.diag(root)).sum() - np.log(prior).sum() - np.log(apart).sum()
        return float(logdet + (apart * left**2).sum() - pulled @ pulled)

    bounds = np.log(QUADRATIC_BOUNDS)
    with extra("threadpoolctl").threadpool_limits(1):  # as in ``_process``
        fits = [minimize(loss, np.log(start), method="L-BFGS-B", bounds=bounds,
                         options={"ftol": 1e-13}) for start in QUADRATIC_STARTS]  # fmt: skip
    best = min(fits, key=lambda one: float(one.fun)).x
    # Data tell them no more finely, and in later digits the end of a search differs by machine.
    amplitude, rough = np.exp(np.round(best, 2))
    smooth = Quadratic(float(amplitude))
    return Surface(Kind.QUADRATIC, sample, centre, scale, float(rough), smooth)


def quadratic_terms(x: Floats) -> Floats:
    """Return assumptions, squares and products, each about zero, ``(n, p + p (p + 1)/2)``."""
    z = 2.0 * x - 1.0
    rows, columns = np.triu_indices(x.shape[1])
    return np.hstack([z, z[:, rows] * z[:, columns]])


def with_constant(x: Floats) -> Floats:
    """Return 1 and the terms, ``(n, 1 + p + p (p + 1)/2)``."""
    return np.hstack([np.ones((len(x), 1)), quadratic_terms(x)])
