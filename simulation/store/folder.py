"""One result folder, open for writing by one process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from simulation.errors import CocreateError, Fault, ResultError
from simulation.scenario.units import Units
from simulation.store.files import sweep_away
from simulation.store.journal import Journal, is_journal
from simulation.store.manifest import (
    DATA_FILES,
    INNER,
    JOURNAL,
    MADE_FOLDERS,
    MANIFEST,
    PANEL,
    PARTS,
    PEOPLE,
    SNAPSHOT,
    Manifest,
    inner_results,
    read_manifest,
    seal_locked,
    write_manifest,
    written_here,
)
from simulation.store.panel import PanelStore, panel_digest
from simulation.store.panel_part import PanelPart
from simulation.store.records import Measure, Record, RunRecord
from simulation.store.tables import PlannedRun, write_tables

if TYPE_CHECKING:
    from simulation.world.panel import PanelColumn

IsWhole = Callable[[PlannedRun], bool]
"""Whether a finished run has left what it leaves besides its record."""


LOOK_SECONDS = 1.0
"""How often it is looked whether the folder is still there."""


class RunStore:
    """Takes runs as they finish, in any order, and makes the tables when all are there.

    A run's identity is (fingerprint of its inputs, seed, model version); what is in the folder
    already is not run again. Nothing of another experiment is overwritten unless by ``force``.
    """

    def __init__(
        self,
        folder: Path,
        journal: Journal,
        panel: tuple[PanelColumn, ...] = (),
        is_whole: IsWhole | None = None,
    ) -> None:
        self.folder = folder
        self._journal = journal
        self._is_whole = is_whole or (lambda _: True)
        self._panel = PanelStore(folder, panel) if panel else None
        self._looked = monotonic()

    @classmethod
    def open(
        cls,
        folder: Path,
        experiment: str,
        *,
        force: bool = False,
        panel: tuple[PanelColumn, ...] = (),
        is_whole: IsWhole | None = None,
    ) -> Self:
        """Open a folder for an experiment, make it if need be, and lock it.

        Args:
            folder: the result folder.
            experiment: what the folder is for; a folder of another experiment is refused.
            force: start afresh, whatever experiment the folder holds.
            panel: columns of the panel that runs leave besides their records, if any.
            is_whole: whether a finished run has left its other files; else it is done again.

        Raises:
            ResultError: it is not a result folder, holds another experiment, or is in use.
        """
        check_folder(folder, experiment, force=force)
        folder.mkdir(parents=True, exist_ok=True)
        store = cls(folder, Journal(folder / JOURNAL), panel, is_whole)
        for name in ("", *MADE_FOLDERS, PEOPLE, PARTS):
            sweep_away(folder / name)
        if force:
            store.clear()
        return store

    @property
    def size(self) -> int:
        """The number of runs in the journal, failed ones included."""
        return len(self._journal.places)

    def has(self, plan: PlannedRun) -> bool:
        """Whether a run has finished, and left what it leaves besides its record.

        Failed ones have not: they are tried again.
        """
        place = self._journal.places.get(plan.identity.key)
        if place is None or not place.done:
            return False
        panel = self._panel is None or self._panel.has(plan)
        return panel and self._is_whole(plan)

    def holds(self, key: str) -> bool:
        """Whether the run with an identity key has finished."""
        place = self._journal.places.get(key)
        return place is not None and place.done

    def part(self, plan: PlannedRun) -> PanelPart | None:
        """Return where a run writes its people down, if a panel is asked for."""
        return None if self._panel is None else self._panel.part(plan)

    def append(self, record: bytes) -> None:
        """Take the record of a run (see ``records.encode``)."""
        self._journal.append(record)

    def look(self) -> None:
        """Notice, within a second or two, that the folder has gone from where it was.

        Raises:
            CocreateError: it was deleted, moved or replaced.
        """
        if monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = monotonic()
        self._check_place()

    def _check_place(self) -> None:
        if not self._journal.is_in_place:
            raise CocreateError(
                f"{self.folder} was deleted, moved or replaced while runs were under way. "
                "What has finished is where it is now, if anywhere: start the same command there."
            )

    def read(self, plan: PlannedRun) -> Record | None:
        """Return the record of a run, or None."""
        key = plan.identity.key
        return self._journal.read(key) if key in self._journal.places else None

    def begin(self, manifest: Manifest) -> None:
        """Write down what is going to be done, so that a stop leaves a folder that says so."""
        digest = panel_digest(self.folder)
        kept = {} if digest is None else {PANEL: digest}
        write_manifest(self.folder, replace(manifest, finished=None, checksums=kept))

    def commit(
        self,
        planned: Sequence[PlannedRun],
        manifest: Manifest,
        *,
        parameters: Mapping[str, Measure] | None = None,
        finish: Callable[[Path, Manifest], None] | None = None,
    ) -> None:
        """Make the tables of the planned runs, and write the manifest with all checksums.

        The manifest comes last: it says that everything is there.

        Args:
            planned: all runs of the result, in order.
            manifest: what is written down beside them.
            parameters: unit and meaning of the runs' parameters.
            finish: writes further tables into the folder, from those of the runs.

        Raises:
            CocreateError: the folder is not where it was, or the disk took no more; the journal has
                all runs, and each table is either as it was or complete.
        """
        self._check_place()
        try:
            self._journal.sync()
            units = Units.of_data(manifest.scenario or {}).metadata()
            write_tables(self.folder, planned, self.read, parameters=parameters, units=units)
            if self._panel is not None:
                finished = [p for p in planned if isinstance(self.read(p), RunRecord)]
                self._panel.write(finished)
            if finish is not None:
                finish(self.folder, manifest)
            write_manifest(self.folder, manifest)
            seal_locked(self.folder)
            if self._panel is not None:
                self._panel.clear()
        except OSError as error:
            self._check_place()
            raise CocreateError(
                f"The tables in {self.folder} cannot be written: {error}. All {self.size} runs "
                "recorded so far are kept; free some space and start the same command again."
            ) from error

    def clear(self) -> None:
        """Remove everything that cocreate made in the folder, and nothing else.

        Of reports and figures that is what the manifest lists; a run that was stopped while it
        wrote tables has not listed those.
        """
        listed = read_manifest(self.folder).checksums if written_here(self.folder) else {}
        self._journal.clear()
        for name in {*listed, *DATA_FILES, MANIFEST, SNAPSHOT} - {JOURNAL}:
            if is_inside(name):
                (self.folder / name).unlink(missing_ok=True)
        for path in (self.folder / PEOPLE).glob("*.npz"):
            path.unlink()
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        for inner in inner_results(self.folder):
            shutil.rmtree(inner, ignore_errors=True)
        for name in (*MADE_FOLDERS, PEOPLE, INNER):
            with suppress(OSError):  # what others have put there stays, and its folder with it
                (self.folder / name).rmdir()

    def remove(self) -> None:
        """Take the folder away in which nothing has been run."""
        self.clear()
        (self.folder / JOURNAL).unlink(missing_ok=True)
        self.folder.rmdir()

    def close(self) -> None:
        """Bring the journal to the disk and let the folder go."""
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def is_made(folder: Path) -> bool:
    """Whether a folder holds what cocreate made: its manifest, or a journal without one yet."""
    if (folder / MANIFEST).exists():
        return written_here(folder)
    return (folder / JOURNAL).is_file() and is_journal(folder / JOURNAL)


def is_inside(name: str) -> bool:
    """Whether a name from a manifest stays within its folder."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def check_folder(folder: Path, experiment: str, *, force: bool = False) -> None:
    """Refuse a folder that cannot take an experiment.

    Raises:
        ResultError: it is a file, holds other things than a result, or another experiment.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ResultError([Fault("is a file, not a folder.", file=folder)])
    if not is_made(folder) and any(folder.iterdir()):
        raise ResultError(
            [
                Fault(
                    "holds files that are not a result of cocreate.",
                    file=folder,
                    hint="Choose an empty or new folder with --out.",
                )
            ]
        )
    links = [path for path in folder.iterdir() if path.is_symlink()]
    if links:
        hint = "Remove it, or choose another folder with --out."
        raise ResultError([Fault("is a link out of the result.", path, hint=hint)
                           for path in links])  # fmt: skip
    if force or not (folder / MANIFEST).exists():
        return
    if read_manifest(folder).experiment != experiment:
        raise ResultError(
            [
                Fault(
                    "holds the result of a different experiment.",
                    file=folder,
                    hint="Choose another folder with --out, or overwrite it with --force.",
                )
            ]
        )
