# ruff: noqa: E501  (answers are sentences, a row each)
"""Write docs/checklists: what journals and archives ask of a model, answered from the code.

    uv run python docs/make_checklists.py

ODD 2020 (Grimm et al. 2020, JASSS 23(2):7), RAT-RS (Achter et al. 2022, Int. J. Social Research
Methodology 25(4):517), STRESS-ABS (Monks et al. 2019, J. Simulation 13(1):55) and what reviewers at
CoMSES look at. Counts, ranges, sources and the order of a month are read from the package;
``tests/test_checklists.py`` fails where a page is not what this writes.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from simulation.analysis.targets import Target, Use, targets
from simulation.processes.order import MONTH
from simulation.processes.process import Process, RoundOfProcesses
from simulation.recorder.metrics import METRICS
from simulation.report.market import is_bound
from simulation.scenario.fields import Parameter, parameters
from simulation.scenario.load import load_scenario

DOCS = Path(__file__).parent
SCENARIOS = DOCS.parent / "scenarios"
MADE = "<!-- Written by docs/make_checklists.py from model.md and the code: do not edit. -->\n\n"
ASSUMPTION = "assumption"
WHERE = "[the model](../model.md)"


def main() -> None:
    """Write every page that is out of date, and name it."""
    for path, text in pages().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path.relative_to(DOCS.parent)}\n")


def pages() -> dict[Path, str]:
    """Return the text of every page, by its path."""
    made = {"odd": odd(), "rat-rs": rat_rs(), "stress-abs": stress(), "comses": comses()}
    return {DOCS / "checklists" / f"{name}.md": MADE + text for name, text in made.items()}


# --- ODD -----------------------------------------------------------------------------------------


def odd() -> str:
    """Return the ODD document in the order of the protocol's seven elements."""
    model = _sections((DOCS / "model.md").read_text("utf-8"))
    parts = [
        ("1 Purpose and patterns", [model["1"], model["8"], model["11"]]),
        ("2 Entities, state variables and scales", [model["2"]]),
        ("3 Process overview and scheduling", [model["3"], _month()]),
        ("4 Design concepts", [model["4"], model["7"]]),
        ("5 Initialization", [model["5"]]),
        ("6 Input data", [INPUT]),
        ("7 Submodels", [model["6"], model["9"]]),
    ]
    head = (
        "# ODD\n\nThe description by the ODD protocol in its second update (Grimm et al. 2020), in "
        "the order of its elements. Its text is that of [the model's page](../model.md).\n"
    )
    return "\n".join(
        [head, *(f"## {title}\n\n" + "\n\n".join(text) + "\n" for title, text in parts)]
    )


INPUT = """The model reads no series of data while it runs. A scenario file gives every parameter; its
`[[events]]` change parameters in stated months. Optional inputs: a file of ties between people
(`network.file`), a stated market to start from (`[start]`), and draws of parameters that a
calibration to observed months has left (`--posterior`)."""


def _sections(text: str) -> dict[str, str]:
    """Return the numbered sections of a page by number, headings one deeper, links from here."""
    found = re.split(r"^## (\d+) (.*)$", text, flags=re.MULTILINE)
    deeper = {}
    for number, title, body in zip(found[1::3], found[2::3], found[3::3], strict=True):
        body = re.sub(r"^(#+) ", r"#\1 ", body.strip(), flags=re.MULTILINE)
        body = re.sub(r"\]\((?!https?:|#)", "](../", body)
        deeper[number] = f"*{title}.*\n\n" + re.sub(r"\]\(#", "](../model.md#", body)
    return deeper


def _month() -> str:
    """Return the processes of a month in order, as the scheduler runs them."""
    rows = [(f"`{one.name}`", one.why_here) for one in _processes(MONTH)]
    return "In order, from `simulation/processes/order.py`:\n\n" + _table(
        ("process", "why here"), rows
    )


def _processes(month: Iterable[Process | RoundOfProcesses]) -> Iterator[Process]:
    for one in month:
        if isinstance(one, RoundOfProcesses):
            yield from one.processes
        else:
            yield one


# --- RAT-RS --------------------------------------------------------------------------------------


def rat_rs() -> str:
    """Return what data are used for: specification, calibration, validation."""
    stated = [one for one in parameters() if one.source]
    published = [one for one in stated if ASSUMPTION not in one.source.lower()]
    gate = [one for one in targets() if one.use is Use.GATE]
    bounds = sum(is_bound(one) for one in gate)
    effect = [one for one in targets() if one.use is Use.EFFECT]
    return "\n".join(
        [
            "# Use of data (RAT-RS)\n",
            (
                "What data the model uses for specification, calibration and validation, after the "
                "RAT-RS reporting standard (Achter et al. 2022).\n"
            ),
            "## Aim and context\n",
            (
                "To compare what-ifs in markets in which value is co-created, and to find under which "
                f"assumptions an answer turns over; not to forecast. See {WHERE}, section 1.\n"
            ),
            "## Specification\n",
            (
                f"Of {len(stated)} parameters {len(stated) - len(published)} are assumptions, each with "
                f"a range to vary it in; {len(published)} have a source. Mechanisms are from published "
                "theory, named where each stands in the model. No raw data were used.\n"
            ),
            _table(("parameter", "default range", "source"), map(_row, published)),
            "\n## Calibration\n",
            f"Default markets ({', '.join(_markets())}) are set, by hand and by the same mechanisms "
            f"for all, to show {len(gate)} reference figures (use *gate*): {len(gate) - bounds} "
            f"published, {bounds} bounds of our own. Those published are summaries from "
            "publications; grades: " + _grades(gate) + ". A user's own months are taken by "
            "`cocreate observe` and `cocreate calibrate`, which hold months out and test the method "
            "on data that the model made itself.\n",
            _table(("figure", "range", "source", "grade"), map(_figure, gate)),
            "\n## Validation\n",
            (
                f"{len(effect)} published effects of levers (use *effect*) are never calibrated to: they "
                "are measured after the markets are set, and shown as they come out, misses included, "
                "in [validation](../validation.md).\n"
            ),
            _table(("effect", "range", "source", "grade"), map(_figure, effect)),
            "\nNo data on persons are stored; `observe` writes counts, sums and shares alone.\n",
        ]
    )


def _row(one: Parameter) -> tuple[str, str, str]:
    return f"`{one.path}`", _range(one), one.source


def _range(one: Parameter) -> str:
    return "" if one.sweep is None else f"{one.sweep[0]:g} to {one.sweep[1]:g}"


def _figure(one: Target) -> tuple[str, str, str, str]:
    return one.name, f"{one.low:g} to {one.high:g} {one.unit}", one.source, one.grade


def _grades(chosen: Sequence[Target]) -> str:
    counts = Counter(one.grade for one in chosen)
    return ", ".join(f"{grade} {counts[grade]}" for grade in sorted(counts))


def _markets() -> list[str]:
    return sorted({market for one in targets() for market in one.scenarios})


# --- STRESS-ABS ----------------------------------------------------------------------------------


def stress() -> str:
    """Return the STRESS-ABS checklist with an answer to each item."""
    base = load_scenario("base")
    stated = [one for one in parameters() if one.source]
    assumed = sum(ASSUMPTION in one.source.lower() for one in stated)
    answers = (
        ("1.1 Purpose of the model", f"{WHERE}, section 1."),
        ("1.2 Model outputs", (f"{len(METRICS)} metrics a month ([metrics](../reference/metrics.md)) "
         "and a ledger of who gives what to whom ([ledger](../reference/ledger.md)).")),
        ("1.3 Experimentation aims", ("The questions of its sources, with verdict and what each "
         "leans on: [findings](../findings.md).")),
        ("2.1 Base model overview", (f"{WHERE}, section 3; {len(list(_processes(MONTH)))} processes a "
         "month.")),
        ("2.2 Base model logic", "[ODD](odd.md), elements 3 and 7."),
        ("2.3 Scenario logic", ("A what-if is a set of changed parameters from month 1, or events in "
         "stated months: [how to write one](../howto/write-a-scenario.md).")),
        ("2.4 Algorithms", f"{WHERE}, section 6, each equation with its place in the code."),
        ("2.5.1 Environment", "A market of companies, partners and touchpoints; no space."),
        ("2.5.2 Agents", (f"{base.population.people:,} people in the base scenario, "
         f"{len(base.companies)} companies, {len(base.partners)} partner(s): {WHERE}, section 2.")),
        ("2.5.3 Interaction topology", (f"A network of ties (base: {base.network.kind.value}), shared "
         "touchpoints, queues at desks.")),
        ("2.5.4 Entry and exit", ("People stay for the whole run and change roles; partners enter and "
         "leave by contract.")),
        ("3.1 Data sources", "[Use of data](rat-rs.md)."),
        ("3.2 Pre-processing", ("None for the model; `cocreate observe` for a user's own logs, with "
         "its rules stated in its output.")),
        ("3.3 Input parameters", (f"{len(stated)} with unit, range and source: "
         "[parameters](../reference/parameters.md).")),
        ("3.4 Assumptions", (f"{assumed} parameters are marked as assumptions; every report lists "
         "those that its answer leans on.")),
        ("4.1 Initialisation", (f"{base.run.warm_up} months before month 1 in the base scenario, not "
         f"recorded: {WHERE}, section 5.")),
        ("4.2 Run length", f"{base.run.months} months in the base scenario, a step is a month."),
        ("4.3 Estimation approach", (f"{base.run.replicates} replicates in the base scenario, common "
         "random numbers person by person; paired differences with 95 % intervals.")),
        ("5.1 Software", "Python 3.12 or newer, Mesa 3.5, numba, SimPy: [licences](../licences.md)."),
        ("5.2 Random sampling", (f"Every draw is a function of seed, process, step, name and person: "
         f"{WHERE}, section 7.")),
        ("5.3 Model execution", "Processes of a month in a fixed order; see ODD, element 3."),
        ("5.4 System specification", ("Times and memory: [performance](../performance.md); every "
         "result keeps versions and commit in its manifest.")),
        ("6.1 Sharing", ("MIT licence; `CITATION.cff`, `codemeta.json`; a result exports as RO-Crate "
         "(`cocreate export --format ro-crate`).")),
    )  # fmt: skip
    head = "# STRESS-ABS\n\nThe checklist of Monks et al. (2019) for agent-based simulation.\n\n"
    return head + _table(("item", "answer"), answers) + "\n"


# --- CoMSES --------------------------------------------------------------------------------------


def comses() -> str:
    """Return what reviewers of the model library of CoMSES look at, with where it is."""
    scenarios = ", ".join(sorted(path.stem for path in SCENARIOS.glob("*.toml")))
    answers = (
        ("Is the code complete, and does it run as said?", "`uv run cocreate run base` from a clone; "
         "[start](../start.md). The tests run every scenario: " + scenarios + "."),
        ("Is it well organised, readable and commented?", ("One noun or verb a file; imports go down "
         "only, which is checked (`uv run lint-imports`); docstrings give equation, units, source.")),
        ("Is there narrative documentation by a standard?", ("[ODD](odd.md), "
         "[STRESS-ABS](stress-abs.md), [use of data](rat-rs.md).")),
        ("Can results be made again?", ("Every result holds scenario, seeds, versions, commit and the "
         "command that makes it again; `cocreate verify` compares checksums and runs bit by bit.")),
        ("Which metadata are there?", "`CITATION.cff`, `codemeta.json`, RO-Crate of any result."),
        ("Which licence, and of what it needs?", "MIT; [licences](../licences.md)."),
        ("Are dependencies and versions stated?", ("`pyproject.toml`, dated by `exclude-newer`; the "
         "versions of a run are in its manifest.")),
        ("Is it tested?", ("[Reliability](../reliability.md), [validation](../validation.md); a second "
         "implementation agrees person by person (`tests/docking/`).")),
    )  # fmt: skip
    head = "# What a reviewer at CoMSES asks\n\n"
    return head + _table(("question", "answer"), answers) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
