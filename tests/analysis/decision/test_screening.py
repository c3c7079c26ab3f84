"""Screening keeps what bends the difference as well as what tilts it, and says what it left out."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.screening import left_out, screen


def test_tilts_and_bends_are_kept_and_come_first() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((512, 40))
    difference = x[:, 3] + 4.0 * (x[:, 17] - 0.5) ** 2 + rng.normal(0, 0.3, 512)
    found = screen(x, difference)
    assert set(found.kept[:2]) == {3, 17}
    assert found.passed >= 2
    assert len(found.kept) == 12


def test_nothing_passes_by_chance_more_often_than_one_time_in_ten() -> None:
    passed = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        passed += screen(rng.random((100, 8)), rng.normal(size=100), seed=seed).passed > 0
    assert passed <= 9


def test_forest_finds_an_interaction_that_no_correlation_shows() -> None:
    rng = np.random.default_rng(2)
    x = rng.random((512, 30))
    difference = np.sign(x[:, 5] - 0.5) * np.sign(x[:, 9] - 0.5) + rng.normal(0, 0.2, 512)
    assert {5, 9} <= set(screen(x, difference).kept)


def test_what_was_left_out_carries_the_share_that_it_carries() -> None:
    rng = np.random.default_rng(3)
    n = 4000
    kept, noise = rng.normal(0, 3**0.5, n), rng.normal(0, 0.5, (2, n))
    out = rng.normal(0, 1, (2, n))
    found = left_out(kept + out[0] + noise[0], kept + out[1] + noise[1], 0.25, 4.0)
    assert found.share == pytest.approx(0.25, abs=0.02)
    assert found.low < 0.25 < found.high
