"""Where things stand in a drawing of a network: roles, the arrows between them, and their names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import atan2, cos, hypot, pi, sin, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulation.arrays import Floats
    from simulation.report.canvas import XY


RADIUS = 0.19
"""Of a role's disc, in the units of the axes; around a circle of radius 1."""

_SPOTS = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85)


@dataclass(frozen=True)
class Arrow:
    """One arrow: everything of one kind from giver to receiver."""

    giver: str
    receiver: str
    solid: bool
    deliverables: tuple[str, ...]
    strength: float
    """Its largest deliverable relative to the largest flow in the same unit, 0 to 1."""


def seats(drawn: Sequence[Arrow]) -> dict[str, XY]:
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


def bends(drawn: Sequence[Arrow]) -> dict[Arrow, float]:
    """Return how far each arrow bows aside, so that arrows of one pair lie side by side."""
    pairs: dict[frozenset[str], list[Arrow]] = {}
    for flow in drawn:
        pairs.setdefault(frozenset((flow.giver, flow.receiver)), []).append(flow)
    given = {}
    for members in pairs.values():
        members.sort(key=lambda flow: (flow.giver, flow.solid))
        step = 0.2 if len(members) < 3 else 0.34  # so that names find room between them
        for at, flow in enumerate(members):
            given[flow] = step * (at - (len(members) - 1) / 2)
    return given


def bow(one: XY, other: XY, *, bend: float, n: int = 61) -> list[XY]:
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
        at for at in curve if apart(at, one) > RADIUS * 1.04 and apart(at, other) > RADIUS * 1.1
    ]


def loop(place: XY, angle: float, n: int = 41) -> list[XY]:
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


def free_side(name: str, drawn: Sequence[Arrow], places: dict[str, XY]) -> float:
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


def apart(one: XY, other: XY) -> float:
    """Return the distance between two points."""
    return hypot(one[0] - other[0], one[1] - other[1])


def routes(drawn: Sequence[Arrow], places: dict[str, XY]) -> dict[Arrow, list[XY]]:
    """Return the curve of every arrow."""
    given = bends(drawn)
    return {
        flow: loop(places[flow.giver], free_side(flow.giver, drawn, places))
        if flow.giver == flow.receiver
        else bow(places[flow.giver], places[flow.receiver], bend=given[flow])
        for flow in drawn
    }


@dataclass(frozen=True)
class Occupied:
    """A place that is taken: its middle, half its width and height, and how bad it is to cover."""

    x: float
    y: float
    wide: float
    high: float
    weight: float = 1.0

    def shares(self, spot: XY, half: XY) -> float:
        """Return the area that a label would share with it, weighted."""
        across = max(0.0, half[0] + self.wide - abs(spot[0] - self.x))
        up = max(0.0, half[1] + self.high - abs(spot[1] - self.y))
        return self.weight * across * up


def best_spot(route: Sequence[XY], half: XY, taken: Sequence[Occupied], others: Sequence[XY]) -> XY:
    """Return where a label of that half size stands best: on its arrow, or a little beside it."""
    import numpy as np

    spots, beside = _candidates(route, half)
    at = np.array(spots)

    def under(points: Sequence[XY]) -> Floats:
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


def _candidates(route: Sequence[XY], half: XY) -> tuple[list[XY], list[float]]:
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
