"""The house: one door for Parquet, and no public class name for two things."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "simulation"


def test_no_public_class_name_stands_for_two_things() -> None:
    names = Counter(
        node.name
        for file in PACKAGE.rglob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert not {name for name, n in names.items() if n > 1}


def test_parquet_is_opened_in_the_store_alone() -> None:
    doors = ("pyarrow.parquet", "read_parquet", "to_parquet")
    found = {
        file.relative_to(PACKAGE).parts[0]
        for file in PACKAGE.rglob("*.py")
        if any(door in file.read_text(encoding="utf-8") for door in doors)
    }
    assert found == {"store"}
