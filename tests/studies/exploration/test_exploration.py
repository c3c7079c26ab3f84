"""Explorations: their seeds, their growth, and what they find where the answer is known."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import known_effect
import numpy as np
import pandas as pd
import pytest
from sweeping import cocreate

from simulation import open_result
from simulation.errors import ExperimentError, InputError, RunFailedError
from simulation.execution import Serial, Unwatched
from simulation.experiment.load import Changes, load_experiment
from simulation.studies.exploration.benefits import Benefits
from simulation.studies.exploration.plan import Exploration, exploration_of, stored
from simulation.studies.exploration.result import ExplorationResult
from simulation.studies.exploration.tables import read_explored
from simulation.studies.exploration.workroom import workroom_of_folder
from simulation.studies.futures.decision import Decision
from simulation.studies.futures.seeds import seed_in
from simulation.studies.futures.sieve import Sieve, sieve_of
from simulation.studies.study import carry_out
from simulation.studies.verify import check

TEXT = """
question = "Does teaching pay?"
scenario = "base"
replicates = 2
[set]
"run.months" = 3
"population.people" = 60
[levers.teaching]
levels."as today" = {}
levels.more = { "companies.focal.strategy.education" = 0.8 }
[uncertainties]
"encounter.self_service" = { range = [0.0, 0.3] }
"talk.propensity" = { range = [0.1, 0.5] }
[design]
kind = "futures"
n = 64
[outcomes]
value = { metric = "co_created_value" }
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str = TEXT) -> Path:
    path = Path("teaching.toml")
    path.write_text(text, encoding="utf-8")
    return path


def study(
    text: str = TEXT, decision: Decision | None = None, model: str = known_effect.MODEL,
    **changes: int,
) -> Exploration:  # fmt: skip
    design = {"n": changes["futures"]} if "futures" in changes else {}
    wanted = Changes(replicates=changes.get("replicates"), design=design)
    experiment = load_experiment(written(text), wanted)
    return exploration_of(experiment, decision or Decision(), model)


def explored(found: Exploration, folder: str = "out") -> ExplorationResult:
    carry_out(found, Path(folder), Serial(), Unwatched())
    result = open_result(folder)
    assert isinstance(result, ExplorationResult)
    return result


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ExplorationResult:
    room = tmp_path_factory.mktemp("explored")
    path = room / "teaching.toml"
    path.write_text(TEXT, encoding="utf-8")
    found = exploration_of(load_experiment(path), Decision(), known_effect.MODEL)
    carry_out(found, room / "out", Serial(), Unwatched())
    opened = open_result(room / "out")
    assert isinstance(opened, ExplorationResult)
    return opened


def test_every_future_has_seeds_of_its_own_which_its_arms_share() -> None:
    plans = study().planned()
    by_future: dict[int, set[int]] = {}
    for plan in plans:
        by_future.setdefault(int(plan.parameters["future"]), set()).add(plan.identity.seed)
    assert all(len(seeds) == 2 for future, seeds in by_future.items() if future)
    every = [seed for future, seeds in by_future.items() if future for seed in seeds]
    assert len(every) == len(set(every)) == 128
    pairs = {(p.parameters["future"], p.parameters["replicate"], p.parameters["arm"]):
             p.identity.seed for p in plans}  # fmt: skip
    assert pairs[3, 1, "as today"] == pairs[3, 1, "more"] == seed_in(3, 2)


def test_where_one_seed_is_asked_for_a_quarter_of_the_futures_has_two() -> None:
    found = study(replicates=1)
    by_future: dict[int, set[int]] = {}
    for plan in found.planned():
        by_future.setdefault(int(plan.parameters["future"]), set()).add(plan.identity.seed)
    assert [len(by_future[future]) for future in range(1, 65)] == [2] * 16 + [1] * 48
    later = replace(found, later=replace(found.later, further={"more": {1: 1, 40: 1}}))
    places = {(p.parameters["future"], p.parameters["replicate"]) for p in later.further}
    assert places == {(1, 2), (40, 1)}


def test_scenarios_own_values_are_run_with_the_plain_seeds() -> None:
    own = [plan for plan in study().planned() if plan.parameters["future"] == 0]
    assert [plan.identity.seed for plan in own] == [*range(1, 9), *range(1, 9)]
    assert seed_in(0, 5) == 5


def test_too_few_plausible_futures_are_refused_before_their_arms_are_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out: dict[int, list[str]] = {future: ["lapse"] for future in range(1, 50)}
    monkeypatch.setattr(Exploration, "implausible", lambda *_: out)
    waves = study().waves(_Nothing())  # type: ignore[arg-type]
    next(waves)
    with pytest.raises(RunFailedError, match="Only 15 of 64 futures are plausible"):
        next(waves)
    del out[49]
    waves = study().waves(_Nothing())  # type: ignore[arg-type]
    next(waves)
    assert next(waves)


def test_an_assumption_in_money_is_said_in_the_currency(result: ExplorationResult) -> None:
    plain = read_explored(result.folder)
    money = replace(plain, units={**plain.units, plain.column(0): "money/month"})
    assert (plain.text(0, 0.5), plain.unit(0)) == ("0.15", "")
    assert (money.text(0, 0.5), money.unit(0)) == ("15", "EUR/month")
    assert money.said(0, 0.5) == "15 EUR a month"
    assert money.bound(0, 0.5, 1.0).endswith("above 15 EUR a month")
    assert money.said(1, 0.5) == plain.said(1, 0.5) == "0.3"


def test_runs_come_replicates_first_and_arms_of_a_future_side_by_side() -> None:
    found = study()
    waves = found.waves(_Nothing())  # type: ignore[arg-type]
    next(waves)
    second = [plan.parameters for plan in next(waves)]
    assert [row["replicate"] for row in second] == sorted(int(row["replicate"]) for row in second)
    late = [(row["future"], row["arm"]) for row in second if row["replicate"] == 1]
    assert late[:4] == [(1, "as today"), (1, "more"), (2, "as today"), (2, "more")]


class _Nothing:
    """A store without records."""

    def read(self, _: object) -> None:
        return None


def test_share_of_futures_is_the_one_that_the_model_has(result: ExplorationResult) -> None:
    # more − today = 20 · .5 · (.2 − s) with s uniform over 0 to .3; the margin is .1
    shares = result.shares.set_index("benefit")
    everyone = shares.loc["everyone"]
    assert everyone["better"] == pytest.approx(0.19 / 0.3, abs=0.06)
    assert everyone["better_low"] < 0.19 / 0.3 < everyone["better_high"]
    assert everyone["worse"] == pytest.approx(0.09 / 0.3, abs=0.06)
    assert everyone["mean"] == pytest.approx(0.5, abs=0.1)
    assert shares.loc["focal", "worse"] > 0.97


def test_emulator_is_checked_and_names_what_decides(result: ExplorationResult) -> None:
    arm = result.findings["arms"][0]
    assert arm["emulator"]["speaks"]
    assert arm["emulator"]["r2"] > 0.9
    first = arm["indices"][0]
    assert result.tables.name(arm["kept"][first["assumption"]]) == "self service"
    assert first["total"] > 0.95


def test_what_decides_is_worth_knowing_and_the_rest_is_not(result: ExplorationResult) -> None:
    info = result.information
    # mean over s of max(0, 10 (.2 − s)) less the mean .5
    true = 10 * 0.2**2 / 2 / 0.3 - 0.5
    assert info.iloc[0]["assumptions"].startswith("encounter.self_service")
    single = info.set_index("assumptions").loc["encounter.self_service"]
    assert single["value"] == pytest.approx(true, abs=0.05)
    assert single["shown"]
    assert not info.set_index("assumptions").loc["talk.propensity", "shown"]
    assert result.findings["information"]["evpi"]["uniform"] == pytest.approx(true, abs=0.06)


def test_answer_says_for_whom_where_and_what_to_find_out(result: ExplorationResult) -> None:
    answer = " ".join(result.answer)
    assert re.search("“more” is better than “as today” in \\d+ % of futures", answer)
    assert "focal loses in " in answer
    assert "To find out first: self service" in answer
    assert "upper half of self service" in answer


def test_report_and_figures_are_made_of_the_stored_tables(result: ExplorationResult) -> None:
    report = result.report()
    assert [figure.name for figure in result.figures()] == [
        "shares", "map", "regret", "information", "swings",
    ]  # fmt: skip
    page = report.markdown()
    assert "is a share" not in page
    assert "not a probability" in page
    sheet = result.figures()[1].sheet()
    assert len(sheet.axes) == 2  # the map and its scale


def test_more_futures_and_seeds_go_on_with_what_is_there() -> None:
    carry_out(study(futures=16), Path("out"), Serial(), Unwatched())
    again = carry_out(study(futures=20, replicates=3), Path("out"), Serial(), Unwatched())
    first, all_runs = 16 + 16 * 4, 16 + 20 * 6
    assert (again.runs.reused, again.runs.done) == (first, all_runs)


def test_stored_exploration_is_the_same_again_and_its_runs_are_reproduced() -> None:
    result = explored(study(futures=16))
    again = stored(result.folder)
    assert [p.identity for p in again.planned()] == [
        p.identity for p in study(futures=16).planned()
    ]
    found = check(result.folder, 6, workers=0)
    assert (found.remade, found.faults) == (6, ())


@pytest.mark.parametrize("rate", [0.0, 0.21])
def test_an_effect_that_grows_is_discounted_month_by_month_for_each(rate: float) -> None:
    """What everyone gains, customers gain twice, and the company loses it."""
    growing = study(TEXT.replace('"run.months" = 3', '"run.months" = 24'), Decision(rate=rate),
                    known_effect.GROWING, futures=16)  # fmt: skip
    result = explored(growing)
    room = workroom_of_folder(result.folder, result.manifest)
    weight = [(1.0 + rate) ** (-month / 12.0) for month in range(1, 25)]
    mean = sum(month * one for month, one in enumerate(weight, 1)) / sum(weight)
    taught = 0.8 - growing.experiment.base.companies[0].strategy.education
    for whose, share in (("everyone", 1.0), ("customers", 2.0), ("focal", -1.0)):
        differences = room.differences("more", whose)
        np.testing.assert_allclose(differences, share * taught * mean)
        assert differences.shape == (16, 2)


def test_futures_that_break_a_rule_are_drawn_towards_the_scenario_and_counted() -> None:
    crossing = """
"population.knowledge_low" = { range = [0.0, 0.34] }
"population.knowledge_high" = { range = [0.16, 0.5] }"""
    text = TEXT.replace('"talk.propensity" = { range = [0.1, 0.5] }', crossing)
    found = study(text, futures=16)
    assert sum(future.mapped for future in found.futures) == 2
    assert len(found.futures) == 17
    assert all(found.resolver.scenario(found.point_of(plan)) for plan in found.planned())


def test_futures_far_from_published_figures_are_implausible() -> None:
    own = [{"target:yearly_churn": value} for value in (0.16, 0.18, 0.2)]
    sieve = sieve_of("telecom", own)
    assert isinstance(sieve, Sieve)
    far = sieve.implausibility({"target:yearly_churn": 0.9})
    near = sieve.implausibility({"target:yearly_churn": 0.12})
    name = "yearly churn, telecom contracts"
    assert far[name] > 3 > near[name]


def test_figure_that_the_scenario_misses_itself_is_held_against_no_future() -> None:
    sieve = sieve_of("telecom", [{"target:yearly_churn": 0.9}, {"target:yearly_churn": 0.91}])
    assert not sieve.targets
    met = sieve_of("telecom", [{"target:yearly_churn": 0.17}, {"target:yearly_churn": 0.18}])
    assert [one.measure for one in met.targets] == ["yearly_churn"]


def test_whose_benefit_decides_changes_the_answer() -> None:
    result = explored(study(futures=16, decision=Decision("focal")))
    assert result.findings["arms"][0]["shares"]["focal"]["worse"]["value"] > 0.95
    assert "for focal, “more” is better than “as today” in no future" in result.answer[0]


def test_nobody_of_that_name_decides() -> None:
    with pytest.raises(InputError, match=r"Did you mean .focal"):
        study(decision=Decision("vocal"))


def test_other_designs_are_refused_with_the_remedy() -> None:
    text = TEXT.replace('kind = "futures"\nn = 64', 'kind = "grid"')
    with pytest.raises(ExperimentError, match="--futures 256"):
        study(text)


def test_design_of_futures_needs_something_that_nobody_knows() -> None:
    without = TEXT[: TEXT.index("[uncertainties]")] + TEXT[TEXT.index("[design]") :]
    with pytest.raises(ExperimentError, match="needs levers and uncertainties"):
        study(without)


def test_levels_of_one_number_give_the_required_level() -> None:
    text = TEXT.replace('''[levers.teaching]
levels."as today" = {}
levels.more = { "companies.focal.strategy.education" = 0.8 }''', '''[levers]
"companies.focal.strategy.education" = { range = [0.3, 1.0], levels = 5 }''').replace(
        "[0.0, 0.3]", "[0.0, 0.2]").replace("n = 64", "n = 16")  # fmt: skip
    level = explored(study(text)).findings["level"]
    assert level["lever"] == "companies.focal.strategy.education"
    share = dict(zip(np.round(level["level"], 6), level["share"], strict=True))
    assert share[0.3] < 0.2
    # at education e the effect is 20 (e − .3)(.2 − s), above .1 where s < .2 − .005/(e − .3)
    assert share[1.0] == pytest.approx(1 - 0.005 / 0.7 / 0.2, abs=0.1)


def test_command_prints_the_answer_and_programs_get_everything() -> None:
    written()
    words = ("explore", "teaching.toml", "--futures", "16", "--workers", "0", "--model",
             known_effect.MODEL, "--out", "out", "--no-report")  # fmt: skip
    told = cocreate(*words)
    assert told.code == 0
    assert "“more” is better than “as today” in" in " ".join(told.out.split())
    data = cocreate(*words, "--json").json
    assert data["futures"]["used"] == 16
    assert data["runs"]["reused"] == 80
    assert data["arms"][0]["shares"]["everyone"]["better"]["value"] > 0.4
    stored_data = json.loads(Path("out/exploration.json").read_text("utf-8"))
    assert data["regret"] == stored_data["regret"]


def test_sweep_points_to_explore() -> None:
    written()
    told = cocreate("sweep", "teaching.toml", "--workers", "0")
    assert told.code == 2
    assert "cocreate explore teaching" in told.err


def test_margin_of_an_outcome_is_a_hundredth_of_its_mean_in_the_base_today() -> None:
    runs = pd.DataFrame({"run": range(4), "future": [0, 0, 0, 1],
                         "arm": ["as today", "as today", "more", "as today"]})  # fmt: skip
    table = pd.DataFrame({"everyone": 1.0, "wait": [-4.0, -6.0, 99.0, 99.0]}, index=range(4))
    none = pd.Series(0.0, index=range(4))
    found = Benefits(runs.set_index("run", drop=False), table, none, none, ("wait",))
    assert found.margin("wait", 7.0, "as today") == pytest.approx(0.05)
    assert found.margin("everyone", 7.0, "as today") == 7.0
