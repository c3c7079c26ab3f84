"""A report as slides: the answer, then a figure a slide with its finding (PowerPoint, PPTX).

Needs the extra ``cocreate[slides]``. Text is text, so that it can be edited; figures are pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import needs_package

if TYPE_CHECKING:
    from simulation.report.figure import Figure
    from simulation.report.page import Card, Report

WIDTH, HEIGHT = 13.333, 7.5
"""Inches of a slide, 16:9."""

EDGE = 0.6
SHARP = 200
"""Dots per inch of pictures."""

MOST_CARDS = 4


def write_slides(report: Report, path: Path) -> Path:
    """Write a report as slides and return the path.

    Raises:
        InputError: the package python-pptx is absent.
    """
    try:
        from pptx import Presentation
        from pptx.util import Inches
    except ImportError:
        raise needs_package("python-pptx", "slides", key="--slides") from None
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _first(_blank(deck), report)
    for figure in _in_order(report):
        _picture(_blank(deck), figure)
    sure = [line for line in (report.how_sure, *report.confidence) if line]
    if sure:
        _lines(_blank(deck), "How sure", sure, size=18)
    _lines(_blank(deck), "How to make it again", [report.remake.command, *report.facts], size=16)
    deck.core_properties.title = report.title
    deck.save(str(path))
    return path


def _in_order(report: Report) -> list[Figure]:
    """Return the figures: that which carries the answer, then chapter by chapter."""
    lead = report.lead_figure
    return [*([lead] if lead else []), *(f for part in report.parts for f in part.figures)]


def _blank(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def _text(slide: Any, box: tuple[float, float, float, float], text: str, *, size: int,
          bold: bool = False) -> None:  # fmt: skip
    """Write a paragraph into a box of inches: left, top, width, height."""
    from pptx.util import Inches, Pt

    frame = slide.shapes.add_textbox(*map(Inches, box)).text_frame
    frame.word_wrap = True
    run = frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.bold = text, Pt(size), bold


def _first(slide: Any, report: Report) -> None:
    """Write title, answer and the numbers at the top."""
    wide = WIDTH - 2 * EDGE
    _text(slide, (EDGE, 0.4, wide, 1.0), report.title, size=30, bold=True)
    _text(slide, (EDGE, 1.3, wide, 0.5), " · ".join(report.facts), size=14)
    lines = [f"{at}. {text}" for at, text in enumerate(report.answer, 1)] + list(report.for_whom)
    step = min(1.0, 3.6 / max(len(lines), 1))
    for at, line in enumerate(lines):
        _text(slide, (EDGE, 1.9 + step * at, wide, step), line, size=18 if step > 0.7 else 14)
    cards = report.cards[:MOST_CARDS]
    for at, card in enumerate(cards):
        _card(slide, card, EDGE + at * wide / len(cards), wide / len(cards) - 0.2)


def _card(slide: Any, card: Card, left: float, width: float) -> None:
    _text(slide, (left, 5.7, width, 0.4), card.name, size=13)
    _text(slide, (left, 6.0, width, 0.5), f"{card.value} {card.unit}".strip(), size=20, bold=True)
    _text(slide, (left, 6.5, width, 0.6), f"{card.interval} {card.verdict}".strip(), size=12)


def _picture(slide: Any, figure: Figure) -> None:
    """Put a figure on the left, what it shows beside it."""
    import matplotlib.style
    from pptx.util import Inches

    from simulation.report.sheet import STYLE

    picture = BytesIO()
    with matplotlib.style.context(str(STYLE)):
        sheet = figure.sheet()
        sheet.savefig(picture, format="png", dpi=SHARP)
    across, up = (float(inches) for inches in sheet.get_size_inches())
    scale = min(8.2 / across, (HEIGHT - 0.8) / up)
    shape = slide.shapes.add_picture(
        picture, Inches(EDGE), Inches((HEIGHT - up * scale) / 2), Inches(across * scale)
    )
    shape._element.nvPicPr.cNvPr.set("descr", figure.alt)  # noqa: SLF001  read aloud; no other way
    left = EDGE + across * scale + 0.4
    _text(slide, (left, 0.9, WIDTH - left - EDGE, 1.2), figure.title, size=22, bold=True)
    _text(slide, (left, 2.3, WIDTH - left - EDGE, 4.5), figure.finding, size=16)


def _lines(slide: Any, title: str, lines: Sequence[str], *, size: int) -> None:
    _text(slide, (EDGE, 0.4, WIDTH - 2 * EDGE, 0.8), title, size=26, bold=True)
    step = min(0.95, 5.8 / max(len(lines), 1))
    for at, line in enumerate(lines):
        _text(slide, (EDGE, 1.3 + step * at, WIDTH - 2 * EDGE, step), line, size=size)
