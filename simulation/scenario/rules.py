"""What must hold between the values of a scenario; ``broken_rules`` returns all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import cast

from annotated_types import Gt

from simulation.errors import ScenarioError
from simulation.scenario.edge_list import read_edges
from simulation.scenario.fields import named_lists
from simulation.scenario.parameter import Section
from simulation.scenario.schema import CompanySection, ScenarioData, Segment
from simulation.scenario.suggest import did_you_mean, listed
from simulation.scenario.tree import Steps
from simulation.scenario.words import Function, NetworkKind, Stage

MOST = 127
"""Entries of a list are numbered in eight bits, where -1 means none."""

MOST_EVENTS = 500
"""Each month with events is a scenario of its own, which is checked as a whole."""

MOST_CELLS = 40_000_000
"""Persons times companies (or outcomes): each is a number in memory, in several columns."""

GREATEST, LEAST = 1e9, 1e-9
"""Numbers are at most so large, and those that must be more than 0 at least so: no product or
ratio of some is infinite."""

RESERVED = {
    "company": "an owner of touchpoints",
    "peers": "an owner of touchpoints",
    "customers": "an actor in the results",
    "non_customers": "an actor in the results",
}
"""Names that mean something else wherever companies and partners are named."""


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold: the paths it is about, the first one to be named."""

    paths: tuple[Steps, ...]
    message: str
    hint: str | None = None


Rule = Callable[[ScenarioData], Iterable[Broken]]


def broken_rules(scenario: ScenarioData, *, references: bool = True) -> list[Broken]:
    """Return every rule that a scenario breaks; without ``references``, names are not followed."""
    rules = RULES if references else [rule for rule in RULES if rule not in REFERENCES]
    return [broken for rule in rules for broken in rule(scenario)]


# --- names ---------------------------------------------------------------------------------------


def names_are_unique(scenario: ScenarioData) -> Iterator[Broken]:
    """Within each kind, a name is used once."""
    for kind in named_lists():
        names = [str(entry.name) for entry in getattr(scenario, kind)]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Broken(((kind, index, "name"),), f'"{name}" is taken.', "Rename one of them.")


def outcomes_are_unique(scenario: ScenarioData) -> Iterator[Broken]:
    """An outcome belongs to one job, and a job has at least one outcome."""
    seen: dict[str, str] = {}
    for job in scenario.jobs:
        path: Steps = ("jobs", job.name, "outcomes")
        if not job.outcomes:
            hint = 'Name at least one desired outcome: outcomes = ["less_effort"].'
            yield Broken((path,), "must not be empty.", hint)
        for name in job.outcomes:
            if name in seen:
                message = f'has the outcome "{name}", which {seen[name]} has already.'
                yield Broken((path,), message, "Outcomes are identified by name: rename one.")
            seen.setdefault(name, f"the job {job.name}")


def actors_do_not_clash(scenario: ScenarioData) -> Iterator[Broken]:
    """Companies and partners have names of their own, and none of the reserved ones."""
    companies = [company.name for company in scenario.companies]
    for name in companies:
        yield from _reserved(("companies", name, "name"), name)
    for partner in scenario.partners:
        path: Steps = ("partners", partner.name, "name")
        yield from _reserved(path, partner.name)
        if partner.name in companies:
            message = f'must not be "{partner.name}": a company has this name.'
            yield Broken((path,), message, "Choose another name.")


def labels_differ(scenario: ScenarioData) -> Iterator[Broken]:
    """No two entries of a kind, and no company and partner, are shown by the same name."""
    actors = ("companies", "partners")
    kinds = [(kind,) for kind in named_lists() if kind not in actors]
    for together in (actors, *kinds):
        entries = [(kind, entry) for kind in together for entry in getattr(scenario, kind)]
        # Those with a label come last, so that it is the label that is to be changed.
        shown: dict[str, str] = {}
        for kind, entry in sorted(entries, key=lambda one: bool(one[1].label)):
            name, label = str(entry.name), entry.label or str(entry.name)
            if shown.setdefault(label, name) != name:
                message = f'must not be "{label}": {shown[label]} is shown by that name.'
                yield Broken(((kind, name, "label"),), message, "Choose another label.")


def _reserved(path: Steps, name: str) -> Iterator[Broken]:
    if name in RESERVED:
        message = f'must not be "{name}": that is {RESERVED[name]}.'
        yield Broken((path,), message, "Choose another name.")


def counts_are_bounded(scenario: ScenarioData) -> Iterator[Broken]:
    """No list is longer than what numbers its entries, no market larger than what holds it."""
    limits = dict.fromkeys(named_lists(), MOST) | {"events": MOST_EVENTS}
    for kind, most in limits.items():
        count = len(getattr(scenario, kind))
        if count > most:
            yield Broken(((kind,),), f"must be at most {most}. Got {count}.", "Merge some of them.")
    if len(scenario.outcomes) > MOST:
        message = f"must have at most {MOST} outcomes in all. Got {len(scenario.outcomes)}."
        yield Broken((("jobs",),), message, "Merge some of them.")
    people, widest = (
        scenario.population.people,
        max(len(scenario.companies), len(scenario.outcomes)),
    )
    if people * widest > MOST_CELLS:
        most = MOST_CELLS // widest
        message = f"must be at most {most} with so many companies or outcomes. Got {people}."
        yield Broken((("population", "people"),), message, "Simulate fewer people.")


def numbers_have_a_size(scenario: ScenarioData) -> Iterator[Broken]:
    """No number is above a billion in size; what must be more than 0 is at least a billionth."""
    if _all_sized(scenario):  # nearly always: then nothing has to be said of any place
        return
    for path, number, divides in _numbers(scenario, ()):
        if abs(number) > GREATEST:
            message = f"must be at most {GREATEST:.0f} in size. Got {number:g}."
            yield Broken((path,), message, "Choose a larger unit.")
        elif divides and abs(number) < LEAST:
            message = f"must be at least {LEAST:g}. Got {number:g}."
            yield Broken((path,), message, "Choose a smaller unit.")


def _all_sized(value: object, *, divides: bool = False) -> bool:
    """Return whether every number has a size, those too that the model does not count with.

    Every run asks this of its scenario. Plain types come first, as it takes longer to tell whether
    something is a section.
    """
    kind = type(value)
    if kind is float or kind is int:
        size = abs(cast("float", value))
        return size <= GREATEST and (size >= LEAST or not divides)
    if kind is str or kind is bool or value is None:
        return True
    if isinstance(value, tuple | list):
        return all(map(_all_sized, value))
    if isinstance(value, dict):
        return all(map(_all_sized, value.values()))
    if isinstance(value, Section):
        return all(_all_sized(getattr(value, name), divides=positive)
                   for name, positive in _sized_fields(type(value)))  # fmt: skip
    return True


_UNSIZED = (("run", "seed"), ("population", "represents"), ("currency", "per_unit"))
"""Numbers that the model does not count with."""


def _numbers(
    value: object, path: Steps, *, divides: bool = False
) -> Iterator[tuple[Steps, float, bool]]:
    """Yield the numbers of a section: path, number, whether it must be more than 0."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if path not in _UNSIZED:
            yield path, value, divides
    elif isinstance(value, Section):
        for name, positive in _sized_fields(type(value)):
            yield from _numbers(getattr(value, name), (*path, name), divides=positive)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _numbers(item, (*path, str(name)))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _numbers(item, (*path, index))


@cache
def _sized_fields(section: type[Section]) -> tuple[tuple[str, bool], ...]:
    """Return the fields of a section that may hold numbers, and which must be more than 0."""
    return tuple((name, any(isinstance(rule, Gt) for rule in field.metadata))
                 for name, field in section.model_fields.items() if name != "events")  # fmt: skip


# --- references ----------------------------------------------------------------------------------


def owners_exist(scenario: ScenarioData) -> Iterator[Broken]:
    """A touchpoint is owned by each company, by the peers, by a company or by a partner."""
    owners = ["company", "peers", *(company.name for company in scenario.companies)]
    owners += [partner.name for partner in scenario.partners]
    for touchpoint in scenario.touchpoints:
        if touchpoint.owner not in owners:
            message = f'must be one of {listed(owners, "or")}. Got "{touchpoint.owner}".'
            path: Steps = ("touchpoints", touchpoint.name, "owner")
            hint = did_you_mean(touchpoint.owner, owners)
            yield Broken((path,), message, hint or "Or add [[partners]] with that name.")


def partners_own_touchpoints(scenario: ScenarioData) -> Iterator[Broken]:
    """A partner acts at the touchpoints it owns, so it needs one."""
    owners = {touchpoint.owner for touchpoint in scenario.touchpoints}
    for partner in scenario.partners:
        if partner.name not in owners:
            hint = (
                f'Give one the owner = "{partner.name}", '
                "or drop the partner with remove = true below its name."
            )
            yield Broken((("partners", partner.name),), "owns no touchpoint.", hint)


def tables_name_what_exists(scenario: ScenarioData) -> Iterator[Broken]:
    """Allocations name touchpoints; importance and legacy focus name outcomes."""
    touchpoints = [touchpoint.name for touchpoint in scenario.touchpoints]
    for company in scenario.companies:
        path: Steps = ("companies", company.name)
        yield from _unknown_keys((*path, "allocation"), company.allocation, touchpoints)
        yield from _unknown_keys((*path, "legacy_focus"), company.legacy_focus, scenario.outcomes)
        yield from _unknown_keys((*path, "touchpoints"), company.touchpoints, touchpoints)
    for segment in scenario.segments:
        path = ("segments", segment.name, "importance")
        yield from _unknown_keys(path, segment.importance, scenario.outcomes)


def _unknown_keys(path: Steps, table: Iterable[str], known: Sequence[str]) -> Iterator[Broken]:
    what = "touchpoint" if path[-1] in ("allocation", "touchpoints") else "outcome"
    for key in table:
        if key not in known:
            names = f"There are {listed(known)}." if known else f"There is no {what}."
            hint = did_you_mean(key, known) or names
            yield Broken(((*path, key),), f"names an unknown {what}.", hint)


def starts_are_of_companies(scenario: ScenarioData) -> Iterator[Broken]:
    """What is known of today's market is of companies that there are."""
    companies = [company.name for company in scenario.companies]
    for name in scenario.start.companies:
        if name not in companies:
            hint = did_you_mean(name, companies) or f"There are {listed(companies)}."
            yield Broken((("start", "companies", name),), "names an unknown company.", hint)


def starts_fit_together(scenario: ScenarioData) -> Iterator[Broken]:
    """Nobody is a customer of two companies, and all customers know theirs."""
    stated = scenario.start.companies
    shares = {name: one.share for name, one in stated.items() if one.share is not None}
    total = sum(shares.values())
    if total > 1.0 + 1e-9:
        paths = tuple(("start", "companies", name, "share") for name in shares)
        message = f"and those of the others must be at most 1 together. Got {total:g}."
        yield Broken(paths, message, "People have one provider: lower the shares.")
    for name, one in stated.items():
        if one.awareness is not None and (one.share or 0.0) > one.awareness:
            path: Steps = ("start", "companies", name, "awareness")
            message = f"must be at least the share of its customers, {one.share:g}."
            hint = "Customers know their company."
            yield Broken((path,), f"{message} Got {one.awareness:g}.", hint)


def companies_run_their_own(scenario: ScenarioData) -> Iterator[Broken]:
    """A company decides on its own touchpoints and on channels, not on what others own."""
    owner = {touchpoint.name: touchpoint.owner for touchpoint in scenario.touchpoints}
    companies = [company.name for company in scenario.companies]
    for company in scenario.companies:
        for name, stated in company.touchpoints.items():
            path: Steps = ("companies", company.name, "touchpoints", name)
            whose = owner.get(name, "company")
            if whose in companies and whose != company.name:
                message = f"belongs to {whose}: only {whose} runs it."
                yield Broken((path,), message, f"Write it below companies.{whose}.")
            elif whose == "peers" and not stated.offered:
                message = "cannot be closed by a company: peers own the touchpoint."
                yield Broken(((*path, "offered"),), message, "Leave the line out.")


# --- amounts -------------------------------------------------------------------------------------

ORDERED = (
    (("population", "knowledge_low"), ("population", "knowledge_high")),
    (("population", "skill_low"), ("population", "skill_high")),
    (("listening", "sample_low"), ("listening", "sample_high")),
    (("desks", "business_hours"), ("desks", "all_hours")),
)


def lows_do_not_exceed_highs(scenario: ScenarioData) -> Iterator[Broken]:
    """The lower end of each pair is not above the upper one."""
    for (section, low), (_, high) in ORDERED:
        least, most = (getattr(getattr(scenario, section), name) for name in (low, high))
        if least > most:
            message = f"must be at most {section}.{high}, which is {most:g}. Got {least:g}."
            yield Broken(
                ((section, low), (section, high)), message, "Lower it, or raise the other."
            )


def projects_take_time(scenario: ScenarioData) -> Iterator[Broken]:
    """The mean length of a project is positive for each function."""
    for function in Function:
        months = getattr(scenario.capability.duration, function)
        if months <= 0:
            path: Steps = ("capability", "duration", function.value)
            message = f"must be more than 0 months. Got {months:g}."
            yield Broken((path,), message, "To do without a function, set its funding to 0.")


def no_more_is_lost_than_there_is(scenario: ScenarioData) -> Iterator[Broken]:
    """The share of capability that is lost in a month is at most 1 for each function."""
    for function in Function:
        share = getattr(scenario.capability.decay, function)
        if share > 1.0:
            path: Steps = ("capability", "decay", function.value)
            hint = "Write a share from 0 to 1: 0.02 for 2 %."
            yield Broken((path,), f"must be at most 1. Got {share:g}.", hint)


def shares_have_a_sum(scenario: ScenarioData) -> Iterator[Broken]:
    """Numbers that are used relative to their sum are not all zero."""
    for stage in Stage:
        weights = getattr(scenario.encounter.weights, stage)
        if not any(getattr(weights, name) for name in type(weights).model_fields):
            path: Steps = ("encounter", "weights", stage.value)
            hint = "Give at least one input a weight above 0."
            yield Broken((path,), "must not all be 0: they are used relative to their sum.", hint)
    names = {touchpoint.name for touchpoint in scenario.touchpoints}
    for company in scenario.companies:
        yield from _zero_tables(company, names, set(scenario.outcomes))
    for segment in scenario.segments:
        yield from _zero_importance(segment, scenario)


def _zero_tables(
    company: CompanySection, touchpoints: set[str], outcomes: set[str]
) -> Iterator[Broken]:
    for table, names in (("allocation", touchpoints), ("legacy_focus", outcomes)):
        given: dict[str, float] = getattr(company, table)
        covers_all = names <= set(given) or table == "legacy_focus"
        if given and covers_all and not any(given.values()):
            path: Steps = ("companies", company.name, table)
            yield Broken((path,), "must not be 0 everywhere.", "Give at least one number above 0.")


def _zero_importance(segment: Segment, scenario: ScenarioData) -> Iterator[Broken]:
    for job in scenario.jobs:
        given = [segment.importance.get(outcome) for outcome in job.outcomes]
        if given and all(value == 0 for value in given):
            path: Steps = ("segments", segment.name, "importance")
            message = f"must not be 0 for every outcome of the job {job.name}."
            yield Broken((path,), message, "Give at least one of them an importance above 0.")


def day_has_24_hours(scenario: ScenarioData) -> Iterator[Broken]:
    """The profile of arrivals has a number for each hour, not all of them zero."""
    profile = scenario.desks.profile
    path: Steps = ("desks", "profile")
    if len(profile) != 24:
        hint = "Start with the hour from midnight to one."
        yield Broken((path,), f"must have 24 numbers, one an hour. Got {len(profile)}.", hint)
    elif not sum(profile):
        yield Broken((path,), "must not be 0 at every hour.", "Give at least one hour arrivals.")


# --- the journey ---------------------------------------------------------------------------------


def stages_are_in_order(scenario: ScenarioData) -> Iterator[Broken]:
    """The journey keeps the order of the stages, each once; touchpoints serve each stage once."""
    order = {stage: place for place, stage in enumerate(Stage)}
    stages = scenario.journey.stages
    path: Steps = ("journey", "stages")
    if not stages:
        yield Broken((path,), "must not be empty.", f'For all of them write ["{Stage.NEED}", …].')
    elif any(order[a] >= order[b] for a, b in pairwise(stages)):
        right = ", ".join(f'"{stage}"' for stage in sorted(set(stages), key=order.__getitem__))
        message = "must be in the order of the journey, each stage once."
        yield Broken((path,), message, f"Write [{right}].")
    for touchpoint in scenario.touchpoints:
        served: Steps = ("touchpoints", touchpoint.name, "stages")
        if not touchpoint.stages:
            yield Broken((served,), "must not be empty.", 'Name the stages served, as ["use"].')
        elif len(set(touchpoint.stages)) < len(touchpoint.stages):
            yield Broken((served,), "must name each stage once.", "Drop the repeated one.")


# --- the network ---------------------------------------------------------------------------------


def edge_list_is_there(scenario: ScenarioData) -> Iterator[Broken]:
    """An edge list has a file, which exists and holds ties between the people there are."""
    network = scenario.network
    path: Steps = ("network", "file")
    if network.kind is not NetworkKind.EDGE_LIST:
        return
    if network.file is None:
        hint = 'Write file = "ties.csv", relative to the scenario\'s folder.'
        yield Broken((path, ("network", "kind")), 'is needed for kind = "edge_list".', hint)
    elif not Path(network.file).is_file():
        message = f'names a file that does not exist: "{network.file}".'
        yield Broken((path,), message, "Relative paths start at the folder of the scenario file.")
    else:
        try:
            read_edges(network.file, scenario.population.people)
        except ScenarioError as error:
            for fault in error.faults:
                at = f"{Path(network.file).name}:{fault.line}" if fault.line else network.file
                message = f"names a file with a fault: {at}: {fault.message}"
                yield Broken((path,), message, fault.hint)


RULES: tuple[Rule, ...] = (
    names_are_unique,
    outcomes_are_unique,
    actors_do_not_clash,
    labels_differ,
    counts_are_bounded,
    numbers_have_a_size,
    owners_exist,
    partners_own_touchpoints,
    tables_name_what_exists,
    starts_are_of_companies,
    starts_fit_together,
    companies_run_their_own,
    lows_do_not_exceed_highs,
    projects_take_time,
    no_more_is_lost_than_there_is,
    shares_have_a_sum,
    day_has_24_hours,
    stages_are_in_order,
    edge_list_is_there,
)

REFERENCES: tuple[Rule, ...] = (owners_exist, partners_own_touchpoints, tables_name_what_exists)
