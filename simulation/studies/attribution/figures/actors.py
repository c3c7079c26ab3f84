"""Who has what coalitions and players add."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulation.report import colours
from simulation.report.canvas import (
    PLAIN,
    Setting,
    finish,
    house,
    legend_below,
    nothing,
    seeds_frame,
    start,
)
from simulation.report.colours import Look
from simulation.report.figure import Figure
from simulation.report.words import label, sentence, signed
from simulation.studies.attribution.figures.looks import player_rows
from simulation.studies.attribution.tables import (
    Played,
)
from simulation.studies.run.figures.value import HATCHES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


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
    return _by_actor(table, ax, "Each dividend by actor: who receives it", setting=setting)


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
    return _by_actor(table, ax, "Who gets what each adds (Shapley values)", setting=setting)


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
    player_rows(canvas, names, setting.unit)
    legend_below(canvas.ax, ncols=3)
    return finish(canvas, title, seeds_frame(len(setting.seeds)), setting,
                  "mean over seeds; diamond: all actors together")  # fmt: skip


def _pieces(ax: Axes, wide: pd.DataFrame, place: int, *, look: Look) -> None:
    """Draw an actor's piece of every bar, stacked on those of the actors before it."""
    pieces = wide.iloc[:, place]
    before = wide.iloc[:, :place]
    starts = before.clip(lower=0).sum(axis=1).where(pieces > 0, before.clip(upper=0).sum(axis=1))
    ax.barh(range(len(pieces)), pieces, left=starts, height=0.66, color=look.colour, alpha=0.8,
            hatch=HATCHES[place % len(HATCHES)], edgecolor="white", linewidth=0.4,
            label=label(str(pieces.name)))  # fmt: skip


def dividends_by_actor_figure(played: Played) -> Figure:
    """Return who has each dividend."""
    added = played.by_actor.groupby("actor", sort=False)["mean"].sum()
    named = [
        f"{played.called(str(actor))} {signed(float(value))}" for actor, value in added.items()
    ]
    words = sentence(f"Of all dividends together: {', '.join(named)}; actors add up to the whole")
    drawn = partial(
        dividends_by_actor, played.by_labels(played.by_actor), setting=played.money_setting
    )
    return Figure("dividends_by_actor", "Who gets each dividend", words, drawn, "value",
                  lambda: played.by_actor)  # fmt: skip


def shapley_by_actor_figures(played: Played) -> list[Figure]:
    """Return who gets what each adds."""
    table = played.shapley_by_actor
    if table.empty:
        return []
    sure = table[(table["low"] > 0) | (table["high"] < 0)]
    sentences = [
        f"{played.called(str(row['actor']))} {signed(float(row['mean']))} by "
        f"{played.words(str(row['coalition']))}"
        for row in sure.sort_values("mean", key=abs, ascending=False).head(4).to_dict("records")
    ]
    words = sentence(
        f"Clearest gains and losses: {', '.join(sentences)}" if sentences else
        "No actor clearly gains or loses from any of them"
    )  # fmt: skip
    drawn = partial(shapley_by_actor, played.by_labels(table), setting=played.money_setting)
    return [Figure("shapley_by_actor", "Who gets what each adds", words, drawn, "value",
                   lambda: table)]  # fmt: skip
