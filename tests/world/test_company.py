"""Lengths of projects are drawn in batches, and are those of one draw at a time."""

from __future__ import annotations

import pytest
from scipy.special import gammaincinv

from simulation.streams import Streams, draw
from simulation.world.company import BATCH, Durations


@pytest.mark.parametrize("ordinal", [0, 5, BATCH - 1, BATCH, -1, -BATCH, -BATCH - 1])
def test_a_length_is_that_of_its_own_draw(ordinal: int) -> None:
    streams = Streams(3)
    lengths = Durations(streams, "project:innovation:focal")
    for shape in (2.0, 5.0, 2.0):
        key = streams.key("firms", ordinal, "project:innovation:focal")
        assert lengths.of(ordinal, shape) == gammaincinv(shape, draw(key, 0))
