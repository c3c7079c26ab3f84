"""Figures of value: who has it over time, and where it arose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.gains import gains
from simulation.analysis.interval import Sign
from simulation.analysis.summary import (
    PEOPLE,
    actors,
    combined,
    curve,
    has,
    level,
    levels,
    months,
    names,
    recent,
    unit_of,
)
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
    start,
    thousands,
    zero_line,
)
from simulation.report.colours import Look
from simulation.report.words import (
    label,
    money_words,
    number,
    percent,
    sentence,
    signed,
    span,
    who_gains,
)
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def firm_looks(series: pd.DataFrame, setting: Setting) -> dict[str, Look]:
    """Return the looks of companies and partners, the focal company first."""
    partners = names(series, "partner_active")
    firms = [name for name in actors(series) if name not in PEOPLE]
    firms += [name for name in names(series, "adoption") if name not in firms]
    wanted = (*setting.companies, *setting.partners) or tuple(
        sorted(firms, key=lambda name: name in partners)
    )
    return colours.firms(order(firms, wanted))


@house
def value(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the surplus of every actor and the co-created total, month by month with bands."""
    title = "Who gets the value: surplus by actor, and the co-created total"
    canvas = start(ax, (6.6, 4.6))
    if not has(series, "co_created_value") and not has(series, "surplus"):
        return nothing(canvas, title, "this result has no surplus.")
    looks = colours.PEOPLE | firm_looks(series, setting)
    ends = []
    for actor in order(actors(series), (*PEOPLE, *looks)):
        height = band(canvas.ax, curve(series, "surplus", actor), looks[actor])
        ends.append(End(label(actor), height, looks[actor]))
    if has(series, "co_created_value"):
        height = band(canvas.ax, curve(series, "co_created_value"), colours.CO_CREATED, width=3.0)
        ends.append(End("co-created value", height, colours.CO_CREATED))
    if has(series, "alone"):
        alone = curve(combined(series, "alone"), "alone")
        line(canvas.ax, alone, colours.ALONE, width=1.3)
        ends.append(End("alone*", float(alone["mean"].iloc[-1]), colours.ALONE))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylabel(unit_of(series, "surplus") or "money/month")
    thousands(canvas.ax)
    zero_line(canvas.ax)
    label_ends(canvas.ax, ends)
    note = "* what the same people would have had alone, by self-service: co-created = all − alone"
    return finish(
        canvas, title, series, setting, f"{BAND} · {note}" if has(series, "alone") else BAND
    )


@house
def gross_value(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the customers' gross gain over self-service as areas, by where it arose.

    Parts below zero are stacked downwards from zero, so that the line of the total is right.
    """
    title = "Where customers' value arose"
    canvas = start(ax)
    parts = order(names(series, "gross_value"), tuple(colours.PARTS))
    if not parts:
        return nothing(canvas, title, "this result has no gross value.")
    spare = colours.firms(parts)
    looks = {part: colours.PARTS.get(part, spare[part]) for part in parts}
    ends = stack(canvas.ax, {part: curve(series, "gross_value", part) for part in parts}, looks)
    total = curve(combined(series, "gross_value"), "gross_value")
    height = band(canvas.ax, total, colours.CO_CREATED, width=2.2)
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylabel("gross gain over self-service,\n" + unit_of(series, "gross_value"))
    thousands(canvas.ax)
    zero_line(canvas.ax)
    label_ends(canvas.ax, [*ends, End("total", height, colours.CO_CREATED)])
    return finish(canvas, title, series, setting, f"areas: {MEAN}; {BAND} of the total")


HATCHES = ("", "//", "..", "\\\\", "x")


def stack(ax: Axes, curves: dict[str, pd.DataFrame], looks: dict[str, Look]) -> list[End]:
    """Stack curves as hatched areas, positive parts up and negative parts down from zero."""
    import numpy as np

    ends = []
    first = next(iter(curves.values()))
    month = first["month"].to_numpy()
    above, below = np.zeros(len(month)), np.zeros(len(month))
    for (name, table), hatch in zip(curves.items(), HATCHES * len(curves), strict=False):
        mean = table["mean"].fillna(0).to_numpy()
        if not mean.any():
            continue
        for base, part in ((above, mean.clip(min=0)), (below, mean.clip(max=0))):
            if not part.any():
                continue
            ax.fill_between(
                month, base, base + part, facecolor=looks[name].colour, alpha=0.75, hatch=hatch,
                edgecolor="white", linewidth=0.4,
            )  # fmt: skip
        base = above if mean[-1] >= 0 else below
        ends.append(End(label(name), float(base[-1] + mean[-1] / 2), looks[name]))
        above, below = above + mean.clip(min=0), below + mean.clip(max=0)
    return ends


def value_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say who gains and who loses."""
    text = f"In the {recent(series)}, {who_gains(gains(series)) or 'nobody gained or lost'}"
    created = level(series, "co_created_value")
    if created.known:
        unit = money_words(created.unit)
        text += f"; all together {signed(created.mean)} {unit} {span(created)}"
    return sentence(f"{text}. People are compared with what they would have had alone")


def gross_value_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say where most of customers' value arose, and which part takes value away."""
    parts = levels(series, "gross_value")
    most = max(parts, key=lambda part: parts[part].mean)
    added = sum(value.mean for value in parts.values() if value.mean > 0)
    text = f"No part of the gross value was above zero in the {recent(series)}"
    if added > 0:
        text = (
            f"Most of what customers gained over self-service was {label(most)}: "
            f"{number(parts[most].mean)} {money_words(parts[most].unit)} {span(parts[most])}, "
            f"{percent(parts[most].mean / added)} of what was added"
        )
    taken = [
        f"{label(part)} took away {number(-value.mean)} {money_words(value.unit)}"
        for part, value in parts.items()
        if value.sign is Sign.LOSS
    ]
    return sentence("; ".join([text, *taken]))


VALUE = RunView("value", "Who gets the value", value, value_words, ("surplus",))
GROSS_VALUE = RunView("gross_value", "Where customers' value arose", gross_value, gross_value_words,
                   ("gross_value",))  # fmt: skip
