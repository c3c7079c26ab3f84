"""Searches: the optimum of a CES function, noise that has none, and going on after a stop."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sweeping import cocreate

from simulation import open_result
from simulation.errors import InputError
from simulation.execution import Serial, Unwatched
from simulation.experiment.load import Changes, load_experiment
from simulation.studies.optimisation.aim import Aim, Candidate, Limit
from simulation.studies.optimisation.plan import Optimisation, optimisation_of, stored
from simulation.studies.optimisation.result import OptimisationResult
from simulation.studies.optimisation.search import Rung
from simulation.studies.optimisation.usual import experiment_of
from simulation.studies.optimisation.walk import Walk
from simulation.studies.study import carry_out
from simulation.studies.verify import check

CES, NOISE = "known_effect:Ces", "known_effect:Noise"
SMALL = Changes(settings={"run.months": 2, "population.people": 60})
FEW = (Rung(10, 2), Rung(4, 4), Rung(2, 6))
BUDGET = {"companies.focal.funding": {"simplex": 3, "total": 14.0}}
TEACHING = "companies.focal.strategy.education"
EDUCATION = {TEACHING: {"range": [0.0, 1.0]}}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def search(
    levers: dict[str, object], model: str, rungs: tuple[Rung, ...], whose: tuple[str, ...]
) -> Optimisation:
    experiment = experiment_of("base", levers, SMALL)
    return optimisation_of(experiment, Aim(whose, rungs=rungs, most=32), model)


def optimised(found: Optimisation, folder: str = "out") -> OptimisationResult:
    carry_out(found, Path(folder), Serial(), Unwatched())
    result = open_result(folder)
    assert isinstance(result, OptimisationResult)
    return result


def test_optimum_of_a_ces_function_is_recovered() -> None:
    rungs = (Rung(80, 1), Rung(10, 4), Rung(4, 8))
    result = optimised(search(BUDGET, CES, rungs, ("everyone",)))
    best = result.tables.best
    assert best["better"]
    shares = [value / 14.0 for value in best["settings"].values()]
    # shares ∝ (δ/c)^σ for δ = (.5, .3, .2), σ = .5
    assert shares == pytest.approx([0.415, 0.322, 0.263], abs=0.06)
    names = [one["name"] for one in result.tables.tested]
    assert names[:2] == ["base", "equal shares"]
    equal = result.tested.set_index("name").loc["equal shares"]
    assert equal["fresh"] < best["gain"]["everyone"]["mean"]
    assert "is shown to be better than the base: it gains" in result.answer[0]


def test_winner_on_pure_noise_is_not_called_better_and_the_curse_is_printed() -> None:
    result = optimised(search(EDUCATION, NOISE, FEW, ("everyone",)))
    assert not any(one["better"] for one in result.tables.tested)
    assert result.findings["curse"]["everyone"] > 0.3
    answer = " ".join(result.answer)
    assert "is not shown to be better than the base" in answer or "none of" in answer
    assert "first choice had looked better than in the test" in answer
    assert result.findings["fresh_pairs"] >= 32


def test_test_has_seeds_that_the_search_had_not() -> None:
    result = optimised(search(EDUCATION, NOISE, FEW, ("everyone",)))
    runs = result.runs
    seen, fresh = (set(runs.loc[runs["phase"] == phase, "seed"]) for phase in ("search", "test"))
    assert not seen & fresh
    assert not set(runs.loc[runs["phase"] == "search", "future"]) & set(
        runs.loc[runs["phase"] == "test", "future"]
    )


def test_interrupted_search_goes_on_as_if_it_had_not_been_stopped() -> None:
    class Stopping(Serial):
        left = 20

        def run(self, tasks):  # type: ignore[no-untyped-def]
            for event in super().run(tasks):
                type(self).left -= 1
                if type(self).left < 0:
                    raise KeyboardInterrupt
                yield event

    study = search(EDUCATION, NOISE, FEW, ("everyone", "focal"))
    with pytest.raises(KeyboardInterrupt):
        carry_out(study, Path("stopped"), Stopping(), Unwatched())
    resumed = optimised(search(EDUCATION, NOISE, FEW, ("everyone", "focal")), "stopped")
    optimised(search(EDUCATION, NOISE, FEW, ("everyone", "focal")), "whole")
    assert resumed.manifest.runs.reused > 0
    for name in ("runs.parquet", "candidates.parquet", "optimisation.json"):
        assert (Path("stopped") / name).read_bytes() == (Path("whole") / name).read_bytes()


def test_a_failed_run_of_the_base_leaves_the_size_of_the_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(size=(32, 1))
    values = [base, base + 4.0 * rng.normal(size=(32, 1)), base + 4.0 * rng.normal(size=(32, 1))]
    monkeypatch.setattr(Walk, "_values", lambda _, one: values[one.number])
    monkeypatch.setattr(Walk, "margin", lambda _: 1.0)
    study = SimpleNamespace(aim=Aim(rungs=(Rung(3, 32),), most=10_000))
    walk = Walk(study, None, range(10_000))  # type: ignore[arg-type]
    candidates = [Candidate(at, (0.0,), 32) for at in range(3)]
    whole = walk.test_pairs(candidates, [0, 1, 2])
    assert 100 < whole < 1000
    values[0] = base.copy()
    values[0][5] = np.nan
    assert walk.test_pairs(candidates, [0, 1, 2]) == pytest.approx(whole, rel=0.2)
    values[0][1:] = np.nan  # one pair has no spread
    assert walk.test_pairs(candidates, [0, 1, 2]) == walk.test_pairs(candidates, [0])


def test_several_objectives_make_a_front_with_a_figure() -> None:
    result = optimised(search(EDUCATION, "known_effect:Known", FEW, ("customers", "focal")))
    assert [figure.name for figure in result.figures()] == ["gains", "front"]
    assert result.figures()[1].sheet().axes
    assert set(result.tested["objective"]) == {"customers", "focal"}
    assert "is shown to be worse than another in all that counts" in result.report().markdown()


def test_stored_search_has_the_same_runs_and_they_are_reproduced() -> None:
    result = optimised(search(EDUCATION, NOISE, FEW, ("everyone",)))
    again = stored(result.folder)
    assert [plan.run for plan in again.planned()] == list(result.runs["run"])
    found = check(result.folder, 5, workers=0)
    assert (found.remade, found.faults) == (5, ())


def test_search_over_futures_runs_the_base_in_them_first() -> None:
    Path("teach.toml").write_text(
        """
question = "How much teaching?"
scenario = "base"
[set]
"run.months" = 2
"population.people" = 60
[levers]
"companies.focal.strategy.education" = { range = [0.0, 1.0] }
[uncertainties]
"encounter.self_service" = { range = [0.0, 0.1] }
[design]
kind = "futures"
n = 8
[outcomes]
value = { metric = "co_created_value" }
"""
    )
    experiment = load_experiment("teach.toml")
    result = optimised(optimisation_of(experiment, Aim(rungs=FEW, most=12), "known_effect:Known"))
    assert (result.runs["phase"] == "market").sum() == 8 + 36
    best = result.tables.best
    assert best["settings"]["companies.focal.strategy.education"] > 0.6
    assert best["better"]


def test_command_takes_levers_and_prints_what_holds() -> None:
    words = ("optimise", "base", "--lever", "companies.focal.strategy.education=0..1",
             "--candidates", "8", "--months", "2", "--set", "population.people=60",
             "--model", CES, "--workers", "0", "--out", "out", "--no-report")  # fmt: skip
    told = cocreate(*words)
    assert told.code == 0
    assert "so none was tested" in " ".join(told.out.split())
    data = cocreate(*words, "--json").json
    assert data["runs"]["reused"] == data["runs"]["done"]
    assert data["searched"] == 8


def test_candidate_by_which_somebody_loses_is_not_called_better() -> None:
    """Everyone gains by education, and the company loses 2 for each unit of it."""
    experiment = experiment_of("base", EDUCATION, SMALL)
    free = optimised(optimisation_of(experiment, Aim(rungs=FEW, most=32), "known_effect:Known"))
    assert free.tables.best["better"]
    assert free.tables.best["settings"][TEACHING] > 0.6
    aim = Aim(rungs=FEW, most=32, loss="0.05")  # of the company's 2.4: .36 with the noise beside
    found = optimised(optimisation_of(experiment, aim, "known_effect:Known"), "bound")
    most = max(found.tables.tested, key=lambda one: one["settings"][TEACHING])
    assert 0.3 < most["settings"][TEACHING] < 0.4
    states = {one["limit"]: one["kept"] for one in most["limits"]}
    assert states == {"loss of customers": "kept", "loss of focal": "open"}
    assert "limits" in " ".join(found.answer)


def test_limits_on_metrics_are_read_and_unknown_ones_refused() -> None:
    limit = Limit.parse("surplus:focal >= 2.5")
    assert (limit.metric, limit.value, limit.at_least) == ("surplus:focal", 2.5, True)
    assert limit.excess(2.0) == 0.5
    assert Limit.parse("desk_wait<=5").excess(7.0) == 2.0
    with pytest.raises(InputError, match="desk_wait<=5"):
        Limit.parse("desk_wait")
    experiment = experiment_of("base", EDUCATION, SMALL)
    for least, better in ((1.4, True), (2.5, False)):  # the company has 3 − 2 · education
        aim = Aim(rungs=FEW, most=32, limits=(Limit.parse(f"surplus:focal >= {least}"),))
        found = optimised(optimisation_of(experiment, aim, "known_effect:Known"), f"least {least}")
        assert found.tables.best["better"] == better
        taught = {one["settings"][TEACHING]: one["limits"][0]["kept"]
                  for one in found.tables.tested}  # fmt: skip
        assert {kept for at, kept in taught.items() if 3.0 - 2.0 * at > least} == {"kept"}
        assert {kept for at, kept in taught.items() if 3.0 - 2.0 * at < least} == (
            set() if better else {"broken"}  # the base, by .1
        )


def test_lever_without_a_range_is_said_to_be_none() -> None:
    told = cocreate("optimise", "base", "--lever", "companies.focal.price=2")
    assert told.code == 2
    assert "0.2..0.5" in told.err


def test_nobody_of_that_name_benefits() -> None:
    with pytest.raises(InputError, match="is not an actor of the scenario"):
        search(EDUCATION, NOISE, FEW, ("vocal",))
