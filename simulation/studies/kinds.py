"""The kinds of study, by the command that carries them out; each is loaded when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from simulation.errors import Fault, ResultError
from simulation.store import Manifest, read_manifest
from simulation.store.manifest import VERDICT

if TYPE_CHECKING:
    from simulation.report.figure import Figure
    from simulation.report.page import Report
    from simulation.studies.result import Result
    from simulation.studies.study import Study


@dataclass(frozen=True)
class StudyKind:
    """A kind of study: where its parts are, each as ``module:name``.

    Attributes:
        command: the command that carries it out; manifests keep it.
        stored: gives the study that a folder holds.
        result: its class of results.
        report_of: gives the report of a result's tables.
        figures_of: gives the figures of a result's tables.
    """

    command: str
    stored: str
    result: str
    report_of: str
    figures_of: str

    @classmethod
    def in_module(cls, command: str, module: str, result: str) -> StudyKind:
        """Return a kind whose parts are in one module."""
        parts = ("stored", result, "report_of", "figures_of")
        return cls(command, *(f"{module}:{name}" for name in parts))

    @property
    def result_class(self) -> type[Result]:
        """Its class of results."""
        return cast("type[Result]", _load(self.result))

    def study(self, folder: Path) -> Study:
        """Return the study that a folder holds, to go on with or to make runs again.

        Raises:
            InputError: it cannot be carried out again by this version.
        """
        with explaining_version(folder):
            return cast("Study", _load(self.stored)(folder))

    def report(self, result: Result) -> Report:
        """Return the report of a result."""
        with explaining_version(result.folder):
            return cast("Report", _load(self.report_of)(result.shown_tables))

    def figures(self, result: Result) -> list[Figure]:
        """Return the figures of a result."""
        with explaining_version(result.folder):
            return list(_load(self.figures_of)(result.shown_tables))


@contextmanager
def explaining_version(folder: Path) -> Iterator[None]:
    """Say of a result that cannot be read by which version it was made, if it is not this one.

    Raises:
        ResultError: something that this version stores is not there, or is something else.
    """
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        manifest = read_manifest(folder)
        if _of_this_version(manifest):
            raise
        made = manifest.model_version + (f" of commit {manifest.commit}" if manifest.commit else "")
        what = f"{type(error).__name__}: {error}"[:120].partition("\n")[0]
        message = f"was made by another version, {made}, and cannot be read by this one ({what})."
        hint = f"Read it with that version, or make it again: {manifest.resuming}"
        raise ResultError([Fault(message, file=folder, hint=hint)]) from error


def _of_this_version(manifest: Manifest) -> bool:
    """Whether the release and commit that made a result are these."""
    from simulation.studies.provenance import commit, versions

    release = "cocreate"
    same = manifest.versions.get(release) == versions().get(release)
    return same and manifest.commit == commit()


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


def _kind(command: str, folder: str, result: str) -> StudyKind:
    home = f"simulation.studies.{folder}"
    return StudyKind(
        command,
        f"{home}.plan:stored",
        f"{home}.result:{result}",
        f"{home}.report:report_of",
        f"{home}.figures:figures_of",
    )


KINDS = {
    kind.command: kind
    for kind in (
        _kind("run", "run", "ScenarioResult"),
        _kind("compare", "comparison", "ComparisonResult"),
        _kind("sweep", "sweep", "SweepResult"),
        _kind("attribute", "attribution", "AttributionResult"),
        _kind("ask", "question", "QuestionResult"),
        _kind("calibrate", "calibration", "CalibrationResult"),
        _kind("explore", "exploration", "ExplorationResult"),
        _kind("optimise", "optimisation", "OptimisationResult"),
    )
}
"""The kinds there are; a kind of one's own is one entry more."""


def kind_of(folder: Path) -> StudyKind:
    """Return the kind of study that made a result folder.

    Raises:
        ResultError: it holds no result, or one of a kind that there is not.
    """
    manifest = read_manifest(folder)
    command = manifest.command
    if manifest.sweep and (folder / VERDICT).is_file():
        command = "ask"  # version 0.1.0 wrote "sweep" into the manifests of questions
    if command not in KINDS:
        known = ", ".join(KINDS)
        message = f"was made by a command that is not known: {command}."
        raise ResultError([Fault(message, file=folder, hint=f"There are {known}.")])
    return KINDS[command]
