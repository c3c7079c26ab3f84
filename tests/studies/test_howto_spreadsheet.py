"""``docs/howto/from-a-spreadsheet-to-an-answer.md``: its commands, with few people and runs.

The comparison with the posterior is tested in ``test_calibration_study.py``: sixty people are
noisier than the four hundred of the file, so that a calibration this small rightly finds a conflict
and leaves no posterior.
"""

from __future__ import annotations

import re
import shlex

from builders import ROOT
from typer.testing import CliRunner

from simulation.cli.app import app
from simulation.studies.result import open_result

PAGE = ROOT / "docs" / "howto" / "from-a-spreadsheet-to-an-answer.md"
SMALL = (
    "--set", "population.people=60", "--set", "population.represents=400",
    "--set", "run.warm_up=24", "--workers", "0", "--no-report",
)  # fmt: skip
MORE = {
    "observe": (),
    "calibrate": (*SMALL, "--runs", "48", "--more", "8", "--draws", "8", "--truths", "8"),
    "validate": (*SMALL, "--months", "14", "--replicates", "2"),
    "compare": (*SMALL, "--months", "14", "--replicates", "10"),
}


def test_the_way_from_a_spreadsheet_to_an_answer_can_be_gone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    lines = re.findall(r"^cocreate (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    typed = [shlex.split(line) for line in lines]
    assert [words[0] for words in typed] == list(MORE)
    for words in typed[:-1]:
        done = CliRunner().invoke(app, [*words, *MORE[words[0]]])
        assert done.exit_code == 0, f"{words}\n{done.output}"
    assert "--posterior" in typed[-1]
    assert open_result("calibrated").findings["design"]["waves"] == [48, 8, 8, 8]
