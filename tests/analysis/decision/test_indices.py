"""Sobol indices of Ishigami's function (a = 7, b = .1), and those of SALib on the same function."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.decision.indices import sobol_indices


def ishigami(x: np.ndarray) -> np.ndarray:
    z = np.pi * (2.0 * x - 1.0)
    return np.sin(z[:, 0]) * (1.0 + 0.1 * z[:, 2] ** 4) + 7.0 * np.sin(z[:, 1]) ** 2


def test_indices_of_ishigami_are_those_of_its_closed_form() -> None:
    found = sobol_indices(ishigami, 3, points=16384)
    assert [one.alone for one in found] == pytest.approx([0.313905, 0.442411, 0.0], abs=0.01)
    assert [one.total for one in found] == pytest.approx([0.557589, 0.442411, 0.243684], abs=0.01)
    assert all(one.total_low < one.total < one.total_high for one in found)


def test_indices_agree_with_those_of_salib() -> None:
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    points = sample.sample(problem, 2048, calc_second_order=False, seed=1)
    theirs = analyze.analyze(problem, ishigami(points), calc_second_order=False, seed=1)
    ours = sobol_indices(ishigami, 3, points=2048)
    assert [one.alone for one in ours] == pytest.approx(theirs["S1"].tolist(), abs=0.03)
    assert [one.total for one in ours] == pytest.approx(theirs["ST"].tolist(), abs=0.03)
