"""Rules between values: each one broken, with the line it is blamed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.scenario import rules
from simulation.scenario.load import examine, load_scenario
from simulation.scenario.rules import RULES, Broken, Rule, broken_rules
from simulation.scenario.scenario import Scenario

EXTENDS = 'extends = "small"\n'
SHOP = EXTENDS + '[[touchpoints]]\nname = "shop"\n'
FOCAL = EXTENDS + '[[companies]]\nname = "focal"\n'
PEOPLE = EXTENDS + '[[segments]]\nname = "people"\n'

BROKEN = [
    (
        EXTENDS + '[[jobs]]\nname = "other"\noutcomes = ["lower_cost"]\n',
        4,
        'jobs.other.outcomes has the outcome "lower_cost", which the job job has already.',
    ),
    (
        EXTENDS + '[[jobs]]\nname = "job"\noutcomes = []\n',
        4,
        "jobs.job.outcomes must not be empty.",
    ),
    (EXTENDS + "[encounter]\nburden = 1e308\n", 3, "must be at most 1000000000 in size."),
    (PEOPLE + "enjoyment = 1e-320\n", 4, "must be at least 1e-09."),
    (
        EXTENDS + "[capability.decay]\ninnovation = 1_000\n",
        3,
        "capability.decay.innovation must be at most 1. Got 1000.",
    ),
    (SHOP + 'owner = "helpr"\n', 4, 'Got "helpr". Did you mean "helper"?'),
    (SHOP + 'owner = "nobody"\n', 4, "must be one of company, peers, focal, rival or helper."),
    (
        EXTENDS + '[[touchpoints]]\nname = "call_centre"\nowner = "peers"\n',
        18,
        "partners.helper owns no touchpoint.",
    ),
    (EXTENDS + '[[companies]]\nname = "peers"\n', 3, 'must not be "peers": that is an owner'),
    (EXTENDS + '[[companies]]\nname = "customers"\n', 3, "that is an actor in the results"),
    (EXTENDS + '[[partners]]\nname = "company"\n', 3, 'must not be "company"'),
    (
        SHOP + 'owner = "rival"\n[[partners]]\nname = "rival"\n',
        6,
        'partners.rival.name must not be "rival": a company has this name.',
    ),
    (
        FOCAL + 'label = "Us"\n[[partners]]\nname = "helper"\nlabel = "Us"\n',
        7,
        'partners.helper.label must not be "Us": focal is shown by that name.',
    ),
    (
        FOCAL + 'label = "rival"\n',
        4,
        'must not be "rival": rival is shown by that name.',
    ),
    (
        EXTENDS + "[start.companies.focl]\nshare = 0.3\n",
        2,
        'start.companies.focl names an unknown company. Did you mean "focal"',
    ),
    (
        EXTENDS + "[start.companies]\nfocal = { share = 0.7 }\nrival = { share = 0.4 }\n",
        3,
        "and those of the others must be at most 1 together. Got 1.1.",
    ),
    (
        EXTENDS + "[start.companies.focal]\nshare = 0.5\nawareness = 0.2\n",
        4,
        "start.companies.focal.awareness must be at least the share of its customers, 0.5.",
    ),
    (FOCAL + "allocation = { shp = 1 }\n", 4, "names an unknown touchpoint."),
    (FOCAL + "[companies.touchpoints.shp]\ncost = 1.0\n", 4, "names an unknown touchpoint"),
    (
        FOCAL + "[companies.touchpoints.shop]\ncost = 1.0\n"
        '[[touchpoints]]\nname = "shop"\nowner = "rival"\n',
        4,
        "companies.focal.touchpoints.shop belongs to rival: only rival runs it.",
    ),
    (
        FOCAL + "[companies.touchpoints.shop]\noffered = false\n"
        '[[touchpoints]]\nname = "shop"\nowner = "peers"\n',
        5,
        "companies.focal.touchpoints.shop.offered cannot be closed by a company",
    ),
    (FOCAL + "legacy_focus = { less_efort = 1 }\n", 4, 'Did you mean "less_effort"?'),
    (
        PEOPLE + "importance = { cost = 3 }\n",
        4,
        "segments.people.importance.cost names an unknown outcome",
    ),
    (PEOPLE + "importance = { lower_cost = 11 }\n", 4, "must be between 0 and 10. Got 11."),
    (PEOPLE + "importance = { lower_cost = 0, less_effort = 0 }\n", 4, "must not be 0 for every"),
    (FOCAL + "allocation = { shop = 0, call_centre = 0 }\n", 4, "must not be 0 everywhere."),
    (FOCAL + "legacy_focus = { lower_cost = 0 }\n", 4, "must not be 0 everywhere."),
    (
        EXTENDS + "[population]\nknowledge_low = 0.5\n",
        3,
        "knowledge_low must be at most population.knowledge_high, which is 0.35. Got 0.5.",
    ),
    (EXTENDS + "[population]\nskill_high = 0.1\n", 3, "population.skill_low must be at most"),
    (EXTENDS + "[listening]\nsample_low = 70\n", 3, "must be at most listening.sample_high"),
    (EXTENDS + "[desks]\nall_hours = 100\n", 3, "desks.business_hours must be at most"),
    (EXTENDS + "[desks]\nprofile = [1, 2]\n", 3, "must have 24 numbers, one an hour. Got 2."),
    (EXTENDS + f"[desks]\nprofile = {[0] * 24}\n", 3, "must not be 0 at every hour."),
    (EXTENDS + '[journey]\nstages = ["use", "need"]\n', 3, 'Write ["need", "use"].'),
    (EXTENDS + '[journey]\nstages = ["use", "use"]\n', 3, "each stage once"),
    (EXTENDS + "[journey]\nstages = []\n", 3, "journey.stages must not be empty."),
    (SHOP + "stages = []\n", 4, "touchpoints.shop.stages must not be empty."),
    (SHOP + 'stages = ["use", "use"]\n', 4, "must name each stage once."),
    (
        EXTENDS + "[encounter.weights.use]\noperant = 0\nplatform = 0\ntime = 0\n",
        2,
        "encounter.weights.use must not all be 0",
    ),
    (
        EXTENDS + "[capability.duration]\ninnovation = 0\n",
        3,
        "capability.duration.innovation must be more than 0 months. Got 0.",
    ),
    (
        EXTENDS + '[network]\nkind = "edge_list"\n',
        3,
        'network.file is needed for kind = "edge_list".',
    ),
    (
        EXTENDS + '[network]\nkind = "edge_list"\nfile = "nix.csv"\n',
        4,
        "network.file names a file that does not exist:",
    ),
    (
        EXTENDS + '[network]\nkind = "edge_list"\nfile = "small.toml"\n',
        4,
        "network.file names a file with a fault:",
    ),
]


@pytest.mark.parametrize(("text", "line", "said"), BROKEN)
def test_a_broken_rule_is_told_with_its_line(faults, text: str, line: int, said: str) -> None:
    told = faults(text)
    assert len(told) == 1, told
    assert told[0].line == line
    assert said in str(told[0])


def test_the_small_scenario_breaks_no_rule(write) -> None:
    assert broken_rules(load_scenario("small")) == []


def test_no_rule_is_dead(faults, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule but one is broken above or here; names in files are unique once they are merged."""
    broken: set[str] = set()

    def watched(rule: Rule) -> Rule:
        def watch(scenario: Scenario) -> list[Broken]:
            found = list(rule(scenario))
            broken.update([rule.__name__] if found else [])
            return found

        return watch

    monkeypatch.setattr(rules, "RULES", tuple(watched(rule) for rule in RULES))
    for text, _, _ in BROKEN:
        faults(text)
    told = faults(EXTENDS + "".join(f'[[companies]]\nname = "c{i}"\n' for i in range(127)))
    assert "companies must be at most 127. Got 129." in str(told[0])
    assert {rule.__name__ for rule in RULES} - broken == {"names_are_unique"}


def test_names_must_be_unique_in_python_as_well(write) -> None:
    small = load_scenario("small")
    twice = small.model_copy(update={"companies": (small.companies[0],) * 2})
    assert isinstance(twice, Scenario)
    assert [broken.message for broken in broken_rules(twice)] == ['"focal" is taken.']


def test_the_file_of_ties_starts_at_the_scenario_that_names_it(write) -> None:
    write(EXTENDS.replace("small", "../small") + '[network]\nfile = "ties.csv"\n', "deep/middle")
    Path("deep/ties.csv").write_text("a,b\n0,1\n")
    top = load_scenario(write('extends = "deep/middle"\n[network]\nkind = "edge_list"\n'))
    assert top.network.file == str(Path("deep/ties.csv").resolve())


def test_a_file_of_ties_from_python_starts_here(write) -> None:
    Path("ties.csv").write_text("b,a\n0,1\n")
    changed = load_scenario("small").replace({"network": {"kind": "edge_list", "file": "ties.csv"}})
    assert changed.network.file == str(Path("ties.csv").resolve())


# --- oddities ------------------------------------------------------------------------------------

ODD = [
    (
        EXTENDS + '[[events]]\nmonth = 121\nset = { "reach.fade" = 0.5 }\n',
        3,
        "events[0].month never happens: the run ends after month 120.",
    ),
    (
        EXTENDS + '[[events]]\nmonth = 12\nset = { "reach.fade" = 0.02 }\n',
        4,
        "events[0].set.reach.fade changes nothing: the value is the same before month 12.",
    ),
    (
        EXTENDS + '[journey]\nstages = ["purchase", "use", "support"]\n',
        3,
        "journey.stages has stages that no touchpoint serves: use.",
    ),
    (
        EXTENDS + '[journey]\nstages = ["purchase"]\n',
        29,
        "touchpoints.call_centre.stages are all left out of the journey: support.",
    ),
    (
        EXTENDS + '[network]\nfile = "small.toml"\n',
        3,
        'network.file is not read: the network\'s kind is "small_world".',
    ),
    (
        EXTENDS + '[[companies]]\nname = "rivall"\n',
        2,
        'companies.rivall is a new entry; "rival" is unchanged.',
    ),
]


@pytest.mark.parametrize(("text", "line", "said"), ODD)
def test_oddities_are_warnings_with_a_line(write, text: str, line: int, said: str) -> None:
    warnings = [odd for odd in examine(write(text)).warnings if said in str(odd)]
    assert [odd.line for odd in warnings] == [line]


def test_what_is_meant_is_not_odd(write) -> None:
    text = (
        EXTENDS
        + '[[companies]]\nname = "rival_2"\n'
        + '[journey]\nstages = ["purchase", "support"]\n'
        + '[[events]]\nmonth = 5\nset = { "reach.fade" = 0.5 }\n'
        + '[[events]]\nmonth = 9\nset = { "reach.fade" = 0.02 }\n'
        + '[[touchpoints]]\nname = "shop"\nservice_level = 0.7\n'
    )
    assert examine(write(text)).warnings == ()


def test_a_purchase_without_encounter_needs_no_touchpoint(write) -> None:
    text = EXTENDS + '[journey]\nstages = ["purchase", "support"]\n'
    text += '[[touchpoints]]\nname = "shop"\nstages = ["support"]\n'
    assert "purchase" in str(examine(write(text)).warnings[0])
    text = text.replace("[[touch", 'rule = "when_aware"\n[[touch')
    assert examine(write(text)).warnings == ()
