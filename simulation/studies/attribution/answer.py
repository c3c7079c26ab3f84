"""The answer of an attribution in three sentences, every clause chosen by the intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.analysis.interval import Estimate, Sign, joint_table
from simulation.arrays import Floats
from simulation.report.words import (
    listing,
    money_words,
    number,
    percent,
    sentence,
    signed,
    span,
    unit_words,
)
from simulation.studies.attribution.tables import BOTH_WAYS, COALITIONS, FUNCTIONS, Played

MOST_NAMED = 4


def answer(played: Played) -> list[str]:
    """Return the answer in three sentences."""
    if played.plan == COALITIONS:
        sentences = [total(played), parts(played), who_and_when(played)]
    elif played.plan == BOTH_WAYS:
        sentences = [most_moving(played), stronger(played), no_difference(played)]
    else:
        sentences = [hangs_on(played), better_without(played), resilience(played)]
    return [sentence(text) for text in sentences if text]


def row_estimate(row: Mapping[Any, Any], value: str, *, unit: str = "") -> Estimate:
    """Return a row's value with its low and high as an estimate."""
    return Estimate(row[value], row["low"], row["high"], 2, unit)


def with_interval(value: Estimate) -> str:
    """Return a number with its sign, unit and interval."""
    unit = unit_words(value.unit)
    return f"{signed(value.mean)}{' ' if unit else ''}{unit} {span(value)}"


def _unit(played: Played) -> str:
    return f" {money_words(played.unit)}".rstrip()


# --- coalitions ----------------------------------------------------------------------------------


def total(played: Played) -> str:
    """Say what all add together, and whether there is a grey area."""
    whole = Estimate.of(played.attribution.total(), played.unit)
    everyone = "The three functions" if played.kind == FUNCTIONS else f"All {len(played.names)}"
    verb = {
        Sign.GAIN: f"{everyone} together add {with_interval(whole)}",
        Sign.LOSS: f"{everyone} together take away {number(-whole.mean)}{_unit(played)} "
        f"{span(whole)}",
        Sign.OPEN: f"It is open whether {everyone[0].lower()}{everyone[1:]} together add or take "
        f"away value: {with_interval(whole)}",
    }[whole.sign]
    if played.kind != FUNCTIONS:
        return f"{verb} of {played.outcome_words}, compared with none of them; {interplay(played)}"
    way = "from" if whole.sign is Sign.LOSS else "to"
    what = f"{way} the {played.outcome_words}, compared with a maintenance level of their money"
    return f"{verb} {what}; {grey_area(played)}"


def grey_area(played: Played) -> str:
    """Say how large the grey area is: value that no function and no pair creates."""
    grey, whole = (
        Estimate.of(played.attribution.dividend(*played.names), played.unit),
        Estimate.of(played.attribution.total(), played.unit),
    )
    share = f", {percent(grey.mean / whole.mean)} of it" if whole.sign is Sign.GAIN else ""
    return {
        Sign.GAIN: f"the grey area, which no function and no pair creates, is "
        f"{with_interval(grey)}{share}",
        Sign.LOSS: f"the grey area is negative, {with_interval(grey)}: all three together yield "
        "less than single functions and pairs suggest",
        Sign.OPEN: f"whether there is a grey area is open: {with_interval(grey)}",
    }[grey.sign]


def interplay(played: Played) -> str:
    """Say whether players bring more together than one by one."""
    attribution = played.attribution
    alone = sum(attribution.dividend(name).mean for name in played.names)
    rest = t_rest(played)
    words = {
        Sign.GAIN: "together they bring more than one by one",
        Sign.LOSS: "together they bring less than one by one",
        Sign.OPEN: "whether they bring more together than one by one is open",
    }[rest.sign]
    return f"{words} ({signed(float(alone))} one by one, {with_interval(rest)} by interplay)"


def t_rest(played: Played) -> Estimate:
    """Return what arises from interplay: the total less what each adds alone."""
    from simulation.analysis.interval import t_interval

    attribution = played.attribution
    n = len(played.names)
    alone = sum(attribution.dividends[1 << place] for place in range(n))
    rest = attribution.values[-1] - attribution.values[0] - alone
    return Estimate.of(t_interval(rest), played.unit)


def at_once(samples: Mapping[str, Floats], unit: str = "") -> dict[str, Estimate]:
    """Return the mean of each over seeds; all intervals hold at once, so any may be singled out."""
    import pandas as pd

    if not samples:
        return {}
    table = joint_table(pd.DataFrame(dict(samples)))
    return {
        str(name): Estimate(row["mean"], row["low"], row["high"], int(row["runs"]), unit)
        for name, row in table.iterrows()
    }


def parts(played: Played) -> str:
    """Say who adds and who takes away, on average over all orders, and how pairs get on."""
    shares = at_once(played.attribution.shapley_samples(), played.unit)
    ranked = sorted(shares, key=lambda name: -shares[name].mean)
    by_sign = {
        sign: [f"{played.words(name)} ({_bare(shares[name])})"
               for name in ranked if shares[name].sign is sign]
        for sign in Sign
    }  # fmt: skip
    good, bad, unsure = (by_sign[sign] for sign in (Sign.GAIN, Sign.LOSS, Sign.OPEN))
    text = []
    if good:
        text.append(f"most comes from {good[0]}")
        text[0] += f", then {listing(good[1:])}" if len(good) > 1 else ""
    if bad:
        text.append(f"{listing(bad[::-1])} {'take' if len(bad) > 1 else 'takes'} value away")
    if unsure:
        verbs = "add or take" if len(unsure) > 1 else "adds or takes"
        text.append(f"it is open whether {listing(unsure)} {verbs} value away")
    return f"On average over all orders {'; '.join(text)}; {pairs(played)}"


def _bare(value: Estimate) -> str:
    """Return a mean with its interval, if it has one, to stand in brackets."""
    interval = f", {span(value)[1:-1]}" if value.has_interval else ""
    return f"{signed(value.mean)}{interval}"


def pairs(played: Played) -> str:
    """Say which pairs bring more together than apart, and which get in each other's way."""
    samples = played.attribution.dividend_samples()
    names = [name for name in samples if name.count("+") == 1]
    dividends = at_once({name: samples[name] for name in names})
    good = sorted(
        (n for n in names if dividends[n].sign is Sign.GAIN), key=lambda n: -dividends[n].mean
    )
    bad = sorted(
        (n for n in names if dividends[n].sign is Sign.LOSS), key=lambda n: dividends[n].mean
    )
    text = []
    for some, words in ((good, "reinforce each other"), (bad, "get in each other's way")):
        if some:
            named = [
                f"{played.words(name)} ({signed(dividends[name].mean)})"
                for name in some[:MOST_NAMED]
            ]
            more = len(some) - MOST_NAMED
            named += [f"{more} more pairs"] if more > 0 else []
            text.append(f"{listing(named)} {words}")
    return "; ".join(text) or "no pair clearly reinforces or hinders each other"


def who_and_when(played: Played) -> str:
    """Say who has the grey area and since when it is there; of other players, the best order."""
    if played.kind == FUNCTIONS:
        return "; ".join(text for text in (grey_by_actor(played), grey_over_time(played)) if text)
    return best_order(played)


def grey_by_actor(played: Played) -> str:
    """Say whose the grey area is."""
    table = played.by_actor
    if table.empty:
        return ""
    rows = table[table["coalition"] == "+".join(played.names)]
    by_actor = {str(row["actor"]): row_estimate(row, "mean") for row in rows.to_dict("records")}
    parts = []
    for sign, words in ((Sign.GAIN, "gain from"), (Sign.LOSS, "lose by")):
        some = [
            f"{played.called(actor)} ({signed(one.mean)})"
            for actor, one in by_actor.items()
            if one.sign is sign
        ]
        if some:
            parts.append(f"{listing(some)} clearly {words} the grey area")
    return ", while ".join(parts) or "no actor clearly gains or loses from the grey area"


def grey_over_time(played: Played) -> str:
    """Say from which month on the grey area is clearly there."""
    curve = played.curves.get("+".join(played.names))
    if curve is None:
        return ""
    above, below = curve.above_from(), curve.below_from()
    if above is not None:
        return f"it is clearly above zero from month {above} to the end"
    if below is not None:
        return f"it is clearly below zero from month {below} to the end"
    spells = [spell for spell in curve.spells() if spell.last > spell.first]
    if spells:
        first = spells[0]
        side = "above" if first.above else "below"
        return f"month by month it is clearly {side} zero from {first.first} to {first.last} only"
    return "in no single month can it be distinguished from zero"


def best_order(played: Played) -> str:
    """Say in which order to go, and what the worst order costs on the way."""
    if played.orders is None:
        return ""
    table = played.orders.table
    best, worst = table.iloc[0], table.iloc[-1]
    names = [played.words(name) for name in str(best["order"]).split(" > ")]
    gap = Estimate(worst["behind"], worst["behind_low"], worst["behind_high"],
                   played.attribution.values.shape[1])  # fmt: skip
    tied = int((~(table["behind_low"] > 0.0)).sum())  # no interval tells nothing apart
    last = ", ".join(played.words(name) for name in str(worst["order"]).split(" > "))
    start = (
        "The order that brings value earliest is"
        if tied < len(table)
        else "No order is shown to bring value earlier than another; in these runs the earliest is"
    )
    text = f"{start} {', '.join(names)}"
    text += (
        f"; the worst ({last}) is {number(gap.mean)}{_unit(played)} behind on the way {span(gap)}"
    )
    return f"{text}; {tied:,} of {len(table):,} orders are indistinguishable from the best"


# --- one left out --------------------------------------------------------------------------------


def _losses(played: Played) -> dict[str, Estimate]:
    rows = played.keystones.to_dict("records")
    return {str(row["removed"]): row_estimate(row, "lost", unit=played.unit) for row in rows}


def hangs_on(played: Played) -> str:
    """Say what the value depends on most."""
    losses = _losses(played)
    sure = [name for name, loss in losses.items() if loss.sign is Sign.GAIN]
    what = played.outcome_words
    if not sure:
        return f"No single one of the {len(losses)} is clearly needed for the {what}"
    first = losses[sure[0]]
    text = (
        f"The {what} depends most on {played.words(sure[0])}: without it, it is "
        f"{number(first.mean)}{_unit(played)} lower {span(first)}"
    )
    more = [f"{played.words(name)} ({number(losses[name].mean)})" for name in sure[1:MOST_NAMED]]
    return f"{text}; then on {listing(more)}" if more else text


def better_without(played: Played) -> str:
    """Say what costs value: without it the outcome would be higher."""
    losses = _losses(played)
    bad = [name for name in reversed(losses) if losses[name].sign is Sign.LOSS]
    if not bad:
        what = played.outcome_words
        return f"Nothing clearly costs value: there is none without which {what} would be higher"
    first = losses[bad[0]]
    text = (
        f"The greatest drag is {played.words(bad[0])}: without it {played.outcome_words} is "
        f"{number(-first.mean)}{_unit(played)} higher (95\u00a0% interval {number(-first.high)} to "
        f"{number(-first.low)})"
    )
    more = [f"{played.words(name)} ({number(-losses[name].mean)})" for name in bad[1:MOST_NAMED]]
    return f"{text}; then {listing(more)}" if more else text


def resilience(played: Played) -> str:
    """Say how many make no sure difference, and what losing one costs on average."""
    losses = _losses(played)
    open_ones = [name for name, loss in losses.items() if loss.sign is Sign.OPEN]
    text = f"For {len(open_ones)} of {len(losses)} it is open whether they matter at all"
    level = Estimate.of(played.level())
    if not level.has_interval:
        return f"{text}; with one seed nothing can be distinguished from chance"
    if level.sign is Sign.GAIN:
        share = sum(loss.mean for loss in losses.values()) / len(losses) / level.mean
        return f"{text}; losing one of them costs {percent(share)} of the value on average"
    return f"{text}; shares of the whole mean nothing, as its value is {signed(level.mean)}"


# --- both ways -----------------------------------------------------------------------------------


def _ways(played: Played) -> dict[tuple[str, str], Estimate]:
    rows = played.tornado.to_dict("records")
    return {
        (str(row["player"]), str(row["way"])): row_estimate(row, "difference", unit=played.unit)
        for row in rows
    }


def most_moving(played: Played) -> str:
    """Say which one moves the value most."""
    ways = _ways(played)
    name = next(iter(ways))[0]
    ends = [f"{way} {with_interval(ways[name, way])}" for way in ("weaker", "stronger")]
    return (
        f"Of {len(played.names)} layers and switches {played.words(name)} moves the "
        f"{played.outcome_words} most: {listing(ends)}"
    )


def stronger(played: Played) -> str:
    """Say which to strengthen and which to weaken."""
    ways = _ways(played)
    parts = []
    for way in ("stronger", "weaker"):
        good = [name for name, w in ways if w == way and ways[name, w].sign is Sign.GAIN]
        named = [
            f"{played.words(name)} ({signed(ways[name, way].mean)})" for name in good[:MOST_NAMED]
        ]
        parts.append(f"it clearly pays to make {way} {listing(named)}" if good else
                    f"nothing clearly pays to make {way}")  # fmt: skip
    return "; ".join(parts)


def no_difference(played: Played) -> str:
    """Say for which it is open, and which are best where they are."""
    ways = _ways(played)
    signs = {
        name: {ways[name, way].sign for way in ("weaker", "stronger")} for name in played.names
    }
    open_ones = [played.words(name) for name, seen in signs.items() if seen == {Sign.OPEN}]
    placed = [played.words(name) for name, seen in signs.items() if seen == {Sign.LOSS}]
    text = f"Neither way makes a clear difference for {listing(open_ones)}" if open_ones else ""
    best = f"either way is clearly worse for {listing(placed)}" if placed else ""
    return "; ".join(part for part in (text, best) if part) or "Each makes a clear difference"
