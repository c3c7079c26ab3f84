"""Bass (1969, Management Science 15:215): the model's limit of full mixing."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from builders import changed, run_model
from scipy import stats

P, Q = 0.03, 0.38


def closed_form(years: float) -> float:
    decay = np.exp(-(P + Q) * years)
    return float((1 - decay) / (1 + Q / P * decay))


def recursion(years: float, steps_a_year: int) -> float:
    adopted = 0.0
    for _ in range(round(years * steps_a_year)):
        adopted += (1 - adopted) * -np.expm1(-(P + Q * adopted) / steps_a_year)
    return adopted


@pytest.mark.parametrize(
    ("years", "share"), [(1, 0.03576), (5, 0.33120), (10, 0.81280), (15, 0.97161)]
)
def test_the_closed_form_has_the_published_values(years: float, share: float) -> None:
    assert closed_form(years) == pytest.approx(share, abs=5e-6)


def test_monthly_synchronous_steps_follow_their_own_recursion() -> None:
    assert recursion(5, 12) == pytest.approx(0.32417, abs=5e-6)
    assert recursion(10, 12) == pytest.approx(0.80634, abs=5e-6)


def test_finer_steps_converge_to_the_closed_form() -> None:
    errors = [abs(recursion(10, steps) - closed_form(10)) for steps in (12, 24, 48, 96)]
    ratios = np.array(errors[:-1]) / np.array(errors[1:])
    assert ratios == pytest.approx(2.0, abs=0.05)  # first order in the step


@cache
def adoption(people: int, seed: int, *, steps_a_year: int = 12, years: int = 10) -> np.ndarray:
    inputs = changed(
        "limits/bass",
        {
            "population.people": people,
            "reach.hazard": P / steps_a_year,
            "talk.contagion": Q / steps_a_year,
            "run.months": years * steps_a_year,
        },
    )
    recorder = run_model(inputs, years * steps_a_year, seed).recorder
    return recorder.values[:, recorder.labels.index(("adoption", "focal"))]


def test_adoption_follows_the_recursion() -> None:
    """Mean of 8 runs of 10 000 people; sd of F(10) at 1000 people is .025 (SOURCES: 400 runs)."""
    runs = np.array([adoption(10_000, seed) for seed in range(8)])
    standard_error = 0.025 * np.sqrt(1000 / 10_000 / len(runs))
    assert runs[:, 119].mean() == pytest.approx(recursion(10, 12), abs=3.5 * standard_error)
    # At five years the spread is wider: sd .027 at 1000 people, estimated from the same runs.
    at_five = runs[:, 59]
    low, high = stats.t.interval(0.999, len(runs) - 1, at_five.mean(), stats.sem(at_five))
    assert low < recursion(5, 12) < high


def test_each_month_adopters_are_binomial_given_the_last_month() -> None:
    """The conditional law is exact at every step: residuals must be standard normal in the sum."""
    people = 20_000
    adopted = np.concatenate([[0.0], adoption(people, seed=3)])
    before, new = adopted[:-1], np.diff(adopted) * people
    chance = -np.expm1(-(P + Q * before) / 12)
    waiting = (1 - before) * people
    z = (new - waiting * chance) / np.sqrt(waiting * chance * (1 - chance))
    p_value = stats.chi2.sf((z**2).sum(), len(z))
    assert 0.001 < p_value < 0.999


def test_the_model_converges_to_the_closed_form_with_finer_steps() -> None:
    coarse = np.mean([adoption(10_000, seed)[-1] for seed in range(4)])
    fine = np.mean([adoption(10_000, seed, steps_a_year=48)[-1] for seed in range(4)])
    standard_error = 0.025 * np.sqrt(1000 / 10_000 / 4)
    assert fine == pytest.approx(closed_form(10), abs=3.5 * standard_error)
    assert coarse == pytest.approx(recursion(10, 12), abs=3.5 * standard_error)


def test_adoption_peaks_when_bass_says() -> None:
    """The peak of new adopters, smoothed over a year, is at 6.1926 years within half a year."""
    new = np.mean([np.diff(adoption(20_000, seed)) for seed in range(6)], axis=0)
    smooth = np.convolve(new, np.ones(13) / 13, mode="valid")
    assert (np.argmax(smooth) + 7) / 12 == pytest.approx(6.1926, abs=0.6)
