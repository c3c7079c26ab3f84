"""The report of a study, whichever it is: what it says, and its three renderings.

The answer comes first, then figures with their findings, tables, what was assumed, how sure we
are, and how to make it again. Every sentence is computed from stored tables; all text of users is
escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate, Sign
from simulation.report.assumptions import Assumptions
from simulation.report.figure import Figure, embed, save
from simulation.report.table import Table
from simulation.report.templating import environment
from simulation.report.words import signed, span

if TYPE_CHECKING:
    from rich.console import Group

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
    def of(cls, name: str, told: Estimate, verdicts: Mapping[Sign, str] = GAINED) -> Card:
        """Return the card of an amount of money a month."""
        return cls(name, signed(told.mean), "a month", span(told).strip("()"), verdicts[told.sign])

    @property
    def tone(self) -> str:
        """How the verdict is coloured."""
        return {"▲": "gained", "▼": "lost"}.get(self.verdict[:1], "")


@dataclass(frozen=True)
class Chapter:
    """A part of its own between the answer and the figures: tables, and lines beneath them."""

    name: str
    title: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


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

    def html(self, pictures: Path) -> str:
        """Return the report as one self-contained page.

        Args:
            pictures: the folder into which the figures were saved.
        """
        from markupsafe import Markup

        def picture(figure: Figure) -> Markup:
            return Markup(embed(figure, pictures))  # noqa: S704  escaped there

        template = environment().get_template("report.html.j2")
        return template.render(report=self, picture=picture)

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
        save(self.figures, pictures)
        for name, text in self.attachments.items():
            (pictures / name).write_text(text, encoding="utf-8")
        page = folder / "report.html"
        page.write_text(self.html(pictures), encoding="utf-8")
        (folder / "report.md").write_text(self.markdown(), encoding="utf-8")
        return page
