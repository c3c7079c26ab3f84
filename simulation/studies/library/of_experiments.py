"""Studies of a file that says what is varied: sweep, ask, explore, and a search of levers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from simulation.errors import FaultList, check_path
from simulation.execution import check_workers
from simulation.experiment.load import Changes, load_experiment
from simulation.simulate import DEFAULT_MODEL, check_model
from simulation.studies.arguments import (
    check_all,
    check_model_name,
    check_number,
    check_table,
    check_text,
    check_texts,
)
from simulation.studies.decider import EVERYONE
from simulation.studies.exploration.later import Search
from simulation.studies.exploration.plan import exploration_of
from simulation.studies.futures.decision import LASTS, YEARLY_RATE, Decision
from simulation.studies.optimisation.aim import Aim, check_loss, limits_of
from simulation.studies.optimisation.plan import optimisation_of
from simulation.studies.optimisation.search import RUNGS, Rung
from simulation.studies.optimisation.usual import experiment_of
from simulation.studies.question.load import load_question
from simulation.studies.seeds import check_seeds, seeds_of
from simulation.studies.sweep.plan import Sweep

if TYPE_CHECKING:
    from simulation.studies.exploration.result import ExplorationResult
    from simulation.studies.optimisation.result import OptimisationResult
    from simulation.studies.question.result import QuestionResult
    from simulation.studies.sweep.result import SweepResult

from simulation.studies.library.carried_out import carried_out, draws_of


def sweep(
    experiment: str | Path,
    *,
    seeds: Iterable[int] | None = None,
    replicates: int | None = None,
    settings: Mapping[str, Any] | None = None,
    design: Mapping[str, Any] | None = None,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
) -> SweepResult:
    """Run an experiment: one run for every point of its design and every seed.

    Args:
        experiment: a file, or the name of one.
        seeds: the seeds at every point; as the file says if not given.
        replicates: how many seeds, from the file's first, instead of ``seeds``.
        settings: parameters fixed for all points: ``{"run.months": 36}``.
        design: changes of the design: ``{"limit": 8}`` thins it to about that many points.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.

    Raises:
        ExperimentError: with all faults of the file.
        InputError: seeds are wrong.
        RunFailedError: no run finished.
    """
    faults = FaultList()
    faults.attempt(check_workers, workers)
    _check_named_model(model, faults)
    changes = Changes(
        replicates=replicates,
        settings=faults.attempt(check_table, settings, "settings") or {},
        design=faults.attempt(check_table, design, "design") or {},
    )
    file = faults.attempt(check_path, experiment, "experiment")
    loaded = None if file is None else faults.attempt(load_experiment, file, changes)
    study = _with_seeds(Sweep(faults.accepted(loaded), model), seeds, replicates)
    return cast("SweepResult", carried_out(study, workers))


def _with_seeds[S: Sweep](study: S, seeds: Iterable[int] | None, replicates: int | None) -> S:
    """Return a sweep with other seeds, if they are given."""
    if seeds is None:
        return study
    if replicates is not None:
        seeds_of(study.scenario, seeds, replicates)
    return replace(study, experiment=replace(study.experiment, seeds=check_seeds(seeds)))


def ask(
    question: str,
    *,
    market: str = "",
    quick: bool = False,
    futures: int | None = None,
    replicates: int | None = None,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    posterior: str | Path | None = None,
) -> QuestionResult:
    """Answer one of the sources' questions in many futures of a market, and return its verdict.

    Args:
        question: its name, or its file.
        market: the scenario that it is asked of; the one that its file names if not given.
        quick: a look at 64 futures, which never decides.
        futures: plausible futures that are wanted; 128 if not given.
        replicates: seeds of every future; 2 if not given.
        settings: parameters fixed for all runs: ``{"run.months": 36}``.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        posterior: a calibration's folder or posterior file, of this market; each future takes a
            draw of it.

    Raises:
        ExperimentError: with all faults of the file.
        RunFailedError: too few futures are plausible, or too few runs finished.
    """
    faults = FaultList()
    faults.attempt(check_workers, workers)
    design = {} if futures is None else {"n": futures}
    fixed = faults.attempt(check_table, settings, "settings") or {}
    changes = Changes(replicates=replicates, settings=fixed, design=design,
                      posterior=faults.attempt(draws_of, posterior))  # fmt: skip
    name = faults.attempt(check_path, question, "question")
    where = faults.attempt(check_text, market, "market") or ""
    asked = None
    if name is not None:
        asked = faults.attempt(load_question, name, where, quick=quick, changes=changes)
    return cast("QuestionResult", carried_out(faults.accepted(asked), workers))


def explore(
    experiment: str | Path,
    *,
    whose: str = EVERYONE,
    rate: float = YEARLY_RATE,
    lasts: int = LASTS,
    futures: int | None = None,
    replicates: int | None = None,
    settings: Mapping[str, Any] | None = None,
    budget: int | None = None,
    search: bool = True,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
    posterior: str | Path | None = None,
) -> ExplorationResult:
    """Compare what can be decided in many futures, and return where each arm is better.

    Args:
        experiment: a file, or the name of one; its levers make the arms, its uncertainties the
            futures.
        whose: whose benefit decides: ``everyone``, ``customers``, a company, ``partner:NAME``.
        rate: yearly discount rate.
        lasts: months for which the decision holds.
        futures: how many; as the file says if not given.
        replicates: seeds of every future; as the file says if not given.
        settings: parameters fixed for all runs: ``{"run.months": 36}``.
        budget: further runs of futures that cannot tell; half as many as the design has if not
            given.
        search: whether reversals are searched for, and what was found is run again.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.
        posterior: a calibration's folder or posterior file; each future takes a draw of it.

    Raises:
        ExperimentError: with all faults of the file.
        InputError: nobody of that name decides, or scikit-learn is missing.
        RunFailedError: too few futures are plausible, or too few runs finished.
    """
    design = {} if futures is None else {"kind": "futures", "n": futures}
    faults = FaultList()
    faults.attempt(check_workers, workers)
    _check_named_model(model, faults)
    fixed = faults.attempt(check_table, settings, "settings") or {}
    changes = Changes(replicates=replicates, settings=fixed, design=design,
                      posterior=faults.attempt(draws_of, posterior))  # fmt: skip
    file = faults.attempt(check_path, experiment, "experiment")
    loaded = None if file is None else faults.attempt(load_experiment, file, changes)
    before = len(faults)
    faults.attempt(check_text, whose, "whose")
    faults.attempt(check_number, rate, "rate")
    faults.attempt(check_number, lasts, "lasts")
    if loaded is None or len(faults) > before:
        loaded = faults.accepted(loaded)  # which raises
    decision = Decision(whose, rate, lasts)
    study = faults.attempt(exploration_of, loaded, decision, model, Search(budget, search))
    return cast("ExplorationResult", carried_out(faults.accepted(study), workers))


def optimise(
    scenario: str | Path,
    *,
    levers: Mapping[str, Any] | None = None,
    whose: Iterable[str] = (EVERYONE,),
    rate: float = YEARLY_RATE,
    rungs: Iterable[Rung] = RUNGS,
    keep: Iterable[str] = (),
    nobody_loses: str | None = None,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
) -> OptimisationResult:
    """Search levers for the best, and test what was found on seeds not used.

    Args:
        scenario: a file, or the name of one.
        levers: paths with their ranges, ``{"companies.focal.price": {"range": [0.2, 0.5]}}``; the
            first company's budget, education and outside-in if not given.
        whose: whose benefit counts (see ``explore``); several give a Pareto front.
        rate: yearly discount rate.
        rungs: how many candidates are run in how many pairs, each as ``Rung(…)``.
        keep: what has to be kept, ``["desk_wait<=5"]``: means of the last 12 months.
        nobody_loses: most that anybody may lose against the base: money a month, or ``"1%"`` of its
            gross value; any amount if not given.
        settings: parameters fixed for all runs: ``{"run.months": 36}``.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.

    Raises:
        ExperimentError: with all faults of the levers.
        InputError: nobody of that name benefits, or Optuna is missing.
    """
    faults = FaultList()
    faults.attempt(check_workers, workers)
    _check_named_model(model, faults)
    changes = Changes(settings=faults.attempt(check_table, settings, "settings") or {})
    moved = faults.attempt(check_table, levers, "levers") or {}
    limits = faults.attempt(limits_of, faults.attempt(check_texts, keep, "keep") or ())
    loss = None
    if nobody_loses is not None:
        loss = faults.attempt(check_text, nobody_loses, "nobody_loses")
        faults.attempt(check_loss, loss)
    steps = faults.attempt(check_all, rungs, Rung, "rungs")
    for_whom = faults.attempt(check_texts, whose, "whose")
    faults.attempt(check_number, rate, "rate")
    file = faults.attempt(check_path, scenario, "scenario")
    experiment = None if file is None else faults.attempt(experiment_of, file, moved, changes)
    experiment = faults.accepted(experiment)
    aim = Aim(for_whom or (), rate, steps or (), limits=limits or (), loss=loss)
    study = optimisation_of(experiment, aim, model)
    return cast("OptimisationResult", carried_out(study, workers))


def _check_named_model(model: str, faults: FaultList) -> None:
    """Note what is wrong with the name of a model, or else with the model itself."""
    if faults.attempt(check_model_name, model) is not None:
        faults.attempt(check_model, model)
