"""Rules of verdicts: from the runs of an experiment to claims that must hold.

A rule is written down before the experiment is run. It turns a table of values (seeds by points)
into claims, each with one number per seed and the threshold that its mean must pass: the verdict is
*supported* if all means clearly pass their thresholds, *refuted* if one clearly fails (see
``verdict``).

Rules know nothing of models: they read cells (what was set at each point) and values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.attribution import mobius, orders
from simulation.analysis.interval import Floats
from simulation.errors import ExperimentError, Fault

if TYPE_CHECKING:
    import pandas as pd

Where = Mapping[str, Any]
"""Cells that a point must have: ``{"education": "none"}``."""


@dataclass(frozen=True)
class Claim:
    """Something that must hold: the mean of ``values`` over seeds above ``threshold``."""

    name: str
    values: Floats
    threshold: float = 0.0


@dataclass(frozen=True)
class Alternative:
    """The results under one set of assumptions.

    Attributes:
        name: what the assumptions are called.
        cells: what was set, points (index) by columns.
        values: of each outcome, seeds (index) by points (columns), the first one the main one.
    """

    name: str
    cells: pd.DataFrame
    values: Mapping[str, pd.DataFrame]

    @property
    def main(self) -> str:
        """The name of the main outcome."""
        return next(iter(self.values))

    def at(self, where: Where, outcome: str | None = None) -> Floats:
        """Return the outcome at the points that have these cells (their mean), a number a seed.

        Raises:
            ExperimentError: no point has them.
        """
        table = self.values[outcome or self.main]
        places = self.points(where)
        if not places:
            place = ", ".join(f"{key} = {value}" for key, value in where.items())
            raise ExperimentError(
                [Fault(f"names a point that was not run: {place}.", key="verdict")]
            )
        return table[places].to_numpy(dtype=np.float64).mean(axis=1)

    def points(self, where: Where) -> list[int]:
        """Return the points that have these cells."""
        chosen = np.ones(len(self.cells), dtype=bool)
        for column, wanted in where.items():
            if column not in self.cells:
                hint = f"There are {', '.join(map(str, self.cells.columns))}."
                raise ExperimentError(
                    [Fault(f"names an unknown column: {column}.", key="verdict", hint=hint)]
                )
            chosen &= np.array([_same(cell, wanted) for cell in self.cells[column]], dtype=bool)
        return [int(point) for point in self.cells.index[chosen]]


def _same(cell: Any, wanted: Any) -> bool:
    if isinstance(wanted, str | bool) or isinstance(cell, str | bool):
        return str(cell) == str(wanted)
    return bool(np.isclose(float(cell), float(wanted), rtol=1e-9, atol=0.0))


Rule = Callable[[Alternative, Mapping[str, Any], float], list[Claim]]
"""Gives the claims under some assumptions, from the parameters of the rule and the margin."""


# --- differences between points ------------------------------------------------------------------


def difference(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that one setting beats another: v(better) − v(than) > margin.

    Parameters: better, than (cells), and outcomes (default: the main one).
    """
    outcomes = rule.get("outcomes", [results.main])
    gains = [(name, results.at(rule["better"], name) - results.at(rule["than"], name))
             for name in outcomes]  # fmt: skip
    words = f"{_words(rule['better'])} over {_words(rule['than'])}"
    return [
        Claim(words if name == results.main else f"{words}: {name}", gain, margin)
        for name, gain in gains
    ]


def everyone(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that a setting brings more in all, and that nobody loses more than the margin.

    Parameters: better, than (cells), nobody_loses (outcomes).
    """
    first, *_ = difference(results, {**rule, "outcomes": [results.main]}, margin)
    changes = {
        name: results.at(rule["better"], name) - results.at(rule["than"], name)
        for name in rule["nobody_loses"]
    }
    return [first, *(Claim(f"{name} does not lose", x, -margin) for name, x in changes.items())]


def best(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that one level of a lever beats each of the others.

    Parameters: lever, first, rivals (default: all other levels), sense (``high`` or ``low``),
    where (cells of all points that are compared).
    """
    lever, first, where = rule["lever"], rule["first"], rule.get("where", {})
    rivals = rule.get("rivals") or [level for level in levels(results, lever) if level != first]
    sign = -1.0 if rule.get("sense") == "low" else 1.0
    base = results.at({**where, lever: first})
    return [
        Claim(f"{first} over {rival}", sign * (base - results.at({**where, lever: rival})), margin)
        for rival in rivals
    ]


def ordering(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that levels of a lever come in this order: each beats the next one.

    Parameters: lever, order (levels, the best first), where.
    """
    lever, where = rule["lever"], rule.get("where", {})
    values = [results.at({**where, lever: level}) for level in rule["order"]]
    names = list(rule["order"])
    return [
        Claim(f"{names[at]} over {names[at + 1]}", values[at] - values[at + 1], margin)
        for at in range(len(names) - 1)
    ]


def levels(results: Alternative, lever: str) -> list[Any]:
    """Return the levels of a lever, in the order of the points."""
    if lever not in results.cells:
        raise ExperimentError([Fault(f"names an unknown lever: {lever}.", key="verdict")])
    return list(dict.fromkeys(results.cells[lever]))


def _words(where: Where) -> str:
    return ", ".join(str(value) for value in where.values()) or "all"


# --- interplay -----------------------------------------------------------------------------------


def interaction(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that something pays more in one place than in another.

        [v(to, more) − v(from, more)] − [v(to, less) − v(from, less)] > margin

    Parameters: claims, a list of tables with from, to, more, less (cells); or one such table.
    """
    result = []
    for part in rule.get("claims", [rule]):
        gains = [
            results.at({**part[place], **part["to"]}) - results.at({**part[place], **part["from"]})
            for place in ("more", "less")
        ]
        name = f"{_words(part['to'])}: more where {_words(part['more'])}"
        result.append(
            Claim(f"{name} than where {_words(part['less'])}", gains[0] - gains[1], margin)
        )
    return result


def dividend_positive(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that players create together what none of their parts does: Δ(all) > margin.

    Parameters: players (lever → [absent, present]), where (cells), and, to claim that the dividend
    is greater there than elsewhere, than_where.
    """
    players = rule["players"]
    here = dividend(results, players, rule.get("where", {}))
    if "than_where" not in rule:
        return [Claim(f"dividend of {' + '.join(players)}", here, margin)]
    there = dividend(results, players, rule["than_where"])
    name = f"dividend where {_words(rule['where'])} over where {_words(rule['than_where'])}"
    return [Claim(name, here - there, margin)]


def dividend(results: Alternative, players: Mapping[str, Sequence[Any]], where: Where) -> Floats:
    """Return the Harsanyi dividend of all players together, a number a seed."""
    return np.asarray(mobius(game(results, players, where))[-1])


def game(results: Alternative, players: Mapping[str, Sequence[Any]], where: Where) -> Floats:
    """Return the value of every coalition, ``(2^n, n_seeds)``, in the order of ``coalitions``."""
    values = []
    for mask in range(1 << len(players)):
        chosen = {name: ends[mask >> at & 1] for at, (name, ends) in enumerate(players.items())}
        values.append(results.at({**where, **chosen}))
    return np.stack(values)


def main_effects(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that one factor changes more than each of the others, on average over the rest.

    Parameters: first, levers (lever → [low, high]).
    """
    effects = {name: effect(results, name, ends) for name, ends in rule["levers"].items()}
    first = rule["first"]
    return [
        Claim(f"{first} over {name}", effects[first] - other, margin)
        for name, other in effects.items()
        if name != first
    ]


def effect(results: Alternative, lever: str, ends: Sequence[Any]) -> Floats:
    """Return what a factor changes from its first end to its second, over all else."""
    low, high = ends
    return results.at({lever: high}) - results.at({lever: low})


def order(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that no other order of moves is better on the way by more than the margin.

    Parameters: moves (lever → [before, after]), order (levers).
    """
    moves = rule["moves"]
    every = orders(game(results, moves, rule.get("where", {})), list(moves))
    places = {names: at for at, names in enumerate(every.orders)}
    value = every.worth[places[tuple(rule["order"])]]
    return [
        Claim(f"over {_way(names)}", value - every.worth[at], -margin)
        for names, at in places.items()
        if names != tuple(rule["order"])
    ]


def _way(names: Sequence[str]) -> str:
    return " → ".join(name.rpartition(".")[2] for name in names)


# --- shapes --------------------------------------------------------------------------------------


def slope(results: Alternative, rule: Mapping[str, Any], margin: float) -> list[Claim]:
    """Claim that more of a lever brings more: the fitted line rises by more than the margin.

    The claim's value is the rise of the least-squares line from the least to the greatest level.
    Parameters: lever, where, sense (``high`` or ``low``).
    """
    lever, where = rule["lever"], rule.get("where", {})
    sign = -1.0 if rule.get("sense") == "low" else 1.0
    at = sorted(float(level) for level in levels(results, lever))
    values = np.array([results.at({**where, lever: level}) for level in at])
    centred = np.array(at) - np.mean(at)
    rise = centred @ values / (centred @ centred) * (at[-1] - at[0])
    name = f"{_way([lever])} from {at[0]:g} to {at[-1]:g}"
    return [Claim(name, sign * rise, margin)]


def argmax_near_centroid(
    results: Alternative, rule: Mapping[str, Any], margin: float
) -> list[Claim]:
    """Claim that no division far from equal shares is better by more than the margin.

        v(best within distance) − v(j) > −margin   for every division j beyond the distance

    The distance is Euclidean between shares (1/3, 1/3, 1/3 is the centroid of three). The best
    within is taken by its mean over seeds. Parameters: mixture (the factor), distance, where.
    """
    places = results.points(rule.get("where", {}))
    shares = shares_of(results, rule["mixture"]).loc[places].to_numpy(dtype=np.float64)
    values = results.values[results.main][places].to_numpy(dtype=np.float64)
    apart = np.sqrt(((shares - 1.0 / shares.shape[1]) ** 2).sum(axis=1))
    near = np.flatnonzero(apart <= rule["distance"] + 1e-9)
    if not len(near):
        message = f"has no split within {rule['distance']} of equal shares."
        raise ExperimentError([Fault(message, key="verdict.distance", hint="Take more levels.")])
    top = near[np.argmax(values[:, near].mean(axis=0))]
    return [
        Claim(f"over {_shares(shares[at])}", values[:, top] - values[:, at], -margin)
        for at in range(len(places))
        if at not in near
    ]


def shares_of(results: Alternative, mixture: str) -> pd.DataFrame:
    """Return the shares of a mixture's parts at every point."""
    columns = [name for name in results.cells.columns if str(name).startswith(f"{mixture}.")]
    if not columns:
        raise ExperimentError(
            [Fault(f"names an unknown mixture: {mixture}.", key="verdict.mixture")]
        )
    amounts = results.cells[columns].astype(float)
    return amounts.div(amounts.sum(axis=1), axis=0)


def _shares(row: Floats) -> str:
    return "/".join(f"{100 * share:.0f}" for share in row)


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        difference,
        everyone,
        best,
        ordering,
        interaction,
        dividend_positive,
        main_effects,
        order,
        slope,
        argmax_near_centroid,
    )
}
"""All rules by name."""

NEEDS: dict[str, tuple[str, ...]] = {
    "difference": ("better", "than"),
    "everyone": ("better", "than", "nobody_loses"),
    "best": ("lever", "first"),
    "ordering": ("lever", "order"),
    "interaction": (),
    "dividend_positive": ("players",),
    "main_effects": ("first", "levers"),
    "order": ("moves", "order"),
    "slope": ("lever",),
    "argmax_near_centroid": ("mixture", "distance"),
}
"""What each rule cannot do without."""


def rule_faults(stated: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a verdict table before anything is run."""
    name = str(stated.get("rule", ""))
    if name not in RULES:
        return [f"rule must be one of {', '.join(RULES)}. Got {name!r}."]
    return [
        f"{key} is missing: the rule {name} needs it." for key in NEEDS[name] if key not in stated
    ]
