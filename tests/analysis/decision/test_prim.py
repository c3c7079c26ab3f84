"""Peeling and pasting finds the box x₁ < .75, x₂ > .2 of six, and nothing in nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from simulation.analysis.decision.cross_fit import Guide
from simulation.analysis.decision.emulator import folds_of
from simulation.analysis.decision.prim import (
    Box,
    _at_mass,
    _paste,
    _peeled,
    rule,
    score,
    simple_box,
)
from simulation.analysis.decision.tree import tree


def futures(n: int = 512) -> tuple[np.ndarray, np.ndarray]:
    x = qmc.Sobol(6, rng=5).random(n)
    return x, ((x[:, 0] < 0.75) & (x[:, 1] > 0.2)).astype(float)


def peel(x: np.ndarray, y: np.ndarray, mass: float, columns: tuple[int, ...] = ()) -> Box:
    """Return the box that peeling down to a mass and pasting give."""
    return _paste(_at_mass(_peeled(x, y, columns), mass), x, y)


TRUE = Box(np.array([-np.inf, 0.2, *[-np.inf] * 4]), np.array([0.75, *[np.inf] * 5]))


def test_true_box_has_the_published_scores_with_right_and_with_doubtful_labels() -> None:
    x, y = futures(65536)
    exact = score(TRUE, x, y)
    assert (exact.density, exact.coverage) == (1.0, 1.0)
    assert exact.mass == pytest.approx(0.6, abs=0.002)
    right = np.random.default_rng(1).random(len(y)) < 0.9
    doubtful = np.where(right, y, 1.0 - y)
    found = score(TRUE, x, doubtful)
    assert doubtful.mean() == pytest.approx(0.58, abs=0.01)
    assert found.density == pytest.approx(0.9, abs=0.01)
    assert found.coverage == pytest.approx(0.9310, abs=0.01)


def test_box_of_two_joint_assumptions_is_found_and_holds_on_futures_left_out() -> None:
    x, y = futures()
    found = rule(x, y)
    assert found.shown
    assert found.box.restricted == (0, 1)
    assert found.box.high[0] == pytest.approx(0.75, abs=0.04)
    assert found.box.low[1] == pytest.approx(0.20, abs=0.04)
    assert found.held_out.density == pytest.approx(1.0, abs=0.1)
    assert found.held_out.coverage == pytest.approx(1.0, abs=0.1)


def test_box_is_found_where_one_label_in_ten_is_wrong() -> None:
    x, y = futures()
    doubtful = np.where(np.random.default_rng(2).random(len(y)) < 0.9, y, 1.0 - y)
    found = rule(x, doubtful)
    assert found.box.restricted == (0, 1)
    assert found.held_out.density == pytest.approx(0.9, abs=0.1)
    assert found.held_out.coverage == pytest.approx(0.931, abs=0.1)


def test_no_rule_is_shown_of_labels_that_follow_nothing() -> None:
    x, _ = futures(256)
    shown = [rule(x, np.random.default_rng(seed).random(256), seed=seed).shown for seed in range(3)]
    assert not any(shown)


def test_no_rule_is_shown_of_too_few_futures() -> None:
    x, y = futures(128)
    assert not rule(x, y).shown


def test_peeling_stops_at_the_mass_and_restricts_only_what_it_may() -> None:
    x, y = futures()
    box = peel(x, y, 0.3, columns=(1,))
    assert box.restricted == (1,)
    assert box.holds(x).mean() >= 0.3
    assert len(simple_box(x, x.sum(axis=1), 0.1).restricted) <= 3


def test_small_tree_says_the_same_in_conditions() -> None:
    x, y = futures()
    leaves = tree(x, y)
    best = max(leaves, key=lambda leaf: leaf.chance)
    assert {(bound.assumption, bound.above) for bound in best.bounds} == {(0, False), (1, True)}
    assert sum(leaf.mass for leaf in leaves) == pytest.approx(1.0)


def test_tree_of_what_follows_nothing_is_a_single_leaf() -> None:
    x, _ = futures(256)
    trees = [tree(x, np.random.default_rng(seed).random(256)) for seed in range(20)]
    assert sum(len(leaves) > 1 for leaves in trees) <= 1


def test_tree_names_assumptions_by_their_place_among_those_kept() -> None:
    x, y = futures()
    leaves = tree(x, y, [[1, 0]] * 5, [4, 1, 0])
    best = max(leaves, key=lambda leaf: leaf.chance)
    assert {(bound.assumption, bound.above) for bound in best.bounds} == {(2, False), (1, True)}
    blind = tree(x, y, [[]] * 5, [4, 1, 0])
    assert len(blind) == 1  # what folds do not speak of, no future left out confirms


def test_rule_is_scored_by_other_chances_than_it_is_sought_by() -> None:
    x, y = futures()
    place = folds_of(len(y))
    whole = Guide((4, 1, 0), y)
    right = rule(x, y, whole, [Guide((1, 0), y[place != fold]) for fold in range(5)])
    assert right.box.restricted == (1, 2)
    assert right.agreeing == 5
    assert right.shown
    nothing = np.random.default_rng(1).permutation(y)
    wrong = rule(x, nothing, whole, [Guide((1, 0), y[place != fold]) for fold in range(5)])
    assert wrong.box.restricted == (1, 2)
    assert wrong.held_out.density == pytest.approx(nothing.mean(), abs=0.08)
    assert not wrong.shown


def test_boxes_are_those_of_ema_workbench() -> None:
    """Its PRIM peels by the same criterion (Kwakkel 2017); bounds differ by less than a slice."""
    import warnings

    import pandas as pd

    with warnings.catch_warnings():  # it regrets engines that are not installed
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim as theirs

        x, y = futures()
        right = np.random.default_rng(2).random(len(y)) < 0.9
        doubtful = np.where(right, y, 1.0 - y) > 0.5
        frame = pd.DataFrame(x, columns=[f"x{at}" for at in range(6)])
        found = theirs.Prim(frame, doubtful, mass_min=0.1).find_box()
    steps = found.peeling_trajectory
    for mass in (0.8, 0.6, 0.5, 0.41):
        step = int((steps["mass"] - mass).abs().idxmin())
        box = peel(x, doubtful.astype(float), float(steps.loc[step, "mass"]) - 1e-9)
        ours = score(box, x, doubtful.astype(float))
        assert ours.density == pytest.approx(steps.loc[step, "density"], abs=0.02)
        assert ours.coverage == pytest.approx(steps.loc[step, "coverage"], abs=0.02)
    limits = found.box_lims[int((steps["mass"] - 0.6).abs().idxmin())]
    assert limits["x0"].iloc[1] == pytest.approx(0.75, abs=0.05)
    assert limits["x1"].iloc[0] == pytest.approx(0.2, abs=0.05)
