"""What a calibration is fitted to: the first two waves, the second weighed by where it was drawn.

Two series whose levels rise with one parameter each stand for runs, so that no run is needed.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from simulation.analysis.calibration.discrepancy import discrepancy
from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import Cloud, first_points, fit_all, prior_points
from simulation.observation.series import ObservedSeries
from simulation.studies.calibration.learned import design_of, next_points
from simulation.studies.calibration.plan import Calibration, Effort
from simulation.studies.calibration.runs import OF_CHANGED, Runs

MONTHS, HELD_OUT = 12, 2
NAMES = ("customers:focal", "receipts:focal")
FIRST, SECOND = 256, 128
TRUTH = np.array([[0.85, 0.15]])


def series(theta: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    rates = (400.0 * np.exp(theta[:, 0]), 300.0 * np.exp(theta[:, 1]))
    return {
        name: rng.poisson(np.tile(rate, (MONTHS, 1)).T).astype(float)
        for name, rate in zip(NAMES, rates, strict=True)
    }


def runs_of(*waves: tuple[int, np.ndarray]) -> Runs:
    """Return runs at points of the square, wave by wave."""
    parts = [series(theta, 10 + number) for number, theta in waves]
    return Runs(
        np.vstack([theta for _, theta in waves]),
        np.concatenate([np.full(len(theta), number) for number, theta in waves]),
        {name: np.vstack([part[name] for part in parts]) for name in NAMES},
    )


@pytest.fixture(scope="module")
def study() -> Calibration:
    """What a design asks of a study."""
    values = np.column_stack([part[0] for part in series(TRUTH, 1).values()])
    data = ObservedSeries(NAMES, values, 1, tuple(map(str, range(1, MONTHS + 1))))
    effort = Effort(runs=FIRST, more=SECOND, hold_out=HELD_OUT)
    return cast("Calibration", SimpleNamespace(data=data, effort=effort, second=()))


@pytest.fixture(scope="module")
def first() -> np.ndarray:
    return first_points(2, FIRST)


def test_the_first_wave_counts_as_it_is_and_posterior_draws_do_not_count(
    study: Calibration, first: np.ndarray
) -> None:
    elsewhere = np.full((8, 2), 0.9)
    runs = runs_of((1, first), (3, elsewhere), (OF_CHANGED, elsewhere))
    design, features, observed = design_of(study, runs)
    assert np.array_equal(design.theta, first)
    assert (design.weight == 1.0).all()
    assert design.prior.all()
    seen = study.data.values.copy()
    seen[-HELD_OUT:] = np.nan
    ours = Features.of(NAMES, seen)
    values = np.stack([runs.series[name][:FIRST] for name in NAMES], axis=2)
    np.testing.assert_array_equal(design.features, ours(values))
    np.testing.assert_array_equal(observed, ours(seen[None])[0])
    assert features.known.sum() == 2 * (MONTHS - HELD_OUT)


def test_months_that_are_held_out_change_nothing(study: Calibration, first: np.ndarray) -> None:
    runs = runs_of((1, first))
    late = {name: values.copy() for name, values in runs.series.items()}
    for values in late.values():
        values[:, -HELD_OUT:] = 1e6
    data = study.data.values.copy()
    data[-HELD_OUT:] = 1.0
    others = ObservedSeries(NAMES, data, 1, study.data.labels)
    other: Any = SimpleNamespace(data=others, effort=study.effort)
    before, after = design_of(study, runs), design_of(other, Runs(runs.theta, runs.wave, late))
    np.testing.assert_array_equal(before[0].features, after[0].features)
    np.testing.assert_array_equal(before[2], after[2])


def test_runs_are_weighed_by_how_densely_they_lie(study: Calibration, first: np.ndarray) -> None:
    """Prior over design density: the weighted runs are spread as the prior is, the others not."""
    second = np.array(next_points(study, runs_of((1, first))))
    assert len(second) == SECOND
    runs = runs_of((1, first), (2, second))
    design, features, observed = design_of(study, runs)
    assert np.array_equal(design.prior, np.arange(FIRST + SECOND) < FIRST)

    fitted = fit_all(design.some(design.prior))
    summaries, extra = fitted.summarise(observed[None])[0], discrepancy(fitted, features, observed)

    def left(theta: np.ndarray) -> np.ndarray:
        return Cloud.of(fitted, theta).implausibility(summaries, extra) <= fitted.cut

    share = float(left(prior_points(2, 16, seed=21)).mean())
    n = FIRST + SECOND
    there = n / (FIRST + SECOND / share)
    assert left(second).all()
    assert design.weight == pytest.approx(np.where(left(design.theta), there, n / FIRST), rel=0.02)

    assert design.weight.mean() == pytest.approx(1.0, abs=0.05)
    weighed = np.average(design.theta, axis=0, weights=design.weight)
    assert weighed == pytest.approx([0.5, 0.5], abs=0.03)
    assert (np.abs(design.theta.mean(axis=0) - 0.5) > 0.06).all()  # as they were placed
