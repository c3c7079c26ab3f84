"""The notebooks run from top to bottom, and what they show is there."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from builders import ROOT
from nbclient import NotebookClient

FOLDER = ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_one_for_each_of_three_readers() -> None:
    assert NOTEBOOKS == ["curves-and-sensitivity", "extend-the-model", "what-if"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_shows_what_it_showed(name: str, tmp_path: Path) -> None:
    """Kinds of outputs are compared, texts and pictures; and the words printed."""
    stored = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    fresh = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(fresh, timeout=120, resources=resources).execute()
    for before, after in zip(code_cells(stored), code_cells(fresh), strict=True):
        assert kinds(before) == kinds(after), before.source
        assert printed(before) == printed(after), "run docs/make_notebooks.py"


def printed(cell: nbformat.NotebookNode) -> list[str]:
    """Return the sentences that a cell prints, without numbers that rounding may change."""
    texts = [output["text"] for output in cell.outputs if output.output_type == "stream"]
    return [re.sub(r"[\d.,]+", "#", text) for text in texts]


def kinds(cell: nbformat.NotebookNode) -> list[list[str]]:
    return [sorted(output.get("data", {output.output_type: ""})) for output in cell.outputs]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_executed_and_shows_a_picture(name: str) -> None:
    cells = code_cells(nbformat.read(FOLDER / f"{name}.ipynb", as_version=4))
    assert all(cell.execution_count for cell in cells)
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)
