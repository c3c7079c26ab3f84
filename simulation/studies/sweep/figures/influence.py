"""Which factors matter: moves one at a time, and indices of sensitivity."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate
from simulation.analysis.points import Asked
from simulation.analysis.response import effects
from simulation.report import colours
from simulation.report.canvas import (
    finish,
    house,
    nothing,
    start,
)
from simulation.report.colours import INK
from simulation.report.words import amount, label, sentence, span
from simulation.studies.sweep.answer import morris_answer, sobol_answer
from simulation.studies.sweep.factors import level_text
from simulation.studies.sweep.figures.sheet import (
    BY_SEED,
    OutcomeView,
    measure,
    named_rows,
    title_of,
)
from simulation.studies.sweep.tables import SweepTables

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@house
def tornado(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw what moving each factor alone does, paired by seed, the strongest on top."""
    title = title_of("What each factor does to {}", outcome)
    table = effects(tables.runs, tables.sweep, outcome).dropna(subset=["difference"])
    names = list(dict.fromkeys(table["factor"]))
    canvas = start(ax, (6.6, 1.7 + 0.42 * max(len(names), 2)))
    if not names:
        return nothing(canvas, title, "no factor was moved, or runs are missing.")
    for row, name in enumerate(names):
        rows = table[table["factor"] == name]
        for place, (_, effect) in enumerate(rows.iterrows()):
            _bar(canvas.ax, row + (0.0 if len(rows) == 1 else 0.2 * (2 * place - 1)), effect,
                 height=0.36 if len(rows) > 1 else 0.6)  # fmt: skip
    named_rows(canvas.ax, [tables.short[name] for name in names])
    low, high = canvas.ax.get_xlim()
    canvas.ax.set_xlim(low - 0.12 * (high - low), high + 0.12 * (high - low))
    canvas.ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    canvas.ax.set_xlabel(f"change of {measure(outcome)}")
    alone = tables.design == "one-at-a-time"
    start_text = "from the baseline" if alone else "from its first level"
    note = f"{start_text} to the level written; paired by seed; whisker: {BY_SEED}"
    return finish(canvas, title, tables.runs, tables.setting, note)


def _bar(ax: Axes, place: float, effect: pd.Series[Any], *, height: float) -> None:
    value = float(effect["difference"])
    tone = colours.GOOD if value >= 0 else colours.BAD
    ax.barh(place, value, height=height, color=tone, alpha=0.65, hatch="" if value >= 0 else "//",
            edgecolor="white", linewidth=0.3)  # fmt: skip
    reach = value
    if effect["low"] == effect["low"]:
        ends = [[value - effect["low"]], [effect["high"] - value]]
        ax.errorbar([value], [place], xerr=ends, fmt="none", ecolor=INK, capsize=2, elinewidth=0.9)
        reach = float(effect["high"] if value >= 0 else effect["low"])
    words = shorten(f"to {level_text(effect['level'])}", 20, placeholder="…")
    ax.annotate(words, (reach, place), xytext=(4 if value >= 0 else -4, 0),
                textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
                fontsize=7.5)  # fmt: skip


@house
def indices(tables: SweepTables, ax: Axes | None = None, /, *, outcome: Asked) -> Axes:
    """Draw the Sobol indices or Morris measures of each factor, with 95 % bootstrap intervals."""
    morris = tables.design == "morris"
    title = title_of("Which factors move {}" if morris else "What explains the variance of {}",
                     outcome)  # fmt: skip
    table = tables.indices(outcome)
    first, second = ("mu_star", "sigma") if morris else ("ST", "S1")
    chief = table[table["index"] == first].sort_values("value", ascending=False, kind="stable")
    canvas = start(ax, (6.6, 1.9 + 0.4 * max(len(chief), 2)))
    if chief.empty:
        return nothing(canvas, title, "the outcome is the same everywhere, or points are missing.")
    names = list(chief["factor"])
    other = table[(table["index"] == second) & (table["other"] == "")].set_index("factor")
    _index_bars(canvas.ax, chief, other.loc[names], words=_INDEX_WORDS[first])
    named_rows(canvas.ax, [tables.short[name] for name in names])
    unit = outcome.unit if morris else "share of its variance"
    canvas.ax.set_xlabel(f"{label(outcome.name)}: {unit}" if unit else label(outcome.name))
    canvas.ax.axvline(0, color=INK, linewidth=0.9, zorder=1.5)
    canvas.ax.legend(loc="lower right", fontsize=8.5)
    note = f"whisker: 95 % by bootstrap over {table.attrs['blocks']} blocks of the design"
    return finish(canvas, title, tables.runs, tables.setting, note)


_INDEX_WORDS = {
    "mu_star": ("mean size of the effect (μ*)", "spread of the effect (σ)"),
    "ST": ("with interactions (total)", "alone (first order)"),
}


def _index_bars(
    ax: Axes, chief: pd.DataFrame, other: pd.DataFrame, *, words: tuple[str, str]
) -> None:
    rows = range(len(chief))
    value = chief["value"].to_numpy(dtype=float)
    ends = [value - chief["low"].to_numpy(dtype=float), chief["high"].to_numpy(dtype=float) - value]
    ax.barh(rows, value, height=0.62, color="#56B4E9", alpha=0.8, label=words[0])
    ax.errorbar(value, rows, xerr=ends, fmt="none", ecolor=INK, capsize=2, elinewidth=0.9)
    spot = other["value"].to_numpy(dtype=float)
    half = (other["high"] - other["value"]).fillna(0).to_numpy(dtype=float)
    places = [row + 0.2 for row in rows]
    look: dict[str, Any] = {"color": "#D55E00", "markersize": 4.5, "markeredgecolor": "white"}
    ax.errorbar(spot, places, xerr=half, fmt="D", capsize=2, elinewidth=0.9, label=words[1], **look)


def effects_text(tables: SweepTables, outcome: Asked) -> str:
    """Say what the strongest moves do."""
    parts = []
    moves = effects(tables.runs, tables.sweep, outcome).dropna(subset=["difference"])
    if moves.empty:
        return "each move lacks runs that it would be known by"
    for _, row in moves.head(3).iterrows():
        gap = Estimate(row["difference"], row["low"], row["high"], len(tables.seeds), outcome.unit)
        moved = f"{tables.short[row['factor']]} to {level_text(row['level'])}"
        parts.append(f"{moved} {_change(gap)} {span(gap)}")
    return f"the strongest moves: {'; '.join(parts)}"


def _change(gap: Estimate) -> str:
    word = "adds" if gap.mean >= 0 else "takes"
    return f"{word} {amount(abs(gap.mean), gap.unit)}"


def tornado_words(tables: SweepTables, outcome: Asked) -> str:
    """Say what the strongest moves do."""
    return sentence(effects_text(tables, outcome))


def indices_words(tables: SweepTables, outcome: Asked) -> str:
    """Say which factor matters most."""
    ranking = tables.ranking(outcome)
    if ranking is None or tables.indices(outcome).empty:
        return sentence(f"{label(outcome.name)} is the same at all points")
    write = sobol_answer if tables.design == "sobol" else morris_answer
    return sentence(write(tables, outcome, ranking)[0])


INDICES = OutcomeView(
    "indices", "Which factors matter", indices, indices_words, lambda tables: tables.has_indices
)
TORNADO = OutcomeView(
    "tornado", "What each factor does", tornado, tornado_words,
    lambda tables: tables.design in ("one-at-a-time", "factorial"),
)  # fmt: skip
