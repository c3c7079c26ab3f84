"""Figures of attribution: the sources' three overlapping areas, over time, and by actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, cos, pi, sin
from typing import TYPE_CHECKING

from simulation.analysis.attribution import Orders
from simulation.analysis.compare import DifferenceCurve
from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    Canvas,
    End,
    Setting,
    band,
    finish,
    house,
    label_ends,
    legend_below,
    months_axis,
    nothing,
    plain_number,
    seeds_frame,
    start,
    thousands,
    zero_line,
)
from simulation.report.colours import Look
from simulation.report.words import label, number, signed
from simulation.scenario.words import Function
from simulation.studies.run.figures.value import HATCHES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.patches import Polygon

Point = tuple[float, float]

AREAS: dict[str, Function] = {
    "I": Function.INNOVATION,
    "M": Function.MARKETING_SALES,
    "P": Function.EXPERIENCE_PLATFORM,
}
"""The sources' areas, by the letter of the player."""

GREY = "I+M+P"

LOOKS: dict[str, Look] = {
    "I": colours.FUNCTIONS[Function.INNOVATION],
    "M": colours.FUNCTIONS[Function.MARKETING_SALES],
    "P": colours.FUNCTIONS[Function.EXPERIENCE_PLATFORM],
    "I+M": Look("#3E7D7B", "-", "D"),
    "I+P": Look("#5C6FD6", "--", "v"),
    "M+P": Look("#A3476F", "-.", "P"),
    GREY: Look("#5F5F5F", "-", "X"),
}
"""How dividends are drawn; pairs take a colour between those of their areas."""

PAIRED = "paired within seeds; brackets: 95 % t-interval over seeds"


def dividends_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the dividends of an attribution's table."""
    return table[table["kind"] == "dividend"]


# --- the areas -----------------------------------------------------------------------------------

RADIUS, APART = 1.0, 0.66
"""Of the circles, and of their centres from the middle."""

_CENTRES: dict[str, Point] = {
    name: (APART * cos(angle), APART * sin(angle))
    for name, angle in zip(AREAS, (5 * pi / 6, pi / 6, -pi / 2), strict=True)
}

_SPOTS: dict[str, Point] = {
    "I": (-0.93, 0.53),
    "M": (0.93, 0.53),
    "P": (0.0, -1.07),
    "I+M": (0.0, 0.82),
    "I+P": (-0.665, -0.385),
    "M+P": (0.665, -0.385),
    GREY: (0.0, -0.05),
}


@house
def areas(table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw the sources' picture: three overlapping areas, each with its dividend and interval.

    The grey area in the middle is Δ(I, M, P): value that no function and no pair creates.

    Args:
        table: of an attribution of I, M and P (see ``Attribution.table``), without months.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "The grey area: what innovation, marketing & sales and the platform create together"
    canvas = start(ax, (6.6, 6.3))
    found = {str(row["of"]): row for _, row in dividends_of(table).iterrows()}
    if not set(LOOKS) <= set(found):
        return nothing(canvas, title, "this attribution is not of innovation, M&S and platform.")
    for name, centre in _CENTRES.items():
        _circle(canvas.ax, LOOKS[name].colour, centre)
    canvas.ax.add_patch(_middle())
    for name, spot in _SPOTS.items():
        _number(canvas.ax, found[name], spot, middle=name == GREY)
    for name, function in AREAS.items():
        _name(canvas.ax, table, name, words=label(function))
    canvas.ax.set_xlim(-1.9, 1.9)
    canvas.ax.set_ylim(-1.86, 1.62)
    canvas.ax.set_aspect("equal")
    canvas.ax.set_axis_off()
    note = f"each of 8 coalitions, {PAIRED}; ± the interval covers zero"
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting, note)


def _circle(ax: Axes, colour: str, centre: Point) -> None:
    from matplotlib.patches import Circle

    ax.add_patch(Circle(centre, RADIUS, facecolor=colours.pale(colour, 0.35), alpha=0.55,
                        linewidth=0, zorder=1))  # fmt: skip
    ax.add_patch(Circle(centre, RADIUS, facecolor="none", edgecolor=colour, linewidth=2.2,
                        zorder=3))  # fmt: skip


def _middle(n: int = 240) -> Polygon:
    """Return the area that all three circles share: arcs of each that lie within the others."""
    from matplotlib.patches import Polygon

    corners = [
        at
        for name, (x, y) in _CENTRES.items()
        for step in range(n)
        for at in [(x + RADIUS * cos(2 * pi * step / n), y + RADIUS * sin(2 * pi * step / n))]
        if all(
            (at[0] - a) ** 2 + (at[1] - b) ** 2 <= RADIUS**2
            for other, (a, b) in _CENTRES.items()
            if other != name
        )
    ]
    corners.sort(key=lambda at: atan2(at[1], at[0]))
    return Polygon(corners, facecolor=colours.pale(colours.GREY_AREA, 0.15), linewidth=0, zorder=2)


def _number(ax: Axes, row: pd.Series[float], spot: Point, *, middle: bool) -> None:
    x, y = spot
    size = 15 if middle else 12.5
    ax.text(x, y + 0.06, text_of(row), ha="center", va="center", fontsize=size, weight="bold",
            zorder=5)  # fmt: skip
    if row["low"] == row["low"]:
        ends = f"{number(row['low'], 2)} … {number(row['high'], 2)}"
        ax.text(x, y - 0.12, ends, ha="center", va="center", fontsize=8.5, zorder=5)
    if middle:
        ax.text(x, y + 0.27, "grey area", ha="center", va="center", fontsize=9, zorder=5)


def text_of(row: pd.Series[float]) -> str:
    """Return a number with the sign that its interval allows: ± where that covers zero."""
    mean = float(row["mean"])
    if row["low"] <= 0.0 <= row["high"]:
        return f"±{number(abs(mean), 2)}" if mean else "0"
    return signed(mean)


def _name(ax: Axes, table: pd.DataFrame, name: str, *, words: str) -> None:
    own = table[(table["kind"] == "shapley") & (table["of"] == name)].iloc[0]
    x, y = {"I": (-1.86, 1.5), "M": (1.86, 1.5), "P": (0.0, -1.72)}[name]
    side = {"I": "left", "M": "right", "P": "center"}[name]
    ink = colours.ink(LOOKS[name].colour)
    shift = 0.0 if name == "P" else -0.15
    title = f"{label(words).capitalize()} ({name})"
    share = f"Shapley value {text_of(own)}"
    if name == "P":
        ax.text(x, y, f"{title}: {share}", ha="center", va="center", color=ink, weight="bold")
        return
    ax.text(x, y, title, ha=side, va="center", color=ink, weight="bold")
    ax.text(x, y + shift, share, ha=side, va="center", color=ink, fontsize=9)


# --- over time -----------------------------------------------------------------------------------


@house
def dividends(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw dividends over time: each function alone above, what only arises together below.

    Args:
        curves: of each dividend (see ``coalitions.dividend_curves``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "What each adds alone, and only together, over time"
    canvas = start(ax, (6.6, 6.4))
    canvas.ax.set_axis_off()
    alone = {name: curve for name, curve in curves.items() if "+" not in name}
    together = {name: curve for name, curve in curves.items() if "+" in name}
    above = canvas.ax.inset_axes((0.0, 0.57, 0.86, 0.4))
    below = canvas.ax.inset_axes((0.0, 0.03, 0.86, 0.4))
    for panel, part, words in (
        (above, alone, "Alone (over the maintenance level)"),
        (below, together, "Only together (grey area: all three)"),
    ):
        _curves(panel, part, share=0.34)
        panel.set_title(words, fontsize=9.5, weight="normal")
    note = "paired within seeds; bands cover the whole curve at once (95 %)"
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting, note)


@house
def shapley_over_time(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw what each player adds on average over all orders, month by month.

    Args:
        curves: of each player (see ``coalitions.shapley_curves``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    return _one_panel(curves, ax, "What each adds over time (Shapley values)", setting=setting)


@house
def lost_over_time(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw what is lost without each, month by month; below zero the value is higher without.

    Args:
        curves: of each that is removed (see ``coalitions.loss_curves``).
        ax: where to draw.
        setting: scenario and seeds.
    """
    return _one_panel(curves, ax, "What is lost over time without each", setting=setting)


def _one_panel(
    curves: Mapping[str, DifferenceCurve], ax: Axes | None, title: str, *, setting: Setting
) -> Axes:
    canvas = start(ax, (6.6, 4.6))
    if not curves:
        return nothing(canvas, title, "no month was kept.")
    _curves(canvas.ax, curves)
    note = "paired within seeds; bands cover the whole curve at once (95 %)"
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting, note)


def _curves(ax: Axes, curves: Mapping[str, DifferenceCurve], *, share: float = 0.7) -> None:
    spare = colours.firms(curves)
    ends = []
    last = 1
    for name, curve in curves.items():
        look = LOOKS.get(name, spare[name])
        height = band(ax, curve.table(), look)
        last = max(last, *curve.months)
        ends.append(End("I+M+P: grey area" if name == GREY else label(name), height, look))
    months_axis(ax, last)
    ax.set_ylabel("money/month")
    thousands(ax)
    zero_line(ax)
    label_ends(ax, ends, size=8.5, share=share)


# --- by actor ------------------------------------------------------------------------------------


@house
def dividends_by_actor(
    table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw who has each dividend: bars of each coalition, split by actor; a mark at the sum.

    Args:
        table: Columns coalition, actor, mean.
        ax: where to draw.
        setting: scenario and seeds.
    """
    return _by_actor(table, ax, "Who has it: each dividend by actor", setting=setting)


@house
def shapley_by_actor(
    table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw who has what each player adds on average over all orders.

    Args:
        table: Columns coalition (the player), actor, mean.
        ax: where to draw.
        setting: scenario and seeds.
    """
    return _by_actor(table, ax, "Who has what each adds (Shapley values)", setting=setting)


def _by_actor(table: pd.DataFrame, ax: Axes | None, title: str, *, setting: Setting) -> Axes:
    names = list(dict.fromkeys(table["coalition"]))
    actors = list(dict.fromkeys(table["actor"]))
    canvas = start(ax, (6.6, 2.2 + 0.36 * max(len(names), 4)))
    if not names:
        return nothing(canvas, title, "nobody has a surplus.")
    looks = colours.PEOPLE | colours.firms((*setting.companies, *setting.partners))
    spare = colours.firms(actors)
    wide = table.pivot_table(index="coalition", columns="actor", values="mean")
    for place, actor in enumerate(actors):
        _pieces(canvas.ax, wide.loc[names, actors], place,
                look=looks.get(actor, spare[actor]))  # fmt: skip
    for row, name in enumerate(names):
        canvas.ax.plot(wide.loc[name].sum(), row, "D", color=colours.INK, markersize=5,
                       markeredgecolor="white", zorder=4)  # fmt: skip
    _rows(canvas, names)
    legend_below(canvas.ax, ncols=3)
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting,
                  "mean over seeds; diamond: all actors together")  # fmt: skip


def _pieces(ax: Axes, wide: pd.DataFrame, place: int, *, look: Look) -> None:
    """Draw an actor's piece of every bar, stacked on those of the actors before it."""
    own = wide.iloc[:, place]
    before = wide.iloc[:, :place]
    starts = before.clip(lower=0).sum(axis=1).where(own > 0, before.clip(upper=0).sum(axis=1))
    ax.barh(range(len(own)), own, left=starts, height=0.66, color=look.colour, alpha=0.8,
            hatch=HATCHES[place % len(HATCHES)], edgecolor="white", linewidth=0.4,
            label=label(str(own.name)))  # fmt: skip


def _rows(canvas: Canvas, names: Sequence[str]) -> None:
    ax = canvas.ax
    ax.set_yticks(range(len(names)), [label(name) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(0, color=colours.INK, linewidth=0.9, zorder=1.5)
    ax.set_xlabel("money/month")
    thousands(ax, axis="x")


# --- players of any kind -------------------------------------------------------------------------


@house
def shapley(table: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw what each player adds: alone, on average over all orders (Shapley), and as the last.

    Args:
        table: of an attribution (see ``Attribution.table``), without months.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "What each adds: alone, on average, and as the last one"
    found = table[table["kind"] == "shapley"].sort_values("mean", ascending=False, kind="stable")
    names = list(found["of"])
    canvas = start(ax, (6.6, 1.9 + 0.52 * len(names)))
    kinds = {"dividend": ("alone", "o", -0.2), "shapley": ("on average (Shapley)", "s", 0.0),
             "last_in": ("as the last one", "^", 0.2)}  # fmt: skip
    for kind, (words, marker, shift) in kinds.items():
        own = table[table["kind"] == kind].set_index("of").loc[names]
        places = [row + shift for row in range(len(names))]
        colour = colours.CEM if kind == "shapley" else colours.FAINT
        low, high = own["mean"] - own["low"], own["high"] - own["mean"]
        canvas.ax.errorbar(
            own["mean"], places, xerr=[low.fillna(0), high.fillna(0)], fmt=marker, color=colour,
            markersize=7 if kind == "shapley" else 4.5, capsize=2.5, elinewidth=1.2, label=words,
        )  # fmt: skip
    _rows(canvas, names)
    legend_below(canvas.ax, ncols=3)
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting,
                  "paired within seeds; whisker: 95 % t-interval over seeds")  # fmt: skip


@house
def orders(
    found: Orders, ax: Axes | None = None, /, *, setting: Setting = PLAIN, unit: str = "money/month"
) -> Axes:
    """Draw the way up of the best and the worst order of moves, and all others faintly.

    Args:
        found: every order and what it is worth (see ``attribution.orders``), with its steps.
        ax: where to draw.
        setting: scenario and seeds.
        unit: of the value.
    """
    title = "In which order: value on the way, every order"
    canvas = start(ax, (6.6, 5.0))
    table = found.table()
    best, worst = table.iloc[0], table.iloc[-1]
    means = table["mean"].to_numpy()
    canvas.ax.hist(means, bins=min(40, max(5, len(means) // 4)), color=colours.GRID)
    for row, words, look in (
        (best, "best", Look(colours.GOOD, "-", "^")),
        (worst, "worst", Look(colours.BAD, "--", "v")),
    ):
        canvas.ax.axvline(row["mean"], color=look.colour, linestyle=look.line)
        text = f"{words}: {plain_number(float(row['mean']))}\n" + row["order"].replace(" > ", "\n")
        side = "right" if row["mean"] > means.mean() else "left"
        canvas.ax.annotate(
            text, (row["mean"], 0.97), xycoords=("data", "axes fraction"), va="top", ha=side,
            xytext=(-5 if side == "right" else 5, 0), textcoords="offset points", fontsize=8.5,
            color=colours.ink(look.colour),
        )  # fmt: skip
    canvas.ax.set_xlabel(f"mean over the steps of the way, above the baseline ({unit})")
    canvas.ax.set_ylabel("number of orders")
    thousands(canvas.ax, axis="x")
    return finish(canvas, title, seeds_frame(found.worth.shape[1]), setting,
                  "mean over seeds")  # fmt: skip
