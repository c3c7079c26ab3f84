"""How each company operates each touchpoint: as the scenario has it for all, or its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from simulation.arrays import Bools, Floats
from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import OwnTouchpoint, Touchpoint
from simulation.world.touchpoints import (
    EXPERIENCE_PLATFORM,
    N_FUNCTIONS,
    ONE_COMPANY,
    PEERS,
    Touchpoints,
    function_of,
)

NOTHING_OWN = OwnTouchpoint()


@dataclass(frozen=True)
class Operations:
    """Tables ``(C + 1, T)`` of companies and touchpoints; the last row is nobody's.

    What ``[companies.NAME.touchpoints.T]`` gives counts for that company, what it leaves out is as
    ``[[touchpoints]]`` has it, and nobody's row is as ``[[touchpoints]]`` has it throughout.

    Attributes:
        offered: whether the company offers it; nobody offers anything
        open_to: whether those who deal with the company find it open, partners' contracts and
            switch 'where' aside: peers' while they are open, a company's own by its owner, all else
            where the company offers it; to those who deal with nobody where any company offers it
        function: index of the function that runs it, or NO_FUNCTION
        servers: people who staff it, where no service level is given
        service_level: share of contacts to be answered within ``within`` minutes, by which staff
            follow the load, or 0; a company that gives servers of its own alone keeps to them
        handling: minutes, effort: hours, before switches 'who' and 'why'
        fixed_cost: money a month, cost: money an encounter
        listens, teaches: whether the company does so there
        social: whether people meet each other there ``(T,)``
    """

    offered: Bools
    open_to: Bools
    function: NDArray[np.int8]
    servers: NDArray[np.int64]
    service_level: Floats
    within: Floats
    handling: Floats
    effort: Floats
    fixed_cost: Floats
    cost: Floats
    listens: Bools
    teaches: Bools
    social: Bools

    @cached_property
    def staffed(self) -> Bools:
        """Return whether anybody staffs the touchpoint."""
        staffed: Bools = (self.servers > 0) | (self.service_level > 0.0)
        return staffed

    def run_by(self, function: int) -> Bools:
        """Return which of the touchpoints offered a function runs ``(C + 1, T)``."""
        run: Bools = self.offered & (self.function == function)
        return run

    @cached_property
    def channels(self) -> NDArray[np.uint8]:
        """Return which functions hear people there: bit f is set for function f ``(C + 1, T)``.

        Where the company listens, the function that runs it; the platform also where people meet
        each other.
        """
        heard = np.zeros(self.function.shape, dtype=np.uint8)
        for f in range(N_FUNCTIONS):
            hears = (self.function == f) | (self.social & (f == EXPERIENCE_PLATFORM))
            heard |= (hears & self.listens).astype(np.uint8) << np.uint8(f)
        return heard

    @cached_property
    def desk_places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return company and touchpoint of every desk, ``(n_desks,)`` each."""
        company, touchpoint = np.nonzero(self.desks)
        return company.astype(np.int64), touchpoint.astype(np.int64)

    @cached_property
    def desk_numbers(self) -> NDArray[np.int64]:
        """Return each desk's number, and that of desks where there is none, ``(C + 1, T + 1)``.

        The last column is nowhere's.
        """
        company, touchpoint = self.desk_places
        rows, columns = self.offered.shape
        numbers = np.full((rows, columns + 1), len(company), dtype=np.int64)
        numbers[company, touchpoint] = np.arange(len(company))
        return numbers

    @cached_property
    def desks(self) -> Bools:
        """Return which touchpoints companies offer and staff, ``(n_companies, n_touchpoints)``."""
        desks: Bools = (self.offered & self.staffed)[:-1]
        return desks

    @classmethod
    def of(cls, scenario: Scenario, touchpoints: Touchpoints) -> Operations:
        """Return the tables of a scenario."""

        def numbers(name: str, dtype: DTypeLike = np.float64) -> NDArray[Any]:
            return _table(scenario, lambda row, stated: _of_company(row, stated, name), dtype)

        offered = _offered(scenario, touchpoints)
        return cls(
            offered=offered,
            open_to=_open_to(scenario, offered, touchpoints),
            function=_table(scenario, _function, np.int8),
            servers=numbers("servers", np.int64),
            service_level=_table(scenario, _service_level, np.float64),
            within=numbers("within"),
            handling=numbers("handling"),
            effort=numbers("effort"),
            fixed_cost=numbers("fixed_cost"),
            cost=numbers("cost"),
            listens=numbers("listens", np.bool_),
            teaches=numbers("teaches", np.bool_),
            social=touchpoints.social,
        )


def _of_company(row: Touchpoint, stated: OwnTouchpoint, name: str) -> Any:
    value = getattr(stated, name)
    return getattr(row, name) if value is None else value


def _function(row: Touchpoint, stated: OwnTouchpoint) -> int:
    return function_of(row.function if stated.function is None else stated.function)


def _service_level(row: Touchpoint, stated: OwnTouchpoint) -> float:
    if stated.service_level is not None:
        return stated.service_level
    return row.service_level if stated.servers is None else 0.0


def _table(
    scenario: Scenario, value: Callable[[Touchpoint, OwnTouchpoint], Any], dtype: DTypeLike
) -> NDArray[Any]:
    """Return a value by company and touchpoint, with nobody's row last."""
    stated = [*(company.touchpoints for company in scenario.companies), {}]
    rows = scenario.touchpoints
    cells = [[value(row, one.get(row.name, NOTHING_OWN)) for row in rows] for one in stated]
    return np.array(cells, dtype=dtype).reshape(len(stated), len(rows))


def _offered(scenario: Scenario, touchpoints: Touchpoints) -> Bools:
    """Return what companies offer: all that they do not close but other companies' own ones."""
    offered: Bools = _table(scenario, lambda row, stated: row.offered and stated.offered, np.bool_)
    company = np.arange(len(offered))[:, None]
    offered &= (touchpoints.owner_kind != ONE_COMPANY) | (touchpoints.owner == company)
    offered[-1] = False
    return offered


def _open_to(scenario: Scenario, offered: Bools, touchpoints: Touchpoints) -> Bools:
    kind, owner = touchpoints.owner_kind, touchpoints.owner
    open_to = offered.copy()
    open_to[-1] = offered.any(axis=0)
    is_open = np.array([row.offered for row in scenario.touchpoints], dtype=np.bool_)
    open_to[:, kind == PEERS] = is_open[kind == PEERS]
    for t in np.flatnonzero(kind == ONE_COMPANY):
        open_to[:, t] = offered[owner[t], t]
    return open_to
