"""``extends``, merging, and overrides."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import numpy as np
import pytest

from simulation.errors import ScenarioError
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Funding
from simulation.scenario.words import NetworkKind

EXTENDS = 'extends = "small"\n'


def test_what_is_not_said_has_its_default(write) -> None:
    scenario = load_scenario("small")
    assert scenario.run.months == 120
    assert scenario.companies[0].strategy.alignment == 0.5


def test_tables_merge_deeply_and_values_replace(write) -> None:
    write(EXTENDS + "[run]\nmonths = 6\nseed = 3\n[listening]\nrate = 0.5\n", "middle")
    top = load_scenario(write('extends = "middle"\n[run]\nmonths = 9\n'))
    assert (top.run.months, top.run.seed, top.listening.rate) == (9, 3, 0.5)
    assert top.title == "Small"


def test_named_entries_merge_by_name_and_new_ones_are_appended(write) -> None:
    top = load_scenario(
        write(
            EXTENDS
            + '[[touchpoints]]\nname = "forum"\nstages = ["use"]\n'
            + '[[touchpoints]]\nname = "call_centre"\nservers = 4\n'
            + '[[companies]]\nname = "rival"\n[companies.strategy]\nalignment = 0.9\n'
            + '[[companies]]\nname = "focal"\nfunding = { innovation = 1 }\n'
        )
    )
    assert [touchpoint.name for touchpoint in top.touchpoints] == ["shop", "call_centre", "forum"]
    centre = top.touchpoints[1]
    assert (centre.servers, centre.owner) == (4, "helper")
    funding = top.companies[0].funding
    assert (funding.innovation, funding.experience_platform) == (1.0, 4.0)
    assert [company.name for company in top.companies] == ["focal", "rival"]
    assert top.companies[1].strategy.alignment == 0.9


def test_remove_drops_an_inherited_entry(write) -> None:
    top = load_scenario(
        write(
            EXTENDS
            + '[[companies]]\nname = "rival"\nremove = true\n'
            + '[[touchpoints]]\nname = "call_centre"\nremove = true\n'
            + '[[partners]]\nname = "helper"\nremove = true\n'
        )
    )
    assert [company.name for company in top.companies] == ["focal"]
    assert (len(top.touchpoints), top.partners) == (1, ())


def test_lists_without_names_replace(write) -> None:
    top = load_scenario(
        write(
            EXTENDS
            + '[journey]\nstages = ["purchase", "use"]\n'
            + '[[touchpoints]]\nname = "shop"\nstages = ["use"]\n'
        )
    )
    assert [stage.value for stage in top.journey.stages] == ["purchase", "use"]
    assert [stage.value for stage in top.touchpoints[0].stages] == ["use"]


def test_events_append(write) -> None:
    write(EXTENDS + '[[events]]\nmonth = 9\nset = { "reach.fade" = 0.1 }\n', "middle")
    top = load_scenario(
        write('extends = "middle"\n[[events]]\nmonth = 3\nset = { "reach.fade" = 0.2 }\n')
    )
    assert [event.month for event in top.events] == [9, 3]


def test_names_are_found_beside_the_file_first_then_in_scenarios(write) -> None:
    write('title = "in scenarios"\nextends = "../small"\n', "scenarios/shared")
    top = load_scenario(write('extends = "shared"\n', "deep/case"))
    assert top.title == "in scenarios"
    write('title = "beside"\nextends = "../small"\n', "deep/shared")
    assert load_scenario("deep/case.toml").title == "beside"


def test_a_path_may_stand_in_extends(write) -> None:
    assert load_scenario(write('extends = "../small.toml"\n', "deep/case")).title == "Small"


@pytest.mark.parametrize("given", ["small", "small.toml", Path("small.toml"), "./small.toml"])
def test_a_scenario_is_given_by_name_or_path(write, given: str | Path) -> None:
    assert load_scenario(given).title == "Small"


def test_a_cycle_names_its_chain(write) -> None:
    write('extends = "two"\n', "one")
    write('title = "x"\nextends = "three"\n', "two")
    write('extends = "one"\n', "three")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("one")
    assert str(caught.value) == (
        "three.toml:1:1: extends forms a circle: "
        "one.toml -> two.toml -> three.toml -> one.toml. Remove one of these extends."
    )


def test_a_file_cannot_extend_itself(write) -> None:
    write('extends = "self"\n', "self")
    with pytest.raises(ScenarioError, match=r"self\.toml -> self\.toml"):
        load_scenario("self")


# --- overrides -----------------------------------------------------------------------------------


def test_overrides_stand_above_the_files(write) -> None:
    changed = load_scenario(
        "small",
        {
            "companies.*.price": 0.3,
            "companies[1].strategy.alignment": 1,
            "companies.focal.funding": {"innovation": 9},
            "network.kind": "random",
            "title": "Changed",
        },
    )
    assert [company.price for company in changed.companies] == [0.3, 0.3]
    assert changed.companies[1].strategy.alignment == 1.0
    funding = changed.companies[0].funding
    assert (funding.innovation, funding.marketing_sales) == (9.0, 3.0)
    assert (changed.network.kind, changed.title) == (NetworkKind.RANDOM, "Changed")


def test_replace_returns_a_new_scenario(write) -> None:
    small = load_scenario("small")
    before = small.model_dump()
    changed = small.replace({"companies.focal.price": 0.1})
    assert changed.companies[0].price == 0.1
    assert small.model_dump() == before
    assert small.replace({}) == small


def test_one_function_of_three_can_be_changed(write) -> None:
    changed = load_scenario(write(EXTENDS + "[capability.gain]\ninnovation = 0.1\n"))
    assert changed.capability.gain.innovation == 0.1
    assert changed.capability.gain.marketing_sales == 0.057
    again = changed.replace({"capability.decay.innovation": 0.5})
    assert again.capability.decay.experience_platform == 0.03


def test_replace_takes_python_values(write) -> None:
    class Mine(Enum):
        KIND = "lattice"

    small = load_scenario("small")
    changed = small.replace(
        {
            "companies.focal.price": np.float64(0.25),
            "touchpoints.shop.servers": np.int64(3),
            "network.kind": Mine.KIND,
            "journey.stages": ("purchase", "use"),
            "desks.profile": np.ones(24),
            "companies.rival.funding": Funding(innovation=7.0),
            "talk": {"strong": 0.2, "weak": 0.1},
        }
    )
    assert changed.companies[0].price == 0.25
    assert changed.touchpoints[0].servers == 3
    assert changed.network.kind is NetworkKind.LATTICE
    assert len(changed.journey.stages) == 2
    assert changed.desks.profile == (1.0,) * 24
    assert changed.companies[1].funding.innovation == 7.0
    assert (changed.talk.strong, changed.talk.weak) == (0.2, 0.1)


def test_an_override_can_remove_add_and_move(write) -> None:
    small = load_scenario("small")
    changed = small.replace(
        {
            "companies.rival.remove": True,
            "touchpoints": [{"name": "forum", "stages": ["use"]}, {"name": "shop", "cost": 1}],
            "events": [{"month": 5, "set": {"reach.fade": 0.5}}],
        }
    ).replace({"events[0].month": 7, "events[0].set.reach.fade": 0.25})
    assert len(changed.companies) == 1
    assert changed.touchpoints[2].name == "forum"
    assert (changed.touchpoints[0].cost, changed.touchpoints[0].servers) == (1.0, 1)
    assert (changed.events[0].month, changed.events[0].set) == (7, {"reach.fade": 0.25})


def test_all_faults_of_overrides_are_told_at_once(write) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("small").replace(
            {
                "companies.focal.price": -1,
                "companies.focal.strategy.alignmnt": 0.3,
                "run.months": True,
                "touchpoints.shop.remove": "yes",
                "partners.nobody.remove": True,
            }
        )
    told = {fault.key: fault for fault in caught.value.faults}
    assert set(told) == {
        "companies.focal.price",
        "companies.focal.strategy.alignmnt",
        "run.months",
        "touchpoints.shop.remove",
        "partners.nobody.remove",
    }
    assert all(fault.file is None for fault in told.values())
