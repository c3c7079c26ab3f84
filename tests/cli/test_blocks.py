"""Options that commands share: declared once, in the order of the help page."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from simulation.cli.blocks import OUTPUT, SCENARIO, with_options
from simulation.cli.execute import Changed, Habits
from simulation.cli.options import OutOption

COMMANDS = Path(__file__).parents[2] / "simulation" / "cli"
QUIET = Habits(report=False)


def command(
    *,
    what: Annotated[str, typer.Argument()],
    changed: Annotated[Changed, (*SCENARIO, "later")],
    out: OutOption = None,
    habits: Annotated[Habits, ("workers", "out", "model", *OUTPUT)] = QUIET,
) -> None:
    """Do something."""
    typer.echo(f"{what} {changed} {habits} {out}")


def result_of(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(with_options(command))
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output.strip()


def test_options_not_given_are_the_fields_defaults() -> None:
    assert result_of("a") == f"a {Changed()} {QUIET} None"


def test_what_is_given_arrives_in_the_class_that_has_the_field() -> None:
    given = ("-r", "3", "--set", "x=1", "--set", "y=2", "--model", "a:B", "--workers", "0",
             "--report", "--out", "here")  # fmt: skip
    changed = Changed(replicates=3, settings=("x=1", "y=2"), model="a:B")
    habits = Habits(out=Path("here"), workers=0)
    assert result_of("a", *given) == f"a {changed} {habits} here"


def test_options_stand_in_the_order_of_the_blocks() -> None:
    text = result_of("--help")
    flags = ("--replicates", "--months", "--seed", "--set", "--then", "--workers", "--out",
             "--model", "--json", "--quiet", "--report")  # fmt: skip
    places = [text.index(flag) for flag in flags]
    assert places == sorted(places)


def test_a_block_must_name_fields_that_are_options() -> None:
    def wrong(*, habits: Annotated[Habits, ("wrokers",)]) -> None: ...

    with pytest.raises(KeyError, match="wrokers"):
        with_options(wrong)


SHARED = {"--replicates", "--months", "--seed", "--set", "--then", "--engine", "--scheduler",
          "--workers", "--time-limit", "--memory-limit", "--out", "--model", "--force",
          "--json", "--quiet", "--report/--no-report", "--shard"}  # fmt: skip
WITH_OTHER_WORDS = {"compare_command.py: --replicates", "ask_command.py: --out",
                    "ask_command.py: --replicates", "ask_command.py: --months"}  # fmt: skip
"""Options whose help differs by command: pairs of a comparison; folder and size of questions."""


def test_commands_that_do_runs_declare_no_option_again() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in COMMANDS.glob("*_command.py")}
    again = {
        f"{name}: {argument.value}"
        for name, text in texts.items()
        if "with_options" in text
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "typer.Option"
        for argument in call.args
        if isinstance(argument, ast.Constant) and argument.value in SHARED
    }
    assert again == WITH_OTHER_WORDS
