"""Attributing value: the cases of a game, run under the same seeds.

Where budgets are frozen, the whole is run first under every seed, and all other cases then get
from revenue what it earned.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.errors import CocreateError, Fault, ResultError
from simulation.execution import RunTask
from simulation.experiment.outcomes import LAST_YEAR, Window
from simulation.scenario.suggest import file_name
from simulation.simulate import DEFAULT_MODEL, RunResult, mean_months, model_version
from simulation.store import (
    FailureRecord,
    Identity,
    Manifest,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
)
from simulation.store.files import write_text
from simulation.store.records import Record, encode
from simulation.studies.attribution.cases import scenario_of
from simulation.studies.attribution.games import Game, GameKind, Player, packed, unpacked
from simulation.studies.commands import run_alone
from simulation.studies.pasts import key_of, shared_pasts
from simulation.studies.run.persons import PersonsFile, persons_file
from simulation.studies.run.plan import scenario_of as stored_scenario
from simulation.studies.run.plan import write_snapshot
from simulation.studies.study import Room, Study, identity_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.scenario.scenario import Scenario

ASKED = "attribution.json"
"""The file of a result folder that says what was attributed."""

KEPT = ("co_created_value", "surplus", "alone")
"""Series that are kept of every case; of the whole all are, and its ledger."""


@dataclass(frozen=True)
class Means:
    """The outcomes of a run: the mean of each metric over some months.

    They are named ``metric`` or ``metric:of``. Months without a value do not count.
    """

    window: Window = LAST_YEAR

    def __call__(self, result: RunResult) -> dict[str, float]:
        """Return the outcomes."""
        means = mean_months(result.values[self.window.of(len(result.values))])
        names = (f"{metric}:{of}" if of else metric for metric, of in result.labels)
        return dict(zip(names, means.tolist(), strict=True))


@dataclass(frozen=True)
class Trial(Study):
    """A game played on a scenario under some seeds.

    Attributes:
        name: the scenario's name, usually that of its file.
        scenario: all inputs of the whole.
        game: what is attributed.
        seeds: the same for every case.
        window: months over which outcomes are means.
        outcome: what the answer is about, ``metric`` or ``metric:of``; all others are kept too.
        arguments: how the command line named all this, to write commands with.
        from_start: whether cases differ from the founding on, and not from month 1.
    """

    command: ClassVar[str] = "attribute"

    name: str
    scenario: Scenario
    game: Game
    seeds: tuple[int, ...]
    window: Window = LAST_YEAR
    outcome: str = "co_created_value"
    arguments: str = ""
    from_start: bool = False

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Return the scenario of every case by its name, the whole first.

        Raises:
            ScenarioError: a case makes no scenario.
        """
        result = {case.name: scenario_of(case, self.scenario) for case in self.game.cases()}
        if self.from_start:
            return result
        return {name: case.as_change_of(self.scenario) for name, case in result.items()}

    @cached_property
    def pasts(self) -> dict[str, str]:
        """What each case's months before month 1 depend on, where several share them."""
        return shared_pasts(self.scenarios)

    @property
    def identity(self) -> str:
        """What a folder of these runs is for; other seeds make no different experiment of it."""
        parts = ["attribute", self.game.kind, str(self.window), model_version()]
        parts += [f"{case}={fingerprint}" for case, fingerprint in self.fingerprints.items()]
        return identity_of(*parts)

    @property
    def stem(self) -> str:
        """The name of its folder."""
        return f"{file_name(self.name)}-{self.game.kind}-{self.identity[:8]}"

    def planned(self) -> list[PlannedRun]:
        """Return all runs, seed by seed, the whole first."""
        every = [(seed, case) for seed in self.seeds for case in self.scenarios]
        return [self._plan(run, seed, case) for run, (seed, case) in enumerate(every)]

    def _plan(self, run: int, seed: int, case: str) -> PlannedRun:
        return PlannedRun(
            run=run,
            scenario=self.name,
            identity=Identity(self.fingerprints[case], seed, model_version()),
            parameters={"case": case},
        )

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Return what identifies each case but its seed; a frozen one depends on the whole as well.

        By its name.
        """
        result = {case: scenario.fingerprint for case, scenario in self.scenarios.items()}
        if not self.game.frozen:
            return result
        whole = result[self.game.whole]
        return {case: _joined(print_, whole) if case != self.game.whole else whole
                for case, print_ in result.items()}  # fmt: skip

    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task of a run: with budgets that are earned, or that the whole earned."""
        case = str(plan.parameters["case"])
        if not self.game.frozen or case == self.game.whole:
            task = self._task(plan, self.scenarios[case], DEFAULT_MODEL)
            return replace(task, also=self._persons(room.folder)) if plan.run == 0 else task
        return self._frozen_task(plan, room.read(self._wholes[plan.identity.seed]))

    @cached_property
    def _wholes(self) -> dict[int, PlannedRun]:
        """The run of the whole under each seed."""
        return {plan.identity.seed: plan for plan in self.planned()
                if plan.parameters["case"] == self.game.whole}  # fmt: skip

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does all cases under the seed of a planned run."""
        return run_alone(self._words, plan.identity.seed)

    @override
    def again(self, folder: Path) -> str:
        """Return the command that makes all of it again in a new folder."""
        seeds = ["--seed", str(self.seeds[0]), "--replicates", str(len(self.seeds))]
        return shlex.join([*self._words, *seeds, "--out", f"{folder}-again"])

    @property
    def _words(self) -> list[str]:
        """The command, with scenario and options as they were typed."""
        return ["cocreate", self.command, *(shlex.split(self.arguments) or [self.name])]

    def waves(self, store: RunStore) -> Generator[Sequence[PlannedRun], None, Self]:
        """Yield all runs at once; where budgets are frozen, the wholes first, then what needs them.

        A case whose whole failed cannot be run, and fails as well.
        """
        planned = self.planned()
        if not self.game.frozen:
            yield planned
            return self
        wholes = self._wholes
        yield list(wholes.values())
        others = [plan for plan in planned if plan.parameters["case"] != self.game.whole]
        there = {seed for seed, plan in wholes.items() if store.has(plan)}
        for plan in others:
            if plan.identity.seed not in there:
                store.append(encode(FailureRecord(plan.identity, NO_WHOLE)))
        yield [plan for plan in others if plan.identity.seed in there]
        return self

    def _persons(self, folder: Path) -> tuple[PersonsFile, ...]:
        """Return where the first run writes its persons down, if parts are attributed."""
        return (persons_file(folder),) if self.game.kind is GameKind.PARTS else ()

    def is_whole(self, plan: PlannedRun, folder: Path) -> bool:
        """Whether a finished run has left its persons, where it is to leave them."""
        files = self._persons(folder) if plan.run == 0 else ()
        return all(file.is_of(plan.identity.seed) for file in files)

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the scenario, and what was attributed."""
        write_snapshot(folder, self.scenario)
        self.note(folder)

    @override
    def note(self, folder: Path) -> None:
        """Write down what is attributed."""
        text = json.dumps(trial_data(self), indent=2, ensure_ascii=False)
        write_text(folder / ASKED, text + "\n")

    def _frozen_task(self, plan: PlannedRun, whole: Record | None) -> RunTask:
        """Return the task of a run that gets from revenue what the whole earned.

        Raises:
            CocreateError: the run of the whole tells no receipts.
        """
        from simulation.studies.attribution.frozen import MODEL, earned, freeze, scaled

        base = self.scenarios[self.game.whole]
        scenario = self.scenarios[str(plan.parameters["case"])]
        revenue = earned(base, receipts(whole, base))
        return self._task(plan, freeze(scenario, scaled(revenue, base, scenario)), MODEL)

    def _task(self, plan: PlannedRun, scenario: Scenario, model: str) -> RunTask:
        case = str(plan.parameters["case"])
        whole = case == self.game.whole
        return RunTask(
            plan.run,
            plan.identity,
            scenario,
            model,
            Means(self.window),
            metrics=() if whole else KEPT,
            past=key_of(self.pasts[case], plan.identity.seed),
        )


def _joined(case: str, whole: str) -> str:
    return hashlib.blake2b(f"{case}\x1f{whole}".encode(), digest_size=16).hexdigest()


def receipts(record: Record | None, scenario: Scenario) -> NDArray[np.float64]:
    """Return the receipts of a run by month and company, ``(n_months, n_companies)``.

    Raises:
        CocreateError: the run has no receipts, so that budgets cannot be frozen on it.
    """
    table = record.series if isinstance(record, RunRecord) else None
    labels = [("receipts", company.name) for company in scenario.companies]
    if table is None or not set(labels) <= set(table.labels):
        raise CocreateError(
            "The run of the full coalition has no receipts on which to freeze budgets."
        )
    return table.values[:, [table.labels.index(label) for label in labels]]


NO_WHOLE = "The full coalition failed under this seed, so there is no budget to freeze."


def trial_data(trial: Trial) -> dict[str, Any]:
    """Return what was attributed, as the result folder keeps it."""
    game = trial.game
    return {
        "kind": game.kind.value,
        "plan": game.plan.value,
        "frozen": game.frozen,
        "whole": game.whole,
        "cases": list(trial.scenarios),
        "outcome": trial.outcome,
        "window": str(trial.window),
        "from_start": trial.from_start,
        "arguments": trial.arguments,
        "players": [_player(player) for player in game.players],
    }


def _player(player: Player) -> dict[str, Any]:
    return {
        "name": player.name,
        "meaning": player.meaning,
        "absent": _words(player.absent),
        "present": _words(player.present),
        "removes": list(player.removes),
        "exactly": {"absent": packed(player.absent), "present": packed(player.present)},
    }


def _words(changes: Mapping[str, Any]) -> dict[str, str]:
    return {path: str(value) for path, value in changes.items()}


def stored(folder: Path) -> Trial:
    """Return what was run into a folder.

    Raises:
        ResultError: it holds no attribution.
    """
    path = folder / ASKED
    if not path.is_file():
        hint = "Give the folder that `cocreate attribute` wrote."
        raise ResultError([Fault("holds no attribution.", file=folder, hint=hint)])
    asked = json.loads(path.read_text(encoding="utf-8"))
    manifest = read_manifest(folder)
    players = tuple(map(_stored_player, asked["players"]))
    return Trial(
        name=manifest.scenario_name,
        scenario=stored_scenario(manifest.scenario),
        game=Game(GameKind(asked["kind"]), players, frozen=asked["frozen"]),
        seeds=manifest.seeds,
        window=Window.parse(asked["window"]),
        outcome=asked["outcome"],
        arguments=str(asked.get("arguments", "")),
        from_start=bool(asked.get("from_start")),
    )


def _stored_player(data: dict[str, Any]) -> Player:
    exactly = data["exactly"]
    return Player(
        data["name"],
        data["meaning"],
        unpacked(exactly["absent"]),
        unpacked(exactly["present"]),
        tuple(data["removes"]),
    )
