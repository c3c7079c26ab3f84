"""Calibrate the real model to data whose truth is known: time, and how often ranges are right.

    uv run python benchmarks/calibration.py --out FOLDER [--people 2000] [--months 60] [--runs 1024]

Six parameters of ``base`` are calibrated to five series of a simulated company. Printed are

* the time it takes, self-test included (finished runs in FOLDER are reused, and said so),
* how often 90 % ranges hold the truth, by parameter, over all truths of the first wave, each found
  again by fits that have not seen it; and how often where the parameter was called learned,
* the same of a seventh parameter that does nothing (no run is needed for it: a column of uniform
  numbers that no series depends on), which must be called unknown,
* the same for truths from a *changed* model: an assumption that is not calibrated (how the value of
  alternatives counts for leaving) at the end of its range.
"""

from __future__ import annotations

import argparse
import os
import resource
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from measuring import machine, show, write_json

from simulation import load_scenario
from simulation.analysis.calibration.features import Features
from simulation.analysis.calibration.inference import GRID, RunDesign, fit_all, prior_points
from simulation.analysis.calibration.selftest import Truths, infer, self_test, trust
from simulation.execution import Unwatched, executor
from simulation.simulate import simulate
from simulation.studies.calibration.asked import calibration_of
from simulation.studies.calibration.learned import design_of
from simulation.studies.calibration.plan import Calibration, Effort, stored
from simulation.studies.calibration.runs import runs_in_tables
from simulation.studies.study import carry_out

SERIES = ("customers", "new_customers", "lapsed", "receipts", "problems")
DESK = "desk_contacts:focal:call_centre"
TRUTH = {"reach.most": 0.25, "journey.problem_rate": 0.45, "talk.propensity": 0.4}
CHANGED = "journey.churn_value=4.0"
TRUTHS = 208
IDLE = "(a parameter without effect)"


def main() -> None:
    """Calibrate, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--runs", type=int, default=1024)
    parser.add_argument("--more", type=int, default=256)
    parser.add_argument("--truths", type=int, default=TRUTHS, help="truths of the changed model")
    parser.add_argument("--changed", default=CHANGED, help="PATH=VALUE of the changed model")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    study = market(asked)
    told = timed(study, asked.out / "calibration", asked.workers)
    told["coverage"] = table(asked.out / "calibration")
    told["changed"] = changed(study, asked)
    told["machine"] = machine()
    tell(told, asked.changed)
    write_json(asked.json, told)


def market(asked: argparse.Namespace) -> Calibration:
    """Return the calibration of a market to months that it brought forth with known parameters."""
    sizes = {"population.people": asked.people, "run.months": asked.months}
    base = load_scenario("base", sizes)
    asked.out.mkdir(parents=True, exist_ok=True)
    file = asked.out / "months.csv"
    run = simulate(base.replace(TRUTH), 2026)
    labels = {f"{metric}:{of}": at for at, (metric, of) in enumerate(run.labels)}
    names = [*(f"{name}:focal" for name in SERIES), DESK]
    columns = {name: run.values[:, labels[name]] for name in names}
    pd.DataFrame({"month": range(1, asked.months + 1), **columns}).to_csv(file, index=False)
    return calibration_of("base", base, file, effort=Effort(asked.runs, asked.more))


def timed(study: Calibration, folder: Path, workers: int) -> dict[str, Any]:
    """Carry out a calibration; return seconds, processor seconds, load and runs."""
    load, started = os.getloadavg()[0], perf_counter()
    before = _processor()
    manifest = carry_out(study, folder, executor(workers), Unwatched())
    return {
        "seconds": perf_counter() - started, "processor": _processor() - before,
        "load": (load, os.getloadavg()[0]), "workers": workers,
        "runs": manifest.runs.done, "reused": manifest.runs.reused,
    }  # fmt: skip


def _processor() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def with_idle(design: RunDesign) -> RunDesign:
    """Return a design with one more parameter, on which nothing depends."""
    idle = np.random.default_rng(11).random((design.n, 1))
    return replace(design, theta=np.hstack([design.theta, idle]))


def table(folder: Path) -> list[dict[str, Any]]:
    """Return how each parameter fared, and the one without effect."""
    study = stored(folder)
    design, _, _ = design_of(study, runs_in_tables(folder, study))
    design = with_idle(design)
    truths = self_test(design, fit_all(design))
    names = [*(one.path for one in study.unknowns), IDLE]
    return [_fared(name, truths, at) for at, name in enumerate(names)]


def _fared(name: str, truths: Truths, at: int) -> dict[str, Any]:
    one = trust(truths, at, truths.prior)
    return {
        "parameter": name, "truths": one.truths, "coverage": one.coverage, "rank_p": one.rank_p,
        "width": one.width, "learned": one.learned, "learned_coverage": one.learned_coverage,
        "unknown": one.unknown, "r2": float(truths.r2[at]),
    }  # fmt: skip


def changed(study: Calibration, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the coverage for truths from a changed model, by ranges made with the unchanged."""
    path, _, value = asked.changed.partition("=")
    other = replace(study, base=study.base.replace({path: float(value)}),
                    effort=Effort(asked.truths, 0, 8, first_seed=5_000_001))  # fmt: skip
    folder = asked.out / "changed"
    carry_out(other, folder, executor(asked.workers), Unwatched())
    ours = stored(asked.out / "calibration")
    design, features, _ = design_of(ours, runs_in_tables(asked.out / "calibration", ours))
    theta, found = truths_of(stored(folder), folder, features)
    fitted = fit_all(design)
    summaries = fitted.summarise(found)
    low, high, rank, kept = infer(fitted, summaries, prior_points(theta.shape[1], GRID), theta)
    truths = Truths(theta, low, high, rank, kept, fitted.r2, np.ones(len(theta), bool))
    return [_fared(one.path, truths, at) for at, one in enumerate(study.unknowns)]


def truths_of(
    study: Calibration, folder: Path, features: Features
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return points and features of the first wave of a folder."""
    runs = runs_in_tables(folder, study)
    first = runs.wave == 1
    values = np.stack([runs.series[name][first] for name in study.data.names], axis=2)
    return runs.theta[first], features(values)


def tell(told: dict[str, Any], what: str) -> None:
    """Print everything."""
    reused = f", {told['reused']} of them from before" if told["reused"] else ""
    load = " to ".join(f"{one:.1f}" for one in told["load"])
    print(f"{told['runs']} runs{reused}, {told['workers']} workers: {told['seconds']:.0f} s; "
          f"{told['processor']:.0f} s of processor time; load {load}.")  # fmt: skip
    columns = ("parameter", "truths", "R²", "width", "coverage", "rank p", "learned",
               "coverage where learned", "called unknown")  # fmt: skip
    show("Truths of the model", columns, [_cells(one) for one in told["coverage"]])
    show(f"Truths of a changed model: {what}", columns, [_cells(one) for one in told["changed"]])


def _cells(one: dict[str, Any]) -> list[str]:
    known = one["learned"] > 0
    return [
        one["parameter"], str(one["truths"]), f"{one['r2']:.2f}", f"{one['width']:.2f}",
        f"{one['coverage']:.3f}", f"{one['rank_p']:.3f}", str(one["learned"]),
        f"{one['learned_coverage']:.3f}" if known else "–", f"{one['unknown']:.3f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
