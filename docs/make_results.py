"""Run the default scenarios, and write their results into their pages and the README's picture.

    uv run python docs/make_results.py [--results FOLDER] [--answer FOLDER] [SCENARIO …]

fills the part between ``<!-- results -->`` and ``<!-- end -->`` in ``docs/scenarios/`` (in all
pages, or those named), and draws ``docs/picture.png`` from *telecom*. FOLDER is one with results of
``cocreate run`` or ``cocreate validate``, one folder a scenario; what is not there is run, which
takes a few minutes. With ``--answer`` the example of an answer in README and start page is that of
a stored comparison, which the command printed beside it makes; nothing is run. Numbers change with
the model, so the pages name the version that produced them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from math import isnan
from pathlib import Path
from typing import Any, cast

from simulation import load_scenario, open_result, run
from simulation.analysis.targets import Held, Target, hold, targets_of
from simulation.cli.validate_command import MARKETS
from simulation.report.figure import chosen, save
from simulation.report.market import has_no_single_source, is_bound, kinds
from simulation.report.words import label, number
from simulation.scenario.units import Units
from simulation.studies.run.figures import figures_of
from simulation.studies.run.result import ScenarioResult

DOCS = Path(__file__).parent
PICTURE = "telecom"
START, END = "<!-- results -->\n", "<!-- end -->"
MARK = re.compile(f"{START}.*?{END}", re.DOTALL)
ANSWER = re.compile(f"<!-- answer -->\n.*?{END}", re.DOTALL)
SHOWN = ("co-created value", "gain", "customers", "adoption", "attitude", "retention")


def main() -> None:
    """Write the results of every scenario that has a page with a place for them, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    parser.add_argument("--results", type=Path, default=None, help="folder of results")
    parser.add_argument("--answer", type=Path, default=None, help="folder of the comparison")
    asked = parser.parse_args()
    if asked.answer is not None:
        write_answer(asked.answer)
        return
    for page in sorted((DOCS / "scenarios").glob("*.md")):
        text = page.read_text("utf-8")
        if not MARK.search(text) or (asked.names and page.stem not in asked.names):
            continue
        result = result_of(page.stem, asked.results)
        before, after = MARK.split(text)
        page.write_text(
            f"{before}{START}{results(result)}{shows(result, page.stem)}{END}{after}", "utf-8"
        )
        sys.stdout.write(f"{page.name}\n")
        if page.stem == PICTURE:
            draw_picture(result)


def write_answer(folder: Path) -> None:
    """Write the answer of a stored comparison into README and start page."""
    lines = [f"> {place}. {text}" for place, text in enumerate(open_result(folder).answer, 1)]
    for text in open_result(folder).report().for_whom:
        lines += ["", f"> {text}"]
    block = "\n".join(line or ">" for line in lines)
    for page in (DOCS.parent / "README.md", DOCS / "start.md"):
        before, after = ANSWER.split(page.read_text("utf-8"))
        page.write_text(f"{before}<!-- answer -->\n{block}\n{END}{after}", "utf-8")
        sys.stdout.write(f"{page.name}\n")


def result_of(name: str, folder: Path | None) -> ScenarioResult:
    """Return the stored result of a scenario, or that of a run now."""
    if folder is not None and (folder / name).is_dir():
        return cast("ScenarioResult", open_result(folder / name))
    return run(load_scenario(DOCS.parent / "scenarios" / f"{name}.toml"))


def shows(result: ScenarioResult, name: str) -> str:
    """Return what the market shows of reference figures, as sentences and a table."""
    market = str(result.manifest.scenario["market"] or "")
    held = [one for one in hold(result.series, targets_of(market)) if one.known] if market else []
    return figures_met(name, market, held) if held else ""


def figures_met(name: str, market: str, held: list[Held]) -> str:
    """Return which reference figures a scenario meets, and to what its market was calibrated."""
    met = sum(one.inside for one in held)
    section, calibrated = f"#{market}", f"*{market}*, which this scenario changes, was calibrated"
    if name in MARKETS:
        section, calibrated = f"#{name}", "The market was calibrated"
    lines = [
        "",
        f"Of {len(held)} reference figures that can be measured here ({kinds(held)}),",
        f"{met} are met ([all of them](../validation.md{section})). {calibrated}",
        "to these ranges; independent evidence is under",
        "[effects of levers](../validation.md#effects-of-levers).",
        "",
        "| figure | range | here | unit |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {one.target.name}{_origin(one.target)}"
        f"{'' if one.inside else ' (**missed**)'} "
        f"| {number(one.target.low)} to {number(one.target.high)} | {number(one.value.mean)} "
        f"| {one.target.unit} |"
        for one in held
    ]
    return "\n".join([*lines, ""])


def _origin(target: Target) -> str:
    """Return what is to be said of a figure that was not published as it stands."""
    if is_bound(target):
        return " (a bound of our own)"
    return " (no single source)" if has_no_single_source(target) else ""


def results(result: ScenarioResult) -> str:
    """Return the results as Markdown: a table of outcomes, and what produced them."""
    table, made = result.outcomes, result.manifest
    rows: Iterable[Any] = table[table["outcome"].isin(SHOWN)].itertuples(index=False)
    units = Units.of_data(made.scenario)
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
        factor, unit = units.total(1.0, row.unit)
        low, mean, high = (_number(factor * end) for end in (row.low, row.mean, row.high))
        span = "" if isnan(row.low) else f"{low} … {high}"
        owner = label(row.of) if row.of else ""
        lines.append(f"| {row.outcome} | {owner} | {mean} | {span} | {unit} |")
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", "−")


def draw_picture(result: ScenarioResult) -> None:
    """Draw who has the value, as the picture of the README."""
    with tempfile.TemporaryDirectory() as folder:
        (drawn,) = save(chosen(figures_of(result.tables), ["value"]), Path(folder), ("png",))
        shutil.copyfile(drawn, DOCS / "picture.png")
    sys.stdout.write("picture.png\n")


if __name__ == "__main__":
    main()
