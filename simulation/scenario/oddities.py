"""What is allowed in a scenario but probably not meant: warnings, which stop nothing."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.errors import Fault
from simulation.scenario.edge_list import read_edges
from simulation.scenario.fields import named_lists
from simulation.scenario.loads import AS_FOR_ALL, fixed_desks, service_level
from simulation.scenario.paths import value_at
from simulation.scenario.rules import Broken, Rule
from simulation.scenario.scenario import Scenario
from simulation.scenario.schema import ScenarioData, Touchpoint
from simulation.scenario.suggest import listed, near
from simulation.scenario.tree import Node, Steps, find, name_of, names_in
from simulation.scenario.words import ChoiceRule, NetworkKind, Stage


def oddities(scenario: ScenarioData) -> list[Broken]:
    """Return what is odd about a scenario by itself."""
    return [odd for rule in ODDITIES for odd in rule(scenario)]


def events_come_in_time(scenario: ScenarioData) -> Iterator[Broken]:
    """An event after the last month never happens."""
    for index, event in enumerate(scenario.events):
        if event.month > scenario.run.months:
            message = f"never happens: the run ends after month {scenario.run.months}."
            hint = "Move the event, or raise run.months."
            yield Broken((("events", index, "month"),), message, hint)


def stages_are_served(scenario: ScenarioData) -> Iterator[Broken]:
    """A stage that no touchpoint serves is where people get stuck."""
    served = {stage for touchpoint in scenario.touchpoints for stage in touchpoint.stages}
    if scenario.journey.rule is ChoiceRule.WHEN_AWARE:
        served.add(Stage.PURCHASE)  # bought without an encounter
    unserved = [stage.value for stage in scenario.journey.stages if stage not in served]
    if unserved and scenario.touchpoints:
        message = f"has stages that no touchpoint serves: {listed(unserved)}."
        hint = "Leave them out of the journey, or add them to the stages of a touchpoint."
        yield Broken((("journey", "stages"), ("touchpoints",)), message, hint)


def touchpoints_are_used(scenario: ScenarioData) -> Iterator[Broken]:
    """A touchpoint that serves only stages left out of the journey is never used."""
    for touchpoint in scenario.touchpoints:
        if not set(touchpoint.stages) & set(scenario.journey.stages):
            path: Steps = ("touchpoints", touchpoint.name, "stages")
            message = f"are all left out of the journey: {listed(touchpoint.stages)}."
            yield Broken((path,), message, "The touchpoint costs money and is never used.")


def files_are_read(scenario: ScenarioData) -> Iterator[Broken]:
    """A file of ties is read only where the network is an edge list."""
    if scenario.network.file is not None and scenario.network.kind is not NetworkKind.EDGE_LIST:
        message = f'is not read: the network\'s kind is "{scenario.network.kind}".'
        yield Broken((("network", "file"),), message, 'Write kind = "edge_list" to use it.')


IDLE, OVERRUN = 0.05, 1.0
"""Shares of open time busy, below and above which a desk of fixed size is worth a word."""


def fixed_desks_fit(scenario: ScenarioData) -> Iterator[Broken]:
    """A desk of fixed size that would hardly be busy, or overrun, says little of service."""
    noticed: set[Steps] = set()
    for company, touchpoint, servers, busy in fixed_desks(scenario):
        stated = company.touchpoints.get(touchpoint.name)
        path: Steps = ("touchpoints", touchpoint.name, "servers")
        if stated is not None and stated.servers is not None:
            path = ("companies", company.name, *path)
        if IDLE <= busy <= OVERRUN or path in noticed:
            continue
        noticed.add(path)
        how = f"{busy:.0%} of the time" if busy >= 0.01 else "less than 1 % of the time"
        message = f"would be busy about {how} at {company.name}, by a rough estimate. Got {servers}"
        hint = "Change servers, or give a service_level: staff then follow the load."
        yield Broken((path,), f"{message}.", hint)


def ties_are_as_expected(scenario: ScenarioData) -> Iterator[Broken]:
    """What was made of a file of ties, where not everything in it is a tie or somebody has none."""
    network = scenario.network
    if network.kind is NetworkKind.EDGE_LIST:
        oddity = read_edges(network.file, scenario.population.people).oddity
        if oddity:
            yield Broken((("network", "file"),), oddity, None)


ODDITIES: tuple[Rule, ...] = (
    ties_are_as_expected,
    events_come_in_time,
    stages_are_served,
    touchpoints_are_used,
    files_are_read,
    fixed_desks_fit,
)


def idle_events(scenario: Scenario) -> Iterator[Broken]:
    """An event that sets what is in force already changes nothing."""
    before, in_force = scenario, dict(scenario.timeline())
    by_month = sorted(enumerate(scenario.events), key=lambda pair: pair[1].month)
    for month, after in in_force.items():
        for index, event in by_month:
            if event.month != month:
                continue
            for path in event.set:
                if value_at(before, path) == value_at(after, path):
                    message = f"changes nothing: the value is the same before month {month}."
                    yield Broken((("events", index, "set", path),), message, "Check the value.")
        before = after


def servers_without_effect(scenario: Scenario, tree: Node) -> Iterator[Broken]:
    """Servers set over a service level that is inherited: staff follow the load all the same."""
    for touchpoint in scenario.touchpoints:
        path: Steps = ("touchpoints", touchpoint.name)
        servers, level = (find(tree, (*path, name)) for name in ("servers", "service_level"))
        set_over = servers and level and servers.place.rank < level.place.rank
        if set_over and _all_follow_the_load(scenario, touchpoint):
            yield _no_effect((*path, "servers"), touchpoint)
    in_force = dict(scenario.timeline())
    for index, event in enumerate(scenario.events):
        later = in_force.get(event.month)
        for touchpoint in later.touchpoints if later is not None else ():
            key = f"touchpoints.{touchpoint.name}.servers"
            if later is not None and key in event.set and _all_follow_the_load(later, touchpoint):
                yield _no_effect(("events", index, "set", key), touchpoint)


def _all_follow_the_load(scenario: ScenarioData, touchpoint: Touchpoint) -> bool:
    """Return whether no company's staff are the servers that the touchpoint states."""
    return touchpoint.service_level > 0.0 and all(
        service_level(company, touchpoint) > 0.0
        or company.touchpoints.get(touchpoint.name, AS_FOR_ALL).servers is not None
        for company in scenario.companies
    )


def _no_effect(path: Steps, touchpoint: Touchpoint) -> Broken:
    message = f"has no effect: staff follow the load, service_level = {touchpoint.service_level:g}."
    hint = (
        "Change service_level, or set it to 0 as well; a company that states its own servers "
        "(companies.NAME.touchpoints) keeps to them."
    )
    return Broken((path,), message, hint)


def misspelt_entries(layers: list[Node]) -> Iterator[Fault]:
    """A new entry that is called almost as an inherited one was probably meant to change it."""
    inherited: dict[str, list[str]] = {kind: [] for kind in named_lists()}
    for layer in reversed(layers):
        for kind, known in inherited.items():
            entries = find(layer, (kind,))
            for entry in entries.value if entries is not None else []:
                name = name_of(entry)
                guess = _misspelt(name, known) if name and name not in known else None
                if guess is not None:
                    message = f'is a new entry; "{guess}" is unchanged.'
                    hint = f'If you meant to change "{guess}", correct the name.'
                    yield entry.place.fault(message, key=f"{kind}.{name}", hint=hint)
            known += [name for name in names_in(entries) if name not in known]


def _misspelt(name: str, known: list[str]) -> str | None:
    """Return the known name that ``name`` nearly is; ``rival_2`` and ``rival_b`` are new names."""
    guess = near(name, [other for other in known if not name.startswith(f"{other}_")])
    if guess is None or name.strip("_0123456789") == guess.strip("_0123456789"):
        return None
    return guess
