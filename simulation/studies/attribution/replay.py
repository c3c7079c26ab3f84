"""An attribution made again from its folder: the same runs, for whoever wants to check them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, ResultError
from simulation.execution import RunTask
from simulation.experiment.outcomes import Window
from simulation.scenario.schema import Scenario
from simulation.store import PlannedRun, RunRecord, Table, read_manifest
from simulation.studies.attribution.games import Game, Kind, Player, unpacked
from simulation.studies.attribution.plan import ASKED, Trial

if TYPE_CHECKING:
    from simulation.store import Manifest


def trial_of(folder: Path) -> Trial:
    """Return what was run into a folder.

    Raises:
        ResultError: it holds no attribution.
    """
    path = folder / ASKED
    if not path.is_file():
        hint = "Give the folder that `cocreate attribute` wrote."
        raise ResultError([Fault("holds no attribution.", file=folder, hint=hint)])
    asked = json.loads(path.read_text(encoding="utf-8"))
    manifest: Manifest = read_manifest(folder)
    players = tuple(map(_player, asked["players"]))
    return Trial(
        name=manifest.scenario_name,
        scenario=Scenario.model_validate(dict(manifest.scenario)),
        game=Game(Kind(asked["kind"]), players, frozen=asked["frozen"]),
        seeds=manifest.seeds,
        window=Window.parse(asked["window"]),
        outcome=asked["outcome"],
    )


def _player(told: dict[str, Any]) -> Player:
    exactly = told["exactly"]
    return Player(
        told["name"],
        told["meaning"],
        unpacked(exactly["absent"]),
        unpacked(exactly["present"]),
        tuple(told["removes"]),
    )


def replay(folder: Path) -> tuple[list[PlannedRun], Callable[[PlannedRun], RunTask]]:
    """Return the runs of an attribution, and what makes the task of each.

    Runs with frozen budgets take what the whole earned from the folder's own tables.

    Raises:
        ResultError: it holds no attribution.
    """
    trial = trial_of(folder)
    planned = trial.planned()
    whole = trial.game.whole
    wholes = {plan.identity.seed: plan for plan in planned if plan.parameters["case"] == whole}

    def task(plan: PlannedRun) -> RunTask:
        if not trial.game.frozen or plan.parameters["case"] == whole:
            return trial.task(plan)
        return trial.frozen_task(plan, _receipts(folder, wholes[plan.identity.seed]))

    return planned, task


def _receipts(folder: Path, plan: PlannedRun) -> RunRecord:
    """Return a record of a stored run that tells its receipts and nothing else."""
    import pyarrow.parquet as pq

    rows = [("run", "=", plan.run), ("metric", "=", "receipts")]
    frame = pq.read_table(folder / "series.parquet", filters=rows).to_pandas()
    table = frame.pivot_table(index="month", columns="of", values="value", sort=False,
                              observed=True)  # fmt: skip
    labels = tuple(("receipts", str(of)) for of in table.columns)
    return RunRecord(plan.identity, {}, series=Table(labels, table.to_numpy(dtype="float64")))
