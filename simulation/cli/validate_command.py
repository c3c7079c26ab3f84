"""``cocreate validate``: published figures beside those of scenarios. Is this a market?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import OUTPUT, SCENARIO, with_options
from simulation.cli.console import answers, print_json, safe
from simulation.cli.earlier import refuse_typed
from simulation.cli.execute import (
    Changed,
    Habits,
    Screen,
    execute,
    head_data,
    show_where,
    tail_data,
)
from simulation.cli.faults import reported
from simulation.cli.run_command import understand
from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    from simulation.analysis.targets import Held
    from simulation.studies.result import Result

MARKETS = (
    "base", "telecom", "telecom_community", "saas", "retail_bank", "community_product",
)  # fmt: skip
"""The scenarios that are validated where none is named."""

WITHOUT_REPORT = Habits(report=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate", short_help="Compare markets with published figures.")(
        with_options(validate)
    )


def validate(
    *,
    context: typer.Context,
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]…",
            help="Scenario files or names (default: the markets that ship with cocreate).",
            show_default=False,
        ),
    ] = None,
    changed: Annotated[Changed, SCENARIO],
    habits: Annotated[Habits, ("workers", "out", "force", *OUTPUT)] = WITHOUT_REPORT,
    effects: Annotated[
        bool,
        typer.Option(
            "--effects",
            help="Measure the effects of levers instead, in paired runs, and compare them with "
            "published effects. Markets are never calibrated to these.",
        ),
    ] = False,
) -> None:
    """Compare scenarios with published figures: churn, waits, talk, help … Is this a market?

    Every figure that applies to a scenario's market is measured in its runs, with a 95 % interval
    over seeds. The same table is in the report of every run.
    """
    with reported(as_json=habits.as_json):
        if effects:
            message = "cannot be combined with --effects, which prints a table and keeps nothing."
            refuse_typed(context, ["out", "force", "report", "quiet"], message, "Leave it out.")
            _show_effects(
                _effects(scenarios or (), changed, habits.workers), as_json=habits.as_json
            )
            return
        code = execute(understand(list(scenarios or MARKETS), changed, (), habits), habits, SCREEN)
    raise typer.Exit(code)


def held_of(result: Result) -> list[Held]:
    """Return the published figures that apply to a result's scenario, beside its own."""
    from simulation.analysis.targets import hold, targets_of

    market = str(result.manifest.scenario.get("market") or "")
    return hold(result.series, targets_of(market)) if market else []


def _effects(markets: Sequence[str], changed: Changed, workers: int | None) -> list[Held]:
    """Measure effects of levers, in all markets or in those named."""
    from simulation.analysis.targets import Use, targets
    from simulation.scenario.suggest import did_you_mean, listed
    from simulation.studies.effects import effects

    if changed.seed is not None or changed.settings:
        hint = "Leave them out: a lever says what it changes, and each seed is a pair."
        raise InputError([Fault("takes neither --seed nor --set.", key="--effects", hint=hint)])
    every = [one for one in targets() if one.use is Use.EFFECT]
    known = sorted({name for one in every for name in one.scenarios})
    faults = [
        Fault("is not a market with published effects of levers.", key=f"SCENARIO {name}",
              hint=did_you_mean(name, known) or f"There are {listed(known)}.")
        for name in markets if name not in known
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    wanted = [one for one in every if not markets or set(markets) & set(one.scenarios)]
    return effects(
        replicates=changed.replicates, months=changed.months, workers=workers, wanted=wanted
    )


def _show_effects(held: Sequence[Held], *, as_json: bool) -> None:
    """Print what levers do beside what was published of them."""
    from simulation.report.market import TERMINAL, effects_table

    if as_json:
        print_json({"command": "validate", "effects": [_target_data(one) for one in held]})
        return
    answers().print(effects_table(held).only(TERMINAL).terminal())


def _data(result: Result, made: list[Path]) -> dict[str, Any]:
    return {
        **head_data("validate", result.manifest, result.folder),
        "targets": [_target_data(one) for one in held_of(result)],
        **tail_data(result, made),
    }


def _target_data(one: Held) -> dict[str, Any]:
    target, value = one.target, one.value
    return {
        "name": target.name,
        "use": target.use.value,
        "value": value.mean,
        "value_low": value.low,
        "value_high": value.high,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "inside": one.inside if one.known else None,
        "verdict": one.verdict.value,
        "distance": one.distance,
        "grade": target.grade,
        "source": target.source,
    }


def _show(result: Result, made: list[Path]) -> None:
    """Print which published figures a scenario shows, and by how much it misses others."""
    from simulation.report.market import TERMINAL, market_chapter

    console, manifest = answers(), result.manifest
    console.print(f"\n[bold]{safe(manifest.title or manifest.scenario_name)}[/bold]")
    market = str(manifest.scenario.get("market") or "")
    chapter = market_chapter(result.series, market)
    for table in chapter.tables:
        console.print(table.only(TERMINAL).terminal())
    for note in chapter.notes[:2]:
        console.print(safe(note), soft_wrap=True)
    show_where(result, made)


SCREEN = Screen("validate", _show, _data)
