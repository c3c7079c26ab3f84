"""The value network: who gives what to whom, how balanced it is, and what it depends on.

After Verna Allee (2003, The Future of Knowledge; 2008, J. Intellectual Capital 9(1):5–24): nodes
are roles, an arrow carries one deliverable, money and tangible deliverables are contracted,
intangible ones are not. Reads the ledger of a result (run, month, giver, receiver, deliverable,
kind, amount, unit).

Amounts in different units cannot be added, so every measure says how it weighs flows (``Weigh``).
The indicators are operational forms of hers: reciprocity after Squartini, Picciolo, Ruzzenenti &
Garlaschelli (2013, Scientific Reports 3:2729), agility as global efficiency after Latora &
Marchiori (2001, Physical Review Letters 87:198701).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.flows import Weigh, exchanges
from simulation.analysis.memo import per_frame
from simulation.analysis.portfolio import hhi
from simulation.arrays import Floats
from simulation.scenario.words import FlowKind

if TYPE_CHECKING:
    import pandas as pd


def reciprocity(matrix: ArrayLike) -> Floats:
    """Return how much of what is given comes back from the one it was given to.

        r = 2 Σ_{i<j} min(w_ij, w_ji) / Σ_{i≠j} w_ij

    1 where each pair gives each other the same, 0 where nothing ever comes back.

    Args:
        matrix: Flows from giver to receiver, shape ``(..., n_roles, n_roles)``, none negative.

    Returns:
        Shape ``(...)``; not a number where nothing flows between different roles.
    """
    flows = np.asarray(matrix, dtype=np.float64)
    between = flows * (1.0 - np.eye(flows.shape[-1]))
    back = np.minimum(between, np.swapaxes(between, -1, -2)).sum(axis=(-1, -2))
    return _ratio(back, between.sum(axis=(-1, -2)))


def balance(matrix: ArrayLike) -> Floats:
    """Return for each role (received − given) / (received + given), between −1 and 1.

    Args:
        matrix: Shape ``(..., n_roles, n_roles)``, none negative.

    Returns:
        Shape ``(..., n_roles)``; not a number for a role that takes no part.
    """
    flows = np.asarray(matrix, dtype=np.float64)
    received, given = flows.sum(axis=-2), flows.sum(axis=-1)
    return _ratio(received - given, received + given)


def _ratio(top: ArrayLike, bottom: ArrayLike) -> Floats:
    unknown = np.full(np.shape(top), nan)
    return np.asarray(np.divide(top, bottom, out=unknown, where=np.asarray(bottom) > 0.0))


def agility(matrix: ArrayLike) -> float:
    """Return how directly what is given can reach all: the mean of 1/steps over ordered pairs.

    1 where everyone gives to everyone, 0 where nobody gives to anybody; who cannot be reached
    counts 0.

    Args:
        matrix: Flows from giver to receiver, shape ``(n_roles, n_roles)``.
    """
    closeness = _closeness(np.asarray(matrix, dtype=np.float64))
    n = len(closeness)
    return float(closeness.sum() / (n * (n - 1))) if n > 1 else nan


def _closeness(matrix: Floats) -> Floats:
    """Return 1/steps from each role to each other, 0 where there is no way."""
    from scipy.sparse.csgraph import shortest_path

    steps = shortest_path(np.ascontiguousarray(matrix > 0.0), unweighted=True)
    far = np.full_like(steps, np.inf)
    return np.asarray(1.0 / np.where(steps > 0.0, steps, far))


def brokerage(matrix: pd.DataFrame) -> pd.Series[float]:
    """Return by role the share of the others' agility that goes through it.

    1 − (agility between the others without the role) / (the same with it): 0 where it can be
    spared as an intermediary, 1 where all ways lead through it.

    Args:
        matrix: Givers (index) by receivers (columns).
    """
    import pandas as pd

    values = _brokerage(matrix.to_numpy(dtype=np.float64))
    return pd.Series(values, index=matrix.index.rename("role"), name="brokerage")


def _brokerage(flows: Floats) -> Floats:
    whole = _closeness(flows)
    result = []
    for role in range(len(flows)):
        others = np.delete(np.arange(len(flows)), role)
        pick = np.ix_(others, others)
        with_it, without = whole[pick].sum(), _closeness(flows[pick]).sum()
        result.append(1.0 - without / with_it if with_it > 0.0 else 0.0)
    return np.array(result)


def resilience(matrix: ArrayLike) -> float:
    """Return how well the others reach each other when a role drops out, 0 to 1.

    The mean over roles of 1 − brokerage: 1 where everybody can be spared as an intermediary, near 0
    where all ways lead through each. It is about who is in touch, not about value; what is lost
    without a part is in ``keystone_table``.

    Args:
        matrix: Flows from giver to receiver, shape ``(n_roles, n_roles)``.
    """
    flows = np.asarray(matrix, dtype=np.float64)
    return 1.0 - float(np.nanmean(_brokerage(flows))) if (flows > 0.0).any() else nan


def roles(ledger: pd.DataFrame, weigh: Weigh = Weigh.SHARE) -> pd.DataFrame:
    """Return what each role gives and gets.

    Returns:
        One row per role: role, gives, gets (numbers of different deliverables), partners (roles it
        deals with), given, received (weighted, a month), balance (see ``balance``),
        intangible_given (intangible share of what it gives), conversion (given over received),
        money_balance (money received − paid, a month), brokerage.
    """
    import pandas as pd

    counted = exchanges(ledger).matrix()
    flows = exchanges(ledger, weigh).matrix().to_numpy()
    intangible = exchanges(ledger, weigh, kinds=[FlowKind.INTANGIBLE]).matrix().to_numpy()
    money = exchanges(ledger, Weigh.AMOUNT, kinds=[FlowKind.MONEY]).matrix().to_numpy()
    some = ledger[ledger["amount"] > 0.0]
    given, received = flows.sum(axis=1), flows.sum(axis=0)
    ties = (counted.to_numpy() > 0.0) | (counted.to_numpy().T > 0.0)
    np.fill_diagonal(ties, val=False)
    names = counted.index
    return pd.DataFrame({
        "role": names,
        "gives": _different(some, "giver").reindex(names, fill_value=0).to_numpy(),
        "gets": _different(some, "receiver").reindex(names, fill_value=0).to_numpy(),
        "partners": ties.sum(axis=1), "given": given, "received": received,
        "balance": balance(flows), "intangible_given": _ratio(intangible.sum(axis=1), given),
        "conversion": _ratio(given, received),
        "money_balance": money.sum(axis=0) - money.sum(axis=1),
        "brokerage": brokerage(counted).to_numpy(),
    })  # fmt: skip


def _different(ledger: pd.DataFrame, side: str) -> pd.Series[int]:
    pairs = ledger[[side, "deliverable"]].drop_duplicates().astype(str)
    return pairs.groupby(side)["deliverable"].nunique()


@per_frame
def indicators(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators of the whole network in every run and month, as a tidy series.

    Returns:
        Columns run, month, metric, of (``""``), value. Metrics: reciprocity (of numbers of
        deliverables), money_reciprocity, intangible_share (of all that is given, each deliverable
        by its share), resilience (see ``resilience``), agility, concentration (HHI of what each
        role gives, each deliverable by its share), money_concentration (HHI of money received).
    """
    import pandas as pd

    counted, shares = exchanges(ledger), exchanges(ledger, Weigh.SHARE)
    money = exchanges(ledger, Weigh.AMOUNT, kinds=[FlowKind.MONEY]).flows
    intangible = exchanges(ledger, Weigh.SHARE, kinds=[FlowKind.INTANGIBLE]).flows
    received, given = money.sum(axis=2), shares.flows.sum(axis=3)
    measured = {
        "reciprocity": reciprocity(counted.flows),
        "money_reciprocity": reciprocity(money),
        "intangible_share": _ratio(intangible.sum(axis=(2, 3)), shares.flows.sum(axis=(2, 3))),
        "resilience": _of_shape(counted.flows, resilience),
        "agility": _of_shape(counted.flows, agility),
        "concentration": _ratio((given**2).sum(axis=2), given.sum(axis=2) ** 2),
        "money_concentration": _ratio((received**2).sum(axis=2), received.sum(axis=2) ** 2),
    }
    run, month = np.meshgrid(counted.runs, counted.months, indexing="ij")
    parts = [
        pd.DataFrame({
            "run": run.ravel(), "month": month.ravel(), "metric": name, "of": "",
            "value": values.ravel(),
        })
        for name, values in measured.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _of_shape(flows: Floats, measure: Callable[[Floats], float]) -> Floats:
    """Return a measure of who gives to whom in every run and month; most months look alike."""
    known: dict[bytes, float] = {}
    result = np.empty(flows.shape[:2])
    for place in np.ndindex(result.shape):
        ties = flows[place] > 0.0
        key = ties.tobytes()
        if key not in known:
            known[key] = measure(ties.astype(np.float64))
        result[place] = known[key]
    return result


@dataclass(frozen=True)
class NetworkMeasures:
    """A value network in a few numbers, means over runs and months."""

    reciprocity: float
    intangible_share: float
    agility: float
    resilience: float
    concentration: float
    """HHI of what each role gives: 1 where one role gives all."""
    money_concentration: float
    """HHI of money received: 1 where one role gets all."""
    broker: str | None
    """The role that the others need most as an intermediary, if any (see ``brokerage``)."""


def network(ledger: pd.DataFrame) -> NetworkMeasures:
    """Return a value network in a few numbers."""
    counted = exchanges(ledger).matrix()
    given = exchanges(ledger, Weigh.SHARE).matrix().sum(axis=1)
    shares = exchanges(ledger, Weigh.SHARE).flows.sum()
    intangible = exchanges(ledger, Weigh.SHARE, kinds=[FlowKind.INTANGIBLE]).flows.sum()
    money = exchanges(ledger, Weigh.AMOUNT, kinds=[FlowKind.MONEY]).matrix()
    between = brokerage(counted).fillna(0.0)
    return NetworkMeasures(
        reciprocity=float(reciprocity(counted)),
        intangible_share=float(_ratio(intangible, shares)),
        agility=agility(counted),
        resilience=resilience(counted),
        concentration=hhi(given),
        money_concentration=hhi(money.sum(axis=0)),
        broker=str(between.idxmax()) if between.max() > 0.0 else None,
    )
