"""A question as it is asked of a market: its file read, with everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import ExperimentError, Fault, FaultList, in_order
from simulation.experiment.design import Design, DesignKind
from simulation.experiment.drawn import POSTERIOR_KEY, posterior_in
from simulation.experiment.factors import Factor, Range, Role
from simulation.experiment.load import (
    Changes,
    at_home,
    load_as_far,
    read_experiment,
    scenario_file,
    with_changes,
)
from simulation.experiment.read_design import read_design
from simulation.experiment.read_factors import read_factors
from simulation.experiment.reader import Reader
from simulation.scenario.fields import ValueKind, all_fields
from simulation.scenario.files import find_scenario, name_here
from simulation.scenario.paths import pattern, split, value_at
from simulation.scenario.tree import Node, plain, plant
from simulation.store import Measure
from simulation.studies.question.arms import arm_faults
from simulation.studies.question.assumptions import uncertain
from simulation.studies.question.claim import AS_IT_IS, Claim, claim_faults, claim_of
from simulation.studies.question.relative import spelt_out

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.posterior import ParameterDraws
    from simulation.scenario.scenario import Scenario

LEAST_SEEDS = 2

OUTCOMES = {"value": {"metric": "co_created_value", "window": "last 24 months"}}
"""What a question's file keeps of a run beside what claims are about, if it does not say."""


@dataclass(frozen=True)
class Size:
    """How much is run.

    Attributes:
        people: simulated.
        futures: plausible ones that are wanted.
        seeds: of each future, where one does not decide.
        months: recorded.
    """

    people: int
    futures: int
    seeds: int = 2
    months: int = 60


FULL = Size(people=1500, futures=128)
QUICK = Size(people=500, futures=64, months=36)
"""Months cost most: a quick look has 36, of which the last 24 are judged."""


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is asked of a market."""

    experiment: Experiment
    claim: Claim


def asked_of(
    name: str, tree: Node, market: str, size: Size, changes: Changes, base: Scenario | None = None
) -> AskedQuestion:
    """Return a question as it is asked of a market.

    Args:
        name: of the question.
        tree: of its file.
        market: a scenario's name or file; what the file says if empty.
        size: how much is run, unless ``changes`` say otherwise.
        changes: what the command line says.
        base: the market's scenario with all that is changed; read if not given.

    Raises:
        ExperimentError: with every fault of its file. What is checked against the market is left
            out where the market itself cannot be read.
    """
    faults = FaultList()
    tree, draws = _with_draws(tree, changes, faults)
    data = {**_data(tree), **({} if draws is None else {POSTERIOR_KEY: draws.as_data()})}
    settings = _settings(tree, size, changes)
    base = base or _market(tree, market, settings, faults)
    design = _design(tree, size, changes, faults)
    table = _as_experiment(tree, base, design, market, faults)
    most = Changes(_seeds(tree, size, changes, faults), seed=changes.seed, settings=settings)
    whole = with_changes(Node(table, tree.place), most)
    experiment = faults.attempt(read_experiment, name, whole, base, find_base=False)
    claim = _claim(tree, faults)
    factors = () if experiment is None else experiment.factors
    if base is not None:
        factors = _drawn((*factors, *_unknown(tree, base)), base, draws, settings, faults)
    if experiment is None or claim is None or faults:
        faults += [] if base is None else _arm_faults(whole, base, claim)
        raise ExperimentError(in_order(faults))
    whole_experiment = replace(experiment, factors=factors, asked=data, design=design, draws=draws)
    return AskedQuestion(whole_experiment, claim)


def _as_experiment(
    tree: Node, base: Scenario | None, design: Design, market: str, faults: FaultList
) -> dict[str, Node]:
    """Return a question's file as an experiment of its market.

    Its design was read before. Where it states no uncertainties, those of all mechanisms are added
    when the experiment is there, which is therefore a grid until then.
    """
    table = dict(tree.value)
    levers = tree.value.get("levers", Node({}, tree.place))
    table["levers"] = levers if base is None else spelt_out(levers, base, faults)
    kind = {"kind": "futures", "n": design.n, "seed": design.seed}
    table["design"] = plant(kind if "uncertainties" in tree.value else {"kind": "grid"})
    table.setdefault("outcomes", plant(OUTCOMES))
    if base is not None:
        stated = _data(tree).get("scenario", "")
        table["scenario"] = plant(market or name_here(str(stated), _home(tree)))
    elif market:
        table["scenario"] = plant(market)
    return table


def _settings(tree: Node, size: Size, changes: Changes) -> dict[str, Any]:
    """Return the parameters that are fixed for all runs."""
    settings = {"population.people": size.people, **_data(tree.value.get("set", Node({}))),
                **changes.settings}  # fmt: skip
    stated = settings.pop("run.months", size.months)
    settings["run.months"] = stated if changes.months is None else changes.months
    return settings


def _seeds(tree: Node, size: Size, changes: Changes, faults: FaultList) -> int:
    """Return how many seeds each future has where one does not decide."""
    table = tree.value if changes.replicates is None else {"replicates": plant(changes.replicates)}
    before = len(faults)
    n = Reader(Node(table, tree.place), "", faults).whole("replicates", low=1, high=100_000)
    if n is None or len(faults) > before:
        return size.seeds
    if n < LEAST_SEEDS:
        hint = f"Ask for {LEAST_SEEDS}; not all futures get the second at first."
        message = (
            f"must be {LEAST_SEEDS} or more: what an effect owes to its seed is known from no "
            f"fewer. Got {n}."
        )
        place = table["replicates"].place
        faults.append(place.fault(message, key="replicates", hint=hint))
        return size.seeds
    return n


def _design(tree: Node, size: Size, changes: Changes, faults: FaultList) -> Design:
    """Return how many futures are wanted, and the seed of the design.

    A quick look takes no more than its own number of futures, unless the command line says so.
    """
    stated = tree.value.get("design", Node({}, tree.place))
    table = stated.value if isinstance(stated.value, dict) else {}
    usual = {"kind": plant("futures"), "n": plant(size.futures)}
    whole = {**usual, **table, **{key: plant(value) for key, value in changes.design.items()}}
    if stated.value is not table:  # no table: that is noted, and the usual design looked at
        Reader(tree, "", faults).below("design")
    top = Node({"design": Node(whole, stated.place)}, tree.place)
    read = read_design(Reader(top, "", faults).below("design"))
    n = size.futures if read is None or read.n is None else read.n
    if size is QUICK and "n" not in changes.design:
        n = min(n, size.futures)
    return Design(DesignKind.FUTURES, n=n, seed=1 if read is None else read.seed)


def _with_draws(
    tree: Node, changes: Changes, faults: FaultList
) -> tuple[Node, ParameterDraws | None]:
    """Return a file's tree without its posterior, and the draws that are taken."""
    rest = {key: node for key, node in tree.value.items() if key != POSTERIOR_KEY}
    if changes.posterior is not None:
        return Node(rest, tree.place), changes.posterior
    _, draws = posterior_in(tree, faults)
    return Node(rest, tree.place), draws


def _drawn(
    factors: tuple[Factor, ...], base: Scenario, draws: ParameterDraws | None,
    settings: Mapping[str, Any], faults: FaultList,
) -> tuple[Factor, ...]:  # fmt: skip
    """Return factors with the parameters of a posterior as uncertainties, between its draws' ends.

    That the market has no such parameter, or that it is set as well, is noted.
    """
    if draws is None:
        return factors
    before = len(faults)
    faults.attempt(draws.check, 1, [base], settings)
    if len(faults) > before:
        return factors
    columns = dict(zip(draws.paths, zip(*draws.rows, strict=True), strict=True))
    taken = (_factor(base, path, (min(all_), max(all_))) for path, all_ in columns.items())
    kept = (one for one in factors if one.role is Role.LEVER or one.key not in columns)
    return (*kept, *taken)


def _market(
    tree: Node, where: str, settings: Mapping[str, Any], faults: FaultList
) -> Scenario | None:
    """Return the scenario of a market: one that is named on the command line, or the file's."""
    top = Reader(tree, "", faults)
    stated = tree.value.get("scenario")
    if where:
        file = faults.attempt(find_scenario, where)
    elif stated is not None and isinstance(stated.value, str) and stated.value:
        file = scenario_file(top, stated.value)
    else:
        return None  # the reader notes what is wrong with it
    if file is None:
        return None
    wrong = FaultList()
    base = load_as_far(file, settings, wrong)
    fixed = {key: node for key, node in top.below("set").node.value.items()
             if settings.get(key) == plain(node)}  # fmt: skip
    faults += [at_home(top, fault, fixed) if fault.key in fixed else fault for fault in wrong]
    return base


def _home(tree: Node) -> Path | None:
    """Return the folder of a question's file."""
    return None if tree.place.file is None else tree.place.file.parent


def _unknown(tree: Node, base: Scenario) -> tuple[Factor, ...]:
    """Return what is uncertain where a file does not say: the numbers of all mechanisms."""
    if "uncertainties" in tree.value:
        return ()
    return tuple(_factor(base, path, ends) for path, ends in uncertain(base).items())


def _factor(base: Scenario, path: str, ends: tuple[float, float]) -> Factor:
    parameter = all_fields()[pattern(split(path))]
    whole = parameter.kind is ValueKind.WHOLE
    return Factor(
        path, Role.UNCERTAINTY, Range(*ends, whole=whole),
        measures={path: Measure(parameter.unit, parameter.meaning)},
        present={path: value_at(base, path)},
    )  # fmt: skip


def _claim(tree: Node, faults: FaultList) -> Claim | None:
    """Return what is claimed, or None after noting why it cannot be read."""
    names = _arm_names(tree)
    stated = tree.value.get("verdict", Node({}, tree.place))
    if names is None:
        hint = 'Write [levers.what] and below it levels."some" = { … }.'
        faults.append(stated.place.fault("needs one lever with named levels.", key="levers",
                                         hint=hint))  # fmt: skip
    if not isinstance(stated.value, dict):
        return None  # the reader notes it
    verdict = _data(stated)
    wrong = claim_faults(verdict, None if names is None else [*names, AS_IT_IS])
    faults += [stated.place.fault(one.message, key=one.key, hint=one.hint) for one in wrong]
    return None if wrong else claim_of(verdict)


def _arm_names(tree: Node) -> list[str] | None:
    """Return the names of the levels of the only lever; None where it is not so."""
    levers = _data(tree.value.get("levers", Node({})))
    (lever,) = levers.values() if len(levers) == 1 else (None,)
    levels = lever.get("levels") if isinstance(lever, dict) else None
    return list(levels) if isinstance(levels, dict) else None


def _arm_faults(whole: Node, base: Scenario, claim: Claim | None) -> list[Fault]:
    """Return why arms cannot be had, of a file with which something else is wrong as well."""
    noted = FaultList()  # the same once more, or what has been noted
    factors = noted.attempt(read_factors, Reader(whole, "", noted), base) or ()
    wanted = (_arm_names(whole) or []) if claim is None else claim.arms()
    return arm_faults(factors, base, wanted)


def _data(node: Node) -> dict[str, Any]:
    data = plain(node)
    return data if isinstance(data, dict) else {}
