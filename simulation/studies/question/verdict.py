"""The verdict on a question as data, beside its runs: for lists, for the page of findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulation.store.files import write_text
from simulation.store.manifest import VERDICT
from simulation.store.plain import plain
from simulation.studies.question.answer import answer
from simulation.studies.question.tables import AskedQuestion


def verdict_data(asked: AskedQuestion, *, quick: bool) -> dict[str, Any]:
    """Return the verdict as data, as the result folder keeps it."""
    judged = asked.answer
    effect = judged.effect
    return {
        "name": asked.name,
        "quick": quick,
        "question": asked.question,
        "source": asked.source,
        "claim": asked.claim,
        "rule": str(asked.rule["rule"]),
        "verdict": judged.verdict.value,
        "effect_of": effect.name,
        "effect": effect.mean,
        "low": effect.low,
        "high": effect.high,
        "threshold": effect.threshold,
        "unit": asked.per_head,
        "replicates": judged.main.n,
        "seeds": list(asked.setting.seeds),
        "people": asked.people,
        "months": asked.manifest.get("months"),
        "supporting": list(judged.supporting),
        "refuting": list(judged.refuting),
        "leaning": [
            {"assumption": one.assumption, "alternative": one.alternative, "shift": one.shift.mean,
             "low": one.shift.low, "high": one.shift.high}
            for one in judged.leaning()
        ],
        "turns": [
            {"assumption": one.assumption, "alternative": one.alternative, "at": one.at}
            for one in asked.turns
        ],
        "answer": [text.replace("\u00a0", " ") for text in answer(asked)],
        "model_version": asked.manifest.get("model_version"),
        "fingerprint": asked.manifest.get("fingerprint"),
        "finished": asked.manifest.get("finished"),
        "remake": f"cocreate ask {asked.name}{' --quick' if quick else ''}",
    }  # fmt: skip


def write_verdict(folder: Path, asked: AskedQuestion, *, quick: bool) -> dict[str, Any]:
    """Write the verdict as data into the folder, and return it."""
    data: dict[str, Any] = plain(verdict_data(asked, quick=quick))
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / VERDICT, text + "\n")
    return data


def read_verdict(folder: Path) -> dict[str, Any] | None:
    """Return the verdict that a folder keeps, or None where there is none that can be read."""
    path = folder / VERDICT
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return data if isinstance(data, dict) and "verdict" in data else None
