"""Screen the parameters of *base*, and write how much each affects the co-created value.

    uv run python docs/make_influence.py

fills ``simulation/report/influence.csv``, by which reports rank assumptions: Morris' mean absolute
elementary effect (μ*) over the range that ``cocreate describe`` gives as worth exploring. It takes
ten minutes, and must be repeated when a change of the model changes results.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from simulation.cli.app import app
from simulation.report.influence import TABLE
from simulation.scenario.fields import ValueKind, all_fields
from simulation.studies.sweep.tables import read_sweep

PEOPLE, MONTHS, TRAJECTORIES = 10_000, 60, 5
NAMES = {"companies": "focal", "partners": "installer"}
"""The entry of a list that stands for all of them."""

LEFT_OUT = (
    "run.", "population.people", "touchpoints.", "segments.", "jobs.", "blocks.", "network.",
    "start.", "companies.*.touchpoints.", "companies.*.strategy.coupling", "reach.hazard",
    "talk.contagion",
)  # fmt: skip
"""Length, size and blocks assume nothing; entries of long lists, a market that is known, of which
*base* says nothing, and what only limits use."""

RANGES = {
    "population.knowledge_low": (0.0, 0.3),
    "population.knowledge_high": (0.3, 1.0),
    "population.skill_low": (0.0, 0.3),
    "population.skill_high": (0.3, 1.0),
    "listening.sample_low": (5, 20),
}
"""Narrower than declared, where two parameters must not pass each other."""


def screened() -> dict[str, str]:
    """Return the parameters that are moved: by the key of one of them, the path of all."""
    moved = {}
    for path, parameter in all_fields().items():
        is_number = parameter.kind in (ValueKind.NUMBER, ValueKind.WHOLE)
        if parameter.sweep and is_number and not path.startswith(LEFT_OUT):
            moved[path.replace("*", NAMES.get(path.partition(".")[0], "*"))] = path
    return moved


def experiment() -> str:
    """Return the experiment as TOML."""
    lines = [
        'question = "Which parameters move the co-created value?"',
        'scenario = "base"',
        "replicates = 1",
        "[set]",
        f'"population.people" = {PEOPLE}',
        f'"run.months" = {MONTHS}',
        "[uncertainties]",
    ]
    for key, path in screened().items():
        given = f"range = {list(RANGES[path])}" if path in RANGES else ""
        lines.append(f'"{key}" = {{ {given} }}')
    lines += ["[design]", 'kind = "morris"', f"trajectories = {TRAJECTORIES}", "[outcomes]",
              'value = { metric = "co_created_value", window = "last 24 months" }']  # fmt: skip
    return "\n".join(lines) + "\n"


def write(result: Path) -> None:
    """Write the table from the result of the screening."""
    tables = read_sweep(result)
    (outcome,) = tables.outcomes
    table = tables.indices(outcome)
    sizes = table[table["index"] == "mu_star"].sort_values("value", ascending=False)
    paths = screened()
    lines = ["parameter,effect,low,high"]
    for row in sizes.to_dict("records"):
        per_head = [1000 * float(row[name]) / PEOPLE for name in ("value", "low", "high")]
        lines.append(",".join([paths[str(row["factor"])], *(f"{x:.4g}" for x in per_head)]))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asked, made = Path(folder) / "influence.toml", Path(folder) / "result"
        asked.write_text(experiment(), encoding="utf-8")
        words = ["sensitivity", str(asked), "--out", str(made), "--no-report", *sys.argv[1:]]
        app(words, standalone_mode=False)
        write(made)
