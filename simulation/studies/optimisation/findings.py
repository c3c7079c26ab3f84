"""What search and test say, worked out once and kept beside the runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision import front
from simulation.analysis.interval import simultaneous_interval
from simulation.arrays import Floats
from simulation.scenario.units import Units
from simulation.store.files import write_text
from simulation.store.plain import plain
from simulation.store.read import read_frame
from simulation.store.tables import write_frame
from simulation.studies.futures.margin import MARGIN, margin_of
from simulation.studies.optimisation.aim import Aim, excesses

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario
    from simulation.store import Manifest

FINDINGS = "optimisation.json"
CANDIDATES = "candidates.parquet"


def write_findings(folder: Path, manifest: Manifest, scenario: Scenario) -> None:
    """Work out what the runs say, and write it into the folder."""
    runs = read_frame(folder / "runs.parquet")
    searched = manifest.sweep["optimisation"]
    data = findings(runs, manifest)
    units = Units.of(scenario)
    data["units"] = {"currency": units.currency, "per_unit": units.per_unit,
                      "per_person": units.per_person}  # fmt: skip
    frame = candidate_table(runs, searched)
    meanings = {name: ("money/month", "mean gain over the base in the search")
                for name in frame.columns if name.startswith("gain:")}  # fmt: skip
    write_frame(folder / CANDIDATES, frame, meanings)
    text = json.dumps(plain(data), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / FINDINGS, text + "\n")


def read_findings(folder: Path) -> dict[str, Any]:
    """Return what ``write_findings`` wrote."""
    data: dict[str, Any] = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
    return data


def actors(searched: Mapping[str, Any]) -> list[str]:
    """Return whose benefit counts, as tables name them."""
    return [str(name).removeprefix("partner:") for name in searched["aim"]["whose"]]


def values(runs: pd.DataFrame, phase: str, numbers: Sequence[int], names: Sequence[str]) -> Floats:
    """Return benefits by pair, candidate and objective; pairs that all candidates have.

    Returns:
        Shape ``(n_pairs, n_candidates, n_objectives)``.
    """
    rows = runs[(runs["phase"] == phase) & runs["candidate"].isin(list(numbers))]
    tables = [
        rows.pivot_table(index="future", columns="candidate", values=name, aggfunc="first")
        .reindex(columns=list(numbers))
        for name in names
    ]  # fmt: skip
    cells = np.stack([table.to_numpy(dtype=np.float64) for table in tables], axis=2)
    whole: Floats = cells[np.isfinite(cells).all(axis=(1, 2))]
    return whole


def findings(runs: pd.DataFrame, manifest: Manifest) -> dict[str, Any]:
    """Return everything that search and test say, as plain data."""
    searched = manifest.sweep["optimisation"]
    names = actors(searched)
    tested = [int(number) for number in searched["trace"]["tested"]]
    search = values(runs, "search", tested, names)
    fresh = values(runs, "test", tested, names)
    others = sorted({*_everybody(runs), *names} - set(names))
    everybody = values(runs, "test", tested, [*names, *others])
    margin = _margin(runs, manifest)
    gain = front.gains(fresh, 0)
    limits = limits_of(runs, searched, tested)
    kept = [all(one["kept"] == "kept" for one in each) for each in limits]
    better = [good and each for good, each in zip(front.better(gain, margin), kept, strict=True)]
    beaten = front.dominated(fresh, margin)
    means = (search - search[:, [0], :]).mean(axis=0)
    side = (everybody - everybody[:, [0], :]).mean(axis=0)
    rows = []
    for at, number in enumerate(tested):
        rows.append({
            "candidate": number,
            "name": _name(number, has_equal=bool(searched["has_equal"])),
            "settings": _settings(runs, number, searched["levers"]),
            "found": dict(zip(names, means[at].tolist(), strict=True)),
            "gain": {
                name: {"mean": float(gain.mean[at, m]), "low": float(gain.low[at, m]),
                       "high": float(gain.high[at, m])}
                for m, name in enumerate(names)
            },
            "everybody": dict(zip([*names, *others], side[at].tolist(), strict=True)),
            "limits": limits[at],
            "better": better[at],
            "dominated": beaten[at],
        })  # fmt: skip
    return {
        "whose": names,
        "margin": margin,
        "searched": len(searched["trace"]["candidates"]),
        "search_pairs": int(search.shape[0]),
        "fresh_pairs": int(fresh.shape[0]),
        "curse": {name: front.curse(means[:, m].tolist(), gain.mean[:, m].tolist())
                  for m, name in enumerate(names)},
        "candidates": rows,
    }  # fmt: skip


def limits_of(
    runs: pd.DataFrame, searched: Mapping[str, Any], tested: Sequence[int]
) -> list[list[dict[str, Any]]]:
    """Return how each tested candidate keeps each limit on fresh pairs, all intervals at once.

    *kept*: the interval of what is beyond the limit ends at or below 0; *broken*: it begins above
    0; *open*: otherwise.
    """
    aim = Aim.of_data(searched["aim"])
    if not aim.is_bound:
        return [[] for _ in tested]
    gross = runs[(runs["phase"] == "search") & (runs["candidate"] == 0)]["gross_value"]
    loss = None if aim.loss is None else margin_of(aim.loss, float(gross.mean()))
    names = [*_everybody(runs), *(one.column for one in aim.limits)]
    cells = values(runs, "test", tested, names)
    rows = [[dict(zip(names, one, strict=True)) for one in pair] for pair in cells.tolist()]
    beyond = [[excesses(one, pair[0], aim, loss) for one in pair] for pair in rows]
    every = list(beyond[0][0])
    spread = np.array([[[one[name] for name in every] for one in pair] for pair in beyond])
    ends = simultaneous_interval(spread)
    return [
        [
            {"limit": name, "beyond": float(ends.mean[at, m]), "low": float(ends.low[at, m]),
             "high": float(ends.high[at, m]),
             "kept": _kept(float(ends.low[at, m]), float(ends.high[at, m]))}
            for m, name in enumerate(every)
        ]
        for at in range(len(tested))
    ]  # fmt: skip


def _kept(low: float, high: float) -> str:
    return "kept" if high <= 0.0 else "broken" if low > 0.0 else "open"


def _everybody(runs: pd.DataFrame) -> list[str]:
    """Return the names of all benefits."""
    known = {"run", "scenario", "seed", "fingerprint", "candidate", "phase", "future",
             "gross_value"}  # fmt: skip
    return [
        str(name)
        for name in runs.columns
        if name not in known and "." not in name and ":" not in name
        and runs[name].dtype.kind == "f"
    ]  # fmt: skip


def _margin(runs: pd.DataFrame, manifest: Manifest) -> float:
    rows = runs[(runs["phase"] == "search") & (runs["candidate"] == 0)]
    asked = manifest.sweep.get("verdict", {}).get("margin", MARGIN)
    return margin_of(asked, float(rows["gross_value"].mean()))


def _name(number: int, *, has_equal: bool) -> str:
    if number == 0:
        return "base"
    return "equal shares" if number == 1 and has_equal else f"candidate {number}"


def _settings(runs: pd.DataFrame, number: int, levers: Sequence[str]) -> dict[str, Any]:
    row = runs[runs["candidate"] == number].iloc[0]
    return {name: row[name] for name in levers if name in runs.columns}


def candidate_table(runs: pd.DataFrame, searched: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per candidate: settings, pairs, mean gain over the base in the search."""
    names = actors(searched)
    rows = runs[runs["phase"] == "search"]
    base = rows[rows["candidate"] == 0].set_index("future")[names]
    gain = rows[names].to_numpy() - base.reindex(rows["future"]).to_numpy()
    columns = rows[["candidate"]].assign(**{f"gain:{n}": gain[:, m] for m, n in enumerate(names)})
    levers = [name for name in searched["levers"] if name in runs.columns]
    settings = rows.drop_duplicates("candidate").set_index("candidate")[levers]
    means = columns.groupby("candidate").mean()
    pairs = rows.groupby("candidate").size().rename("pairs")
    table: pd.DataFrame = settings.join(pairs).join(means).reset_index()
    return table
