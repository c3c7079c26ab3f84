"""The manifest of a result: what was asked, what was done, with what, and how to make it again."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from simulation.errors import Fault, ResultError
from simulation.store.files import is_temporary, sha256, write_text
from simulation.store.lock import locked
from simulation.store.plain import plain

MANIFEST = "manifest.json"
JOURNAL = "journal.bin"
CRATE = "ro-crate-metadata.json"
SNAPSHOT = "scenario.toml"
PANEL = "panel.parquet"
VERDICT = "verdict.json"
DATA_FILES = (
    "runs.parquet",
    "series.parquet",
    "ledger.parquet",
    "failures.parquet",
    "sensitivity.parquet",
    "attribution.json",
    "comparisons.parquet",
    "curves.parquet",
    "people.parquet",
    "comparison.json",
    "futures.parquet",
    "exploration.json",
    "emulators.json",
    "emulator_of_levels.json",
    "candidates.parquet",
    "optimisation.json",
    "calibration.json",
    "predicted.parquet",
    "posterior.parquet",
    "selftest.parquet",
    PANEL,
    VERDICT,
)
REPORTS = ("report.html", "report.md", "summary.html", "slides.pptx")
MADE_FILES = (*DATA_FILES, MANIFEST, SNAPSHOT, "today.toml", *REPORTS)
MADE_FOLDERS = ("figures", "export")
INNER = "mechanisms"
"""Where a comparison keeps results that belong to it, each with a manifest of its own."""

PARTS = "panel.parts"
PEOPLE = "people"
WORK_FOLDERS = (PARTS, PEOPLE)
"""Where runs leave files beside the journal: their part of the panel, what each person has."""


@dataclass(frozen=True)
class RunCounts:
    """How many runs were done now, failed, or were there already."""

    done: int = 0
    failed: int = 0
    reused: int = 0


@dataclass(frozen=True)
class Manifest:
    """What is written down beside the tables. Times and hosts stand here, never in the tables."""

    command: str
    command_line: str
    title: str
    scenario_name: str
    scenario: Mapping[str, Any]
    fingerprint: str
    experiment: str
    model: str
    model_version: str
    seeds: tuple[int, ...]
    months: int
    runs: RunCounts = RunCounts()
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None
    started: str | None = None
    finished: str | None = None
    elapsed_s: float = 0.0
    remake: str = ""
    sweep: Mapping[str, Any] = field(default_factory=dict)
    panel: tuple[str, ...] = ()
    posterior: Mapping[str, Any] = field(default_factory=dict)
    """Draws of parameters that runs take one each, by their seeds' places, if they do."""
    for_whom: str = ""
    """Whose benefit counts in the report of a run, where somebody is named."""
    checksums: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything that was asked has been done or has failed."""
        return self.finished is not None

    @property
    def resuming(self) -> str:
        """The command that goes on with what is there: as typed, but for what would delete it."""
        try:
            return shlex.join(unforced(shlex.split(self.command_line)))
        except ValueError:  # an unclosed quote: not written here
            return self.command_line


def unforced(words: Sequence[str]) -> list[str]:
    """Return the words of a command without ``--force``, with which it would begin afresh."""
    options = words.index("--") if "--" in words else len(words)
    return [word for at, word in enumerate(words) if word != "--force" or at > options]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest atomically, with a checksum of itself."""
    content = plain(asdict(manifest), spell_infinity=True)
    for name in ("posterior", "for_whom"):
        if not content[name]:
            del content[name]
    content["self"] = _own_checksum(content)
    write_text(folder / MANIFEST, _spelt(content))


def _spelt(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a result folder.

    Raises:
        ResultError: the folder has none, or it cannot be read.
    """
    content = read_content(folder)
    try:
        known = {name.name for name in fields(Manifest)}
        content = {name: value for name, value in content.items() if name in known}
        lists = {name: tuple(content.get(name, ())) for name in ("seeds", "panel")}
        return Manifest(**{**content, **lists, "runs": RunCounts(**content["runs"])})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = Fault(f"cannot be read as a manifest: {error}.", file=folder / MANIFEST)
        raise ResultError([fault]) from None


def _nearby(folder: Path) -> str:
    """Return which results there are, the newest first, for one who named something else."""
    for place in dict.fromkeys((folder, folder.parent)):
        files = (*place.glob(f"*/{MANIFEST}"), *place.glob(f"*/*/{MANIFEST}"))
        manifests = sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)
        if manifests:
            names = ", ".join(str(file.parent) for file in manifests[:3])
            return f"The newest results there: {names}."
    return "Results are made with: cocreate run SCENARIO"


def read_content(folder: Path) -> dict[str, Any]:
    """Return a manifest as plain data.

    Raises:
        ResultError: the folder has none, or it is no JSON object.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        message = "is not a result folder: it has no manifest.json."
        if not folder.exists():
            message = "does not exist."
        elif not folder.is_dir():
            message = "is not a result folder, but a file."
        raise ResultError([Fault(message, file=folder, hint=_nearby(folder))]) from None
    except ValueError as error:
        raise ResultError([Fault(f"cannot be read as a manifest: {error}.", file=path)]) from None
    if not isinstance(content, dict):
        raise ResultError([Fault("is not a JSON object.", file=path, hint="Was it altered?")])
    return content


def seal(folder: Path, *, made_only: bool = False) -> Manifest:
    """Note the checksums of all files of a result in its manifest, and return that.

    The folder is locked meanwhile: what another process writes down is not lost.

    With ``made_only`` those of report and figures alone: the checksums of the data stay as they
    were, so that a change of the data is not blessed by making a report of it.

    Raises:
        ResultError: another process writes into the folder, for more than some seconds.
    """
    with locked(folder / JOURNAL):
        return seal_locked(folder, made_only=made_only)


def seal_locked(folder: Path, *, made_only: bool = False) -> Manifest:
    """Do as ``seal``, for whoever has locked the folder already."""
    manifest = read_manifest(folder)
    kept = {
        name: digest
        for name, digest in manifest.checksums.items()
        if made_only and not _is_made(name)
    }
    fresh = {
        name: sha256(folder / name)
        for name in result_files(folder)
        if (not made_only or _is_made(name)) and not (folder / name).is_symlink()
    }
    sealed = replace(manifest, checksums=dict(sorted({**kept, **fresh}.items())))
    write_manifest(folder, sealed)
    return sealed


def damages(folder: Path) -> list[Fault]:
    """Return what in a result folder is not as it was written."""
    manifest = read_manifest(folder)
    text = (folder / MANIFEST).read_bytes()
    content = read_content(folder)
    spelt, stated = _spelt(content).encode(), content.pop("self", None)
    faults = []
    if stated != _own_checksum(content) or spelt != text:
        faults.append(Fault("was changed after it was written.", file=folder / MANIFEST))
    for name, digest in manifest.checksums.items():
        path = folder / name
        if path.is_symlink():
            faults.append(Fault("is a link to another file.", file=path))
        elif not path.is_file():
            faults.append(Fault("is missing.", file=path))
        elif sha256(path) != digest:
            faults.append(Fault("was changed after it was written.", file=path))
    inner = inner_results(folder)
    faults += [fault for one in inner for fault in damages(one)]
    known = {MANIFEST, *manifest.checksums}
    within = tuple(f"{INNER}/{one.name}/" for one in inner)
    strange = [name for name in all_files(folder) if name not in known
               and not name.startswith(within) and not is_temporary(name)]  # fmt: skip
    return faults + [Fault("is not in the manifest.", file=folder / name) for name in strange]


def inner_results(folder: Path) -> list[Path]:
    """Return the folders of the results that belong to a result; links are not followed."""
    places = sorted((folder / INNER).glob(f"*/{MANIFEST}"))
    return [path.parent for path in places if not path.parent.is_symlink()]


def result_files(folder: Path) -> list[str]:
    """Return the names of the files of a result, relative to its folder, but for the manifest.

    What others have put there is not among them (see ``all_files``).
    """
    known = {*MADE_FILES, JOURNAL, CRATE} - {MANIFEST}
    folders = (*MADE_FOLDERS, PEOPLE)
    return [name for name in all_files(folder) if not is_temporary(name)
            and (name in known or name.partition("/")[0] in folders)]  # fmt: skip


def all_files(folder: Path) -> list[str]:
    """Return the names of all files below a folder, relative to it; links are not followed."""
    paths = []
    for where, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        paths += [(Path(where) / name).relative_to(folder).as_posix() for name in (*names, *links)]
    return sorted(paths)


def written_here(folder: Path) -> bool:
    """Whether a folder has a manifest, and cocreate wrote it."""
    try:
        content = read_content(folder)
    except ResultError:
        return False
    return all(name in content for name in ("self", "experiment", "model_version", "checksums"))


def _is_made(name: str) -> bool:
    made = name in (*REPORTS, CRATE) or name.partition("/")[0] in MADE_FOLDERS
    return made and name != "figures/people.parquet"


def _own_checksum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
