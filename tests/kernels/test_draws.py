"""Many draws at once are the draws one by one."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.jit import njit
from simulation.kernels import draws
from simulation.kernels.draws import draw_block
from simulation.streams import Streams, first_normals, normals, uniforms

# Subroutines of kernels, compiled so that Python can call them.
draw_pairs = njit(draws.draw_pairs.py_func, cache=True)
draw_persons = njit(draws.draw_persons.py_func, cache=True)


@pytest.mark.parametrize(("first", "count"), [(0, 1), (0, 64), (7, 50)])
def test_a_block_is_a_piece_of_all(first: int, count: int) -> None:
    key = Streams(4).key("talk", 2, "who")
    out = np.full(count + 3, -1.0)
    draw_block(key, first, count, out)
    assert np.array_equal(out[:count], uniforms(key, first + count)[first:])
    assert np.all(out[count:] == -1.0)


def test_persons_in_any_order_have_their_own_draws() -> None:
    key = Streams(4).key("listen", 1, "sample")
    person = np.array([9, 0, 4, 4], dtype=np.int64)
    out = np.empty(4)
    draw_persons(key, person, out)
    assert np.array_equal(out, uniforms(key, 10)[person])


def test_pairs_have_the_draw_of_the_key_beside_them() -> None:
    streams = Streams(4)
    keys = np.array([streams.key("choose", 1, name) for name in "aba"], dtype=np.uint64)
    person = np.array([3, 3, 5], dtype=np.int64)
    out = np.empty(3)
    draw_pairs(keys, person, 3, out)
    one_by_one = [uniforms(key, i + 1)[i] for key, i in zip(keys, person, strict=True)]
    assert np.array_equal(out, one_by_one)


def test_keys_drawn_together_are_those_drawn_alone() -> None:
    names = ("a", "b", "c")
    for step in (1, 2, 10**6):
        alone = [Streams(7).key("needs", step, name) for name in names]
        assert list(Streams(7).at("needs", step).each(*names)) == alone
        mixed = Streams(7)
        assert mixed.key("needs", step, "b") == alone[1]
        assert list(mixed.at("needs", step).each(*names)) == alone


def test_the_first_normal_of_each_key() -> None:
    keys = Streams(7).at("needs", 3).each("a", "b")
    assert np.array_equal(first_normals(keys), [normals(key, 1)[0] for key in keys])
