"""The past of a market, computed once: the state with which month 1 begins, for all who share it.

A copy of a world has everything but its clock, whose processes are generators. Companies and
partners note what they wait for, and take it up on a new clock (see ``firms.Party``). A run that
begins with a copy is equal to the bit to one that lived through the months itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    import mesa

    from simulation.world.world import World


class _Gap:
    """Stands in a copy for what each model has of its own."""


_MODEL, _CLOCK = _Gap(), _Gap()


class Past:
    """A world at the end of its warm-up, from which any number of models can go on.

    Args:
        world: is copied, and can go on itself.
        model: to which its companies and partners belong.
    """

    def __init__(self, world: World, model: mesa.Model) -> None:
        gaps: dict[int, Any] = {id(model): _MODEL, id(world.clock): _CLOCK}
        self._world: World = deepcopy(world, {**gaps, **_unchanging(world)})

    def taken_up(self, model: mesa.Model) -> World:
        """Return a world that goes on from here; its companies and partners belong to ``model``."""
        clock = simpy.Environment(initial_time=float(self._world.step))
        gaps: dict[int, Any] = {id(_MODEL): model, id(_CLOCK): clock}
        world: World = deepcopy(self._world, {**gaps, **_unchanging(self._world)})
        for party in (*world.companies, *world.partners):
            model.register_agent(party)
            party.take_up()
        return world


def _unchanging(world: World) -> dict[int, Any]:
    """Return what copies of a world share, as none of it is ever written to."""
    same = (
        world.ties, world.streams, world.scenario, world.given,
        # Made anew, as a whole, where the scenario in force or the month changes.
        world.touchpoints, world.journey, world.operations, world.policy, world.offers,
    )  # fmt: skip
    return {id(one): one for one in same}


class Pasts:
    """The pasts last used, by what they depend on; at most ``most`` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, Past] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._kept)

    def get(self, key: Hashable) -> Past | None:
        """Return the past kept under ``key``, if there is one."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, key: Hashable, past: Past) -> None:
        """Keep a past; the one that was not used for longest makes room."""
        self._kept[key] = past
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)


_SHARED: ContextVar[Pasts | None] = ContextVar("pasts", default=None)


@contextmanager
def sharing(pasts: Pasts) -> Iterator[None]:
    """Let models that are made within take their pasts from here, and leave them here."""
    token = _SHARED.set(pasts)
    try:
        yield
    finally:
        _SHARED.reset(token)


def shared() -> Pasts | None:
    """Return where models share their pasts, if they are to."""
    return _SHARED.get()
