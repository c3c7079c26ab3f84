"""Streams: the published generator, exact probabilities, and draws that share nothing.

Statistical tests run under fixed seeds, so they are deterministic; ``LEVEL`` is the chance that a
correct generator would fail one of them under a seed chosen afresh.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from scipy import special, stats

from simulation import streams as streams_module
from simulation.errors import CocreateError
from simulation.jit import njit
from simulation.streams import (
    Streams,
    normals,
    pick,
    uniforms,
)

# Subroutines of kernels, compiled so that Python can call them.
normal_quantile = njit(streams_module.normal_quantile.py_func)
philox4x32 = njit(streams_module.philox4x32.py_func)
uniform = njit(streams_module.uniform.py_func)
word = njit(streams_module.word.py_func)

LEVEL = 1e-4
N = 100_000


@njit
def picks(key, n_people, n):
    out = np.empty(n_people, dtype=np.int64)
    for i in range(n_people):
        out[i] = pick(key, i, n)
    return out


@njit
def quantiles(p):
    out = np.empty_like(p)
    for i in range(p.size):
        out[i] = normal_quantile(p[i])
    return out


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF,) * 4,
            (0xFFFFFFFF,) * 2,
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox4x32_10_known_answers_of_random123(counter, key, expected) -> None:
    words = philox4x32(*(np.uint64(part) for part in (*counter, *key)))
    assert tuple(int(part) for part in words) == expected


def test_word_puts_index_in_counter_and_key_in_key() -> None:
    pi_key = np.uint64(0x299F31D0_A4093822)
    index = np.uint64(0x85A308D3_243F6A88)
    zero = np.uint64(0)
    low = np.uint64(0xFFFFFFFF)
    a, b, _, _ = philox4x32(
        np.uint64(0x243F6A88),
        np.uint64(0x85A308D3),
        zero,
        zero,
        pi_key & low,
        pi_key >> np.uint64(32),
    )
    assert int(word(pi_key, index)) == (int(a) << 32) | int(b)
    assert int(word(np.uint64(0), np.uint64(0))) == 0x6627E8D5_E169C58D


def test_uniforms_lie_strictly_inside_zero_and_one() -> None:
    draws = uniforms(Streams(1).key("test", 0, "inside"), 1_000_000)
    assert draws.min() > 0.0
    assert draws.max() < 1.0


@pytest.mark.parametrize("bits", [0, 2**64 - 1])
def test_extreme_words_give_finite_draws(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # No test would ever draw these words, so the uncompiled function is handed them.
    monkeypatch.setattr(streams_module, "word", lambda _key, _index: np.uint64(bits))
    u = uniform.py_func(np.uint64(1), 0)
    assert 0.0 < u < 1.0
    assert np.isfinite(np.log(u))
    assert np.isfinite(normal_quantile(u))
    assert np.floor(u * 21) in (0, 20)


def test_probabilities_zero_and_one_are_exact() -> None:
    draws = uniforms(Streams(2).key("test", 0, "exact"), 1_000_000)
    assert not (draws < 0.0).any()
    assert (draws < 1.0).all()


def test_uniforms_are_uniform() -> None:
    draws = uniforms(Streams(3).key("test", 0, "uniform"), N)
    counts = np.bincount((draws * 256).astype(int), minlength=256)
    assert stats.chisquare(counts).pvalue > LEVEL
    assert stats.kstest(draws, "uniform").pvalue > LEVEL


def test_normals_are_normal() -> None:
    draws = normals(Streams(3).key("test", 0, "normal"), N)
    assert stats.kstest(draws, "norm").pvalue > LEVEL


def test_normal_quantile_equals_ndtri() -> None:
    middle = np.linspace(0.0005, 0.9995, 1999)
    tails = np.logspace(-300, -3.5, 600)
    upper = 1.0 - np.logspace(-15, -3.5, 200)
    edges = np.array([2.0**-53, 1.0 - 2.0**-53, 0.075, 0.925, np.exp(-25.0)])
    p = np.concatenate([middle, tails, upper, edges])
    np.testing.assert_allclose(quantiles(p), special.ndtri(p), rtol=1e-12, atol=1e-15)


def test_normal_quantile_known_values() -> None:
    assert normal_quantile(0.5) == 0.0
    assert normal_quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-14)


def test_draws_are_pure_functions_of_key_and_person() -> None:
    key = Streams(4).key("talk", 7, "aware")
    few, many = uniforms(key, 10), uniforms(key, 1000)
    np.testing.assert_array_equal(few, many[:10])
    other = Streams(4)
    other.key("something", 1, "asked before")
    assert other.key("talk", 7, "aware") == key
    assert other.at("talk", 7)("aware") == key
    assert other.at("talk", 7).each("aware", "fade").tolist() == [key, other.key("talk", 7, "fade")]


def test_keys_differ_between_seeds_processes_names_and_steps() -> None:
    keys = {
        int(Streams(seed).key(process, step, name))
        for seed in (-1, 0, 1, 2, 2**32, 2**64 + 1, -(2**70))
        for process in ("talk", "reach")
        for name in ("aware", "fade")
        for step in (0, 1, 2, 119, 2**31)
    }
    assert len(keys) == 7 * 2 * 2 * 5


@pytest.mark.parametrize("seed", [-1, -(2**70), 2**64 + 1, 10**40])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    key = Streams(seed).key("talk", 0, "aware")
    assert isinstance(key, np.uint64)
    assert key == Streams(seed).key("talk", 0, "aware")
    assert 0.45 < uniforms(key, 10_000).mean() < 0.55


def test_keys_of_steps_never_repeat() -> None:
    streams = Streams(5)
    keys = [int(streams.key("needs", step, "drift")) for step in range(20_000)]
    assert len(set(keys)) == len(keys)


def test_key_collisions_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    class Constant:
        def digest(self) -> bytes:
            return b"\x01" * 8

    monkeypatch.setattr(hashlib, "blake2b", lambda *_, **__: Constant())
    streams = Streams(6)
    streams.key("talk", 0, "aware")
    streams.key("talk", 1, "aware")
    with pytest.raises(CocreateError, match=r"'talk', 'aware'.*'reach', 'fade'.*seed 6"):
        streams.key("reach", 0, "fade")


def related_draws() -> list[np.ndarray]:
    """Draws whose keys differ in one respect only, and one stream shifted by a person."""
    keys = [
        Streams(7).key("talk", 3, "aware"),
        Streams(8).key("talk", 3, "aware"),
        Streams(7).key("reach", 3, "aware"),
        Streams(7).key("talk", 4, "aware"),
        Streams(7).key("talk", 5, "aware"),
        Streams(7).key("talk", 3, "awarf"),
    ]
    draws = [uniforms(key, N) for key in keys]
    return [*draws, np.roll(draws[0], 1)]


def test_related_streams_are_uncorrelated() -> None:
    # 21 pairs: Bonferroni keeps the chance of any false alarm below LEVEL.
    correlation = np.corrcoef(related_draws())
    bound = stats.norm.isf(LEVEL / 2 / 21) / np.sqrt(N)
    assert np.abs(correlation[np.triu_indices(7, 1)]).max() < bound


def test_related_streams_are_independent() -> None:
    # The chi-square test of 16 x 16 cells sees dependence that leaves no correlation.
    first, *others = related_draws()
    for other in others:
        cells = (first * 16).astype(int) * 16 + (other * 16).astype(int)
        assert stats.chisquare(np.bincount(cells, minlength=256)).pvalue > LEVEL / 6


def test_pick_is_uniform() -> None:
    for n in (2, 7, 1000):
        counts = np.bincount(picks(Streams(9).key("network", 0, "target"), N, n), minlength=n)
        assert counts.size == n
        assert stats.chisquare(counts).pvalue > LEVEL / 3


def test_pick_of_one_person_is_that_person() -> None:
    assert not picks(Streams(9).key("network", 0, "target"), 1000, 1).any()


@pytest.mark.parametrize("n", [1, 10, 999])
def test_raising_n_moves_picks_to_the_newcomer_only(n: int) -> None:
    key = Streams(10).key("network", 0, "target")
    before, after = picks(key, N, n), picks(key, N, n + 1)
    moved = before != after
    assert (after[moved] == n).all()
    assert stats.binomtest(int(moved.sum()), N, 1 / (n + 1)).pvalue > LEVEL / 3


def test_picks_of_different_keys_are_independent() -> None:
    streams = Streams(11)
    one, other = (picks(streams.key("network", 0, f"target:{m}"), N, 16) for m in (1, 2))
    counts = np.bincount(one * 16 + other, minlength=256)
    assert stats.chisquare(counts).pvalue > LEVEL


@pytest.mark.parametrize(
    ("bits", "n", "expected"),
    [(1, 1, 0), (42, 57, 43), (0xDEAD10CC, 1, 0), (0xDEAD10CC, 666, 361), (256, 1024, 520)],
)
def test_pick_known_answers_of_jump_consistent_hash(
    bits: int, n: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Values that implementations of Lamping & Veach's algorithm test against each other.
    monkeypatch.setattr(streams_module, "word", lambda _key, _index: np.uint64(bits))
    with np.errstate(over="ignore"):
        assert pick.py_func(np.uint64(1), 0, n) == expected
