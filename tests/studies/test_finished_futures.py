"""In how many futures the runs that are compared have finished."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from simulation.errors import RunFailedError
from simulation.store import FailureRecord, Identity, PlannedRun, RunRecord, RunStore
from simulation.studies.futures.finished import LEAST_TO_ANSWER, check_finished

ARMS = ("as it is", "some")
NOBODY = Identity("", 0, "")


def planned(futures: int) -> list[PlannedRun]:
    plans = [
        SimpleNamespace(parameters={"future": future, "arm": arm})
        for future in range(1, futures + 1) for arm in ARMS
    ]  # fmt: skip
    return cast("list[PlannedRun]", plans)


class Store:
    """Runs finish, but for those of an arm from a future on, which fail."""

    def __init__(self, arm: str, first: int) -> None:
        self.arm, self.first = arm, first

    def read(self, plan: PlannedRun) -> RunRecord | FailureRecord:
        future, arm = int(plan.parameters["future"]), plan.parameters["arm"]
        if arm == self.arm and future >= self.first:
            return FailureRecord(NOBODY, "ValueError: too much")
        return RunRecord(NOBODY, {})


def test_a_future_counts_where_all_arms_have_finished() -> None:
    store = cast("RunStore", Store("some", LEAST_TO_ANSWER + 1))
    check_finished(planned(40), store)


def test_the_market_as_it_is_alone_is_no_answer() -> None:
    store = cast("RunStore", Store("some", 2))
    with pytest.raises(RunFailedError, match=r"finished in only 1 future, .*needs 16.*too much"):
        check_finished(planned(40), store)
