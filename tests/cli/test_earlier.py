"""Earlier results named on the command line: of which command, by whose code, by which version."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import known_effect
import pytest
from sweeping import FUTURES, STUB, cocreate, experiment

from simulation.store.manifest import _own_checksum, _spelt, read_manifest

QUICK = ["--workers", "0", "--no-report"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(command: str) -> Path:
    """Make a small result of a command on a model of somebody's own, and return its folder."""
    Path("futures.toml").write_text(FUTURES)
    words = {
        "run": ["run", "base", "-m", "3", "-r", "2", "--model", STUB],
        "compare": ["compare", "base", "--what-if", "dear: companies.focal.price=0.5",
                    "-m", "3", "-r", "2", "--model", STUB],
        "sweep": ["sweep", experiment(levels=2), "--model", STUB],
        "explore": ["explore", "futures.toml", "--model", known_effect.MODEL],
        "optimise": ["optimise", "base", "--lever", "companies.focal.strategy.education=0..1",
                     "--candidates", "8", "-m", "3", "--model", STUB],
    }[command]  # fmt: skip
    answer = cocreate(*words, *QUICK, "--out", "made")
    assert answer.code == 0, answer.err
    return Path("made")


def changed(folder: Path, **fields: object) -> None:
    """Change a manifest as somebody would who wants it to look sound."""
    file = folder / "manifest.json"
    content = {**json.loads(file.read_text(encoding="utf-8")), **fields}
    content.pop("self")
    content["self"] = _own_checksum(content)
    file.write_text(_spelt(content), encoding="utf-8")


@pytest.mark.parametrize("command", ["run", "compare", "sweep", "explore", "optimise"])
def test_code_that_a_manifest_names_is_not_executed(command: str) -> None:
    folder = made(command)
    Path("evil_model.py").write_text('raise SystemExit("executed")\n')
    changed(folder, model="evil_model:Evil")
    answer = cocreate(command, "made", *QUICK, "--out", "again")
    assert answer.code == 2, answer.err
    assert "code of others runs only when you name it yourself" in answer.err
    assert "evil_model" not in sys.modules
    assert not Path("again").exists()


def test_a_result_of_another_command_is_named_with_the_command_that_made_it() -> None:
    made("run")
    for command in ("sweep", "explore", "optimise", "calibrate", "ask"):
        answer = cocreate(command, "made", *QUICK)
        assert answer.code == 2
        text = f"made: is a result of `cocreate run`, not of `cocreate {command}`."
        assert text in answer.err
        assert "cocreate run made" in answer.err


@pytest.mark.parametrize("words", [["run", "made", "--model", STUB], ["merge", "made"],
                                   ["verify", "made", "--model", STUB]])  # fmt: skip
def test_a_result_of_another_version_says_which_and_what_to_do(words: list[str]) -> None:
    folder = made("run")
    scenario = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scenario"]
    changed(folder, scenario={**scenario, "of_before": {"rate": 1.0}}, commit="0" * 40)
    if words[0] == "merge":
        shard = {"index": 1, "of": 1, "experiment": "x", "finished": True}
        (folder / "shard.json").write_text(json.dumps(shard))
        words = [*words, "--model", STUB]
    if words[0] == "verify":
        (folder / "shard.json").unlink(missing_ok=True)
    answer = cocreate(*words, "--workers", "0")
    assert answer.code in (1, 2), answer.err
    text = answer.err + answer.out
    assert "was made by another version, 0" in text
    assert "of commit 000000" in text
    assert "make it again: cocreate" in text


def test_a_scenario_comes_before_a_result_in_a_folder_of_its_name() -> None:
    words = ["run", "base", "-m", "3", "-r", "2", "--model", STUB, *QUICK]
    assert cocreate(*words, "--out", "base", "--set", "talk.propensity=0.2").code == 0
    assert cocreate(*words, "--out", "again").code == 0
    first, again = (read_manifest(Path(folder)) for folder in ("base", "again"))
    assert first.fingerprint != again.fingerprint
    assert (
        cocreate("run", "base/manifest.json", "--model", STUB, *QUICK, "--out", "third").code == 0
    )
    assert read_manifest(Path("third")).fingerprint == first.fingerprint
