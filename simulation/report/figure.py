"""A figure with what it shows: drawn and saved in one loop, embedded in one way."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError
from simulation.report.words import listing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

INLINE_LIMIT = 150_000
"""Bytes of SVG up to which a figure is embedded as such; larger ones are embedded as PNG."""


@dataclass(frozen=True)
class Figure:
    """A figure: its name, its title, what it shows in a sentence, and how it is drawn."""

    name: str
    title: str
    finding: str
    draw: Callable[[], Axes]

    @property
    def alt(self) -> str:
        """The text for those who cannot see the figure."""
        return f"{self.title}. {self.finding}"

    def sheet(self) -> Sheet:
        """Draw the figure, and return what it was drawn on."""
        found = self.draw().get_figure(root=True)
        if found is None:
            raise ValueError(f"The figure {self.name} was drawn on no sheet.")
        return found


def chosen(figures: Iterable[Figure], names: Iterable[str] | None) -> list[Figure]:
    """Return the figures of these names, or all of them where no name is given.

    Raises:
        InputError: no figure has one of the names.
    """
    known = {figure.name: figure for figure in figures}
    if names is None:
        return list(known.values())
    wanted = list(names)
    faults = [unknown_figure(name, list(known)) for name in wanted if name not in known]
    if faults:
        raise InputError(faults)
    return [known[name] for name in wanted]


def unknown_figure(name: str, known: Sequence[str]) -> Fault:
    """Return the fault of asking for a figure that does not exist."""
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {listing(known)}."
    return Fault(f"No figure is called {name!r}.", hint=hint)


_NO_DATE: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}
"""Metadata that would make the same figure differ from day to day."""


def save(
    figures: Iterable[Figure], folder: Path, formats: Sequence[str] = ("png", "svg")
) -> list[Path]:
    """Draw figures into a folder, one file for each format, and return the paths.

    The same tables give the same bytes: files carry no date.
    """
    import matplotlib.style

    from simulation.report.canvas import STYLE

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with matplotlib.style.context(str(STYLE)):
        for figure in figures:
            sheet = figure.sheet()
            sheet.draw_without_rendering()
            sheet.set_layout_engine("none")  # laid out once, for all formats
            for kind in formats:
                path = folder / f"{figure.name}.{kind}"
                sheet.savefig(path, metadata=_NO_DATE.get(kind))
                written.append(path)
    return written


def embed(figure: Figure, folder: Path) -> str:
    """Return a saved figure as markup: its SVG where that is small enough, else its PNG."""
    svg = (folder / f"{figure.name}.svg").read_text(encoding="utf-8")
    if len(svg.encode()) <= INLINE_LIMIT:
        return _inline(svg, figure)
    png = base64.b64encode((folder / f"{figure.name}.png").read_bytes()).decode()
    return f'<img src="data:image/png;base64,{png}" alt="{html.escape(figure.alt)}">'


def _inline(svg: str, figure: Figure) -> str:
    """Return an SVG file as part of a page: ids of its own, a name for screen readers.

    Figures repeat each other's ids and style rules; here each keeps to itself.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{figure.name}-', body)
    body = re.sub(r'href="#', f'href="#{figure.name}-', body)
    body = re.sub(r"url\(#", f"url(#{figure.name}-", body)
    body = body.replace("*{", f"#{figure.name}-svg *{{")
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    alt = html.escape(figure.alt)
    return f'{head} id="{figure.name}-svg" role="img" aria-label="{alt}">{rest}'
