"""What the runs of a question say of its claim, worked out once and kept beside them.

``verdict.json`` has everything that page, report, figures and screens show; ``futures.parquet`` a
row per future. Both follow from the table of the runs alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.decision.claims import false_supported, judged_together, power_of
from simulation.analysis.decision.emulator import Emulator, Surface, sample_of
from simulation.analysis.decision.regret import joint_draws
from simulation.analysis.decision.screening import true_effects
from simulation.analysis.decision.shape import plane, swing
from simulation.analysis.decision.shares import shares_data
from simulation.analysis.interval import estimate
from simulation.analysis.points import factors_of
from simulation.arrays import Floats
from simulation.experiment.drawn import POSTERIOR_KEY
from simulation.experiment.factors import Role
from simulation.scenario.units import Units
from simulation.store.files import write_text
from simulation.store.manifest import VERDICT
from simulation.store.plain import plain
from simulation.store.read import read_frame
from simulation.store.tables import write_frame
from simulation.studies.question.cells import CELL_ENOUGH
from simulation.studies.question.claim import Claim, Effect
from simulation.studies.question.horizons import ACTORS, HORIZONS, KEPT, column, is_share
from simulation.studies.question.judging import (
    JUDGING,
    JudgedHorizon,
    QuestionRuns,
    judged_horizons,
)
from simulation.studies.question.verdicts import together, verdict_of

if TYPE_CHECKING:
    import pandas as pd

    from simulation.store import Manifest

FUTURES = "futures.parquet"
PILOT = 32
"""Futures from which power is planned."""


def write_findings(folder: Path, manifest: Manifest, claim: Claim) -> None:
    """Work out what the runs say, and write it into the folder."""
    inquiry = manifest.sweep["inquiry"]
    varied = tuple(one for one in factors_of(manifest.sweep) if one.role == Role.UNCERTAINTY)
    arms = set(inquiry["arms"])
    frame = read_frame(folder / "runs.parquet")
    runs = QuestionRuns(frame[frame["arm"].isin(arms)], varied, str(inquiry["arms"][0]))
    data, futures = findings(runs, manifest, claim)
    write_frame(folder / FUTURES, futures, _meanings(data["unit"]))
    text = json.dumps(plain(data), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / VERDICT, text + "\n")


def _meanings(unit: str) -> dict[str, tuple[str, str]]:
    """Return unit and meaning of each column of the table of futures."""
    return {
        "future": ("", "number of the future"),
        "arm": ("", "effect on which the claim rests"),
        "difference": (unit, "mean effect, paired by seed"),
        "noise": (unit, "its standard deviation from seed to seed"),
        "effect": (unit, "posterior mean of the true effect"),
        "spread": (unit, "posterior standard deviation of the true effect"),
        "better": ("share", "chance that the claim holds"),
        "same": ("share", "chance that it makes no difference"),
        "worse": ("share", "chance that it fails"),
    }


def read_verdict(folder: Path) -> dict[str, Any] | None:
    """Return what a folder keeps of a verdict, or None where there is none that can be read."""
    path = folder / VERDICT
    if not path.is_file():
        return None
    try:
        verdict = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return verdict if isinstance(verdict, dict) and "shares" in verdict else None


def findings(
    runs: QuestionRuns, manifest: Manifest, claim: Claim
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Return everything that the runs say of a claim, as plain data, and a row per future."""
    inquiry = manifest.sweep["inquiry"]
    late, whole = judged_horizons(runs, claim)
    search = inquiry["search"]
    by_horizon = {one.horizon: verdict_of(runs, claim, one, search, quick=inquiry["quick"])
                  for one in (late, whole)}  # fmt: skip
    verdict, why = together([by_horizon[name]["verdict"] for name in HORIZONS])
    critical = claim.effects[late.critical]
    n = len(runs.futures)
    data = {
        "name": manifest.sweep["name"],
        "question": manifest.sweep["question"],
        "source": " ".join(str(manifest.sweep["source"]).split()),
        "claim": claim.text,
        "rule": claim.rule,
        "market": inquiry["market"],
        "quick": inquiry["quick"],
        "verdict": verdict,
        "why": why,
        "horizons": by_horizon,
        **_centre(runs, claim, late),
        "shares": by_horizon["late"]["shares"],
        "effects": [_effect(runs, one, late, at) for at, one in enumerate(claim.effects)],
        "search": [{**{name: one[name] for name in ("assumptions", "low", "high", "upward")},
                    "futures": len(one["futures"]), "enough": CELL_ENOUGH} for one in search],
        "also": [] if inquiry["quick"] else [_beside(runs, one) for one in claim.also],
        "critical": critical.name,
        "actors": {who: _actor(runs, claim, late, who) for who in ACTORS},
        "base": " + ".join(critical.than),
        "margin": late.margins[late.critical],
        "margin_share": claim.margin,
        "gross": runs.own(column("late", "gross")),
        "served": runs.own(column("late", "served")),
        "assumptions": runs.assumptions,
        "all_varied": not {"uncertainties", POSTERIOR_KEY} & set(manifest.sweep["asked"]),
        "futures": {
            "used": n, "tried": inquiry["sifted"]["tried"], "wanted": inquiry["wanted"],
            "replicates": runs.replicates, "missed": inquiry["sifted"]["missed"],
        },
        "equal_cost": claim.equal_cost,
        "costs": inquiry["sifted"]["costs"],
        "scales": inquiry["sifted"]["scales"],
        "costs_after": {arm: _cost_after(runs, arm) for arm in inquiry["sifted"]["costs"]},
        "own_past": inquiry["own_past"],
        "arms": [_arm(runs, claim, late)],
        "power": _power(late),
        "false_supported": false_supported(n),
        "decision": {"whose": "everyone"},
        "units": _units(manifest),
        "people": int(manifest.scenario["population"]["people"]),
        "months": manifest.months,
        "seeds": list(manifest.seeds),
        "model_version": manifest.model_version,
        "finished": manifest.finished,
        "judging": JUDGING,
    }  # fmt: skip
    return data, _rows(runs, late)


def _units(manifest: Manifest) -> dict[str, Any]:
    units = Units.of_data(manifest.scenario)
    return {"currency": units.currency, "per_unit": units.per_unit, "per_person": 1.0}


# --- effects in money ----------------------------------------------------------------------------


def _centre(runs: QuestionRuns, claim: Claim, late: JudgedHorizon) -> dict[str, Any]:
    """Return the effect on which the claim rests: over futures, and at the market's own values."""
    critical = claim.effects[late.critical]
    sample = sample_of(runs.x, late.differences[late.critical])
    over = estimate(sample.mean)
    present = estimate(_first(runs.effect(critical, "late", futures=[0])))
    return {
        "effect": over.mean, "low": over.low, "high": over.high,
        "own": {"mean": present.mean, "low": present.low, "high": present.high, "n": present.n},
        "of": critical.of, "unit": KEPT[critical.of][0], "replicates": runs.replicates,
    }  # fmt: skip


def _first(values: Floats) -> Floats:
    known = values[0]
    return np.asarray(known[np.isfinite(known)])


def _effect(runs: QuestionRuns, one: Effect, late: JudgedHorizon, at: int) -> dict[str, Any]:
    """Return one effect: its mean and share over futures, and at the market's own values."""
    differences = late.differences[at]
    over = estimate(sample_of(runs.x, differences).mean)
    present = estimate(_first(runs.effect(one, "late", futures=[0])))
    alone = judged_together(
        joint_draws([late.posteriors[at]], np.eye(1))[:, :, 1:], [late.margins[at]], [one.not_less]
    )
    return {
        "name": one.name, "of": one.of, "not_less": one.not_less, "unit": KEPT[one.of][0],
        "margin": late.margins[at], "mean": over.mean, "low": over.low, "high": over.high,
        "own": {"mean": present.mean, "low": present.low, "high": present.high},
        "shares": shares_data(alone.shares()),
    }  # fmt: skip


def _beside(runs: QuestionRuns, one: Effect) -> dict[str, Any]:
    """Return an effect on which the claim does not stand: its mean over futures, and at home."""
    over = estimate(sample_of(runs.x, runs.effect(one, "late")).mean)
    present = estimate(_first(runs.effect(one, "late", futures=[0])))
    return {
        "name": one.name, "of": one.of, "unit": KEPT[one.of][0], "mean": over.mean,
        "low": over.low, "high": over.high,
        "own": {"mean": present.mean, "low": present.low, "high": present.high},
    }  # fmt: skip


def _cost_after(runs: QuestionRuns, arm: str) -> dict[str, float]:
    """Return what an arm costs more than the market as it is once evened out, over the futures.

    By the first seed of each future; the market as it is has no other where no claim needs it.
    """
    first = runs.values([arm, runs.base], column("all", "spending"))[:, 0]
    more = first[:, 0] - first[:, 1]
    more = more[np.isfinite(more)]
    return {"mean": float(more.mean()), "sd": float(more.std())} if len(more) else {}


def _actor(runs: QuestionRuns, claim: Claim, late: JudgedHorizon, who: str) -> dict[str, Any]:
    """Return what an actor has of the effect on which the claim rests."""
    critical = claim.effects[late.critical]
    differences = runs.effect(critical, "late", of=who)
    sample = sample_of(runs.x, differences)
    margin = late.margins[late.critical]
    if is_share(critical.of):
        margin = claim.margin * abs(runs.own(column("late", "gross")))
    present = estimate(_first(runs.effect(critical, "late", of=who, futures=[0])))
    if float(np.ptp(sample.mean)) == 0.0:  # nobody of that kind is there
        shares = judged_together(np.zeros((2, sample.n, 1)), [margin]).shares()
    else:
        posterior = true_effects(sample)
        shares = judged_together(
            joint_draws([posterior], np.eye(1))[:, :, 1:], [margin]).shares()  # fmt: skip
    return {
        "mean": float(sample.mean.mean()), **shares_data(shares),
        "own": {"mean": present.mean, "low": present.low, "high": present.high},
    }  # fmt: skip


def _arm(runs: QuestionRuns, claim: Claim, late: JudgedHorizon) -> dict[str, Any]:
    """Return the effect on which the claim rests as figures of explorations read an arm."""
    emulator = late.emulator
    if emulator is None:
        raise TypeError("the late horizon has an emulator")
    critical = claim.effects[late.critical]
    shape = _shape(late.surface, emulator)
    return {
        "name": " + ".join(critical.more),
        "kept": list(late.kept),
        "mean": float(late.posteriors[late.critical].mean.mean()),
        "shares": {who: {**_actor(runs, claim, late, who)} for who in ACTORS},
        "emulator": {
            "kind": emulator.surface.kind.value, "r2": emulator.r2, "ceiling": emulator.ceiling,
            "quadratic_r2": emulator.quadratic_r2, "coverage": emulator.coverage,
            "checked": emulator.n_checked, "speaks": emulator.speaks,
        },
        **shape,
    }  # fmt: skip


def _shape(surface: Surface, emulator: Emulator) -> dict[str, Any]:
    """Return what may be read off the emulator's shape; nothing where it knows too little."""
    p = surface.sample.x.shape[1]
    if not emulator.speaks:
        return {"swings": [], "map": None}
    swings = [swing(surface.mean, at, p) for at in range(p)]
    swings.sort(key=lambda one: -abs(one["high"] - one["low"]))
    pair = [one["assumption"] for one in swings[:2]]
    return {"swings": swings, "map": plane(surface.mean, pair, p) if p > 1 else None}


def _power(late: JudgedHorizon) -> dict[str, Any]:
    """Return what a pilot of the contrast says that the whole needs."""
    pilot = late.differences[late.critical][:PILOT]
    return asdict(power_of(pilot, late.margins[late.critical]))


def _rows(runs: QuestionRuns, late: JudgedHorizon) -> pd.DataFrame:
    import pandas as pd

    sample = sample_of(runs.x, late.differences[late.critical])
    posterior = late.posteriors[late.critical]
    judgement = late.judgement
    return pd.DataFrame({
        "future": runs.futures,
        "arm": "claim",
        "difference": sample.mean,
        "noise": np.sqrt(sample.noise),
        "effect": posterior.mean,
        "spread": posterior.spread,
        "better": judgement.chance,
        "same": 1.0 - judgement.chance - judgement.chance_of_failing,
        "worse": judgement.chance_of_failing,
    })  # fmt: skip
