"""Studies over points and futures call companies and metrics by the names that people know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from simulation.experiment.load import Changes
from simulation.studies.optimisation.tables import OptimisationTables
from simulation.studies.optimisation.usual import experiment_of
from simulation.studies.sweep.tables import SweepTables

SCENARIO = {"companies": [{"name": "focal", "label": "Nordtel"}, {"name": "rival"}]}
NONE = pd.DataFrame()


def test_outcomes_of_a_sweep_are_described_by_labels_and_in_words() -> None:
    outcomes = [
        {"name": "wait", "statistic": "mean", "metric": "desk_wait", "of": "focal:call_centre",
         "window": "last 12 months"},
        {"name": "theirs", "statistic": "mean", "metric": "surplus", "of": "rival",
         "window": "last 12 months"},
    ]  # fmt: skip
    factors = [{"key": path, "role": "lever", "kind": "interval", "columns": [path]}
               for path in ("companies.focal.price", "companies.rival.price")]  # fmt: skip
    manifest: dict[str, Any] = {"sweep": {"outcomes": outcomes, "factors": factors}}
    labelled = SweepTables(NONE, NONE, {**manifest, "scenario": SCENARIO})
    assert [one.description for one in labelled.outcomes] == [
        "mean of desk wait of Nordtel: call centre, last 12 months",
        "mean of surplus of rival, last 12 months",
    ]
    assert list(labelled.short.values()) == ["Nordtel: price", "rival: price"]
    plain = SweepTables(NONE, NONE, manifest)
    assert plain.outcomes[0].description.startswith("mean of desk wait of focal: call centre")


def test_a_search_calls_companies_by_their_labels() -> None:
    levers = {"levers": ["companies.focal.price", "companies.rival.price"]}
    manifest = {"scenario": SCENARIO, "sweep": {"optimisation": levers}}
    tables = OptimisationTables(NONE, NONE, NONE, {}, manifest)
    assert [tables.whom(name) for name in ("focal", "rival", "everyone", "customers")] == [
        "Nordtel", "rival", "everyone together", "customers",
    ]  # fmt: skip
    assert tables.short["companies.focal.price"] == "Nordtel: price"


def test_the_usual_question_of_a_search_names_the_company_by_its_label(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('extends = "base"\n[[companies]]\nname = "focal"\nlabel = "Nordtel"\n')
    assert experiment_of("base", {}, Changes()).question == "What should focal do?"
    assert experiment_of(str(file), {}, Changes()).question == "What should Nordtel do?"
