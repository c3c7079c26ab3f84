"""Every package that is installed with cocreate states its licence, and none forbids its use."""

from __future__ import annotations

import functools
import operator
import re
import tomllib
from pathlib import Path

from sweeping import cocreate

from simulation.cli.licences_command import licensed

ROOT = Path(__file__).parents[2]
KNOWN = ("MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "Mozilla", "MPL",
         "Zlib", "0BSD", "CC0")  # fmt: skip


def test_no_licence_is_unknown() -> None:
    unknown = [row for row in licensed() if not any(name in row.licence for name in KNOWN)]
    assert not unknown


def test_every_package_that_is_named_is_among_them_and_on_the_page() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [
        *project["dependencies"],
        *functools.reduce(operator.iadd, project["optional-dependencies"].values(), []),
    ]
    names = {re.split(r"[<>=!~ ]", one)[0].lower() for one in named}
    assert names <= {row.name.lower() for row in licensed()}
    page = (ROOT / "docs" / "licences.md").read_text().lower()
    assert not [name for name in names if f"| {name} |" not in page]


def test_programs_get_them_as_json() -> None:
    rows = cocreate("licences", "--json").json
    assert {"name", "version", "licence"} == set(rows[0])
    assert "cocreate" not in {row["name"] for row in rows}
