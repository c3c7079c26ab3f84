"""What-ifs of a market that is there: what differs from month 1 on, and what has its own past."""

from __future__ import annotations

from typing import Any

import pytest
from builders import changed, scenario

from simulation.errors import ScenarioError
from simulation.scenario.scenario import Scenario
from simulation.scenario.what_if import OwnPastError, later_changes, with_all_touchpoints

WARM: dict[str, Any] = {"run.warm_up": 12}
OPENED = {"name": "kiosk", "stages": ["purchase"]}


def market(**changes: Any) -> Scenario:
    return scenario("base", **{"run.warm_up": 12, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"companies.focal.price": 0.1},
        {"companies.*.strategy.education": 0.9, "desks.wage": 0.2, "blocks.advertising": 1.0},
        {"companies.rival.touchpoints.shop.offered": False},
        {"touchpoints.shop.offered": False},
        {"jobs.improve.share": 0.9, "segments.savers.enjoyment": 2.0},
        {"desks.profile": [0.0] * 9 + [1.0] * 8 + [0.0] * 7},
    ],
)
def test_what_an_event_may_set_differs_from_month_1_on(changes: dict[str, Any]) -> None:
    base = market()
    what_if = base.replace(changes)
    arm = what_if.as_change_of(base)
    assert arm.past_fingerprint == base.past_fingerprint
    assert arm.fingerprint != base.fingerprint
    ((month, now),) = arm.timeline()
    assert month == 1
    assert now.fingerprint == what_if.fingerprint
    assert arm == base.then(changes)
    assert arm.as_change_of(base) is arm


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"population.people": 77}, "population.people"),
        ({"network.ties": 4}, "network.ties"),
        ({"segments.doers.share": 0.9}, "segments.doers.share"),
        ({"companies.focal.capability": 0.9}, "companies.focal.capability"),
        ({"touchpoints.shop.stages": ["purchase", "use"]}, "touchpoints.shop.stages"),
        ({"companies.focal.allocation": {"shop": 2.0}}, "companies.focal.allocation.shop"),
        ({"partners": [{"name": "installer", "remove": True}],
          "touchpoints": [{"name": "installation", "remove": True}]}, "partners"),
        ({"run.warm_up": 24}, "run.warm_up"),
    ],
)  # fmt: skip
def test_what_shapes_the_founding_has_a_past_of_its_own(changes: dict[str, Any], path: str) -> None:
    base = market()
    what_if = base.replace(changes)
    assert what_if.as_change_of(base) is what_if
    with pytest.raises(OwnPastError, match=path.replace(".", r"\.")):
        later_changes(base, what_if)


def test_what_is_only_described_is_no_difference() -> None:
    base = market()
    other = base.replace({"title": "Other", "companies.focal.label": "We", "currency.name": "EUR"})
    assert later_changes(base, other) == {}


def test_events_of_both_follow_what_changes_in_month_1() -> None:
    event = {"month": 1, "set": {"companies.focal.price": 0.5}}
    base = market(events=[event])
    what_if = base.replace({"companies.focal.price": 0.1, "companies.rival.price": 0.2})
    ((_, now),) = what_if.as_change_of(base).timeline()
    assert [company.price for company in now.companies] == [0.5, 0.2]


def test_a_market_that_begins_empty_is_changed_from_the_start() -> None:
    base = scenario("base")
    what_if = base.replace({"companies.focal.price": 0.1})
    assert what_if.as_change_of(base) is what_if


def test_then_refuses_what_no_event_may_set() -> None:
    with pytest.raises(ScenarioError, match="it determines the initial state"):
        market().then({"network.ties": 4})
    assert market().then({}) == market()


def test_touchpoints_of_one_arm_are_closed_in_the_others() -> None:
    base = market()
    what_if = base.replace({"touchpoints": [OPENED]})
    ours, theirs = with_all_touchpoints([base, what_if])
    assert theirs is what_if
    assert [row.name for row in ours.touchpoints] == [row.name for row in theirs.touchpoints]
    assert not ours.touchpoints[-1].offered
    assert later_changes(ours, theirs) == {"touchpoints.kiosk.offered": True}
    ((_, now),) = theirs.as_change_of(ours).timeline()
    assert now.touchpoints[-1].offered


def test_a_touchpoint_that_is_closed_is_as_if_it_were_not_there() -> None:
    from builders import run_model

    small = {"population.people": 100, "population.need_probability": 0.4, "run.warm_up": 4}
    base = changed("base", small)
    other = base.replace({"touchpoints": [{**OPENED, "fixed_cost": 5.0, "offered": False}]})
    without, closed = run_model(base, 8), run_model(other, 8)
    for metric, of in without.recorder.labels:
        mine, theirs = (
            model.recorder.values[:8, model.recorder.labels.index((metric, of))]
            for model in (without, closed)
        )
        assert mine.tolist() == pytest.approx(theirs.tolist(), abs=1e-12, nan_ok=True), metric
    opened = run_model(other.then({"touchpoints.kiosk.offered": True}), 8)
    where = opened.recorder.labels.index(("encounters", "kiosk"))
    assert opened.recorder.values[:8, where].sum() > 0
    assert closed.recorder.values[:8, where].sum() == 0
