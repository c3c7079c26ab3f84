"""Write the tables of docs/performance.md from measurements.

    uv run python benchmarks/all.py --everything --json FOLDER
    uv run python docs/make_performance.py FOLDER

fills the parts between ``<!-- table: NAME -->`` and ``<!-- end -->`` on the page. Tables whose
measurements are not in the folder stay as they are; goals that were not measured are left out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path(__file__).with_name("performance.md")
MARK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

Told = dict[str, Any]
Rows = list[list[str]]


def main(folder: Path) -> None:
    """Fill every table of the page for which there are measurements."""
    told = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    page = PAGE.read_text("utf-8")

    def filled(match: re.Match[str]) -> str:
        if match[2] == "goals":
            return f"{match[1]}{goals(told)}\n{match[3]}"
        needs, write = TABLES[match[2]]
        try:
            rows = write(*(told[name] for name in needs))
        except LookupError:  # not measured, or not all of it
            return match[0]
        return f"{match[1]}{rows}\n{match[3]}"

    PAGE.write_text(MARK.sub(filled, page), "utf-8")


def table(columns: Iterable[str], rows: Rows) -> str:
    """Return a Markdown table whose first column is left-aligned."""
    names = list(columns)
    lines = [f"| {' | '.join(names)} |", f"|---|{'---:|' * (len(names) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def times(ratio: float) -> str:
    """Return a ratio with a meaningful number of digits."""
    return f"{ratio:,.0f} ×" if ratio >= 100 else f"{ratio:.3g} ×"


def seconds(value: float) -> str:
    """Return a time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.0f} ns"


# --- tables ---------------------------------------------------------------------------------------


def goals(measured: dict[str, Told]) -> str:
    """Return every goal beside what version 0.1.0 took, and what was measured."""
    from goals import GOALS

    rows = [row for row in (goal.row(measured) for goal in GOALS) if row[-1]]
    return table(["what", "version 0.1.0", "goal", "now", "met"], rows)


def cost(model: Told) -> str:
    """Return the cost by people."""
    rows = [
        [f"{int(people):,}", f"{ns:.0f} ns", seconds(ns * int(people) * 1e-9)]
        for people, ns in model["cost"].items()
    ]
    return table(["people", "per person and month", "per month"], rows)


def growth(model: Told) -> str:
    """Return how the cost of a month grows."""
    rows = [[name, times(ratio)] for name, ratio in model["growth"].items()]
    return table(["twice the …", "cost of a month"], rows)


def twin(model: Told) -> str:
    """Return the model compared with its twin."""
    told = model["twin"]
    rows = [
        ["this model", seconds(told["fast"]), "1 ×"],
        ["the docking twin, plain Mesa", seconds(told["twin"]), times(told["ratio"])],
    ]
    size = f"{told['people']:,} people × {told['months']} months"
    return table([size, "CPU", "ratio"], rows)


def kernels(small: Told, large: Told) -> str:
    """Return every kernel compared with its floor, at two sizes."""
    rows = []
    for name, one in sorted(small["kernels"].items(), key=lambda pair: -pair[1]["ns"]):
        other = large["kernels"][name]
        rows.append(
            [name, f"{one['ns']:.1f}", f"{one['floor']:.1f}", times(one["ratio"]),
             f"{other['ns']:.1f}", times(other["ratio"])]
        )  # fmt: skip
    sums = [_sums(told) for told in (small, large)]
    rows.append(
        ["all", f"{sums[0][0]:.0f}", f"{sums[0][1]:.0f}", times(sums[0][0] / sums[0][1]),
         f"{sums[1][0]:.0f}", times(sums[1][0] / sums[1][1])]
    )  # fmt: skip
    columns = ["kernel", "ns per person", "floor", "ratio", "ns at a million", "ratio"]
    return table(columns, rows)


def _sums(told: Told) -> tuple[float, float]:
    found = told["kernels"].values()
    return sum(one["ns"] for one in found), sum(one["floor"] for one in found)


def rates(small: Told) -> str:
    """Return the machine's rates."""
    names = {"draw": "a draw", "log": "a logarithm", "exp": "an exponential", "power": "a power",
             "gather": "a row gathered along a tie", "byte": "a byte read in order"}  # fmt: skip
    rows = [[names[what], f"{ns:.3g} ns"] for what, ns in small["rates"].items()]
    return table(["what", "time"], rows)


def diffusion(alone: Told) -> str:
    """Return diffusion in one process: times slower than ours."""
    sizes = list(alone["sizes"])
    names = list(alone["sizes"][sizes[0]]["median"])
    rows = []
    for name in names:
        row = [name]
        for size in sizes:
            own = alone["sizes"][size]["median"]
            ours = own[names[0]]
            row.append(seconds(ours) if name == names[0] else times(own[name] / ours))
        rows.append(row)
    return table(["", *(f"{int(size):,} people" for size in sizes)], rows)


def peers(told: Told) -> str:
    """Return the peers: times slower than ours."""
    sizes = list(told["sizes"])
    names = list(told["sizes"][sizes[0]]["peers"])
    rows = []
    for name in names:
        row = [name]
        for size in sizes:
            one = told["sizes"][size]["peers"].get(name, {})
            row.append(times(one["times_slower"]) if "times_slower" in one else "did not run")
        rows.append(row)
    return table(["tool", *(f"{int(size):,} people" for size in sizes)], rows)


def panel(told: Told) -> str:
    """Return what panels cost."""
    rows = [
        [f"{one['people']:,} × {one['months']}: {', '.join(one['columns'])}",
         f"{one['ns']:.0f} ns", f"{one['bytes']:.1f}"]
        for one in told["panels"]
    ]  # fmt: skip
    return table(["people × months: columns", "per person and month", "bytes"], rows)


def pairs(told: Told) -> str:
    """Return what a pair of runs is worth, with draws by person and from one generator."""
    ours, theirs = told["worth"].values()
    rows = [
        [name, *(f"{one['factor']:.1f} ({one['low']:.1f} to {one['high']:.1f})"
                 for one in (ours[name], theirs[name]))]
        for name in ours
    ]  # fmt: skip
    middle = [median(one["factor"] for one in own.values()) for own in (ours, theirs)]
    rows.append(["median", *(f"{value:.1f}" for value in middle)])
    return table(["what-if", *told["worth"]], rows)


def past(told: Told) -> str:
    """Return what sharing the months before month 1 saves in a comparison."""
    size = (
        f"{told['arms'] - 1} what-ifs and their base, {told['seeds']} seeds, "
        f"{told['people']:,} people, {told['warm_up']} + {told['months']} months"
    )
    ratio = told["apart_s"] / told["shared_s"]
    row = [size, seconds(told["apart_s"]), seconds(told["shared_s"]), times(ratio)]
    return table(["comparison", "each its own", "shared", "ratio"], [row])


def mechanisms(told: Told) -> str:
    """Return what the mechanisms of the market cost beside the version before them."""
    models = told["models"]
    first = models["before"]
    rows = [
        [
            "version 0.1.0, before them" if name == "before" else name,
            f"{100 * one['customers']:.0f} %",
            f"{one['encounters']:.2f}",
            f"{one['ns']:.0f} ns",
            times(one["ns"] / first["ns"]),
            f"{one['ns_encounter']:.0f} ns",
            times(one["ns_encounter"] / first["ns_encounter"]),
        ]
        for name, one in models.items()
    ]
    return table(
        ["mechanisms", "customers", "encounters a head", "per person and month", "ratio",
         "per encounter", "ratio"],
        rows,
    )  # fmt: skip


def hundred_million(model: Told) -> str:
    """Return what a hundred million people would take, from measured bytes and rates."""
    people, months = 1e8, 120
    bytes_each = sum(model["memory"].values())
    ns = model["cost"]["1000000"]
    minutes = people * months * ns * 1e-9 / 60.0
    founding = people / 1e6 * model["million"]["founding"] / 60.0
    rows = [
        ["memory", f"{people * bytes_each / 1e9:.0f} GB ({bytes_each:.0f} bytes per person)"],
        ["founding, one core", f"{founding:.1f} minutes"],
        ["120 months, one core", f"{minutes:.0f} minutes ({ns:.0f} ns per person and month)"],
        ["panel of three columns", f"{people * months * PANEL_BYTES / 1e9:.0f} GB"],
    ]
    return table(["what", "cost"], rows)


PANEL_BYTES = 9.0
"""Bytes per person and month of a dense panel, see the table of panels."""

TABLES: dict[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "cost": (("full_model",), cost),
    "growth": (("full_model",), growth),
    "twin": (("full_model",), twin),
    "kernels": (("kernels", "kernels_million"), kernels),
    "rates": (("kernels",), rates),
    "diffusion": (("word_of_mouth",), diffusion),
    "peers": (("peers",), peers),
    "panel": (("panel",), panel),
    "pairs": (("shared_seeds",), pairs),
    "past": (("shared_past",), past),
    "mechanisms": (("cost_of_mechanisms",), mechanisms),
    "hundred_million": (("full_model",), hundred_million),
}  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
