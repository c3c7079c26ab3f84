"""Experiments as a library: do the runs of a design, and look at what came out."""

from __future__ import annotations

import html
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError, RunFailedError
from simulation.experiment.load import Changes, load_experiment
from simulation.simulate import DEFAULT_MODEL, check_model
from simulation.store import RunStore
from simulation.studies.run.plan import Unwatched
from simulation.studies.run.result import Result, executor
from simulation.studies.sweep.plan import Sweep, conduct

if TYPE_CHECKING:
    import pandas as pd

    from simulation.analysis.points import Asked
    from simulation.studies.sweep.tables import SweepTables

SHOWN = 12
"""Points that a notebook shows."""


class Swept(Result):
    """The result of an experiment: its tables as pandas frames, read when they are asked for."""

    @cached_property
    def _tables(self) -> SweepTables:
        from simulation.studies.sweep.tables import read_sweep

        return read_sweep(self.folder)

    def points(self, outcome: str | None = None) -> pd.DataFrame:
        """Return a row a point, best first: its settings, the outcome, how far behind the best.

        Columns: point, a column a factor, mean, low, high (95 % over seeds), n, behind, behind_low,
        behind_high (paired by seed), near (whether it cannot be told from the best).

        Args:
            outcome: its name; the experiment's first if not given.

        Raises:
            InputError: there is no such outcome.
            RunFailedError: no run of it has a value.
        """
        found = self._tables.points(self._asked(outcome))
        if found is None:
            raise RunFailedError(f"{outcome or 'The outcome'} has no value in any run.")
        return found.table

    def sensitivity(self, outcome: str | None = None) -> pd.DataFrame:
        """Return what each factor does to an outcome: Sobol indices, or Morris measures.

        Raises:
            InputError: there is no such outcome, or the design gives neither.
        """
        if not self._tables.has_indices:
            hint = 'Write kind = "sobol" or "morris" under [design].'
            raise InputError([Fault("gives no indices.", key="design.kind", hint=hint)])
        return self._tables.indices(self._asked(outcome))

    @cached_property
    def answer(self) -> list[str]:
        """The answer in three sentences, computed from the tables."""
        from simulation.studies.sweep.answer import answer

        return answer(self._tables)

    def _asked(self, name: str | None) -> Asked:
        outcomes = {outcome.name: outcome for outcome in self._tables.outcomes}
        if name is None:
            return next(iter(outcomes.values()))
        if name not in outcomes:
            from simulation.scenario.suggest import did_you_mean

            message = f"There is no outcome {name}."
            raise InputError([Fault(message, hint=did_you_mean(name, outcomes))])
        return outcomes[name]

    def __repr__(self) -> str:
        tables = self._tables
        return f"<Swept: {tables.n_points} points, {len(tables.seeds)} seeds>"

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{html.escape(text)}</li>" for text in self.answer)
        table = self.points().head(SHOWN).drop(columns=["behind_low", "behind_high"])
        shown = table.to_html(index=False, float_format="{:,.4g}".format, na_rep="", border=0)
        return f"<h4>{html.escape(self.manifest.title)}</h4><ol>{told}</ol>{shown}"


def sweep(
    experiment: str | Path,
    *,
    replicates: int | None = None,
    settings: Mapping[str, Any] | None = None,
    design: Mapping[str, Any] | None = None,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
) -> Swept:
    """Do an experiment: a run for every point of its design and every seed.

    It is kept in a temporary folder that goes when the result does, unless it is saved. For long
    experiments use ``cocreate sweep``, which goes on where it was stopped.

    Args:
        experiment: a file, or the name of one.
        replicates: seeds at every point, as the file says if not given.
        settings: parameters fixed for all points: ``{"run.months": 36}``.
        design: what to change of the design: ``{"limit": 8}`` thins it to about so many points.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.

    Raises:
        ExperimentError: with all faults of the file.
        RunFailedError: no run finished.
    """
    changes = Changes(replicates=replicates, settings=settings or {}, design=design or {})
    asked = Sweep(load_experiment(experiment, changes), model)
    check_model(model)
    shelter = Path(tempfile.mkdtemp(prefix="cocreate-"))
    try:
        folder = shelter / asked.name
        work = executor(workers, len(asked.planned), model)
        with RunStore.open(folder, asked.identity) as store:
            manifest = conduct(asked, store, work, watch=Unwatched())
        if not manifest.runs.done:
            raise RunFailedError(f"None of {len(asked.planned)} runs finished.")
        result = Swept(folder)
    except BaseException:
        shutil.rmtree(shelter, ignore_errors=True)
        raise
    weakref.finalize(result, shutil.rmtree, shelter, ignore_errors=True)
    return result


__all__ = ["Swept", "sweep"]
