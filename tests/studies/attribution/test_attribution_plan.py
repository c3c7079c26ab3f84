"""Coalitions are run as they should be: same seeds, frozen budgets, nothing twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders import changed, scenario
from numpy.typing import NDArray

from simulation.analysis.attribution import attribute
from simulation.analysis.coalitions import lattice, outcome_table
from simulation.errors import ResultError
from simulation.execution import Finished, RunEvent, Serial
from simulation.experiment.outcomes import Window
from simulation.scenario.scenario import Scenario
from simulation.simulate import RunResult, last_year, simulate
from simulation.store import Manifest, RunRecord, read_manifest
from simulation.store.records import Identity, MonthlyTable
from simulation.studies.attribution import games, players
from simulation.studies.attribution.frozen import MODEL, earned, freeze, scaled
from simulation.studies.attribution.plan import ASKED, Means, Trial, receipts, stored
from simulation.studies.study import carry_out
from simulation.studies.verify import check

SMALL = {"population__people": 60, "run__months": 8}
PLAYERS = ("I", "M", "P")


class Watching:
    """Counts the runs that are done."""

    def __init__(self) -> None:
        self.done = 0

    def begin(self, *, runs: int, reused: int, months: int) -> None:
        """Do nothing."""

    def see(self, event: RunEvent) -> None:
        """Count."""
        self.done += isinstance(event, Finished)

    def end(self) -> None:
        """Do nothing."""


def trial(seeds: int = 2, **changes: object) -> Trial:
    base = scenario(**{**SMALL, "companies__focal__revenue_share": 0.1, **changes})
    return Trial("base", base, players.functions("focal"), tuple(range(1, seeds + 1)))


def played(one: Trial, folder: Path) -> tuple[Manifest, int]:
    watch = Watching()
    command = "cocreate attribute base"
    manifest = carry_out(one, folder, Serial(), watch, command_line=command)
    return manifest, watch.done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("coalitions") / "result"
    played(trial(), made)
    return made


def test_all_coalitions_are_run_under_the_same_seeds(folder: Path) -> None:
    runs = pd.read_parquet(folder / "runs.parquet")
    assert runs.groupby("seed")["case"].nunique().to_dict() == {1: 8, 2: 8}
    assert read_manifest(folder).command == "attribute"
    assert (folder / ASKED).is_file()
    kept = pd.read_parquet(folder / "series.parquet")
    whole = runs.loc[runs["case"] == "I+M+P", "run"]
    assert set(kept.loc[~kept["run"].isin(whole), "metric"].astype(str)) == {
        "co_created_value", "surplus", "alone",
    }  # fmt: skip
    assert "importance" in set(kept.loc[kept["run"].isin(whole), "metric"].astype(str))


def test_more_seeds_go_on_with_what_is_there(folder: Path) -> None:
    manifest, done = played(trial(seeds=3), folder)
    assert (done, manifest.runs.reused, manifest.runs.done) == (8, 16, 24)
    again = played(trial(seeds=3), folder)
    assert again[1] == 0


def test_budgets_of_a_coalition_are_those_of_the_whole_times_its_funding() -> None:
    one = trial(population__people=300, run__months=24)
    whole = simulate(one.scenario, 1)
    base = one.scenarios["I+M+P"]
    record = RunRecord(Identity("", 1, ""), {}, series=MonthlyTable(whole.labels, whole.values))
    revenue = earned(base, receipts(record, base))
    only_i = one.scenarios["I"]
    run = simulate(freeze(only_i, scaled(revenue, base, only_i)), 1, model=MODEL)

    def budget(result: RunResult) -> NDArray[np.float64]:
        return result.values[:, result.labels.index(("budget", "focal"))]

    def funded(scenario: Scenario) -> float:
        funding = scenario.companies[0].funding
        return funding.innovation + funding.marketing_sales + funding.experience_platform

    assert budget(whole)[-1] > budget(whole)[0] * 1.05
    assert funded(only_i) < 0.6 * funded(base)
    assert budget(run) == pytest.approx(budget(whole) * funded(only_i) / funded(base))


def test_the_whole_with_its_own_revenue_is_the_whole_to_the_bit() -> None:
    event = {"month": 5, "set": {"companies.focal.revenue_share": 0.3}}
    base = changed("base", {"population.people": 80, "run.months": 12, "events": [event]})
    free = simulate(base, 7)
    places = [free.labels.index(("receipts", company.name)) for company in base.companies]
    frozen = simulate(freeze(base, earned(base, free.values[:, places])), 7, model=MODEL)
    assert np.array_equal(free.values, frozen.values, equal_nan=True)
    assert np.array_equal(free.ledger_values, frozen.ledger_values, equal_nan=True)


def test_a_function_without_money_is_a_null_player(tmp_path: Path) -> None:
    """Null player axiom, by the model itself: what is not funded can add nothing, to the bit."""
    one = trial(companies__focal__funding__experience_platform=0.0)
    played(one, tmp_path / "null")
    runs = pd.read_parquet(tmp_path / "null" / "runs.parquet")
    found = attribute(lattice(outcome_table(runs, "co_created_value"), PLAYERS), PLAYERS)
    for name in found.names():
        if "P" in name:
            assert (found.dividends[found_mask(name)] == 0.0).all()
    assert (found.shapley[2] == 0.0).all()
    assert (found.shapley[0] != 0.0).any()


def found_mask(name: str) -> int:
    return sum(1 << PLAYERS.index(player) for player in name.split("+"))


def test_dividends_of_actors_add_up_to_those_of_what_is_co_created(folder: Path) -> None:
    runs = pd.read_parquet(folder / "runs.parquet")
    actors = ("customers", "non_customers", "focal", "rival", "installer")
    whole = attribute(lattice(outcome_table(runs, "co_created_value"), PLAYERS), PLAYERS)
    parts = sum(
        attribute(lattice(outcome_table(runs, f"gain:{actor}"), PLAYERS), PLAYERS).dividends
        for actor in actors
    )
    assert parts == pytest.approx(whole.dividends, abs=1e-9)


def test_a_failed_whole_bars_its_coalitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulation import model

    one = trial()
    whole = one.scenarios["I+M+P"].companies[0].funding
    real = model.EcosystemModel.step

    def step(self: model.EcosystemModel) -> None:
        if self.seed_used == 2 and self.inputs.companies[0].funding == whole:
            raise ValueError("not under this seed")
        real(self)

    monkeypatch.setattr(model.EcosystemModel, "step", step)
    manifest, _ = played(one, tmp_path / "barred")
    assert (manifest.runs.done, manifest.runs.failed) == (8, 8)
    failures = pd.read_parquet(tmp_path / "barred" / "failures.parquet")
    assert set(failures["seed"]) == {2}
    assert failures["error"].str.contains("no budget to freeze").sum() == 7
    runs = pd.read_parquet(tmp_path / "barred" / "runs.parquet")
    assert list(outcome_table(runs, "co_created_value").index) == [1]


def test_frozen_runs_have_an_identity_of_their_own() -> None:
    one = trial()
    plans = {plan.parameters["case"]: plan.identity for plan in one.planned() if plan.run < 8}
    assert plans["I+M+P"].fingerprint == one.scenario.fingerprint
    assert plans["I"].fingerprint != one.scenarios["I"].fingerprint
    assert len({identity.key for identity in plans.values()}) == 8


def test_parts_leave_a_table_of_persons(tmp_path: Path) -> None:
    base = scenario(**SMALL)
    game = games.Game(games.GameKind.PARTS, players.parts(base).players[:2])
    one = Trial("base", base, game, (1,))
    played(one, tmp_path / "parts")
    people = pd.read_parquet(tmp_path / "parts" / "figures" / "people.parquet")
    assert len(people) == 60
    assert set(people["segment"]) <= {"savers", "doers", "explorers"}
    assert (people.loc[people["customer"], "joined"] > 0).all()


def test_means_over_the_last_year_are_the_outcomes_of_a_run() -> None:
    result = simulate(scenario(**SMALL), 1)
    ours, theirs = Means()(result), last_year(result)
    assert set(ours) == set(theirs)
    np.testing.assert_array_equal(list(ours.values()), [theirs[name] for name in ours])
    assert not np.isnan(list(ours.values())).all()
    first = Means(Window.parse("month 1"))(result)
    assert first["co_created_value"] == result.values[0, 0]


@pytest.mark.parametrize("of", ["functions", "layers", "parts"])
def test_an_attribution_is_made_again_from_its_folder_to_the_bit(of: str, tmp_path: Path) -> None:
    base = scenario(**SMALL)
    made = {"functions": players.functions("focal", 0.3), "layers": players.layers(base, "focal"),
            "parts": players.parts(base)}[of]  # fmt: skip
    few = games.Game(made.kind, made.players[:3], frozen=made.frozen)
    one = Trial("base", base, few, (1, 2))
    played(one, tmp_path / "made")
    again = stored(tmp_path / "made")
    assert again.identity == one.identity
    assert again.game == few
    found = check(tmp_path / "made", 3, workers=0)
    assert (found.remade, found.faults) == (3, ())


def test_what_is_no_attribution_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="holds no attribution"):
        stored(tmp_path)
