"""Blocks of options: what several commands share is declared once, and taken as two objects.

    def sweep(*, experiment: ExperimentArgument,
              changed: Annotated[Changed, SCENARIO], limit: LimitOption = None,
              habits: Annotated[Habits, (*ENGINE, *FOLDER)]) -> None: ...

    app.command("sweep")(with_options(sweep))

The names behind a class are fields, each an option, in the order of the help page. A field of the
other class may be among them, as ``--model`` is. Where a command declares a parameter of the same
name, that stands in the block, and the command gets its value too. An object as the block's default
gives the defaults of its options.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter, signature
from typing import Any, get_args

from simulation.cli import options
from simulation.cli.execute import Changed, Habits

SCENARIO = ("replicates", "months", "seed", "settings")
ENGINE = ("engine", "scheduler", "workers")
LIMITS = ("seconds", "megabytes")
FOLDER = ("out", "model", "force")
OUTPUT = ("as_json", "quiet", "report")

OPTIONS: dict[str, Any] = {
    "replicates": options.ReplicatesOption,
    "months": options.MonthsOption,
    "seed": options.SeedOption,
    "settings": options.SetOption,
    "later": options.ThenOption,
    "engine": options.EngineOption,
    "scheduler": options.SchedulerOption,
    "workers": options.WorkersOption,
    "seconds": options.TimeLimitOption,
    "megabytes": options.MemoryLimitOption,
    "out": options.OutOption,
    "model": options.ModelOption,
    "force": options.ForceOption,
    "as_json": options.JsonOption,
    "quiet": options.QuietOption,
    "report": options.ReportOption,
    "shard": options.ShardOption,
}
"""The option of each field of ``Changed`` and ``Habits``."""


def _values(block: Any) -> dict[str, Any]:
    """Return the fields of a block with their values; of none that is given, nothing."""
    return (
        {}
        if block is Parameter.empty
        else {one.name: getattr(block, one.name) for one in fields(block)}
    )


_DEFAULTS = _values(Changed()) | _values(Habits())


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose blocks are options, as Typer reads them off its signature."""
    declared = dict(signature(command, eval_str=True).parameters)
    blocks = {name: kind for name, one in declared.items() if (kind := _block(one)) is not None}
    listed = [name for _, names in blocks.values() for name in names]
    parameters: list[Parameter] = []
    for name, parameter in declared.items():
        if name in blocks:
            defaults = _DEFAULTS | _values(parameter.default)
            parameters += [declared.get(one) or _option(one, defaults) for one in blocks[name][1]]
        elif name not in listed:
            parameters.append(parameter)

    def given(**values: Any) -> None:
        shared = {name: _tuple(values[name]) for name in listed}
        rest = {name: value for name, value in values.items() if name in declared}
        command(**rest, **{name: _taken(kind, shared) for name, (kind, _) in blocks.items()})

    given.__name__, given.__doc__ = command.__name__, command.__doc__
    given.__annotations__ = {one.name: one.annotation for one in parameters}
    vars(given)["__signature__"] = signature(command).replace(parameters=parameters)
    return given


def _block(parameter: Parameter) -> tuple[type[Any], tuple[str, ...]] | None:
    kind, *names = get_args(parameter.annotation) or (None,)
    return (kind, names[0]) if kind in (Changed, Habits) else None


def _option(name: str, defaults: dict[str, Any]) -> Parameter:
    default = defaults[name]
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=OPTIONS[name],
                     default=None if default == () else default)  # fmt: skip


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _taken(kind: type[Any], shared: dict[str, Any]) -> Any:
    """Return an object of the options that it has, with its defaults for those not given."""
    names = {field.name for field in fields(kind)} & set(shared)
    return kind(**{name: shared[name] for name in names if shared[name] is not None})
