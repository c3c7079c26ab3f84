"""``--posterior`` of run and explore: seeds and futures take whole draws, and keep them."""

from __future__ import annotations

import pandas as pd
import pytest

from simulation import ExperimentError, InputError, load_scenario, run
from simulation.experiment.load import Changes, load_experiment
from simulation.experiment.posterior import ParameterDraws, read_posterior, write_posterior
from simulation.simulate import last_year, simulate
from simulation.studies.exploration.plan import Decision, exploration_of
from simulation.studies.run.plan import stored

FEW = {"population.people": 60, "run.months": 3, "run.warm_up": 0}
ROWS = [(0.1, 0.3), (0.2, 0.2), (0.3, 0.15), (0.35, 0.1)]
PATHS = ("reach.most", "evaluate.hype")


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    file = tmp_path_factory.mktemp("calibrated") / "posterior.parquet"
    write_posterior(file, pd.DataFrame(ROWS, columns=PATHS))
    return file


@pytest.fixture(scope="module")
def result(posterior):
    return run(load_scenario("base", FEW), replicates=3, workers=0, posterior=posterior)


def test_each_run_is_that_of_its_draw(result):
    scenario = load_scenario("base", FEW)
    for seed, row in zip((1, 3), (ROWS[0], ROWS[2]), strict=True):
        alone = last_year(simulate(scenario.replace(dict(zip(PATHS, row, strict=True))), seed))
        held = result.runs.loc[result.runs["seed"] == seed, "aware:focal"].iloc[0]
        assert held == pytest.approx(alone["aware:focal"])


def test_what_is_stored_takes_the_same_draws_again(result):
    study = stored(result.folder)
    assert study.draws is not None
    assert study.draws.rows == tuple(ROWS)
    assert [plan.identity.fingerprint for plan in study.planned()] == list(
        result.runs["fingerprint"]
    )
    assert "--set reach.most=0.2 --set evaluate.hype=0.2" in study.remake(study.planned()[1])


def test_more_runs_than_draws_are_refused(posterior):
    with pytest.raises(InputError, match="has 4 draws, and 5 are asked for"):
        run(load_scenario("base", FEW), replicates=5, workers=0, posterior=posterior)


def futures(posterior, n=4, **changes):
    draws = read_posterior(posterior)
    small = Changes(settings=FEW, design={"kind": "futures", "n": n}, posterior=draws, **changes)
    return exploration_of(load_experiment("teach-or-advertise", small), Decision())


def test_a_future_takes_a_whole_draw_and_the_rest_fills_its_range(posterior):
    study = futures(posterior)
    for future, row in zip(study.futures[1:], ROWS, strict=True):
        taken = [future.point.changes[path] for path in PATHS]
        assert taken == pytest.approx(row)
    others = {future.point.changes["talk.propensity"] for future in study.futures[1:]}
    assert len(others) == 4
    assert "evaluate.hype" in study.about()["sweep"]["exploration"]["unknown"]
    without = exploration_of(
        load_experiment(
            "teach-or-advertise", Changes(settings=FEW, design={"kind": "futures", "n": 4})
        ),
        Decision(),
    )
    assert study.identity != without.identity


def test_an_exploration_is_made_again_from_what_its_manifest_keeps(posterior):
    from simulation.experiment.load import read_experiment
    from simulation.scenario.tree import plant

    study = futures(posterior)
    again = read_experiment(study.name, plant(study.about()["sweep"]["asked"]), study.scenario)
    assert again.draws == ParameterDraws(str(posterior), PATHS, tuple(ROWS))
    assert exploration_of(again, Decision()).planned() == study.planned()


def test_an_experiment_may_name_its_posterior_itself(posterior, tmp_path):
    from builders import ROOT

    text = (ROOT / "experiments" / "teach-or-advertise.toml").read_text("utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("[set]", f'posterior = "{posterior}"\n[set]', 1), "utf-8")
    found = load_experiment(file, Changes(settings=FEW, design={"kind": "futures", "n": 4}))
    assert found.draws is not None
    assert {"reach.most", "evaluate.hype"} <= {factor.key for factor in found.factors}
    with pytest.raises(ExperimentError, match="has 4 draws, and 256 futures"):
        load_experiment(file, Changes(settings=FEW))


def test_designs_that_cannot_take_draws_say_so(posterior):
    draws = read_posterior(posterior)
    small = Changes(settings=FEW, design={"kind": "lhs", "n": 4}, posterior=draws)
    with pytest.raises(ExperimentError, match="cannot be taken by a design of kind lhs"):
        load_experiment("teach-or-advertise", small)
