"""The queue is fair, does nothing twice, and starts nothing for a page that has gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation import load_scenario
from simulation.dashboard.queue import OrderedRun, RunQueue
from simulation.store import Identity

SCENARIO = load_scenario("base", {"population.people": 60, "run.months": 2, "run.warm_up": 0})


def runs(name: str, n: int) -> list[OrderedRun]:
    return [OrderedRun(seed, Identity(name, seed, "m"), SCENARIO) for seed in range(n)]


@pytest.fixture
def queue(tmp_path: Path) -> RunQueue:
    return RunQueue(tmp_path, workers=1, stored=3)


def taken(queue: RunQueue) -> tuple[str, int]:
    run = queue._next()
    assert run is not None
    return run.identity.fingerprint, run.identity.seed


def test_the_page_with_the_fewest_seeds_is_served_first(queue: RunQueue) -> None:
    queue.place("early", runs("early", 4), lambda: None)
    first = [taken(queue), taken(queue)]
    queue.place("late", runs("late", 4), lambda: None)
    assert first == [("early", 0), ("early", 1)]
    assert [taken(queue) for _ in range(5)] == [
        ("late", 0), ("late", 1), ("early", 2), ("late", 2), ("early", 3),
    ]  # fmt: skip


def test_a_worker_prefers_a_run_whose_past_it_has_but_never_keeps_the_first_pair_waiting(
    tmp_path: Path,
) -> None:
    queue = RunQueue(tmp_path, workers=2, stored=3)
    settled = load_scenario("base", {"population.people": 60, "run.months": 2, "run.warm_up": 3})
    order = [OrderedRun(seed, Identity("what_if", seed, "m"), settled) for seed in range(4)]
    queue.place("page", order, lambda: None)
    has = {order[1].past, order[3].past}
    numbers = [run.identity.seed for _ in range(4) if (run := queue._next(has)) is not None]
    assert numbers == [0, 1, 3, 2]


def test_a_run_that_two_pages_want_is_done_once_and_both_are_told(queue: RunQueue) -> None:
    told = []
    queue.place("one", runs("same", 1), lambda: told.append("one"))
    queue.place("other", runs("same", 1), lambda: told.append("other"))
    run = queue._next()
    assert run is not None
    assert queue._fairest()[1] is None
    queue._finish(run.identity.key, b"record")
    assert sorted(told) == ["one", "other"]
    assert queue.record(run.identity) == b"record"


def test_a_new_order_replaces_the_old_one(queue: RunQueue) -> None:
    queue.place("page", runs("old", 4), lambda: None)
    taken(queue)
    queue.place("page", runs("new", 4), lambda: None)
    assert taken(queue) == ("new", 0)


def test_nothing_is_started_for_a_page_that_has_gone(queue: RunQueue) -> None:
    queue.place("page", runs("page", 4), lambda: None)
    taken(queue)
    queue.withdraw("page")
    assert queue._fairest()[1] is None
    assert queue.counts.started == 1


def test_runs_on_order_stay_in_memory_and_the_oldest_others_go(queue: RunQueue) -> None:
    queue.place("page", runs("kept", 2), lambda: None)
    for run in [*runs("kept", 2), *runs("old", 3)]:
        queue._finish(run.identity.key, b"x")
    assert all(queue.record(run.identity) for run in runs("kept", 2))
    assert [queue.record(run.identity) is not None for run in runs("old", 3)] == [
        False, False, True,
    ]  # fmt: skip
