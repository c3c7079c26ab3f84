"""What the runs say of one arm: shares, rule, emulator, and what it all amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision import prim
from simulation.analysis.decision.by_shares import Evidence, judge
from simulation.analysis.decision.claims import Judgement
from simulation.analysis.decision.cross_fit import (
    Chance,
    Guide,
    chance_by_runs,
    guides_without,
)
from simulation.analysis.decision.emulator import (
    Emulator,
    Kind,
    Sample,
    columns_by_fold,
    emulate,
    sample_of,
)
from simulation.analysis.decision.places import present_place
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.screening import screen, spoken_of, true_effects
from simulation.analysis.decision.shares import (
    MEASURES,
    Shares,
    effective_number,
    enough,
    normals,
    p_better,
    p_same,
    p_worse,
    shares_data,
    shares_of,
    unsure,
)
from simulation.analysis.decision.splits import splits
from simulation.analysis.decision.tree import tree
from simulation.analysis.interval import estimate
from simulation.arrays import Floats
from simulation.studies.exploration.later import Later
from simulation.studies.exploration.searched import LaterRuns, reversal_data
from simulation.studies.exploration.shape import shape_of
from simulation.studies.exploration.workroom import Workroom

if TYPE_CHECKING:
    import pandas as pd

LEADING = 3
"""Assumptions that centre- and edge-weighted measures weight: more would leave too few futures."""
LEAST_FOR_TREE = 64


@dataclass(frozen=True)
class JudgedArm:
    """One arm: its posterior, what is said of it, its rows, and the assumptions spoken of."""

    posterior: Posterior
    data: dict[str, Any]
    frame: pd.DataFrame
    kept: tuple[int, ...]
    emulator: Emulator


def judged_arm(room: Workroom, arm: str, later: Later, searched: LaterRuns) -> JudgedArm:
    """Return what the runs say of an arm.

    Args:
        room: the runs.
        arm: its name.
        later: what was run after the design.
        searched: what these runs say of reversals.
    """
    whole = sample_of(room.x, room.differences(arm, room.whose))
    screened = screen(whole.x, whole.mean)
    kept = tuple(later.kept.get(arm, screened.kept))
    emulator = emulate(whole, kept, choose=spoken_of)
    posterior = true_effects(whole, emulator.surface.kind)
    draws = posterior.draws(normals(whole.n))
    chance = p_better(posterior, room.margin)
    measures, shares = _measured(room, kept, posterior, draws)
    by_runs = chance_by_runs([whole], Chance((room.margin,)))
    data = {
        "name": arm,
        "kept": list(kept),
        "passed": screened.passed,
        "mean": float(posterior.mean.mean()),
        "quantiles": np.quantile(posterior.mean, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
        "unsure": unsure(posterior, room.margin),
        "unsure_before": later.unsure.get(arm),
        "own": {name: _own(room, arm, name) for name in room.benefits.names},
        "shares": _all_shares(room, arm, posterior, draws),
        "measures": measures,
        "splits": _splits(room, whole, draws),
        "emulator": _diagnostics(emulator),
        "rule": _rule(room, whole, Guide(kept, chance), emulator.surface.kind, by_runs),
        "tree": _tree(whole, kept, by_runs),
        **_judgement(room, arm, whole, shares, searched),
        **shape_of(emulator, present_place(room.factors)[list(kept)], room.margin),
    }  # fmt: skip
    return JudgedArm(posterior, data, _rows(room, arm, whole, posterior), kept, emulator)


def _judgement(
    room: Workroom, arm: str, sample: Sample, shares: Mapping[str, Shares], searched: LaterRuns
) -> dict[str, Any]:
    """Return the verdict by shares, and the cells that were run again."""
    down, up = searched.reversals(arm, upward=False), searched.reversals(arm, upward=True)
    evidence = Evidence(
        shares["uniform"], shares.get("edge"), sample.n, float(np.sqrt(sample.noise.mean())),
        room.margin, down, up,
    )  # fmt: skip
    verdict = judge(evidence)
    return {
        "verdict": verdict.verdict.value,
        "except_where": [reversal_data(one, room.margin) for one in verdict.except_where],
        "futures_needed": verdict.futures_needed,
        "reversals": [
            {**reversal_data(one, room.margin), "upward": upward}
            for upward, cells in ((False, down), (True, up))
            for one in cells
        ],
    }


def _own(room: Workroom, arm: str, benefit: str) -> dict[str, float]:
    """Return the effect at the scenario's own values, with its 95 % interval over seeds."""
    pairs = room.benefits.differences(arm, room.arms[0], benefit, [0])[0]
    one = estimate(pairs)
    return {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n}


def _all_shares(room: Workroom, arm: str, posterior: Posterior, draws: Floats) -> dict[str, Any]:
    """Return the shares of futures by benefit.

    The effect on the one who decides has the kind of emulator that was checked; the others a
    quadratic, each in the assumptions that carry it.
    """
    shares = {room.whose: shares_data(shares_of(posterior, room.margin, draws))}
    for benefit in room.benefits.names:
        if benefit != room.whose:
            sample = sample_of(room.x, room.differences(arm, benefit))
            other = true_effects(sample)
            margin = room.benefits.margin(benefit, room.margin, room.arms[0])
            drawn = other.draws(normals(sample.n))
            shares[benefit] = {**shares_data(shares_of(other, margin, drawn)),
                              "mean": float(other.mean.mean())}  # fmt: skip
    shares[room.whose]["mean"] = float(posterior.mean.mean())
    return {name: shares[name] for name in room.benefits.names}


def _measured(
    room: Workroom, kept: tuple[int, ...], posterior: Posterior, draws: Floats
) -> tuple[dict[str, Any], dict[str, Shares]]:
    """Return the shares under measures that favour the middle or the ends of the ranges."""
    data: dict[str, Any] = {}
    shares = {"uniform": shares_of(posterior, room.margin, draws)}
    for name, weigh in MEASURES.items():
        weights = weigh(room.x[:, list(kept[:LEADING])])
        data[name] = {"effective": effective_number(weights)}
        if enough(weights):
            shares[name] = shares_of(posterior, room.margin, draws, weights)
            data[name] |= shares_data(shares[name])
    return data, shares


def _diagnostics(emulator: Emulator) -> dict[str, Any]:
    return {
        "kind": emulator.surface.kind.value,
        "r2": emulator.r2,
        "quadratic_r2": emulator.quadratic_r2,
        "ceiling": emulator.ceiling,
        "coverage": emulator.coverage,
        "checked": emulator.n_checked,
        "speaks": emulator.speaks,
    }


def _rule(
    room: Workroom, whole: Sample, guide: Guide, kind: Kind, by_runs: Floats
) -> dict[str, Any]:  # fmt: skip
    """Return where the arm is better or not, sought by emulators without the futures scored."""
    without = (
        guides_without([whole], Chance((room.margin,)), kind, spoken_of)
        if whole.n >= prim.LEAST_FOR_RULES else ()
    )  # fmt: skip
    return prim.rule_of_rarer_side(whole.x, by_runs, guide, without)


def _splits(room: Workroom, whole: Sample, draws: Floats) -> list[dict[str, Any]]:
    """Return the assumptions whose halves differ by more than chance in the signs of the runs."""
    seen = whole.mean > room.margin, whole.mean < -room.margin
    judgement = Judgement(draws > room.margin, draws < -room.margin)
    return [asdict(one) for one in splits(whole.x, seen, judgement)]


def _tree(whole: Sample, kept: tuple[int, ...], by_runs: Floats) -> list[dict[str, Any]]:
    if whole.n < LEAST_FOR_TREE:
        return []
    by_fold = columns_by_fold(whole, kept, spoken_of)
    return [asdict(leaf) for leaf in tree(whole.x, by_runs, by_fold, kept)]


def _rows(room: Workroom, arm: str, sample: Sample, posterior: Posterior) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({
        "future": room.futures,
        "arm": arm,
        "difference": sample.mean,
        "noise": np.sqrt(sample.noise),
        "effect": posterior.mean,
        "spread": posterior.spread,
        "better": p_better(posterior, room.margin),
        "same": p_same(posterior, room.margin),
        "worse": p_worse(posterior, room.margin),
    })  # fmt: skip
