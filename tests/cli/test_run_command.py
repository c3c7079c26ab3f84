"""``cocreate run`` and what reads its results, on a model that takes milliseconds."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from simulation import simulate
from simulation.cli.app import app
from simulation.execution.warm import mark_warm
from simulation.scenario.load import load_scenario
from simulation.store import read_manifest
from simulation.store.manifest import unforced, write_manifest
from simulation.studies import study

TESTS = Path(__file__).parents[1]
BASE = TESTS.parent / "scenarios" / "base.toml"
STUB = "stub_model:Stub"
RUN = ["run", str(BASE), "--model", STUB, "--months", "6", "--no-report", "--workers", "0"]
TABLES = ("runs.parquet", "series.parquet", "ledger.parquet", "failures.parquet")


@dataclass
class Answer:
    """What a command returned and said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said on standard output, which must be JSON."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    # The stub alone is the model here: its version must not hang on work in progress elsewhere.
    monkeypatch.setattr(simulate, "MODEL_SOURCES", ())
    monkeypatch.setattr(simulate, "MODEL_FILES", ())
    simulate._code_digest.cache_clear()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path_factory.mktemp("numba")))
    mark_warm(STUB)
    yield
    simulate._code_digest.cache_clear()


def cocreate(*words: str) -> Answer:
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return Answer(answer.exit_code, answer.stdout, answer.stderr)


def tables(folder: str | Path) -> dict[str, bytes]:
    return {name: (Path(folder) / name).read_bytes() for name in TABLES}


def test_run_leaves_a_result_and_tells_where() -> None:
    answer = cocreate(*RUN, "-r", "3")
    assert answer.code == 0
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("base-")
    assert str(folder) in answer.out
    for words in ("co-created value", "95 % interval", "EUR/month", "3 runs of 6 months"):
        assert words in answer.out
    assert "3 of 3 runs" in answer.err
    assert set(tables(folder)) == set(TABLES)
    manifest = read_manifest(folder)
    assert (manifest.seeds, manifest.months, manifest.runs.done) == ((1, 2, 3), 6, 3)
    assert manifest.scenario["run"]["months"] == 6
    assert set(manifest.checksums) == {*TABLES, "journal.bin", "scenario.toml"}
    snapshot = load_scenario(folder / "scenario.toml")
    assert snapshot.fingerprint == manifest.fingerprint


def test_manifest_has_the_keys_that_others_rely_on() -> None:
    folder = cocreate(*RUN, "-r", "1", "--json").json["result"]
    manifest = json.loads((Path(folder) / "manifest.json").read_text())
    assert {
        "command", "command_line", "title", "scenario_name", "scenario", "fingerprint", "seeds",
        "months", "runs", "versions", "commit", "started", "finished", "elapsed_s", "remake",
        "checksums",
    } <= set(manifest)  # fmt: skip
    assert manifest["runs"] == {"done": 1, "failed": 0, "reused": 0}
    assert manifest["command"] == "run"


def test_json_alone_is_on_standard_output() -> None:
    answer = cocreate(*RUN, "-r", "4", "--json")
    told = answer.json
    assert {"command", "result", "runs", "elapsed_s", "outcomes"} <= set(told)
    assert told["command"] == "run"
    assert told["runs"] == {"done": 4, "failed": 0, "reused": 0}
    surplus = told["outcomes"]["surplus:focal"]
    assert set(surplus) == {"mean", "low", "high", "unit"}
    assert surplus["low"] < surplus["mean"] < surplus["high"]
    assert surplus["unit"] == "money/month"
    assert answer.err


def test_one_run_has_no_interval_and_json_stays_json() -> None:
    outcome = cocreate(*RUN, "-r", "1", "--json").json["outcomes"]["co_created_value"]
    assert outcome["low"] is None
    assert outcome["mean"] is not None


def test_same_command_reuses_and_more_replicates_go_on() -> None:
    first = cocreate(*RUN, "-r", "2", "--json").json
    before = tables(first["result"])
    again = cocreate(*RUN, "-r", "2", "--json").json
    assert again["result"] == first["result"]
    assert again["runs"] == {"done": 2, "failed": 0, "reused": 2}
    assert tables(first["result"]) == before
    more = cocreate(*RUN, "-r", "5")
    assert "reused 2" in more.err
    assert len(list(Path("results").iterdir())) == 1
    at_once = cocreate(*RUN, "-r", "5", "--out", "at_once", "--json").json
    assert at_once["runs"]["reused"] == 0
    assert tables("at_once") == tables(first["result"])


def test_force_starts_afresh() -> None:
    cocreate(*RUN, "-r", "2")
    told = cocreate(*RUN, "-r", "1", "--force", "--json").json
    assert told["runs"] == {"done": 1, "failed": 0, "reused": 0}
    assert len(list(Path("results").iterdir())) == 1


def test_what_is_printed_to_resume_deletes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*RUN, "-r", "3", "--out", "here", "--force"]
    monkeypatch.setattr(sys, "argv", ["cocreate", *words])
    cocreate(*words)
    assert "--force" not in read_manifest(Path("here")).command_line
    monkeypatch.setattr(study, "do_waves", interrupted)
    stopped = cocreate(*words)
    assert stopped.code == 130
    (line,) = [one for one in stopped.err.splitlines() if "Resume" in one]
    assert line.endswith(shlex.join(["cocreate", *words[:-1]]))
    _write_command_line(Path("here"), shlex.join(["cocreate", *words]))  # as older results have it
    told = cocreate("report", "here")
    assert told.code == 2
    assert "Resume with: cocreate run" in told.err
    assert "--force" not in told.err


def interrupted(*_all: object, **_more: object) -> None:
    raise KeyboardInterrupt


def _write_command_line(folder: Path, text: str) -> None:
    write_manifest(folder, replace(read_manifest(folder), command_line=text))


def test_words_after_two_dashes_are_no_options() -> None:
    assert unforced(["run", "--force", "--", "--force"]) == ["run", "--", "--force"]


def test_a_name_in_a_manifest_does_not_lead_out_of_the_folder() -> None:
    cocreate(*RUN, "-r", "1", "--out", "first")
    write_manifest(Path("first"), replace(read_manifest(Path("first")), scenario_name="../../x"))
    made = cocreate(*RUN, "first/manifest.json", "-r", "1", "--out", "deep/here", "--json").json
    assert [one["result"] for one in made] == ["deep/here/base", "deep/here/_.._x"]


def test_parts_of_several_runs_are_one_document() -> None:
    Path("other.toml").write_text('extends = "base"\n', encoding="utf-8")
    words = ["run", str(BASE), "other.toml", *RUN[2:], "-r", "2", "--json"]
    told = cocreate(*words, "--shard", "1/2").json
    assert [(one["command"], one["shard"], one["runs"]) for one in told] == [("run", "1/2", 1)] * 2
    assert all(one["elapsed_s"] >= 0 for one in told)
    assert cocreate(*RUN, "-r", "2", "--json", "--shard", "1/2").json["command"] == "run"


def test_parts_whose_runs_failed_say_so_when_they_are_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STUB_RAISE", "2")
    assert cocreate(*RUN, "--out", "here", "-r", "2", "--shard", "1/1").code == 1
    merge = ["merge", "here.parts", "--workers", "0", "--model", STUB, "--no-report"]
    joined = cocreate(*merge)
    assert joined.code == 1
    assert "failed (see failures.parquet)" in joined.err
    assert "reproduce it: " in joined.err
    assert [one["seed"] for one in cocreate(*merge, "--json").json["failures"]] == [2]


def test_fewer_or_other_seeds_take_nothing_from_a_result() -> None:
    first = cocreate(*RUN, "-r", "3", "--json").json["result"]
    before = tables(first)
    other = cocreate(*RUN, "-r", "3", "--seed", "9", "--json").json
    assert other["result"] == f"{first}-2"
    refused = cocreate(*RUN, "-r", "2", "--out", first)
    assert refused.code == 2
    assert "not asked for" in refused.err
    assert tables(first) == before


def test_results_do_not_depend_on_workers_or_on_their_number() -> None:
    for workers in ("0", "2"):
        cocreate(*RUN, "-r", "5", "--workers", workers, "--out", workers)
    assert tables("0") == tables("2")


def test_different_experiment_in_the_folder_is_an_error() -> None:
    cocreate(*RUN, "-r", "1", "--out", "here")
    before = tables("here")
    answer = cocreate(*RUN, "-r", "1", "--out", "here", "--set", "companies.focal.price=0.5")
    assert answer.code == 2
    assert "different experiment" in answer.err
    assert "--force" in answer.err
    assert tables("here") == before
    forced = cocreate(
        *RUN, "-r", "1", "--out", "here", "--set", "companies.focal.price=0.5", "--force"
    )
    assert forced.code == 0
    assert tables("here") != before


@pytest.mark.parametrize(
    "words",
    [
        ["--set", "companies.focal.prise=1"],
        ["--set", "population.people=-5"],
        ["--set", "nonsense"],
        ["--model", "stub_model_that_is_not"],
    ],
)
def test_wrong_input_is_two_and_writes_nothing(words: list[str]) -> None:
    plain = cocreate(*RUN, *words)
    assert (plain.code, plain.out) == (2, "")
    assert plain.err
    told = cocreate(*RUN, *words, "--json")
    assert told.code == 2
    assert told.json["error"][0]["message"]
    assert list(Path().iterdir()) == []


def test_one_wrong_scenario_of_two_writes_nothing() -> None:
    answer = cocreate(*RUN, "absent.toml")
    assert answer.code == 2
    assert "absent" in answer.err
    assert list(Path().iterdir()) == []


def test_several_scenarios_have_a_folder_each() -> None:
    Path("cheap.toml").write_text('extends = "base"\n[run]\nreplicates = 2\n')
    told = cocreate(*RUN, "cheap.toml", "-r", "2", "--out", "both", "--json").json
    assert [one["result"] for one in told] == ["both/base", "both/cheap"]
    assert tables("both/base")["series.parquet"] == tables("both/cheap")["series.parquet"]


def test_failing_run_is_told_and_the_others_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "2")
    answer = cocreate(*RUN, "-r", "3", "--out", "here", "--set", "population.people=50")
    assert answer.code == 1
    assert "1 failed" in answer.out
    assert "seed 2: ValueError: seed 2 is not to my taste" in answer.err
    (failed,) = pq.read_table("here/failures.parquet").to_pylist()
    assert pq.read_table("here/runs.parquet")["seed"].to_pylist() == [1, 3]
    _, *words = shlex.split(failed["remake"])
    alone = cocreate(*words, "--no-report", "--out", "alone")
    assert alone.code == 1
    assert pq.read_table("alone/failures.parquet")["error"].to_pylist() == [failed["error"]]
    monkeypatch.delenv("STUB_RAISE")
    mended = cocreate(*RUN, "-r", "3", "--out", "here", "--set", "population.people=50", "--json")
    assert mended.json["runs"] == {"done": 3, "failed": 0, "reused": 2}


def test_all_runs_failing_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "1,2")
    answer = cocreate(*RUN, "-r", "2", "--json")
    assert answer.code == 1
    assert answer.json["runs"] == {"done": 0, "failed": 2, "reused": 0}


def test_quiet_says_nothing() -> None:
    answer = cocreate(*RUN, "-r", "1", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_manifest_remakes_its_result_to_the_bit() -> None:
    changes = ["--set", "companies.focal.price=0.7", "--json"]
    first = cocreate(*RUN, "-r", "3", "--seed", "5", *changes)
    folder = first.json["result"]
    _, *words = shlex.split(read_manifest(Path(folder)).remake)
    again = cocreate(*words, "--no-report", "--workers", "0", "--json").json
    assert again["runs"]["reused"] == 0
    assert again["result"] == f"{folder}-again"
    assert tables(again["result"]) == tables(folder)


def test_verify_makes_runs_again_and_names_damage() -> None:
    folder = cocreate(*RUN, "-r", "3", "--json").json["result"]
    fine = cocreate("verify", folder, "--all", "--workers", "0", "--model", STUB, "--json")
    assert fine.code == 0
    assert (fine.json["remade"], fine.json["faults"]) == (3, [])
    path = Path(folder) / "series.parquet"
    path.write_bytes(path.read_bytes()[:-8] + b"\0" * 8)
    bad = cocreate("verify", folder)
    assert bad.code == 1
    assert "series.parquet: was changed" in bad.out


def test_verify_finds_numbers_that_the_model_does_not_give() -> None:
    from simulation.store import seal

    folder = Path(cocreate(*RUN, "-r", "2", "--json").json["result"])
    table = pq.read_table(folder / "series.parquet")
    values = table["value"].to_numpy().copy()
    values[40] += 1e-12
    at = table.schema.get_field_index("value")
    changed = table.set_column(at, table.schema.field(at), [values])
    pq.write_table(changed, folder / "series.parquet")
    seal(folder)
    answer = cocreate("verify", str(folder), "--all", "--workers", "0", "--model", STUB)
    assert answer.code == 1
    assert "Run 1 (seed 2) differs" in answer.out
    assert "Run 0" not in answer.out


def test_export_writes_tables_and_units_once() -> None:
    folder = cocreate(*RUN, "-r", "2", "--json").json["result"]
    files = cocreate("export", folder, "--json").json["files"]
    assert sorted(Path(file).name for file in files) == [
        "failures.csv", "ledger.csv", "runs.csv", "series.csv", "units.csv",
    ]  # fmt: skip
    lines = (Path(folder) / "export" / "series.csv").read_text().splitlines()
    assert lines[0] == '"run","month","metric","of","value"'
    assert len(lines) == 1 + 2 * 6 * 5
    assert "money/month" in (Path(folder) / "export" / "units.csv").read_text()
    assert cocreate("export", folder).code == 2
    assert cocreate("export", folder, "--force").code == 0
    assert cocreate("verify", folder, "--sample", "0").code == 0


def test_commands_on_something_that_is_no_result() -> None:
    for command in ("report", "plot", "export", "verify"):
        answer = cocreate(command, "nowhere")
        assert answer.code == 2
        assert "does not exist" in answer.err


def test_version() -> None:
    assert cocreate("--version").out.startswith("cocreate ")


PROGRAM = """
import sys
sys.path[:0] = {paths!r}
from simulation import simulate
simulate.MODEL_SOURCES = simulate.MODEL_FILES = ()
from simulation.cli import main
main()
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start ``cocreate`` as a process of its own, and end it in any case."""
    processes: list[subprocess.Popen[str]] = []
    program = PROGRAM.format(paths=[str(TESTS), str(TESTS.parent)])

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(  # noqa: S603  (the program under test)
            [sys.executable, "-c", program, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


STOPS_WITHIN = 4.0
"""Seconds. Two are promised, and a fifth of one is usual; a busy machine gets the rest."""


def wait_for_runs(folder: Path, size: int) -> None:
    journal = folder / "journal.bin"
    deadline = monotonic() + 20
    while not (journal.exists() and journal.stat().st_size >= size):
        assert monotonic() < deadline
        sleep(0.02)


SLOW = [*RUN, "-r", "12", "--out", "here"]


def test_interrupt_keeps_what_finished_and_goes_on(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_SLEEP", "0.05")
    process = started(*SLOW, "--workers", "2")
    wait_for_runs(Path("here"), 3000)
    process.send_signal(signal.SIGINT)
    asked = monotonic()
    sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert monotonic() - asked < STOPS_WITHIN
    assert process.returncode == 130
    assert "Interrupted." in told
    assert "12 runs are kept" in told
    assert "Resume with the same command: cocreate run" in told
    assert not read_manifest(Path("here")).complete
    assert cocreate("report", "here").code == 2
    monkeypatch.setenv("STUB_SLEEP", "0")
    again = cocreate(*SLOW, "--json").json
    assert 0 < again["runs"]["reused"] < 12
    whole = cocreate(*SLOW, "--out", "whole", "--json").json
    assert whole["runs"]["reused"] == 0
    assert tables("here") == tables("whole")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_supervisor_loses_no_finished_run(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_SLEEP", "0.05")
    process = started(*SLOW, "--workers", "2")
    wait_for_runs(Path("here"), 3000)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Path("here", "journal.bin").open("ab") as journal:
        journal.write(b"ccr1 torn")
    monkeypatch.setenv("STUB_SLEEP", "0")
    again = cocreate(*SLOW, "--json").json
    assert 0 < again["runs"]["reused"] < 12
    cocreate(*SLOW, "--out", "whole")
    assert tables("here") == tables("whole")


def test_second_process_on_a_folder_is_refused(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_SLEEP", "0.1")
    started(*SLOW, "--workers", "2")
    wait_for_runs(Path("here"), 1)
    answer = cocreate(*SLOW)
    assert answer.code == 2
    assert "another cocreate" in answer.err


def test_one_run_of_one_month_is_counted_as_one() -> None:
    answer = cocreate(*RUN[:4], "--months", "1", *RUN[6:], "-r", "1")
    assert "1 run of 1 month." in answer.out
    assert "1 run of 1 month" in answer.err
    assert "1 of 1 run," in answer.err


def test_help_is_quick() -> None:
    code = "from simulation.cli import main; main()"
    loaded = subprocess.run(  # noqa: S603  (the program under test)
        [sys.executable, "-X", "importtime", "-c", code, "--help"],
        capture_output=True, text=True, check=True, cwd=TESTS.parent,
    )  # fmt: skip
    assert "run" in loaded.stdout
    names = {line.rpartition("|")[2].strip() for line in loaded.stderr.splitlines()}
    assert not names & {"numpy", "pandas", "numba", "pydantic", "rich.console", "matplotlib"}


def test_a_model_that_raises_when_imported_is_told_before_anything_is_written() -> None:
    Path("broken_model.py").write_text('raise ValueError("boom")\n', encoding="utf-8")
    told = cocreate("run", str(BASE), "--model", "broken_model:Model", "--months", "2")
    assert told.code == 2
    assert "raises ValueError when it is imported: boom" in told.err
    assert {path.name for path in Path().iterdir()} <= {"broken_model.py", "__pycache__"}


def test_what_is_odd_about_a_scenario_is_told() -> None:
    Path("odd.toml").write_text(
        f'extends = "{BASE}"\n[[events]]\nmonth = 500\nset = {{ "talk.propensity" = 0.1 }}\n',
        encoding="utf-8",
    )
    told = cocreate("run", "odd.toml", *RUN[2:])
    assert told.code == 0
    assert "warning: odd.toml:3" in told.err
    assert cocreate("run", "odd.toml", *RUN[2:], "--quiet").err == ""


@pytest.mark.parametrize(("table", "column"), [("runs", "surplus:focal"), ("ledger", "amount")])
def test_verify_finds_outcomes_and_flows_that_the_model_does_not_give(
    table: str, column: str
) -> None:
    from simulation.store import seal

    folder = Path(cocreate(*RUN, "-r", "2", "--json").json["result"])
    stored = pq.read_table(folder / f"{table}.parquet")
    values = stored[column].to_numpy().copy()
    values[-1] += 1e-9
    at = stored.schema.get_field_index(column)
    changed = stored.set_column(at, stored.schema.field(at), [values])
    pq.write_table(changed, folder / f"{table}.parquet")
    seal(folder)
    answer = cocreate("verify", str(folder), "--all", "--workers", "0", "--model", STUB)
    assert answer.code == 1
    assert f"{table}.parquet: Run 1 (seed 2) differs" in answer.out


def test_a_sample_to_verify_is_spread_over_the_result() -> None:
    from simulation.studies.kinds import kind_of
    from simulation.studies.verify import _chosen

    folder = Path(cocreate(*RUN, "-r", "6", "--json").json["result"])
    study = kind_of(folder).study(folder)
    assert [plan.run for plan in _chosen(folder, study, 3)] == [0, 2, 4]
    assert [plan.run for plan in _chosen(folder, study, None)] == list(range(6))


def test_validate_tells_of_a_failed_run_by_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation.model import EcosystemModel

    words = ("validate", "base", "-r", "2", "-m", "2", "--workers", "0", "--json",
             "--set", "population.people=60", "--set", "run.warm_up=0")  # fmt: skip
    assert cocreate(*words, "--out", "fine").code == 0
    step = EcosystemModel.step

    def broken(self: EcosystemModel) -> None:
        if self.seed_used == 2:
            raise ValueError("not to my taste")
        step(self)

    monkeypatch.setattr(EcosystemModel, "step", broken)
    answer = cocreate(*words, "--out", "one-failed")
    assert answer.code == 1
    assert answer.json["runs"]["failed"] == 1
