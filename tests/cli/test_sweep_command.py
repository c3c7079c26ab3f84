"""``cocreate sweep`` and ``cocreate sensitivity``, on a model that takes milliseconds."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pyarrow.parquet as pq
import pytest
from sweeping import PRICES, STUB, cocreate, experiment, start, tables, wait_for_journal

from simulation import simulate
from simulation.cli.progress import Tally
from simulation.cli.sweep_command import Best
from simulation.execution import Finished, Progress
from simulation.execution.warm import mark_warm
from simulation.experiment.load import load_experiment
from simulation.store import Identity, RunRecord, read_manifest
from simulation.store.records import Measure, encode
from simulation.studies.sweep.plan import Sweep

OPTIONS = ["--model", STUB, "--workers", "0", "--no-report"]

SCREENING = """
question = "What matters?"
scenario = "base"
replicates = 2
[set]
"run.months" = 6
[uncertainties]
"companies.focal.price" = {{ range = [0.1, 0.68] }}
"journey.sensitivity" = {{}}
[design]
kind = "morris"
trajectories = 4
[outcomes]
value = {{ metric = "co_created_value" }}
"""


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


def test_sweep_leaves_a_result_and_tells_the_best() -> None:
    answer = cocreate("sweep", experiment(levels=4), *OPTIONS)
    assert answer.code == 0
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("prices-")
    for words in ("Does a higher price pay?", "4 points (grid), 16 runs of 6 months", "0.68",
                  "The seeds distinguish the best from all 3 others", str(folder)):  # fmt: skip
        assert words in answer.out
    assert "16 of 16 runs" in answer.err
    assert "best value" in answer.err
    assert "at point 3" in answer.err
    manifest = read_manifest(folder)
    assert (manifest.command, manifest.title) == ("sweep", "Does a higher price pay?")
    assert manifest.sweep["design"]["points"] == 4
    assert set(manifest.checksums) == {*tables(folder), "journal.bin", "scenario.toml"}


def test_json_alone_is_on_standard_output() -> None:
    told = cocreate("sweep", experiment(levels=4), *OPTIONS, "--json").json
    assert {"command", "result", "runs", "elapsed_s"} <= set(told)
    assert told["runs"] == {"done": 16, "failed": 0, "reused": 0}
    best = told["best"]
    assert best["settings"] == {"companies.focal.price": 0.68}
    assert best["low"] < best["mean"] < best["high"]
    assert (best["unit"], best["near"]) == ("money/month", 1)


def test_one_seed_has_no_interval_and_json_stays_json() -> None:
    told = cocreate("sweep", experiment(levels=3), *OPTIONS, "--json", "-r", "1").json
    assert told["best"]["low"] is None
    answer = cocreate("sweep", experiment(levels=3), *OPTIONS, "-r", "1", "--out", "other")
    assert "nothing can be distinguished from chance" in answer.out


def test_the_same_command_does_nothing_again_and_a_larger_one_goes_on() -> None:
    command = ["sweep", experiment(levels=5), *OPTIONS, "--json"]
    assert cocreate(*command, "--limit", "2").json["runs"]["done"] == 8
    grown = cocreate(*command).json
    assert grown["runs"] == {"done": 20, "failed": 0, "reused": 8}
    before = tables(grown["result"])
    again = cocreate(*command).json
    assert again["runs"] == {"done": 20, "failed": 0, "reused": 20}
    assert tables(again["result"]) == before
    assert cocreate(*command, "--replicates", "5").json["runs"]["reused"] == 20


def test_a_smaller_design_does_not_take_the_folder() -> None:
    file = experiment(levels=5)
    cocreate("sweep", file, *OPTIONS, "--out", "here")
    answer = cocreate("sweep", file, *OPTIONS, "--out", "here", "--limit", "2")
    assert answer.code == 2
    assert "holds 12 runs that this design does not have" in answer.err
    forced = cocreate("sweep", file, *OPTIONS, "--out", "here", "--limit", "2", "--force", "--json")
    assert forced.json["runs"] == {"done": 8, "failed": 0, "reused": 0}


def test_failures_are_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "2")
    answer = cocreate("sweep", experiment(levels=3), *OPTIONS)
    assert answer.code == 1
    assert "9 runs of 6 months, 3 failed." in answer.out
    assert "3 runs failed (see failures.parquet), the first of them:" in answer.err
    assert "run 1, seed 2: ValueError: seed 2 is not to my taste" in answer.err
    remake = answer.err.partition("reproduce it: ")[2].strip()
    words = shlex.split(remake)[1:]
    assert words[0] == "run"
    alone = cocreate(*words, "--no-report", "--json", "--out", "alone")
    assert (alone.code, alone.json["runs"]["failed"]) == (1, 1)


def test_runs_of_a_scenario_beside_the_experiment_are_remade_from_anywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = Path("lab")
    lab.mkdir()
    (lab / "mine.toml").write_text('extends = "base"\n[population]\npeople = 70\n')
    experiment(PRICES.replace('"base"', '"mine"'), levels=2, name="lab/prices")
    monkeypatch.setenv("STUB_RAISE", "2")
    told = cocreate("sweep", "lab/prices.toml", *OPTIONS, "--out", "here")
    assert told.code == 1, told.err
    assert "cocreate run lab/mine.toml --set" in told.err
    monkeypatch.delenv("STUB_RAISE")
    again = cocreate("sweep", "here", *OPTIONS, "--out", "again", "--json").json
    assert again["runs"] == {"done": 8, "failed": 0, "reused": 0}
    assert read_manifest(Path("again")).scenario_name == "lab/mine.toml"


def test_remade_from_its_manifest_it_has_the_same_bytes() -> None:
    told = cocreate("sweep", experiment(levels=4), *OPTIONS, "--json", "-r", "3").json
    remake = shlex.split(read_manifest(Path(told["result"])).remake)[1:]
    again = cocreate(*remake, "--workers", "0", "--no-report", "--json").json
    assert again["result"] != told["result"]
    assert tables(again["result"]) == tables(told["result"])


def test_verify_makes_runs_of_a_sweep_again() -> None:
    told = cocreate("sweep", experiment(levels=4), *OPTIONS, "--json").json
    answer = cocreate("verify", told["result"], "--all", "--workers", "0", "--model", STUB)
    assert answer.code == 0
    assert answer.out.strip().endswith("; 16 runs reproduced bit by bit.")


def test_two_sweeps_in_one_folder_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["sweep", experiment(levels=30), "--model", STUB, "--no-report", "--out", "here"]
    with start(*command, "--workers", "1", STUB_SLEEP="0.05") as process:
        wait_for_journal("here", 1)
        answer = cocreate(*command, "--workers", "0")
        process.kill()
    assert answer.code == 2
    assert "another cocreate" in answer.err


def test_wrong_input_leaves_nothing_behind() -> None:
    Path("wrong.toml").write_text(
        Path(experiment()).read_text().replace("co_created_value", "co_created_valeu")
    )
    answer = cocreate("sweep", "wrong.toml", *OPTIONS, "--json")
    assert answer.code == 2
    (error,) = answer.json["error"]
    assert (error["line"], error["hint"]) == (11, 'Did you mean "co_created_value"?')
    assert not Path("results").exists() or not list(Path("results").iterdir())


def test_faults_of_the_file_and_the_options_are_input_faults() -> None:
    Path("empty.toml").write_text("")
    assert cocreate("sweep", "empty.toml").code == 2
    answer = cocreate("sweep", experiment(), *OPTIONS, "--scheduler", "tcp://127.0.0.1:1")
    assert answer.code == 2
    assert "Add --engine dask." in answer.err
    answer = cocreate("sweep", experiment(), *OPTIONS, "--time-limit", "3", "--json")
    assert (answer.code, answer.json["error"][0]["key"]) == (2, "--time-limit")
    assert not Path("results").exists()


def test_months_are_kept_on_request() -> None:
    told = cocreate(
        "sweep", experiment(levels=2), *OPTIONS, "--json", "--series", "surplus:focal"
    ).json
    series = pq.read_table(Path(told["result"]) / "series.parquet")
    assert series.num_rows == 2 * 4 * 6


def test_sensitivity_tells_the_measures_of_each_factor() -> None:
    answer = cocreate("sensitivity", experiment(SCREENING), *OPTIONS)
    assert answer.code == 0
    lines = [line.split() for line in answer.out.splitlines()]
    first, second = (next(line for line in lines if line[:1] == [name])
                     for name in ("companies.focal.price", "journey.sensitivity"))  # fmt: skip
    assert float(first[1]) == pytest.approx(0.58, abs=0.006)
    assert float(second[1]) == 0.0
    assert "4 blocks of the design" in answer.out
    (folder,) = Path("results").iterdir()
    table = pq.read_table(folder / "sensitivity.parquet").to_pandas()
    assert set(table["index"]) == {"mu_star", "mu", "sigma"}
    assert "sensitivity.parquet" in read_manifest(folder).checksums


def test_sensitivity_by_another_method_than_the_file_says() -> None:
    told = cocreate(
        "sensitivity", experiment(SCREENING), *OPTIONS, "--method", "sobol", "--size", "8", "--json"
    ).json
    assert told["points"] == 8 * 4
    rows = {(row["factor"], row["index"]): row for row in told["indices"]["value"]}
    assert rows["companies.focal.price", "ST"]["value"] > 0.5
    assert rows["journey.sensitivity", "ST"]["value"] == pytest.approx(0.0, abs=1e-9)


def test_sensitivity_needs_a_design_that_gives_indices() -> None:
    answer = cocreate("sensitivity", experiment(), *OPTIONS)
    assert answer.code == 2
    assert "--method sobol" in answer.err
    assert cocreate("sensitivity", experiment(), *OPTIONS, "--size", "8").code == 2


def finished(run: int, value: float, found: Sweep) -> Finished:
    record = RunRecord(Identity("f", run, "1"), {"value": value, "adopters": 0.0})
    return Finished(run, encode(record), done=True, seconds=0.1)


def test_best_so_far_is_the_best_mean_and_not_the_luckiest_run() -> None:
    found = Sweep(load_experiment(experiment(levels=3)), STUB)
    best = Best(found)
    assert str(best) == ""
    assert best(finished(0, 5.0, found)) == "best value 5 at point 0"
    assert best(finished(4, 7.0, found)) == "best value 7 at point 1"
    assert best(finished(5, 1.0, found)) == "best value 5 at point 0"
    assert best(finished(8, float("nan"), found)) == "best value 5 at point 0"


def test_best_so_far_is_said_in_the_currency() -> None:
    priced = Sweep(load_experiment("alignment-simplex"), STUB)
    name = priced.experiment.outcomes[0].name
    record = RunRecord(Identity("f", 1, "1"), {name: -15.66}, {name: Measure("money/month", "")})
    best = Best(priced)
    assert best(Finished(0, encode(record), done=True, seconds=0.1)) == (
        f"best {name} −1,570 EUR a month at point 0"
    )


def test_time_left_is_not_guessed_before_workers_have_started() -> None:
    tally = Tally(runs=100, reused=0, months=6, aside=lambda _: "best so far")
    sleep(0.01)
    assert str(tally) == "0 of 100 runs"
    tally.count(Finished(0, b"", done=True, seconds=0.1))
    assert str(tally) == "1 of 100 runs, best so far"
    sleep(0.01)
    tally.count(Finished(1, b"", done=True, seconds=0.1))
    assert str(tally).endswith("left, best so far")


def test_manifest_is_json_that_others_can_read() -> None:
    told = cocreate("sweep", experiment(levels=2), *OPTIONS, "--json").json
    manifest = json.loads(Path(told["result"], "manifest.json").read_text())
    assert manifest["sweep"]["factors"][0]["kind"] == "interval"
    assert manifest["sweep"]["outcomes"][1]["window"] == "months 2-4"


def test_no_time_left_is_estimated_from_a_first_month_that_had_a_warm_up_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulation.cli.progress.PATIENCE_SECONDS", -1.0)
    tally = Tally(runs=20, reused=0, months=120)
    tally.count(Progress(0, 1))
    assert str(tally) == "0 of 20 runs"
    tally.count(Progress(0, 90))
    assert "left" in str(tally)
