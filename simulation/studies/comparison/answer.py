"""The answer of a comparison in three sentences: which is better, from when, and for whom.

Every clause is chosen by the intervals; where they cover zero the words say that it is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite

from simulation.analysis.better_off import EVERYBODY, Group
from simulation.analysis.compare import DifferenceCurve, PairedVerdict, Stretch
from simulation.analysis.comparison_question import Key
from simulation.analysis.summary import less_is_better
from simulation.report.words import (
    NBSP,
    amount,
    count,
    is_money,
    label,
    listing,
    money_words,
    number,
    percent,
    sentence,
)
from simulation.studies.comparison.leading import leading, not_distinguished, ranked
from simulation.studies.comparison.tables import ComparedTables, ComparisonRow
from simulation.studies.comparison.why import loses
from simulation.studies.other_market import other_market_text

TIE = 1e-6
"""Less than any fraction of a pair."""
MOST_TIMES = 20
"""Times the base beyond which the base is as good as nothing, and a ratio says nothing."""
ROUNDING = 1e-12
"""Of the base: what rounding leaves of no difference between pairs."""
MOST_NAMED = 4
"""What-ifs or spells that a sentence names; the tables have all."""


def answer(tables: ComparedTables) -> list[str]:
    """Return the answer, three sentences where the result has what they need.

    A fourth says that draws of a posterior are not of this market, where they are not.
    """
    sentences = (which(tables), when(tables), who(tables), other_market_text(tables.manifest))
    return [sentence(text) for text in sentences if text]


def quoted(name: str) -> str:
    """Return the name of a scenario as it stands in a sentence."""
    return f"“{name}”"


def outcome_words(row: ComparisonRow) -> str:
    """Return what an outcome is called: "co-created value", "adoption of focal"."""
    return f"{label(row.outcome)} of {label(row.actor)}" if row.actor else label(row.outcome)


def size(value: float, unit: str) -> str:
    """Return the size of a difference with its unit; of shares in percentage points."""
    if unit == "share":
        return f"{number(100 * abs(value), 2)}{NBSP}points"
    if is_money(unit):
        return f"{number(abs(value))} {money_words(unit)}"
    return amount(abs(value), unit)


def bare(value: float, unit: str) -> str:
    """Return a difference with its sign and without its unit; of shares in percentage points."""
    shown = 100 * value if unit == "share" else value
    text = number(shown, 3 if abs(shown) >= 10 else 2)
    return f"+{text}" if shown > 0 else text


def interval(row: ComparisonRow, words: str) -> str:
    """Return the interval in brackets: "(95 % interval +1.2 to +3.4)"."""
    if agrees(row):
        return f"({alike(row)})"
    points = f"{NBSP}points" if row.unit == "share" else ""
    ends = f"{bare(row.low, row.unit)} to {bare(row.high, row.unit)}{points}"
    return f"({words} {ends})" if isfinite(row.low) else "(no interval yet)"


def agrees(row: ComparisonRow) -> bool:
    """Return whether all pairs have one difference, to the rounding of what it is between."""
    return row.high - row.low <= ROUNDING * max(abs(row.base_mean), abs(row.difference))


def alike(row: ComparisonRow) -> str:
    """Say that all pairs have one difference, which is no interval, however few they are."""
    if not row.difference:
        return f"the two do not differ in any of {count(row.pairs, 'pair')}"
    return f"the difference is the same in all of {count(row.pairs, 'pair')}"


def wins(row: ComparisonRow) -> str:
    """Return in how many pairs the what-if was better: "18 of 20 pairs".

    A pair without a difference counts as half of one that is better.
    """
    won = row.p_better * row.pairs
    least = "" if abs(won - round(won)) < TIE else "at least "
    return f"{least}{int(won + TIE)} of {count(row.pairs, 'pair')}"


# --- which -----------------------------------------------------------------------------------


def which(tables: ComparedTables) -> str:
    """Say which scenario is better, by how much and how sure, and if who asks loses by it."""
    rows = leading(tables)
    cost = loses(tables, rows[0].what_if)
    if cost and rows[0].verdict is PairedVerdict.BETTER:
        first, *others = _which(tables, rows).split("; against the same base")
        return "; against the same base".join([f"{first}; {cost}", *others])
    return _which(tables, rows)


def _which(tables: ComparedTables, rows: Sequence[ComparisonRow]) -> str:
    if len(rows) == 1:
        return verdict_words(tables, rows[0])
    best, *others = rows
    text = verdict_words(tables, best, short=True)
    if best.verdict is PairedVerdict.BETTER:
        text = f"{_best_words(tables, rows)}: {text}"
    else:
        base = quoted(tables.question.base)
        text = (
            f"none of the {len(rows)} what-ifs is clearly better than {base}; "
            f"{quoted(best.what_if)} comes closest: {text}"
        )
    rest = [
        f"{quoted(row.what_if)} {_SHORT[row.verdict]} ({bare(row.difference, row.unit)})"
        for row in others[:MOST_NAMED]
    ]
    more = f" and {len(others) - MOST_NAMED} more in the table" if len(others) > MOST_NAMED else ""
    return f"{text}; against the same base {listing(rest)}{more}"


def _best_words(tables: ComparedTables, rows: Sequence[ComparisonRow]) -> str:
    """Say which of several what-ifs is best, or from which others it is not distinguished."""
    names, best = not_distinguished(tables), quoted(rows[0].what_if)
    if not names:
        return f"best of {len(rows)} what-ifs is {best}"
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    others = listing([*map(quoted, names[:MOST_NAMED]), *more])
    does = (
        "does best in these runs"
        if ranked(tables)[0].what_if == rows[0].what_if
        else "does best of those shown to be better"
    )
    return f"of {len(rows)} what-ifs {best} {does}, not distinguished from {others}"


_SHORT = {
    PairedVerdict.BETTER: "is better",
    PairedVerdict.WORSE: "is worse",
    PairedVerdict.SAME: "is practically the same",
    PairedVerdict.UNDECIDED: "is undecided",
}


def verdict_words(tables: ComparedTables, row: ComparisonRow, *, short: bool = False) -> str:
    """Say what one comparison comes to, with its interval."""
    name, base, what = quoted(row.what_if), quoted(tables.question.base), outcome_words(row)
    ends = interval(row, tables.interval_words)
    moved = f"{'rises' if row.difference > 0 else 'falls'} by {size(row.difference, row.unit)}"
    moved += _relative(row)
    if row.verdict in (PairedVerdict.BETTER, PairedVerdict.WORSE):
        start = f"{name} is {row.verdict} than {base}: " if not short else ""
        return f"{start}{what} {moved} {ends}, and it is better in {wins(row)}"
    if row.verdict is PairedVerdict.SAME:
        within = f"within the margin of ±{NBSP}{size(row.margin, row.unit)}" if row.margin else ""
        start = f"{name} and {base} are practically the same: " if not short else ""
        if not row.difference and not row.margin:
            return f"{start}{what} does not change in any of {count(row.pairs, 'pair')}"
        return f"{start}{what} {moved} {ends}, entirely {within}"
    start = f"It is undecided whether {name} is better than {base}: " if not short else ""
    if not isfinite(row.low):
        return f"{start}{what} {moved}, but {count(row.pairs, 'pair')} are too few for an interval"
    return (
        f"{start}{what} {moved}, but the interval covers zero {ends}; it is better in {wins(row)}"
        f"{_few(row)}"
    )


def _relative(row: ComparisonRow) -> str:
    if row.unit == "share" or not row.difference or row.base_mean <= 0:
        return ""  # a share of nothing, or of a loss, says nothing
    share = row.difference / row.base_mean
    if abs(share) <= 1:
        return f", {percent(abs(share))} of the base"
    return f", to {number(1 + share, 2)} times the base" if 1 < share < MOST_TIMES else ""


def is_few(row: ComparisonRow) -> bool:
    """Return whether all pairs are on one side, and still decide nothing."""
    one_side = bool(row.pairs and row.p_better in (0.0, 1.0))
    return one_side and row.verdict is PairedVerdict.UNDECIDED


def _few(row: ComparisonRow) -> str:
    """Say why all pairs on one side still decide nothing: they are few, or differ much."""
    if is_few(row):
        return f", but {count(row.pairs, 'pair')} of such different size cannot settle it"
    return ""


# --- when ------------------------------------------------------------------------------------


def when(tables: ComparedTables) -> str:
    """Say from when each what-if is ahead or behind, as far as the bands prove it."""
    names = [row.what_if for row in leading(tables)[:MOST_NAMED]]
    return claims(tables, tables.question.outcomes[0], names)


def claims(tables: ComparedTables, key: Key, names: Sequence[str]) -> str:
    """Say in which months each what-if is clearly ahead or behind, and name those never so.

    Args:
        tables: The comparison.
        key: The outcome.
        names: What-ifs, in the order in which to tell.
    """
    curves = {name: tables.curve(name, key) for name in names}
    known = {name: curve for name, curve in curves.items() if curve.months}
    sure = {name: curve for name, curve in known.items() if curve.spells()}
    less = less_is_better(tables.series, key[0])
    sentences = [claim(quoted(name), curve, less_is_better=less) for name, curve in sure.items()]
    never = [quoted(name) for name in known if name not in sure]
    if len(never) == 1:
        sentences.append(claim(never[0], known[next(n for n in known if n not in sure)]))
    elif never:
        sentences.append(
            f"in no month are {listing(never)} clearly ahead or behind: the bands cover zero "
            "throughout"
        )
    return "; ".join(sentences)


def claim(name: str, curve: DifferenceCurve, *, less_is_better: bool = False) -> str:
    """Say in which months the whole-curve band leaves zero out."""
    spells = curve.spells()
    if not spells:
        return f"in no month is {name} clearly ahead or behind: the band covers zero throughout"
    last = spells[-1]
    before = spells[:-1]
    if last.last != curve.months[-1]:
        spelt = _spells(spells, less_is_better)
        return f"{name} is {spelt}, and after that the difference is not clear"
    word = _side(last, less_is_better)
    if last.first == curve.months[0]:
        return f"{name} is {word} in every month"
    text = f"from month {last.first} on {name} is {word}, to the end"
    if before:
        return f"{text}; before that it was {_spells(before, less_is_better)}"
    return f"{text}; before that it is open"


def _side(spell: Stretch, less_is_better: bool) -> str:  # noqa: FBT001  (of the spell's outcome)
    return "ahead" if spell.above is not less_is_better else "behind"


def _spells(spells: Sequence[Stretch], less_is_better: bool) -> str:  # noqa: FBT001  (as above)
    """Tell spells in their order; several in a row on the same side are reported as one."""
    parts = []
    for side, group in groupby(spells, key=lambda spell: _side(spell, less_is_better)):
        members = list(group)
        first, last = members[0].first, members[-1].last
        span = f"in month {first}" if first == last else f"in months {first} to {last}"
        parts.append(f"{side} {'at times ' if len(members) > 1 else ''}{span}")
    return listing(parts)


# --- for whom --------------------------------------------------------------------------------


def who(tables: ComparedTables) -> str:
    """Say who gains, who loses, and how many of the same people are better off."""
    best = leading(tables)[0].what_if
    everybody = [group for group in tables.groups if group.what_if == best]
    people = [_persons(group) for group in everybody if group.name == EVERYBODY]
    return " ".join(sentence(text) for text in (who_of_actors(tables), *people) if text)


def who_of_actors(tables: ComparedTables) -> str:
    """Say which segments, companies and partners gain and lose by the best what-if."""
    best = leading(tables)[0].what_if
    start = f"with {quoted(best)}, " if len(tables.question.what_ifs) > 1 else ""
    text = _actors(tables.who(best))
    return f"{start}{text}" if text else ""


def _actors(rows: Sequence[ComparisonRow]) -> str:
    parts = []
    for verdict, words in (
        (PairedVerdict.BETTER, ("gains", "gain")),
        (PairedVerdict.WORSE, ("loses", "lose")),
    ):
        chosen = [row for row in rows if row.verdict is verdict]
        chosen.sort(key=lambda row: -abs(row.difference))
        names = [f"{label(row.actor)} ({bare(row.difference, row.unit)})" for row in chosen]
        if names:
            many = len(names) > 1 or chosen[0].outcome == "segment_value"
            parts.append(f"{listing(names)} {words[many]}")
    undecided = [label(row.actor) for row in rows if row.verdict is PairedVerdict.UNDECIDED]
    if undecided:
        parts.append(f"for {listing(undecided)} it is open")
    if not any(row.verdict in (PairedVerdict.BETTER, PairedVerdict.WORSE) for row in rows):
        return "no segment, company or partner clearly gains or loses" if rows else ""
    return "; ".join(parts)


def _persons(group: Group) -> str:
    better, _, _ = group.share_better.floats()
    worse, _, _ = group.share_worse.floats()
    text = (
        f"of all people, {percent(better)} are better off than they are in the base, and "
        f"{percent(worse)} worse off"
    )
    change, low, high = group.gini_change.floats()
    if low > 0 or high < 0:
        before, after = (gini.floats()[0] for gini in (group.gini_base, group.gini_what_if))
        word = "rises" if change > 0 else "falls"
        text += f"; inequality {word} (Gini {number(before)} to {number(after)})"
    return text
