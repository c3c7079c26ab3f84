"""What stands behind the numbers: journey, desks, network, people, and published figures."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulation.analysis.better_off import groups, pair_of_people, people_table
from simulation.analysis.bridge import bridges
from simulation.analysis.comparison_question import ComparisonQuestion
from simulation.analysis.interval import Interval
from simulation.analysis.targets import hold, targets_of
from simulation.arrays import Floats
from simulation.dashboard.answer import BASE, WHAT_IF, Pairing, rounded
from simulation.dashboard.runs import PageRun
from simulation.report.words import label
from simulation.scenario.units import Units
from simulation.studies.comparison.persons import read_people

LATE = 12
BRIDGED = ("surplus", "alone", "gross_value", "customers")
"""Metrics that a money bridge is made of, beside the ledger."""


def details(pairs: Pairing, folder: Path) -> dict[str, Any]:
    """Return everything but numbers and curves: what is shown when all pairs are there."""
    units = Units.of(pairs.scenario)
    return {
        "journey": journey(pairs, units),
        "desks": desks(pairs, units),
        "network": network(pairs, units),
        "people": people(pairs, folder, units) if pairs.differs else [],
        "bridge": money_bridges(pairs, units) if pairs.differs else [],
        "market": market(pairs),
    }


def journey(pairs: Pairing, units: Units) -> list[dict[str, Any]]:
    """Return how many people are in each stage at each month's end."""
    keys = [key for key in pairs.what_if[0].labels if key[0] == "people_in_stage"]
    return [{"label": label(key[1]), **_both(pairs, key, units, "persons")} for key in keys]


def desks(pairs: Pairing, units: Units) -> list[dict[str, Any]]:
    """Return waits, occupancy and the number of servers of each service desk."""
    rows = []
    for metric, of in pairs.what_if[0].labels:
        if metric != "desk_wait":
            continue
        shown = ": ".join(label(units.label(part)) for part in of.split(":"))
        row: dict[str, Any] = {"label": shown, "wait": _both(pairs, (metric, of), units, "minutes")}
        for name in ("desk_occupancy", "desk_servers"):
            if (name, of) in pairs.what_if[0].labels:
                row[name.removeprefix("desk_")] = _late(pairs, (name, of))
        rows.append(row)
    return rows


def _both(pairs: Pairing, key: tuple[str, str], units: Units, unit: str) -> dict[str, Any]:
    factor = units.total(1.0, unit)[0]
    return {side: rounded(factor * _mean(pairs.stack(side, key)))
            for side in (BASE, WHAT_IF) if key in getattr(pairs, side)[0].labels}  # fmt: skip


def _late(pairs: Pairing, key: tuple[str, str]) -> dict[str, float | None]:
    return {side: rounded(_mean(pairs.stack(side, key)[:, -LATE:].ravel()[:, None]))[0]
            for side in (BASE, WHAT_IF) if key in getattr(pairs, side)[0].labels}  # fmt: skip


def _mean(values: Floats) -> Floats:
    """Return the mean over runs; months in which no run has a value have none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=0))


def network(pairs: Pairing, units: Units) -> dict[str, Any]:
    """Return who gives what to whom, month by month.

    Flows have units of their own. Each is shown as a share of its largest month; arrows between
    the same two take the mean of theirs.
    """
    first = pairs.what_if[0].record.ledger
    if first is None:
        return {"nodes": [], "links": []}
    values = np.mean([_ledger(run) for run in pairs.what_if], axis=0)
    links: dict[tuple[str, str, bool], list[tuple[str, Floats]]] = {}
    for at, (giver, receiver, deliverable, kind, _) in enumerate(first.labels):
        flow = np.maximum(values[:, at], 0.0)
        ends = giver.partition(":")[0], receiver.partition(":")[0]
        if flow.max() > 0.0 and ends[0] != ends[1]:
            place = (*ends, kind != "intangible")
            links.setdefault(place, []).append((deliverable, flow / flow.max()))
    nodes = list(dict.fromkeys(end for link in links for end in link[:2]))
    return {
        "nodes": [{"name": name, "label": label(units.label(name))} for name in nodes],
        "links": [
            {"from": giver, "to": receiver, "tangible": tangible,
             "what": [label(name) for name, _ in flows],
             "strength": rounded(np.mean([flow for _, flow in flows], axis=0))}
            for (giver, receiver, tangible), flows in links.items()
        ],
    }  # fmt: skip


def _ledger(run: PageRun) -> Floats:
    assert run.record.ledger is not None  # noqa: S101  (runs of the page keep their ledger)
    return run.record.ledger.values


def people(pairs: Pairing, folder: Path, units: Units) -> list[dict[str, Any]]:
    """Return how many of the same persons are better and worse off, by segment."""
    segments = [segment.name for segment in pairs.scenario.segments]
    rows: list[dict[str, Any]] = []
    for ours, theirs in zip(pairs.base, pairs.what_if, strict=True):
        one, other = (read_people(folder, run.record.identity) for run in (ours, theirs))
        if one is not None and other is not None:
            counted = pair_of_people(one.surplus, other.surplus, one.segment, segments)
            rows += [{"what_if": WHAT_IF, "seed": ours.seed, **row} for row in counted]
    question = ComparisonQuestion(BASE, (WHAT_IF,))
    return [
        {"label": label(units.label(group.name)) if group.name else "everybody",
         "people": units.total(group.people, "persons")[0],
         "better": _ends(group.share_better), "worse": _ends(group.share_worse)}
        for group in groups(people_table(rows), question)
    ]  # fmt: skip


def money_bridges(pairs: Pairing, units: Units) -> list[dict[str, Any]]:
    """Return each actor's way from the base's money to the what-if's, cause by cause."""
    import pandas as pd

    n = len(pairs.base)
    runs = [*pairs.base, *pairs.what_if]
    series = pd.concat([run.tidy(BRIDGED).assign(run=at) for at, run in enumerate(runs)])
    series.attrs["metrics"] = {"surplus": {"unit": "money/month"}}
    ledger = pd.concat([run.money.assign(run=at) for at, run in enumerate(runs)])
    every_bridge = bridges(series, ledger, [(at, n + at) for at in range(n)])
    return [
        {"label": label(units.label(name)), "steps": [
            {"label": "baseline", "amount": float(one.base.mean()), "total": True},
            *({"label": step.cause, "amount": step.mean, "total": False} for step in one.shown()),
            {"label": "with the change", "amount": float(one.what_if.mean()), "total": True},
        ]}
        for name, one in every_bridge.items()
    ]  # fmt: skip


def _ends(interval: Interval) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in interval.floats()]


def market(pairs: Pairing) -> list[dict[str, Any]]:
    """Return the published figures of the scenario's market beside what the what-if shows."""
    wanted = targets_of(pairs.scenario.market)
    if not wanted:
        return []
    return [
        {"name": one.target.name, "value": one.value.mean if one.known else None,
         "low": one.target.low, "high": one.target.high, "unit": one.target.unit,
         "inside": one.inside, "known": one.known, "source": one.target.source}
        for one in hold(_series(pairs.what_if), wanted)
    ]  # fmt: skip


def _series(runs: Sequence[PageRun]) -> Any:
    import pandas as pd

    return pd.concat([run.market for run in runs], ignore_index=True)
