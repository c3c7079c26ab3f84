"""What a page may ask for: levers of the schema, within limits, in the command line's words."""

from __future__ import annotations

import pytest

from simulation import load_scenario
from simulation.dashboard.levers import lever_groups
from simulation.dashboard.limits import Ceiling
from simulation.dashboard.state import Catalogue
from simulation.errors import InputError

SMALL = {"scenario": "telecom", "people": 100, "months": 12, "seeds": 3}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue("telecom")


def levers(name):
    return {lever.path: lever for group in lever_groups(load_scenario(name))
            for lever in group.levers}  # fmt: skip


def test_a_lever_has_the_value_of_its_scenario_and_says_what_it_is() -> None:
    price = levers("telecom")["companies.rival.price"]
    assert price.value == load_scenario("telecom").companies[1].price
    assert (price.unit, price.meaning) == ("money/month; 1 is 100 EUR", "price a month")
    assert price.low <= price.value <= price.high
    assert price.source


@pytest.mark.parametrize("name", ["base", "saas", "community_product"])
def test_every_lever_can_be_set_to_the_value_it_shows(name: str) -> None:
    scenario = load_scenario(name)
    same = scenario.replace({path: lever.value for path, lever in levers(name).items()})
    assert {path: lever.value for path, lever in levers(name).items()} == {
        lever.path: lever.value for group in lever_groups(same) for lever in group.levers
    }


def test_each_company_can_leave_out_each_touchpoint_that_peers_do_not_own() -> None:
    scenario = load_scenario("telecom")
    offered = {
        path
        for path in levers("telecom")
        if path.startswith("companies.") and path.endswith(".offered")
    }
    own = [one for one in scenario.touchpoints if one.owner != "peers"]
    assert len(offered) == len(scenario.companies) * len(own)
    scenario.replace(dict.fromkeys(offered, False))


def test_a_wrong_value_is_refused_in_the_words_of_the_command_line(catalogue: Catalogue) -> None:
    with pytest.raises(InputError) as refused:
        catalogue.understand({**SMALL, "changes": {"companies.focal.price": -3}})
    with pytest.raises(InputError) as by_hand:
        load_scenario("telecom", {"companies.focal.price": -3})
    assert refused.value.faults[0].key == "companies.focal.price"
    assert str(refused.value) == str(by_hand.value)


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"changes": {"network.file": "/etc/passwd"}}, "network.file"),
        ({"changes": {"run.replicates": 9}}, "run.replicates"),
        ({"scenario": "../secret"}, "../secret"),
        ({"seeds": 1}, "seeds"),
        ({"seeds": 99}, "seeds"),
        ({"people": 500_000}, "population.people"),
        ({"months": "many"}, "months"),
    ],
)
def test_an_address_cannot_ask_for_what_the_page_does_not_offer(
    catalogue: Catalogue, told: dict, key: str
) -> None:
    with pytest.raises(InputError) as refused:
        catalogue.understand({**SMALL, **told})
    assert key in [fault.key for fault in refused.value.faults]


def test_the_limit_counts_people_times_months_of_the_warm_up_too() -> None:
    scenario = load_scenario("base", {"population.people": 100, "run.months": 10,
                                      "run.warm_up": 10})  # fmt: skip
    assert not Ceiling(person_months=2000).faults(scenario)
    assert Ceiling(person_months=1999).faults(scenario)


def test_pinned_levers_change_the_base_and_others_the_what_if(catalogue: Catalogue) -> None:
    asked = catalogue.understand(
        {**SMALL, "changes": {"companies.focal.price": 0.71}, "pinned": {"talk.strong": 0.43}}
    )
    base, what_if = (side.timeline()[-1][1] for side in (asked.base, asked.what_if))
    file = load_scenario("telecom")
    assert (base.companies[0].price, base.talk.strong) == (file.companies[0].price, 0.43)
    assert (what_if.companies[0].price, what_if.talk.strong) == (0.71, file.talk.strong)
    assert asked.differs
    assert len(asked.seeds) == 3


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ({"companies.focal.price": 0.71}, "from month 1 on"),
        ({"population.usage_spread": 0.7}, "with a past of its own"),
    ],
)
def test_levers_move_in_the_market_that_is_there_unless_they_shape_its_founding(
    catalogue: Catalogue, changes: dict, since: str
) -> None:
    asked = catalogue.understand({**SMALL, "changes": changes})
    assert asked.since == since
    assert asked.apart == (since != "from month 1 on")
