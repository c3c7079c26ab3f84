"""The customer portfolio: who brings the value, and how long they stay."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.portfolio import (
    brought,
    cohort_groups,
    cohort_name,
    cohort_table,
    concentration,
    customers,
    has_portfolio,
    kept,
    knows_first_spells,
    lorenz,
    stays,
    who_counts,
)
from simulation.report import colours
from simulation.report.canvas import (
    PHONE,
    PLAIN,
    Setting,
    finish,
    house,
    is_narrow,
    nothing,
    percent,
    seeds_frame,
    start,
)
from simulation.report.colours import Look
from simulation.report.words import currency_words, listing, number, sentence
from simulation.report.words import percent as percent_words
from simulation.studies.run.figures.view import RunView, Source

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.analysis.portfolio import Concentration


@house
def portfolio(people: pd.DataFrame, ax: Axes | None = None, /, *, setting: Setting = PLAIN) -> Axes:
    """Draw the customer portfolio: concentration, retention, cohorts, and what customers bring.

    Args:
        people: one row per person at the end: customer, lifetime, referral, surplus, joined,
            left, and the column month (the last one). See ``experiment.people``.
        ax: where to draw.
        setting: scenario and seeds.
    """
    title = "Customer portfolio: who brings the value, and how long they stay"
    canvas = start(ax, (PHONE, 11.0) if is_narrow() else (6.6, 6.9), redrawn=True)
    if not has_portfolio(people):
        return nothing(canvas, title, "nobody was a customer.")
    ever = customers(people)
    canvas.ax.set_axis_off()
    panels = [canvas.ax.inset_axes(box) for box in (IN_A_COLUMN if is_narrow() else TWO_BY_TWO)]
    _concentration(panels[0], ever)
    _retention(panels[1], people)
    _cohorts(panels[2], people)
    _brought(panels[3], ever, setting.unit)
    one = Setting(scenario=setting.scenario, seeds=(int(people["seed"].iloc[0]),))
    note = "first run; lifetime value: price less cost to serve so far, discounted 10 % a year"
    return finish(canvas, title, seeds_frame(1), one, note)


TWO_BY_TWO = (
    (0.06, 0.58, 0.4, 0.36), (0.6, 0.58, 0.4, 0.36), (0.06, 0.02, 0.4, 0.38), (0.6, 0.02, 0.4, 0.38)
)  # fmt: skip
IN_A_COLUMN = tuple((0.14, low, 0.84, 0.165) for low in (0.8, 0.54, 0.28, 0.02))
"""Where the panels stand: on a wide page, and on a phone."""


def _concentration(ax: Axes, ever: pd.DataFrame) -> None:

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
    ax.set_xlabel("customers, least valuable first")
    ax.legend(fontsize=8, loc="upper left")
    ax.set_title("Share of all value (Lorenz)", fontsize=9.5, weight="normal")


BOUGHT = Look(colours.INK, "-", "o")
REFERRED = Look(colours.SOCIAL, "--", "s")
OWN = Look(colours.PEOPLE["customers"].colour, ":", "^")


_WORTH = {"lifetime": "lifetime", "referral": "referral", "surplus": "own surplus"}


ENOUGH = 10
"""Persons from which on a cohort is drawn: shares of fewer say nothing."""


def _retention(ax: Axes, people: pd.DataFrame) -> None:
    """Draw how many stay without a break, by cohort and all, and who is there still or again."""
    end, known = float(people["month"].max()), knows_first_spells(people)
    curve = kept(people, unbroken=known)
    ax.fill_between([*curve["age"], end], [*curve["low"], curve["low"].iloc[-1]],
                    [*curve["high"], curve["high"].iloc[-1]], step="post", color=colours.FAINT,
                    alpha=0.25, linewidth=0)  # fmt: skip
    groups = {name: one for name, one in cohort_groups(people).items() if len(one) >= ENOUGH}
    looks = colours.others(groups)
    for name, group in {**groups, "all": people}.items():
        look = looks.get(name, Look(colours.INK, "-", ""))
        _steps(ax, group, end, look, name, unbroken=known)
    if known:
        _steps(ax, people, end, Look(colours.INK, ":", ""), "all, or back again", unbroken=False)
    least = min(float(np.asarray(line.get_ydata()).min()) for line in ax.get_lines())
    ax.set_ylim(max(0.0, floor(10.0 * least - 2.0) / 10.0), 1.02)
    ax.set_xlim(0, max(end, 13.0))
    percent(ax)
    ax.set_xlabel("months as a customer")
    ax.legend(fontsize=7.5, loc="lower left", ncols=2, handlelength=1.6, columnspacing=0.8)
    ax.set_title(f"Customers {who_counts(people)}", fontsize=9.5, weight="normal")


def _steps(
    ax: Axes, people: pd.DataFrame, end: float, look: Look, name: str, *, unbroken: bool
) -> None:
    """Draw the share who stay, as far as somebody could be seen."""
    steps = kept(people, unbroken=unbroken)
    seen = end - float(stays(people)["start"].min())
    ax.step([*steps["age"], seen], [*steps["kept"], steps["kept"].iloc[-1]], where="post",
            color=look.colour, linestyle=look.line, linewidth=2.2 if name == "all" else 1.3,
            label=name)  # fmt: skip


def _cohorts(ax: Axes, people: pd.DataFrame) -> None:
    table = cohort_table(people)
    enough = table["persons"] >= ENOUGH
    table = table[enough] if enough.any() else table
    grid = table.drop(columns="persons").to_numpy(dtype=float)
    ax.imshow(grid, aspect="auto", cmap="Greens", vmin=0, vmax=1.6)
    small = grid.shape[1] > 7
    for row in range(grid.shape[0]):
        for column in range(grid.shape[1]):
            value = grid[row, column]
            if value == value and not (small and value > 0.995):
                ax.text(column, row, f"{100 * value:.0f}", ha="center", va="center",
                        fontsize=7 if small else 8.5)  # fmt: skip
    ax.set_yticks(range(len(table)), [cohort_name(int(str(first))) for first in table.index],
                  fontsize=8)  # fmt: skip
    ax.set_xticks(range(grid.shape[1]), [str(age) for age in range(grid.shape[1])], fontsize=8)
    ax.grid(visible=False)
    ax.set_xlabel("years since, renewal decided")
    few = "" if enough.all() else f" (from {ENOUGH} persons)"
    ax.set_title(f"Cohorts: % {who_counts(people)}{few}", fontsize=9.5, weight="normal")


def _brought(ax: Axes, ever: pd.DataFrame, unit: str) -> None:
    table = brought(ever)
    series = (("purchase", BOUGHT, ""), ("referral", REFERRED, "//"), ("surplus", OWN, ".."))
    for at, (column, look, hatch) in enumerate(series):
        name = _WORTH.get(column, "lifetime (bought)")
        ax.bar(table["group"] + 0.28 * (at - 1), table[column], width=0.28, color=look.colour,
               hatch=hatch, edgecolor="white", linewidth=0.2, label=name)  # fmt: skip
    ax.axhline(0, color=colours.INK, linewidth=0.8)
    ax.set_xticks([1, 5.5, 10], ["buy most", "tenths", "least"], fontsize=8.5)
    ax.tick_params(axis="x", length=0)
    ax.legend(fontsize=7.5, loc="upper right", handlelength=1.4)
    money = unit.partition("/")[0]
    ax.set_title(f"Brought and received, {money} a person", fontsize=9.5, weight="normal")


def _spread_words(curve: Concentration) -> str:
    """Say what the most valuable fifth brings, or how many cost more than they bring."""
    if curve.top_fifth != curve.top_fifth:
        cost = percent_words(curve.share_below_zero)
        return f"; {cost} of them cost more than they bring"
    gini = f" (Gini {number(curve.gini, 2)})" if curve.gini == curve.gini else ""
    return f"; the most valuable fifth brings {percent_words(curve.top_fifth)} of this value{gini}"


def portfolio_words(people: pd.DataFrame, setting: Setting = PLAIN) -> str:
    """Say how concentrated the portfolio is, what referrals are worth, how long customers stay."""
    if not has_portfolio(people):
        return "Nobody was a customer."
    ever = customers(people)
    curve = concentration(ever["lifetime"].to_numpy())
    money = currency_words(setting.unit.partition("/")[0])
    text = (
        f"Of the persons simulated in the first run, {len(ever):,} were customers at some time, "
        f"worth {number(curve.mean)} {money} each on average so far{_spread_words(curve)}"
    )
    value = float(ever["lifetime"].sum())
    if curve.top_fifth == curve.top_fifth and 0.0 <= (by := float(ever["referral"].sum())) <= value:
        text += f"; {percent_words(by / value)} of it came through customers' word of mouth"
    end, known = float(people["month"].max()), knows_first_spells(people)
    ages = [age for age in (FIRST_RENEWAL, 25, 61) if age < end]
    if not ages:
        return sentence(text)
    staying = kept(people, unbroken=known)
    parts = [f"{percent_words(_at(staying, age))} after {age} months" for age in ages]
    text += f"; customers {who_counts(people)}: {listing(parts)}"
    if not known:
        return sentence(text)
    back = f"with those who came back {percent_words(_at(kept(people), ages[-1]))}"
    return sentence(f"{text}, {back}")


def _at(curve: pd.DataFrame, age: int) -> float:
    """Return the share of customers who stay at least so long."""
    return float(curve.loc[curve["age"] <= age, "kept"].iloc[-1])


FIRST_RENEWAL = 13
"""Months after which the first renewal of a yearly contract has been decided."""


PORTFOLIO = RunView("portfolio", "Customer portfolio", portfolio, portfolio_words,
                    source=Source.PEOPLE, numbers=lambda people, _setting: people)  # fmt: skip
