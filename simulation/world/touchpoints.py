"""Touchpoints as arrays: who runs and owns each, which stages it serves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import Touchpoint
from simulation.scenario.words import Area, Function, Resource, Runner
from simulation.world.journey import CODE, N_STAGES

EACH_COMPANY, ONE_COMPANY, PEERS, PARTNER = range(4)
"""Kinds of owner."""

AREAS: tuple[Area, ...] = tuple(Area)
RESOURCES: tuple[Resource, ...] = tuple(Resource)
N_RESOURCES = len(RESOURCES)
FUNCTIONS: tuple[Function, ...] = tuple(Function)
N_FUNCTIONS = len(FUNCTIONS)
INNOVATION, MARKETING_SALES, EXPERIENCE_PLATFORM = range(N_FUNCTIONS)
NO_FUNCTION = -1


@dataclass(frozen=True)
class Touchpoints:
    """What is the same at every company; arrays are ``(n_touchpoints,)``.

    Attributes:
        serves: bool ``(n_stages, n_touchpoints)``
        owner_kind: EACH_COMPANY, ONE_COMPANY, PEERS or PARTNER
        owner: index of the owning company or partner, else -1
    """

    names: tuple[str, ...]
    area: NDArray[np.int8]
    owner_kind: NDArray[np.int8]
    owner: NDArray[np.int8]
    serves: NDArray[np.bool_]
    sociality: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def draw_names(self) -> tuple[str, ...]:
        """Names of the draws of who goes there."""
        return tuple(f"touchpoint:{name}" for name in self.names)

    @cached_property
    def social(self) -> NDArray[np.bool_]:
        """Whether people meet each other there."""
        return self.area == AREAS.index(Area.SOCIAL)

    @cached_property
    def any_social(self) -> bool:
        """Whether people meet each other anywhere."""
        return bool(self.social.any())

    @cached_property
    def open_channel(self) -> NDArray[np.bool_]:
        """Whether it is a channel that switch 'where' opens: a company's social, or a partner's.

        What peers own no company opens or closes.
        """
        return (self.social & (self.owner_kind != PEERS)) | (self.owner_kind == PARTNER)

    @cached_property
    def of_companies(self) -> NDArray[np.bool_]:
        """Whether it belongs to each company, or to one."""
        owned: NDArray[np.bool_] = np.isin(self.owner_kind, (EACH_COMPANY, ONE_COMPANY))
        return owned

    @cached_property
    def social_number(self) -> NDArray[np.int64]:
        """Number among the social ones, or −1."""
        number = np.where(self.social, np.cumsum(self.social) - 1, -1)
        return number.astype(np.int64)

    @cached_property
    def of_peers(self) -> NDArray[np.bool_]:
        """Whether peers own it."""
        owned: NDArray[np.bool_] = self.owner_kind == PEERS
        return owned

    @cached_property
    def partner(self) -> NDArray[np.int8]:
        """Index of the partner that owns it, or -1."""
        return np.where(self.owner_kind == PARTNER, self.owner, -1).astype(np.int8)

    @cached_property
    def serving(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Touchpoints that serve each stage: ``start (n_stages + 1,)``, and which, ascending."""
        start = np.concatenate([[0], np.cumsum(self.serves.sum(axis=1))])
        return start, np.nonzero(self.serves)[1]

    @classmethod
    def of(cls, scenario: Scenario) -> Touchpoints:
        """Return the touchpoints of a scenario."""
        rows = scenario.touchpoints
        owners = [_owner(scenario, row) for row in rows]
        return cls(
            names=tuple(row.name for row in rows),
            area=np.array([AREAS.index(row.area) for row in rows], dtype=np.int8),
            owner_kind=np.array([kind for kind, _ in owners], dtype=np.int8),
            owner=np.array([index for _, index in owners], dtype=np.int8),
            serves=_serves(rows),
            sociality=np.array([row.sociality for row in rows], dtype=np.float64),
        )


def _owner(scenario: Scenario, row: Touchpoint) -> tuple[int, int]:
    if row.owner == "company":
        return EACH_COMPANY, -1
    if row.owner == "peers":
        return PEERS, -1
    companies = [company.name for company in scenario.companies]
    if row.owner in companies:
        return ONE_COMPANY, companies.index(row.owner)
    return PARTNER, [partner.name for partner in scenario.partners].index(row.owner)


def function_of(runner: Runner) -> int:
    """Return the index of the function that runs a touchpoint, or NO_FUNCTION."""
    if runner is Runner.NONE:
        return NO_FUNCTION
    return FUNCTIONS.index(Function(runner.value))


def _serves(rows: tuple[Touchpoint, ...]) -> NDArray[np.bool_]:
    serves = np.zeros((N_STAGES, len(rows)), dtype=np.bool_)
    for index, row in enumerate(rows):
        serves[[CODE[stage] for stage in row.stages], index] = True
    return serves
