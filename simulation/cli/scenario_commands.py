"""Commands about scenarios: ``check``, ``new`` and ``schema``."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli import options
from simulation.cli.answers import answers_to
from simulation.cli.console import visible
from simulation.cli.faults import fail, fault_data, fault_text
from simulation.cli.settings import read_settings
from simulation.errors import (
    ExperimentError,
    Fault,
    FaultList,
    InputError,
    ScenarioError,
    in_order,
)
from simulation.paths import from_home

if TYPE_CHECKING:
    from simulation.scenario.tree import Node

SCHEMA_FILE = Path("docs/reference/scenario.schema.json")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite the file if it exists.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check", short_help="Check scenario and experiment files.")(check)
    app.command("new", short_help="Start a scenario of your own.")(new)
    app.command("schema")(schema)


# --- check ---------------------------------------------------------------------------------------


def check(
    *,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="Scenario files, or their names; experiment and question files."
        ),
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter; can be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check scenario and experiment files: all faults at once, and warnings."""
    faults = FaultList()
    overrides = read_settings(settings or [], faults)
    read = [
        faults.attempt(_check_experiment if _is_asked(file) else _check_scenario, file, overrides)
        for file in files
    ]
    good = [checked for checked in read if checked is not None]
    if not as_json:
        for checked in good:
            typer.echo(visible(checked.text))
    if faults:
        fail(ScenarioError(list(dict.fromkeys(faults))), as_json=as_json)
    if as_json:
        _print_json(command="check", files=[checked.data for checked in good])


def _is_asked(file: str) -> bool:
    """Return whether a file or name means an experiment or a question."""
    from simulation.experiment.files import names_experiment
    from simulation.studies.question.files import available

    return names_experiment(file) or file in available()


@dataclass(frozen=True)
class _Checked:
    """A file that is good: what is said of it to people, and to programs."""

    text: str
    data: dict[str, Any]


def _check_scenario(file: str, overrides: Mapping[str, Any]) -> _Checked:
    from simulation.scenario.load import examine

    examined = examine(file, overrides)
    scenario = examined.scenario
    basis = "".join(f", extends {base}" for base in examined.files[1:2])
    lines = [f"{examined.files[0] if examined.files else file}: valid{basis}. {scenario.title}"]
    lines += [f"warning: {fault_text(odd)}" for odd in examined.warnings]
    data = {
        "file": file,
        "kind": "scenario",
        "files": [str(path) for path in examined.files],
        "title": scenario.title,
        "fingerprint": scenario.fingerprint,
        "warnings": [fault_data(odd) for odd in examined.warnings],
    }
    return _Checked("\n".join(lines).rstrip(), data)


def _check_experiment(file: str, overrides: Mapping[str, Any]) -> _Checked:
    from simulation.experiment.files import find_experiment
    from simulation.experiment.load import Changes, load_experiment
    from simulation.studies.question.files import find, is_question
    from simulation.studies.question.load import load_question

    changes, faults = Changes(settings=overrides), FaultList()
    judged = is_question(file)
    faults += _metric_faults(find(file) if judged else find_experiment(file))
    if judged:
        question = faults.attempt(load_question, file, changes=changes)
        experiment = None if question is None else question.experiment
        points = 0 if question is None else question.wanted * len(question.as_set)
    else:
        experiment = faults.attempt(load_experiment, file, changes)
        points = 0 if experiment is None else len(experiment.points)
    if experiment is None or faults:
        raise ExperimentError(in_order(faults))
    seeds = len(experiment.seeds)
    size = f"{points} points × {seeds} seeds of {experiment.months} months"
    data = {
        "file": file,
        "kind": "question" if judged else "experiment",
        "question": experiment.question,
        "points": points,
        "seeds": seeds,
        "months": experiment.months,
    }
    return _Checked(f"{file}: valid. {experiment.question} ({size})", data)


def _metric_faults(file: Path) -> list[Fault]:
    """Return the metrics whose names are almost those of the model, whatever else is wrong.

    Others may be of another model.
    """
    from simulation.lazy_imports import deferred
    from simulation.scenario.files import read_file
    from simulation.scenario.suggest import did_you_mean

    with deferred():
        from simulation.recorder import METRICS
    try:
        tree = read_file(file)
    except ScenarioError:
        return []  # said by who reads the file
    return [
        node.place.fault(f'is not a metric: "{metric}".', key=key, hint=hint)
        for key, metric, node in _metrics_named(tree)
        if metric not in METRICS and (hint := did_you_mean(metric, METRICS)) is not None
    ]


def _metrics_named(tree: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield each metric that an experiment keeps: key, name and where it stands."""
    from simulation.scenario.tree import child, find

    outcomes = child(tree, "outcomes")
    for name in outcomes.value if outcomes is not None and isinstance(outcomes.value, dict) else ():
        node = find(tree, ("outcomes", name, "metric"))
        if node is not None and isinstance(node.value, str):
            yield f"outcomes.{name}.metric", node.value, node
    series = child(tree, "series")
    for node in series.value if series is not None and isinstance(series.value, list) else ():
        if isinstance(node.value, str):
            yield "series", node.value.partition(":")[0], node


# --- new -----------------------------------------------------------------------------------------


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the scenario, or the file to write.")
    ],
    *,
    template: Annotated[
        str, typer.Option("--from", metavar="TEMPLATE", help="The scenario to extend.")
    ] = "base",
    ask: Annotated[
        bool,
        typer.Option(
            "--ask", help="Ask up to ten questions about your business (or read the answers)."
        ),
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Start a scenario that extends another one, with the useful levers as comments.

    With --ask, it is made from your answers to up to ten questions: names, currency, numbers.
    Answers come from the terminal, or one per line from standard input; an empty line takes the
    default.
    """
    try:
        file = _target(name)
        if ask:
            template, text = _asked_text(file, template)
        else:
            text = _new_text(file, template)
        _write(file, text, force=force)
    except InputError as error:
        fail(error, as_json=as_json)
    quoted = shlex.quote(str(file))
    if as_json:
        _print_json(command="new", file=str(file), extends=template)
    elif ask:
        typer.echo(f"Wrote {file}. Run it, then look at the report: cocreate run {quoted}")
        typer.echo(f"Is it a market? cocreate validate {quoted}")
    else:
        typer.echo(f"Wrote {file}. Change it, then: cocreate check {quoted}")


def _target(name: str) -> Path:
    """Return the file of a new scenario; a bare name goes to ``scenarios/`` if there is one."""
    from simulation.scenario.suggest import slug

    path = from_home(name)
    stem = path.stem if path.suffix == ".toml" else path.name
    if not stem.replace("-", "_").isidentifier():
        hint = f"For example {slug(stem)}." if slug(stem) else None
        message = f'must be letters, digits and underscores. Got "{stem}".'
        raise ScenarioError([Fault(message, key="NAME", hint=hint)])
    if path.parent == Path() and path.suffix != ".toml":
        folder = Path("scenarios") if Path("scenarios").is_dir() else Path()
        return folder / f"{stem}.toml"
    if not path.parent.is_dir():
        hint = f"Make it first: {shlex.join(['mkdir', '-p', str(path.parent)])}"
        raise ScenarioError([Fault("is a folder that does not exist.", path.parent, hint=hint)])
    return path.with_name(f"{stem}.toml")


def _new_text(file: Path, template: str) -> str:
    from simulation.scenario.files import find_scenario
    from simulation.scenario.load import load_scenario
    from simulation.scenario.template import what_if_text

    source = find_scenario(template)
    _refuse_itself(file, source)
    schema = SCHEMA_FILE if SCHEMA_FILE.is_file() else None
    return what_if_text(
        load_scenario(source),
        extends=_name_from(file, source),
        title=file.stem.replace("_", " ").replace("-", " ").capitalize(),
        schema=Path(os.path.relpath(schema, file.parent)).as_posix() if schema else None,
    )


def _asked_text(file: Path, template: str) -> tuple[str, str]:
    """Ask the questions; return the scenario that the answers extend, and the text of the file.

    Raises:
        InputError: the answers end too early, or one from standard input cannot be used.
    """
    from simulation.scenario.files import find_scenario
    from simulation.scenario.interview import check_text, interview_text, questions
    from simulation.scenario.load import load_scenario

    if template != "base":
        hint = "Leave --from out: the first question asks for it."
        raise ScenarioError([Fault("does not go with --ask.", key="--from", hint=hint)])
    load = cache(load_scenario)
    answers = answers_to(questions(load))
    market = str(answers["industry"])
    source = find_scenario(market)
    _refuse_itself(file, source)
    schema = SCHEMA_FILE if SCHEMA_FILE.is_file() else None
    place = Path(os.path.relpath(schema, file.parent)).as_posix() if schema else None
    extends = _name_from(file, source)
    text = interview_text(answers, load(market), extends=extends, schema=place)
    check_text(text, source)
    return market, text


def _refuse_itself(file: Path, source: Path) -> None:
    if source.resolve() == file.resolve():
        message = "cannot extend itself."
        raise ScenarioError([Fault(message, file, hint="Choose another name, or another --from.")])


def _name_from(file: Path, source: Path) -> str:
    """Return how a file names another scenario: by its name where that finds it."""
    from simulation.scenario.files import find_scenario

    if file.stem == source.stem:
        return Path(os.path.relpath(source, file.parent)).as_posix()
    try:
        by_name = find_scenario(source.stem, beside=file.parent).resolve()
    except ScenarioError:
        by_name = None
    if by_name == source.resolve():
        return source.stem
    return Path(os.path.relpath(source, file.parent)).as_posix()


def _write(file: Path, text: str, *, force: bool) -> None:
    """Write a file; one that exists and differs is left alone without ``force``."""
    try:
        if file.exists() and not force and file.read_bytes() != text.encode():
            hint = "Choose another name, or add --force to overwrite it."
            raise ScenarioError([Fault("exists already.", file=file, hint=hint)])
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"cannot be written: {error.strerror or 'no reason given'}."
        raise ScenarioError([Fault(message, file=file)]) from None


# --- schema --------------------------------------------------------------------------------------


def schema(
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="Write it to a file.", parser=options.path
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from simulation.scenario.json_schema import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        _write(out, text, force=force)
    except InputError as error:
        fail(error)
    typer.echo(f"Wrote {out}.", err=True)


def _print_json(**data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
