"""A sixth kind of study: a module of fewer than 60 lines is stored, resumed, reported, opened."""

from __future__ import annotations

import inspect
from pathlib import Path

import pandas as pd
import pytest
import sixth_kind
import typer
from builders import scenario
from typer.testing import CliRunner

from simulation import open_result
from simulation.cli.reports import make_report
from simulation.execution import Serial, Unwatched
from simulation.store import damages
from simulation.studies.folders import result_folder
from simulation.studies.kinds import KINDS
from simulation.studies.study import carry_out
from simulation.studies.verify import check


@pytest.fixture(autouse=True)
def _six_kinds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(KINDS, "halve", sixth_kind.KIND)
    monkeypatch.chdir(tmp_path)


def halving(*seeds: int) -> sixth_kind.Halving:
    small = scenario("base", run__months=3, population__people=60)
    return sixth_kind.Halving("base", small, seeds)


def test_it_takes_fewer_than_60_lines_of_code() -> None:
    lines = inspect.getsource(sixth_kind).splitlines()
    assert sum(bool(line.strip()) for line in lines) < 60


def test_it_is_stored_resumed_opened_reported_and_made_again(tmp_path: Path) -> None:
    folder = result_folder(halving(1, 2), tmp_path)
    assert carry_out(halving(1, 2), folder, Serial(), Unwatched()).runs.done == 4
    assert result_folder(halving(1, 2, 3), tmp_path) == folder
    assert result_folder(halving(1), tmp_path) != folder
    counts = carry_out(halving(1, 2, 3), folder, Serial(), Unwatched()).runs
    assert (counts.done, counts.reused) == (6, 4)
    result = open_result(folder)
    assert type(result) is sixth_kind.HalvingResult
    assert repr(result) == "<Halving of base: 6 runs, 3 months>"
    page, figures = make_report(result)
    means = pd.read_parquet(folder / "runs.parquet").groupby("share")["co_created_value"].mean()
    assert f"Half the people create {means[0.5] / means[1.0]:.0%}" in page.read_text("utf-8")
    assert (figures / "value.svg").is_file()
    found = check(folder, None, workers=0)
    assert (found.remade, found.faults) == (6, ())


def test_it_has_a_command() -> None:
    app = typer.Typer()
    app.command("halve")(sixth_kind.halve)
    answer = CliRunner().invoke(app, ["2", "here"])
    assert answer.exit_code == 0, answer.output
    assert "Half the people create" in answer.stdout
    assert damages(Path("here")) == []
