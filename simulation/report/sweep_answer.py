"""The answer of an experiment in three sentences, and what its figures show; all computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.analysis.points import Asked, Ranking, Varied
from simulation.analysis.response import response, strength
from simulation.analysis.summary import Estimate
from simulation.report.figures.sweep import level_text, mixture_of
from simulation.report.sweep_tables import SweepTables
from simulation.report.words import amount, count, label, listing, number, percent, sentence, span

if TYPE_CHECKING:
    import pandas as pd

SMALL = 0.1
"""A factor with less than this share of the strongest one's effect counts as weak."""


def answer(tables: SweepTables) -> list[str]:
    """Return three sentences: what was found, how sure it is, and what it hangs on."""
    outcome = tables.outcomes[0]
    found = tables.ranking(outcome)
    if found is None:
        failed = count(len(tables.failures), "run")
        return [sentence(f"no run has a value of {label(outcome.name)}; {failed} failed")]
    if tables.has_indices and not tables.indices(outcome).empty:
        told = sobol_answer if tables.design == "sobol" else morris_answer
        return [*map(sentence, told(tables, outcome, found))]
    return [
        sentence(best_text(tables, found)),
        sentence(near_text(tables, found)),
        sentence(_third(tables, outcome, found)),
    ]


def _third(tables: SweepTables, outcome: Asked, found: Ranking) -> str:
    mixture = mixture_of(tables)
    if mixture is not None and (told := equal_text(tables, mixture, found)):
        return told
    return strongest_text(tables, outcome)


# --- points --------------------------------------------------------------------------------------


def estimate_of(row: Mapping[str, Any], outcome: Asked) -> Estimate:
    """Return a point's mean with its interval."""
    return Estimate(row["mean"], row["low"], row["high"], int(row["n"]), outcome.unit)


def point_text(tables: SweepTables, row: Mapping[str, Any]) -> str:
    """Return the settings of a point in words; what never moved is left out."""
    moved = [column for column in tables.columns if tables.runs[column].nunique() > 1]
    return listing([f"{tables.short[name]} {level_text(row[name])}" for name in moved])


def best_text(tables: SweepTables, found: Ranking) -> str:
    """Say which point is best, and how good it is."""
    outcome, best = found.outcome, found.best
    told = estimate_of(best, outcome)
    where = point_text(tables, best)
    kind = "greatest" if outcome.sign > 0 else "least"
    return (
        f"{label(outcome.name)} is {kind} with {where}: {amount(told.mean, told.unit)} {span(told)}"
    )


def near_text(tables: SweepTables, found: Ranking) -> str:
    """Say how many points cannot be told from the best, and where they lie."""
    total = len(found.table)
    if total == 1:
        return "there is one point only, and nothing to hold it against"
    if int(found.best["n"]) < 2:
        return (
            f"with one run a point nothing tells it from the other {total - 1} points but chance; "
            "run it again with more replicates"
        )
    seeds = count(int(found.best["n"]), "seed")
    if found.n_near == 1:
        second = found.table.iloc[1]
        gap = Estimate(second["behind"], second["behind_low"], second["behind_high"],
                       int(second["n"]), found.outcome.unit)  # fmt: skip
        behind = amount(abs(gap.mean), gap.unit)
        return f"{seeds} tell it from all other points; the next one is {behind} behind {span(gap)}"
    where = region_text(tables, found)
    return (
        f"{found.n_near} of {total} points cannot be told from it by {seeds} (paired, 95\u00a0%)"
        + (f": {where}" if where else "")
    )


def region_text(tables: SweepTables, found: Ranking) -> str:
    """Return where the points near the best lie, factor by factor."""
    told = []
    for column in tables.columns:
        all_levels = list(dict.fromkeys(found.table[column]))
        near = found.near[column]
        if len(all_levels) < 2:
            continue
        if near.nunique() == len(all_levels):
            told.append(f"any {tables.short[column]}")
        elif _is_numeric(tables, column):
            low, high = number(float(near.min())), number(float(near.max()))
            told.append(f"{tables.short[column]} {low}" + (f" to {high}" if high != low else ""))
        else:
            names = [level_text(level) for level in dict.fromkeys(near)]
            told.append(f"{tables.short[column]} {listing(names)}")
    return listing(told)


def _is_numeric(tables: SweepTables, column: str) -> bool:
    factor = next(one for one in tables.factors if column in one.columns)
    return factor.kind in ("interval", "mixture")


def equal_text(tables: SweepTables, mixture: Varied, found: Ranking) -> str:
    """Say how far equal shares are behind the best division, or "" where they were not tried."""
    share = mixture.total / len(mixture.columns)
    table = found.table
    equal = (table[list(mixture.columns)] - share).abs().max(axis=1) < 1e-6 * mixture.total
    if not equal.any():
        return _nearest_equal(mixture, found)
    row = table[equal].iloc[0]
    if row["near"]:
        return "equal shares are among the best: the seeds cannot tell them from it"
    gap = Estimate(row["behind"], row["behind_low"], row["behind_high"], int(row["n"]),
                   found.outcome.unit)  # fmt: skip
    return f"equal shares are {amount(gap.mean, gap.unit)} behind the best point {span(gap)}"


def _nearest_equal(mixture: Varied, found: Ranking) -> str:
    """Say how far the best division is from equal shares."""
    shares = [float(found.best[column]) / mixture.total for column in mixture.columns]
    farthest = max(abs(share - 1 / len(shares)) for share in shares)
    return (
        f"the best division is {percent(farthest)} of the total away from equal shares at most, "
        "which were not tried themselves"
    )


def strongest_text(tables: SweepTables, outcome: Asked) -> str:
    """Say which factor moves the outcome most, and between what."""
    moved = [
        one for one in tables.factors if any(tables.runs[c].nunique() > 1 for c in one.columns)
    ]
    if not moved:
        return "nothing was varied, so that nothing can be said of what it hangs on"
    chief = max(moved, key=lambda one: strength(tables.runs, tables.sweep, one, outcome))
    column = chief.columns[0]
    table = response(tables.runs, tables.sweep, column, outcome).dropna(subset=["mean"])
    low, high = table.loc[table["mean"].idxmin()], table.loc[table["mean"].idxmax()]
    most = f"{tables.short[column]} moves it most" if len(moved) > 1 else "it moves"
    over = "on average over everything else varied, " if len(moved) > 1 else ""
    return (
        f"{most}: {over}{amount(float(low['mean']), outcome.unit)} at {level_text(low['level'])} "
        f"and {amount(float(high['mean']), outcome.unit)} at {level_text(high['level'])}"
    )


# --- indices -------------------------------------------------------------------------------------


def ordered(table: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return the rows of a measure, the greatest first."""
    return table[table["index"] == index].sort_values("value", ascending=False, kind="stable")


def sobol_answer(tables: SweepTables, outcome: Asked, found: Ranking) -> list[str]:
    """Say what the spread is due to: the strongest factor, interactions, and chance."""
    table = tables.indices(outcome)
    totals = ordered(table, "ST")
    first = totals.iloc[0]
    ends = Estimate(first["value"], first["low"], first["high"], 2, "share")
    rest = [f"{tables.short[row['factor']]} ({percent(row['value'])})"
            for _, row in totals.iloc[1:3].iterrows()]  # fmt: skip
    alone = float(table[table["index"] == "S1"]["value"].sum())
    return [
        f"{tables.short[first['factor']]} accounts for most of the spread of "
        f"{label(outcome.name)}: {percent(first['value'])} of its variance, interactions included "
        f"{span(ends)}" + (f", ahead of {listing(rest)}" if rest else ""),
        f"alone, the {len(totals)} factors add up to {percent(alone)} of the variance"
        + (", so that most of it needs no interaction" if alone > 0.5 else
           ", so that most of it is due to factors acting together"),
        spread_text(found) + chance_text(table),
    ]  # fmt: skip


def morris_answer(tables: SweepTables, outcome: Asked, found: Ranking) -> list[str]:
    """Say which factor moves the outcome, which do not, and how far it ranges."""
    table = tables.indices(outcome)
    sizes = ordered(table, "mu_star")
    first = sizes.iloc[0]
    ends = Estimate(first["value"], first["low"], first["high"], 2, outcome.unit)
    rest = [tables.short[name] for name in sizes["factor"].iloc[1:3]]
    weak = sizes[sizes["high"] < SMALL * first["value"]]
    names = [tables.short[name] for name in weak["factor"]]
    return [
        f"moving {tables.short[first['factor']]} over its range changes {label(outcome.name)} "
        f"most: by {amount(float(first['value']), outcome.unit)} on average {span(ends)}"
        + (f", ahead of {listing(rest)}" if rest else ""),
        (f"{listing(names)} may be left where {'it is' if len(names) == 1 else 'they are'}: the "
         f"effect is surely less than a tenth of that"
         if names else "no factor is surely so weak that it could be left out (less than a tenth "
         "of that)"),
        spread_text(found) + chance_text(table),
    ]  # fmt: skip


def spread_text(found: Ranking) -> str:
    """Say how far an outcome ranges over the design."""
    means = found.table["mean"]
    unit = found.outcome.unit
    low, high = float(means.quantile(0.05)), float(means.quantile(0.95))
    return f"nine points in ten lie between {amount(low, unit)} and {amount(high, unit)}"


def chance_text(table: pd.DataFrame) -> str:
    """Say how much of the spread is chance between seeds, where that is known."""
    noise = float(table.attrs["noise"])
    if noise != noise:
        return "; with one seed a point, chance between seeds is part of that"
    return f"; {percent(min(noise, 1.0))} of the variance between points is chance between seeds"


# --- findings ------------------------------------------------------------------------------------


def finding(tables: SweepTables, name: str, outcome: Asked) -> str:
    """Return what a figure shows, in a sentence."""
    found = tables.ranking(outcome)
    if found is None:
        return sentence(f"no run has a value of {label(outcome.name)}")
    if name == "simplex":
        return sentence(near_text(tables, found))
    if name == "indices":
        table = tables.indices(outcome)
        if table.empty:
            return sentence(f"{label(outcome.name)} is the same at all points")
        told = sobol_answer if tables.design == "sobol" else morris_answer
        return sentence(told(tables, outcome, found)[0])
    if name in ("responses", "heat", "tornado"):
        return sentence(strongest_text(tables, outcome))
    return sentence(best_text(tables, found))
