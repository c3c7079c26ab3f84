"""The questions of the sources: each an experiment file that says beforehand what counts as a yes.

Files are in ``experiments/questions/``. Besides what every experiment has, their ``[verdict]`` has
``claim`` (what the source says, as a claim), ``rule`` with its parameters and ``margin``, and
``quick`` (what ``--quick`` changes).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, override

from simulation.analysis.rules import rule_faults
from simulation.analysis.verdict import BASELINE
from simulation.errors import ExperimentError, Fault, InputError, ScenarioError
from simulation.experiment.load import Changes, read_experiment, with_changes
from simulation.scenario.files import read_file
from simulation.scenario.suggest import file_name, near
from simulation.scenario.tree import Node, plant
from simulation.store import Manifest, read_manifest
from simulation.store.manifest import MANIFEST, VERDICT
from simulation.studies.sweep.plan import Sweep, from_manifest

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment

FOLDER = Path("experiments") / "questions"

NAMES = (
    "innovation-alone", "platform-without-sales", "platform-without-scrm", "equal-alignment",
    "three-kinds-of-alignment", "teach-customers", "call-centre", "centricity", "inside-out",
    "seven-layers", "crm-to-scrm", "scale-of-social", "resources-first", "whole-journey",
    "right-resources", "value-network",
)  # fmt: skip
"""The sixteen, in the order of docs/model.md (§1); questions of one's own come after them."""

_QUICK = ("replicates", "set", "assumptions", "simplex")


@dataclass(frozen=True)
class Question(Sweep):
    """A question of the sources: a sweep, and the rule by which it is answered.

    Attributes:
        experiment: what is run.
        quick: whether it is asked quickly: fewer people, months and seeds.
    """

    command: ClassVar[str] = "ask"

    quick: bool = False

    @property
    def claim(self) -> str:
        """What the source says, as a claim that can be supported or refuted."""
        return str(self.experiment.verdict.get("claim", "")) or self.experiment.question

    @property
    def label(self) -> str:
        """Its name, with what tells a quick answer from a full one."""
        return f"{self.name}-quick" if self.quick else self.name

    @property
    def stem(self) -> str:
        """The name of its folder, within one of its own."""
        return f"{file_name(self.label)}/{file_name(self.name)}-{self.identity[:8]}"

    @override
    def again(self, folder: Path) -> str:
        """Return the command that makes all of it again in a new folder."""
        words = ["cocreate", Sweep.command, str(folder / MANIFEST), "--out", f"{folder}-again"]
        return shlex.join(words)

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Write the indices of its design, and its verdict where one can be given."""
        from simulation.studies.question.tables import read_asked
        from simulation.studies.question.verdict import write_verdict

        super().finish(folder, manifest)
        (folder / VERDICT).unlink(missing_ok=True)
        with suppress(InputError):  # reading the verdict reports why there is none
            write_verdict(folder, read_asked(folder, manifest), quick=self.quick)


def available() -> dict[str, Path]:
    """Return the files of all questions by name, the sixteen first."""
    package = Path(__file__).resolve().parents[2]
    paths: dict[str, Path] = {}
    for root in (Path(), package, package.parent):
        for file in sorted((root / FOLDER).glob("*.toml")):
            paths.setdefault(file.stem, file)
    order = {name: place for place, name in enumerate(NAMES)}
    return dict(sorted(paths.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def find(name: str) -> Path:
    """Return the file of a question, given by name or as a path.

    Raises:
        ExperimentError: there is none, with one that comes near.
    """
    path = Path(name).expanduser()
    known = available()
    if name in known:
        return known[name]
    if path.suffix == ".toml" and path.is_file():
        return path
    guess = near(path.stem, known)
    hint = f"Did you mean {guess}?" if guess is not None else "cocreate ask lists them all."
    raise ExperimentError([Fault(f"is not a question: {name}.", key="QUESTION", hint=hint)])


@dataclass(frozen=True)
class Headline:
    """What a list of questions tells of one."""

    name: str
    question: str
    source: str
    claim: str


def headline(name: str) -> Headline:
    """Return what a question's file says of it, without making its scenarios.

    Raises:
        ExperimentError: the file cannot be read, or its verdict could not be given.
    """
    file = find(name)
    tree = _read(file)
    table = _plain(tree)
    claim = str(table["verdict"]["claim"])
    return Headline(file.stem, str(table.get("question", "")), str(table.get("source", "")).strip(),
                    claim)  # fmt: skip


def _read(file: Path) -> Node:
    try:
        tree = read_file(file)
    except ScenarioError as error:
        raise ExperimentError(list(error.faults)) from None
    _check(tree)
    return tree


def load_question(name: str, *, quick: bool = False, changes: Changes | None = None) -> Question:
    """Read a question, with what ``--quick`` and the command line change.

    Args:
        name: its name, or its file.
        quick: fewer people, months, seeds and assumptions, as its file says.
        changes: what goes on top of that.

    Raises:
        ExperimentError: with every fault of its file.
    """
    file = find(name)
    tree = _read(file)
    if quick:
        tree = quickened(tree)
    experiment = read_experiment(file.stem, with_changes(tree, changes or Changes()))
    return Question(experiment, quick=quick)


def stored(folder: Path) -> Question:
    """Return the question that was asked into a folder.

    Raises:
        ExperimentError: it cannot be asked again by this version.
        ResultError: it is no question.
    """
    from simulation.studies.question.verdict import read_verdict

    sweep = from_manifest(read_manifest(folder))
    quick = bool((read_verdict(folder) or {}).get("quick"))
    return Question(sweep.experiment, sweep.model, quick=quick)


def _check(tree: Node) -> None:
    """Refuse a verdict that could not be given after the runs."""
    table = _plain(tree.value.get("verdict", Node({})))
    place = tree.value["verdict"].place if "verdict" in tree.value else tree.place
    faults = [place.fault(fault, key="verdict") for fault in rule_faults(table)]
    if not str(table.get("claim", "")).strip():
        hint = 'Write claim = "…": what is to be supported or refuted.'
        faults.append(place.fault("is missing.", key="verdict.claim", hint=hint))
    for key in table.get("quick", {}):
        if key not in _QUICK:
            hint = f"It has {', '.join(_QUICK)}."
            faults.append(place.fault("is not a key.", key=f"verdict.quick.{key}", hint=hint))
    if faults:
        raise ExperimentError(faults)


def quickened(tree: Node) -> Node:
    """Return the tree of a question as ``--quick`` asks it."""
    quick: Mapping[str, Any] = _plain(tree.value["verdict"]).get("quick", {})
    changes = Changes(replicates=quick.get("replicates"), settings=quick.get("set", {}))
    table = dict(with_changes(tree, changes).value)
    if "assumptions" in quick:
        table["uncertainties"] = _some_assumptions(
            table["uncertainties"], set(quick["assumptions"])
        )
    for path, levels in quick.get("simplex", {}).items():
        table["levers"] = _put(table["levers"], (path, "levels"), levels)
    return Node(table, tree.place)


def _some_assumptions(node: Node, wanted: set[str]) -> Node:
    """Keep some named levels of every factor that has the baseline among them.

    A factor of which one level is left is no factor any more.
    """
    kept: dict[str, Node] = {}
    for key, factor in node.value.items():
        levels = factor.value.get("levels")
        if levels is None or not isinstance(levels.value, dict) or BASELINE not in levels.value:
            kept[key] = factor
            continue
        some = {name: level for name, level in levels.value.items() if name in wanted}
        if len(some) > 1:
            kept[key] = _put(factor, ("levels",), Node(some, levels.place))
    return Node(kept, node.place)


def _put(node: Node, way: tuple[str, ...], value: Any) -> Node:
    """Return a tree of tables with a value at a path of keys."""
    head, *rest = way
    below = _put(node.value[head], tuple(rest), value) if rest else plant(value)
    return Node({**node.value, head: below}, node.place)


def _plain(node: Node) -> dict[str, Any]:
    from simulation.scenario.tree import plain

    table = plain(node)
    return table if isinstance(table, dict) else {}


def assumption_factor_of(experiment: Experiment) -> str | None:
    """Return the factor whose levels are alternative assumptions, if there is one."""
    from simulation.experiment.factors import Levels

    for factor in experiment.factors:
        if isinstance(factor.domain, Levels) and BASELINE in factor.domain.values:
            return factor.key
    return None
