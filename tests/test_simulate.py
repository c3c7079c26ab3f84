"""One run, and what identifies the model that did it."""

from __future__ import annotations

import math
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.errors import InputError
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.simulate import RunResult, last_year, model_version, release, simulate
from simulation.studies.kinds import KINDS

BASE = Path(__file__).parents[1] / "scenarios" / "base.toml"
STUB = "stub_model:Stub"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(BASE, {"run.months": 30})


def result(values: Any, labels: tuple[tuple[str, str], ...], scenario: Scenario) -> RunResult:
    return RunResult(scenario, 1, labels, np.array(values, dtype=float), (), np.zeros((0, 0)), 0.0)


def test_run_has_a_row_a_month_and_tells_each(scenario: Scenario) -> None:
    told: list[int] = []
    done = simulate(scenario, 4, model=STUB, on_month=told.append)
    assert told == list(range(1, 31))
    assert done.values.shape == (30, len(done.labels))
    assert done.ledger_values.shape == (30, len(done.ledger_labels))
    assert (done.scenario, done.seed) == (scenario, 4)
    assert done.measures["customers"].unit == "persons"
    assert np.isfinite(done.values[-1]).all()
    assert done.elapsed_s > 0


def test_seed_decides(scenario: Scenario) -> None:
    one, same, other = (simulate(scenario, seed, model=STUB).values for seed in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert one.tobytes() != other.tobytes()


def test_outcomes_are_means_of_the_last_year_without_gaps(scenario: Scenario) -> None:
    values = np.arange(60.0).reshape(30, 2)
    values[-3, 1] = math.nan
    outcomes = last_year(result(values, (("a", ""), ("b", "focal")), scenario))
    assert list(outcomes) == ["a", "b:focal"]
    assert outcomes["a"] == values[18:, 0].mean()
    assert outcomes["b:focal"] == np.nanmean(values[18:, 1])
    empty = last_year(result(np.full((30, 1), math.nan), (("a", ""),), scenario))
    assert math.isnan(empty["a"])


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("no_such_module:Stub", "no module 'no_such_module'"),
        ("stub_model:Nothing", "has no 'Nothing'"),
        ("stub_model", "has no ''"),
    ],
)
def test_model_that_is_not_there(scenario: Scenario, model: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        simulate(scenario, 1, model=model)


def test_model_of_ones_own_is_found_beside_one(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    code = "from stub_model import Stub\n\n\nclass Mine(Stub):\n    pass\n"
    Path("my_own_model.py").write_text(code)
    first = model_version("my_own_model:Mine")
    assert simulate(scenario, 1, model="my_own_model:Mine").values.shape[0] == 30
    Path("my_own_model.py").write_text(code + "# changed\n")
    model_version.__globals__["_code_digest"].cache_clear()
    assert model_version("my_own_model:Mine") != first
    assert model_version() not in (first, model_version(STUB))


def test_release_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every planned run has the version in its identity, and metadata are a file to read."""
    asked: list[str] = []
    monkeypatch.setattr(metadata, "version", lambda name: asked.append(name) or "9.9")
    release.cache_clear()
    try:
        assert [release() for _ in range(3)] == ["9.9"] * 3
        assert asked == ["cocreate"]
    finally:
        release.cache_clear()


def test_package_offers_every_kind_of_result_and_what_its_functions_take() -> None:
    import simulation

    results = {kind.result.partition(":")[2] for kind in KINDS.values()}
    assert {*results, "Criteria", "Effort", "Rung"} <= set(simulation.__all__)
    assert set(simulation.__all__) == set(simulation._HOMES)
    for name in simulation.__all__:
        assert getattr(simulation, name).__name__ == name


def test_package_offers_run_as_a_function() -> None:
    import simulation

    assert callable(simulation.run)
    assert {"load_scenario", "run", "Scenario", "Result"} <= set(dir(simulation))
    with pytest.raises(AttributeError, match="nothing_like_it"):
        simulation.nothing_like_it  # noqa: B018  (asking for it is the test)
