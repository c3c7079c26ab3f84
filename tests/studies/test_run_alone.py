"""The command that does one run alone: a shell reads it as it was meant, with the same model."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
import pytest
from sweeping import STUB

from simulation import load_scenario
from simulation.experiment.posterior import ParameterDraws, read_posterior, write_posterior
from simulation.simulate import DEFAULT_MODEL
from simulation.studies.attribution.plan import Trial
from simulation.studies.attribution.wanted import Wanted, trial_of
from simulation.studies.commands import run_alone, setting_words
from simulation.studies.comparison.criteria import Criteria
from simulation.studies.comparison.pairs import Side, paired
from simulation.studies.comparison.plan import Comparison, comparison_of
from simulation.studies.run.plan import Replicates
from simulation.studies.study import Study

BASE = load_scenario("base", {"population.people": 60, "run.months": 3, "run.warm_up": 0})
ALONE = ["--seed", "2", "--replicates", "1", "--workers", "0"]
MODEL = ["--model", STUB]
TAKEN = ["--set", "reach.most=0.2", "--set", "evaluate.hype=0.25"]


@pytest.fixture
def draws(tmp_path: Path) -> ParameterDraws:
    file = tmp_path / "posterior.parquet"
    rows = [(0.1, 0.3), (0.2, 0.25)]
    write_posterior(file, pd.DataFrame(rows, columns=["reach.most", "evaluate.hype"]))
    return read_posterior(file)


def replicates(model: str, draws: ParameterDraws | None = None, arguments: str = "") -> Replicates:
    return Replicates("my market", BASE, (1, 2), model, arguments, draws=draws)


def comparison(model: str, draws: ParameterDraws | None = None, arguments: str = "") -> Comparison:
    dear = Side("dear", BASE.replace({"companies.focal.price": 0.5}))
    sides = paired(Side("my market", BASE, arguments), [dear], [1, 2], model, draws)
    return comparison_of(sides, Criteria())


def second(study: Study) -> list[str]:
    """Return the words of the command for the second run."""
    return shlex.split(study.remake(study.planned()[1]))


@pytest.mark.parametrize("study_of", [replicates, comparison])
class TestRunsAndComparisons:
    def test_another_model_is_named(self, study_of) -> None:
        assert second(study_of(STUB)) == ["cocreate", "run", "my market", *MODEL, *ALONE]
        assert second(study_of(DEFAULT_MODEL)) == ["cocreate", "run", "my market", *ALONE]

    def test_model_that_was_typed_is_named_once(self, study_of) -> None:
        typed = shlex.join(["my market.toml", *MODEL])
        words = ["cocreate", "run", "my market.toml", *MODEL, *ALONE]
        assert second(study_of(STUB, arguments=typed)) == words

    def test_draw_is_set_as_it_was_taken(self, study_of, draws: ParameterDraws) -> None:
        words = ["cocreate", "run", "my market", *TAKEN, *MODEL, *ALONE]
        assert second(study_of(STUB, draws)) == words


def test_attribution_of_a_market_whose_name_has_an_apostrophe() -> None:
    trial: Trial = trial_of("people's", BASE, Wanted(), (1, 2))
    plan = next(plan for plan in trial.planned() if plan.identity.seed == 2)
    assert shlex.split(trial.remake(plan)) == ["cocreate", "attribute", "people's", *ALONE]
    assert shlex.split(trial.again(Path("here")))[:3] == ["cocreate", "attribute", "people's"]


def test_values_that_a_shell_would_take_apart_are_quoted() -> None:
    words = setting_words({"title": "it's $HOME", "companies.focal.skills": [0.1, 0.2]}, "--then")
    command = run_alone(["cocreate", "run", "base", *words], 2)
    assert shlex.split(command)[3:7] == [
        "--then", 'title="it\'s $HOME"', "--then", "companies.focal.skills=[0.1, 0.2]",
    ]  # fmt: skip
