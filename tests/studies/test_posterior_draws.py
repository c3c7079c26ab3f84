"""``--posterior``: seeds, futures and pairs take whole draws, and keep them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation import ExperimentError, InputError, load_scenario, open_result, run
from simulation.execution import RunTask, Serial, Unwatched
from simulation.experiment.load import Changes, load_experiment
from simulation.experiment.posterior import ParameterDraws, read_posterior, write_posterior
from simulation.report.words import signed
from simulation.simulate import last_year, simulate
from simulation.studies.comparison.pairs import Side, paired
from simulation.studies.exploration.plan import exploration_of
from simulation.studies.futures.decision import Decision
from simulation.studies.question.load import load_question
from simulation.studies.question.plan import stored as question_in
from simulation.studies.run.plan import stored
from simulation.studies.study import carry_out

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


def test_what_all_draws_agree_on_is_set(posterior, tmp_path):
    file = tmp_path / "posterior.parquet"
    rows = [(one, 2) for one, _ in ROWS]
    write_posterior(file, pd.DataFrame(rows, columns=("reach.most", "journey.contract_months")))
    small = Changes(settings=FEW, design={"kind": "futures", "n": 4},
                    posterior=read_posterior(file))  # fmt: skip
    found = load_experiment("teach-or-advertise", small)
    assert found.base.journey.contract_months == 2
    study = exploration_of(found, Decision())
    assert study.futures[4].point.changes["reach.most"] == pytest.approx(ROWS[3][0])


def test_a_what_if_on_a_parameter_of_the_posterior_is_no_draw(posterior):
    base = load_scenario("base", FEW)
    sides = [Side("base", base), Side("half", base.replace({"reach.most": 0.5}))]
    pairs = paired(sides[0], sides[1:], (1, 2), draws=read_posterior(posterior))
    ours, theirs = (pairs.scenario_in(side, 2) for side in pairs.sides)
    assert (ours.reach.most, theirs.reach.most) == (0.2, 0.5)
    assert ours.evaluate.hype == theirs.evaluate.hype == 0.2


# --- questions -----------------------------------------------------------------------------------


def asked(posterior, name="one-view", **changes):
    draws = None if posterior is None else read_posterior(posterior)
    return load_question(name, "base", quick=True, changes=Changes(posterior=draws, **changes))


def test_a_future_of_a_question_takes_a_whole_draw_the_first_again_after_the_last(posterior):
    study = asked(posterior)
    taken = [tuple(study.place(number).point.changes[path] for path in PATHS)
             for number in range(1, 6)]  # fmt: skip
    np.testing.assert_allclose(taken, [*ROWS, ROWS[0]])
    others = {study.place(number).point.changes["talk.propensity"] for number in range(1, 6)}
    assert len(others) == 5
    plain = asked(None)
    assert len(study.unknown) == len(plain.unknown) + (
        "evaluate.hype" not in {one.key for one in plain.unknown}
    )
    assert study.identity != plain.identity
    folder = Path("results/questions/one-view/base")
    assert f"{folder}/manifest.json" in study.again(folder)  # which holds the draws


def test_a_posterior_of_another_market_is_refused_by_a_question(tmp_path):
    file = tmp_path / "posterior.parquet"
    write_posterior(file, pd.DataFrame({"companies.nobody.price": [0.1, 0.2]}))
    with pytest.raises(ExperimentError, match="nobody"):
        asked(file)


def test_a_question_keeps_its_draws_says_so_and_is_asked_again_with_them(posterior, tmp_path):
    from known_effect import MODEL

    text = """
question = "Does teaching pay?"
source = "a made-up model in which it does where people can do little by themselves"
scenario = "base"
posterior = "POSTERIOR"
[set]
"run.warm_up" = 0
"run.months" = 3
"population.people" = 60
[levers.teaching]
levels.none = { "companies.focal.strategy.education" = 0.0 }
levels.some = { "companies.focal.strategy.education" = 0.5 }
[uncertainties]
"encounter.self_service" = { range = [0.0, 0.12] }
[design]
kind = "futures"
n = 16
[outcomes]
value = { metric = "co_created_value" }
[verdict]
claim = "Teaching creates more value."
rule = "In nine of ten futures some teaching creates more than none."
[[verdict.must]]
more = ["some"]
than = ["none"]
"""
    file = tmp_path / "teaching.toml"
    file.write_text(text.replace("POSTERIOR", str(posterior)), "utf-8")
    study = replace(load_question(str(file), quick=True, changes=Changes(design={"n": 16})),
                    model=MODEL)  # fmt: skip
    folder = tmp_path / "result"
    carry_out(study, folder, Serial(), Unwatched())
    again = question_in(folder)
    assert again.experiment.draws == ParameterDraws(str(posterior), PATHS, tuple(ROWS))
    assert [plan.identity for plan in again.planned()] == [
        plan.identity for plan in replace(study, sifted=again.sifted).planned()
    ]
    result = open_result(folder)
    assert "evaluate.hype are as your data leave them" in " ".join(result.answer)
    assert set(result.runs.loc[result.runs["future"] > 0, "reach.most"]) == {row[0] for row in ROWS}


# --- the page ------------------------------------------------------------------------------------


def test_each_pair_of_the_page_takes_a_draw_which_levers_may_overrule(posterior):
    from simulation.dashboard.limits import Ceiling
    from simulation.dashboard.state import Catalogue

    draws = read_posterior(posterior)
    catalogue = Catalogue("base", people=60, months=3, ceiling=Ceiling(seeds=4), draws=draws)
    moved = {"companies.focal.price": 0.4, "reach.most": 0.5}
    state = catalogue.understand({"seeds": 4, "changes": moved})
    for place, row in enumerate(ROWS):
        ours, theirs = state.pair(place)
        assert (ours.reach.most, ours.evaluate.hype) == row
        assert theirs.evaluate.hype == row[1]
        assert theirs.events[0].set["reach.most"] == 0.5
    other = catalogue.understand({"scenario": "telecom", "seeds": 4})
    assert other.draws is None
    assert (state.draws, catalogue.seeds) == (draws, 16)
    with pytest.raises(InputError, match="has 4 draws, and 5 are asked for"):
        Catalogue("base", draws=draws, ceiling=Ceiling(seeds=5))


def test_the_page_says_the_range_over_draws_from_ten_pairs_on(posterior):
    from simulation.dashboard.answer import Pairing, first_answer
    from simulation.dashboard.runs import PageRun
    from simulation.execution.tasks import perform
    from simulation.store import Identity

    base = load_scenario("base", FEW)
    costly = base.replace({"companies.focal.price": 0.6})
    runs = [
        [PageRun(perform(RunTask(0, Identity(one.fingerprint, seed, "m"), one)))
         for seed in range(1, 11)] for one in (base, costly)
    ]  # fmt: skip
    said = first_answer(Pairing(*runs, costly, 10, drawn=PATHS))["sentences"][-1]
    gaps = [theirs.outcomes["value"].iloc[0] - ours.outcomes["value"].iloc[0]
            for ours, theirs in zip(*runs, strict=True)]  # fmt: skip
    assert all(run.outcomes["outcome"].iloc[0] == "co_created_value" for run in runs[0])
    low, high = (signed(100.0 * float(end)) for end in np.quantile(gaps, (0.05, 0.95)))  # EUR
    assert f"in 90 % of draws co-created value changes by {low}" in said
    assert high in said
    assert "leave open of reach: most and evaluate: hype" in said
    few = Pairing(runs[0][:3], runs[1][:3], costly, 10, drawn=PATHS)
    assert first_answer(few)["sentences"][-1].endswith("a range over draws needs 10 pairs.")
    assert first_answer(few)["draws"]
    assert not first_answer(Pairing(*runs, costly, 10))["draws"]
