"""The house: one reader of Parquet, and no public class name for two things."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "simulation"


def _declared(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the public classes and types of a module, with what a type is made of."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    for node in [*body, *(one for part in body if isinstance(part, ast.If) for one in part.body)]:
        if isinstance(node, ast.ClassDef):
            name, value = node.name, ""
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, ast.unparse(node.value)
        else:
            continue
        if name[0].isupper() and not name.isupper():
            yield name, value


def test_no_public_name_of_a_class_or_type_stands_for_two_things() -> None:
    names = Counter(name for file in PACKAGE.rglob("*.py") for name, _ in _declared(file))
    assert not {name for name, n in names.items() if n > 1}


def test_types_of_arrays_are_declared_in_one_place() -> None:
    elsewhere = {
        f"{file.relative_to(PACKAGE).as_posix()}: {name}"
        for file in PACKAGE.rglob("*.py")
        for name, value in _declared(file)
        if value.startswith("NDArray[") and file.name != "arrays.py"
    }
    assert elsewhere == set()


READS = {"ParquetDataset", "ParquetFile", "read_parquet", "read_schema", "read_table"}
WRITES = {"ParquetWriter", "to_parquet"}


def _files_that_use(names: set[str]) -> set[str]:
    return {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in names
    }


def test_parquet_of_results_is_read_in_one_place() -> None:
    logs_of_others = "observation/table.py"
    assert _files_that_use(READS) - {logs_of_others} == {"store/read.py"}


def test_parquet_is_written_in_the_store_alone() -> None:
    assert {file.partition("/")[0] for file in _files_that_use(WRITES)} == {"store"}


def test_tables_for_the_terminal_are_made_in_one_place() -> None:
    found = [
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if "rich.table" in file.read_text(encoding="utf-8")
    ]
    assert found == ["report/table.py"]


MOST_OF_THE_DIALECT = {"told": 10, "found": 16, "own": 75, "worlds": 0, "dear": 0}
"""How often these words stand in names at most. They are to become fewer, not more: a name says
what a thing holds (rows, ranking, value), and ``found`` only where something was searched for."""


def test_names_do_not_go_back_to_the_dialect() -> None:
    parts = Counter(
        part
        for file in PACKAGE.rglob("*.py")
        for token in tokenize.generate_tokens(io.StringIO(file.read_text("utf-8")).readline)
        if token.type == tokenize.NAME
        for part in token.string.lower().split("_")
    )
    more = {word: parts[word] for word, most in MOST_OF_THE_DIALECT.items() if parts[word] > most}
    assert not more


def test_folders_are_named_and_every_kind_of_study_has_the_same_files() -> None:
    folders = [path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()]
    text = ast.get_docstring(ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))) or ""
    assert [name for name in folders if name not in text] == []
    kinds = [path.parent for path in (PACKAGE / "studies").glob("*/plan.py")]
    assert len(kinds) == 8
    for name in ("report", "answer", "figures", "result", "tables"):
        here = [kind for kind in kinds if (kind / name).is_dir() or (kind / f"{name}.py").is_file()]
        assert here == kinds, name


def test_functions_have_at_most_sixty_lines() -> None:
    """Kernels take their columns one by one, and each step of them is in sight of the others."""
    long = [
        f"{file.relative_to(PACKAGE).as_posix()}: {node.name}"
        for file in PACKAGE.rglob("*.py")
        if file.parent.name != "kernels"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []
