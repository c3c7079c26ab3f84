"""The answer to a question: words for a director first, then where it holds, then statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.analysis.decision.by_shares import LEAST_TO_DECIDE
from simulation.analysis.decision.prim import LEAST_FOR_RULES
from simulation.report.words import (
    NBSP,
    count,
    currency_words,
    listing,
    number,
    percent,
    points,
    sentence,
    signed,
    window_words,
)
from simulation.studies.futures.words import drawn_text, end_of, measured_text, share_text
from simulation.studies.other_market import other_market_text
from simulation.studies.question.horizons import HORIZONS, SHARE_OF
from simulation.studies.question.tables import QuestionTables

SURE, MOSTLY, RARE = 0.95, 0.9, 0.05
SPLITS = 2
"""Assumptions named that part the futures by themselves; the table of the report has all."""
APART = 0.15
NO_DIFFERENCE = "makes no difference"
NOTHING = 0.5
"""Of the margin: what an actor gains or loses less than is not spoken of."""
MOST_SEEDS = 1000
"""Seeds a future beyond which it is not said how many would be needed."""
ACTORS = {
    "customers": "customers", "company": "the company", "rivals": "its rivals",
    "partners": "its partners",
}  # fmt: skip
VERDICTS = {
    "supported": "Yes", "refuted": "No", "no difference": "It makes no difference",
    "depends": "It depends", "undecided": "Undecided",
}  # fmt: skip


def answer(tables: QuestionTables) -> list[str]:
    """Return the sentences of the answer, the verdict and its money first."""
    months = int(tables.manifest["months"])
    return [sentence(window_words(text, months)) for text in (
        verdict_text(tables), money_text(tables), beside_text(tables), where_text(tables),
        rule_text(tables), leaning_text(tables), power_text(tables), drawn_text(tables),
        other_market_text(tables.manifest),
    ) if text]  # fmt: skip


def of_futures(share: float, market: str = "") -> str:
    """Return a share of futures as it is said; where a market is named, of its futures."""
    of = f" of the {market} market" if market else ""
    if share >= SURE:
        return f"in nearly all futures{of}"
    if share <= RARE:
        return f"in almost no future{of}"
    return f"in {round(10 * share)} of 10 futures{of}"


def outcomes_text(findings: Mapping[str, Any], market: str = "") -> str:
    """Say in how many futures the claim holds, makes no difference and fails, the most first."""
    shares = {verb: float(findings["shares"][which]["value"])
              for verb, which in (("holds", "better"), (NO_DIFFERENCE, "same"),
                                  ("fails", "worse"))}  # fmt: skip
    first, *rest = sorted(shares, key=lambda verb: -shares[verb])
    parts = [f"{first} {of_futures(shares[first], market)}"]
    if shares[first] < SURE:
        parts += [f"{verb} in {round(10 * shares[verb])}" for verb in rest if shares[verb] > RARE]
        rare = [verb for verb in rest if shares[verb] <= RARE and verb != NO_DIFFERENCE]
        parts += [f"hardly ever {' or '.join(rare)}"] if rare else []
    return listing(parts)


def verdict_text(tables: QuestionTables) -> str:
    """Say what the verdict is, and in how many futures the claim holds."""
    findings = tables.findings
    claim = str(findings["claim"]).rstrip(".")
    text = f"{verdict_words(findings)}: “{claim}” {outcomes_text(findings)}"
    if findings["verdict"] == "undecided":
        text += f"; so far it {leans(findings)}"
    return text + (f" ({findings['why']})" if findings["why"] else "")


def verdict_words(findings: Mapping[str, Any]) -> str:
    """Return the verdict as a sentence begins; of what depends, what hardly ever happens."""
    words = VERDICTS[str(findings["verdict"])]
    rare = hardly_ever(findings)
    return f"{words}, but the claim {rare}" if rare else words


def hardly_ever(findings: Mapping[str, Any]) -> str:
    """Return what mostly or hardly ever happens to a claim that depends."""
    if findings["verdict"] != "depends":
        return ""
    holds, same, fails = (
        float(findings["shares"][which]["value"]) for which in ("better", "same", "worse")
    )
    if same >= MOSTLY:
        return "mostly makes no difference"
    if holds <= RARE:
        return "hardly ever holds"
    return "hardly ever fails" if fails <= RARE else ""


def leans(findings: Mapping[str, Any]) -> str:
    """Return which way a claim leans that is not decided."""
    most, share = _most(findings)
    words = {"better": "leans to yes", "same": "leans to no difference", "worse": "leans to no"}
    return words[most] if share >= 0.6 else "leans neither way"


def _most(findings: Mapping[str, Any]) -> tuple[str, float]:
    """Return what happens in most futures, and in which share of them."""
    shares = {
        which: float(findings["shares"][which]["value"]) for which in ("better", "same", "worse")
    }
    most = max(shares, key=lambda which: shares[which])
    return most, shares[most]


def money_text(tables: QuestionTables) -> str:
    """Say what the effect is at the market's own values: in per cent, in money, for whom."""
    findings = tables.findings
    present = findings["own"]
    head = f"at the {market_name(findings)} market's own values, {effect_of(findings)} is"
    if findings["unit"] == "share":
        mean, low, high = (100.0 * present[key] for key in ("mean", "low", "high"))
        return (
            f"{head} {points(mean)} of {SHARE_OF[tables.benefit]} "
            f"(95{NBSP}% interval {number(low)} to {number(high)})"
        )
    mean = float(present["mean"])
    return (
        f"{head} {share_of_value(findings, mean)} ({interval_text(findings)}), or "
        f"{money_of(findings, mean)}, {who_text(findings)}"
    )


def beside_text(tables: QuestionTables) -> str:
    """Say what the effects are that the claim does not rest on, at the market's own values."""
    findings = tables.findings
    parts = [f"“{one['name']}” {_beside(findings, one)}" for one in findings["also"]]
    return f"beside the claim, at the same values: {listing(parts)}" if parts else ""


def _beside(findings: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Return an effect beside the claim with its interval, of value or of people."""
    present, is_share = one["own"], one["unit"] == "share"
    amount, unit = (
        (points(100.0 * present["mean"]), "")
        if is_share
        else (share_of_value(findings, float(present["mean"])), f"{NBSP}%")
    )
    low, high = present["low"], present["high"]
    if low is None or high is None:
        return amount
    times = 100.0 if is_share else 100.0 / (float(findings["gross"]) or 1.0)
    ends = f"{number(times * low)} to {number(times * high)}{unit}"
    return f"{amount} (95{NBSP}% interval {ends})"


def effect_of(findings: Mapping[str, Any]) -> str:
    """Return what is compared, as it stands in a sentence."""
    return f"the effect of “{findings['critical']}”"


def market_name(findings: Mapping[str, Any]) -> str:
    """Return a market's name in words."""
    return str(findings["market"]).replace("_", " ")


def share_of_value(findings: Mapping[str, Any], value: float) -> str:
    """Return an amount as a share of all value: "+3 % of all value"."""
    share = value / findings["gross"] if findings["gross"] else 0.0
    return f"{signed(100.0 * share)}{NBSP}% of all value"


def money_of(findings: Mapping[str, Any], value: float) -> str:
    """Return an amount as a director reads it: "+41 EUR per customer and year"."""
    yearly = 12.0 * value / findings["served"] if findings["served"] else 0.0
    return f"{per_year(findings, yearly)} per customer and year"


def per_year(findings: Mapping[str, Any], value: float) -> str:
    """Return money of a customer and year."""
    units = findings["units"]
    return f"{signed(value * float(units['per_unit']))} {currency_words(str(units['currency']))}"


def who_text(findings: Mapping[str, Any]) -> str:
    """Say what each actor has of it, per customer and year."""
    served = float(findings["served"]) or 1.0
    parts = []
    for who, words in ACTORS.items():
        value = float(findings["actors"][who]["own"]["mean"])
        if abs(value) >= NOTHING * float(findings["margin"]) or who in ("customers", "company"):
            parts.append(f"{words} {per_year(findings, 12.0 * value / served)}")
    whole = all(one["of"] == "everyone" for one in findings["effects"]
                if one["name"] == findings["critical"])  # fmt: skip
    return f"{'of which' if whole else 'by actor:'} {listing(parts)}"


def interval_text(findings: Mapping[str, Any]) -> str:
    """Return the interval of the effect at the market's own values."""
    present, gross = findings["own"], float(findings["gross"]) or 1.0
    low, high = (100.0 * float(present[end] or 0.0) / gross for end in ("low", "high"))
    return f"95{NBSP}% interval {number(low)} to {number(high)}{NBSP}%"


def where_text(tables: QuestionTables) -> str:
    """Say where the claim turns: confirmed reversals, then the rule that says when."""
    findings = tables.findings
    late = findings["horizons"]["late"]
    for horizon, place in reversals(findings):
        where = listing([
            tables.bound(int(at), float(low), float(high))
            for at, low, high in zip(place["assumptions"], place["low"], place["high"], strict=True)
        ])  # fmt: skip
        by = "" if horizon == "late" else f" by the {HORIZONS[horizon]}"
        return f"except where {where}: run again there, it was the other way round{by}"
    rule = late["rule"]
    if rule.get("shown"):
        kept = findings["arms"][0]["kept"]
        ends = [(one["assumption"], end_of(one["low"], 0.0), end_of(one["high"], 1.0))
                for one in rule["bounds"]]  # fmt: skip
        where = listing([tables.bound(int(kept[at]), low, high) for at, low, high in ends])
        what = "does not hold" if rule["exception"] else "holds"
        return (
            f"{'except' if rule['exception'] else 'but'} where {where}: there it {what} in "
            f"{percent(rule['density'])} of futures (against {percent(rule['base_rate'])} over "
            f"all), {measured_text(rule)}"
        )
    parted = list(filter(_is_worth_saying, late.get("splits", [])))
    if parted:
        return "; ".join(split_text(tables, one) for one in parted[:SPLITS])
    if findings["verdict"] == "depends":
        start = "no assumption by itself tells the futures in which it holds from the others"
        if rule["tried"]:
            return f"{start}, and no rule of up to three does"
        return f"{start}; rules of several are sought from {LEAST_FOR_RULES} futures on"
    return ""


def reversals(findings: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the places where a claim was seen to turn, each once, with the horizon first seen."""
    seen: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for horizon in HORIZONS:
        for place in findings["horizons"][horizon]["except_where"]:
            seen.setdefault(str([place[key] for key in ("assumptions", "low", "high")]),
                            (horizon, place))  # fmt: skip
    return list(seen.values())


def split_text(tables: QuestionTables, split: Mapping[str, Any]) -> str:
    """Say how often a claim holds, or fails, in the two halves of an assumption's range."""
    at = int(split["assumption"])
    share = {"below": float(split["lower"]["value"]), "above": float(split["upper"]["value"])}
    most, least = sorted(share, key=lambda half: -share[half])
    name = _named(tables, at)
    return (
        f"it {'fails' if split['fails'] else 'holds'} {of_futures(share[most])} where {name} is "
        f"{most} {tables.said(at, 0.5)}, but {of_futures(share[least])} where it is {least}"
    )


def _is_worth_saying(split: Mapping[str, Any]) -> bool:
    """Whether the halves differ by more than rounding to tenths of the futures hides."""
    return abs(float(split["upper"]["value"]) - float(split["lower"]["value"])) >= APART


def rule_text(tables: QuestionTables) -> str:
    """Say by which shares the verdict was given, over both horizons."""
    findings = tables.findings
    shares = []
    for name, words in HORIZONS.items():
        one = findings["horizons"][name]
        shares.append(f"{share_text(one['shares']['better'])} by the {words}")
    return (
        f"the claim holds in {' and '.join(shares)}, over {count(tables.n, 'plausible future')} of "
        f"{int(findings['futures']['tried']):,} tried"
    )


def leaning_text(tables: QuestionTables) -> str:
    """Say what moves the effect most, where the emulator knows enough."""
    arm = tables.findings["arms"][0]
    if not arm["swings"]:
        return ""
    assumptions = [
        f"{_named(tables, int(arm['kept'][one['assumption']]))}: "
        f"{tables.span(one['low'], one['high'], tables.benefit)}"
        for one in arm["swings"][:3]
    ]
    unit = tables.unit_of_change(tables.benefit)
    return (
        f"the size of the effect varies most with {listing(assumptions)}, in {unit} from end to "
        "end of the range"
    )


def _named(tables: QuestionTables, at: int) -> str:
    """Return an assumption's name with its meaning in brackets, less what the name says.

    A meaning that begins with the name says it all: "propensity to talk when indifferent".
    """
    name, meaning = tables.name(at), tables.meaning(at)
    if meaning.startswith(f"{name.rpartition(': ')[2]} "):
        return meaning
    meaning = meaning.partition(": ")[0] if ": " in name else meaning
    return f"{name} ({meaning})" if meaning else name


def power_text(tables: QuestionTables) -> str:
    """Say what it would take to decide, where it is not decided."""
    findings = tables.findings
    if findings["verdict"] != "undecided":
        return ""
    by_horizon = [int(findings["horizons"][name]["futures_needed"] or 0) for name in HORIZONS]
    futures, seeds = max(LEAST_TO_DECIDE, *by_horizon), seeds_needed(findings)
    enough = findings["futures"]["used"] >= LEAST_TO_DECIDE and not findings["quick"]
    if enough and not any(by_horizon):
        return f"{seeds} a future would show whether there is a difference; more futures would not"
    same = f", and {seeds} a future to see that there is no difference"
    return (
        f"to decide it takes at least {count(futures, 'future')}"
        f"{same if _most(findings)[0] == 'same' else ''}; fewer than {LEAST_TO_DECIDE} futures "
        "never decide"
    )


def seeds_needed(findings: Mapping[str, Any]) -> str:
    """Return how many seeds a future would show that there is no difference, over any horizon."""
    at_least = int(findings["power"]["seeds_needed"])
    by_horizon = (findings["horizons"][name].get("seeds_needed", 0) for name in HORIZONS)
    needed = max(at_least, *map(int, by_horizon))
    return count(needed, "seed") if needed <= MOST_SEEDS else f"more than {MOST_SEEDS:,} seeds"


def summary(findings: Mapping[str, Any]) -> str:
    """Return the verdict in a few words, for tables: "depends", "undecided, leans to yes"."""
    verdict, said = str(findings["verdict"]), more(findings)
    return f"{verdict}, {said}" if said else verdict


def more(findings: Mapping[str, Any]) -> str:
    """Return what else is said of a verdict: "leans to yes", "hardly ever fails", or nothing."""
    return leans(findings) if findings["verdict"] == "undecided" else hardly_ever(findings)


def effect_words(findings: Mapping[str, Any]) -> str:
    """Return the effect at the market's own values in a few words."""
    mean = float(findings["own"]["mean"])
    if findings["unit"] == "share":
        return points(100.0 * mean)
    return f"{signed(100.0 * mean / (float(findings['gross']) or 1.0))}{NBSP}%"
