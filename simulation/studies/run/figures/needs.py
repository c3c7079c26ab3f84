"""The opportunity landscape: how important outcomes are to people, and how well they are met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulation.analysis.interval import estimate
from simulation.analysis.opportunity import Zone, agreed, landscape, zone_corners, zone_shares
from simulation.analysis.opportunity import opportunity as score_of
from simulation.analysis.summary import has, opening
from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    Canvas,
    Setting,
    finish,
    house,
    is_narrow,
    nothing,
    spread_out,
    start,
)
from simulation.report.words import (
    label,
    number,
    percent,
    sentence,
    with_span,
)
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


ZONES: dict[Zone, str] = {
    Zone.EXTREME: "#F6B9A7",
    Zone.HIGH: "#FAD3C4",
    Zone.SOLID: "#FDEBE3",
    Zone.SERVED: "#F4F5F7",
    Zone.OVERSERVED: "#E3ECF6",
}


@house
def opportunity(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw importance against satisfaction with Ulwick's zones, from the first to the last year.

    Pale dots are all runs; arrows are the mean over runs where runs agree on importance, else the
    first run alone, because a mean over different markets would describe none of them. On a phone
    the outcomes of greatest opportunity have numbers, which the footer names.
    """
    title = "Opportunity landscape: what matters, and how well it is met"
    canvas = start(ax, (6.6, 6.0), redrawn=True)
    if not has(series, "importance") or not has(series, "outcome_satisfaction"):
        return nothing(canvas, title, "this result has no importance or satisfaction of outcomes.")
    before, after = landscape(series, first=True), landscape(series)
    _zones(canvas, zone_shares(before), zone_shares(after))
    looks = colours.others(dict.fromkeys(after["segment"]))
    for segment, look in looks.items():
        rows = after[after["segment"] == segment]
        canvas.ax.scatter(rows["importance"], rows["satisfaction"], s=9, color=look.colour,
                          alpha=0.25, linewidths=0)  # fmt: skip
    what, named = _arrows(canvas.ax, before, after, looks)
    _legend(canvas.ax, looks)
    note = (
        f"arrows: {what}, {opening(series)} to last; pale dots: every run"
        if (after["run"].nunique() > 1)
        else f"arrows: {opening(series)} to last"
    )
    if is_narrow():
        note = " · ".join([note, *(f"{at} {name}" for at, name in enumerate(named, 1))])
    return finish(canvas, title, series, setting, note)


_SPOTS: dict[Zone, tuple[float, float, Literal["top", "center", "bottom"]]] = {
    Zone.OVERSERVED: (0.25, 9.7, "top"),
    Zone.SERVED: (0.9, 0.18, "bottom"),
    Zone.SOLID: (10.12, 9.0, "center"),
    Zone.HIGH: (10.12, 6.5, "center"),
    Zone.EXTREME: (10.12, 2.5, "center"),
}


def _zones(canvas: Canvas, before: dict[Zone, float], after: dict[Zone, float]) -> None:
    """Fill the zones; each says what share of outcomes it holds, and held at first."""
    ax = canvas.ax
    for zone, corners in zone_corners().groupby("zone", sort=False):
        kind = Zone(str(zone))
        ax.fill(
            corners["importance"],
            corners["satisfaction"],
            color=ZONES[kind],
            linewidth=0,
            zorder=0,
        )
        x, y, upright = _SPOTS[kind]
        name = kind.value.removesuffix(" opportunity")
        text = f"{name}\n{percent(after[kind])} (was {percent(before[kind])})"
        ax.text(x, y, text, ha="left", va=upright, fontsize=8.5, color=colours.INK)
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    ax.set_aspect("equal")
    ax.grid(visible=False)
    ax.set_xlabel("importance (0–10)")
    ax.set_ylabel("satisfaction (0–10)")


def _arrows(
    ax: Axes, before: pd.DataFrame, after: pd.DataFrame, looks: dict[str, colours.Look]
) -> tuple[str, list[str]]:
    """Draw where outcomes went; return what the arrows are of, and the outcomes that are named."""
    if agreed(after):
        what = "mean over runs"
    else:
        chosen = int(after["run"].min())
        before, after = before[before["run"] == chosen], after[after["run"] == chosen]
        what = "the first run (each seed has its own importance)"
    columns = ["importance", "satisfaction"]
    starts, ends = (table.groupby("of")[columns].mean() for table in (before, after))
    pairs = starts.merge(ends, on="of", suffixes=("_0", "")).dropna()
    ranked = sorted(
        pairs.iterrows(), key=lambda item: -score_of(item[1]["importance"], item[1]["satisfaction"])
    )
    for key, row in ranked:
        look = looks[str(key).partition(":")[0]]
        end = (row["importance"], row["satisfaction"])
        ax.annotate("", end, (row["importance_0"], row["satisfaction_0"]),
                    arrowprops={"arrowstyle": "-|>", "color": look.colour, "alpha": 0.55,
                                "linewidth": 1.0, "shrinkA": 0, "shrinkB": 2})  # fmt: skip
        ax.plot(*end, look.marker, color=look.colour, markersize=6, markeredgecolor="white",
                clip_on=False, zorder=4)  # fmt: skip
    greatest = [(str(key), row) for key, row in ranked[:NAMED]]
    _name(ax, greatest, looks)
    return what, [" for ".join(map(label, key.split(":")[::-1])) for key, _ in greatest]


NAMED = 5
"""How many outcomes are named: those of greatest opportunity."""


def _name(
    ax: Axes, chosen: list[tuple[str, pd.Series[float]]], looks: dict[str, colours.Look]
) -> None:
    """Name outcomes to the left of their markers, moved apart where names would overlap."""
    apart = 0.6 if is_narrow() else 0.36
    ranked = sorted(enumerate(chosen, 1), key=lambda item: item[1][1]["satisfaction"])
    levels = [row["satisfaction"] for _, (_, row) in ranked]
    spots = spread_out(levels, apart, low=0.2, high=9.8)
    for (at, (key, row)), spot in zip(ranked, spots, strict=True):
        segment, _, outcome = key.partition(":")
        look = looks[segment]
        ax.annotate(
            str(at) if is_narrow() else label(outcome), (row["importance"], row["satisfaction"]),
            xytext=(row["importance"] - 0.45, spot), ha="right", va="center", fontsize=8.5,
            color=colours.ink(look.colour), zorder=5,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.7, "linewidth": 0},
            arrowprops={"arrowstyle": "-", "color": look.colour, "linewidth": 0.7, "shrinkB": 3},
        )  # fmt: skip


def _legend(ax: Axes, looks: dict[str, colours.Look]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle="none", markersize=6)
        for look in looks.values()
    ]
    ax.legend(handles, [label(name) for name in looks], loc="upper left",
              bbox_to_anchor=(1.01, 0.14), fontsize=8.5, title="segment", alignment="left",
              title_fontsize=8.5, handletextpad=0.2, borderaxespad=0)  # fmt: skip


def landscape_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say how much is underserved, before and after, and where the greatest opportunity is."""
    after, before = landscape(series), landscape(series, first=True)
    shares = [
        estimate((table["score"] > 10).groupby(table["run"]).mean(), "share").within(0, 1)
        for table in (before, after)
    ]
    text = (
        f"{with_span(shares[1])} of the outcomes were underserved (score above 10) at the end, "
        f"{percent(shares[0].mean)} in the {opening(series)}"
    )
    chosen, where = after, "the"
    if not agreed(after):
        chosen, where = after[after["run"] == after["run"].min()], "in the first run the"
    scores = chosen.groupby("of")["score"].mean()
    segment, _, outcome = str(scores.idxmax()).partition(":")
    text += (
        f"; {where} greatest opportunity is {label(outcome)} for {label(segment)} "
        f"({number(float(scores.max()))} of 20)"
    )
    return sentence(text)


LANDSCAPE = RunView("opportunity", "Opportunity landscape", opportunity, landscape_words,
                 ("importance", "outcome_satisfaction"))  # fmt: skip
