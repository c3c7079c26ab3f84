"""Parts of a study, and what becomes of them when they are joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli.app import app
from simulation.errors import InputError, ResultError
from simulation.execution import Serial, Unwatched
from simulation.scenario.load import load_scenario
from simulation.store import RunStore
from simulation.store.files import sha256
from simulation.store.journal import Journal
from simulation.store.manifest import JOURNAL
from simulation.studies.run.plan import Replicates
from simulation.studies.shards import Shard, _bring, do_shard, merge
from simulation.studies.study import balanced, carry_out
from simulation.studies.verify import check

SMALL = {"population.people": 60, "run.months": 3, "run.warm_up": 0}
TABLES = ("runs", "series", "ledger", "failures")


def replicates(n: int) -> Replicates:
    return Replicates("base", load_scenario("base", SMALL), tuple(range(1, n + 1)))


def tables(folder: Path) -> dict[str, str]:
    return {name: sha256(folder / f"{name}.parquet") for name in TABLES}


def shard_all(study: Replicates, folder: Path, n: int) -> list[Path]:
    return [
        do_shard(study, Shard(index, n), folder, Serial(), Unwatched(), "")[0]
        for index in range(1, n + 1)
    ]


def test_parts_joined_are_what_one_machine_makes_to_the_byte(tmp_path: Path) -> None:
    study = replicates(5)
    carry_out(study, tmp_path / "one", Serial(), Unwatched())
    parts = shard_all(study, tmp_path / "parts", 2)
    again, n, failed = do_shard(study, Shard(1, 2), tmp_path / "parts", Serial(), Unwatched(), "")
    assert (again, n, failed) == (parts[0], 3, 0)
    folder, manifest = merge(
        [tmp_path / "parts.parts"], tmp_path / "all", Serial(), Unwatched(), ""
    )
    assert tables(folder) == tables(tmp_path / "one")
    assert (manifest.runs.done, manifest.runs.reused) == (5, 5)
    assert not check(folder, sample=0).faults


def test_missing_and_unfinished_parts_are_named(tmp_path: Path) -> None:
    parts = shard_all(replicates(4), tmp_path / "x", 4)
    (parts[1] / "shard.json").unlink()
    with pytest.raises(ResultError, match=r"a part is missing: 2/4\..*--shard 2/4"):
        merge([tmp_path / "x.parts"], tmp_path / "all", Serial(), Unwatched(), "")
    text = (parts[2] / "shard.json").read_text()
    (parts[2] / "shard.json").write_text(text.replace("true", "false"))
    with pytest.raises(ResultError, match="is not finished"):
        merge([tmp_path / "x.parts"], tmp_path / "all", Serial(), Unwatched(), "")


def test_parts_of_different_studies_are_refused(tmp_path: Path) -> None:
    one = do_shard(replicates(2), Shard(1, 2), tmp_path / "a", Serial(), Unwatched(), "")[0]
    other = Replicates("base", load_scenario("base", {**SMALL, "run.months": 2}), (1, 2))
    two = do_shard(other, Shard(2, 2), tmp_path / "b", Serial(), Unwatched(), "")[0]
    with pytest.raises(ResultError, match="is of another study"):
        merge([one, two], tmp_path / "all", Serial(), Unwatched(), "")


@pytest.mark.parametrize(
    ("text", "environment", "told"),
    [
        ("3/8", {}, "3/8"),
        ("auto/8", {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MIN": "0"}, "1/8"),
        ("auto", {"SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_COUNT": "4"}, "4/4"),
        ("auto/3", {"JOB_COMPLETION_INDEX": "2"}, "3/3"),
        (
            "auto",
            {"AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "5"},
            "1/5",
        ),
    ],
)
def test_array_jobs_know_their_part(text: str, environment: dict[str, str], told: str) -> None:
    assert str(Shard.parse(text, environment)) == told


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1", "auto/3", "1/0", "-1/3", ""])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--shard"):
        Shard.parse(text, {})


def test_runs_are_done_seeds_first() -> None:
    plans = replicates(3).planned() * 2
    assert [plan.identity.seed for plan in balanced(plans, (1, 2, 3))] == [1, 1, 2, 2, 3, 3]


def test_a_file_that_is_brought_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, folder = tmp_path / "part", tmp_path / "whole"
    (part / "people").mkdir(parents=True)
    (part / "people" / "a.npz").write_bytes(b"whole")
    Journal(part / JOURNAL).close()

    def stopped(_source: Path, target: Path) -> None:
        target.write_bytes(b"wh")
        raise KeyboardInterrupt

    with RunStore.open(folder, "one") as store:
        monkeypatch.setattr("shutil.copyfile", stopped)
        with pytest.raises(KeyboardInterrupt):
            _bring(part, store)
        monkeypatch.undo()
        assert list((folder / "people").iterdir()) == []
        _bring(part, store)
    assert (folder / "people" / "a.npz").read_bytes() == b"whole"


def test_a_sweep_in_parts_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.toml").write_text(
        'question = "?"\nscenario = "base"\nreplicates = 2\n[set]\n"population.people" = 60\n'
        '"run.months" = 2\n"run.warm_up" = 0\n[levers]\n'
        '"companies.focal.price" = { values = [0.2, 0.4] }\n[design]\nkind = "grid"\n'
        '[outcomes]\nvalue = { metric = "co_created_value" }\n'
    )
    run = CliRunner()
    common = ["sweep", "tiny.toml", "--workers", "0", "--out"]
    for part in ("1/3", "2/3", "3/3"):
        result = run.invoke(app, [*common, "out", "--shard", part])
        assert result.exit_code == 0, result.output
    result = run.invoke(app, ["merge", "out.parts", "--no-report", "--workers", "0"])
    assert result.exit_code == 0, result.output
    assert run.invoke(app, [*common, "one", "--no-report"]).exit_code == 0
    names = ("runs", "failures")
    assert [sha256(Path("out") / f"{name}.parquet") for name in names] == [
        sha256(Path("one") / f"{name}.parquet") for name in names
    ]
    assert Path("out.parts/shard-1-of-3").is_dir()


def test_failed_runs_of_a_part_and_of_the_whole_are_told_by_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUB_RAISE", "2")
    model, run = ["--model", "stub_model:Stub", "--workers", "0"], CliRunner()
    words = ["run", "base", "-r", "2", "-m", "3", *model, "--out", "out", "--shard"]
    codes = [run.invoke(app, [*words, part]).exit_code for part in ("1/2", "2/2")]
    assert codes == [0, 1]
    assert run.invoke(app, ["merge", "out.parts", "--no-report", *model]).exit_code == 1
