"""Each company operates its touchpoints its own way, and nobody else notices at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from builders import DEFAULTS, changed, stored

from simulation.errors import ScenarioError
from simulation.model import EcosystemModel
from simulation.scenario.load import load_scenario
from simulation.scenario.paths import value_at
from simulation.scenario.scenario import Scenario
from simulation.scenario.write import to_toml
from simulation.world.operations import Operations
from simulation.world.policy import Policy
from simulation.world.touchpoints import Touchpoints

ESTABLISHED = {
    "population.people": 2000,
    "population.need_probability": 0.3,
    "reach.hazard": 0.5,
    "journey.problem_rate": 0.8,
    "journey.contract_months": 3,
    "companies.*.strategy.lean": 0.0,
    "companies.*.strategy.complaint_rate": 0.0,
    "partners.installer.reservation": -9.0,
    "journey.rounds": 1,  # within a month of several, whom one company loses turns to another
    "blocks.peer_help": 1.0,  # people of all companies help each other where peers own it
}
BEFORE = 12
OWN = "companies.focal.touchpoints"

CHANGES: dict[str, dict[str, Any]] = {
    "more servers": {f"{OWN}.call_centre.servers": 9},
    "no servers": {f"{OWN}.call_centre.servers": 0},
    "closed": {f"{OWN}.call_centre.offered": False, f"{OWN}.installation.offered": False},
    "costs": {f"{OWN}.call_centre.cost": 1.0, f"{OWN}.product_use.fixed_cost": 9.0},
    "effort": {f"{OWN}.product_use.effort": 3.0, f"{OWN}.call_centre.handling": 40.0},
    "function": {f"{OWN}.call_centre.function": "none", f"{OWN}.product_use.function": "none"},
    "listens, teaches": {f"{OWN}.call_centre.listens": True, f"{OWN}.product_use.teaches": True},
    "at the peers'": {f"{OWN}.community_forum.servers": 3, f"{OWN}.reviews.listens": False},
}


def month(changes: dict[str, Any]) -> EcosystemModel:
    """Return a market after the first month of a change that comes into it."""
    event = {"events": [{"month": BEFORE + 1, "set": changes}]} if changes else {}
    model = EcosystemModel(changed("base", {**ESTABLISHED, **event}), 1)
    for _ in range(BEFORE + 1):
        model.step()
    return model


def rivals(model: EcosystemModel) -> Iterator[tuple[str, np.ndarray]]:
    """Yield all that there is of the rival and of those who deal with it."""
    world, rival = model.world, 1
    bought = (world.people.provider == rival) & ~world.balance.customer
    # Whoever buys turns to the rival in the month, and may have met another company before.
    theirs = (world.people.considers == rival) & ~bought
    yield "who", np.flatnonzero(theirs)
    for name in ("touchpoint", "wait", "abandoned", "purpose", "burden"):
        yield name, getattr(world.use, name)[theirs]
        yield name, getattr(world.encounters, name)[theirs]
    for name in ("outlay", "gained"):
        yield name, getattr(world.balance, name)[theirs]
    for name in ("desk_contacts", "desk_wait", "desk_abandoned", "desk_busy", "encounters",
                 "running", "staffing", "hearing", "serving", "heard", "spending"):  # fmt: skip
        yield name, getattr(world.month, name)[rival]
    for name in ("capability", "focus", "allocation", "quality"):
        yield name, getattr(world.firms, name)[rival]


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_another_company_is_as_it_was_in_the_first_month(changes: dict[str, Any]) -> None:
    before, after = month({}), month(changes)
    for (name, one), (_, other) in zip(rivals(before), rivals(after), strict=True):
        assert np.array_equal(one, other), name
    recorded = [model.recorder.values[BEFORE] for model in (before, after)]
    assert not np.array_equal(*recorded, equal_nan=True), "nothing moved"


def test_a_touchpoint_closed_by_a_company_has_none_of_its_people() -> None:
    world = month(CHANGES["closed"]).world
    closed = [world.touchpoints.names.index(name) for name in ("call_centre", "installation")]
    assert world.month.encounters[0, closed].sum() == 0
    assert (world.month.encounters[1, closed] > 0).all()


def test_a_newcomer_gets_its_share_of_the_platforms_effort_and_the_rest_goes_on_as_it_was() -> None:
    where = f"{OWN}.call_centre.function"
    before, after = month({}).world, month({where: "experience_platform"}).world
    new = before.touchpoints.names.index("call_centre")
    one, other = before.firms.allocation[0], after.firms.allocation[0]
    n = np.count_nonzero(one) + 1
    assert other[new] == pytest.approx(1 / n)
    rest = one > 0
    assert other[rest] == pytest.approx(one[rest] * (1 - 1 / n), rel=1e-12)
    assert other.sum() == pytest.approx(1)


def test_where_opens_a_companys_own_channels_and_not_what_peers_own() -> None:
    none = month({"companies.focal.strategy.where": 0.0}).world
    names = none.touchpoints.names
    own = [names.index(name) for name in ("social_care", "installation")]
    peers = [names.index(name) for name in ("reviews", "community_forum")]
    assert none.month.encounters[0, own].sum() == 0
    assert (none.month.encounters[0, peers] > 0).all()


def test_the_companys_process_counts_the_pay_of_staff() -> None:
    """Two touchpoints cost the same an encounter; the one that holds staff longer costs more."""
    renew = 7
    for longer, shorter in (
        ("account_manager", "retention_contact"), ("retention_contact", "account_manager"),
    ):  # fmt: skip
        world = EcosystemModel(changed("base", {
            "population.people": 100, f"touchpoints.{longer}.handling": 30.0,
            f"touchpoints.{shorter}.handling": 5.0,
        })).world  # fmt: skip
        assert world.touchpoints.names[world.policy.route[0, renew]] == shorter


# --- how it is written ---------------------------------------------------------------------------

SPELT = """extends = "base"
[[companies]]
name = "rival"
[companies.touchpoints.call_centre]
servers = 3
offered = false
"""


def test_it_is_written_below_the_company_and_survives_being_written(tmp_path: Any) -> None:
    file = tmp_path / "own.toml"
    file.write_text(SPELT)
    scenario = load_scenario(file)
    own = scenario.companies[1].touchpoints["call_centre"]
    assert (own.servers, own.offered, own.effort) == (3, False, None)
    for complete in (False, True):
        file.write_text(to_toml(scenario, complete=complete))
        assert load_scenario(file) == scenario
        assert load_scenario(file).fingerprint == scenario.fingerprint


def test_a_path_names_it() -> None:
    scenario = changed("base", {"companies.focal.touchpoints.call_centre.servers": 3})
    assert scenario.companies[0].touchpoints["call_centre"].servers == 3
    assert value_at(scenario, "companies.focal.touchpoints.call_centre.servers") == 3
    assert value_at(scenario, "companies.rival.touchpoints.call_centre.servers") is None
    assert value_at(scenario, "companies.rival.touchpoints.call_centre.offered") is True
    everywhere = changed("base", {"companies.*.touchpoints.*.teaches": True})
    for company in everywhere.companies:
        assert set(company.touchpoints) == {place.name for place in everywhere.touchpoints}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (f"{OWN}.call_center.servers", 3, "names an unknown touchpoint"),
        (f"{OWN}.call_centre.serves", 3, 'Did you mean "companies.focal.touchpoints.call_centre.s'),
        (f"{OWN}.community_forum.offered", False, "peers own"),
        (f"{OWN}.call_centre.servers", -1, "between 0 and"),
        (f"{OWN}[0].servers", 1, "by name"),
    ],
)
def test_what_is_wrong_is_said(path: str, value: Any, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        changed("base", {path: value})


def test_a_company_does_not_run_anothers_touchpoint() -> None:
    with pytest.raises(ScenarioError, match="belongs to rival"):
        changed("base", {"touchpoints.shop.owner": "rival", f"{OWN}.shop.cost": 1.0})


def routes(inputs: Scenario) -> dict[tuple[str, int], str]:
    """Return where each company's process sends people of each stage, by name."""
    places = Touchpoints.of(inputs)
    policy = Policy.of(inputs, places, Operations.of(inputs, places))
    return {
        (company.name, stage): places.names[place]
        for c, company in enumerate(inputs.companies)
        for stage, place in enumerate(policy.route[c])
        if place >= 0
    }


def in_order(inputs: Scenario, names: Sequence[str]) -> Scenario:
    """Return a scenario whose touchpoints come in this order."""
    rows = {row.name: row for row in inputs.touchpoints}
    return inputs.model_copy(update={"touchpoints": tuple(rows[name] for name in names)})


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_order_of_touchpoints_does_not_matter_to_the_companys_process(name: str) -> None:
    inputs = stored(name)
    names = [row.name for row in inputs.touchpoints]
    found = routes(inputs)
    orders = [names[::-1], *(np.random.default_rng(n).permutation(names) for n in range(5))]
    assert all(routes(in_order(inputs, order)) == found for order in orders)
    use, focal = 5, inputs.companies[0].name
    assert found[focal, use] == "product_use"


def test_of_equally_dear_touchpoints_it_takes_the_one_made_for_the_stage() -> None:
    """Then the one of least effort, then the first by name."""
    dispose, free = 8, {"touchpoints.*.cost": 0.0, "touchpoints.*.servers": 0}
    free |= {"touchpoints.*.service_level": 0.0}
    wide = {"touchpoints.web_search.stages": ["search", "dispose"]}
    narrow = {"touchpoints.web_search.stages": ["dispose"], "touchpoints.web_search.effort": 0.5}
    quick = {"touchpoints.take_back.effort": 0.4}
    slow = {"touchpoints.take_back.effort": 0.6}
    for changes, chosen in (
        ({**wide, **slow}, "take_back"), ({**narrow, **slow}, "web_search"),
        ({**narrow, **quick}, "take_back"), (narrow, "take_back"),
    ):  # fmt: skip
        inputs = changed("base", {**free, **changes})
        assert routes(inputs)["focal", dispose] == chosen
        names = [row.name for row in inputs.touchpoints][::-1]
        assert routes(in_order(inputs, names))["focal", dispose] == chosen
