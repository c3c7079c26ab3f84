"""A base and its what-ifs under the same seeds, to be compared pair by pair.

So that the same person can be compared across scenarios, every run also leaves a file of what its
persons have at the end (five bytes a person) beside the journal. It is read when the tables are
made, two runs at a time; the tables keep what a pair comes to, never persons.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.execution import RunTask
from simulation.execution.trial import trial_of
from simulation.experiment.posterior import ParameterDraws
from simulation.scenario.what_if import later_changes, with_all_touchpoints
from simulation.scenario.write import value_text
from simulation.simulate import DEFAULT_MODEL, begins_established, load_model, model_version
from simulation.store import Identity, PlannedRun
from simulation.studies.comparison.persons import KeepPeople, RunPersons, people_file, read_people
from simulation.studies.pasts import key_of, past_of, shared_pasts

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

COMMAND = "compare"
NO_WHAT_IF = Fault(
    "needs a what-if in addition to the base.", key=COMMAND,
    hint='Name a second scenario, or write --what-if "cheap: companies.focal.price=0.3".',
)  # fmt: skip
LEAST_PAIRS = 2
"""An interval cannot be had from fewer."""


@dataclass(frozen=True)
class Side:
    """A scenario in a comparison; ``arguments`` name it on the command line of ``run``."""

    name: str
    scenario: Scenario
    arguments: str = ""


@dataclass(frozen=True)
class Pairs:
    """A base and its what-ifs, each to be run with every seed (see ``paired``)."""

    base: Side
    what_ifs: tuple[Side, ...]
    seeds: tuple[int, ...]
    model: str = DEFAULT_MODEL
    draws: ParameterDraws | None = None
    """Parameters that each seed takes, the same on all sides, if they are not the scenarios'."""

    @property
    def sides(self) -> tuple[Side, ...]:
        """The base, then the what-ifs."""
        return (self.base, *self.what_ifs)

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprint of each side's scenario, by its name."""
        return {side.name: side.scenario.fingerprint for side in self.sides}

    @cached_property
    def pasts(self) -> dict[str, str]:
        """What each side's months before month 1 depend on, where several share them."""
        return shared_pasts({side.name: side.scenario for side in self.sides})

    @property
    def of_other_markets(self) -> tuple[str, ...]:
        """Names of the what-ifs whose market differs from the base's before month 1."""
        ours = past_of(self.base.scenario)
        return tuple(s.name for s in self.what_ifs if past_of(s.scenario) != ours)

    @cached_property
    def version(self) -> str:
        """The version of the model."""
        return model_version(self.model)

    @property
    def experiment(self) -> str:
        """What a folder of these pairs is for; more seeds make no different experiment of it."""
        parts = [COMMAND, self.version]
        parts += [part for pair in self.fingerprints.items() for part in pair]
        parts += [] if self.draws is None else [self.draws.digest]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def identity(self, side: Side, seed: int) -> Identity:
        """Return what a run of a side is."""
        if self.draws is None:
            return Identity(self.fingerprints[side.name], seed, self.version)
        return Identity(self.scenario_in(side, seed).fingerprint, seed, self.version)

    def settings_of(self, side: Side, seed: int) -> dict[str, Any]:
        """Return the parameters that a side takes from the posterior with a seed, if there is one.

        What a what-if sets otherwise than the base is no matter of what data leave open.
        """
        if self.draws is None:
            return {}
        place = self.seeds.index(seed)
        return self.draws.settings_in(place, side.scenario, self.base.scenario)

    def scenario_in(self, side: Side, seed: int) -> Scenario:
        """Return the scenario of a side with the parameters of a seed."""
        key = (side.name, seed)
        if key not in self._drawn:
            settings = self.settings_of(side, seed)
            self._drawn[key] = side.scenario.replace(settings) if settings else side.scenario
        return self._drawn[key]

    @cached_property
    def _drawn(self) -> dict[tuple[str, int], Scenario]:
        return {}

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: the base with all seeds, then each what-if.

        So the base's runs have the numbers that they have in a result of the base alone.
        """
        n = len(self.seeds)
        return [
            PlannedRun(
                run=place * n + at,
                scenario=side.name,
                identity=self.identity(side, seed),
            )
            for place, side in enumerate(self.sides)
            for at, seed in enumerate(self.seeds)
        ]

    def in_turn(self) -> list[PlannedRun]:
        """Return the runs in the order in which they are done: a stop leaves whole pairs."""
        n = len(self.seeds)
        return sorted(self.planned(), key=lambda plan: (plan.run % n, plan.run // n))

    def first(self, n: int) -> Pairs:
        """Return the same with n seeds: fewer, or more that count on from the last."""
        more = range(self.seeds[-1] + 1, self.seeds[-1] + 1 + max(n - len(self.seeds), 0))
        return replace(self, seeds=(*self.seeds[:n], *more))

    def task(self, plan: PlannedRun, folder: Path) -> RunTask:
        """Return the task that does a planned run and keeps its persons in a folder."""
        keep = KeepPeople(people_file(folder.resolve(), plan.identity))
        side = self.side(plan)
        past = key_of(self.pasts[side.name], plan.identity.seed)
        return RunTask(plan.run, plan.identity, self.scenario_in(side, plan.identity.seed),
                       self.model, keep, past=past)  # fmt: skip

    def side(self, plan: PlannedRun) -> Side:
        """Return whose run it is."""
        return next(side for side in self.sides if side.name == plan.scenario)


def from_month_1(base: Side, what_ifs: Sequence[Side], model: str = DEFAULT_MODEL) -> list[Side]:
    """Return base and what-ifs as arms of one market, which differ from month 1 on.

    All have the touchpoints of all, closed where they do not offer them. What-ifs that shape the
    founding stay as they are, and so do all of a market that begins empty.
    """
    sides = [base, *what_ifs]
    if not (base.scenario.run.warm_up and begins_established(model)):
        return sides
    whole = with_all_touchpoints([side.scenario for side in sides])
    first, *rest = (replace(side, scenario=one) for side, one in zip(sides, whole, strict=True))
    return [first, *(_changed(first, side) for side in rest)]


def _changed(base: Side, side: Side) -> Side:
    scenario = side.scenario.as_change_of(base.scenario)
    if scenario is side.scenario or not base.arguments:
        return replace(side, scenario=scenario)
    changes = later_changes(base.scenario, side.scenario)
    words = [word for path, value in changes.items()
             for word in ("--then", f"{path}={value_text(value)}")]  # fmt: skip
    return replace(side, scenario=scenario, arguments=f"{base.arguments} {shlex.join(words)}")


def paired(
    base: Side,
    what_ifs: Sequence[Side],
    seeds: Sequence[int],
    model: str = DEFAULT_MODEL,
    draws: ParameterDraws | None = None,
) -> Pairs:
    """Return the pairs of a base and its what-ifs, if they can be compared.

    Raises:
        InputError: with all that stands against it: a scenario that is there twice, other months,
            other numbers of people, two of the same name, fewer than two seeds.
    """
    faults = [] if what_ifs else [NO_WHAT_IF]
    faults += _name_faults([base, *what_ifs])
    faults += [fault for what_if in what_ifs for fault in _size_faults(base, what_if)]
    faults += _twin_faults([base, *what_ifs])
    faults += _seed_faults(seeds)
    if draws is not None and not faults:
        draws.check(len(seeds), [base.scenario, *(side.scenario for side in what_ifs)])
    if faults:
        raise InputError(faults)
    return Pairs(base, tuple(what_ifs), tuple(seeds), model, draws)


def _name_faults(sides: Sequence[Side]) -> list[Fault]:
    names = [side.name for side in sides]
    if len({(side.name, side.scenario.fingerprint) for side in sides}) < len(sides):
        again = next(name for name in names if names.count(name) > 1)
        hint = 'Name another scenario, or write --what-if "cheap: companies.focal.price=0.3".'
        return [Fault("is named twice, so that nothing differs.", key=again, hint=hint)]
    hint = "Rename one of the files, or give a what-if another name."
    return [
        Fault("is the name of two scenarios.", key=name, hint=hint)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _size_faults(base: Side, what_if: Side) -> list[Fault]:
    faults = []
    ours, theirs = base.scenario, what_if.scenario
    if ours.run.months != theirs.run.months:
        faults.append(
            Fault(
                f"simulates {theirs.run.months} months and {base.name} {ours.run.months}; curves "
                "of different length cannot be compared.",
                key=what_if.name,
                hint=f"Give all the same with --months {ours.run.months}.",
            )
        )
    if ours.population.people != theirs.population.people:
        faults.append(
            Fault(
                f"has {theirs.population.people:,} people and {base.name} "
                f"{ours.population.people:,}; a person can only be compared with the same person.",
                key=what_if.name,
                hint="Give all the same with --set population.people="
                f"{ours.population.people}, or compare sizes with cocreate sweep.",
            )
        )
    return faults


def _twin_faults(sides: Sequence[Side]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for side in sides:
        twin = seen.setdefault(side.scenario.fingerprint, side.name)
        if twin != side.name:
            faults.append(
                Fault(
                    f"is the same scenario as {twin}: there is nothing to compare.",
                    key=side.name,
                    hint="Change a parameter in it; --set changes all scenarios in the same way.",
                )
            )
    return faults


def _seed_faults(seeds: Sequence[int]) -> list[Fault]:
    if len(seeds) < LEAST_PAIRS:
        message = f"needs at least {LEAST_PAIRS} pairs for an interval. Got {len(seeds)}."
        return [Fault(message, key="--replicates", hint="20 is a good start.")]
    if len(set(seeds)) < len(seeds):
        return [Fault("must differ from each other.", key="seeds")]
    return []


def each_pair(pairs: Pairs, folder: Path) -> Iterator[tuple[str, int, RunPersons, RunPersons]]:
    """Yield what-if, seed, and the persons of base and what-if, where both runs have some."""
    for seed in pairs.seeds:
        ours = read_people(folder, pairs.identity(pairs.base, seed))
        for what_if in pairs.what_ifs:
            theirs = read_people(folder, pairs.identity(what_if, seed))
            if ours is not None and theirs is not None:
                yield what_if.name, seed, ours, theirs


def shared_labels(pairs: Pairs) -> list[tuple[str, str]]:
    """Return (metric, of) of what all sides record, in the base's order.

    What is recorded does not depend on how many people there are, so that a world of few is asked.
    """
    each = [labels_of(side.scenario, pairs.model) for side in pairs.sides]
    return [label for label in each[0] if all(label in other for other in each)]


def labels_of(scenario: Scenario, model: str) -> list[tuple[str, str]]:
    """Return (metric, of) of what is recorded of a scenario."""
    recorder = load_model(model)(trial_of(scenario), 0).recorder
    return [(str(metric), str(of)) for metric, of in recorder.labels]
