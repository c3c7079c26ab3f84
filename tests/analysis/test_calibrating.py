"""Ranges from series whose truth is known: coverage, parameters without effect, conflicts."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.calibration.discrepancy import _p, conflicts, fits
from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import (
    Cloud,
    RunDesign,
    first_points,
    fit_all,
    posterior,
    prior_points,
    quantiles,
    regression_abc,
)
from simulation.analysis.calibration.observables import useless, would_tell
from simulation.analysis.calibration.selftest import RANGE, Truths, infer, self_test, trust
from simulation.analysis.calibration.summaries import fit_ridge

MONTHS = 24
NAMES = ("level", "other", "idle")


def series(theta, rng):
    """Two Poisson series: level and growth, a product; a third that nothing moves."""
    months = np.arange(MONTHS)
    level = 200 * (0.3 + theta[:, [0]]) * np.exp((theta[:, [1]] - 0.5) * months / 12)
    other = 50 * (0.5 + theta[:, [2]] * theta[:, [0]]) * np.ones(MONTHS)
    idle = 40.0 * np.ones((len(theta), MONTHS))
    return np.stack([rng.poisson(rate) for rate in (level, other, idle)], axis=2).astype(float)


@pytest.fixture(scope="module")
def known():
    """512 runs over four parameters, the last without effect, and data of a known truth."""
    rng = np.random.default_rng(0)
    theta = first_points(4, 512)
    truth = np.array([[0.4, 0.6, 0.5, 0.5]])
    observed = series(truth, rng)[0]
    features = Features.of(NAMES, observed)
    values = series(theta, rng)
    design = RunDesign(theta, features(values), np.ones(512), np.ones(512, bool))
    return design, features, features(observed[None])[0], fit_all(design), truth[0]


def test_ranges_hold_fresh_truths_as_often_as_they_say(known):
    _design, features, _, fitted, _ = known
    rng = np.random.default_rng(5)
    truth = rng.random((50, 4))
    found = fitted.summarise(features(series(truth, rng)))
    low, high, _, kept = infer(fitted, found, prior_points(4, 12), truth)
    inside = ((low <= truth) & (truth <= high)).mean(axis=0)
    assert inside.min() >= 0.76
    assert kept.mean() >= 0.94


def test_the_self_test_covers_and_calls_a_parameter_without_effect_unknown(known):
    design, _, _, _fitted, _ = known
    some = np.arange(design.n) < 320
    truths = self_test(design.some(some), fit_all(design.some(some)))
    fared = [trust(truths, at, truths.prior) for at in range(4)]
    assert all(0.835 <= one.coverage <= 0.955 for one in fared[:3])
    assert [one.learned > 200 for one in fared] == [True, True, True, False]
    assert min(one.learned for one in fared[:2]) > 300
    assert fared[3].unknown >= 0.95
    assert truths.kept.mean() >= 0.97


def test_the_posterior_holds_the_truth_and_abc_agrees(known):
    design, _, observed, fitted, truth = known
    summaries = fitted.summarise(observed[None])[0]
    cloud, weights = posterior(Cloud.of(fitted, prior_points(4, 12)), summaries)
    ranges = quantiles(cloud.theta, weights, RANGE)
    assert ((ranges[:, 0] <= truth) & (truth <= ranges[:, 2])).all()
    assert (ranges[:2, 2] - ranges[:2, 0]).max() < 0.2
    abc = quantiles(*regression_abc(design, fitted, summaries), RANGE)
    assert np.abs(abc[:3, 1] - ranges[:3, 1]).max() < 0.12


def test_data_of_the_model_fit_and_a_series_counted_twice_is_named(known):
    design, features, observed, fitted, _ = known
    assert fits(design, fitted, features, observed)[-1].kappa <= 1
    doubled = observed.copy()
    doubled[features.series == 2] += np.log(2.0)
    checks = fits(design, fitted, features, doubled)
    assert checks[-1].kappa > 4
    assert conflicts(design, features, doubled) == ["idle"]


def test_a_series_that_nothing_moves_is_useless_and_what_would_tell_is_named(known):
    design, features, _, fitted, _ = known
    assert useless(design, features) == ["idle"]
    rng = np.random.default_rng(3)
    more = {"noise": rng.normal(size=(512, 2)),
            "tells": design.theta[:, [3]] + 0.1 * rng.normal(size=(512, 1))}  # fmt: skip
    name, r2 = would_tell(design, more, 3, float(fitted.r2[3]))
    assert name == "tells"
    assert r2 > 0.8
    assert would_tell(design, {"noise": more["noise"]}, 3, float(fitted.r2[3])) is None


def test_features_do_not_depend_on_the_unit_and_take_missing_months():
    rng = np.random.default_rng(1)
    values = rng.poisson(50, size=(20, MONTHS, 1)).astype(float)
    observed = values[0].copy()
    observed[3:5] = np.nan
    ours, theirs = Features.of(("a",), observed), Features.of(("a",), 100 * observed)
    np.testing.assert_allclose(ours(values), theirs(100 * values))
    assert ours.known.sum() == MONTHS - 2
    altered = values.copy()
    altered[:, 3:5] = 1e6
    np.testing.assert_allclose(ours(altered), ours(values))


def test_a_ridge_regression_without_noise_finds_a_quadratic():
    x = np.random.default_rng(2).random((200, 3))
    y = np.column_stack([1 + x[:, 0] - x[:, 1] ** 2, x[:, 2]])
    np.testing.assert_allclose(fit_ridge(x, y)(x), y, atol=1e-3)


def test_more_points_begin_with_the_same():
    np.testing.assert_array_equal(first_points(3, 100), first_points(3, 128)[:100])


@pytest.mark.parametrize(("rows", "numbers"), [(40, 12), (100, 12), (100, 36)])
def test_data_of_the_model_itself_fit_it_however_few_the_runs(rows: int, numbers: int) -> None:
    """Called far off in about a twentieth of cases: of 400, 20 are expected."""
    far = 0
    for case in range(400):
        rng = np.random.default_rng([rows, numbers, case])
        left, gap = rng.normal(size=(rows, numbers)), rng.normal(size=numbers)
        far += _p(gap, left, left.mean(axis=0)) < 0.05
    assert 7 <= far <= 37


def test_predictions_are_off_by_as_much_as_the_model_may_be(known) -> None:
    _, features, *_ = known
    months = np.full((4000, MONTHS + 6), 100.0)
    rng = np.random.default_rng(1)
    assert (features.off_by(0.0, months, 0, rng) == 100.0).all()
    off = np.log(features.off_by(2.0, months, 0, rng) / 100.0)
    assert off.std(axis=0) == pytest.approx(0.1, rel=0.05)  # twice the 5 % that are stated
    assert (off[:, -1] == off[:, MONTHS - 1]).all()  # later months go with the last block
    assert np.corrcoef(off[:, 0], off[:, -1])[0, 1] == pytest.approx(0.5, abs=0.05)


def test_a_parameter_whose_ranges_hold_too_few_truths_is_not_trusted() -> None:
    """Of 100 truths said to be learned at 90 %, 84 are within what chance allows, and 70 not."""

    def fared(hits: int) -> bool:
        truth = np.full((100, 1), 0.5)
        low = np.where(np.arange(100) < hits, 0.45, 0.55)[:, None]
        every = np.ones(100, bool)
        truths = Truths(
            truth, low, low + 0.1, np.full((100, 1), 0.5), every, np.array([0.9]), every
        )
        return trust(truths, 0, every).trusted

    assert fared(90)
    assert fared(84)
    assert not fared(70)


def test_points_that_leave_more_room_are_less_likely_for_it(known) -> None:
    """The likelihood is divided by the root of |V|: data in the middle prefer the surer point."""
    *_, fitted, _ = known
    q = len(fitted.used)
    sure, vague = np.full((1, q), 0.1), np.full((1, q), 0.2)
    cloud = Cloud(np.zeros((2, 4)), np.zeros((2, q)), np.vstack([sure, vague]), fitted)
    weights = cloud.weights(np.zeros(q))
    assert weights[0] / weights[1] == pytest.approx(2.0**q)
    extra = np.diag(np.full(q, 1e-12))
    assert cloud.weights(np.zeros(q), extra) == pytest.approx(weights)
