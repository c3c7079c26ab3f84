"""Experiment files: what they may say, and how everything wrong in them is told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulation.errors import ExperimentError, Fault, FaultList, InputError
from simulation.experiment.design import DesignKind
from simulation.experiment.experiment import Experiment
from simulation.experiment.factors import Choices, Levels, Mixture, Range, Role, Scale
from simulation.experiment.files import find_experiment
from simulation.experiment.load import Changes, load_experiment
from simulation.experiment.outcomes import Better, Statistic

HEAD = 'question = "Does it pay?"\nsource = "areas"\nscenario = "base"\n'
LEVERS = '[levers]\n"companies.focal.price" = { range = [0.2, 0.5] }\n'
DESIGN = '[design]\nkind = "grid"\n'
OUTCOMES = '[outcomes]\nvalue = { metric = "co_created_value" }\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str, changes: Changes | None = None) -> Experiment:
    Path("e.toml").write_text(text, encoding="utf-8")
    return load_experiment("e.toml", changes)


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(ExperimentError) as caught:
        load(text)
    return caught.value.faults


def only(text: str) -> Fault:
    (fault,) = faults(text)
    return fault


def with_lever(line: str) -> str:
    return f"{HEAD}[levers]\n{line}\n{DESIGN}{OUTCOMES}"


def test_the_experiment_of_the_manual() -> None:
    found = load(
        HEAD
        + """
replicates = 30
[levers]
"companies.focal.funding" = { simplex = 3, total = 30.0, levels = 11 }
[uncertainties]
"encounter.elasticity" = { range = [0.25, 5.0], scale = "log" }
[design]
kind = "grid"
[outcomes]
value = { metric = "co_created_value", window = "last 60 months", statistic = "mean" }
[verdict]
rule = "argmax within 0.10 of the centroid"
margin = 0.1
anything = ["else", 3]
"""
    )
    assert found.name == "e"
    assert found.seeds == tuple(range(1, 31))
    lever, unknown = found.factors
    parts = ("innovation", "marketing_sales", "experience_platform")
    assert (lever.role, lever.domain) == (Role.LEVER, Mixture(parts, 30.0, 11))
    assert unknown.role is Role.UNCERTAINTY
    assert unknown.domain == Range(0.25, 5.0, Scale.LOG)
    assert unknown.present == {"encounter.elasticity": 0.7}
    assert lever.measures["companies.focal.funding.innovation"].unit == "money/1000 people/month"
    assert found.design.kind is DesignKind.GRID
    assert len(found.points) == 66 * 5
    (outcome,) = found.outcomes
    assert (outcome.metric, str(outcome.window)) == ("co_created_value", "last 60 months")
    assert found.verdict["anything"] == ["else", 3]


@pytest.mark.parametrize(
    ("line", "domain"),
    [
        ('"desks.abandonment" = {}', Choices((False, True))),
        ('"journey.rule" = {}', Choices(("utility", "when_aware"))),
        ('"encounter.elasticity" = { scale = "log" }', Range(0.25, 5.0, Scale.LOG)),
        ('"touchpoints.call_centre.servers" = { range = [1, 4] }', Range(1, 4, whole=True)),
        ('"companies.*.price" = { values = [0.2, 0.4] }', Choices((0.2, 0.4))),
        ('"companies.focal.allocation.shop" = { range = [0.5, 2] }', Range(0.5, 2)),
        ('"network.kind" = { values = ["random", "lattice"] }', Choices(("random", "lattice"))),
    ],
)
def test_any_parameter_can_be_varied(line: str, domain: object) -> None:
    assert load(with_lever(line)).factors[0].domain == domain


def test_levels_of_a_factor_may_set_several_parameters() -> None:
    found = load(
        with_lever(
            """post.levels.none = { "touchpoints.call_centre.servers" = 0 }
post.levels.teaching.touchpoints.call_centre = { servers = 2, teaches = true }
post.levels.listening = { "touchpoints.call_centre" = { listens = true } }"""
        )
    )
    (factor,) = found.factors
    assert isinstance(factor.domain, Levels)
    assert factor.domain.settings == {
        "none": {"touchpoints.call_centre.servers": 0},
        "teaching": {
            "touchpoints.call_centre.servers": 2, "touchpoints.call_centre.teaches": True,
        },
        "listening": {"touchpoints.call_centre.listens": True},
    }  # fmt: skip
    assert [point.cells for point in found.points] == [
        {"post": "none"}, {"post": "teaching"}, {"post": "listening"},
    ]  # fmt: skip
    assert factor.present == {"post": "baseline"}


def test_links_set_further_paths_to_the_same_value() -> None:
    line = '"companies.focal.price" = { values = [0.2, 0.4], links = ["companies.rival.price"] }'
    point = load(with_lever(line)).points[1]
    assert point.changes == {"companies.focal.price": 0.4, "companies.rival.price": 0.4}


def test_command_line_goes_on_top() -> None:
    changes = Changes(
        replicates=2, months=24, seed=9, design={"limit": 3},
        settings={"population.people": 300}, series=("adoption:focal",),
    )  # fmt: skip
    text = f'{HEAD}replicates = 50\n[set]\n"population.people" = 500\n{LEVERS}{DESIGN}{OUTCOMES}'
    found = load(text, changes)
    assert found.seeds == (9, 10)
    assert (found.base.population.people, found.base.run.months) == (300, 24)
    assert len(found.points) == 3
    assert found.series == ("adoption:focal",)
    other = load(text, Changes(design={"kind": "random", "n": 7}))
    assert (other.design.kind, len(other.points)) == (DesignKind.RANDOM, 7)


def test_outcomes_have_windows_statistics_and_a_direction() -> None:
    found = load(
        f"{HEAD}{LEVERS}{DESIGN}[outcomes]\n"
        'wait = { metric = "desk_wait", of = "focal:call_centre", statistic = "max", '
        'window = "months 13-24", better = "low" }\n'
    )
    (outcome,) = found.outcomes
    assert (outcome.statistic, outcome.better) == (Statistic.MAX, Better.LOW)
    assert outcome.window.of(120) == slice(12, 24)


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    found = faults(
        """questoin = "x"
scenario = "bse"
replicates = 2.0
[set]
"run.months" = 60
[levers]
"companies.focal.price" = { range = [0.2, 0.5] }
[design]
kind = "grud"
n = 0
[outcomes]
value = { metric = 3, window = "last 60 moths", statistc = "mean" }
seed = { metric = "a" }
[verdict]
outcome = "valeu"
"""
    )
    told = [(fault.line, fault.key, fault.hint) for fault in found if fault.line]
    assert told == [
        (1, "questoin", 'Did you mean "question"?'),
        (2, "scenario", told[1][2]),
        (3, "replicates", "Write 2."),
        (9, "design.kind", 'Did you mean "grid"?'),
        (10, "design.n", None),
        (12, "outcomes.value.metric", 'Write "3".'),
        (12, "outcomes.value.window", told[6][2]),
        (12, "outcomes.value.statistc", 'Did you mean "statistic"?'),
        (13, "outcomes.seed", "Rename it."),
        (14, "verdict.rule", told[9][2]),
        (15, "verdict.outcome", 'Did you mean "value"?'),
    ]
    assert told[1][2] == 'Did you mean "base"?'
    assert [fault.key for fault in found if fault.line is None] == ["question"]


@pytest.mark.parametrize(
    ("key", "words"),
    [("factors", "below [levers]"), ("parameters", "below [levers]"), ("months", "run.months"),
     ("metrics", "below [outcomes]")],
)  # fmt: skip
def test_keys_of_other_tools_are_told_where_ours_stand(key: str, words: str) -> None:
    lever = with_lever('"companies.focal.price" = { range = [0.2, 0.5] }')
    assert words in str(only(f"{key} = 1\n{lever}").hint)


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ('"companies.focal.prise" = {}', 'levers."companies.focal.prise"',
         'Did you mean "companies.focal.price"?'),
        ('"companies.focal.price" = { range = [0.5, 0.2] }', 'levers."companies.focal.price".range',
         "the lower one first"),
        ('"companies.focal.strategy.lean" = { range = [0, 2] }',
         'levers."companies.focal.strategy.lean".range', "between 0 and 1"),
        ('"desks.abandonment" = { range = [0, 1] }', 'levers."desks.abandonment".range',
         "Write { values = [false, true] }."),
        ('"journey.rule" = { values = ["utility", "when_awre"] }', 'levers."journey.rule".values',
         'Did you mean "when_aware"?'),
        ('"companies.focal.funding" = { simplex = 4, total = 9 }',
         'levers."companies.focal.funding".simplex', "has 3: innovation, marketing_sales"),
        ('"companies.focal.strategy" = {}', 'levers."companies.focal.strategy"', "whole section"),
        ('"companies.focal.price" = { value = [1] }', 'levers."companies.focal.price".value',
         'Did you mean "values"?'),
        ('"companies.focal.price" = { range = [0, 1], scale = "log" }',
         'levers."companies.focal.price".range', "above 0 on a log scale"),
        ('"touchpoints.call_centre.servers" = { range = [1, 5.5] }',
         'levers."touchpoints.call_centre.servers".range', "whole numbers"),
        ('"reach.hazard" = { values = [0.1] }', 'levers."reach.hazard".values', "two different"),
        ("companies.focal.price = { range = [0.2, 0.5] }", "levers.companies", "in quotes"),
        ('"run.seed" = { range = [1, 5] }', 'levers."run.seed"', "replicates = …"),
        ('"population.knowledge_low" = { range = [0.1, 0.9] }',
         'levers."population.knowledge_low".range', "knowledge_high"),
        ('post = { levels = { one = { "journey.rul" = "utility" }, two = {} } }',
         "levers.post.levels.one", 'Did you mean "journey.rule"?'),
        ('"companies.focal.price" = { range = [0.2, 0.5], values = [0.1, 0.2] }',
         'levers."companies.focal.price"', "Keep one of them"),
    ],
)  # fmt: skip
def test_a_wrong_factor_is_told_with_its_remedy(line: str, key: str, words: str) -> None:
    fault = only(with_lever(line))
    assert fault.key == key
    assert words in f"{fault.message} {fault.hint}"
    assert fault.line == 5


def test_two_factors_may_not_set_the_same_parameter() -> None:
    one, other = '"companies.*.price" = { values = [0.2, 0.3] }', '"companies.rival.price" = {}'
    fault = only(with_lever(f"{one}\n{other}"))
    assert "companies.rival.price, which companies.*.price sets as well" in fault.message


@pytest.mark.parametrize(
    ("design", "key", "words"),
    [
        ('kind = "lhs"', "design.n", "is missing"),
        ('kind = "sobol"\nn = 100', "design.n", "Write 64 or 128."),
        ('kind = "morris"\ntrajectories = 4\nlevels = 5', "design.levels", "must be even"),
        ('kind = "grid"\nn = 5', "design.n", "It belongs to kind = lhs, sobol, random or futures."),
        ('kind = "simplex"', "design.kind", "no factor is a mixture"),
        ('kind = "random"\nn = 5\nlimit = 0', "design.limit", "at least 1"),
    ],
)
def test_a_wrong_design_is_told_with_its_remedy(design: str, key: str, words: str) -> None:
    lever = LEVERS + '"journey.sensitivity" = {}\n'
    fault = only(f"{HEAD}{lever}[design]\n{design}\n{OUTCOMES}")
    assert fault.key == key
    assert words in f"{fault.message} {fault.hint}"


def test_simplex_cannot_be_screened() -> None:
    lever = '[levers]\n"companies.focal.funding" = { simplex = 3, total = 9.0 }\n'
    design = '[design]\nkind = "morris"\ntrajectories = 4\n'
    assert (
        "companies.focal.funding depend on each other"
        in only(f"{HEAD}{lever}{design}{OUTCOMES}").message
    )


def test_fixed_changes_are_checked_where_they_stand() -> None:
    fault = only(f'{HEAD}[set]\n"population.people" = 5\n{LEVERS}{DESIGN}{OUTCOMES}')
    assert (fault.line, fault.key) == (5, 'set."population.people"')
    assert "between 10 and 2000000" in fault.message


def test_window_must_lie_within_the_run() -> None:
    text = f'{HEAD}{LEVERS}{DESIGN}[outcomes]\nx = {{ metric = "a", window = "months 100-130" }}\n'
    assert "month 130; a run has 120 months" in only(text).message


@pytest.mark.parametrize("text", ["question =", "[design\n", "a = 1\na = 2\n"])
def test_broken_toml_is_told_by_line(text: str) -> None:
    assert only(text).line is not None


def test_a_scenario_is_no_experiment() -> None:
    fault = only('[[companies]]\nname = "focal"\n')
    assert fault.hint == "Start it with: cocreate run e.toml"


def test_names_are_looked_up_and_guessed() -> None:
    assert find_experiment("staffing").name == "staffing.toml"
    with pytest.raises(ExperimentError) as caught:
        find_experiment("stafing")
    assert "Did you mean staffing?" in str(caught.value)


def test_nothing_at_all_is_told_completely() -> None:
    keys: list[Any] = [fault.key for fault in faults("")]
    assert keys == ["question", "scenario", "design", "outcomes"]


@pytest.mark.parametrize("margin", ["one", "1", "-1%", "%", "nan%", "inf%"])
def test_a_margin_that_is_no_percentage_is_refused_before_the_runs(margin: str) -> None:
    verdict = f'[verdict]\nrule = "better"\nmargin = "{margin}"\n'
    fault = only(HEAD + LEVERS + DESIGN + OUTCOMES + verdict)
    assert fault.key == "verdict.margin"
    assert load(HEAD + LEVERS + DESIGN + OUTCOMES + verdict.replace(margin, "1.5 %"))


def test_faults_of_one_kind_are_raised_as_that_kind_and_others_as_wrong_input() -> None:
    faults = FaultList()
    for name in ("nowhere", "nobody"):
        faults.attempt(load_experiment, name)
    with pytest.raises(ExperimentError):
        faults.refuse()
    faults.append(Fault("is wrong as well."))
    with pytest.raises(InputError) as caught:
        faults.accepted(None)
    assert not isinstance(caught.value, ExperimentError)
    assert len(caught.value.faults) == 3
    assert FaultList().accepted(3) == 3
