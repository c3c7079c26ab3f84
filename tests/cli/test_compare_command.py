"""``cocreate compare``, on a model that takes milliseconds and whose pairs are known."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from simulation import simulate
from simulation.cli.app import app
from simulation.cli.what_if_text import parse_what_if, split_changes
from simulation.errors import ScenarioError
from simulation.store import damages, read_manifest

TESTS = Path(__file__).parents[1]
BASE = TESTS.parent / "scenarios" / "base.toml"
MARKET = "paired_stub:Market"
SIZE = ["--model", MARKET, "--months", "6", "--set", "population.people=60"]
QUICK = [*SIZE, "--workers", "0", "--no-report"]
CHEAP = "cheap: companies.focal.price=0.25"
NOISE = ["--set", "companies.focal.cost_to_serve=0.05"]
LOUD = ["--set", "companies.focal.cost_to_serve=0.3"]
COMPARE = ["compare", str(BASE), "--what-if", CHEAP, *QUICK]
TABLES = (
    "runs.parquet", "series.parquet", "failures.parquet", "comparisons.parquet", "curves.parquet",
    "people.parquet",
)  # fmt: skip


@dataclass
class Answer:
    """What a command returned and said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it said on standard output, which must be JSON."""
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"not JSON: {word}"))

    @property
    def words(self) -> str:
        """What it said on standard output, lines joined."""
        return " ".join(self.out.split())


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(simulate, "MODEL_SOURCES", ())
    monkeypatch.setattr(simulate, "MODEL_FILES", ())
    simulate._code_digest.cache_clear()
    yield
    simulate._code_digest.cache_clear()


def cocreate(*words: str) -> Answer:
    answer = CliRunner().invoke(app, words)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return Answer(answer.exit_code, answer.stdout, answer.stderr)


def tables(folder: str | Path) -> dict[str, bytes]:
    return {name: (Path(folder) / name).read_bytes() for name in TABLES}


def first(told: Any, outcome: str = "co_created_value") -> Any:
    return next(row for row in told["comparisons"] if row["outcome"] == outcome)


# --- what it tells -----------------------------------------------------------------------------


def test_terminal_tells_which_for_whom_from_when_and_how_sure() -> None:
    answer = cocreate(*COMPARE, *NOISE, "-r", "6")
    assert answer.code == 0
    told = answer.words
    assert "6 pairs with the same seed: 12 runs of 6 months." in told
    assert "cheap: companies.focal.price 0.35 (35 EUR/month) → 0.25 (25 EUR/month)" in told
    assert "1. “cheap” is better than “base”: co-created value rises by" in told
    assert "(95 % interval +" in told
    assert "it is better in 6 of 6 pairs." in told
    assert "2. From month 4 on “cheap” is ahead, to the end" in told
    assert "focal (−100) loses" in told  # 1 a month, in EUR
    assert "Of all people, 50 % are better off than they are in the base, and 50 % worse" in told
    assert "▲ better" in told
    assert "▼ worse" in told
    assert "EUR a person; each interval separately" in told
    assert "Intervals of differences hold for all rows at once." in told
    assert "ahead 4" in told
    assert "runs without pairing" not in told  # six pairs are too few to say
    assert "Again cocreate compare results/base-vs-cheap-" in told


def test_json_has_the_keys_that_scripts_rely_on() -> None:
    told = cocreate(*COMPARE, *NOISE, "-r", "4", "--json").json
    assert {"command", "result", "runs", "elapsed_s", "comparisons"} <= set(told)
    assert told["runs"] == {"done": 8, "failed": 0, "reused": 0}
    row = first(told)
    assert {
        "base", "what_if", "outcome", "actor", "difference", "low", "high", "p_better", "verdict",
        "pairs", "unpaired_runs_for_same_precision",
    } <= set(row)  # fmt: skip
    assert (row["base"], row["what_if"], row["actor"], row["pairs"]) == ("base", "cheap", "", 4)
    assert row["low"] < row["difference"] < row["high"]
    assert isinstance(row["unpaired_runs_for_same_precision"], int)
    assert len(told["answer"]) == 3
    assert told["people"][0]["share_better"]["mean"] == 0.5


def test_what_is_no_number_is_null() -> None:
    row = first(cocreate(*COMPARE, "-r", "3", "--set", "companies.focal.cost_to_serve=0",
                         "--json").json, "surplus")  # fmt: skip
    assert row["variance_reduction"] is None
    assert row["unpaired_runs_for_same_precision"] is None


def test_folder_holds_everything_and_is_as_written() -> None:
    told = cocreate("compare", str(BASE), "--what-if", CHEAP, *SIZE, "-w", "0", "-r", "3", "--json")
    folder = Path(told.json["result"])
    names = {path.name for path in folder.iterdir()}
    assert {*TABLES, "manifest.json", "comparison.json", "report.html", "report.md",
            "figures"} <= names  # fmt: skip
    assert damages(folder) == []
    manifest = read_manifest(folder)
    assert {*TABLES, "comparison.json", "report.html"} <= set(manifest.checksums)
    assert (manifest.command, manifest.seeds, manifest.complete) == ("compare", (1, 2, 3), True)
    (folder / "curves.parquet").write_bytes(b"")
    assert "curves.parquet" in str(damages(folder)[0])
    schema = pq.read_schema(folder / "comparisons.parquet")
    assert schema.field("low").metadata[b"meaning"].startswith(b"low end")


def test_several_what_ifs_and_outcomes_are_one_family() -> None:
    outcomes = ["--outcome", "adoption:focal", "--outcome", "desk_wait"]
    dear = ["--what-if", "dear: companies.focal.price=0.45"]
    answer = cocreate(*COMPARE, *NOISE, *dear, *outcomes, "-r", "5", "--json")
    rows = answer.json["comparisons"]
    assert [row["what_if"] for row in rows] == ["cheap"] * (len(rows) // 2) + ["dear"] * (
        len(rows) // 2
    )
    assert [(row["outcome"], row["actor"]) for row in rows[:3]] == [
        ("adoption", "focal"), ("desk_wait", "focal:call_centre"), ("co_created_value", ""),
    ]  # fmt: skip
    assert rows[1]["verdict"] == "better"
    assert rows[1]["difference"] < 0
    alone = first(cocreate(*COMPARE, *NOISE, "-r", "5", "--json").json)
    assert first(answer.json)["high"] - first(answer.json)["low"] > alone["high"] - alone["low"]


def test_margin_makes_small_differences_the_same() -> None:
    told = cocreate(*COMPARE, *NOISE, "-r", "5", "--margin", "5%", "--json").json
    assert first(told)["verdict"] == "practically the same"
    assert first(told)["margin"] == pytest.approx(0.05 * first(told)["base_mean"])


# --- going on ----------------------------------------------------------------------------------


def test_same_command_reuses_and_more_replicates_go_on() -> None:
    one = cocreate(*COMPARE, *NOISE, "-r", "3", "--json").json
    before = tables(one["result"])
    again = cocreate(*COMPARE, *NOISE, "-r", "3", "--margin", "1%", "--json").json
    assert again["result"] == one["result"]
    assert again["runs"] == {"done": 6, "failed": 0, "reused": 6}
    after = tables(one["result"])
    assert [name for name in TABLES if after[name] != before[name]] == ["comparisons.parquet"]
    more = cocreate(*COMPARE, *NOISE, "-r", "6", "--json").json
    assert (more["result"], more["runs"]["reused"]) == (one["result"], 6)
    at_once = cocreate(*COMPARE, *NOISE, "-r", "6", "--out", "at_once", "--json").json
    assert at_once["runs"]["reused"] == 0
    grown, fixed = tables(one["result"]), tables("at_once")
    judged = ["comparisons.parquet", "curves.parquet"]
    assert [name for name in TABLES if grown[name] != fixed[name]] == judged


def looks(folder: str) -> str:
    return str(json.loads(Path(folder, "comparison.json").read_text(encoding="utf-8"))["looks"])


def test_finished_comparison_with_more_pairs_is_valid_however_often_it_is_looked_at() -> None:
    words = (*COMPARE, *NOISE, "--out", "here")
    once = cocreate(*words, "-r", "8")
    assert (looks("here"), "however often" in once.words) == ("once", False)
    assert cocreate(*words, "-r", "8", "--margin", "1%").code == 0
    assert looks("here") == "once"  # the same pairs, judged otherwise
    grown = cocreate(*words, "-r", "12", "--json").json
    assert looks("here") == "any"
    assert "stays valid however often results are inspected" in " ".join(grown["answer"])
    at_once = cocreate(*COMPARE, *NOISE, "-r", "12", "--out", "there", "--json").json
    assert first(grown)["difference"] == first(at_once)["difference"]
    assert first(grown)["low"] < first(at_once)["low"]
    again = cocreate(*words, "-r", "12", "--json").json
    assert (looks("here"), first(again)) == ("any", first(grown))
    remade = cocreate("compare", "here/manifest.json", "--workers", "0", "--no-report", "--out",
                      "made", "--model", "paired_stub:Market")  # fmt: skip
    assert (remade.code, tables("made")) == (0, tables("here"))
    other = cocreate("compare", "there/manifest.json", "-r", "20", "--workers", "0", "--no-report",
                     "--out", "elsewhere", "--model", "paired_stub:Market")  # fmt: skip
    assert (other.code, looks("elsewhere")) == (0, "any")


def test_fewer_replicates_take_nothing_from_a_result() -> None:
    one = cocreate(*COMPARE, "-r", "4", "--json").json["result"]
    before = tables(one)
    fewer = cocreate(*COMPARE, "-r", "2", "--json").json["result"]
    assert fewer == f"{one}-2"
    refused = cocreate(*COMPARE, "-r", "2", "--out", one)
    assert (refused.code, "not asked for" in refused.err) == (2, True)
    assert tables(one) == before
    forced = cocreate(*COMPARE, "-r", "2", "--out", one, "--force", "--json").json
    assert forced["runs"] == {"done": 4, "failed": 0, "reused": 0}


def test_results_do_not_depend_on_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for workers in ("0", "2"):
        words = [*COMPARE, *NOISE, "-r", "4", "--workers", workers, "--out", workers]
        assert cocreate(*words).code == 0
    assert tables("0") == tables("2")


def test_manifest_remakes_the_comparison_to_the_bit() -> None:
    one = cocreate(*COMPARE, *NOISE, "-r", "3", "--seed", "7", "--margin", "1%",
                   "--outcome", "adoption:focal", "--json").json["result"]  # fmt: skip
    _, *words = shlex.split(read_manifest(Path(one)).remake)
    again = cocreate(*words, "--workers", "0", "--no-report", "--json").json
    assert again["result"] == f"{one}-again"
    assert again["runs"]["reused"] == 0
    assert tables(again["result"]) == tables(one)
    model = ("--model", "paired_stub:Market")
    more = cocreate("compare", one, "-r", "5", "--workers", "0", "--no-report", "--out", "more",
                    "--json", *model).json  # fmt: skip
    assert (first(more, "adoption")["pairs"], first(more)["pairs"]) == (5, 5)
    own = cocreate("compare", one, "--what-if", CHEAP, *model)
    assert (own.code, "already contains its what-ifs" in own.err) == (2, True)


# --- precision ---------------------------------------------------------------------------------


def test_precision_adds_pairs_and_says_what_it_took() -> None:
    answer = cocreate(*COMPARE, *LOUD, "--precision", "0.6%")
    told = answer.words
    assert "10 pairs: co_created_value ±" in answer.err
    assert "enough." in answer.err
    assert "Precision of co-created value, “cheap”: ±" in told
    assert "reached with" in told
    assert "runs without pairing" in told
    assert "stays valid however often results are inspected" in told
    again = cocreate(*COMPARE, *LOUD, "--precision", "0.6%", "--json").json
    (precision,) = again["precision"]
    pairs = first(again)["pairs"]
    assert pairs > 10
    assert again["runs"] == {"done": 2 * pairs, "failed": 0, "reused": 2 * pairs}
    assert precision["outcome"] == "co_created_value"
    assert precision["reached"]
    assert precision["half_width"] <= precision["asked"]
    assert precision["half_width"] == pytest.approx(
        (first(again)["high"] - first(again)["low"]) / 2
    )
    _, *words = shlex.split(read_manifest(Path(again["result"])).remake)
    remade = cocreate(*words, "--workers", "0", "--no-report", "--json").json
    assert tables(remade["result"]) == tables(again["result"])


def test_precision_refers_to_the_first_outcome_and_ends_at_the_most() -> None:
    words = [*COMPARE, *LOUD, "--outcome", "surplus:customers", "--precision", "0.01"]
    told = cocreate(*words, "-r", "12", "--json").json
    (precision,) = told["precision"]
    assert precision["outcome"] == "surplus:customers"
    assert not precision["reached"]
    assert first(told)["pairs"] == 12


# --- what-ifs without a file -------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
def test_persons_of_a_run_that_are_damaged_are_made_again(damage: str) -> None:
    cocreate(*COMPARE, "-r", "2", "--out", "here")
    path = min(Path("here/people").iterdir())
    right = path.read_bytes()
    middle = len(right) // 2
    path.write_bytes({
        "cut": right[:middle],
        "changed": right[:middle] + bytes([right[middle] ^ 255]) + right[middle + 1 :],
        "other": b"something else",
    }[damage])  # fmt: skip
    again = cocreate(*COMPARE, "-r", "2", "--out", "here", "--json")
    assert again.code == 0, again.err
    assert again.json["runs"]["reused"] == 3
    assert damages(Path("here")) == []


def test_a_scenario_comes_before_a_result_in_a_folder_of_its_name() -> None:
    Path("small.toml").write_text('extends = "base"\n', encoding="utf-8")
    words = ["compare", "small", *COMPARE[2:], "-r", "2", "--out", "small"]
    assert cocreate(*words).code == 0
    again = cocreate(*words, "--json")
    assert again.json["runs"]["reused"] == 4
    held = ["small/manifest.json", "--model", MARKET, "--workers", "0", "--no-report", "--json"]
    assert cocreate("compare", *held, "--out", "other").json["runs"]["done"] == 4


def test_what_ifs_come_from_files_and_from_the_command_line() -> None:
    Path("cheap.toml").write_text('extends = "base"\n[[companies]]\nname="focal"\nprice=0.25\n')
    words = ["compare", str(BASE), "cheap.toml", *QUICK, "-r", "2", "--json"]
    from_file = cocreate(*words).json
    told = cocreate(*COMPARE, "-r", "2", "--json").json
    assert first(from_file)["difference"] == first(told)["difference"]


@pytest.mark.parametrize(
    ("text", "name", "changes"),
    [
        ("dearer: a.b=1, c=[1, 2]", "dearer", {"a.b": 1, "c": [1, 2]}),
        ("two, words : a={x = 1, y = 2}", "two, words", {"a": {"x": 1, "y": 2}}),
        ("a.b=0.5", "a.b=0.5", {"a.b": 0.5}),
        ("x: a=\"p, q\", b='r,s'", "x", {"a": "p, q", "b": "r,s"}),
        ("x: a=http://y", "x", {"a": "http://y"}),
    ],
)
def test_written_what_ifs_are_understood(text: str, name: str, changes: dict[str, Any]) -> None:
    assert parse_what_if(text) == (name, changes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name:", r'--what-if \'name:\' changes nothing\. Write it like "price rise: '),
        ("name: ", "--what-if 'name: ' changes nothing"),
        ("name: what", r"what is not a setting\. Write it like companies\.focal\.price=0\.3"),
        ("", "--what-if '' changes nothing"),
    ],
)
def test_written_what_ifs_that_change_nothing_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError, match=sentence):
        parse_what_if(text)


def test_commas_within_brackets_do_not_split() -> None:
    assert split_changes("a=1,b=[1,[2,3]],c={d=1,e=2}") == ["a=1", "b=[1,[2,3]]", "c={d=1,e=2}"]


# --- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "needs a what-if"),
        (["--what-if", "twin: companies.focal.price=0.35"], "same scenario as base"),
        (["--what-if", "x: companies.focal.prise=1"], 'Did you mean "companies.focal.price"'),
        (["--what-if", "many: population.people=80"], "80 people and base 60"),
        (["--what-if", CHEAP, "--outcome", "co_crated_value"], "Did you mean co_created_value?"),
        (["--what-if", CHEAP, "--outcome", "adoption:focl"], "Did you mean adoption:focal?"),
        (["--what-if", CHEAP, "--margin", "much"], "--margin must be a number above 0"),
        (["--what-if", CHEAP, "--precision", "-5%"], "--precision must be a number above 0"),
        (["--what-if", CHEAP, "-r", "1"], "at least 2 pairs"),
        (["--what-if", CHEAP, "absent.toml"], "no such scenario"),
        (["--what-if", CHEAP, "--model", "stub_that_is_not:X"], "No such module"),
    ],
)
def test_wrong_input_is_two_and_writes_nothing(words: list[str], told: str) -> None:
    answer = cocreate("compare", str(BASE), *QUICK, *words)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert list(Path().iterdir()) == []


def test_wrong_input_is_told_to_programs_too() -> None:
    answer = cocreate("compare", str(BASE), *QUICK, "absent.toml", "--what-if", "x", "--json")
    assert answer.code == 2
    assert len(answer.json["error"]) == 2
    assert all(fault["message"] for fault in answer.json["error"])


def test_other_months_cannot_be_compared() -> None:
    Path("long.toml").write_text('extends = "base"\n[run]\nmonths = 7\n')
    words = ["compare", str(BASE), "long.toml", "--model", MARKET, "-w", "0"]
    answer = cocreate(*words)
    assert answer.code == 2
    assert "simulates 7 months and base 120" in answer.err
    same = cocreate(*words, "--months", "6")
    assert "same scenario" in same.err


def test_folder_of_another_comparison_is_refused() -> None:
    cocreate(*COMPARE, "-r", "2", "--out", "here")
    other = [
        "compare",
        str(BASE),
        "--what-if",
        "dear: companies.focal.price=0.5",
        *QUICK,
        "-r",
        "2",
    ]
    answer = cocreate(*other, "--out", "here")
    assert answer.code == 2
    assert "different experiment" in answer.err
    assert cocreate(*other, "--out", "here", "--force").code == 0


def test_failed_runs_leave_their_pair_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "2")
    answer = cocreate(*COMPARE, *NOISE, "-r", "4", "--json", "--out", "here")
    assert answer.code == 1
    assert answer.json["runs"] == {"done": 7, "failed": 1, "reused": 0}
    assert first(answer.json)["pairs"] == 3
    (failure,) = answer.json["failures"]
    assert (failure["scenario"], failure["seed"]) == ("cheap", 2)
    assert "cheap, seed 2: ValueError: seed 2 is not to my taste" in answer.err
    assert "--set companies.focal.price=0.25" in failure["remake"]
    assert "--seed 2" in failure["remake"]
    monkeypatch.delenv("STUB_RAISE")
    mended = cocreate(*COMPARE, *NOISE, "-r", "4", "--json", "--out", "here").json
    assert mended["runs"] == {"done": 8, "failed": 0, "reused": 7}


def test_fewer_than_two_pairs_that_finish_are_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE_ALL", "1,2")
    answer = cocreate(*COMPARE, "-r", "3")
    assert answer.code == 1
    assert "Only 1 of 3 pairs of base and cheap finished" in answer.err
    assert "seed 1 is not to my taste" in answer.err
    monkeypatch.delenv("STUB_RAISE_ALL")
    assert cocreate(*COMPARE, "-r", "3", "--json").json["runs"]["reused"] == 2


def test_quiet_says_nothing() -> None:
    answer = cocreate(*COMPARE, "-r", "2", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


# --- stopping ----------------------------------------------------------------------------------

PROGRAM = """
import sys
sys.path[:0] = {paths!r}
from simulation import simulate
simulate.MODEL_SOURCES = simulate.MODEL_FILES = ()
from simulation.cli import main
main()
"""


def test_interrupt_keeps_what_finished_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_SLEEP", "0.02")
    words = [*COMPARE, *NOISE, "-r", "12", "--out", "here"]
    program = PROGRAM.format(paths=[str(TESTS), str(TESTS.parent)])
    process = subprocess.Popen(  # noqa: S603  (the program under test)
        [sys.executable, "-c", program, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        journal = Path("here", "journal.bin")
        deadline = monotonic() + 20
        while not (journal.exists() and journal.stat().st_size > 4000):
            assert monotonic() < deadline
            sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "runs are kept in here" in told
    assert "Resume with the same command: cocreate compare" in told
    monkeypatch.setenv("STUB_SLEEP", "0")
    again = cocreate(*words, "--json").json
    assert 0 < again["runs"]["reused"] < 24
    assert again["runs"]["done"] == 24
    assert looks("here") == "once"  # whoever interrupts has seen no result
