"""The functions of the library say everything that is wrong with their arguments at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import simulation
from simulation import InputError, load_scenario


def base() -> Any:
    return load_scenario("base")


CASES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "run": (
        lambda: simulation.run(base(), replicates=0, panel=3, posterior="gone", whose="nobody",
                               model="no.where:X"),  # type: ignore[arg-type]
        ["replicates", "panel", "gone", "nobody", "no.where"],
    ),
    "compare": (
        lambda: simulation.compare(base(), {}, seeds=[1, 1], posterior="gone",
                                   mechanisms=["magic"], model="no.where:X"),
        ["1 is repeated", "gone", "magic", "no.where"],
    ),
    "sweep": (
        lambda: simulation.sweep("staffing", settings={"desks.wage": -1}, design={"limits": 3},
                                 workers=-1, model="nowhere"),
        ["desks.wage", "limits", "workers", "nowhere"],
    ),
    "attribute": (
        lambda: simulation.attribute(base(), company="nobody", outcome="joy", window="ever",
                                     replicates=0),
        ["nobody", "joy", "ever", "replicates"],
    ),
    "ask": (
        lambda: simulation.ask("call-centre", replicates=1, futures=0, workers=-1,
                               posterior="gone", settings={"desks.wage": -1}),
        ["replicates", "design.n", "workers", "gone", "desks.wage"],
    ),
    "explore": (
        lambda: simulation.explore("teach-or-advertise", rate=3.0, whose="nobody", futures=32),
        ["--rate", "nobody"],
    ),
    "explore, its file": (
        lambda: simulation.explore("teach-or-advertise", workers=-1, posterior="gone",
                                   model="nowhere", settings={"desks.wage": -1}),
        ["workers", "gone", "nowhere", "desks.wage"],
    ),
    "optimise": (
        lambda: simulation.optimise("base", keep=["joy", "mirth"], nobody_loses="much", rungs=[],
                                    workers=-1, levers={"desks.wages": {}}),
        ["joy", "mirth", "much", "rungs", "workers", "desks.wages"],
    ),
    "calibrate": (
        lambda: simulation.calibrate(base(), "gone.csv", parameters=["journey.prob"], changed="x"),
        ["gone.csv", "journey.prob", "x is not a setting"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_all_that_is_wrong_is_said_at_once(name: str) -> None:
    call, wrong = CASES[name]
    with pytest.raises(InputError) as caught:
        call()
    assert [one for one in wrong if one not in str(caught.value)] == []
