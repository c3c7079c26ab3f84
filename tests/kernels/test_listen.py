"""What functions make of what they hear stays a focus: shares that add up to 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from simulation.kernels.listen import MARKETING_SALES, follow

SHAPE = (1, 3, 1, 4)
"""Companies, functions, segments, outcomes."""
corner = st.sampled_from((0.0, 0.5, 1.0))
sparse = arrays(np.float64, SHAPE, elements=st.sampled_from((0.0, 0.0, 1.0, 0.3))).filter(
    lambda values: bool((values.sum(axis=-1) > 0.0).all())
)


def followed(
    need: Any, focus: Any, legacy: Any, *, promise: float, rate: float = 0.5, outside: float = 1.0
) -> tuple[Any, Any]:
    """Return what was heard and the focus after it, with one voice a function."""
    heard, focus = np.full(SHAPE, 0.25), focus / focus.sum(axis=-1, keepdims=True)
    follow(
        need.copy(), np.ones(SHAPE[:-1], dtype=np.int64), np.ones((1, 3, 4)), promise, rate,
        np.array([outside]), legacy, np.zeros((1, 3), dtype=np.int64), heard, focus,
    )  # fmt: skip
    return heard, focus


@given(need=sparse, focus=sparse, promise=corner, rate=corner, outside=corner)
def test_what_is_heard_and_followed_adds_up_to_one(
    need: Any, focus: Any, promise: float, rate: float, outside: float
) -> None:
    legacy = focus[:, 0, 0] / focus[:, 0, 0].sum()
    for shares in followed(need, focus, legacy, promise=promise, rate=rate, outside=outside):
        assert (shares >= 0.0).all()
        assert np.allclose(shares.sum(axis=-1), 1.0)


def test_who_promises_nothing_of_what_is_said_hears_what_is_said() -> None:
    need, focus = np.zeros(SHAPE), np.zeros(SHAPE)
    need[..., :2], focus[..., 3] = (3.0, 1.0), 1.0
    heard, _ = followed(need, focus, focus[:, 0, 0], promise=1.0)
    assert heard[0, MARKETING_SALES, 0].tolist() == [0.75, 0.25, 0.0, 0.0]
    focus[..., 1] = 1.0
    heard, _ = followed(need, focus, focus[:, 0, 0], promise=1.0)
    assert heard[0, MARKETING_SALES, 0].tolist() == [0.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize("outside_in", [0.0, 1.0])
def test_a_company_used_to_one_outcome_can_hear_only_what_it_promises(outside_in: float) -> None:
    inputs = changed("base", {
        "population.people": 300, "reach.hazard": 0.3, "population.need_probability": 0.3,
        "listening.promise": 1.0, "companies.*.legacy_focus": {"faster": 1.0},
        "companies.*.strategy.alignment": 0.0, "companies.*.strategy.outside_in": outside_in,
    })  # fmt: skip
    world = run_model(inputs, 12).world
    assert world.month.heard.sum() > 0
    assert np.allclose(world.firms.focus.sum(axis=-1), 1.0)
