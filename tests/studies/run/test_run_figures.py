"""The figures: what they say, what they do without data, and that they leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import MadeUp, Mood, made_up
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure as Sheet
from matplotlib.text import Text

from simulation.analysis.opportunity import agreed, landscape, zone_shares
from simulation.errors import InputError
from simulation.report.canvas import Setting, page_width, spread_out
from simulation.report.figure import chosen, save
from simulation.studies.run.figures import (
    VIEWS,
    RunView,
    figures_of,
)
from simulation.studies.run.figures.market import functions
from simulation.studies.run.figures.needs import opportunity
from simulation.studies.run.figures.network import arrows, flows, short_names
from simulation.studies.run.figures.network_layout import (
    RADIUS,
    Occupied,
    best_spot,
    bow,
    routes,
    seats,
)
from simulation.studies.run.figures.value import gross_value
from simulation.studies.run.figures.value import value as value_figure
from simulation.studies.run.figures.view import Source
from simulation.studies.run.tables import Tables

NO_ROWS = pd.DataFrame({"run": [], "month": [], "metric": [], "of": [], "value": []})
NOBODY = pd.DataFrame({name: [] for name in ("joined", "lifetime", "month", "seed")})
NO_FLOWS = pd.DataFrame({name: [] for name in (
    "run", "month", "giver", "receiver", "deliverable", "kind", "amount", "unit")})  # fmt: skip


def tables(result: MadeUp) -> Tables:
    return Tables(result.series, result.ledger, result.runs, result.failures, result.manifest,
                  result.people)  # fmt: skip


def words(sheet: Sheet) -> str:
    return " | ".join(text.get_text() for text in sheet.findobj(Text) if text.get_text())


@pytest.fixture(scope="module")
def sheets(good: MadeUp) -> dict[str, Sheet]:
    """Return all figures of the good result."""
    return {figure.name: figure.sheet() for figure in figures_of(tables(good))}


@pytest.mark.parametrize("figure", VIEWS.values(), ids=lambda figure: figure.name)
def test_figure_says_title_scenario_seeds_and_runs(
    figure: RunView, sheets: dict[str, Sheet]
) -> None:
    sheet = sheets[figure.name]
    said = words(sheet).replace("\n", " ")
    assert "Nothing to show" not in said
    told = ("seeds 1", "1 run") if figure.source is Source.PEOPLE else ("seeds 1–5", "5 runs")
    for part in ("scenario base", *told):
        assert part in said
    assert sheet.get_suptitle()


@pytest.mark.parametrize("figure", VIEWS.values(), ids=lambda figure: figure.name)
def test_figure_without_data_says_so_and_is_not_offered(figure: RunView) -> None:
    empty = {Source.LEDGER: NO_FLOWS, Source.PEOPLE: NOBODY, Source.SERIES: NO_ROWS}
    table = empty[figure.source]
    ax = figure.draw(table)
    assert "Nothing to show" in words(ax.get_figure(root=True))
    assert not figure.available(Tables(NO_ROWS, NO_FLOWS, NO_ROWS, NO_ROWS, {}, NOBODY))


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("value", ["money/month", "month", "95 % t-interval"]),
        ("gross_value", ["money/month", "95 % t-interval"]),
        ("adoption", ["share of all people", "95 % t-interval"]),
        ("adoption_causes", ["persons/month"]),
        ("desks", ["minutes", "share of contacts", "95 % t-interval"]),
        ("functions", ["performance", "95 % t-interval"]),
        ("opportunity", ["importance (0–10)", "satisfaction (0–10)"]),
        ("network", ["money and tangible", "intangible", "in the same unit"]),
    ],
)
def test_figure_says_units_and_intervals(
    name: str, units: list[str], sheets: dict[str, Sheet]
) -> None:
    said = words(sheets[name]).replace("\n", " ")
    assert [unit for unit in units if unit not in said] == []


def test_all_figures_are_offered_for_a_full_result(good: MadeUp) -> None:
    assert [figure.name for figure in figures_of(tables(good))] == list(VIEWS)
    without = [figure.name for figure in figures_of(replace(tables(good), people=None))]
    assert [name for name in VIEWS if name not in without] == ["portfolio"]


def test_labels_of_the_network_stay_clear_of_roles_and_heads(good: MadeUp) -> None:
    found = arrows(flows(good.ledger, ("rival",)))
    places = seats(found)
    half = (0.15, 0.04)
    roles = [Occupied(x, y, RADIUS, RADIUS, 6.0) for x, y in places.values()]
    for route in routes(found, places).values():
        head = Occupied(*route[-1], 0.05, 0.05, 3.0)
        spot = best_spot(route, half, [*roles, head], [])
        at_the_head = sum(box.shares(route[-1], half) for box in (*roles, head))
        assert sum(box.shares(spot, half) for box in (*roles, head)) < at_the_head
        again = best_spot(route, half, [*roles, head, Occupied(*spot, *half, 9.0)], [])
        assert again != spot


def test_limit_without_touchpoints_and_partners_offers_the_rest(good: MadeUp) -> None:
    kept = good.series[good.series["metric"].isin(["adoption", "customers", "aware"])]
    told = replace(tables(good), series=kept, ledger=NO_FLOWS, people=None)
    assert [figure.name for figure in figures_of(told)] == ["adoption"]


def test_one_run_has_no_interval_and_says_so(good: MadeUp) -> None:
    one = good.series[good.series["run"] == 0]
    sheet = value_figure(one).get_figure(root=True)
    assert "one run: no interval" in words(sheet)
    assert "t-interval" not in words(sheet)


def test_actors_are_named_at_their_curves(sheets: dict[str, Sheet]) -> None:
    said = words(sheets["value"])
    for actor in ("customers", "non-customers", "focal", "rival", "installer", "co-created value"):
        assert actor in said.split(" | ")


def test_dollars_in_names_are_no_formulas(good: MadeUp) -> None:
    setting = Setting(scenario="a $x^{ in $ dollars")
    sheet = VIEWS["adoption_causes"].draw(good.series, setting=setting).get_figure(root=True)
    sheet.draw_without_rendering()
    assert "a $x^{ in $ dollars" in words(sheet)


def test_drawing_on_given_axes_keeps_its_figure_and_the_callers_style(good: MadeUp) -> None:
    before = dict(mpl.rcParams)
    axes = Sheet().subplots(1, 2)
    drawn = functions(good.series, axes[1])
    assert drawn is axes[1]
    assert drawn.get_title(loc="left")
    assert drawn.get_figure(root=True).get_suptitle() == ""
    assert dict(mpl.rcParams) == before


def test_parts_below_zero_are_stacked_downwards(bad: MadeUp) -> None:
    ax = gross_value(bad.series)
    low = min(
        float(path.vertices[:, 1].min())
        for area in ax.findobj(PolyCollection)
        for path in area.get_paths()
    )
    taken = bad.series.query("metric == 'gross_value' and of == 'co_production' and month == 48")
    assert low == pytest.approx(float(taken["value"].mean()), rel=0.02)


def test_figures_are_equal_to_the_byte(good: MadeUp, tmp_path: Path) -> None:
    network = chosen(figures_of(tables(good)), ["network"])
    first, again = (save(network, tmp_path / name) for name in ("first", "again"))
    assert [path.name for path in first] == [
        "network.png", "network.svg",
    ]  # fmt: skip
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_unknown_figure_names_the_nearest(good: MadeUp) -> None:
    figures = figures_of(tables(good))
    with pytest.raises(InputError, match="Did you mean adoption"):
        chosen(figures, ["adoptoin"])
    with pytest.raises(InputError, match="There are value, gross_value"):
        chosen(figures, ["zzz"])


def test_importing_the_report_loads_nothing_heavy() -> None:
    code = (
        "import sys, simulation.studies.run.report, simulation.studies.run.figures\n"
        "heavy = ('matplotlib', 'pandas', 'scipy', 'pyarrow', 'jinja2', 'mesa', 'numba')\n"
        "print([name for name in heavy "
        "if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  (the interpreter of the tests, on the line above)
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12).map(sorted), st.floats(0.1, 12))
def test_labels_stand_apart_in_their_order(heights: list[float], gap: float) -> None:
    spots = spread_out(heights, gap, low=0.0, high=100.0)
    steps = np.diff(spots)
    assert (steps >= gap - 1e-9).all()
    if gap * len(heights) <= 100:
        assert min(spots) >= -1e-9
        assert max(spots) <= 100 + 1e-9


def test_labels_that_do_not_collide_stay() -> None:
    assert spread_out([1.0, 5.0, 9.0], 2.0, low=0.0, high=10.0) == [1.0, 5.0, 9.0]


# --- the opportunity landscape ---------------------------------------------------------------


def test_shares_of_zones_add_up_to_one(good: MadeUp) -> None:
    assert sum(zone_shares(landscape(good.series)).values()) == pytest.approx(1)


def test_runs_that_differ_in_importance_are_not_averaged(good: MadeUp) -> None:
    after = landscape(good.series)
    assert not agreed(after)
    said = words(opportunity(good.series).get_figure(root=True)).replace("\n", " ")
    assert "the first run (each seed has its own importance)" in said
    same = good.series[good.series["run"] == 0]
    twice = pd.concat([same, same.assign(run=1)])
    assert agreed(landscape(twice))
    assert "arrows: mean over runs" in words(opportunity(twice).get_figure(root=True))


# --- the value network -----------------------------------------------------------------------


def test_flows_are_means_over_runs_and_the_last_year(good: MadeUp) -> None:
    table = flows(good.ledger).set_index(["giver", "receiver", "deliverable"])
    source = good.ledger.query("deliverable == 'fee' and month > 36")
    assert table.loc[("focal", "installer", "fee"), "amount"] == pytest.approx(
        source["amount"].mean()
    )
    assert table.groupby("unit")["relative"].max().tolist() == [1.0] * table["unit"].nunique()


def test_functions_of_rivals_are_one_role(good: MadeUp) -> None:
    apart, together = flows(good.ledger), flows(good.ledger, ["rival"])
    assert "rival:innovation" in set(apart["giver"])
    roles = set(together["giver"]) | set(together["receiver"])
    assert "rival" in roles
    assert not any(role.startswith("rival:") for role in roles)
    assert "focal:innovation" in roles
    assert "memo" not in set(together["deliverable"])


def test_money_and_tangibles_are_solid_and_intangibles_dashed(good: MadeUp) -> None:
    found = {(flow.giver, flow.receiver): flow for flow in arrows(flows(good.ledger, ["rival"]))}
    assert found["customers", "focal"].solid
    assert found["installer", "customers"].solid
    assert not found["customers", "non_customers"].solid
    assert found["focal", "suppliers"].deliverables[0] == "serving"


def test_busiest_role_is_in_the_middle_and_arrows_stay_clear_of_roles(good: MadeUp) -> None:
    found = arrows(flows(good.ledger, ["rival"]))
    places = seats(found)
    assert places["customers"] == (0.0, 0.0)
    for flow, route in routes(found, places).items():
        for end in (flow.giver, flow.receiver):
            away = np.hypot(*(np.array(route) - np.array(places[end])).T)
            assert away.min() > RADIUS


def test_both_directions_of_a_pair_lie_apart() -> None:
    there = bow((0.0, 0.0), (0.0, 1.0), bend=0.1)
    back = bow((0.0, 1.0), (0.0, 0.0), bend=-0.1)
    assert np.sign(there[len(there) // 2][0]) == -np.sign(back[len(back) // 2][0])


def test_long_lists_of_deliverables_are_cut() -> None:
    assert short_names(["word of mouth about focal", "word of mouth about rival"]) == [
        "word of mouth"
    ]
    projects = [f"projects of {name}" for name in ("innovation", "marketing_sales")]
    assert short_names(["serving", "staff", *projects]) == ["serving", "staff", "+ 1 more"]


def test_a_result_with_a_single_flow_can_be_drawn(good: MadeUp) -> None:
    one = good.ledger[good.ledger["deliverable"] == "peer help"]
    ax = VIEWS["network"].draw(one)
    assert isinstance(ax, Axes)
    assert "peer help" in words(ax.get_figure(root=True))


def test_on_a_phone_arrows_of_the_network_are_numbered_and_named_below(good: MadeUp) -> None:
    with page_width(narrow=True):
        texts = [text.get_text() for text in VIEWS["network"].draw(good.ledger).texts]
    named = [text for text in texts if "→" in text]
    numbers = [int(text) for text in texts if text.isdigit()]
    assert len(named) == len(arrows(flows(good.ledger)))
    assert sorted(numbers) == sorted(2 * [*range(1, len(named) + 1)])
    assert any(text.startswith("peer help: ") for text in named)


def test_on_a_phone_the_footer_names_the_greatest_opportunities(good: MadeUp) -> None:
    wide = words(opportunity(good.series).get_figure(root=True))
    with page_width(narrow=True):
        narrow = words(opportunity(good.series).get_figure(root=True))
    assert "1 " in narrow.partition("every run")[2]
    assert " for " in narrow.partition("every run")[2]
    assert " for " not in wide.partition("every run")[2]


def test_small_cohorts_are_not_drawn(good: MadeUp) -> None:
    joined = good.people["joined"].to_numpy()
    few = good.people.assign(joined=np.where(joined > 36, 0, joined))
    late = np.flatnonzero(joined > 36)[:3]
    few.loc[late, "joined"] = 40
    drawn = words(VIEWS["portfolio"].draw(few).get_figure(root=True))
    assert "from 10 persons" in drawn
    assert "year 4" not in drawn
    assert "without a break" in drawn


def test_short_runs_can_be_drawn() -> None:
    short = made_up(Mood.GOOD, runs=2, months=2)
    for name in ("value", "opportunity", "desks"):
        VIEWS[name].of(tables(short)).sheet().draw_without_rendering()
