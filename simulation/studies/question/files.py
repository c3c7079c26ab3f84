"""The files of questions: where they are, and what they say; ``asked.py`` reads them for a market.

Files are in ``experiments/questions/``, one a question, and name what they change by role, so that
each can be asked in every market: ``companies.focal`` and ``companies.rival`` are there in all of
them, and numbers can be given relative to the market's own:

- ``"companies.focal.price" = "90%"`` is nine tenths of what it is there,
- ``budget = { innovation = 8, marketing_sales = 1, experience_platform = 1 }`` divides the focal
  company's own budget in these proportions; ``budget_of = "150%"`` beside it changes the total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from simulation.errors import ExperimentError, ScenarioError
from simulation.paths import from_home
from simulation.scenario.files import (
    find_file,
    missing_file,
    read_file,
)
from simulation.scenario.suggest import near
from simulation.scenario.tree import Node, plain

FOLDER = Path("experiments") / "questions"

NAMES = (
    "innovation-alone", "platform-without-sales", "platform-without-scrm", "equal-alignment",
    "three-kinds-of-alignment", "teach-customers", "call-centre", "centricity", "inside-out",
    "seven-layers", "crm-to-scrm", "scale-of-social", "resources-first", "whole-journey",
    "right-resources", "value-network", "voice-of-customer", "one-view", "moments-of-truth",
    "lasting-advantage",
)  # fmt: skip
"""The twenty, in the order of docs/model.md (§1); questions of one's own come after them."""

MARKETS = ("base", "telecom", "saas", "retail_bank")
"""The markets in which every question is asked."""


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


def _data(node: Node) -> dict[str, Any]:
    data = plain(node)
    return data if isinstance(data, dict) else {}
