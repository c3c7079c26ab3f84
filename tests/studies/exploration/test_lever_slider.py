"""The slider over a lever's level: its number is that of the emulator over (level, assumptions)."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromium
import known_effect
import numpy as np
import pandas as pd
import pytest
from test_exploration import TEXT

from simulation import open_result
from simulation.analysis.decision.emulator import Kind, Surface, fit
from simulation.analysis.decision.joint_emulator import LevelRuns, joint_emulator
from simulation.arrays import Floats
from simulation.execution import Serial, Unwatched
from simulation.experiment.load import load_experiment
from simulation.report.assumptions import assumptions
from simulation.report.page import Remake, Report, Widget
from simulation.studies.exploration.answer import level_text
from simulation.studies.exploration.arms import level_arm
from simulation.studies.exploration.benefits import Benefits
from simulation.studies.exploration.emulators import (
    JOINT,
    carried,
    emulator_data,
    read_joint,
    write_joint,
)
from simulation.studies.exploration.figures.numbers import level_numbers
from simulation.studies.exploration.lever_slider import why_no_lever
from simulation.studies.exploration.plan import exploration_of
from simulation.studies.exploration.required import required_of
from simulation.studies.exploration.result import ExplorationResult
from simulation.studies.exploration.sliders import sliders_data, sliders_of
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.exploration.workroom import workroom_of_folder
from simulation.studies.futures.decision import Decision
from simulation.studies.study import carry_out

EDUCATION = "companies.focal.strategy.education"
LEVELS = TEXT.replace(
    TEXT[TEXT.index("[levers") : TEXT.index("[uncert")],
    f'[levers]\n"{EDUCATION}" = {{ range = [0.3, 1.0], levels = 5 }}\n',
).replace("n = 64", "n = 32")


def emulated(kind: Kind) -> Surface:
    """Return an emulator of 64 futures at 6 levels; a page carries a process by 256 of these."""
    rng = np.random.default_rng(3)
    level, x = np.linspace(0.0, 1.0, 6), rng.random((64, 2))
    true = 3.0 * level * (0.6 - x[:, :1]) + 0.3 * np.sin(5.0 * level) * x[:, 1:]
    runs = LevelRuns(level, x, true + rng.normal(0, 0.1, (64, 6)), np.full((64, 6), 0.01))
    return fit(runs.sample([0, 1]), kind)


def page_of(folder: Path, surface: Surface, **lever: Any) -> Path:
    """Write a page with sliders for a lever and two of three assumptions."""
    plain = {"unit": "", "factor": 1.0, "present": 0.5, "low": 0.0, "high": 2.0, "log": False,
             "whole": False, "values": []}  # fmt: skip
    inputs = [{**plain, "name": name, "paths": [f"talk.x{at}"]}
              for at, name in enumerate(("price", "unspoken", "talk"))]  # fmt: skip
    inputs[2]["present"] = 1.0 / 3.0
    inputs.append({**plain, "name": "strategy: education", "paths": [EDUCATION], "present": 1.0,
                   "base": 0.5, "run": ["0", "2"], **lever})  # fmt: skip
    arm = {"name": "strategy: education", "changes": [], "quality": "It explains half.",
           **emulator_data(surface, (3, 0, 2))}  # fmt: skip
    widget = Widget("try", "Try it", "sliders", {
        "arms": [arm], "lever": 3, "why": "", "base": "base", "whose": "everyone", "margin": 0.1,
        "factor": 2.0, "unit": "EUR a month", "scenario": "telecom", "fixed": ["run.months=3"],
        "inputs": inputs,
    })  # fmt: skip
    report = Report("A page", ("facts",), ("It pays.",), assumptions({}), Remake(), widget=widget)
    file = folder / "page.html"
    file.write_text(report.html({}), encoding="utf-8")
    return file


def shown(page: Any) -> dict[str, Any]:
    """Return what a page with sliders shows."""
    data: dict[str, Any] = page.evaluate("""() => {
      const $ = id => document.getElementById(id), effect = $("try-effect");
      return {mean: Number(effect.dataset.mean), sd: Number(effect.dataset.sd),
        effect: effect.textContent, line: $("try-line").textContent, hash: location.hash,
        head: $("try-head").textContent, quality: $("try-quality").textContent,
        spoken: document.querySelector("#try-lever input").getAttribute("aria-valuetext"),
        rows: [...$("try-numbers").querySelectorAll("th")].map(one => one.textContent),
        numbers: [...$("try-numbers").rows].map(row => [...row.cells].map(one => one.textContent)),
        turns: [...$("try-turns").rows].map(row => [...row.cells].map(one => one.textContent))};
    }""")
    return data


def expected(surface: Surface, *at: float) -> tuple[float, float]:
    few, point = carried(surface), np.array([at])
    return float(few.mean(point)[0]), float(few.spread(point)[0])


@chromium.NEEDED
@pytest.mark.parametrize("kind", Kind)
def test_number_over_the_level_is_the_emulators(tmp_path: Path, kind: Kind) -> None:
    surface = emulated(kind)
    assert surface.sample.n == 384
    assert carried(surface).sample.n == (256 if kind is Kind.PROCESS else 384)
    file = page_of(tmp_path, surface)
    with chromium.started() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri() + "#try=0,0.2,0.5,0.7,0.9")
        first = shown(page)
        lever = page.locator("#try-lever input")
        lever.focus()
        page.keyboard.press("ArrowLeft")
        then = shown(page)
        page.keyboard.press("PageDown")
        page.locator("#try-sliders input").first.focus()
        page.keyboard.press("PageUp")
        last = shown(page)
        page.get_by_role("button", name="Assumptions as in the scenario").click()
        again = shown(page)
        assert lever.get_attribute("type") == "range"
        assert page.locator("#try-sliders input").count() == 2
        assert len(asked) == 1
    for seen, at in ((first, (0.9, 0.2, 0.7)), (then, (0.89, 0.2, 0.7)),
                     (last, (0.79, 0.3, 0.7)), (again, (0.79, 0.5, 1.0 / 3.0))):  # fmt: skip
        mean, sd = expected(surface, *at)
        assert seen["mean"] == pytest.approx(mean, rel=1e-8)
        assert seen["sd"] == pytest.approx(sd, rel=2e-3)
    assert then["hash"] == "#try=0,0.2,0.5,0.7,0.89"
    assert then["spoken"] == "1.78"
    assert then["head"] == "strategy: education"
    assert then["rows"][0] == "0"
    assert then["rows"][-1] == "2"
    assert then["quality"] == "It explains half."
    assert last["head"] == "price"
    # the level is of the what-if; what is assumed is of both sides
    assert then["line"] == (
        f"cocreate compare telecom --what-if 'strategy education 1.78: {EDUCATION}=1.78' "
        "--set run.months=3 --set talk.x0=0.4 --set talk.x2=1.4"
    )
    # it turns where the mean crosses the margin, the level alone moved
    name, now, turns = first["turns"][0]
    assert (name, now) == ("strategy: education", "1.8")
    few = carried(surface)
    near = np.array([[float(turns) / 2.0 + step, 0.2, 0.7] for step in (-0.01, 0.01)])
    below, above = few.mean(near) - 0.1
    assert below * above < 0


@chromium.NEEDED
def test_level_of_the_base_is_no_difference_and_whole_levels_are_whole(tmp_path: Path) -> None:
    surface = emulated(Kind.QUADRATIC)
    file = page_of(tmp_path, surface, whole=True, low=1.0, high=5.0)
    with chromium.started() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.goto(file.as_uri() + "#try=0,0.2,0.5,0.333333,0.3")
        third = shown(page)
        page.locator("#try-lever input").focus()
        page.keyboard.press("ArrowRight")
        base = shown(page)
        page.keyboard.press("ArrowRight")
        next_one = shown(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
    assert third["mean"] == pytest.approx(expected(surface, 0.25, 0.2, 1.0 / 3.0)[0], rel=1e-8)
    assert "talk.x2" not in third["line"]  # six digits of the address stand for the scenario's
    assert f"{EDUCATION}=2'" in third["line"]
    assert base["effect"] == "No difference: this is the level of base"
    assert base["line"] == "There is nothing to compare: this is the level of base."
    assert (base["mean"], base["sd"]) == (0.0, 0.0)
    assert ["3", "0", "0", "0"] in base["numbers"]
    assert base["hash"] == "#try=0,0.2,0.5,0.333333,0.5"
    assert f"education 4: {EDUCATION}=4'" in next_one["line"]
    assert "EUR a month (" in next_one["effect"]
    assert wide <= 360


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ExplorationResult:
    room = tmp_path_factory.mktemp("levels")
    path = room / "teaching.toml"
    path.write_text(LEVELS, encoding="utf-8")
    study = exploration_of(load_experiment(path), Decision(), known_effect.MODEL)
    carry_out(study, room / "out", Serial(), Unwatched())
    opened = open_result(room / "out")
    assert isinstance(opened, ExplorationResult)
    return opened


@chromium.NEEDED
def test_report_of_a_numeric_lever_has_its_slider(result: ExplorationResult) -> None:
    room = workroom_of_folder(result.folder, result.manifest)
    required = required_of(room)
    assert required is not None
    level = result.findings["level"]
    assert level["values"] == [0.3, 0.475, 0.65, 0.825, 1.0]
    assert (level["base"], level["whole"]) == (0.3, False)
    assert level["emulator"]["carried"]["moves"]
    assert result.tables.joint["points"] <= 256
    file = result.folder / "tried.html"
    report = replace(result.report(), figures=())
    file.write_text(report.html({}), encoding="utf-8")
    with chromium.started() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.goto(file.as_uri() + "#try=0,0.4,0.5,0.6")
        seen = shown(page)
        assert page.locator("#try-arm").count() == 0
    x = {0: 0.4, 1: 0.5}
    at = (0.6, *(x[column] for column in required.emulator.kept))
    mean, sd = expected(required.emulator.surface, *at)
    assert seen["mean"] == pytest.approx(mean, rel=1e-8)
    assert seen["sd"] == pytest.approx(sd, rel=2e-3)
    # at education .72 and self-service .12 the effect is 20 (.72 − .3) (.2 − .12)
    assert seen["mean"] == pytest.approx(20 * 0.42 * 0.08, abs=0.15)
    assert f"education 0.72: {EDUCATION}=0.72'" in seen["line"]
    assert "--set encounter.self_service=0.12" in seen["line"]
    assert re.search(r"explains 0\.9\d+ of the variance, of 0\.9\d+ that can be", seen["quality"])
    assert "at one level. Its 95" in seen["quality"]
    sure = report.markdown()
    assert "the emulator of the lever's slider explains" in sure
    assert "strategy: education, any level" in sure


def test_sliders_begin_at_the_leading_arm(result: ExplorationResult) -> None:
    data = sliders_data(result.tables)
    lever = data["inputs"][data["lever"]]
    assert result.tables.lead["name"] == "education 1"
    assert (lever["present"], lever["base"]) == (1.0, 0.0)
    assert lever["paths"] == [EDUCATION]
    assert [arm["name"] for arm in data["arms"]] == ["strategy: education"]
    assert data["arms"][0]["changes"] == []
    assert data["arms"][0]["kept"][0] == data["lever"] == 2


def test_a_lever_in_money_is_said_in_the_currency(result: ExplorationResult) -> None:
    found = deepcopy(dict(result.findings))
    found["level"] |= {"required": 0.5, "sure": None}
    money = replace(result.tables, findings=found,
                    units={**result.tables.units, EDUCATION: "money/month"})  # fmt: skip
    assert "education pays off in 9 of 10 futures from 50 EUR/month on" in level_text(money)
    shown_level = level_numbers(money)
    assert shown_level["level"].iloc[-1] == pytest.approx(100.0)
    assert set(shown_level["unit"]) == {"EUR/month"}
    lever = sliders_data(money)["inputs"][2]
    assert (lever["unit"], lever["factor"], lever["run"][0]) == ("EUR/month", 100.0, "30")


def silent(tables: ExplorationTables, **carried_: Any) -> ExplorationTables:
    """Return tables whose emulator over levels tells too little to be carried."""
    found = deepcopy(dict(tables.findings))
    found["level"]["emulator"]["carried"] |= {"moves": False, **carried_}
    return replace(tables, findings=found, joint={})


def test_emulator_that_knows_too_little_gives_no_slider_and_says_why(
    result: ExplorationResult, tmp_path: Path
) -> None:
    weak = silent(result.tables, r2_within=0.11, ceiling_within=0.9)
    widget = sliders_of(weak)
    assert widget is not None
    assert widget.data["lever"] is None  # arms have emulators of their own, and are chosen
    assert "explains 0.11 of the variance, of 0.9 that can be known at one level" in (
        widget.markup)  # fmt: skip
    assert 'id="try-arm"' in widget.markup
    poor = silent(result.tables, speaks=False, r2=0.2, ceiling=0.8)
    poor.findings["level"]["emulator"]["speaks"] = False
    assert sliders_of(replace(poor, emulators={})) is None
    assert poor.lever_levels is None  # so there is no required level either
    assert result.tables.lever_levels is not None
    x = np.random.default_rng(1).random((20, 2))
    noise = np.random.default_rng(2).normal(0.0, 1.0, (20, 5))
    runs = LevelRuns(np.linspace(0.0, 1.0, 5), x, noise, np.full((20, 5), 0.5))
    (tmp_path / JOINT).write_text('{"kept": [2, 0, 1]}\n')  # of fewer runs
    write_joint(tmp_path, joint_emulator(runs), 2)
    assert read_joint(tmp_path) == {}


def with_levers(tables: ExplorationTables, *levers: dict[str, Any]) -> ExplorationTables:
    """Return tables of an exploration with other levers, which are not five levels of one."""
    manifest = deepcopy(dict(tables.manifest))
    unsure = [one for one in manifest["sweep"]["factors"] if one["role"] == "uncertainty"]
    manifest["sweep"]["factors"] = [*levers, *unsure]
    return replace(tables, manifest=manifest, joint={},
                   findings={**tables.findings, "level": None})  # fmt: skip


def test_why_there_is_no_slider_over_a_lever_is_said(result: ExplorationResult) -> None:
    number = {"key": EDUCATION, "role": "lever", "kind": "interval", "columns": [EDUCATION],
              "low": 0.0, "high": 1.0, "present": {EDUCATION: 0.3}}  # fmt: skip
    other = {**number, "key": "companies.focal.price", "columns": ["companies.focal.price"]}
    named = {"key": "teaching", "role": "lever", "kind": "levels", "columns": ["teaching"],
             "values": ["as today", "more"], "present": {}}  # fmt: skip
    assert "needs at least 5 levels, and there are 5 arms" in why_no_lever(
        with_levers(result.tables, number))  # fmt: skip
    several = with_levers(result.tables, number, other)
    assert "differ in more than one number (" in why_no_lever(several)
    assert "arms are chosen" in str(sliders_of(several).markup)  # type: ignore[union-attr]
    assert why_no_lever(with_levers(result.tables, named)) == ""
    old = deepcopy(dict(result.tables.findings))
    del old["level"]["emulator"]
    earlier = replace(result.tables, findings=old, joint={})
    assert "An earlier version made this result" in why_no_lever(earlier)
    assert earlier.lever_levels is not None  # its curve is still shown


def benefits(base: Floats) -> Benefits:
    """Return two futures beside the scenario's own, with the base's level in each."""
    rows = [{"future": future, "arm": arm, "education": level}
            for future in range(3)
            for arm, level in (("base", base[future]), ("little", 0.1), ("much", 0.9))]  # fmt: skip
    frame = pd.DataFrame(rows)
    nothing = pd.Series(0.0, frame.index)
    return Benefits(frame, frame[["education"]], nothing, nothing, (), ("education",))


def test_base_that_is_drawn_is_at_no_level() -> None:
    arms = ("base", "little", "much")
    stays = benefits(np.array([0.3, 0.3, 0.3])).levels(arms)
    assert stays is not None
    assert (stays.arms, stays.base) == (("little", "base", "much"), 1)
    drawn = benefits(np.array([0.3, 0.5, 0.2])).levels(arms)
    assert drawn is not None
    assert (drawn.arms, drawn.base) == (("little", "much"), None)
    assert drawn.values.tolist() == [0.1, 0.9]


def test_level_between_listed_whole_numbers_is_whole(tmp_path: Path) -> None:
    key = "touchpoints.call_centre.servers"
    path = tmp_path / "whole.toml"
    text = LEVELS.replace("range = [0.3, 1.0], levels = 5", "values = [1, 2, 4, 6, 9]")
    path.write_text(text.replace(EDUCATION, key), encoding="utf-8")
    experiment = load_experiment(path)
    assert level_arm(experiment, 4.7).point.changes == {key: 5}
    assert json.dumps(level_arm(experiment, 4.7).point.cells[key]) == "5"
