"""A small calibration from end to end: run, resumed, grown, and taken by others."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
import typer

from simulation import Criteria, InputError, calibrate, load_scenario, open_result
from simulation.cli.app import app
from simulation.execution import Unwatched, executor
from simulation.experiment.posterior import read_posterior
from simulation.observation.series import ObservedSeries
from simulation.simulate import last_year, simulate
from simulation.studies.calibration.asked import calibration_of
from simulation.studies.calibration.learned import _held_out, next_points
from simulation.studies.calibration.plan import Effort
from simulation.studies.calibration.plan import stored as calibration_in
from simulation.studies.calibration.runs import runs_in_tables
from simulation.studies.calibration.start import start_after
from simulation.studies.calibration.unknowns import DEFAULTS
from simulation.studies.comparison.drawn import drawn_words
from simulation.studies.comparison.pairs import Side, paired
from simulation.studies.comparison.plan import comparison_of, stored
from simulation.studies.study import carry_out

FEW = {"population.people": 60, "run.months": 8, "run.warm_up": 0}
PARAMETERS = ("reach.most=0.05..0.6", "journey.problem_rate")
EFFORT = Effort(runs=48, more=8, draws=8, hold_out=2, changed=12)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("base", FEW)


@pytest.fixture(scope="module")
def data(scenario, tmp_path_factory):
    """Eight months of a market whose parameters are known."""
    run = simulate(scenario.replace({"reach.most": 0.3}), 77)
    wanted = [("customers", "focal"), ("aware", "focal"), ("receipts", "focal")]
    columns = {f"{m}:{of}": run.values[:, run.labels.index((m, of))] for m, of in wanted}
    file = tmp_path_factory.mktemp("data") / "months.csv"
    pd.DataFrame({"month": range(1, 9), **columns}).to_csv(file, index=False)
    return file


@pytest.fixture(scope="module")
def folder(scenario, data, tmp_path_factory):
    study = calibration_of("base", scenario, data, PARAMETERS, effort=EFFORT)
    place = tmp_path_factory.mktemp("out") / "calibration"
    carry_out(study, place, executor(0), Unwatched())
    return place


def test_a_calibration_leaves_ranges_a_posterior_and_its_own_test(folder):
    result = open_result(folder)
    table = result.parameters
    assert list(table["parameter"]) == ["reach.most", "journey.problem_rate"]
    assert (table["low"] < table["high"]).all()
    assert set(result.predicted["held_out"]) == {True, False}
    found = json.loads((folder / "calibration.json").read_text())
    assert found["design"]["waves"] == [48, 8, 8, 12]
    draws = [read_posterior(folder).settings(place) for place in range(5)]
    assert all(0.05 <= one["reach.most"] <= 0.6 for one in draws)
    assert len(result.report().answer) >= 2


def test_its_figures_stand_in_a_chapter_and_have_numbers(folder):
    from simulation import open_result

    figures = open_result(folder).figures()
    assert {figure.chapter for figure in figures} == {"fit"}
    assert all(len(figure.data()) > 0 for figure in figures)


def test_it_resumes_and_grows_with_the_runs_that_are_there(folder, scenario, data):
    again = calibration_of("base", scenario, data, PARAMETERS, effort=EFFORT)
    assert carry_out(again, folder, executor(0), Unwatched()).runs.reused == 76
    more = calibration_of("base", scenario, data, PARAMETERS,
                          effort=replace(EFFORT, runs=52))  # fmt: skip
    assert carry_out(more, folder, executor(0), Unwatched()).runs.reused >= 68


def test_points_that_a_second_wave_has_are_not_taken_again(folder):
    study = calibration_in(folder)
    runs = runs_in_tables(folder, study)
    begun = replace(study, second=next_points(replace(study, second=()), runs)[:3])
    points = next_points(begun, runs)
    assert points[:3] == begun.second
    assert len(points) == len(set(points)) == EFFORT.more


def test_whole_numbers_can_be_calibrated(scenario, data):
    study = calibration_of("base", scenario, data, ("journey.contract_months=1..4",), effort=EFFORT)
    values = {plan.parameters["journey.contract_months"] for plan in study.planned()}
    assert values == {1, 2, 3, 4}


def test_what_is_wrong_is_said_before_anything_runs(scenario, data):
    with pytest.raises(InputError, match="is not a parameter"):
        calibration_of("base", scenario, data, ("reach.moist",))
    with pytest.raises(InputError, match="leaves 3 months to learn from; 6 are needed"):
        calibrate(scenario, data, effort=Effort(hold_out=5))
    with pytest.raises(InputError, match="ends are not in order"):
        calibration_of("base", scenario, data, ("reach.most=0.5..0.1",))


def test_the_start_is_stated_by_the_first_month_and_today_by_the_last(folder, scenario, data):
    months = pd.read_csv(data)
    study = calibration_of("base", scenario, data, PARAMETERS, effort=EFFORT, start=True)
    stated = study.base.start.companies["focal"]
    assert stated.share == pytest.approx(months["customers:focal"].iloc[0] / 60)
    assert stated.awareness == pytest.approx(months["aware:focal"].iloc[0])
    assert stated.attitude is None
    today = load_scenario(folder / "today.toml").start.companies["focal"]
    assert today.share == pytest.approx(months["customers:focal"].iloc[-1] / 60)
    begun = simulate(study.base, 3)
    at = begun.labels.index(("aware", "focal"))
    assert begun.values[0, at] >= stated.awareness - 1e-9


def test_customers_before_the_first_month_are_those_less_new_and_with_lost(scenario, tmp_path):
    file = tmp_path / "months.csv"
    frame = pd.DataFrame({"month": range(1, 9), "customers": 20, "new_customers": 5, "lapsed": 2,
                          "tenure": range(20, 28)})  # fmt: skip
    frame.to_csv(file, index=False)
    study = calibration_of("base", scenario, file, PARAMETERS, start=True)
    assert study.base.start.companies["focal"].share == pytest.approx(17 / 60)
    assert study.base.start.companies["focal"].tenure == 20
    after = start_after(study.data, study.base)
    assert after["start.companies.focal.tenure"] == 27
    assert "tenure" not in study.kept
    again = ObservedSeries.of_data(json.loads(json.dumps(study.data.as_data())))
    assert again.tenure == ("focal", 20, 27)
    frame.assign(customers=90).to_csv(file, index=False)
    with pytest.raises(InputError, match="has 87 customers, and 60 people are simulated"):
        calibration_of("base", scenario, file, PARAMETERS, start=True)


def test_a_comparison_takes_a_draw_a_pair_and_tells_the_range_over_them(folder, scenario, tmp_path):
    draws = read_posterior(folder)
    sides = [Side("base", scenario), Side("dear", scenario.replace({"companies.focal.price": 0.6}))]
    pairs = paired(sides[0], sides[1:], range(1, 13), draws=draws)
    study = comparison_of(pairs, Criteria())
    place = tmp_path / "comparison"
    carry_out(study, place, executor(0), Unwatched())
    result = open_result(place)
    ours = result.runs[result.runs["scenario"] == "base"]
    assert ours["fingerprint"].nunique() == 12
    for seed in (1, 12):
        expected = simulate(scenario.replace(draws.settings(seed - 1)), seed)
        held = ours.loc[ours["seed"] == seed, "customers:focal"].iloc[0]
        assert held == pytest.approx(last_year(expected)["customers:focal"])
    text = " ".join(drawn_words(result.tables))
    assert "12 draws of the posterior" in text.replace("\u00a0", " ")
    assert stored(place).planned() == study.planned()
    with pytest.raises(InputError, match="has 3 draws"):
        paired(sides[0], sides[1:], range(5), draws=replace(draws, rows=draws.rows[:3]))


def test_months_held_out_are_the_last_ones_and_those_within_the_band_are_counted(folder) -> None:
    predicted = open_result(folder).predicted
    found = json.loads((folder / "calibration.json").read_text())
    for name, rows in predicted.groupby("series"):
        assert rows.loc[rows["held_out"], "month"].tolist() == [7, 8]
        inside = rows["observed"].between(rows["low"], rows["high"])
        counted = found["held_out"][str(name)]
        assert counted["held_out"] == {"months": 2, "inside": int(inside[rows["held_out"]].sum())}
        assert counted["used"] == {"months": 6, "inside": int(inside[~rows["held_out"]].sum())}
    seen = pd.DataFrame({"series": "a", "observed": [1.0, 2.0, 9.0], "low": 0.0, "high": 3.0,
                         "held_out": [False, True, True]})  # fmt: skip
    assert _held_out(seen)["a"] == {"held_out": {"months": 2, "inside": 1},
                                    "used": {"months": 1, "inside": 1}}  # fmt: skip


def test_help_names_the_parameters_that_are_calibrated_where_none_are_named() -> None:
    """The command line does not load what they are listed in, to be there at once."""
    context = typer.Context(typer.main.get_command(app))
    command = typer.main.get_command(app).get_command(context, "calibrate")  # type: ignore[attr-defined]
    (text,) = (one.help for one in command.params if one.name == "unknown")
    assert f"(default: {', '.join(DEFAULTS)})" in text
