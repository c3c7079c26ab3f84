"""Mechanisms behind a difference: their shares add up to it, and the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import scenario
from typer.testing import CliRunner

from simulation import open_result
from simulation.cli.app import app
from simulation.errors import InputError
from simulation.studies.comparison.mechanisms import MOST, USUAL, chosen_mechanisms

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
             "--mechanisms", "waiting", "--out", "r", "--quiet", "--no-report", *SMALL]  # fmt: skip
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    result = open_result("r")
    (through,) = result.tables.through.values()
    assert set(through.shares) == {"waiting", "without any of these"}
    added = sum(share.mean for share in through.shares.values())
    assert added == pytest.approx(through.total.mean)
    assert through.total.mean == pytest.approx(result.tables.first("dear").difference)
    report = result.report()
    assert any(figure.name == "mechanisms" for figure in report.figures)
    assert "Mechanisms behind “dear”" in report.markdown()
