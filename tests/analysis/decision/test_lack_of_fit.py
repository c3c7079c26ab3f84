"""What is not known of lack of fit and noise widens what is said of futures, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.emulator import Kind, Sample, fit, sample_of
from simulation.analysis.decision.lack_of_fit import VALUES, LackOfFit, possible
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.screening import carrying, spoken_of, true_effects
from simulation.analysis.decision.shares import normals, shares_of


def taus(sizes: list[LackOfFit]) -> np.ndarray:
    assert sum(one.count for one in sizes) == VALUES
    return np.repeat([one.rough**0.5 for one in sizes], [one.count for one in sizes])


def differences(tau: float, noise: float, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    left = rng.normal(0.0, (tau**2 + noise) ** 0.5, n)
    return left - left.mean(), np.full(n, noise)


def test_where_noise_is_small_lack_of_fit_is_known() -> None:
    left, noise = differences(1.0, 1e-4, 256, 1)
    known = taus(possible(left, np.zeros((256, 256)), noise, 0))
    assert known.mean() == pytest.approx(left.std(), abs=0.05)
    assert known.std() < 0.07  # its standard error is 1/√(2 n) = .044, and steps are .05


def test_where_noise_is_all_there_may_be_lack_of_fit_all_the_same() -> None:
    left, noise = differences(0.0, 1.0, 128, 1)
    allowed = taus(possible(left / left.std(), np.zeros((128, 128)), noise, 128))
    assert allowed.min() < 0.2
    assert 0.3 < allowed.max() < 0.9  # variances are known to 1/√64 of themselves: .35 squared


def test_true_lack_of_fit_is_as_often_below_the_middle_as_it_should() -> None:
    """Over values drawn as the prior has them, the middle of what is possible is above in half."""
    rng = np.random.default_rng(3)
    below = 0
    for seed in range(60):
        tau = rng.uniform(0.0, 1.2)
        left, noise = differences(tau, 0.5, 64, seed)
        below += tau < np.median(taus(possible(left, np.zeros((64, 64)), noise, 0)))
    assert 20 <= below <= 40


def test_few_degrees_of_freedom_leave_the_noise_open() -> None:
    left, noise = differences(0.5, 0.75, 128, 2)
    one = possible(left, np.zeros((128, 128)), noise, 0)
    few = possible(left, np.zeros((128, 128)), noise, 8)
    assert {size.noise for size in one} == {1.0}
    assert len({size.noise for size in few}) > 2
    assert taus(few).std() > taus(one).std()


def test_futures_that_look_alike_by_chance_are_not_taken_to_be_alike() -> None:
    """Differences vary exactly as noise alone would make them: the top of the likelihood is 0."""
    rng = np.random.default_rng(1)
    left = rng.normal(size=128)
    left = 1.5 * (left - left.mean()) / left.std()
    sample = Sample(rng.random((128, 1)), 1.6 + left, np.full(128, 1.5**2), freedom=128)
    surface = fit(sample, Kind.QUADRATIC)
    bold, honest = surface.plain_posterior(), surface.posterior()
    draws = normals(128, draws=500)
    assert shares_of(bold, 1.0, bold.draws(draws)).better.low > 0.85
    assert shares_of(honest, 1.0, honest.draws(draws)).better.low < 0.8


@pytest.mark.parametrize("kind", list(Kind))
def test_assumptions_chosen_with_a_look_at_the_differences_do_not_carry_them(kind: Kind) -> None:
    """Of 166 assumptions none matters; twelve are kept all the same, which follow chance."""
    bold, honest = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        x, true = rng.random((128, 166)), rng.normal(1.3, 0.25, 128)
        sample = sample_of(x, true[:, None] + rng.normal(0.0, 1.5, (128, 2)))
        chosen = fit(sample.of(spoken_of(sample)), kind).posterior()
        for covers, posterior in ((bold, chosen), (honest, true_effects(sample, kind))):
            share = shares_of(posterior, 1.0, posterior.draws(normals(128, draws=300))).better
            covers.append(share.low <= 0.885 <= share.high)
    assert sum(honest) >= 3
    assert sum(bold) < sum(honest)


def test_all_assumptions_carry_where_nothing_was_chosen() -> None:
    rng = np.random.default_rng(1)
    few = Sample(rng.random((64, 12)), rng.normal(size=64), np.full(64, 0.1))
    assert carrying(few) == list(range(12))
    many = Sample(rng.random((64, 40)), rng.normal(size=64), np.full(64, 0.1))
    assert len(carrying(many)) <= 2
    assert len(spoken_of(many)) == 12


def test_mixture_has_the_chances_moments_and_draws_of_its_parts() -> None:
    one = Posterior(np.array([0.0, 1.0]), np.eye(2))
    other = Posterior(np.array([4.0, 1.0]), 0.25 * np.eye(2))
    both = Posterior.mixture([(one, 3), (other, 1)])
    assert both.mean.tolist() == [1.0, 1.0]
    assert both.covariance[0, 0] == pytest.approx(0.75 * 1.0 + 0.25 * 0.25 + 3.0)
    draws = both.draws(normals(2, draws=40_000))
    np.testing.assert_allclose((draws > 2.0).mean(axis=0), both.above(2.0), atol=0.01)
    np.testing.assert_allclose(both.turned().above(-2.0), 1.0 - both.above(2.0), atol=1e-12)
    assert both.some(np.array([False, True])).above(1.0).tolist() == [0.5]
