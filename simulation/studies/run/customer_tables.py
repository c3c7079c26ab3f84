"""The tables of the customer's view: journey map, lean, portfolio."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulation.analysis.journey import journey_map
from simulation.analysis.lean import lean_table, reallocation_table, resource_table
from simulation.analysis.opportunity import FORMULA, opportunity_table
from simulation.analysis.portfolio import (
    brought,
    cohort_name,
    cohort_table,
    concentration,
    customers,
    has_portfolio,
    who_counts,
)
from simulation.analysis.summary import has, recent
from simulation.report.table import Table
from simulation.report.words import label, number, percent, whole

if TYPE_CHECKING:
    import pandas as pd

    from simulation.report.canvas import Setting
    from simulation.studies.run.tables import Tables


def customer_tables(tables: Tables) -> list[Table]:
    """Return the tables that the result has something for."""
    series = tables.series
    result = []
    if has(series, "importance") and has(series, "outcome_satisfaction"):
        result.append(segments_view(series))
    if has(series, "people_in_stage") and has(series, "encounters"):
        result.append(journey_view(series, tables.setting))
    if has(series, "brought") and has(series, "slack"):
        result += [resources_view(series), slack_view(series), moves_view(series)]
    if tables.people is not None and has_portfolio(tables.people):
        result += [tenths_view(tables.people), cohorts_view(tables.people)]
    return result


def segments_view(series: pd.DataFrame) -> Table:
    """Return the greatest opportunities of every segment, with the zone of the landscape."""
    table = opportunity_table(series)
    best = table.groupby("segment", sort=False).head(3)
    rows = tuple(
        (label(str(row["segment"])), label(str(row["outcome"])), str(row["zone"]),
         number(row["importance"], 2), number(row["satisfaction"], 2), number(row["opportunity"]),
         _interval(row["low"], row["high"]))
        for row in best.to_dict("records")
    )  # fmt: skip
    heads = ("segment", "outcome", "zone", "importance", "satisfaction", "opportunity",
             "95 % interval")  # fmt: skip
    caption = (
        f"Opportunities by segment: the three greatest of each, {FORMULA} "
        f"(Ulwick 2005), {recent(series)}; zone of the means over runs"
    )
    return Table(caption, heads, rows, n_names=3)


def _interval(low: float, high: float, write: Callable[[float], str] = number) -> str:
    return f"{write(low)} to {write(high)}" if low == low else "one run"


def journey_view(series: pd.DataFrame, setting: Setting) -> Table:
    """Return the journey map: stage by touchpoint."""
    serves = {name: place.stages for name, place in setting.places.items()}
    table = journey_map(series, serves) if serves else None
    heads = ("stage", "touchpoint", "people in stage", "move on a month", "months in stage",
             "encounters a month", "purpose met", "95 % interval", "judgement (−1 to 1)",
             "not met", "hours each")  # fmt: skip
    caption = (
        f"Journey map: traffic, satisfaction, drop-off and time, {recent(series)}; numbers of a "
        "touchpoint are of all the stages that it serves"
    )
    rows = () if table is None else tuple(
        (label(str(row["stage"])), label(str(row["touchpoint"])), whole(row["people"]),
         percent(row["passed"]), number(row["months"], 2), whole(row["traffic"]),
         percent(row["experience"]), _interval(row["low"], row["high"], percent),
         number(row["judgement"], 2), percent(row["drop_off"]), number(row["hours"], 2))
        for row in table.to_dict("records")
    )  # fmt: skip
    return Table(caption, heads, rows, n_names=2)


def resources_view(series: pd.DataFrame) -> Table:
    """Return each resource over all touchpoints, and what moving it would free."""
    rows = tuple(
        (label(str(row["resource"])), number(row["brought"]), number(row["used"]),
         number(row["slack"]), percent(row["slack_share"]),
         _interval(row["low"], row["high"], percent), percent(row["misplaced"]),
         number(row["misplaced"] * row["brought"]))
        for row in resource_table(series).to_dict("records")
    )  # fmt: skip
    heads = ("resource", "brought", "used", "slack", "slack share", "95 % interval",
             "misplaced", "reallocation frees")  # fmt: skip
    caption = (
        f"Lean by resource: input a month, {recent(series)}; reallocation moves input from "
        "where slack is above average to where it is below"
    )
    return Table(caption, heads, rows)


def slack_view(series: pd.DataFrame) -> Table:
    """Return slack by touchpoint and resource."""
    table = lean_table(series)
    rows = tuple(
        (label(str(row["touchpoint"])), label(str(row["resource"])), number(row["brought"]),
         number(row["used"]), number(row["slack"]), percent(row["slack_share"]),
         _interval(row["low"], row["high"], percent))
        for row in table[table["brought"] > 0.0].to_dict("records")
    )  # fmt: skip
    heads = ("touchpoint", "resource", "brought", "used", "slack", "slack share", "95 % interval")
    return Table(f"Slack by touchpoint and resource: input a month, {recent(series)}", heads,
                     rows, n_names=2)  # fmt: skip


def moves_view(series: pd.DataFrame) -> Table:
    """Return how the same support would be spread by what is used of it."""
    table = reallocation_table(series)
    rows = tuple(
        (label(str(row["touchpoint"])), number(row["brought"]), number(row["used"]),
         percent(row["slack_share"]), number(row["move"]), _interval(row["low"], row["high"]))
        for row in table[table["brought"] > 0.0].to_dict("records")
    )  # fmt: skip
    heads = ("touchpoint", "brought", "used", "slack share", "to move there", "95 % interval")
    caption = (
        "What reallocation would free: platform support that would have to move for every "
        "touchpoint to have the same slack share, input per month (minus: could give); the gain "
        "can only be determined by a run with the new allocation"
    )
    return Table(caption, heads, rows)


def tenths_view(people: pd.DataFrame) -> Table:
    """Return what customers bring and have, by tenths."""
    ever = customers(people)
    rows = [
        (str(int(row["group"])), whole(row["persons"]), number(row["purchase"]),
         number(row["referral"]), number(row["surplus"]), percent(row["beyond"]))
        for row in brought(people).to_dict("records")
    ]  # fmt: skip
    curve = concentration(ever["lifetime"].to_numpy())
    referral, surplus = (number(float(ever[column].mean())) for column in ("referral", "surplus"))
    rows.append(("all", whole(len(ever)), number(curve.mean), referral, surplus, ""))
    heads = ("tenth", "persons", "lifetime value", "referral value", "own surplus",
             "beyond purchase")  # fmt: skip
    caption = (
        "Portfolio by tenths: those who buy most come first, money a person in all, first run. "
        "Lifetime value: price less cost to serve so far, discounted 10 % a year. Referral value: "
        f"lifetime values of those who knew of the company from them. Top fifth "
        f"{percent(curve.top_fifth)}, Gini {number(curve.gini, 2)}, HHI {number(curve.hhi, 2)}"
    )
    return Table(caption, heads, tuple(rows))


def cohorts_view(people: pd.DataFrame) -> Table:
    """Return the share of each year's newcomers who still are customers."""
    table = cohort_table(people)
    ages = [column for column in table.columns if column != "persons"]
    rows = tuple(
        (cohort_name(int(str(first))), whole(row["persons"]),
         *(percent(row[age]) if row[age] == row[age] else "" for age in ages))
        for first, row in table.iterrows()
    )  # fmt: skip
    heads = ("first bought in", "persons", *(f"after {age} years" for age in ages))
    caption = (
        f"Cohorts: share that is a customer, {who_counts(people)}, after each renewal, first run"
    )
    return Table(caption, heads, rows)
