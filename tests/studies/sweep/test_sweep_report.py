"""Figures and report of a sweep: they show what the tables hold, and claim no more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from sweeping import STUB, cocreate, experiment

from simulation import open_result
from simulation.errors import InputError, ResultError
from simulation.experiment.experiment import Experiment
from simulation.experiment.load import load_experiment
from simulation.report.figure import chosen, save
from simulation.studies.sweep.answer import alone_text, answer, robust_text
from simulation.studies.sweep.factors import divisions, heat_columns
from simulation.studies.sweep.figures import VIEWS, figures_of
from simulation.studies.sweep.figures.responses import responses
from simulation.studies.sweep.figures.simplex import simplex, ternary
from simulation.studies.sweep.plan import sweep_data
from simulation.studies.sweep.tables import SweepTables, read_sweep

HEAD = 'question = "Does it pay?"\nsource = "areas"\nscenario = "base"\nreplicates = 4\n'
OUTCOMES = '[outcomes]\nvalue = { metric = "co_created_value" }\n'
FUNDING = '[levers]\n"companies.focal.funding" = { simplex = 3, total = 9.0, levels = 7 }\n'
ELASTICITY = '[uncertainties]\n"encounter.elasticity" = { values = [0.5, 2.0] }\n'
PRICE = '"companies.focal.price" = { range = [0.2, 0.6], levels = 3 }\n'
PAIR = f'[levers]\n{PRICE}"journey.rule" = {{}}\n'
FIVE = (
    f'[uncertainties]\n{PRICE}"journey.sensitivity" = {{}}\n'
    '"encounter.elasticity" = { scale = "log" }\n"desks.abandonment" = {}\n'
)

Function = Callable[[dict[str, Any]], float]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(body: str, design: str) -> Experiment:
    Path("e.toml").write_text(f"{HEAD}{body}[design]\n{design}\n{OUTCOMES}", encoding="utf-8")
    return load_experiment("e.toml")


def tables(body: str, design: str, function: Function, *, noise: float = 1.0) -> SweepTables:
    """Return the tables of a sweep whose outcome is a function of the settings, and luck."""
    found = load(body, design)
    luck = np.random.default_rng(3).standard_normal(len(found.seeds))
    own = np.random.default_rng(4)
    rows = []
    for at, point in enumerate(found.points):
        for seed in found.seeds:
            chance = 20 * luck[seed - 1] + noise * own.standard_normal()
            rows.append({"run": len(rows), "seed": seed, "point": at, **point.cells,
                         "value": function(point.cells) + chance})  # fmt: skip
    manifest = {
        "title": found.question, "scenario_name": "base", "seeds": found.seeds, "months": 120,
        "scenario": found.base.model_dump(mode="json"),
        "sweep": json.loads(json.dumps(sweep_data(found))),
    }  # fmt: skip
    units = {"value": "money/month"}
    meanings = {}
    for factor in found.factors:
        units |= {name: measure.unit for name, measure in factor.measures.items()}
        meanings |= {name: measure.meaning for name, measure in factor.measures.items()}
    failures = pd.DataFrame(columns=["run", "seed", "error", "remake"])
    return SweepTables(pd.DataFrame(rows), failures, manifest, units, meanings)


def hill(cells: dict[str, Any]) -> float:
    """Return a value with its greatest at 3, 3, 3 where elasticity is .5, else at 6, 1.5, 1.5."""
    where = (3, 3, 3) if cells["encounter.elasticity"] < 1 else (6, 1.5, 1.5)
    amounts = [value for key, value in cells.items() if "funding" in key]
    return 500 - 20 * sum((a - b) ** 2 for a, b in zip(amounts, where, strict=True))


def mixture() -> SweepTables:
    return tables(FUNDING + ELASTICITY, 'kind = "grid"', hill)


def words(figure: Any) -> str:
    sheet: Figure = figure.get_figure(root=True)
    return " ".join(text.get_text() for text in sheet.findobj(Text))


# --- the simplex ---------------------------------------------------------------------------------


def test_corners_of_the_triangle_are_all_in_one_part() -> None:
    spots = ternary(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3]]))
    assert spots[0].tolist() == [0, 0]
    assert spots[1].tolist() == [1, 0]
    assert np.linalg.norm(spots[2] - spots[0]) == pytest.approx(1)
    assert np.linalg.norm(spots[:3] - spots[3], axis=1) == pytest.approx([3**-0.5] * 3)


def test_simplex_has_a_panel_for_each_level_of_what_is_uncertain() -> None:
    found = mixture()
    axes = simplex(found, outcome=found.outcomes[0])
    text = words(axes)
    for expected in ("encounter: elasticity 0.5", "encounter: elasticity 2", "value (money/month)",
                     "all in\ninnovation", "all in\nmarketing & sales", "seeds 1–4", "star: best",
                     "scenario base"):  # fmt: skip
        assert expected in text
    (_, low), (_, high) = divisions(found, found.outcomes[0])
    assert [low.best[column] for column in low.columns] == [3.0, 3.0, 3.0]
    assert [high.best[column] for column in high.columns] == [6.0, 1.5, 1.5]


def test_simplex_says_where_equal_shares_are_among_the_best() -> None:
    found = mixture()
    sentences = answer(found)
    assert len(sentences) == 3
    assert sentences[0].startswith("Value is greatest with innovation 4.5, marketing & sales")
    assert "the mean over 2 settings of what is uncertain" in sentences[0]
    assert sentences[2].startswith(
        "Equal shares are among the best with encounter: elasticity 0.5; with encounter: "
        "elasticity 2 they are 2"
    )
    shown = next(one.finding for one in figures_of(found) if one.name == "simplex")
    assert "with encounter: elasticity 2: innovation 6, marketing & sales 1.5" in shown


# --- every figure --------------------------------------------------------------------------------

DESIGNS: dict[str, tuple[str, str, Function, set[str]]] = {
    "mixture": (FUNDING + ELASTICITY, 'kind = "grid"', hill, {"simplex", "responses", "parallel"}),
    "grid": (PAIR, 'kind = "grid"', lambda c: 900 * c["companies.focal.price"],
             {"heat", "responses"}),
    "factorial": (PAIR, 'kind = "factorial"', lambda c: 900 * c["companies.focal.price"],
                  {"tornado", "heat", "responses"}),
    "one-at-a-time": (PAIR, 'kind = "one-at-a-time"', lambda c: 900 * c["companies.focal.price"],
                      {"tornado", "responses"}),
    "lhs": (FIVE, 'kind = "lhs"\nn = 40', lambda c: 900 * c["companies.focal.price"],
            {"responses", "parallel"}),
    "sobol": (FIVE, 'kind = "sobol"\nn = 16', lambda c: 900 * c["companies.focal.price"],
              {"indices", "responses", "parallel"}),
    "morris": (FIVE, 'kind = "morris"\ntrajectories = 6',
               lambda c: 900 * c["companies.focal.price"], {"indices", "parallel"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DESIGNS)
def test_every_figure_of_a_design_has_units_interval_scenario_and_seeds(name: str) -> None:
    body, design, function, expected = DESIGNS[name]
    found = tables(body, design, function)
    figures = figures_of(found)
    assert {figure.name for figure in figures} == expected
    for figure in figures:
        text = words(figure.draw())
        for part in ("scenario base", "seeds 1–4", "runs"):
            assert part in text
        shares = (name, figure.name) == ("sobol", "indices")
        assert ("share of its variance" if shares else "money/month") in text
        assert figure.finding.endswith(".")


@pytest.mark.parametrize("name", DESIGNS)
def test_answer_has_three_sentences_that_name_what_matters(name: str) -> None:
    body, design, function, _ = DESIGNS[name]
    sentences = answer(tables(body, design, function))
    assert len(sentences) == 3
    assert all(re.fullmatch(r"[A-Z0-9].*\.", sentence) for sentence in sentences)
    if name != "mixture":
        assert "price" in " ".join(sentences).lower()
    if name == "sobol":
        assert sentences[0].startswith(
            "Price explains the largest share of the variance of value: 100"
        )
    if name == "morris":
        assert "3 factors can be ignored" in sentences[1]


@pytest.mark.parametrize(
    ("alone", "words_"),
    [((0.8, 0.6, 1.0), "needs no interaction"), ((0.3, 0.1, 0.45), "due to factors acting"),
     ((0.8, 0.4, 1.2), "acting together is open"), ((0.3, 0.1, 0.6), "acting together is open")],
)  # fmt: skip
def test_interactions_are_decided_only_where_the_interval_leaves_out_a_half(
    alone: tuple[float, float, float], words_: str
) -> None:
    table = pd.DataFrame()
    table.attrs.update(alone=alone, blocks=32)
    text = alone_text(table, 5)
    assert words_ in text
    assert "95\u00a0% interval" in text


def test_the_largest_share_is_not_called_most() -> None:
    found = tables(FIVE, 'kind = "sobol"\nn = 64', lambda c: 900 * c["companies.focal.price"]
                   + 40 * c["journey.sensitivity"])  # fmt: skip
    assert "most of the variance" not in answer(found)[0]


def test_figures_draw_on_axes_that_are_given() -> None:
    sheet = Figure()
    for figure in VIEWS.values():
        ax = sheet.add_subplot()
        body, design, function, expected = next(
            one for one in DESIGNS.values() if figure.name in one[3]
        )
        found = tables(body, design, function)
        assert expected
        assert figure.draw(found, ax, outcome=found.outcomes[0]) is ax


def test_figures_without_anything_to_show_say_so() -> None:
    found = tables(PAIR, 'kind = "one-at-a-time"', lambda _: 1.0)
    assert "nothing was divided" in words(simplex(found, outcome=found.outcomes[0]))


def test_responses_mark_round_numbers_on_a_log_axis() -> None:
    found = tables(FIVE, 'kind = "lhs"\nn = 40', lambda c: 100 * np.log(c["encounter.elasticity"]))
    ax = responses(found, outcome=found.outcomes[0])
    assert ax.get_xlabel() == "encounter: elasticity"
    assert [tick for tick in ax.get_xticks() if 0.25 <= tick <= 5] == [0.5, 1.0, 2.0, 5.0]


def test_what_seeds_cannot_tell_is_not_claimed() -> None:
    found = tables(PAIR, 'kind = "grid"', lambda _: 0.0, noise=5.0)
    assert "settings are indistinguishable from the best by 4 seeds" in answer(found)[1]
    sure = tables(PAIR, 'kind = "grid"', lambda c: 900 * c["companies.focal.price"], noise=0.0)
    assert "indistinguishable" in answer(sure)[1]  # the rule changes nothing
    one = tables(PAIR, 'kind = "grid"', lambda c: 900 * c["companies.focal.price"])
    one = SweepTables(one.runs.query("seed == 1"), one.failures, one.manifest, one.units)
    assert "with one seed nothing distinguishes it" in answer(one)[1].lower()
    assert "one run: no interval" in answer(one)[0]


@pytest.mark.parametrize(
    ("effect", "seeds", "words_"),
    [(lambda u: 60 * (u < 1) - 60 * (u > 1), 4, "depends on encounter: elasticity: another is"),
     (lambda u: 60 * (u < 1) - 20 * (u > 1), 1, "may be is open with one seed"),
     (lambda _: 60, 4, "holds whatever encounter: elasticity may be: it is shown to be the best"),
     (lambda _: 0, 4, "than another; it is shown to be the best at none of 2 settings")],
)  # fmt: skip
def test_a_decision_holds_or_depends_only_where_that_is_shown(
    effect: Callable[[float], float], seeds: int, words_: str
) -> None:
    switch = '[levers]\n"touchpoints.call_centre.listens" = {}\n'

    def value(cells: dict[str, Any]) -> float:
        listens = cells["touchpoints.call_centre.listens"]
        return listens * effect(cells["encounter.elasticity"])

    found = tables(switch + ELASTICITY, 'kind = "grid"', value)
    found = replace(found, runs=found.runs.query(f"seed <= {seeds}"))
    ranked = found.ranking(found.outcomes[0])
    assert ranked is not None
    assert words_ in robust_text(found, ranked)


def test_no_value_at_all_is_told() -> None:
    found = tables(PAIR, 'kind = "grid"', lambda _: float("nan"))
    assert answer(found) == ["No run has a value of value; 0 runs failed."]
    assert figures_of(found) == []


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sweep that the command line made, some of whose runs failed."""
    folder = tmp_path_factory.mktemp("sweep")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("STUB_RAISE", "3")
        text = Path(experiment(levels=4)).read_text()
        evil = '"<script>alert(1)</script> Does a higher price pay?"'
        Path("prices.toml").write_text(text.replace('"Does a higher price pay?"', evil))
        answer = cocreate(
            "sweep", "prices.toml", "--model", STUB, "--workers", "0", "--out", "here"
        )
        assert answer.code == 1
    return folder / "here"


def test_page_is_whole_by_itself_and_escapes_what_users_write(result: Path) -> None:
    page = (result / "report.html").read_text(encoding="utf-8")
    assert page.count("<script") == 1  # it unfolds chapters
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"(?:src|href)=\"https?://", page)
    assert page.count("<li>") >= 3
    assert page.count("<figure") == len(list((result / "figures").glob("*.svg"))) == 2
    for words_ in ("Factors varied", "best settings", "12 runs", "4 runs of 4 points failed",
                   "seed 3 is not to my taste", "cocreate sweep"):  # fmt: skip
        assert words_ in page
    told_ = (result / "report.md").read_text(encoding="utf-8")
    assert "## The answer" in told_
    assert "<script" not in told_


def test_report_and_figures_are_made_again_to_the_byte(result: Path) -> None:
    before = {path: path.read_bytes() for path in result.rglob("*") if path.is_file()}
    open_result(result).report().write(result)
    assert {path: path.read_bytes() for path in before} == before


def test_one_figure_can_be_asked_for(result: Path) -> None:
    figures = open_result(result).figures()
    made = save(chosen(figures, ["responses"]), result / "figures")
    assert [path.name for path in made] == ["responses.png", "responses.svg"]
    with pytest.raises(InputError, match="Did you mean responses"):
        chosen(figures, ["respones"])
    with pytest.raises(InputError, match="No figure is called 'simplex'"):
        chosen(figures, ["simplex"])


def test_what_is_no_sweep_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"is not a result folder: it has no manifest\.json"):
        read_sweep(tmp_path)


# --- what was asked ------------------------------------------------------------------------------


def test_the_map_is_of_the_levers_even_where_what_is_uncertain_moves_more() -> None:
    lean = '"companies.focal.strategy.lean" = { values = [0.0, 0.5] }\n'
    body = f"[levers]\n{PRICE}{lean}{ELASTICITY}"
    found = tables(
        body, 'kind = "grid"', lambda cells: 900 * cells["encounter.elasticity"] + cells[PRICE_PATH]
    )
    assert set(heat_columns(found) or ()) == {PRICE_PATH, "companies.focal.strategy.lean"}


PRICE_PATH = "companies.focal.price"


def test_an_outcome_that_never_moves_gets_a_sentence_and_no_figure() -> None:
    found = tables(PAIR, 'kind = "grid"', lambda _: 7.0, noise=0.0)
    still = replace(found, runs=found.runs.assign(value=7.0))
    assert figures_of(still) == []
    assert answer(still) == ["Value is 7 money units a month in every run, whatever was varied."]
    assert figures_of(tables(PAIR, 'kind = "grid"', lambda cells: cells[PRICE_PATH]))
