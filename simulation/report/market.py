"""Is this a market? What a result shows beside published figures, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.interval import estimate
from simulation.analysis.market import WINDOW
from simulation.analysis.targets import Held, Target, Verdict, hold, targets_of
from simulation.arrays import Floats
from simulation.report.page import MARKET, Chapter
from simulation.report.table import Table
from simulation.report.words import capital, number, percent

if TYPE_CHECKING:
    import pandas as pd


TITLE = "Is this a market?"
COLUMNS = (
    "figure", "unit", "range", "here", "verdict", "95 % interval", "grade", "source",
)  # fmt: skip
TERMINAL = (0, 2, 3, 4, 5)
"""The columns that a terminal has room for; all are in the report."""


def market_chapter(series: pd.DataFrame, market: str) -> Chapter:
    """Return what a series shows of the published figures that apply to a market.

    Args:
        series: tidy, columns run, month, metric, of, value; of one scenario.
        market: the market that the scenario names (``Scenario.market``).
    """
    wanted = targets_of(market)
    if not wanted:
        note = (
            "The scenario names no market with whose published figures it could be compared "
            '(the key market, such as market = "telecom").'
        )
        return Chapter(MARKET, TITLE, notes=(note,))
    held = hold(series, wanted)
    return Chapter(MARKET, TITLE, (market_table(held),), tuple(market_notes(held)))


def chapter_of_futures(market: str, present: pd.DataFrame, futures: pd.DataFrame) -> Chapter:
    """Return what the market of a study over futures shows of published figures.

    Args:
        market: the market that the scenario names (``Scenario.market``).
        present: a row for each run of the scenario as it is, a column for each measure.
        futures: a row for each future that was used, of the scenario's own arm.
    """
    wanted = [one for one in targets_of(market) if one.measure in present]
    if not wanted:
        return market_chapter(present, "")
    held = [Held(one, estimate(_known(present, one), one.unit)) for one in wanted]
    rows = tuple((*_row(one)[:6], _inside(futures, one.target), *_row(one)[6:]) for one in held)
    caption = (
        f"Reference figures: the scenario at its own values, means of the last {WINDOW} months "
        "over seeds; beside them, in how many of the futures used the figure is in its range (of "
        f"one run each). {GRADES}"
    )
    heads = (*COLUMNS[:6], "futures inside", *COLUMNS[6:])
    notes = (
        *market_notes(held),
        SET_ASIDE,
    )
    return Chapter(MARKET, TITLE, (Table(caption, heads, rows, 2, is_open=True),), notes)


def _known(frame: pd.DataFrame, target: Target) -> Floats:
    return np.asarray(frame[target.measure].dropna(), dtype=np.float64)


def _inside(futures: pd.DataFrame, target: Target) -> str:
    """Return in which share of futures a figure is in its range, of those in which it is known."""
    values = _known(futures, target)
    if not len(values):
        return "–"
    return percent(float(((values >= target.low) & (values <= target.high)).mean()))


def met(market: Chapter) -> str:
    """Return how many reference figures a market meets, in a sentence; nothing if it names none."""
    return market.notes[0] if market.tables and market.notes else ""


SET_ASIDE = (
    "Futures that miss a figure by more than three standard deviations, where the scenario itself "
    "does not, were set aside before anything was compared."
)
GRADES = (
    "Grades: A a study with a sample, B a regulator or official statistics, C a weak sample or a "
    "bound of ours."
)


def effects_table(held: Sequence[Held]) -> Table:
    """Return what levers do beside what was published of them, one row each."""
    caption = f"Effects of levers: mean changes over pairs of runs of the same seed. {GRADES}"
    return Table(caption, COLUMNS, tuple(_row(one) for one in held), 2, is_open=True)


def market_table(held: Sequence[Held]) -> Table:
    """Return published figures beside a result's, one row each."""
    caption = (
        f"Reference figures: means of the last {WINDOW} months (all, if there are fewer) "
        f"over runs. {GRADES}"
    )
    return Table(caption, COLUMNS, tuple(_row(one) for one in held), 2, is_open=True)


def market_notes(held: Sequence[Held]) -> list[str]:
    """Say how many figures are met, and where a definition differs from its source's."""
    known = [one for one in held if one.known]
    inside = sum(one.verdict is Verdict.INSIDE for one in known)
    figures = f"{len(known)} reference figures ({kinds(known)})"
    said = [f"{inside} of {figures} that can be measured are met{open_text(known)}."]
    if len(known) < len(held):
        names = "; ".join(one.target.name for one in held if not one.known)
        said.append(f"Not measurable in this result: {names}.")
    said += [f"{capital(one.target.name)}: {one.target.note}." for one in held if one.target.note]
    return said


def open_text(known: Sequence[Held]) -> str:
    """Return of how many figures the runs know too little, to follow how many are met."""
    n = sum(one.verdict is Verdict.OPEN for one in known)
    reach = "its interval leaves" if n == 1 else "their intervals leave"
    return f"; {n} {'is' if n == 1 else 'are'} open: {reach} the range on both sides" if n else ""


def kinds(held: Sequence[Held]) -> str:
    """Return how many figures are published, usual without a single source, bounds of our own."""
    bounds = sum(is_bound(one.target) for one in held)
    usual = sum(has_no_single_source(one.target) for one in held)
    parts = [f"{len(held) - bounds - usual} published"]
    parts += [f"{usual} without a single source"] if usual else []
    parts += [f"{bounds} {'bound' if bounds == 1 else 'bounds'} of our own"] if bounds else []
    return ", ".join(parts)


def is_bound(target: Target) -> bool:
    """Return whether a figure is a bound of our own and was not published, by its source."""
    return "a bound of ours" in target.source


USUAL = ("wide", "usual", "vendor surveys")
"""Words of a source that names no publication."""


def has_no_single_source(target: Target) -> bool:
    """Return whether a figure is a usual range for which its source names no publication."""
    return not is_bound(target) and any(word in target.source for word in USUAL)


def verdict(one: Held) -> str:
    """Return whether a figure is met, and if not by how much it is missed."""
    if one.verdict in (Verdict.ABOVE, Verdict.BELOW):
        return f"{one.verdict} the range by {number(abs(one.distance))}"
    return str(one.verdict)


def _row(one: Held) -> tuple[str, ...]:
    target, value = one.target, one.value
    here = number(value.mean) if one.known else "–"
    interval = f"{number(value.low)} to {number(value.high)}" if value.has_interval else "–"
    published = f"{number(target.low)} to {number(target.high)}"
    said = verdict(one)
    return (target.name, target.unit, published, here, said, interval, target.grade, target.source)
