"""The census: what people and companies are at the month's end, counted once for all metrics."""

from __future__ import annotations

from simulation.kernels.gather import take_stock
from simulation.kernels.stock import mean_cosines
from simulation.kernels.survey import survey
from simulation.world.month import Census
from simulation.world.world import World


def take_census(world: World) -> Census:
    """Count people and companies into the month's census, and return it."""
    people, census = world.people, world.month.census
    census.people[0] = people.n
    survey(
        world.levels, world.job_start,
        people.segment, people.provider, people.considers, people.stage, people.job,
        people.problem, people.queries,
        people.knowledge, people.skill, people.progress, people.deviation,
        people.satisfaction, people.aware, people.attitude, world.balance.needy,
        census.in_segment, census.wanted, census.satisfied, census.in_stage, census.customers,
        census.liking, census.knowing, census.users, census.reached, census.opinions, census.mind,
    )  # fmt: skip
    _take_stock(world, census)
    return census


def _take_stock(world: World, census: Census) -> None:
    firms, month = world.firms, world.month
    mean_cosines(firms.focus, world.segment_shares, census.direction)
    take_stock(
        firms.capability, firms.reported, firms.promised, firms.servers, world.policy.open_hours,
        census.opinions, month.brought, month.slack,
        census.capability, census.performance, census.reported, census.promised,
        census.desk_minutes, census.promoting, census.used,
    )  # fmt: skip
