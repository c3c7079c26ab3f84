"""Flows of a value network: what they are, how they are weighed, who exchanges what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.interval import t_interval
from simulation.analysis.memo import per_frame
from simulation.arrays import Floats
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


@per_frame
def merge_functions(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger of whole companies: what ``focal:innovation`` gives, ``focal`` gives."""
    return ledger.assign(
        **{end: renamed(ledger[end], lambda name: name.partition(":")[0])
           for end in ("giver", "receiver")}
    )  # fmt: skip


def renamed(column: pd.Series[Any], name: Callable[[str], str]) -> pd.Series[Any]:
    """Return a column of names as a categorical of other names, which may coincide.

    Names are few and rows are many: each name is changed once, not each row.
    """
    import pandas as pd

    words = column.astype("category").cat
    names = [name(str(old)) for old in words.categories]
    kept = list(dict.fromkeys(names))
    codes = np.append(np.array([kept.index(new) for new in names], dtype=np.int64), -1)
    labels = pd.Categorical.from_codes(codes[words.codes.to_numpy()], pd.Index(kept, dtype=object))
    return pd.Series(labels, index=column.index, name=column.name)


def present(column: pd.Series[Any]) -> list[str]:
    """Return the names that a column has, in their order in the alphabet."""
    words = column.astype("category").cat
    return sorted(str(words.categories[code]) for code in np.unique(words.codes) if code >= 0)


def places_in(column: pd.Series[Any], names: Sequence[str]) -> NDArray[np.intp]:
    """Return the place of each row's name among some names, all of which it has, ``(n_rows,)``."""
    words = column.astype("category").cat
    place = {name: at for at, name in enumerate(names)}
    codes = np.array([place.get(str(name), -1) for name in words.categories], dtype=np.intp)
    return codes[words.codes.to_numpy()] if len(codes) else np.zeros(0, dtype=np.intp)


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
    roles = sorted({*present(ledger["giver"]), *present(ledger["receiver"])})
    axes = (
        tuple(sorted(int(run) for run in ledger["run"].unique())),
        tuple(sorted(int(month) for month in ledger["month"].unique())),
        tuple(roles),
    )
    taken = ledger[ledger["kind"].isin([kind.value for kind in kinds])]
    flows = np.zeros((len(axes[0]), len(axes[1]), len(roles), len(roles)))
    places = (
        np.searchsorted(axes[0], taken["run"].to_numpy()),
        np.searchsorted(axes[1], taken["month"].to_numpy()),
        places_in(taken["giver"], roles),
        places_in(taken["receiver"], roles),
    )
    np.add.at(flows, places, _weights(taken, weigh, flows.shape[0] * flows.shape[1]))
    return Exchanges(*axes, flows)


def _weights(taken: pd.DataFrame, weigh: Weigh, n_months: int) -> Floats:
    amounts = taken["amount"].to_numpy(dtype=np.float64)
    if weigh is Weigh.COUNT:
        return (amounts > 0.0).astype(np.float64)
    if weigh is Weigh.AMOUNT:
        units = present(taken["unit"])
        if len(units) > 1:
            raise ValueError(f"amounts to add must share a unit. Got {', '.join(units)}.")
        return amounts
    names = present(taken["deliverable"])
    place = places_in(taken["deliverable"], names)
    totals = taken["amount"].groupby(place).transform("sum")
    total = totals.to_numpy(dtype=np.float64) / n_months
    return np.asarray(np.divide(amounts, total, out=np.zeros_like(amounts), where=total > 0.0))


def flow_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return every flow a month: the tidy table of the network.

    Returns:
        Columns giver, receiver, deliverable, kind, unit, amount (mean over months and runs), low,
        high (95 % t-interval over runs, alone), runs, months (share of months in which it flows).
    """
    n_months = int(ledger["month"].nunique())
    plain = _summed(ledger.assign(flows=ledger["amount"] > 0.0), "run")
    totals = plain.pivot_table(
        index=list(WHAT), columns="run", values="amount", aggfunc="sum", fill_value=0.0
    )
    by_run = t_interval(totals.to_numpy(dtype=np.float64).T / n_months)
    often = plain.groupby(list(WHAT))["flows"].sum() / (n_months * by_run.n)
    table = totals.index.to_frame(index=False)
    return table.assign(
        amount=by_run.mean, low=by_run.low, high=by_run.high, runs=by_run.n,
        months=often.reindex(totals.index).to_numpy(),
    )  # fmt: skip


def _summed(ledger: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return a ledger added up by flow and another column, its names as text.

    Names stay categories until the rows are few.
    """
    whole = ledger.assign(**{name: ledger[name].astype("category") for name in WHAT})
    columns = [name for name in ("amount", "flows") if name in whole]
    sums = whole.groupby([by, *WHAT], observed=True)[columns].sum().reset_index()
    return sums.assign(**{name: sums[name].astype(str) for name in WHAT})


def monthly_flows(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return every flow in every month: the tidy table of the network over time.

    Returns:
        Columns month, giver, receiver, deliverable, kind, unit, amount (mean over runs; a run in
        which it does not flow counts 0).
    """
    plain = _summed(ledger, "month")
    means = plain.groupby(["month", *WHAT])["amount"].sum() / ledger["run"].nunique()
    return means[means > 0.0].reset_index()
