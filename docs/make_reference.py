"""Write everything in ``docs`` that is derived from the code, so that the two cannot diverge.

    uv run python docs/make_reference.py

rewrites ``docs/reference/`` and, in ``docs/scenarios/``, the tables between the marks
``<!-- made: … -->`` and ``<!-- end -->``. ``tests/test_docs.py`` fails where the stored text
differs from what this would write.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from library_page import library_page

from simulation import errors
from simulation.cli.faults import FAILED, WRONG_INPUT
from simulation.cli.interrupts import INTERRUPTED
from simulation.recorder.ledger import flows
from simulation.recorder.metrics import METRICS
from simulation.report.glossary import GLOSSARY, OF_DOCUMENTS
from simulation.scenario.describe import parameter_table_markdown, parameters
from simulation.scenario.fields import all_fields
from simulation.scenario.json_schema import json_schema
from simulation.scenario.load import load_scenario
from simulation.scenario.locate import locate
from simulation.scenario.parameter import Section
from simulation.scenario.schema import Touchpoint
from simulation.scenario.suggest import number_text
from simulation.scenario.words import Function, Resource, Stage
from simulation.scenario.write import value_text
from simulation.store import manifest, panel, tables

if TYPE_CHECKING:
    from simulation.world.world import World

DOCS = Path(__file__).parent
ROOT = DOCS.parent
SCENARIOS = ROOT / "scenarios"
MADE_BY = "<!-- Written by docs/make_reference.py from the code: do not edit. -->\n\n"
MARK = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Write every file that is out of date, and name it."""
    for path, text in documents().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def documents() -> dict[Path, str]:
    """Return the text that every made file should have, by its path."""
    made = {DOCS / "reference" / name: MADE_BY + write() for name, write in REFERENCE.items()}
    made[DOCS / "reference" / "scenario.schema.json"] = (
        json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    )
    return made | {page: _with_tables(page) for page in sorted((DOCS / "scenarios").glob("*.md"))}


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; bars in cells are escaped."""
    rows = [header, ["---"] * len(header), *lines]
    texts = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "".join(f"| {text} |\n" for text in texts)


def code(words: Iterable[str]) -> str:
    """Return names as code, with commas between."""
    return ", ".join(f"`{word}`" for word in words)


@cache
def base_world() -> World:
    """Return the founded world of the scenario base, with few people."""
    from simulation.model import EcosystemModel

    small = load_scenario(SCENARIOS / "base.toml").replace(
        {"population.people": 100, "run.warm_up": 0}
    )
    return EcosystemModel(small).world


# --- parameters ----------------------------------------------------------------------------------


def parameter_page() -> str:
    """Return the page of all parameters."""
    assumed = sum(parameter.source == "assumption" for parameter in parameters())
    return (
        dedent(f"""\
        # Parameters

        Every parameter of a scenario: {len(parameters())} in total, of which {assumed} have no
        published value and are marked *assumption*. `cocreate describe NAME` shows one at a time.

        *Range* is enforced; *explore* is the range worth sweeping. `*` in a heading stands for the
        name of an entry: `companies.focal.price`. *(founding)* marks a parameter that determines
        the initial state, so that no event can change it. A *source* that begins with *form* or
        *direction* supports the form or the direction of an effect; its size is an assumption.

        """)
        + parameter_table_markdown().strip()
        + "\n"
    )


# --- metrics -------------------------------------------------------------------------------------


def metric_page() -> str:
    """Return the page of all metrics."""
    world = base_world()
    lines = [
        (f"`{m.name}`", m.unit, _of(m.labels(world), world), m.meaning, m.better.value, m.figure)
        for m in METRICS.values()
    ]
    return dedent(f"""\
        # Metrics

        The {len(METRICS)} metrics recorded every month. In `series.parquet` each is a row with
        `metric`, `of` (the company, segment, touchpoint … that it describes; empty for the whole)
        and `value`. Where nothing was counted (the experience at a touchpoint that nobody visited),
        the value is NaN.

        In `runs.parquet` each is a column, `metric` or `metric:of`: the mean over the last 12
        months of the run. The column *of* in the table states what a metric describes, with the
        first example from the scenario *base*.

        """) + table(("metric", "unit", "of", "meaning", "better", "figure"), lines)


def _of(labels: Sequence[str], world: World) -> str:
    """Return what labels are of: ``company:function``, and the first as an example."""
    if tuple(labels) == ("",):
        return "the whole"
    named = [label for label in labels if label]
    kinds = _kinds(world)
    parts = zip(*(label.split(":") for label in named), strict=True)
    what = ":".join(_either(kinds.get(name, "number") for name in part) for part in parts)
    told = code(named) if what in ("people", "part") else f"{what}, such as `{named[0]}`"
    return f"the whole; {told}" if "" in labels else told


def _either(kinds: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(kinds))


def _kinds(world: World) -> dict[str, str]:
    """Return what kind of thing each name of the scenario is."""
    scenario = world.scenario
    lists: Mapping[str, Iterable[str]] = {
        "people": ("customers", "non_customers"),
        "part": ("value_in_use", "co_production", "customer_to_customer"),
        "company": (company.name for company in scenario.companies),
        "partner": (partner.name for partner in scenario.partners),
        "segment": (segment.name for segment in scenario.segments),
        "touchpoint": (touchpoint.name for touchpoint in scenario.touchpoints),
        "outcome": scenario.outcomes,
        "function": (function.value for function in Function),
        "resource": (resource.value for resource in Resource),
        "stage": ("idle", *(stage.value for stage in Stage)),
    }
    return {name: kind for kind, names in lists.items() for name in names}


# --- ledger --------------------------------------------------------------------------------------


def ledger_page() -> str:
    """Return the page of all flows of the value network."""
    world = base_world()
    others = {company.name for company in world.scenario.companies[1:]}
    lines = [
        tuple(f"`{cell}`" if at < 2 else cell for at, cell in enumerate(flow.label))
        for flow in flows(world)
        if not any(name in cell for name in others for cell in flow.label)
    ]
    return dedent("""\
        # Ledger

        Every deliverable that flows from one role to another in a month (the value network of
        Verna Allee): each is a row of `ledger.parquet`, with run and month. Here `focal` stands for
        every company and `installer` for every partner; functions are separate roles.

        Money balances: what one role pays, another receives, and `suppliers` stands for all
        payments to the outside. *Tangible* deliverables are contracted, *intangible* ones are not.
        Amounts in different units cannot be added.

        What people do for each other is recorded on one side only: who is helped, who answers, who
        learns by talk. The other side is *booked as* `customers`, although people without a
        provider answer, help and talk as well.

        """) + table(("giver", "receiver", "deliverable", "kind", "unit"), lines)


# --- result folder -------------------------------------------------------------------------------

FILES = {
    "runs.parquet": "one row per run: its identity and its outcomes",
    "series.parquet": "monthly values in tidy form: one row per run, month, metric and label",
    "ledger.parquet": "flows between roles, month by month",
    "failures.parquet": "failed runs, their causes, and the command that reproduces each",
    "manifest.json": "what was requested and carried out, versions, checksums, how to reproduce it",
    "scenario.toml": "the complete scenario as run, with every default",
    "report.html": "the report, a single file that works offline",
    "report.md": "the report as Markdown",
    "summary.html": "the report on one page, of `cocreate report --summary`",
    "slides.pptx": "the report as slides, of `cocreate report --slides`",
    "sensitivity.parquet": "indices of the factors of `cocreate sensitivity`, with intervals",
    "attribution.json": "what `cocreate attribute` was asked to do",
    "comparisons.parquet": "differences of `cocreate compare`, with intervals and verdicts",
    "curves.parquet": "its differences over time, with bands",
    "people.parquet": "how the same people fared in each pair",
    "comparison.json": "what was compared, and how it is judged",
    "futures.parquet": "of `cocreate explore`: one row per arm and future, with the true effect "
    "as far as it is known",
    "candidates.parquet": "of `cocreate optimise`: one row per candidate, as the search found it",
    "optimisation.json": "what its test on fresh seeds and futures says",
    "exploration.json": "what its runs say of the decision: shares, rules, regret, information",
    "emulators.json": "its emulators, which answer the sliders of its report",
    "emulator_of_levels.json": "its emulator over a lever's level and the assumptions, where it "
    "tells enough; then this one answers the sliders",
    "calibration.json": "of `cocreate calibrate`: the range of each parameter, and its test",
    "posterior.parquet": "one row per set of parameters that agrees with the data",
    "today.toml": "the market as the last observed month leaves it, to start from",
    "predicted.parquet": "observed months beside those that the agreeing sets predict",
    "selftest.parquet": "how known truths were recovered, parameter by parameter",
    "export/": "what `cocreate export` wrote",
    "verdict.json": "the verdict of `cocreate ask`",
    "panel.parquet": "every person in every month, in the columns that `--panel` names",
    "figures/": "figures as PNG and SVG, and data behind some of them: `people.parquet`, "
    "`value_network.graphml` and its tables",
    "journal.bin": "lets an interrupted command resume; not needed once the tables are written",
}


def result_page() -> str:
    """Return the page of the files and columns of a result folder."""
    words = tables.WordsOfRuns()
    schemas = {
        "runs.parquet": tables.runs_schema([], words, {}),
        "series.parquet": tables.series_schema(words),
        "ledger.parquet": tables.ledger_schema(),
        "failures.parquet": tables.failures_schema(),
        "panel.parquet": panel.panel_schema((), {}),
    }
    text = dedent("""\
        # Result folder

        The files that commands write; not every command writes all of them. pandas, Polars and
        DuckDB read the tables directly: see
        [read results](../howto/read-results-in-pandas-duckdb-polars.md). Columns have unit and
        meaning in their Parquet metadata; the metadata of `series.parquet` has those of every
        metric as JSON under the key `cocreate.metrics`.

        """)
    names = (*manifest.MADE_FILES, manifest.JOURNAL)
    text += table(("file", "holds"), [(f"`{name}`", FILES.get(name, "")) for name in names])
    text += "| `figures/` | every figure as PNG and as SVG |\n"
    for name, schema in schemas.items():
        text += f"\n## `{name}`\n\n" + table(
            ("column", "type", "unit", "meaning"),
            [(f"`{c.name}`", _type(c.type), *_told(c.metadata)) for c in schema],
        )
        if name == "runs.parquet":
            text += "\nThen one column per outcome, named `metric` or `metric:of`: see "
            text += "[metrics](metrics.md).\n"
        if name == "panel.parquet":
            text += "\nThen the requested columns: see "
            text += "[record every person](../howto/record-every-person.md).\n"
    keys = code(one.name for one in fields(manifest.Manifest))
    return f"{text}\n## `manifest.json`\n\nKeys: {keys}, and `self`, its own checksum.\n"


def _type(kind: Any) -> str:
    return "text (dictionary)" if str(kind).startswith("dictionary") else str(kind)


def _told(metadata: Mapping[bytes, bytes]) -> tuple[str, str]:
    return metadata[b"unit"].decode(), metadata[b"meaning"].decode()


# --- commands, errors ----------------------------------------------------------------------------


def command_page() -> str:
    """Return the page of all commands and their options."""
    from typer.main import get_command

    from simulation.cli.app import app

    group: Any = get_command(app)
    text = "# Commands\n\n`cocreate COMMAND --help` shows the same in the terminal.\n"
    for name, command in group.commands.items():
        arguments = [p for p in command.params if not p.opts[0].startswith("-")]
        words = " ".join(p.metavar or p.name.upper() for p in arguments)
        text += f"\n## `cocreate {name} {words}".rstrip() + "`\n\n" + _unfold(command.help) + "\n\n"
        text += table(("", ""), [(_spelling(p), p.help or "") for p in command.params])
    return text


def _unfold(text: str) -> str:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _spelling(parameter: Any) -> str:
    if not parameter.opts[0].startswith("-"):
        return f"`{parameter.metavar or parameter.name.upper()}`"
    value = f" {parameter.metavar}" if parameter.metavar else ""
    return " ".join(
        f"`{spelling}{value}`" for spelling in (*parameter.opts, *parameter.secondary_opts)
    )


EXITS = {
    0: "success",
    FAILED: "failure: a run raised an error, `verify` found a difference, the disk was full",
    WRONG_INPUT: "the input is invalid; nothing was run and nothing written",
    INTERRUPTED: "interrupted (Ctrl-C, or the termination signal of a batch system); "
    "finished runs are kept and the same command resumes",
}


def error_page() -> str:
    """Return the page of exit codes and exceptions."""
    tree = dedent((errors.__doc__ or "").split("\n\n")[1])
    faults = table(
        ("key", "meaning"), [(f"`{one.name}`", FAULT[one.name]) for one in fields(errors.Fault)]
    )
    text = "# Errors and exit codes\n\n"
    text += table(("exit code", "meaning"), [(f"`{n}`", why) for n, why in EXITS.items()])
    text += "\nMessages go to standard error, one fault per line, its remedy on a separate line. "
    text += "All faults are reported at once.\n"
    text += f"\n## In Python\n\n```text\n{tree.rstrip()}\n```\n\n"
    text += "All are in `simulation.errors`. An `InputError` provides its faults as data: "
    text += "`error.faults`.\n"
    text += '\n## With `--json`\n\nStandard output is `{"error": [fault, …]}`, each fault with\n\n'
    return text + faults + "\nUnknown values are `null`.\n"


FAULT = {
    "message": "the rule that is violated, and the value given",
    "file": "the file that contains the value, also if it is inherited",
    "line": "line in that file, from 1",
    "column": "column in that line, from 1",
    "key": "path of the parameter: `companies.focal.price`",
    "hint": "the remedy",
}


# --- glossary ------------------------------------------------------------------------------------


def glossary_page() -> str:
    """Return the page of words that are not everybody's."""
    words = sorted((GLOSSARY | OF_DOCUMENTS).items(), key=lambda one: one[0].casefold())
    text = (
        "# Glossary\n\nThe words of reports and of these pages, each explained in a sentence.\n\n"
    )
    return text + table(("word", "meaning"), [(f"**{word}**", said) for word, said in words])


# --- scenario pages ------------------------------------------------------------------------------


def _with_tables(page: Path) -> str:
    """Return a page with the tables between its marks made anew."""

    def fill(found: re.Match[str]) -> str:
        return found[1] + TABLES[found[2]](page.stem) + found[4]

    return MARK.sub(fill, page.read_text("utf-8"))


@dataclass(frozen=True)
class Difference:
    """A parameter in which a scenario and base differ; None where one of them lacks it."""

    path: tuple[str, ...]
    base: Any
    here: Any


def differences(name: str) -> str:
    """Return the differences of a scenario from base, with the reasons given in its file."""
    file = SCENARIOS / f"{name}.toml"
    remarks = _remarks(file)
    base = _leaves(load_scenario(SCENARIOS / "base.toml"))
    here = _leaves(load_scenario(file))
    found = [
        Difference(path, base.get(path), here.get(path))
        for path in dict.fromkeys([*here, *base])
        if base.get(path) != here.get(path) and path[0] not in ("title", "description", "market")
        if here.get(path) != ()
    ]
    lines = [line for difference in found if (line := _line(difference, base, here, remarks))]
    return table(("parameter", "base", "here", "reason or source"), lines)


def _line(
    difference: Difference,
    base: Mapping[tuple[str, ...], Any],
    here: Mapping[tuple[str, ...], Any],
    remarks: Mapping[tuple[str, ...], str],
) -> tuple[str, str, str, str] | None:
    """Return the line of a difference; a whole entry that is new or gone gets one line."""
    path = difference.path
    entry = (*path[:2], "name")
    if len(path) > 2 and (entry in base) != (entry in here):
        sides = ("", _entry(path[:2], here)) if entry in here else ("present", "removed")
        return (f"`{'.'.join(path[:2])}`", *sides, "assumption") if path == entry else None
    values = [_shown(value) for value in (difference.base, difference.here)]
    remark = next((remarks[path[:n]] for n in range(len(path), 0, -1) if path[:n] in remarks), "")
    return f"`{'.'.join(path)}`", values[0], values[1], remark or "assumption"


def _entry(place: tuple[str, ...], here: Mapping[tuple[str, ...], Any]) -> str:
    """Return what is not at its default in an entry that base has not."""
    told = ["new"]
    for path, value in here.items():
        if path[:2] == place and path[2:] != ("name",):
            declared = all_fields().get(".".join((place[0], "*", *path[2:])))
            if declared is None or value != declared.default:
                told.append(f"{'.'.join(path[2:])} {_shown(value)}")
    return "; ".join(told)


def _shown(value: Any) -> str:
    if value is None:
        return "not given"
    return number_text(value) if isinstance(value, float) else value_text(value)


def _leaves(part: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return every value of a scenario by its path, entries of lists by their names."""
    if isinstance(part, Section):
        found: dict[tuple[str, ...], Any] = {}
        for name in type(part).model_fields:
            found |= _leaves(getattr(part, name), (*path, name))
        return found
    if isinstance(part, dict):
        return {
            k: v for key, value in part.items() for k, v in _leaves(value, (*path, key)).items()
        }
    if isinstance(part, tuple) and part and isinstance(part[0], Section):
        named = [(getattr(entry, "name", str(at)), entry) for at, entry in enumerate(part)]
        return {k: v for name, entry in named for k, v in _leaves(entry, (*path, name)).items()}
    return {path: part}


def _remarks(file: Path) -> dict[tuple[str, ...], str]:
    """Return the comment beside each key of a scenario file, by the key's path."""
    text = file.read_text("utf-8")
    lines = text.splitlines()
    spots = locate(text)
    names: dict[tuple[str | int, ...], str] = {
        path[:2]: _value_after(lines[spot.line - 1])
        for path, spot in spots.items()
        if len(path) == 3 and path[2] == "name"
    }
    found: dict[tuple[str, ...], str] = {}
    for path, spot in spots.items():
        _, mark, remark = lines[spot.line - 1].partition("#")
        if mark and path[:2] in names:
            found[str(path[0]), names[path[:2]], *map(str, path[2:])] = remark.strip(" ,:")
        elif mark:
            found[tuple(map(str, path))] = remark.strip(" ,:")
    return found


def _value_after(line: str) -> str:
    return line.partition("=")[2].partition("#")[0].strip().strip('"')


def touchpoints(name: str) -> str:
    """Return the touchpoints of a scenario."""
    lines = [
        (
            f"`{t.name}`", t.area.value, t.owner, t.function.value,
            ", ".join(stage.value for stage in t.stages), _staff(t),
            number_text(t.effort), number_text(t.fixed_cost), number_text(t.cost),
            " ".join(word for word in ("listens", "teaches") if getattr(t, word)),
        )
        for t in load_scenario(SCENARIOS / f"{name}.toml").touchpoints
    ]  # fmt: skip
    header = ("touchpoint", "area", "owner", "run by", "stages", "staff", "hours",
              "money/month", "money per encounter", "")  # fmt: skip
    return table(header, lines)


def _staff(touchpoint: Touchpoint) -> str:
    """Return how a touchpoint is staffed: servers have no effect where there is a service level."""
    if touchpoint.service_level > 0.0:
        return f"{100 * touchpoint.service_level:g} % in {touchpoint.within:g} min"
    return str(touchpoint.servers or "")


TABLES: Mapping[str, Callable[[str], str]] = {
    "differences": differences,
    "touchpoints": touchpoints,
}
REFERENCE: Mapping[str, Callable[[], str]] = {
    "parameters.md": parameter_page,
    "metrics.md": metric_page,
    "ledger.md": ledger_page,
    "result-folder.md": result_page,
    "commands.md": command_page,
    "errors.md": error_page,
    "glossary.md": glossary_page,
    "library.md": library_page,
}

if __name__ == "__main__":
    main()
