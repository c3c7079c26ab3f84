"""``cocreate describe``: parameters explained."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.cli.console import hanging, print_json, terminal_width
from simulation.cli.faults import fail
from simulation.cli.options import JsonOption
from simulation.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from simulation.scenario.fields import Parameter

MOST_IN_DETAIL = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("describe")(describe)


def describe(
    parameter: Annotated[
        str | None,
        typer.Argument(
            metavar="[PARAMETER]", help="A path, a name, a section, or a pattern with *."
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Explain parameters: meaning, unit, range, default, source. Without a name, list them all."""
    from simulation.scenario.describe import as_dict, matching, nearest, parameters

    matches = parameters() if parameter is None else matching(parameter)
    if parameter is not None and not matches:
        if (meant := _file_meant(parameter)) is not None:
            fail(ScenarioError([meant]), as_json=as_json)
        kind = _entry_of_base(parameter)
        matches = [] if kind else nearest(parameter)
        if not matches:
            fail(ScenarioError([_unknown(parameter, kind)]), as_json=as_json)
        typer.echo(f"No parameter is called {parameter}. Similar ones:\n", err=True)
    if as_json:
        print_json(
            {"command": "describe", "parameters": [as_dict(one) for one in matches]},
            ascii_only=False,
        )
    elif parameter is None or len(matches) > MOST_IN_DETAIL:
        typer.echo(_overview(matches, terminal_width(sys.stdout)))
        typer.echo("\nDetails: cocreate describe PARAMETER", err=True)
    else:
        width = terminal_width(sys.stdout)
        typer.echo("\n\n".join(_details(one, width) for one in matches))


def _file_meant(text: str) -> Fault | None:
    """Return that a file is no parameter, where one, or the name of one, was typed."""
    from simulation.experiment.files import names_experiment
    from simulation.scenario.files import find_file, folders

    path = Path(text)
    is_file = path.suffix == ".toml" or len(path.parts) > 1 or path.is_file()
    if not is_file and find_file(text, folders()) is None and not names_experiment(text):
        return None
    check = shlex.join(["cocreate", "check", text])
    hint = f"To see what is wrong in it: {check}. To list parameters: {_DESCRIBE}"
    return Fault("is a file; what is explained here are parameters.", file=path, hint=hint)


_DESCRIBE = "cocreate describe"


def _entry_of_base(text: str) -> str | None:
    """Return the list of the scenario base that has an entry of this name, if there is one."""
    from simulation.scenario.load import load_scenario
    from simulation.scenario.suggest import slug

    try:
        base = load_scenario("base")
    except ScenarioError:
        return None
    for kind in ("segments", "jobs", "companies", "partners", "touchpoints"):
        if slug(text) in [entry.name for entry in getattr(base, kind)]:
            return kind
    return None


def _unknown(text: str, kind: str | None) -> Fault:
    if kind is None:
        message = f'No parameter is called "{text}", and there is no similar one.'
        return Fault(message, hint="`cocreate describe` lists them all.")
    hint = f"It is one of the {kind} of the scenario base: cocreate describe {kind}"
    return Fault(f'No parameter is called "{text}".', hint=hint)


WIDE = 110
"""Columns from which on name, default and meaning have room in one line."""


def _overview(shown: list[Parameter], width: int | None) -> str:
    """Return a line for each parameter; in a narrow terminal its meaning stands below."""
    from simulation.scenario.describe import by_section, default_text, section_titles

    lines: list[str] = []
    for section, group in by_section(shown).items():
        title = section_titles().get(section, "what it is about")
        lines += ["", hanging(f"{section or 'scenario'}: {title}", width, 2)]
        for one in group:
            name = one.path.removeprefix(f"{one.section}.")
            unit = f" [{one.unit}]" if one.unit else ""
            head, meaning = f"  {name:<36} {_short(default_text(one))}", f"{one.meaning}{unit}"
            if width is None or width >= WIDE:
                lines.append(hanging(f"{head:<59} {meaning}", width, 60))
            else:
                lines += [head, hanging(f"      {meaning}", width, 6)]
    return "\n".join(lines).strip()


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


def _details(one: Parameter, width: int | None) -> str:
    from simulation.scenario.describe import default_text, snippet
    from simulation.scenario.suggest import number_text

    explore = " to ".join(map(number_text, one.sweep)) if one.sweep is not None else ""
    event = "cannot change it: it determines the initial state"
    rows = {
        "type": one.type,
        "range": one.range,
        "unit": one.unit,
        "default": default_text(one),
        "explore": explore,
        "source": one.source,
        "events": "" if not one.source else event if one.founding else "may change it",
    }
    lines = [one.path, hanging(f"  {one.meaning}", width, 2) if one.meaning else ""]
    lines += [hanging(f"  {label:<9}{text}", width, 11) for label, text in rows.items() if text]
    lines += ["  in a file", *(f"    {line}" for line in snippet(one))]
    return "\n".join(line for line in lines if line)
