"""Sheets as SVG, whose texts are measured once.

matplotlib lays a sheet out with one renderer and writes it with another, and each of them measures
every text anew, which took half the time of a report. Here both ask the same table.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, override

from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG

from simulation.report.fitting import close_up, enlarge, fit, pull_in
from simulation.report.sheet import is_narrow

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Sheet
    from matplotlib.font_manager import FontProperties

POINTS = 72
"""Dots per inch of an SVG file: its unit is the point."""

_Extent = tuple[float, float, float]
_extents: dict[tuple[str, int, Any], _Extent] = {}
"""Width, height and descent in points by text, font, and whether it is mathematics."""


class _Renderer(RendererSVG):
    def __init__(
        self, width: float, height: float, target: io.StringIO, metadata: Any = None
    ) -> None:
        super().__init__(width, height, target, metadata=metadata)  # type: ignore[no-untyped-call]

    @override
    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> _Extent:
        key = (s, hash(prop), ismath)
        if key not in _extents:
            _extents[key] = super().get_text_width_height_descent(  # type: ignore[no-untyped-call]
                s, prop, ismath
            )
        return _extents[key]


class _Canvas(FigureCanvasSVG):
    """The canvas of a sheet that is laid out by what SVG will show."""

    def get_renderer(self) -> RendererSVG:
        """Return what measures, and is never written."""
        return _measuring()


@cache
def _measuring() -> RendererSVG:
    return _Renderer(1.0, 1.0, io.StringIO())


def svg_of(sheet: Sheet, metadata: Mapping[str, Any]) -> str:
    """Return a sheet as SVG, laid out once; it keeps its layout engine, canvas and resolution."""
    engine = sheet.get_layout_engine()
    with _in_points(sheet):
        if is_narrow():
            enlarge(sheet, _measuring())
        if engine is not None:
            engine.execute(sheet)
            if fit(sheet, _measuring()) or (is_narrow() and close_up(sheet)):
                engine.execute(sheet)
            pull_in(sheet, _measuring())
            sheet.set_layout_engine("none")
        text = io.StringIO()
        width, height = sheet.get_size_inches() * POINTS
        renderer = _Renderer(width, height, text, metadata=dict(metadata))
        sheet.draw(renderer)
        renderer.finalize()  # type: ignore[no-untyped-call]
    if engine is not None:
        sheet.set_layout_engine(engine)
    return text.getvalue()


@contextmanager
def _in_points(sheet: Sheet) -> Iterator[None]:
    canvas, dots = sheet.canvas, sheet.dpi
    _Canvas(sheet)  # becomes the canvas of the sheet
    sheet.dpi = POINTS
    try:
        yield
    finally:
        sheet.dpi = dots
        sheet.set_canvas(canvas)
