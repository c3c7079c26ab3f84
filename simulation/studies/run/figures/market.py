"""Figures of the market: who is whose customer, why people became customers, what they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.summary import combined, curve, has, months, names
from simulation.report import colours
from simulation.report.canvas import (
    BAND,
    MEAN,
    PLAIN,
    End,
    Setting,
    band,
    finish,
    house,
    label_ends,
    line,
    months_axis,
    nothing,
    order,
    percent,
    start,
    thousands,
)
from simulation.report.colours import Look
from simulation.report.words import label
from simulation.studies.run.figures.value import firm_looks, stack

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@house
def adoption(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the share of people who are customers of each company, and the share who know it."""
    title = "Adoption: share of people who are customers, by company"
    canvas = start(ax)
    companies = order(names(series, "adoption"), setting.companies)
    if not companies:
        return nothing(canvas, title, "this result has no adoption.")
    looks = firm_looks(series, setting)
    ends = []
    for company in companies:
        look = looks[company]
        height = band(canvas.ax, curve(series, "adoption", company), look)
        ends.append(End(label(company), height, look))
        if has(series, "aware", company) and len(companies) <= 3:
            known = curve(series, "aware", company)
            line(canvas.ax, known, Look(look.colour, ":", ""), width=1.1)
            ends.append(End(f"aware of {label(company)}", float(known["mean"].iloc[-1]), look))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, min(1.0, canvas.ax.get_ylim()[1]))
    canvas.ax.set_ylabel("share of all people")
    percent(canvas.ax)
    label_ends(canvas.ax, ends)
    return finish(
        canvas, title, series, setting, f"{BAND} · dotted: share who are aware of the company"
    )


@house
def adoption_causes(
    series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN
) -> Axes:
    """Draw new customers of all companies a month, by what brought them."""
    title = "What brought new customers (all companies)"
    canvas = start(ax)
    causes = [cause for cause in colours.CAUSES if has(series, cause)]
    if not causes:
        return nothing(canvas, title, "this result does not record why people became customers.")
    curves = {cause: curve(combined(series, cause), cause) for cause in causes}
    ends = stack(canvas.ax, curves, colours.CAUSES)
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, None)
    canvas.ax.set_ylabel("new customers, persons/month")
    thousands(canvas.ax)
    label_ends(canvas.ax, ends)
    return finish(canvas, title, series, setting, f"areas: {MEAN}")


@house
def people(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw what people can do and feel: knowledge, skill, satisfaction, outcome progress."""
    title = "What people know, can do, and get done"
    canvas = start(ax)
    metrics = [metric for metric in _MINDS if has(series, metric, "")]
    if not metrics:
        return nothing(canvas, title, "this result has no state of people.")
    looks = dict(zip(_MINDS, colours.firms(_MINDS).values(), strict=True))
    ends = []
    for metric in metrics:
        height = band(canvas.ax, curve(series, metric), looks[metric])
        ends.append(End(label(metric), height, looks[metric]))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, 1)
    canvas.ax.set_ylabel("mean over people (0 none, 1 full)")
    label_ends(canvas.ax, ends)
    return finish(canvas, title, series, setting, BAND)


_MINDS = ("knowledge", "skill", "satisfaction", "outcome_progress")


@house
def functions(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the performance of each company's functions; the focal company strong, others thin."""
    title = "Performance of the functions"
    canvas = start(ax)
    owners = names(series, "performance")
    if not owners:
        return nothing(canvas, title, "this result has no functions.")
    found = list(dict.fromkeys(owner.partition(":")[0] for owner in owners))
    companies = order(found, setting.companies)
    ends = []
    for owner in owners:
        company, _, function = owner.partition(":")
        look = colours.FUNCTIONS.get(function, colours.ALONE)
        table = curve(series, "performance", owner)
        if company == companies[0]:
            height = band(canvas.ax, table, look, width=2.4)
            text = label(owner) if len(companies) > 1 else label(function)
        else:
            line(canvas.ax, table, Look(look.colour, ":", look.marker), width=1.1)
            height, text = float(table["mean"].tail(6).mean()), label(owner)
        ends.append(End(text, height, look))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, 1)
    canvas.ax.set_ylabel("performance, 1 − exp(−capability)")
    label_ends(canvas.ax, ends, size=8)
    others = " · dotted: the other companies" if len(companies) > 1 else ""
    return finish(canvas, title, series, setting, BAND + others)
