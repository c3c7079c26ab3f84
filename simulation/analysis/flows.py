"""Flows of a value network: what they are, how they are weighed, who exchanges what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.interval import Floats, t_interval
from simulation.scenario.words import FlowKind

if TYPE_CHECKING:
    import pandas as pd

WHAT = ("giver", "receiver", "deliverable", "kind", "unit")
"""The columns of a ledger that say which flow a row is of."""


class Weigh(StrEnum):
    """How flows are made comparable."""

    COUNT = "count"
    """Deliverables that flow, each as one: Allee's own way."""
    SHARE = "share"
    """Amounts over all that flows of the same deliverable a run and month on average."""
    AMOUNT = "amount"
    """Amounts as they are; only for flows that share a unit."""


class Asset(StrEnum):
    """Which of the receiver's assets a deliverable adds to (Allee 2008)."""

    FINANCIAL = "financial"
    COMPETENCE = "human competence"
    INTERNAL = "internal structure"
    EXTERNAL = "external structure"


_ASSETS = {
    "offering": Asset.INTERNAL,
    "platform support": Asset.INTERNAL,
    "partner service": Asset.INTERNAL,
    "teaching": Asset.COMPETENCE,
    "peer help": Asset.COMPETENCE,
    "answers to peers": Asset.COMPETENCE,
    "joy of answering": Asset.EXTERNAL,
    "knowledge": Asset.COMPETENCE,
    "insight": Asset.INTERNAL,
    "feedback": Asset.INTERNAL,
    "feature request": Asset.INTERNAL,
    "promise": Asset.EXTERNAL,
    "word of mouth": Asset.EXTERNAL,
}


def asset(deliverable: str, kind: str) -> Asset | None:
    """Return the asset that a deliverable adds to, None where that is not known.

    Money adds to financial assets, what teaches to competence, what informs or equips to internal
    structure, what spreads a name to external structure (reputation, relations).
    """
    if kind == FlowKind.MONEY.value:
        return Asset.FINANCIAL
    return next((a for name, a in _ASSETS.items() if deliverable.startswith(name)), None)


def merge_functions(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger of whole companies: what ``focal:innovation`` gives, ``focal`` gives."""
    return ledger.assign(
        giver=ledger["giver"].astype(str).str.split(":").str[0],
        receiver=ledger["receiver"].astype(str).str.split(":").str[0],
    )


@dataclass(frozen=True)
class Exchanges:
    """Weighted flows between roles in every run and month."""

    runs: tuple[int, ...]
    months: tuple[int, ...]
    roles: tuple[str, ...]
    flows: Floats
    """Shape ``(n_runs, n_months, n_roles, n_roles)``: giver, then receiver."""

    def matrix(self) -> pd.DataFrame:
        """Return what flows a month: givers (index) by receivers (columns), mean over runs."""
        import pandas as pd

        names = pd.Index(self.roles)
        return pd.DataFrame(
            self.flows.mean(axis=(0, 1)), index=names.rename("giver"), columns=names
        )


def exchanges(
    ledger: pd.DataFrame, weigh: Weigh = Weigh.COUNT, *, kinds: Sequence[FlowKind] = tuple(FlowKind)
) -> Exchanges:
    """Return the flows between roles, weighted.

    Args:
        ledger: Rows of flows; a flow without a row is nothing.
        weigh: How flows are made comparable.
        kinds: Kinds of deliverables to take. All roles of the ledger stay, whatever is taken.

    Raises:
        ValueError: Amounts are to be added whose units differ.
    """
    roles = sorted({*ledger["giver"].astype(str), *ledger["receiver"].astype(str)})
    axes = (
        tuple(sorted(int(run) for run in ledger["run"].unique())),
        tuple(sorted(int(month) for month in ledger["month"].unique())),
        tuple(roles),
    )
    taken = ledger[ledger["kind"].astype(str).isin([kind.value for kind in kinds])]
    flows = np.zeros((len(axes[0]), len(axes[1]), len(roles), len(roles)))
    places = (
        np.searchsorted(axes[0], taken["run"].to_numpy()),
        np.searchsorted(axes[1], taken["month"].to_numpy()),
        np.searchsorted(axes[2], taken["giver"].astype(str).to_numpy(dtype=str)),
        np.searchsorted(axes[2], taken["receiver"].astype(str).to_numpy(dtype=str)),
    )
    np.add.at(flows, places, _weights(taken, weigh, flows.shape[0] * flows.shape[1]))
    return Exchanges(*axes, flows)


def _weights(taken: pd.DataFrame, weigh: Weigh, n_months: int) -> Floats:
    amounts = taken["amount"].to_numpy(dtype=np.float64)
    if weigh is Weigh.COUNT:
        return (amounts > 0.0).astype(np.float64)
    if weigh is Weigh.AMOUNT:
        units = sorted(set(taken["unit"].astype(str)))
        if len(units) > 1:
            raise ValueError(f"amounts to add must share a unit. Got {', '.join(units)}.")
        return amounts
    named = taken["deliverable"].astype(str)
    totals = taken["amount"].groupby(named.to_numpy()).transform("sum")
    total = totals.to_numpy(dtype=np.float64) / n_months
    return np.asarray(np.divide(amounts, total, out=np.zeros_like(amounts), where=total > 0.0))


def flow_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return every flow a month: the tidy table of the network.

    Returns:
        Columns giver, receiver, deliverable, kind, unit, amount (mean over months and runs), low,
        high (95 % t-interval over runs, alone), runs, months (share of months in which it flows).
    """
    plain = ledger.assign(**{name: ledger[name].astype(str) for name in WHAT})
    n_months = int(plain["month"].nunique())
    totals = plain.pivot_table(
        index=list(WHAT), columns="run", values="amount", aggfunc="sum", fill_value=0.0
    )
    by_run = t_interval(totals.to_numpy(dtype=np.float64).T / n_months)
    flowing = plain[plain["amount"] > 0.0].groupby(list(WHAT)).size()
    often = flowing.reindex(totals.index, fill_value=0) / (n_months * by_run.n)
    found = totals.index.to_frame(index=False)
    return found.assign(
        amount=by_run.mean, low=by_run.low, high=by_run.high, runs=by_run.n, months=often.to_numpy()
    )


def monthly_flows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return every flow in every month: the tidy table of the network over time.

    Returns:
        Columns month, giver, receiver, deliverable, kind, unit, amount (mean over runs; a run in
        which it does not flow counts 0).
    """
    plain = ledger.assign(**{name: ledger[name].astype(str) for name in WHAT})
    found = plain.groupby(["month", *WHAT])["amount"].sum() / plain["run"].nunique()
    return found[found > 0.0].reset_index()
