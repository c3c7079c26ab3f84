"""What a rule is sought by knows nothing of the futures by which it is scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from simulation.analysis.decision.cross_fit import Chance, chance_by_runs, guides_without
from simulation.analysis.decision.emulator import Kind, Sample, fit, folds_of, sample_of
from simulation.analysis.decision.screening import spoken_of


def sample(noise: float = 0.5, n: int = 200) -> Sample:
    rng = np.random.default_rng(4)
    x = rng.random((n, 3))
    true = 0.5 + 0.6 * norm.ppf(x[:, 1])
    return sample_of(x, true[:, None] + rng.normal(0.0, noise, (n, 2)))


def test_chance_by_runs_knows_no_assumption_and_its_mean_is_the_share() -> None:
    """The effect exceeds 0 in .8 of futures; in a half it is drawn towards that, never beyond."""
    one = sample(1.0, 300)
    y = chance_by_runs([one], Chance((0.0,)))
    other = replace(one, x=np.random.default_rng(9).random(one.x.shape))
    np.testing.assert_array_equal(y, chance_by_runs([other], Chance((0.0,))))
    rising = np.argsort(one.mean)
    assert (np.diff(y[rising]) >= -1e-9).all()
    assert y.mean() == pytest.approx(0.8, abs=0.1)
    upper = y[one.x[:, 1] > 0.5].mean()
    assert y.mean() < upper < 1.0
    assert (one.mean > 0.0).mean() < y.mean()  # noisy signs are pulled towards one half


def test_guides_do_not_change_with_the_futures_that_are_left_out() -> None:
    one, place = sample(), folds_of(200)
    out = place == 2
    guides = guides_without([one], Chance((0.1,)), Kind.QUADRATIC, spoken_of)
    mean = one.mean.copy()
    mean[out] = mean[out][::-1] + 5.0
    others = guides_without([replace(one, mean=mean)], Chance((0.1,)), Kind.QUADRATIC, spoken_of)
    np.testing.assert_array_equal(guides[2].chance, others[2].chance)
    assert guides[2].columns == others[2].columns
    assert len(guides[2].chance) == (~out).sum()
    assert not np.allclose(guides[0].chance, others[0].chance)


def test_chance_of_several_effects_is_that_all_of_them_hold() -> None:
    one = sample()
    posterior = fit(one, Kind.QUADRATIC).posterior()
    single = Chance((0.1,)).of([posterior])
    joint = Chance((0.1, 0.1), (False, True), np.eye(2)).of([posterior, posterior])
    loose = Chance((0.1,), (True,)).of([posterior])
    np.testing.assert_allclose(joint, single * loose, atol=0.06)  # a thousand draws
    assert (single <= loose).all()
