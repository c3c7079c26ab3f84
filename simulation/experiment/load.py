"""From TOML to an Experiment: strict, with every fault found at once, each at its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.percentage import percentage
from simulation.errors import ExperimentError, Fault, FaultList, ScenarioError, in_order
from simulation.experiment.drawn import posterior_in, with_posterior
from simulation.experiment.experiment import Experiment
from simulation.experiment.factors import Factor
from simulation.experiment.files import find_experiment
from simulation.experiment.outcomes import LAST_YEAR, Outcome, Statistic, Window
from simulation.experiment.posterior import SET_AND_DRAWN, ParameterDraws
from simulation.experiment.read_design import check_design, read_design
from simulation.experiment.read_factors import read_factors
from simulation.experiment.reader import Reader
from simulation.scenario.files import find_scenario, name_here, read_file
from simulation.scenario.load import load_scenario
from simulation.scenario.suggest import did_you_mean, listed
from simulation.scenario.tree import Node, Place, place_at, plain, plant
from simulation.scenario.words import Better

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

KEYS = ("title", "question", "source", "scenario", "replicates", "seed", "series",
        "set", "from", "posterior", "levers", "uncertainties", "design", "outcomes",
        "verdict")  # fmt: skip
_SCENARIO_KEYS = ("extends", "companies", "population", "segments", "jobs", "touchpoints")


@dataclass(frozen=True)
class Changes:
    """What the command line puts on top of an experiment file; None leaves the file's word.

    A design with a kind stands for the file's design, others change it.
    """

    replicates: int | None = None
    months: int | None = None
    seed: int | None = None
    design: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    series: tuple[str, ...] = ()
    posterior: ParameterDraws | None = None


_VARIED = "What is varied stands below [levers], what is unknown below [uncertainties]."
ELSEWHERE = {
    "months": 'Write [set] and below it "run.months" = 60.',
    "metrics": "The numbers to keep stand below [outcomes].",
    **dict.fromkeys(("factors", "parameters", "variables", "inputs"), _VARIED),
}
"""What to do about keys that other tools have."""


def load_experiment(path_or_name: str | Path, changes: Changes | None = None) -> Experiment:
    """Read an experiment from a TOML file.

    Args:
        path_or_name: a file (``experiments/staffing.toml``), or a name that is looked up here, in
            ``experiments/`` and among the experiments that come with the package.
        changes: what goes on top.

    Raises:
        ExperimentError: with every fault found, each with file, line, column, key and remedy.
    """
    file = find_experiment(path_or_name)
    try:
        tree = read_file(file)
    except ScenarioError as error:
        raise ExperimentError(list(error.faults)) from None
    _refuse_scenario(tree)
    experiment = read_experiment(file.stem, with_changes(tree, changes or Changes()))
    return replace(experiment, scenario_name=name_here(experiment.scenario_name, file.parent))


def with_changes(tree: Node, changes: Changes) -> Node:
    """Return the tree of an experiment with what the command line puts on top."""
    table = dict(tree.value)
    for name in ("replicates", "seed"):
        value = getattr(changes, name)
        if value is not None:
            table[name] = plant(value)
    if changes.series:
        table["series"] = plant(changes.series)
    if changes.design and _is_table(table.get("design")):
        old = table.get("design", Node({}))
        kept = {} if "kind" in changes.design else old.value
        new = {key: plant(value) for key, value in changes.design.items()}
        table["design"] = Node({**kept, **new}, old.place)
    fixed = dict(changes.settings)
    if changes.months is not None:
        fixed["run.months"] = changes.months
    if fixed and _is_table(table.get("set")):
        old = table.get("set", Node({}))
        new = {key: plant(value) for key, value in fixed.items()}
        kept = {key: node for key, node in old.value.items() if key not in new}
        table["set"] = Node({**kept, **new}, old.place)
    whole = Node(table, tree.place)
    return whole if changes.posterior is None else with_posterior(whole, changes.posterior)


def _is_table(node: Node | None) -> bool:
    """Whether a node may have keys; what is no table is left for the reader to refuse."""
    return node is None or isinstance(node.value, dict)


def read_experiment(
    name: str, tree: Node, base: Scenario | None = None, *, find_base: bool = True
) -> Experiment:
    """Return the experiment of a tree.

    Args:
        name: what it is called.
        tree: the experiment file as data.
        base: its scenario with all fixed changes; read from the file it names if not given.
        find_base: whether it is read; where it cannot be had, the rest is checked without it.

    Raises:
        ExperimentError: with all faults.
    """
    unread = FaultList()
    tree, draws = posterior_in(tree, unread)
    top = Reader(tree, "", unread)
    top.only(KEYS, ELSEWHERE)
    question = top.text("question", needed='Write question = "Does … pay?".')
    source, scenario = top.text("source"), top.text("scenario", needed='Write scenario = "base".')
    top.text("title")
    fixed = _fixed(top)
    if base is None and scenario and find_base:
        base = _base(top, scenario, fixed)
    start = top.word("from", From, From.MONTH_1)
    design = read_design(top.below("design"))
    series, verdict = top.texts("series"), _verdict(top)
    factors: tuple[Factor, ...] = ()
    if base is not None:
        factors = read_factors(top, base, () if draws is None else draws.paths)
        _refuse_set(top, base, fixed, draws)
    outcomes = _outcomes(top.below("outcomes"), base)
    seeds = _seeds(top, base)
    check_design(top, design, factors, draws)
    if top.faults or base is None or design is None:
        raise ExperimentError(in_order(top.faults))
    return Experiment(
        name, question, source, scenario, base, seeds, factors, design, outcomes, series,
        verdict, plain(tree), fixed, _places(top), from_start=start is From.START, draws=draws,
    )  # fmt: skip


class From(StrEnum):
    """Since when levers make a difference."""

    START = "start"
    MONTH_1 = "month 1"


def _refuse_scenario(tree: Node) -> None:
    if {"levers", "uncertainties", "design", "outcomes", "question"} & set(tree.value):
        return
    key = next((key for key in _SCENARIO_KEYS if key in tree.value), None)
    if key is not None:
        file = tree.place.file
        fault = tree.value[key].place.fault("makes this a scenario, not an experiment.", key=key)
        raise ExperimentError([replace(fault, hint=f"Start it with: cocreate run {file}")])


def _value(table: Mapping[str, Node], name: str) -> Any:
    node = table.get(name)
    return None if node is None else node.value


def _places(top: Reader) -> dict[str, Place]:
    """Return where each metric and series is named."""
    places = {"series": place_at(top.node, ("series",))}
    for name in top.below("outcomes").node.value:
        for key in ("metric", "of"):
            places[f"outcomes.{name}.{key}"] = place_at(top.node, ("outcomes", name, key))
    return places


def _fixed(top: Reader) -> dict[str, Any]:
    below = top.below("set")
    return {key: plain(node) for key, node in below.node.value.items()}


def _base(top: Reader, scenario: str, fixed: Mapping[str, Any]) -> Scenario | None:
    """Return the scenario that the file names, or note why there is none."""
    file = scenario_file(top, scenario)
    if file is None:
        return None
    wrong = FaultList()
    base = load_as_far(file, fixed, wrong)
    top.faults += [at_home(top, fault, fixed) for fault in wrong]
    return base


def scenario_file(top: Reader, scenario: str) -> Path | None:
    """Return the file of a scenario that an experiment names, or note that there is none."""
    folder = top.node.place.file.parent if top.node.place.file is not None else None
    try:
        return find_scenario(scenario, beside=folder)
    except ScenarioError as error:
        cause = error.faults[0]
        top.fault("scenario", f'names a scenario that does not exist: "{scenario}".', cause.hint)
        return None


def load_as_far(file: Path, settings: Mapping[str, Any], faults: FaultList) -> Scenario | None:
    """Return a scenario with those settings that it takes, and note what is wrong with others.

    So the rest of a file can be checked against it. None where the scenario itself is wrong.
    """
    scenario = faults.attempt(load_scenario, file, settings)
    if scenario is not None or not settings:
        return scenario
    noted = FaultList()
    scenario = noted.attempt(load_scenario, file)
    for path, value in settings.items():
        if scenario is not None:
            scenario = noted.attempt(scenario.replace, {path: value}) or scenario
    return scenario


def at_home(top: Reader, fault: Fault, fixed: Mapping[str, Any]) -> Fault:
    """Return a fault of a fixed change at its place in the experiment; others stay as they are."""
    if fault.file is not None:
        return fault
    node = top.below("set").node
    key = next((key for key in fixed if fault.key in (key, None)), None)
    place = node.value[key].place if key is not None else node.place
    return place.fault(fault.message, key=f'set."{fault.key}"', hint=fault.hint)


def _seeds(top: Reader, base: Scenario | None) -> tuple[int, ...]:
    replicates = top.whole("replicates", low=1, high=100_000)
    first = top.whole("seed", low=0, high=2**62)
    if base is None:
        return ()
    start = base.run.seed if first is None else first
    return tuple(range(start, start + (replicates or base.run.replicates)))


def _outcomes(below: Reader, base: Scenario | None) -> tuple[Outcome, ...]:
    if not below.node.value:
        hint = 'Write [outcomes] and below it value = { metric = "co_created_value" }.'
        below.fault("", "is missing.", hint)
    return tuple(
        outcome for name in below.node.value if (outcome := _outcome(below, name, base)) is not None
    )


def _outcome(outcomes: Reader, name: str, base: Scenario | None) -> Outcome | None:
    before = len(outcomes.faults)
    if name in _TAKEN:
        outcomes.fault(name, "is reserved: every result has a column of this name.", "Rename it.")
    below = outcomes.below(name)
    below.only(("metric", "of", "window", "statistic", "better"))
    metric = below.text("metric", needed='Write metric = "co_created_value".')
    of = below.text("of")
    statistic = below.word("statistic", Statistic, Statistic.MEAN) or Statistic.MEAN
    better = below.word("better", Better, Better.HIGH) or Better.HIGH
    window = _window(below, base)
    if len(outcomes.faults) > before:
        return None
    return Outcome(name, metric, of, window, statistic, better)


_TAKEN = ("run", "scenario", "seed", "fingerprint", "point")


def _window(below: Reader, base: Scenario | None) -> Window:
    if not below.has("window"):
        return LAST_YEAR
    text = below.text("window", needed='Write window = "last 12 months".')
    try:
        window = Window.parse(text) if text else LAST_YEAR
    except ValueError:
        below.fault(
            "window", f'is not a window: "{text}".',
            'Write "whole", "last 12 months", "months 13-24" or "month 36".',
        )  # fmt: skip
        return LAST_YEAR
    end = window.last or window.first
    if base is not None and end > base.run.months:
        below.fault("window", f"asks for month {end}; a run has {base.run.months} months.")
    return window


def _verdict(top: Reader) -> dict[str, Any]:
    """Return the verdict table as data, its rule and outcome checked."""
    below = top.below("verdict")
    if not below.node.value:
        return {}
    below.text("rule", needed='Write rule = "…": what must hold for a yes, decided before the run.')
    known = list(top.below("outcomes").node.value)
    outcome = below.text("outcome")
    if outcome and outcome not in known:
        hint = did_you_mean(outcome, known) or f"There are {listed(known)}."
        below.fault("outcome", f'is not an outcome of this experiment: "{outcome}".', hint)
    _check_margin(below)
    table: dict[str, Any] = plain(below.node)
    return table


def _check_margin(verdict: Reader) -> None:
    """Note a margin that is neither a number nor a percentage: it is needed after the last run."""
    margin = _value(verdict.node.value, "margin")
    if not isinstance(margin, str):
        verdict.number("margin", low=0)
        return
    try:
        share = percentage(margin)
    except ValueError:
        share = -1.0
    if share < 0.0:
        message = f'must be a percentage or a number from 0. Got "{margin}".'
        verdict.fault("margin", message, 'Write margin = "1%".')


def _refuse_set(
    top: Reader, base: Scenario, fixed: Mapping[str, Any], draws: ParameterDraws | None
) -> None:
    """Note parameters that the experiment or its scenario sets, and that are drawn as well."""
    if draws is None:
        return
    both = draws.set_in(fixed, base)
    for path in both:
        top.below("set").fault(path, SET_AND_DRAWN)
    for path in draws.changed_in(base) if not both else ():
        top.fault(path, SET_AND_DRAWN)
