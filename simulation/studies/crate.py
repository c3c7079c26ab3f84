"""A result as a research object: ``ro-crate-metadata.json``, in the profile Process Run Crate 0.5.

It says which software, given which inputs, made which files, when and how to do it again. Written
as plain JSON-LD; the tests read it with the package ``rocrate``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulation.store import Manifest
from simulation.store.files import is_temporary, write_text
from simulation.store.manifest import CRATE, JOURNAL, MANIFEST, SNAPSHOT, all_files
from simulation.studies.result import Result

METADATA = CRATE
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCE = "Not stated. Whoever made the result decides."
"""The format asks for one, and only those whose data it is can give it."""
_CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    "https://w3id.org/ro/terms/workflow-run/context",
]
_KINDS = {
    ".json": "application/json", ".parquet": "application/vnd.apache.parquet",
    ".toml": "application/toml", ".html": "text/html", ".md": "text/markdown",
    ".png": "image/png", ".svg": "image/svg+xml", ".npz": "application/zip",
    ".bin": "application/octet-stream",
}  # fmt: skip

Entity = dict[str, Any]


def crate(result: Result) -> dict[str, Any]:
    """Return the metadata of a result folder as JSON-LD."""
    manifest, folder = result.manifest, result.folder
    files = [_file(folder, name, manifest) for name in _crated(folder)]
    return {
        "@context": _CONTEXT,
        "@graph": [
            _descriptor(),
            _root(manifest, files),
            _action(manifest, files),
            *_software(manifest),
            *files,
            _profile(),
        ],
    }


def write_crate(result: Result, target: Path) -> Path:
    """Write the metadata of a result to a file, and return that."""
    write_text(target, json.dumps(crate(result), indent=2, ensure_ascii=False) + "\n")
    return target


def _crated(folder: Path) -> list[str]:
    left_out = (METADATA, JOURNAL)
    return [name for name in all_files(folder)
            if name not in left_out and not name.startswith("export/")
            and not is_temporary(name)]  # fmt: skip


def _profile() -> Entity:
    name = "Process Run Crate"
    return {"@id": PROFILE, "@type": "CreativeWork", "name": name, "version": "0.5"}


def _descriptor() -> Entity:
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }


def _root(manifest: Manifest, files: list[Entity]) -> Entity:
    title = manifest.title or manifest.scenario_name
    runs = manifest.runs
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": f"{runs.done} runs of {manifest.months} months by cocreate "
        f"{manifest.command}; {runs.failed} failed. Experiment {manifest.experiment}.",
        "datePublished": manifest.finished,
        "license": LICENCE,
        "conformsTo": {"@id": PROFILE},
        "hasPart": [{"@id": file["@id"]} for file in files],
        "mentions": {"@id": "#run"},
        "identifier": manifest.experiment,
    }


def _action(manifest: Manifest, files: list[Entity]) -> Entity:
    made = [file["@id"] for file in files if file["@id"] != SNAPSHOT]
    snapshot = [{"@id": file["@id"]} for file in files if file["@id"] == SNAPSHOT]
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": manifest.command_line or f"cocreate {manifest.command}",
        "description": f"Do it again: {manifest.remake}",
        "instrument": {"@id": "#cocreate"},
        "object": snapshot,
        "result": [{"@id": name} for name in made],
        "startTime": manifest.started,
        "endTime": manifest.finished,
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }


def _software(manifest: Manifest) -> list[Entity]:
    used = {name: version for name, version in manifest.versions.items() if name != "cocreate"}
    package: Entity = {
        "@id": "#cocreate",
        "@type": "SoftwareApplication",
        "name": "cocreate",
        "softwareVersion": manifest.model_version,
        "softwareRequirements": [{"@id": f"#{name}"} for name in used],
    }
    if manifest.commit:
        package["identifier"] = manifest.commit
    return [package, *({"@id": f"#{name}", "@type": "SoftwareApplication", "name": name,
                    "softwareVersion": version} for name, version in used.items())]  # fmt: skip


def _file(folder: Path, name: str, manifest: Manifest) -> Entity:
    entity: Entity = {
        "@id": name,
        "@type": "File",
        "name": name,
        "encodingFormat": _KINDS.get(Path(name).suffix, "application/octet-stream"),
    }
    if name != MANIFEST:  # which is about to change: it gets the checksum of this file
        entity["contentSize"] = str((folder / name).stat().st_size)
    if name in manifest.checksums:
        entity["sha256"] = manifest.checksums[name]
    if name == MANIFEST:
        entity["description"] = "what was asked and done, with the checksums of all files"
    return entity
