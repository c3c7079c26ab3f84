"""What companies sense beside needs: complaints move effort, people in trouble are contacted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel
from simulation.world.people import COLUMNS

TROUBLED: dict[str, Any] = {
    "population.people": 600,
    "population.need_probability": 0.5,
    "reach.hazard": 0.5,
    "journey.problem_rate": 1.0,
    "evaluate.adaptation": 1.0,
    "talk.propensity": 1.0,
    "population.hours": 2.0,
    "companies.*.strategy.recovery": 0.0,
    "companies.*.strategy.complaint_rate": 0.0,
}
"""Many have problems and few hours to settle them, and say what they think."""

LISTENING = {"companies.*.strategy.listening": 1.0}
RECOVERY = {**LISTENING, "companies.*.strategy.recovery": 1.0}


def model(changes: dict[str, Any] | None = None, months: int = 18) -> EcosystemModel:
    """Return a model of the troubled market."""
    return run_model(changed("base", {**TROUBLED, **LISTENING, **(changes or {})}), months)


def total(run: EcosystemModel, name: str, of: str = "focal") -> float:
    """Return the sum of a metric over the months after the first half year."""
    column = run.recorder.labels.index((name, of))
    return float(np.nansum(run.recorder.values[6 : run.world.step, column]))


@pytest.fixture(scope="module")
def without() -> EcosystemModel:
    """Return a market in which nobody is contacted."""
    return model()


@pytest.fixture(scope="module")
def contacting() -> EcosystemModel:
    """Return the same market with recovery."""
    return model(RECOVERY)


def test_contacts_settle_problems_load_the_desk_and_cost(
    without: EcosystemModel, contacting: EcosystemModel
) -> None:
    assert total(without, "recoveries") == total(without, "recovery_cost") == 0
    assert 0 < total(contacting, "recovered") < total(contacting, "recoveries")
    assert total(contacting, "in_trouble") < total(without, "in_trouble")
    desk = ("desk_contacts", "focal:call_centre")
    assert total(contacting, *desk) > total(without, *desk)
    each = contacting.world.scenario.listening.recovery_cost
    assert total(contacting, "recovery_cost") == pytest.approx(
        each * total(contacting, "recoveries")
    )
    assert total(contacting, "spending") > total(without, "spending")


def test_who_is_contacted_spends_nothing_and_does_not_wait() -> None:
    run = model({**RECOVERY, "desks.business_hours": 2.0, "desks.all_hours": 2.0}, 12)
    called = run.world.rounds.contacted
    met = run.world.encounters
    assert len(called)
    assert not met.hours[called].any()
    assert not met.wait[called].any()
    assert not met.burden[called].any()
    assert not met.abandoned[called].any()
    waited = np.setdiff1d(run.world.rounds.moving, called)
    assert met.hours[waited].any()


@pytest.mark.parametrize(
    "deaf",
    [
        {"companies.*.strategy.listening": 0.0},
        {"touchpoints.*.listens": False},
        {"blocks.feedback": 1.0},
        {"touchpoints.*.servers": 0, "touchpoints.*.service_level": 0.0},
        {"talk.propensity": 0.0, "talk.negative": 0.0},
    ],
    ids=["no listening", "no ear", "blocked", "no staff", "nothing said"],
)
def test_nobody_is_contacted_unheard_or_without_staff(deaf: dict[str, Any]) -> None:
    assert total(model({**RECOVERY, **deaf}, 10), "recoveries") == 0


def test_nobody_is_contacted_twice_a_month_or_when_content() -> None:
    run = model(RECOVERY, 10)
    world = run.world
    called = np.flatnonzero(world.balance.contacted)
    assert world.month.recoveries.sum() == len(called) > 0


def test_without_it_costs_do_not_matter(without: EcosystemModel) -> None:
    """At rate 0 and recovery 0 all is as it was before, person by person."""
    prices = {"listening.complaint_cost": 0.2, "listening.recovery_cost": 0.5}
    other = model(prices)
    for name in COLUMNS:
        np.testing.assert_array_equal(
            without.world.people.column(name), other.world.people.column(name)
        )
    assert np.array_equal(without.recorder.values, other.recorder.values, equal_nan=True)


def test_draws_are_the_persons_own() -> None:
    """In the first month of recovery only those called and who met the same staff differ."""
    quiet = {
        "touchpoints.community_forum.stages": ["search"],
        "touchpoints.social_care.stages": ["search"],
        "companies.rival.strategy.recovery": 0.0,
    }
    month = 8
    here, there = (
        model({**quiet, "events": [{"month": month, "set": changes}]}, month)
        for changes in (
            {"companies.focal.strategy.recovery": 1.0},
            {"companies.focal.strategy.recovery": 0.0},
        )
    )
    people = here.world.people
    differ = np.zeros(len(people), dtype=bool)
    for name in ("provider", "stage", "problem", "attitude", "knowledge", "contacts"):
        gap = people.column(name) != there.world.people.column(name)
        differ |= gap.reshape(len(gap), -1).any(axis=1)
    assert here.world.balance.contacted.any()
    assert differ.any()
    # All others met the desk after those who were called, or did not differ.
    desks = here.world.operations.desks[0]
    place = here.world.encounters.touchpoint
    at_desk = (place >= 0) & desks[place] & (people.provider == 0)
    assert not (differ & ~(here.world.balance.contacted | at_desk)).any()
    assert not (differ & (people.provider == 1)).any()


# --- complaints ----------------------------------------------------------------------------------


def test_complaints_move_effort_as_the_equation_says() -> None:
    """α ← (1 − m) α + m heard/Σ heard, m = rate · heard/failed; nothing moves unheard."""
    world = model({"companies.focal.strategy.complaint_rate": 0.4}, 2).world
    firms, company = world.firms, world.companies[0]
    runs = np.flatnonzero(firms.allocation[0] > 0)
    firms.allocation[0, runs] = before = np.full(len(runs), 1.0 / len(runs))
    firms.failed[0] = firms.complained[0] = 0.0
    company._follow_complaints()
    np.testing.assert_array_equal(firms.allocation[0, runs], before)
    firms.failed[0, runs[:3]] = 10.0, 20.0, 10.0
    firms.complained[0, runs[:3]] = 10.0, 20.0, 0.0
    company._follow_complaints()
    moved = 0.4 * 30.0 / 40.0
    heard = np.zeros(len(runs))
    heard[:2] = 1.0 / 3.0, 2.0 / 3.0
    np.testing.assert_allclose(firms.allocation[0, runs], (1 - moved) * before + moved * heard)
    assert firms.allocation[0].sum() == pytest.approx(1.0)
    assert not firms.complained[0].any()
    assert not firms.failed[0].any()


def test_effort_follows_complaints_and_they_are_paid_for(without: EcosystemModel) -> None:
    """Use is where the company of base listens to failures; that is where effort goes."""
    heeding = model({"companies.focal.strategy.complaint_rate": 0.5})
    of = "focal:product_use"
    assert total(heeding, "allocation", of) > total(without, "allocation", of)
    assert total(heeding, "complaint_cost") > 0 == total(without, "complaint_cost")
    heard = sum(total(without, "complaints", t) for t in without.world.touchpoints.names)
    failed = sum(total(without, "failures", t) for t in without.world.touchpoints.names)
    assert 0 < heard < failed


def test_complaints_by_outcome_add_up_to_those_heard() -> None:
    world = model({"companies.*.strategy.complaint_rate": 0.2}, 12).world
    assert world.month.complaints.sum() > 0
    np.testing.assert_allclose(
        world.month.complained_of.sum(axis=1), world.month.complaints.sum(axis=1)
    )
