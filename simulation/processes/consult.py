"""People consult what others report: how satisfied a company's customers are."""

from __future__ import annotations

from simulation.kernels import consult as kernel
from simulation.streams import Draws
from simulation.world.world import World


def consult(world: World, draws: Draws) -> None:
    """Let reports and promises form, by company, segment and outcome; see ``report``."""
    del draws  # reports leave nothing to chance
    people, firms = world.people, world.firms
    kernel.report(
        world.scenario.encounter.self_service, world.policy.hype, world.offers.promise,
        world.job_start, people.segment, people.provider, people.job, people.satisfaction,
        firms.reported, firms.promised,
    )
