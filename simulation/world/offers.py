"""What companies offer this month, as performances that kernels read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.ces import exponent
from simulation.kernels.encounter import platform_terms
from simulation.kernels.stock import support_touchpoints, teach_lessons
from simulation.world.touchpoints import (
    EXPERIENCE_PLATFORM,
    INNOVATION,
    MARKETING_SALES,
)

if TYPE_CHECKING:
    from simulation.world.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Offers:
    """Performances ``1 − exp(−q)``; the last row is nobody's and 0.

    Attributes:
        offering: O, performance of innovation ``(C + 1, S, K)``
        promise: M, performance of marketing and sales ``(C + 1, S, K)``
        lesson: T, performance of the functions that carry the teaching ``(C + 1, S, K)``
        support: platform support at each touchpoint ``(C + 1, S, T, K)``
        ready: the term of such support, undiminished, in integration ``(C + 1, S, T, K)``
        partner_active: which partners take part ``(n_partners,)``
        is_operated: which touchpoints anybody operates ``(T,)``
        is_open: which are open to those who deal with a company ``(C + 1, T)``
    """

    offering: Floats
    promise: Floats
    lesson: Floats
    support: Floats
    ready: Floats
    partner_active: NDArray[np.bool_]
    is_operated: NDArray[np.bool_]
    is_open: NDArray[np.bool_]

    @classmethod
    def of(cls, world: World) -> Offers:
        """Return this month's offers.

        A touchpoint that the platform runs gets performance of q_P · n (n₀/n)^dilution ·
        allocation, without what is settling in and what the platform teaches, less the share of the
        month that the platform was out of order; one that another function runs gets that
        function's performance; one that none runs gets none.
        """
        firms = world.firms
        performance = firms.performance
        lesson = np.zeros_like(performance[:, INNOVATION])
        teach_lessons(world.policy.teachers, performance, lesson)
        n_rows, _, n_segments, n_outcomes = performance.shape
        support = np.zeros((n_rows, n_segments, len(world.touchpoints), n_outcomes))
        support_touchpoints(
            EXPERIENCE_PLATFORM,
            world.operations.function,
            world.operations.offered,
            firms.effort(world.scenario.capability.dilution)
            * (1.0 - world.policy.teaching_effort[:, EXPERIENCE_PLATFORM]),
            np.maximum(firms.allocation - firms.settling, 0.0),
            1.0 - firms.outage,
            firms.capability,
            performance,
            support,
        )
        made = world.scenario.encounter
        ready = np.empty_like(support)
        platform_terms(made.floor, exponent(made.elasticity), support, ready)
        is_operated = world.open_touchpoints()
        return cls(
            offering=np.ascontiguousarray(performance[:, INNOVATION]),
            promise=np.ascontiguousarray(performance[:, MARKETING_SALES]),
            lesson=lesson,
            support=support,
            ready=ready,
            partner_active=np.array([partner.active for partner in world.partners], dtype=np.bool_),
            is_operated=is_operated,
            is_open=world.operations.open_to & is_operated,
        )
