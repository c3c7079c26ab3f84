"""The founding: everything that is drawn once, before the first month."""

from __future__ import annotations

import mesa
import numpy as np
import simpy

from simulation.arrays import Floats
from simulation.scenario.scenario import Scenario
from simulation.streams import Draws, Streams, first_normals, normals, uniforms
from simulation.world.company import Company
from simulation.world.firms import Firms, effort_shares
from simulation.world.month import Balance, Encounters
from simulation.world.network import build_network
from simulation.world.offers import Offers
from simulation.world.partner import Partner
from simulation.world.peers import Peers
from simulation.world.people import People
from simulation.world.touchpoints import EXPERIENCE_PLATFORM, FUNCTIONS
from simulation.world.world import World

LEAST_IMPORTANCE = 0.5
MOST_IMPORTANCE = 10.0
MIDDLE_IMPORTANCE = 5.0


def build_world(model: mesa.Model, scenario: Scenario, seed: int) -> World:
    """Return the world of ``scenario`` under ``seed`` before its first month.

    Companies and partners become agents of ``model``.
    """
    world = World(scenario, Streams(seed))
    draws = world.streams.at("found", 0)
    _describe_jobs(world)
    world.levels = _importance(scenario, draws)
    world.people = _people(world, draws)
    world.ties = build_network(scenario.network, scenario.population.people, world.streams)
    world.firms = _firms(world, draws)
    world.use, world.encounters = _encounters(world), _encounters(world)
    world.peers = Peers(
        world.people.n,
        n_companies=world.n_companies,
        n_jobs=len(scenario.jobs),
        social=world.touchpoints.social,
    )
    world.balance = Balance(
        world.people.n,
        n_companies=world.n_companies,
        most_outcomes=int(np.max(np.diff(world.job_start))),
    )
    world.speech = np.zeros((world.people.n, 2 + 2 * world.n_companies))
    world.month = world.new_month()
    world.companies = tuple(
        Company(model, world, index) for index in range(len(scenario.companies))
    )
    world.partners = tuple(Partner(model, world, index) for index in range(len(scenario.partners)))
    world.offers = Offers.of(world)
    _open(world)
    return world


def _open(world: World) -> None:
    world.clock = simpy.Environment(initial_time=float(world.step))
    for company in world.companies:
        company.open_for_business()
    for partner in world.partners:
        partner.open_for_business()


def _encounters(world: World) -> Encounters:
    return Encounters(
        world.people.n,
        n_companies=world.n_companies,
        n_touchpoints=len(world.touchpoints),
    )


def _describe_jobs(world: World) -> None:
    scenario = world.scenario
    sizes = [len(job.outcomes) for job in scenario.jobs]
    world.job_start = np.cumsum([0, *sizes]).astype(np.int64)
    shares = np.array([segment.share for segment in scenario.segments], dtype=np.float64)
    world.segment_shares = shares / shares.sum()


def _normals(draws: Draws, names: list[str]) -> Floats:
    """Return one standard normal number of each name."""
    drawn: Floats = first_normals(draws.each(*names))
    return drawn


def _importance(scenario: Scenario, draws: Draws) -> Floats:
    """Return a_sk: given, or clip(5 exp(spread · ε), .5, 10)."""
    spread = scenario.needs.spread_between
    levels = np.empty((len(scenario.segments), len(scenario.outcomes)))
    for s, segment in enumerate(scenario.segments):
        noise = _normals(draws, [f"importance:{segment.name}:{k}" for k in scenario.outcomes])
        for k, outcome in enumerate(scenario.outcomes):
            drawn = MIDDLE_IMPORTANCE * np.exp(spread * float(noise[k]))
            levels[s, k] = segment.importance.get(
                outcome, min(max(drawn, LEAST_IMPORTANCE), MOST_IMPORTANCE)
            )
    return levels


def _people(world: World, draws: Draws) -> People:
    from scipy.special import betaincinv

    scenario, n = world.scenario, world.scenario.population.people
    start = scenario.population
    people = People(n, n_outcomes=len(scenario.outcomes), n_companies=len(scenario.companies))
    people.segment[:] = np.searchsorted(
        np.cumsum(world.segment_shares)[:-1], uniforms(draws("segment"), n), side="right"
    )
    people.knowledge[:] = _between(
        start.knowledge_low, start.knowledge_high, uniforms(draws("knowledge"), n)
    )
    people.skill_start[:] = _between(start.skill_low, start.skill_high, uniforms(draws("skill"), n))
    people.skill[:] = people.skill_start
    people.hours[:] = start.hours * np.exp(start.hours_spread * normals(draws("hours"), n))
    people.money[:] = start.money * np.exp(start.money_spread * normals(draws("money"), n))
    people.usage[:] = _around_one(start.usage_spread, normals(draws("usage"), n))
    people.sociability[:] = uniforms(draws("sociability"), n)
    spread = scenario.peers.helpful_spread
    people.helpful[:] = np.exp(spread * normals(draws("helpful"), n) - spread**2 / 2.0)
    journey = scenario.journey
    people.churn_base[:] = betaincinv(journey.churn_a, journey.churn_b, uniforms(draws("churn"), n))
    people.satisfaction[:] = start.satisfaction
    people.progress[:] = people.norm[:] = scenario.encounter.self_service
    for c, company in enumerate(scenario.companies):
        people.fit[:, c] = _around_one(scenario.needs.fit, normals(draws(f"fit:{company.name}"), n))
    for k, outcome in enumerate(scenario.outcomes):
        people.deviation[:, k] = np.exp(
            scenario.needs.spread_within * normals(draws(f"deviation:{outcome}"), n)
        )
    return people


def _around_one(spread: float, draw: Floats) -> Floats:
    """Return exp(spread ε − spread²/2), which has mean 1."""
    value: Floats = np.exp(spread * draw - 0.5 * spread**2)
    return value


def _between(low: float, high: float, draw: Floats) -> Floats:
    value: Floats = low + (high - low) * draw
    return value


def _firms(world: World, draws: Draws) -> Firms:
    scenario = world.scenario
    firms = Firms(
        n_companies=len(scenario.companies),
        n_segments=len(scenario.segments),
        n_outcomes=len(scenario.outcomes),
        n_touchpoints=len(scenario.touchpoints),
    )
    firms.quality[:] = scenario.choice.quality_start
    for c, company in enumerate(scenario.companies):
        firms.capability[c] = company.capability
        firms.legacy[c] = _legacy(scenario, c, draws)
        runs = world.operations.run_by(EXPERIENCE_PLATFORM)[c]
        firms.allocation[c] = effort_shares(scenario, c, runs)
        firms.founded[c] = np.count_nonzero(firms.allocation[c])
        for f, function in enumerate(FUNCTIONS):
            place = f"{company.name}:{function.value}"
            noise, lens = (
                _normals(draws, [f"{name}:{place}:{k}" for k in scenario.outcomes])
                for name in ("focus", "lens")
            )
            firms.lens[c, f] = _given(company.lens, scenario.capability.lens) * lens
            firms.bias[c, f] = np.exp(firms.lens[c, f])
            spread = _given(company.focus_noise, scenario.capability.focus_noise)
            focus = firms.legacy[c] * np.exp(spread * noise)
            firms.focus[c, f] = focus / focus.sum()
            firms.heard[c, f] = firms.legacy[c]
    return firms


def _given(stated: float | None, common: float) -> float:
    return common if stated is None else stated


def _legacy(scenario: Scenario, c: int, draws: Draws) -> Floats:
    """Return what a company is used to work on: given, or ∝ exp(spread · ε)."""
    company = scenario.companies[c]
    spread = scenario.capability.legacy_spread
    noise = _normals(draws, [f"legacy:{company.name}:{k}" for k in scenario.outcomes])
    raw = np.array([np.exp(spread * drawn) for drawn in noise.tolist()])
    if company.legacy_focus:
        raw = np.array([company.legacy_focus.get(k, 0.0) for k in scenario.outcomes])
    focus: Floats = raw / raw.sum()
    return focus
