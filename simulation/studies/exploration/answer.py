"""The answer of an exploration in words: what is better, where not, for whom, what to find out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.analysis.decision.by_shares import LEAST_TO_DECIDE, ShareVerdict
from simulation.report.words import count, label, listing, number, percent, sentence
from simulation.studies.exploration.tables import ExplorationTables
from simulation.studies.futures.words import (
    drawn_text,
    end_of,
    interval_text,
    measured_text,
    of_all,
    share_text,
)
from simulation.studies.other_market import other_market_text

SURE, RARE = 0.95, 0.05
APART = 0.05
"""By how much the halves of an assumption's range have to differ to be spoken of."""
NOTHING = 0.01
"""Of the margin: what is worth less to know is worth nothing."""
UNDECIDED = ShareVerdict.UNDECIDED.value


def answer(tables: ExplorationTables) -> list[str]:
    """Return the sentences of the answer, the decision first."""
    return [sentence(text) for text in (
        _joined(lead_text(tables), worst_text(tables)), picked_text(tables), where_text(tables),
        reversal_text(tables), who_text(tables), *_regret_and_information(tables),
        level_text(tables), drawn_text(tables), few_text(tables),
        other_market_text(tables.manifest),
    ) if text]  # fmt: skip


def _regret_and_information(tables: ExplorationTables) -> list[str]:
    """Return what may be forgone, and what to find out: one sentence where that is nothing."""
    texts = [regret_text(tables), information_text(tables)]
    return [_joined(*texts)] if nothing_to_learn(tables) else texts


def _joined(*texts: str) -> str:
    """Return what belongs together as one sentence."""
    return "; ".join(text for text in texts if text)


def in_futures(share: float) -> str:
    """Return exactly in how many futures: "75 % of futures", "no future", "all futures"."""
    exact = round(share, 3)
    if exact in (0.0, 1.0):
        return "all futures" if exact else "no future"
    return f"{of_all(share)} of futures"


def lead_text(tables: ExplorationTables) -> str:
    """Say whether it is decided, and in how many futures the best arm beats the base."""
    arm = tables.lead
    shares = arm["shares"][tables.whose]
    better, same, worse = (shares[which] for which in ("better", "same", "worse"))
    amount = tables.amount(arm["mean"], tables.whose)
    undecided = "undecided: " if arm.get("verdict") == UNDECIDED else ""
    whom = tables.whom(tables.whose)
    head = (
        f"{undecided}for {whom}, “{tables.arm_text(arm)}” is better than “{tables.base}” "
        f"in {in_futures(float(better['value']))} ({interval_text(better)}), by {amount} on average"
    )
    rest = [
        f"{words} in {of_all(float(share['value']))}"
        for words, share in (("practically the same", same), ("worse", worse))
        if round(float(share["value"]), 3)
    ]
    if len(rest) == 1:
        return f"{head}, and {rest[0]}"
    return f"{head}, {' and '.join(rest)}" if rest else head


def picked_text(tables: ExplorationTables) -> str:
    """Say that the arm was picked by the runs that speak for it, where there are several."""
    others = len(tables.arms)
    if others < 2:
        return ""
    return (
        f"“{tables.arm_text(tables.lead)}” is the best of {others} alternatives to "
        f"“{tables.base}”, picked by these same runs: its numbers are not corrected for that, and "
        "if anything too good"
    )


def few_text(tables: ExplorationTables) -> str:
    """Say that the answer rests on few futures, where it does."""
    if tables.n >= LEAST_TO_DECIDE:
        return ""
    return (
        f"all of this rests on only {count(tables.n, 'future')}; at least {LEAST_TO_DECIDE} are "
        "needed to decide"
    )


def where_text(tables: ExplorationTables) -> str:
    """Say where the answer turns, if a rule holds on futures left out; or that none was found."""
    arm = tables.lead
    rule = arm["rule"]
    better = arm["shares"][tables.whose]["better"]["value"]
    if rule.get("shown"):
        where = listing([
            tables.bound(_column(arm, one), *_ends(one)) for one in rule["bounds"]
        ])  # fmt: skip
        what = "not better" if rule["exception"] else "better"
        word = "except" if rule["exception"] else "but"
        return (
            f"{word} where {where}: there it is {what} in {percent(rule['density'])} of futures "
            f"({percent(rule['density_low'])} to {percent(rule['density_high'])}, against "
            f"{percent(rule['base_rate'])} over all), which holds {percent(rule['coverage'])} of "
            f"all such futures; {measured_text(rule)}"
        )
    if RARE < better < SURE and rule["tried"]:
        return "no rule of up to three assumptions is shown to say on what it depends"
    return ""


def _column(arm: Mapping[str, Any], bound: Mapping[str, Any]) -> int:
    return int(arm["kept"][bound["assumption"]])


def _ends(bound: Mapping[str, Any]) -> tuple[float, float]:
    return end_of(bound["low"], 0.0), end_of(bound["high"], 1.0)


def reversal_text(tables: ExplorationTables) -> str:
    """Say whether the effect turns over somewhere, where a claim is near enough to be searched."""
    arm = tables.lead
    cells = arm.get("reversals", [])
    if not cells:
        return ""
    turned = [one for one in cells if one["confirmed"]]
    if not turned:
        return (
            f"where a reversal was most likely, {count(len(cells), 'part')} of the ranges "
            f"{'was' if len(cells) == 1 else 'were'} run again on new futures and seeds; none "
            "turned out to be a reversal"
        )
    named = listing(
        [f"{cell_text(tables, one)} ({cell_effect(tables, one)})" for one in turned[:3]]
    )
    more = f" and {len(turned) - 3} more" if len(turned) > 3 else ""
    return f"except where {named}{more}: run again there on new futures and seeds, it reverses"


def cell_text(tables: ExplorationTables, one: Mapping[str, Any]) -> str:
    """Return a cell in words: "problem rate above 0.4 and staff cost above 2"."""
    ends = zip(one["assumptions"], one["low"], one["high"], strict=True)
    return " and ".join(tables.bound(int(at), float(low), float(high)) for at, low, high in ends)


def cell_effect(tables: ExplorationTables, one: Mapping[str, Any]) -> str:
    """Return the mean effect in a cell."""
    return tables.amount(-one["mean"] if one.get("upward") else one["mean"], tables.whose)


def who_text(tables: ExplorationTables) -> str:
    """Say who gains by the leading arm, who loses, and for whom practically nothing changes."""
    arm = tables.lead
    parts, same, lose = list[str](), list[str](), False
    for benefit, share in arm["shares"].items():
        if benefit in ("everyone", tables.whose) or not tables.is_actor(benefit):
            continue
        amount, plural = tables.amount(share["mean"], benefit), benefit == "customers"
        better, worse = (float(share[which]["value"]) for which in ("better", "worse"))
        lose = lose or worse > RARE
        if better <= RARE and worse <= RARE:
            same.append(tables.whom(benefit))
            continue
        both = (("gain", better), ("lose", worse))
        verbs = [f"{verb}{'' if plural else 's'} in {in_futures(value)}"
                 for verb, value in both if value > RARE]  # fmt: skip
        parts.append(f"{tables.whom(benefit)} {' and '.join(verbs)} ({amount} on average)")
    if not parts:
        return f"with “{tables.arm_text(arm)}”, practically nothing changes for {_either(same)}"
    parts += [f"for {listing(same)} practically nothing changes"] if same else []
    nobody = "" if lose else "; nobody loses in more than a few futures"
    return f"with “{tables.arm_text(arm)}”, {', '.join(parts)}{nobody}"


def _either(names: Sequence[str]) -> str:
    """Return names as they stand where something is denied: "focal or rival"."""
    return " or ".join(names)


def regret_text(tables: ExplorationTables) -> str:
    """Say which arm may cost least."""
    regret = tables.findings["regret"]
    arms = {one["name"]: one for one in regret["arms"]}
    safe = arms[regret["minimax"]]
    if float(safe["greatest"]) <= float(tables.findings["margin"]):
        return (
            f"in the {count(tables.n, 'future')} that count “{tables.arm_text(safe)}” forgoes "
            "next to nothing against any other arm"
        )
    calm = min(arms.values(), key=lambda one: float(one["mean"]))
    greatest = tables.money(safe["greatest"])
    text = (
        f"the greatest regret is smallest with “{tables.arm_text(safe)}”: at worst {greatest} is "
        "forgone"
    )
    if calm["name"] == safe["name"]:
        return f"{text}, on average {tables.money(safe['mean'])}"
    return (
        f"{text}; on average “{tables.arm_text(calm)}” costs least ({tables.money(calm['mean'])})"
    )


def level_text(tables: ExplorationTables) -> str:
    """Say which level of a lever is required, where levels were run."""
    level = tables.lever_levels
    if level is None:
        return ""
    column = str(level["lever"])
    lever = label(column.rpartition(".")[2])

    def said(value: float) -> str:
        return f"{number(value * tables.per_unit_of(column))} {tables.unit_of(column)}".strip()

    if level["required"] is None:
        return f"no level of {lever} that was tried pays off in 9 of 10 futures"
    again = level.get("again")
    tested = ""
    if again:
        fresh = f"run again at {said(again['level'])} on {number(again['n'])} fresh futures"
        tested = f"; {fresh}, it pays off in {share_text(again)}"
    sure = (f"; to be 95\u00a0% sure of that, {said(level['sure'])}"
            if level["sure"] is not None else "; no level is 95\u00a0% sure to")  # fmt: skip
    return f"{lever} pays off in 9 of 10 futures from {said(level['required'])} on{sure}{tested}"


def nothing_to_learn(tables: ExplorationTables) -> bool:
    """Return whether no knowledge of what was varied is worth anything."""
    total = float(tables.findings["information"]["evpi"]["uniform"])
    return total <= NOTHING * float(tables.findings["margin"])


def information_text(tables: ExplorationTables) -> str:
    """Say what is worth finding out, and what it is worth."""
    info = tables.findings["information"]
    total = float(info["evpi"]["uniform"])
    shown = worth_knowing(info["subsets"])
    if nothing_to_learn(tables):
        return "finding out more about what was varied would not pay"
    whole = (
        f"knowing everything that was varied would be worth {tables.money(total)}, or "
        f"{number(total * info['factor'] * tables.factor)} {tables.currency} over "
        f"{count(info['months'], 'month')}"
    )
    if not shown:
        return f"nothing is shown to be worth a study of its own: {whole}"
    first = listing([
        f"{listing([tables.name(at) for at in one['assumptions']])} ({tables.money(one['value'])})"
        for one in shown[:3]
    ])  # fmt: skip
    return f"to find out first: {first}; nothing else is shown to be worth a study; {whole}"


def worth_knowing(subsets: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return single assumptions that are worth a study, and pairs that are worth more than both."""
    singles = [one for one in subsets if len(one["assumptions"]) == 1 and one["shown"]]
    alone = {one["assumptions"][0]: float(one["value"]) for one in singles}
    pairs = [
        one
        for one in subsets
        if len(one["assumptions"]) == 2 and one["shown"]
        and one["low"] > sum(alone.get(at, 0.0) for at in one["assumptions"])
    ]  # fmt: skip
    return singles + pairs


def worst_text(tables: ExplorationTables) -> str:
    """Say in which half of an assumption's range the leading arm does worst.

    Only of an assumption whose halves differ in the runs by more than chance gives any of all of
    them (``splits``); nothing of results of versions that did not look for these.
    """
    arm = tables.lead
    if arm.get("splits") is None:
        return ""
    for one in arm["splits"]:
        ends = {half: float(one[half]["value"]) for half in ("lower", "upper")}
        if abs(ends["upper"] - ends["lower"]) >= APART:
            return _half_text(tables, one, ends)
    return "no half of any assumption's range is shown to be different"


def _half_text(
    tables: ExplorationTables, split: Mapping[str, Any], ends: Mapping[str, float]
) -> str:  # fmt: skip
    fails, at = bool(split["fails"]), int(split["assumption"])
    upper = (ends["upper"] > ends["lower"]) == fails
    half, other = ("upper", "lower") if upper else ("lower", "upper")
    return (
        f"it does worst in the {half} half of {tables.name(at)} "
        f"({'above' if upper else 'below'} {tables.said(at, 0.5)}): "
        f"{'worse' if fails else 'better'} in {percent(ends[half])} of futures there, in "
        f"{percent(ends[other])} in the other half"
    )
