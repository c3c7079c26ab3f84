"""Allee's analyses of a value network as tables: exchanges, impact, value creation, keystones."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.flows import asset, flow_table
from simulation.analysis.interval import CONFIDENCE, simultaneous_interval
from simulation.scenario.words import FlowKind

if TYPE_CHECKING:
    import pandas as pd


def exchange_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return who exchanges what: Allee's exchange analysis, one row per pair of roles.

    Returns:
        Columns one, other, one_gives, other_gives (deliverables, the intangible ones in brackets),
        reciprocated (both give something), reciprocity (of the pair, by number of deliverables).
        Pairs between which nothing flows are left out, and what a role gives itself.
    """
    import pandas as pd

    some = flow_table(ledger)
    some = some[some["amount"] > 0.0]
    pairs = sorted({tuple(sorted(p)) for p in zip(some["giver"], some["receiver"], strict=True)})
    rows = []
    for one, other in pairs:
        if one == other:
            continue
        there, back = _given(some, one, other), _given(some, other, one)
        rows.append({
            "one": one, "other": other, "one_gives": ", ".join(there),
            "other_gives": ", ".join(back), "reciprocated": bool(there and back),
            "reciprocity": 2 * min(len(there), len(back)) / (len(there) + len(back)),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _given(flows: pd.DataFrame, giver: str, receiver: str) -> list[str]:
    mine = flows[(flows["giver"] == giver) & (flows["receiver"] == receiver)]
    soft = mine["kind"] == FlowKind.INTANGIBLE.value
    return [
        f"({name})" if intangible else name
        for name, intangible in zip(mine["deliverable"], soft, strict=True)
    ]


def impact_table(ledger: pd.DataFrame, keystones: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what each role gets and what it does to its assets: Allee's impact analysis.

    Args:
        ledger: Rows of flows.
        keystones: A ``keystone_table`` of deliverables, if there is one.

    Returns:
        Columns role, deliverable, source, kind, asset (that it adds to, where known), amount,
        unit, share (of all that is given of this deliverable), and with keystones value, low, high
        (lost without it).
    """
    table = one_side(ledger).rename(columns={"receiver": "role", "giver": "source"})
    columns = ["role", "deliverable", "source", "kind", "asset", "amount", "unit", "share"]
    return _with_keystones(table[columns].sort_values(["role", "deliverable"]), keystones)


def value_creation_table(
    ledger: pd.DataFrame, keystones: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return what each role gives and what it is worth: Allee's value creation analysis.

    Args:
        ledger: Rows of flows.
        keystones: A ``keystone_table`` of deliverables, if there is one.

    Returns:
        Columns role, deliverable, receiver, kind, asset (of the receiver), amount, unit, share,
        and with keystones value, low, high (lost without it).
    """
    table = one_side(ledger).rename(columns={"giver": "role"})
    columns = ["role", "deliverable", "receiver", "kind", "asset", "amount", "unit", "share"]
    return _with_keystones(table[columns].sort_values(["role", "deliverable"]), keystones)


def one_side(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return what flows with its asset and its share of all that flows of the deliverable."""
    flows = flow_table(ledger)
    flows = flows[flows["amount"] > 0.0]
    names = zip(flows["deliverable"], flows["kind"], strict=True)
    return flows.assign(
        asset=[str(asset(*name) or "") for name in names],
        share=flows["amount"] / flows.groupby("deliverable")["amount"].transform("sum"),
    )


def _with_keystones(table: pd.DataFrame, keystones: pd.DataFrame | None) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    if keystones is None:
        return table
    lost = keystones.rename(columns={"removed": "deliverable", "lost": "value"})
    return table.merge(lost[["deliverable", "value", "low", "high"]], how="left")


def keystone_table(
    whole: ArrayLike, without: Mapping[str, ArrayLike], *, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Return what the value depends on: what is lost when one thing is taken away, paired by seed.

    Args:
        whole: Value with everything in place, shape ``(n_seeds,)``.
        without: Value without each role, partner, touchpoint or deliverable, under the same seeds
            in the same order, each ``(n_seeds,)``.
        confidence: Chance that all intervals cover at once.

    Returns:
        Greatest loss first: removed, lost (mean), low, high, share (of the whole's mean), pairs.
        The network's resilience is 1 minus the mean of share. Losses need not add up.
    """
    import pandas as pd

    base = np.asarray(whole, dtype=np.float64)
    losses = np.stack([base - np.asarray(v, dtype=np.float64) for v in without.values()], axis=1)
    interval = simultaneous_interval(losses, confidence=confidence)
    level = float(base.mean())
    table = pd.DataFrame({
        "removed": list(without), "lost": interval.mean, "low": interval.low, "high": interval.high,
        "share": interval.mean / level if level != 0.0 else nan, "pairs": interval.n,
    })  # fmt: skip
    return table.sort_values("lost", ascending=False, kind="stable", ignore_index=True)
