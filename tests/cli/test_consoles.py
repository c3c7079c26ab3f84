"""Consoles of any encoding: what they lack is spelt in plain letters, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.cli.console import hanging

TESTS = Path(__file__).parents[1]
STUB = ["--model", "stub_model:Stub", "--workers", "0", "--months", "6", "-r", "2"]
PATHS = os.pathsep.join([str(TESTS), str(TESTS.parent)])


def cocreate(*words: str, encoding: str, here: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  (the program under test)
        [sys.executable, "-m", "simulation", *words], cwd=here, capture_output=True, check=False,
        env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding, "PYTHONPATH": PATHS},
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp850", "utf-8"])
def test_screens_can_be_read_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    ended = cocreate("run", "base", *STUB, "--no-report", encoding=encoding, here=tmp_path)
    assert ended.returncode == 0, ended.stderr
    screen = ended.stdout.decode(encoding)
    assert ("..." if encoding in ("ascii", "cp850") else "…") in screen
    assert "?" not in screen + ended.stderr.decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_data_for_programs_stay_json_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    ended = cocreate("describe", "companies", "--json", encoding=encoding, here=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.decode(encoding))["parameters"]


def test_a_name_that_cannot_be_written_down_is_refused_before_anything_is(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    try:
        (tmp_path / f"{odd}.toml").write_text('extends = "base"\n')
    except OSError:
        pytest.skip("this file system takes no such names")
    for words in (("run", f"{odd}.toml"), ("run", "base", "--out", odd)):
        ended = cocreate(*words, *STUB, "--no-report", encoding="utf-8", here=tmp_path)
        assert ended.returncode == 2, ended.stderr
        assert b"is a name that is not UTF-8" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == [f"{odd}.toml"]


@pytest.mark.parametrize(
    "words",
    [("run", "base", *STUB, "--out", "again"), ("plot", "here", "--list"),
     ("run", "base", *STUB, "--out", "once more", "--json")],
)  # fmt: skip
def test_work_goes_on_where_nobody_reads_what_is_printed(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    made = cocreate("run", "base", *STUB, "--no-report", "--out", "here", encoding="utf-8",
                    here=tmp_path)  # fmt: skip
    assert made.returncode == 0, made.stderr
    begun = subprocess.Popen(  # noqa: S603  (the program under test)
        [sys.executable, "-m", "simulation", *words], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": PATHS},
    )  # fmt: skip
    assert begun.stdout is not None
    begun.stdout.close()
    assert begun.stderr is not None
    with begun.stderr as stderr:
        said = stderr.read()
    begun.wait()
    assert b"failed" not in said
    assert b"Traceback" not in said
    assert b"Exception" not in said
    if words[0] == "run":
        assert (tmp_path / words[-1 - ("--json" in words)] / "report.html").is_file()


def test_faults_with_names_that_are_no_text_are_said(tmp_path: Path) -> None:
    ended = cocreate("check", os.fsdecode(b"caf\xe9 \xe2\x80\x94.toml"), encoding="ascii",
                     here=tmp_path)  # fmt: skip
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
    assert b"no such scenario" in ended.stderr


def test_lines_end_between_words_in_a_terminal_and_stay_whole_elsewhere() -> None:
    text = "one two three four\n    five six seven eight"
    assert hanging(text, None, 2) == text
    assert hanging(text, 15, 2) == "one two three\n  four\n    five six\n  seven eight"
    assert hanging("touchpoints.of_a_long_name x", 15, 2) == "touchpoints.of_a_long_name\n  x"
