"""Draws belong to persons and names: nothing else may move them."""

from __future__ import annotations

import numpy as np
import pytest
from builders import ROOT, run_model, scenario, stored

from simulation.model import EcosystemModel
from simulation.scenario.scenario import Scenario
from simulation.scenario.words import Function, Runner, Stage
from simulation.world.people import COLUMNS

QUIET = ("listening", "portfolio", "lean", "complaint_rate", "recovery")


def quiet(people: int) -> Scenario:
    """Return a scenario in which people share nothing: no ties, desks, samples, budgets, means."""
    base = stored("base")
    changes: dict[str, object] = {
        "population.people": people,
        "network.kind": "none",
        "blocks.peer_help": 1.0,
        "choice.quality": 0.0,
        "evaluate.gain": 0.0,
        "partners.installer.hours": 1e9,
        "reach.hazard": 0.2,
    }
    for company in base.companies:
        here = f"companies.{company.name}"
        changes |= {f"{here}.revenue_share": 0.0, f"{here}.training": 0.0}
        changes |= {f"{here}.strategy.{name}": 0.0 for name in QUIET}
        changes |= {f"{here}.funding.{function.value}": 0.0 for function in Function}
    changes |= {f"touchpoints.{t.name}.servers": 0 for t in base.touchpoints}
    return base.replace(changes)


def test_equal_inputs_give_equal_bits() -> None:
    inputs = scenario(population__people=300)
    one, two = run_model(inputs, 20, seed=5), run_model(inputs, 20, seed=5)
    assert np.array_equal(one.recorder.values, two.recorder.values, equal_nan=True)
    other = run_model(inputs, 20, seed=6)
    assert not np.array_equal(one.recorder.values, other.recorder.values, equal_nan=True)


def test_one_person_more_changes_nobody_else() -> None:
    one, two = run_model(quiet(300), 30), run_model(quiet(301), 30)
    assert np.count_nonzero(one.world.people.provider >= 0) > 30
    for name in COLUMNS:
        mine, theirs = one.world.people.column(name), two.world.people.column(name)
        assert np.array_equal(mine, theirs[:300]), name


def test_founding_draws_do_not_move_with_people_rivals_or_touchpoints() -> None:
    base = stored("base")
    rival = base.companies[1].model_copy(update={"name": "newcomer"})
    forum = base.touchpoints[-1].model_copy(update={"name": "second_take_back"})
    grown = base.model_copy(
        update={
            "companies": (*base.companies, rival),
            "touchpoints": (*base.touchpoints, forum),
            "population": base.population.model_copy(update={"people": 10_500}),
        }
    )
    small, large = EcosystemModel(base, 1).world, EcosystemModel(grown, 1).world
    for name in (
        "segment",
        "hours",
        "money",
        "sociability",
        "churn_base",
        "deviation",
        "knowledge",
    ):
        column = small.people.column(name)
        assert np.array_equal(column, large.people.column(name)[: len(column)]), name
    assert np.array_equal(small.levels, large.levels)
    assert np.array_equal(small.firms.lens, large.firms.lens[:2])
    assert np.array_equal(small.firms.focus, large.firms.focus[:2])


def test_a_rival_whom_nobody_meets_changes_nothing() -> None:
    """A rival that never reaches anybody leaves every other person as they were, to the bit."""
    base = scenario(population__people=300)
    silent = base.companies[1].model_copy(
        update={
            "name": "silent",
            "strategy": base.companies[1].strategy.model_copy(update={"education": 1.0}),
        }
    )
    with_rival = base.model_copy(update={"companies": (*base.companies, silent)})
    alone, joined = run_model(base, 30), run_model(with_rival, 30)
    for name, column in COLUMNS.items():
        mine, theirs = alone.world.people.column(name), joined.world.people.column(name)
        if column.per == "company":
            assert np.array_equal(mine, theirs[:, :2]), name
        else:
            assert np.array_equal(mine, theirs), name


def test_a_rivals_touchpoint_changes_nothing_for_those_who_never_meet_it() -> None:
    """Only customers of the rival can enter it, and nobody can pay the rival's price."""
    base = scenario(population__people=300, companies__rival__price=99.0)
    theirs = base.touchpoints[0].model_copy(
        update={
            "name": "rival_club",
            "owner": "rival",
            "function": Runner.NONE,
            "stages": (Stage.RENEW,),
        }
    )
    more = base.model_copy(update={"touchpoints": (*base.touchpoints, theirs)})
    one, two = run_model(base, 30), run_model(more, 30)
    assert np.count_nonzero(one.world.people.provider >= 0) > 10
    for name in COLUMNS:
        assert np.array_equal(one.world.people.column(name), two.world.people.column(name)), name


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_probabilities_zero_and_one_are_exact(chance: float) -> None:
    always = {"population__need_probability": chance, "journey__rounds": 1}
    model = run_model(scenario(population__people=2_000, **always), 1)
    assert np.mean(model.world.people.stage >= 0) == chance
    reached = run_model(scenario(population__people=2_000, reach__hazard=1e6 * chance), 1)
    assert np.mean(reached.world.people.aware > 0) == chance


@pytest.mark.parametrize("package", ["kernels", "processes", "world", "recorder"])
def test_the_model_draws_from_no_hidden_generator(package: str) -> None:
    """Hidden randomness would break everything above in ways no single run shows."""
    for path in (ROOT / "simulation" / package).rglob("*.py"):
        for name in ("np.random", "import random", "from random", "self.random", "model.rng"):
            assert name not in path.read_text(), path
