"""The table of patterns in ``docs/model.md`` says what the model does today."""

from __future__ import annotations

from known_patterns import PATTERNS, stored, table


def test_the_documented_verdicts_are_those_of_the_model() -> None:
    """Rewritten by ``uv run python tests/patterns/known_patterns.py``."""
    assert stored() == table()


def test_most_patterns_hold_in_the_base_scenario() -> None:
    """Two are known to fail, and the table says why."""
    rows = [line for line in stored().splitlines() if line.startswith("| ")][1:]
    base = [row.split("|")[1:4] for row in rows]
    failing = [name.split(" (")[0].strip() for name, _, verdict in base if "fails" in verdict]
    assert len(rows) == len(PATTERNS)
    assert failing == [
        "a long tail of light users",
        "churn jumps after four or more service contacts",
    ]
