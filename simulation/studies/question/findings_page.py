"""The page of findings: words first, then question by market, then the rule that says when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from simulation.report.templating import markdown
from simulation.report.words import NBSP, count, listing, number, unbroken
from simulation.studies.futures.words import of_all
from simulation.studies.question.answer import VERDICTS
from simulation.studies.question.files import MARKETS, available, headline
from simulation.studies.question.findings_data import KeptAnswer

ABOUT = (
    "The model's answers to the questions of its sources. This page is written by "
    "`cocreate ask --findings` from stored runs; nothing on it is written by hand, and everything "
    "it says is in [{data}]({data}) for scripts to read. What must hold for a yes is stated in "
    "`experiments/questions/` and was written before the run. A *future* is one setting of all "
    "uncertain parameters of the mechanisms. A simulation shows what follows from its assumptions; "
    "it does not measure any company. How the effects of levers compare with published ones, to "
    "which nothing was calibrated, is on "
    "[the validation page](validation.md#effects-of-levers)."
)

LEGEND = (
    "Holds / makes no difference / fails, in per cent of futures; in brackets the effect at the "
    "market's own values, in per cent of all value or in percentage points (of people, or of "
    "contracts up for renewal). A claim is *supported* if it holds in at least nine of ten futures "
    "(of at least 128, with a 95 % interval from .8 up, and also if the ends of the ranges are "
    "weighted more), *refuted* if it fails in as many, *no difference* if it does neither in as "
    "many and there are enough seeds to know. It *depends* if none of these is the case and the "
    "shares are known well enough to say so; otherwise it is *undecided*. Where a claim has "
    "several conditions, the effect is that of the one that is met least often. In most futures "
    "the effect differs from that at the market's own values, and it can have the opposite sign."
)


QUICK = (
    "**There are quick looks among these** (of 64 futures), which never support or refute a claim: "
    "they only say which way it leans."
)


SEVERAL_MODELS = (
    "These answers come from several versions of the model. Each is of the version that it names, "
    "and of the market as it was then; what has changed since is in the changelog."
)
EARLIER = "†"
EARLIER_LEGEND = (
    f"{EARLIER} Judged by an earlier rule, which is stated with the answer; the question has not "
    "yet been asked there as its file asks it now."
)
TOO_SURE = "‡"
TOO_SURE_LEGEND = (
    f"{TOO_SURE} Judged before it was taken into account that runs do not tell exactly how much "
    "futures differ, and that assumptions chosen by the runs follow chance: the intervals are too "
    "narrow, and the verdict may be bolder than it should be."
)


def rules_now(names: Iterable[str]) -> dict[str, str]:
    """Return the rule by which each question's file decides now; of those that have a file."""
    shipped = set(available())
    return {name: headline(name).rule for name in names if name in shipped}


def findings_page(
    answers: Sequence[KeptAnswer],
    data: str = "findings.json",
    rules: Mapping[str, str] | None = None,
) -> str:
    """Return Markdown of answers, in their order (see ``findings_data.in_order``).

    Args:
        answers: one of each question and market.
        data: name of the file beside the page that has them.
        rules: by which each question is decided now; answers by another rule are marked.
    """
    now = rules_now({one.name for one in answers}) if rules is None else rules
    earlier = {(one.name, one.market) for one in answers if now.get(one.name, one.rule) != one.rule}
    newest = max((one.judging for one in answers), default=1)
    too_sure = {(one.name, one.market) for one in answers if one.judging < newest}
    marks = {EARLIER: earlier, TOO_SURE: too_sure}
    legends = [text for key, text in ((EARLIER, EARLIER_LEGEND), (TOO_SURE, TOO_SURE_LEGEND))
               if marks[key]]  # fmt: skip
    names = list(dict.fromkeys(one.name for one in answers))
    given = list(dict.fromkeys(one.market for one in answers))
    markets = [one for one in MARKETS if one in given] + [one for one in given
                                                          if one not in MARKETS]  # fmt: skip
    by_cell = {(one.name, one.market): one for one in answers}
    lines = ["# Findings", "", ABOUT.format(data=data), "", _asked(markets), ""]
    if any(one.quick for one in answers):
        lines += [QUICK, ""]
    lines += ["## In a minute", "", *_minute(by_cell, names, markets)]
    lines += ["## In words", "", *(f"- {_words(by_cell, name, markets)}" for name in names), ""]
    lines += ["## Question by market", "", *_table(by_cell, names, markets, marks), "", LEGEND,
              "", *(line for text in legends for line in (text, "")), *_chance(answers),
              ""]  # fmt: skip
    for name in names:
        held = [by_cell[name, one] for one in markets if (name, one) in by_cell]
        lines += _section(held, now.get(name, held[0].rule))
    lines += ["## How it was made", "", *_made(answers, markets), ""]
    if len({one.model for one in answers}) > 1:
        lines += [SEVERAL_MODELS, ""]
    return unbroken("\n".join(lines).rstrip()) + "\n"


def _asked(markets: Sequence[str]) -> str:
    """Say in which markets the questions were asked, and in which they were not."""
    asked = listing([one.replace("_", " ") for one in markets])
    missing = [one.replace("_", " ") for one in MARKETS if one not in markets]
    rest = f", not yet in {listing(missing)}" if missing else ""
    return f"Asked in {count(len(markets), 'market')}: {asked}{rest}."


def _minute(
    by_cell: Mapping[tuple[str, str], KeptAnswer], names: Sequence[str], markets: Sequence[str]
) -> list[str]:
    """Return all claims by what is said of them in the first market, and where it is the same."""
    first = markets[0].replace("_", " ")
    about = f"Grouped by the answer in the {first} market; brackets say where else it is the same."
    lines = [about, ""]
    for verdict, words in VERDICTS.items():
        claims = []
        for name in names:
            held = [by_cell[name, one] for one in markets if (name, one) in by_cell]
            if held[0].verdict != verdict:
                continue
            claim = f"[{markdown(held[0].claim.rstrip('.'))}](#{name})"
            claims.append(f"    - {claim}{_how_far(held, markets)}")
        lines += [f"- **{words}**", *claims] if claims else []
    return [*lines, ""]


def _how_far(held: Sequence[KeptAnswer], markets: Sequence[str]) -> str:
    """Say in which other markets the verdict on a claim is the same as in the first."""
    first, *rest = held
    at = "" if first.market == markets[0] else f" in {first.place}"
    more = f": {first.more}" if first.more else ""
    alike = [one.place for one in rest if one.verdict == first.verdict]
    if not rest:
        return f"{at}{more}"
    if len(alike) == len(rest):
        return f"{at}{more} ({first.verdict} everywhere)"
    where = f"also {first.verdict} in {listing(alike)}" if alike else f"{first.verdict} only here"
    return f"{at}{more} ({where})"


def _words(by_cell: Mapping[tuple[str, str], KeptAnswer], name: str, markets: Sequence[str]) -> str:
    """Return a question's answer in a sentence: of the first market, with where others differ."""
    first, *rest = [by_cell[name, one] for one in markets if (name, one) in by_cell]
    verdict = f"Undecided ({first.more})" if first.verdict == "undecided" else first.begins
    others: dict[str, list[str]] = {}
    for one in rest:
        if one.verdict != first.verdict:
            others.setdefault(one.summary, []).append(one.place)
    where = f" {markdown(first.where)}" if first.where else ""
    elsewhere = "; ".join(f"{words} ({listing(places)})" for words, places in others.items())
    more = f" A different verdict elsewhere: {elsewhere}." if others else ""
    return (
        f"**{markdown(first.question)}** {verdict}. “{markdown(first.claim.rstrip('.'))}” "
        f"{first.outcomes}.{where} At the market's own values, {markdown(first.compared)} is "
        f"{first.amount}.{more}"
    )


def _table(
    by_cell: Mapping[tuple[str, str], KeptAnswer], names: Sequence[str], markets: Sequence[str],
    marks: Mapping[str, Collection[tuple[str, str]]],
) -> list[str]:  # fmt: skip
    heads = " | ".join(one.replace("_", " ") for one in markets)
    lines = [f"| question | {heads} |", f"| --- |{' --- |' * len(markets)}"]
    for name in names:
        cells = [
            " ".join(
                [
                    _cell(by_cell.get((name, one))),
                    *(mark for mark, cells in marks.items() if (name, one) in cells),
                ]
            )
            for one in markets
        ]
        lines.append(f"| [{name}](#{name}) | {' | '.join(cells)} |")
    return lines


def _cell(one: KeptAnswer | None) -> str:
    if one is None:
        return "not asked"
    shares = (of_all(share) for share in (one.holds.value, one.same, one.fails))
    holds, same, fails = (share.removesuffix(f"{NBSP}%") for share in shares)
    return f"**{one.summary}**: {holds} / {same} / {fails} % ({one.effect})"


def _chance(answers: Sequence[KeptAnswer]) -> list[str]:
    """Return how many claims would be supported wrongly by chance of sampling futures alone."""
    full = [one.chance for one in answers if not one.quick]
    if not full:
        return []
    text = (
        f"If all {len(full)} claims held in only 80 % of futures, {number(sum(full), 2)} of them "
        "would be expected to be called supported by chance, as futures are a sample."
    )
    return [text]


def _section(held: Sequence[KeptAnswer], rule: str) -> list[str]:
    first = held[0]
    lines = [
        f"## {first.name}", "", f"**{markdown(first.question)}**", "",
        f"> {markdown(first.source)}", "",
        f"Claim: {markdown(first.claim)} Rule: {markdown(rule)}", "",
    ]  # fmt: skip
    for one in held:
        by = f", by an earlier rule (“{markdown(one.rule)}”)" if one.rule != rule else ""
        lines += [f"*{one.place}*{by}: {markdown(' '.join(one.answer))}", ""]
    return lines


def _made(answers: Sequence[KeptAnswer], markets: Sequence[str]) -> list[str]:
    """Say how each market's answers were made, those made alike in one line.

    Those that were made otherwise than others of their market are named.
    """
    lines = []
    for market in markets:
        held = [one for one in answers if one.market == market]
        for how, alike in groupby(sorted(held, key=_how), key=_how):
            names = {one.name for one in alike}
            everything = len(names) == len(held)
            which = "" if everything else f" ({', '.join(sorted(names))})"
            lines.append(f"- `cocreate ask {'--all' if everything else 'QUESTION'} {how}{which}")
    return lines


def _how(one: KeptAnswer) -> str:
    quick = " --quick" if one.quick else ""
    return (
        f"--market {one.market}{quick}`: {one.futures} futures of "
        f"{one.tried:,} tried, up to {count(one.seeds, 'seed')} each, {one.people:,} people, "
        f"{one.months} months, model {one.model}"
    )
