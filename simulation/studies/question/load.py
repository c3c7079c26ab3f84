"""Questions as they are asked of markets: read, joined, and how long they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from simulation.experiment.load import Changes
from simulation.studies.futures.seeds import PRESENT_SEEDS, SHARE_TWICE
from simulation.studies.question.files import (
    FULL,
    QUICK,
    asked_of,
    find,
    read,
)
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
        once = one.wanted + PRESENT_SEEDS
        least += arms * (once + one.wanted // SHARE_TWICE * more)
        most += arms * (once + (one.wanted // SHARE_TWICE if one.quick else one.wanted) * more)
    markets = {one.market: one.wanted for one in questions}
    tried = CANDIDATES * sum(markets.values())
    return least + tried, most + tried


def seconds_a_run(question: Question) -> float:
    """Return about how long a run takes: measured on a year of it, after a year that is not."""
    from time import perf_counter

    from simulation.simulate import simulate

    year = question.scenario.replace({"run.months": 12, "run.warm_up": 0})
    simulate(year, 1, model=question.model)
    started = perf_counter()
    simulate(year, 2, model=question.model)
    return (perf_counter() - started) / 12.0 * question.scenario.run.months


def reason_against(name: str, market: str) -> str:
    """Return why a question cannot be asked of a market; empty where it can."""
    verdict = read(find(name)).value.get("verdict")
    table = verdict.value.get("not_in") if verdict is not None else None
    reason = table.value.get(Path(market).stem) if table is not None else None
    return "" if reason is None else str(reason.value)


def asked_before(folder: Path, beside: Path | None = None) -> Question:
    """Return the question of a folder as it was when nothing had been run.

    Raises:
        ExperimentError: it cannot be asked again by this version.
        ResultError: it is no question.
    """
    return replace(stored(folder), sifted=Sifted(), search=(), beside=beside)
