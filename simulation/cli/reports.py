"""Reports and figures of stored results, written and sealed; what several commands do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.studies.result import Result


def make_report(result: Result) -> list[Path]:
    """Write report and figures of a result, note their checksums, and return the report's paths."""
    from simulation.store import seal

    page = result.report().write(result.folder)
    seal(result.folder, made_only=True)
    figures = result.folder / "figures"
    return [page, *([figures] if figures.is_dir() else [])]


def make_summary(result: Result) -> list[Path]:
    """Write the report of a result on one page, note its checksum, and return its path."""
    from simulation.store import seal

    page = result.report().write_summary(result.folder)
    seal(result.folder, made_only=True)
    return [page]


def make_slides(result: Result) -> list[Path]:
    """Write the report of a result as slides and return their path.

    Raises:
        InputError: the package python-pptx is absent.
    """
    from simulation.report.slides import write_slides
    from simulation.store import seal

    deck = write_slides(result.report(), result.folder / "slides.pptx")
    seal(result.folder, made_only=True)
    return [deck]


def draw(result: Result, names: list[str] | None) -> list[Path]:
    """Draw figures of a result, note their checksums, and return their paths.

    Raises:
        InputError: there is no figure of that name.
    """
    from simulation.report.figure import chosen, save
    from simulation.store import seal

    made = save(chosen(result.figures(), names), result.folder / "figures")
    seal(result.folder, made_only=True)
    return made
