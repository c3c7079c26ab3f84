"""What a calibration learned: from the design to ranges, checks and a posterior file.

``calibration.json`` has all numbers that reports and figures show, ``predicted.parquet`` the data
beside the predictions of the posterior, ``posterior.parquet`` its draws.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis.calibration.discrepancy import (
    FITS,
    Fit,
    conflicts,
    discrepancy,
    fits,
    like_the_data,
)  # fmt: skip
from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import (
    GRID,
    Cloud,
    Fitted,
    RunDesign,
    draws,
    fit_all,
    posterior,
    prior_points,
    quantiles,
    regression_abc,
)  # fmt: skip
from simulation.analysis.calibration.observables import useless, would_tell
from simulation.analysis.calibration.selftest import (
    RANGE,
    Learning,
    Truths,
    learning,
    self_test,
    trust,
)  # fmt: skip
from simulation.analysis.threads import by_one_thread
from simulation.arrays import Floats
from simulation.experiment.posterior import POSTERIOR, write_posterior
from simulation.scenario.paths import value_at
from simulation.store.files import write_text
from simulation.store.plain import plain
from simulation.store.tables import write_frame
from simulation.studies.calibration.changed import MOST_WIDENED, RecoveredTruth, fared, recovered
from simulation.studies.calibration.runs import OF_CHANGED, runs_in_tables

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.calibration.plan import Calibration
    from simulation.studies.calibration.runs import Runs
    from simulation.studies.calibration.unknowns import Unknown


LEARNED = "calibration.json"
PREDICTED = "predicted.parquet"
N_DRAWS = 1024


@dataclass(frozen=True)
class Inference:
    """A design, what is fitted to it, and the posterior of the data."""

    design: RunDesign
    features: Features
    observed: Floats
    fitted: Fitted
    checks: list[Fit]
    cloud: Cloud
    weights: Floats

    @property
    def fit(self) -> Fit:
        """How well the data are predicted, at the discrepancy that is taken."""
        return self.checks[-1]

    @property
    def shown(self) -> bool:
        """Whether ranges are shown."""
        return self.fit.holds and self.fit.kappa <= MOST_WIDENED

    @property
    def summaries(self) -> Floats:
        """The summaries of the data."""
        return np.asarray(self.fitted.summarise(self.observed[None])[0])


def design_of(study: Calibration, runs: Runs) -> tuple[RunDesign, Features, Floats]:
    """Return the design of the first two waves, its features, and those of the data."""
    used = study.data.without_last(study.effort.hold_out)
    features = Features.of(used.names, used.values)
    at = runs.wave < 3
    values = np.stack([runs.series[name][at] for name in used.names], axis=2)
    inputs = features(values)
    first = runs.wave[at] == 1
    theta = runs.theta[at]
    design = RunDesign(theta, inputs, np.ones(len(theta)), first)
    observed = features(used.values[None])[0]
    if first.all():
        return design, features, observed
    left = _left_by_first(design, features, observed)
    n1, n2 = int(first.sum()), int((~first).sum())
    density = (n1 + n2 * left.has(theta) / left.volume) / (n1 + n2)
    return RunDesign(theta, inputs, 1.0 / density, first), features, observed


@dataclass(frozen=True)
class LeftByFirst:
    """What the first wave does not rule out, each series allowed to be off by 5 % of its mean.

    Attributes:
        fitted: to the first wave.
        summaries: of the data, shape ``(q,)``.
        extra: their covariance by what the series may be off, shape ``(q, q)``.
    """

    fitted: Fitted
    summaries: Floats
    extra: Floats

    def has(self, theta: Floats) -> Floats:
        """Return 1 for each point that is not ruled out, 0 for the others, shape ``(n,)``."""
        far = Cloud.of(self.fitted, theta).implausibility(self.summaries, self.extra)
        return np.asarray((far <= self.fitted.cut).astype(float))

    @cached_property
    def share(self) -> float:
        """The share of the ranges that is left."""
        return float(self.has(prior_points(len(self.fitted.r2), GRID)).mean())

    @property
    def volume(self) -> float:
        """The same, as weights take it: what no point hits is not nothing."""
        return max(self.share, 1e-3)


def _left_by_first(design: RunDesign, features: Features, observed: Floats) -> LeftByFirst:
    fitted = fit_all(design.some(design.prior))
    summaries = fitted.summarise(observed[None])[0]
    return LeftByFirst(fitted, summaries, discrepancy(fitted, features, observed))


@by_one_thread
def next_points(study: Calibration, runs: Runs) -> tuple[tuple[float, ...], ...]:
    """Return the points of the second wave: those it has, and more that the first leaves."""
    held, effort = study.second[: study.effort.more], study.effort.more
    if len(held) == effort:
        return held
    design, features, observed = design_of(study, runs)
    first = _left_by_first(design, features, observed)
    size = min(18, int(np.ceil(np.log2(4 * effort / first.volume))))
    points = prior_points(design.theta.shape[1], size, 5)
    left = points[first.has(points) > 0]
    if len(left) < effort:  # what is left is smaller than can be hit by chance
        left = np.vstack([left, points[: effort - len(left)]])
    known = set(held)
    rows = (tuple(map(float, row)) for row in left)
    return (*held, *islice((row for row in rows if row not in known), effort - len(held)))


def infer(study: Calibration, runs: Runs) -> Inference:
    """Return the posterior of the data, at the least discrepancy at which they are predicted."""
    design, features, observed = design_of(study, runs)
    fitted = fit_all(design)
    checks = fits(design, fitted, features, observed)
    extra = checks[-1].kappa ** 2 * discrepancy(fitted, features, observed)
    start = Cloud.of(fitted, prior_points(design.theta.shape[1], GRID))
    cloud, weights = posterior(start, fitted.summarise(observed[None])[0], extra)
    return Inference(design, features, observed, fitted, checks, cloud, weights)


@by_one_thread
def posterior_points(study: Calibration, runs: Runs) -> tuple[tuple[float, ...], ...]:
    """Return draws of the posterior that are run, to hold its predictions against the data."""
    inference = infer(study, runs)
    chosen = draws(inference.cloud, inference.weights, study.effort.draws)
    return tuple(tuple(map(float, row)) for row in chosen)


@by_one_thread
def write_learned(folder: Path, study: Calibration) -> None:
    """Write what was learned into a folder that has the tables of the runs."""
    import pandas as pd

    runs = runs_in_tables(folder, study)
    inference = infer(study, runs)
    truths = self_test(inference.design, inference.fitted)
    changed = _of_changed(runs, inference)
    predicted = _predicted(study, runs, inference)
    learned = {
        "parameters": [
            {**one, "changed": fared(changed, at)}
            for at, one in enumerate(_parameters(study, runs, inference, truths))
        ],
        "changed": {
            **asdict(study.change),
            "was": value_at(study.base, study.change.path),
            "truths": len(changed),
            "refused": sum(not one.shown for one in changed),
            "widened": sum(one.shown and one.widened for one in changed),
        },
        "fit": _fit(study, inference),
        "design": _design(inference, runs, truths),
        "useless": useless(inference.design, inference.features),
        "held_out": _held_out(predicted),
        "months": study.data.months - study.effort.hold_out,
        "remarks": list(study.data.remarks),
    }
    text = json.dumps(plain(learned), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / LEARNED, text + "\n")
    write_frame(folder / "selftest.parquet", _truth_table(study, truths))
    write_frame(folder / PREDICTED, predicted)
    if inference.shown:
        cube = draws(inference.cloud, inference.weights, N_DRAWS)
        cells = [study.point(row.tolist()).cells for row in cube]
        market = (study.name, study.base)
        write_posterior(folder / POSTERIOR, pd.DataFrame(cells), market)
    else:
        (folder / POSTERIOR).unlink(missing_ok=True)


def _of_changed(runs: Runs, inference: Inference) -> list[RecoveredTruth]:
    """Return what is found of the truths of the changed model."""
    at = runs.wave == OF_CHANGED
    if not at.any():
        return []
    data = inference.features(np.stack([runs.series[name][at] for name in
                                        inference.features.names], axis=2))  # fmt: skip
    return recovered(inference.design, inference.fitted, inference.features,
                       truth=runs.theta[at], data=data)  # fmt: skip


def _in_units(unknown: Unknown, shares: Floats) -> list[float]:
    return [float(unknown.range.at(float(share))) for share in shares]


def _parameters(
    study: Calibration, runs: Runs, inference: Inference, truths: Truths
) -> list[dict[str, Any]]:
    """Return what was learned of each parameter."""
    ranges = quantiles(inference.cloud.theta, inference.weights, RANGE)
    abc = quantiles(*regression_abc(inference.design, inference.fitted, inference.summaries), RANGE)
    near = like_the_data(inference.fitted, inference.summaries)
    more = _candidates(study, runs)
    rows = []
    for at, unknown in enumerate(study.unknowns):
        low, _, high = ranges[at]
        r2 = float(inference.fitted.r2[at])
        called = learning(float((high - low) / (RANGE[2] - RANGE[0])), r2)
        fared = trust(truths, at, near)
        if called is Learning.LEARNED and not fared.trusted:
            called = Learning.NARROWED
        rows.append({
            "path": unknown.path, "low": unknown.low, "high": unknown.high, "log": unknown.log,
            "learning": called.value, "range": _in_units(unknown, ranges[at]),
            "width": float((high - low) / (RANGE[2] - RANGE[0])), "r2": r2,
            "abc": _in_units(unknown, abc[at]), "agrees": _agree(ranges[at], abc[at]),
            "selftest": asdict(fared),
            "would_tell": None if called is Learning.LEARNED else would_tell(
                inference.design, more, at, r2),
        })  # fmt: skip
    return rows


def _agree(ours: Floats, theirs: Floats) -> bool:
    """Whether two ranges say the same: each holds the other's middle, widths within a factor 2."""
    ratio = (ours[2] - ours[0]) / max(theirs[2] - theirs[0], 1e-9)
    return bool(ours[0] <= theirs[1] <= ours[2] and theirs[0] <= ours[1] <= theirs[2]
                and 0.5 <= ratio <= 2.0)  # fmt: skip


def _candidates(study: Calibration, runs: Runs) -> dict[str, Floats]:
    """Return the features of series that were not observed, and that the company could observe."""
    others = _others(study)
    used = study.data.without_last(study.effort.hold_out)
    months = np.isfinite(used.values).any(axis=1)
    at = runs.wave < 3
    result = {}
    for name, values in runs.series.items():
        known = np.isfinite(values[at]).any(axis=1).all()
        if name in used.names or _company(name) in others or not known:
            continue
        typical = np.where(months, np.nanmean(np.where(np.isfinite(values), values, np.nan)),
                           np.nan)  # fmt: skip
        features = Features.of((name,), typical[:, None])(values[at][:, :, None])
        if features.std(axis=0).max() > 1e-9:
            result[name] = features
    return result


def _others(study: Calibration) -> set[str]:
    """Return the companies whose books are not at hand: all but the one of most series."""
    names = [one.name for one in study.base.companies]
    counts = Counter(_company(name) for name in study.data.names)
    ours = study.data.tenure[0] if study.data.tenure else max(names, key=lambda one: counts[one])
    return set(names) - {ours}


def _company(series: str) -> str:
    """Return whose a series is; of the whole market's it is nobody's."""
    return series.split(":")[1] if ":" in series else ""


def _fit(study: Calibration, inference: Inference) -> dict[str, Any]:
    """Return how well the model fits, and what conflicts where it does not."""
    fit = inference.fit
    verdict = (
        "fits" if fit.holds and fit.kappa <= FITS else "widened" if inference.shown else "no ranges"
    )
    apart = (
        []
        if verdict == "fits"
        else conflicts(inference.design, inference.features, inference.observed)
    )
    strained = inference.checks[min(FITS, len(inference.checks) - 1)]
    return {
        "verdict": verdict, "kappa": fit.kappa, "p": fit.p, "joint": fit.joint,
        "tried": [{"kappa": one.kappa, "p": one.p, "joint": one.joint} for one in inference.checks],
        "strained": [name for name, p in strained.p.items() if p < 0.05],
        "without": apart,
        "best": dict(study.point(fit.best.tolist()).cells),
    }  # fmt: skip


def _design(inference: Inference, runs: Runs, truths: Truths) -> dict[str, Any]:
    first = _left_by_first(inference.design, inference.features, inference.observed)
    return {
        "waves": [int((runs.wave == wave).sum()) for wave in (1, 2, 3, OF_CHANGED)],
        "cut": first.fitted.cut, "kept": float(truths.kept.mean()), "left": first.share,
        "truths": int(truths.prior.sum()),
    }  # fmt: skip


def _predicted(study: Calibration, runs: Runs, inference: Inference) -> pd.DataFrame:
    """Return the data beside what draws of the posterior give, a row per series and month.

    The predictions are off by as much as the model had to be allowed to be, so that a model whose
    ranges are widened does not predict as if it were exact.
    """
    import pandas as pd

    drawn, kappa, rng = runs.wave == 3, inference.fit.kappa, np.random.default_rng(6)
    rows = []
    for at, name in enumerate(study.data.names):
        if not drawn.any():
            continue
        values = inference.features.off_by(kappa, runs.series[name][drawn], at, rng)
        bands = np.nanquantile(values, RANGE, axis=0)
        rows += [
            (name, study.data.first + month, study.data.labels[month],
             float(study.data.values[month, at]), *map(float, bands[:, month]),
             month >= study.data.months - study.effort.hold_out)
            for month in range(study.data.months)
        ]  # fmt: skip
    columns = ["series", "month", "label", "observed", "low", "middle", "high", "held_out"]
    return pd.DataFrame(rows, columns=columns)


def _held_out(predicted: pd.DataFrame) -> dict[str, Any]:
    """Return how many observations lie within the band, held out and used, by series."""
    known = predicted[predicted["observed"].notna()]
    inside = (known["observed"] >= known["low"]) & (known["observed"] <= known["high"])
    return {
        str(name): {
            kind: {"months": int(chosen.sum()), "inside": int((inside[rows.index] & chosen).sum())}
            for kind, chosen in (("held_out", rows["held_out"]), ("used", ~rows["held_out"]))
        }
        for name, rows in known.groupby("series", sort=False)
    }


def _truth_table(study: Calibration, truths: Truths) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(
        [
            pd.DataFrame({
                "parameter": unknown.path, "truth": truths.theta[:, at], "low": truths.low[:, at],
                "high": truths.high[:, at], "rank": truths.rank[:, at], "kept": truths.kept,
                "prior": truths.prior,
            })
            for at, unknown in enumerate(study.unknowns)
        ],
        ignore_index=True,
    )  # fmt: skip
