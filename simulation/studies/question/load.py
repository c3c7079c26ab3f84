"""Questions as they are asked of markets: read, joined, and how long they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from simulation.experiment.load import Changes
from simulation.scenario.tree import plain
from simulation.studies.futures.seeds import PRESENT_SEEDS, n_twice
from simulation.studies.question.asked import FULL, QUICK, asked_of
from simulation.studies.question.files import find, read
from simulation.studies.question.plan import Question, stored
from simulation.studies.question.sifted import Sifted


def load_question(
    name: str, market: str = "", *, quick: bool = False, changes: Changes | None = None,
    beside: Path | None = None,
) -> Question:  # fmt: skip
    """Read a question, as it is asked of a market.

    Args:
        name: its name, or its file.
        market: a scenario; the one that its file names if empty.
        quick: fewer people and futures.
        changes: what the command line says.
        beside: the folder whose other results may have runs that are needed.

    Raises:
        ExperimentError: with every fault of its file.
    """
    file = find(name)
    asked = asked_of(file.stem, read(file), market, QUICK if quick else FULL, changes or Changes())
    where = Path(market or str(asked.experiment.scenario_name)).stem
    question = Question(asked, where, quick, beside=beside)
    _ = question.as_set  # an arm that cannot be had is a fault of the file
    return question


def together(questions: Sequence[Question]) -> list[Question]:
    """Return questions of one market, the first of which does the runs of all."""
    first, *rest = questions
    rest = [replace(one, futures=first.futures) if _shares_futures(one, first) else one
            for one in rest]  # fmt: skip
    same = [one for one in rest if one.futures is first.futures]
    return [replace(first, others=tuple(same)), *rest]


def _shares_futures(one: Question, other: Question) -> bool:
    return (
        one.scenario.fingerprint == other.scenario.fingerprint
        and one.wanted == other.wanted
        and one.seeds == other.seeds
        and one.experiment.draws == other.experiment.draws
        and one.experiment.design.seed == other.experiment.design.seed
        and one.unknown == other.unknown
    )


CANDIDATES = 12
"""About as many futures are tried as are plausible: 1 536 for 128 in the base market."""


def n_runs(questions: Sequence[Question]) -> tuple[int, int]:
    """Return about how many runs questions take, at least and at most.

    At least: one seed in every future decides all claims, and a quarter have all seeds. At most:
    every future needs all of them.
    """
    least = most = 0
    for one in questions:
        arms, more = len(one.claim.arms(quick=one.quick)), len(one.seeds) - 1
        once, twice = one.wanted + PRESENT_SEEDS, min(n_twice(one.wanted), one.wanted)
        least += arms * (once + twice * more)
        most += arms * (once + (twice if one.quick else one.wanted) * more)
    markets = {one.market: one.wanted for one in questions}
    tried = CANDIDATES * sum(markets.values())
    return least + tried, most + tried


def n_further_runs(questions: Sequence[Question]) -> int:
    """Return how many runs the seeds take that undecided claims get beyond their own, at most."""
    return sum(
        one.wanted * len(one.claim.arms(quick=True)) * (one.most_seeds - len(one.seeds))
        for one in questions
        if one.goes_on_from(one.wanted)
    )


def n_warm_ups(questions: Sequence[Question]) -> int:
    """Return about how many warm-ups are lived through.

    Each candidate has one, and in each future all arms share one for each seed; an arm that settles
    something at the founding has one of its own.
    """
    first = {one.market: one for one in questions}.values()
    tried = sum(one.wanted * (CANDIDATES + len(one.seeds)) for one in first)
    apart = sum(one.wanted * sum(bool(arm.founding) for arm in one.as_set) for one in questions)
    return tried + apart


def seconds_a_month(question: Question) -> float:
    """Return about how long a month takes.

    Measured is a year, of an established market where it has a warm-up, of the second of two runs:
    the first may compile.
    """
    from time import perf_counter

    from simulation.simulate import simulate

    def seconds(months: int, seed: int) -> float:
        started = perf_counter()
        changes = {"run.months": months, "run.warm_up": min(24, question.scenario.run.warm_up)}
        simulate(question.scenario.replace(changes), seed, model=question.model)
        return perf_counter() - started

    seconds(1, 1)
    return (seconds(13, 2) - seconds(1, 2)) / 12.0


def reason_against(name: str, market: str) -> str:
    """Return why a question cannot be asked of a market; empty where it can."""
    verdict = read(find(name)).value.get("verdict")
    held = {} if verdict is None else plain(verdict)
    markets = held.get("not_in") if isinstance(held, dict) else None
    reason = markets.get(Path(market).stem) if isinstance(markets, dict) else None
    return reason if isinstance(reason, str) else ""  # what it should not be, claim_faults names


def asked_before(folder: Path, beside: Path | None = None) -> Question:
    """Return the question of a folder as it was when nothing had been run.

    Raises:
        ExperimentError: it cannot be asked again by this version.
        ResultError: it is no question.
    """
    return replace(stored(folder), sifted=Sifted(), search=(), beside=beside)
