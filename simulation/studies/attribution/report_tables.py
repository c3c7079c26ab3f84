"""The tables of an attribution's report, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate, Sign
from simulation.report.table import Table, in_chapter
from simulation.report.words import number, percent, signed
from simulation.studies.attribution.tables import BOTH_WAYS, COALITIONS, FUNCTIONS, PARTS, Played
from simulation.studies.run.customer_tables import customer_tables
from simulation.studies.run.network_tables import network_tables

if TYPE_CHECKING:
    import pandas as pd


def tables_of(played: Played) -> list[Table]:
    """Return the tables of the attribution."""
    if played.plan == COALITIONS:
        shares = (dividends_table(played), actors_table(played), shapley_actors_table(played))
        tables = in_chapter("value", *shares) + in_chapter("influence", orders_table(played))
    elif played.plan == BOTH_WAYS:
        tables = in_chapter("influence", tornado_table(played))
    else:
        tables = in_chapter("influence", keystones_table(played), lost_by_actor_table(played))
        if played.kind == PARTS:
            tables += in_chapter("companies", *network_tables(played))
            tables += in_chapter("customers", *customer_tables(played.of_whole()))
    return [*tables, players_table(played)]


def _ends(row: Mapping[Any, Any], low: str = "low", high: str = "high") -> str:
    if row[low] != row[low]:
        return "one seed"
    return f"{number(row[low])} to {number(row[high])}"


def dividends_table(played: Played) -> Table:
    """Return dividends, Shapley values and what is lost without each."""
    kinds = {"dividend": "dividend", "shapley": "Shapley value", "last_in": "as the last one",
             "total": "all together"}  # fmt: skip
    sure = Estimate.of(played.attribution.total()).sign is not Sign.OPEN
    rows = [
        (kinds[row["kind"]], played.words(str(row["of"] or "all")), signed(row["mean"]),
         _ends(row), percent(row["share"]) if sure else "–")
        for row in played.attribution.table().to_dict("records")
        if len(played.names) <= 4 or row["kind"] != "dividend" or str(row["of"]).count("+") < 2
    ]  # fmt: skip
    caption = (
        f"Dividends (what a coalition creates that none of its parts does), Shapley values, and "
        f"what each adds as the last one: {played.outcome_words}, {played.unit}, mean of the "
        f"{played.window}, 95 % t-intervals over seeds, paired, each alone"
    )
    heads = ("what", "of", "mean", "95 % interval", "of the total")
    return Table(caption, heads, tuple(rows), n_names=2, is_open=True)


def actors_table(played: Played) -> Table:
    """Return every dividend by actor, where there are few."""
    caption = (
        f"Dividends by actor: gains over what the same people would have alone, {played.money}; "
        "intervals of a dividend hold for all actors at once (95 %)"
    )
    few = len(played.names) <= 3
    return _actors(played, played.by_actor if few else None, caption, "dividend")


def shapley_actors_table(played: Played) -> Table:
    """Return every player's Shapley value by actor; of a player they add up to its own."""
    caption = (
        "Shapley values by actor: who gets what each adds on average over all orders, "
        f"{played.money}; intervals hold for all at once (95 %)"
    )
    return _actors(played, played.shapley_by_actor, caption, "player")


def lost_by_actor_table(played: Played) -> Table:
    """Return what each actor loses without each."""
    caption = (
        f"Lost by actor: what each actor loses without each (minus: gains), {played.money}; "
        "intervals of an actor hold for all at once (95 %)"
    )
    return _actors(played, played.lost_by_actor, caption, "without")


def _actors(played: Played, table: pd.DataFrame | None, caption: str, head: str) -> Table:
    heads = (head, "actor", "mean", "95 % interval")
    if table is None or table.empty:
        return Table(caption, heads, ())
    order = {name: place for place, name in enumerate(dict.fromkeys(table["coalition"]))}
    ranked = table.sort_values("coalition", key=lambda names: names.map(order), kind="stable")
    rows = [
        (
            played.words(str(row["coalition"])),
            played.called(str(row["actor"])),
            signed(row["mean"]),
            _ends(row),
        )
        for row in ranked.to_dict("records")
    ]
    return Table(caption, heads, tuple(rows), n_names=2)


SHOWN_ORDERS = 10


def orders_table(played: Played) -> Table:
    """Return the best and the worst orders."""
    heads = ("order", "worth on the way", "95 % interval", "behind the best", "95 % interval")
    caption = f"Orders: mean value over the steps of the way above the baseline, {played.unit}"
    if played.orders is None or played.kind == FUNCTIONS:
        return Table(caption, heads, ())
    table = played.orders.table
    rows = table.to_dict("records")
    if len(rows) > 2 * SHOWN_ORDERS:
        rows = [*rows[:SHOWN_ORDERS], *rows[-3:]]
    lines = [
        (" → ".join(played.words(name) for name in str(row["order"]).split(" > ")),
         number(row["mean"]), _ends(row), number(row["behind"]),
         _ends(row, "behind_low", "behind_high"))
        for row in rows
    ]  # fmt: skip
    if len(lines) < len(table):
        caption += f"; the best {SHOWN_ORDERS} and the worst 3 of {len(table):,}"
    return Table(caption, heads, tuple(lines), is_open=True)


def keystones_table(played: Played) -> Table:
    """Return what is lost without each."""
    meanings = {player.name: player.meaning for player in played.players}
    rows = [
        (played.words(str(row["removed"])), meanings[str(row["removed"])],
         signed(row["lost"]), _ends(row), _sign(row["low"], row["high"]))
        for row in played.keystones.to_dict("records")
    ]  # fmt: skip
    caption = (
        f"Without each: what is lost of the {played.outcome_words}, {played.unit}, mean of the "
        f"{played.window}; intervals hold for all at once (95 %)"
    )
    heads = ("without", "what it is", "lost", "95 % interval", "sign")
    return Table(caption, heads, tuple(rows), n_names=2, is_open=True)


def _sign(low: float, high: float) -> str:
    return "+" if low > 0 else "−" if high < 0 else "±"


def tornado_table(played: Played) -> Table:
    """Return what each layer and switch changes."""
    rows = [
        (played.words(str(row["player"])), str(row["way"]), signed(row["difference"]), _ends(row),
         _sign(row["low"], row["high"]))
        for row in played.tornado.to_dict("records")
    ]  # fmt: skip
    caption = (
        f"One at a time: change of the {played.outcome_words}, {played.unit}, mean of the "
        f"{played.window}; intervals hold for all at once (95 %)"
    )
    heads = ("layer or switch", "made", "change", "95 % interval", "sign")
    return Table(caption, heads, tuple(rows), n_names=2, is_open=True)


def players_table(played: Played) -> Table:
    """Return what taking part means."""
    rows = []
    for player in played.players:
        absent = [f"{played.parameter(path)} = {value}" for path, value in player.absent.items()]
        absent += [f"{played.parameter(path)} removed" for path in player.removes]
        present = [f"{played.parameter(path)} = {value}" for path, value in player.present.items()]
        rows.append(
            (
                played.words(player.name),
                "; ".join(absent),
                "; ".join(present) or "as in the scenario",
            )
        )
    away = "weaker" if played.plan == BOTH_WAYS else "absent"
    there = "stronger" if played.plan == BOTH_WAYS else "present"
    caption = "What is changed: parameters where each is absent and present"
    return Table(caption, ("who", away, there), tuple(rows), n_names=3)
