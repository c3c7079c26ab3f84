"""The value network: who gives what to whom (Allee 2008)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt
from textwrap import fill
from typing import TYPE_CHECKING

from simulation.analysis.summary import YEAR
from simulation.report import colours
from simulation.report.figures.canvas import MEAN, PLAIN, Setting, finish, house, nothing, start
from simulation.report.words import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes


class Kind(StrEnum):
    """What flows: money and tangible deliverables are drawn solid, intangible ones dashed."""

    MONEY = "money"
    TANGIBLE = "tangible"
    INTANGIBLE = "intangible"


@dataclass(frozen=True)
class Flow:
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
    what crosses their borders is told: their functions are one role.
    """
    keys = ["giver", "receiver", "deliverable", "kind", "unit"]
    late = ledger[ledger["month"] > int(ledger["month"].max()) - YEAR]
    runs = int(late["run"].nunique())
    n_months = int(late["month"].nunique())
    late = late.assign(**{key: late[key].astype(str) for key in keys})
    for end in ("giver", "receiver"):
        owner = late[end].str.partition(":")[0]
        late[end] = late[end].where(~owner.isin(list(rivals)), owner)
    late = late[(late["giver"] != late["receiver"]) | ~late["giver"].isin(list(rivals))]
    table: pd.DataFrame = late.groupby(keys, as_index=False)["amount"].sum()
    table = table[table["amount"] > 0]
    amount = table["amount"] / (runs * n_months)
    most = amount.groupby(table["unit"]).transform("max")
    table = table.assign(amount=amount, relative=amount / most)
    table = table.sort_values("relative", ascending=False, ignore_index=True)
    return table


def arrows(table: pd.DataFrame) -> list[Flow]:
    """Return the flows as arrows: solid (money, tangible) and dashed (intangible) apart."""
    solid = table["kind"] != Kind.INTANGIBLE.value
    found = []
    grouped = table.groupby([table["giver"], table["receiver"], solid.rename("solid")], sort=False)
    for (giver, receiver, is_solid), part in grouped:
        names = tuple(dict.fromkeys(part["deliverable"]))
        strength = float(part["relative"].max())
        found.append(Flow(str(giver), str(receiver), bool(is_solid), names, strength))
    return found


@house
def network(ledger: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw roles in a circle and what flows between them, wide where it is much.

    Solid arrows are money and tangible deliverables, dashed ones intangible. Width compares flows
    in the same unit only.
    """
    title = "Value network: who gives what to whom"
    canvas = start(ax, (6.6, 6.6))
    if ledger.empty or not (ledger["amount"] > 0).any():
        return nothing(canvas, title, "nothing flowed in this result.")
    found = arrows(flows(ledger, setting.companies[1:]))
    places = circle(seat({name for flow in found for name in (flow.giver, flow.receiver)}, found))
    lines = routes(found, places)
    for flow, route in lines.items():
        _arrow(canvas.ax, flow, route)
    _labels(canvas.ax, lines, places)
    for name, place in places.items():
        _role(canvas.ax, name, place, setting)
    canvas.ax.set_axis_off()
    canvas.ax.set_aspect("equal")
    canvas.ax.set_xlim(-1.38, 1.38)
    canvas.ax.set_ylim(-1.42, 1.38)
    _legend(canvas.ax)
    note = f"last 12 months, {MEAN} · width: flow relative to the largest in the same unit"
    return finish(canvas, title, ledger, setting, note)


def seat(roles: set[str], found: Sequence[Flow]) -> list[str]:
    """Return the roles in an order around the circle that keeps strong flows short.

    Starts from the alphabet and swaps pairs while that shortens ``Σ strength · distance``.
    """
    seats = sorted(roles)
    best = _length(seats, found)
    improved = True
    while improved:
        improved = False
        for one in range(len(seats)):
            for other in range(one + 1, len(seats)):
                tried = list(seats)
                tried[one], tried[other] = tried[other], tried[one]
                length = _length(tried, found)
                if length < best - 1e-12:
                    seats, best, improved = tried, length, True
    return seats


def _length(seats: Sequence[str], found: Sequence[Flow]) -> float:
    place = {name: at for at, name in enumerate(seats)}
    n = len(seats)
    return sum(
        (0.2 + sqrt(flow.strength)) * sin(pi * abs(place[flow.giver] - place[flow.receiver]) / n)
        for flow in found
    )


def circle(seats: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return a place on the unit circle for each role, the first at the top, clockwise."""
    n = len(seats)
    return {name: (sin(2 * pi * at / n), cos(2 * pi * at / n)) for at, name in enumerate(seats)}


SOLID, DASHED = "#2B3340", "#0F766E"
RADIUS = 0.2
"""Of a role's disc, in the units of the axes; the discs sit on a circle of radius 1."""

Point = tuple[float, float]


def bends(found: Sequence[Flow]) -> dict[Flow, float]:
    """Return how far each arrow bows inwards, so that arrows of one pair lie side by side."""
    pairs: dict[frozenset[str], list[Flow]] = {}
    for flow in found:
        pairs.setdefault(frozenset((flow.giver, flow.receiver)), []).append(flow)
    given = {}
    for members in pairs.values():
        members.sort(key=lambda flow: (flow.giver, flow.solid))
        for at, flow in enumerate(members):
            given[flow] = 0.1 + 0.19 * (at - (len(members) - 1) / 2)
    return given


def bow(one: Point, other: Point, bend: float, n: int = 61) -> list[Point]:
    """Return a quadratic curve between two roles, as points outside of their discs.

    ``bend`` is the bow towards the centre relative to the distance; both directions of a pair bow
    to the same side.
    """
    (x0, y0), (x1, y1) = one, other
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    dx, dy = y1 - y0, x0 - x1
    inward = -(dx * x + dy * y)
    if inward < -1e-9 or (abs(inward) <= 1e-9 and one > other):
        dx, dy = -dx, -dy
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


def loop(place: Point, turn: float, n: int = 41) -> list[Point]:
    """Return a loop from a role to itself, outside of the circle, turned aside by ``turn``."""
    angle = atan2(place[1], place[0]) + turn
    return [
        (
            place[0] + RADIUS * (1.1 + 0.95 * sin(pi * t)) * cos(angle + 0.55 * (2 * t - 1)),
            place[1] + RADIUS * (1.1 + 0.95 * sin(pi * t)) * sin(angle + 0.55 * (2 * t - 1)),
        )
        for t in (at / (n - 1) for at in range(n))
    ]


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def routes(found: Sequence[Flow], places: dict[str, Point]) -> dict[Flow, list[Point]]:
    """Return the curve of every arrow."""
    given = bends(found)
    return {
        flow: loop(places[flow.giver], 0.42 if flow.solid else -0.42)
        if flow.giver == flow.receiver
        else bow(places[flow.giver], places[flow.receiver], given[flow])
        for flow in found
    }


def _arrow(ax: Axes, flow: Flow, route: Sequence[Point]) -> None:
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


def _labels(ax: Axes, lines: dict[Flow, list[Point]], places: dict[str, Point]) -> None:
    """Name what flows along each arrow, where it collides least with roles and other names."""
    taken = [(x, y, RADIUS, RADIUS) for x, y in places.values()]
    for flow in sorted(lines, key=lambda flow: -flow.strength):
        names = [label(name) for name in flow.deliverables[:3]]
        half = (0.021 * max(len(name) for name in names), 0.042 * len(names))
        route = lines[flow]
        spots = [route[round(share * (len(route) - 1))] for share in _SPOTS]
        if _apart(route[0], route[-1]) < SHORT:
            spots = [(x, y + side * (half[1] + 0.03)) for x, y in spots for side in (-1, 1)]
        x, y = min(spots, key=lambda spot: _collision(spot, half, taken))
        taken.append((x, y, *half))
        ax.text(
            x, y, "\n".join(names), fontsize=7.5, ha="center", va="center", zorder=6,
            color=SOLID if flow.solid else DASHED, linespacing=1.0,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "alpha": 0.9, "linewidth": 0},
        )  # fmt: skip


SHORT = 0.55
"""Arrows shorter than this are named beside, not on, their line."""

_SPOTS = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)


def _collision(
    spot: Point, half: Point, taken: Sequence[tuple[float, float, float, float]]
) -> float:
    """Return the area that a label of that half size would share with what is there."""
    return sum(
        max(0.0, half[0] + w - abs(spot[0] - x)) * max(0.0, half[1] + h - abs(spot[1] - y))
        for x, y, w, h in taken
    )


def _role(ax: Axes, name: str, place: Point, setting: Setting) -> None:
    from matplotlib.patches import Circle

    owner, _, function = name.partition(":")
    looks = colours.PEOPLE | colours.firms((*setting.companies, *setting.partners))
    look = colours.FUNCTIONS.get(function) or looks.get(owner) or colours.ALONE
    ax.add_patch(
        Circle(place, RADIUS, facecolor=colours.pale(look.colour, 0.75), edgecolor=look.colour,
               linewidth=1.6, zorder=7)
    )  # fmt: skip
    words = label(owner) + (f" {label(function)}" if function else "")
    text = fill(words.replace("experience platform", "platform").replace("& ", "&\u00a0"), 12)
    ax.text(*place, text, ha="center", va="center", fontsize=8, zorder=8,
            weight="bold", linespacing=1.05)  # fmt: skip


def _legend(ax: Axes) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=SOLID, linewidth=2.2),
        Line2D([], [], color=DASHED, linewidth=2.2, linestyle=(0, (2.0, 1.3))),
    ]
    ax.legend(handles, ["money and tangible", "intangible"], loc="lower center", ncols=2,
              bbox_to_anchor=(0.5, -0.03), borderaxespad=0)  # fmt: skip
