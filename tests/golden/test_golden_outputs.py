"""All that small studies print and write is, to the byte, what was frozen (``freeze.py``)."""

from __future__ import annotations

import difflib
import fcntl
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from golden_outputs import OUTPUTS, STUDIES, make

FROZEN = sorted(path.relative_to(OUTPUTS).as_posix() for path in OUTPUTS.rglob("*.*"))
MOST_LINES = 60

Made = Callable[[str], dict[str, str]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Made:
    """Return what makes the outputs of a study: once, whichever worker asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "golden"
    shared.mkdir(exist_ok=True)
    kept: dict[str, dict[str, str]] = {}

    def outputs(name: str) -> dict[str, str]:
        if name not in kept:
            kept[name] = _made_once(name, shared)
        return kept[name]

    return outputs


def _made_once(name: str, shared: Path) -> dict[str, str]:
    done = shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder = shared / name
            folder.mkdir()
            done.write_text(json.dumps(make(STUDIES[name], folder)), encoding="utf-8")
    outputs: dict[str, str] = json.loads(done.read_text(encoding="utf-8"))
    return outputs


@pytest.mark.parametrize("name", FROZEN)
def test_output_is_as_frozen(name: str, made: Made) -> None:
    expected = (OUTPUTS / name).read_text(encoding="utf-8")
    actual = made(name.partition("/")[0]).get(name)
    assert actual is not None, f"{name} is no longer written."
    if actual != expected:
        pytest.fail(_difference(name, expected, actual), pytrace=False)


@pytest.mark.parametrize("study", STUDIES)
def test_study_writes_nothing_that_is_not_frozen(study: str, made: Made) -> None:
    assert sorted(made(study)) == [name for name in FROZEN if name.startswith(f"{study}/")]


def _difference(name: str, expected: str, actual: str) -> str:
    names = (f"frozen {name}", f"now {name}")
    before, after = expected.splitlines(), actual.splitlines()
    lines = list(difflib.unified_diff(before, after, *names, n=1, lineterm=""))
    shown = [line if len(line) < 400 else f"{line[:400]}…" for line in lines[:MOST_LINES]]
    more = len(lines) - len(shown)
    return "\n".join(shown + ([f"… and {more} more lines"] if more else []))
