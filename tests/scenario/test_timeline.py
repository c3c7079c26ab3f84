"""The timeline: what is in force when, and what an event may not do."""

from __future__ import annotations

import pytest

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario

EXTENDS = 'extends = "small"\n'


def event(month: int, settings: str) -> str:
    return f"[[events]]\nmonth = {month}\nset = {{ {settings} }}\n"


def test_changes_add_up_month_by_month(write) -> None:
    text = (
        EXTENDS
        + event(24, '"companies.focal.price" = 0.1')
        + event(6, '"companies.focal.price" = 0.2, "reach.fade" = 0.5')
        + event(24, '"companies.focal.price" = 0.3, "touchpoints.shop.servers" = 9')
    )
    scenario = load_scenario(write(text))
    timeline = scenario.timeline()
    assert [month for month, _ in timeline] == [6, 24]
    (_, first), (_, second) = timeline
    assert (first.companies[0].price, first.reach.fade) == (0.2, 0.5)
    assert (second.companies[0].price, second.reach.fade) == (0.3, 0.5)
    assert (first.touchpoints[0].servers, second.touchpoints[0].servers) == (1, 9)
    assert first.events == second.events == ()
    assert scenario.companies[0].price == 0.4


def test_without_events_there_is_no_timeline(write) -> None:
    assert load_scenario("small").timeline() == ()


def test_paths_of_events_are_spelt_out(write) -> None:
    text = (
        EXTENDS
        + event(3, '"companies.*.price" = 1, "companies[0].strategy" = { lean = 1, why = 0 }')
        + "[[events]]\nmonth = 4\n[events.set]\ncompanies.rival.funding.innovation = 2\n"
    )
    first, second = load_scenario(write(text)).events
    assert first.set == {
        "companies.focal.price": 1,
        "companies.rival.price": 1,
        "companies.focal.strategy.lean": 1,
        "companies.focal.strategy.why": 0,
    }
    assert second.set == {"companies.rival.funding.innovation": 2}


def test_one_function_of_three_can_change(write) -> None:
    text = EXTENDS + event(3, '"capability.gain.innovation" = 0.1')
    ((_, later),) = load_scenario(write(text)).timeline()
    assert later.capability.gain.innovation == 0.1
    assert later.capability.gain.experience_platform == 0.057


REFUSED = [
    ('"network.ties" = 4', "network.ties cannot be set by an event: it determines the"),
    ('"population.people" = 40', "Set it in the scenario itself, or compare two scenarios."),
    ('"companies.focal.allocation.shop" = 2', "it determines the initial state."),
    ('"touchpoints.shop.stages" = ["use"]', "it determines the initial state."),
    ('"run.months" = 3', "it belongs to the run as a whole. Set it below [run], or with --set"),
    ('"run.seed" = 3', "it belongs to the run as a whole."),
    ('"companies.focal.name" = "x"', "an event adds, renames or removes no companies."),
    ('"partners.helper.remove" = true', "an event adds, renames or removes no partners."),
    (
        '"touchpoints" = [{ name = "x", stages = ["use"] }]',
        "adds, renames or removes no touchpoints",
    ),
    ('"title" = "x"', "it only describes the scenario."),
    ('"events[0].month" = 3', "Add another [[events]] instead."),
    ('"companies.focal.pirce" = 3', 'Did you mean "companies.focal.price"?'),
    ('"companies.nobody.price" = 3', 'companies has no entry called "nobody"'),
    ('"alignment" = 1', "Did you mean companies.*.strategy.alignment?"),
    ('"companies.focal.price" = 1, "companies[0].price" = 2', "is set twice by this event."),
    ("", "events[0].set sets nothing."),
    (
        '"companies.focal.price" = -1',
        "companies.focal.price must be at least 0. Got -1, in month 12.",
    ),
    (
        '"companies.focal.funding" = 3',
        "companies.focal.funding must be a table. Got 3, in month 12.",
    ),
    ('"listening.sample_low" = 99', "must be at most listening.sample_high, which is 60."),
    ('"reach.fade" = nan', "reach.fade must be a finite number. Got nan, in month 12."),
]


@pytest.mark.parametrize(("settings", "said"), REFUSED)
def test_what_an_event_may_not_do_is_told_with_its_line(faults, settings: str, said: str) -> None:
    told = faults(EXTENDS + "# a comment\n" + event(12, settings))
    assert [fault.line for fault in told] == [5]
    assert said in str(told[0])


def test_each_wrong_event_is_told_once_with_its_own_line(faults) -> None:
    told = faults(
        EXTENDS
        + event(6, '"companies.focal.price" = -1')
        + event(12, '"reach.fade" = 2')
        + event(18, '"companies.focal.price" = -2')
    )
    assert [(fault.line, fault.key) for fault in told] == [
        (4, "companies.focal.price"),
        (7, "reach.fade"),
        (10, "companies.focal.price"),
    ]


def test_an_inherited_event_is_blamed_where_it_was_written(write) -> None:
    write(EXTENDS + event(6, '"companies.rival.price" = 0.2'), "middle")
    write('extends = "middle"\n[[companies]]\nname = "rival"\nremove = true\n')
    with pytest.raises(ScenarioError) as caught:
        load_scenario("case")
    (fault,) = caught.value.faults
    assert (str(fault.file), fault.line) == ("middle.toml", 4)


def test_replace_checks_the_timeline_too(write) -> None:
    scenario = load_scenario(write(EXTENDS + event(6, '"listening.sample_low" = 50')))
    with pytest.raises(ScenarioError, match="in month 6"):
        scenario.replace({"listening.sample_high": 40})
