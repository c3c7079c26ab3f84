"""The package as a library: carry out a study, and look at its results.

    from simulation import compare, load_scenario, run

    base = load_scenario("scenarios/telecom.toml")
    result = run(base, replicates=10)
    result.plot("co_created_value")
    compare(base, {"aligned": base.replace({"companies.focal.strategy.alignment": 0.9})})

Results are kept in a temporary folder that is deleted together with them, unless they are saved.
For long studies use the command line, which resumes where it was interrupted.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from simulation.errors import Fault, FaultList, InputError, RunFailedError, check_path
from simulation.execution import Unwatched, check_workers, executor
from simulation.experiment.load import Changes, load_experiment
from simulation.experiment.posterior import ParameterDraws, read_posterior
from simulation.scenario.suggest import slug
from simulation.simulate import DEFAULT_MODEL, check_model
from simulation.studies.arguments import (
    check_all,
    check_kind,
    check_model_name,
    check_number,
    check_run,
    check_table,
    check_text,
    check_texts,
    scenario_faults,
)
from simulation.studies.attribution.wanted import OUTCOME, WINDOW, Wanted, trial_of
from simulation.studies.calibration.asked import calibration_of
from simulation.studies.calibration.plan import Effort
from simulation.studies.comparison.criteria import Criteria
from simulation.studies.comparison.mechanisms import chosen_mechanisms, run_through, trials_through
from simulation.studies.comparison.pairs import Side, from_month_1, paired
from simulation.studies.comparison.plan import comparison_of
from simulation.studies.decider import EVERYONE, decider
from simulation.studies.exploration.later import Search
from simulation.studies.exploration.plan import exploration_of
from simulation.studies.futures.decision import LASTS, YEARLY_RATE, Decision
from simulation.studies.optimisation.aim import Aim, check_loss, limits_of
from simulation.studies.optimisation.plan import optimisation_of
from simulation.studies.optimisation.search import RUNGS, Rung
from simulation.studies.optimisation.usual import experiment_of
from simulation.studies.question.load import load_question
from simulation.studies.result import Result, open_result
from simulation.studies.run.plan import Replicates
from simulation.studies.seeds import check_seeds, seeds_of
from simulation.studies.study import Study, carry_out
from simulation.studies.sweep.plan import Sweep

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario
    from simulation.studies.attribution.result import AttributionResult
    from simulation.studies.calibration.result import CalibrationResult
    from simulation.studies.comparison.result import ComparisonResult
    from simulation.studies.exploration.result import ExplorationResult
    from simulation.studies.optimisation.result import OptimisationResult
    from simulation.studies.question.result import QuestionResult
    from simulation.studies.run.result import ScenarioResult
    from simulation.studies.sweep.result import SweepResult

BASE = "base"
"""What the base of a comparison is called where it has no file."""


def run(
    scenario: Scenario,
    *,
    seeds: Iterable[int] | None = None,
    replicates: int | None = None,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
    panel: Iterable[str] = (),
    posterior: str | Path | None = None,
    whose: str | None = None,
) -> ScenarioResult:
    """Run a scenario with several seeds and return the result.

    Args:
        scenario: all inputs.
        seeds: one seed per run; as many as the scenario says if not given.
        replicates: how many seeds, from the scenario's first, instead of ``seeds``.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.
        panel: columns of people to record for every person in every month, such as ``provider``,
            ``attitude:focal``, or ``attitude`` for all companies; see ``Result.panel``.
        posterior: a calibration's folder or posterior file; each seed takes a draw of it.
        whose: whose benefit counts in the report: ``everyone``, ``customers``, a company,
            ``partner:NAME``; the first company's if nobody is named.

    Raises:
        InputError: seeds are invalid, the panel names an unknown column, or nobody is called so.
        RunFailedError: no run finished.
    """
    check_run(scenario, workers, model)
    faults = FaultList()
    faults.attempt(check_model, model)
    chosen = faults.attempt(seeds_of, scenario, seeds, replicates)
    columns = faults.attempt(check_texts, panel, "panel")
    draws = faults.attempt(_draws_of, posterior)
    if draws is not None and chosen is not None:
        faults.attempt(draws.check, len(chosen), [scenario])
    named = None if whose is None else faults.attempt(check_text, whose, "whose")
    for_whom = None if named is None else faults.attempt(decider, named, scenario)
    study = Replicates(_name_of(scenario), scenario, faults.accepted(chosen), model,
                       columns=faults.accepted(columns), draws=draws,
                       for_whom=for_whom or "")  # fmt: skip
    return cast("ScenarioResult", _carried_out(study, workers))


def compare(
    base: Scenario,
    what_ifs: Mapping[str, Scenario],
    *,
    seeds: Iterable[int] | None = None,
    replicates: int | None = None,
    criteria: Criteria | None = None,
    from_start: bool = False,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
    posterior: str | Path | None = None,
    mechanisms: Iterable[str] | None = None,
) -> ComparisonResult:
    """Compare what-ifs with a base, all run with the same seeds, pair by pair.

    Args:
        base: the scenario to compare with.
        what_ifs: scenarios by name; ``base.replace({...})`` makes one.
        seeds: one seed per pair; as many as the base says if not given. With
            ``Criteria(precision=…)`` pairs are added beyond those needed to begin, with seeds
            that follow the first of these.
        replicates: how many seeds, from the base's first, instead of ``seeds``.
        criteria: outcomes, margin and precision; the co-created value and 95 % intervals by
            default.
        from_start: let what-ifs differ from the founding on, and not from month 1.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.
        posterior: a calibration's folder or posterior file; each pair takes a draw of it.
        mechanisms: names of mechanisms whose shares in the first difference are determined, none
            of them for the usual ones; see ``ComparisonResult.mechanisms``. With n of them
            2^(n+1) runs for every seed.

    Raises:
        InputError: the scenarios cannot be compared, seeds are wrong, or an outcome is not
            recorded.
        RunFailedError: fewer than two pairs finished.
    """
    check_run(base, workers, model)
    _check_comparison(what_ifs, criteria)
    faults = FaultList()
    faults.attempt(check_model, model)
    given = faults.attempt(seeds_of, base, seeds, replicates)
    draws = faults.attempt(_draws_of, posterior)
    names = None if mechanisms is None else faults.attempt(check_texts, mechanisms, "mechanisms")
    if names is not None:
        faults.attempt(chosen_mechanisms, names, "")
    chosen = faults.accepted(given)
    sides = [Side(BASE, base), *(Side(name, scenario) for name, scenario in what_ifs.items())]
    first, *rest = sides if from_start else from_month_1(sides[0], sides[1:], model)
    pairs = paired(first, rest, chosen, model, draws)
    study = comparison_of(pairs, criteria or Criteria())
    if names is None:
        return cast("ComparisonResult", _carried_out(study, workers))
    trials_through(study, names)  # what is wrong is said before anything is run
    result = _carried_out(study, workers)
    run_through(result.folder, names, executor(workers, model), Unwatched())
    return cast("ComparisonResult", result)


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
    return cast("SweepResult", _carried_out(study, workers))


def attribute(
    scenario: Scenario,
    to: str = "functions",
    *,
    levers: Iterable[str] = (),
    company: str | None = None,
    outcome: str = OUTCOME,
    window: str = WINDOW,
    seeds: Iterable[int] | None = None,
    replicates: int | None = None,
    workers: int | None = None,
) -> AttributionResult:
    """Attribute an outcome: who created the value, why, and what it depends on.

    Args:
        scenario: all inputs.
        to: ``functions`` (innovation, marketing & sales, platform), ``switches``, ``levers``,
            ``mechanisms``, ``parts`` or ``layers``.
        levers: with ``to="levers"``, parameters and their ranges, such as
            ``companies.focal.price=0.2..0.5``.
        company: the company whose functions are meant; the first if not given.
        outcome: the outcome to attribute, ``metric`` or ``metric:of``.
        window: months that count: ``whole``, ``last 12 months``, ``months 13-24``.
        seeds: one seed per replicate of every case; as many as the scenario says if not given.
        replicates: how many seeds, from the scenario's first, instead of ``seeds``.
        workers: processes at the same time, all cores if not given; 0 runs in this process.

    Raises:
        InputError: with all faults of the arguments.
        RunFailedError: no seed has every case.
    """
    check_run(scenario, workers, DEFAULT_MODEL)
    faults = FaultList()
    for key, value in (("to", to), ("outcome", outcome), ("window", window)):
        faults.attempt(check_text, value, key)
    texts = faults.attempt(check_texts, levers, "levers")
    chosen = faults.attempt(seeds_of, scenario, seeds, replicates)
    if texts is None or any(fault.key in ("to", "outcome", "window") for fault in faults):
        raise InputError(faults)
    wanted = Wanted(to, ",".join(texts), company, outcome=outcome, window=window)
    study = faults.attempt(trial_of, _name_of(scenario), scenario, wanted, chosen or ())
    study = faults.accepted(study)
    return cast("AttributionResult", _carried_out(study, workers))


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
                      posterior=faults.attempt(_draws_of, posterior))  # fmt: skip
    name = faults.attempt(check_path, question, "question")
    where = faults.attempt(check_text, market, "market") or ""
    asked = None
    if name is not None:
        asked = faults.attempt(load_question, name, where, quick=quick, changes=changes)
    return cast("QuestionResult", _carried_out(faults.accepted(asked), workers))


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
                      posterior=faults.attempt(_draws_of, posterior))  # fmt: skip
    file = faults.attempt(check_path, experiment, "experiment")
    loaded = None if file is None else faults.attempt(load_experiment, file, changes)
    before = len(faults)
    faults.attempt(check_text, whose, "whose")
    faults.attempt(check_number, rate, "rate")
    faults.attempt(check_number, lasts, "lasts")
    if loaded is None or len(faults) > before:
        raise InputError(faults)
    decision = Decision(whose, rate, lasts)
    study = faults.attempt(exploration_of, loaded, decision, model, Search(budget, search))
    return cast("ExplorationResult", _carried_out(faults.accepted(study), workers))


def _check_named_model(model: str, faults: FaultList) -> None:
    """Note what is wrong with the name of a model, or else with the model itself."""
    if faults.attempt(check_model_name, model) is not None:
        faults.attempt(check_model, model)


def _draws_of(posterior: str | Path | None) -> ParameterDraws | None:
    return None if posterior is None else read_posterior(check_path(posterior, "posterior"))


def _check_comparison(what_ifs: object, criteria: object) -> None:
    """Refuse what-ifs that are no scenarios by name, and criteria that are none.

    Raises:
        InputError: with all that is wrong.
    """
    table = check_table(what_ifs, "what_ifs")
    faults = [
        fault
        for name, one in table.items()
        for fault in scenario_faults(one, f"what_ifs[{name!r}]")
    ]
    if criteria is not None and not isinstance(criteria, Criteria):
        faults.append(Fault("must be Criteria(…).", key="criteria"))
    if faults:
        raise InputError(faults)


def calibrate(
    scenario: Scenario,
    data: str | Path,
    *,
    parameters: Iterable[str] = (),
    mapping: str | Path | None = None,
    effort: Effort | None = None,
    start: bool = False,
    changed: str = "",
    workers: int | None = None,
) -> CalibrationResult:
    """Find the ranges of parameters that observed months leave.

    Args:
        scenario: where everything starts from.
        data: a file of monthly series, as ``observe`` writes it.
        parameters: those to calibrate, each ``path`` or ``path=low..high``; six if none is given.
        mapping: a TOML file where names, units or months differ.
        effort: how many runs, and how many months are held out, as ``Effort(…)``.
        start: whether the market begins as the first month says.
        changed: the assumption of the changed model on which ranges are tested as well,
            ``path=value``; one at the end of its range if not given.
        workers: processes at the same time, all cores if not given; 0 runs in this process.

    Raises:
        InputError: with all faults of the data or the arguments.
        RunFailedError: too few runs finished.
    """
    check_run(scenario, workers, DEFAULT_MODEL)
    faults = FaultList()
    stated = faults.attempt(check_texts, parameters, "parameters") or ()
    faults.attempt(check_text, changed, "changed")
    if effort is not None:
        faults.attempt(check_kind, effort, Effort, "effort")
    file = faults.accepted(faults.attempt(check_path, data, "data"))
    study = calibration_of(
        _name_of(scenario), scenario, file, stated,
        mapping=None if mapping is None else check_path(mapping, "mapping"),
        effort=effort, start=start, changed=changed,
    )  # fmt: skip
    return cast("CalibrationResult", _carried_out(study, workers))


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
    return cast("OptimisationResult", _carried_out(study, workers))


def _with_seeds[S: Sweep](study: S, seeds: Iterable[int] | None, replicates: int | None) -> S:
    """Return a sweep with other seeds, if they are given."""
    if seeds is None:
        return study
    if replicates is not None:
        seeds_of(study.scenario, seeds, replicates)
    return replace(study, experiment=replace(study.experiment, seeds=check_seeds(seeds)))


def _carried_out(study: Study, workers: int | None) -> Result:
    """Carry a study out in a temporary folder that goes when the result does."""
    shelter = Path(tempfile.mkdtemp(prefix="cocreate-"))
    try:
        folder = shelter / (slug(study.name) or study.command)
        carry_out(study, folder, executor(workers, study.model), Unwatched())
        result = open_result(folder)
        if not result.manifest.runs.done:
            first = result.failures["error"].iloc[0]
            raise RunFailedError(f"No run finished. The first error: {first}")
    except BaseException:
        shutil.rmtree(shelter, ignore_errors=True)
        raise
    weakref.finalize(result, shutil.rmtree, shelter, ignore_errors=True)
    return result


def _name_of(scenario: Scenario) -> str:
    words = scenario.title.partition(":")[0].lower().split()
    return "_".join(words) if words else "scenario"
