"""Reports and figures of any result, whichever command made it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from simulation.errors import Fault, InputError
from simulation.report.words import listing
from simulation.studies.pictures import Picture, draw_all


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
    from simulation.studies.attribution.report import write_report as write_attribute_report
    from simulation.studies.comparison.report import write_compare_report
    from simulation.studies.question.report import write_report as write_ask_report
    from simulation.studies.run.report import write_report
    from simulation.studies.sweep.report import write_sweep_report

    match made_by(folder):
        case Made.ATTRIBUTION:
            return write_attribute_report(folder)
        case Made.COMPARISON:
            return write_compare_report(folder)
        case Made.QUESTION:
            return write_ask_report(folder)
        case Made.SWEEP:
            return write_sweep_report(folder)
    return write_report(folder)


def write_any_figures(folder: Path, names: Sequence[str] | None = None) -> list[Path]:
    """Write the figures of a result, or those named, and return their paths.

    Raises:
        InputError: there is no figure of that name.
        ResultError: the folder holds no result that can be read.
    """
    from simulation.studies.comparison.figures import write_compare_figures
    from simulation.studies.comparison.tables import read_compared
    from simulation.studies.run.figures import write_figures
    from simulation.studies.run.tables import read_tables
    from simulation.studies.sweep.report import write_sweep_figures

    match made_by(folder):
        case Made.RUN:
            return write_figures(folder / "figures", read_tables(folder), only=names)
        case Made.COMPARISON:
            return write_compare_figures(folder / "figures", read_compared(folder), only=names)
        case Made.SWEEP:
            return write_sweep_figures(folder, names)
        case kind:
            pictures = _chosen(_pictures(folder, kind), names)
            return draw_all(folder / "figures", pictures)


def figure_names(folder: Path) -> list[str]:
    """Return the names of the figures that a result can have."""
    from simulation.studies.comparison.figures import figures_of
    from simulation.studies.comparison.tables import read_compared
    from simulation.studies.run.figures import FIGURES

    match made_by(folder):
        case Made.RUN:
            return list(FIGURES)
        case Made.COMPARISON:
            return [figure.name for figure in figures_of(read_compared(folder))]
        case kind:
            return [picture.name for picture in _pictures(folder, kind)]


def _pictures(folder: Path, kind: Made) -> list[Picture]:
    from simulation.studies.attribution import pictures as attribution
    from simulation.studies.attribution.tables import read_played
    from simulation.studies.question import report as question
    from simulation.studies.question.tables import read_asked
    from simulation.studies.sweep import report as sweep
    from simulation.studies.sweep.tables import read_sweep

    if kind is Made.ATTRIBUTION:
        return attribution.pictures_of(read_played(folder))
    if kind is Made.QUESTION:
        return question.pictures_of(read_asked(folder))
    return sweep.pictures_of(read_sweep(folder))


def _chosen(pictures: Sequence[Picture], names: Sequence[str] | None) -> list[Picture]:
    if names is None:
        return list(pictures)
    known = {picture.name: picture for picture in pictures}
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = f"There are {listing(list(known))}."
        raise InputError([Fault("is no figure of this result.", key=name, hint=hint)
                          for name in unknown])  # fmt: skip
    return [known[name] for name in names]
