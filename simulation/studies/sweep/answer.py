"""The answer of a sweep in three sentences, and the clauses that findings share with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate
from simulation.analysis.points import SEED, Asked, Ranking, Varied, standing
from simulation.analysis.response import response
from simulation.report.words import amount, count, label, listing, number, percent, sentence, span
from simulation.studies.sweep.factors import (
    divisions,
    is_constant,
    level_text,
    mixture_of,
    strongest,
)
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd

MOST_NAMED = 7
NAMED = 4
"""Of more factors than can be read in a sentence, so many are named."""
SMALL = 0.1
"""A factor with less than this share of the strongest one's effect counts as weak."""


def answer(tables: SweepTables) -> list[str]:
    """Return three sentences: what was found, how sure it is, and what it depends on."""
    outcome = tables.outcomes[0]
    ranking = tables.ranking(outcome)
    if ranking is None:
        failed = count(len(tables.failures), "run")
        return [sentence(f"no run has a value of {label(outcome.name)}; {failed} failed")]
    if is_constant(tables, outcome):
        return [sentence(constant_text(tables, outcome))]
    if tables.has_indices and not tables.indices(outcome).empty:
        write = sobol_answer if tables.design == "sobol" else morris_answer
        return [*map(sentence, write(tables, outcome, ranking))]
    alike = ranking.n_near == len(ranking.table) > 1 and int(ranking.best["n"]) > 1
    start = "no setting is shown to be better than another; in these runs " if alike else ""
    return [
        sentence(start + best_text(tables, ranking)),
        sentence(near_text(tables, ranking)),
        sentence(_third(tables, outcome)),
    ]


def constant_text(tables: SweepTables, outcome: Asked) -> str:
    """Say that nothing that was varied moves an outcome, and what it is."""
    value = float(tables.runs[outcome.name].dropna().iloc[0])
    return f"{_is(outcome)} {amount(value, outcome.unit)} in every run, whatever was varied"


def _is(outcome: Asked) -> str:
    """Return an outcome with its verb, as its name is the experiment's own word."""
    name = label(outcome.name)
    return f"{name} {'are' if name.endswith('s') and not name.endswith(('ss', 'us')) else 'is'}"


def _third(tables: SweepTables, outcome: Asked) -> str:
    mixture = mixture_of(tables)
    ranking = tables.ranking(outcome)
    if mixture is None and ranking is not None and ranking.n_averaged > 1:
        return robust_text(tables, ranking)
    if mixture is not None and (text := equal_text(tables, mixture, outcome)):
        return text
    return strongest_text(tables, outcome)


# --- points --------------------------------------------------------------------------------------


def estimate_of(row: Mapping[str, Any], outcome: Asked) -> Estimate:
    """Return a point's mean with its interval, as far as the unit allows."""
    mean = Estimate(row["mean"], row["low"], row["high"], int(row["n"]), outcome.unit)
    return mean.as_level()


def point_text(tables: SweepTables, ranking: Ranking, row: Mapping[str, Any]) -> str:
    """Return the settings of a point in words: what moved, or of many factors the strongest."""
    moved = [column for column in ranking.columns if tables.runs[column].nunique() > 1]
    if len(moved) > MOST_NAMED:
        order = strongest(tables, ranking.outcome)
        settings = listing([f"{tables.short[c]} {level_text(row[c])}" for c in order[:NAMED]])
        return f"{settings} (and what else is in the table)"
    return listing([f"{tables.short[name]} {level_text(row[name])}" for name in moved])


def best_text(tables: SweepTables, ranking: Ranking) -> str:
    """Say which point is best, and how good it is."""
    outcome, best = ranking.outcome, ranking.best
    value = estimate_of(best, outcome)
    where = point_text(tables, ranking, best)
    kind = "greatest" if outcome.sign > 0 else "least"
    mean = (
        f", the mean over {ranking.n_averaged} settings of what is uncertain"
        if ranking.n_averaged > 1
        else ""
    )
    return (
        f"{_is(outcome)} {kind} with {where}: {amount(value.mean, value.unit)} {span(value)}{mean}"
    )


def near_text(tables: SweepTables, ranking: Ranking) -> str:
    """Say how many points are indistinguishable from the best, and where they lie."""
    total = len(ranking.table)
    if total == 1:
        return "there is only one point, and nothing to compare it with"
    if int(ranking.best["n"]) < 2:
        return (
            f"with one seed nothing distinguishes it from the {total - 1} others but chance; "
            "run it again with more replicates"
        )
    seeds = count(int(ranking.best["n"]), "seed")
    if ranking.n_near == 1:
        second = ranking.table.iloc[1]
        gap = Estimate(second["behind"], second["behind_low"], second["behind_high"],
                       int(second["n"]), ranking.outcome.unit)  # fmt: skip
        behind = amount(abs(gap.mean), gap.unit)
        return (
            f"{seeds} distinguish it from all {total - 1} others; the next is {behind} behind "
            f"{span(gap)}"
        )
    where = region_text(tables, ranking)
    return (
        f"{ranking.n_near} of {total} settings are indistinguishable from the best by {seeds} "
        "(paired, 95\u00a0%)" + (f": {where}" if where else "")
    )


def region_text(tables: SweepTables, ranking: Ranking) -> str:
    """Return where the points near the best lie, factor by factor."""
    parts = []
    for column in ranking.columns:
        all_levels = list(dict.fromkeys(ranking.table[column]))
        near = ranking.near[column]
        if len(all_levels) < 2:
            continue
        if near.nunique() == len(all_levels):
            parts.append(f"any {tables.short[column]}")
        elif _is_numeric(tables, column):
            low, high = number(float(near.min())), number(float(near.max()))
            parts.append(f"{tables.short[column]} {low}" + (f" to {high}" if high != low else ""))
        else:
            names = [level_text(level) for level in dict.fromkeys(near)]
            parts.append(f"{tables.short[column]} {listing(names)}")
    return listing(parts)


def _is_numeric(tables: SweepTables, column: str) -> bool:
    factor = next(one for one in tables.factors if column in one.columns)
    return factor.kind in ("interval", "mixture")


def equal_text(tables: SweepTables, mixture: Varied, outcome: Asked) -> str:
    """Say where equal shares are among the best, or "" where they were not tried."""
    of_mixture = divisions(tables, outcome)
    rows = {name: _equal_row(mixture, ranked) for name, ranked in of_mixture}
    if any(row is None for row in rows.values()):
        return ""
    good = [name for name, row in rows.items() if row is not None and row["near"]]
    poor = {name: row for name, row in rows.items() if row is not None and not row["near"]}
    if not poor:
        everywhere = " everywhere" if len(of_mixture) > 1 else ""
        return f"equal shares are indistinguishable from the best{everywhere}"
    worst = max(poor.values(), key=lambda row: row["behind"])
    gap = Estimate(worst["behind"], worst["behind_low"], worst["behind_high"], int(worst["n"]),
                   outcome.unit)  # fmt: skip
    behind = f"{amount(gap.mean, gap.unit)} behind the best split {span(gap)}"
    if not good:
        return f"equal shares are {'up to ' if len(poor) > 1 else ''}{behind}"
    return (
        f"equal shares are among the best with {_together(good)}; with {_together(list(poor))} "
        f"they are {'up to ' if len(poor) > 1 else ''}{behind}"
    )


def _equal_row(mixture: Varied, ranking: Ranking) -> dict[str, Any] | None:
    """Return the point of equal shares, or None where it was not tried."""
    share = mixture.total / len(mixture.columns)
    table = ranking.table
    equal = (table[list(mixture.columns)] - share).abs().max(axis=1) < 1e-6 * mixture.total
    if not equal.any():
        return None
    return {str(name): value for name, value in table[equal].iloc[0].items()}


def divisions_text(tables: SweepTables, outcome: Asked) -> str:
    """Say which division is best, for the panels of the simplex figure; equal ones together."""
    where: dict[str, list[str]] = {}
    for name, ranked in divisions(tables, outcome):
        parts = [f"{tables.short[column]} {level_text(ranked.best[column])}"
                 for column in ranked.columns]  # fmt: skip
        where.setdefault(", ".join(parts), []).append(name)
    texts = [(f"with {_together(names)}: " if names[0] else "") + words
            for words, names in where.items()]  # fmt: skip
    return f"the best split {'' if texts[0].startswith('with') else 'is '}{'; '.join(texts)}"


def _together(names: Sequence[str]) -> str:
    """Return names that begin alike with their beginning written once: "elasticity 0.5 and 2"."""
    alike = commonprefix(list(names))  # noqa: RUF071  (letter by letter is meant)
    start = alike.rpartition(" ")[0] if len(names) > 1 else ""
    rest = [name.removeprefix(start).strip() for name in names]
    return f"{start} {listing(rest)}".strip()


def robust_text(tables: SweepTables, table: Ranking) -> str:
    """Say at how many settings of what is uncertain another decision is shown to be better.

    That none is shown to be better is no proof that the decision holds: few seeds show little.
    """
    unsure = [column for one in tables.factors if one.role != "lever" for column in one.columns]
    names = listing([tables.short[column] for column in unsure])
    n_seeds = int(tables.runs[SEED].nunique())
    if n_seeds < 2:
        return f"whether that holds whatever {names} may be is open with one seed"
    decision = {column: table.best[column] for column in table.columns}
    here = standing(tables.runs, decision, unsure, table.outcome)
    by = f"by {count(n_seeds, 'seed')} (paired, 95\u00a0% for all together)"
    if here.n_worse:
        return (
            f"whether that holds depends on {names}: another is shown to be better at "
            f"{here.n_worse} of {here.n_settings} settings {by}"
        )
    if here.n_best == here.n_settings:
        return (
            f"that holds whatever {names} may be: it is shown to be the best at all "
            f"{here.n_settings} settings {by}"
        )
    return (
        "nowhere is it shown to be worse than another; it is shown to be the best at "
        f"{here.n_best or 'none'} of {here.n_settings} settings of {names} {by}"
    )


def strongest_text(tables: SweepTables, outcome: Asked) -> str:
    """Say which factor moves the outcome most, and between what."""
    moved = [
        one for one in tables.factors if any(tables.runs[c].nunique() > 1 for c in one.columns)
    ]
    if not moved:
        return "nothing was varied, so nothing can be said about what it depends on"
    column = strongest(tables, outcome)[0]
    table = response(tables.runs, tables.sweep, column, outcome).dropna(subset=["mean"])
    if len(table) < 2:
        whole = f"levels of {tables.short[column]} have all their runs"
        return f"what it depends on is open, as too few {whole}"
    ordered_levels = table.sort_values("mean", kind="stable")
    low, high = ordered_levels.iloc[0], ordered_levels.iloc[-1]
    ends = (
        f"{amount(float(low['mean']), outcome.unit)} at {level_text(low['level'])} and "
        f"{amount(float(high['mean']), outcome.unit)} at {level_text(high['level'])}"
    )
    if len(moved) == 1:
        return (
            f"{label(outcome.name)} by {tables.short[column]}: from {ends.replace(' and ', ' to ')}"
        )
    return f"{tables.short[column]} moves it most: on average over everything else varied, {ends}"


# --- indices -------------------------------------------------------------------------------------


def ordered(table: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return the rows of a measure, the greatest first."""
    return table[table["index"] == index].sort_values("value", ascending=False, kind="stable")


def sobol_answer(tables: SweepTables, outcome: Asked, ranking: Ranking) -> list[str]:
    """Say what the spread is due to: the strongest factor, interactions, and chance."""
    table = tables.indices(outcome)
    totals = ordered(table, "ST")
    first = totals.iloc[0]
    ends = Estimate(first["value"], first["low"], first["high"], 2, "share")
    rest = [f"{tables.short[row['factor']]} ({_share(row['value'])})"
            for _, row in totals.iloc[1:3].iterrows()]  # fmt: skip
    return [
        f"{tables.short[first['factor']]} explains the largest share of the variance of "
        f"{label(outcome.name)}: {_share(first['value'])}, interactions included "
        f"{span(ends)}" + (f", ahead of {listing(rest)}" if rest else "") + _order_text(totals),
        alone_text(table, len(totals)),
        spread_text(ranking) + chance_text(table),
    ]


def alone_text(table: pd.DataFrame, n_factors: int) -> str:
    """Say what the factors explain alone, and whether that is shown to be most of it or not."""
    alone, low, high = table.attrs["alone"]
    start = (
        f"alone, the {n_factors} factors add up to {_sum_text(alone)} of the variance "
        f"{span(Estimate(alone, low, high, 2, 'share'))}"
    )
    blocks = f"{table.attrs['blocks']} blocks of the design"
    if low > 0.5:
        return f"{start}, so that most of it needs no interaction, by {blocks}"
    if high < 0.5:
        return f"{start}, so that most of it is due to factors acting together, by {blocks}"
    return f"{start}; whether most of it is due to factors acting together is open with {blocks}"


def morris_answer(tables: SweepTables, outcome: Asked, ranking: Ranking) -> list[str]:
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
        + (f", ahead of {listing(rest)}" if rest else "") + _order_text(sizes),
        (f"{count(len(names), 'factor')} can be ignored, with an effect that is clearly less "
         f"than a tenth of that: {listing(names)}"
         if names else "no factor is clearly so weak that it could be left out (less than a tenth "
         "of that)"),
        spread_text(ranking) + chance_text(table),
    ]  # fmt: skip


def _order_text(table: pd.DataFrame) -> str:
    """Say that the first two could be the other way round, where their intervals overlap."""
    if len(table) < 2 or table.iloc[0]["low"] > table.iloc[1]["high"]:
        return ""
    return "; which of the first two is stronger is open"


def _share(value: float) -> str:
    """Return an estimated share, which chance can put above all or below nothing."""
    return percent(min(max(float(value), 0.0), 1.0))


def _sum_text(share: float) -> str:
    return "all" if share >= 1.0 else percent(max(share, 0.0))


def spread_text(ranking: Ranking) -> str:
    """Say how far an outcome ranges over the design."""
    means = ranking.table["mean"]
    unit = ranking.outcome.unit
    low, high = float(means.quantile(0.05)), float(means.quantile(0.95))
    return f"nine points in ten lie between {amount(low, unit)} and {amount(high, unit)}"


def chance_text(table: pd.DataFrame) -> str:
    """Say how much of the spread is random variation between seeds, where that is known."""
    noise = float(table.attrs["noise"])
    if noise != noise:
        return "; with one seed per point, random variation between seeds is part of that"
    share = percent(min(noise, 1.0))
    return f"; {share} of the variance between points is random variation between seeds"
