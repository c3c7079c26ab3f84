"""Run the default scenarios, and write their results into their pages and the README's picture.

    uv run python docs/make_results.py [SCENARIO …]

fills the part between ``<!-- results -->`` and ``<!-- end -->`` in ``docs/scenarios/`` (in all
pages, or those named), and draws ``docs/picture.png`` from *telecom*. It takes a few minutes.
Numbers change with the model, so the pages name the version that produced them.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from math import isnan
from pathlib import Path
from typing import Any

from simulation import Result, load_scenario, run
from simulation.report.figure import chosen, save
from simulation.report.words import label
from simulation.studies.run.figures import figures_of
from simulation.studies.run.tables import read_tables

DOCS = Path(__file__).parent
PICTURE = "telecom"
START, END = "<!-- results -->\n", "<!-- end -->"
MARK = re.compile(f"{START}.*?{END}", re.DOTALL)
SHOWN = ("co-created value", "gain", "customers", "adoption", "attitude", "retention")


def main(names: list[str]) -> None:
    """Run every scenario that has a page with a place for results, or those named."""
    for page in sorted((DOCS / "scenarios").glob("*.md")):
        if not MARK.search(page.read_text("utf-8")) or (names and page.stem not in names):
            continue
        result = run(load_scenario(DOCS.parent / "scenarios" / f"{page.stem}.toml"))
        before, after = MARK.split(page.read_text("utf-8"))
        page.write_text(f"{before}{START}{results(result)}{END}{after}", "utf-8")
        sys.stdout.write(f"{page.name}\n")
        if page.stem == PICTURE:
            draw_picture(result)


def results(result: Result) -> str:
    """Return the results as Markdown: a table of outcomes, and what produced them."""
    table = result.outcomes
    rows: Iterable[Any] = table[table["outcome"].isin(SHOWN)].itertuples(index=False)
    made = result.manifest
    lines = [
        f"{made.runs.done} runs of {made.months} months, {made.runs.failed} failed, by model",
        f"{made.model_version}. Means over the last 12 months with 95 % confidence intervals over",
        "runs, which cover random variation between seeds, not uncertainty about the assumptions.",
        "*Gain* is the surplus minus what the same people would have had alone; gains add up to",
        "the co-created value.",
        "",
        "| outcome | of | mean | 95 % interval | unit |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        span = "" if isnan(row.low) else f"{_number(row.low)} … {_number(row.high)}"
        owner = label(row.of) if row.of else ""
        lines.append(f"| {row.outcome} | {owner} | {_number(row.mean)} | {span} | {row.unit} |")
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", "−")


def draw_picture(result: Result) -> None:
    """Draw who has the value, as the picture of the README."""
    with tempfile.TemporaryDirectory() as folder:
        tables = read_tables(result.folder)
        (drawn,) = save(chosen(figures_of(tables), ["value"]), Path(folder), ("png",))
        shutil.copyfile(drawn, DOCS / "picture.png")
    sys.stdout.write("picture.png\n")


if __name__ == "__main__":
    main(sys.argv[1:])
