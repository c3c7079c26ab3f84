"""Today's market: what [start] states holds as month 1 begins, and all else is the warm-up's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed
from hypothesis import given
from hypothesis import strategies as st

from simulation.analysis.portfolio import first_spells, kept, stays
from simulation.errors import ScenarioError
from simulation.model import EcosystemModel
from simulation.simulate import simulate
from simulation.studies.run.persons import Books
from simulation.world.journey import RENEW, USE
from simulation.world.people import BY_EXPERIENCE
from simulation.world.start import moved_to
from simulation.world.world import World

SMALL: dict[str, Any] = {
    "population.people": 400, "population.need_probability": 0.3, "reach.hazard": 0.3,
    "run.warm_up": 14, "journey.problem_rate": 0.5,
}  # fmt: skip


def model(months: int = 0, **stated: Any) -> EcosystemModel:
    start = {f"start.{path.replace('__', '.')}": value for path, value in stated.items()}
    found = EcosystemModel(changed("base", {**SMALL, **start}), 1)
    for _ in range(months):
        found.step()
    return found


def test_shares_of_customers_are_as_stated() -> None:
    found = model(companies__focal__share=0.5, companies__rival__share=0.1)
    people = found.world.people
    assert [int((people.provider == c).sum()) for c in (0, 1)] == [200, 40]
    assert found.world.invariants() == {}
    customers = people.provider >= 0
    assert (people.aware[customers, people.provider[customers]] == BY_EXPERIENCE).all()


@pytest.mark.parametrize("share", [0.6, 0.8, 0.95, 1.0])
def test_a_share_is_met_with_customers_of_companies_that_state_none(share: float) -> None:
    before, found = model().world.people, model(companies__focal__share=share)
    people = found.world.people
    assert (people.provider == 0).sum() == round(share * 400)
    assert found.world.invariants() == {}
    won = (before.provider == 1) & (people.provider == 0)
    assert won.any() == (round(share * 400) > (before.provider != 1).sum())
    assert not won.any() or not (people.provider < 0).any()
    assert (people.left[won] == -1).all()
    assert (people.remembered[won, 1] > 0.0).all()
    found.step()
    assert found.world.invariants() == {}


def test_no_customer_is_taken_from_a_company_that_states_its_share() -> None:
    people = model(companies__focal__share=0.5, companies__rival__share=0.5).world.people
    assert [int((people.provider == c).sum()) for c in (0, 1)] == [200, 200]
    few = {**SMALL, "population.people": 403}
    for name in ("focal", "rival"):
        few[f"start.companies.{name}.share"] = 0.5
    people = EcosystemModel(changed("base", few), 1).world.people
    assert [int((people.provider == c).sum()) for c in (0, 1)] == [202, 201]


def test_who_is_a_customer_already_stays_one() -> None:
    before, after = model().world.people, model(companies__focal__share=0.6).world.people
    was = before.provider == 0
    assert 0 < was.sum() < 240
    assert (after.provider[was] == 0).all()
    unchanged = before.provider == 1
    assert (after.provider[unchanged] == 1).all()
    assert np.array_equal(after.satisfaction[was], before.satisfaction[was])


def test_a_smaller_share_takes_the_same_people_from_a_greater_one() -> None:
    small, large = (model(companies__focal__share=share).world.people for share in (0.05, 0.1))
    assert set(np.flatnonzero(small.provider == 0)) < set(np.flatnonzero(large.provider == 0))
    gone = (model().world.people.provider == 0) & (small.provider < 0)
    assert (small.left[gone] == -1).all()
    assert (small.stage[gone] == -1).all()


def test_means_are_as_stated() -> None:
    found = model(
        companies__focal__share=0.4, companies__focal__tenure=30.0,
        companies__focal__satisfaction=0.7, companies__focal__attitude=0.35,
        companies__focal__awareness=0.9, companies__focal__innovation=1.4,
        companies__focal__experience_platform=0.2, knowledge=0.6,
    )  # fmt: skip
    people, firms = found.world.people, found.world.firms
    mine = people.provider == 0
    assert people.tenure[mine].mean() == pytest.approx(30.0, rel=0.3)
    assert satisfied_in_their_jobs(found.world, mine) == pytest.approx(np.full(8, 0.7))
    assert people.attitude[mine, 0].mean() == pytest.approx(0.35)
    assert (people.aware[:, 0] > 0).mean() == 0.9
    assert people.knowledge.mean() == pytest.approx(0.6)
    assert firms.capability[0].mean(axis=(1, 2))[[0, 2]] == pytest.approx([1.4, 0.2])
    assert (people.joined[mine] == -1 - people.tenure[mine]).all()
    assert found.world.invariants() == {}


def satisfied_in_their_jobs(world: World, mine: np.ndarray) -> list[float]:
    """Return the mean satisfaction with each outcome of those whose job has it."""
    people, ends = world.people, world.job_start[1:]
    has = people.job[mine, None] == np.searchsorted(ends, np.arange(ends[-1]), side="right")
    assert has.any(axis=0).all()
    return [people.satisfaction[mine][has[:, k], k].mean() for k in range(ends[-1])]


@pytest.mark.parametrize("wanted", [0.3, 0.9])
def test_satisfaction_stated_is_that_of_customers_whose_job_has_the_outcome(wanted: float) -> None:
    """Not that of all, who hold opinions of what they do not do as well."""
    two = {**SMALL, "start.companies.focal.share": 0.4}
    two["start.companies.focal.satisfaction"] = wanted
    world = EcosystemModel(changed("base", two), 1).world
    mine = world.people.provider == 0
    assert len(world.job_start) > 2
    assert satisfied_in_their_jobs(world, mine) == pytest.approx(np.full(8, wanted))
    assert abs(world.people.satisfaction[mine].mean() - wanted) > 1e-3


def test_who_is_taken_on_is_as_satisfied_as_customers_with_the_same_job() -> None:
    before, after = model().world, model(companies__focal__share=0.6).world
    was = before.people.provider == 0
    new = (after.people.provider == 0) & ~was
    low, high = after.job_start[after.people.job[new]], after.job_start[after.people.job[new] + 1]
    usual = np.array(satisfied_in_their_jobs(before, was))
    for person, first, last in zip(np.flatnonzero(new), low, high, strict=True):
        found = after.people.satisfaction[person, first:last]
        assert found == pytest.approx(usual[first:last])


def test_what_is_not_stated_comes_from_the_warm_up() -> None:
    before, after = model(), model(companies__focal__attitude=0.9)
    assert np.array_equal(before.world.people.satisfaction, after.world.people.satisfaction)
    assert np.array_equal(before.world.people.provider, after.world.people.provider)
    assert np.array_equal(before.world.firms.capability, after.world.firms.capability)


def test_a_stated_market_needs_no_warm_up_and_lives_on() -> None:
    start = {"start.companies.focal.share": 0.4, "start.companies.focal.tenure": 50.0}
    found = EcosystemModel(changed("base", {**SMALL, "run.warm_up": 0, **start}), 1)
    for _ in range(14):
        found.step()
        assert found.world.invariants() == {}
    renewals = found.recorder.values[:14, found.recorder.labels.index(("renewals_due", "focal"))]
    assert renewals.sum() > 100


LAPSING: dict[str, Any] = {**SMALL, "journey.contract_months": 4, "journey.churn_a": 4.0}
"""Some of those who are customers as month 1 begins have left and come back."""

STATED_TENURE = {"start.companies.focal.share": 0.5, "start.companies.focal.tenure": 9.0}


def test_who_is_said_to_have_stayed_has_not_left_before() -> None:
    before, after = (
        EcosystemModel(changed("base", {**LAPSING, **stated}), 1).world.people
        for stated in ({}, STATED_TENURE)
    )
    mine = after.provider == 0
    assert (before.left[mine] != 0).sum() > 10
    assert (after.left[mine] == 0).all()


def test_what_is_kept_can_be_told_where_tenure_is_stated() -> None:
    books = Books()
    inputs = changed("base", {**LAPSING, **STATED_TENURE, "run.months": 12})
    simulate(inputs, 1, see=books.see)
    people = books.table()
    for records in (stays(people), first_spells(people)):
        assert not (records["stop"] < records["start"]).any()
    for unbroken in (False, True):
        shares = kept(people, unbroken=unbroken)["kept"]
        assert 0.0 <= shares.min() < 1.0


def test_contracts_that_end_with_the_stated_tenure_are_renewed_and_no_others() -> None:
    stated = {**LAPSING, **STATED_TENURE}
    people = EcosystemModel(changed("base", stated), 1).world.people
    using = (people.provider == 0) & np.isin(people.stage, (USE, RENEW))
    ends = (people.tenure > 0) & (people.tenure % 4 == 0)
    assert (using & ends).sum() > 10
    assert ((people.stage == RENEW) == ends)[using].all()
    without = changed("base", {**stated, "journey.stages": ["need", "purchase", "use"]})
    assert not (EcosystemModel(without, 1).world.people.stage == RENEW).any()


@pytest.mark.parametrize(
    ("path", "low", "high", "metric", "of", "sign"),
    [
        ("companies__focal__share", 0.1, 0.5, "customers", "focal", 1),
        ("companies__focal__satisfaction", 0.2, 0.9, "promised", "focal", 1),
        ("companies__focal__attitude", -0.5, 0.8, "attitude", "focal", 1),
        ("companies__rival__awareness", 0.3, 1.0, "aware", "rival", 1),
        ("companies__focal__innovation", 0.2, 2.0, "performance", "focal:innovation", 1),
        ("knowledge", 0.2, 0.9, "problems", "focal", -1),
    ],
)
def test_what_is_stated_has_its_effect(
    path: str, low: float, high: float, metric: str, of: str, sign: int
) -> None:
    values = []
    for value in (low, high):
        recorder = model(4, **{path: value}).recorder
        if (metric, of) not in recorder.labels:
            pytest.fail(f"{metric} of {of} is not recorded")
        values.append(np.nanmean(recorder.values[:4, recorder.labels.index((metric, of))]))
    assert sign * (values[1] - values[0]) > 0


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"companies__focal__share": 0.7, "companies__rival__share": 0.4}, "at most 1 together"),
        ({"companies__focl__share": 0.7}, 'unknown company. Did you mean "focal"'),
        (
            {"companies__focal__share": 0.7, "companies__focal__awareness": 0.5},
            "at least the",
        ),
        ({"companies__focal__attitude": 1.5}, "between -1 and 1"),
    ],
)
def test_what_cannot_be_is_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        model(**stated)


def test_no_event_can_state_a_start() -> None:
    with pytest.raises(ScenarioError, match="it determines the initial state"):
        changed("base", SMALL).then({"start.knowledge": 0.5})


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 1), st.sampled_from((0.0, -1.0))
)
def test_values_moved_to_a_mean_stay_in_range_and_order(
    values: list[float], mean: float, low: float
) -> None:
    before = np.array(values)
    after = moved_to(before, mean, low)
    assert after.min() >= low - 1e-12
    assert after.max() <= 1.0 + 1e-12
    assert (np.diff(after[np.argsort(before)]) >= -1e-12).all()
    if low < before.mean() < 1.0:
        assert after.mean() == pytest.approx(mean, abs=1e-9)
