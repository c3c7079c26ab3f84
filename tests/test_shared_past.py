"""A past that is shared: the same market, to the bit, as one that each run lives through itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from builders import changed, run_model
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation import simulate as engine
from simulation.model import EcosystemModel
from simulation.scenario.scenario import Scenario
from simulation.simulate import simulate
from simulation.studies.attribution.frozen import FrozenModel, freeze
from simulation.world.past import Past, Pasts, sharing

MONTHS = 8

LIVELY: dict[str, Any] = {
    "population.people": 120,
    "population.need_probability": 0.4,
    "reach.hazard": 0.3,
    "journey.problem_rate": 0.5,
    "journey.contract_months": 5,
    "needs.drift": 0.1,
    "run.months": MONTHS,
}

MARKETS: dict[str, dict[str, Any]] = {
    "plain": {},
    "a busy clock": {
        "calendar.campaign_every": 3.3, "calendar.campaign_months": 1.9,
        "calendar.outages": 30.0, "calendar.outage_days": 20.0, "calendar.release_every": 2.6,
        "capability.reconfiguration_months": 4, "companies.*.teams": 3,
        "partners.installer.contract_months": 5, "capability.duration.innovation": 1.2,
    },
    "calm, then outages": {"calendar.outages": 0.0, "calendar.release_every": 0.0},
    "all levers": {
        **{f"companies.*.strategy.{name}": 0.6 for name in (
            "agility", "lean", "outside_in", "customisation", "single_view", "recovery",
            "complaint_rate", "portfolio", "education", "configuration")},
        "companies.*.training": 0.1, "touchpoints.*.listens": True, "capability.lean_loss": 0.2,
        "companies.rival.strategy.imitation": 0.5, "jobs.*.clarity": 0.4,
    },
}  # fmt: skip

WHAT_IFS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "price": {"companies.focal.price": 0.1},
    "the firms' clock": {
        "calendar.campaign_every": 2.0, "calendar.outages": 40.0, "calendar.release_every": 1.5,
        "capability.reconfiguration_months": 2, "capability.duration.innovation": 0.4,
    },
    "strategy": {"companies.*.strategy.agility": 0.9, "companies.focal.strategy.customisation": 1.0,
                 "companies.focal.funding.innovation": 20.0},
    "touchpoints": {"touchpoints.call_centre.offered": False, "touchpoints.help_pages.servers": 1,
                    "blocks.advertising": 1.0},
}  # fmt: skip


def market(name: str, warm_up: int = 9) -> Scenario:
    return changed("base", {**LIVELY, **MARKETS[name], "run.warm_up": warm_up})


def everything(model: EcosystemModel) -> Iterator[tuple[str, Any]]:
    """Yield the whole record of a model, and the state in which it ended."""
    world, recorder = model.world, model.recorder
    yield "values", recorder.values
    yield "ledger", recorder.ledger_values
    for part in ("people", "firms", "peers", "balance", "use", "encounters"):
        for name, value in vars(getattr(world, part)).items():
            if isinstance(value, np.ndarray):
                yield f"{part}.{name}", value
    yield "levels", world.levels
    yield "speech", world.speech
    yield "partners", np.array([[p.active, p.running_mean] for p in world.partners])


def assert_equal_to_the_bit(one: EcosystemModel, other: EcosystemModel) -> None:
    pairs = zip(everything(one), everything(other), strict=True)
    unlike = [name for (name, a), (_, b) in pairs if a.tobytes() != b.tobytes()]
    assert not unlike
    assert one.recorder.labels == other.recorder.labels


@pytest.mark.parametrize("name", MARKETS)
def test_what_ifs_of_a_shared_past_are_equal_to_the_bit(name: str) -> None:
    base, pasts = market(name), Pasts(3)
    for what_if in WHAT_IFS.values():
        scenario = base.then(what_if)
        alone = run_model(scenario, MONTHS, seed=3)
        with sharing(pasts):
            together = run_model(scenario, MONTHS, seed=3)
        assert_equal_to_the_bit(alone, together)
    assert len(pasts) == 1


@settings(max_examples=12, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={
        "calendar.outages": st.sampled_from((0.0, 4.0, 40.0)),
        "calendar.outage_days": st.floats(1, 60),
        "calendar.campaign_every": st.floats(0.5, 9), "calendar.campaign_months": st.floats(0.1, 3),
        "calendar.release_every": st.sampled_from((0.0, 0.7, 3.0)),
        "companies.*.strategy.agility": st.floats(0, 1),
        "capability.reconfiguration_months": st.integers(1, 5),
        "capability.duration.marketing_sales": st.floats(0.2, 6),
        "partners.*.contract_months": st.integers(1, 6),
    }),
    st.dictionaries(st.sampled_from(("calendar.outages", "calendar.release_every",
                                     "calendar.campaign_months", "companies.focal.price")),
                    st.floats(0.3, 3)),
    st.integers(1, 14),
    st.integers(0, 99),
)  # fmt: skip
def test_any_clock_goes_on_where_it_was(
    of_base: dict[str, Any], later: dict[str, Any], warm_up: int, seed: int
) -> None:
    small = {**LIVELY, "population.people": 40, "run.warm_up": warm_up}
    scenario = changed("base", {**small, **of_base}).then(later)
    alone, pasts = run_model(scenario, 5, seed), Pasts(3)
    with sharing(pasts):
        run_model(scenario, 1, seed)
        together = run_model(scenario, 5, seed)
    assert_equal_to_the_bit(alone, together)


def test_a_past_is_of_one_seed_one_market_and_one_set_of_processes() -> None:
    class Still(EcosystemModel):
        month = EcosystemModel.month[:3]

    base, pasts = market("plain"), Pasts(9)
    with sharing(pasts):
        for scenario in (base, base.then({"companies.focal.price": 0.2})):
            EcosystemModel(scenario.replace({"run.months": 3}), 1)
            assert len(pasts) == 1
        EcosystemModel(base, 2)
        EcosystemModel(base.replace({"companies.focal.price": 0.2}), 1)
        Still(base, 1)
    assert len(pasts) == 4


def test_a_market_that_begins_empty_has_no_past() -> None:
    pasts = Pasts(3)
    with sharing(pasts):
        EcosystemModel(market("plain", warm_up=0), 1)
    assert len(pasts) == 0


def test_the_past_not_used_for_longest_makes_room() -> None:
    base, pasts = market("plain", warm_up=1), Pasts(2)
    with sharing(pasts):
        for seed in (1, 2, 1, 3):
            EcosystemModel(base, seed)
    kept = [key[1] for key in pasts]
    assert kept == [1, 3]


def test_models_that_share_a_past_leave_each_other_alone() -> None:
    base, pasts = market("plain"), Pasts(3)
    with sharing(pasts):
        first = run_model(base, 0)
        second, third = run_model(base, 0), run_model(base, 0)
    for _ in range(MONTHS):
        second.step()
    assert third.world.step == 0
    for _ in range(MONTHS):
        third.step()
        first.step()
    assert_equal_to_the_bit(second, third)
    assert_equal_to_the_bit(first, third)
    assert all(agent.model is third for agent in third.agents)
    assert [agent.name for agent in third.agents] == [agent.name for agent in first.agents]


def test_budgets_that_are_given_share_the_past_of_those_that_are_earned() -> None:
    base, pasts = market("plain"), Pasts(3)
    frozen = freeze(base, np.full((MONTHS, 2), 3.0))
    alone = FrozenModel(frozen, 1)
    with sharing(pasts):
        EcosystemModel(base, 1)
        together = FrozenModel(frozen, 1)
    assert len(pasts) == 1
    for _ in range(MONTHS):
        alone.step()
        together.step()
    assert_equal_to_the_bit(alone, together)


def test_a_run_that_shares_its_past_lives_through_it_once(monkeypatch: Any) -> None:
    engine._kept.cache_clear()
    lived = []
    monkeypatch.setattr(Past, "taken_up", _noting(Past.taken_up, lived))
    base = market("plain", warm_up=4)
    tables = [
        simulate(base.then(what_if), 7, pasts=3).values.tobytes()
        for what_if in (WHAT_IFS["nothing"], WHAT_IFS["price"], WHAT_IFS["nothing"])
    ]
    assert len(lived) == 2
    assert tables[0] == tables[2] != tables[1]
    assert simulate(base, 7).values.tobytes() == tables[0]
    engine._kept.cache_clear()


def _noting(method: Any, calls: list[int]) -> Any:
    def noted(self: Past, model: Any) -> Any:
        calls.append(1)
        return method(self, model)

    return noted
