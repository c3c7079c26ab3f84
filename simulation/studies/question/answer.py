"""The answer to a question in three sentences: verdict, numbers, sensitivity to assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulation.analysis.attribution import orders
from simulation.analysis.interval import t_interval
from simulation.analysis.rules import Alternative, dividend, effect, game, levels, shares_of
from simulation.analysis.verdict import JudgedClaim, Verdict
from simulation.report.words import NBSP, count, label, listing, number, sentence, signed
from simulation.studies.question.tables import AskedQuestion

MOST_NAMED = 4


def answer(asked: AskedQuestion) -> list[str]:
    """Return the answer in three sentences."""
    return [sentence(text) for text in (verdict(asked), shown(asked), leaning(asked)) if text]


def interval(claim: JudgedClaim) -> str:
    """Return an effect with its interval."""
    if claim.low != claim.low:
        return f"{signed(claim.mean)} (one seed: no interval)"
    return f"{signed(claim.mean)} (95{NBSP}% interval {number(claim.low)} to {number(claim.high)})"


def unit_words(asked: AskedQuestion) -> str:
    """Return the unit of effects as it follows a number."""
    if asked.per_head.endswith("per 1000 people"):
        return " a month per 1000 people"
    return "" if asked.per_head in ("", "share") else f" {asked.per_head}"


# --- the verdict ---------------------------------------------------------------------------------


def verdict(asked: AskedQuestion) -> str:
    """Say what the verdict is, on which claim it hangs, and how sure."""
    judged = asked.answer
    text = f"“{asked.claim.rstrip('.')}”"
    hangs = _hangs(asked)
    if judged.verdict is Verdict.SUPPORTED:
        return f"Supported: {text}; {hangs}"
    if judged.verdict is Verdict.REFUTED:
        return f"Refuted: {text}; {hangs}"
    if judged.verdict is Verdict.DEPENDS:
        return (
            f"It depends: {text} is supported where {_named(judged.supporting)}, refuted where "
            f"{_named(judged.refuting)}; {hangs}"
        )
    return f"Undecided: {text}; {hangs}: too wide to tell"


def _hangs(asked: AskedQuestion) -> str:
    judged = asked.answer
    claim = judged.effect
    several = len(judged.main.claims)
    least = (
        f"of {several} comparisons the least clear is {claim.name}, "
        if several > 1
        else f"{claim.name} makes "
    )
    threshold = f" against a threshold of {number(claim.threshold)}" if claim.threshold else ""
    where = "" if judged.verdict is not Verdict.DEPENDS else " in the baseline"
    return (
        f"{least}{interval(claim)}{unit_words(asked)}{threshold} over "
        f"{count(judged.main.n, 'seed')}{where}"
    )


def _named(alternatives: tuple[str, ...]) -> str:
    some = [f"“{alternative}”" for alternative in alternatives[:MOST_NAMED]]
    more = len(alternatives) - MOST_NAMED
    return listing([*some, *([f"{more} more"] if more > 0 else [])])


# --- what the numbers show -----------------------------------------------------------------------


def shown(asked: AskedQuestion) -> str:
    """State the results in the baseline, in the terms of the rule."""
    words = _SHOWN[str(asked.rule["rule"])]
    return words(asked, asked.alternatives[0], asked.rule)


Words = Callable[[AskedQuestion, Alternative, Mapping[str, Any]], str]


def _ranking(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    """Say which level is best and which is worst, and whether the best is clearly ahead."""
    lever = str(rule.get("lever") or asked.levers[0])
    where = rule.get("where", {})
    values = {str(level): results.at({**where, lever: level}) for level in levels(results, lever)}
    ranked = sorted(values, key=lambda level: -float(values[level].mean()))
    best, second, worst = ranked[0], ranked[1], ranked[-1]
    gap = t_interval(values[best] - values[second])
    sure = "clearly ahead" if float(gap.low) > 0.0 else "not clearly ahead"
    parts = [f"“{level}” {number(float(values[level].mean()))}" for level in ranked[:MOST_NAMED]]
    if worst not in ranked[:MOST_NAMED]:
        parts.append(f"last “{worst}” {number(float(values[worst].mean()))}")
    return (
        f"By {_outcome(asked)} “{best}” comes first ({', '.join(parts)}{unit_words(asked)}), "
        f"{sure} of “{second}” ({signed(float(gap.mean))})"
    )


def _outcome(asked: AskedQuestion) -> str:
    first = next(one for one in asked.sweep["outcomes"] if one["name"] == asked.outcomes[0])
    of = f" of {label(str(first['of']))}" if first.get("of") else ""
    return f"{label(str(first['metric']))}{of}"


def _interplay(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    del asked
    parts = []
    for part in rule.get("claims", [rule]):
        for place in ("more", "less"):
            gain = results.at({**part[place], **part["to"]}) - results.at(
                {**part[place], **part["from"]}
            )
            where = ", ".join(f"{label(key)} is {value}" for key, value in part[place].items())
            parts.append(f"{signed(float(gain.mean()))} where {where}")
        first = ", ".join(str(value) for value in part["to"].values())
        parts[-2] = f"“{first}” adds {parts[-2]}"
    return "; ".join(f"{one} and {two}" for one, two in zip(parts[::2], parts[1::2], strict=True))


def _dividends(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    del asked
    parts = []
    for key in ("where", "than_where"):
        if key in rule:
            interval = t_interval(dividend(results, rule["players"], rule[key]))
            where = ", ".join(f"{name} is {value}" for name, value in rule[key].items())
            ends = f"{number(float(interval.low))} to {number(float(interval.high))}"
            parts.append(f"{signed(float(interval.mean))} where {where} ({ends})")
    return f"What only all {len(rule['players'])} together create is {listing(parts)}"


def _effects(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    sizes = {name: t_interval(effect(results, name, ends)) for name, ends in rule["levers"].items()}
    ranked = sorted(sizes, key=lambda name: -float(sizes[name].mean))
    parts = []
    for name in ranked:
        low, high = (str(end) for end in rule["levers"][name])
        mean, least, most = sizes[name].floats()
        parts.append(
            f"{label(name)} from {low} to {high} {signed(mean)} ({number(least)} to {number(most)})"
        )
    return f"On average over the rest: {'; '.join(parts)}{unit_words(asked)}"


def _orders(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    moves = rule["moves"]
    every = orders(game(results, moves, rule.get("where", {})), list(moves))
    table = every.table()
    best = [label(name.rpartition(".")[2]) for name in str(table.iloc[0]["order"]).split(" > ")]
    row = table[table["order"] == " > ".join(rule["order"])].iloc[0]
    place = int((table["mean"] > row["mean"]).sum()) + 1
    return (
        f"Of {len(table):,} orders the best is {', '.join(best)}; the order of the source comes "
        f"{place:,}{_th(place)}, {number(float(row['behind']))} behind it on the way "
        f"({number(float(row['behind_low']))} to {number(float(row['behind_high']))})"
        f"{unit_words(asked)}"
    )


def _th(n: int) -> str:
    if 10 <= n % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def _slope(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    lever = str(rule["lever"])
    at = sorted(levels(results, lever))
    values = {level: results.at({lever: level}) for level in at}
    top = max(at, key=lambda level: float(values[level].mean()))
    name = label(lever.rpartition(".")[2])
    parts = [f"{number(float(level))}: {number(float(values[level].mean()))}" for level in at]
    text = f"By {_outcome(asked)} {name} of {number(float(top))} is best ({', '.join(parts)}"
    text += f"{unit_words(asked)})"
    if top not in (at[0], at[-1]):
        gap = t_interval(values[top] - values[at[-1]])
        sure = "clearly" if float(gap.low) > 0.0 else "not clearly"
        text += f"; it is {sure} better than {number(float(at[-1]))} ({signed(float(gap.mean))})"
    return text


def _simplex(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    frame = shares_of(results, str(rule["mixture"]))
    shares = frame.to_numpy(dtype=np.float64)
    values = results.values[results.main][list(frame.index)].to_numpy(dtype=np.float64)
    means = values.mean(axis=0)
    top, worst = int(np.argmax(means)), int(np.argmin(means))
    middle = int(np.argmin(((shares - 1.0 / shares.shape[1]) ** 2).sum(axis=1)))
    parts = [label(str(name).rpartition(".")[2]) for name in frame.columns]
    texts = [f"{parts[at]} {100 * share:.0f}{NBSP}%" for at, share in enumerate(shares[top])]
    last = " : ".join(f"{100 * share:.0f}" for share in shares[worst])
    gap = t_interval(values[:, top] - values[:, middle])
    ends = f"{number(float(gap.low))} to {number(float(gap.high))}"
    return (
        f"The best split is {', '.join(texts)}, {signed(float(gap.mean))}{unit_words(asked)} "
        f"over equal shares ({ends}, read off the best of {len(means)}); the worst, {last}, is "
        f"{number(float(means[middle] - means[worst]))} below them"
    )


def _two(asked: AskedQuestion, results: Alternative, rule: Mapping[str, Any]) -> str:
    if len(asked.levers) == 1:
        return _ranking(asked, results, {**rule, "lever": asked.levers[0]})
    values = [float(results.at(rule[side]).mean()) for side in ("better", "than")]
    return f"{_outcome(asked)}: {number(values[0])} against {number(values[1])}{unit_words(asked)}"


_SHOWN: dict[str, Words] = {
    "difference": _two,
    "everyone": _two,
    "best": _ranking,
    "ordering": _ranking,
    "interaction": _interplay,
    "dividend_positive": _dividends,
    "main_effects": _effects,
    "order": _orders,
    "slope": _slope,
    "argmax_near_centroid": _simplex,
}


# --- sensitivity to assumptions ------------------------------------------------------------------


def leaning(asked: AskedQuestion) -> str:
    """Say which assumptions shift the effect most, and where the verdict reverses."""
    changed = asked.answer.leaning()
    if not asked.answer.others:
        return "No assumption was varied, so its sensitivity is unknown"
    if not changed:
        return f"No assumption varied shifts the effect clearly; {turning(asked)}"
    parts = [f"“{one.alternative}” ({one.assumption}: {signed(one.shift.mean)})" for one in changed]
    return f"It is most sensitive to {listing(parts)}; {turning(asked)}"


def turning(asked: AskedQuestion) -> str:
    """Say where the effect crosses its threshold."""
    turned = asked.turns
    if not turned:
        n = len(asked.answer.others)
        return (
            f"the effect stays on the same side of its threshold under all {n} alternative "
            "assumptions"
        )
    parts = []
    for turn in turned[:MOST_NAMED]:
        at = f" at about {turn.assumption} = {number(turn.at, 2)}" if turn.at is not None else ""
        parts.append(f"“{turn.alternative}”{at}")
    more = len(turned) - MOST_NAMED
    parts += [f"{more} more"] if more > 0 else []
    return f"the effect crosses its threshold towards {listing(parts)} (means; see the intervals)"
