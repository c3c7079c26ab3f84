"""Golden runs of the default scenarios; run as a script to rewrite them.

    uv run python tests/baseline/golden.py

A rewrite is a decision: the change log marks it as "changes results".
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import DEFAULTS, changed, run_model

STORED = Path(__file__).with_name("golden.json")
PEOPLE, MONTHS, SEED = 400, 36, 1
LOOKS = (1, 12, 24, 36)
LEFT_OUT = {"allocation", "brought", "used", "slack", "importance", "outcome_satisfaction",
            "stage_encounters", "stage_experience", "hours_spent", "unmet", "strategy"}  # fmt: skip


def observe(name: str) -> dict[str, list[float | None]]:
    """Return every recorded number but the finest ones, at some months."""
    inputs = changed(name, {"population.people": PEOPLE, "run.months": MONTHS})
    recorder = run_model(inputs, MONTHS, SEED).recorder
    rows = recorder.values[[month - 1 for month in LOOKS]]
    return {
        f"{metric} {of}".strip(): [None if np.isnan(v) else float(f"{v:.13g}") for v in column]
        for (metric, of), column in zip(recorder.labels, rows.T, strict=True)
        if metric not in LEFT_OUT
    }


def rewrite() -> None:
    """Write the golden runs anew."""
    runs = {name: observe(name) for name in DEFAULTS}
    lines = ",\n".join(
        f'"{name}": {{\n'
        + ",\n".join(f"  {json.dumps(key)}: {json.dumps(values)}" for key, values in run.items())
        + "\n}"
        for name, run in runs.items()
    )
    STORED.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    rewrite()
