"""Claims of several effects: where they hold, what chance supports, what a pilot promises."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.claims import (
    false_supported,
    judged_together,
    power_of,
)


def draws(*effects: list[float]) -> np.typing.NDArray[np.float64]:
    """Return one draw of effects, each a list over futures."""
    return np.stack([np.array(one) for one in effects], axis=1)[None]


def test_a_claim_holds_where_every_effect_does_and_fails_where_one_does() -> None:
    found = judged_together(draws([2.0, 2.0, 2.0, 0.5], [2.0, 0.5, -2.0, 2.0]), [1.0, 1.0])
    assert found.holds[0].tolist() == [True, False, False, False]
    assert found.fails[0].tolist() == [False, False, True, False]


def test_who_must_only_not_lose_may_stay_as_they_are() -> None:
    found = judged_together(draws([2.0, 2.0], [0.0, -2.0]), [1.0, 1.0], [False, True])
    assert found.holds[0].tolist() == [True, False]
    assert found.fails[0].tolist() == [False, True]


def test_shares_add_up_and_their_interval_knows_the_number_of_futures() -> None:
    effects = np.zeros((400, 100, 1))
    effects[:, :60], effects[:, 60:80] = 2.0, -2.0
    shares = judged_together(effects, [1.0]).shares()
    found = (shares.better.value, shares.same.value, shares.worse.value)
    assert found == pytest.approx((0.6, 0.2, 0.2))
    assert shares.better.low == pytest.approx(0.50, abs=0.01)
    assert shares.better.high == pytest.approx(0.69, abs=0.01)


def test_least_of_noisy_effects_is_not_taken_for_the_effect() -> None:
    """Ten true effects of .5 with noise 1 known to it: the claim is uncertain, not failed."""
    rng = np.random.default_rng(1)
    found = judged_together(0.5 + rng.normal(0.0, 0.1, (500, 50, 10)), [0.0] * 10)
    assert found.shares().better.value > 0.95


def test_chance_supports_a_share_of_eight_tenths_rarely_and_never_below_128_futures() -> None:
    assert false_supported(127) == 0.0
    assert 0.0 < false_supported(128) < 0.07
    assert false_supported(128, true=0.95) > 0.9
    assert false_supported(512) < false_supported(128)


def test_a_pilot_tells_seed_noise_from_what_futures_do() -> None:
    rng = np.random.default_rng(2)
    true = rng.normal(0.0, 3.0, 4000)
    found = power_of(true[:, None] + rng.normal(0.0, 2.0, (4000, 2)), 1.0)
    assert found.seed_sd == pytest.approx(2.0, rel=0.05)
    assert found.true_sd == pytest.approx(3.0, rel=0.05)
    assert found.seeds_needed == pytest.approx(16, abs=2)
