"""``sweep`` and ``SweepResult`` as a library user calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation import Result, SweepResult, load_scenario, sweep
from simulation.errors import ExperimentError, InputError
from simulation.simulate import simulate

EXPERIMENT = """
question = "Does the price matter?"
scenario = "base"
replicates = 2
[set]
"population.people" = 60
"run.months" = 8
"run.warm_up" = 0
[levers]
"companies.focal.price" = { values = [0.1, 0.35, 2.0] }
[design]
kind = "grid"
[outcomes]
value = { metric = "co_created_value", window = "whole" }
customers = { metric = "customers", of = "focal", window = "whole" }
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> SweepResult:
    file = tmp_path_factory.mktemp("experiment") / "price.toml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    return sweep(file, workers=0)


def test_points_come_best_first(swept: SweepResult) -> None:
    table = swept.points("customers")
    assert list(table["n"]) == [2, 2, 2]
    assert table["mean"].is_monotonic_decreasing
    assert table["behind"].iloc[0] == 0
    assert table["companies.focal.price"].iloc[-1] == 2.0


def test_first_outcome_is_meant_where_none_is_named(swept: SweepResult) -> None:
    assert swept.points().equals(swept.points("value"))


def test_it_tells_and_shows_itself(swept: SweepResult) -> None:
    assert len(swept.answer) == 3
    assert repr(swept) == "<Sweep of 3 points, 2 seeds>"
    assert "<table" in swept._repr_html_()


def test_it_can_be_saved_and_opened(swept: SweepResult, tmp_path: Path) -> None:
    folder = swept.save(tmp_path / "kept")
    assert isinstance(SweepResult.open(folder), SweepResult)
    assert SweepResult.open(folder).points().equals(swept.points())
    assert len(Result.open(folder).runs) == 6


def test_wishes_that_cannot_be_met_are_refused(swept: SweepResult) -> None:
    with pytest.raises(InputError, match='Did you mean "customers"'):
        swept.points("customer")
    with pytest.raises(InputError, match="gives no indices"):
        swept.sensitivity()
    with pytest.raises(ExperimentError, match=r"no such experiment\. There are alignment-simplex"):
        sweep("no-such-experiment")


WARM = """
question = "Does the price matter in a market that is there?"
scenario = "base"
replicates = 2
{start}
[set]
"population.people" = 60
"run.months" = 3
"run.warm_up" = 5
[levers]
"companies.focal.price" = {{ values = [0.1, 0.6] }}
[uncertainties]
"talk.propensity" = {{ values = [0.2, 0.9] }}
[design]
kind = "grid"
[outcomes]
value = {{ metric = "co_created_value", window = "whole" }}
"""


@pytest.mark.parametrize("start", ["", 'from = "start"'])
def test_levers_act_from_month_1_and_uncertainties_always(tmp_path: Path, start: str) -> None:
    file = tmp_path / "warm.toml"
    file.write_text(WARM.format(start=start), encoding="utf-8")
    table = sweep(file, workers=0).runs.set_index(
        ["companies.focal.price", "talk.propensity", "seed"]
    )
    small = {"population.people": 60, "run.months": 3, "run.warm_up": 5}
    for (price, talk, seed), row in table.iterrows():
        market = load_scenario("base", {**small, "talk.propensity": talk})
        lever = {"companies.focal.price": price}
        alone = simulate(market.replace(lever) if start else market.then(lever), seed)
        column = alone.values[:, alone.labels.index(("co_created_value", ""))]
        assert row["value"] == pytest.approx(column.mean(), abs=1e-12)
