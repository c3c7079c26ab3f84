"""The commands, put together. Modules of commands import what is heavy inside their functions."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from simulation.cli import (
    ask_command,
    attribute_command,
    calibrate_command,
    compare_command,
    dashboard_command,
    describe_command,
    explore_command,
    export_command,
    licences_command,
    merge_command,
    observe_command,
    optimise_command,
    report_command,
    run_command,
    scenario_commands,
    sensitivity_command,
    sweep_command,
    transfer_commands,
    validate_command,
    verify_command,
)


class _Commands(TyperGroup):
    """The commands; whoever types a file or name where a command belongs is told which."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is meant.

        Raises:
            UsageError: there is none.
        """
        from pathlib import Path

        from simulation.scenario.files import find_file, folders

        words = [word for word in args if not word.startswith("-")]
        is_file = bool(words) and words[0] not in self.commands and (
            Path(words[0]).exists() or find_file(words[0], folders()) is not None
        )  # fmt: skip
        if is_file:
            command = next((word for word in words[1:] if word in self.commands), "run")
            meant = shlex.join(["cocreate", command, words[0]])
            ctx.fail(f"{words[0]!r} is no command. Did you mean: {meant}")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="cocreate",
    cls=_Commands,
    help="Simulate how value is co-created, or destroyed, in a business ecosystem.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:  # noqa: FBT001  (the signature of a Typer callback)
    if value:
        from simulation.simulate import model_version, release

        typer.echo(f"cocreate {release()} (model {model_version()})")
        raise typer.Exit


@app.callback()
def _cocreate(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


run_command.register(app)
compare_command.register(app)
sweep_command.register(app)
explore_command.register(app)
optimise_command.register(app)
sensitivity_command.register(app)
attribute_command.register(app)
ask_command.register(app)
validate_command.register(app)
observe_command.register(app)
calibrate_command.register(app)
report_command.register(app)
export_command.register(app)
verify_command.register(app)
merge_command.register(app)
transfer_commands.register(app)
scenario_commands.register(app)
describe_command.register(app)
dashboard_command.register(app)
licences_command.register(app)
