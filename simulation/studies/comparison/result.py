"""Comparing scenarios as a library: which is better, for whom, from when, and how sure.

from simulation import compare, load_scenario

base = load_scenario("scenarios/telecom.toml")
found = compare(base, {"aligned": base.replace({"companies.focal.strategy.alignment": 0.9})})
found.comparisons       # difference, interval, verdict per outcome, actor and what-if
"""

from __future__ import annotations

import html
import json
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from simulation.analysis.better_off import (
    GROUPS,
    pair_of_people,
    people_table,
    person_margin,
)
from simulation.analysis.compare import Looks
from simulation.analysis.contrast import (
    COMPARISONS,
    CURVES,
    DEFINITION,
    WHOLE,
    Question,
    compared_keys,
    contrast,
    key_of,
    metrics_of,
    question_of,
    read_definition,
    text_of,
)
from simulation.analysis.sequential import FIRST_LOOK, Tolerance
from simulation.errors import Fault, InputError, RunFailedError
from simulation.execution import Executor
from simulation.simulate import DEFAULT_MODEL
from simulation.store import Counts, Manifest
from simulation.store.files import write_text
from simulation.studies.comparison.plan import (
    LEAST_PAIRS,
    PairedStore,
    Pairs,
    Side,
    each_pair,
    paired,
    read_runs,
    read_series,
    remake,
    run_pairs,
    shared_labels,
    stored_pairs,
    write_frame,
)
from simulation.studies.comparison.precision import MOST_PAIRS, Goal, Look, run_until
from simulation.studies.run.plan import Unwatched, Watch, now
from simulation.studies.run.result import Result, executor

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from simulation.scenario.schema import Scenario


@dataclass(frozen=True)
class Judging:
    """How a comparison is judged.

    Attributes:
        outcomes: what it is judged by, each as ``metric`` or ``metric:of``; the first one is what
            the answer is about. Value by actor and segment is always told besides.
        margin: differences within it are practically the same: ``"2%"`` of the base, or a number.
        precision: add pairs until the first outcome's difference is known to ± this: ``"5%"`` of
            the base, or a number.
        most: pairs at which adding ends.
    """

    outcomes: tuple[str, ...] = ()
    margin: str | None = None
    precision: str | None = None
    most: int = MOST_PAIRS

    def tolerances(self) -> tuple[Tolerance | None, Tolerance | None]:
        """Return margin and precision as distances, None where they are not given.

        Raises:
            InputError: with those that are no numbers above 0.
        """
        found: list[Tolerance | None] = []
        faults: list[Fault] = []
        for name, text in (("margin", self.margin), ("precision", self.precision)):
            try:
                found.append(None if text is None else Tolerance.parse(text, f"--{name}"))
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(faults)
        return found[0], found[1]


@dataclass(frozen=True)
class Comparing:
    """A comparison that can be done: pairs, and the question that they are to answer.

    Attributes:
        pairs: what is run; where pairs are added, the ones to begin with.
        question: what is asked of it.
        judging: how it was asked.
        goal: when to stop adding pairs; None where their number is fixed.
    """

    pairs: Pairs
    question: Question
    judging: Judging
    goal: Goal | None = None

    @property
    def definition(self) -> dict[str, Any]:
        """What is compared and how it is judged, as plain data."""
        return {
            "base": _side_data(self.pairs, self.pairs.base),
            "what_ifs": [_side_data(self.pairs, side) for side in self.pairs.what_ifs],
            "outcomes": [text_of(key) for key in self.question.outcomes],
            "margin": self.judging.margin,
            "precision": self.judging.precision,
            "looks": str(self.question.looks),
            "confidence": self.question.confidence,
        }


def _side_data(pairs: Pairs, side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "title": side.scenario.title,
        "fingerprint": pairs.fingerprints[side.name],
        "arguments": side.arguments,
        "scenario": side.scenario.model_dump(mode="json"),
    }


def ask(pairs: Pairs, judging: Judging, looks: Looks | None = None) -> Comparing:
    """Return the comparison of some pairs, if what it is judged by is recorded.

    Args:
        pairs: what is compared.
        judging: how.
        looks: how often results were looked at, where the number of pairs was settled before.

    Raises:
        InputError: an outcome is not recorded, with what was probably meant; or a margin or
            precision is no number above 0.
    """
    margin, precision = judging.tolerances()
    adding = precision is not None and looks is None
    labels = shared_labels(pairs) if judging.outcomes or adding else []
    outcomes = find_outcomes(judging.outcomes, labels) or (WHOLE,)
    if looks is None:
        looks = Looks.ANY if adding else Looks.ONCE
    names = tuple(side.name for side in pairs.what_ifs)
    question = Question(pairs.base.name, names, outcomes, margin, precision, looks)
    if precision is None or not adding:
        return Comparing(pairs, question, judging)
    n_intervals = len(names) * len(compared_keys(labels, outcomes))
    goal = Goal(text_of(outcomes[0]), precision, n_intervals, judging.most, question.confidence)
    return Comparing(pairs.first(min(FIRST_LOOK, judging.most)), question, judging, goal)


def find_outcomes(
    asked: Sequence[str], labels: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Return the outcomes that texts such as ``adoption:focal`` name.

    A metric without a name behind it is the whole where that is recorded, else every owner of it.

    Raises:
        InputError: with all that are not recorded.
    """
    found: list[tuple[str, str]] = []
    faults = []
    for text in asked:
        metric, of = key_of(text)
        own = [label for label in labels if label[0] == metric]
        chosen = [label for label in own if label[1] == of]
        if not chosen and not of:
            chosen = own
        if not chosen:
            faults.append(_unknown(text, metric, own, labels))
        found += chosen
    if faults:
        raise InputError(faults)
    return tuple(dict.fromkeys(found))


def _unknown(
    text: str, metric: str, own: Sequence[tuple[str, str]], labels: Sequence[tuple[str, str]]
) -> Fault:
    from simulation.scenario.suggest import listed, near

    if own:
        names = [text_of(label) for label in own]
        guess = near(text, names)
        hint = f"Did you mean {guess}?" if guess else f"There are {listed(names[:12])}."
        return Fault("is not recorded in all scenarios.", key=f"--outcome {text}", hint=hint)
    metrics = list(dict.fromkeys(label[0] for label in labels))
    guess = near(metric, metrics)
    hint = f"Did you mean {guess}?" if guess else f"There are {listed(metrics)}."
    return Fault("is no metric.", key=f"--outcome {text}", hint=hint)


def carry_out_comparison(
    asked: Comparing,
    store: PairedStore,
    work: Executor,
    watch: Watch,
    *,
    command_line: str = "",
    told: Callable[[Look], None] = lambda _: None,
) -> Manifest:
    """Do all pairs into an open store, make all tables, and return the manifest.

    Args:
        asked: what to compare.
        store: takes the runs.
        work: does the runs.
        watch: is told how runs come along.
        command_line: the command as it was typed.
        told: is told of every look at the results while pairs are added.

    Raises:
        RunFailedError: fewer than two pairs finished; the runs that did are kept.
    """
    started = monotonic()
    manifest = asked.pairs.manifest(command_line)
    store.begin(manifest)
    pairs = asked.pairs
    if asked.goal is None:
        counts = run_pairs(pairs, store, work, watch)
    else:
        pairs, counts = run_until(pairs, asked.goal, store, work, watch, told=told)
    _check_enough(pairs, store)
    done = replace(asked, pairs=pairs)
    finished = replace(
        pairs.manifest(command_line),
        runs=Counts(counts.done, counts.failed, counts.reused),
        started=manifest.started,
        finished=now(),
        elapsed_s=round(monotonic() - started, 3),
        remake=remake(store.folder),
    )
    return store.commit_pairs(pairs, finished, lambda folder: write_comparison(folder, done))


def _check_enough(pairs: Pairs, store: PairedStore) -> None:
    """Refuse to judge by fewer pairs than an interval needs."""
    plans = pairs.planned()
    done = {
        side.name: {
            plan.identity.seed for plan in plans if plan.scenario == side.name and store.has(plan)
        }
        for side in pairs.sides
    }
    for what_if in pairs.what_ifs:
        both = done[pairs.base.name] & done[what_if.name]
        if len(both) < LEAST_PAIRS:
            first = _first_error(store, pairs)
            raise RunFailedError(
                f"Only {len(both)} of {len(pairs.seeds)} pairs of {pairs.base.name} and "
                f"{what_if.name} finished; an interval needs {LEAST_PAIRS}. {first}"
            )


def _first_error(store: PairedStore, pairs: Pairs) -> str:
    from simulation.store import FailureRecord

    for plan in pairs.in_turn():
        record = store.read(plan)
        if isinstance(record, FailureRecord):
            return f"The first error: {record.error} See it again: {plan.remake}"
    return ""


def write_comparison(folder: Path, asked: Comparing) -> None:
    """Write the tables of a comparison, and what was compared, from the tables of its runs."""
    pairs, question = asked.pairs, asked.question
    segments = [segment.name for segment in pairs.base.scenario.segments]
    rows: list[dict[str, Any]] = []
    for name, seed, ours, theirs in each_pair(pairs, folder):
        margin = person_margin(question.margin, ours.surplus)
        told = pair_of_people(ours.surplus, theirs.surplus, ours.segment, segments, margin=margin)
        rows += [{"what_if": name, "seed": seed, **row} for row in told]
    runs, series = read_runs(folder), read_series(folder, metrics_of(question))
    found = contrast(series, runs, people_table(rows), question)
    for table, frame, told_of in (
        ("comparisons", found.comparisons, COMPARISONS),
        ("curves", found.curves, CURVES),
        ("people", found.people, GROUPS),
    ):
        write_frame(folder / f"{table}.parquet", frame, told_of)
    text = json.dumps(plain(asked.definition), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(folder / DEFINITION, text + "\n")


def plain(value: Any) -> Any:
    """Write infinity as the word ``inf``, for which JSON has no number; a scenario reads both."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def judging_of(definition: Mapping[str, Any]) -> Judging:
    """Return how a definition's comparison is judged."""
    return Judging(tuple(definition["outcomes"]), definition["margin"], definition["precision"])


def again(folder: Path) -> Comparing:
    """Return the comparison that a folder holds, with the same pairs, to be made again.

    Raises:
        ResultError: the folder holds no comparison, or it cannot be read.
    """
    definition = read_definition(folder)
    pairs = stored_pairs(folder)
    return Comparing(pairs, question_of(definition), judging_of(definition))


class Compared(Result):
    """The result of a comparison: its tables as pandas frames, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.definition = read_definition(folder)
        self.question = question_of(self.definition)

    @cached_property
    def comparisons(self) -> pd.DataFrame:
        """A row an outcome, actor and what-if: difference, interval, verdict, from when."""
        return self._table("comparisons")

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Differences over time with bands that hold for whole curves."""
        return self._table("curves")

    @cached_property
    def people(self) -> pd.DataFrame:
        """A row a pair and group of persons: share better off, gains and losses, inequality."""
        return self._table("people")

    @cached_property
    def answer(self) -> list[str]:
        """The answer in three sentences, computed from the tables."""
        from simulation.studies.comparison.answer import answer
        from simulation.studies.comparison.tables import read_compared

        return answer(read_compared(self.folder))

    def plot_difference(self, ax: Axes | None = None) -> Axes:
        """Draw the difference of the first outcome over time, with its band."""
        from simulation.studies.comparison.figures import difference
        from simulation.studies.comparison.tables import read_compared

        return difference(read_compared(self.folder), ax)

    def __repr__(self) -> str:
        what_ifs = ", ".join(self.question.what_ifs)
        return f"<Compared: {what_ifs} against {self.question.base}, {self._n_pairs} pairs>"

    def _repr_html_(self) -> str:
        columns = ["what_if", "outcome", "actor", "difference", "low", "high", "p_better",
                   "verdict"]  # fmt: skip
        table = self.comparisons[columns].to_html(
            index=False, float_format="{:,.4g}".format, na_rep="", border=0
        )
        told = "".join(f"<li>{html.escape(text)}</li>" for text in self.answer)
        return f"<h4>{html.escape(self.manifest.title)}</h4><ol>{told}</ol>{table}"

    @property
    def _n_pairs(self) -> int:
        return int(self.comparisons["pairs"].max())


def compare(
    base: Scenario,
    what_ifs: Mapping[str, Scenario],
    *,
    seeds: Iterable[int] | None = None,
    judging: Judging | None = None,
    workers: int | None = None,
    model: str = DEFAULT_MODEL,
) -> Compared:
    """Compare what-ifs with a base, all run with the same seeds, pair by pair.

    It is kept in a temporary folder that goes when the result does, unless it is saved.

    Args:
        base: what they are compared with.
        what_ifs: each by its name; ``base.replace({...})`` makes one.
        seeds: a seed a pair; as many as the base says if not given. With
            ``Judging(precision=…)`` pairs are added beyond those that are needed to begin, counting
            on from the first of these seeds.
        judging: outcomes, margin and precision; the co-created value and 95 % intervals by default.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        model: the model as ``module:Class``.

    Raises:
        InputError: the scenarios cannot be compared, or an outcome is not recorded.
        RunFailedError: fewer than two pairs finished.
    """
    first = base.run.seed
    chosen = tuple(range(first, first + base.run.replicates) if seeds is None else seeds)
    sides = [Side(name, scenario) for name, scenario in what_ifs.items()]
    asked = ask(paired(Side(BASE, base), sides, chosen, model), judging or Judging())
    shelter = Path(tempfile.mkdtemp(prefix="cocreate-"))
    try:
        folder = shelter / asked.pairs.base.name
        work = executor(workers, len(asked.pairs.planned()), model)
        with PairedStore.open(folder, asked.pairs.experiment) as store:
            carry_out_comparison(asked, store, work, Unwatched())
        result = Compared(folder)
    except BaseException:
        shutil.rmtree(shelter, ignore_errors=True)
        raise
    weakref.finalize(result, shutil.rmtree, shelter, ignore_errors=True)
    return result


BASE = "base"
"""What the base is called where it has no file."""


__all__ = ["Compared", "Judging", "compare"]
