"""What ``cocreate explore`` does: every arm in every future, paired by seed within a future.

The base arm runs in all futures first. A future whose market no published figure allows is set
aside and counted; in the others all arms are run, replicate by replicate, the arms of a future with
the same seed next to each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast, override

from simulation.analysis.decision.places import places
from simulation.analysis.points import factors_of
from simulation.arrays import Floats
from simulation.errors import ExperimentError, Fault, FaultList, RunFailedError
from simulation.execution import RunTask
from simulation.experiment.design import DesignKind, Point
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import (
    Identity,
    Manifest,
    Measure,
    PlannedRun,
    RunRecord,
    RunStore,
)
from simulation.studies.exploration.arms import arm_texts, arms_of, level_arm
from simulation.studies.exploration.later import (
    DESIGN,
    FURTHER,
    MOST_SEEDS,
    Batch,
    Later,
    Purpose,
    Search,
)
from simulation.studies.exploration.measured import KEPT, Explored
from simulation.studies.exploration.waves import later_waves
from simulation.studies.folders import ELSEWHERE, held_runs, manifest_with
from simulation.studies.futures.arms import Arm, Future, joined
from simulation.studies.futures.decision import Decision, check_decision
from simulation.studies.futures.design import futures_of, placed, unknowns, valid, with_draws
from simulation.studies.futures.finished import LEAST_TO_ANSWER, check_finished
from simulation.studies.futures.seeds import Seeds, in_turn
from simulation.studies.futures.sieve import LIMIT, sieve_of
from simulation.studies.pasts import key_of, past_of
from simulation.studies.run.plan import write_snapshot
from simulation.studies.study import Pause, Room
from simulation.studies.sweep.plan import Sweep, factor_data, from_manifest, sweep_data

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.load import Changes

AS_USUAL, NOTHING_LATER = Search(), Later()


@dataclass(frozen=True)
class Exploration(Sweep):
    """An experiment over futures, and what is to be decided.

    Attributes:
        experiment: levers make the arms, uncertainties the futures.
        decision: whose benefit counts.
        set_aside: numbers of implausible futures, once they are known.
        search: how much is run after the design.
        later: what was run after the design, once it is known.
    """

    command: ClassVar[str] = "explore"

    decision: Decision = field(default_factory=Decision)
    set_aside: tuple[int, ...] = ()
    search: Search = AS_USUAL
    later: Later = NOTHING_LATER
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out of points already; the study as it goes on shares it."""

    @property
    def identity(self) -> str:
        """What a folder of these runs is for: more futures, seeds or arms go on with it."""
        kept = [asdict(outcome) for outcome in self.experiment.outcomes]
        parts = [self.experiment.base.fingerprint, model_version(self.model), kept,
                 list(self.experiment.series)]  # fmt: skip
        parts += ["from the start"] if self.experiment.from_start else []
        draws = self.experiment.draws
        parts += [] if draws is None else [draws.digest]
        text = json.dumps(["explore", *parts], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def grows(self) -> bool:
        """Which futures are plausible, only runs can show."""
        return True

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """What can be decided, the base first."""
        return arms_of(self.experiment)

    @cached_property
    def every_arm(self) -> tuple[Arm, ...]:
        """The arms, and levels of a lever that were run later."""
        known = {arm.name: arm for arm in self.arms}
        for batch in self.later.batches:
            if batch.level is not None:
                known.setdefault(batch.arm, level_arm(self.experiment, batch.level))
        return tuple(known.values())

    @property
    def futures(self) -> tuple[Future, ...]:
        """The scenario's own values, and the futures of the design."""
        if "futures" not in self.known:
            is_valid = valid(self.resolver.scenario)
            self.known["futures"] = futures_of(self.experiment, self.arms, is_valid)
        return cast("tuple[Future, ...]", self.known["futures"])

    def futures_in(self, batch: Batch) -> list[Future]:
        """Return the futures of a batch."""
        key = (batch.keys, batch.places, batch.first)
        if key not in self.known:
            factors, rows = unknowns(self.experiment), batch.places
            if batch.purpose is Purpose.LEVEL:  # fresh futures like those of the design
                draws = self.experiment.draws
                rows = tuple(map(tuple, with_draws(rows, factors, draws, batch.first)))
            self.known[key] = placed(
                factors, self.arms, valid(self.resolver.scenario), rows,
                first=batch.first, keys=batch.keys,
            )  # fmt: skip
        return cast("list[Future]", self.known[key])

    def places(self, futures: Sequence[Future]) -> Floats:
        """Return where some futures are, ``(n_futures, n_assumptions)``."""
        import pandas as pd

        factors = [factor_data(factor) for factor in unknowns(self.experiment)]
        settings = pd.DataFrame([future.point.cells for future in futures])
        return places(factors_of({"factors": factors}), settings)

    @cached_property
    def seeding(self) -> Seeds:
        """Which seeds its futures have."""
        return Seeds(self.seeds, len(self.futures))

    @override
    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: futures, arms, replicates; then later ones.

        Of futures that are set aside the base's first run stays, which shows why.
        """
        out = set(self.set_aside)
        design = [plan for plan in self.design if not _is_extra(plan, out, self.arms[0].name)]
        return [*design, *self.further, *(p for b in self.later.batches for p in self.runs_of(b))]

    @cached_property
    def design(self) -> list[PlannedRun]:
        """All arms in all futures."""
        return [
            self._plan(future, arm, place, seed, DESIGN)
            for future in self.futures
            for arm in self.arms
            for place, seed in enumerate(self.seeding.of(future.number))
        ]

    @cached_property
    def further(self) -> list[PlannedRun]:
        """Further seeds of futures that could not tell: of an arm, and of the base beside it."""
        wanted: dict[tuple[int, str], int] = {}
        for arm, more in self.later.further.items():
            for future, n in more.items():
                for name in (self.arms[0].name, arm):
                    wanted[future, name] = max(n, wanted.get((future, name), 0))
        named = {arm.name: arm for arm in self.arms}
        return [
            self._plan(self.futures[future], named[arm], place, seed, FURTHER)
            for (future, arm), n in sorted(wanted.items())
            for place, seed in self.seeding.beyond(future, n)
        ]

    def runs_of(self, batch: Batch) -> list[PlannedRun]:
        """Return the runs of a batch: the base once in all futures, both arms in those chosen."""
        named = {arm.name: arm for arm in self.every_arm}
        pair = [named[name] for name in dict.fromkeys((self.arms[0].name, batch.arm))]
        chosen = set(batch.chosen or ())
        return [
            self._plan(future, arm, place, seed, batch.purpose.value)
            for at, future in enumerate(self.futures_in(batch))
            for arm in (pair if at in chosen else pair[:1])
            for place, seed in enumerate(self.seeding.first(max(batch.replicates, len(self.seeds))))
            if (at in chosen and place < batch.replicates) or (place == 0 and self.market)
        ]

    @cached_property
    def _version(self) -> str:
        return model_version(self.model)

    def _plan(self, future: Future, arm: Arm, place: int, seed: int, phase: str) -> PlannedRun:
        names = [one.name for one in self.every_arm]
        most = max(len(self.seeding.present), MOST_SEEDS)
        point = joined(arm, future.point)
        plan = PlannedRun(
            run=(future.number * len(names) + names.index(arm.name)) * most + place,
            scenario=Path(self.experiment.scenario_name).stem,
            identity=Identity(self._marks(future, arm)[0], future.seed(seed), self._version),
            parameters={"future": future.number, "arm": arm.name, "replicate": place,
                        "phase": phase, **point.cells},
        )  # fmt: skip
        self.known[plan.run, plan.identity.key] = (future, arm)
        return plan

    def _marks(self, future: Future, arm: Arm) -> tuple[str, str]:
        """Return the fingerprints of an arm's scenario in a future, and of its past."""
        key = (future.number, future.key, arm.name)
        if key not in self.known:
            scenario = self.scenario_of(joined(arm, future.point))
            self.known[key] = (scenario.fingerprint, past_of(scenario))
        return cast("tuple[str, str]", self.known[key])

    def _is_first(self, plan: PlannedRun) -> bool:
        """Whether a run measures the market: the base's, once a future, always at own values."""
        if plan.parameters["arm"] != self.arms[0].name:
            return False
        return plan.parameters["replicate"] == 0 or plan.parameters["future"] == 0

    @property
    def market(self) -> str:
        """The market whose published figures futures are held against."""
        return self.scenario.market or ""

    @override
    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""
        market = self.market if self._is_first(plan) else ""
        outcomes = Explored(self.experiment.outcomes, market)
        future, arm = self.known[plan.run, plan.identity.key]
        past = key_of(self._marks(future, arm)[1], plan.identity.seed)
        return RunTask(
            plan.run, plan.identity, self.scenario_of(joined(arm, future.point)), self.model,
            outcomes, metrics=(*KEPT, *self.experiment.series), measures=outcomes.measures,
            past=past,
        )  # fmt: skip

    @override
    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        return self.command_of(self.point_of(plan), plan.identity.seed)

    def point_of(self, plan: PlannedRun) -> Point:
        """Return the settings of a planned run."""
        future, arm = self.known[plan.run, plan.identity.key]
        return joined(arm, future.point)

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
    def about(self) -> dict[str, Any]:
        """Return what was asked, to read and to do it again."""
        experiment = self.experiment
        points = len(self.arms) * (experiment.design.n or 1)
        explored = {
            "decision": asdict(self.decision),
            "arms": [arm.name for arm in self.arms],
            "settings": {arm.name: dict(arm.point.changes) for arm in self.arms},
            "labels": arm_texts(experiment, self.every_arm),
            "set_aside": list(self.set_aside),
            "mapped": [future.number for future in self.futures if future.mapped],
            "unknown": [factor.key for factor in unknowns(experiment)],
            "search": asdict(self.search),
            "later": self.later.as_data(),
        }
        return {
            "title": str(experiment.asked.get("title") or experiment.question),
            "scenario_name": experiment.scenario_name,
            "sweep": {**sweep_data(experiment, points), "exploration": explored},
        }

    @override
    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes runs."""
        result = {
            "future": Measure("", "number of the future; 0 is the scenario's own values"),
            "arm": Measure("", "what is decided; the first one is the base"),
            "replicate": Measure("", "number of the seed within the future, from 0"),
            "phase": Measure("", "what it was run for: design, further seeds, or a later purpose"),
        }
        for factor in self.experiment.factors:
            result.update(factor.measures)
        return result

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the base, and write what the runs say of the decision."""
        from simulation.studies.exploration.findings import write_findings

        write_snapshot(folder, self.scenario)
        write_findings(folder, manifest, self.scenario)


def _is_extra(plan: PlannedRun, out: set[int], base: str) -> bool:
    """Whether a run of a future that is set aside is not the one that shows why."""
    first = plan.parameters["arm"] == base and plan.parameters["replicate"] == 0
    return plan.parameters["future"] in out and not first


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
