"""Figures of the market: who is whose customer, why people became customers, what they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.analysis.gains import causes
from simulation.analysis.interval import Sign, estimate
from simulation.analysis.summary import (
    change,
    combined,
    curve,
    has,
    levels,
    months,
    names,
    per_run,
    recent,
)
from simulation.report import colours
from simulation.report.canvas import (
    BAND,
    MEAN,
    PLAIN,
    End,
    Setting,
    band,
    finish,
    house,
    label_ends,
    line,
    months_axis,
    nothing,
    order,
    percent,
    start,
    thousands,
)
from simulation.report.colours import Look
from simulation.report.words import (
    count,
    label,
    listing,
    number,
    sentence,
    with_span,
)
from simulation.report.words import percent as percent_words
from simulation.studies.run.figures.value import firm_looks, stack
from simulation.studies.run.figures.view import RunView

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@house
def adoption(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the share of people who are customers of each company, and the share who know it."""
    title = "Adoption: share of people who are customers, by company"
    canvas = start(ax)
    companies = order(names(series, "adoption"), setting.companies)
    if not companies:
        return nothing(canvas, title, "this result has no adoption.")
    looks = firm_looks(series, setting)
    ends = []
    for company in companies:
        look = looks[company]
        height = band(canvas.ax, curve(series, "adoption", company), look)
        ends.append(End(label(company), height, look))
        if has(series, "aware", company) and len(companies) <= 3:
            known = curve(series, "aware", company)
            line(canvas.ax, known, Look(look.colour, ":", ""), width=1.1)
            ends.append(End(f"aware of {label(company)}", float(known["mean"].iloc[-1]), look))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, min(1.0, canvas.ax.get_ylim()[1]))
    canvas.ax.set_ylabel("share of all people")
    percent(canvas.ax)
    label_ends(canvas.ax, ends)
    return finish(
        canvas, title, series, setting, f"{BAND} · dotted: share who are aware of the company"
    )


@house
def adoption_causes(
    series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN
) -> Axes:
    """Draw new customers of all companies a month, by what brought them."""
    title = "What brought new customers (all companies)"
    canvas = start(ax)
    causes = [cause for cause in colours.CAUSES if has(series, cause)]
    if not causes:
        return nothing(canvas, title, "this result does not record why people became customers.")
    curves = {cause: curve(combined(series, cause), cause) for cause in causes}
    ends = stack(canvas.ax, curves, colours.CAUSES)
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, None)
    canvas.ax.set_ylabel("new customers, persons/month")
    thousands(canvas.ax)
    label_ends(canvas.ax, ends)
    return finish(canvas, title, series, setting, f"areas: {MEAN}")


@house
def people(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw what people can do and feel: knowledge, skill, satisfaction, outcome progress."""
    title = "Knowledge, skill and satisfaction"
    canvas = start(ax)
    metrics = [metric for metric in _MINDS if has(series, metric, "")]
    if not metrics:
        return nothing(canvas, title, "this result has no state of people.")
    looks = dict(zip(_MINDS, colours.others(_MINDS).values(), strict=True))
    ends = []
    for metric in metrics:
        height = band(canvas.ax, curve(series, metric), looks[metric])
        ends.append(End(label(metric), height, looks[metric]))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, 1)
    canvas.ax.set_ylabel("mean over people (0 none, 1 full)")
    label_ends(canvas.ax, ends)
    return finish(canvas, title, series, setting, BAND)


_MINDS = ("knowledge", "skill", "satisfaction", "outcome_progress")


@house
def functions(series: pd.DataFrame, ax: Axes | None = None, *, setting: Setting = PLAIN) -> Axes:
    """Draw the performance of each company's functions; the focal company strong, others thin."""
    title = "Performance of the functions"
    canvas = start(ax)
    owners = names(series, "performance")
    if not owners:
        return nothing(canvas, title, "this result has no functions.")
    areas = list(dict.fromkeys(owner.partition(":")[0] for owner in owners))
    companies = order(areas, setting.companies)
    ends = []
    for owner in owners:
        company, _, function = owner.partition(":")
        look = colours.FUNCTIONS.get(function, colours.ALONE)
        table = curve(series, "performance", owner)
        if company == companies[0]:
            height = band(canvas.ax, table, look, width=2.4)
            text = label(owner) if len(companies) > 1 else label(function)
        else:
            line(canvas.ax, table, Look(look.colour, ":", look.marker), width=1.1)
            height, text = float(table["mean"].tail(6).mean()), label(owner)
        ends.append(End(text, height, look))
    months_axis(canvas.ax, months(series))
    canvas.ax.set_ylim(0, 1)
    canvas.ax.set_ylabel("performance, 1 − exp(−capability)")
    label_ends(canvas.ax, ends, size=8)
    others = " · dotted: the other companies" if len(companies) > 1 else ""
    return finish(canvas, title, series, setting, BAND + others)


def adoption_words(series: pd.DataFrame, setting: Setting = PLAIN) -> str:
    """Say where adoption ended, and when the first company had half of its end."""
    ends = levels(series, "adoption")
    companies = order(list(ends), setting.companies)
    parts = [f"{label(name)} {with_span(ends[name])}" for name in companies]
    first = curve(series, "adoption", companies[0])
    half = first.loc[first["mean"] >= ends[companies[0]].mean / 2, "month"]
    text = f"In the {recent(series)} customers were, of all people: {listing(parts)}"
    if len(half) and int(half.iloc[0]) > 1:
        text += f"; {label(companies[0])} reached half of that in month {int(half.iloc[0])}"
    return sentence(text)


_CAUSE_WORDS = {
    "new_customers_by_advertising": "advertising",
    "new_customers_by_word_of_mouth": "word of mouth",
    "new_customers_returning": "returning",
}


def adoption_causes_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say what brought most new customers, and when word of mouth overtook advertising."""
    shares = causes(series)
    if not shares:
        return "Nobody became a customer."
    parts = [f"{percent_words(share)} by {_CAUSE_WORDS[cause]}" for cause, share in shares.items()]
    text = f"Of all new customers {listing(parts)}"
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


def functions_words(series: pd.DataFrame, setting: Setting = PLAIN) -> str:
    """Say which function of the focal company performs best and least."""
    performance = levels(series, "performance")
    companies = order(
        list(dict.fromkeys(owner.partition(":")[0] for owner in performance)), setting.companies
    )
    parts = {
        owner.partition(":")[2]: value
        for owner, value in performance.items()
        if owner.partition(":")[0] == companies[0]
    }
    best, least = (pick(parts, key=lambda name: parts[name].mean) for pick in (max, min))
    if best == least:
        return sentence(f"{label(best)} ended at {with_span(parts[best])}")
    return sentence(
        f"At {label(companies[0])}, {label(best)} performs best, {with_span(parts[best])}, and "
        f"{label(least)} least, {with_span(parts[least])}"
    )


def people_words(series: pd.DataFrame, _setting: Setting = PLAIN) -> str:
    """Say how knowledge, skill and outcome progress changed."""
    window = max(1, min(12, months(series) // 2))
    text = []
    for metric in ("outcome_progress", "knowledge", "skill", "satisfaction"):
        moved = change(series, metric)
        if not moved.known:
            continue
        word = {Sign.GAIN: "rose", Sign.LOSS: "fell", Sign.OPEN: "did not clearly change"}
        ends = [
            estimate(per_run(series, metric, window=window, first=first)).mean
            for first in (True, False)
        ]
        between = f"{number(ends[0])} to {number(ends[1])}"
        between = f"({between})" if moved.sign is Sign.OPEN else f"from {between}"
        text.append(f"{label(metric)} {word[moved.sign]} {between}")
    return sentence(f"{listing(text)} (first to last {count(window, 'month')})")


ADOPTION = RunView("adoption", "Adoption by company", adoption, adoption_words, ("adoption",))
ADOPTION_CAUSES = RunView("adoption_causes", "What brought new customers", adoption_causes,
                       adoption_causes_words, ("new_customers_by_advertising",))  # fmt: skip
FUNCTION_PERFORMANCE = RunView("functions", "Performance of the functions", functions,
                            functions_words, ("performance",))  # fmt: skip
MINDS = RunView("people", "Knowledge, skill and satisfaction", people, people_words,
             ("outcome_progress",))  # fmt: skip
