"""Earlier results that are named in place of a file: to go on with, or to do once more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulation.errors import Fault, ResultError


def folder_of(source: str) -> Path | None:
    """Return the result folder that an argument names, itself or by its manifest.

    A scenario or experiment of that name comes first: a result may lie in a folder called ``base``.
    """
    from simulation.experiment.files import names_experiment
    from simulation.scenario.files import find_file, folders, is_file

    path = Path(source).expanduser()
    if path.name == "manifest.json":
        return path.parent
    if find_file(source, folders()) is not None or names_experiment(source):
        return None
    return path if is_file(path / "manifest.json") else None


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
        hint = f"Once more: cocreate {made} {folder}"
        raise ResultError([Fault(message, file=folder, hint=hint)])
    trusted_model(read_manifest(folder).model, model)
    with explaining_version(folder):
        return read(folder)
