"""Studies of a scenario: run it, compare what-ifs, attribute its value, calibrate it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simulation.errors import Fault, FaultList, InputError, check_path
from simulation.execution import Unwatched, executor
from simulation.simulate import DEFAULT_MODEL, check_model
from simulation.studies.arguments import (
    check_kind,
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
from simulation.studies.decider import decider
from simulation.studies.run.plan import Replicates
from simulation.studies.seeds import seeds_of

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario
    from simulation.studies.attribution.result import AttributionResult
    from simulation.studies.calibration.result import CalibrationResult
    from simulation.studies.comparison.result import ComparisonResult
    from simulation.studies.run.result import ScenarioResult

from simulation.studies.library.carried_out import carried_out, draws_of

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
    draws = faults.attempt(draws_of, posterior)
    if draws is not None and chosen is not None:
        faults.attempt(draws.check, len(chosen), [scenario])
    named = None if whose is None else faults.attempt(check_text, whose, "whose")
    for_whom = None if named is None else faults.attempt(decider, named, scenario)
    study = Replicates(_name_of(scenario), scenario, faults.accepted(chosen), model,
                       columns=faults.accepted(columns), draws=draws,
                       for_whom=for_whom or "")  # fmt: skip
    return cast("ScenarioResult", carried_out(study, workers))


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
    draws = faults.attempt(draws_of, posterior)
    names = None if mechanisms is None else faults.attempt(check_texts, mechanisms, "mechanisms")
    if names is not None:
        faults.attempt(chosen_mechanisms, names, "")
    chosen = faults.accepted(given)
    sides = [Side(BASE, base), *(Side(name, scenario) for name, scenario in what_ifs.items())]
    first, *rest = sides if from_start else from_month_1(sides[0], sides[1:], model)
    pairs = paired(first, rest, chosen, model, draws)
    study = comparison_of(pairs, criteria or Criteria())
    if names is None:
        return cast("ComparisonResult", carried_out(study, workers))
    trials_through(study, names)  # what is wrong is said before anything is run
    result = carried_out(study, workers)
    run_through(result.folder, names, executor(workers, model), Unwatched())
    return cast("ComparisonResult", result)


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
    return cast("AttributionResult", carried_out(study, workers))


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
    return cast("CalibrationResult", carried_out(study, workers))


def _name_of(scenario: Scenario) -> str:
    words = scenario.title.partition(":")[0].lower().split()
    return "_".join(words) if words else "scenario"
