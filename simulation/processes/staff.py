"""Companies staff their desks for the load they expect, and their staff come and go."""

from __future__ import annotations

from math import inf

from simulation.kernels import staffing as kernel
from simulation.streams import Draws
from simulation.world.world import World


def staff(world: World, draws: Draws) -> None:
    """Expect contacts, staff desks for them, and let skill grow by training and leave with people.

    See ``staff_desks`` and ``train`` for the equations.
    """
    del draws  # staffing leaves nothing to chance
    firms, operations, policy = world.firms, world.operations, world.policy
    desks = world.scenario.desks
    kernel.staff_desks(
        desks.load_memory, desks.hiring_lag, desks.patience if desks.abandonment else inf,
        policy.peak, policy.open_hours, policy.handling, operations.desks, operations.servers,
        operations.service_level, operations.within,
        firms.contacts, firms.expected, firms.staff, firms.servers,
    )
    kernel.train(
        desks.turnover, desks.turnover_strain, policy.staff_skill, policy.training,
        policy.staff_share, firms.occupancy, firms.skill_gained, firms.staff_help,
    )
