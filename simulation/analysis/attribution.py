"""Who made the value: Harsanyi dividends and Shapley values of players that act together.

A game v gives every coalition S of players a value; here v(S) is an outcome of the scenario in
which only the levers of S are at full strength. Its Harsanyi dividends are what a coalition
creates that none of its parts does,

    Δ(S) = Σ_{T⊆S} (−1)^{|S|−|T|} v(T),      v(S) = Σ_{T⊆S} Δ(T)

(Harsanyi 1963, International Economic Review 4:194), and the Shapley value shares each dividend
equally among its members, φ_i = Σ_{S∋i} Δ(S)/|S| (Shapley 1953). v(∅) need not be 0: dividends of
non-empty coalitions and Shapley values measure what is added to it.

Arrays run over coalitions first, in the order of ``coalitions``: coalition c holds player i when
bit i of c is set. Everything is linear, so that further axes (seeds, months) are carried along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.best import level_of_pairs
from simulation.analysis.interval import CONFIDENCE, Interval, t_interval
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

EMPTY = "baseline"
"""The name of the coalition without players."""


def coalitions(players: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Return all coalitions of ``players`` in the order of arrays over coalitions."""
    return tuple(
        frozenset(player for i, player in enumerate(players) if mask >> i & 1)
        for mask in range(1 << len(players))
    )


def coalition_name(coalition: frozenset[str], players: Sequence[str]) -> str:
    """Return the name of a coalition, such as ``I+M+P``, its players in their given order."""
    return "+".join(player for player in players if player in coalition) or EMPTY


def mobius(values: ArrayLike) -> Floats:
    """Return the Möbius transform over the first axis: the dividends of values.

    Args:
        values: Value of every coalition, shape ``(2^n, ...)``.

    Raises:
        ValueError: The first axis is no power of two.
    """
    out = np.array(values, dtype=np.float64)
    for i in range(_n_players(out)):
        pairs = out.reshape(-1, 2, 1 << i, *out.shape[1:])
        pairs[:, 1] -= pairs[:, 0]
    return out


def _n_players(values: Floats) -> int:
    n = int(values.shape[0]).bit_length() - 1
    if values.shape[0] != 1 << n:
        raise ValueError(f"values must have 2^n coalitions. Got {values.shape[0]}.")
    return n


def shapley(values: ArrayLike) -> Floats:
    """Return the Shapley value of every player, shape ``(n, ...)``.

    Args:
        values: Value of every coalition, shape ``(2^n, ...)``.

    Raises:
        ValueError: The first axis is no power of two.
    """
    dividends = mobius(values)
    n = _n_players(dividends)
    members = np.arange(1 << n)[None, :] >> np.arange(n)[:, None] & 1
    weights = members / np.maximum(members.sum(axis=0), 1)
    return np.asarray(np.tensordot(weights, dividends, axes=1))


def stack(game: Mapping[frozenset[str], ArrayLike], players: Sequence[str]) -> Floats:
    """Return a game given by name as an array over coalitions, shape ``(2^n, ...)``.

    Raises:
        ValueError: A coalition is missing.
    """
    every = coalitions(players)
    missing = [coalition_name(c, players) for c in every if c not in game]
    if missing:
        raise ValueError(f"the game must value every coalition. Missing: {', '.join(missing)}.")
    return np.array([np.asarray(game[coalition], dtype=np.float64) for coalition in every])


def stack_tables(tables: Mapping[frozenset[str], pd.DataFrame], players: Sequence[str]) -> Floats:
    """Return tables of every coalition as one array, paired by seed.

    Args:
        tables: Of every coalition the seeds (index) by months or outcomes (columns), as
            ``compare.curve_table`` gives them. Seeds and columns that all share are taken.
        players: Names of the n players.

    Returns:
        Shape ``(2^n, n_seeds, n_columns)``.

    Raises:
        ValueError: A coalition is missing, or they share no seed or no column.
    """
    first, *others = tables.values()
    seeds, columns = first.index, first.columns
    for table in others:
        seeds, columns = seeds.intersection(table.index), columns.intersection(table.columns)
    if seeds.empty or columns.empty:
        raise ValueError("coalitions must share seeds and columns. They share none.")
    return stack({c: t.loc[seeds, columns].to_numpy() for c, t in tables.items()}, players)


@dataclass(frozen=True)
class Attribution:
    """Dividends and Shapley values by seed, with intervals over seeds.

    Intervals are paired: the dividend is taken within each seed, then Student's interval over
    seeds, so that what the coalitions share by chance cancels. Each interval covers alone; feed the
    ``dividends`` to ``interval.simultaneous_interval`` for a curve that covers as a whole.
    """

    players: tuple[str, ...]
    values: Floats
    """Value of every coalition, shape ``(2^n, n_seeds, ...)``."""
    dividends: Floats
    """Dividend of every coalition, shape ``(2^n, n_seeds, ...)``; the first is the baseline."""
    shapley: Floats
    """Shapley value of every player, shape ``(n, n_seeds, ...)``."""
    confidence: float

    def dividend(self, *coalition: str) -> Interval:
        """Return the dividend of a coalition, as in ``dividend("I", "M", "P")``."""
        mask = sum(1 << self.players.index(player) for player in set(coalition))
        return self._interval(self.dividends[mask])

    def shapley_of(self, player: str) -> Interval:
        """Return the Shapley value of a player."""
        return self._interval(self.shapley[self.players.index(player)])

    def last_in(self, player: str) -> Interval:
        """Return what would be lost without a player: v(N) − v(N∖i), all dividends it is in."""
        rest = self.values[-1 - (1 << self.players.index(player))]
        return self._interval(self.values[-1] - rest)

    def total(self) -> Interval:
        """Return what all players add together: v(N) − v(∅)."""
        return self._interval(self.values[-1] - self.values[0])

    def names(self) -> list[str]:
        """Return the names of all coalitions but the empty one, small ones first."""
        return [self._name(c) for c in self._by_size()]

    def dividend_samples(self) -> dict[str, Floats]:
        """Return every coalition's dividends by seed, by its name, small coalitions first."""
        bits = {player: 1 << i for i, player in enumerate(self.players)}
        return {
            self._name(coalition): self.dividends[sum(bits[player] for player in coalition)]
            for coalition in self._by_size()
        }

    def shapley_samples(self) -> dict[str, Floats]:
        """Return every player's Shapley values by seed, by its name."""
        return dict(zip(self.players, self.shapley, strict=True))

    def _name(self, coalition: frozenset[str]) -> str:
        return coalition_name(coalition, self.players)

    def table(self) -> pd.DataFrame:
        """Return one row per dividend, Shapley value and loss without a player, and month if any.

        Columns: kind (dividend, shapley, last_in, total), of, month (curves only), mean, low,
        high, share (mean over the mean total).
        """
        import pandas as pd

        total = self.total()
        rows = [("dividend", self._name(c), self.dividend(*c)) for c in self._by_size()]
        rows += [("shapley", player, self.shapley_of(player)) for player in self.players]
        rows += [("last_in", player, self.last_in(player)) for player in self.players]
        rows += [("total", "", total)]
        parts = [_rows(kind, of, interval, total) for kind, of, interval in rows]
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> dict[str, object]:
        """Return what ``cocreate attribute --json`` prints, for values without months."""
        return {
            "dividends": {self._name(c): _numbers(self.dividend(*c)) for c in self._by_size()},
            "shapley": {player: _numbers(self.shapley_of(player)) for player in self.players},
            "total": _numbers(self.total()),
        }

    def _by_size(self) -> list[frozenset[str]]:
        order = {player: i for i, player in enumerate(self.players)}
        return sorted(
            coalitions(self.players)[1:], key=lambda c: (len(c), sorted(order[p] for p in c))
        )

    def _interval(self, samples: Floats) -> Interval:
        return t_interval(samples, confidence=self.confidence)


def attribute(
    values: ArrayLike, players: Sequence[str], *, confidence: float = CONFIDENCE
) -> Attribution:
    """Attribute the value of all players together to coalitions and players.

    Args:
        values: Value of every coalition under the same seeds, shape ``(2^n, n_seeds, ...)``, in
            the order of ``coalitions``; further axes (months) are carried along.
        players: Names of the n players; about ten are the practical limit.
        confidence: Coverage of each interval.

    Raises:
        ValueError: The first axis does not fit the players, or a value is not a number.
    """
    array = np.array(values, dtype=np.float64)
    if array.ndim < 2 or array.shape[0] != 1 << len(players):
        raise ValueError(
            f"values of {len(players)} players must have shape ({1 << len(players)}, n_seeds, …). "
            f"Got {array.shape}."
        )
    if np.isnan(array).any():
        raise ValueError("values must be numbers. A coalition has a seed without one.")
    return Attribution(tuple(players), array, mobius(array), shapley(array), confidence)


@dataclass(frozen=True)
class Orders:
    """What every order of moves is worth on the way.

    ``worth`` is the mean over the n moves of the value reached after each, less the baseline: of
    two orders that end at the same place, the better one gets the value earlier.
    """

    orders: tuple[tuple[str, ...], ...]
    worth: Floats
    """Shape ``(n_orders, n_seeds)``."""

    def best(self) -> tuple[str, ...]:
        """Return the order with the greatest mean worth; of equals the first."""
        return self.orders[int(np.argmax(self.worth.mean(axis=1)))]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per order, best first: order, mean, low, high, and the gap to the best.

        ``behind`` with ``behind_low`` and ``behind_high`` is the paired difference from the best
        order; the intervals of the gaps hold for all pairs of orders at once, as the best was
        picked by the same runs.
        """
        import pandas as pd

        best = self.worth[int(np.argmax(self.worth.mean(axis=1)))]
        interval = t_interval(self.worth.T)
        level = level_of_pairs(self.worth.T)
        gap = t_interval((best - self.worth).T, confidence=level)
        frame = pd.DataFrame(
            {
                "order": [" > ".join(order) for order in self.orders],
                "mean": interval.mean,
                "low": interval.low,
                "high": interval.high,
                "behind": gap.mean,
                "behind_low": gap.low,
                "behind_high": gap.high,
            }
        )
        return frame.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


MOST_ORDERED = 7
"""7! = 5040 orders; an eighth player makes the table useless to a reader."""


def orders(values: ArrayLike, players: Sequence[str]) -> Orders:
    """Value every order in which the players could be switched on one by one.

    Args:
        values: Value of every coalition, shape ``(2^n, n_seeds)``.
        players: Names of the n players, at most 7.

    Raises:
        ValueError: There are more than 7 players, or values do not fit them.
    """
    array = np.asarray(values, dtype=np.float64)
    if _n_players(array) != len(players) or len(players) > MOST_ORDERED:
        raise ValueError(
            f"orders need values of at most {MOST_ORDERED} players. "
            f"Got {len(players)} players and {array.shape[0]} coalitions."
        )
    every = list(permutations(range(len(players))))
    reached = np.cumsum(1 << np.array(every), axis=1)
    worth = (array[reached] - array[0]).mean(axis=1)
    return Orders(tuple(tuple(players[i] for i in order) for order in every), worth)


def _numbers(interval: Interval) -> dict[str, float]:
    mean, low, high = interval.floats()
    return {"mean": mean, "low": low, "high": high}


def _rows(kind: str, of: str, interval: Interval, total: Interval) -> pd.DataFrame:
    import pandas as pd

    mean, whole = np.atleast_1d(interval.mean), np.atleast_1d(total.mean)
    share = np.divide(mean, whole, out=np.full_like(mean, np.nan), where=whole != 0.0)
    frame = pd.DataFrame({"kind": kind, "of": of, "mean": mean})
    if interval.mean.ndim:
        frame.insert(2, "month", np.arange(1, len(mean) + 1))
    return frame.assign(
        low=np.atleast_1d(interval.low), high=np.atleast_1d(interval.high), share=share
    )
