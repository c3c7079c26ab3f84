"""What the runs of an exploration say of the decision, worked out once and kept beside them.

``exploration.json`` has everything that report, figures and screens show; ``futures.parquet`` a row
per arm and future. Both follow from the tables of the runs alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision import information, prim
from simulation.analysis.decision.emulator import (
    Emulator,
    Floats,
    Kind,
    Posterior,
    Sample,
    emulate,
    fit,
    sample_of,
)
from simulation.analysis.decision.indices import sobol_indices
from simulation.analysis.decision.level import LEAST_LEVELS, required_level
from simulation.analysis.decision.places import columns, own_place, places
from simulation.analysis.decision.radius import radius
from simulation.analysis.decision.regret import joint_draws, minimax, regrets, seed_correlation
from simulation.analysis.decision.screening import MOST, screen
from simulation.analysis.decision.shares import (
    MEASURES,
    Share,
    Shares,
    effective_number,
    enough,
    halves,
    normals,
    p_better,
    p_same,
    p_worse,
    shares_of,
    unsure,
)
from simulation.analysis.decision.tree import tree
from simulation.analysis.interval import estimate
from simulation.analysis.points import Varied, factors_of, outcomes_of
from simulation.scenario.units import Units
from simulation.store.files import write_text
from simulation.store.plain import plain
from simulation.store.read import read_frame, read_measures
from simulation.store.tables import write_frame
from simulation.studies.exploration.benefits import Benefits, discounted

if TYPE_CHECKING:
    import pandas as pd

    from simulation.scenario.scenario import Scenario
    from simulation.store import Manifest

FINDINGS = "exploration.json"
FUTURES = "futures.parquet"
LEADING = 3
"""Assumptions that centre- and edge-weighted measures weight: more would leave too few futures."""
MARGIN = "1%"
GRID = 21
"""Places along each side of the map."""
AVERAGED = 256
LEAST_FOR_TREE = 64


@dataclass(frozen=True)
class Paired:
    """Differences of one arm over futures: shape ``(n_futures, n_replicates)`` by benefit."""

    arm: str
    by_benefit: Mapping[str, Floats]


@dataclass(frozen=True)
class Workroom:
    """Everything that the statistics of an exploration are made of.

    Attributes:
        benefits: each run's benefits.
        arms: the base first.
        factors: what is uncertain.
        whose: whose benefit decides.
        margin: what counts as a difference, in model money a month.
    """

    benefits: Benefits
    arms: tuple[str, ...]
    factors: tuple[Varied, ...]
    whose: str
    margin: float

    @cached_property
    def futures(self) -> list[int]:
        """The futures in which the base and every arm have at least one pair."""
        held = [set(self.benefits.pairs(arm, self.arms[0])) for arm in self.arms[1:]]
        return sorted(set.intersection(*held) - {0})

    @cached_property
    def x(self) -> Floats:
        """The places of these futures, ``(n_futures, n_assumptions)``."""
        return places(self.factors, self.benefits.settings(self.futures))

    @property
    def assumptions(self) -> list[str]:
        """The column of each assumption."""
        return [name for factor in self.factors for name in columns(factor)]

    def differences(self, arm: str, benefit: str) -> Floats:
        """Return an arm's paired differences, ``(n_futures, n_replicates)``, NaN where missing."""
        return self.benefits.differences(arm, self.arms[0], benefit, self.futures)


def write_findings(folder: Path, manifest: Manifest, scenario: Scenario) -> None:
    """Work out what the runs say, and write it into the folder.

    Args:
        folder: of the result, with the tables of its runs.
        manifest: what was asked.
        scenario: the scenario with its own values, for its units.
    """
    room = _room(folder, manifest)
    found, frame = findings(room, manifest)
    units = Units.of(scenario)
    found["units"] = {"currency": units.currency, "per_unit": units.per_unit,
                      "per_person": units.per_person}  # fmt: skip
    found["people"] = scenario.population.people
    write_frame(folder / FUTURES, frame, _MEANINGS)
    text = json.dumps(plain(found), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / FINDINGS, text + "\n")


_MEANINGS = {
    "future": ("", "number of the future"),
    "arm": ("", "what is decided"),
    "difference": ("money/month", "mean benefit over the base's, paired by seed"),
    "noise": ("money/month", "standard deviation of that mean from seed to seed"),
    "effect": ("money/month", "posterior mean of the true effect"),
    "spread": ("money/month", "posterior standard deviation of the true effect"),
    "better": ("share", "chance that the true effect exceeds the margin"),
    "same": ("share", "chance that it is within the margin"),
    "worse": ("share", "chance that it is below minus the margin"),
}


def read_findings(folder: Path) -> dict[str, Any]:
    """Return what ``write_findings`` wrote.

    Raises:
        OSError: there is none.
    """
    found: dict[str, Any] = json.loads((folder / FINDINGS).read_text(encoding="utf-8"))
    return found


def _room(folder: Path, manifest: Manifest) -> Workroom:
    explored = manifest.sweep["exploration"]
    runs = read_frame(folder / "runs.parquet")
    series = read_frame(folder / "series.parquet")
    units = {name: one.unit for name, one in read_measures(folder / "runs.parquet").items()}
    outcomes = outcomes_of(manifest.sweep, units)
    unknown = set(explored["unknown"])
    varied = factors_of(manifest.sweep)
    factors = tuple(one for one in varied if one.key in unknown)
    levers = [name for one in varied if one.key not in unknown for name in one.columns]
    benefits = discounted(runs, series, explored["decision"]["rate"], outcomes, levers)
    arms = tuple(explored["arms"])
    asked = manifest.sweep.get("verdict", {}).get("margin", MARGIN)
    margin = margin_of(asked, benefits.gross(arms[0]))
    whose = explored["decision"]["whose"].removeprefix("partner:")
    return Workroom(benefits, arms, factors, whose, margin)


def margin_of(asked: str | float, gross: float) -> float:
    """Return the margin in money a month: a number, or a percentage of the base's gross value."""
    if isinstance(asked, str) and asked.strip().endswith("%"):
        return abs(gross) * float(asked.strip().removesuffix("%")) / 100.0
    return float(asked)


def findings(room: Workroom, manifest: Manifest) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return everything that the runs say, as plain data, and a row per arm and future."""
    import pandas as pd

    judged = [_arm(room, arm) for arm in room.arms[1:]]
    explored = manifest.sweep["exploration"]
    decision = explored["decision"]
    draws = joint_draws([one.posterior for one in judged], _correlation(room))
    found = {
        "decision": decision,
        "base": room.arms[0],
        "margin": room.margin,
        "gross": room.benefits.gross(room.arms[0]),
        "customers": room.benefits.customers(room.arms[0]),
        "benefits": room.benefits.names,
        "assumptions": room.assumptions,
        "futures": {
            "drawn": int(manifest.sweep["design"]["n"]),
            "set_aside": len(explored["set_aside"]),
            "mapped": len(explored["mapped"]),
            "used": len(room.futures),
            "replicates": int(room.differences(room.arms[1], room.whose).shape[1]),
        },
        "arms": [one.told for one in judged],
        "regret": _regret(room, draws),
        "information": _information(room, judged, draws, decision),
        "level": _level(room),
    }
    return found, pd.concat([one.frame for one in judged], ignore_index=True)


@dataclass(frozen=True)
class JudgedArm:
    """One arm: its posterior, what is said of it, its rows, and the assumptions spoken of."""

    posterior: Posterior
    told: dict[str, Any]
    frame: pd.DataFrame
    kept: tuple[int, ...]


def _arm(room: Workroom, arm: str) -> JudgedArm:
    whole = sample_of(room.x, room.differences(arm, room.whose))
    screened = screen(whole.x, whole.mean)
    kept = screened.kept
    emulator = emulate(whole.of(list(kept)))
    posterior = emulator.surface.posterior()
    draws = posterior.draws(normals(whole.n))
    chance = p_better(posterior, room.margin)
    own = own_place(room.factors)[list(kept)]
    told = {
        "name": arm,
        "kept": list(kept),
        "passed": screened.passed,
        "mean": float(posterior.mean.mean()),
        "quantiles": np.quantile(posterior.mean, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
        "unsure": unsure(posterior, room.margin),
        "own": {name: _own(room, arm, name) for name in room.benefits.names},
        "shares": _all_shares(room, arm, kept, posterior, draws),
        "measures": _measured(room, kept, posterior, draws),
        "halves": [asdict(one) for one in halves(emulator.surface.sample.x, posterior,
                                                 room.margin, draws)],
        "emulator": _diagnostics(emulator),
        "rule": _rule(emulator.surface.sample.x, chance),
        "tree": _tree(emulator.surface.sample.x, chance),
        **_shape(room, emulator, own),
    }  # fmt: skip
    return JudgedArm(posterior, told, _rows(room, arm, whole, posterior), kept)


def _own(room: Workroom, arm: str, benefit: str) -> dict[str, float]:
    """Return the effect at the scenario's own values, with its 95 % interval over seeds."""
    pairs = room.benefits.differences(arm, room.arms[0], benefit, [0])[0]
    one = estimate(pairs)
    return {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n}


def _all_shares(
    room: Workroom, arm: str, kept: tuple[int, ...], posterior: Posterior, draws: Floats
) -> dict[str, Any]:
    """Return the shares of futures by benefit.

    The effect on the one who decides has the emulator that was checked; the others a quadratic in
    the same assumptions, whose lack of fit widens their intervals.
    """
    found = {room.whose: _shares_data(shares_of(posterior, room.margin, draws))}
    for benefit in room.benefits.names:
        if benefit != room.whose:
            sample = sample_of(room.x, room.differences(arm, benefit)).of(list(kept))
            other = fit(sample, Kind.QUADRATIC).posterior()
            margin = room.benefits.margin(benefit, room.margin)
            drawn = other.draws(normals(sample.n))
            found[benefit] = {**_shares_data(shares_of(other, margin, drawn)),
                              "mean": float(other.mean.mean())}  # fmt: skip
    found[room.whose]["mean"] = float(posterior.mean.mean())
    return {name: found[name] for name in room.benefits.names}


def _shares_data(shares: Shares) -> dict[str, Any]:
    return {name: asdict(getattr(shares, name)) for name in ("better", "same", "worse")}


def _measured(
    room: Workroom, kept: tuple[int, ...], posterior: Posterior, draws: Floats
) -> dict[str, Any]:
    """Return the shares under measures that favour the middle or the ends of the ranges."""
    leading = list(kept[:LEADING])
    found: dict[str, Any] = {"leading": leading}
    for name, weigh in MEASURES.items():
        weights = weigh(room.x[:, leading])
        known = enough(weights)
        found[name] = {
            "effective": effective_number(weights),
            **(_shares_data(shares_of(posterior, room.margin, draws, weights)) if known else {}),
        }
    return found


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


def _rule(x: Floats, chance: Floats) -> dict[str, Any]:
    """Return the rule for the rarer side: where not better, or where better."""
    exception = bool(chance.mean() >= 0.5)
    if len(x) < prim.LEAST_FUTURES:
        return {"exception": exception, "shown": False, "tried": False}
    found = prim.rule(x, 1.0 - chance if exception else chance)
    bounds = [
        {"assumption": at, "low": float(found.box.low[at]), "high": float(found.box.high[at])}
        for at in found.box.restricted
    ]
    return {
        "exception": exception, "tried": True, "shown": found.shown, "bounds": bounds,
        "density": found.held_out.density, "density_low": found.density_low,
        "density_high": found.density_high, "coverage": found.held_out.coverage,
        "mass": found.held_out.mass, "base_rate": found.base_rate, "agreeing": found.agreeing,
    }  # fmt: skip


def _tree(x: Floats, chance: Floats) -> list[dict[str, Any]]:
    if len(x) < LEAST_FOR_TREE:
        return []
    return [asdict(leaf) for leaf in tree(x, chance)]


def _shape(room: Workroom, emulator: Emulator, own: Floats) -> dict[str, Any]:
    """Return what may be read off the emulator's shape; nothing where it knows too little."""
    if not emulator.speaks:
        return {"indices": [], "swings": [], "map": None, "radius": None}
    mean, p = emulator.surface.mean, emulator.surface.sample.x.shape[1]
    indices = sobol_indices(mean, p)
    order = sorted(range(p), key=lambda at: -indices[at].total)
    reach = radius(mean, own, room.margin)
    return {
        "indices": [asdict(indices[at]) for at in order],
        "swings": [_swing(mean, at, p) for at in order],
        "map": _map(mean, (order[0], order[1]), p) if p > 1 else None,
        "radius": {"value": reach.value, "worst": reach.worst.tolist(), "effect": reach.effect},
    }


def _others(p: int) -> Floats:
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(p, rng=5).random(AVERAGED))


def _swing(mean: Any, at: int, p: int) -> dict[str, Any]:
    """Return the mean effect with an assumption near either end, over all others."""
    ends = []
    for place in (0.05, 0.95):
        points = _others(p)
        points[:, at] = place
        ends.append(float(mean(points).mean()))
    return {"assumption": at, "low": ends[0], "high": ends[1]}


def _map(mean: Any, pair: tuple[int, int], p: int) -> dict[str, Any]:
    """Return the mean effect over a grid of the two assumptions that decide most."""
    grid = np.linspace(0.0, 1.0, GRID)
    rows = []
    for down in grid:
        row = []
        for across in grid:
            points = _others(p)
            points[:, pair[0]], points[:, pair[1]] = across, down
            row.append(float(mean(points).mean()))
        rows.append(row)
    return {"assumptions": list(pair), "places": grid.tolist(), "mean": rows}


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


def _correlation(room: Workroom) -> Floats:
    by_arm = [room.differences(arm, room.whose) for arm in room.arms[1:]]
    return seed_correlation(np.stack(by_arm, axis=2))


def _regret(room: Workroom, draws: Floats) -> dict[str, Any]:
    found = regrets(draws, room.margin)
    return {
        "arms": [{"name": name, **asdict(one)} for name, one in zip(room.arms, found, strict=True)],
        "minimax": room.arms[minimax(found)],
    }


def _information(
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


def _level(room: Workroom) -> dict[str, Any] | None:
    """Return the required level, where the arms are levels of one number."""
    levels = room.benefits.levels(room.arms)
    if levels is None or len(levels.values) < LEAST_LEVELS:
        return None
    samples = [sample_of(room.x, room.differences(arm, room.whose)) for arm in room.arms[1:]]
    base = Sample(room.x, np.zeros(len(room.x)), np.full(len(room.x), 1e-12))
    by_arm = dict(zip(room.arms, [base, *samples], strict=True))
    ordered = [by_arm[arm] for arm in levels.arms]
    kept = list(screen(room.x, ordered[-1].mean).kept)
    place = (levels.values - levels.values[0]) / (levels.values[-1] - levels.values[0])
    curve = required_level(
        place, room.x[:, kept], np.stack([one.mean for one in ordered], axis=1),
        np.stack([one.noise for one in ordered], axis=1), room.margin,
    )  # fmt: skip

    def value(at: float | None) -> float | None:
        return None if at is None else float(levels.values[0] + at * np.ptp(levels.values))

    return {
        "lever": levels.lever, "level": [value(float(at)) for at in curve.level],
        "share": curve.share.tolist(), "low": curve.low.tolist(),
        "required": value(curve.required), "sure": value(curve.sure), "rising": curve.rising,
    }  # fmt: skip


__all__ = ["Share", "findings", "read_findings", "write_findings"]
