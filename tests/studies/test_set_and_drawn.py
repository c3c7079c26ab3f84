"""What is drawn from a posterior and decided or set as well: levers count, settings do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from simulation import ExperimentError, InputError, explore, load_scenario, run
from simulation.cli.app import app
from simulation.execution import Serial, Unwatched
from simulation.experiment.load import Changes, load_experiment, read_experiment
from simulation.experiment.posterior import read_posterior, write_posterior
from simulation.scenario.paths import value_at
from simulation.scenario.tree import plant
from simulation.store import read_manifest
from simulation.studies.exploration.later import Search
from simulation.studies.exploration.plan import exploration_of
from simulation.studies.exploration.workroom import workroom_of_folder
from simulation.studies.futures.arms import joined
from simulation.studies.futures.decision import Decision
from simulation.studies.question.load import load_question
from simulation.studies.study import carry_out

PATHS = ("reach.most", "evaluate.hype")
ROWS = [(0.1 + 0.005 * at, 0.3 - 0.005 * at) for at in range(32)]
FEW = {"population.people": 60, "run.months": 3, "run.warm_up": 2}
BOTH = "is set and drawn from the posterior; remove one"
TEXT = """
question = "Does reaching more people pay?"
scenario = "base"
replicates = 1
[levers]
LEVER
[uncertainties]
"journey.problem_rate" = { range = [0.1, 0.5] }
[design]
kind = "futures"
n = 32
[outcomes]
value = { metric = "co_created_value" }
"""
LEVER = '"reach.most" = { values = [0.2, 0.39] }'
LEVELS = """[levers.reaching]
levels."as it is" = {}
levels.more = { "reach.most" = 0.39 }"""


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    file = tmp_path_factory.mktemp("calibrated") / "posterior.parquet"
    write_posterior(file, pd.DataFrame(ROWS, columns=PATHS), ("base", load_scenario("base")))
    return file


@pytest.fixture
def written(tmp_path):
    def write(lever=LEVER, more=""):
        file = tmp_path / "mine.toml"
        text = TEXT.replace("[levers]\n", "") if lever.startswith("[") else TEXT
        file.write_text(text.replace("LEVER", lever).replace("[unc", f"{more}[unc", 1), "utf-8")
        return file

    return write


def studied(file, posterior, **settings):
    draws = None if posterior is None else read_posterior(posterior)
    changes = Changes(settings={**FEW, **settings}, posterior=draws)
    search = Search(budget=0, wanted=False)
    return exploration_of(load_experiment(file, changes), Decision(), search=search)


@pytest.mark.parametrize("lever", [LEVER, LEVELS])
def test_what_a_lever_sets_counts_and_the_base_keeps_the_draw(written, posterior, lever):
    study = studied(written(lever), posterior)
    base, *_, more = study.arms
    for future, (most, hype) in zip(study.futures[1:], ROWS, strict=True):
        ours, theirs = (study.scenario_of(joined(arm, future.point)) for arm in (base, more))
        assert (ours.reach.most, ours.evaluate.hype) == pytest.approx((most, hype))
        assert theirs.evaluate.hype == pytest.approx(hype)
        assert theirs.reach.most == pytest.approx(most)  # before month 1 the market is the same
        assert theirs.events[0].set == {"reach.most": 0.39}
        command = study.command_of(joined(more, future.point), 1)
        assert "--then reach.most=0.39" in command
        assert f"--set reach.most={value_at(ours, 'reach.most')}" in command
    assert more.point.changes == {"reach.most": 0.39}


def test_an_arm_that_leaves_a_drawn_parameter_as_the_scenario_has_it_takes_the_draw(
    written, posterior
):
    present = load_scenario("base").reach.most
    lever = (f'"reach.most" = {{ values = [{present}, 0.39] }}\n'
             '"companies.focal.price" = { values = [0.3, 0.4] }')  # fmt: skip
    study = studied(written(lever), posterior)
    (costly,) = [arm for arm in study.arms if arm.point.changes == {"companies.focal.price": 0.4}]
    point = joined(costly, study.futures[3].point)
    assert point.cells["reach.most"] == pytest.approx(ROWS[2][0])


def test_its_results_have_an_effect_and_know_lever_and_assumption_apart(
    written, posterior, tmp_path
):
    study = studied(written(), posterior)
    folder = tmp_path / "out"
    carry_out(study, folder, Serial(), Unwatched())
    room = workroom_of_folder(folder, read_manifest(folder))
    assert room.assumptions.count("reach.most") == 1
    settings = room.benefits.settings(room.futures)["reach.most"]
    np.testing.assert_allclose(settings, [ROWS[future - 1][0] for future in room.futures])
    runs = room.benefits.runs
    assert set(runs.loc[runs["arm"] == room.arms[-1], "reach.most"]) == {0.39}
    assert np.nanmax(np.abs(room.differences(room.arms[-1], room.whose))) > 0.0


@pytest.mark.parametrize("drawn", [False, True])
def test_a_path_that_is_a_lever_and_an_uncertainty_is_refused(written, posterior, drawn):
    file = written()
    twice = '[uncertainties]\n"reach.most" = { range = [0.1, 0.5] }\n'
    text = file.read_text("utf-8").replace("[uncertainties]\n", twice)
    file.write_text(text, "utf-8")
    with pytest.raises(ExperimentError, match="is a lever and an uncertainty") as refused:
        studied(file, posterior if drawn else None)
    assert refused.value.faults[0].line is not None


def test_another_uncertainty_on_what_is_drawn_is_named_itself(written, posterior):
    file = written('"companies.focal.price" = { values = [0.3, 0.4] }')
    line = 'most = { levels = { low = { "reach.most" = 0.1 }, high = { "reach.most" = 0.5 } } }'
    file.write_text(file.read_text("utf-8").replace("[design]", f"{line}\n[design]"), "utf-8")
    with pytest.raises(
        ExperimentError, match=r"sets reach\.most, which the posterior draws"
    ) as one:
        studied(file, posterior)
    assert one.value.faults[0].key == "uncertainties.most"
    assert one.value.faults[0].line is not None


def test_what_an_experiment_sets_is_not_drawn_as_well(written, posterior):
    with pytest.raises(ExperimentError, match=BOTH) as refused:
        studied(written(more='[set]\n"evaluate.hype" = 0.4\n'), posterior)
    assert refused.value.faults[0].line is not None
    with pytest.raises(ExperimentError, match=BOTH):
        studied(written(), posterior, **{"evaluate.hype": 0.4})
    with pytest.raises(ExperimentError, match=BOTH):
        explore(written(), settings={"reach.most": 0.4}, posterior=posterior)


def test_what_all_draws_agree_on_may_be_set_to_the_same(written, tmp_path):
    file = tmp_path / "posterior.parquet"
    rows = [(one, 2) for one, _ in ROWS]
    write_posterior(file, pd.DataFrame(rows, columns=("reach.most", "journey.contract_months")),
                    ("base", load_scenario("base")))  # fmt: skip
    same = '[set]\n"journey.contract_months" = 2\n'
    study = studied(written(more=same), file)
    assert study.scenario.journey.contract_months == 2
    again = read_experiment(study.name, plant(study.about()["sweep"]["asked"]), study.scenario)
    assert replace(again, asked={}, places={}).factors == study.experiment.factors
    with pytest.raises(ExperimentError, match=BOTH):
        studied(written(more=same.replace("= 2", "= 3")), file)


def test_a_question_does_not_draw_what_is_set(posterior):
    changes = Changes(settings={"reach.most": 0.4}, posterior=read_posterior(posterior))
    with pytest.raises(ExperimentError, match=BOTH):
        load_question("one-view", "base", quick=True, changes=changes)


@pytest.mark.parametrize("command", ["run", "compare"])
def test_the_command_line_refuses_what_is_set_and_drawn(command, posterior):
    words = [command, "base", "--posterior", str(posterior), "--set", "reach.most=0.8",
             "--months", "3", "--set", "population.people=60", "--replicates", "2"]  # fmt: skip
    words += ["--what-if", "companies.focal.price=0.4"] if command == "compare" else []
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert BOTH in " ".join(done.output.split())


def test_the_library_refuses_a_scenario_in_which_what_is_drawn_was_set(posterior):
    changed = load_scenario("base", {**FEW, "reach.most": 0.8})
    with pytest.raises(InputError, match=BOTH):
        run(changed, replicates=1, workers=0, posterior=posterior)


def test_an_earlier_result_with_draws_refuses_a_setting_too(posterior, tmp_path):
    result = run(load_scenario("base", FEW), replicates=1, workers=0, posterior=posterior)
    folder = result.save(tmp_path / "held")
    words = ["run", str(folder / "manifest.json"), "--set", "reach.most=0.8", "--out",
             str(tmp_path / "again")]  # fmt: skip
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert BOTH in " ".join(done.output.split())


def test_the_page_refuses_to_pin_what_is_drawn(posterior):
    from simulation.dashboard.limits import Ceiling
    from simulation.dashboard.state import Catalogue

    catalogue = Catalogue("base", people=60, months=3, ceiling=Ceiling(seeds=4),
                          draws=read_posterior(posterior))  # fmt: skip
    with pytest.raises(InputError, match=BOTH):
        catalogue.understand({"seeds": 4, "pinned": {"reach.most": 0.5}})
