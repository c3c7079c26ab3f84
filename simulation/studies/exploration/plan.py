"""What ``cocreate explore`` does: every arm in every future, paired by seed within a future.

The base arm runs in all futures first. A future whose market no published figure allows is set
aside and counted; in the others all arms are run, replicate by replicate, the arms of a future with
the same seed next to each other.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.errors import ExperimentError, Fault, InputError, RunFailedError
from simulation.execution import RunTask
from simulation.experiment.design import DesignKind, Point
from simulation.scenario.suggest import did_you_mean, listed
from simulation.scenario.write import value_text
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import (
    FailureRecord,
    Identity,
    Manifest,
    Measure,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
)
from simulation.studies.exploration.arms import (
    Arm,
    Future,
    arms_of,
    futures_of,
    joined,
    seed_in,
    unknowns,
    valid,
)
from simulation.studies.exploration.measured import KEPT, LIMIT, Explored, sieve_of
from simulation.studies.run.plan import write_snapshot
from simulation.studies.study import Room
from simulation.studies.sweep.plan import Sweep, from_manifest, told

if TYPE_CHECKING:
    from simulation.experiment.experiment import Experiment
    from simulation.experiment.load import Changes

EVERYONE, CUSTOMERS = "everyone", "customers"
OWN_SEEDS = 8
"""Seeds with which the scenario's own values are run at least."""
LEAST_FUTURES = 16
"""Plausible futures that an answer needs at least."""
YEARLY_RATE = 0.05
LASTS = 60


@dataclass(frozen=True)
class Decision:
    """Whose benefit counts, and for how long.

    Attributes:
        whose: ``everyone``, ``customers`` (all people), a company, or ``partner:NAME``.
        rate: by which a year's delay is discounted.
        lasts: months for which the decision holds, to turn what knowledge is worth into money.
    """

    whose: str = EVERYONE
    rate: float = YEARLY_RATE
    lasts: int = LASTS

    @property
    def actor(self) -> str:
        """The actor as tables name it."""
        return self.whose.removeprefix("partner:")


@dataclass(frozen=True)
class Exploration(Sweep):
    """An experiment over futures, and what is to be decided.

    Attributes:
        experiment: levers make the arms, uncertainties the futures.
        decision: whose benefit counts.
        set_aside: numbers of implausible futures, once they are known.
    """

    command: ClassVar[str] = "explore"

    decision: Decision = Decision()
    set_aside: tuple[int, ...] = ()

    @property
    def identity(self) -> str:
        """What a folder of these runs is for: more futures, seeds or arms go on with it."""
        kept = [asdict(outcome) for outcome in self.experiment.outcomes]
        parts = [self.experiment.base.fingerprint, model_version(self.model), kept,
                 list(self.experiment.series)]  # fmt: skip
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
    def futures(self) -> tuple[Future, ...]:
        """The scenario's own values, and the futures."""
        return futures_of(self.experiment, self.arms, valid(self.resolver.scenario))

    @cached_property
    def own_seeds(self) -> tuple[int, ...]:
        """The seeds of the scenario's own values."""
        first, more = self.seeds[0], max(OWN_SEEDS - len(self.seeds), 0)
        taken = set(self.seeds)
        others = (seed for seed in range(first, first + more + len(taken)) if seed not in taken)
        return (*self.seeds, *(next(others) for _ in range(more)))

    @override
    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables: futures, arms, replicates.

        Of futures that are set aside the base's first run stays, which shows why.
        """
        out = set(self.set_aside)
        return [plan for plan in self._all if not _is_extra(plan, out, self.arms[0].name)]

    @cached_property
    def _all(self) -> list[PlannedRun]:
        version, name = model_version(self.model), Path(self.experiment.scenario_name).stem
        most = len(self.own_seeds)
        return [
            PlannedRun(
                run=(future.number * len(self.arms) + at) * most + place,
                scenario=name,
                identity=Identity(fingerprint, seed_in(future.number, seed), version),
                parameters={"future": future.number, "arm": arm.name, "replicate": place,
                            **joined(arm, future.point).cells},
            )
            for future in self.futures
            for at, arm in enumerate(self.arms)
            for fingerprint in (self._scenario(future, arm).fingerprint,)
            for place, seed in enumerate(self.seeds if future.number else self.own_seeds)
        ]  # fmt: skip

    def _scenario(self, future: Future, arm: Arm) -> Any:
        return self.resolver.scenario(joined(arm, future.point))

    def _point(self, plan: PlannedRun) -> Point:
        future, arm = divmod(plan.run // len(self.own_seeds), len(self.arms))
        return joined(self.arms[arm], self.futures[future].point)

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
        return RunTask(
            plan.run, plan.identity, self.resolver.scenario(self._point(plan)), self.model,
            outcomes, metrics=(*KEPT, *self.experiment.series), measures=outcomes.measures,
        )  # fmt: skip

    @override
    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        words = ["cocreate", "run", self.experiment.scenario_name]
        for path, value in {**self.experiment.fixed, **self._point(plan).changes}.items():
            words += ["--set", f"{path}={value_text(value)}"]
        words += ["--model", self.model] if self.model != DEFAULT_MODEL else []
        seed = str(plan.identity.seed)
        return shlex.join([*words, "--seed", seed, "--replicates", "1", "--workers", "0"])

    @override
    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield the base's first run in every future, then all arms of those that are plausible.

        Raises:
            RunFailedError: too few futures are plausible, or too few runs finished.
        """
        first = [
            plan for plan in self._all if self._is_first(plan) or plan.parameters["future"] == 0
        ]
        yield first
        sifted = replace(self, set_aside=tuple(sorted(self._implausible(store))))
        done = {plan.run for plan in first}
        rest = [plan for plan in sifted.planned() if plan.run not in done]
        yield sorted(rest, key=_in_turn)
        sifted.check_enough(store)
        return sifted

    def _implausible(self, store: RunStore) -> dict[int, list[str]]:
        """Return the futures to set aside, each with the figures that it misses."""
        figures = {}
        own = []
        for plan in self._all:
            record = store.read(plan) if self._is_first(plan) else None
            if isinstance(record, RunRecord):
                outcomes = dict(record.outcomes)
                if plan.parameters["future"] == 0:
                    own.append(outcomes)
                else:
                    figures[int(plan.parameters["future"])] = outcomes
        sieve = sieve_of(self.market, own)
        found = {future: [name for name, far in sieve.implausibility(seen).items() if far > LIMIT]
                 for future, seen in figures.items()}  # fmt: skip
        return {future: names for future, names in found.items() if names}

    def check_enough(self, store: RunStore) -> None:
        """Refuse to answer from fewer futures than an answer needs."""
        n = len(self.futures) - 1 - len(self.set_aside)
        if n < LEAST_FUTURES:
            raise RunFailedError(
                f"Only {n} of {len(self.futures) - 1} futures are plausible, and an answer needs "
                f"{LEAST_FUTURES}. Narrow the ranges of the uncertainties, or add futures with "
                "--futures; finished runs are kept."
            )
        finished = {plan.parameters["future"] for plan in self.planned() if store.has(plan)}
        if len(finished) < LEAST_FUTURES:
            errors = (store.read(plan) for plan in self.planned())
            first = next((one.error for one in errors if isinstance(one, FailureRecord)), "")
            raise RunFailedError(f"Runs finished in {len(finished)} futures only. The first "
                                 f"error: {first}")  # fmt: skip

    @override
    def about(self) -> dict[str, Any]:
        """Return what was asked, to read and to do it again."""
        experiment = self.experiment
        points = len(self.arms) * (experiment.design.n or 1)
        explored = {
            "decision": asdict(self.decision),
            "arms": [arm.name for arm in self.arms],
            "set_aside": list(self.set_aside),
            "mapped": [future.number for future in self.futures if future.mapped],
            "unknown": [factor.key for factor in unknowns(experiment)],
        }
        return {
            "title": str(experiment.asked.get("title") or experiment.question),
            "scenario_name": experiment.scenario_name,
            "sweep": {**told(experiment, points), "exploration": explored},
        }

    @override
    def measures(self) -> dict[str, Measure]:
        """Return unit and meaning of what distinguishes runs."""
        found = {
            "future": Measure("", "number of the future; 0 is the scenario's own values"),
            "arm": Measure("", "what is decided; the first one is the base"),
            "replicate": Measure("", "number of the seed within the future, from 0"),
        }
        for factor in self.experiment.factors:
            found.update(factor.measures)
        return found

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


def _in_turn(plan: PlannedRun) -> tuple[int, int, int]:
    """Return a run's place: replicates first, then futures, the arms of each side by side."""
    return (int(plan.parameters["replicate"]), int(plan.parameters["future"]), plan.run)


def check_decision(experiment: Experiment, decision: Decision) -> None:
    """Refuse a decision for somebody who is not in the scenario.

    Raises:
        InputError: with who there is.
    """
    base = experiment.base
    known = [EVERYONE, CUSTOMERS, *(company.name for company in base.companies),
             *(f"partner:{partner.name}" for partner in base.partners)]  # fmt: skip
    faults = []
    if decision.whose not in known:
        hint = did_you_mean(decision.whose, known) or f"There are {listed(known)}."
        faults.append(
            Fault(f"is nobody in the scenario: {decision.whose}.", key="--for", hint=hint)
        )
    if not 0.0 <= decision.rate < 1.0:
        message = f"must be at least 0 and less than 1. Got {decision.rate:g}."
        faults.append(Fault(message, key="--rate", hint="Write 0.05 for 5 % a year."))
    if faults:
        raise InputError(faults)


def exploration_of(
    experiment: Experiment, decision: Decision, model: str = DEFAULT_MODEL
) -> Exploration:
    """Return the exploration of an experiment whose design is of futures.

    Raises:
        ExperimentError: its design is of another kind, or it has one arm only.
        InputError: the decision is for nobody.
    """
    check_decision(experiment, decision)
    found = Exploration(experiment, model, decision)
    if experiment.design.kind is not DesignKind.FUTURES:
        hint = 'Write kind = "futures" and n = 256 under [design], or add --futures 256.'
        message = f"is {experiment.design.kind.value}; only futures can be explored."
        raise ExperimentError([Fault(message, key="design.kind", hint=hint)])
    if len(found.arms) < 2:
        hint = "Give a lever two levels, or the present one and another."
        raise ExperimentError([Fault("leave nothing to decide.", key="levers", hint=hint)])
    return found


def stored(folder: Path) -> Exploration:
    """Return the exploration that a folder holds.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
        ResultError: it is no exploration.
    """
    return from_result(read_manifest(folder))


def from_result(
    manifest: Manifest, changes: Changes | None = None, model: str | None = None,
    decision: Decision | None = None,
) -> Exploration:  # fmt: skip
    """Return the exploration that a result was made by, with changes.

    Raises:
        ExperimentError: it cannot be carried out again by this version.
        ResultError: it is no exploration.
    """
    sweep = from_manifest(manifest, changes, model)
    explored = manifest.sweep["exploration"]
    found = exploration_of(
        sweep.experiment, decision or Decision(**explored["decision"]), sweep.model
    )
    return found if changes is not None else replace(found, set_aside=tuple(explored["set_aside"]))
