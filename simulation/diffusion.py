"""Word-of-mouth diffusion alone: people, their ties, and two chances of adopting.

    from simulation import diffuse, tie_people
    from simulation.scenario.schema import Network

    ties = tie_people(Network(ties=10, rewiring=0.1), 100_000)
    diffuse(ties, steps=60, innovation=0.0025, imitation=0.02).to_frame()

It is the model's process of talk with everything else left out, and the quick way to answer the
question "how fast does it spread over these ties?".
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from scipy import sparse

    from simulation.scenario.schema import Network
    from simulation.world.network import Ties

type Tied = Ties | sparse.sparray | sparse.spmatrix | nx.Graph[Any] | NDArray[Any] | Iterable[Any]
"""What ``diffuse`` takes as ties."""

NEVER = -1
"""The step of adoption of those who have not adopted by the last step."""

_MOST_STEPS = 2**31 - 2
_MOST_PEOPLE = 2**32 - 2
_LARGEST_SEED = 2**62


@dataclass(frozen=True, eq=False)
class Diffusion:
    """Who adopted when.

    Attributes:
        step: the step in which each person adopted: 0 for those who had adopted at the start,
            ``NEVER`` for those who did not adopt; ``(n_people,)``.
        new_adopters: persons who adopted in each step, from step 0 on, ``(steps + 1,)``.
    """

    step: NDArray[np.int32]
    new_adopters: NDArray[np.int64]

    @property
    def n_people(self) -> int:
        """People, adopters or not."""
        return self.step.size

    @property
    def adopters(self) -> NDArray[np.int64]:
        """Persons who have adopted by the end of each step, ``(steps + 1,)``."""
        return np.cumsum(self.new_adopters)

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of people who have adopted by the end of each step, ``(steps + 1,)``."""
        return self.adopters / self.n_people

    def to_frame(self) -> pd.DataFrame:
        """Return one row per step: step, new_adopters (persons), adopters (persons), share."""
        import pandas as pd

        return pd.DataFrame(
            {
                "step": np.arange(self.new_adopters.size),
                "new_adopters": self.new_adopters,
                "adopters": self.adopters,
                "share": self.share,
            }
        )


def diffuse(
    ties: Tied,
    steps: int,
    *,
    innovation: float,
    imitation: float,
    adopters: Iterable[int] = (),
    seed: int = 1,
) -> Diffusion:
    """Let something spread by word of mouth, and return who adopted when.

    A person who has not adopted does so in a step with probability

        P = 1 − (1 − p)(1 − q)^k

    where k is how many of one's ties have adopted by the step's beginning. All update at once, and
    an adopter stays one. Where everybody meets everybody (network kind ``full_mixing``), k is the
    share of adopters among all people, which makes it the discrete form of Bass's model.

    A person's time of adoption is found by inverting its distribution function at one draw, which
    belongs to the seed and the person. So the same seed compares two settings person by person
    (raising p or q makes nobody adopt later), and an additional person leaves all other draws
    unchanged.

    Args:
        ties: who hears whom: ``Ties``, or what ``tie_people`` makes ties of. All ties count alike,
            strong or weak. Make ties once with ``tie_people`` to use them in many runs.
        steps: steps, >= 1.
        innovation: p, the chance of adopting in a step without word of mouth, 0 … 1.
        imitation: q, the chance that one adopter among one's ties persuades in a step, 0 … 1.
        adopters: ids of those who have adopted at the start, from 0.
        seed: seed of all draws.

    Returns:
        The step of each person's adoption, ``(n_people,)``, and the adopters of each step,
        ``(steps + 1,)``.

    Raises:
        InputError: with everything that is wrong with the arguments.

    Source: Bass 1969, Management Science 15:215, for the two ways of adopting; Goldenberg, Libai &
    Muller 2001, Marketing Letters 12:211, equation 1 with ties of one strength, for the chance.
    """
    faults = _faults(steps, innovation, imitation, seed)
    known = _ties(ties, faults)
    first = _ids(adopters, None if known is None else known.n_people, faults)
    if known is None or first is None or faults:
        raise InputError(faults)
    return _spread(known, int(steps), (float(innovation), float(imitation)), first, int(seed))


def _spread(
    ties: Ties, steps: int, chances: tuple[float, float], first: NDArray[np.int64], seed: int
) -> Diffusion:
    from simulation.kernels.diffusion import spread, spread_everywhere
    from simulation.streams import Streams

    key = Streams(seed).key("diffusion", 0, "adoption")
    when = np.full(ties.n_people, NEVER, dtype=np.int32)
    when[first] = 0
    per_step = np.zeros(steps + 1, dtype=np.int64)
    if ties.full_mixing:
        spread_everywhere(key, *chances, when, per_step)
    else:
        spread(key, *chances, ties.start, ties.neighbour, when, per_step)
    return Diffusion(when, per_step)


def _faults(steps: object, innovation: object, imitation: object, seed: object) -> list[Fault]:
    """Return what is wrong with the numbers."""
    faults = []
    if not _whole(steps, 1, _MOST_STEPS):
        faults.append(Fault(f"must be a whole number of at least 1. Got {steps!r}.", key="steps"))
    for name, chance in (("innovation", innovation), ("imitation", imitation)):
        if not isinstance(chance, Real) or not 0.0 <= float(chance) <= 1.0:
            faults.append(Fault(f"must be a chance from 0 to 1. Got {chance!r}.", key=name))
    if isinstance(seed, bool) or not _whole(seed, 0, _LARGEST_SEED):
        message = f"must be a whole number from 0 to 2**62. Got {seed!r}."
        faults.append(Fault(message, key="seed"))
    return faults


def _whole(number: object, low: int, high: int) -> bool:
    if not isinstance(number, Integral) or isinstance(number, bool):
        return False
    return low <= int(number) <= high


def _ids(ids: Iterable[int], n_people: int | None, faults: list[Fault]) -> NDArray[np.int64] | None:
    """Return ids as an array; add a fault and return None where they are no persons."""
    if not isinstance(ids, Iterable) or isinstance(ids, str | bytes):
        faults.append(Fault(f"must be a list of person ids. Got {ids!r}.", key="adopters"))
        return None
    given = np.asarray(ids if isinstance(ids, np.ndarray) else list(ids))
    if given.size == 0:
        return np.empty(0, dtype=np.int64)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        hint = "For a mask, give numpy.flatnonzero(mask)." if given.dtype.kind == "b" else None
        faults.append(Fault("must be a list of person ids.", key="adopters", hint=hint))
        return None
    strangers = given if n_people is None else given[(given < 0) | (given >= n_people)]
    if n_people is not None and strangers.size:
        message = f"must be ids of people, 0 to {n_people - 1}. Got {int(strangers[0])}."
        faults.append(Fault(message, key="adopters"))
        return None
    return given.astype(np.int64)


def _ties(source: Tied, faults: list[Fault]) -> Ties | None:
    """Return ties that a kernel can follow safely; add a fault and return None if they are none."""
    from simulation.kernels.diffusion import are_rows
    from simulation.world.network import Ties

    if not isinstance(source, Ties):
        try:
            return tie_people(source)
        except InputError as error:
            faults += error.faults
            return None
    if source.contacts_per_month:
        hint = "Give a network without weak_contacts."
        message = f"must last. Got {source.contacts_per_month} contacts drawn afresh every month."
        faults.append(Fault(message, key="ties", hint=hint))
        return None
    well_typed = source.start.dtype == np.int64 and source.neighbour.dtype == np.uint32
    if not (well_typed and are_rows(source.start, source.neighbour)):
        hint = "Make ties with tie_people()."
        message = "must be rows: start int64 and rising to the last, neighbour uint32 below people."
        faults.append(Fault(message, key="ties", hint=hint))
        return None
    return source


def tie_people(source: Tied | Network, n_people: int | None = None, *, seed: int = 1) -> Ties:
    """Return the ties between people that a source describes.

    Ties join both ends, whichever end names them; loops are dropped, and a tie named twice is one.

    Args:
        source: one of
            a scenario's ``Network``, drawn for ``n_people`` under ``seed``;
            pairs of person ids from 0, ``(n_edges, 2)``;
            a SciPy sparse matrix ``(n_people, n_people)``, whose nonzero entries are ties;
            a NetworkX graph, whose i-th node is person i.
        n_people: people. Needed for a ``Network``; for pairs, the greatest id + 1 if not given; for
            the others, what they hold.
        seed: seed of a ``Network``; its draws are those of a run under that seed.

    Raises:
        InputError: the source is none of these, names people who do not exist, or ``n_people`` is
            missing or contradicts it.
    """
    from simulation.scenario.schema import Network
    from simulation.world.network import Ties, build_network

    if n_people is not None and not _whole(n_people, 1, _MOST_PEOPLE):
        message = f"must be a whole number of at least 1. Got {n_people!r}."
        raise InputError([Fault(message, key="n_people")])
    if isinstance(source, Network):
        from simulation.streams import Streams

        if n_people is None:
            raise InputError([Fault("is needed to draw a network.", key="n_people")])
        if isinstance(seed, bool) or not _whole(seed, 0, _LARGEST_SEED):
            message = f"must be a whole number from 0 to 2**62. Got {seed!r}."
            raise InputError([Fault(message, key="seed")])
        return build_network(source, int(n_people), Streams(int(seed)))
    if isinstance(source, Ties):
        _same(n_people, source.n_people)
        return source
    return _joined(*_pairs(source, n_people))


def _joined(pairs: NDArray[np.int64], n_people: int) -> Ties:
    from simulation.kernels.ties import rows
    from simulation.world.network import Ties

    if pairs.size and not (pairs.min() >= 0 and pairs.max() < n_people):
        wrong = pairs[(pairs < 0) | (pairs >= n_people)][0]
        message = f"must join people 0 to {n_people - 1}. Got {int(wrong)}."
        raise InputError([Fault(message, key="ties", hint="Give n_people if there are more.")])
    one, other = (np.ascontiguousarray(end, dtype=np.uint32) for end in pairs.T)
    return Ties(*rows(one, other, np.ones(one.size, dtype=np.bool_), n_people))


def _pairs(source: object, n_people: int | None) -> tuple[NDArray[np.int64], int]:
    """Return the ends of ties ``(n_edges, 2)``, and the people."""
    # Whoever brings a graph or a matrix has imported its package; nobody else should pay for it.
    networkx, sparse = sys.modules.get("networkx"), sys.modules.get("scipy.sparse")
    matrix = source
    if networkx is not None and isinstance(source, networkx.Graph):
        matrix = networkx.to_scipy_sparse_array(source, weight=None, format="coo")
        sparse = sys.modules["scipy.sparse"]
    if sparse is not None and sparse.issparse(matrix):
        return _matrix_pairs(matrix, n_people)
    return _array_pairs(source, n_people)


def _matrix_pairs(matrix: Any, n_people: int | None) -> tuple[NDArray[np.int64], int]:
    if len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
        message = f"must be a square matrix. Got the shape {matrix.shape}."
        raise InputError([Fault(message, key="ties")])
    _same(n_people, matrix.shape[0])
    entries = matrix.tocsr().tocoo()  # entries of the same place are added up
    if entries.data.dtype.kind not in "biuf" or not (entries.data >= 0).all():
        message = "must be 0 or more: an entry of the matrix says how strong a tie is."
        raise InputError(
            [Fault(message, key="ties", hint="Take the absolute values, or drop them.")]
        )
    named = entries.data != 0
    ends = (entries.row[named], entries.col[named])
    return np.stack(ends, axis=1).astype(np.int64), matrix.shape[0]


def _array_pairs(source: Any, n_people: int | None) -> tuple[NDArray[np.int64], int]:
    listed = not isinstance(source, np.ndarray) and isinstance(source, Iterable)
    try:
        pairs = np.asarray(list(source) if listed else source)
    except ValueError as error:  # rows of different lengths
        raise InputError([_NO_TIES]) from error
    if pairs.size == 0:
        pairs = np.empty((0, 2), dtype=np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise InputError([_NO_TIES])
    if n_people is None and not len(pairs):
        raise InputError([Fault("is needed where there are no ties.", key="n_people")])
    return pairs.astype(np.int64), int(pairs.max()) + 1 if n_people is None else int(n_people)


_NO_TIES = Fault(
    "must be pairs of person ids (n_edges, 2), a SciPy sparse matrix, a NetworkX graph or Ties.",
    key="ties",
)


def _same(given: int | None, held: int) -> None:
    if given is not None and given != held:
        message = f"must be {held}, the people whom the ties join. Got {given}."
        raise InputError([Fault(message, key="n_people")])
