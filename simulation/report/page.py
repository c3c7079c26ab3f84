"""The report of a study, whichever it is: what it says, and its three renderings.

The answer comes first, then figures with their findings, tables, what was assumed, how sure we
are, and how to make it again. Every sentence is computed from stored tables; all text of users is
escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate, Sign
from simulation.report.assumptions import Assumptions
from simulation.report.figure import Drawings, Figure, dark_rules, draw_all, embed
from simulation.report.table import Table
from simulation.report.templating import environment
from simulation.report.words import count, signed, span, unit_words

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Group

CHAPTERS: Mapping[str, str] = {
    "value": "Value, and who receives it",
    "why": "Why: where the difference comes from",
    "decision": "What to decide, and where it holds",
    "influence": "What it depends on",
    "time": "Over time",
    "fit": "Data and fit",
    "customers": "Customers and their journey",
    "service": "Service",
    "companies": "Companies and their network",
    "people": "People",
    "details": "Figures and tables",
}
"""The chapters that figures and tables can stand in, in their order; "details" has all others."""

MARKET = "market"
"""The chapter that holds published figures against a result's; it follows the others."""

DATA_LIMIT = 60_000
"""Bytes of a figure's numbers up to which the page holds them; of others it links the file."""

LEAST_CELL = 2
"""Bytes of the shortest cell with its comma, so that long tables need not be written out."""

GAINED: Mapping[Sign, str] = {
    Sign.GAIN: "▲ gained", Sign.LOSS: "▼ lost", Sign.OPEN: "◆ open",
}  # fmt: skip
"""What a card says of an amount, by the sign of its interval."""


@dataclass(frozen=True)
class Card:
    """A number at the top of the report."""

    name: str
    value: str
    unit: str
    interval: str
    verdict: str = ""
    """A mark (▲ good, ▼ bad, any other neither) and what it stands for."""

    @classmethod
    def of(cls, name: str, value: Estimate, verdicts: Mapping[Sign, str] = GAINED) -> Card:
        """Return the card of an amount of money a month."""
        return cls(
            name,
            signed(value.mean),
            unit_words(value.unit or "money/month"),
            span(value).strip("()"),
            verdicts[value.sign],
        )

    @property
    def tone(self) -> str:
        """How the verdict is coloured."""
        return {"▲": "gained", "▼": "lost"}.get(self.verdict[:1], "")


@dataclass(frozen=True)
class Chapter:
    """A folded part of the page: figures, tables, and lines beneath them."""

    name: str
    title: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def contents(self) -> str:
        """What it holds, in words."""
        counts = [
            count(len(items), noun)
            for items, noun in ((self.figures, "figure"), (self.tables, "table"))
            if items
        ]
        return ", ".join(counts)


@dataclass(frozen=True)
class Widget:
    """A part of the page that moves: a template, the script of that name, and their data."""

    name: str
    title: str
    template: str
    data: Mapping[str, Any]

    @property
    def markup(self) -> str:
        """What it shows, text of users escaped."""
        from markupsafe import Markup

        template = environment().get_template(f"{self.template}.html.j2")
        return Markup(template.render(data=self.data))  # noqa: S704  escaped there

    @property
    def script(self) -> str:
        """Its data and its script, in which nothing can end the element that holds them."""
        from markupsafe import Markup

        loader: Any = environment().loader
        text = loader.get_source(environment(), f"{self.template}.js")[0]
        data = json.dumps(self.data, ensure_ascii=False).replace("<", "\\u003c")
        kind = f'type="application/json" id="{self.name}-data"'
        return Markup(f"<script {kind}>{data}</script>\n<script>\n{text}</script>")  # noqa: S704


MOST_FAILURES = 20
"""Failures that are listed on a page of many runs."""


@dataclass(frozen=True)
class Failure:
    """A run that failed."""

    seed: str
    error: str
    remake: str
    scenario: str = ""

    @classmethod
    def of(cls, row: Mapping[Any, Any], *, with_scenario: bool = False) -> Failure:
        """Return the failure that a row of the table of failures holds."""
        scenario = str(row["scenario"]) if with_scenario else ""
        return cls(str(row["seed"]), str(row["error"]), str(row["remake"]), scenario)

    @classmethod
    def first_of(cls, table: pd.DataFrame) -> list[Failure]:
        """Return the first failures of a table, which has a row for each and is stored whole."""
        return [cls.of(row) for row in table.head(MOST_FAILURES).to_dict("records")]


@dataclass(frozen=True)
class Remake:
    """How to make a result again; what is not known is empty."""

    command: str = ""
    typed: str = ""
    fingerprint: str = ""
    finished: str = ""
    elapsed: str = ""
    versions: tuple[str, ...] = ()

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Remake:
        """Return how to make a result again, as far as its manifest says."""
        typed = str(manifest.get("command_line") or "")
        elapsed = manifest.get("elapsed_s")
        versions = manifest.get("versions") or {}
        return cls(
            command=str(manifest.get("remake") or typed),
            typed=typed,
            fingerprint=str(manifest.get("fingerprint") or ""),
            finished=str(manifest.get("finished") or ""),
            elapsed=f"{elapsed:.0f} s" if isinstance(elapsed, int | float) and elapsed else "",
            versions=tuple(f"{name} {version}" for name, version in versions.items()),
        )


@dataclass(frozen=True)
class Report:
    """What a study says, in words, figures and tables; see the module for the order."""

    title: str
    facts: Sequence[str]
    answer: Sequence[str]
    assumptions: Assumptions
    remake: Remake
    kicker: str = "simulation report"
    description: str = ""
    cards: Sequence[Card] = ()
    chapters: Sequence[Chapter] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    confidence: Sequence[str] = ()
    failures: Sequence[Failure] = ()
    attachments: Mapping[str, str] = field(default_factory=dict)
    """Text files written beside the figures, by name."""
    lead: str = ""
    """The name of the figure that carries the answer; the first one if not given."""
    widget: Widget | None = None
    """What can be tried in the page itself."""
    for_whom: Sequence[str] = ()
    """What it means for the one who decides, and who loses: lines beneath the answer."""
    how_sure: str = ""
    """How sure the answer is, in a line; the first of ``confidence`` if not given."""

    @property
    def sure(self) -> str:
        """How sure the answer is, in a line beneath it."""
        return self.how_sure or next(iter(self.confidence), "")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of things in the scenario, in which no term is explained."""
        return self.assumptions.names

    @property
    def lead_figure(self) -> Figure | None:
        """The figure at the top."""
        named = [figure for figure in self.figures if figure.name == self.lead]
        return next(iter([*named, *self.figures]), None)

    @property
    def parts(self) -> list[Chapter]:
        """The chapters that have something, in their order: what was asked for first."""
        lead = self.lead_figure
        result = [one for one in self.chapters if one.name != MARKET]
        for name, title in CHAPTERS.items():
            figures = tuple(f for f in self.figures if _chapter(f) == name and f is not lead)
            tables = tuple(table for table in self.tables if _chapter(table) == name)
            if figures or tables:
                result.append(Chapter(name, title, tables, figures=figures))
        return result + [one for one in self.chapters if one.name == MARKET]

    def numbers(self) -> dict[str, pd.DataFrame]:
        """Return the numbers behind each figure that has some, by its name."""
        return {figure.name: figure.data() for figure in self.figures if figure.data is not None}

    def html(self, drawings: Drawings, numbers: Mapping[str, pd.DataFrame] | None = None) -> str:
        """Return the report as one self-contained page.

        Args:
            drawings: its figures as they were drawn.
            numbers: those behind its figures, where they have been computed.
        """
        return self._page(
            "report.html.j2", drawings, self.numbers() if numbers is None else numbers
        )

    def summary(self, drawings: Drawings) -> str:
        """Return the answer, its figure and how sure it is as a page that prints on one sheet."""
        lead = self.lead_figure
        return self._page("summary.html.j2", {lead.name: drawings[lead.name]} if lead else {}, {})

    def _page(self, name: str, drawings: Drawings, numbers: Mapping[str, pd.DataFrame]) -> str:
        from markupsafe import Markup

        def picture(figure: Figure) -> Markup:
            return Markup(embed(figure, drawings[figure.name]))  # noqa: S704  escaped there

        def data(figure: Figure) -> str:
            table = numbers.get(figure.name)
            return "" if table is None else _data_link(figure.name, table)

        template = environment().get_template(name)
        return template.render(report=self, picture=picture, data=data, dark=dark_rules(drawings))

    def markdown(self) -> str:
        """Return the report as Markdown, beside whose file the figures lie in ``figures``."""
        return environment().get_template("report.md.j2").render(report=self)

    def terminal(self) -> Group:
        """Return the answer and the open tables for a terminal."""
        from rich.console import Group
        from rich.padding import Padding
        from rich.text import Text

        lines = [Text(f"{place}. {text}") for place, text in enumerate(self.answer, start=1)]
        tables = [Padding(table.terminal(), (1, 0, 0, 0)) for table in self.tables if table.is_open]
        return Group(*lines, *tables)

    def write(self, folder: Path) -> Path:
        """Write figures, ``report.html`` and ``report.md`` into the folder; return the HTML."""
        pictures = folder / "figures"
        pictures.mkdir(parents=True, exist_ok=True)
        drawings = draw_all(self.figures)
        for name, (svg, _) in drawings.items():
            (pictures / f"{name}.svg").write_text(svg, encoding="utf-8")
        numbers = self.numbers()
        for name, table in numbers.items():
            table.to_csv(pictures / f"{name}.csv", index=False)
        for name, text in self.attachments.items():
            (pictures / name).write_text(text, encoding="utf-8")
        page = folder / "report.html"
        page.write_text(self.html(drawings, numbers), encoding="utf-8")
        (folder / "report.md").write_text(self.markdown(), encoding="utf-8")
        return page

    def write_summary(self, folder: Path) -> Path:
        """Write ``summary.html`` into the folder and return it."""
        lead = self.lead_figure
        page = folder / "summary.html"
        page.write_text(self.summary(draw_all([lead] if lead else [])), encoding="utf-8")
        return page


def _chapter(thing: Figure | Table) -> str:
    return thing.chapter if thing.chapter in CHAPTERS else "details"


def _data_link(name: str, table: pd.DataFrame) -> str:
    """Return where the numbers behind a figure are: in the page itself if they are few."""
    from urllib.parse import quote

    if table.size <= DATA_LIMIT // LEAST_CELL:
        text = table.to_csv(index=False, float_format="%.6g")
        if len(text) <= DATA_LIMIT:
            return "data:text/csv;charset=utf-8," + quote(text)
    return f"figures/{quote(name)}.csv"
