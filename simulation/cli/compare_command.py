"""``cocreate compare``: which scenario is better, for whom, from when, and how sure."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.blocks import FOLDER, OUTPUT, with_options
from simulation.cli.compare_screen import VIEW
from simulation.cli.console import errors, safe
from simulation.cli.earlier import folder_of, once_more, refuse_typed, refuse_with_earlier
from simulation.cli.execute import RESULTS, Changed, Commission, Habits, execute
from simulation.cli.faults import reported
from simulation.cli.options import PosteriorOption, WhomOption, draws_of
from simulation.cli.what_if_text import parse_what_if
from simulation.errors import Fault, FaultList, InputError

if TYPE_CHECKING:
    from simulation.analysis.compare import Looks
    from simulation.studies.comparison.criteria import Criteria
    from simulation.studies.comparison.pairs import Side
    from simulation.studies.comparison.plan import Comparison
    from simulation.studies.comparison.precision import InterimLook

BaseArgument = Annotated[
    str,
    typer.Argument(metavar="BASE", help="Scenario file or name, or a comparison's manifest.json."),
]
WhatIfsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="WHAT_IF", help="Scenario files or names to compare with it."),
]
WhatIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar='"NAME: KEY=VALUE, …"',
        help="A what-if without a file: the base with changes; can be repeated.",
    ),
]
PairsOption = Annotated[
    int | None,
    typer.Option(
        "--replicates",
        "-r",
        min=1,
        help="Number of pairs, one per seed (default: the file's, else 20); with --precision, "
        "the maximum.",
    ),
]
PrecisionOption = Annotated[
    str | None,
    typer.Option(
        metavar="5%",
        help="Add pairs until the first outcome's difference is known to ± this: a share of "
        "the base, or a number in the scenario's units.",
    ),
]
MarginOption = Annotated[
    str | None,
    typer.Option(
        metavar="2%",
        help="Differences within ± this are practically the same: a share of the base, or a "
        "number in the scenario's units of the first outcome.",
    ),
]
OutcomesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="METRIC[:OF]",
        help="Outcome to compare (default: co_created_value); can be repeated. Value by actor "
        "and segment is always reported.",
    ),
]
FromStartOption = Annotated[
    bool,
    typer.Option(
        "--from-start",
        help="Let what-ifs differ from the founding on, not from month 1 in the base's market.",
    ),
]
ThroughOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Also attribute the first outcome's difference to mechanisms (Shapley values): "
        "names separated by commas, or usual. n mechanisms take 2^(n+1) runs for every "
        "seed.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", short_help="Compare scenarios: which is better, and for whom.")(
        with_options(compare)
    )


def compare(
    *,
    context: typer.Context,
    base: BaseArgument,
    what_ifs: WhatIfsArgument = None,
    written: WhatIfOption = None,
    replicates: PairsOption = None,
    precision: PrecisionOption = None,
    margin: MarginOption = None,
    outcomes: OutcomesOption = None,
    from_start: FromStartOption = False,
    for_whom: WhomOption = None,
    posterior: PosteriorOption = None,
    mechanisms: ThroughOption = None,
    changed: Annotated[Changed, ("months", "seed", "settings")],
    habits: Annotated[Habits, ("workers", *FOLDER, *OUTPUT, "shard")],
) -> None:
    """Compare scenarios run with the same seeds: which is better, for whom, from when, how certain.

    --set and --months apply to all scenarios. Finished runs are reused; after an
    interruption, the same command resumes.
    """
    changed = replace(changed, replicates=replicates)
    asked = tuple(outcomes or ()), margin, precision, for_whom
    with reported(as_json=habits.as_json):
        refuse_with_earlier(context, base, ["from_start"])
        if habits.shard is not None:
            hint = "Join the parts, then: cocreate compare RESULT/manifest.json --mechanisms …"
            refuse_typed(context, ["mechanisms"], "cannot be combined with --shard.", hint)
        faults = FaultList()
        faults.attempt(habits.check)
        faults.attempt(_check_mechanisms, mechanisms)
        faults.attempt(draws_of, posterior)
        given = ([base, *(what_ifs or ())], tuple(written or ()), changed, asked)
        study = faults.accepted(faults.attempt(understand, *given, from_start=from_start))
        study = with_posterior(study, posterior, changed.of_scenario(replicates=False))
        code = execute([_job(study, habits, mechanisms)], habits, VIEW)
    raise typer.Exit(code)


ComparisonWords = tuple[tuple[str, ...], str | None, str | None, str | None]
"""Outcomes, margin, precision and whose benefit decides, as they were typed."""


def _job(study: Comparison, habits: Habits, mechanisms: str | None) -> Commission:
    from simulation.studies.folders import result_folder

    after = None if mechanisms is None else _through(study, mechanisms)
    folder = result_folder(study, RESULTS, habits.out, force=habits.force)
    what_ifs = ", ".join(side.name for side in study.pairs.what_ifs)
    watched = replace(study, on_look=_teller(study, habits))
    title = f"{study.name} vs {what_ifs}"
    return Commission(watched, folder, title, after=after and partial(after, folder))


def _through(study: Comparison, mechanisms: str) -> Callable[[Path, Habits], None]:
    """Return what runs base and what-ifs with and without mechanisms, once all is understood.

    Raises:
        InputError: names are no mechanisms, or a what-if is none from month 1 on.
    """
    from simulation.studies.comparison.mechanisms import run_through, trials_through

    names = _mechanism_names(mechanisms)
    trials_through(study, names)  # what is wrong is said before anything is run

    def run(folder: Path, habits: Habits) -> None:
        from simulation.cli.progress import watching

        watch = watching("mechanisms", quiet=habits.quiet)
        run_through(folder, names, habits.executor(study.model), watch)

    return run


def _mechanism_names(text: str) -> list[str]:
    """Return the mechanisms that are named; none of them for the usual ones."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [] if names == ["usual"] else names


def _check_mechanisms(text: str | None) -> None:
    """Refuse names that are no mechanisms, whatever the scenarios are."""
    from simulation.studies.comparison.mechanisms import chosen_mechanisms

    if text is not None:
        chosen_mechanisms(_mechanism_names(text), "")


# --- understanding ---------------------------------------------------------------------------


def understand(
    sources: list[str],
    written: tuple[str, ...],
    changed: Changed,
    asked: ComparisonWords,
    *,
    from_start: bool = False,
) -> Comparison:
    """Return the comparison that the command line asks for.

    Raises:
        InputError: with all that is wrong.
    """
    from simulation.simulate import DEFAULT_MODEL, check_model
    from simulation.studies.comparison.criteria import find_outcomes
    from simulation.studies.comparison.pairs import from_month_1, labels_of, paired
    from simulation.studies.comparison.plan import comparison_of
    from simulation.studies.right_part import right_part_of

    folder = _comparison_in(sources[0])
    if folder is not None:
        if sources[1:] or written:
            hint = "Give the scenarios themselves to compare others."
            raise InputError([Fault("already contains its what-ifs.", file=folder, hint=hint)])
        return _once_more(folder, changed, asked)
    faults, model = FaultList(), changed.model or DEFAULT_MODEL
    faults.attempt(check_model, model)
    criteria = _criteria(changed, asked)
    faults.attempt(criteria.tolerances)
    sides = faults.attempt(_sides, sources, written, changed)
    if sides is None or faults:
        base = right_part_of(sources[0], changed.of_scenario(replicates=False, faults=FaultList()))
        if base is not None:
            faults.attempt(criteria.decider, base)
        raise InputError(faults)
    if not from_start:
        sides = from_month_1(sides[0], sides[1:], model)
    seeds = _seeds(sides[0], changed, precision=asked[2])
    pairs = faults.attempt(paired, sides[0], sides[1:], seeds, model)
    if pairs is None:
        faults.attempt(criteria.decider, sides[0].scenario)
        faults.attempt(find_outcomes, criteria.outcomes, labels_of(sides[0].scenario, model))
    return comparison_of(faults.accepted(pairs), criteria)


def with_posterior(study: Comparison, file: Path | None, settings: Mapping[str, Any]) -> Comparison:
    """Return a comparison each of whose pairs takes a draw of a posterior, where one is given.

    Args:
        study: the comparison; an earlier one may have draws already.
        file: a posterior or its folder.
        settings: what the command line sets in all scenarios.

    Raises:
        InputError: the file is none, or its parameters are not those of the scenarios, or set.
    """
    from simulation.experiment.posterior import read_posterior
    from simulation.studies.comparison.pairs import paired

    pairs = study.pairs
    draws = pairs.draws if file is None else read_posterior(file)
    if draws is None:
        return study
    draws.check(len(pairs.seeds), [pairs.base.scenario], settings)
    drawn = paired(pairs.base, pairs.what_ifs, pairs.seeds, pairs.model, draws)
    return replace(study, pairs=drawn)


def _comparison_in(base: str) -> Path | None:
    """Return the folder of an earlier comparison, if that is what was given."""
    from simulation.studies.comparison.definition import DEFINITION

    folder = folder_of(base)
    return folder if folder is not None and (folder / DEFINITION).is_file() else None


def _once_more(folder: Path, changed: Changed, asked: ComparisonWords) -> Comparison:
    """Return an earlier comparison: its scenarios, and its pairs unless others are asked for."""
    from simulation.studies.comparison.pairs import paired
    from simulation.studies.comparison.plan import comparison_of, stored

    held = once_more(folder, "compare", changed.model, stored)
    changes = changed.of_scenario(replicates=False)
    sides = [
        replace(side, scenario=side.scenario.replace(changes)) if changes else side
        for side in held.pairs.sides
    ]
    criteria = _criteria(changed, asked)
    fresh = not (changed.seed is None and changed.replicates is None and asked[2] is None)
    seeds = _seeds(sides[0], changed, precision=asked[2]) if fresh else held.seeds
    criteria = replace(
        criteria,
        outcomes=criteria.outcomes or held.criteria.outcomes,
        margin=criteria.margin or held.criteria.margin,
        precision=criteria.precision if fresh else held.criteria.precision,
        for_whom=criteria.for_whom if asked[3] else held.criteria.for_whom,
    )
    model = changed.model or held.model
    pairs = paired(sides[0], sides[1:], seeds, model, held.pairs.draws)
    if not fresh:
        return comparison_of(pairs, criteria, held.question.looks)
    same = criteria.precision is None and not changes
    return comparison_of(pairs, criteria, _looks(held, seeds) if same else None)


def _looks(held: Comparison, seeds: Sequence[int]) -> Looks | None:
    """Return how often results were looked at, if all pairs held are among the seeds."""
    from simulation.analysis.compare import Looks

    if set(held.seeds) < set(seeds):
        return Looks.ANY
    return held.question.looks if set(held.seeds) == set(seeds) else None


def _criteria(changed: Changed, asked: ComparisonWords) -> Criteria:
    from simulation.studies.comparison.criteria import Criteria
    from simulation.studies.comparison.precision import MOST_PAIRS

    outcomes, margin, precision, for_whom = asked
    most, whose = changed.replicates or MOST_PAIRS, for_whom or Criteria.for_whom
    return Criteria(outcomes, margin, precision, most, whose)


def _sides(sources: list[str], written: tuple[str, ...], changed: Changed) -> list[Side]:
    """Return base and what-ifs, or raise with the faults of all of them."""
    from simulation.scenario.files import find_scenario
    from simulation.scenario.load import load_scenario
    from simulation.studies.comparison.pairs import Side

    faults = FaultList()
    changes = changed.of_scenario(replicates=False, faults=faults)

    def read(source: str) -> Side:
        arguments = shlex.join([source, *changed.words()])
        return Side(find_scenario(source).stem, load_scenario(source, changes), arguments)

    sides = [faults.attempt(read, source) for source in sources]
    base = sides[0]
    for text in written:
        name, settings = faults.attempt(parse_what_if, text) or ("", {})
        arguments = shlex.join([sources[0], *changed.words(settings)])
        if base is not None:
            what_if = faults.attempt(base.scenario.replace, settings)
            sides.append(None if what_if is None else Side(name, what_if, arguments))
        else:  # what is wrong with the base is noted once; what this adds to it, as well
            faults.attempt(load_scenario, sources[0], {**changes, **settings})
    faults.refuse()
    return [side for side in sides if side is not None]


def _seeds(base: Side, changed: Changed, *, precision: str | None) -> tuple[int, ...]:
    """Return the seeds asked for; where pairs are added, those to begin with."""
    from simulation.analysis.sequential import FIRST_LOOK
    from simulation.studies.seeds import seeds_of

    if precision is None:
        return seeds_of(base.scenario, replicates=changed.replicates)
    return seeds_of(base.scenario, replicates=min(changed.replicates or FIRST_LOOK, FIRST_LOOK))


# --- telling ---------------------------------------------------------------------------------


def _teller(study: Comparison, habits: Habits) -> Callable[[InterimLook], None]:
    """Return what tells of each look at the results while pairs are added."""
    from simulation.analysis.comparison_question import text_of
    from simulation.recorder import METRICS
    from simulation.report.words import amount
    from simulation.scenario.units import Units

    first = study.question.outcomes[0]
    outcome, units = text_of(first), Units.of(study.pairs.base.scenario)
    unit = METRICS[first[0]].unit if first[0] in METRICS else ""

    def shown(value: float) -> str:
        return f"± {amount(*units.total(value, unit))}"

    def tell(look: InterimLook) -> None:
        if habits.quiet:
            return
        widths = [
            f"{shown(width) if width else 'the same in all'} ({name})"
            for name, width in look.half_widths.items()
        ]
        now = ", ".join(widths) if all(map(isfinite, look.half_widths.values())) else "too few"
        end = "enough" if look.reached else f"{look.more} more"
        if not look.asked:
            end = "the base is zero, so a share of it is not possible"
        errors().print(
            safe(f"{look.pairs} pairs: {outcome} {now}; requested {shown(look.asked)}: {end}."),
            soft_wrap=True,
        )

    return tell
