"""The files of questions: where they are, and how they are read for a market.

Files are in ``experiments/questions/``, one a question, and name what they change by role, so that
each can be asked in every market: ``companies.focal`` and ``companies.rival`` are there in all of
them, and numbers can be given relative to the market's own:

- ``"companies.focal.price" = "90%"`` is nine tenths of what it is there,
- ``budget = { innovation = 8, marketing_sales = 1, experience_platform = 1 }`` divides the focal
  company's own budget in these proportions; ``budget_of = "150%"`` beside it changes the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import ExperimentError, Fault, InputError, ScenarioError
from simulation.experiment.design import Design, DesignKind
from simulation.experiment.drawn import POSTERIOR_KEY, posterior_in
from simulation.experiment.factors import Factor, Levels, Range, Role
from simulation.experiment.load import Changes, read_experiment, with_changes
from simulation.paths import from_home
from simulation.scenario.fields import ValueKind, all_fields
from simulation.scenario.files import (
    find_file,
    find_scenario,
    missing_file,
    name_here,
    read_file,
)
from simulation.scenario.load import load_scenario
from simulation.scenario.paths import pattern, split, value_at
from simulation.scenario.suggest import near
from simulation.scenario.tree import Node, plain, plant
from simulation.store import Measure
from simulation.studies.question.assumptions import uncertain
from simulation.studies.question.claim import Claim, claim_faults, claim_of
from simulation.studies.question.relative import spelt_out

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.posterior import ParameterDraws
    from simulation.scenario.scenario import Scenario

FOLDER = Path("experiments") / "questions"

NAMES = (
    "innovation-alone", "platform-without-sales", "platform-without-scrm", "equal-alignment",
    "three-kinds-of-alignment", "teach-customers", "call-centre", "centricity", "inside-out",
    "seven-layers", "crm-to-scrm", "scale-of-social", "resources-first", "whole-journey",
    "right-resources", "value-network", "voice-of-customer", "one-view", "moments-of-truth",
    "lasting-advantage",
)  # fmt: skip
"""The twenty, in the order of docs/model.md (§1); questions of one's own come after them."""

LEAST_SEEDS = 2
MARKETS = ("base", "telecom", "saas", "retail_bank")
"""The markets in which every question is asked."""

OUTCOMES = {"value": {"metric": "co_created_value", "window": "last 24 months"}}
"""What a question's file keeps of a run beside what claims are about, if it does not say."""

AS_IT_IS = "as it is"
"""The arm that changes nothing, where no level of the lever is called something else."""


@dataclass(frozen=True)
class Size:
    """How much is run.

    Attributes:
        people: simulated.
        futures: plausible ones that are wanted.
        seeds: of every future.
        months: recorded.
    """

    people: int
    futures: int
    seeds: int = 2
    months: int = 60


FULL = Size(people=1500, futures=128)
QUICK = Size(people=500, futures=64, months=36)
"""Months cost most: a quick look has 36, of which the last 24 are judged."""


def is_question(name: str) -> bool:
    """Return whether a file is a question's: one whose verdict says what must hold."""
    file = find_file(name, (Path(), *folders()))
    try:
        verdict = _data(read_file(file)).get("verdict") if file is not None else None
    except ScenarioError:
        return False
    return isinstance(verdict, dict) and "must" in verdict


@dataclass(frozen=True)
class Headline:
    """What a list of questions says of one."""

    name: str
    question: str
    source: str
    claim: str
    rule: str = ""


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it is asked of a market."""

    experiment: Experiment
    claim: Claim


def folders() -> list[Path]:
    """Return where names of questions are looked up: here, and among the shipped."""
    package = Path(__file__).resolve().parents[2]
    return [root / FOLDER for root in (Path(), package, package.parent)]


def available() -> dict[str, Path]:
    """Return the files of all questions by name, the twenty first."""
    files: dict[str, Path] = {}
    for folder in folders():
        for file in sorted(folder.glob("*.toml")):
            files.setdefault(file.stem, file)
    order = {name: place for place, name in enumerate(NAMES)}
    return dict(sorted(files.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def find(name: str) -> Path:
    """Return the file of a question, given by name or as a path.

    Raises:
        ExperimentError: there is none, with one that comes near.
    """
    file = find_file(name, (Path(), *folders()))
    if file is not None:
        return file
    path = from_home(name)
    guess = near(path.stem, available())
    hint = f"Did you mean {guess}?" if guess is not None else "cocreate ask lists them all."
    raise ExperimentError([replace(missing_file("question", path, {}), hint=hint)])


def headline(name: str) -> Headline:
    """Return what a question's file says of it, without making its scenarios.

    Raises:
        ExperimentError: the file cannot be read.
    """
    file = find(name)
    data = _data(read(file))
    verdict = data.get("verdict")
    claim, rule = (_words(verdict.get(key, "")) if isinstance(verdict, dict) else ""
                   for key in ("claim", "rule"))  # fmt: skip
    return Headline(file.stem, str(data.get("question", "")), _words(data.get("source", "")),
                    claim, rule)  # fmt: skip


def _words(text: Any) -> str:
    return " ".join(str(text).split())


def read(file: Path) -> Node:
    """Return the tree of a question's file.

    Raises:
        ExperimentError: it cannot be read.
    """
    try:
        return read_file(file)
    except ScenarioError as error:
        raise ExperimentError(list(error.faults)) from None


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
        ExperimentError: with every fault of its file.
    """
    tree, draws = _with_draws(tree, changes)
    data = {**_data(tree), **({} if draws is None else {POSTERIOR_KEY: draws.as_data()})}
    where = market or str(data.get("scenario", ""))
    settings = {"population.people": size.people, **_data(tree.value.get("set", Node({}))),
                **changes.settings}  # fmt: skip
    months = changes.months or settings.pop("run.months", size.months)
    settings["run.months"] = months
    base = base or _market(tree, market, settings)
    where = market or name_here(where, _home(tree))
    stated = "uncertainties" in tree.value
    table = {**tree.value, "scenario": plant(where)}
    table["levers"] = spelt_out(tree.value.get("levers", Node({})), base)
    if not stated:
        table["design"] = plant({"kind": "grid"})
    table.setdefault("outcomes", plant(OUTCOMES))
    seeds = changes.replicates or _count_in(tree, "replicates") or size.seeds
    if seeds < LEAST_SEEDS:
        hint = f"Ask for {LEAST_SEEDS}; not all futures get the second at first."
        message = (
            f"must be {LEAST_SEEDS} or more: what an effect owes to its seed is known from no "
            f"fewer. Got {seeds}."
        )
        raise InputError([Fault(message, key="replicates", hint=hint)])
    most = Changes(replicates=seeds, seed=changes.seed, settings=settings)
    experiment = read_experiment(name, with_changes(Node(table, tree.place), most), base)
    n = int(changes.design.get("n", 0)) or _futures_in(tree, size)
    unknown = () if stated else tuple(_factor(base, path, ends)
                                   for path, ends in uncertain(base).items())  # fmt: skip
    experiment = replace(
        experiment, factors=_drawn((*experiment.factors, *unknown), base, draws, settings),
        asked=data,
        design=Design(DesignKind.FUTURES, n=n, seed=experiment.design.seed), draws=draws,
    )  # fmt: skip
    return AskedQuestion(experiment, _claim(tree, experiment))


def _futures_in(tree: Node, size: Size) -> int:
    """Return how many futures a file asks for; a quick look takes no more than its own."""
    design = tree.value.get("design", Node({}))
    stated = _count_in(design, "n", "design.n") if isinstance(design.value, dict) else None
    if stated is None:
        return size.futures
    return min(stated, size.futures) if size is QUICK else stated


def _count_in(table: Node, key: str, path: str = "") -> int | None:
    """Return a count that a file states; None where it states none.

    Raises:
        ExperimentError: it is none.
    """
    node = table.value.get(key)
    if node is None:
        return None
    if isinstance(node.value, bool) or not isinstance(node.value, int) or node.value < 1:
        message = f"must be a whole number from 1. Got {plain(node)!r}."
        raise ExperimentError([node.place.fault(message, key=path or key)])
    return node.value


def _with_draws(tree: Node, changes: Changes) -> tuple[Node, ParameterDraws | None]:
    """Return a file's tree without its posterior, and the draws that are taken."""
    rest = {key: node for key, node in tree.value.items() if key != POSTERIOR_KEY}
    if changes.posterior is not None:
        return Node(rest, tree.place), changes.posterior
    faults: list[Fault] = []
    _, draws = posterior_in(tree, faults)
    if faults:
        raise ExperimentError(faults)
    return Node(rest, tree.place), draws


def _drawn(
    factors: tuple[Factor, ...], base: Scenario, draws: ParameterDraws | None,
    settings: Mapping[str, Any],
) -> tuple[Factor, ...]:  # fmt: skip
    """Return factors with the parameters of a posterior as uncertainties, between its draws' ends.

    Raises:
        ExperimentError: the market has no such parameter, or it is set as well.
    """
    if draws is None:
        return factors
    try:
        draws.check(1, [base], settings)
    except InputError as error:
        raise ExperimentError(list(error.faults)) from None
    columns = dict(zip(draws.paths, zip(*draws.rows, strict=True), strict=True))
    taken = (_factor(base, path, (min(all_), max(all_))) for path, all_ in columns.items())
    kept = (one for one in factors if one.role is Role.LEVER or one.key not in columns)
    return (*kept, *taken)


def _market(tree: Node, where: str, settings: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a market: one that is named on the command line, or the file's."""
    try:
        return load_scenario(market_file(tree, where), settings)
    except ScenarioError as error:
        raise ExperimentError(list(error.faults)) from None


def market_file(tree: Node, market: str) -> Path:
    """Return the file of a market; the one that a question's file names if it is empty.

    Raises:
        ScenarioError: there is none.
    """
    if market:
        return find_scenario(market)
    return find_scenario(str(plain(tree.value["scenario"])), _home(tree))


def _home(tree: Node) -> Path | None:
    """Return the folder of a question's file."""
    return None if tree.place.file is None else tree.place.file.parent


def _factor(base: Scenario, path: str, ends: tuple[float, float]) -> Factor:
    parameter = all_fields()[pattern(split(path))]
    whole = parameter.kind is ValueKind.WHOLE
    return Factor(
        path, Role.UNCERTAINTY, Range(*ends, whole=whole),
        measures={path: Measure(parameter.unit, parameter.meaning)},
        present={path: value_at(base, path)},
    )  # fmt: skip


def _claim(tree: Node, experiment: Experiment) -> Claim:
    verdict = _data(tree.value.get("verdict", Node({})))
    place = tree.value["verdict"].place if "verdict" in tree.value else tree.place
    levers = [factor for factor in experiment.factors if factor.role is Role.LEVER]
    if len(levers) != 1 or not isinstance(levers[0].domain, Levels):
        hint = 'Write [levers.what] and below it levels."some" = { … }.'
        fault = place.fault("needs one lever with named levels.", key="levers", hint=hint)
        raise ExperimentError([fault])
    names = [str(value) for value in levers[0].domain.values]
    faults = claim_faults(verdict, [*names, AS_IT_IS])
    if faults:
        raise ExperimentError([
            place.fault(fault.message, key=fault.key, hint=fault.hint) for fault in faults
        ])  # fmt: skip
    return claim_of(verdict)


def _data(node: Node) -> dict[str, Any]:
    data = plain(node)
    return data if isinstance(data, dict) else {}
