"""Calibrate the real model to data whose truth is known: time, and how often ranges are right.

    uv run python benchmarks/calibration.py --out FOLDER [--people 2000] [--months 60] [--runs 1024]
        [--page docs/calibration.md]

Six parameters of ``base`` are calibrated to six series of a simulated company. Printed are

* the time it takes, self-test included (finished runs in FOLDER are reused, and said so),
* how often 90 % ranges hold the truth, by parameter, over all truths of the first wave, each found
  again by fits that have not seen it; and how often where the parameter was called learned,
* the same of a seventh parameter that does nothing (no run is needed for it: a column of uniform
  numbers that no series depends on), which must be called unknown,
* the same for truths from a *changed* model: an assumption that is not calibrated (how the value of
  alternatives counts for leaving) at the end of its range, found again as data would be.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from measuring import machine, show, write_json

from simulation import load_scenario
from simulation.analysis.calibration.inference import RunDesign, fit_all
from simulation.analysis.calibration.selftest import Truths, self_test, trust
from simulation.execution import Unwatched, executor
from simulation.simulate import simulate
from simulation.studies.calibration.answer import uneven_words
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
    parser.add_argument("--page", type=Path, default=None, help="page to write")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    study = market(asked)
    told = timed(study, asked.out / "calibration", asked.workers)
    told["coverage"] = table(asked.out / "calibration")
    told["changed"] = changed(study, asked)
    told["machine"] = machine()
    tell(told)
    write_json(asked.json, told)
    if asked.page is not None:
        write_page(asked.page, told, asked)


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
    effort = Effort(asked.runs, asked.more)
    return calibration_of("base", base, file, effort=effort, changed=asked.changed)


def timed(study: Calibration, folder: Path, workers: int) -> dict[str, Any]:
    """Carry out a calibration; return seconds, processor seconds, load and runs."""
    load, started = os.getloadavg()[0], perf_counter()
    before = _processor()
    manifest = carry_out(study, folder, executor(workers), Unwatched())
    seconds, after = perf_counter() - started, _processor()
    return {
        "seconds": seconds, "processor": sum(after) - sum(before), "own": after[0] - before[0],
        "load": (load, os.getloadavg()[0]), "workers": workers,
        "runs": manifest.runs.done, "reused": manifest.runs.reused,
    }  # fmt: skip


def _processor() -> tuple[float, float]:
    """Return processor seconds of this process, and of workers that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ours, theirs = (one.ru_utime + one.ru_stime for one in both)
    return ours, theirs


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


def changed(study: Calibration, asked: argparse.Namespace) -> dict[str, Any]:
    """Return how ranges fare for truths of a changed model; runs that are there are reused."""
    more = replace(study, effort=replace(study.effort, changed=asked.truths))
    folder = asked.out / "calibration"
    carry_out(more, folder, executor(asked.workers), Unwatched())
    learned = json.loads((folder / "calibration.json").read_text("utf-8"))
    rows = [{"parameter": one["path"], **one["changed"]} for one in learned["parameters"]]
    return {**learned["changed"], "rows": rows}


def tell(told: dict[str, Any]) -> None:
    """Print everything."""
    print(time_words(told))
    show("Truths of the model", COLUMNS, [_cells(one) for one in told["coverage"]])
    show(changed_words(told["changed"]), OF_CHANGED, [_few(one) for one in told["changed"]["rows"]])


def time_words(told: dict[str, Any]) -> str:
    """Say how long it took."""
    reused = f", {told['reused']} of them from before" if told["reused"] else ""
    load = " to ".join(f"{one:.1f}" for one in told["load"])
    return (f"{told['runs']} runs{reused}, {told['workers']} workers: {told['seconds']:.0f} s; "
            f"{told['processor']:.0f} s of processor time, {told['own']:.0f} s of it not in "
            f"workers; load {load}.")  # fmt: skip


def changed_words(changed: dict[str, Any]) -> str:
    """Say what the changed model is, and how often it is noticed."""
    return (f"Truths of a changed model: {changed['path']} {changed['value']:g} in place of "
            f"{changed['was']:g}; of {changed['truths']}, ranges are widened in "
            f"{changed['widened']} and none given in {changed['refused']}")  # fmt: skip


COLUMNS = ("parameter", "truths", "R²", "width", "hold the truth", "p of ranks", "learned",
           "hold it where learned", "called unknown")  # fmt: skip
OF_CHANGED = ("parameter", "ranges given", "hold the truth", "learned", "hold it where learned")


def _few(one: dict[str, Any]) -> list[str]:
    return [one["parameter"], str(one["truths"]), _share(one["coverage"]), str(one["learned"]),
            _share(one["learned_coverage"])]  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


PAGE = """# How far calibrated ranges can be trusted

{answer}

`cocreate calibrate` tests itself on each data set. Here the same on simulated companies whose
parameters are known, at the size of a real question: {people:,} people, {months} months, {series}
series, six parameters of `base`. Made by
`uv run python benchmarks/calibration.py --out FOLDER --page docs/calibration.md`.

**Time.** {time} On {machine}.

**Truths of the model.** Each run of the first wave was taken for data and found again by fits that
had not seen it. A 90 % range should hold the truth in 90 % of cases. *Learned* counts truths whose
range was narrower than half of the prior's; *width* is the range over the prior's, *R²* how much
of the parameter the series tell out of sample, *p of ranks* a test of whether truths lie anywhere
in their ranges alike. The last row is a parameter on which nothing depends.

{coverage}

**Truths of a changed model.** No model is right. Here: {changed}. Ranges are
those that a user would get, widened where the model does not fit.

{others}
"""


def answer_words(told: dict[str, Any]) -> str:
    """Say how often ranges held the truth, where least often, and what cannot be learned."""
    own = [one for one in told["coverage"] if one["parameter"] != IDLE]
    held = [100 * one["coverage"] for one in own]
    lost = [one["parameter"] for one in own if not one["learned"]]
    ends = f"{min(held):.1f} to {max(held):.1f} %"
    said = f"Ranges held the truth in {ends} of cases (promised: 90)."
    seen = [one for one in told["changed"]["rows"] if one["learned_coverage"] is not None]
    if seen:
        worst = min(seen, key=lambda one: float(one["learned_coverage"]))
        n = int(worst["learned"])
        share = f"{round(n * worst['learned_coverage'])} of {n} cases"
        said += f" In a changed model they held it in {share} for {worst['parameter']},"
        said += " where the data seemed to tell it."
    if lost:
        names = " and ".join([*([", ".join(lost[:-1])] if lost[1:] else []), lost[-1]])
        said += (
            f" {len(lost)} of {len(own)} parameters ({names}) cannot be learned from the series."
        )
    uneven = uneven_words({one["parameter"]: one for one in own})
    return f"{said} {uneven}" if uneven else said


def wrapped(text: str) -> str:
    """Return a paragraph in lines; a number stays with its per cent sign."""
    lines = fill(text.replace(" %", "\u00a0%"), 100, break_long_words=False, break_on_hyphens=False)
    return lines.replace("\u00a0", " ")


def write_page(file: Path, told: dict[str, Any], asked: argparse.Namespace) -> None:
    """Write the page of the documentation."""
    about = told["machine"]
    text = PAGE.format(
        answer=wrapped(answer_words(told)),
        people=asked.people, months=asked.months, series=len(SERIES) + 1, time=time_words(told),
        machine=f"{about['cores']} cores, {about['processor']}, Python {about['python']}",
        coverage=_markdown(COLUMNS, [_cells(one) for one in told["coverage"]]),
        changed=changed_words(told["changed"]).partition(": ")[2],
        others=_markdown(OF_CHANGED, [_few(one) for one in told["changed"]["rows"]]),
    )  # fmt: skip
    file.write_text(text, "utf-8")


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(one: dict[str, Any]) -> list[str]:
    return [
        one["parameter"], str(one["truths"]), f"{one['r2']:.2f}", f"{one['width']:.2f}",
        f"{one['coverage']:.3f}", _chance(one["rank_p"]), str(one["learned"]),
        _share(one["learned_coverage"] if one["learned"] else None), f"{one['unknown']:.3f}",
    ]  # fmt: skip


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


if __name__ == "__main__":
    main()
