"""The report of a result: one self-contained HTML file, and the same in Markdown.

Answer first, then figures with their findings, tables, what was assumed, how sure we are, and how
to make it again. Every sentence is computed from the stored tables; all text of users is escaped.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.summary import Estimate, Sign, level, retention
from simulation.report.assumptions import Assumptions, assumptions, structure
from simulation.report.canvas import order
from simulation.report.words import count, label, number, percent, seed_list, signed, span
from simulation.studies.run.answer import answer
from simulation.studies.run.figures import available_figures, write_figures
from simulation.studies.run.findings import FINDINGS, gains
from simulation.studies.run.outcome_tables import TableView, tables_of
from simulation.studies.run.tables import Tables, read_tables

if TYPE_CHECKING:
    from jinja2 import Environment

INLINE_LIMIT = 150_000
"""Bytes of SVG up to which a figure is embedded as such; larger ones are embedded as PNG."""

GOOD_ENOUGH = 0.05
"""Half-width relative to the mean at which an interval counts as narrow."""


@dataclass(frozen=True)
class Card:
    """A number at the top of the report."""

    name: str
    value: str
    unit: str
    interval: str
    verdict: str = ""


@dataclass(frozen=True)
class Shown:
    """A figure in the report: SVG markup where it is small enough, else PNG as base64."""

    name: str
    title: str
    finding: str
    svg: str = ""
    png: str = ""

    @property
    def alt(self) -> str:
        """What somebody who cannot see the figure is told."""
        return f"{self.title}. {self.finding}"


@dataclass(frozen=True)
class Failure:
    """A run that failed."""

    seed: str
    error: str
    remake: str


@dataclass(frozen=True)
class Again:
    """How to make a result again; what is not known is empty."""

    command: str
    typed: str
    fingerprint: str
    finished: str
    elapsed: str
    versions: tuple[str, ...]


def write_report(folder: Path) -> Path:
    """Write figures, ``report.html`` and ``report.md`` into a result folder; return the HTML.

    Raises:
        ResultError: the folder holds no result that can be read.
    """
    tables = read_tables(folder)
    write_figures(folder / "figures", tables)
    content = contents(folder, tables)
    page = folder / "report.html"
    for path, template in ((page, "report.html.j2"), (folder / "report.md", "report.md.j2")):
        path.write_text(environment().get_template(template).render(content), encoding="utf-8")
    return page


def environment() -> Environment:
    """Return the templates: HTML escapes everything by itself, Markdown by the filter ``md``."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("simulation.report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["md"] = markdown
    made.filters["breaks"] = breaks
    return made


def contents(folder: Path, tables: Tables) -> dict[str, Any]:
    """Return everything that the templates write, already in words."""
    manifest = tables.manifest
    scenario = manifest.get("scenario") or {}
    assumed = assumptions(scenario)
    return {
        "title": str(manifest.get("title") or manifest.get("scenario_name") or folder.name),
        "description": str(scenario.get("description") or ""),
        "again": again(manifest),
        "facts": facts(tables),
        "answer": answer(tables),
        "cards": cards(tables),
        "figures": shown(folder / "figures", tables),
        "tables": all_tables(tables),
        "structure": structure(scenario),
        "assumed": assumed,
        "sure": sure(tables, assumed),
        "failures": failures(tables),
    }


def all_tables(tables: Tables) -> list[TableView]:
    """Return the tables: outcomes, the customer's view, the value network."""
    from simulation.studies.run.customer_tables import customer_tables
    from simulation.studies.run.network_tables import ledger_tables

    ledger = tables.ledger
    flows = not ledger.empty and bool((ledger["amount"] > 0).any())
    found = [*tables_of(tables), *customer_tables(tables)]
    found += ledger_tables(ledger) if flows else []
    return [view for view in found if view.rows]


def again(manifest: Mapping[str, Any]) -> Again:
    """Return how to make the result again, as far as its manifest tells."""
    typed = str(manifest.get("command_line") or "")
    elapsed = manifest.get("elapsed_s")
    return Again(
        command=str(manifest.get("remake") or typed),
        typed=typed,
        fingerprint=str(manifest.get("fingerprint") or ""),
        finished=str(manifest.get("finished") or ""),
        elapsed=f"{elapsed:.0f} s" if isinstance(elapsed, int | float) and elapsed else "",
        versions=tuple(
            f"{name} {version}" for name, version in (manifest.get("versions") or {}).items()
        ),
    )


def facts(tables: Tables) -> list[str]:
    """Return the line under the title: scenario, runs, months, when."""
    manifest = tables.manifest
    months = int(tables.series["month"].max()) if len(tables.series) else 0
    told = [
        f"scenario {manifest['scenario_name']}" if manifest.get("scenario_name") else "",
        count(tables.n_runs, "run"),
        count(months, "month"),
        f"seeds {seed_list(tables.seeds)}" if tables.seeds else "",
        str(manifest.get("finished") or "")[:10],
    ]
    return [fact for fact in told if fact]


def cards(tables: Tables) -> list[Card]:
    """Return the numbers at the top: value created, who gains, how far adoption went."""
    series = tables.series
    created = level(series, "co_created_value")
    found = [_money_card("co-created value", created)] if created.known else []
    own = gains(series)
    companies = order(list(own), tables.setting.companies)
    focal = [name for name in companies if name in tables.setting.companies][:1]
    found += [
        _money_card(f"gain of {label(actor)}", own[actor])
        for actor in ("customers", *focal)
        if actor in own
    ]
    for company in focal:
        for name, told in (
            ("adoption", level(series, "adoption", company)),
            ("retention", retention(series, company)),
        ):
            if told.known:
                found.append(
                    Card(f"{name} of {label(company)}", percent(told.mean), "", _interval(told))
                )
    return found


def _money_card(name: str, told: Estimate) -> Card:
    verdicts = {Sign.GAIN: "▲ gained", Sign.LOSS: "▼ lost", Sign.OPEN: "◆ open"}
    return Card(name, signed(told.mean), "a month", _interval(told), verdicts[told.sign])


def _interval(told: Estimate) -> str:
    return span(told).strip("()")


def shown(folder: Path, tables: Tables) -> list[Shown]:
    """Return the figures with their findings, ready to embed."""
    found = []
    for figure in available_figures(tables.series, tables.ledger, tables.people):
        svg = (folder / f"{figure.name}.svg").read_text(encoding="utf-8")
        view = Shown(figure.name, figure.title, FINDINGS[figure.name](tables))
        if len(svg.encode()) <= INLINE_LIMIT:
            markup = inline_svg(svg, view)
            found.append(Shown(view.name, view.title, view.finding, svg=markup))
        else:
            png = base64.b64encode((folder / f"{figure.name}.png").read_bytes()).decode()
            found.append(Shown(view.name, view.title, view.finding, png=png))
    return found


def inline_svg(svg: str, view: Shown) -> str:
    """Return an SVG file as markup inside a page: ids of its own, a name for screen readers.

    Figures repeat each other's ids and style rules; here each keeps to itself.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{view.name}-', body)
    body = re.sub(r'href="#', f'href="#{view.name}-', body)
    body = re.sub(r"url\(#", f"url(#{view.name}-", body)
    body = body.replace("*{", f"#{view.name}-svg *{{")
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    told = html.escape(view.alt, quote=True)
    return f'{head} id="{view.name}-svg" role="img" aria-label="{told}">{rest}'


def sure(tables: Tables, assumed: Assumptions) -> list[str]:
    """Say how far the numbers can be trusted: runs, intervals, failures, assumptions."""
    n = tables.n_runs
    told = []
    if n == 1:
        told.append(
            "There is one run, so no interval: nothing here can be told from chance. "
            "Run it again with more replicates."
        )
    else:
        told.append(
            f"{count(n, 'run')} differ in their seed only ({seed_list(tables.seeds)}). Intervals "
            "are 95 % t-intervals of the mean over runs; bands hold month by month, not for a "
            "whole curve at once."
        )
        told += _precision(level(tables.series, "co_created_value"))
    failed = len(tables.failures)
    told.append(
        "No run failed."
        if not failed
        else f"{count(failed, 'run')} failed and {'is' if failed == 1 else 'are'} in none of the "
        "numbers; if failing has to do with the outcome, they are biased."
    )
    if assumed.n_parameters:
        told.append(
            f"Intervals cover chance between runs, not the assumptions. "
            f"{assumed.n_without_source} of the {assumed.n_parameters} parameters have no "
            "published value: vary them before relying on a number."
        )
    return told


def _precision(created: Estimate) -> list[str]:
    """Say how narrow the main interval is, and how many runs would make it narrow."""
    if not created.has_interval or created.mean == 0:
        return []
    relative = created.half_width / abs(created.mean)
    if created.sign is Sign.OPEN:
        needed = ceil(created.n * relative**2) + 1
        told = "The interval of the co-created value covers zero. If its mean stays what it is, "
        return [f"{told}about {number(needed, 2)} runs would settle the sign."]
    text = f"The co-created value is known to ± {percent(relative)} of itself."
    if relative > GOOD_ENOUGH and isfinite(relative):
        needed = ceil(created.n * (relative / GOOD_ENOUGH) ** 2)
        text += f" For ± {percent(GOOD_ENOUGH)} it would take about {number(needed, 2)} runs."
    return [text]


def failures(tables: Tables) -> list[Failure]:
    """Return the runs that failed, with their cause."""
    return [
        Failure(str(row["seed"]), str(row["error"]), str(row["remake"]))
        for row in tables.failures.to_dict("records")
    ]


def breaks(path: object) -> str:
    """Return a parameter's path, escaped, that may be broken after its dots and underscores."""
    from markupsafe import Markup, escape

    told = str(escape(path)).replace(".", ".<wbr>").replace("_", "_<wbr>")
    return Markup(told)  # noqa: S704  escaped above


def markdown(text: object) -> str:
    """Return text that Markdown shows as it is: no tags, no tables, no links of its own."""
    escaped = html.escape(str(text), quote=False).replace("\n", " ")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", escaped)


__all__: Sequence[str] = ["TableView", "contents", "environment", "write_report"]
