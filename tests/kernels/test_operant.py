"""Help is something more, never something less."""

from __future__ import annotations

import pytest
from builders import changed, run_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.jit import njit
from simulation.kernels import integrate
from simulation.model import EcosystemModel
from simulation.processes.order import MONTH
from simulation.processes.process import RoundOfProcesses

operant = njit(integrate.operant.py_func, cache=True)
"""A subroutine of kernels, compiled so that Python can call it."""

shares = st.floats(0.0, 1.0)
competence = st.floats(0.02, 1.0)


def test_by_hand() -> None:
    """C = .25, absorb .5: of each help the person takes 1 − .5 · .75 = .625."""
    left = (1 - 0.4 * 0.625) * (1 - 0.2 * 0.625) * (1 - 0.8 * 0.625)
    assert operant(0.25, 0.5, 0.4, 0.2, 0.8) == pytest.approx(1 - 0.75 * left, abs=1e-15)


@given(competence, shares)
def test_without_help_it_is_competence_to_the_bit(own: float, absorb: float) -> None:
    assert operant(own, absorb, 0.0, 0.0, 0.0) == own


@given(competence, shares, shares, shares, shares, shares)
def test_help_never_lowers_it(
    own: float, absorb: float, peers: float, partner: float, staff: float, more: float
) -> None:
    before = operant(own, absorb, peers, partner, staff)
    assert own <= before <= 1.0
    assert operant(own, absorb, peers, partner, staff + (1.0 - staff) * more) >= before - 1e-15


@given(competence, competence, shares)
def test_without_absorption_help_and_own_knowledge_are_substitutes(
    one: float, other: float, staff: float
) -> None:
    """The less a person knows, the more help adds: x_op − c = (1 − c) h."""
    low, high = sorted((one, other))
    added = [operant(own, 0.0, 0.0, 0.0, staff) - own for own in (low, high)]
    assert added[0] >= added[1] - 1e-15


def test_with_absorption_they_can_be_complements() -> None:
    """At absorb 1 help adds (1 − c) c h, which grows with c up to a half."""
    added = [operant(own, 1.0, 0.0, 0.0, 0.6) - own for own in (0.1, 0.3, 0.5)]
    assert added == sorted(added)
    assert added == pytest.approx([0.054, 0.126, 0.15], abs=1e-15)


def at_the_encounter(changes: dict[str, float]) -> EcosystemModel:
    """Return a model in which ``changes`` play a part in the last month's encounters only.

    Those are of the first round and, after it, of use.
    """
    lively = {
        "population.people": 250,
        "population.need_probability": 0.3,
        "reach.hazard": 0.5,
        "journey.contract_months": 3,
    }
    event = {"month": 9, "set": {"blocks.word_of_mouth": 0.0, **changes}}
    model = run_model(changed("base", {**lively, "events": [event]}), 8)
    world = model.world
    world.step += 1
    world.adopt(model._changes[9])
    world.month = world.new_month()
    at = [process.name for process in MONTH].index("rounds")
    rounds = MONTH[at]
    assert isinstance(rounds, RoundOfProcesses)
    for process in MONTH[:at]:
        process(world)
    world.rounds.number = 1
    for process in rounds.processes[:3]:
        process(world)
    assert (rounds.processes[2].name, MONTH[at + 1].name) == ("encounter", "use")
    world.rounds.number = 0
    MONTH[at + 1](world)
    return model


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    giver=st.sampled_from(
        ["companies.*.staff_skill", "partners.*.capability", "blocks.partner_capability",
         "blocks.peer_help"]
    ),
    amounts=st.tuples(shares, shares),
    absorb=shares,
    elasticity=st.floats(0.25, 5.0),
)  # fmt: skip
def test_more_help_never_lowers_what_is_made_of_the_offering(
    giver: str, amounts: tuple[float, float], absorb: float, elasticity: float
) -> None:
    """Person by person, other things equal, at every touchpoint and in every stage."""
    same = {"encounter.absorb": absorb, "encounter.elasticity": elasticity}
    less, more = sorted(amounts, reverse=giver.startswith("blocks"))
    worse, better = (at_the_encounter({**same, giver: amount}).world for amount in (less, more))
    for who, before, after in (
        (worse.rounds.moving, worse.encounters, better.encounters),
        (worse.rounds.users, worse.use, better.use),
    ):
        assert (before.touchpoint[who] == after.touchpoint[who]).all()
        assert (before.touchpoint[who] >= 0).any()
        assert (after.purpose[who] >= before.purpose[who] - 1e-12).all()
    users = worse.rounds.users
    assert (better.balance.attained[users] >= worse.balance.attained[users] - 1e-12).all()
    assert (worse.balance.attained[users] > 0.0).any()
