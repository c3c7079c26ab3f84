"""Studies that are killed, stopped, moved and run into each other: a short form of faults.py."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli.app import app

_spec = importlib.util.spec_from_file_location("faults", Path(__file__).with_name("faults.py"))
assert _spec is not None
assert _spec.loader is not None
faults = importlib.util.module_from_spec(_spec)
sys.modules["faults"] = faults  # dataclasses look their module up
_spec.loader.exec_module(faults)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are done in forks")

NAMES = ("run", "sweep")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[faults.Round]:
    """A folder in which each study was left alone once; commands are forks of this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    words, at, faults.MODE["forked"] = sys.argv, Path.cwd(), True
    room = faults.Round(tmp_path_factory.mktemp("faults"), random.Random(1))  # noqa: S311
    for name in NAMES:
        room.whole(name)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    sys.argv = words
    os.chdir(at)
    yield room
    faults.MODE["forked"] = False
    shutil.rmtree(room.here)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("times", range(3))
def test_a_study_that_is_killed_goes_on_to_the_same_bytes(
    room: faults.Round, name: str, times: int
) -> None:
    room.rng.seed(times)
    assert room.kill(name) == ""
    assert room.strays() == 0


@pytest.mark.parametrize("case", ["stop", "deleted", "moved", "two", "linked", "garbage"])
def test_what_happens_to_processes_and_folders_loses_nothing(room: faults.Round, case: str) -> None:
    assert getattr(room, case)("sweep") == ""
    assert room.strays() == 0


class BegunError(Exception):
    """A study would begin now."""


@pytest.mark.parametrize("name", faults.STUDIES)
def test_every_study_that_is_attacked_begins(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no command of faults.py goes out of date unseen."""

    def begun(*_: object, **__: object) -> None:
        raise BegunError

    monkeypatch.setattr("simulation.studies.study.carry_out", begun)
    monkeypatch.setitem(faults.MODE, "forked", False)
    monkeypatch.chdir(tmp_path)
    faults.Round(tmp_path, random.Random(1))  # noqa: S311
    done = CliRunner().invoke(app, faults.words_of(name, "out"))
    assert isinstance(done.exception, BegunError), done.output
