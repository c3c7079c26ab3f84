"""The value network: who gives what to whom, how balanced it is, and what it hangs on.

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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.interval import Floats, simultaneous_interval, t_interval
from simulation.analysis.portfolio import hhi

if TYPE_CHECKING:
    import pandas as pd

WHAT = ("giver", "receiver", "deliverable", "kind", "unit")
"""The columns of a ledger that say which flow a row is of."""


class Kind(StrEnum):
    """What kind of deliverable flows."""

    MONEY = "money"
    TANGIBLE = "tangible"
    INTANGIBLE = "intangible"


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
    if kind == Kind.MONEY.value:
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
    ledger: pd.DataFrame, weigh: Weigh = Weigh.COUNT, *, kinds: Sequence[Kind] = tuple(Kind)
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
    spared as a go-between, 1 where all ways lead through it.

    Args:
        matrix: Givers (index) by receivers (columns).
    """
    import pandas as pd

    found = _brokerage(matrix.to_numpy(dtype=np.float64))
    return pd.Series(found, index=matrix.index.rename("role"), name="brokerage")


def _brokerage(flows: Floats) -> Floats:
    whole = _closeness(flows)
    found = []
    for role in range(len(flows)):
        others = np.delete(np.arange(len(flows)), role)
        pick = np.ix_(others, others)
        with_it, without = whole[pick].sum(), _closeness(flows[pick]).sum()
        found.append(1.0 - without / with_it if with_it > 0.0 else 0.0)
    return np.array(found)


def resilience(matrix: ArrayLike) -> float:
    """Return how well the others reach each other when a role drops out, 0 to 1.

    The mean over roles of 1 − brokerage: 1 where everybody can be spared as a go-between, near 0
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
        A row a role: role, gives, gets (numbers of different deliverables), partners (roles it
        deals with), given, received (weighted, a month), balance (see ``balance``),
        intangible_given (intangible share of what it gives), conversion (given over received),
        money_balance (money received − paid, a month), brokerage.
    """
    import pandas as pd

    counted = exchanges(ledger).matrix()
    flows = exchanges(ledger, weigh).matrix().to_numpy()
    intangible = exchanges(ledger, weigh, kinds=[Kind.INTANGIBLE]).matrix().to_numpy()
    money = exchanges(ledger, Weigh.AMOUNT, kinds=[Kind.MONEY]).matrix().to_numpy()
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
    return ledger["deliverable"].astype(str).groupby(ledger[side].astype(str)).nunique()


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
    money = exchanges(ledger, Weigh.AMOUNT, kinds=[Kind.MONEY]).flows
    intangible = exchanges(ledger, Weigh.SHARE, kinds=[Kind.INTANGIBLE]).flows
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
    found = np.empty(flows.shape[:2])
    for place in np.ndindex(found.shape):
        ties = flows[place] > 0.0
        key = ties.tobytes()
        if key not in known:
            known[key] = measure(ties.astype(np.float64))
        found[place] = known[key]
    return found


@dataclass(frozen=True)
class Network:
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
    """The role that the others need most as a go-between (see ``brokerage``), if they need any."""


def network(ledger: pd.DataFrame) -> Network:
    """Return a value network in a few numbers."""
    counted = exchanges(ledger).matrix()
    given = exchanges(ledger, Weigh.SHARE).matrix().sum(axis=1)
    shares = exchanges(ledger, Weigh.SHARE).flows.sum()
    intangible = exchanges(ledger, Weigh.SHARE, kinds=[Kind.INTANGIBLE]).flows.sum()
    money = exchanges(ledger, Weigh.AMOUNT, kinds=[Kind.MONEY]).matrix()
    between = brokerage(counted).fillna(0.0)
    return Network(
        reciprocity=float(reciprocity(counted)),
        intangible_share=float(_ratio(intangible, shares)),
        agility=agility(counted),
        resilience=resilience(counted),
        concentration=hhi(given),
        money_concentration=hhi(money.sum(axis=0)),
        broker=str(between.idxmax()) if between.max() > 0.0 else None,
    )


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


def exchange_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return who exchanges what: Allee's exchange analysis, a row a pair of roles.

    Returns:
        Columns one, other, one_gives, other_gives (deliverables, the intangible ones in brackets),
        reciprocated (both give something), reciprocity (of the pair, by number of deliverables).
        Pairs between which nothing flows are left out, and what a role gives itself.
    """
    import pandas as pd

    some = flow_table(ledger)
    some = some[some["amount"] > 0.0]
    pairs = sorted({tuple(sorted(p)) for p in zip(some["giver"], some["receiver"], strict=True)})
    found = []
    for one, other in pairs:
        if one == other:
            continue
        there, back = _given(some, one, other), _given(some, other, one)
        found.append({
            "one": one, "other": other, "one_gives": ", ".join(there),
            "other_gives": ", ".join(back), "reciprocated": bool(there and back),
            "reciprocity": 2 * min(len(there), len(back)) / (len(there) + len(back)),
        })  # fmt: skip
    return pd.DataFrame(found)


def _given(flows: pd.DataFrame, giver: str, receiver: str) -> list[str]:
    mine = flows[(flows["giver"] == giver) & (flows["receiver"] == receiver)]
    soft = mine["kind"] == Kind.INTANGIBLE.value
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
    found = _one_side(ledger).rename(columns={"receiver": "role", "giver": "source"})
    columns = ["role", "deliverable", "source", "kind", "asset", "amount", "unit", "share"]
    return _with_keystones(found[columns].sort_values(["role", "deliverable"]), keystones)


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
    found = _one_side(ledger).rename(columns={"giver": "role"})
    columns = ["role", "deliverable", "receiver", "kind", "asset", "amount", "unit", "share"]
    return _with_keystones(found[columns].sort_values(["role", "deliverable"]), keystones)


def _one_side(ledger: pd.DataFrame) -> pd.DataFrame:
    flows = flow_table(ledger)
    flows = flows[flows["amount"] > 0.0]
    names = zip(flows["deliverable"], flows["kind"], strict=True)
    return flows.assign(
        asset=[str(asset(*name) or "") for name in names],
        share=flows["amount"] / flows.groupby("deliverable")["amount"].transform("sum"),
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


def _with_keystones(table: pd.DataFrame, keystones: pd.DataFrame | None) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    if keystones is None:
        return table
    lost = keystones.rename(columns={"removed": "deliverable", "lost": "value"})
    return table.merge(lost[["deliverable", "value", "low", "high"]], how="left")


def keystone_table(
    whole: ArrayLike, without: Mapping[str, ArrayLike], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return what the value hangs on: what is lost when one thing is taken away, paired by seed.

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
    found = simultaneous_interval(losses, confidence=confidence)
    level = float(base.mean())
    table = pd.DataFrame({
        "removed": list(without), "lost": found.mean, "low": found.low, "high": found.high,
        "share": found.mean / level if level != 0.0 else nan, "pairs": found.n,
    })  # fmt: skip
    return table.sort_values("lost", ascending=False, kind="stable", ignore_index=True)


_OF_NODES = {"gives": "int", "gets": "int", "balance": "double", "money_balance": "double",
             "brokerage": "double"}  # fmt: skip


def graphml(ledger: pd.DataFrame) -> str:
    """Return the network as GraphML, to be opened in Gephi, yEd or networkx.

    A directed multigraph: a node a role with the attributes gives, gets (numbers of deliverables),
    balance, money_balance and brokerage (see ``roles``), an edge a deliverable with the attributes
    deliverable, kind, unit, amount (mean a month) and weight (amount over all of the same
    deliverable).
    """
    from xml.etree import ElementTree as ET

    flows = _one_side(ledger)
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    types = {"deliverable": "string", "kind": "string", "unit": "string", "amount": "double",
             "weight": "double"}  # fmt: skip
    told = roles(ledger).set_index("role")[list(_OF_NODES)]
    known = told.notna().stack().to_dict()
    for part, names in (("edge", types), ("node", _OF_NODES)):
        for name, kind in names.items():
            attributes = {"id": name, "for": part, "attr.name": name, "attr.type": kind}
            ET.SubElement(root, "key", attributes)
    graph = ET.SubElement(root, "graph", id="value_network", edgedefault="directed")
    for role in sorted({*flows["giver"], *flows["receiver"]}):
        node = ET.SubElement(graph, "node", id=role)
        for name in _OF_NODES:
            if known[role, name]:
                ET.SubElement(node, "data", key=name).text = str(told.at[role, name])
    for place, flow in enumerate(flows.rename(columns={"share": "weight"}).to_dict("records")):
        ends = {"id": f"e{place}", "source": str(flow["giver"]), "target": str(flow["receiver"])}
        edge = ET.SubElement(graph, "edge", ends)
        for name in types:
            ET.SubElement(edge, "data", key=name).text = str(flow[name])
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
