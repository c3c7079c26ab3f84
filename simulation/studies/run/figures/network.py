"""The value network: who gives what to whom (Allee 2008)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import atan2, cos, hypot, pi, sin, sqrt
from textwrap import fill, shorten
from typing import TYPE_CHECKING

from simulation.analysis.flows import renamed
from simulation.analysis.summary import YEAR, recent
from simulation.report import colours
from simulation.report.canvas import (
    MEAN,
    PHONE,
    PLAIN,
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
from simulation.studies.run.figures.view import RunView, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.analysis.interval import Floats


Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """One arrow: everything of one kind from giver to receiver."""

    giver: str
    receiver: str
    solid: bool
    deliverables: tuple[str, ...]
    strength: float
    """Its largest deliverable relative to the largest flow in the same unit, 0 to 1."""


def flows(ledger: pd.DataFrame, rivals: Sequence[str] = ()) -> pd.DataFrame:
    """Return what flows a month: giver, receiver, deliverable, kind, unit, amount, relative.

    Means over the last 12 months and over runs, largest first. Amounts in different units cannot
    be compared; ``relative`` is the amount over the largest flow in the same unit. Of rivals only
    only what crosses their borders is shown: their functions are one role.
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
    key = KEY_LINE * len(drawn) if is_narrow() else 0.0
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


def seats(drawn: Sequence[Arrow]) -> dict[str, Point]:
    """Return a place for each role: the busiest at the centre, the others on the unit circle.

    Their order around it starts from the alphabet and swaps pairs while that shortens the flows
    among them, ``Σ (.2 + √strength) · distance``.
    """
    ends = [name for flow in drawn for name in {flow.giver, flow.receiver}]
    hub = max(sorted(set(ends)), key=ends.count)
    rim = sorted(set(ends) - {hub})
    among = [flow for flow in drawn if hub not in (flow.giver, flow.receiver)]
    best, improved = _length(rim, among), True
    while improved:
        improved = False
        for one, other in combinations(range(len(rim)), 2):
            tried = list(rim)
            tried[one], tried[other] = tried[other], tried[one]
            length = _length(tried, among)
            if length < best - 1e-12:
                rim, best, improved = tried, length, True
    turn = [2 * pi * at / len(rim) for at in range(len(rim))]
    return {hub: (0.0, 0.0)} | {
        name: (sin(angle), cos(angle)) for name, angle in zip(rim, turn, strict=True)
    }


def _length(rim: Sequence[str], drawn: Sequence[Arrow]) -> float:
    place = {name: at for at, name in enumerate(rim)}
    n = max(len(rim), 1)
    return sum(
        (0.2 + sqrt(flow.strength)) * sin(pi * abs(place[flow.giver] - place[flow.receiver]) / n)
        for flow in drawn
    )


SOLID, DASHED = "#2B3340", "#0F766E"
RADIUS = 0.19
"""Of a role's disc, in the units of the axes; around a circle of radius 1."""


def bends(drawn: Sequence[Arrow]) -> dict[Arrow, float]:
    """Return how far each arrow bows aside, so that arrows of one pair lie side by side."""
    pairs: dict[frozenset[str], list[Arrow]] = {}
    for flow in drawn:
        pairs.setdefault(frozenset((flow.giver, flow.receiver)), []).append(flow)
    given = {}
    for members in pairs.values():
        members.sort(key=lambda flow: (flow.giver, flow.solid))
        for at, flow in enumerate(members):
            given[flow] = 0.2 * (at - (len(members) - 1) / 2)
    return given


def bow(one: Point, other: Point, *, bend: float, n: int = 61) -> list[Point]:
    """Return a quadratic curve between two roles, as points outside of their discs.

    ``bend`` is the bow relative to the distance; both directions of a pair bow to the same side.
    Between roles of the rim it is taken outwards, and farther where the way leads past the centre.
    """
    (x0, y0), (x1, y1) = one, other
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    dx, dy = y1 - y0, x0 - x1
    if one > other:
        dx, dy = -dx, -dy
    if min(hypot(*one), hypot(*other)) > 0.5:
        if dx * x + dy * y < 0:
            dx, dy = -dx, -dy
        bend += 0.4 if hypot(x, y) < 0.4 else 0.0
    control = (x + bend * dx, y + bend * dy)
    steps = [at / (n - 1) for at in range(n)]
    curve = [
        (
            (1 - t) ** 2 * x0 + 2 * t * (1 - t) * control[0] + t * t * x1,
            (1 - t) ** 2 * y0 + 2 * t * (1 - t) * control[1] + t * t * y1,
        )
        for t in steps
    ]
    return [
        at for at in curve if _apart(at, one) > RADIUS * 1.04 and _apart(at, other) > RADIUS * 1.1
    ]


def loop(place: Point, angle: float, n: int = 41) -> list[Point]:
    """Return a loop from a role to itself on the side where ``angle`` points."""
    wide, far = (0.55, 0.95) if hypot(*place) > 0.5 else (0.26, 1.1)
    steps = [at / (n - 1) for at in range(n)]
    return [
        (
            place[0] + RADIUS * (1.1 + far * sin(pi * t)) * cos(angle + wide * (2 * t - 1)),
            place[1] + RADIUS * (1.1 + far * sin(pi * t)) * sin(angle + wide * (2 * t - 1)),
        )
        for t in steps
    ]


def free_side(name: str, drawn: Sequence[Arrow], places: dict[str, Point]) -> float:
    """Return the angle at which a role has room for a loop: outwards, or between quiet spokes."""
    x, y = places[name]
    if hypot(x, y) > 0.5:
        return atan2(y, x)
    busy = Counter(end for flow in drawn for end in {flow.giver, flow.receiver})
    angles = sorted((atan2(at[1], at[0]), role) for role, at in places.items() if role != name)
    if len(angles) < 2:
        return pi / 2
    pairs = zip(angles, [*angles[1:], (angles[0][0] + 2 * pi, angles[0][1])], strict=True)
    (one, _), (other, _) = min(pairs, key=lambda pair: busy[pair[0][1]] + busy[pair[1][1]])
    return (one + other) / 2


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def routes(drawn: Sequence[Arrow], places: dict[str, Point]) -> dict[Arrow, list[Point]]:
    """Return the curve of every arrow."""
    given = bends(drawn)
    return {
        flow: loop(places[flow.giver], free_side(flow.giver, drawn, places))
        if flow.giver == flow.receiver
        else bow(places[flow.giver], places[flow.receiver], bend=given[flow])
        for flow in drawn
    }


def _arrow(ax: Axes, flow: Arrow, route: Sequence[Point]) -> None:
    """Draw a line along the route and a head at its end, which stays solid where it is dashed."""
    from matplotlib.patches import Polygon

    width = 0.8 + 3.4 * sqrt(flow.strength)
    colour = SOLID if flow.solid else DASHED
    size = 0.055 + 0.012 * width
    tip = route[-1]
    shaft = [at for at in route if _apart(at, tip) > size * 0.8] or list(route[:1])
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


def _labels(ax: Axes, lines: dict[Arrow, list[Point]], places: dict[str, Point]) -> None:
    """Name what flows along each arrow, where it collides least with roles, heads, other names."""
    names = {flow: short_names(flow.deliverables) for flow in lines}
    order = sorted(lines, key=lambda flow: (-len(names[flow]), -flow.strength))
    _write(ax, {flow: names[flow] for flow in order}, lines, places, 7.5)


KEY_LINE = 0.125
"""Height of a line of the key on a phone, in the units of the axes."""

LONGEST = 54
"""Letters of a line of the key."""


def _numbers(ax: Axes, lines: dict[Arrow, list[Point]], places: dict[str, Point]) -> None:
    """Number the arrows, and name below what flows along each."""
    _write(ax, {flow: [str(at)] for at, flow in enumerate(lines, 1)}, lines, places, 10.0)
    for at, flow in enumerate(lines, 1):
        what = short_names(flow.deliverables, 1)[0]
        words = f"{what}: {_role_name(flow.giver)} → {_role_name(flow.receiver)}"
        y = -1.3 - KEY_LINE * at
        colour = SOLID if flow.solid else DASHED
        ax.text(-1.08, y, f"{at}", ha="right", fontsize=9, color=colour, weight="bold")
        ax.text(-1.03, y, shorten(words, LONGEST, placeholder=" …"), fontsize=9, color=colour)


def _write(
    ax: Axes,
    words: dict[Arrow, list[str]],
    lines: dict[Arrow, list[Point]],
    places: dict[str, Point],
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


@dataclass(frozen=True)
class Occupied:
    """A place that is taken: its middle, half its width and height, and how bad it is to cover."""

    x: float
    y: float
    wide: float
    high: float
    weight: float = 1.0

    def shares(self, spot: Point, half: Point) -> float:
        """Return the area that a label would share with it, weighted."""
        across = max(0.0, half[0] + self.wide - abs(spot[0] - self.x))
        up = max(0.0, half[1] + self.high - abs(spot[1] - self.y))
        return self.weight * across * up


def best_spot(
    route: Sequence[Point], half: Point, taken: Sequence[Occupied], others: Sequence[Point]
) -> Point:
    """Return where a label of that half size stands best: on its arrow, or a little beside it."""
    import numpy as np

    spots, beside = _candidates(route, half)
    at = np.array(spots)

    def under(points: Sequence[Point]) -> Floats:
        if not points:
            return np.zeros(len(at))
        apart = np.abs(at[:, None, :] - np.array(points)[None, :, :])
        return np.asarray((apart < half).all(axis=2).sum(axis=1), dtype=np.float64)

    boxes = np.array([(box.x, box.y, box.wide, box.high, box.weight) for box in taken])
    room = boxes[None, :, 2:4] + half - np.abs(at[:, None, :] - boxes[None, :, :2])
    shared = (boxes[:, 4] * room.clip(min=0.0).prod(axis=2)).sum(axis=1)
    hidden = np.where(under(route) > 0.4 * len(route), 0.04, 0.0)
    cost = shared + 0.002 * under(others) + 0.01 * np.abs(beside) + hidden
    return spots[int(np.argmin(cost))]


def _candidates(route: Sequence[Point], half: Point) -> tuple[list[Point], list[float]]:
    """Return the places where a label may stand, and how far each is beside the arrow."""
    spots, besides = [], []
    for share in _SPOTS:
        at = round(share * (len(route) - 1))
        (x, y), (x0, y0), (x1, y1) = (
            route[at], route[max(at - 1, 0)], route[min(at + 1, len(route) - 1)],
        )  # fmt: skip
        length = hypot(x1 - x0, y1 - y0) or 1.0
        normal = (-(y1 - y0) / length, (x1 - x0) / length)
        reach = abs(normal[0]) * half[0] + abs(normal[1]) * half[1] + 0.02
        for beside in (0.0, 0.6, -0.6, 1.0, -1.0):
            spots.append((x + beside * reach * normal[0], y + beside * reach * normal[1]))
            besides.append(beside)
    return spots, besides


def short_names(deliverables: Sequence[str], most: int = 2) -> list[str]:
    """Return some names without their objects ("word of mouth about …"), and the rest."""
    heads = (label(name).partition(" about ")[0].partition(" of the ")[0] for name in deliverables)
    names = list(dict.fromkeys(re.sub(r"^(projects) of .*", r"\1", head) for head in heads))
    rest = len(names) - most
    if most == 1 and rest > 0:
        return [f"{names[0]} +{rest}"]
    return [*names[:most], f"+ {rest} more"] if rest > 0 else names


_SPOTS = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85)


def _role(ax: Axes, name: str, *, place: Point, setting: Setting) -> None:
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
              bbox_to_anchor=(0.5, -0.03), borderaxespad=0)  # fmt: skip


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
