"""The report of an attribution: opposite numbers give opposite sentences; its page stands alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import Mood, made_up

from simulation.analysis.attribution import Attribution, attribute
from simulation.analysis.portfolio import brought, cohort_groups, cohort_table
from simulation.errors import ResultError
from simulation.report.canvas import PLAIN
from simulation.report.words import NBSP, signed
from simulation.studies.attribution.answer import answer, pairs
from simulation.studies.attribution.figures import figures_of
from simulation.studies.attribution.figures.actors import dividends_by_actor
from simulation.studies.attribution.figures.areas import (
    areas,
    in_few_digits,
    sign_and_size,
    text_of,
)
from simulation.studies.attribution.figures.one_by_one import lost, tornado
from simulation.studies.attribution.report import report_of
from simulation.studies.attribution.report_tables import tables_of
from simulation.studies.attribution.tables import Played, read_played
from simulation.studies.run.figures import VIEWS
from simulation.studies.run.figures.indicators import indicator_words, indicators, network_words
from simulation.studies.run.figures.portfolio import portfolio, portfolio_words
from simulation.studies.run.tables import Tables

EVIL = "<script>alert(1)</script>"
IMP = ("baseline", "I", "M", "I+M", "P", "I+P", "M+P", "I+M+P")
SEEDS = 8


def made_runs(worth: dict[str, float], noise: float = 1.0) -> pd.DataFrame:
    """Return runs of cases, each worth a number but for chance."""
    rng = np.random.default_rng(11)
    rows = []
    for seed in range(1, SEEDS + 1):
        shared = 30.0 * rng.standard_normal()
        for case, value in worth.items():
            total = value + shared + noise * rng.standard_normal()
            rows.append({
                "run": len(rows), "scenario": "base", "seed": seed, "fingerprint": "f",
                "case": case, "co_created_value": total, "surplus:customers": 0.7 * total,
                "alone:customers": 0.0, "surplus:focal": 0.3 * total,
            })  # fmt: skip
    return pd.DataFrame(rows)


def made_series(runs: pd.DataFrame, months: int = 18) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    growth = np.linspace(0.0, 1.0, months)
    parts = [
        pd.DataFrame({
            "run": row["run"], "month": np.arange(1, months + 1), "metric": "co_created_value",
            "of": "", "value": row["co_created_value"] * growth + rng.standard_normal(months),
        })
        for row in runs.to_dict("records")
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def player(name: str, meaning: str = "") -> dict[str, Any]:
    return {"name": name, "meaning": meaning or name, "absent": {"a.b": "× 0.25"}, "present": {},
            "removes": []}  # fmt: skip


def made(
    kind: str, plan: str, worth: dict[str, float], players: list[dict[str, Any]],
    *, noise: float = 1.0, title: str = "Base",
) -> Played:  # fmt: skip
    runs = made_runs(worth, noise)
    manifest = made_up(Mood.GOOD, runs=2, months=6).manifest | {"title": title, "months": 18}
    tables = Tables(made_series(runs), pd.DataFrame(columns=["run", "amount"]), runs,
                    pd.DataFrame(columns=["seed", "error", "remake"]), manifest)  # fmt: skip
    whole = "+".join(one["name"] for one in players) if plan == "coalitions" else "whole"
    asked = {
        "kind": kind, "plan": plan, "frozen": True, "whole": whole, "cases": list(worth),
        "outcome": "co_created_value", "window": "last 12 months", "players": players,
    }  # fmt: skip
    return Played(asked, tables)


def functions(grey: float, *, sign: float = 1.0, noise: float = 1.0, **more: Any) -> Played:
    """Return an attribution with dividends I 50, M 20, P 10, I+M −15 and the grey area given."""
    alone = {"I": 50.0, "M": 20.0, "P": 10.0}
    worth = {}
    for case in IMP:
        members = set() if case == "baseline" else set(case.split("+"))
        value = sum(alone[name] for name in members)
        value += -15.0 if {"I", "M"} <= members else 0.0
        value += grey if len(members) == 3 else 0.0
        worth[case] = 100.0 + sign * value
    names = {"I": "innovation", "M": "marketing_sales", "P": "experience_platform"}
    players = [player(name, meaning) for name, meaning in names.items()]
    return made("functions", "coalitions", worth, players, noise=noise, **more)


def said(played: Played) -> list[str]:
    return [text.replace(NBSP, " ") for text in answer(played)]


def test_a_grey_area_is_told_with_its_share() -> None:
    first, second, third = said(functions(30.0))
    assert "together add +9" in first
    assert "the grey area, which no function and no pair creates, is +" in first
    assert "most comes from innovation" in second
    assert "innovation with marketing & sales (−" in second
    assert "get in each other's way" in second
    assert "Customers (+" in third
    assert "clearly gain from the grey area" in third
    assert "clearly above zero from month" in third


def test_the_opposite_numbers_give_the_opposite_sentences() -> None:
    first, second, third = said(functions(-30.0))
    assert "the grey area is negative, −" in first
    assert "clearly lose by the grey area" in third
    assert "clearly below zero from month" in third
    first, second, _ = said(functions(30.0, sign=-1.0))
    assert "together take away" in first
    assert "from the co-created value" in first
    assert "most comes" not in second
    assert "On average over all orders innovation (−5" in second
    assert "take value away" in second
    assert "innovation with marketing & sales (+" in second


def test_what_chance_covers_is_open() -> None:
    first, _, third = said(functions(1.0, noise=15.0))
    assert "whether there is a grey area is open" in first
    assert "No actor clearly gains or loses" in third
    first, _, _ = said(functions(0.0, sign=0.0, noise=10.0))
    assert "It is open whether the three functions together add or take away value" in first


def test_what_each_adds_has_its_interval_and_is_open_where_that_covers_zero() -> None:
    _, second, _ = said(functions(30.0))
    assert re.search(r"most comes from innovation \(\+[\d.]+, 95 % interval [\d.]+ to", second)
    _, second, _ = said(functions(0.0, sign=0.0, noise=10.0))
    assert "it is open whether" in second
    assert "most comes" not in second


def first_seed(played: Played) -> Played:
    """Return the same attribution as if one seed had been run."""
    runs, series = played.runs, played.tables.series
    few = runs[runs["seed"] == 1]
    kept = series[series["run"].isin(few["run"])]
    return replace(played, tables=replace(played.tables, runs=few, series=kept))


def test_one_seed_shows_nothing_but_chance() -> None:
    layers = {"lean": (50.0, 150.0), "who": (60.0, 70.0)}
    first, second, third = said(first_seed(both_ways(layers)))
    assert "(one run: no interval)" in first
    assert (
        "nothing clearly pays to make stronger; nothing clearly pays to make weaker"
        in second.lower()
    )
    assert "Neither way makes a clear difference for lean and who" in third
    first, second, third = said(first_seed(left_out({"talk": 40.0, "burden": 150.0})))
    assert "No single one of the 2 is clearly needed" in first
    assert "Nothing clearly costs value" in second
    assert "For 2 of 2 it is open" in third
    assert "one seed" in third
    first, second, third = said(first_seed(functions(30.0)))
    assert "It is open whether the three functions" in first
    assert "no pair clearly" in second
    assert "No actor clearly gains or loses" in third
    for played in (both_ways(layers), left_out({"talk": 40.0, "burden": 150.0}), functions(30.0)):
        assert "– to –" not in " ".join(said(first_seed(played)))
        assert {card.tone for card in report_of(first_seed(played)).cards} == {""}


def test_pairs_and_actors_are_singled_out_by_intervals_that_hold_at_once() -> None:
    """Of six that simply add up, intervals of single pairs name an interaction in 46 % of games."""
    players = ("who", "what", "when", "where", "why", "how")
    named = 0
    for seed in range(40):
        values = 10.0 + np.random.default_rng(seed).normal(size=(64, 20))
        game = attribute(values, players)
        named += not pairs(Noise(game)).startswith("no pair")  # type: ignore[arg-type]
    assert named <= 6


@dataclass(frozen=True)
class Noise:
    """As much of an attribution as its sentence about pairs needs."""

    attribution: Attribution

    def words(self, name: str) -> str:
        return name


def test_intervals_of_actors_are_wider_together_than_alone() -> None:
    found = functions(30.0)
    rows = found.by_actor[found.by_actor["coalition"] == "I+M+P"].set_index("actor")
    alone = found.attributed("gain:focal").dividend("I", "M", "P")
    assert rows.loc["focal", "mean"] == pytest.approx(float(alone.mean))
    assert rows.loc["focal", "low"] < float(alone.low)
    assert rows.loc["focal", "high"] > float(alone.high)


def test_where_no_order_is_shown_to_be_better_the_answer_says_so() -> None:
    third = said(switches({"who": 0.0, "what": 0.0, "when": 0.0}))[2]
    assert "No order is shown to bring value earlier than another; in these runs" in third


def switches(gains: dict[str, float]) -> Played:
    from simulation.analysis.attribution import coalition_name, coalitions

    names = tuple(gains)
    worth = {
        coalition_name(members, names): sum(gains[name] for name in members)
        for members in coalitions(names)
    }
    return made("switches", "coalitions", worth, [player(name) for name in names])


def test_the_best_order_begins_with_what_gains_most() -> None:
    first, second, third = said(switches({"who": 5.0, "what": 60.0, "when": -40.0}))
    assert "All 3 together add +2" in first
    assert "most comes from what" in second
    assert "brings value earliest is what, who, when; the worst (when, who, what)" in third
    _, second, third = said(switches({"who": 5.0, "what": -60.0, "when": 90.0}))
    assert "most comes from when" in second
    assert "earliest is when, who, what" in third


def left_out(worth: dict[str, float], whole: float = 100.0, noise: float = 1.0) -> Played:
    cases = {"whole": whole} | {f"without {name}": value for name, value in worth.items()}
    return made("mechanisms", "one left out", cases, [player(name) for name in worth], noise=noise)


def test_keystones_and_drags_are_named() -> None:
    first, second, third = said(left_out({"talk": 40.0, "burden": 150.0, "hype": 100.0}))
    assert "depends most on talk: without it, it is 6" in first
    assert "greatest drag is burden" in second
    assert "For 1 of 3 it is open" in third
    first, second, third = said(left_out({"talk": 160.0, "burden": 20.0, "hype": 20.0}))
    assert "depends most on hype: without it, it is 80.6 money units a month lower" in first
    assert "then on burden (80.4)" in first
    assert "greatest drag is talk" in second
    first, second, _ = said(left_out({"talk": 100.0, "hype": 100.0}, noise=20.0))
    assert "No single one of the 2 is clearly needed" in first
    assert "Nothing clearly costs value" in second
    assert "mean nothing" in said(left_out({"talk": -40.0}, whole=-20.0))[2]


def both_ways(worth: dict[str, tuple[float, float]]) -> Played:
    cases = {"whole": 100.0}
    for name, (weaker, stronger) in worth.items():
        cases |= {f"weaker {name}": weaker, f"stronger {name}": stronger}
    return made("layers", "both ways", cases, [player(name) for name in worth])


def test_layers_are_told_by_what_moving_them_does() -> None:
    first, second, third = said(both_ways({"lean": (50.0, 150.0), "who": (100.0, 100.0)}))
    assert "lean moves the co-created value most: weaker −5" in first
    assert "to make stronger lean (+" in second
    assert "nothing clearly pays to make weaker" in second
    assert "Neither way makes a clear difference for who" in third
    first, second, third = said(both_ways({"lean": (60.0, 60.0), "who": (190.0, 10.0)}))
    assert "who moves" in first
    assert "to make weaker who" in second
    assert "Either way is clearly worse for lean" in third


# --- figures -------------------------------------------------------------------------------------


def texts(axes: Any) -> str:
    sheet = axes.get_figure(root=True)
    sheet.draw_without_rendering()
    return "\n".join(found.get_text() for found in sheet.findobj(lambda a: hasattr(a, "get_text")))


def test_areas_show_every_dividend_and_its_interval() -> None:
    found = functions(30.0)
    told = texts(areas(found.attribution.table(), setting=found.setting))
    for name in found.attribution.names():
        mean, low, _ = found.attribution.dividend(*name.split("+")).floats()
        row = {"mean": mean, "low": low, "high": mean}
        assert sign_and_size(pd.Series(row)).strip("+−") in told
    assert "grey area" in told
    assert "Innovation (I)" in told
    assert "seeds 1–8" in told


def test_areas_mark_what_is_open() -> None:
    assert text_of(pd.Series({"mean": -2.0, "low": -5.0, "high": 1.0})) == "−2 (open)"
    assert text_of(pd.Series({"mean": -2.0, "low": -5.0, "high": -1.0})) == "−2"
    assert text_of(pd.Series({"mean": 12.0, "low": 5.0, "high": 20.0})) == "+12"
    empty = functions(1.0).attribution.table()
    assert "Nothing to show" in texts(areas(empty[empty["kind"] == "shapley"]))


def test_bars_of_actors_end_where_the_dividend_is() -> None:
    found = functions(30.0)
    axes = dividends_by_actor(found.by_actor, setting=found.setting)
    for row, name in enumerate(found.attribution.names()):
        marks = [line.get_xdata()[0] for line in axes.lines if line.get_ydata()[0] == row]
        mean = float(found.attribution.dividend(*name.split("+")).mean)
        assert any(abs(float(mark) - mean) < 1e-9 for mark in marks)


def test_areas_have_room_for_any_amount() -> None:
    table = functions(30.0).attribution.table()
    ends = ["mean", "low", "high"]
    for size, words in ((1.0, ""), (200.0, "thousand "), (3e5, "million ")):
        shown, unit = in_few_digits(table.assign(**{name: table[name] * size for name in ends}),
                                    "EUR/month")  # fmt: skip
        assert unit == f"{words}EUR/month"
        assert shown.loc[shown["kind"] != "total", ends].abs().to_numpy().max() < 1000


def test_shapley_values_of_actors_add_up_to_those_of_the_whole() -> None:
    found = functions(30.0)
    table = found.shapley_by_actor
    for name in found.names:
        own = table[table["coalition"] == name]
        assert own["mean"].sum() == pytest.approx(float(found.attribution.shapley_of(name).mean))
        assert (own["low"] < own["high"]).all()
    rows = next(view for view in tables_of(found) if view.title.startswith("Shapley values by"))
    players = ("innovation", "marketing & sales", "experience platform")
    assert [row[0] for row in rows.rows] == [name for name in players for _ in range(2)]


def test_shapley_values_over_time_end_at_those_of_the_last_month() -> None:
    found = functions(30.0)
    curves = found.shapley_curves
    assert set(curves) == {"I", "M", "P"}
    ends = sum(float(curve.band.mean[-1]) for curve in curves.values())
    total = found.curves
    assert ends == pytest.approx(sum(float(one.band.mean[-1]) for one in total.values()))
    figure = next(one for one in figures_of(found) if one.name == "shapley_over_time")
    assert "I adds from month" in figure.finding
    turned = functions(30.0, sign=-1.0)
    other = next(one for one in figures_of(turned) if one.name == "shapley_over_time")
    assert "I takes away from month" in other.finding


def test_losses_over_time_and_by_actor_are_told() -> None:
    found = left_out({"talk": 40.0, "burden": 150.0})
    figure = next(one for one in figures_of(found) if one.name == "lost_over_time")
    assert "Talk is needed from month" in figure.finding
    assert "burden costs value from month" in figure.finding
    assert {"talk", "burden"} <= set(texts(figure.draw()).splitlines())
    table = found.lost_by_actor
    by = table.groupby("coalition")["mean"].sum()
    lost_in_all = found.keystones.set_index("removed")["lost"]
    assert by["talk"] == pytest.approx(lost_in_all["talk"])


def test_who_is_removed_has_nothing() -> None:
    found = left_out({"talk": 40.0, "burden": 150.0})
    runs = found.runs.copy()
    runs.loc[runs["case"] == "without talk", "surplus:focal"] = np.nan
    gone = replace(found, tables=replace(found.tables, runs=runs))
    table = gone.lost_by_actor.set_index(["coalition", "actor"])["mean"]
    whole = runs[runs["case"] == "whole"]["surplus:focal"].mean()
    assert table["talk", "focal"] == pytest.approx(whole)


def test_numbers_stand_beside_the_tornado() -> None:
    found = both_ways({"lean": (50.0, 152.0), "who": (90.0, 113.0)})
    told = texts(tornado(found.tornado, setting=found.setting))
    for row in found.tornado.to_dict("records"):
        is_open = row["low"] <= 0.0 <= row["high"]
        text = signed(row["difference"])
        assert (f"({text})" if is_open else text) in told.splitlines()


def test_bars_of_what_is_lost_point_left() -> None:
    found = left_out({"talk": 40.0, "burden": 150.0})
    axes = lost(found.keystones, setting=found.setting)
    widths = [patch.get_width() for patch in axes.patches]
    assert widths[0] < 0 < widths[1]
    assert "talk" in texts(axes)
    assert "Nothing to show" in texts(tornado(pd.DataFrame(columns=["player", "way", "pairs"])))


def test_views_of_a_result_draw_what_it_has() -> None:
    good = made_up(Mood.GOOD, runs=3, months=30)
    told = Tables(good.series, good.ledger, good.runs, good.failures)
    for name in ("opportunities", "journey_map", "slack_to_move"):
        view = VIEWS[name]
        assert view.available(told)
        assert texts(view.draw(good.series))
        assert view.finding(good.series, PLAIN).endswith(".")
        bare = good.series[good.series["metric"] == "adoption"]
        assert not view.available(replace(told, series=bare))
        assert "Nothing to show" in texts(view.draw(bare))
    assert "month" in texts(indicators(good.ledger))
    assert "agility 0.58 (1: everyone deals with everyone)" in network_words(good.ledger)
    assert indicator_words(good.ledger).startswith("From the first to the last 12 months: ")
    assert "agility from 0.58 to 0.58." in indicator_words(good.ledger)


def people(*, leave: float) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = 300
    joined = rng.integers(1, 40, n)
    left = np.where(rng.random(n) < leave, np.minimum(joined + 13, 48), 0)
    return pd.DataFrame({
        "person": range(n), "segment": "doers", "customer": left == 0, "joined": joined,
        "left": left, "lifetime": rng.gamma(2.0, 3.0, n), "surplus": rng.normal(1.0, 2.0, n),
        "referral": rng.gamma(0.1, 3.0, n), "month": 48, "seed": 1,
    })  # fmt: skip


def test_portfolio_tells_who_stays() -> None:
    stay, leave = portfolio_words(people(leave=0.0)), portfolio_words(people(leave=0.9))
    assert "most valuable fifth" in stay
    assert "100 % after 13 months" in stay.replace(NBSP, " ")
    assert "100 %" not in leave.partition("still or again")[2].replace(NBSP, " ")
    assert stay.partition("still")[0] == leave.partition("still")[0]
    assert "Cohorts" in texts(portfolio(people(leave=0.5)))
    nobody = people(leave=0.0).assign(joined=0, customer=False)
    assert portfolio_words(nobody) == "Nobody was a customer."
    assert "Nothing to show" in texts(portfolio(nobody))


def test_where_most_customers_cost_more_than_they_bring_no_share_is_given() -> None:
    told = people(leave=0.2)
    lifetime = np.where(told["person"] < 200, -10.0, 25.0)
    words = portfolio_words(told.assign(lifetime=lifetime)).replace(NBSP, " ")
    assert "67 % of them cost more than they bring" in words
    assert "most valuable fifth" not in words
    assert "word of mouth" not in words


def test_referral_value_is_told_beside_what_was_bought() -> None:
    told = people(leave=0.2)
    none = portfolio_words(told.assign(referral=0.0)).replace(NBSP, " ")
    assert "; 0 % of it came through customers' word of mouth" in none
    table = brought(told)
    assert table["persons"].sum() == 300
    assert (table["purchase"].diff().dropna() <= 0.0).all()
    own = (table["purchase"] * table["persons"]).sum()
    assert own == pytest.approx(told["lifetime"].sum())
    assert (table["surplus"] * table["persons"]).sum() == pytest.approx(told["surplus"].sum())


def test_cohorts_are_counted_after_the_renewal() -> None:
    told = people(leave=1.0).assign(joined=1, left=14, customer=False)
    assert cohort_table(told).iloc[0, 2] == 0.0
    told = people(leave=0.0).assign(joined=1, left=0, customer=True)
    assert (cohort_table(told).iloc[0, 1:] == 1.0).all()
    many = people(leave=0.5).assign(month=120)
    many = many.assign(joined=1 + many["person"] % 110)
    groups = cohort_groups(many)
    assert len(groups) <= 4
    assert sum(map(len, groups.values())) == 300


# --- the page ------------------------------------------------------------------------------------


def test_page_is_escaped_and_stands_alone(tmp_path: Path) -> None:
    found = functions(30.0, title=EVIL)
    page = report_of(found).write(tmp_path).read_text(encoding="utf-8")
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "grey area Δ(I, M, P)" in page
    names = [figure.name for figure in figures_of(found)]
    assert names == ["areas", "dividends", "dividends_by_actor", "shapley", "shapley_over_time",
                     "shapley_by_actor"]  # fmt: skip
    for name in names:
        assert f'id="{name}-' in page


def test_tables_have_all_dividends_and_what_taking_part_means() -> None:
    views = tables_of(functions(30.0))
    first = views[0]
    assert {row[1] for row in first.rows} >= {
        "innovation with marketing & sales",
        "innovation",
        "all",
    }
    assert any("a.b = × 0.25" in cell for row in views[-1].rows for cell in row)
    some = tables_of(switches({"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 5.0}))
    assert any("→" in cell for view in some for row in view.rows for cell in row)


def test_reading_refuses_what_is_no_attribution(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="holds no attribution"):
        read_played(tmp_path)
    found = functions(1.0)
    with pytest.raises(ResultError, match="Did you mean surplus:focal"):
        found.outcomes("surplus:focall")
    assert replace(found, asked=found.asked | {"outcome": "gain:focal"}).attribution.total().n == 8


def test_reports_of_a_folder(tmp_path: Path) -> None:
    found = left_out({"talk": 40.0, "burden": 150.0})
    found.tables.runs.to_parquet(tmp_path / "runs.parquet")
    found.tables.series.to_parquet(tmp_path / "series.parquet")
    (tmp_path / "attribution.json").write_text(json.dumps(found.asked), encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(found.tables.manifest), encoding="utf-8")
    page = report_of(read_played(tmp_path)).write(tmp_path).read_text(encoding="utf-8")
    assert "depends most on talk" in page
    assert (tmp_path / "figures" / "lost.svg").is_file()
    assert "depends most on talk" in (tmp_path / "report.md").read_text(encoding="utf-8")
