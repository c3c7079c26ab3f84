"""What a calibration says is what was done: shares, silence, advice, other data, and each run."""

from __future__ import annotations

import shlex
from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from simulation import load_scenario
from simulation.analysis.calibration.discrepancy import discrepancy
from simulation.analysis.calibration.inference import GRID, Cloud, fit_all, prior_points
from simulation.errors import ResultError
from simulation.execution import Unwatched, executor
from simulation.experiment.posterior import read_posterior
from simulation.scenario.load import parse_settings
from simulation.simulate import simulate
from simulation.store import read_manifest
from simulation.studies.calibration.answer import answer, trust_text, uneven_words
from simulation.studies.calibration.asked import calibration_of
from simulation.studies.calibration.learned import _candidates, design_of
from simulation.studies.calibration.plan import Effort, stored
from simulation.studies.calibration.report import parameter_table
from simulation.studies.calibration.runs import runs_in_tables
from simulation.studies.calibration.tables import read_calibration
from simulation.studies.folders import result_folder
from simulation.studies.study import carry_out

FEW = {"population.people": 60, "run.months": 8, "run.warm_up": 0}
PARAMETERS = ("reach.most=0.05..0.6", "talk.propensity")
EFFORT = Effort(runs=48, more=8, draws=8, changed=4)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("base", FEW)


@pytest.fixture(scope="module")
def write(scenario, tmp_path_factory):
    def written(most, seed):
        run = simulate(scenario.replace({"reach.most": most}), seed)
        wanted = [("customers", "focal"), ("aware", "focal")]
        columns = {f"{m}:{of}": run.values[:, run.labels.index((m, of))] for m, of in wanted}
        file = tmp_path_factory.mktemp("data") / "months.csv"
        pd.DataFrame({"month": range(1, 9), **columns}).to_csv(file, index=False)
        return file

    return written


@pytest.fixture(scope="module")
def data(write):
    return write(0.3, 77)


@pytest.fixture(scope="module")
def folder(scenario, data, tmp_path_factory):
    study = calibration_of("base", scenario, data, PARAMETERS, effort=EFFORT, start=True)
    place = tmp_path_factory.mktemp("out") / "calibration"
    carry_out(study, place, executor(0), Unwatched())
    return place


@pytest.fixture(scope="module")
def tables(folder):
    return read_calibration(folder)


def test_what_the_first_wave_leaves_is_what_the_second_was_drawn_from(folder, tables):
    study = stored(folder)
    design, features, observed = design_of(study, runs_in_tables(folder, study))
    first = fit_all(design.some(design.prior))
    extra = discrepancy(first, features, observed)
    points = Cloud.of(first, prior_points(len(PARAMETERS), GRID))
    far = points.implausibility(first.summarise(observed[None])[0], extra)
    assert tables.learned["design"]["left"] == pytest.approx(np.mean(far <= first.cut))
    assert tables.learned["design"]["cut"] == pytest.approx(first.cut)


def test_where_data_and_model_conflict_nothing_is_said_of_silence(tables):
    fit = {**tables.learned["fit"], "verdict": "no ranges", "kappa": 8}
    parameters = [{**one, "learning": "your data do not tell", "agrees": False,
                   "would_tell": ["receipts:focal", 0.9]} for one in tables.parameters]  # fmt: skip
    silent = replace(tables, learned={**tables.learned, "parameters": parameters})
    assert "Your data say nothing about" in " ".join(answer(silent))
    assert "Regression-adjusted ABC" in " ".join(trust_text(silent))
    conflict = replace(silent, learned={**silent.learned, "fit": fit})
    assert "cannot bring the series together" in " ".join(answer(conflict))
    assert "say nothing about" not in " ".join(answer(conflict))
    assert "ABC" not in " ".join(trust_text(conflict))
    assert all(row[5:] == ("", "") for row in parameter_table(conflict).rows)


def test_only_series_of_the_company_or_the_market_are_advised(folder):
    study = stored(folder)
    names = list(_candidates(study, runs_in_tables(folder, study)))
    rivals = [one.name for one in study.base.companies[1:]]
    assert rivals
    assert not [name for name in names if name.split(":")[1:2] in [[one] for one in rivals]]
    assert any(name.endswith(":focal") for name in names)


def test_other_data_are_refused_in_a_folder_and_never_take_its_second_wave(
    folder, scenario, data, write
):
    other = calibration_of("base", scenario, write(0.5, 78), PARAMETERS, effort=EFFORT, start=True)
    same = calibration_of("base", scenario, data, PARAMETERS, effort=EFFORT, start=True)
    other = replace(other, base=same.base)  # the same market, so that only the data differ
    assert other.identity == same.identity
    with pytest.raises(ResultError, match="holds what was learned of other data"):
        result_folder(other, folder.parent, folder)
    assert result_folder(other, folder.parent, folder, force=True) == folder
    assert result_folder(same, folder.parent, folder) == folder
    assert same.resumed(folder).second == stored(folder).second != ()
    assert other.resumed(folder).second == ()
    held_out = replace(same, effort=replace(EFFORT, hold_out=1))
    assert held_out.conflict(folder, read_manifest(folder)) is None
    assert held_out.resumed(folder).second == ()


def test_the_command_of_a_run_does_that_run(folder):
    study = stored(folder)
    for plan in (study.planned()[0], study.planned()[-1]):
        words = shlex.split(study.remake(plan))
        assert words[:2] == ["cocreate", "run"]
        settings = [words[at + 1] for at, word in enumerate(words) if word == "--set"]
        scenario = load_scenario(words[2], parse_settings(settings))
        assert scenario.fingerprint == plan.identity.fingerprint
        assert scenario.population.people == 60


def test_its_posterior_knows_the_market(folder, scenario):
    draws = read_posterior(folder)
    assert draws.market.name == "base"
    assert draws.is_of(scenario)
    assert not draws.is_of(load_scenario("telecom"))


def test_ranks_that_are_not_even_are_named_with_what_remains(tables):
    even = {"rank_p": 0.03, "coverage": 0.9, "truths": 40}
    assert uneven_words({"a": even, "b": {**even, "rank_p": 0.026}}) == ""
    said = uneven_words({"reach.most": {**even, "rank_p": 0.0, "coverage": 0.925}, "b": even})
    assert said.startswith("Known truths of reach.most lie in some parts")
    assert said.endswith("The range held the truth for reach.most in 37 of 40 cases.")
    bent = [{**one, "selftest": {**one["selftest"], "rank_p": 1e-5}} for one in tables.parameters]
    learned = {**tables.learned, "parameters": bent}
    assert any("Known truths of reach.most and talk.propensity" in text
               for text in trust_text(replace(tables, learned=learned)))  # fmt: skip


def test_the_page_says_shares_of_few_truths_as_numbers(monkeypatch):
    from builders import ROOT

    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    answer_words = import_module("calibration").answer_words

    row = {"parameter": "journey.churn_attitude", "coverage": 0.9, "learned": 56, "truths": 1024,
           "rank_p": 0.00001}  # fmt: skip
    changed = {**row, "learned": 18, "learned_coverage": 13 / 18}
    said = answer_words({"coverage": [row], "changed": {"rows": [changed]}})
    assert "held it in 13 of 18 cases for journey.churn_attitude" in said
    assert "Known truths of journey.churn_attitude lie in some parts" in said
