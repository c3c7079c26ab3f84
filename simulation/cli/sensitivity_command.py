"""``cocreate sensitivity``: which factors of an experiment matter, and how sure that is."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import ENGINE, FOLDER, LIMITS, OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, number, safe
from simulation.cli.execute import Changed, Habits, execute
from simulation.cli.faults import reported
from simulation.cli.options import ExperimentArgument, LimitOption
from simulation.cli.sweep_command import experiment_changes, job_of, understand, view_of
from simulation.errors import Fault, FaultList, InputError

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.result import Result
    from simulation.studies.sweep.plan import Sweep

SAMPLES = 64
TRAJECTORIES = 20


class Method(StrEnum):
    """How sensitivity is found."""

    MORRIS = "morris"
    SOBOL = "sobol"


MethodOption = Annotated[
    Method | None, typer.Option("--method", help="Method to use instead of the file's design.")
]
SizeOption = Annotated[
    int | None,
    typer.Option("--size", min=2, help="Base samples (sobol, a power of 2) or trajectories."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sensitivity", short_help="Find which factors matter (Morris, Sobol).")(
        with_options(sensitivity)
    )


def sensitivity(
    *,
    experiment: ExperimentArgument,
    method: MethodOption = None,
    size: SizeOption = None,
    changed: Annotated[Changed, SCENARIO],
    limit: LimitOption = None,
    habits: Annotated[Habits, (*ENGINE, *LIMITS, *FOLDER, *OUTPUT, "shard")],
) -> None:
    """Find which factors matter: Morris screening, or Sobol indices with intervals.

    Carries out missing runs, as `cocreate sweep` does; finished runs are reused.
    """
    with reported(as_json=habits.as_json):
        faults = FaultList()
        faults.attempt(habits.check)
        changes = experiment_changes(changed, faults, _design(method, size, limit))
        study = faults.accepted(faults.attempt(understand, experiment, changes, changed.model))
        _check(study)
        code = execute([job_of(study, habits)], habits, INDICES)
    raise typer.Exit(code)


def _design(method: Method | None, size: int | None, limit: int | None) -> dict[str, Any]:
    """Return what is put on the file's design."""
    keys: dict[str, Any] = {} if limit is None else {"limit": limit}
    if method is Method.SOBOL:
        keys |= {"kind": "sobol", "n": size or SAMPLES}
    elif method is Method.MORRIS:
        keys |= {"kind": "morris", "trajectories": size or TRAJECTORIES}
    elif size is not None:
        hint = "Add --method sobol or --method morris."
        raise InputError([Fault("needs a method.", key="--size", hint=hint)])
    return keys


def _check(sweep: Sweep) -> None:
    """Refuse a design that gives no indices.

    Raises:
        InputError: it is neither Sobol's nor Morris's.
    """
    kind = sweep.experiment.design.kind.value
    if kind not in tuple(Method):
        hint = "Add --method sobol (shares of variance) or --method morris (screening, cheaper)."
        raise InputError(
            [Fault(f"is {kind}, which gives no indices.", key="design.kind", hint=hint)]
        )


def show_indices(result: Result) -> None:
    """Print the measures of each factor for each outcome, the strongest first."""
    console = answers()
    for outcome, table in _tables(result).items():
        if table.empty:
            console.print(f"{safe(outcome)}: the same at all points, or too few of them.")
            continue
        console.print(_view(outcome, table, result))
        console.print(_aside(table))


def _tables(result: Result) -> dict[str, pd.DataFrame]:
    from simulation.analysis.points import outcomes_of
    from simulation.analysis.sensitivity import sensitivity

    sweep = result.manifest.sweep
    outcomes = outcomes_of(sweep, result.units)
    return {outcome.name: sensitivity(result.runs, sweep, outcome) for outcome in outcomes}


def _view(outcome: str, table: pd.DataFrame, result: Result) -> Any:
    from simulation.report.shown import parameter_of
    from simulation.report.table import Table

    first, second = ("mu_star", "sigma") if "mu_star" in set(table["index"]) else ("ST", "S1")
    heads = {
        "mu_star": "mean |effect| of its range", "sigma": "spread of effect",
        "ST": "with interactions", "S1": "alone",
    }  # fmt: skip
    what = "share of the variance" if first == "ST" else str(table["unit"].iloc[0])
    alone = table[table["other"] == ""]
    beside = alone[alone["index"] == second].set_index("factor")["value"].to_dict()
    chief = alone[alone["index"] == first].set_index("factor").sort_values("value", ascending=False)
    write = _share if first == "ST" else number
    rows = tuple(
        (
            parameter_of(str(name), result.shown_in),
            write(row["value"]),
            f"{write(row['low'])} … {write(row['high'])}",
            write(beside[name]),
        )
        for name, row in chief.iterrows()
    )
    columns = ("factor", heads[first], "95 % interval", heads[second])
    return Table(f"{outcome}, {what}", columns, rows).terminal(title_above=True)


def _share(value: Any) -> str:
    return f"{100 * float(value):.1f} %".replace("-", "−")


def _aside(table: pd.DataFrame) -> str:
    blocks, lost, noise = (table.attrs[key] for key in ("blocks", "blocks_lost", "noise"))
    parts = [f"{blocks} blocks of the design, 95 % by bootstrap over them."]
    if lost:
        parts.append(f"{lost} left out because a run of theirs failed.")
    if noise == noise:
        parts.append(
            f"{100 * noise:.2g} % of the variance between points is random variation between seeds."
        )
    return " ".join(parts) + "\n"


def _data(result: Result) -> dict[str, Any]:
    return {
        "indices": {
            outcome: table.drop(columns="outcome").to_dict("records")
            for outcome, table in _tables(result).items()
        }
    }


INDICES = view_of("sensitivity", show_indices, _data)
