"""A figure with what it shows: drawn and saved in one loop, embedded in one way."""

from __future__ import annotations

import gc
import html
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.report.words import listing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

Drawings = Mapping[str, tuple[str, str]]
"""By the name of the figure, its SVG as drawn for a wide page and for a phone."""

FEW = 6
"""Up to so many figures are drawn by one process."""

PATIENCE = 120.0
"""Seconds after which the second process is given up, and its figures are drawn by the first."""


@dataclass(frozen=True)
class Figure:
    """A figure: its name, its title, what it shows in a sentence, and how it is drawn."""

    name: str
    title: str
    finding: str
    draw: Callable[[], Axes]
    chapter: str = ""
    """The chapter of a report that it stands in (see ``page.CHAPTERS``)."""
    data: Callable[[], pd.DataFrame] | None = None
    """Gives the numbers behind it."""

    @property
    def alt(self) -> str:
        """The text for those who cannot see the figure."""
        return f"{self.title}. {self.finding}"

    def sheet(self) -> Sheet:
        """Draw the figure, and return what it was drawn on."""
        figure = self.draw().get_figure(root=True)
        if figure is None:
            raise ValueError(f"The figure {self.name} was drawn on no sheet.")
        return figure


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

    from simulation.report.sheet import STYLE

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with matplotlib.style.context(str(STYLE)):
        for figure in figures:
            sheet = figure.sheet()
            sheet.draw_without_rendering()
            sheet.set_layout_engine("none")  # laid out once, for all formats
            for kind in formats:
                path = folder / f"{figure.name}.{kind}"
                if kind == "svg":
                    path.write_text(_svg(sheet), encoding="utf-8")
                else:
                    sheet.savefig(path, metadata=_NO_DATE.get(kind))
                written.append(path)
    return written


def draw_all(figures: Sequence[Figure]) -> dict[str, tuple[str, str]]:
    """Return the SVG of each figure for a wide page and for a phone, drawn by two processes.

    The second process is a copy of the first, so that no table has to be sent; where there can be
    none, or it fails, the first draws everything.
    """
    others, mine = list(figures[::2]), list(figures[1::2])
    drawn: dict[str, tuple[str, str]] = {}
    if len(figures) > FEW and (os.cpu_count() or 1) > 1 and sys.platform == "linux":
        _prepare()
        drawn = _beside(others, lambda: _draw(mine))
    return drawn | _draw([figure for figure in figures if figure.name not in drawn])


def _prepare() -> None:
    """Load what drawing needs, once for both processes."""
    import simulation.report.svg  # noqa: F401  (loaded before the process forks)


def _beside(
    others: list[Figure], meanwhile: Callable[[], dict[str, tuple[str, str]]]
) -> dict[str, tuple[str, str]]:
    """Draw some figures in a copy of this process while it does something else."""
    import multiprocessing
    import warnings

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_send, args=(there, others))
    try:
        with warnings.catch_warnings():
            # The copy draws and exits; it takes none of the locks that other threads may hold.
            warnings.simplefilter("ignore", DeprecationWarning)
            child.start()
    except (OSError, AssertionError):  # no more processes, or a daemon that may have no children
        return meanwhile()
    there.close()
    drawn = meanwhile()
    try:
        if here.poll(PATIENCE):
            drawn |= here.recv()
    except EOFError:
        pass  # it failed: its figures are drawn again, and the error is raised here
    child.kill()
    child.join()
    return drawn


def _send(there: Any, figures: list[Figure]) -> None:
    there.send(_draw(figures))
    there.close()


def _draw(figures: Sequence[Figure]) -> dict[str, tuple[str, str]]:
    with _without_collecting():
        return {figure.name: as_svgs(figure) for figure in figures}


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Leave dead objects uncollected for the moment: figures make many, in circles."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def as_svgs(figure: Figure) -> tuple[str, str]:
    """Draw a figure as SVG, for a wide page and for a phone.

    For the phone the same sheet is given another size and laid out again, wherever it does not
    say other things there.
    """
    import matplotlib.style

    from simulation.report.sheet import STYLE, page_width, refit

    with matplotlib.style.context(str(STYLE)):
        sheet = figure.sheet()
        wide = _svg(sheet)
        with page_width(narrow=True):
            return wide, _svg(sheet if refit(sheet) else figure.sheet())


def _svg(sheet: Sheet) -> str:
    """Return a sheet as SVG, with fonts that a page has in any case."""
    from simulation.report.svg import svg_of

    return _FACE.sub(_FACES, svg_of(sheet, _NO_DATE["svg"]))


_FACE = re.compile("'DejaVu Sans'(?!,)")
_FACES = "'DejaVu Sans', Verdana, Arial, sans-serif"
"""Fonts of a page, where the one that text was measured with is not installed.

Said here, since matplotlib looks for every one of them whenever it measures a text.
"""


def embed(figure: Figure, drawn: tuple[str, str]) -> str:
    """Return a figure as markup: for wide pages, and hidden there, for phones."""
    wide, narrow = drawn
    return (
        f'<div class="sheet wide-only">{_inline(wide, figure, "w")}</div>'
        f'<div class="sheet phone-only">{_inline(narrow, figure, "n")}</div>'
    )


_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def _inline(svg: str, figure: Figure, mark: str) -> str:
    """Return an SVG file as part of a page: ids of its own, a name, colours that can turn dark.

    Figures repeat each other's ids and style rules; here each keeps to itself. Colours are
    variables, which a dark page gives other values (see ``dark_rules``).
    """
    unique = f"{figure.name}-{mark}"
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{unique}-', body)
    body = re.sub(r'href="#', f'href="#{unique}-', body)
    body = re.sub(r"url\(#", f"url(#{unique}-", body)
    body = body.replace("*{", f"#{unique}-svg *{{")
    body = re.sub(r'style="[^"]*"', lambda match: _variables(match.group()), body)
    body = body.replace("<text ", '<text fill="currentColor" ')
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    alt = html.escape(figure.alt)
    return f'{head} id="{unique}-svg" role="img" aria-label="{alt}">{rest}'


def _variables(style: str) -> str:
    return _COLOUR.sub(lambda match: f"var(--c{match.group()[1:].lower()}, {match.group()})", style)


def dark_rules(drawings: Drawings) -> str:
    """Return CSS declarations that give every colour of some figures its value on a dark page."""
    from simulation.report.colours import on_dark

    used = {
        colour.lower()
        for drawn in drawings.values()
        for svg in drawn
        for style in re.findall(r'style="[^"]*"', svg)
        for colour in _COLOUR.findall(style)
    }
    return " ".join(f"--c{colour[1:]}: {on_dark(colour)};" for colour in sorted(used))
