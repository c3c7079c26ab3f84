"""What companies offer this month, as performances that kernels read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats
from simulation.kernels.ces import exponent
from simulation.kernels.offers import offer

if TYPE_CHECKING:
    from simulation.world.world import World


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
        firms, policy, operations = world.firms, world.policy, world.operations
        n_rows, _, n_segments, n_outcomes = firms.capability.shape
        n_touchpoints = len(world.touchpoints)
        offering, promise, lesson = np.empty((3, n_rows, n_segments, n_outcomes))
        support, ready = np.empty((2, n_rows, n_segments, n_touchpoints, n_outcomes))
        is_operated = np.empty(n_touchpoints, dtype=np.bool_)
        is_open = np.empty((n_rows, n_touchpoints), dtype=np.bool_)
        partner_active = np.array([partner.active for partner in world.partners], dtype=np.bool_)
        made = world.scenario.encounter
        offer(
            policy.teachers,
            operations.function,
            operations.offered,
            operations.open_to,
            world.touchpoints.partner,
            partner_active,
            firms.effort(world.scenario.capability.dilution),
            policy.teaching_effort,
            firms.allocation,
            firms.settling,
            firms.outage,
            firms.capability,
            made.floor,
            exponent(made.elasticity),
            offering,
            promise,
            lesson,
            support,
            ready,
            is_operated,
            is_open,
        )
        return cls(offering, promise, lesson, support, ready, partner_active, is_operated, is_open)
