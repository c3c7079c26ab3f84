"""The package as a library."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from simulation import Result, load_scenario, run
from simulation.errors import ResultError, RunFailedError
from simulation.scenario.scenario import Scenario
from simulation.store import damages

BASE = Path(__file__).parents[1] / "scenarios" / "base.toml"
STUB = "stub_model:Stub"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(BASE, {"run.months": 24, "run.replicates": 3, "title": "A <b>try</b>"})


@pytest.fixture(scope="module")
def result(scenario: Scenario) -> Result:
    return run(scenario, workers=0, model=STUB)


def test_result_is_tidy_frames(result: Result) -> None:
    assert list(result.series.columns) == ["run", "month", "metric", "of", "value"]
    assert len(result.series) == 3 * 24 * 5
    assert result.series.attrs["metrics"]["customers"]["unit"] == "persons"
    assert list(result.runs["seed"]) == [1, 2, 3]
    assert result.units["surplus:focal"] == "money/month"
    assert set(result.ledger["deliverable"]) == {"payment", "teaching"}
    assert result.failures.empty
    assert "co-created value" in set(result.outcomes["outcome"])


def test_seeds_are_those_asked_for(scenario: Scenario, result: Result) -> None:
    other = run(scenario, seeds=[3, 1], workers=0, model=STUB)
    assert list(other.runs["seed"]) == [3, 1]
    pairs = zip(other.runs["surplus:focal"], [2, 0], strict=True)
    assert all(value == result.runs["surplus:focal"][row] for value, row in pairs)


def test_saved_result_opens_again(result: Result, tmp_path: Path) -> None:
    folder = result.save(tmp_path / "kept")
    assert damages(folder) == []
    assert Result.open(folder).series.equals(result.series)
    with pytest.raises(ResultError, match="exists already"):
        result.save(folder)


def test_notebook_shows_a_table_and_escapes_titles(result: Result) -> None:
    shown = result._repr_html_()
    assert "A &lt;b&gt;try&lt;/b&gt;" in shown
    assert "co-created value" in shown
    assert "3 runs of 24 months" in shown
    assert "3 runs" in repr(result)


def test_a_scenario_is_shown_in_a_line(scenario: Scenario) -> None:
    people = scenario.population.people
    assert f"{len(scenario.companies)} companies, {people} people" in repr(scenario)
    assert len(repr(scenario)) < 120


def test_a_notebook_shows_a_scenario_in_its_own_names_and_currency(scenario: Scenario) -> None:
    named = scenario.replace({
        "title": "A <b>market</b>", "currency.name": "EUR", "currency.per_unit": 100.0,
        "companies.focal.label": "A & B", "companies.focal.price": 0.3,
    })  # fmt: skip
    shown = named._repr_html_()
    assert "A &lt;b&gt;market&lt;/b&gt;" in shown
    assert "<th scope='row'>A &amp; B</th><td>30</td>" in shown
    assert "price, EUR a month" in shown
    assert f"{scenario.population.people:,} people" in shown
    plain = scenario.replace({"currency.name": ""})
    assert "price, money units a month" in plain._repr_html_()


def test_print_of_outcomes_shows_mean_and_interval_in_eighty_columns(result: Result) -> None:
    lines = repr(result.outcomes).splitlines()
    assert {"mean", "low", "high"} <= set(lines[0].split())
    assert max(map(len, lines)) <= 80
    again = pickle.loads(pickle.dumps(result.outcomes))  # noqa: S301  written here
    assert again.equals(result.outcomes)


def test_a_notebook_shows_the_picture_of_a_plot(result: Result) -> None:
    axes = result.plot("surplus")
    picture = axes._repr_png_()  # type: ignore[attr-defined]
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5_000


def test_plot_draws_a_line_and_band_for_each(result: Result) -> None:
    axes = result.plot("surplus")
    assert len(axes.get_lines()) >= 2
    assert axes.get_ylabel() == "money/month"
    assert len(result.plot("surplus", of="focal").collections) == 1
    with pytest.raises(ResultError, match=r"no metric 'happiness'\..*co_created_value"):
        result.plot("happiness")


@pytest.mark.parametrize(
    ("metric", "of", "sentence"),
    [
        ("surplus", "fokal", r"no 'fokal' in metric 'surplus'\. Did you mean \"focal\"\?"),
        ("surplus", "nobody", r"no 'nobody' in metric 'surplus'\. There are .*focal"),
        ("co_created_value", "focal", r"Leave the label out: it has none\."),
    ],
)
def test_plot_of_an_unknown_label_is_refused(
    result: Result, metric: str, of: str, sentence: str
) -> None:
    with pytest.raises(ResultError, match=sentence):
        result.plot(metric, of)


def test_result_takes_its_folder_along_when_it_goes(scenario: Scenario) -> None:
    passing = run(scenario, seeds=[1], workers=0, model=STUB)
    folder = passing.folder
    assert folder.exists()
    del passing
    assert not folder.exists()


def test_nothing_finished_is_an_error(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_RAISE", "1,2,3")
    with pytest.raises(RunFailedError, match="seed 1 is not to my taste"):
        run(scenario, workers=0, model=STUB)
