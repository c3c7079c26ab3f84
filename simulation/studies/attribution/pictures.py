"""The figures of an attribution's report, each with what it shows in a sentence."""

from __future__ import annotations

from functools import partial

from simulation.analysis.attribution import Orders
from simulation.report import tornado as bars
from simulation.report.words import count, label, number, sentence, signed
from simulation.studies.attribution import figures as draw
from simulation.studies.attribution.tables import (
    BOTH_WAYS,
    FUNCTIONS,
    ONE_LEFT_OUT,
    PARTS,
    Played,
)
from simulation.studies.pictures import Picture
from simulation.studies.run.figures.customer_views import VIEWS, portfolio, portfolio_words
from simulation.studies.run.figures.network import network
from simulation.studies.run.figures.network_views import indicator_words, indicators, network_words


def pictures_of(played: Played) -> list[Picture]:
    """Return the figures that the attribution has something for."""
    if played.plan == BOTH_WAYS:
        return [tornado(played)]
    if played.plan == ONE_LEFT_OUT:
        more = whole_pictures(played) if played.kind == PARTS else []
        return [lost(played), *lost_over_time(played), *more]
    shared = [*shapley_over_time(played), *shapley_by_actor(played)]
    if played.kind == FUNCTIONS:
        return [areas(played), *over_time(played), by_actor(played), shapley(played), *shared]
    ordered = [] if played.orders is None else [orders(played, played.orders)]
    return [shapley(played), *ordered, *shared]


# --- functions -----------------------------------------------------------------------------------


def areas(played: Played) -> Picture:
    """Return the sources' picture of the three areas."""
    single, pair, triple = sums(played)
    whole = float(played.attribution.total().mean)
    words = sentence(
        f"Functions alone add {signed(single)}, pairs {signed(pair)}, all three {signed(triple)}, "
        f"together {signed(whole)} a month over the maintenance level"
    )
    drawn = partial(draw.areas, played.attribution.table(), setting=played.setting)
    return Picture("areas", "The grey area", words, drawn)


def sums(played: Played) -> tuple[float, float, float]:
    """Return what single functions, pairs and the triple add."""
    found = played.attribution
    sizes = {name: name.count("+") for name in found.names()}
    one, two, three = (
        sum(float(found.dividend(*name.split("+")).mean) for name in sizes if sizes[name] == n)
        for n in range(3)
    )
    return one, two, three


def over_time(played: Played) -> list[Picture]:
    """Return the dividends over time, where months were kept."""
    if not played.curves:
        return []
    told = []
    for name, curve in played.curves.items():
        month = curve.above_from()
        if month is not None:
            told.append(f"{name} from month {month}")
    words = "No dividend is surely above zero up to the end, taking its whole curve at once."
    if told:
        words = sentence(f"Surely above zero up to the end, as whole curves: {', '.join(told)}")
    drawn = partial(draw.dividends, played.curves, setting=played.setting)
    return [Picture("dividends", "Dividends over time", words, drawn)]


def by_actor(played: Played) -> Picture:
    """Return who has each dividend."""
    added = played.by_actor.groupby("actor", sort=False)["mean"].sum()
    told = [f"{label(str(actor))} {signed(float(value))}" for actor, value in added.items()]
    words = sentence(f"Of all dividends together: {', '.join(told)}; actors add up to the whole")
    drawn = partial(draw.dividends_by_actor, played.by_actor, setting=played.setting)
    return Picture("dividends_by_actor", "Who has each dividend", words, drawn)


# --- players of any kind -------------------------------------------------------------------------


def shapley(played: Played) -> Picture:
    """Return what each adds as the first, on average and as the last."""
    found = played.attribution
    first, last = (
        {name: float(part(name).mean) for name in played.names}
        for part in (found.dividend, found.last_in)
    )
    gap = max(played.names, key=lambda name: abs(last[name] - first[name]))
    words = sentence(
        f"What one adds hangs on who is there already, most for {label(gap)}: {signed(first[gap])} "
        f"as the first, {signed(last[gap])} as the last"
    )
    drawn = partial(draw.shapley, found.table(), setting=played.setting)
    return Picture("shapley", "What each adds", words, drawn)


def shapley_over_time(played: Played) -> list[Picture]:
    """Return the Shapley values over time, where months were kept."""
    curves = played.shapley_curves
    if not curves:
        return []
    told = []
    for name, curve in curves.items():
        above, below = curve.above_from(), curve.below_from()
        if above is not None:
            told.append(f"{label(name)} adds from month {above} on")
        elif below is not None:
            told.append(f"{label(name)} takes away from month {below} on")
    words = "For none is it sure, over its whole curve, what it adds at the end."
    if told:
        rest = len(curves) - len(told)
        told += [f"for {rest} of {len(curves)} the last months are open"] if rest else []
        words = sentence(f"Surely and up to the end: {'; '.join(told)}")
    drawn = partial(draw.shapley_over_time, curves, setting=played.setting)
    return [Picture("shapley_over_time", "What each adds over time", words, drawn)]


def shapley_by_actor(played: Played) -> list[Picture]:
    """Return who has what each adds."""
    table = played.shapley_by_actor
    if table.empty:
        return []
    sure = table[(table["low"] > 0) | (table["high"] < 0)]
    told = [
        f"{label(str(row['actor']))} {signed(float(row['mean']))} by {label(str(row['coalition']))}"
        for row in sure.sort_values("mean", key=abs, ascending=False).head(4).to_dict("records")
    ]
    words = sentence(
        f"Most surely gained or lost: {', '.join(told)}" if told else
        "No actor surely gains or loses by any of them"
    )  # fmt: skip
    drawn = partial(draw.shapley_by_actor, table, setting=played.setting)
    return [Picture("shapley_by_actor", "Who has what each adds", words, drawn)]


def orders(played: Played, found: Orders) -> Picture:
    """Return what every order is worth on the way."""
    table = found.table()
    spread = float(table["mean"].iloc[0] - table["mean"].iloc[-1])
    words = sentence(
        f"{len(table):,} orders; from the best to the worst it is {number(spread)} a month on the "
        "way, and all end at the same value"
    )
    return Picture("orders", "In which order", words,
                   partial(draw.orders, found, setting=played.setting))  # fmt: skip


def lost(played: Played) -> Picture:
    """Return what the value hangs on."""
    table = played.keystones
    sure, worse = int((table["low"] > 0).sum()), int((table["high"] < 0).sum())
    words = sentence(
        f"{sure} of {len(table)} are surely needed, {worse} surely cost value, "
        f"{len(table) - sure - worse} are open; losses need not add up"
    )
    drawn = partial(bars.lost, table, setting=played.setting)
    return Picture("lost", "What the value hangs on", words, drawn)


MOST_CURVES = 6


def lost_over_time(played: Played) -> list[Picture]:
    """Return what is lost over time without those that matter most, where months were kept."""
    curves = played.loss_curves
    if not curves:
        return []
    table = played.keystones
    ranked = table.assign(size=table["lost"].abs()).sort_values(
        "size", ascending=False, kind="stable"
    )
    names = [str(name) for name in ranked["removed"].head(MOST_CURVES)]
    since = []
    for name in names:
        above, below = curves[name].above_from(), curves[name].below_from()
        if above is not None:
            since.append(f"{label(name)} is needed from month {above} on")
        elif below is not None:
            since.append(f"{label(name)} costs value from month {below} on")
    words = sentence("; ".join(since) or f"Of the {len(names)} with the largest effect none surely "
                     "matters up to the end, over its whole curve")  # fmt: skip
    drawn = partial(draw.lost_over_time, {name: curves[name] for name in names},
                    setting=played.setting)  # fmt: skip
    return [Picture("lost_over_time", "What the value hangs on, over time", words, drawn)]


def tornado(played: Played) -> Picture:
    """Return layers and switches, one at a time."""
    table = played.tornado
    swing = table.drop_duplicates("player")
    sure = swing[(swing["swing_low"] > 0) | (swing["swing_high"] < 0)]
    named = [f"{label(row['player'])} {signed(row['swing'])}" for row in sure.to_dict("records")]
    words = sentence(
        f"From weaker to stronger {count(len(sure), 'player')} of {len(swing)} surely change the "
        f"value: {', '.join(named) or 'none'}"
    ).replace("players", "layers and switches")
    drawn = partial(bars.tornado, table, setting=played.setting)
    return Picture("tornado", "Layers and switches, one at a time", words, drawn)


# --- the value network and what customers meet ---------------------------------------------------


def whole_pictures(played: Played) -> list[Picture]:
    """Return the value network and the customers' view of the runs in which all is in place."""
    whole = played.of_whole()
    ledger, series, setting = whole.ledger, whole.series, played.setting
    found = []
    if not ledger.empty:
        found = [
            Picture("network", "Value network", network_words(ledger),
                    partial(network, ledger, setting=setting)),
            Picture("network_over_time", "The value network over time", indicator_words(ledger),
                    partial(indicators, ledger, setting=setting)),
        ]  # fmt: skip
    found += [
        Picture(view.name, view.title, view.finding(series),
                partial(view.draw, series, setting=setting))
        for view in VIEWS
        if view.available(series)
    ]  # fmt: skip
    if played.people is not None and len(played.people):
        found.append(Picture("portfolio", "Customer portfolio", portfolio_words(played.people),
                             partial(portfolio, played.people, setting=setting)))  # fmt: skip
    return found
