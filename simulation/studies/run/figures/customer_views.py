"""The customer's view: opportunities over time, the journey map, slack to move, the portfolio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING, Protocol

from simulation.analysis.summary import has, months, recent
from simulation.report import colours
from simulation.report.canvas import (
    BAND,
    MEAN,
    PLAIN,
    WHISKER,
    Setting,
    band,
    finish,
    house,
    months_axis,
    nothing,
    order,
    percent,
    seeds_frame,
    start,
)
from simulation.report.colours import Look
from simulation.report.words import count, label, listing, number, sentence, whole
from simulation.report.words import percent as percent_words
from simulation.scenario.words import Stage

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


class Draw(Protocol):
    """A function that draws a series."""

    def __call__(
        self, series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
    ) -> Axes:
        """Draw it on the axes, or on a new figure."""
        ...


@dataclass(frozen=True)
class View:
    """A figure of the customer's view; without the metrics it ``needs`` it is empty."""

    name: str
    title: str
    draw: Draw
    needs: tuple[str, ...]
    finding: Callable[[pd.DataFrame], str]

    def available(self, series: pd.DataFrame) -> bool:
        """Return whether the series has something for it to show."""
        return all(has(series, metric) for metric in self.needs)


# --- opportunities -------------------------------------------------------------------------------

GREATEST = Look("#B34700", "-", "s")
AVERAGE = Look("#0072B2", "--", "o")


def opportunity_curves(series: pd.DataFrame) -> pd.DataFrame:
    """Return each segment's greatest and mean opportunity over time, run by run.

    Outcomes are ranked within runs, since every seed has its own importance of outcomes.

    Returns:
        Columns run, month, segment, greatest, mean.
    """
    from simulation.analysis.opportunity import opportunity_series

    scores = opportunity_series(series)
    grouped = scores.groupby(["run", "month", "segment"], sort=False)["opportunity"]
    return grouped.agg(greatest="max", mean="mean").reset_index()


def _band_of(table: pd.DataFrame, column: str) -> pd.DataFrame:
    from simulation.analysis.interval import t_table

    wide = table.pivot_table(index="run", columns="month", values=column)
    return t_table(wide).rename_axis("month").reset_index()


@house
def opportunities(
    series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw the greatest and the mean opportunity of every segment over time."""
    from simulation.analysis.opportunity import HIGH, SOLID

    title = "Opportunities over time: the greatest and the mean of each segment"
    if not has(series, "importance") or not has(series, "outcome_satisfaction"):
        return nothing(start(ax), title, "this result has no importance or satisfaction.")
    table = opportunity_curves(series)
    segments = list(dict.fromkeys(table["segment"]))
    canvas = start(ax, (6.6, 3.9))
    canvas.ax.set_axis_off()
    width = 1.0 / len(segments)
    for place, segment in enumerate(segments):
        panel = canvas.ax.inset_axes((place * width + 0.02, 0.06, width - 0.05, 0.8))
        own = table[table["segment"] == segment]
        for column, look in (("greatest", GREATEST), ("mean", AVERAGE)):
            band(panel, _band_of(own, column), look)
        for threshold, words in ((SOLID, "solid"), (HIGH, "high")):
            panel.axhline(threshold, color=colours.FAINT, linewidth=0.8, linestyle=":")
            panel.text(1, threshold, f" {words}", fontsize=7.5, va="bottom", color=colours.FAINT)
        panel.set_ylim(0, 20)
        panel.set_yticks([0, 5, 10, 15, 20])
        panel.set_title(label(segment), fontsize=9.5, weight="normal")
        months_axis(panel, months(series))
        panel.set_xticks(panel.get_xticks()[:: 2 if len(segments) > 2 else 1])
        if place:
            panel.set_yticklabels([])
        else:
            panel.set_ylabel("opportunity (0–20)")
    _legend(canvas.ax, (("greatest", GREATEST), ("mean over outcomes", AVERAGE)))
    note = f"importance + max(importance − satisfaction, 0), ranked within runs; {BAND}"
    return finish(canvas, title, series, setting, note)


def _legend(ax: Axes, looks: Sequence[tuple[str, Look]]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=look.colour, ls=look.line, marker=look.marker, markersize=4.5)
        for _, look in looks
    ]
    ax.legend(handles, [words for words, _ in looks], loc="upper right", ncols=2, fontsize=8.5,
              bbox_to_anchor=(1.0, 1.04), borderaxespad=0)  # fmt: skip


def opportunity_words(series: pd.DataFrame) -> str:
    """Say in which segments the greatest opportunity fell or rose."""
    table = opportunity_curves(series)
    last = months(series)
    year = min(12, max(last // 2, 1))
    told = []
    for segment, own in table.groupby("segment", sort=False):
        first = float(own.loc[own["month"] <= year, "greatest"].mean())
        now = float(own.loc[own["month"] > last - year, "greatest"].mean())
        told.append(f"{label(str(segment))} {number(first)} to {number(now)}")
    return sentence(f"Greatest opportunity, first to last year: {', '.join(told)}")


# --- the journey map -----------------------------------------------------------------------------


def journey_cells(series: pd.DataFrame) -> pd.DataFrame:
    """Return every stage and touchpoint that meet: traffic and the share of purposes met.

    Returns:
        Columns stage, touchpoint, traffic (encounters a month), met (mean over runs).
    """
    from simulation.analysis.journey import late_mean

    traffic = late_mean(series, "stage_encounters").mean()
    met = late_mean(series, "stage_experience").mean().reindex(traffic.index)
    found = traffic.rename("traffic").to_frame().assign(met=met).reset_index(names="of")
    names = found["of"].str.split(":", n=1)
    return found.assign(stage=names.str[0], touchpoint=names.str[1])[
        ["stage", "touchpoint", "traffic", "met"]
    ]


@house
def journey_map(
    series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw the journey map: a disc where a stage meets a touchpoint, its area the traffic.

    The number is the share of encounters whose purpose was not met; at the right how the touchpoint
    is judged, and the hours that an encounter takes.
    """
    title = "Journey map: traffic, failures, judgement and time"
    if not has(series, "stage_encounters"):
        return nothing(start(ax), title, "this result has no encounters by stage.")
    cells = journey_cells(series)
    stages = order(list(dict.fromkeys(cells["stage"])), setting.stages or tuple(Stage))
    touchpoints = list(dict.fromkeys(cells["touchpoint"]))
    touchpoints.sort(key=lambda name: _first_stage(cells, name, stages))
    canvas = start(ax, (6.6, 1.9 + 0.31 * len(touchpoints)))
    most = float(cells["traffic"].max())
    for cell in cells.to_dict("records"):
        spot = stages.index(cell["stage"]), touchpoints.index(cell["touchpoint"])
        _cell(canvas.ax, spot, cell["traffic"] / most if most else 0.0, met=cell["met"])
    _beside(canvas.ax, series, touchpoints, at=len(stages))
    _map_axes(canvas.ax, stages, touchpoints, setting=setting)
    note = (
        f"{recent(series)}, {MEAN} · disc: traffic, paler where purposes are met; number: % "
        "without success; judged −1 to 1"
    )
    return finish(canvas, title, series, setting, note)


def _first_stage(cells: pd.DataFrame, touchpoint: str, stages: Sequence[str]) -> tuple[int, float]:
    own = cells[cells["touchpoint"] == touchpoint]
    return min(stages.index(stage) for stage in own["stage"]), -float(own["traffic"].sum())


def _cell(ax: Axes, spot: tuple[int, int], size: float, *, met: float) -> None:
    x, y = spot
    shade = 0.1 + 0.85 * (met if met == met else 0.0)
    ax.scatter(x, y, s=8 + 300 * size, color=colours.pale(colours.CEM, shade),
               edgecolors=colours.CEM, linewidths=0.7, zorder=2)  # fmt: skip
    if met == met:
        ax.text(x + 0.13 + 0.22 * size**0.5, y, f"{100 * (1 - met):.0f}", ha="left", va="center",
                fontsize=7.5, zorder=3)  # fmt: skip


def _beside(ax: Axes, series: pd.DataFrame, touchpoints: Sequence[str], *, at: int) -> None:
    """Write how each touchpoint is judged, and the hours an encounter takes, at the right."""
    from simulation.analysis.journey import late_mean

    judged, spent, number_of = (
        late_mean(series, metric).mean().to_dict() if has(series, metric) else dict[str, float]()
        for metric in ("judgement", "hours_spent", "encounters")
    )
    plate = {"boxstyle": "round,pad=0.15", "facecolor": "white", "linewidth": 0}
    for row, name in enumerate(touchpoints):
        visits = float(number_of.get(name, 0.0))
        hours = f"{number(float(spent.get(name, 0.0)) / visits, 2)} h" if visits else "–"
        mark = number(float(judged.get(name, float("nan"))), 2)
        for place, text in ((at + 0.45, mark), (at + 1.45, hours)):
            ax.text(place, row, text, va="center", ha="right", fontsize=8, zorder=4, bbox=plate)


def _map_axes(
    ax: Axes, stages: Sequence[str], touchpoints: Sequence[str], *, setting: Setting
) -> None:
    ax.set_xlim(-0.5, len(stages) + 1.5)
    ax.set_ylim(len(touchpoints) - 0.5, -0.6)
    ax.grid(visible=True, axis="y")
    ax.xaxis.tick_top()
    ax.axvline(len(stages) - 0.35, color=colours.GRID, linewidth=0.9)
    places = [*range(len(stages)), len(stages) + 0.1, len(stages) + 1.1]
    names = [*map(label, stages), "judged", "time"]
    ax.set_xticks(places, names, rotation=35, ha="left", fontsize=8.5)
    ax.set_yticks(range(len(touchpoints)), [label(name) for name in touchpoints], fontsize=8.5)
    for tick, name in zip(ax.get_yticklabels(), touchpoints, strict=True):
        area = setting.places[name].area if name in setting.places else ""
        tick.set_color(colours.ink(colours.AREAS.get(area, colours.ALONE).colour))
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def journey_words(series: pd.DataFrame) -> str:
    """Say where most encounters without success are."""
    cells = journey_cells(series).dropna()
    lost = cells.assign(lost=cells["traffic"] * (1.0 - cells["met"]))
    lost = lost.sort_values("lost", ascending=False)
    if lost.empty or not lost["lost"].sum() > 0.0:
        return "No encounter was without success."
    share = lost["lost"] / lost["lost"].sum()
    first = lost.iloc[0]
    return sentence(
        f"Most encounters without success, {percent_words(float(share.iloc[0]))} of them, are at "
        f"{label(str(first['touchpoint']))} in {label(str(first['stage']))}: "
        f"{whole(float(first['lost']))} a month"
    )


# --- lean ----------------------------------------------------------------------------------------


@house
def slack_to_move(
    series: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN
) -> Axes:
    """Draw which touchpoints have more platform support than they use, and which have less."""
    from simulation.analysis.lean import reallocation_table

    title = "Lean: where support is slack, and where it is missing"
    if not has(series, "brought") or not has(series, "slack"):
        return nothing(start(ax), title, "this result has no resources.")
    table = reallocation_table(series, "platform")
    table = table[table["brought"] > 0.0]
    canvas = start(ax, (6.6, 1.7 + 0.3 * max(len(table), 2)))
    tones = [colours.GOOD if move > 0 else colours.BAD for move in table["move"]]
    places = range(len(table))
    canvas.ax.barh(places, table["move"], height=0.6, color=tones, alpha=0.7)
    low, high = table["move"] - table["low"], table["high"] - table["move"]
    canvas.ax.errorbar(table["move"], places, xerr=[low.fillna(0), high.fillna(0)], fmt="none",
                       ecolor=colours.INK, capsize=2, elinewidth=0.9)  # fmt: skip
    names = [f"{label(row['touchpoint'])} ({percent_words(row['slack_share'])} slack)"
             for row in table.to_dict("records")]  # fmt: skip
    canvas.ax.set_yticks(places, names, fontsize=8.5)
    canvas.ax.tick_params(axis="y", length=0)
    canvas.ax.grid(visible=True, axis="x")
    canvas.ax.grid(visible=False, axis="y")
    canvas.ax.axvline(0, color=colours.INK, linewidth=0.9)
    canvas.ax.set_xlabel("support to move there (input a month; left: could give)")
    return finish(canvas, title, series, setting, f"{recent(series)}; {WHISKER}")


def slack_words(series: pd.DataFrame) -> str:
    """Say what reallocation would free, resource by resource."""
    from simulation.analysis.lean import resource_table

    table = resource_table(series)
    told = [
        f"{label(row['resource'])} {percent_words(row['slack_share'])} slack, "
        f"{percent_words(row['misplaced'])} misplaced"
        for row in table.to_dict("records")
    ]
    return sentence(
        f"{'; '.join(told)} (misplaced: would have to move for all touchpoints to have the same "
        "slack; what it gains only a run can tell)"
    )


VIEWS: tuple[View, ...] = (
    View("opportunities", "Opportunities over time", opportunities,
         ("importance", "outcome_satisfaction"), opportunity_words),
    View("journey_map", "Journey map", journey_map, ("stage_encounters", "stage_experience"),
         journey_words),
    View("slack_to_move", "Slack to move", slack_to_move, ("brought", "slack"), slack_words),
)  # fmt: skip
"""The figures of the customer's view that read the series of a result."""


# --- the portfolio -------------------------------------------------------------------------------


def stays(people: pd.DataFrame) -> pd.DataFrame:
    """Return one record for each person who ever was a customer: start, stop (or not a number).

    From the first purchase to the last lapse; whoever is a customer again at the end has not
    stopped.
    """
    joined = people[people["joined"] > 0]
    stop = joined["left"].where((joined["left"] > 0) & ~joined["customer"])
    return joined.assign(start=joined["joined"], stop=stop)[["start", "stop"]]


@house
def portfolio(people: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw the customer portfolio: concentration, retention, cohorts, and what customers bring.

    Args:
        people: a row a person at the end of a run: customer, lifetime, referral, surplus, joined,
            left, and the column month (the last one). See ``experiment.people``.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "Customer portfolio: who brings the value, and how long they stay"
    canvas = start(ax, (6.6, 6.9))
    if not has_portfolio(people):
        return nothing(canvas, title, "nobody ever was a customer.")
    ever = people[people["joined"] > 0]
    canvas.ax.set_axis_off()
    boxes = [(0.06, 0.58, 0.4, 0.36), (0.6, 0.58, 0.4, 0.36), (0.06, 0.02, 0.4, 0.38),
             (0.6, 0.02, 0.4, 0.38)]  # fmt: skip
    panels = [canvas.ax.inset_axes(box) for box in boxes]
    _concentration(panels[0], ever)
    _retention(panels[1], people)
    _cohorts(panels[2], people)
    _brought(panels[3], ever)
    one = Setting(scenario=setting.scenario, seeds=(int(people["seed"].iloc[0]),))
    note = "first run; lifetime value: price less cost to serve so far, discounted 10 % a year"
    return finish(canvas, title, seeds_frame(1), one, note)


def has_portfolio(people: pd.DataFrame) -> bool:
    """Return whether somebody ever was a customer."""
    return "lifetime" in people and bool((people["joined"] > 0).any())


def _concentration(ax: Axes, ever: pd.DataFrame) -> None:
    from simulation.analysis.portfolio import lorenz

    for column, look in (("lifetime", BOUGHT), ("referral", REFERRED)):
        values = ever[column].clip(lower=0.0).to_numpy()
        if values.sum() > 0.0:
            curve = lorenz(values)
            ax.plot(curve["people"], curve["value"], color=look.colour, linestyle=look.line,
                    label=_WORTH[column])  # fmt: skip
    ax.plot([0, 1], [0, 1], color=colours.FAINT, linewidth=0.8, linestyle=":")
    percent(ax)
    percent(ax, axis="x")
    ax.set_xticks([0, 0.5, 1])
    ax.set_xlabel("customers, least worth first")
    ax.legend(fontsize=8, loc="upper left")
    ax.set_title("Share of all value (Lorenz)", fontsize=9.5, weight="normal")


BOUGHT = Look("#D55E00", "-", "o")
REFERRED = Look("#0072B2", "--", "s")
OWN = Look("#009E73", ":", "^")
_WORTH = {"lifetime": "lifetime", "referral": "referral", "surplus": "own surplus"}


def kept(people: pd.DataFrame) -> pd.DataFrame:
    """Return the share of customers who stay at least so long, from the first purchase on.

    Returns:
        Columns age (months), kept, low, high; from age 0, at which all are there.
    """
    import warnings

    import pandas as pd

    from simulation.analysis.portfolio import retention_curve

    with warnings.catch_warnings():
        # scipy warns where nobody, or everybody, has left: there the interval has no width.
        warnings.simplefilter("ignore", RuntimeWarning)
        curve = retention_curve(stays(people), end=int(people["month"].max()))
    first = pd.DataFrame({"age": [0.0], "kept": [1.0], "low": [1.0], "high": [1.0]})
    return pd.concat([first, curve], ignore_index=True)


MOST_COHORTS = 4


def cohort_groups(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the customers by the years in which they first bought, in at most four groups."""
    ever = people[people["joined"] > 0]
    year = (ever["joined"] - 1) // 12
    years = sorted(set(year))
    size = -(-len(years) // MOST_COHORTS)
    found = {}
    for at in range(0, len(years), size):
        some = years[at : at + size]
        ends = f"{some[0] + 1}" if len(some) == 1 else f"{some[0] + 1}–{some[-1] + 1}"
        found[f"year {ends}"] = ever[year.isin(some)]
    return found


def _retention(ax: Axes, people: pd.DataFrame) -> None:
    curve, end = kept(people), float(people["month"].max())
    ax.fill_between([*curve["age"], end], [*curve["low"], curve["low"].iloc[-1]],
                    [*curve["high"], curve["high"].iloc[-1]], step="post", color=colours.FAINT,
                    alpha=0.25, linewidth=0)  # fmt: skip
    groups = cohort_groups(people)
    looks = colours.firms(groups)
    for name, own in {**groups, "all": people}.items():
        seen = end - float(own.loc[own["joined"] > 0, "joined"].min())
        steps = kept(own)
        look = looks.get(name, Look(colours.INK, "-", ""))
        ax.step([*steps["age"], seen], [*steps["kept"], steps["kept"].iloc[-1]], where="post",
                color=look.colour, linestyle=look.line, linewidth=2.2 if name == "all" else 1.3,
                label=name)  # fmt: skip
    least = min(float(curve["kept"].min()), 1.0)
    ax.set_ylim(max(0.0, floor(10.0 * least - 2.0) / 10.0), 1.02)
    ax.set_xlim(0, max(end, 13.0))
    percent(ax)
    ax.set_xlabel("months since the first purchase")
    ax.legend(fontsize=7.5, loc="lower left", ncols=2, handlelength=1.6, columnspacing=0.8)
    ax.set_title("Still customers, by first purchase", fontsize=9.5, weight="normal")


def cohort_table(people: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each year's newcomers who still are customers after each renewal."""
    from simulation.analysis.portfolio import cohorts

    table = cohorts(stays(people), end=int(people["month"].max()), period=12, grace=2)
    return table.dropna(axis="columns", how="all")


def _cohorts(ax: Axes, people: pd.DataFrame) -> None:
    table = cohort_table(people)
    grid = table.drop(columns="persons").to_numpy(dtype=float)
    ax.imshow(grid, aspect="auto", cmap="Greens", vmin=0, vmax=1.6)
    small = grid.shape[1] > 7
    for row in range(grid.shape[0]):
        for column in range(grid.shape[1]):
            value = grid[row, column]
            if value == value:
                ax.text(column, row, f"{100 * value:.0f}", ha="center", va="center",
                        fontsize=7 if small else 8.5)  # fmt: skip
    ax.set_yticks(range(len(table)), [f"year {(first + 11) // 12}" for first in table.index],
                  fontsize=8)  # fmt: skip
    ax.set_xticks(range(grid.shape[1]), [str(age) for age in range(grid.shape[1])], fontsize=8)
    ax.grid(visible=False)
    ax.set_xlabel("years since, renewal decided")
    ax.set_title("Cohorts: % still customers", fontsize=9.5, weight="normal")


def brought(people: pd.DataFrame) -> pd.DataFrame:
    """Return what customers bring and get, by tenths: those who buy most come first.

    Returns:
        Columns group (1 to 10), persons, purchase, referral, surplus (means a person, in money),
        beyond (referral over purchase and referral).
    """
    from simulation.analysis.portfolio import engagement_value

    ever = people[people["joined"] > 0].rename(columns={"lifetime": "purchase"})
    table = engagement_value(ever)
    ranked = ever.sort_values("purchase", ascending=False, kind="stable")
    place = [at * 10 // len(ranked) + 1 for at in range(len(ranked))]
    own = ranked.groupby(place)["surplus"].mean()
    table = table.rename(columns={"beyond_purchase": "beyond"})
    return table.assign(surplus=own.reindex(table["group"]).to_numpy())[
        ["group", "persons", "purchase", "referral", "surplus", "beyond"]
    ]


def _brought(ax: Axes, ever: pd.DataFrame) -> None:
    table = brought(ever)
    series = (("purchase", BOUGHT, ""), ("referral", REFERRED, "//"), ("surplus", OWN, ".."))
    for at, (column, look, hatch) in enumerate(series):
        name = _WORTH.get(column, "lifetime (bought)")
        ax.bar(table["group"] + 0.28 * (at - 1), table[column], width=0.28, color=look.colour,
               hatch=hatch, edgecolor="white", linewidth=0.2, label=name)  # fmt: skip
    ax.axhline(0, color=colours.INK, linewidth=0.8)
    ax.set_xticks([1, 5.5, 10], ["buy most", "tenths", "least"], fontsize=8.5)
    ax.tick_params(axis="x", length=0)
    ax.set_ylabel("money a person, in all")
    ax.legend(fontsize=7.5, loc="upper right", handlelength=1.4)
    ax.set_title("What they bring, and have", fontsize=9.5, weight="normal")


def portfolio_words(people: pd.DataFrame) -> str:
    """Say how concentrated the portfolio is, what referrals are worth, how long customers stay."""
    from simulation.analysis.portfolio import concentration

    if not has_portfolio(people):
        return "Nobody ever was a customer."
    ever = people[people["joined"] > 0]
    found = concentration(ever["lifetime"].to_numpy())
    text = (
        f"{count(len(ever), 'person', 'persons')} ever were customers, worth "
        f"{number(found.mean)} each on average so far; the most valuable fifth brings "
        f"{percent_words(found.top_fifth)} of it"
    )
    text += f" (Gini {number(found.gini, 2)})" if found.gini == found.gini else ""
    referred = float(ever["referral"].sum()) / float(ever["lifetime"].sum() or 1.0)
    text += f"; {percent_words(referred)} of it came by customers' word of mouth"
    staying = kept(people).set_index("age")["kept"]
    told = [
        f"{percent_words(float(staying[staying.index <= age].iloc[-1]))} after {age} months"
        for age in (13, 25, 61)
        if age < float(people["month"].max())
    ]
    return sentence(f"{text}; still customers: {listing(told)}" if told else text)
