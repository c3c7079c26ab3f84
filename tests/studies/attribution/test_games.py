"""Who plays, and the scenarios of the cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import changed, scenario, stored

from simulation.errors import ScenarioError
from simulation.experiment.load import load_experiment
from simulation.scenario.paths import value_at
from simulation.studies.attribution import games, players
from simulation.studies.attribution.cases import held, scenario_of, without
from simulation.studies.attribution.games import GameKind, Plan, Raised, Scaled

FUNDING = "companies.focal.funding"


def cases(game: games.Game) -> dict[str, games.Case]:
    return {case.name: case for case in game.cases()}


def test_functions_have_eight_coalitions_and_a_maintenance_level() -> None:
    game = players.functions("focal")
    found = cases(game)
    assert next(iter(found)) == game.whole == "I+M+P"
    assert set(found) == {"I+M+P", "I+M", "I+P", "M+P", "I", "M", "P", "baseline"}
    base = stored("base")
    only_m = scenario_of(found["M"], base)
    levels = [value_at(only_m, f"{FUNDING}.{f.value}") for f in players.LETTERS]
    full = [value_at(base, f"{FUNDING}.{f.value}") for f in players.LETTERS]
    assert levels == [0.25 * full[0], full[1], 0.25 * full[2]]
    assert min(full) > 0.0
    assert scenario_of(found["I+M+P"], base) is base
    rivals = value_at(only_m, "companies.rival.funding.innovation")
    assert rivals == value_at(base, "companies.rival.funding.innovation")


def test_maintenance_holds_whatever_events_set() -> None:
    event = {"month": 6, "set": {f"{FUNDING}.innovation": 8.0, f"{FUNDING}.marketing_sales": 5.0}}
    base = changed("base", {"events": [event]})
    without_i = scenario_of(cases(players.functions("focal"))["M+P"], base)
    assert value_at(without_i, f"{FUNDING}.innovation") == 0.25 * value_at(
        base, f"{FUNDING}.innovation"
    )
    later = dict(without_i.timeline())[6]
    assert value_at(later, f"{FUNDING}.innovation") == 2.0
    assert value_at(later, f"{FUNDING}.marketing_sales") == 5.0
    assert len(scenario_of(cases(players.functions("focal"))["I+M+P"], base).events) == 1


def test_switches_go_from_crm_to_scrm() -> None:
    found = cases(players.switches("focal"))
    assert len(found) == 64
    ends = {name: scenario_of(found[name], stored("base")) for name in ("baseline", "who+what")}
    crm, scrm = stored("crm_classic"), stored("scrm")
    for name in (*players.SWITCHES, "outside_in"):
        path = f"companies.focal.strategy.{name}"
        assert value_at(ends["baseline"], path) == value_at(crm, path)
        full = scenario_of(found["who+what+when+where+why+how"], stored("base"))
        assert value_at(full, path) == value_at(scrm, path)
    assert value_at(ends["who+what"], "companies.focal.strategy.when") == 0.0


def test_levers_need_a_range() -> None:
    base = scenario(companies__focal__strategy__education=0.3, desks__wage=0.1)
    with pytest.raises(ScenarioError, match=r"already at 0\.1\. Give a range"):
        players.levers(["desks.wage=0.1"], base, "focal")
    game = players.levers(
        ["education", "companies.focal.price=0.2..0.5", "desks.wage=0.3"], base, "focal"
    )
    assert game.names == ("education", "price", "wage")
    ends = [(list(p.absent.values()), list(p.present.values())) for p in game.players]
    assert ends == [([0.0], [0.3]), ([0.2], [0.5]), ([0.1], [0.3])]
    assert len(game.cases()) == 8


def test_all_faults_of_levers_are_told() -> None:
    at_zero = scenario(companies__focal__strategy__lean=0.0)
    texts = ["lean", "companies.focal.name", "nonsense", "talk.weak=a..b"]
    with pytest.raises(ScenarioError) as error:
        players.levers(texts, at_zero, "focal")
    told = str(error.value)
    for words in ("cannot be varied", "is not a number", "nonsense", "is not a range"):
        assert words in told
    with pytest.raises(ScenarioError, match="named twice"):
        players.levers(["education", "education"], stored("base"), "focal")
    with pytest.raises(ScenarioError, match="must be 1 to 8"):
        players.levers([], stored("base"), "focal")


def test_every_mechanism_is_a_change_that_the_scenario_accepts() -> None:
    base = stored("base")
    game = players.mechanisms("focal")
    assert game.plan is Plan.ONE_LEFT_OUT
    prints = {case.name: scenario_of(case, base).fingerprint for case in game.cases()}
    assert len(set(prints.values())) == len(prints) == len(game.players) + 1


@pytest.mark.parametrize("name", ["base", "telecom", "saas", "retail_bank", "community_product"])
def test_every_part_can_be_removed(name: str) -> None:
    base = stored(name)
    game = players.parts(base)
    partners = {partner.name for partner in base.partners}
    touchpoints = {touchpoint.name for touchpoint in base.touchpoints}
    assert partners <= set(game.names)
    assert len(set(game.names)) == len(game.names)
    left_over = {t.owner for t in base.touchpoints if t.name not in game.names}
    assert left_over <= partners
    for case in game.cases()[1:]:
        rest = scenario_of(case, base)
        gone = touchpoints - {touchpoint.name for touchpoint in rest.touchpoints}
        assert gone or case.absent[0].meaning == "deliverable"
        assert case.absent[0].name not in {partner.name for partner in rest.partners}


def test_a_removed_touchpoint_takes_its_allocation_and_events_along() -> None:
    base = changed("base", {
        "companies.focal.allocation": {"help_pages": 2.0, "shop": 3.0},
        "events": [{"month": 3, "set": {"touchpoints.help_pages.cost": 0.1}},
                   {"month": 4, "set": {"touchpoints.shop.cost": 0.1}}],
    })  # fmt: skip
    rest = without(base, ["touchpoints.help_pages"])
    assert dict(rest.companies[0].allocation) == {"shop": 3.0}
    assert [event.month for event in rest.events] == [4]


def test_the_how_to_names_the_layers_and_their_parameters() -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "attribute.md").read_text("utf-8")
    table = page.partition("| layer or switch | parameters |")[2].partition("\n\n")[0]
    told = {
        name.strip(): set(re.findall(r"`([a-z_.]+)`", text))
        for name, text in re.findall(r"^\| ([^|]+) \| (.+) \|$", table, re.MULTILINE)
    }
    told.pop("---", None)
    layers = players.layers(stored("base"), "focal")
    assert set(told) == set(layers.names)
    for player in layers.players:
        for path in player.absent:
            parts = path.split(".")
            assert any(word.split(".")[-1] in parts for word in told[player.name]), path


def test_layers_move_both_ways() -> None:
    base = stored("base")
    game = players.layers(base, "focal")
    assert len(game.players) == 12
    found = cases(game)
    assert len(found) == 25
    path = "companies.focal.strategy.listening"
    now = value_at(base, path)
    assert value_at(scenario_of(found["weaker listening"], base), path) == now / 2
    assert value_at(scenario_of(found["stronger listening"], base), path) == now + (1 - now) / 2
    desks = "companies.focal.touchpoints.call_centre.service_level"
    weaker, stronger = (scenario_of(found[f"{how} operational channels"], base)
                        for how in ("weaker", "stronger"))  # fmt: skip
    assert value_at(weaker, desks) == 0.35
    assert value_at(stronger, desks) == pytest.approx(0.7 + 0.29 / 2)
    assert weaker.touchpoints == base.touchpoints
    assert weaker.companies[1] == base.companies[1]
    social = scenario_of(found["stronger customer to customer"], base)
    assert value_at(social, "companies.focal.allocation.reviews") == 1.5


def test_a_layer_of_desks_moves_what_staffs_them() -> None:
    """Fixed desks are moved by servers, those of others and closed ones not at all."""
    own = "companies.focal.touchpoints"
    base = stored("base").replace({
        "touchpoints.*.service_level": 0.0, f"{own}.account_manager.offered": False,
        f"{own}.retention_contact.servers": 3,
    })  # fmt: skip
    layer = next(p for p in players.layers(base, "focal").players if "channels" in p.name)
    moved = {path: (layer.absent[path], layer.present[path]) for path in layer.absent
             if path.startswith(own)}  # fmt: skip
    assert moved == {
        f"{own}.sales_conversation.servers": (1, 2),
        f"{own}.call_centre.servers": (1, 3),
        f"{own}.retention_contact.servers": (2, 5),
    }


def test_relative_changes() -> None:
    assert Scaled(0.25).of(8.0) == 2.0
    assert Scaled(0.25).of(2) == 1
    assert Scaled(0.5).of(0) == 0
    assert Raised(0.5, most=1.0).of(0.4) == pytest.approx(0.7)
    assert Raised(0.5).of(4.0) == 6.0
    assert Raised(0.5).of(1) == 2
    assert (str(Scaled(0.25)), str(Raised(0.5)), str(Raised(0.5, 1.0))) == (
        "× 0.25", "× 1.5", "50 % of the way to 1"
    )  # fmt: skip


def test_no_changes_leave_the_scenario_alone() -> None:
    base = stored("base")
    assert held(base, {}) is base
    assert GameKind.FUNCTIONS in games.PLANS


def test_levers_of_an_experiment_go_from_their_first_level_to_their_last(tmp_path: Path) -> None:
    game = players.levers_of(load_experiment(_written(tmp_path, LEVERS)).factors)
    assert game.names == ("platform", "sales")
    states = cases(game)
    full = scenario_of(states["platform+sales"], stored("base"))
    assert value_at(full, f"{FUNDING}.experience_platform") == 3.0
    assert value_at(full, f"{FUNDING}.marketing_sales") == 0.75
    simplex = load_experiment(_written(tmp_path, SIMPLEX)).factors
    with pytest.raises(ScenarioError, match="Got 0"):
        players.levers_of(simplex)


HEAD = """
question = "Who created it?"
scenario = "base"
[design]
kind = "grid"
[outcomes]
value = { metric = "co_created_value" }
"""
LEVERS = f"""{HEAD}
[levers.platform]
levels.maintenance = {{ "{FUNDING}.experience_platform" = 0.75 }}
levels.funded = {{ "{FUNDING}.experience_platform" = 3.0 }}
[levers.sales]
levels.aligned = {{ "companies.focal.strategy.alignment" = 0.8 }}
levels.absent = {{ "companies.focal.strategy.alignment" = 0.0, "{FUNDING}.marketing_sales" = 0.75 }}
"""
SIMPLEX = f"""{HEAD}
[levers]
"{FUNDING}" = {{ simplex = 3, total = 9.0, levels = 7 }}
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "levers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_changes_are_packed_and_unpacked_the_same() -> None:
    changes = {"a": Scaled(0.25), "b": Raised(0.5, 1.0), "c": Raised(0.5), "d": 3, "e": "word",
               "f": {"scale": 1}}  # fmt: skip
    assert games.unpacked(json.loads(json.dumps(games.packed(changes)))) == changes
