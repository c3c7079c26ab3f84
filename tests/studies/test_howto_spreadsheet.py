"""``from-a-spreadsheet-to-an-answer.md``: its commands as they stand, with fewer runs."""

from __future__ import annotations

import re
import shlex

from builders import ROOT
from typer.testing import CliRunner

from simulation.cli.app import app
from simulation.studies.result import open_result

PAGE = ROOT / "docs" / "howto" / "from-a-spreadsheet-to-an-answer.md"
HERE = ("--workers", "0", "--no-report")
FEWER = {
    "observe": (),
    "calibrate": (*HERE, "--runs", "48", "--more", "8", "--draws", "8", "--truths", "4"),
    "validate": (*HERE, "--months", "14", "--replicates", "2"),
    "compare": (*HERE, "--replicates", "10"),
}


def test_the_way_from_a_spreadsheet_to_an_answer_can_be_gone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    lines = re.findall(r"^cocreate (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    typed = [shlex.split(line) for line in lines]
    assert [words[0] for words in typed] == list(FEWER)
    for words in typed:
        done = CliRunner().invoke(app, [*words, *FEWER[words[0]]])
        assert done.exit_code == 0, f"{words}\n{done.output}"
    assert open_result("calibrated").findings["design"]["waves"] == [48, 8, 8, 4]
    said = " ".join(done.output.replace("\u00a0", " ").split())
    assert "Over what your data leave open (10 draws" in said
    assert "EUR a month in 90 % of draws" in said
    assert open_result("answer").manifest.posterior is not None
