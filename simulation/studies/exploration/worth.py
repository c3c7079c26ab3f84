"""What a decision may cost, and what it is worth to know more before taking it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from simulation.analysis.decision import information
from simulation.analysis.decision.emulator import sample_of
from simulation.analysis.decision.regret import minimax, regrets, seed_correlation
from simulation.analysis.decision.screening import MOST
from simulation.analysis.decision.shares import MEASURES, enough
from simulation.arrays import Floats
from simulation.studies.exploration.judged_arm import LEADING, JudgedArm
from simulation.studies.exploration.workroom import Workroom


def correlation(room: Workroom) -> Floats:
    """Return how arms' differences go together from seed to seed."""
    by_arm = [room.differences(arm, room.whose) for arm in room.arms[1:]]
    n = min(one.shape[1] for one in by_arm)  # further seeds are not of all arms
    return seed_correlation(np.stack([one[:, :n] for one in by_arm], axis=2))


def regret_of(room: Workroom, draws: Floats) -> dict[str, Any]:
    """Return what each arm may cost."""
    regret = regrets(draws, room.margin)
    return {
        "arms": [
            {"name": name, **asdict(one)} for name, one in zip(room.arms, regret, strict=True)
        ],
        "minimax": room.arms[minimax(regret)],
    }


def information_of(
    room: Workroom, judged: Sequence[JudgedArm], draws: Floats, decision: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what it is worth to know the assumptions, in money a month and over the decision."""
    kept = list(dict.fromkeys(at for one in zip(*_even(judged), strict=True) for at in one))
    kept = [at for at in kept if at is not None][:MOST]
    x = room.x[:, kept]
    means = np.stack([sample_of(room.x, room.differences(arm, room.whose)).mean
                      for arm in room.arms[1:]], axis=1)  # fmt: skip
    months, rate = int(decision["lasts"]), float(decision["rate"])
    factor = information.money(1.0, months, rate)
    known = information.values_of_information(x, means)
    perfect = {"uniform": information.evpi(draws)}
    weighted: dict[str, dict[tuple[int, ...], float]] = {}
    for name, weigh in MEASURES.items():
        weights = weigh(x[:, :LEADING])
        if enough(weights):
            perfect[name] = information.evpi(draws, weights)
            weighted[name] = information.gains(x, means, weights)
    return {
        "evpi": perfect,
        "factor": factor,
        "months": months,
        "subsets": [
            {"assumptions": [kept[at] for at in one.assumptions], "value": one.value,
             "low": one.low, "high": one.high, "floor": one.floor, "shown": one.shown,
             **{name: values[one.assumptions] for name, values in weighted.items()}}
            for one in known
        ],
    }  # fmt: skip


def _even(judged: Sequence[JudgedArm]) -> list[list[int | None]]:
    """Return the kept assumptions of each arm, filled up to the same number."""
    most = max(len(one.kept) for one in judged)
    return [[*one.kept, *[None] * (most - len(one.kept))] for one in judged]
