"""Parts of every kind of study, joined, are what one machine makes; ``verify`` holds for all."""

from __future__ import annotations

from pathlib import Path

import known_effect
import pytest
from sweeping import FUTURES, cocreate

from simulation.errors import ResultError
from simulation.store import damages
from simulation.store.files import sha256

SMALL = ["--set", "population.people=60", "--set", "run.warm_up=0", "--months", "3"]
DEAR = ["compare", "base", "--what-if", "dear: companies.focal.price=0.6"]
KINDS = {
    "run with a panel": ["run", "base", "-r", "3", "--panel", "stage,knowledge", *SMALL],
    "compare": [*DEAR, "-r", "3", *SMALL],
    "compare to a precision": [*DEAR, "--precision", "0.05", "-r", "14", *SMALL],
    "attribute": ["attribute", "base", "-r", "2", *SMALL],
    "attribute parts": ["attribute", "base", "--parts", "-r", "2", *SMALL],
    "explore": ["explore", "teaching.toml", "--model", known_effect.MODEL],
    "calibrate": [
        "calibrate",
        "base",
        "--data",
        "months.csv",
        "-p",
        "reach.most=0.05..0.6",
        "-p",
        "journey.problem_rate",
        "--runs",
        "48",
        "--more",
        "8",
        "--draws",
        "8",
        *SMALL[:4],
        "--set",
        "run.months=6",
    ],
    "optimise": [
        "optimise",
        "base",
        "--lever",
        "companies.focal.strategy.education=0..1",
        "--candidates",
        "8",
        "--model",
        known_effect.MODEL,
        *SMALL,
    ],
    "ask": ["ask", "teach-customers", "--quick", "--futures", "16", *SMALL],
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("teaching.toml").write_text(FUTURES)
    rows = [f"{month},{3 + month},{0.3 + 0.02 * month:.2f}" for month in range(1, 7)]
    Path("months.csv").write_text("\n".join(["month,customers:focal,aware:focal", *rows]))


def done(*words: str) -> None:
    answer = cocreate(*words)
    assert answer.code == 0, answer.err


def tables(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): sha256(path)
            for path in sorted(folder.rglob("*.parquet"))}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_parts_of_each_kind_are_joined_and_verified(kind: str) -> None:
    words = [*KINDS[kind], "--workers", "0", "--no-report"]
    model = words[words.index("--model") :][:2] if "--model" in words else []
    done(*words, "--out", "one")
    for part in ("1/2", "2/2"):
        done(*words, "--out", "all", "--shard", part)
    parts = next(Path().rglob("shard-1-of-2")).parent
    done("merge", str(parts), "--out", "joined", "--workers", "0", "--no-report", *model)
    whole = next(Path("one").rglob("manifest.json")).parent
    assert tables(Path("joined")) == tables(whole)
    assert not list(Path().rglob("*.part"))
    done("verify", "joined", "--sample", "1", "--workers", "0", *model)
    assert not unnoticed(Path("joined"))


def unnoticed(folder: Path) -> list[str]:
    """Return the changes of a result that would not be noticed: bytes, absence, a foreign file."""
    passed = []
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        held = path.read_bytes()
        path.write_bytes(held[:-1] + bytes([held[-1] ^ 1]) if held else b"?")
        passed += [] if found(folder) else [f"{path} changed"]
        path.unlink()
        passed += [] if found(folder) else [f"{path} missing"]
        path.write_bytes(held)
    (folder / "foreign.txt").write_text("?")
    passed += [] if found(folder) else ["a foreign file"]
    (folder / "foreign.txt").unlink()
    return passed if not damages(folder) else [*passed, "damaged by the test"]


def found(folder: Path) -> bool:
    try:
        return bool(damages(folder))
    except ResultError:  # the manifest itself
        return True
