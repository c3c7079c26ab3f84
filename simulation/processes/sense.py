"""What companies sense beside needs: complaints where they arise, and the mood of those in trouble.

Complaints are problems and failed contacts. They are heard where touchpoints listen, and move
platform effort at the next planning (``Company`` in ``world/company.py``). Sentiment is what people
with a problem say along their ties; a company that listens at social touchpoints calls them back.
"""

from __future__ import annotations

from numpy import uint64

from simulation.kernels import choose as kernel
from simulation.world.world import World


def recovery_key(world: World) -> uint64:
    """Return the key of the month's draws of whom companies contact for what they say of them.

    Whoever has had a problem open since before this round and A_ic < 0 is contacted at most once a
    month, if their draw of the month is below recovery · listening · τ_ic, τ being the propensity
    to talk; not by a company that listens at no social touchpoint or has no staff for support, and
    not in the round of their renewal (``kernels.sense.contact``).
    """
    return world.streams.at("sense", world.step)("recovery")


def call_back(world: World) -> None:
    """Let staff contact those whom sentiment has pointed out: it asks no effort of them."""
    people, met, month, balance = world.people, world.encounters, world.month, world.balance
    kernel.call_back(
        world.rounds.contacted, world.policy.route, world.operations.channels,
        world.touchpoints.partner, people.provider, people.usage,
        balance.contacted, people.considers, met.stage, met.touchpoint, met.hours, met.time,
        met.burden, balance.spoke,
        met.visitors, month.visitors, month.recoveries, month.partnered, month.partnered_use,
    )
