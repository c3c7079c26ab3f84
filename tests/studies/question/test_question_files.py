"""The twenty questions: each can be asked, and says beforehand what counts as a yes."""

from __future__ import annotations

import itertools
import shlex
import shutil
from pathlib import Path
from typing import cast

import pytest

from simulation.errors import ExperimentError, InputError
from simulation.experiment.load import Changes
from simulation.scenario.load import load_scenario, parse_settings
from simulation.store import PlannedRun, RunStore
from simulation.studies.futures.seeds import n_twice
from simulation.studies.question import files
from simulation.studies.question.arms import funding_of
from simulation.studies.question.design import BEFORE
from simulation.studies.question.files import MARKETS, NAMES, available, headline, is_question
from simulation.studies.question.load import load_question, n_further_runs, n_runs, reason_against
from simulation.studies.question.plan import Question

FOCAL = "companies.focal"


def asked(name: str, market: str = "base") -> Question:
    return load_question(name, market)


def test_there_are_twenty_in_the_order_of_the_model() -> None:
    assert list(available())[:20] == list(NAMES)
    assert len(NAMES) == 20


@pytest.mark.parametrize(("at", "name"), list(enumerate(NAMES)))
def test_a_question_can_be_asked_and_says_what_counts_as_a_yes(at: int, name: str) -> None:
    """Each in one of the markets, in turn; every arm is a scenario of its own."""
    market = MARKETS[at % len(MARKETS)]
    assert not reason_against(name, market)
    found = asked(name, market)
    experiment = found.experiment
    assert experiment.question.endswith("?")
    assert len(experiment.source) > 60
    assert found.claim.text.endswith(".")
    assert found.claim.rule.endswith(".")
    assert found.claim.margin == 0.01
    assert set(found.claim.arms()) <= {arm.name for arm in found.as_set}
    prints = [found._plan(found.place(0), arm, 0).identity for arm in range(len(found.as_set))]
    assert len(set(prints)) == len(prints)


def test_all_numbers_of_mechanisms_are_uncertain_and_levers_are_not() -> None:
    found = asked("one-view")
    keys = {factor.key for factor in found.unknown}
    assert len(keys) > 150
    assert {"encounter.elasticity", "journey.problem_rate", "desks.wage"} <= keys
    assert not any(key.startswith(("companies", "population", "run")) for key in keys)


def test_numbers_may_be_relative_to_the_market() -> None:
    for market, total in (("base", 14.0), ("telecom", 27.5)):
        found = {arm.name: arm.later for arm in asked("innovation-alone", market).as_set}
        alone = found["on innovation alone"]
        assert alone[f"{FOCAL}.funding.innovation"] == pytest.approx(0.8 * total)
        bare = {arm.name: arm.later for arm in asked("platform-without-sales", market).as_set}
        platform = 4.0 if market == "base" else 7.5
        assert bare["bare platform, aligned"][f"{FOCAL}.funding.experience_platform"] == (
            pytest.approx(platform / 4.0)
        )


def test_what_only_the_founding_settles_makes_a_market_of_its_own() -> None:
    found = {arm.name: arm for arm in asked("scale-of-social").as_set}
    assert found["social, large"].founding == {"population.people": 3000}
    assert f"{FOCAL}.strategy.where" in found["social, large"].later
    assert not any(arm.founding for arm in asked("inside-out").as_set)


def test_steps_of_a_path_are_events_after_what_is_set_at_the_start() -> None:
    found = asked("resources-first")
    path = next(arm for arm in found.as_set if arm.name == "should")
    scenario = found._markets.scenario(found.place(0), path)
    assert [event.month for event in scenario.events] == [1, 1, 4, 7, 10, 13, 16, 19]
    assert scenario.events[0].name == "should"
    assert scenario.events[1].name == "jobs"


def test_a_quick_look_is_smaller_and_leaves_out_what_stands_beside() -> None:
    small, full = load_question("crm-to-scrm", quick=True), load_question("crm-to-scrm")
    assert (small.wanted, full.wanted) == (64, 128)
    assert (small.experiment.months, full.experiment.months) == (36, 60)
    assert [arm.name for arm in small.as_set] == ["as it is", "crm", "scrm"]
    assert len(full.as_set) == 9


def test_the_command_line_has_the_last_word() -> None:
    changes = Changes(replicates=3, months=12, design={"n": 32})
    found = load_question("call-centre", "telecom", changes=changes)
    assert (len(found.seeds), found.experiment.months, found.wanted) == (3, 12, 32)


def test_a_file_says_how_many_futures_and_seeds_and_need_not_say_what_is_kept(
    tmp_path: Path,
) -> None:
    text = available()["inside-out"].read_text(encoding="utf-8")
    start, end = text.index("[outcomes]"), text.index("[verdict]")
    text = text[:start] + text[end:]
    file = tmp_path / "mine.toml"
    file.write_text("replicates = 3\n" + text.replace("n = 128", "n = 40"), encoding="utf-8")
    mine, quick = load_question(str(file)), load_question(str(file), quick=True)
    assert (mine.wanted, len(mine.seeds)) == (40, 3)
    assert quick.wanted == 40  # a quick look takes no more than its own 64
    file.write_text(text.replace("n = 128", "n = 256"), encoding="utf-8")
    assert load_question(str(file)).wanted == 256
    assert load_question(str(file), quick=True).wanted == 64
    assert load_question(str(file), changes=Changes(design={"n": 32})).wanted == 32


@pytest.mark.parametrize("market", MARKETS)
def test_arms_of_equal_cost_cost_the_same_even_where_an_arm_changes_the_budget(
    market: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Funding is the only cost here: evened out, every arm has the market's own total."""
    asked_there = asked("seven-layers", market)
    by_name = {arm.name: arm for arm in asked_there.as_set}

    def spent(self: Question, store: object, plan: PlannedRun) -> float:
        del store
        name = str(plan.parameters["arm"]).removesuffix(BEFORE)
        return sum(funding_of(by_name[name], self.scenario).values())

    monkeypatch.setattr(Question, "_spent", spent)
    even = asked_there.evened_out(cast("RunStore", None))
    totals = {arm.name: sum(funding_of(arm, even.scenario).values()) for arm in even.arms}
    assert totals["experience"] == pytest.approx(totals[even.arms[0].name], rel=1e-5)
    assert max(totals.values()) == pytest.approx(min(totals.values()), rel=1e-5)
    assert even.sifted.scales["experience"] > 1.0


@pytest.mark.parametrize(("at", "name"), list(enumerate(NAMES)))
def test_the_command_for_a_run_alone_makes_the_scenario_of_the_run(at: int, name: str) -> None:
    """Each question in one of the markets, in turn, those that begin empty included."""
    market = (*MARKETS, "launch/base_launch")[at % (len(MARKETS) + 1)]
    study = asked(name, market)
    number = next(n for n in range(1, 99) if study.tries(n, n))
    for arm in range(len(study.as_set)):
        plan = study._plan(study.place(number), arm, 0)
        words = shlex.split(study.remake(plan))
        held: dict[str, list[str]] = {"--set": [], "--then": []}
        for option, text in itertools.pairwise(words):
            if option in held:
                held[option].append(text)
        scenario = load_scenario(words[2], parse_settings(held["--set"]))
        alone = scenario.then(parse_settings(held["--then"]))
        assert alone.fingerprint == plan.identity.fingerprint, plan.parameters["arm"]


def test_one_seed_is_too_few_to_know_what_an_effect_owes_to_it() -> None:
    with pytest.raises(InputError, match=r"must be 2 or more.*Got 1.*Ask for 2"):
        load_question("call-centre", "telecom", changes=Changes(replicates=1))


def test_a_question_that_is_not_there() -> None:
    with pytest.raises(ExperimentError, match="Did you mean call-centre"):
        load_question("call-center")
    with pytest.raises(ExperimentError, match="cocreate ask lists them all"):
        load_question("zzzzzz")


def test_a_question_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / files.FOLDER
    folder.mkdir(parents=True)
    shutil.copy(available()["inside-out"], folder / "mine.toml")
    monkeypatch.chdir(tmp_path)
    assert "mine" in available()
    assert load_question("mine").name == "mine"
    assert load_question(str(folder / "mine.toml")).name == "mine"
    assert is_question("mine")
    assert headline("mine").claim == headline("inside-out").claim


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('more = ["half-way"]', 'more = ["half-wai"]', "Did you mean"),
        ('than = ["inside-out"]', "", "than is missing"),
        ("claim = ", "clam = ", "verdict.claim"),
        ('margin = "1%"', "margin = 1.0", "must be a percentage"),
        ("[[verdict.must]]", "[[verdict.most]]", "verdict.most"),
        ('margin = "1%"', 'margin = "1%"\nequal_cost = "false"', "must be true or false"),
        ('margin = "1%"', 'margin = "1%"\nequal_cots = true', 'Did you mean "equal_cost"'),
        ('margin = "1%"', 'margin = "1%"\nnot_in = "saas"', "must give a reason for each market"),
        ('margin = "1%"', 'margin = "1%"\nalso = 3', "verdict.also"),
        ('margin = "1%"', 'margin = "1%"\noutcome = "value"', "verdict.outcome"),
        ('more = ["half-way"]', 'more = [["half-way"]]', "more is missing"),
        ('more = ["half-way"]', 'more = ["half-way"]\nnot_less = 1', "must be true or false"),
        ('more = ["half-way"]', 'more = ["half-way"]\nof = "nobody"', "unknown beneficiary"),
        ("n = 128", 'n = "many"', "must be a whole number"),
        (
            "= 0.5 }",
            "= 0.5, budget = { innovation = 'a', marketing_sales = 1, experience_platform = 1 } }",
            "not a valid division",
        ),
        ("= 0.5 }", '= "half%" }', "is not a percentage"),
        ("outside_in", "outside_inn", "outside_inn"),
        ("[levers.works]", '[levers]\n"companies.focal.price" = {}\n[levers.works]', "one lever"),
    ],
)
def test_faults_are_told_before_anything_is_run(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = available()["inside-out"].read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ExperimentError) as error:
        load_question(str(file))
    assert said in str(error.value)


def test_the_runs_said_beforehand_hold_what_a_question_may_need() -> None:
    one = load_question("innovation-alone", "base")
    arms, futures = len(one.claim.arms(quick=False)), one.wanted
    least, most = n_runs([one])
    assert most - least == arms * (futures - n_twice(futures))  # the second seeds
    assert least > arms * futures + 10 * futures  # every arm once, and candidates for futures
    decisive = len(one.claim.arms(quick=True))
    assert n_further_runs([one]) == decisive * futures * 6  # from two seeds to eight
    assert not n_further_runs([load_question("innovation-alone", "base", quick=True)])
    both = n_runs([one, load_question("call-centre", "base")])
    assert both[0] < least + n_runs([load_question("call-centre", "base")])[0]  # tried once
