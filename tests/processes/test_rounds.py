"""Rounds in a month, problems and queries beside use, needs that outlive contracts."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel

WEEKS: dict[str, Any] = {
    "population.people": 1500,
    "population.need_probability": 0.3,
    "reach.hazard": 0.5,
    "companies.*.capability": 1.0,
    "journey.rounds": 4,
    "journey.query_rate": 0.4,
    "journey.problem_rate": 0.0,
    "journey.doubt": 0.6,
}
MONTHS = 18
SELF_SERVICE = ("help_pages", "community_forum")
NONE: dict[str, Any] = {f"touchpoints.{name}.stages": ["search"] for name in SELF_SERVICE}
"""Nobody can settle a query without staff."""


def lived(changes: dict[str, Any], months: int = MONTHS) -> EcosystemModel:
    return run_model(changed("base", {**WEEKS, **changes}), months)


def total(model: EcosystemModel, metric: str, *of: str) -> float:
    """Return the sum of a metric over the months from the seventh on."""
    columns = [n for n, label in enumerate(model.recorder.labels)
               if label[0] == metric and (not of or label[1] in of)]  # fmt: skip
    return float(np.nansum(model.recorder.values[6 : model.world.step, columns]))


def calls(clarity: float, self_service: bool, doubt: float = 0.6) -> float:
    """Return contacts with staff per query; where all are for staff, nothing turns on clarity."""
    return _calls({"jobs.*.clarity": clarity, "journey.doubt": doubt}) if self_service else alone()


def _calls(changes: dict[str, Any]) -> float:
    model = lived(changes)
    contacts = total(model, "query_contacts", "call_centre", "social_care")
    return contacts / total(model, "queries")


@cache
def alone() -> float:
    """Return contacts with staff per query where there is no self-service."""
    return _calls(NONE)


@cache
def rise(clarity: float, doubt: float) -> float:
    """Return how self-service changes calls per query, relative to calls without it."""
    return calls(clarity, True, doubt) / alone() - 1.0


def test_self_service_raises_calls_where_little_is_clear_and_lowers_them_where_much_is() -> None:
    """Kumar & Telang 2012: the sign turns with clarity, by one mechanism."""
    assert calls(0.0, self_service=True) > calls(0.0, self_service=False)
    assert calls(1.0, self_service=True) < calls(1.0, self_service=False)


CLARITY = (0.0, 0.25, 0.5, 0.75, 1.0)
DOUBT = (0.0, 0.3, 0.6)
"""Its range."""


@pytest.mark.parametrize("doubt", DOUBT)
def test_what_self_service_does_to_calls_falls_with_clarity(doubt: float) -> None:
    rises = [rise(clarity, doubt) for clarity in CLARITY]
    assert rises == sorted(rises, reverse=True)
    assert rises[-1] < -0.1


@pytest.mark.parametrize("clarity", CLARITY[:-1])
def test_what_self_service_does_to_calls_rises_with_doubt(clarity: float) -> None:
    rises = [rise(clarity, doubt) for doubt in DOUBT]
    assert rises == sorted(rises)


def test_where_all_is_clear_nobody_doubts() -> None:
    assert rise(1.0, 0.0) == rise(1.0, 0.6)


def test_where_nothing_is_clear_self_service_raises_calls_by_doubt_alone() -> None:
    """Nothing is settled there then: without doubt, who calls has only called later."""
    assert rise(0.0, 0.0) == pytest.approx(0.0, abs=0.05)
    assert rise(0.0, 0.3) > 0.1


def test_without_self_service_nothing_turns_on_clarity_or_doubt() -> None:
    assert alone() == _calls({**NONE, "jobs.*.clarity": 0.0, "journey.doubt": 0.0})


def test_without_queries_doubt_and_clarity_move_nothing() -> None:
    off = {"population.people": 300, "journey.query_rate": 0.0, "journey.problem_rate": 0.5}
    one = lived({**off, "journey.doubt": 0.0, "jobs.*.clarity": 1.0}).recorder.values[:MONTHS]
    two = lived({**off, "journey.doubt": 1.0, "jobs.*.clarity": 0.0}).recorder.values[:MONTHS]
    assert np.array_equal(one, two, equal_nan=True)


def test_every_user_uses_once_a_month_whatever_else_happens() -> None:
    model = lived({"population.people": 300, "journey.problem_rate": 1.0})
    world = model.world
    users = world.rounds.users
    assert len(users) > 20
    assert np.all(world.use.stage[users] == 5)
    assert np.count_nonzero(world.use.stage >= 0) == len(users)
    busy = np.flatnonzero(world.encounters.stage[users] == 6)
    assert len(busy) > 5
    assert np.all(world.balance.hours[users[busy]] >= world.use.hours[users[busy]])


def test_more_rounds_leave_the_first_as_it_was() -> None:
    """Draws of a round are its own: until the second round everybody is as with one alone."""
    one = lived({"population.people": 300, "journey.rounds": 1}, 1).world.people
    many = lived({"population.people": 300, "journey.rounds": 6}, 1)
    moved = one.stage != many.world.people.stage
    assert 0 < np.count_nonzero(moved) < len(moved)
    reached = many.world.people.stage[moved]
    assert np.all((reached > one.stage[moved]) | (reached == -1))  # who does not buy is idle


@pytest.mark.parametrize(("persists", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_the_need_outlives_the_contract(persists: float, share: float) -> None:
    """Whoever lapses searches on, or is idle; there is no disposal in this journey."""
    changes = {
        "journey.need_persists": persists,
        "journey.stages": ["need", "search", "purchase", "use", "renew"],
        "journey.contract_months": 1,
        "journey.churn_a": 50.0,
        "population.people": 400,
    }
    model = lived(changes, 8)
    people = model.world.people
    left = (people.left == model.world.step) & (people.provider < 0)
    assert np.count_nonzero(left) > 20
    assert np.mean(people.stage[left] == 1) == share
