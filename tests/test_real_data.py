"""Real data are those of their sources; the yardsticks of ``docs/real-data.md`` are right."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pandas as pd
import pytest
from builders import ROOT

from simulation.observation.observe import Reading, observe

DATA = ROOT / "scenarios" / "data"


@pytest.fixture(scope="module")
def page():
    spec = importlib.util.spec_from_file_location("page", ROOT / "docs" / "make_real_data.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["page"] = module
    spec.loader.exec_module(module)
    return module


def test_cdnow_is_the_sample_of_fader_hardie_and_lee_2005(page):
    bought = page.cdnow_purchases()
    assert bought["customer"].nunique() == 2357
    assert len(bought) == 6696
    early = bought[(bought["age"] > 0) & (bought["day"] < 273)]
    repeats = early.groupby("customer").size()
    counts = [2357 - len(repeats), *(int((repeats == k).sum()) for k in range(1, 7))]
    assert counts == [1411, 439, 214, 100, 62, 38, 29]  # table 3 of the paper
    assert int((repeats >= 7).sum()) == 64


def test_the_log_of_cdnow_can_be_observed_as_it_is(page):
    seen = observe(DATA / "cdnow" / "purchases.csv", reading=Reading(lapse=6))
    assert len(seen.series) == 18
    assert seen.series["orders"].sum() == 6919
    assert seen.series["revenue"].sum() == pytest.approx(244091.96, abs=200)


def test_bg_nbd_has_the_published_expectations(page):
    weeks = np.array([1.0, 3.0, 39.0, 78.0])
    found = page.bg_nbd(7.0 * weeks)
    assert found == pytest.approx([0.0532, 0.1506, 1.195, 1.8576], rel=2e-3)


def test_bass_peaks_where_his_formula_says(page):
    p, q, m = 0.01847, 0.6159, 39659.0
    peak = np.log(q / p) / (p + q)
    years = np.linspace(1, 12, 2000)
    assert years[np.argmax(page.bass(years, p, q, m))] == pytest.approx(peak + 0.5, abs=0.02)
    assert page.bass(np.arange(1.0, 200.0), p, q, m).sum() == pytest.approx(m, rel=1e-6)


@pytest.mark.parametrize(
    ("file", "years", "total"),
    [("room_air_conditioners", 13, 14418), ("colour_television", 8, 32343)],
)
def test_durables_are_the_published_series(page, file, years, total):
    frame = pd.read_csv(DATA / "durables" / f"{file}.csv")
    assert (len(frame), frame["thousand_sold"].sum()) == (years, total)
    found = next(one for one in page.DURABLES if one.file == file)
    t = np.arange(1.0, years + 1)
    fitted, _ = page.curve_fit(page.bass, t, frame["thousand_sold"], found.published)
    assert fitted == pytest.approx(found.published, rel=0.01)


def test_the_banks_hourly_means_are_those_of_the_desks_profile(page):
    from simulation import load_scenario

    calls = pd.read_csv(DATA / "bank_calls" / "hourly.csv", index_col="date")
    assert calls.shape == (164, 14)
    profile = np.array(load_scenario("base").desks.profile)[7:21]
    assert calls.mean().to_numpy() / 12 == pytest.approx(profile, abs=1.0)
