"""Reports and figures of any result, whichever command made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.report.figure import Figure, chosen, save

if TYPE_CHECKING:
    from simulation.report.page import Report


class Made(StrEnum):
    """What a result folder holds."""

    RUN = "run"
    COMPARISON = "compare"
    SWEEP = "sweep"
    QUESTION = "ask"
    ATTRIBUTION = "attribute"


def made_by(folder: Path) -> Made:
    """Return which command made a result folder.

    Raises:
        ResultError: it holds no result.
    """
    from simulation.analysis.contrast import DEFINITION
    from simulation.store import read_manifest
    from simulation.studies.attribution.tables import ASKED
    from simulation.studies.question.verdict import VERDICT

    manifest = read_manifest(folder)
    if manifest.command == Made.ATTRIBUTION and (folder / ASKED).is_file():
        return Made.ATTRIBUTION
    if (folder / DEFINITION).is_file():
        return Made.COMPARISON
    if manifest.sweep:
        return Made.QUESTION if (folder / VERDICT).is_file() else Made.SWEEP
    return Made.RUN


def write_any_report(folder: Path) -> Path:
    """Write figures, ``report.html`` and ``report.md`` of a result; return the HTML.

    Raises:
        ResultError: the folder holds no result that can be read.
    """
    read, report_of, _ = _parts(made_by(folder))
    report: Report = report_of(read(folder))
    return report.write(folder)


def write_any_figures(folder: Path, names: Sequence[str] | None = None) -> list[Path]:
    """Write the figures of a result, or those named, and return their paths.

    Raises:
        InputError: there is no figure of that name.
        ResultError: the folder holds no result that can be read.
    """
    return save(chosen(_figures(folder), names), folder / "figures")


def figure_names(folder: Path) -> list[str]:
    """Return the names of the figures that a result can have."""
    if made_by(folder) is Made.RUN:
        from simulation.studies.run.figures import VIEWS

        return list(VIEWS)
    return [figure.name for figure in _figures(folder)]


def _figures(folder: Path) -> list[Figure]:
    read, _, figures_of = _parts(made_by(folder))
    return list(figures_of(read(folder)))


_READERS = {
    Made.RUN: ("run", "read_tables"),
    Made.COMPARISON: ("comparison", "read_compared"),
    Made.SWEEP: ("sweep", "read_sweep"),
    Made.QUESTION: ("question", "read_asked"),
    Made.ATTRIBUTION: ("attribution", "read_played"),
}
"""The package of each kind of study, and what reads its folders."""


def _parts(made: Made) -> tuple[Callable[..., Any], ...]:
    """Return how a kind is read, reported and drawn."""
    package, reader = _READERS[made]
    home = f"simulation.studies.{package}"
    return (
        getattr(import_module(f"{home}.tables"), reader),
        import_module(f"{home}.report").report_of,
        import_module(f"{home}.figures").figures_of,
    )
