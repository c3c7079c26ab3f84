"""The posterior file: draws of parameters that observed data leave, taken by other studies.

draws = read_posterior("results/calibration")
scenario.replace(draws.settings(0))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.paths import from_home
from simulation.scenario.identity import fingerprint
from simulation.scenario.paths import PathError, assignments, resolve, split, value_at
from simulation.scenario.tree import Node, Steps, plain, plant
from simulation.store.read import read_about, read_frame
from simulation.store.tables import write_frame

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario

POSTERIOR = "posterior.parquet"
SET_AND_DRAWN = "is set and drawn from the posterior; remove one."


@dataclass(frozen=True)
class CalibratedMarket:
    """The market that draws are of.

    Attributes:
        name: of the scenario that was calibrated.
        fingerprint: what the market is (see ``ParameterDraws.market_in``).
        present: what the scenario had of each parameter before it was calibrated.
    """

    name: str
    fingerprint: str
    present: tuple[Any, ...]


@dataclass(frozen=True)
class ParameterDraws:
    """Draws of parameters, each row a set that goes together.

    Attributes:
        file: where from.
        paths: the parameters.
        rows: their values, in random order, so that the first n are a sample for any n.
    """

    file: str
    paths: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    market: CalibratedMarket | None = None
    """The market that they are of; None where a file does not say, as older ones do not."""

    def settings(self, place: int) -> dict[str, Any]:
        """Return the set of parameters at a place, from 0; the same for everybody.

        Raises:
            InputError: the file has fewer.
        """
        if place >= len(self.rows):
            message = f"has {len(self.rows)} draws, and {place + 1} are asked for."
            hint = "Ask for fewer replicates."
            raise InputError([Fault(message, file=Path(self.file), hint=hint)])
        return dict(zip(self.paths, self.rows[place], strict=True))

    def settings_in(self, place: int, what_if: Scenario, base: Scenario) -> dict[str, Any]:
        """Return the set at a place without what a what-if sets otherwise than the base.

        Raises:
            InputError: the file has fewer.
        """
        return {path: value for path, value in self.settings(place).items()
                if value_at(what_if, path) == value_at(base, path)}  # fmt: skip

    @cached_property
    def digest(self) -> str:
        """What the draws are, as a short text."""
        return hashlib.sha256(repr((self.paths, self.rows)).encode()).hexdigest()[:16]

    def of(self, name: str, scenario: Scenario) -> ParameterDraws:
        """Return the draws as those of a market.

        Args:
            name: of the scenario.
            scenario: as it was before it was calibrated.
        """
        present = tuple(value_at(scenario, path) for path in self.paths)
        return replace(self, market=CalibratedMarket(name, self.market_in(scenario), present))

    def market_in(self, scenario: Scenario) -> str:
        """Return a digest of a scenario's market: of all but what is drawn, and but for its run.

        How many people and months are simulated, how the market starts, and what happens in it
        later (events, touchpoints that are closed) do not count.
        """
        market = scenario.replace(self.settings(0))
        people = market.population.model_copy(update={"people": 1})
        offered = tuple(one for one in market.touchpoints if one.offered)
        usual = {"run": type(market.run)(), "start": type(market.start)(), "events": (),
                 "touchpoints": offered, "population": people}  # fmt: skip
        return fingerprint(market.model_copy(update=usual))

    def is_of(self, scenario: Scenario) -> bool:
        """Whether they are of the market of a scenario, as far as their file says."""
        return self.market is None or self.market.fingerprint == self.market_in(scenario)

    def set_in(self, settings: Mapping[str, Any], scenario: Scenario) -> list[str]:
        """Return which settings of a scenario say something of a parameter that draws replace.

        A setting that all draws agree with says nothing else.

        Args:
            settings: paths and values, as they were typed.
            scenario: in which they are set.
        """
        tree = plant(scenario)
        places = self._places(tree)
        return [path for path, value in settings.items()
                if any(steps in places and self._differ(places[steps], plain(leaf))
                       for steps, leaf in _assigned(tree, path, value))]  # fmt: skip

    def changed_in(self, scenario: Scenario) -> list[str]:
        """Return parameters that this scenario alone sets otherwise than the calibrated one.

        In another market nobody has set them, they are as they are there.
        """
        if self.market is None or not self.is_of(scenario):
            return []
        values = [value_at(scenario, path) for path in self.paths]
        return [path for at, (path, value) in enumerate(zip(self.paths, values, strict=True))
                if value != self.market.present[at] and self._differ(at, value)
                and split(path)[0] != "start"]  # fmt: skip

    def _places(self, tree: Node) -> dict[Steps, int]:
        """Return where in a scenario each parameter is, with its place among them."""
        places: dict[Steps, int] = {}
        for at, path in enumerate(self.paths):
            try:
                places |= dict.fromkeys(resolve(tree, split(path)), at)
            except PathError:  # said where draws are taken
                continue
        return places

    def _differ(self, at: int, value: Any) -> bool:
        """Whether some draw of a parameter is not a value."""
        return any(row[at] != value for row in self.rows)

    def check(
        self, n: int, scenarios: Iterable[Scenario], settings: Mapping[str, Any] | None = None
    ) -> None:
        """Refuse draws that cannot be taken.

        Args:
            n: how many sets are taken.
            scenarios: which take them, the base first.
            settings: what was set in the base.

        Raises:
            InputError: there are fewer sets, a scenario does not have a parameter, or the base sets
                one that is drawn.
        """
        scenarios = list(scenarios)
        self._check_paths(n, scenarios)
        both = [*self.set_in(settings or {}, scenarios[0]), *self.changed_in(scenarios[0])]
        if both:
            raise InputError([Fault(SET_AND_DRAWN, key=path) for path in dict.fromkeys(both)])

    def _check_paths(self, n: int, scenarios: Iterable[Scenario]) -> None:
        settings = [self.settings(place) for place in range(n)]
        for scenario in scenarios:
            try:
                scenario.replace(settings[0])
            except InputError as error:
                hint = "Give the file that cocreate calibrate wrote for this scenario."
                faults = [replace(one, file=Path(self.file), hint=hint) for one in error.faults]
                raise InputError(faults) from None

    def as_data(self) -> dict[str, Any]:
        """Return the draws as plain data."""
        market = {} if self.market is None else {"market": asdict(self.market)}
        rows = [list(row) for row in self.rows]
        return {"file": self.file, "paths": list(self.paths), "rows": rows, **market}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> ParameterDraws | None:
        """Return the draws that plain data stand for; None of nothing."""
        if not data:
            return None
        rows = tuple(tuple(row) for row in data["rows"])
        return cls(data["file"], tuple(data["paths"]), rows, _market(data.get("market")))


def _market(data: Mapping[str, Any] | None) -> CalibratedMarket | None:
    if not data:
        return None
    return CalibratedMarket(data["name"], data["fingerprint"], tuple(data["present"]))


def _assigned(tree: Node, path: str, value: Any) -> list[tuple[Steps, Node]]:
    """Return what a setting sets; nothing where there is no such parameter: said elsewhere."""
    try:
        return list(assignments(tree, split(path), plant(value)))
    except PathError:
        return []


def write_posterior(
    file: Path, draws: pd.DataFrame, market: tuple[str, Scenario] | None = None
) -> None:
    """Write draws, one column per parameter.

    Args:
        file: where to.
        draws: a row per set.
        market: name and scenario of the market that they are of.
    """
    about = {}
    if market is not None:
        made = _of_frame(file, draws).of(*market).market
        about = {} if made is None else {"market": asdict(made)}
    write_frame(file, draws, about=about)


def _of_frame(file: Path, frame: pd.DataFrame) -> ParameterDraws:
    rows = tuple(tuple(row) for row in frame.itertuples(index=False, name=None))
    return ParameterDraws(str(file), tuple(map(str, frame.columns)), rows)


def read_posterior(file: str | Path) -> ParameterDraws:
    """Return the draws of a posterior file, or of a calibration's folder that has one.

    Raises:
        InputError: there is no such file, or it has no draws.
    """
    path = from_home(file)
    path = path / POSTERIOR if path.is_dir() else path
    if not path.is_file():
        hint = "Make it with: cocreate calibrate. Where data and model conflict, there is none."
        raise InputError([Fault("does not exist.", file=path, hint=hint)])
    frame = read_frame(path)
    if frame.empty:
        raise InputError([Fault("has no draws.", file=path)])
    return replace(_of_frame(path, frame), market=_market(read_about(path).get("market")))
