"""Data of the page of findings: its answers, kept in a file of their own beside it.

A folder of runs is large and stays where it was made; what the page says of it is a few sentences
and numbers. They are kept as ``findings.json`` beside ``findings.md``, so that markets can be
asked one after the other, on different machines, and anybody can read the numbers behind the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from simulation.errors import Fault, ResultError
from simulation.store.files import write_text
from simulation.store.manifest import read_manifest
from simulation.studies.question.answer import (
    effect_of,
    effect_words,
    market_name,
    money_of,
    outcomes_text,
    share_of_value,
    verdict_words,
    who_text,
)
from simulation.studies.question.answer import more as more_of

if TYPE_CHECKING:
    from simulation.studies.question.result import QuestionResult

FORMAT = 1
"""Raised when a key is renamed or means something else."""


@dataclass(frozen=True)
class KeptShare:
    """A share of futures with its 95 % interval, each from 0 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class KeptAnswer:
    """What the page says of a question in a market.

    Attributes:
        name: of the question.
        market: in which it was asked.
        question: in words.
        source: what the source says.
        claim: what holds or does not.
        rule: when it is said to hold.
        verdict: supported, refuted, no difference, depends or undecided.
        more: what else is said of it: "leans to no", "hardly ever fails"; may be empty.
        begins: the verdict as a sentence begins: "It depends, but the claim hardly ever fails".
        outcomes: in how many futures of the market it holds, makes no difference and fails.
        holds: the share of futures in which it holds.
        same: that in which it makes no difference.
        fails: that in which it fails.
        compared: what the effect is an effect of.
        effect: the effect at the market's own values, in a few words.
        amount: the same in money and by actor.
        where: where the claim turns, in a sentence; may be empty.
        answer: the sentences of the answer.
        futures: plausible ones that were used.
        tried: how many were tried for them.
        seeds: of a future, at most.
        people: simulated.
        months: recorded.
        quick: whether it was a quick look.
        chance: with which the futures would support a claim that holds in 80 %.
        model: version of the model.
        finished: when, as ISO 8601.
        judging: by which way of judging (``judging.JUDGING``); 1 where an answer does not say.
    """

    name: str
    market: str
    question: str
    source: str
    claim: str
    rule: str
    verdict: str
    more: str
    begins: str
    outcomes: str
    holds: KeptShare
    same: float
    fails: float
    compared: str
    effect: str
    amount: str
    where: str
    answer: tuple[str, ...]
    futures: int
    tried: int
    seeds: int
    people: int
    months: int
    quick: bool
    chance: float
    model: str
    finished: str
    judging: int = 1

    @property
    def place(self) -> str:
        """The market's name in words."""
        return self.market.replace("_", " ")

    @property
    def summary(self) -> str:
        """The verdict in a few words: "depends", "undecided, leans to yes"."""
        return f"{self.verdict}, {self.more}" if self.more else self.verdict


def kept_of(verdict: Mapping[str, Any], answer: Sequence[str], where: str) -> KeptAnswer:
    """Return what the page says of a verdict.

    Args:
        verdict: as the result folder has it (see ``findings.findings``).
        answer: the sentences of the answer.
        where: where the claim turns.
    """
    amount = effect_words(verdict)
    if verdict["unit"] != "share":
        mean = float(verdict["own"]["mean"])
        share, money = share_of_value(verdict, mean), money_of(verdict, mean)
        amount = f"{share}, or {money}, {who_text(verdict)}"
    futures, shares = verdict["futures"], verdict["shares"]
    return KeptAnswer(
        name=str(verdict["name"]),
        market=str(verdict["market"]),
        question=str(verdict["question"]),
        source=str(verdict["source"]),
        claim=str(verdict["claim"]),
        rule=str(verdict["rule"]),
        verdict=str(verdict["verdict"]),
        more=more_of(verdict),
        begins=verdict_words(verdict),
        outcomes=_plain(outcomes_text(verdict, market_name(verdict))),
        holds=KeptShare(*(float(shares["better"][end]) for end in ("value", "low", "high"))),
        same=float(shares["same"]["value"]),
        fails=float(shares["worse"]["value"]),
        compared=_plain(effect_of(verdict)),
        effect=_plain(effect_words(verdict)),
        amount=_plain(amount),
        where=_plain(where),
        answer=tuple(map(_plain, answer)),
        futures=int(futures["used"]),
        tried=int(futures["tried"]),
        seeds=int(futures["replicates"]),
        people=int(verdict["people"]),
        months=int(verdict["months"]),
        quick=bool(verdict["quick"]),
        chance=float(verdict["false_supported"]),
        model=str(verdict["model_version"]),
        finished=str(verdict["finished"]),
        judging=int(verdict.get("judging", 1)),
    )


def _plain(text: str) -> str:
    """Return text with ordinary spaces, which Markdown and scripts read alike."""
    return text.replace("\u00a0", " ")


AskedKey = tuple[str, str, bool, str]
"""Name, market, whether it was a quick look, and when it was finished."""


def kept_of_each[T](ones: Iterable[T], asked: Callable[[T], AskedKey]) -> dict[tuple[str, str], T]:
    """Return one of each question and market: the full one, then the newer one, then the last."""

    def rank(one: T) -> tuple[bool, str]:
        _, _, quick, finished = asked(one)
        return not quick, finished

    kept: dict[tuple[str, str], T] = {}
    for one in ones:
        key = asked(one)[:2]
        if key not in kept or rank(one) >= rank(kept[key]):
            kept[key] = one
    return kept


# --- where they are ------------------------------------------------------------------------------


def answers_in(root: Path) -> list[KeptAnswer]:
    """Return the newest answer of each question and market in a folder of results, full ones first.

    Raises:
        ResultError: a result with a verdict cannot be read.
    """
    from simulation.studies.result import open_result

    kept = []
    for verdict in verdicts_in(root).values():
        result = cast("QuestionResult", open_result(verdict["folder"]))
        kept.append(kept_of(verdict, result.answer, result.where))
    return kept


def verdicts_in(root: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the newest verdict of each question and market asked here, full ones first.

    Questions that are being asked again are left out until they are finished.
    """
    from simulation.studies.question.findings import read_verdict

    complete = [
        {**verdict, "folder": str(folder)}
        for folder in sorted(root.glob("*/*"))
        if (verdict := read_verdict(folder)) is not None and _is_complete(folder)
    ]
    return kept_of_each(complete, _asked)


def _asked(verdict: Mapping[str, Any]) -> AskedKey:
    name, market, finished = (str(verdict[key]) for key in ("name", "market", "finished"))
    return name, market, bool(verdict["quick"]), finished


def _is_complete(folder: Path) -> bool:
    try:
        return read_manifest(folder).complete
    except ResultError:
        return False


def in_order(answers: Iterable[KeptAnswer]) -> list[KeptAnswer]:
    """Return one answer to each question in each market, in the order of page and markets."""
    from simulation.studies.question.files import MARKETS, available

    names, markets = list(available()), list(MARKETS)
    best = kept_of_each(answers, lambda one: (one.name, one.market, one.quick, one.finished))

    def place(one: KeptAnswer) -> tuple[int, str, int, str]:
        return _at(names, one.name), one.name, _at(markets, one.market), one.market

    return sorted(best.values(), key=place)


def _at(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


# --- the file ------------------------------------------------------------------------------------


def file_beside(page: Path) -> Path:
    """Return the file that has the answers of a page."""
    return page.with_suffix(".json")


def write_kept(file: Path, answers: Sequence[KeptAnswer]) -> None:
    """Write answers to a file."""
    data = {"format": FORMAT, "answers": [asdict(one) for one in answers]}
    write_text(file, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def read_kept(file: Path) -> list[KeptAnswer]:
    """Return the answers in a file; none where there is no file.

    Raises:
        ResultError: it is not a file of answers, or one of another version.
    """
    if not file.is_file():
        return []
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError
        return [_read(one) for one in data["answers"]]
    except (OSError, ValueError, TypeError, KeyError):
        hint = "Move it away, and ask again: the page is then made from stored results alone."
        fault = Fault("does not hold answers that this version can read.", file=file, hint=hint)
        raise ResultError([fault]) from None


def _read(data: Mapping[str, Any]) -> KeptAnswer:
    data = {"judging": 1, **data}  # answers of before do not say
    if set(data) != {one.name for one in fields(KeptAnswer)}:
        raise ValueError
    holds, answer = KeptShare(**data["holds"]), tuple(data["answer"])
    return KeptAnswer(**{**data, "holds": holds, "answer": answer})
