"""What a result shows of published figures, on made-up series with known answers."""

from __future__ import annotations

from math import isnan

import pytest
from made_up import series

from simulation.analysis.interval import Estimate
from simulation.analysis.market import MEASURES
from simulation.analysis.targets import Held, Use, hold, targets, targets_of
from simulation.report.market import has_no_single_source, is_bound, kinds, market_notes, verdict


def test_every_gate_target_has_a_measure_and_sensible_bounds() -> None:
    for target in targets():
        assert target.low < target.high
        assert target.grade in {"A", "B", "C"}
        assert target.scenarios
        assert target.use is Use.EFFECT or target.measure in MEASURES


def test_usual_ranges_without_a_publication_are_counted_apart() -> None:
    usual = {target.name for target in targets() if has_no_single_source(target)}
    assert usual == {
        "yearly churn, business software", "yearly churn, retail bank", "desk occupancy",
        "need to purchase",
    }  # fmt: skip
    held = hold(series(("customers", "a", 1.0)), targets_of("base"))
    counts = [sum(one.name in usual for one in targets_of("base")),
              sum(is_bound(one) for one in targets_of("base"))]  # fmt: skip
    published = len(held) - sum(counts)
    assert kinds(held) == (
        f"{published} published, {counts[0]} without a single source, {counts[1]} bounds of our own"
    )


def test_targets_are_of_the_scenarios_that_they_name() -> None:
    names = [target.name for target in targets_of("telecom")]
    assert "wait for an answer" in names
    assert "yearly churn, retail bank" not in names
    assert not targets_of("bass")


def test_what_cannot_be_measured_is_not_known_and_not_inside() -> None:
    wanted = targets_of("telecom")
    held = hold(series(("customers", "a", 1.0)), wanted)
    assert [one.target for one in held] == wanted
    assert not any(one.inside for one in held if not one.known)
    assert isnan(next(one.distance for one in held if not one.known))


def test_distance_says_by_how_much_and_which_way() -> None:
    wanted = [one for one in targets_of("telecom") if one.measure == "yearly_churn"]
    low, high, inside = (
        hold(series(("lapsed", "a", lapsed), ("customers", "a", 100.0)), wanted)[0]
        for lapsed in (0.5, 5.0, 1.5)
    )
    assert low.distance == pytest.approx(-0.04)
    assert high.distance == pytest.approx(0.35)
    assert (inside.inside, inside.distance) == (True, 0.0)


def test_interval_beyond_the_range_on_both_sides_leaves_a_figure_open() -> None:
    (target,) = (one for one in targets_of("telecom") if one.measure == "yearly_churn")
    wide = Held(target, Estimate(0.1, -1.41, 2.72, 2, "share"))
    narrow = Held(target, Estimate(0.1, 0.06, 0.14, 20, "share"))
    above = Held(target, Estimate(0.6, -0.2, 1.4, 2, "share"))
    assert [one.verdict for one in (wide, narrow, above)] == ["open", "inside", "open"]
    assert wide.inside  # as before: the mean lies within the bounds
    assert [verdict(one) for one in (wide, narrow)] == ["open", "inside"]
    (note, *_) = market_notes([wide, narrow])
    assert note.startswith("1 of 2 reference figures")
    assert note.endswith("are met; 1 is open: its interval leaves the range on both sides.")


def test_missed_figure_says_above_what() -> None:
    (target,) = (one for one in targets_of("telecom") if one.measure == "yearly_churn")
    missed = Held(target, Estimate(target.high + 0.25, 0.4, 0.5, 20, "share"))
    assert verdict(missed) == "above the range by 0.25"
