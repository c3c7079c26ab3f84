"""``calibrate --start`` begins in the first month in which the data know the customers."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from simulation import InputError, load_scenario
from simulation.observation.series import ObservedSeries
from simulation.studies.calibration.asked import calibration_of
from simulation.studies.calibration.plan import Effort

FEW = {"population.people": 60, "run.months": 12, "run.warm_up": 0}
PARAMETERS = ("reach.most",)
NAN = float("nan")


@pytest.fixture
def scenario():
    return load_scenario("base", FEW)


def months(tmp_path, **columns):
    labels = [f"2024-{month:02d}" for month in range(1, 13)]
    file = tmp_path / "months.csv"
    pd.DataFrame({"month": labels, **columns}).to_csv(file, index=False)
    return file


def test_months_before_customers_are_known_are_left_out_and_said(scenario, tmp_path):
    customers = [NAN, NAN, *range(20, 30)]
    file = months(tmp_path, customers=customers, receipts=range(100, 112),
                  tenure=[1, 2, 7.5, *range(8, 17)])  # fmt: skip
    study = calibration_of("base", scenario, file, PARAMETERS, start=True)
    stated = study.base.start.companies["focal"]
    assert stated.share == pytest.approx(20 / 60)
    assert stated.tenure == 7.5
    assert study.data.months == study.scenario.run.months == 10
    assert study.data.labels[0] == "2024-03"
    assert study.data.values[0].tolist() == pytest.approx([20, 102 / 100])
    (said,) = [text for text in study.data.remarks if "left out" in text]
    assert said == ("The number of customers is not known in 2024-01 and 2024-02; the market "
                    "starts in 2024-03, and what is before is left out.")  # fmt: skip
    assert not any("tenure" in text for text in study.data.remarks)


@pytest.mark.parametrize("tenure", [None, [NAN] * 12, [NAN, NAN, NAN, *range(8, 17)]])
def test_a_start_without_a_known_tenure_states_none_and_says_so(scenario, tmp_path, tenure):
    columns = {} if tenure is None else {"tenure": tenure}
    file = months(tmp_path, customers=[NAN, NAN, *range(20, 30)], **columns)
    study = calibration_of("base", scenario, file, PARAMETERS, start=True)
    assert study.base.start.companies["focal"].share == pytest.approx(20 / 60)
    assert study.base.start.companies["focal"].tenure is None
    assert "No tenure is known in 2024-03, so that the start states none." in study.data.remarks
    again = ObservedSeries.of_data(json.loads(json.dumps(study.data.as_data(), allow_nan=False)))
    assert again.remarks == study.data.remarks
    if tenure is None or np.isnan(tenure).all():
        assert again.tenure is None
    else:
        assert again.tenure[2] == 16
        assert np.isnan(again.tenure[1])


def test_customers_of_two_companies_that_are_never_known_together_are_refused(scenario, tmp_path):
    file = months(tmp_path, **{"customers:focal": [*range(20, 26), *[NAN] * 6],
                               "customers:rival": [*[NAN] * 6, *range(20, 26)]})  # fmt: skip
    with pytest.raises(InputError, match="is not known in 2024-01 to 2024-12"):
        calibration_of("base", scenario, file, PARAMETERS, start=True)


def test_what_the_start_leaves_has_to_be_enough(scenario, tmp_path):
    late = [*[NAN] * 5, *range(20, 27)]
    file = months(tmp_path, customers=late, receipts=[*range(6, 13), *[NAN] * 5])
    with pytest.raises(InputError, match="has 2 months from 2024-06 on"):
        calibration_of("base", scenario, file, PARAMETERS, start=True)
    file = months(tmp_path, customers=late)
    with pytest.raises(InputError, match="leaves 5 months to learn from"):
        calibration_of("base", scenario, file, PARAMETERS, start=True, effort=Effort(hold_out=2))


def test_without_start_all_months_stay(scenario, tmp_path):
    file = months(tmp_path, customers=[NAN, NAN, *range(20, 30)])
    assert calibration_of("base", scenario, file, PARAMETERS).data.months == 12
