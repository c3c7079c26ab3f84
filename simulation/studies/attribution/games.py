"""What is attributed: players, and the cases in which some of them take part and others do not.

Three plans of cases are played, all under the same seeds:

- every coalition of the players (functions, switches, levers): for dividends and Shapley values;
- the whole, and the whole without each one (mechanisms, parts): what does the result depend on?
- the whole, and each one weaker and stronger (layers and switches): a tornado.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import Any

from simulation.analysis.attribution import coalition_name, coalitions

MAINTENANCE = 0.25
"""Share of its money that a function keeps when it does not take part (docs/model.md, §5)."""

STEP = 0.5
"""How far a layer is weakened (by half) and strengthened (half of the way, or by half)."""

WHOLE = "whole"

WITHOUT, WEAKER, STRONGER = "without ", "weaker ", "stronger "


class GameKind(StrEnum):
    """Outcome to attribute."""

    FUNCTIONS = "functions"
    SWITCHES = "switches"
    LEVERS = "levers"
    MECHANISMS = "mechanisms"
    PARTS = "parts"
    LAYERS = "layers"


class Plan(StrEnum):
    """Which cases are run."""

    COALITIONS = "coalitions"
    ONE_LEFT_OUT = "one left out"
    BOTH_WAYS = "both ways"


PLANS = {
    GameKind.FUNCTIONS: Plan.COALITIONS,
    GameKind.SWITCHES: Plan.COALITIONS,
    GameKind.LEVERS: Plan.COALITIONS,
    GameKind.MECHANISMS: Plan.ONE_LEFT_OUT,
    GameKind.PARTS: Plan.ONE_LEFT_OUT,
    GameKind.LAYERS: Plan.BOTH_WAYS,
}


@dataclass(frozen=True)
class Scaled:
    """This share of what the scenario says, of whole numbers at least 1 where it says so much."""

    share: float

    def of(self, value: Any) -> Any:
        """Return the changed value."""
        if isinstance(value, int):
            return max(min(1, value), round(value * self.share))
        return value * self.share

    def __str__(self) -> str:
        return f"× {self.share:g}"


@dataclass(frozen=True)
class Raised:
    """Part of the way from what the scenario says to the most there can be, or by that part."""

    by: float
    most: float | None = None

    def of(self, value: Any) -> Any:
        """Return the changed value."""
        if self.most is not None:
            return value + self.by * (self.most - value)
        raised = value * (1.0 + self.by)
        return ceil(raised) if isinstance(value, int) else raised

    def __str__(self) -> str:
        if self.most is None:
            return f"× {1.0 + self.by:g}"
        return f"{100 * self.by:g} % of the way to {self.most:g}"


ChangedSettings = Mapping[str, Any]
"""Parameter paths and new values; ``Scaled`` and ``Raised`` follow what the scenario says."""


def packed(changes: ChangedSettings) -> dict[str, Any]:
    """Return changes as JSON holds them, so that ``unpacked`` gives the same."""
    result: dict[str, Any] = {}
    for path, change in changes.items():
        if isinstance(change, Scaled):
            result[path] = {"scaled": change.share}
        elif isinstance(change, Raised):
            result[path] = {"raised": change.by, "most": change.most}
        else:
            result[path] = change
    return result


def unpacked(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that ``packed`` wrote."""
    result: dict[str, Any] = {}
    for path, change in stored.items():
        if isinstance(change, Mapping) and "scaled" in change:
            result[path] = Scaled(change["scaled"])
        elif isinstance(change, Mapping) and "raised" in change:
            result[path] = Raised(change["raised"], change["most"])
        else:
            result[path] = change
    return result


@dataclass(frozen=True)
class Player:
    """Something that takes part or does not.

    Attributes:
        name: short, as in ``I`` or ``who``.
        meaning: what it is, for people.
        absent: what is changed where it does not take part (or is weaker).
        present: what is changed where it does (or is stronger).
        removes: ``touchpoints.call_centre``, ``partners.installer``: what is gone where it is
            absent.
    """

    name: str
    meaning: str
    absent: ChangedSettings = field(default_factory=dict)
    present: ChangedSettings = field(default_factory=dict)
    removes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A scenario to be run: its name, and who is absent and present in it."""

    name: str
    absent: tuple[Player, ...] = ()
    present: tuple[Player, ...] = ()


@dataclass(frozen=True)
class Game:
    """Players, and how they are played.

    Attributes:
        kind: what is attributed.
        players: who takes part.
        frozen: whether companies get from revenue what they get in the whole (scaled with their
            funding), so that a change feeds back on nobody's budget.
    """

    kind: GameKind
    players: tuple[Player, ...]
    frozen: bool = False

    @property
    def plan(self) -> Plan:
        """Which cases are run."""
        return PLANS[self.kind]

    @property
    def names(self) -> tuple[str, ...]:
        """The players' names."""
        return tuple(player.name for player in self.players)

    @property
    def whole(self) -> str:
        """The name of the case in which all take part."""
        everyone = coalition_name(frozenset(self.names), self.names)
        return everyone if self.plan is Plan.COALITIONS else WHOLE

    def cases(self) -> tuple[Case, ...]:
        """Return all cases, the whole first."""
        if self.plan is Plan.COALITIONS:
            return tuple(reversed([self._coalition(c) for c in coalitions(self.names)]))
        cases = [Case(WHOLE)]
        for player in self.players:
            if self.plan is Plan.ONE_LEFT_OUT:
                cases.append(Case(WITHOUT + player.name, absent=(player,)))
            else:
                cases.append(Case(WEAKER + player.name, absent=(player,)))
                cases.append(Case(STRONGER + player.name, present=(player,)))
        return tuple(cases)

    def _coalition(self, members: frozenset[str]) -> Case:
        return Case(
            coalition_name(members, self.names),
            absent=tuple(player for player in self.players if player.name not in members),
            present=tuple(player for player in self.players if player.name in members),
        )
