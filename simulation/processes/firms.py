"""Firms: capability erodes, functions couple, budgets are set, the firms' clock runs a month."""

from __future__ import annotations

from simulation.kernels.planning import set_budgets
from simulation.kernels.stock import couple, erode
from simulation.streams import Draws
from simulation.world.imitation import imitate
from simulation.world.offers import Offers
from simulation.world.world import World


def firms(world: World, draws: Draws) -> None:
    """Run the firms' month: q ← (1 − δ) q plus the gains of projects that finish.

    Coupling comes before launches, so that a project works on what its function and the others
    agreed on.
    """
    del draws  # firms' draws are keyed by company, function and ordinal, not by month
    imitate(world)
    erode(world.policy.decay, world.firms.capability)
    couple(world.policy.alignment, world.firms.focus)
    _set_budgets(world)
    world.clock.run(until=float(world.step))
    world.firms.invested += world.firms.rate
    for company in world.companies:
        company.close_month(world.step - 1.0)
    world.offers = Offers.of(world)


def _set_budgets(world: World) -> None:
    """Budget = funding + share of last month's receipts, less what coordination takes.

    The revenue share is spread as the funding is; where nothing is funded, evenly. What month 1
    gets of it was earned before, so that it is not among budgets that are given instead.
    """
    month, policy = world.month, world.policy
    base, split = policy.budget_shares
    if world.revenue_budget is not None and world.step > 1:
        earned = world.revenue_budget[world.step - 1]
    else:
        earned = policy.revenue_share * world.firms.receipts
    set_budgets(
        base, earned, policy.coordination, split,
        month.budget, month.coordinating, world.firms.rate, month.projects,
    )
