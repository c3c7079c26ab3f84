"""Today's market of a company that has one: what ``[start]`` states holds as month 1 begins.

What is not stated comes from the warm-up. Means are met by moving all values towards an end of
their range in the same proportion, so that people stay in their order and none leaves the range.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulation.arrays import Bools, Floats, Whole
from simulation.kernels.evaluate import satisfied
from simulation.scenario.schema import CompanyStart
from simulation.streams import Draws, uniforms
from simulation.world.journey import IDLE, RENEW, USE
from simulation.world.people import BY_ADVERTISING, BY_EXPERIENCE, UNAWARE
from simulation.world.touchpoints import FUNCTIONS
from simulation.world.world import World


def state_market(world: World) -> None:
    """Let the market be as the scenario states it.

    A company with more customers than stated lets those with the greatest draws go, one with fewer
    gets those without provider who have the smallest, and then customers of companies whose share
    is not stated; companies in order.
    """
    given, draws = world.scenario.start, world.streams.at("start", 0)
    stated = [given.companies.get(company.name) for company in world.scenario.companies]
    entries = [(c, one) for c, one in enumerate(stated) if one is not None]
    shares = {c: one.share for c, one in entries if one.share is not None}
    for grow in (False, True):
        for c in shares:
            _settle_customers(world, c, shares, draws, grow=grow)
    for c, one in entries:
        _settle_opinions(world, c, one, draws)
        _settle_capability(world, c, one)
    if given.knowledge is not None:
        people = np.arange(world.people.n)
        world.people.knowledge[people] = moved_to(world.people.knowledge, given.knowledge)


def moved_to(values: Floats, mean: float, low: float = 0.0, of: Bools | None = None) -> Floats:
    """Return values between ``low`` and 1 moved in proportion, so that their mean is as stated.

    v ← low + (v − low) · wanted/mean where the mean is to fall, 1 − v shrinks likewise where it is
    to rise, both measured from the end of the range. The mean is that ``of`` some of them (of all
    where not given); all move, unless it is that of none.
    """
    counted = values if of is None else values[of]
    if not len(counted):
        return values
    now = float(counted.mean())
    if mean <= now:
        scale = (mean - low) / (now - low) if now > low else 1.0
        result: Floats = low + (values - low) * scale
    else:
        result = 1.0 - (1.0 - values) * (1.0 - mean) / (1.0 - now)
    return result


def _settle_customers(
    world: World, c: int, shares: Mapping[int, float], draws: Draws, *, grow: bool
) -> None:
    people = world.people
    wanted = round(shares[c] * people.n)
    luck = uniforms(draws(f"customer:{world.scenario.companies[c].name}"), people.n)
    customers = _by_draw(np.flatnonzero(people.provider == c), luck)
    if not grow:
        _let_go(world, c, customers[wanted:])
    elif wanted > len(customers):
        missing = wanted - len(customers)
        free = _by_draw(np.flatnonzero(people.provider < 0), luck)[:missing]
        unstated = [other for other in range(len(world.companies)) if other not in shares]
        theirs = np.flatnonzero(np.isin(people.provider, unstated))
        won = _by_draw(theirs, luck)[: missing - len(free)]
        for other in unstated:
            _let_go(world, other, won[people.provider[won] == other])
        _take_on(world, c, np.concatenate([free, won]), customers, draws)


def _by_draw(persons: Whole, luck: Floats) -> Whole:
    ordered: Whole = persons[np.argsort(luck[persons], kind="stable")]
    return ordered


def _let_go(world: World, c: int, persons: Whole) -> None:
    """Let customers be former ones, who remember how satisfied they were."""
    people, start = world.people, world.job_start
    for i in persons.tolist():
        low, high = start[people.job[i]], start[people.job[i] + 1]
        people.remembered[i, c] = satisfied(
            people.satisfaction, world.levels, people.segment[i], people.deviation, i, low, high
        )
    people.provider[persons] = people.considers[persons] = -1
    people.stage[persons] = IDLE
    people.job[persons] = -1
    people.tenure[persons] = 0
    people.left[persons] = -1
    _nothing_open(world, persons)


def _take_on(world: World, c: int, persons: Whole, customers: Whole, draws: Draws) -> None:
    """Let people be customers in use, as satisfied as those that there are."""
    people = world.people
    drawn = np.searchsorted(
        np.cumsum(world.job_shares)[:-1], uniforms(draws("job"), people.n), side="right"
    )
    idle = persons[people.job[persons] < 0]
    people.job[idle] = np.where(people.last_job[idle] >= 0, people.last_job[idle], drawn[idle])
    people.last_job[persons] = people.job[persons]
    if len(customers):
        has = _has_outcome(world, customers)
        for k in np.flatnonzero(has.any(axis=0)):
            people.satisfaction[persons, k] = people.satisfaction[customers[has[:, k]], k].mean()
        people.tenure[persons] = round(float(people.tenure[customers].mean()))
    people.provider[persons] = people.considers[persons] = c
    people.stage[persons] = USE
    people.aware[persons, c] = BY_EXPERIENCE
    people.dealt[persons, c] = True
    people.waited[persons] = 0
    people.contacts[persons] = 0
    new = persons[people.joined[persons] == 0]
    people.joined[new] = -1 - people.tenure[new]
    _nothing_open(world, persons)


def _has_outcome(world: World, persons: Whole) -> Bools:
    """Return which outcomes the job of each person has, ``(n, n_outcomes)``; all have a job."""
    k, job = np.arange(world.people.satisfaction.shape[1]), world.people.job[persons]
    start = world.job_start
    has: Bools = (start[job][:, None] <= k) & (k < start[job + 1][:, None])
    return has


def _nothing_open(world: World, persons: Whole) -> None:
    people = world.people
    people.problem[persons] = people.for_staff[persons] = False
    people.queries[persons] = people.tries[persons] = 0
    people.tried[persons] = people.tried_at[persons] = people.tried_in[persons] = -1
    for name in ("weight", "mean", "peak", "last"):
        people.column(f"journey_{name}")[persons] = 0.0


def _settle_opinions(world: World, c: int, one: CompanyStart, draws: Draws) -> None:
    people, name = world.people, world.scenario.companies[c].name
    customers = np.flatnonzero(people.provider == c)
    if one.tenure is not None:
        luck = uniforms(draws(f"tenure:{name}"), people.n)[customers]
        # Geometric with the mean stated; 0 where that is 0.
        base = one.tenure / (one.tenure + 1.0)
        months = np.floor(np.log(1.0 - luck) / np.log(base)) if base > 0.0 else 0.0 * luck
        _settle_tenure(world, customers, np.minimum(months, MOST_TENURE))
    if one.satisfaction is not None:
        has = _has_outcome(world, customers)
        for k in range(people.satisfaction.shape[1]):
            values = people.satisfaction[customers, k]
            people.satisfaction[customers, k] = moved_to(values, one.satisfaction, of=has[:, k])
    if one.attitude is not None:
        values = people.attitude[customers, c]
        people.attitude[customers, c] = moved_to(values, one.attitude, low=-1.0)
    if one.awareness is not None:
        _settle_awareness(world, c, one.awareness, uniforms(draws(f"aware:{name}"), people.n))


MOST_TENURE = 1200.0
"""Months; longer ones would say nothing."""


def _settle_tenure(world: World, customers: Whole, months: Floats) -> None:
    """Let customers have been there for so long without a break, and be in the stage that fits.

    A contract ends every ``contract_months``: whoever is at such an end is to renew, everybody else
    who uses the offering does not yet.
    """
    people, contract = world.people, world.scenario.journey.contract_months
    people.tenure[customers] = months
    people.joined[customers] = -1 - people.tenure[customers]
    # Nobody leaves before the first purchase, nor in the time since which they are customers.
    people.left[customers] = 0
    using = customers[np.isin(people.stage[customers], (USE, RENEW))]
    tenure = people.tenure[using]
    ends = (tenure > 0) & (tenure % contract == 0) & bool(world.journey.present[RENEW])
    people.stage[using] = np.where(ends, RENEW, USE)


def _settle_awareness(world: World, c: int, share: float, luck: Floats) -> None:
    """Let so many people know the company; who has experience of it does in any case."""
    aware = world.people.aware[:, c]
    wanted = round(share * len(aware))
    known = np.flatnonzero(aware != UNAWARE)
    if wanted < len(known):
        free = _by_draw(known[aware[known] != BY_EXPERIENCE], luck)
        n_gone = min(len(known) - wanted, len(free))
        aware[free[len(free) - n_gone :]] = UNAWARE
    else:
        unaware = _by_draw(np.flatnonzero(aware == UNAWARE), luck)
        aware[unaware[: wanted - len(known)]] = BY_ADVERTISING


def _settle_capability(world: World, c: int, one: CompanyStart) -> None:
    """Let each function be able to do what is stated in the mean; what it is good at stays."""
    for f, function in enumerate(FUNCTIONS):
        wanted = getattr(one, function.value)
        if wanted is not None:
            stock = world.firms.capability[c, f]
            now = float(stock.mean())
            stock[:] = stock * (wanted / now) if now > 0.0 else wanted
