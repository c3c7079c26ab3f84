"""Every rule, on made-up tables, returns supported, refuted and undecided; and what depends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.rules import NEEDS, RULES, Alternative, rule_faults
from simulation.analysis.verdict import (
    BASELINE,
    Verdict,
    alternatives_of,
    crossing,
    judge,
    turns,
)
from simulation.errors import ExperimentError

SEEDS = 10
Worth = Callable[[Mapping[str, Any]], float]


def world(
    points: list[dict[str, Any]], worth: Worth, *, noise: float = 0.2, name: str = BASELINE,
    **more: Worth,
) -> Alternative:  # fmt: skip
    """Return a world in which every point has a worth, but for chance that seeds share in part."""
    rng = np.random.default_rng(7)
    shared = 5.0 * rng.standard_normal(SEEDS)
    values = {}
    for outcome, of in {"value": worth, **more}.items():
        rows = {
            at: of(cells) + shared + noise * rng.standard_normal(SEEDS)
            for at, cells in enumerate(points)
        }
        values[outcome] = pd.DataFrame(rows, index=pd.RangeIndex(1, SEEDS + 1, name="seed"))
    cells = pd.DataFrame(points, index=pd.RangeIndex(len(points), name="point"))
    return Alternative(name, cells, values)


def grid(**levels: list[Any]) -> list[dict[str, Any]]:
    return [dict(zip(levels, chosen, strict=True)) for chosen in product(*levels.values())]


FUNDED = {"I": ["no", "yes"], "M": ["no", "yes"], "P": ["no", "yes"]}
MIXTURE = "budget"


def simplex(steps: int = 3) -> list[dict[str, Any]]:
    counts = [(a, b, steps - a - b) for a in range(steps + 1) for b in range(steps + 1 - a)]
    return [
        {f"{MIXTURE}.{part}": n / steps for part, n in zip("imp", some, strict=True)}
        for some in counts
    ]


@dataclass(frozen=True)
class Example:
    """A rule with a table on which its claim holds by ``size``; a negative size turns it over."""

    rule: dict[str, Any]
    points: list[dict[str, Any]]
    worth: Callable[[float], Worth]
    more: Callable[[float], dict[str, Worth]] = lambda _: {}


def funded(cells: Mapping[str, Any]) -> int:
    return sum(cells[name] == "yes" for name in FUNDED)


EXAMPLES = {
    "difference": Example(
        {"better": {"a": "on"}, "than": {"a": "off"}},
        grid(a=["on", "off"]),
        lambda size: lambda cells: size * (cells["a"] == "on"),
    ),
    "everyone": Example(
        {"better": {"a": "on"}, "than": {"a": "off"}, "nobody_loses": ["poor"], "margin": 0.5},
        grid(a=["on", "off"]),
        lambda size: lambda cells: abs(size) * (cells["a"] == "on"),
        lambda size: {"poor": lambda cells: size * (cells["a"] == "on")},
    ),
    "best": Example(
        {"lever": "a", "first": "x"},
        grid(a=["x", "y", "z"]),
        lambda size: lambda cells: {"x": size, "y": 0.0, "z": -abs(size)}[cells["a"]],
    ),
    "ordering": Example(
        {"lever": "a", "order": ["x", "y", "z"]},
        grid(a=["x", "y", "z"]),
        lambda size: lambda cells: {"x": 2 * size, "y": size, "z": 0.0}[cells["a"]],
    ),
    "interaction": Example(
        {"to": {"a": 1}, "from": {"a": 0}, "more": {"b": 1}, "less": {"b": 0}},
        grid(a=[0, 1], b=[0, 1]),
        lambda size: lambda cells: 3.0 * cells["a"] + size * cells["a"] * cells["b"],
    ),
    "dividend_positive": Example(
        {"players": FUNDED},
        grid(**FUNDED),
        lambda size: lambda cells: 2.0 * funded(cells) + size * (funded(cells) == 3),
    ),
    "main_effects": Example(
        {"first": "I", "levers": FUNDED},
        grid(**FUNDED),
        lambda size: lambda cells: size * (cells["I"] == "yes") + 3.0 * funded(cells),
    ),
    "order": Example(
        {"moves": FUNDED, "order": ["I", "M", "P"], "margin": 0.3},
        grid(**FUNDED),
        lambda size: lambda cells: size * (cells["I"] == "yes") - size * (cells["P"] == "yes"),
    ),
    "slope": Example(
        {"lever": "a"},
        grid(a=[0.0, 0.5, 1.0]),
        lambda size: lambda cells: size * cells["a"],
    ),
    "argmax_near_centroid": Example(
        {"mixture": MIXTURE, "distance": 0.2, "margin": 0.5},
        simplex(),
        lambda size: lambda cells: -size
        * sum((cells[f"{MIXTURE}.{part}"] - 1 / 3) ** 2 for part in "imp"),
    ),
}  # fmt: skip

SIZES = {"argmax_near_centroid": 20.0}


def judged(name: str, size: float, *, noise: float = 0.2) -> Verdict:
    example = EXAMPLES[name]
    made = world(example.points, example.worth(size), noise=noise, **example.more(size))
    return judge([made], {"rule": name, **example.rule}).verdict


def test_every_rule_has_an_example() -> None:
    assert set(EXAMPLES) == set(RULES) == set(NEEDS)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_rule_supports_what_holds(name: str) -> None:
    assert judged(name, SIZES.get(name, 4.0)) is Verdict.SUPPORTED


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_rule_refutes_what_does_not_hold(name: str) -> None:
    assert judged(name, -SIZES.get(name, 4.0)) is Verdict.REFUTED


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_rule_leaves_open_what_chance_covers(name: str) -> None:
    assert judged(name, SIZES.get(name, 4.0) / 20, noise=8.0) is Verdict.UNDECIDED


def test_two_seeds_of_nothing_but_chance_decide_nothing() -> None:
    example = EXAMPLES["difference"]
    made = world(example.points, example.worth(1.0))
    one = Alternative(made.name, made.cells, {"value": made.values["value"].head(1)})
    found = judge([one], {"rule": "difference", **example.rule})
    assert found.verdict is Verdict.UNDECIDED
    assert found.main.n == 1


def test_bar_is_the_margin() -> None:
    example = EXAMPLES["difference"]
    made = world(example.points, example.worth(2.0))
    told = {"rule": "difference", **example.rule}
    assert judge([made], {**told, "margin": 1.0}).verdict is Verdict.SUPPORTED
    assert judge([made], {**told, "margin": 3.0}).verdict is Verdict.REFUTED
    less = {**told, "rule": "slope", "lever": "a", "sense": "low"}
    falling = world(grid(a=[0.0, 1.0]), lambda cells: -3.0 * cells["a"])
    assert judge([falling], less).verdict is Verdict.SUPPORTED


def test_best_can_ask_for_the_least_among_some() -> None:
    made = world(grid(a=["x", "y", "z"]), lambda cells: {"x": 0.0, "y": 5.0, "z": -5.0}[cells["a"]])
    told = {"rule": "best", "lever": "a", "first": "x", "sense": "low"}
    assert judge([made], told).verdict is Verdict.REFUTED
    assert judge([made], {**told, "rivals": ["y"]}).verdict is Verdict.SUPPORTED


def test_a_refuted_verdict_hangs_on_the_claim_that_surely_fails() -> None:
    made = world(
        grid(a=["x", "sure", "noisy"]),
        lambda cells: {"x": 0.0, "sure": 1.0, "noisy": 2.0}[cells["a"]],
        noise=0.05,
    )
    rng = np.random.default_rng(1)
    made.values["value"][2] += 20.0 * rng.standard_normal(SEEDS)
    found = judge([made], {"rule": "best", "lever": "a", "first": "x"})
    assert found.verdict is Verdict.REFUTED
    assert found.effect.name == "x over sure"
    assert found.effect.high < 0.0


def test_the_dividend_can_be_claimed_to_be_greater_somewhere() -> None:
    points = grid(**FUNDED, social=["off", "on"])

    def worth(cells: Mapping[str, Any]) -> float:
        return 4.0 * (funded(cells) == 3) * (cells["social"] == "on")

    told = {"rule": "dividend_positive", "players": FUNDED, "where": {"social": "on"},
            "than_where": {"social": "off"}}  # fmt: skip
    assert judge([world(points, worth)], told).verdict is Verdict.SUPPORTED
    turned = {**told, "where": {"social": "off"}, "than_where": {"social": "on"}}
    assert judge([world(points, worth)], turned).verdict is Verdict.REFUTED


# --- alternative assumptions ---------------------------------------------------------------------

DIFFERENCE = {"rule": "difference", **EXAMPLES["difference"].rule}
SETTINGS = {"strong": {"lens": 2.0}, "weak": {"lens": 0.0}, "both": {"lens": 2.0, "drift": 0.1}}


def in_worlds(main: float, **others: float) -> Any:
    example = EXAMPLES["difference"]
    made = [world(example.points, example.worth(main))]
    made += [world(example.points, example.worth(size), name=name) for name, size in others.items()]
    return judge(made, DIFFERENCE, settings=SETTINGS)


def test_a_verdict_that_turns_over_depends_and_says_where() -> None:
    found = in_worlds(4.0, strong=-4.0, weak=4.5)
    assert found.verdict is Verdict.DEPENDS
    assert found.supporting == (BASELINE, "weak")
    assert found.refuting == ("strong",)
    assert [one.alternative for one in found.leaning()] == ["strong"]
    (turn,) = turns(found, {"lens": 1.0})
    assert turn.alternative == "strong"
    assert turn.at == pytest.approx(2**0.5, rel=0.05)


def test_a_verdict_that_holds_everywhere_is_that() -> None:
    found = in_worlds(4.0, strong=3.0, weak=5.0)
    assert found.verdict is Verdict.SUPPORTED
    assert turns(found, {"lens": 1.0}) == []
    assert in_worlds(-4.0, strong=-3.0).verdict is Verdict.REFUTED
    assert in_worlds(0.0, strong=0.05).verdict is Verdict.UNDECIDED
    assert in_worlds(0.0, strong=4.0, weak=-4.0).verdict is Verdict.DEPENDS


def test_assumptions_are_ranked_by_what_they_shift() -> None:
    found = in_worlds(4.0, weak=4.2, strong=3.0, both=-2.0)
    assert [one.alternative for one in found.leaning(3)] == ["both", "strong"]
    assert found.leaning(1)[0].shift.mean == pytest.approx(-6.0, abs=0.5)
    (turn,) = turns(found, {"lens": 1.0, "drift": 0.02})
    assert turn.at is None
    assert turn.assumption == "lens, drift"


def test_crossing_is_on_a_log_scale_where_it_can_be() -> None:
    assert crossing((1.0, 1.0), (4.0, -1.0)) == pytest.approx(2.0)
    assert crossing((0.0, 1.0), (1.0, -3.0)) == pytest.approx(0.25)
    assert crossing((1.0, 1.0), (2.0, 3.0)) is None
    assert crossing((1.0, float("nan")), (2.0, 3.0)) is None


def runs(people: dict[str, float] | None = None) -> pd.DataFrame:
    rows = []
    for at, (a, w) in enumerate(product(["on", "off"], ["other", BASELINE])):
        for seed in (1, 2, 3):
            row = {"point": at, "seed": seed, "a": a, "world": w, "value": 100.0 * (a == "on"),
                   "share": 0.5}  # fmt: skip
            rows.append(row | (people or {}))
    return pd.DataFrame(rows)


def test_alternatives_are_read_from_runs_and_money_is_reported_per_thousand() -> None:
    units = {"value": "money/month", "share": "share"}
    found = alternatives_of(
        runs(), ["a", "world"], ["value", "share"], alternative="world", people=2000.0, units=units
    )
    assert [one.name for one in found] == [BASELINE, "other"]
    assert found[0].at({"a": "on"}).tolist() == [50.0, 50.0, 50.0]
    assert found[0].at({"a": "on"}, "share").tolist() == [0.5, 0.5, 0.5]
    sized = alternatives_of(
        runs({"population.people": 4000}), ["a", "population.people"], ["value"], alternative=None,
        people=2000.0, units=units,
    )  # fmt: skip
    assert sized[0].at({"a": "on"}).tolist() == [25.0, 25.0, 25.0]


def test_seeds_without_a_value_are_left_out() -> None:
    some = runs()
    some.loc[(some["seed"] == 2) & (some["a"] == "on"), "value"] = np.nan
    found = alternatives_of(
        some, ["a", "world"], ["value"], alternative="world", people=1000.0, units={}
    )
    assert len(found[0].at({"a": "off"})) == 2


# --- faults --------------------------------------------------------------------------------------


def test_rules_say_what_they_miss() -> None:
    made = world(grid(a=["on", "off"]), lambda _: 0.0)
    with pytest.raises(ExperimentError, match="a point that was not run: a = of"):
        judge([made], {"rule": "difference", "better": {"a": "on"}, "than": {"a": "of"}})
    with pytest.raises(ExperimentError, match="names an unknown column: b"):
        judge([made], {"rule": "difference", "better": {"b": "on"}, "than": {"a": "off"}})
    with pytest.raises(ExperimentError, match="names an unknown lever"):
        judge([made], {"rule": "slope", "lever": "b"})
    with pytest.raises(ExperimentError, match="names an unknown mixture"):
        judge([made], {"rule": "argmax_near_centroid", "mixture": "b", "distance": 0.1})
    far = world(simplex(steps=1), lambda _: 0.0)
    with pytest.raises(ExperimentError, match="no split within"):
        judge([far], {"rule": "argmax_near_centroid", "mixture": MIXTURE, "distance": 0.1})


def test_faults_of_a_verdict_are_told_before_the_runs() -> None:
    assert rule_faults({"rule": "best"}) == [
        "lever is missing: the rule best needs it.", "first is missing: the rule best needs it.",
    ]  # fmt: skip
    assert "must be one of difference" in rule_faults({"rule": "beest"})[0]
    assert rule_faults({"rule": "interaction"}) == []
