"""What each figure shows, in a sentence or two computed from the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulation.analysis.summary import (
    Estimate,
    Sign,
    actors,
    change,
    combined,
    curve,
    estimate,
    gain,
    has,
    level,
    levels,
    months,
    opening,
    per_run,
    recent,
    total,
)
from simulation.report.canvas import order
from simulation.report.colours import CAUSES
from simulation.report.words import (
    count,
    label,
    listing,
    number,
    percent,
    sentence,
    signed,
    span,
    whole,
    with_span,
)
from simulation.studies.run.figures.customer_views import VIEWS, portfolio_words
from simulation.studies.run.figures.needs import agreed, landscape
from simulation.studies.run.figures.network import Kind, flows
from simulation.studies.run.figures.network_views import indicator_words

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.run.tables import Tables

MONEY = " a month"


def gains(series: pd.DataFrame) -> dict[str, Estimate]:
    """Return what every actor gains a month in the last 12, most first (see ``summary.gain``)."""
    found = {}
    for actor in actors(series):
        own = gain(series, actor)
        found[actor] = level(own, "gain", actor)
    known = {actor: told for actor, told in found.items() if told.known}
    known = {
        actor: told for actor, told in known.items() if told.mean != 0 or told.low != told.high
    }
    return dict(sorted(known.items(), key=lambda item: -item[1].mean))


def who_gains(found: dict[str, Estimate]) -> str:
    """Return who gained, who lost, and for whom it is open."""
    parts = []
    for sign, one, many in (
        (Sign.GAIN, "gains", "gain"),
        (Sign.LOSS, "loses", "lose"),
        (Sign.OPEN, "neither clearly gains nor loses", "neither clearly gain nor lose"),
    ):
        members = [
            f"{label(actor)} ({signed(told.mean)})"
            for actor, told in found.items()
            if told.sign is sign
        ]
        if sign is Sign.LOSS:
            members.reverse()
        if members:
            plural = len(members) > 1 or members[0].startswith(("customers", "non-customers"))
            parts.append(f"{listing(members)} {many if plural else one}")
    return ", ".join(parts)


def value(tables: Tables) -> str:
    """Say who gains and who loses."""
    series = tables.series
    text = f"Of the {recent(series)}: {who_gains(gains(series)) or 'nobody gained or lost'}"
    created = level(series, "co_created_value")
    if created.known:
        text += f"; all together {signed(created.mean)}{MONEY} {span(created)}"
    return sentence(
        f"{text}. Money a month; people are counted against what they would have had alone"
    )


def gross_value(tables: Tables) -> str:
    """Say where most of customers' value arose, and which part takes value away."""
    parts = levels(tables.series, "gross_value")
    most = max(parts, key=lambda part: parts[part].mean)
    added = sum(told.mean for told in parts.values() if told.mean > 0)
    text = f"No part of the gross value was above zero in the {recent(tables.series)}"
    if added > 0:
        text = (
            f"Most of what customers gained over self-service was {label(most)}: "
            f"{number(parts[most].mean)}{MONEY} {span(parts[most])}, "
            f"{percent(parts[most].mean / added)} of what was added"
        )
    taken = [
        f"{label(part)} took away {number(-told.mean)}{MONEY}"
        for part, told in parts.items()
        if told.sign is Sign.LOSS
    ]
    return sentence("; ".join([text, *taken]))


def adoption(tables: Tables) -> str:
    """Say where adoption ended, and when the first company had half of its end."""
    ends = levels(tables.series, "adoption")
    companies = order(list(ends), tables.setting.companies)
    told = [f"{label(name)} {with_span(ends[name])}" for name in companies]
    first = curve(tables.series, "adoption", companies[0])
    half = first.loc[first["mean"] >= ends[companies[0]].mean / 2, "month"]
    text = f"In the {recent(tables.series)} customers were, of all people: {listing(told)}"
    if len(half) and int(half.iloc[0]) > 1:
        text += f"; {label(companies[0])} reached half of that in month {int(half.iloc[0])}"
    return sentence(text)


def causes(series: pd.DataFrame) -> dict[str, float]:
    """Return the share of each cause in all new customers of all companies and months."""
    sums = {
        cause: total(combined(series, cause), cause).mean for cause in CAUSES if has(series, cause)
    }
    added = sum(sums.values())
    if not added > 0:
        return {}
    shares = {cause: part / added for cause, part in sums.items()}
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


_CAUSE_WORDS = {
    "new_customers_by_advertising": "advertising",
    "new_customers_by_word_of_mouth": "word of mouth",
    "new_customers_returning": "coming back",
}


def adoption_causes(tables: Tables) -> str:
    """Say what brought most new customers, and when word of mouth overtook advertising."""
    series = tables.series
    shares = causes(series)
    if not shares:
        return "Nobody became a customer."
    told = [f"{percent(share)} by {_CAUSE_WORDS[cause]}" for cause, share in shares.items()]
    text = f"Of all new customers {listing(told)}"
    advertising, mouth = list(_CAUSE_WORDS)[:2]
    if advertising in shares and mouth in shares:
        one = curve(combined(series, mouth), mouth).set_index("month")["mean"]
        other = curve(combined(series, advertising), advertising).set_index("month")["mean"]
        ahead = [int(month) for month in one.index[(one > other).rolling(3).sum() >= 3]]
        text += (
            f"; word of mouth was ahead of advertising from month {ahead[0] - 2}"
            if ahead
            else "; word of mouth never overtook advertising"
        )
    return sentence(text)


def journey(tables: Tables) -> str:
    """Say where people get stuck and which touchpoint fails most often."""
    passed = levels(tables.series, "stage_passed")
    moving = {stage: told for stage, told in passed.items() if stage not in ("idle", "use")}
    text = []
    if len(moving) > 1:
        stuck = min(moving, key=lambda stage: moving[stage].mean)
        text.append(
            f"Before and after use, fewest move on from {label(stuck)}: "
            f"{percent(moving[stuck].mean)} a month"
        )
    unmet = levels(tables.series, "unmet")
    if unmet:
        worst = max(unmet, key=lambda name: unmet[name].mean)
        text.append(
            f"purposes are missed most often at {label(worst)}: in {with_span(unmet[worst])} "
            "of the encounters"
        )
    return sentence("; ".join(text) or "People are in the stages shown")


def touchpoints(tables: Tables) -> str:
    """Say where the traffic is."""
    traffic = levels(tables.series, "encounters")
    added = sum(told.mean for told in traffic.values())
    ranked = sorted(traffic, key=lambda name: -traffic[name].mean)
    text = (
        f"{label(ranked[0])} has most of the traffic: {whole(traffic[ranked[0]].mean)} encounters "
        f"a month, {percent(traffic[ranked[0]].mean / added) if added > 0 else '–'} of all"
    )
    if len(ranked) > 2:
        text += f"; {label(ranked[-1])} has least, {whole(traffic[ranked[-1]].mean)}"
    return sentence(text)


def opportunity(tables: Tables) -> str:
    """Say how much is underserved, before and after, and where the greatest opportunity is."""
    after, before = landscape(tables.series), landscape(tables.series, first=True)
    shares = [
        estimate((table["score"] > 10).groupby(table["run"]).mean(), "share").within(0, 1)
        for table in (before, after)
    ]
    text = (
        f"{with_span(shares[1])} of the outcomes were underserved (score above 10) at the end, "
        f"{percent(shares[0].mean)} in the {opening(tables.series)}"
    )
    chosen, where = after, "the"
    if not agreed(after):
        chosen, where = after[after["run"] == after["run"].min()], "in the first run the"
    scores = chosen.groupby("of")["score"].mean()
    segment, _, outcome = str(scores.idxmax()).partition(":")
    text += (
        f"; {where} greatest opportunity is {label(outcome)} for {label(segment)} "
        f"({number(float(scores.max()))} of 20)"
    )
    return sentence(text)


def desks(tables: Tables) -> str:
    """Say where people wait longest, how that changed, and how many give up."""
    series = tables.series
    waits = levels(series, "desk_wait")
    worst = max(waits, key=lambda name: waits[name].mean)
    moved = change(series, "desk_wait", worst)
    text = f"People wait longest at {label(worst)}: {with_span(waits[worst])}"
    if moved.known:
        word = {Sign.GAIN: "longer", Sign.LOSS: "shorter", Sign.OPEN: "more or less"}[moved.sign]
        text += f", {number(abs(moved.mean), 2)} minutes {word} than in the {opening(series)}"
    gone = level(series, "desk_abandoned", worst)
    if gone.known:
        text += f"; {percent(gone.mean)} of them give up"
    return sentence(text)


def slack(series: pd.DataFrame) -> tuple[float, str, float]:
    """Return the share of all input left over, and where most of it is: key and its own share."""
    brought, left = levels(series, "brought"), levels(series, "slack")
    added = sum(told.mean for told in brought.values())
    if not added > 0 or not left:
        return float("nan"), "", float("nan")
    most = max(left, key=lambda key: left[key].mean)
    own = left[most].mean / brought[most].mean if brought[most].mean > 0 else float("nan")
    return sum(told.mean for told in left.values()) / added, most, own


def resources(tables: Tables) -> str:
    """Say how much of what was brought could not be used, and where most of that is."""
    share, most, own = slack(tables.series)
    if not most:
        return "Nothing was brought to the touchpoints."
    place, _, resource = most.partition(":")
    return sentence(
        f"{percent(share)} of all input brought could not be used; most of it is {label(resource)} "
        f"at {label(place)}, of which {percent(own)} was left over"
    )


def network(tables: Tables) -> str:
    """Say how many deliverables flow, how many of them intangible, and who is at the centre."""
    table = flows(tables.ledger, tables.setting.companies[1:])
    intangible = float((table["kind"] == Kind.INTANGIBLE.value).mean())
    ends = table["giver"].value_counts().add(table["receiver"].value_counts(), fill_value=0)
    centre = str(ends.idxmax())
    given, taken = (table["giver"] == centre).sum(), (table["receiver"] == centre).sum()
    text = (
        f"{count(len(table), 'flow')} between {count(len(ends), 'role')}, {percent(intangible)} of "
        f"them intangible; most meet at {label(centre)}: {given} given, {taken} received"
    )
    money = table[table["kind"] == Kind.MONEY.value]
    if len(money):
        row = money.sort_values("amount").iloc[-1]
        text += (
            f". The largest money flow is {label(row['deliverable'])} from {label(row['giver'])} "
            f"to {label(row['receiver'])}: {number(row['amount'])}{MONEY}"
        )
    return sentence(text)


def functions(tables: Tables) -> str:
    """Say which function of the focal company performs best and least."""
    found = levels(tables.series, "performance")
    companies = order(
        list(dict.fromkeys(owner.partition(":")[0] for owner in found)), tables.setting.companies
    )
    own = {
        owner.partition(":")[2]: told
        for owner, told in found.items()
        if owner.partition(":")[0] == companies[0]
    }
    best, least = (pick(own, key=lambda name: own[name].mean) for pick in (max, min))
    if best == least:
        return sentence(f"{label(best)} ended at {with_span(own[best])}")
    return sentence(
        f"At {label(companies[0])}, {label(best)} performs best, {with_span(own[best])}, and "
        f"{label(least)} least, {with_span(own[least])}"
    )


def people(tables: Tables) -> str:
    """Say how knowledge, skill and outcome progress changed."""
    series = tables.series
    window = max(1, min(12, months(series) // 2))
    text = []
    for metric in ("outcome_progress", "knowledge", "skill", "satisfaction"):
        moved = change(series, metric)
        if not moved.known:
            continue
        word = {Sign.GAIN: "rose", Sign.LOSS: "fell", Sign.OPEN: "hardly moved"}[moved.sign]
        ends = [
            estimate(per_run(series, metric, window=window, first=first)).mean
            for first in (True, False)
        ]
        text.append(f"{label(metric)} {word} from {number(ends[0])} to {number(ends[1])}")
    return sentence(f"{listing(text)} (first to last {count(window, 'month')})")


def _of_series(finding: Callable[[pd.DataFrame], str]) -> Callable[[Tables], str]:
    return lambda tables: finding(tables.series)


def portfolio(tables: Tables) -> str:
    """Say how concentrated the portfolio is and how long customers stay."""
    return "" if tables.people is None else portfolio_words(tables.people)


FINDINGS: Mapping[str, Callable[[Tables], str]] = {
    "value": value,
    "gross_value": gross_value,
    "adoption": adoption,
    "adoption_causes": adoption_causes,
    "journey": journey,
    "touchpoints": touchpoints,
    "opportunity": opportunity,
    "desks": desks,
    "resources": resources,
    "network": network,
    "functions": functions,
    "people": people,
    "network_over_time": lambda tables: indicator_words(tables.ledger),
    "portfolio": portfolio,
    **{view.name: _of_series(view.finding) for view in VIEWS},
}
"""The finding of each figure, by its name."""
