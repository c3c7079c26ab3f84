"""The page of findings: words first, then question by market, then the rule that says when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.report.templating import markdown
from simulation.report.words import NBSP, count, listing, number
from simulation.studies.futures.words import of_all
from simulation.studies.question.answer import (
    effect_of,
    effect_words,
    market_name,
    money_of,
    outcomes_text,
    share_of_value,
    summary,
    verdict_words,
    who_text,
)
from simulation.studies.question.files import MARKETS

ABOUT = (
    "The model's answers to the questions of its sources. This page is written by "
    "`cocreate ask --findings docs/findings.md` from stored runs; nothing on it is written by "
    "hand. What must hold for a yes stands in `experiments/questions/` and was written before the "
    "run. A simulation shows what follows from its assumptions; it does not measure any company. "
    "How the effects of levers compare with published ones, to which nothing was calibrated, is on "
    "[the page of validation](validation.md#effects-of-levers)."
)

LEGEND = (
    "Holds / makes no difference / fails, in per cent of futures; in brackets the effect at the "
    "market's own values, in per cent of all value or percentage points of all people. A claim is "
    "*supported* where it holds in at least nine of ten futures (95 % interval from .8 up, at "
    "least 128 futures, also with the ends of the ranges weighted more), *refuted* where it fails "
    "in as many, *no difference* where it does neither in as many; it *depends* where that is "
    "known and it is none of these. Where a claim has several conditions, the effect is that of "
    "the one that is met least often. In most futures it differs from that at the market's own "
    "values, and it can have the other sign."
)


QUICK = (
    "**There are quick looks among these** (of 64 futures), which never support or refute a claim: "
    "they say which way it leans."
)


def findings_page(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """Return Markdown of verdicts, as result folders keep them (see ``findings.findings``)."""
    names = list(dict.fromkeys(str(one["name"]) for one in verdicts))
    markets = list(dict.fromkeys(str(one["market"]) for one in verdicts))
    by_cell = {(str(one["name"]), str(one["market"])): one for one in verdicts}
    versions = sorted({str(one["model_version"]) for one in verdicts})
    lines = ["# Findings", "", ABOUT, "", _asked(markets), ""]
    if any(one["quick"] for one in verdicts):
        lines += [QUICK, ""]
    lines += ["## In words", "", *(f"- {_words(by_cell, name, markets)}" for name in names), ""]
    lines += ["## Question by market", "", *_table(by_cell, names, markets), "", LEGEND, "",
              *_chance(verdicts), ""]  # fmt: skip
    for name in names:
        lines += _section([by_cell[name, one] for one in markets if (name, one) in by_cell])
    lines += ["## How it was made", "", f"Model version {', '.join(versions)}.", "",
              *map(_made, verdicts), ""]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _asked(markets: Sequence[str]) -> str:
    """Say in which markets the questions were asked, and in which they were not."""
    asked = listing([one.replace("_", " ") for one in markets])
    missing = [one.replace("_", " ") for one in MARKETS if one not in markets]
    rest = f", not yet in {listing(missing)}" if missing else ""
    return f"Asked in {count(len(markets), 'market')}: {asked}{rest}."


def _words(by_cell: Mapping[tuple[str, str], Mapping[str, Any]], name: str,
           markets: Sequence[str]) -> str:  # fmt: skip
    """Return a question's answer in a sentence: of the first market, with where others differ."""
    held = [by_cell[name, one] for one in markets if (name, one) in by_cell]
    first = held[0]
    claim = markdown(str(first["claim"]).rstrip("."))
    verdict = verdict_words(first)
    if first["verdict"] == "undecided":
        verdict = f"Undecided ({summary(first).partition(', ')[2]})"
    amount = effect_words(first)
    if first["unit"] != "share":
        mean = float(first["own"]["mean"])
        amount = f"{share_of_value(first, mean)}, or {money_of(first, mean)}, {who_text(first)}"
    others: dict[str, list[str]] = {}
    for one in held[1:]:
        if one["verdict"] != first["verdict"]:
            others.setdefault(summary(one), []).append(market_name(one))
    where = f" {markdown(str(first['where']))}" if first["where"] else ""
    elsewhere = "; ".join(f"{words} ({listing(names)})" for words, names in others.items())
    more = f" Another verdict elsewhere: {elsewhere}." if others else ""
    return (
        f"**{markdown(str(first['question']))}** {verdict}. “{claim}” "
        f"{outcomes_text(first, market_name(first))}.{where} At the market's own values, "
        f"{markdown(effect_of(first))} is {amount}.{more}"
    )


def _table(by_cell: Mapping[tuple[str, str], Mapping[str, Any]], names: Sequence[str],
           markets: Sequence[str]) -> list[str]:  # fmt: skip
    heads = " | ".join(one.replace("_", " ") for one in markets)
    lines = [f"| question | {heads} |", f"| --- |{' --- |' * len(markets)}"]
    for name in names:
        cells = [_cell(by_cell.get((name, one))) for one in markets]
        lines.append(f"| [{name}](#{name}) | {' | '.join(cells)} |")
    return lines


def _cell(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "not asked"
    shares = (of_all(float(one["shares"][which]["value"])) for which in ("better", "same", "worse"))
    holds, same, fails = (share.removesuffix(f"{NBSP}%") for share in shares)
    return f"**{summary(one)}**: {holds} / {same} / {fails} % ({effect_words(one)})"


def _chance(verdicts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return how many claims would be supported wrongly by chance of sampling futures alone."""
    full = [float(one["false_supported"]) for one in verdicts if not one["quick"]]
    if not full:
        return []
    text = (
        f"If all {len(full)} claims held in only 80 % of futures, {number(sum(full), 2)} of them "
        "would be expected to be called supported, from the sampling of futures alone."
    )
    return [text]


def _section(held: Sequence[Mapping[str, Any]]) -> list[str]:
    first = held[0]
    lines = [
        f"## {first['name']}", "", f"**{markdown(str(first['question']))}**", "",
        f"> {markdown(str(first['source']))}", "",
        f"Claim: {markdown(str(first['claim']))} Rule: {markdown(str(first['rule']))}", "",
    ]  # fmt: skip
    for one in held:
        sentences = [str(text).replace("\u00a0", " ") for text in one["answer"]]
        lines += [f"*{market_name(one)}*: {markdown(' '.join(sentences))}", ""]
    return lines


def _made(one: Mapping[str, Any]) -> str:
    futures, quick = one["futures"], " --quick" if one["quick"] else ""
    command = f"cocreate ask {one['name']} --market {one['market']}{quick}"
    return (
        f"- `{command}`: {futures['used']} futures of {futures['tried']:,} tried, "
        f"up to {count(futures['replicates'], 'seed')} each, {one['people']:,} people, "
        f"{one['months']} months"
    )
