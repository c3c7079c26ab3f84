"""The runs of an exploration: which arms and futures there are, and what each run is made of.

The arms of a future have the same seeds; no two futures share one. What is run later, once the
design has been judged, is planned here too, by what ``later`` says of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, cast, override

from simulation.analysis.decision.places import places
from simulation.analysis.points import factors_of
from simulation.arrays import Floats
from simulation.execution import RunTask
from simulation.experiment.design import Point
from simulation.simulate import model_version
from simulation.store import (
    Identity,
    Measure,
    PlannedRun,
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
from simulation.studies.futures.arms import Arm, Future, joined
from simulation.studies.futures.decision import Decision
from simulation.studies.futures.design import futures_of, placed, unknowns, valid, with_draws
from simulation.studies.futures.seeds import Seeds
from simulation.studies.pasts import key_of, past_of
from simulation.studies.study import Room
from simulation.studies.sweep.plan import Sweep, factor_data, sweep_data

AS_USUAL, NOTHING_LATER = Search(), Later()


@dataclass(frozen=True)
class ExplorationDesign(Sweep):
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


def _is_extra(plan: PlannedRun, out: set[int], base: str) -> bool:
    """Whether a run of a future that is set aside is not the one that shows why."""
    first = plan.parameters["arm"] == base and plan.parameters["replicate"] == 0
    return plan.parameters["future"] in out and not first
