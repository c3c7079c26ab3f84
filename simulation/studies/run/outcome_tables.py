"""The tables of a report, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulation.analysis.interval import Estimate, estimate
from simulation.analysis.opportunity import landscape
from simulation.analysis.outcome_table import outcome_table
from simulation.analysis.summary import levels, recent
from simulation.report.table import Table
from simulation.report.words import (
    amount,
    label,
    listing,
    number,
    percent,
    unit_words,
    whole,
)
from simulation.scenario.words import FlowKind
from simulation.studies.run.figures.network import flows

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.run.tables import Tables


def outcome_tables(tables: Tables) -> list[Table]:
    """Return the tables that have rows."""
    series = tables.series
    result = [
        outcomes_view(series),
        desks_view(series),
        opportunity_view(series),
        flows_view(tables),
    ]
    return [view for view in result if view.rows]


def outcomes_view(series: pd.DataFrame) -> Table:
    """Return the outcomes by actor."""
    rows = []
    for row in outcome_table(series).to_dict("records"):
        unit = str(row["unit"])
        share = unit == "share"
        low, high = row["low"], row["high"]
        write = percent if share else _number_of(unit)
        interval = "one run" if row["note"] else f"{write(low)} to {write(high)}"
        added = "" if row["total"] != row["total"] else number(row["total"])
        shown = "" if share else unit.replace("/month", " a month")
        of = "whole" if row["of"] == "" else label(str(row["of"]))
        rows.append(
            (str(row["outcome"]), of, str(row["sign"]), write(row["mean"]), interval, added, shown)
        )
    caption = (
        f"Outcomes: means of the {recent(series)} with 95 % intervals over runs, and money added "
        "up over all months. Gains add up to the co-created value. Signs: + gain, − loss, ± open."
    )
    heads = ("outcome", "of", "sign", recent(series), "95 % interval", "all months", "unit")
    return Table(caption, heads, tuple(rows), n_names=3, is_open=True)


def _number_of(unit: str) -> Callable[[float], str]:
    """Return how numbers of a unit are written: three digits, two where three claim too much."""
    return lambda value: amount(value, unit).removesuffix(unit_words(unit)).strip()


def desks_view(series: pd.DataFrame) -> Table:
    """Return the service desks, longest wait first."""
    waits = levels(series, "desk_wait")
    others = [levels(series, metric) for metric in _DESK_METRICS]
    rows = []
    for name in sorted(waits, key=lambda name: -waits[name].mean):
        contacts, gone, busy = (table.get(name, _NONE).mean for table in others)
        wait = waits[name]
        interval = (
            f"{number(wait.low, 2)} to {number(wait.high, 2)}" if wait.has_interval else "one run"
        )
        rows.append(
            (label(name), whole(contacts), number(wait.mean, 2), interval, percent(gone),
             percent(busy))
        )  # fmt: skip
    heads = ("desk", "contacts a month", "mean wait, minutes", "95 % interval", "give up", "busy")
    return Table(f"Service desks, {recent(series)}", heads, tuple(rows))


_DESK_METRICS = ("desk_contacts", "desk_abandoned", "desk_occupancy")
_NONE = Estimate(float("nan"), float("nan"), float("nan"), 0)


def opportunity_view(series: pd.DataFrame) -> Table:
    """Return the opportunity of each outcome by segment, greatest first."""
    heads = ("outcome", "segment", "importance", "satisfaction", "opportunity", "95 % interval",
             "underserved in")  # fmt: skip
    caption = (
        f"Opportunity, importance + max(importance − satisfaction, 0), {recent(series)}; "
        "underserved where above 10 (Ulwick 2005). Means over runs"
    )
    if not levels(series, "importance") or not levels(series, "outcome_satisfaction"):
        return Table(caption, heads, ())
    lines = []
    for _, group in landscape(series).groupby("of", sort=False):
        score = estimate(group["score"])
        interval = (
            f"{number(score.low)} to {number(score.high)}" if score.has_interval else "one run"
        )
        names = (label(str(group["outcome"].iloc[0])), label(str(group["segment"].iloc[0])))
        means = (number(float(group[side].mean()), 2) for side in ("importance", "satisfaction"))
        share = percent(float((group["score"] > 10).mean()))
        row = (*names, *means, number(score.mean), interval, f"{share} of runs")
        lines.append((score.mean, row))
    rows = tuple(row for _, row in sorted(lines, key=lambda item: -item[0]))
    return Table(caption, heads, rows, n_names=2)


def flows_view(tables: Tables) -> Table:
    """Return what flows in the value network, largest first within each unit."""
    heads = ("giver", "receiver", "deliverable", "kind", "amount a month", "unit")
    caption = f"Value network: flows a month, {recent(tables.series)}, mean over runs"
    if tables.ledger.empty:
        return Table(caption, heads, ())
    rivals = tables.setting.companies[1:]
    table = flows(tables.ledger, rivals)
    table = table.assign(
        place=table["kind"].map({kind.value: at for at, kind in enumerate(FlowKind)})
    )
    table = table.sort_values(["place", "unit", "amount"], ascending=[True, True, False])
    rows = tuple(
        (label(row["giver"]), label(row["receiver"]), label(row["deliverable"]), row["kind"],
         number(row["amount"]), str(row["unit"]).removesuffix("/month"))
        for row in table.to_dict("records")
    )  # fmt: skip
    if rivals:
        caption += f"; of {listing([label(name) for name in rivals])} what crosses its border"
    return Table(caption, heads, rows, n_names=4)
