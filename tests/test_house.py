"""The house: one reader of Parquet, and no public class name for two things."""

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


def test_parquet_is_read_in_one_place() -> None:
    readers = {"ParquetDataset", "ParquetFile", "read_parquet", "read_pandas", "read_table"}
    readers |= {"read_metadata", "read_schema"}
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in readers
    }
    assert found == {"store/read.py"}


def test_parquet_is_written_in_the_store_alone() -> None:
    found = {
        file.relative_to(PACKAGE).parts[0]
        for file in PACKAGE.rglob("*.py")
        if "pyarrow.parquet" in (text := file.read_text(encoding="utf-8")) or "to_parquet" in text
    }
    assert found == {"store"}


def test_tables_for_the_terminal_are_made_in_one_place() -> None:
    found = [
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if "rich.table" in file.read_text(encoding="utf-8")
    ]
    assert found == ["report/table.py"]
