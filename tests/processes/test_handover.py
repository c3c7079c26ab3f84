"""Who takes an open purpose to another touchpoint begins anew, as far as nobody knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.jit import njit
from simulation.kernels import handover
from simulation.kernels.handover import hand_over
from simulation.model import EcosystemModel

remember = njit(handover.remember.py_func, cache=True)
"""A subroutine of kernels, compiled so that Python can call it."""

SEARCH, SUPPORT, RENEW = 1, 6, 7
PEERS_FORUM, CARE, PHONE = 0, 1, 2
RAN = np.array([False, True, True])
"""Touchpoints of companies; the forum belongs to peers."""


def left(
    *,
    before: int,
    now: int,
    stage: int = SUPPORT,
    company: int = 0,
    with_before: int = 0,
    in_before: int = SUPPORT,
    tries: int = 1,
    view: float = 0.5,
) -> tuple[float, int]:
    """Return what of help is left to one person at loss .8, and how many handovers there were."""
    one = np.array([0])
    kept, handovers = np.zeros(1), np.zeros(3, dtype=np.int64)
    hand_over(
        one,
        0.8,
        np.array([view, 1.0, 0.0]),
        RAN,
        np.array([stage]),
        np.array([now]),
        np.array([company]),
        np.array([tries]),
        np.array([before]),
        np.array([with_before]),
        np.array([in_before]),
        kept,
        handovers,
    )
    return float(kept[0]), int(handovers.sum())


def test_a_single_view_keeps_what_was_said() -> None:
    """1 − .8 (1 − view)."""
    assert left(before=CARE, now=PHONE, view=0.0) == (pytest.approx(0.2), 1)
    assert left(before=CARE, now=PHONE, view=0.5) == (pytest.approx(0.6), 1)
    assert left(before=CARE, now=PHONE, view=1.0) == (pytest.approx(1.0), 1)


def test_nothing_is_carried_over_from_peers_or_from_another_company() -> None:
    assert left(before=PEERS_FORUM, now=PHONE, view=1.0) == (pytest.approx(0.2), 1)
    assert left(before=CARE, now=PHONE, with_before=1, view=1.0) == (pytest.approx(0.2), 1)
    assert left(before=CARE, now=CARE, with_before=1, view=1.0) == (pytest.approx(0.2), 1)


@pytest.mark.parametrize(
    "case",
    [
        {"before": PHONE, "now": PHONE},
        {"before": -1, "now": PHONE},
        {"before": CARE, "now": -1},
        {"before": CARE, "now": PHONE, "tries": 0},
        {"before": CARE, "now": PHONE, "in_before": SEARCH},
    ],
    ids=["same place", "nothing open", "nowhere to go", "settled", "another stage"],
)
def test_who_begins_anew_anyway_loses_nothing(case: dict[str, Any]) -> None:
    assert left(**case) == (1.0, 0)


def test_what_is_met_is_open_no_more_and_a_renewal_never_is() -> None:
    tried, tried_at, tried_in = (np.array([5, 5, -1]) for _ in range(3))
    remember(
        np.arange(3),
        np.array([SUPPORT, SUPPORT, RENEW]),
        np.array([PHONE, PHONE, PHONE]),
        np.zeros(3, dtype=np.int64),
        np.array([True, False, False]),
        tried,
        tried_at,
        tried_in,
    )
    assert tried.tolist() == [-1, PHONE, -1]
    assert tried_in.tolist() == [-1, SUPPORT, -1]


TROUBLED = {
    "population.people": 800,
    "population.need_probability": 0.3,
    "reach.hazard": 0.5,
    "journey.problem_rate": 0.8,
    "journey.query_rate": 0.4,
}


def metric(model: EcosystemModel, name: str, of: str = "") -> float:
    """Return the mean of a metric over the second year."""
    recorder = model.recorder
    return float(np.nanmean(recorder.values[12:24, recorder.labels.index((name, of))]))


def test_a_view_helps_where_handovers_cost_and_is_paid_for() -> None:
    """Same people and draws: experience at the desk rises with the view, and so does spending."""
    lost = {**TROUBLED, "handover.loss": 0.8, "companies.*.strategy.single_view": 0.0}
    blind = run_model(changed("base", lost), 24)
    seen = run_model(changed("base", {**lost, "companies.*.strategy.single_view": 1.0}), 24)
    assert metric(blind, "handovers", "call_centre") > 0
    at = ("experience", "call_centre")
    assert metric(seen, *at) > metric(blind, *at)
    assert (seen.world.month.viewing > 0).all()
    assert not blind.world.month.viewing.any()


def test_at_loss_and_view_0_it_is_off() -> None:
    """Nothing is lost, nothing is paid, and the costs do not matter."""
    off = {**TROUBLED, "handover.loss": 0.0, "companies.*.strategy.single_view": 0.0}
    plain = run_model(changed("base", off), 12)
    costly = {**off, "handover.view_cost": 20.0, "handover.view_contact_cost": 0.02}
    other = run_model(changed("base", costly), 12)
    assert np.array_equal(plain.recorder.values, other.recorder.values, equal_nan=True)
    assert (plain.world.encounters.kept == 1.0).all()


def test_staff_with_a_view_read_what_the_community_has_answered() -> None:
    """Without any loss, a view helps at the desk by what is in the archive, and only by that."""
    answering = {**TROUBLED, "peers.answer": 0.3, "peers.needed": 5.0, "handover.loss": 0.0,
                 "companies.*.strategy.single_view": 0.0}  # fmt: skip
    for answer, helps in ((0.3, True), (0.0, False)):
        changes = {**answering, "peers.answer": answer}
        blind = run_model(changed("base", changes), 24)
        seen = run_model(changed("base", {**changes, "companies.*.strategy.single_view": 1.0}), 24)
        at = ("experience", "call_centre")
        assert (metric(seen, *at) > metric(blind, *at)) == helps
