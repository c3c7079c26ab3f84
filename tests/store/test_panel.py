"""The panel: every person, every month, chosen columns, whatever happens on the way."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builders import run_model, scenario
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_stub import MODEL, expected
from stub_model import MODEL as WITHOUT_PEOPLE
from typer.testing import CliRunner

from simulation import load_scenario, run, simulate
from simulation.cli.app import app
from simulation.errors import InputError, RunFailedError
from simulation.execution.warm import mark_warm
from simulation.store import panel_part, read_manifest, seal
from simulation.store.panel import PARTS
from simulation.store.panel_part import PanelPart
from simulation.world.panel import panel_columns
from simulation.world.people import COLUMNS

BASE = Path(__file__).parents[2] / "scenarios" / "base.toml"
COMPANIES = ("focal", "rival")
CHOSEN = "provider,stage,tenure,problem,progress,attitude"
RUN = [
    "run", str(BASE), "--model", MODEL, "--months", "5", "--no-report", "--workers", "0",
    "--set", "population.people=40",
]  # fmt: skip


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
    mark_warm(MODEL)
    yield
    simulate._code_digest.cache_clear()


def cocreate(*words: str, code: int = 0) -> Any:
    """Return what a command tells programs."""
    answer = CliRunner().invoke(app, [*words, "--json"])
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout)


def panel(*words: str, seeds: int = 2, out: str = "here", code: int = 0) -> Any:
    return cocreate(*RUN, "-r", str(seeds), "--out", out, *words, code=code)


def bytes_of(folder: str) -> bytes:
    return Path(folder, "panel.parquet").read_bytes()


def messages(told: Any) -> list[str]:
    return [f"{fault['key']} {fault['message']} {fault['hint']}" for fault in told["error"]]


# --- what it holds -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 70, 1 << 18])
def test_panel_has_what_every_person_has_every_month(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel_part, "ROWS_PER_BLOCK", rows)
    panel("--panel", CHOSEN)
    frame = pd.read_parquet("here/panel.parquet")
    keys = frame[["run", "month", "person"]].to_numpy().tolist()
    assert keys == [list(key) for key in product(range(2), range(1, 6), range(40))]
    words = {"provider": ("", *COMPANIES), "stage": ("idle", "need", "search")}
    for (run_number, month), rows_of in frame.groupby(["run", "month"]):
        told = expected(run_number + 1, month, 40)
        progress = told["progress"].astype(np.float32)
        np.testing.assert_array_equal(rows_of["progress"], progress)
        np.testing.assert_array_equal(rows_of["attitude:focal"], -progress)
        assert set(rows_of["attitude:rival"]) == {np.float32(1 / 3)}
        for name in ("tenure", "problem"):
            np.testing.assert_array_equal(rows_of[name], told[name])
        for name, known in words.items():
            codes = told[name][told[name] < len(known) - 1] + 1
            found = rows_of[name][told[name] < len(known) - 1]
            assert list(found) == [known[code] for code in codes]


def test_columns_have_types_units_and_meanings() -> None:
    panel("--panel", CHOSEN)
    schema = pq.read_schema("here/panel.parquet")
    assert schema.names == [
        "run", "month", "person", "provider", "stage", "tenure", "problem", "progress",
        "attitude:focal", "attitude:rival",
    ]  # fmt: skip
    told = {one.name: one.metadata for one in schema}
    assert told["tenure"][b"unit"] == b"months"
    assert told["attitude:focal"][b"meaning"] == b"attitude towards the company (A): focal"
    assert not any(one.nullable for one in schema)
    kinds = {one.name: one.type for one in schema}
    assert kinds["progress"] == pa.float32()
    assert kinds["tenure"] == pa.int16()
    assert kinds["problem"] == pa.bool_()
    assert kinds["provider"].value_type == pa.string()


def test_every_column_of_people_can_be_chosen() -> None:
    inputs = load_scenario(BASE, {"population.people": 50})
    columns = panel_columns(COLUMNS, inputs)
    model = run_model(inputs, months=14)
    people = model.world.people
    for column in columns:
        kept = np.empty(50, dtype=column.dtype)
        column.copy_to(kept, people)
        values = people.column(column.source)
        values = values if column.place is None else values[:, column.place]
        if column.words:
            assert 0 <= kept.min() <= kept.max() < len(column.words)
            np.testing.assert_array_equal(kept + COLUMNS[column.source].low, values)
        else:
            np.testing.assert_allclose(kept, values, rtol=6e-8)
    names = [column.name for column in columns]
    assert len(names) == len(set(names))
    assert {name.partition(":")[0] for name in names} == set(COLUMNS)
    assert sum(name.startswith("satisfaction:") for name in names) == len(inputs.outcomes)


@given(st.integers(1, 9), st.integers(1, 30), st.integers(1, 100))
@settings(max_examples=30, deadline=None)
def test_part_comes_back_to_the_bit(months: int, n_people: int, rows: int) -> None:
    import tempfile

    inputs = scenario()
    columns = panel_columns(["surplus", "job", "aware"], inputs)
    draws = np.random.default_rng(months * 1000 + n_people)
    model = run_model(inputs.replace({"population.people": 10}), months=0)
    written: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as room, pytest.MonkeyPatch.context() as patch:
        patch.setattr(panel_part, "ROWS_PER_BLOCK", rows)
        part = PanelPart(Path(room) / "parts" / "one", columns)
        people = type(model.world.people)(n_people, n_outcomes=3, n_companies=2)
        model.world.people = people
        with part.recording() as see:
            for _ in range(months):
                people.surplus[:] = draws.normal(size=n_people)
                people.job[:] = draws.integers(-1, 1, n_people)
                people.aware[:] = draws.integers(0, 4, (n_people, 2))
                written.append(
                    [people.surplus.astype(np.float32), people.job + 1, *people.aware.T.copy()]
                )
                see(model)
        assert part.is_there()
        back = [np.vstack(group) for group in zip(*map(copied, part.blocks()), strict=True)]
    for values, column in zip(zip(*written, strict=True), back, strict=True):
        assert np.vstack(values).astype(column.dtype).tobytes() == column.tobytes()


def copied(block: list[Any]) -> list[Any]:
    return [values.copy() for values in block]


# --- however it came -----------------------------------------------------------------------------


def test_panel_is_the_same_whoever_makes_it_and_in_how_many_goes() -> None:
    panel("--panel", CHOSEN, seeds=3, out="whole")
    panel("--panel", CHOSEN, "--workers", "2", seeds=3, out="workers")
    assert panel("--panel", CHOSEN, seeds=1)["runs"]["reused"] == 0
    assert panel("--panel", CHOSEN, seeds=3)["runs"] == {"done": 3, "failed": 0, "reused": 1}
    assert bytes_of("here") == bytes_of("workers") == bytes_of("whole")
    before = bytes_of("here")
    assert panel("--panel", CHOSEN, seeds=3)["runs"]["reused"] == 3
    assert bytes_of("here") == before
    for folder in ("here", "workers", "whole"):
        assert not Path(folder, PARTS).exists()


def test_tables_are_those_of_runs_without_a_panel() -> None:
    panel("--panel", CHOSEN)
    panel(out="plain")
    for name in ("runs", "series", "ledger", "failures"):
        one, other = (Path(folder, f"{name}.parquet").read_bytes() for folder in ("here", "plain"))
        assert one == other
    assert not Path("plain", "panel.parquet").exists()


def test_more_runs_in_a_folder_with_a_panel_have_one_too() -> None:
    panel("--panel", CHOSEN)
    assert panel(seeds=3)["runs"]["reused"] == 2
    panel("--panel", CHOSEN, seeds=3, out="whole")
    assert bytes_of("here") == bytes_of("whole")
    assert read_manifest(Path("here")).panel[:2] == ("provider", "stage")


def test_finished_runs_without_people_are_done_again_for_them() -> None:
    panel()
    assert panel("--panel", "progress")["runs"] == {"done": 2, "failed": 0, "reused": 0}
    assert len(pd.read_parquet("here/panel.parquet")) == 2 * 5 * 40


def test_altered_panel_is_not_gone_on_with() -> None:
    panel("--panel", "progress", "--set", "run.seed=1")
    frame = pq.read_table("here/panel.parquet")
    pq.write_table(frame.set_column(3, frame.schema.field(3), frame["progress"]), "here/new")
    whole = bytes_of("here")
    Path("here/new").replace("here/panel.parquet")
    assert bytes_of("here") != whole
    assert panel("--panel", "progress")["runs"]["reused"] == 0
    assert bytes_of("here") == whole


def test_interrupted_runs_keep_their_people(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("simulation.store.folder.write_tables", stop)
        told = panel("--panel", CHOSEN, code=130)
    assert told["runs"]["done"] == 2
    assert len(list(Path("here", PARTS).iterdir())) == 2
    assert panel("--panel", CHOSEN)["runs"]["reused"] == 2
    panel("--panel", CHOSEN, out="whole")
    assert bytes_of("here") == bytes_of("whole")


def test_failed_run_leaves_no_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "2")
    panel("--panel", "progress", seeds=3, code=1)
    frame = pd.read_parquet("here/panel.parquet")
    assert sorted(set(frame["run"])) == [0, 2]
    np.testing.assert_array_equal(
        frame["progress"][frame["run"] == 2][-40:], expected(3, 5, 40)["progress"].astype("f4")
    )
    monkeypatch.delenv("STUB_RAISE")
    assert panel("--panel", "progress", seeds=3)["runs"]["reused"] == 2
    panel("--panel", "progress", seeds=3, out="whole")
    assert bytes_of("here") == bytes_of("whole")


# --- what is refused -----------------------------------------------------------------------------


def test_unknown_columns_are_all_told_and_nothing_is_written() -> None:
    told = panel("--panel", "prgress,provider,attitude:focl", "--panel", "stage:x,zzz", code=2)
    assert messages(told)[:3] == [
        'panel "prgress" is not a column of people. Did you mean "progress"?',
        'panel "stage:x" must be stage alone: a person has one value of it. None',
        'panel "zzz" is not a column of people. There are ' + ", ".join([*COLUMNS][:-1])
        + f" and {[*COLUMNS][-1]}.",
    ]  # fmt: skip
    assert messages(told)[3:] == [
        'panel "attitude:focl" is of no company of the scenario. Did you mean "focal"?'
    ]
    assert list(Path().iterdir()) == []


def test_faults_of_scenario_and_panel_are_told_together() -> None:
    told = panel("--panel", "prgress", "--set", "companies.focal.prise=1", code=2)
    assert len(told["error"]) == 2
    assert any("prise" in message for message in messages(told))


def test_other_columns_take_another_folder() -> None:
    panel("--panel", "progress")
    before = bytes_of("here")
    told = panel("--panel", "stage", code=2)
    assert "holds a panel of other columns (progress)." in messages(told)[0]
    assert bytes_of("here") == before
    panel("--panel", "stage", "--force")
    assert pq.read_schema("here/panel.parquet").names[3:] == ["stage"]
    first, second = (
        cocreate(*RUN, "-r", "1", "--panel", name)["result"] for name in ("progress", "stage")
    )
    assert second == f"{first}-2"


def test_model_without_people_fails_and_says_why() -> None:
    inputs = load_scenario(BASE, {"run.months": 3})
    with pytest.raises(RunFailedError, match="has no people"):
        run(inputs, seeds=[1], workers=0, model=WITHOUT_PEOPLE, panel=["progress"])


# --- what reads it -------------------------------------------------------------------------------


def test_library_gives_it_as_a_frame() -> None:
    inputs = load_scenario(BASE, {"run.months": 3, "population.people": 20})
    result = run(inputs, seeds=[4, 2], workers=0, model=MODEL, panel=["tenure", "provider"])
    assert list(result.panel.columns) == ["run", "month", "person", "tenure", "provider"]
    runs = [rows.drop(columns="run").to_numpy().tolist() for _, rows in result.panel.groupby("run")]
    assert len(runs[0]) == len(runs[1]) == 60
    assert runs[0] != runs[1]
    with pytest.raises(
        InputError, match=r"tenur.* is not a column of people\. Did you mean .tenure"
    ):
        run(inputs, seeds=[1], workers=0, model=MODEL, panel=["tenur"])


def test_manifest_remakes_the_panel_to_the_bit() -> None:
    panel("--panel", "attitude,progress")
    _, *words = shlex.split(read_manifest(Path("here")).remake)
    cocreate(*words, "--no-report", "--workers", "0")
    assert bytes_of("here-again") == bytes_of("here")


def test_verify_makes_people_again_and_names_a_run_that_differs() -> None:
    panel("--panel", "progress,provider", seeds=3)
    fine = cocreate("verify", "here", "--all", "--workers", "0", "--model", MODEL)
    assert (fine["remade"], fine["faults"]) == (3, [])
    table = pq.read_table("here/panel.parquet")
    values = table["progress"].to_numpy().copy()
    values[5 * 40 + 7] += 1e-6
    at = table.schema.get_field_index("progress")
    changed = table.set_column(at, table.schema.field(at), [values])
    with pq.ParquetWriter("here/panel.parquet", table.schema) as writer:
        for first in range(0, len(table), 200):
            writer.write_table(changed.slice(first, 200))
    bad = cocreate("verify", "here", "--all", "--workers", "0", "--model", MODEL, code=1)
    assert "was changed" in bad["faults"][0]["message"]
    seal(Path("here"))
    bad = cocreate("verify", "here", "--all", "--workers", "0", "--model", MODEL, code=1)
    assert [fault["message"] for fault in bad["faults"]] == [
        "Run 1 (seed 2) differs from the same run when repeated."
    ]
