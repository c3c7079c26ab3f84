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
    assert "code from others is run only if you name it yourself" in answer.err
    assert "evil_model" not in sys.modules
    assert not Path("again").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("compare", ["--from-start"]),
        ("optimise", ["--for", "customers", "--keep", "co_created_value>=1", "--candidates", "9",
                      "--lever", "companies.focal.price=0..1", "--rate", "0", "--nobody-loses",
                      "1%"]),
    ],
)  # fmt: skip
def test_options_that_an_earlier_result_does_not_take_are_refused(
    command: str, words: list[str]
) -> None:
    made(command)
    answer = cocreate(command, "made", *words, *QUICK, "--out", "again")
    assert answer.code == 2
    given = [word for word in words if word.startswith("--")]
    assert answer.err.count("cannot be combined with an earlier result") == len(given)
    assert all(f"made: {option} cannot" in answer.err for option in given)
    assert not Path("again").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("calibrate", ["--data", "x.csv", "--parameter", "a", "--runs", "1024", "--draws", "64",
                       "--set", "a=1", "--seed", "1", "--start", "--truths", "64", "--more", "1",
                       "--hold-out", "1", "--company", "a", "--changed", "a=1", "--map", "m"]),
        ("ask", ["--quick", "--market", "base", "--futures", "16", "--replicates", "2",
                 "--set", "a=1", "--months", "3", "--seed", "1"]),
    ],
)  # fmt: skip
def test_what_an_earlier_result_says_is_not_said_again(command: str, words: list[str]) -> None:
    made("run")  # whichever: options are looked at first
    answer = cocreate(command, "made", *words)
    assert answer.code == 2
    given = [word for word in words if word.startswith("--")]
    assert all(f"made: {option} cannot be combined" in answer.err for option in given)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["optimise", "futures.toml", "--lever", "companies.focal.price=0..1"],
         "--lever cannot be combined with an experiment"),
        (["run", "base", "--shard", "1/2", "--force"], "--force cannot be combined with --shard"),
        (["compare", "base", "--what-if", "a: companies.focal.price=0.5", "--shard", "1/2",
          "--mechanisms", "usual"], "--mechanisms cannot be combined with --shard"),
        (["validate", "--effects", "--out", "x"], "--out cannot be combined with --effects"),
        (["validate", "--effects", "--force"], "--force cannot be combined with --effects"),
        (["validate", "--effects", "--report"], "--report cannot be combined with --effects"),
        (["validate", "--effects", "--quiet"], "--quiet cannot be combined with --effects"),
        (["validate", "telcom", "--effects"], 'Did you mean "telecom"?'),
        (["dashboard", "--workers", "0"], "--workers"),
    ],
)  # fmt: skip
def test_no_option_is_ignored_without_a_word(words: list[str], told: str) -> None:
    Path("futures.toml").write_text(FUTURES)
    answer = cocreate(*words)
    assert answer.code == 2
    assert told in answer.err
    assert {path.name for path in Path().iterdir()} <= {"futures.toml"}


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
