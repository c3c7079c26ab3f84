"""Earlier results that are named in place of a file: to go on with, or to do once more."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError, ResultError
from simulation.paths import from_home

if TYPE_CHECKING:
    import typer


def folder_of(source: str) -> Path | None:
    """Return the result folder that an argument names, itself or by its manifest.

    A scenario or experiment of that name comes first: a result may lie in a folder called ``base``.
    """
    from simulation.experiment.files import names_experiment
    from simulation.scenario.files import find_file, folders, is_file

    path = from_home(source)
    if path.name == "manifest.json":
        return path.parent
    if find_file(source, folders()) is not None or names_experiment(source):
        return None
    return path if is_file(path / "manifest.json") else None


def refuse_typed(
    context: typer.Context,
    names: Collection[str],
    message: str,
    hint: str,
    file: Path | None = None,
) -> None:
    """Refuse options that were typed, and would be ignored without a word.

    Args:
        context: of the command.
        names: the parameters of the options.
        message: why they are refused.
        hint: what to do instead.
        file: what makes them useless.

    Raises:
        InputError: with each of them.
    """
    typed = [
        max(one.opts, key=len)
        for one in context.command.params
        if one.name in names
        and getattr(context.get_parameter_source(one.name), "name", "") == "COMMANDLINE"
    ]
    if typed:
        raise InputError([Fault(message, file=file, key=key, hint=hint) for key in typed])


def refuse_with_earlier(context: typer.Context, source: str | None, names: Collection[str]) -> None:
    """Refuse options that an earlier result does not take, where that is what is named.

    Raises:
        InputError: with each of them.
    """
    folder = None if source is None else folder_of(source)
    if folder is not None:
        message = "cannot be combined with an earlier result, which says all that is asked."
        hint = "Leave it out, or name what the result was made of instead."
        refuse_typed(context, names, message, hint, folder)


def once_more[T](folder: Path, command: str, model: str | None, read: Callable[[Path], T]) -> T:
    """Return the study that a folder holds, for the command that made it.

    Args:
        folder: the result.
        command: what is to be done once more.
        model: the model that was named on the command line, if one was.
        read: gives the study of the folder.

    Raises:
        InputError: the result is of another command, names code of others as its model, or was made
            by a version that stored other things.
    """
    from simulation.simulate import trusted_model
    from simulation.store import read_manifest
    from simulation.studies.kinds import explaining_version, kind_of

    made = kind_of(folder).command
    if made != command:
        message = f"is a result of `cocreate {made}`, not of `cocreate {command}`."
        hint = f"Once more: {shlex.join(['cocreate', made, str(folder)])}"
        raise ResultError([Fault(message, file=folder, hint=hint)])
    trusted_model(read_manifest(folder).model, model)
    with explaining_version(folder):
        return read(folder)
