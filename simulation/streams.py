"""Random numbers as a pure function of (seed, process, step, name) and person.

``uniform(key, index)`` is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as
1, 2, 3", SC'11) in counter mode: the key says *which* draw, the index says *whose*. Nothing is
consumed, so the order of calls, the number of people and the number of workers cannot matter, and
two scenarios with the same seed share every draw that both of them make (common random numbers).

Other distributions invert their distribution function at one uniform draw, never by rejection.
"""

from __future__ import annotations

import hashlib
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import CocreateError
from simulation.jit import njit, subroutine

_MASK64 = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15

_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_12 = np.uint64(12)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_2_POW_MINUS_52 = 2.0**-52


def _mix(word: int) -> int:
    """SplitMix64's finaliser: a bijection of 64-bit words (Steele, Lea & Flood 2014)."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK64
    return word ^ (word >> 31)


class Streams:
    """The keys of one run.

    For one (process, name) the keys of different steps differ always, being the image of
    ``base + step * odd`` under a bijection; bases of different names are checked for equality.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)
        self._places: dict[tuple[str, str], int] = {}
        self._families: dict[tuple[str, int], _Family] = {}
        self._owners: dict[int, tuple[str, str]] = {}
        self._bases: list[int] = []
        self._known: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        """The bases, as an array of those that there were as ``_step`` began."""
        self._step = 0
        self._mixed: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        """Keys of ``_step``, of all draws that were known as it began: mixed in one go."""

    def key(self, process: str, step: int, name: str) -> np.uint64:
        """Return the key of the draw ``name`` that ``process`` makes at ``step``."""
        return self.key_at(self.place(process, name), step)

    def at(self, process: str, step: int, number: int = 0) -> Draws:
        """Return the keys of one process in one step, to be asked for by name.

        In round ``number`` of the step, 1 being the first, the names end in ``:number``.
        """
        if step != self._step:
            if len(self._known) != len(self._bases):
                self._known = np.array(self._bases, dtype=np.uint64)
            self._step, self._mixed = step, self._mix(self._known, step)
        family = self._families.get((process, number))
        if family is None:
            family = _Family(process, f":{number}" if number else "")
            self._families[process, number] = family
        return Draws(self, family, step, self._mixed)

    def place(self, process: str, name: str) -> int:
        """Return the place of a draw among the bases; it gets one when it is first asked for."""
        place = self._places.get((process, name))
        return self._register(process, name) if place is None else place

    def side_by_side(self, process: str, names: list[str]) -> slice:
        """Give draws places of their own behind each other, and return them."""
        bases = [self._bases[self.place(process, name)] for name in names]
        self._bases += bases
        return slice(len(self._bases) - len(bases), len(self._bases))

    def key_at(self, place: int, step: int) -> np.uint64:
        """Return the key of the draw at a place, at ``step``."""
        return np.uint64(_mix((self._bases[place] + step * _GOLDEN) & _MASK64))

    def keys_at(self, places: slice, step: int) -> NDArray[np.uint64]:
        """Return the keys of the draws at some places, at ``step``."""
        return self._mix(np.array(self._bases[places], dtype=np.uint64), step)

    def _mix(self, bases: NDArray[np.uint64], step: int) -> NDArray[np.uint64]:
        mixed: NDArray[np.uint64] = _mix_all(bases, np.uint64(step * _GOLDEN & _MASK64))
        return mixed

    def _register(self, process: str, name: str) -> int:
        """Give a draw a place, and return it."""
        text = f"{self.seed}\x1f{process}\x1f{name}".encode()
        base = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")
        owner = self._owners.setdefault(base, (process, name))
        if owner != (process, name):
            raise CocreateError(
                f"The draws {owner} and {(process, name)} share a key under seed {self.seed}. "
                "Rename one of them."
            )
        place = self._places[process, name] = len(self._bases)
        self._bases.append(base)
        return place


class _Family:
    """The draws of one process in one round, and where each stands among the bases of a run.

    Looked up once a run, as most of them are made every month.
    """

    __slots__ = ("ending", "place", "places", "process")

    def __init__(self, process: str, ending: str) -> None:
        self.process, self.ending = process, ending
        self.place: dict[str, int] = {}
        self.places: dict[tuple[str, ...], slice] = {}


class Draws:
    """The keys of one process in one step: ``draws("fade")``."""

    __slots__ = ("_family", "_mixed", "_streams", "step")

    def __init__(
        self, streams: Streams, family: _Family, step: int, mixed: NDArray[np.uint64]
    ) -> None:
        self._streams, self._family = streams, family
        self.step, self._mixed = step, mixed

    @property
    def process(self) -> str:
        """Whose draws they are, in one round."""
        return self._family.process

    def __call__(self, name: str) -> np.uint64:
        """Return the key of the draw ``name``."""
        family = self._family
        place = family.place.get(name)
        if place is None:
            place = self._streams.place(family.process, name + family.ending)
            family.place[name] = place
        if place < len(self._mixed):
            key: np.uint64 = self._mixed[place]
            return key
        return self._streams.key_at(place, self.step)

    def each(self, *names: str) -> NDArray[np.uint64]:
        """Return the keys of several names as an array ``(n_names,)``."""
        family = self._family
        places = family.places.get(names)
        if places is None:
            places = self._streams.side_by_side(
                family.process, [name + family.ending for name in names]
            )
            family.places[names] = places
        if places.stop <= len(self._mixed):
            return self._mixed[places]
        return self._streams.keys_at(places, self.step)


@subroutine(forceinline=True)
def philox4x32(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Ten rounds of Philox4x32 on a counter of four and a key of two 32-bit words (as uint64)."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _32) ^ c1 ^ k0
        c1 = p1 & _LOW
        c2 = (p0 >> _32) ^ c3 ^ k1
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@subroutine(forceinline=True)
def word(key: Any, index: Any) -> Any:
    """Return the 64 random bits that belong to (key, index)."""
    counter = np.uint64(index)
    a, b, _, _ = philox4x32(
        counter & _LOW, counter >> _32, np.uint64(0), np.uint64(0), key & _LOW, key >> _32
    )
    return (a << _32) | b


@subroutine(forceinline=True)
def uniform(key: Any, index: Any) -> Any:
    """Return the uniform draw of ``index`` under ``key``, strictly inside (0, 1).

    52 bits and a half step, so that ``u < 0`` never and ``u < 1`` always holds: probabilities
    0 and 1 are exact, and ``log(u)`` is finite.
    """
    return (np.float64(word(key, index) >> _12) + 0.5) * _2_POW_MINUS_52


@subroutine(forceinline=True)
def pick(key: Any, index: Any, n: Any) -> Any:
    """Return one of 0 … n-1 such that raising n by one moves only 1/(n+1) of all picks.

    Jump consistent hash (Lamping & Veach 2014, arXiv:1406.2294) of the 64 bits of (key, index):
    whoever moves, moves to the newcomer.
    """
    state = word(key, index)
    bucket = np.int64(-1)
    jump = np.int64(0)
    while jump < n:
        bucket = jump
        state = state * np.uint64(2862933555777941757) + np.uint64(1)
        jump = np.int64(
            np.float64(bucket + 1)
            * (np.float64(1 << 31) / np.float64((state >> np.uint64(33)) + np.uint64(1)))
        )
    return bucket


# Coefficients of AS 241, highest power first: the centre, the shoulders and the far tails.
_CENTRE = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
     4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
     1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
     2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
     4.2313330701600911252e1, 1.0),
)  # fmt: skip
_SHOULDER = (
    (7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
     1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0,
     4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
     1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0,
     2.05319162663775882187e0, 1.0),
)  # fmt: skip
_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
     2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0,
     5.46378491116411436990e0, 6.65790464350110377720e0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
     5.99832206555887937690e-1, 1.0),
)  # fmt: skip


@subroutine(forceinline=True)
def _ratio(coefficients: Any, r: Any) -> Any:
    """Return the ratio of two polynomials in r by Horner's rule."""
    top = 0.0
    for coefficient in coefficients[0]:
        top = top * r + coefficient
    bottom = 0.0
    for coefficient in coefficients[1]:
        bottom = bottom * r + coefficient
    return top / bottom


@subroutine
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of p in (0, 1) (Wichura 1988, AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_CENTRE, 0.180625 - q * q)
    r = sqrt(-log(p if q < 0.0 else 1.0 - p))
    size = _ratio(_SHOULDER, r - 1.6) if r <= 5.0 else _ratio(_TAIL, r - 5.0)
    return -size if q < 0.0 else size


@njit(cache=True)
def draw(key: Any, index: int) -> float:
    """Return one uniform draw, for callers that are not compiled."""
    return uniform(key, index)


@njit(cache=True)
def uniforms(key: Any, n: int) -> NDArray[np.float64]:
    """Return the uniform draws of 0 … n-1 under ``key``, shape ``(n,)``."""
    out = np.empty(n)
    for i in range(n):
        out[i] = uniform(key, i)
    return out


@njit(cache=True)
def normals(key: Any, n: int) -> NDArray[np.float64]:
    """Return standard normal draws of 0 … n-1 under ``key``, shape ``(n,)``."""
    out = np.empty(n)
    for i in range(n):
        out[i] = normal_quantile(uniform(key, i))
    return out


@njit(cache=True)
def first_normals(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the standard normal draw of index 0 under each key, shape ``(n_keys,)``."""
    out = np.empty(len(keys))
    for n in range(len(keys)):
        out[n] = normal_quantile(uniform(keys[n], 0))
    return out


@njit(cache=True)
def _mix_all(bases: NDArray[np.uint64], shift: np.uint64) -> NDArray[np.uint64]:
    """Mix each base and shift as ``_mix`` mixes one word; sums and products wrap around."""
    out = np.empty(len(bases), dtype=np.uint64)
    for n in range(len(bases)):
        word = bases[n] + shift
        word = (word ^ (word >> np.uint64(30))) * _MIX_1
        word = (word ^ (word >> np.uint64(27))) * _MIX_2
        out[n] = word ^ (word >> np.uint64(31))
    return out
