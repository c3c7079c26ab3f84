"""``cocreate licences``: what is installed with it, and under which licence."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from importlib import metadata

import typer

from simulation.cli.console import print_json, visible
from simulation.cli.faults import reported
from simulation.cli.options import JsonOption

ROOT = "cocreate"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")


@dataclass(frozen=True)
class Licensed:
    """An installed package; ``licence`` is empty where it states none."""

    name: str
    version: str
    licence: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("licences", short_help="List the licences of all installed packages.")(licences)


def licences(*, as_json: JsonOption = False) -> None:
    """List every installed package that cocreate needs, extras included, with its licence."""
    with reported(as_json=as_json):
        rows = licensed()
    if as_json:
        print_json([{"name": row.name, "version": row.version, "licence": row.licence or None}
                    for row in rows])  # fmt: skip
        return
    typer.echo("| package | version | licence |\n|---|---|---|")
    for row in rows:
        typer.echo(visible(f"| {row.name} | {row.version} | {row.licence or 'not stated'} |"))


def licensed(root: str = ROOT) -> list[Licensed]:
    """Return what is installed of all that a package needs, directly or not, by name.

    Of the package itself all extras count, of those it needs only what they always need.
    """
    waiting, rows = deque([(root, True)]), dict[str, Licensed]()
    while waiting:
        name, with_extras = waiting.popleft()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in rows:
            continue
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another platform, or an extra that is not installed
        if key != root:
            rows[key] = Licensed(package.name, package.version, licence_of(package.metadata))
        for requirement in package.requires or ():
            needed = _NAME.match(requirement)
            if needed and (with_extras or not _EXTRA.search(requirement)):
                waiting.append((needed[0], False))
    return [rows[key] for key in sorted(rows)]


def licence_of(package: metadata.PackageMetadata) -> str:
    """Return what a package states: an SPDX expression, classifiers, or the first line of text."""
    stated = package.get("License-Expression")
    if stated:
        return str(stated)
    classifiers = [line for line in package.get_all("Classifier") or () if "License ::" in line]
    names = [line.rpartition(" :: ")[2] for line in classifiers]
    text = (package.get("License") or "").strip().partition("\n")[0]
    return " or ".join(names) or str(text)
