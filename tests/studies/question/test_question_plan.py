"""The sixteen questions: each can be asked, and says beforehand what counts as a yes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simulation.analysis.rules import RULES, Alternative
from simulation.analysis.verdict import BASELINE
from simulation.errors import ExperimentError
from simulation.experiment.load import Changes
from simulation.experiment.resolver import Resolver
from simulation.studies.question import plan as questions
from simulation.studies.question.plan import (
    NAMES,
    Question,
    assumption_factor_of,
    available,
    load_question,
)


@pytest.fixture(scope="module")
def quick() -> dict[str, Question]:
    return {name: load_question(name, quick=True) for name in NAMES}


def test_there_are_sixteen_in_the_order_of_the_model() -> None:
    assert list(available())[:16] == list(NAMES)
    assert len(NAMES) == 16


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_all_that_an_answer_needs(name: str, quick: dict[str, Question]) -> None:
    question = quick[name]
    experiment = question.experiment
    assert experiment.question.endswith("?")
    assert len(experiment.source) > 60
    assert question.claim.endswith(".")
    assert experiment.verdict["rule"] in RULES
    assert experiment.verdict["outcome"] in [one.name for one in experiment.outcomes]
    assert float(experiment.verdict["margin"]) >= 0.0
    assert question.label == f"{name}-quick"


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_a_scenario_of_its_own(name: str, quick: dict[str, Question]) -> None:
    experiment = quick[name].experiment
    resolver = Resolver(experiment.base)
    prints = [resolver.scenario(point).fingerprint for point in experiment.points]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("name", NAMES)
def test_the_rule_finds_its_points(name: str, quick: dict[str, Question]) -> None:
    """The rule can be applied under every assumption: no cell is misspelt, nothing is missing."""
    import numpy as np
    import pandas as pd

    experiment = quick[name].experiment
    cells = pd.DataFrame([point.cells for point in experiment.points])
    column = assumption_factor_of(experiment)
    names = [BASELINE] if column is None else list(dict.fromkeys(cells[column]))
    assert names[0] == BASELINE
    for one in names:
        own = cells if column is None else cells[cells[column] == one]
        rng = np.random.default_rng(1)
        values = {
            outcome.name: pd.DataFrame(rng.standard_normal((3, len(own))), columns=own.index)
            for outcome in experiment.outcomes
        }
        main = experiment.verdict["outcome"]
        values = {main: values[main], **values}
        made = Alternative(str(one), own, values)
        claims = RULES[experiment.verdict["rule"]](made, experiment.verdict, 0.0)
        assert claims
        assert all(len(claim.values) == 3 for claim in claims)


@pytest.mark.parametrize("name", NAMES)
def test_a_headline_is_that_of_the_question(name: str, quick: dict[str, Question]) -> None:
    told, experiment = questions.headline(name), quick[name].experiment
    assert (told.question, told.source) == (experiment.question, experiment.source.strip())
    assert (told.name, told.claim) == (name, quick[name].claim)


def test_quick_is_smaller_in_every_way(quick: dict[str, Question]) -> None:
    for name, small in quick.items():
        full = load_question(name).experiment
        assert small.experiment.months < full.months
        assert len(small.experiment.seeds) < len(full.seeds)
        assert len(small.experiment.points) <= len(full.points)
    runs = sum(len(q.experiment.points) * len(q.experiment.seeds) for q in quick.values())
    assert runs < 5000  # about ten minutes on two cores


def test_quick_keeps_some_assumptions_and_fewer_divisions(quick: dict[str, Question]) -> None:
    assert assumption_factor_of(quick["crm-to-scrm"].experiment) is None
    assert assumption_factor_of(load_question("crm-to-scrm").experiment) == "assumptions"
    assert len(quick["equal-alignment"].experiment.points) == 3 * 28
    assert len(load_question("equal-alignment").experiment.points) == 7 * 28


def test_quick_can_take_fewer_divisions(tmp_path: Path) -> None:
    text = available()["equal-alignment"].read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(f'{text}\nsimplex = {{ "companies.focal.funding" = 4 }}\n', encoding="utf-8")
    assert len(load_question(str(file), quick=True).experiment.points) == 3 * 10


def test_the_command_line_has_the_last_word() -> None:
    found = load_question("call-centre", quick=True, changes=Changes(replicates=3, months=12))
    assert (len(found.experiment.seeds), found.experiment.months) == (3, 12)
    assert found.experiment.base.population.people == 1500


def test_a_question_that_is_not_there() -> None:
    with pytest.raises(ExperimentError, match="Did you mean call-centre"):
        load_question("call-center")
    with pytest.raises(ExperimentError, match="cocreate ask lists them all"):
        load_question("zzzzzz")


def test_a_question_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / questions.FOLDER
    folder.mkdir(parents=True)
    shutil.copy(available()["inside-out"], folder / "mine.toml")
    monkeypatch.chdir(tmp_path)
    assert "mine" in available()
    assert load_question("mine").name == "mine"
    assert load_question(str(folder / "mine.toml")).name == "mine"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('rule = "slope"', 'rule = "slop"', "rule must be one of"),
        ('lever = "companies', 'lover = "companies', "lever is missing"),
        ("claim = ", "clam = ", "verdict.claim"),
        ("replicates = 8", "replicats = 8", "verdict.quick.replicats"),
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
