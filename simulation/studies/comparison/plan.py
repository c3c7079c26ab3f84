"""What ``cocreate compare`` does: scenarios run with the same seeds, and judged pair by pair.

paired -> Pairs -> comparison_of -> Comparison, a study -> carry_out
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.analysis.better_off import GROUPS, pair_of_people, people_table, person_margin
from simulation.analysis.compare import Looks
from simulation.analysis.comparison_question import (
    WHOLE,
    ComparisonQuestion,
    compared_keys,
    metrics_of,
    text_of,
)
from simulation.analysis.contrast import COMPARISONS, contrast
from simulation.analysis.difference_curves import CURVES
from simulation.analysis.sequential import FIRST_LOOK
from simulation.errors import Fault, FaultList, ResultError, RunFailedError
from simulation.execution import RunTask
from simulation.experiment.posterior import ParameterDraws
from simulation.store import (
    FailureRecord,
    Manifest,
    PlannedRun,
    RunStore,
    read_manifest,
)
from simulation.store.files import write_text
from simulation.store.manifest import MANIFEST
from simulation.store.plain import plain
from simulation.store.read import read_frame
from simulation.store.tables import write_frame
from simulation.studies.commands import run_alone, setting_words
from simulation.studies.comparison import precision
from simulation.studies.comparison.criteria import (
    Criteria,
    criteria_of,
    find_outcomes,
)
from simulation.studies.comparison.definition import (
    DEFINITION,
    question_of,
    read_definition,
    usual_outcomes,
)
from simulation.studies.comparison.pairs import (
    COMMAND,
    LEAST_PAIRS,
    Pairs,
    Side,
    each_pair,
    paired,
    shared_labels,
)
from simulation.studies.comparison.persons import is_whole_file
from simulation.studies.comparison.precision import Goal, InterimLook
from simulation.studies.run.plan import scenario_of
from simulation.studies.study import Room, Study

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Comparison(Study):
    """A base and its what-ifs, and the question that their pairs are to answer.

    Attributes:
        pairs: what is run; where pairs are added, the ones to begin with.
        question: what is asked of it.
        criteria: how it was asked.
        goal: when to stop adding pairs; None where their number is fixed.
        on_look: is called at every look at the results while pairs are added.
    """

    command: ClassVar[str] = COMMAND

    pairs: Pairs
    question: ComparisonQuestion
    criteria: Criteria
    goal: Goal | None = None
    on_look: Callable[[InterimLook], None] = field(
        default=lambda _: None, compare=False, repr=False
    )

    @property
    def name(self) -> str:
        """The name of the base."""
        return self.pairs.base.name

    @property
    def scenario(self) -> Scenario:
        """The base."""
        return self.pairs.base.scenario

    @property
    def seeds(self) -> tuple[int, ...]:
        """A seed a pair."""
        return self.pairs.seeds

    @property
    def model(self) -> str:  # type: ignore[override]
        """The model as ``module:Class``."""
        return self.pairs.model

    @property
    def identity(self) -> str:
        """What a folder of these pairs is for; more seeds make no different experiment of it."""
        return self.pairs.experiment

    @property
    def stem(self) -> str:
        """The name of its folder: ``<base>-vs-<what-ifs>-<digest>``."""
        from simulation.scenario.suggest import slug

        pairs = self.pairs
        digest = hashlib.sha256("".join(pairs.fingerprints.values()).encode()).hexdigest()[:8]
        names = "-".join(slug(side.name) or "what_if" for side in pairs.what_ifs)
        what_ifs = names if len(names) <= MOST_LETTERS else len(pairs.what_ifs)
        return f"{slug(pairs.base.name)}-vs-{what_ifs}-{digest}"

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: base, then each what-if."""
        return self.pairs.planned()

    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run and keeps its persons."""
        return self.pairs.task(plan, room.folder)

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        side = self.pairs.side(plan)
        settings = self.pairs.settings_of(side, plan.identity.seed)
        words = ["cocreate", "run", *(shlex.split(side.arguments) or [side.name])]
        return run_alone([*words, *setting_words(settings)], plan.identity.seed, self.model)

    @property
    def grows(self) -> bool:
        """Whether pairs are added until the goal is reached."""
        return self.goal is not None

    def about(self) -> dict[str, Any]:
        """Return what it is called."""
        names = ", ".join(side.name for side in self.pairs.what_ifs)
        draws = self.pairs.draws
        kept = {} if draws is None else {"posterior": draws.as_data()}
        return {"title": f"{names} against {self.name}", **kept}

    def resumed(self, folder: Path) -> Self:
        """Return the comparison as it goes on with the pairs that a folder holds.

        Where pairs are added, with all of these. Where more are asked for than those by which it
        has been judged already, whoever asks has looked at the results first, and may stop when
        they please: intervals are then valid however often that happens.
        """
        if self.goal is not None:
            n = max(len(self.seeds), len(self._held(folder)))
            return replace(self, pairs=self.pairs.first(n))
        if not was_looked_at(folder, self.pairs):
            return self
        return replace(self, question=replace(self.question, looks=Looks.ANY))

    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """Return why it cannot go on in a folder; pairs beyond those to begin with are welcome."""
        return super().conflict(folder, manifest) if not self._held(folder) else None

    def _held(self, folder: Path) -> tuple[int, ...]:
        return () if self.goal is None else held_seeds(folder, self.pairs)

    def is_whole(self, plan: PlannedRun, folder: Path) -> bool:
        """Whether the persons of a finished run are there, and can be read."""
        return is_whole_file(folder, plan.identity)

    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the runs so that a stop leaves whole pairs, and more of them up to the goal.

        Raises:
            RunFailedError: fewer than two pairs finished; the runs that did are kept.
        """
        pairs = self.pairs
        if self.goal is None:
            yield pairs.in_turn()
        else:
            pairs = yield from precision.waves(pairs, self.goal, store, self.on_look)
        done = replace(self, pairs=pairs)
        done.check_enough(store)
        return done

    def check_enough(self, store: RunStore) -> None:
        """Refuse to judge by fewer pairs than an interval needs."""
        pairs = self.pairs
        finished = {(plan.scenario, plan.identity.seed) for plan in pairs.planned()
                    if store.has(plan)}  # fmt: skip
        for what_if in pairs.what_ifs:
            both = [seed for seed in pairs.seeds
                    if {(pairs.base.name, seed), (what_if.name, seed)} <= finished]  # fmt: skip
            if len(both) < LEAST_PAIRS:
                raise RunFailedError(
                    f"Only {len(both)} of {len(pairs.seeds)} pairs of {pairs.base.name} and "
                    f"{what_if.name} finished; an interval needs {LEAST_PAIRS}. "
                    f"{self._first_error(store)}"
                )

    def _first_error(self, store: RunStore) -> str:
        for plan in self.pairs.in_turn():
            record = store.read(plan)
            if isinstance(record, FailureRecord):
                return f"The first error: {record.error} Reproduce it: {self.remake(plan)}"
        return ""

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Write the tables of the comparison, and what was compared, from those of its runs."""
        write_comparison(folder, self)
        self.note(folder)

    @override
    def note(self, folder: Path) -> None:
        """Write down what is compared, and how it is judged."""
        data = plain(self.definition, spell_infinity=True)
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
        write_text(folder / DEFINITION, text + "\n")

    @override
    def from_parts(self) -> Comparison:
        """Return the comparison with the precision that it was to reach, if it was."""
        adding = self.question.looks is Looks.ANY and self.criteria.precision is not None
        return comparison_of(self.pairs, self.criteria) if adding else self

    @property
    def definition(self) -> dict[str, Any]:
        """What is compared and how it is judged, as plain data."""
        most = {} if self.goal is None else {"most": self.criteria.most}
        return {
            **most,
            "base": _side_data(self.pairs, self.pairs.base),
            "what_ifs": [_side_data(self.pairs, side) for side in self.pairs.what_ifs],
            "outcomes": [text_of(key) for key in self.question.outcomes],
            "margin": self.criteria.margin,
            "precision": self.criteria.precision,
            "looks": str(self.question.looks),
            "seeds": len(self.seeds),
            "confidence": self.question.confidence,
            "for_whom": self.criteria.decider(self.pairs.base.scenario),
        }


MOST_LETTERS = 40
"""Of the names of what-ifs in the name of a folder; beyond that their number stands there."""


def _side_data(pairs: Pairs, side: Side) -> dict[str, Any]:
    extra = {"own_past": True} if side.name in pairs.of_other_markets else {}
    return {
        **extra,
        "name": side.name,
        "title": side.scenario.title,
        "fingerprint": pairs.fingerprints[side.name],
        "arguments": side.arguments,
        "scenario": side.scenario.model_dump(mode="json"),
    }


def comparison_of(pairs: Pairs, criteria: Criteria, looks: Looks | None = None) -> Comparison:
    """Return the comparison of some pairs, if what it is judged by is recorded.

    Args:
        pairs: what is compared.
        criteria: how.
        looks: how often results were looked at, where the number of pairs was settled before.

    Raises:
        InputError: an outcome is not recorded, with what was probably meant; or a margin or
            precision is no number above 0.
    """
    faults = FaultList()
    margin, precise = faults.attempt(criteria.tolerances) or (None, None)
    adding = precise is not None and looks is None
    whose = faults.attempt(criteria.decider, pairs.base.scenario)
    wanted = criteria.outcomes or usual_outcomes(whose or criteria.for_whom)
    plain = wanted == (text_of(WHOLE),)
    labels = shared_labels(pairs) if adding or not plain else []
    if plain or (whose is None and not criteria.outcomes):
        outcomes: tuple[tuple[str, str], ...] = (WHOLE,)
    else:
        outcomes = faults.attempt(find_outcomes, wanted, labels) or ()
    faults.refuse()
    if looks is None:
        looks = Looks.ANY if adding else Looks.ONCE
    names = tuple(side.name for side in pairs.what_ifs)
    question = ComparisonQuestion(pairs.base.name, names, outcomes, margin, precise, looks)
    if precise is None or not adding:
        return Comparison(pairs, question, criteria)
    n_intervals = len(names) * len(compared_keys(labels, outcomes))
    goal = Goal(text_of(outcomes[0]), precise, n_intervals, criteria.most, question.confidence)
    return Comparison(pairs.first(min(FIRST_LOOK, criteria.most)), question, criteria, goal)


def held_seeds(folder: Path, pairs: Pairs) -> tuple[int, ...]:
    """Return the seeds that a folder holds of this comparison, if they begin as asked."""
    if not (folder / MANIFEST).is_file():
        return ()
    manifest = read_manifest(folder)
    if manifest.experiment != pairs.experiment:
        return ()
    expected = tuple(range(pairs.seeds[0], pairs.seeds[0] + len(manifest.seeds)))
    return manifest.seeds if manifest.seeds == expected else ()


def was_looked_at(folder: Path, pairs: Pairs) -> bool:
    """Return whether a folder's comparison was judged before its number of pairs was settled.

    That is: by confidence sequences already, or by fewer pairs than are asked for now.
    """
    try:
        manifest, definition = read_manifest(folder), read_definition(folder)
    except ResultError:
        return False
    if manifest.experiment != pairs.experiment:
        return False
    judged = int(definition.get("seeds", len(manifest.seeds)))  # early versions do not state it
    return definition["looks"] == Looks.ANY or judged < len(pairs.seeds)


def write_comparison(folder: Path, asked: Comparison) -> None:
    """Write the tables of a comparison from the tables of its runs."""
    pairs, question = asked.pairs, asked.question
    segments = [segment.name for segment in pairs.base.scenario.segments]
    rows: list[dict[str, Any]] = []
    for name, seed, ours, theirs in each_pair(pairs, folder):
        margin = person_margin(question.margin, ours.surplus)
        pair = pair_of_people(ours.surplus, theirs.surplus, ours.segment, segments, margin=margin)
        rows += [{"what_if": name, "seed": seed, **row} for row in pair]
    runs = read_frame(folder / "runs.parquet", columns=["run", "scenario", "seed"])
    chosen = [("metric", "in", list(metrics_of(question)))]
    series = read_frame(folder / "series.parquet", where=chosen)
    compared = contrast(series, runs, people_table(rows), question)
    for table, frame, measures in (
        ("comparisons", compared.comparisons, COMPARISONS),
        ("curves", compared.curves, CURVES),
        ("people", compared.people, GROUPS),
    ):
        write_frame(folder / f"{table}.parquet", frame, measures)


def stored(folder: Path) -> Comparison:
    """Return the comparison that a folder holds, with the same pairs.

    Raises:
        ResultError: the folder holds no comparison, or it cannot be read.
    """
    definition, manifest = read_definition(folder), read_manifest(folder)
    base, *what_ifs = (
        Side(side["name"], scenario_of(side["scenario"]), side["arguments"])
        for side in (definition["base"], *definition["what_ifs"])
    )
    draws = ParameterDraws.of_data(manifest.posterior)
    pairs = paired(base, what_ifs, manifest.seeds, manifest.model, draws)
    return Comparison(pairs, question_of(definition), criteria_of(definition))
