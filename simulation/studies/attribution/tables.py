"""The stored tables of an attribution, and what they come to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.attribution import Attribution, Orders, attribute, orders
from simulation.analysis.coalitions import (
    actors_of,
    dividend_curves,
    lattice,
    lattice_curves,
    loss_curves,
    outcome_table,
    shapley_curves,
    tornado_table,
)
from simulation.analysis.interval import Interval, joint_table, t_interval
from simulation.analysis.network_analyses import keystone_table
from simulation.analysis.summary import unit_of
from simulation.arrays import Floats
from simulation.errors import Fault, ResultError
from simulation.report.canvas import Setting
from simulation.report.shown import (
    as_shown,
    label_of,
    parameter_of,
    relabelled,
    shown_columns,
    shown_ledger,
    shown_series,
)
from simulation.report.words import label, window_words
from simulation.scenario.units import Units
from simulation.store.read import read_measures
from simulation.studies.attribution.player_words import PlayerWords
from simulation.studies.run.tables import Tables, read_tables

if TYPE_CHECKING:
    import pandas as pd

    from simulation.analysis.compare import DifferenceCurve

ASKED = "attribution.json"

COALITIONS, ONE_LEFT_OUT, BOTH_WAYS = "coalitions", "one left out", "both ways"
WITHOUT, WEAKER, STRONGER = "without ", "weaker ", "stronger "
FUNCTIONS, PARTS = "functions", "parts"

MOST_ORDERED = 7


@dataclass(frozen=True)
class Played:
    """An attribution: what was asked, and the tables of its runs.

    Attributes:
        asked: what ``attribution.json`` says.
        tables: of its runs, by the scenario's names.
        named: the labels by which actors, players and parameters are shown; none as stored.
    """

    asked: Mapping[str, Any]
    tables: Tables
    named: Units = field(default_factory=Units)

    @property
    def people(self) -> pd.DataFrame | None:
        """The persons of the first run of the whole, where they were kept."""
        return self.tables.people

    @property
    def kind(self) -> str:
        """What is attributed: functions, switches, levers, mechanisms, parts, layers."""
        return str(self.asked["kind"])

    @property
    def plan(self) -> str:
        """Which cases were run."""
        return str(self.asked["plan"])

    @property
    def outcome(self) -> str:
        """What the answer is about, ``metric`` or ``metric:of``."""
        return str(self.asked["outcome"])

    @property
    def window(self) -> str:
        """Months over which outcomes are means."""
        return window_words(str(self.asked["window"]), int(self.tables.manifest.get("months") or 0))

    @property
    def whole(self) -> str:
        """The case in which all take part."""
        return str(self.asked["whole"])

    @property
    def runs(self) -> pd.DataFrame:
        """One row per run, with its case and outcomes."""
        return self.tables.runs

    @cached_property
    def players(self) -> tuple[PlayerWords, ...]:
        """Who takes part."""
        return tuple(
            PlayerWords(words["name"], words["meaning"], words["absent"], words["present"],
                   tuple(words["removes"]))
            for words in self.asked["players"]
        )  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """The players' names."""
        return tuple(player.name for player in self.players)

    def words(self, name: str) -> str:
        """Return a player, or players that act together, in words: "M+P" stands for functions."""
        if self.kind != FUNCTIONS:
            return "+".join(self._player(part) for part in name.split("+"))
        meanings = {player.name: label(player.meaning) for player in self.players}
        return " with ".join(meanings.get(part, label(part)) for part in name.split("+"))

    def _player(self, name: str) -> str:
        """Return a player as it is read: what the scenario names by its label."""
        return self.called(name) if name in self._things else label(name)

    @cached_property
    def _things(self) -> frozenset[str]:
        return frozenset(player.name for player in self.players if player.is_thing)

    def called(self, name: str) -> str:
        """Return what an actor, or what a metric is of, is called: by its label, if any."""
        return label_of(name, self.named)

    def parameter(self, path: str) -> str:
        """Return a parameter as it is read."""
        return parameter_of(path, self.named)

    @property
    def outcome_words(self) -> str:
        """The outcome in words: "surplus of Nordtel"."""
        metric, _, of = self.outcome.partition(":")
        return f"{label(metric)} of {self.called(of)}" if of else label(metric)

    def by_labels(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table whose actors and players are named as figures name them."""
        changes: dict[str, Any] = {}
        if "actor" in table:
            changes["actor"] = relabelled(table["actor"], self.named).astype(object)
        for column in ("coalition", "of", "player", "removed"):
            if column in table:
                changes[column] = ["+".join(self.in_figures(str(name).split("+")))
                                   for name in table[column]]  # fmt: skip
        return table.assign(**changes)

    def in_figures(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return players as figures name them: what the scenario names by its label."""
        return tuple(self.named.label(one) if one in self._things else one for one in names)

    def curves_by_labels(self, curves: Mapping[str, DifferenceCurve]) -> dict[str, DifferenceCurve]:
        """Return curves of players, named as figures name them."""
        return dict(zip(self.in_figures(tuple(curves)), curves.values(), strict=True))

    @property
    def setting(self) -> Setting:
        """What figures need besides their table; seeds are those that have every case."""
        seeds = tuple(int(seed) for seed in self.table.index)
        return replace(self.tables.setting, seeds=seeds, unit=self.unit)

    @property
    def money_setting(self) -> Setting:
        """What figures need that show what actors have, whatever the outcome is."""
        return replace(self.setting, unit=self.money)

    @property
    def money(self) -> str:
        """The unit of what actors have."""
        return unit_of(self.tables.series, "surplus") or "money/month"

    def shown(self) -> Played:
        """Return the tables in the units that people use: currency, people represented, labels.

        Cases, outcomes and players keep the scenario's names, by which they are looked up;
        ``named`` has the labels by which they are shown.
        """
        if not as_shown(self.tables.units):
            return self
        units = replace(self.tables.units, labels={})
        measures = read_measures(self.tables.folder / "runs.parquet")
        runs, _ = shown_columns(
            self.runs, {name: measure.unit for name, measure in measures.items()}, units
        )
        tables = replace(
            self.tables,
            runs=runs,
            series=shown_series(self.tables.series, units),
            ledger=shown_ledger(self.tables.ledger, units),
        )
        return replace(self, tables=tables, named=Units(labels=self.tables.units.labels))

    @property
    def unit(self) -> str:
        """The unit of the outcome."""
        return unit_of(self.tables.series, self.outcome.partition(":")[0])

    @cached_property
    def table(self) -> pd.DataFrame:
        """The outcome: seeds (index) by cases (columns), seeds without gaps only."""
        return self.outcomes(self.outcome)

    def outcomes(self, outcome: str) -> pd.DataFrame:
        """Return any outcome, seeds by cases.

        Raises:
            ResultError: there is no such outcome, or no seed has every case.
        """
        try:
            return outcome_table(self.runs, outcome)
        except ValueError as error:
            raise ResultError([Fault(str(error), hint=self._hint(outcome))]) from None

    def _hint(self, outcome: str) -> str | None:
        from difflib import get_close_matches

        near = get_close_matches(outcome, [str(name) for name in self.runs.columns], n=1)
        return f"Did you mean {near[0]}?" if near else None

    def level(self) -> Interval:
        """Return the outcome of the whole, with its interval over seeds."""
        return t_interval(self.table[self.whole].to_numpy())

    @cached_property
    def attribution(self) -> Attribution:
        """Dividends and Shapley values of the outcome."""
        return self.attributed(self.outcome)

    def attributed(self, outcome: str) -> Attribution:
        """Return dividends and Shapley values of any outcome."""
        return attribute(lattice(self.outcomes(outcome), self.names), self.names)

    @cached_property
    def orders(self) -> Orders | None:
        """What every order is worth, where there are not too many."""
        if not 1 < len(self.names) <= MOST_ORDERED:
            return None
        return orders(self.attribution.values, self.names)

    @cached_property
    def curves(self) -> dict[str, DifferenceCurve]:
        """Dividends over time, where the outcome's months were kept; else nothing."""
        return {} if self._by_month is None else dividend_curves(self._by_month)

    @cached_property
    def shapley_curves(self) -> dict[str, DifferenceCurve]:
        """Shapley values over time, where the outcome's months were kept; else nothing."""
        return {} if self._by_month is None else shapley_curves(self._by_month)

    @cached_property
    def _by_month(self) -> Attribution | None:
        metric, _, of = self.outcome.partition(":")
        try:
            values = lattice_curves(self.tables.series, self.runs, self.names, metric, of)
        except ValueError:
            return None
        return attribute(values, self.names)

    @cached_property
    def loss_curves(self) -> dict[str, DifferenceCurve]:
        """What is lost over time without each, where the outcome's months were kept."""
        metric, _, of = self.outcome.partition(":")
        cases = {name: WITHOUT + name for name in self.names}
        try:
            return loss_curves(self.tables.series, self.runs, cases, self.whole,
                               metric=metric, of=of)  # fmt: skip
        except ValueError:
            return {}

    @cached_property
    def by_actor(self) -> pd.DataFrame:
        """Every dividend by actor: columns coalition, actor, mean, low, high.

        Nobody's row is left out, so that the actors add up to the dividend of what is co-created.
        Intervals of a coalition hold for all actors at once.
        """
        import pandas as pd

        samples = self._of_actors(Attribution.dividend_samples)
        frames = [
            _joint({key: one for key, one in samples.items() if key[0] == name})
            for name in dict.fromkeys(name for name, _ in samples)
        ]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def shapley_by_actor(self) -> pd.DataFrame:
        """Every Shapley value by actor: columns coalition (the player), actor, mean, low, high.

        All intervals hold at once.
        """
        return _joint(self._of_actors(Attribution.shapley_samples))

    def _of_actors(
        self, samples: Callable[[Attribution], dict[str, Floats]]
    ) -> dict[tuple[str, str], pd.Series[float]]:
        """Return what each actor has of each coalition, by seed."""
        import pandas as pd

        result = {}
        for actor in actors_of(self.runs):
            seeds = self.outcomes(f"gain:{actor}").index
            for name, values in samples(self.attributed(f"gain:{actor}")).items():
                result[name, actor] = pd.Series(values, index=seeds)
        return result

    @cached_property
    def lost_by_actor(self) -> pd.DataFrame:
        """What each actor loses without each, as ``by_actor``; coalition is what is gone.

        Intervals of an actor hold for all that is removed at once. Who is removed has nothing.
        """
        import pandas as pd

        frames = []
        for actor in actors_of(self.runs):
            runs = self.runs.fillna({f"surplus:{actor}": 0.0})
            rows = self._keystones(outcome_table(runs, f"gain:{actor}"))
            rows = rows.rename(columns={"removed": "coalition", "lost": "mean"})
            frames.append(rows.assign(actor=actor)[["coalition", "actor", "mean", "low", "high"]])
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    @cached_property
    def keystones(self) -> pd.DataFrame:
        """What is lost without each (see ``value_network.keystone_table``)."""
        return self._keystones(self.table)

    def _keystones(self, table: pd.DataFrame) -> pd.DataFrame:
        without = {name: table[WITHOUT + name].to_numpy() for name in self.names}
        return keystone_table(table[self.whole].to_numpy(), without)

    @cached_property
    def tornado(self) -> pd.DataFrame:
        """What each changes, weaker and stronger (see ``coalitions.tornado_table``)."""
        cases = {name: (WEAKER + name, STRONGER + name) for name in self.names}
        return tornado_table(self.table, cases, self.whole)

    def of_whole(self) -> Tables:
        """Return the tables of the runs in which all take part, by labels where there are any."""
        rows = self.runs[self.runs["case"] == self.whole]
        series, ledger = self.tables.series, self.tables.ledger
        return replace(
            self.tables,
            runs=rows,
            series=shown_series(series[series["run"].isin(rows["run"])], self.named),
            ledger=shown_ledger(ledger[ledger["run"].isin(rows["run"])], self.named),
        )


def _joint(samples: Mapping[tuple[str, str], pd.Series[float]]) -> pd.DataFrame:
    """Return coalition, actor, mean, low, high of samples by seed; all intervals hold at once."""
    import pandas as pd

    if not samples:
        return pd.DataFrame()
    table = joint_table(pd.DataFrame(samples)).drop(columns="runs")
    return table.rename_axis(["coalition", "actor"]).reset_index()


def read_played(folder: Path) -> Played:
    """Read an attribution from its folder, as ``cocreate attribute`` wrote it.

    Raises:
        ResultError: it is no attribution.
    """
    path = folder / ASKED
    if not path.is_file():
        hint = "Give the folder that `cocreate attribute` wrote."
        raise ResultError([Fault("holds no attribution.", file=folder, hint=hint)])
    return Played(json.loads(path.read_text(encoding="utf-8")), read_tables(folder))
