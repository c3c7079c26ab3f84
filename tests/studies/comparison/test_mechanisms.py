"""Mechanisms behind a difference: their shares add up to it, and the report says so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import scenario
from typer.testing import CliRunner

from simulation import compare, open_result
from simulation.cli.app import app
from simulation.errors import InputError
from simulation.studies.comparison.mechanisms import MOST, USUAL, chosen_mechanisms
from simulation.studies.verify import check

SMALL = ("--months", "14", "--replicates", "2", "--workers", "0",
         "--set", "population.people=60", "--set", "run.warm_up=0")  # fmt: skip


def test_names_that_are_no_mechanisms_are_refused_with_what_was_meant() -> None:
    assert tuple(player.name for player in chosen_mechanisms([], "focal")) == USUAL
    with pytest.raises(InputError, match="is not a mechanism: peer_halp"):
        chosen_mechanisms(["peer_halp"], "focal")
    company = scenario().companies[0].name
    many = ["doing", "feedback", "insight", "lens", "drift", "burden", "problems"]
    assert len(many) == MOST + 1
    with pytest.raises(InputError, match="must be at most 6"):
        chosen_mechanisms(many, company)


def test_shares_and_what_is_left_add_up_to_the_difference_of_the_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["compare", "base", "--what-if", "dear: companies.focal.price=0.6",
             "--what-if", "Dear!: companies.focal.price=0.7",  # places of their own, each
             "--mechanisms", "waiting", "--out", "r", "--no-report", *SMALL]  # fmt: skip
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    shown = " ".join(done.stdout.split())
    assert "Mechanisms behind “dear”" in shown
    assert re.search(r"without any of these [+−0]", shown)
    result = open_result("r")
    assert list(result.tables.through) == ["dear", "Dear!"]
    for name, through in result.tables.through.items():
        assert set(through.shares) == {"waiting", "without any of these"}
        added = sum(share.mean for share in through.shares.values())
        assert added == pytest.approx(through.total.mean)
        assert through.total.mean == pytest.approx(result.tables.first(name).difference)
    report = result.report()
    assert any(figure.name == "mechanisms" for figure in report.figures)
    assert "Mechanisms behind “dear”" in report.markdown()


def test_mechanisms_are_there_for_the_library_for_programs_and_for_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base = scenario(**{"run.months": 12, "population.people": 60, "run.warm_up": 0,
                               "currency.name": ""})  # fmt: skip
    what_ifs = {"dear": base.replace({"companies.*.price": 0.6})}
    result = compare(base, what_ifs, replicates=2, workers=0, mechanisms=["waiting"])
    table = result.mechanisms
    assert list(table["mechanism"]) == ["waiting", "without any of these"]
    first = result.tables.first("dear").difference
    assert table["mean"].sum() == pytest.approx(first)

    folder = result.save("kept")
    printed = CliRunner().invoke(app, ["compare", str(folder), "--out", str(folder),
                                       "--json", "--no-report", "--workers", "0"])  # fmt: skip
    (shares,) = json.loads(printed.stdout)["mechanisms"]
    assert shares["total"]["mean"] == pytest.approx(first)
    assert [one["mechanism"] for one in shares["shares"]] == list(table["mechanism"])

    whole = check(folder, 1, 0)
    assert not whole.faults
    assert whole.remade == 2  # of the comparison one, of its mechanisms another
    (folder / "mechanisms" / "dear" / "runs.parquet").write_bytes(b"changed")
    assert "runs.parquet" in str(check(folder, 0).faults[0].file)
