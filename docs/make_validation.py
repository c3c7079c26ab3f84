"""Measure the markets and the effects of levers, and write docs/validation.md.

    uv run python docs/make_validation.py [FOLDER] [--effects]

FOLDER has results of ``cocreate validate``, one folder a market: their parts of the page are
written, the others stay. ``--effects`` measures the effects of levers alone. Without either
everything is run, which takes a quarter of an hour. Numbers change with the model, so the page
names the version that produced them.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from textwrap import fill

from simulation import Result, load_scenario, open_result, run
from simulation.analysis.targets import Held, Use, hold, targets, targets_of
from simulation.cli.validate_command import MARKETS
from simulation.report.market import GRADES, verdict
from simulation.report.words import number
from simulation.studies.effects import effects

DOCS = Path(__file__).parent
PAGE = DOCS / "validation.md"
EFFECTS = "effects"
PAIRS, EFFECT_MONTHS = 4, 36
NEWCOMERS, NEWCOMER_MONTHS = 20, 120
"""Pairs and months where newcomers are measured, who are few."""
SCENARIOS = DOCS.parent / "scenarios"
TITLE = "# Validation: is this a market?"
ABOUT = (
    "This page shows how plausible the markets are: it sets reference figures beside those of the "
    "simulation. Each market was calibrated to the figures in its table, with the same mechanisms "
    "for all markets and with parameters within the ranges worth exploring, except those listed "
    "below. Some figures are published, some are usual ranges without a single source, some are "
    "bounds of our own. The last table holds effects of levers, to which nothing was calibrated. "
    f"{GRADES} Sources and notes: `simulation/analysis/targets.toml`."
)
EXCEPTIONS = (
    "Outside the range worth exploring (value; range) are, in telecom, the focal company's funding "
    "of marketing & sales (16; .5 to 15); in saas, the focal price (.9; .1 to .8), both companies' "
    "cost to serve (.45 and .38; .02 to .3), the value of improving (4; .5 to 3) and the handling "
    "time of the account manager (30; 2 to 20); in retail_bank, the share of explorers (.15; .2 to "
    "3)."
)
"""Values of the markets beyond what ``cocreate describe`` gives as worth exploring."""
MADE = (
    "Made by `uv run python docs/make_validation.py`; the same tables are printed by "
    "`cocreate validate` and `cocreate validate --effects`, and the first is in the report of "
    "every run."
)
WIDTH = 100

REASONS = {
    "occupancy": "no desk carries more than 2 Erlang at ten thousand people. At the size at which "
    "desks do: `benchmarks/size.py`, and [the model's page](model.md#11-what-the-market-shows).",
    "calls_at_low_clarity": "calls per query rise, as tested over the range of doubt; but help "
    "pages teach, so that queries themselves become fewer.",
    "calls_at_high_clarity": "the market compared has no self-service at all; the published figure "
    "is what a portal added to what there was.",
    "contacts_of_taught_newcomers": "the lever is a lesson while the product is set up, on top of "
    "what all customers are taught at half effort: it raises knowledge by about .03 (of .25), and "
    "contacts fall in proportion to what is not known.",
    "use_of_taught_newcomers": "how much a person uses is a trait for life here; what teaching "
    "raises is the progress made of it, of which knowledge is one of several inputs.",
}
"""Why a figure is missed or cannot be measured, by its measure; shown only where it is."""


def main() -> None:
    """Write the page, or the parts of it that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="folder of results, one a market")
    parser.add_argument("--effects", action="store_true", help="the effects of levers alone")
    asked = parser.parse_args()
    parts = _parts()
    for name in () if asked.effects else MARKETS:
        if asked.folder is None or (asked.folder / name).is_dir():
            parts[name] = _market(name, _result(name, asked.folder))
    if asked.effects or asked.folder is None:
        said = (
            f"Pairs of runs of {EFFECT_MONTHS} months in established markets, {PAIRS} of each; "
            f"for newcomers, who are few, {NEWCOMERS} of {NEWCOMER_MONTHS} months."
        )
        parts[EFFECTS] = _section("Effects of levers", _effects(), said)
    texts = ["\n".join(parts[name]).strip() for name in (*MARKETS, EFFECTS) if name in parts]
    head = [
        TITLE,
        *(_wrapped(text) for text in (_summary(parts[EFFECTS]), ABOUT, EXCEPTIONS, MADE)),
    ]
    PAGE.write_text("\n\n".join([*head, *texts]) + "\n", "utf-8")
    sys.stdout.write("validation.md\n")


def _parts() -> dict[str, list[str]]:
    """Return the parts that the page has now, by market."""
    parts: dict[str, list[str]] = {}
    for text in PAGE.read_text("utf-8").split("\n## ")[1:]:
        title = text.partition("\n")[0]
        named = re.match(r"\[(\w+)\]", title)
        parts[named[1] if named else EFFECTS] = f"## {text}".splitlines()
    return parts


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _summary(effects_part: list[str]) -> str:
    """Return how many effects of levers are inside, in a sentence, from the table of the page."""
    rows = [line.split(" | ") for line in effects_part if line.startswith("| ")][1:]
    missed = [row for row in rows if row[5] != "inside"]
    known = [row for row in missed if " to " in row[4]]
    reach = [row for row in known if _overlap(_ends(row[2]), _ends(row[4]))]
    return (
        f"**Effects of levers, to which nothing was calibrated:** {len(rows) - len(missed)} of "
        f"{len(rows)} inside. Of the {len(missed)} outside, {len(reach)} have an interval that "
        "reaches into the published range ([the last table](#effects-of-levers))."
    )


def _ends(words: str) -> tuple[float, float]:
    low, high = words.replace("−", "-").split(" to ")
    return float(low), float(high)


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _result(name: str, folder: Path | None) -> Result:
    """Return a stored result, or that of a run now."""
    return open_result(folder / name) if folder else run(load_scenario(_file(name)))


def _effects() -> list[Held]:
    """Return what levers do; newcomers are few, so that more pairs and months are taken."""
    wanted = [one for one in targets() if one.use is Use.EFFECT]
    few = [one for one in wanted if "newcomers" in one.measure]
    rest = [one for one in wanted if one not in few]
    return [
        *effects(replicates=PAIRS, months=EFFECT_MONTHS, wanted=rest),
        *effects(replicates=NEWCOMERS, months=NEWCOMER_MONTHS, wanted=few),
    ]


def _file(name: str) -> Path:
    return SCENARIOS / f"{name}.toml"


def _market(name: str, result: Result) -> list[str]:
    market = str(result.manifest.scenario["market"])
    made = result.manifest
    said = f"{made.runs.done} runs of {made.months} months by model {made.model_version}."
    return _section(f"[{name}](scenarios/{name}.md)", hold(result.series, targets_of(market)), said)


def _section(title: str, held: list[Held], said: str = "") -> list[str]:
    """Return a table of figures, and what is to be said of some."""
    lines = [f"## {title}", ""]
    lines += [said, ""] if said else []
    lines += ["| figure | unit | range | here | 95 % interval | | grade |", "|---" * 7 + "|"]
    lines += [_row(one) for one in held]
    remarks = [f"*{one.target.name}*: {said}" for one in held if (said := _remark(one))]
    return [*lines, "", *[line for remark in remarks for line in (remark, "")]]


def _remark(one: Held) -> str:
    """Return why a figure is missed, and where an effect is defined in another way."""
    reason = "" if one.inside else REASONS.get(one.target.measure, "")
    noted = one.target.use is Use.EFFECT and one.target.note
    return f"{reason} Measured: {one.target.note}.".strip() if noted else reason


def _row(one: Held) -> str:
    target, value = one.target, one.value
    here = number(value.mean) if one.known else "–"
    interval = f"{number(value.low)} to {number(value.high)}" if value.has_interval else "–"
    published = f"{number(target.low)} to {number(target.high)}"
    cells = (target.name, target.unit, published, here, interval, verdict(one), target.grade)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
