"""A posterior knows its market: a result says so where another takes its draws."""

from __future__ import annotations

import pandas as pd
import pytest

from simulation import compare, load_scenario, run
from simulation.experiment.posterior import ParameterDraws, read_posterior, write_posterior
from simulation.studies.other_market import other_market

PATHS = ("reach.most", "evaluate.hype")
ROWS = [(0.1, 0.3), (0.2, 0.2), (0.3, 0.15), (0.35, 0.1)]
FEW = {"population.people": 60, "run.months": 3, "run.warm_up": 0}


@pytest.fixture
def frame():
    return pd.DataFrame(ROWS, columns=PATHS)


@pytest.fixture
def posterior(frame, tmp_path):
    file = tmp_path / "posterior.parquet"
    write_posterior(file, frame, ("base", load_scenario("base")))
    return file


def test_draws_know_their_market_whatever_its_size_and_how_it_is_run(posterior):
    draws = read_posterior(posterior)
    base = load_scenario("base")
    assert draws.market.name == "base"
    assert draws.market.present == (base.reach.most, base.evaluate.hype)
    for scenario in (base, base.replace(FEW), base.then({"companies.focal.price": 0.4}),
                     base.replace({"start.knowledge": 0.5, "reach.most": 0.9})):  # fmt: skip
        assert draws.is_of(scenario)
    assert not draws.is_of(base.replace({"companies.focal.price": 0.4}))
    assert not draws.is_of(load_scenario("telecom"))
    assert ParameterDraws.of_data(draws.as_data()) == draws


def test_a_posterior_of_an_older_version_is_read_and_says_nothing(frame, tmp_path):
    file = tmp_path / "posterior.parquet"
    write_posterior(file, frame)
    draws = read_posterior(file)
    assert draws.market is None
    assert "market" not in draws.as_data()
    assert not other_market(draws, "telecom", load_scenario("telecom"))
    assert run(load_scenario("telecom", FEW), replicates=1, workers=0, posterior=file).answer


def test_a_result_says_that_its_draws_are_of_another_market(posterior):
    other = run(load_scenario("telecom", FEW), replicates=2, workers=0, posterior=posterior)
    said = "The posterior was calibrated with base, and "
    assert other.answer[-1].startswith(said)
    assert any(said in text for text in other.report().answer)
    same = run(load_scenario("base", FEW), replicates=2, workers=0, posterior=posterior)
    assert not any("calibrated with" in text for text in same.answer)


def test_a_comparison_says_so_too(posterior):
    changed = load_scenario("base", {**FEW, "companies.focal.price": 0.4})
    result = compare(changed, {"costly": changed.replace({"companies.focal.price": 0.6})},
                     replicates=2, workers=0, posterior=posterior)  # fmt: skip
    assert "with base as it was then, which is different here" in result.answer[-1]


def test_the_page_says_so_too(posterior):
    from simulation.dashboard.limits import Ceiling
    from simulation.dashboard.state import Catalogue

    few = Ceiling(seeds=4)
    page = Catalogue("telecom", people=60, months=3, ceiling=few, draws=read_posterior(posterior))
    assert "telecom is another market" in page.understand({"seeds": 4}).remark
    page = Catalogue("base", people=60, months=3, ceiling=few, draws=read_posterior(posterior))
    assert page.understand({"seeds": 4}).remark == ""
