"""Sobol indices of Ishigami's function (a = 7, b = .1), and those of SALib on the same function."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.emulator import Sample, Surface, fit
from simulation.analysis.decision.indices import indices_of, sobol_indices


def ishigami(x: np.ndarray) -> np.ndarray:
    z = np.pi * (2.0 * x - 1.0)
    return np.sin(z[:, 0]) * (1.0 + 0.1 * z[:, 2] ** 4) + 7.0 * np.sin(z[:, 1]) ** 2


def test_indices_of_ishigami_are_those_of_its_closed_form() -> None:
    alone, total = indices_of(ishigami, 3, points=16384)
    assert alone == pytest.approx([0.313905, 0.442411, 0.0], abs=0.01)
    assert total == pytest.approx([0.557589, 0.442411, 0.243684], abs=0.01)


def test_indices_agree_with_those_of_salib() -> None:
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    points = sample.sample(problem, 2048, calc_second_order=False, seed=1)
    theirs = analyze.analyze(problem, ishigami(points), calc_second_order=False, seed=1)
    alone, total = indices_of(ishigami, 3, points=2048)
    assert alone == pytest.approx(theirs["S1"].tolist(), abs=0.03)
    assert total == pytest.approx(theirs["ST"].tolist(), abs=0.03)


def difference(x: np.ndarray) -> np.ndarray:
    """Return a difference with an interaction: 2 a + b + 4 (a − ½)(c − ½) + .3 d."""
    crossed = 4.0 * (x[:, 0] - 0.5) * (x[:, 2] - 0.5)
    return 2.0 * x[:, 0] + x[:, 1] + crossed + 0.3 * x[:, 3]


def surface(seed: int, *, noise: float, n: int = 128) -> Surface:
    rng = np.random.default_rng(seed)
    x = rng.random((n, 4))
    values = difference(x) + noise * rng.normal(size=n)
    return fit(Sample(x, values, np.full(n, noise**2)))


def test_intervals_cover_what_the_emulator_does_not_know() -> None:
    alone, total = indices_of(difference, 4, points=16384)
    inside = [
        (one.alone_low <= alone[one.assumption] <= one.alone_high,
         one.total_low <= total[one.assumption] <= one.total_high)
        for seed in range(10)
        for one in sobol_indices(surface(seed, noise=0.5), points=512, most_drawn=256)
    ]  # fmt: skip
    # A bootstrap of the points at which the mean is asked covered .57 and .22.
    assert np.mean(inside, axis=0) == pytest.approx([0.94, 0.88], abs=0.1)


def test_more_noise_makes_wider_intervals_about_the_indices_of_the_mean() -> None:
    noisy, quiet = (surface(1, noise=noise) for noise in (0.5, 0.1))
    wide, narrow = (sobol_indices(one, points=512, most_drawn=256) for one in (noisy, quiet))
    for one, other in zip(wide, narrow, strict=True):
        assert one.total_high - one.total_low > other.total_high - other.total_low
        assert 0.0 <= one.total_low <= one.total <= one.total_high <= 1.0
    alone, total = indices_of(noisy.mean, 4, points=512)
    assert [one.alone for one in wide] == alone.tolist()
    assert [one.total for one in wide] == total.tolist()
