"""What a page asks for: a scenario by name, what is changed in it, and what it is compared with.

The page's state comes from its address, which anybody may have written: it can name scenarios
that are offered and move levers, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.dashboard.levers import LeverGroup, lever_groups
from simulation.dashboard.limits import Ceiling
from simulation.errors import CocreateError, Fault, InputError
from simulation.experiment.posterior import SET_AND_DRAWN
from simulation.scenario.files import available, find_scenario
from simulation.scenario.load import load_scenario
from simulation.scenario.suggest import listed
from simulation.studies.other_market import other_market

if TYPE_CHECKING:
    from simulation.experiment.posterior import ParameterDraws
    from simulation.scenario.scenario import Scenario

PEOPLE, MONTHS, SEEDS = 2_000, 60, 8
"""People, months and pairs that a page begins with: an answer within a second or two."""
DRAWS = 16
"""Pairs that it begins with where each takes a draw of a posterior: a range over them needs ten."""


@dataclass(frozen=True)
class Offer:
    """A scenario that a page may show."""

    name: str
    title: str
    file: Path


@dataclass(frozen=True)
class PageState:
    """What a page wants to see.

    Attributes:
        number: the page's own number of this state.
        name: the scenario's name.
        size: people and months.
        base: the scenario with what is pinned.
        what_if: the scenario with what is changed; equal to the base where nothing is. Both
            differ from the scenario from month 1 on, but for what shapes the founding.
        changes, pinned: parameter paths and values.
        seeds: one a pair.
    """

    number: int
    name: str
    size: tuple[int, int]
    base: Scenario
    what_if: Scenario
    changes: Mapping[str, Any]
    pinned: Mapping[str, Any]
    seeds: tuple[int, ...]
    draws: ParameterDraws | None = None
    """Of a posterior, of which each pair takes one."""
    remark: str = ""
    """That the posterior is not of this market, where it is not."""

    def pair(self, place: int) -> tuple[Scenario, Scenario]:
        """Return base and what-if of a pair: with a draw of the posterior, where there is one."""
        sides = self.base, self.what_if
        if self.draws is None:
            return sides
        ours, theirs = (one.replace(self.draws.settings_in(place, one, self.base)) for one in sides)
        return ours, theirs

    @property
    def differs(self) -> bool:
        """Whether there are two scenarios to compare."""
        return bool(self.base.fingerprint != self.what_if.fingerprint)

    @property
    def apart(self) -> bool:
        """Whether the two markets differ before month 1 already."""
        return bool(self.base.past_fingerprint != self.what_if.past_fingerprint)

    @property
    def since(self) -> str:
        """From when on the two differ, in words."""
        if not self.base.run.warm_up:
            return "from the founding on"
        return "with a past of its own" if self.apart else "from month 1 on"


class Catalogue:
    """The scenarios that pages may show, and how large they are shown.

    Args:
        first: the scenario that pages begin with, a name or a file.
        people, months: the size that pages begin with; the page's own if not given.
        ceiling: the limits.
        draws: of a posterior of the first scenario, of which each pair takes one.

    Raises:
        InputError: the first scenario cannot be read, or the draws are not of it.
    """

    def __init__(
        self, first: str = "base", *, people: int | None = None, months: int | None = None,
        ceiling: Ceiling | None = None, draws: ParameterDraws | None = None,
    ) -> None:  # fmt: skip
        self.ceiling = ceiling or Ceiling()
        given = find_scenario(first)
        files = {**available(), given.stem: given}
        self.first = given.stem
        scenario = load_scenario(given)
        self.draws = draws
        if draws is not None:
            draws.check(self.ceiling.seeds, [scenario])
        self.size = (people or PEOPLE, months or MONTHS)
        self.choices = {choice.name: choice for choice in _choices(files)}
        self._sized = lru_cache(maxsize=32)(self._load)
        self._levers = lru_cache(maxsize=32)(self._read_levers)

    @property
    def seeds(self) -> int:
        """Pairs that a page begins with."""
        return SEEDS if self.draws is None else DRAWS

    def scenario(self, name: str, size: tuple[int, int]) -> Scenario:
        """Return a scenario of a size.

        Raises:
            ScenarioError: there is none of this name, or the size is not allowed.
        """
        if name not in self.choices:
            hint = f"There are {listed(list(self.choices))}."
            raise InputError([Fault("is not a scenario of this page.", key=name, hint=hint)])
        return self._sized(name, size)

    def groups(self, name: str, size: tuple[int, int]) -> tuple[LeverGroup, ...]:
        """Return the levers of a scenario."""
        self.scenario(name, size)
        return self._levers(name, size)

    def understand(self, message: Mapping[str, Any]) -> PageState:
        """Return what a page's state asks for.

        Args:
            message: number, scenario, people, months, seeds, changes and pinned.

        Raises:
            InputError: with everything that is wrong, each with the key of its field.
        """
        name, size = str(message.get("scenario", self.first)), _size(message, self.size)
        scenario = self.scenario(name, size)
        faults = self.ceiling.faults(scenario)
        seeds = _whole(message, "seeds", self.seeds)
        faults += self.ceiling.seed_faults(seeds)
        known = {lever.path for group in self.groups(name, size) for lever in group.levers}
        sides, changed = [], []
        for part in ("pinned", "changes"):
            changes = dict(message.get(part) or {})
            changed.append(changes)
            strange = [_no_lever(path) for path in changes if path not in known]
            faults += strange
            if part == "pinned" and not strange and self.draws is not None and name == self.first:
                faults += [Fault(SET_AND_DRAWN, key=path)
                           for path in self.draws.set_in(changes, scenario)]  # fmt: skip
            try:
                sides.append(scenario if strange else _moved(scenario, changes))
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(list(dict.fromkeys(faults)))
        first = scenario.run.seed
        draws = self.draws if name == self.first else None
        return PageState(
            _whole(message, "number", 0), name, size, sides[0], sides[1], changed[1], changed[0],
            tuple(range(first, first + seeds)), draws, other_market(draws, name, scenario),
        )  # fmt: skip

    def _load(self, name: str, size: tuple[int, int]) -> Scenario:
        changes = {"population.people": size[0], "run.months": size[1]}
        return load_scenario(self.choices[name].file, changes)

    def _read_levers(self, name: str, size: tuple[int, int]) -> tuple[LeverGroup, ...]:
        return tuple(lever_groups(self._sized(name, size)))


def _moved(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with levers moved: from month 1 on where that is possible."""
    return scenario.replace(changes).as_change_of(scenario)


def _choices(files: Mapping[str, Path]) -> list[Offer]:
    """Return the scenarios among some files, by name; what cannot be read is left out."""
    offers = []
    for name, file in sorted(files.items(), key=lambda one: (one[0] != "base", one[0])):
        try:
            offers.append(Offer(name, load_scenario(file).title or name, file))
        except CocreateError:
            continue
    return offers


def _size(message: Mapping[str, Any], usual: tuple[int, int]) -> tuple[int, int]:
    return _whole(message, "people", usual[0]), _whole(message, "months", usual[1])


def _whole(message: Mapping[str, Any], key: str, usual: int) -> int:
    value = message.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError([Fault(f"must be a whole number. Got {str(value)[:40]!r}.", key=key)])
    return value


def _no_lever(path: str) -> Fault:
    return Fault("is not a lever of this scenario.", key=path[:120], hint="Choose one beside it.")
