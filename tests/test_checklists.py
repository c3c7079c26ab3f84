"""What journals and archives ask is answered, in their order, as the code has it now."""

from __future__ import annotations

import importlib.util
import re

import pytest
from builders import ROOT

_spec = importlib.util.spec_from_file_location(
    "make_checklists", ROOT / "docs" / "make_checklists.py"
)
assert _spec is not None
assert _spec.loader is not None
made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(made)

ODD = [
    "Purpose and patterns", "Entities, state variables and scales",
    "Process overview and scheduling", "Design concepts", "Initialization", "Input data",
    "Submodels",
]  # fmt: skip


@pytest.mark.parametrize("path", made.pages(), ids=lambda path: path.stem)
def test_pages_are_what_their_command_writes(path) -> None:
    assert path.read_text("utf-8") == made.pages()[path]


def test_odd_has_its_seven_elements_in_order_and_none_is_empty() -> None:
    parts = re.split(r"^## \d (.*)$", made.odd(), flags=re.MULTILINE)[1:]
    assert parts[::2] == ODD
    assert all(len(text.strip()) > 200 for text in parts[1::2])


def test_every_item_has_an_answer() -> None:
    for text in (made.stress(), made.comses()):
        rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line[:2] == "| "]
        assert len(rows) > 8
        assert all(len(row) == 2 and len(row[1]) > 10 for row in rows[1:])


def test_use_of_data_names_every_published_figure() -> None:
    from simulation.analysis.targets import targets

    text = made.rat_rs().replace("\\|", "|")
    assert not [one.name for one in targets() if one.name not in text]
