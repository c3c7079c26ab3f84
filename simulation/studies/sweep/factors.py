"""Which factors moved an outcome, and how the outcome lies over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulation.analysis.points import Asked, Ranking, Varied, averaged, ranking
from simulation.analysis.response import SAMPLED, response, strength
from simulation.report.words import label
from simulation.report.words import number as number_words
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd

MOST_PANELS = 6


def level_text(value: Any) -> str:
    """Return a level as it is read."""
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, bool) or str(plain) in ("True", "False"):
        return "yes" if str(plain) == "True" else "no"
    return number_words(float(plain)) if isinstance(plain, int | float) else label(str(plain))


def mixture_of(tables: SweepTables) -> Varied | None:
    """Return the factor that divides a total among three parts, if there is one."""
    mixtures = [one for one in tables.factors if one.is_mixture and len(one.columns) == 3]
    return mixtures[0] if mixtures else None


def divisions(tables: SweepTables, outcome: Asked) -> list[tuple[str, Ranking]]:
    """Return the outcome by the division of a total: a ranking for each panel of the figure.

    There is one for each level of the factor that matters most besides, under the level's name.
    """
    mixture = mixture_of(tables)
    if mixture is None:
        return []
    return [(name, over_simplex(runs, mixture, outcome)) for name, runs in _split(tables, outcome)]


def _split(tables: SweepTables, outcome: Asked) -> list[tuple[str, pd.DataFrame]]:
    """Return the runs by the levels of the strongest other factor, at most six of them."""
    runs = tables.runs
    others = [
        one
        for one in tables.factors
        if not one.is_mixture and 1 < runs[one.columns[0]].nunique() <= MOST_PANELS
    ]
    if not others or tables.design in SAMPLED:
        return [("", runs)]
    chief = max(others, key=lambda one: strength(runs, tables.sweep, one, outcome))
    column = chief.columns[0]
    levels = list(response(runs, tables.sweep, column, outcome)["level"])
    name = tables.short[column]
    return [(f"{name} {level_text(level)}", runs[runs[column] == level]) for level in levels]


def over_simplex(runs: pd.DataFrame, mixture: Varied, outcome: Asked) -> Ranking:
    """Return the outcome by the division alone: means over what else was varied."""
    keys = list(mixture.columns)
    ranked = ranking(averaged(runs, keys, outcome), keys, outcome)
    if ranked is None:
        raise ValueError("No run has a value.")
    return ranked


def strongest(tables: SweepTables, outcome: Asked) -> list[str]:
    """Return the columns that moved, those of the factor that moves the outcome most first.

    Where the design gives indices, they say which that is.
    """
    moved = [
        one for one in tables.factors if any(tables.runs[c].nunique() > 1 for c in one.columns)
    ]
    sizes = _sizes(tables, outcome)
    order = sorted(
        moved,
        key=lambda one: (
            -sizes[one.key] if sizes else -strength(tables.runs, tables.sweep, one, outcome)
        ),
    )
    return [column for factor in order for column in factor.columns]


def _sizes(tables: SweepTables, outcome: Asked) -> dict[str, float]:
    """Return the total index or mean effect of each factor; empty where there are none."""
    if not tables.has_indices:
        return {}
    table = tables.indices(outcome)
    chief = table[table["index"].isin(("ST", "mu_star"))]
    return {
        str(name): float(value) for name, value in zip(chief["factor"], chief["value"], strict=True)
    }


def heat_columns(tables: SweepTables) -> tuple[str, str] | None:
    """Return the two columns of a grid that its map shows, if there are two.

    Levers come first, since the question is about them; of each kind those that move the first
    outcome most.
    """
    if tables.design not in ("grid", "factorial"):
        return None
    role = {one.columns[0]: one.role for one in tables.factors if not one.is_mixture}
    plain = [column for column in strongest(tables, tables.outcomes[0]) if column in role]
    shown = sorted(plain, key=lambda column: role[column] != "lever")
    return (shown[0], shown[1]) if len(shown) > 1 else None


def is_constant(tables: SweepTables, outcome: Asked) -> bool:
    """Return whether an outcome is the same in every run, to rounding."""
    values = tables.runs[outcome.name].dropna()
    return len(values) > 0 and bool(values.max() - values.min() <= 1e-9 * abs(values).max())
