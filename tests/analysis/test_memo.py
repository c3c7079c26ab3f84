"""What is remembered by its numbers is computed once for them, and anew for any others."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis import memo
from simulation.analysis.decision.emulator import Kind, Sample
from simulation.analysis.memo import by_content


def test_equal_numbers_are_the_same_question_and_others_are_not() -> None:
    asked = []

    @by_content
    def total(sample: Sample, kind: Kind, places: list[int]) -> float:
        asked.append(kind)
        return float(sample.mean[places].sum())

    def sample(first: float) -> Sample:
        return Sample(np.zeros((3, 1)), np.array([first, 2.0, 3.0]), np.zeros(3))

    assert total(sample(1.0), Kind.PROCESS, [0, 1]) == 3.0
    assert total(sample(1.0), Kind.PROCESS, [0, 1]) == 3.0
    assert len(asked) == 1
    assert total(sample(1.5), Kind.PROCESS, [0, 1]) == 3.5
    assert total(sample(1.0), Kind.PROCESS, [0, 2]) == 4.0
    assert total(sample(1.0), Kind.QUADRATIC, places=[0, 1]) == 3.0
    assert len(asked) == 4


def test_an_array_that_was_changed_is_asked_anew() -> None:
    total = by_content(lambda values: float(values.sum()))
    values = np.ones(4)
    assert total(values) == 4.0
    values[0] = 3.0
    assert total(values) == 6.0


def test_no_more_is_remembered_than_so_many_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "REMEMBERED", 2)
    asked = []
    same = by_content(lambda value: asked.append(value) or value)
    for value in (1, 2, 3, 3, 2, 1):
        assert same(value) == value
    assert asked == [1, 2, 3, 1]
