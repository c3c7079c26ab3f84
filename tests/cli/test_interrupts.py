"""Asked to stop at any time, a command ends with 130 and a sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

ROOT = Path(__file__).parents[2]
WHILE_LOADING = """
import builtins, os, signal
load = builtins.__import__
def loading(name, *rest):
    if name == {module!r} and not asked:
        asked.append(name)
        try:
            os.kill(os.getpid(), signal.{signal})
            for _ in range(100):
                pass
        except BaseException as error:  # as extensions in C do with what is raised meanwhile
            raise ImportError("cannot be loaded") from error
    return load(name, *rest)
asked = []
builtins.__import__ = loading
from simulation.cli import main
main()
"""
IN_A_DESTRUCTOR = """
import signal, time
import simulation.cli.app as home
from simulation.cli import main
from simulation.cli.interrupts import stoppable
class Ends:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        for _ in range(100):
            pass
def app():
    with stoppable():
        Ends()
        time.sleep(20)
home.app = app
main()
"""


WHILE_ENDING = """
import os, signal, threading, time
import simulation.cli.app as home
from simulation.cli import main
def later():
    threading.main_thread().join()
    os.kill(os.getpid(), signal.{signal})
    time.sleep(0.2)
home.app = lambda: print("done", flush=True)
threading.Thread(target=later).start()
main()
"""


def python(program: str, here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (the program under test)
        [sys.executable, "-c", program, *words], cwd=here, text=True, capture_output=True,
        check=False, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize("asked", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("module", ["typer", "pydantic", "simulation.execution"])
def test_stopped_while_a_module_is_loaded(module: str, asked: str, tmp_path: Path) -> None:
    program = WHILE_LOADING.format(module=module, signal=asked)
    ended = python(program, tmp_path, "run", "base", "--months", "2")
    assert ended.returncode == 130, ended.stderr
    assert ended.stderr.startswith("Interrupted")
    assert len(ended.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_request_that_a_destructor_swallows_is_heard_all_the_same(tmp_path: Path) -> None:
    started = monotonic()
    ended = python(IN_A_DESTRUCTOR, tmp_path)
    assert (ended.returncode, ended.stderr) == (130, "Interrupted.\n")
    assert monotonic() - started < 15


def test_a_copy_that_is_stopped_leaves_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from simulation.cli.app import app

    def pulled(_url: str, folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulation.studies.transfer.pull", pulled)
    with pytest.raises(SystemExit) as end:
        app(["pull", "file:///nowhere", str(tmp_path / "here")])
    assert end.value.code == signal.SIGINT + 128
    assert capsys.readouterr().err == "Interrupted. The same command can be started again.\n"


@pytest.mark.parametrize("asked", ["SIGINT", "SIGTERM"])
def test_while_the_interpreter_ends_nothing_is_shown(tmp_path: Path, asked: str) -> None:
    ended = python(WHILE_ENDING.format(signal=asked), tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
