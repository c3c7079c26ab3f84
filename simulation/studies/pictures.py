"""Figures of an answer: drawn, written as PNG and SVG, and embedded with what they show."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.studies.run.report import INLINE_LIMIT, Shown, inline_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Picture:
    """A figure: its name, its title, what it shows in a sentence, and how it is drawn."""

    name: str
    title: str
    finding: str
    draw: Callable[[], Axes]


def draw_all(folder: Path, pictures: Sequence[Picture]) -> list[Path]:
    """Write figures as PNG and SVG into a folder, and return their paths; files carry no date."""
    import matplotlib.style

    from simulation.report.canvas import STYLE

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with matplotlib.style.context(str(STYLE)):
        for picture in pictures:
            sheet = picture.draw().get_figure(root=True)
            if sheet is None:
                raise ValueError(f"The figure {picture.name} was drawn on no sheet.")
            sheet.draw_without_rendering()
            sheet.set_layout_engine("none")  # laid out once, for both formats
            for kind in ("png", "svg"):
                path = folder / f"{picture.name}.{kind}"
                sheet.savefig(path, metadata={"Date": None} if kind == "svg" else None)
                written.append(path)
    return written


def shown(folder: Path, picture: Picture) -> Shown:
    """Return a figure that was written into a folder, ready to embed."""
    view = Shown(picture.name, picture.title, picture.finding)
    svg = (folder / f"{picture.name}.svg").read_text(encoding="utf-8")
    if len(svg.encode()) <= INLINE_LIMIT:
        return replace(view, svg=inline_svg(svg, view))
    png = base64.b64encode((folder / f"{picture.name}.png").read_bytes()).decode()
    return replace(view, png=png)
