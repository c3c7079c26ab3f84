"""What the arms of an exploration are called where several companies have the same lever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.experiment.load import load_experiment
from simulation.studies.exploration.plan import Exploration, exploration_of
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.futures.decision import Decision

TEXT = """
question = "Who should charge what?"
scenario = "base"
[set]
"companies.focal.label" = "Nordtel"
"companies.rival.label" = "Sued"
[levers]
"companies.focal.price" = { values = [0.3, 0.4] }
"companies.rival.price" = { values = [0.3, 0.4] }
[uncertainties]
"talk.propensity" = { range = [0.1, 0.5] }
[design]
kind = "futures"
n = 64
[outcomes]
value = { metric = "co_created_value" }
"""


def study(path: Path, text: str) -> Exploration:
    file = path / "prices.toml"
    file.write_text(text, encoding="utf-8")
    return exploration_of(load_experiment(file), Decision())


def texts(path: Path, text: str) -> dict[str, str]:
    explored: dict[str, str] = study(path, text).about()["sweep"]["exploration"]["labels"]
    return explored


def test_a_lever_that_two_companies_have_is_called_by_their_labels(tmp_path: Path) -> None:
    found = texts(tmp_path, TEXT)
    assert found["focal.price 0.3, rival.price 0.4"] == "Nordtel: price 0.3, Sued: price 0.4"
    assert len(set(found.values())) == len(found) == 4


def test_a_lever_that_one_company_has_needs_no_label(tmp_path: Path) -> None:
    line = '"companies.rival.price" = { values = [0.3, 0.4] }\n'
    assert line in TEXT
    only = TEXT.replace(line, "")
    names = {arm.name for arm in study(tmp_path, only).arms}
    assert {"price 0.3", "price 0.4"} <= names
    assert texts(tmp_path, only) == {}


@pytest.mark.parametrize("kept", [True, False])
def test_tables_show_the_text_and_look_up_the_name(tmp_path: Path, *, kept: bool) -> None:
    sweep: dict[str, Any] = study(tmp_path, TEXT).about()["sweep"]
    if not kept:  # a result of a version that stored none
        del sweep["exploration"]["labels"]
    name = "focal.price 0.3, rival.price 0.4"
    futures = pd.DataFrame({"arm": [name, "other"]})
    tables = ExplorationTables(futures, futures, futures, {}, {"sweep": sweep})
    assert tables.arm_text({"name": name}) == (
        "Nordtel: price 0.3, Sued: price 0.4" if kept else name
    )
    assert len(tables.futures_of({"name": name})) == 1
