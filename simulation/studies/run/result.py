"""The package as a library: run a scenario and look at what came out."""

from __future__ import annotations

import html
import json
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simulation.errors import Fault, ResultError, RunFailedError
from simulation.execution import Executor, Limits, Processes, Serial, cores
from simulation.simulate import DEFAULT_MODEL
from simulation.store import Manifest, read_manifest
from simulation.store.tables import METRICS_KEY
from simulation.studies.run.plan import Replicates, Unwatched, replicate

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.scenario.schema import Scenario


class Result:
    """A result folder, its tables as pandas frames, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Return the result that a folder holds.

        Raises:
            ResultError: the folder holds none, or an unfinished one.
        """
        found = cls(Path(folder))
        if not found.manifest.complete:
            raise ResultError(
                [
                    Fault(
                        "is not finished.",
                        file=found.folder,
                        hint=f"Go on with: {found.manifest.command_line}",
                    )
                ]
            )
        return found

    @cached_property
    def series(self) -> pd.DataFrame:
        """Monthly numbers, tidy: run, month, metric, of, value."""
        from simulation.analysis.summary import Metrics

        frame = self._table("series")
        told = self._schema_metadata("series").get(METRICS_KEY, b"{}")
        frame.attrs["metrics"] = Metrics(json.loads(told))
        return frame

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row a run: run, scenario, seed, fingerprint, outcomes."""
        return self._table("runs")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """What flowed: run, month, giver, receiver, deliverable, kind, amount, unit."""
        return self._table("ledger")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Runs that failed: run, scenario, seed, error, traceback, remake."""
        return self._table("failures")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes by actor with 95 % intervals."""
        from simulation.analysis.outcome_table import outcome_table

        return outcome_table(self.series)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Every person, every month, in the columns that ``run`` was asked for.

        A row a run, month and person. It may be large: read ``panel.parquet`` in the folder with
        DuckDB or Polars to have a part of it.
        """
        return self._table("panel")

    @property
    def units(self) -> dict[str, str]:
        """The unit of each outcome in ``runs``."""
        import pyarrow.parquet as pq

        schema = pq.read_schema(self._path("runs"))
        told = {column.name: (column.metadata or {}).get(b"unit", b"") for column in schema}
        return {name: unit.decode() for name, unit in told.items()}

    def plot(self, metric: str, of: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw a metric over time: a line with its 95 % band for each that it is of.

        Args:
            metric: its name.
            of: the one to draw; all of them if not given.
            ax: where to draw; a new figure if not given.

        Raises:
            ResultError: there is no such metric.
        """
        known = list(dict.fromkeys(self.series["metric"].astype(str)))
        if metric not in known:
            hint = f"There are {', '.join(known)}."
            raise ResultError([Fault(f"has no metric {metric!r}.", file=self.folder, hint=hint)])
        return _plot(self.series, metric, of, ax)

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
            f"<Result of {self.manifest.scenario_name}: {counts.done} runs{failed}, "
            f"{self.manifest.months} months>"
        )

    def _repr_html_(self) -> str:
        title = html.escape(self.manifest.title or self.manifest.scenario_name)
        shown = self.outcomes.drop(columns=["sign", "note"], errors="ignore")
        table = shown.to_html(index=False, float_format="{:,.4g}".format, na_rep="", border=0)
        counts = self.manifest.runs
        return (
            f"<h4>{title}</h4><p>{counts.done} runs of {self.manifest.months} months, "
            f"{counts.failed} failed. Means with 95&nbsp;% intervals.</p>{table}"
        )

    def _path(self, name: str) -> Path:
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise ResultError([Fault(f"has no table {name!r}.", file=self.folder)])
        return path

    def _table(self, name: str) -> pd.DataFrame:
        import pyarrow.parquet as pq

        frame: pd.DataFrame = pq.read_table(self._path(name)).to_pandas()
        return frame

    def _schema_metadata(self, name: str) -> dict[bytes, bytes]:
        import pyarrow.parquet as pq

        return dict(pq.read_schema(self._path(name)).metadata or {})


def run(
    scenario: Scenario,
    *,
    seeds: Iterable[int] | None = None,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
    panel: Iterable[str] = (),
) -> Result:
    """Run a scenario with several seeds and return the result.

    It is kept in a temporary folder that goes when the result does, unless it is saved.

    Args:
        scenario: all inputs.
        seeds: a seed a run; as many as the scenario says if not given.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.
        panel: columns of people to write down of every person every month, such as ``provider``,
            ``attitude:focal``, or ``attitude`` for all companies; see ``Result.panel``.

    Raises:
        InputError: names of the panel stand for no column.
        RunFailedError: no run finished.
    """
    first = scenario.run.seed
    chosen = tuple(range(first, first + scenario.run.replicates) if seeds is None else seeds)
    replicates = Replicates(_name_of(scenario), scenario, chosen, model, panel=tuple(panel))
    shelter = Path(tempfile.mkdtemp(prefix="cocreate-"))
    try:
        result = _run(replicates, shelter / replicates.name, workers)
    except BaseException:
        shutil.rmtree(shelter, ignore_errors=True)
        raise
    weakref.finalize(result, shutil.rmtree, shelter, ignore_errors=True)
    return result


def _run(replicates: Replicates, folder: Path, workers: int | None) -> Result:
    chosen = executor(workers, len(replicates.seeds), replicates.model)
    with replicates.open(folder) as store:
        manifest = replicate(replicates, store, chosen, Unwatched())
    result = Result(folder)
    if manifest.runs.done == 0:
        first = result.failures["error"].iloc[0]
        raise RunFailedError(f"No run finished. The first error: {first}")
    return result


def executor(
    workers: int | None,
    runs: int,
    model: str = DEFAULT_MODEL,
    limits: Limits | None = None,
) -> Executor:
    """Return the executor for a number of workers (None: all cores; 0: in this process).

    There are no more processes than runs. Limits hold in worker processes only.
    """
    if workers == 0:
        return Serial()
    return Processes(min(workers or cores(), max(runs, 1)), model=model, limits=limits)


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


def _name_of(scenario: Scenario) -> str:
    words = scenario.title.partition(":")[0].lower().split()
    return "_".join(words) if words else "scenario"


__all__: list[Any] = ["Result", "executor", "run"]
