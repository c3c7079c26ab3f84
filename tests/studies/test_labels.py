"""Studies over points and futures call companies and metrics by the names that people know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.experiment.load import Changes
from simulation.report.assumptions import assumptions
from simulation.report.shown import parameter_of, shown_ledger
from simulation.scenario.units import Units
from simulation.studies.attribution.answer import answer
from simulation.studies.attribution.figures import figures_of
from simulation.studies.attribution.report import cards
from simulation.studies.attribution.report_tables import tables_of
from simulation.studies.attribution.tables import Played
from simulation.studies.calibration.tables import CalibrationTables
from simulation.studies.optimisation.tables import OptimisationTables
from simulation.studies.optimisation.usual import experiment_of
from simulation.studies.run.tables import Tables
from simulation.studies.sweep.report_tables import varied_table
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


# --- attributions --------------------------------------------------------------------------------


SHOWN = {
    "companies": [{"name": "focal", "label": "Nordtel"}, {"name": "rival"}],
    "partners": [{"name": "helper", "label": "Handy"}],
    "touchpoints": [{"name": "call_centre", "label": "Hotline"},
                    {"name": "advertising", "label": "TV"}],
}  # fmt: skip


def attribution(players: dict[str, list[str]], kind: str) -> Played:
    """Return what is lost without each player, given what each removes or changes."""
    cases = ["whole", *(f"without {name}" for name in players)]
    rng = np.random.default_rng(3)
    rows = [
        {"run": len(cases) * seed + at, "seed": seed, "case": case, "scenario": "mine",
         "surplus:focal": 100.0 - 30.0 * at + rng.normal(), "surplus:helper": 5.0 + rng.normal()}
        for seed in range(4) for at, case in enumerate(cases)
    ]  # fmt: skip
    series = pd.DataFrame([
        {"run": row["run"], "month": month, "metric": "surplus", "of": of, "value": row[key]}
        for row in rows for month in (1, 2)
        for of, key in (("focal", "surplus:focal"), ("helper", "surplus:helper"))
    ])  # fmt: skip
    ledger = pd.DataFrame([
        {"run": row["run"], "month": 1, "giver": "customers", "receiver": "focal",
         "deliverable": "payment", "kind": "tangible", "amount": 1.0, "unit": "money"}
        for row in rows
    ])  # fmt: skip
    asked: dict[str, Any] = {
        "kind": kind, "plan": "one left out", "whole": "whole", "outcome": "surplus:focal",
        "window": "last 2 months",
        "players": [{"name": name, "meaning": "part", "present": {},
                     "absent": {path: "1" for path in paths if path.startswith("blocks.")},
                     "removes": [path for path in paths if not path.startswith("blocks.")]}
                    for name, paths in players.items()],
    }  # fmt: skip
    manifest = {"months": 2, "scenario": SHOWN, "scenario_name": "mine"}
    runs = pd.DataFrame(rows)
    return Played(asked, Tables(series, ledger, runs, NONE, manifest))


PARTS = {"helper": ["partners.helper"], "call_centre": ["touchpoints.call_centre"],
         "advertising": ["blocks.advertising"]}  # fmt: skip


@pytest.fixture
def _no_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "simulation.studies.attribution.tables.read_measures"
    monkeypatch.setattr(module, lambda _: {})


@pytest.mark.usefixtures("_no_measures")
def test_an_attribution_is_shown_by_labels_and_keeps_names_in_its_data() -> None:
    stored = attribution(PARTS, "mechanisms")
    shown = stored.shown()
    text = " ".join([*answer(shown), *(figure.finding for figure in figures_of(shown)),
                     *(cell for table in tables_of(shown) for row in table.rows for cell in row),
                     *(card.name for card in cards(shown))])  # fmt: skip
    for label in ("surplus of Nordtel", "Handy", "Hotline", "Handy removed"):
        assert label in text, label
    for name in ("focal", "helper", "call"):
        assert name not in text, name
    drawn = next(one for one in figures_of(shown) if one.name == "lost")
    heads = {tick.get_text() for tick in drawn.draw().get_yticklabels()}
    assert heads == {"Handy", "Hotline", "advertising"}  # a mechanism is no touchpoint of that name
    assert drawn.data is not None
    assert set(drawn.data()["removed"]) == set(PARTS)
    assert set(shown.of_whole().ledger["receiver"]) == {"Nordtel"}
    assert set(stored.of_whole().ledger["receiver"]) == {"focal"}
    assert "surplus of focal" in " ".join(answer(stored))


# --- parameters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("companies.focal.funding.innovation", "Nordtel: funding.innovation"),
        ("companies.rival.price", "companies.rival.price"),
        ("companies.focal.touchpoints.call_centre.servers", "Nordtel: Hotline: servers"),
        ("companies.focal.allocation.call_centre", "Nordtel: allocation: Hotline"),
        ("companies.rival.allocation.call_centre", "companies.rival.allocation: Hotline"),
        ("touchpoints.call_centre", "Hotline"),
        ("start.companies.focal.share", "start: Nordtel: share"),
        ("blocks.advertising", "blocks.advertising"),  # no touchpoint of that name
        ("companies.*.price", "companies.*.price"),
    ],
)
def test_a_parameter_is_read_by_the_label_of_whose_it_is(path: str, words: str) -> None:
    assert parameter_of(path, Units.of_data(SHOWN)) == words
    assert parameter_of(path, Units()) == path


def test_what_is_assumed_is_listed_by_labels() -> None:
    events = [{"month": 3, "set": {"companies.focal.price": 0.4}}]
    companies = [{"name": "focal", "label": "Nordtel", "price": 0.3}]
    assumed = assumptions({"companies": companies, "events": events})
    assert "Nordtel: price" in [one.name for one in assumed.changed]
    assert "companies.focal.price" in [one.path for one in assumed.changed]
    assert assumed.events[0].changes == "Nordtel: price = 0.4"


def test_a_calibration_names_parameters_and_series_by_labels() -> None:
    manifest = {"scenario": SHOWN}
    tables = CalibrationTables({}, NONE, NONE, manifest, {}, {})
    assert tables.named("companies.focal.price") == "Nordtel: price"
    assert tables.named("reach.most") == "reach.most"
    assert tables.series(["customers:focal", "contacts:focal:call_centre", "adoption"]) == (
        "customers (Nordtel), contacts (Nordtel, Hotline) and adoption"
    )


def test_word_of_mouth_is_about_a_company_by_its_label() -> None:
    ledger = pd.DataFrame({
        "giver": ["customers"] * 2, "receiver": ["non_customers", "focal"], "unit": ["persons"] * 2,
        "deliverable": ["word of mouth about focal", "payment"], "amount": [1.0, 2.0],
    })  # fmt: skip
    shown = shown_ledger(ledger, Units.of_data(SHOWN))
    assert list(shown["deliverable"]) == ["word of mouth about Nordtel", "payment"]
    assert list(shown["receiver"]) == ["non_customers", "Nordtel"]


def test_the_factors_of_a_sweep_are_listed_by_labels() -> None:
    path = "companies.focal.price"
    factor = {"key": path, "role": "lever", "kind": "interval", "columns": [path], "low": 0.2,
              "high": 0.4}  # fmt: skip
    manifest = {"scenario": SHOWN, "sweep": {"factors": [factor], "outcomes": []}}
    assert varied_table(SweepTables(NONE, NONE, manifest)).rows[0][0] == "Nordtel: price"
