"""What ``cocreate explore`` does: every arm in every future, paired by seed within a future.

The base arm runs in all futures first. A future whose market no published figure allows is set
aside and counted; in the others all arms are run, replicate by replicate, the arms of a future with
the same seed next to each other.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast, override

from simulation.errors import ExperimentError, Fault, FaultList, RunFailedError
from simulation.experiment.design import DesignKind
from simulation.simulate import DEFAULT_MODEL
from simulation.store import (
    Manifest,
    PlannedRun,
    RunRecord,
    RunStore,
)
from simulation.studies.exploration.design import AS_USUAL, NOTHING_LATER, ExplorationDesign
from simulation.studies.exploration.later import (
    DESIGN,
    Later,
    Search,
)
from simulation.studies.exploration.waves import later_waves
from simulation.studies.folders import ELSEWHERE, held_runs, manifest_with
from simulation.studies.futures.decision import Decision, check_decision
from simulation.studies.futures.finished import LEAST_TO_ANSWER, check_finished
from simulation.studies.futures.seeds import in_turn
from simulation.studies.futures.sieve import LIMIT, sieve_of
from simulation.studies.run.plan import write_snapshot
from simulation.studies.study import Pause
from simulation.studies.sweep.plan import from_manifest

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.load import Changes


@dataclass(frozen=True)
class Exploration(ExplorationDesign):
    """An exploration and the waves in which its runs are done."""

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the base's first run in every future, then all arms of those that are plausible.

        Raises:
            RunFailedError: too few futures are plausible, or too few runs finished.
        """
        first = [
            plan for plan in self.design if self._is_first(plan) or plan.parameters["future"] == 0
        ]
        yield first
        begun = replace(self, later=NOTHING_LATER)
        sifted = replace(begun, set_aside=tuple(sorted(self.implausible(store, self.design))))
        sifted.check_plausible()
        had = {plan.run for plan in first}
        rest = [plan for plan in sifted.planned() if plan.run not in had]
        yield sorted(rest, key=in_turn)
        sifted.check_finished(store)
        done = yield from later_waves(sifted, store)
        yield Pause("working out the answer")
        return cast("Self", done)

    def implausible(self, store: RunStore, plans: Sequence[PlannedRun]) -> dict[int, list[str]]:
        """Return the futures to set aside, each with the figures that it misses.

        Args:
            store: has the base's first run of each.
            plans: runs of the futures in question, and of the scenario's own values.
        """
        figures = {}
        of_base = []
        for plan in plans:
            record = store.read(plan) if self._is_first(plan) else None
            if isinstance(record, RunRecord):
                outcomes = dict(record.outcomes)
                if plan.parameters["future"] == 0:
                    of_base.append(outcomes)
                else:
                    figures[int(plan.parameters["future"])] = outcomes
        sieve = sieve_of(self.market, of_base)
        missed = {future: [name for name, far in sieve.implausibility(seen).items() if far > LIMIT]
                 for future, seen in figures.items()}  # fmt: skip
        return {future: names for future, names in missed.items() if names}

    def check_plausible(self) -> None:
        """Refuse to go on with fewer plausible futures than an answer needs."""
        n = len(self.futures) - 1 - len(self.set_aside)
        if n < LEAST_TO_ANSWER:
            raise RunFailedError(
                f"Only {n} of {len(self.futures) - 1} futures are plausible, and an answer needs "
                f"{LEAST_TO_ANSWER}. Narrow the ranges of the uncertainties, or add futures with "
                "--futures; finished runs are kept."
            )

    def check_finished(self, store: RunStore) -> None:
        """Refuse to answer where runs finished in fewer futures than an answer needs."""
        aside = {0, *self.set_aside}
        plans = [plan for plan in self.design if plan.parameters["future"] not in aside]
        check_finished(plans, store)

    @override
    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """Return why it cannot go on in a folder: runs that this design does not have.

        Those that followed from what was found do not count: more runs may find something else.
        """
        frame = held_runs(folder)
        if frame is None:
            return None
        if "phase" in frame:
            frame = frame[frame["phase"] == DESIGN]
        held = set(zip(frame["fingerprint"], frame["seed"].tolist(), strict=True))
        lost = len(held - {(p.identity.fingerprint, p.identity.seed) for p in self.design})
        message = f"holds {lost} runs that this design does not have."
        return Fault(message, file=folder, hint=ELSEWHERE) if lost else None

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the base, and write what the runs say of the decision."""
        from simulation.studies.exploration.findings import write_findings

        write_snapshot(folder, self.scenario)
        write_findings(folder, manifest, self.scenario)


def exploration_of(
    experiment: Experiment, decision: Decision, model: str = DEFAULT_MODEL,
    search: Search | None = None,
) -> Exploration:  # fmt: skip
    """Return the exploration of an experiment whose design is of futures.

    Raises:
        ExperimentError: its design is of another kind, it has one arm only, or the decision is for
            nobody.
    """
    faults = FaultList()
    faults.attempt(check_decision, experiment, decision)
    study = Exploration(experiment, model, decision, search=search or AS_USUAL)
    if experiment.design.kind is not DesignKind.FUTURES:
        hint = 'Write kind = "futures" and n = 256 under [design], or add --futures 256.'
        message = f"is {experiment.design.kind.value}; only futures can be explored."
        faults.append(Fault(message, key="design.kind", hint=hint))
    if len(study.arms) < 2:
        hint = "Give a lever two levels, or the present one and another."
        faults.append(Fault("leave nothing to decide.", key="levers", hint=hint))
    faults.refuse(ExperimentError)
    return study


def stored(folder: Path) -> Exploration:
    """Return the exploration that a folder holds.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
        ResultError: it is no exploration.
    """
    made = ("exploration", "an exploration", "explore EXPERIMENT")
    return from_result(manifest_with(folder, *made))


def from_result(
    manifest: Manifest, changes: Changes | None = None, model: str | None = None,
    decision: Decision | None = None, search: Search | None = None,
) -> Exploration:  # fmt: skip
    """Return the exploration that a result was made by, with changes.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
    """
    sweep = from_manifest(manifest, changes, model)
    explored = manifest.sweep["exploration"]
    asked = search or Search(**explored.get("search", {}))
    held = decision or Decision(**explored["decision"])
    study = exploration_of(sweep.experiment, held, sweep.model, asked)
    if changes is not None:
        return study
    later = Later.of_data(explored.get("later", {}))
    return replace(study, set_aside=tuple(explored["set_aside"]), later=later)
