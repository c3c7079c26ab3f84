"""The value network: who gives what to whom (Allee 2008)."""

from __future__ import annotations

import re
from math import atan2, cos, sin, sqrt
from textwrap import fill, wrap
from typing import TYPE_CHECKING

from simulation.analysis.flows import renamed
from simulation.analysis.summary import YEAR, recent
from simulation.report import colours
from simulation.report.canvas import (
    MEAN,
    PHONE,
    PLAIN,
    XY,
    Setting,
    finish,
    house,
    is_narrow,
    nothing,
    start,
)
from simulation.report.words import (
    count,
    label,
    number,
    percent,
    sentence,
    unit_words,
)
from simulation.scenario.words import FlowKind
from simulation.studies.run.figures.network_layout import (
    RADIUS,
    Arrow,
    Occupied,
    apart,
    best_spot,
    routes,
    seats,
)
from simulation.studies.run.figures.view import RunView, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes


def flows(ledger: pd.DataFrame, rivals: Sequence[str] = ()) -> pd.DataFrame:
    """Return what flows a month: giver, receiver, deliverable, kind, unit, amount, relative.

    Means over the last 12 months and over runs, largest first. Amounts in different units cannot
    be compared; ``relative`` is the amount over the largest flow in the same unit. Of rivals only
    what crosses their borders is shown: their functions are one role.
    """
    keys = ["giver", "receiver", "deliverable", "kind", "unit"]
    late: pd.DataFrame = ledger[ledger["month"] > int(ledger["month"].max()) - YEAR]
    runs = int(late["run"].nunique())
    n_months = int(late["month"].nunique())

    def owner(name: str) -> str:
        return name.partition(":")[0] if name.partition(":")[0] in rivals else name

    late = late.assign(
        giver=renamed(late["giver"], owner), receiver=renamed(late["receiver"], owner)
    )
    table = late.groupby(keys, observed=True)["amount"].sum().reset_index()
    table = table.assign(**{key: table[key].astype(str) for key in keys})
    table = table[(table["giver"] != table["receiver"]) | ~table["giver"].isin(list(rivals))]
    table = table[table["amount"] > 0]
    amount = table["amount"] / (runs * n_months)
    most = amount.groupby(table["unit"]).transform("max")
    table = table.assign(amount=amount, relative=amount / most)
    return table.sort_values("relative", ascending=False, ignore_index=True)


def arrows(table: pd.DataFrame) -> list[Arrow]:
    """Return the flows as arrows: solid (money, tangible) and dashed (intangible) apart."""
    solid = table["kind"] != FlowKind.INTANGIBLE.value
    result = []
    grouped = table.groupby([table["giver"], table["receiver"], solid.rename("solid")], sort=False)
    for (giver, receiver, is_solid), part in grouped:
        names = tuple(dict.fromkeys(part["deliverable"]))
        strength = float(part["relative"].max())
        result.append(Arrow(str(giver), str(receiver), bool(is_solid), names, strength))
    return result


@house
def network(ledger: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the busiest role in the middle, the others around it, and what flows between them.

    Solid arrows are money and tangible deliverables, dashed ones intangible. Width compares flows
    in the same unit only. On a phone arrows are numbered, and a key below names what flows.
    """
    title = "Value network: who gives what to whom"
    there = bool((ledger["amount"] > 0).any())
    drawn = arrows(flows(ledger, setting.companies[1:])) if there else []
    key = KEY_LINE * (1 + sum(map(len, _key(drawn)))) if is_narrow() else 0.0
    size = (PHONE, PHONE * (2.6 + key) / 2.4 + 0.8) if is_narrow() else (6.6, 6.6)
    canvas = start(ax, size, redrawn=True)
    if not drawn:
        return nothing(canvas, title, "nothing flowed in this result.")
    places = seats(drawn)
    lines = routes(drawn, places)
    for flow, route in lines.items():
        _arrow(canvas.ax, flow, route)
    if is_narrow():
        _numbers(canvas.ax, lines, places)
    else:
        _labels(canvas.ax, lines, places)
    for name, place in places.items():
        _role(canvas.ax, name, place=place, setting=setting)
    canvas.ax.set_axis_off()
    canvas.ax.set_aspect("equal")
    half = 1.2 if is_narrow() else 1.3
    canvas.ax.set_xlim(-half, half)
    canvas.ax.set_ylim(-1.38 - key, 1.25)
    _legend(canvas.ax)
    note = f"{recent(ledger)}, {MEAN} · width: flow relative to the largest in the same unit"
    return finish(canvas, title, ledger, setting, note)


SOLID, DASHED = "#2B3340", "#0F766E"


def _arrow(ax: Axes, flow: Arrow, route: Sequence[XY]) -> None:
    """Draw a line along the route and a head at its end, which stays solid where it is dashed."""
    from matplotlib.patches import Polygon

    width = 0.8 + 3.4 * sqrt(flow.strength)
    colour = SOLID if flow.solid else DASHED
    size = 0.055 + 0.012 * width
    tip = route[-1]
    shaft = [at for at in route if apart(at, tip) > size * 0.8] or list(route[:1])
    ax.plot(
        *zip(*shaft, strict=True), color=colour, linewidth=width, alpha=0.8,
        linestyle="-" if flow.solid else (0, (2.0, 1.3)), dash_capstyle="butt",
        solid_capstyle="butt", zorder=1 + flow.strength,
    )  # fmt: skip
    angle = atan2(tip[1] - shaft[-1][1], tip[0] - shaft[-1][0])
    wings = [
        (tip[0] - size * cos(angle + side * 0.42), tip[1] - size * sin(angle + side * 0.42))
        for side in (-1, 1)
    ]
    ax.add_patch(Polygon([tip, *wings], color=colour, linewidth=0, zorder=3))


def _labels(ax: Axes, lines: dict[Arrow, list[XY]], places: dict[str, XY]) -> None:
    """Name what flows along each arrow, where it collides least with roles, heads, other names."""
    names = {flow: short_names(flow.deliverables) for flow in lines}
    order = sorted(lines, key=lambda flow: (-len(names[flow]), -flow.strength))
    _write(ax, {flow: names[flow] for flow in order}, lines, places, 7.5)


KEY_LINE = 0.125
"""Height of a line of the key on a phone, in the units of the axes."""

LONGEST = 54
"""Letters of a line of the key."""


def _key(drawn: Iterable[Arrow]) -> list[list[str]]:
    """Return what each arrow's number means, as lines that a phone has room for."""
    return [
        wrap(f"{short_names(flow.deliverables, 1)[0]}: {_role_name(flow.giver)} → "
             f"{_role_name(flow.receiver)}", LONGEST)
        for flow in drawn
    ]  # fmt: skip


def _numbers(ax: Axes, lines: dict[Arrow, list[XY]], places: dict[str, XY]) -> None:
    """Number the arrows, and name below what flows along each."""
    _write(ax, {flow: [str(at)] for at, flow in enumerate(lines, 1)}, lines, places, 10.0)
    y = -1.3
    for at, (flow, words) in enumerate(zip(lines, _key(lines), strict=True), 1):
        colour = SOLID if flow.solid else DASHED
        ax.text(-1.08, y - KEY_LINE, f"{at}", ha="right", fontsize=9, color=colour, weight="bold")
        for line in words:
            y -= KEY_LINE
            ax.text(-1.03, y, line, fontsize=9, color=colour)


def _write(
    ax: Axes,
    words: dict[Arrow, list[str]],
    lines: dict[Arrow, list[XY]],
    places: dict[str, XY],
    size: float,
) -> None:
    """Write words at arrows, in their order, where they collide least with what is there."""
    roles = [Occupied(x, y, RADIUS, RADIUS, weight=6.0) for x, y in places.values()]
    taken = roles + [Occupied(*route[-1], 0.05, 0.05, weight=3.0) for route in lines.values()]
    wide = 0.0145 * (size / 7.5) * (6.6 / PHONE if is_narrow() else 1.0)
    for flow, names in words.items():
        half = (wide * max(len(name) for name in names) + 0.01, 2.5 * wide * len(names))
        others = [at for other, route in lines.items() if other != flow for at in route[::3]]
        x, y = best_spot(lines[flow], half, taken, others)
        taken.append(Occupied(x, y, *half, weight=4.0))
        ax.text(
            x, y, "\n".join(names), fontsize=size, ha="center", va="center", zorder=6,
            color=SOLID if flow.solid else DASHED, linespacing=1.0,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.85, "linewidth": 0},
        )  # fmt: skip


def short_names(deliverables: Sequence[str], most: int = 2) -> list[str]:
    """Return some names without their objects ("word of mouth about …"), and the rest."""
    heads = (label(name).partition(" about ")[0].partition(" of the ")[0] for name in deliverables)
    names = list(dict.fromkeys(re.sub(r"^(projects) of .*", r"\1", head) for head in heads))
    rest = len(names) - most
    if most == 1 and rest > 0:
        return [f"{names[0]} +{rest}"]
    return [*names[:most], f"+ {rest} more"] if rest > 0 else names


def _role(ax: Axes, name: str, *, place: XY, setting: Setting) -> None:
    from matplotlib.patches import Circle

    owner, _, function = name.partition(":")
    looks = colours.PEOPLE | colours.firms((*setting.companies, *setting.partners))
    look = colours.FUNCTIONS.get(function) or looks.get(owner) or colours.ALONE
    ax.add_patch(
        Circle(place, RADIUS, facecolor=colours.pale(look.colour, 0.75), edgecolor=look.colour,
               linewidth=1.6, zorder=7)
    )  # fmt: skip
    text = fill(_role_name(name).replace("& ", "&\u00a0"), 12)
    weight = "normal" if is_narrow() else "bold"
    ax.text(*place, text, ha="center", va="center", fontsize=8, zorder=8,
            weight=weight, linespacing=1.05)  # fmt: skip


def _role_name(name: str) -> str:
    owner, _, function = name.partition(":")
    words = label(owner) + (f" {label(function)}" if function else "")
    return words.replace("experience platform", "platform")


def _legend(ax: Axes) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=SOLID, linewidth=2.2),
        Line2D([], [], color=DASHED, linewidth=2.2, linestyle=(0, (2.0, 1.3))),
    ]
    ax.legend(handles, ["money and tangible", "intangible"], loc="lower center", ncols=2,
              bbox_to_anchor=(0.5, 0.0 if is_narrow() else -0.03), borderaxespad=0)  # fmt: skip


def flows_words(ledger: pd.DataFrame, setting: Setting = PLAIN) -> str:
    """Say how many deliverables flow, how many of them intangible, and who is at the centre."""
    table = flows(ledger, setting.companies[1:])
    intangible = float((table["kind"] == FlowKind.INTANGIBLE.value).mean())
    ends = table["giver"].value_counts().add(table["receiver"].value_counts(), fill_value=0)
    centre = str(ends.idxmax())
    given, taken = (table["giver"] == centre).sum(), (table["receiver"] == centre).sum()
    text = (
        f"{count(len(table), 'flow')} between {count(len(ends), 'role')}, {percent(intangible)} of "
        f"them intangible; most connect to {label(centre)}: {given} given, {taken} received"
    )
    money = table[table["kind"] == FlowKind.MONEY.value]
    if len(money):
        row = money.sort_values("amount").iloc[-1]
        text += (
            f". The largest money flow is {label(row['deliverable'])} from {label(row['giver'])} "
            f"to {label(row['receiver'])}: {number(row['amount'])} {unit_words(str(row['unit']))}"
        )
    return sentence(text)


NETWORK = RunView("network", "Value network", network, flows_words, source=Source.LEDGER,
                  numbers=lambda ledger, setting: flows(ledger, setting.companies[1:]))  # fmt: skip
