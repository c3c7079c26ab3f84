"""What the documents say is so: examples run, commands work, links lead somewhere.

A page's Python blocks run one after the other in a folder of their own, as a reader would type
them; its commands run before them, on few people and months. ``docs/howto/write-a-scenario.md``
has a test of its own.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from builders import DEFAULTS, ROOT, scenario
from typer.testing import CliRunner

from simulation.cli.app import app
from simulation.execution import Serial
from simulation.experiment.load import Changes
from simulation.model import EcosystemModel
from simulation.processes.order import MONTH
from simulation.recorder import metrics
from simulation.scenario.tree import Node
from simulation.store import manifest
from simulation.studies.library import carried_out, of_scenarios
from simulation.studies.question import load
from simulation.studies.question.asked import AskedQuestion, Size, asked_of
from simulation.studies.run import figures
from simulation.world.people import COLUMNS

DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    + [ROOT / folder / "README.md" for folder in ("scenarios", "experiments", "results")]
)
# These have tests of their own, under tests/scenario, tests/experiment and tests/studies.
TESTED_ELSEWHERE = {
    "from-a-spreadsheet-to-an-answer",
    "write-a-scenario",
    "sweep",
    "sweep-on-a-cluster",
}
HOWTOS = [p for p in sorted((DOCS / "howto").glob("*.md")) if p.stem not in TESTED_ELSEWHERE]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SMALL = ("--months", "14", "--replicates", "2", "--workers", "0",
         "--set", "population.people=60", "--set", "run.warm_up=0")  # fmt: skip
"""Options that make any run of an example small."""


def blocks(page: Path, kind: str) -> list[str]:
    return [text for word, text in BLOCK.findall(page.read_text("utf-8")) if word == kind]


def commands(page: Path) -> list[list[str]]:
    """Return the commands of ours that a page prints, as words, without comments or pipes."""
    lines = [line for text in blocks(page, "") for line in text.splitlines()]
    own = [line for line in lines if line.startswith("cocreate ")]
    return [shlex.split(line.partition(" > ")[0], comments=True)[1:] for line in own]


@cache
def make_reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_reference"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in an empty folder, with runs in this process, and leave no trace of own modules."""
    before = set(sys.modules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for home in (carried_out, of_scenarios):
        monkeypatch.setattr(home, "executor", lambda *_, **__: Serial())
    # One figure is enough to see a report written; all of them take seconds.
    monkeypatch.setattr(figures, "VIEWS", {"value": figures.VIEWS["value"]})
    monkeypatch.setattr(load, "asked_of", small_question)
    yield tmp_path
    for module in set(sys.modules) - before:
        if str(getattr(sys.modules[module], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[module]


def small_question(
    name: str, tree: Node, market: str, size: Size, changes: Changes
) -> AskedQuestion:
    """Return a question as a page asks it, of fewer people, in a market that is less settled."""
    few = {"population.people": 100, "run.months": 26, "run.warm_up": 12}
    return asked_of(
        name, tree, market, size, replace(changes, settings={**few, **changes.settings})
    )


def type_in(words: list[str]) -> None:
    """Run a command as typed, a run with few people and months."""
    study = (*SMALL, "--no-report")
    more = {"run": study, "compare": study, "verify": ("--workers", "0")}.get(words[0], ())
    answer = CliRunner().invoke(app, [*words, *more])
    assert answer.exit_code == 0, f"cocreate {shlex.join(words)}\n{answer.output}"


# --- examples ------------------------------------------------------------------------------------


def test_the_example_of_the_readme_runs(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = blocks(ROOT / "README.md", "python")
    assert len(block.splitlines()) <= 10
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102  (our own document)
    told = capsys.readouterr().out
    assert re.match(r"[+-]\d+ money/month, better in \d of 4 pairs of runs\n", told)
    assert "co-created value" in told
    assert (elsewhere / "surplus.png").stat().st_size > 10_000


def test_the_readme_says_how_to_run_and_test() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    lines = text.splitlines()
    assert "pip install uv && uv run cocreate run scenarios/telecom.toml" in lines
    assert "uv run pytest" in lines
    assert len(lines) <= 64
    for folder in ("scenarios", "experiments", "results", "docs", "simulation", "tests"):
        assert re.search(rf"^\| \[{folder}\]", text, re.MULTILINE)
    assert (DOCS / "picture.png").stat().st_size < 200_000


def test_readme_and_start_page_show_one_answer_and_the_command_that_gives_it() -> None:
    texts = [page.read_text("utf-8") for page in (ROOT / "README.md", DOCS / "start.md")]
    command = 'compare telecom --what-if "teach: companies.focal.strategy.education=0.6"'
    answers = {text.partition("<!-- answer -->")[2].partition("<!-- end -->")[0] for text in texts}
    (answer,) = answers
    assert answer.count("> ") >= 4
    assert "95 % interval" in answer.replace("\u00a0", " ")
    assert all(command in text for text in texts)


def test_figures_that_pages_repeat_are_those_of_the_pages_that_are_made() -> None:
    """What a company gains in base, and how many reference figures telecom meets."""
    text = (DOCS / "howto" / "read-results-in-pandas-duckdb-polars.md").read_text("utf-8")
    ends = re.search(r'"mean": ([\d.]+), "low": ([\d.]+), "high": ([\d.]+)', text)
    base = (DOCS / "scenarios" / "base.md").read_text("utf-8")
    row = re.search(r"\| gain \| focal \| ([\d,]+) \| ([\d,]+) … ([\d,]+) \| EUR/month", base)
    assert ends is not None
    assert row is not None
    made = [float(number.replace(",", "")) for number in row.groups()]
    assert [100.0 * float(number) for number in ends.groups()] == pytest.approx(made, abs=1.0)
    assert f"the company gains {row[1]} EUR" in text
    validation = (DOCS / "validation.md").read_text("utf-8")
    telecom = validation.partition("\n## [telecom](")[2].partition("\n## ")[0]
    met, missed = telecom.count("| inside |"), telecom.count("the range by")
    start = (DOCS / "start.md").read_text("utf-8")
    assert f"*telecom* meets {met} of {met + missed} at 10,000 people" in " ".join(start.split())


@pytest.mark.parametrize("page", HOWTOS, ids=name)
def test_how_tos_do_what_they_say(page: Path, elsewhere: Path) -> None:
    for text in blocks(page, "python"):
        if first := re.match(r"# (\w+\.py)\n", text):
            (elsewhere / first[1]).write_text(text, "utf-8")
    for words in commands(page):
        if "xlsx" not in words or importlib.util.find_spec("openpyxl"):
            type_in(words)
    names: dict[str, Any] = {}
    for text in blocks(page, "python"):
        needs = re.findall(r"^import (duckdb|polars)", text, re.MULTILINE)
        names.setdefault("missing", set()).update(n for n in needs if not find(n))
        if not any(re.search(rf"\b({n}|pl)\.", text) for n in names["missing"]):
            exec(compile(smaller(text), page.name, "exec"), names)  # noqa: S102  (our own document)


def smaller(text: str) -> str:
    """Return an example with fewer people and months where it says how many."""
    text = re.sub(r'("population.people": )[0-9_]+', r"\g<1>100", text)
    return re.sub(r'("run.months": )[0-9]+', r"\g<1>13", text)


def find(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@pytest.mark.parametrize("page", sorted((DOCS / "scenarios").glob("*.md")), ids=name)
def test_commands_of_scenario_pages_work(page: Path, elsewhere: Path) -> None:
    (elsewhere / "scenarios").symlink_to(ROOT / "scenarios")
    found = commands(page)
    assert found
    for words in found:
        type_in(words)


def test_commands_of_the_scenario_folder_work(elsewhere: Path) -> None:
    (elsewhere / "scenarios").mkdir()
    for file in (ROOT / "scenarios").glob("*.toml"):
        (elsewhere / "scenarios" / file.name).write_bytes(file.read_bytes())
    for words in commands(ROOT / "scenarios" / "README.md"):
        type_in(words)
    assert (elsewhere / "scenarios" / "my_market.toml").exists()


def test_the_process_of_contributing_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function, its row in the month and its metric, as step by step as the page has them."""
    function, row, metric = blocks(ROOT / "CONTRIBUTING.md", "python")
    scope: dict[str, Any] = {**vars(metrics), **vars(sys.modules["simulation.processes.order"])}
    exec(compile(function, "news.py", "exec"), scope)  # noqa: S102  (our own document)
    process = eval(row, scope)  # noqa: S307  (our own document)
    at = [one.name for one in MONTH].index("talk")

    class Grown(EcosystemModel):
        month = (*MONTH[:at], process, *MONTH[at:])
        metrics = (*EcosystemModel.metrics, eval(metric, scope))  # noqa: S307

    model, plain = (
        kind(scenario(population__people=400), seed=2) for kind in (Grown, EcosystemModel)
    )
    before = {column: model.world.people.column(column).copy() for column in COLUMNS}
    process(model.world)
    changed = [c for c in COLUMNS if not np.array_equal(before[c], model.world.people.column(c))]
    assert [f"people.{column}" for column in changed] == list(process.writes)
    readers = np.mean(before["knowledge"] != model.world.people.knowledge)
    assert readers == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400))
    model.run_for(24)
    plain.run_for(24)
    assert model.recorder.latest("knowledge") > plain.recorder.latest("knowledge") + 0.02
    assert 0.0 <= model.recorder.latest("well_informed") <= 1.0


# --- pages and links -----------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = BLOCK.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    headings = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in words}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(BLOCK.sub("", page.read_text("utf-8"))):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)}: {link}"
        assert ROOT in target.parents, f"{name(page)}: {link} leads out of the project"
        if anchor:
            assert anchor in anchors(target), f"{name(page)}: {link}"


def test_every_page_is_in_the_index() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text())}
    pages = {page for page in DOCS.rglob("*.md") if page != index}
    assert pages <= linked


def test_every_scenario_has_a_page_and_every_page_a_scenario() -> None:
    stored = {file.stem for file in (ROOT / "scenarios").glob("*.toml")}
    pages = {page.stem for page in (DOCS / "scenarios").glob("*.md")}
    pages -= {"limits", "counter"}
    assert pages == stored == set(DEFAULTS)
    limits = (DOCS / "scenarios" / "limits.md").read_text("utf-8")
    for file in (ROOT / "scenarios" / "limits").glob("*.toml"):
        assert f"limits/{file.name}" in limits
    counter = (DOCS / "scenarios" / "counter.md").read_text("utf-8")
    for file in (ROOT / "scenarios" / "counter").glob("*.toml"):
        assert file.stem in counter


# --- what is made --------------------------------------------------------------------------------


def test_made_pages_are_as_the_code_has_it() -> None:
    made = make_reference().documents()
    assert len(made) > 10
    stale = [name(path) for path, text in made.items()
             if not path.exists() or path.read_text("utf-8") != text]  # fmt: skip
    assert stale == [], "write them again: uv run python docs/make_reference.py"
    assert set((DOCS / "reference").iterdir()) <= set(made)


@pytest.mark.parametrize("scenario_name", DEFAULTS)
def test_scenario_pages_have_results_of_all_their_runs(scenario_name: str) -> None:
    text = (DOCS / "scenarios" / f"{scenario_name}.md").read_text("utf-8")
    runs = scenario(scenario_name).run
    assert f"{runs.replicates} runs of {runs.months} months, 0 failed" in text
    assert "| co-created value |" in text


def test_the_generator_writes_what_is_out_of_date_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = make_reference()
    fresh, stale = tmp_path / "fresh.md", tmp_path / "new" / "stale.md"
    fresh.write_text("same")
    before = fresh.stat().st_mtime_ns
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "documents", lambda: {fresh: "same", stale: "new"})
    module.main()
    assert capsys.readouterr().out == "new/stale.md\n"
    assert stale.read_text() == "new"
    assert fresh.stat().st_mtime_ns == before


def test_every_file_of_a_result_is_explained() -> None:
    folders = {f"{name}/" for name in manifest.MADE_FOLDERS}
    assert set(make_reference().FILES) == {*manifest.MADE_FILES, manifest.JOURNAL, *folders}


# --- project files -------------------------------------------------------------------------------


def test_version_and_licence_are_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    cited = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\nversion: {project['version']}\n" in cited
    assert cited.startswith("cff-version: 1.2.0\n")
    assert "\nlicense: MIT\n" in cited
    assert project["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License\n")
    assert f"({project['version']})" in (ROOT / "CHANGELOG.md").read_text("utf-8")
