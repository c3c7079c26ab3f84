"""Scenario files: finding them by name, reading TOML, and following ``extends``."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulation.errors import Fault, ScenarioError
from simulation.paths import from_home
from simulation.scenario.locate import KeyPath, Spot, locate
from simulation.scenario.merge import merge_scenario
from simulation.scenario.suggest import listed, near, shown
from simulation.scenario.syntax import syntax_fault
from simulation.scenario.tree import MOST_DEPTH, Node, Place

FOLDER = "scenarios"
EXPERIMENT_KEYS = ("levers", "uncertainties", "design", "verdict", "question", "scenario")
"""Sections and keys that only experiment files have."""
_OTHERS = {".json", ".yaml", ".yml", ".csv", ".ini", ".xlsx", ".parquet"}


def shipped() -> Path | None:
    """Return the folder of the scenarios that come with the package, if it is there."""
    package = Path(__file__).resolve().parent.parent
    places = (package / FOLDER, package.parent / FOLDER)
    return next((place for place in places if (place / "base.toml").is_file()), None)


def folders(beside: Path | None = None) -> list[Path]:
    """Return where a name is looked up, in order: beside a file, here, ``scenarios/``, shipped."""
    shipped_folder = shipped()
    places = [
        *([beside] if beside else [Path()]),
        Path(FOLDER),
        *([shipped_folder] if shipped_folder else []),
    ]
    return list(dict.fromkeys(places))


def available(beside: Path | None = None) -> dict[str, Path]:
    """Return the scenario files that a name could mean, by name."""
    paths: dict[str, Path] = {}
    for folder in folders(beside):
        for file in sorted(folder.glob("*.toml")):
            if file.name != "pyproject.toml":
                paths.setdefault(file.stem, file)
    return paths


def find_scenario(path_or_name: str | Path, beside: Path | None = None) -> Path:
    """Return the file of a scenario, given as a path or as a name without ``.toml``.

    Args:
        path_or_name: ``scenarios/telecom.toml``, or ``telecom``.
        beside: the folder of the file that asks; paths and names are looked up there first.

    Raises:
        ScenarioError: if there is no such file, with names that come near.
    """
    file = find_file(path_or_name, folders(beside))
    if file is None:
        raise ScenarioError([_not_found(str(path_or_name), beside)])
    return file


def find_file(path_or_name: str | Path, places: Sequence[Path]) -> Path | None:
    """Return the file that a path or a name means, or None.

    Args:
        path_or_name: a path, of which ``.toml`` may be left out; ``~`` is a home.
        places: folders in which it is looked for in turn; whole names of files only in the first.
    """
    path = from_home(path_or_name)
    if is_file(places[0] / path):
        return places[0] / path
    if path.suffix == ".toml" or not path.name:
        return None
    tried = (place / path.with_name(f"{path.name}.toml") for place in places)
    return next((file for file in tried if is_file(file)), None)


def is_file(path: Path) -> bool:
    """Return whether there is such a file; names that no system takes are none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def name_here(name: str, beside: Path | None) -> str:
    """Return what to type here for a scenario that a file names: its name where that finds it.

    Args:
        name: the scenario as the file names it.
        beside: the folder of that file.

    Raises:
        ScenarioError: there is no such scenario.
    """
    file = find_scenario(name, beside)
    meant = find_file(name, folders())
    if meant is not None and meant.resolve() == file.resolve():
        return name
    short = os.path.normpath(file)  # not where ".." leads out of a linked folder
    return short if Path(short).resolve() == file.resolve() else str(file)


def missing_file(kind: str, path: Path, known: Mapping[str, Path], written: str = "") -> Fault:
    """Return that a path or a name means no file, with what may be meant.

    Args:
        kind: of file, such as ``scenario``.
        path: what was asked for.
        known: the files that there are, by name.
        written: how a file names another one, where a file asks; a person types paths as well.
    """
    if _is_folder(path):
        inside = sorted(file.name for file in path.glob("*.toml"))
        hint = f"It holds {listed(inside)}." if inside else None
        article = "an" if kind[0] in "aeiou" else "a"
        return Fault(f"is a folder, not {article} {kind} file.", file=path, hint=hint)
    guess = near(path.stem, known)
    hint = f"There are {listed(sorted(known))}." if known else f"There are none in {kind}s/."
    if guess is not None:
        name = f'"{guess}"' if written else _typed(guess, known[guess])
        hint = f"Did you mean {name}?"
    return Fault(f"no such {kind}.", file=path, hint=hint)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _typed(name: str, file: Path) -> str:
    """Return what to type for a file: its name where the path is that of an installation."""
    return name if file.is_absolute() else str(file)


def _not_found(text: str, beside: Path | None) -> Fault:
    given = (beside or Path()) / from_home(text)
    if beside is not None:
        return missing_file("scenario", given, available(beside), text)
    return missing_file("scenario", given, {**available(given.parent), **available()})


def read_layers(file: Path) -> list[Node]:
    """Read a scenario file and all that it extends: its own tree, that of its base, and so on.

    Raises:
        ScenarioError: if a file cannot be read, is no TOML, or extends itself by way of others.
    """
    files, layers = [file], list[Node]()
    while True:
        layer = read_file(files[-1], rank=len(layers))
        _refuse_experiment(layer)
        base = layer.value.pop("extends", None)
        layers.append(layer)
        if base is None:
            return layers
        following = _base_of(files[-1], base)
        if following.resolve() in [other.resolve() for other in files]:
            chain = " -> ".join(str(other) for other in [*files, following])
            message = f"forms a circle: {chain}."
            hint = "Remove one of these extends."
            raise ScenarioError([base.place.fault(message, key="extends", hint=hint)])
        files.append(following)


def stack(layers: list[Node], faults: list[Fault]) -> Node:
    """Merge layers into one tree, the first one on top."""
    tree = Node({}, layers[0].place)
    for layer in reversed(layers):
        tree = merge_scenario(tree, layer, faults)
    return tree


def _refuse_experiment(layer: Node) -> None:
    misplaced = next((key for key in EXPERIMENT_KEYS if key in layer.value), None)
    if misplaced is not None:
        file = layer.place.file
        hint = f"Start it with: {shlex.join(['cocreate', 'sweep', str(file)])}"
        fault = layer.value[misplaced].place.fault(
            "makes this an experiment, not a scenario.", key=misplaced
        )
        raise ScenarioError([replace(fault, hint=hint)])


def _base_of(file: Path, base: Node) -> Path:
    if not isinstance(base.value, str) or not base.value.strip():
        message = f"must be the name of a scenario. Got {shown(_raw(base))}."
        hint = 'Write extends = "base"; a scenario extends one other.'
        raise ScenarioError([base.place.fault(message, key="extends", hint=hint)])
    try:
        return find_scenario(base.value, beside=file.parent)
    except ScenarioError as error:
        cause = error.faults[0]
        message = f'names a scenario that does not exist: "{base.value}".'
        raise ScenarioError([base.place.fault(message, key="extends", hint=cause.hint)]) from None


def _raw(node: Node) -> Any:
    return [_raw(item) for item in node.value] if isinstance(node.value, list) else node.value


def read_file(file: Path, rank: int = 0) -> Node:
    """Read one TOML file into a tree in which every value knows its line and column.

    Raises:
        ScenarioError: if it cannot be read or is no TOML.
    """
    if file.suffix.lower() in _OTHERS:
        hint = "Scenarios are TOML files: see `cocreate new`."
        raise ScenarioError([Fault("is not a scenario.", file=file, hint=hint)])
    try:
        _refuse_size(file)
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        _refuse_depth(file, text)
        values = tomllib.loads(text)
        return _plant(values, (), locate(text), Place(file, rank=rank))
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise ScenarioError([Fault(f"cannot be read: {reason}.", file=file)]) from None
    except UnicodeDecodeError:
        hint = "Save it as UTF-8."
        raise ScenarioError([Fault("is not a text file in UTF-8.", file=file, hint=hint)]) from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([syntax_fault(file, text, str(error))]) from None
    except (ValueError, RecursionError):
        message = "has a number that is too long, or brackets nested too deeply."
        raise ScenarioError([Fault(message, file=file)]) from None


MOST_BYTES = 2_000_000
"""A file of inputs; the largest that we ship has 20 000."""

MOST_KEYS = 100_000
"""Keys and elements of lists in a file."""

_DEEP = re.compile(
    "|".join(
        f"(?:{piece}){{{MOST_DEPTH}}}"
        for piece in (
            r"[\w-]+[ \t]*\.[ \t]*",
            r"\"[^\"\n]*\"[ \t]*\.[ \t]*",
            r"'[^'\n]*'[ \t]*\.[ \t]*",
            r"[\[{]\s*(?:[\w-]+\s*=\s*)?",
        )
    )
)
"""Dotted keys or brackets in each other, as no input has them; to read them takes for ever."""


def _refuse_size(file: Path) -> None:
    size = file.stat().st_size
    if size > MOST_BYTES:
        message = f"is too large: {size:,} bytes; at most {MOST_BYTES:,} are read."
        raise ScenarioError([Fault(message, file=file, hint="Is it the right file?")])


def _refuse_depth(file: Path, text: str) -> None:
    match = _DEEP.search(text)
    many = text.count(",") + text.count("=")
    if match is None and many <= MOST_KEYS:
        return
    if match is None:
        message = f"has too many keys and elements: {many:,}; at most {MOST_KEYS:,} are read."
        raise ScenarioError([Fault(message, file=file)])
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    message = f"has keys or brackets nested more than {MOST_DEPTH} deep."
    raise ScenarioError([Fault(message, file, line, column)])


def _plant(value: Any, path: KeyPath, spots: dict[KeyPath, Spot], above: Place) -> Node:
    spot = spots.get(path)
    place = Place(above.file, spot.line, spot.column, above.rank) if spot else above
    if isinstance(value, dict):
        return Node({k: _plant(item, (*path, k), spots, place) for k, item in value.items()}, place)
    if isinstance(value, list):
        return Node([_plant(v, (*path, i), spots, place) for i, v in enumerate(value)], place)
    if isinstance(value, int) and abs(value) >= 2**63:
        key = ".".join(map(str, path))
        raise ScenarioError([place.fault("must be a number of at most 64 bits.", key=key)])
    return Node(value, place)
