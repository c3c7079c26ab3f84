"""The default scenarios give the numbers they gave when the golden runs were last accepted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from builders import DEFAULTS
from golden import STORED, observe


def same(then: list[float | None], now: list[float | None]) -> bool:
    """Return whether values agree; None stands for months without anything to measure."""
    one, two = np.array(then, dtype=np.float64), np.array(now, dtype=np.float64)
    return np.allclose(one, two, rtol=1e-9, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", DEFAULTS)
def test_golden_run(name: str) -> None:
    """To 1e-9: libraries' logarithms differ in the last digit between machines."""
    then, now = json.loads(STORED.read_text())[name], observe(name)
    assert list(now) == list(then)
    moved = [f"{key}: {then[key]} -> {now[key]}" for key in then if not same(then[key], now[key])]
    assert not moved, "\n".join(moved[:20])
