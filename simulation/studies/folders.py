"""The folders of studies: choosing one, opening it, and what it holds of an earlier time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError, ResultError
from simulation.store import Manifest, RunStore, read_manifest
from simulation.store.files import is_temporary
from simulation.store.folder import check_folder
from simulation.store.manifest import JOURNAL, MANIFEST, WORK_FOLDERS

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.study import Study

ELSEWHERE = "Choose another folder with --out, or overwrite it with --force."


def result_folder(
    study: Study, root: Path, out: Path | None = None, *, force: bool = False
) -> Path:
    """Return the folder for a study: a new one, or one that it goes on or is done in.

    Where none is named it is ``<stem>`` under the root, and ``-2``, ``-3`` … where that holds
    another version of the model, or runs that are not asked for now.

    Raises:
        ResultError: the folder that is named cannot take it.
    """
    if out is None:
        names = (study.stem if n == 1 else f"{study.stem}-{n}" for n in count(1))
        return next(folder for name in names
                    if _takes(folder := root / name, study, force=force))  # fmt: skip
    check_folder(out, study.identity, force=force)
    if not force and (out / MANIFEST).exists():
        fault = study.conflict(out, read_manifest(out))
        if fault is not None:
            raise ResultError([fault])
    return out


def _takes(folder: Path, study: Study, *, force: bool) -> bool:
    """Whether a folder is new, or holds this study and nothing that it would lose."""
    if not folder.exists():
        return True
    if not (folder / MANIFEST).is_file():
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
        return {name for name in names if not is_temporary(name)} <= {JOURNAL, *WORK_FOLDERS}
    try:
        manifest = read_manifest(folder)
    except ResultError:
        return False
    if manifest.experiment != study.identity:
        return False
    return force or study.conflict(folder, manifest) is None


@contextmanager
def opened(study: Study, folder: Path, *, force: bool) -> Iterator[RunStore]:
    """Open a folder; take it away again if nothing was run in it because the input is wrong."""
    new = not folder.exists()
    with open_store(study, folder, force=force) as store:
        try:
            yield store
        except InputError:
            if new and store.size == 0:
                store.remove()
            raise


def open_store(study: Study, folder: Path, *, force: bool = False) -> RunStore:
    """Open a folder for the runs of a study (see ``RunStore.open``)."""
    return RunStore.open(
        folder,
        study.identity,
        force=force,
        panel=study.panel,
        is_whole=lambda plan: study.is_whole(plan, folder),
    )


def n_kept(study: Study, folder: Path) -> tuple[int, int | None]:
    """Return how many runs a folder has, and how many are planned, if that is known."""
    if not folder.exists():
        return 0, None if study.grows else len(study.planned())
    with open_store(study, folder) as store:
        if study.grows:
            return store.size, None
        planned = study.planned()
        return sum(store.has(plan) for plan in planned), len(planned)


def manifest_with(folder: Path, key: str, noun: str, command: str) -> Manifest:
    """Return the manifest of a folder in which a study keeps what was asked.

    Args:
        folder: the result.
        key: under which it is kept, in ``Manifest.sweep``.
        noun: what the folder should hold, with its article.
        command: how such a result is made.

    Raises:
        ResultError: the folder has no result, or one of another kind.
    """
    manifest = read_manifest(folder)
    if not manifest.sweep.get(key):
        hint = f"One is made with: cocreate {command}"
        raise ResultError([Fault(f"is not {noun}.", file=folder, hint=hint)])
    return manifest


def held_runs(folder: Path) -> pd.DataFrame | None:
    """Return the table of the runs that a folder holds.

    None where there is none, or it is damaged: what it held is then done again.
    """
    from simulation.store.read import read_frame

    try:
        return read_frame(folder / "runs.parquet")
    except (ResultError, OSError):
        return None
