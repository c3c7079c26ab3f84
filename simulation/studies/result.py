"""Results: what a folder of runs holds, as pandas frames, whichever study made it.

result = open_result("results/base-vs-cheap-1a2b3c4d")
result.runs, result.series, result.outcomes
result.plot("co_created_value")
"""

from __future__ import annotations

import html
import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from simulation.errors import Fault, InputError, ResultError, check_path
from simulation.scenario.suggest import did_you_mean, listed
from simulation.store import Manifest, read_manifest
from simulation.store.read import read_frame, read_measures

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.report.figure import Figure
    from simulation.report.page import Report
    from simulation.scenario.units import Units

KEYS = ("run", "scenario", "seed", "fingerprint")
"""Columns of ``runs`` that are neither parameters nor outcomes."""


class Result:
    """A result folder with its tables as pandas frames, which are read on first use.

    Each kind of study has its own class with additional tables (see ``open_result``).
    """

    noun: ClassVar[str] = "Result"
    """What it calls itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Return the result that a folder holds.

        Raises:
            ResultError: the folder holds none, or an unfinished one.
        """
        result = cls(Path(folder))
        if not result.manifest.complete:
            hint = f"Resume with: {result.manifest.resuming}"
            raise ResultError([Fault("is not finished.", file=result.folder, hint=hint)])
        return result

    @cached_property
    def series(self) -> pd.DataFrame:
        """Monthly values in tidy form: run, month, metric, of, value."""
        return self._table("series")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: run, scenario, seed, fingerprint, outcomes."""
        return self._table("runs")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Flows between roles: run, month, giver, receiver, deliverable, kind, amount, unit."""
        return self._table("ledger")

    def ledgers(self) -> dict[str, pd.DataFrame]:
        """Return one ledger per scenario, by name; empty where there is a single scenario."""
        return {"": self.ledger}

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Runs that failed: run, scenario, seed, error, traceback, remake."""
        return self._table("failures")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes by actor with 95 % intervals."""
        from simulation.analysis.outcome_table import outcome_table
        from simulation.studies.printed import OutcomeFrame

        return OutcomeFrame(outcome_table(self.series))

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Every person in every month, in the columns requested from ``run``.

        One row per run, month and person. It may be large: to read a part of it, query
        ``panel.parquet`` in the folder with DuckDB or Polars.
        """
        return self._table("panel")

    @cached_property
    def tables(self) -> Any:
        """The tables as reports and figures read them, in the units that people use."""
        from simulation.studies.run.tables import read_tables

        return read_tables(self.folder).shown()

    @property
    def shown_tables(self) -> Any:
        """The tables in the units that people use, where ``tables`` are in the model's."""
        return self.tables

    @property
    def shown_in(self) -> Units:
        """The currency, people and labels in which its numbers are shown."""
        from simulation.scenario.units import Units

        return Units.of_data(self.manifest.scenario or {})

    @cached_property
    def answer(self) -> list[str]:
        """The answer in a few sentences, computed from the tables."""
        return list(self.report().answer)

    def seen_by(self, whose: str) -> Self:
        """Return the same result for another whose benefit counts: its report is for them.

        Args:
            whose: ``everyone``, ``customers``, a company, or ``partner:NAME``.

        Raises:
            InputError: there is no such actor, or whose benefit counts is part of what was run.
        """
        message = f"asks whose benefit counts before it runs. Got {whose}."
        hint = "Runs and comparisons can be seen by others afterwards; run this again with --for."
        raise InputError([Fault(message, file=self.folder, hint=hint)])

    def report(self) -> Report:
        """Return the report: ``write(folder)`` draws its figures and writes it."""
        from simulation.studies.kinds import kind_of

        return kind_of(self.folder).report(self)

    def figures(self) -> list[Figure]:
        """Return the figures that have something to show, each with its finding."""
        from simulation.studies.kinds import kind_of

        return kind_of(self.folder).figures(self)

    @property
    def figure_names(self) -> list[str]:
        """The names of the figures that such a result can have."""
        return [figure.name for figure in self.figures()]

    @property
    def units(self) -> dict[str, str]:
        """The unit of each outcome in ``runs``."""
        measures = read_measures(self._path("runs"))
        return {name: measure.unit for name, measure in measures.items()}

    def plot(self, metric: str, of: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw a metric over time: a line with its 95 % band for each label.

        Args:
            metric: its name.
            of: the label to draw; all of them if not given.
            ax: where to draw; a new figure if not given.

        Raises:
            ResultError: there is no such metric, or it has no such label.
        """
        known = list(dict.fromkeys(self.series["metric"].astype(str)))
        if metric not in known:
            hint = f"There are {', '.join(known)}."
            raise ResultError([Fault(f"has no metric {metric!r}.", file=self.folder, hint=hint)])
        if of is not None:
            self._check_label(metric, of)
        return _plot(self.series, metric, of, ax)

    def _check_label(self, metric: str, of: str) -> None:
        """Refuse a label that a metric does not have, with those that it has."""
        rows = self.series[self.series["metric"] == metric]
        labels = list(dict.fromkeys(rows["of"].astype(str)))
        if of in labels:
            return
        named = [label for label in labels if label]
        hint = "Leave the label out: it has none." if not named else (
            did_you_mean(str(of), named) or f"There are {listed(named)}.")  # fmt: skip
        message = f"has no {of!r} in metric {metric!r}."
        raise ResultError([Fault(message, file=self.folder, hint=hint)])

    def save(self, folder: str | Path) -> Path:
        """Copy everything into a new folder and return it.

        Raises:
            ResultError: the folder exists and is not empty.
        """
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise ResultError([Fault("exists already.", file=target, hint="Name a new folder.")])
        shutil.copytree(self.folder, target, dirs_exist_ok=True)
        return target

    def __repr__(self) -> str:
        counts = self.manifest.runs
        failed = f", {counts.failed} failed" if counts.failed else ""
        return (
            f"<{self.noun} of {self.manifest.scenario_name}: {counts.done} runs{failed}, "
            f"{self.manifest.months} months>"
        )

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(text)}</li>" for text in self.answer)
        title = html.escape(self.manifest.title or self.manifest.scenario_name)
        return f"<h4>{title}</h4><ol>{items}</ol>{html_table(self._shown())}"

    def _shown(self) -> pd.DataFrame:
        """Return the table that a notebook shows."""
        return self.outcomes.drop(columns=["sign", "note"], errors="ignore")

    def _path(self, name: str) -> Path:
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise ResultError([Fault(f"has no table {name!r}.", file=self.folder)])
        return path

    def _table(self, name: str) -> pd.DataFrame:
        return read_frame(self._path(name))


def open_result(folder: str | Path) -> Result:
    """Return the result that a folder holds, as the class of the study that made it.

    Raises:
        ResultError: the folder holds none, or an unfinished one.
    """
    from simulation.studies.kinds import kind_of

    path = Path(check_path(folder, "folder"))
    return kind_of(path).result_class.open(path)


def html_table(frame: pd.DataFrame) -> str:
    """Return a table for a notebook."""
    shown: str = frame.to_html(index=False, float_format="{:,.4g}".format, na_rep="", border=0)
    return shown


def _plot(series: pd.DataFrame, metric: str, of: str | None, ax: Axes | None) -> Axes:
    from simulation.analysis.summary import curve, months, unit_of
    from simulation.report import colours
    from simulation.report.canvas import (
        BAND,
        PLAIN,
        End,
        band,
        finish,
        label_ends,
        months_axis,
        start,
        title_case,
        zero_line,
    )

    rows = series[series["metric"] == metric]
    wanted = list(dict.fromkeys(rows["of"].astype(str))) if of is None else [of]
    canvas = start(ax)
    ends = []
    for name, look in colours.firms(wanted).items():
        height = band(canvas.ax, curve(series, metric, name), look)
        ends.append(End(name, height, look))
    months_axis(canvas.ax, months(rows))
    canvas.ax.set_ylabel(unit_of(series, metric))
    zero_line(canvas.ax)
    label_ends(canvas.ax, [end for end in ends if end.text])
    return finish(canvas, title_case(metric), rows, PLAIN, BAND)
