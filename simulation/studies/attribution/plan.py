"""Running the cases of a game under the same seeds, into a result folder.

Where budgets are frozen, the whole is run first under every seed, and all other cases then get
from revenue what it earned. Everything is kept in one journal, so that a stop loses no run.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from simulation.errors import CocreateError
from simulation.execution import Executor, RunTask
from simulation.experiment.outcomes import LAST_YEAR, Window
from simulation.simulate import DEFAULT_MODEL, RunResult, model_version
from simulation.store import (
    Counts,
    FailureRecord,
    Identity,
    Manifest,
    PlannedRun,
    RunRecord,
    RunStore,
    read_manifest,
)
from simulation.store.files import write_text
from simulation.store.manifest import SNAPSHOT
from simulation.store.records import Record, encode
from simulation.studies.attribution.games import Game, Kind, Player, packed, scenario_of
from simulation.studies.run.plan import Watch, carry_out, commit, now, versions
from simulation.studies.run.portfolio_people import write_people

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.scenario.schema import Scenario

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
        import numpy as np

        late = result.values[self.window.of(len(result.values))]
        known = np.isfinite(late)
        counts = known.sum(axis=0)
        sums = np.where(known, late, 0.0).sum(axis=0)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
        names = (f"{metric}:{of}" if of else metric for metric, of in result.labels)
        return dict(zip(names, means.tolist(), strict=True))


@dataclass(frozen=True)
class Trial:
    """A game played on a scenario under some seeds.

    Attributes:
        name: the scenario's name, usually that of its file.
        scenario: all inputs of the whole.
        game: what is attributed.
        seeds: the same for every case.
        window: months over which outcomes are means.
        outcome: what the answer is about, ``metric`` or ``metric:of``; all others are kept too.
        arguments: how the command line named all this, to write commands with.
    """

    name: str
    scenario: Scenario
    game: Game
    seeds: tuple[int, ...]
    window: Window = LAST_YEAR
    outcome: str = "co_created_value"
    arguments: str = ""

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Return the scenario of every case by its name, the whole first.

        Raises:
            ScenarioError: a case makes no scenario.
        """
        return {case.name: scenario_of(case, self.scenario) for case in self.game.cases()}

    @property
    def experiment(self) -> str:
        """What a folder of these runs is for; other seeds make no different experiment of it."""
        parts = ["attribute", self.game.kind, str(self.window), model_version()]
        parts += [f"{case}={own}" for case, own in self.fingerprints.items()]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

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
            remake=f"cocreate attribute {self.arguments or self.name} --seed {seed} "
            "--replicates 1 --workers 0",
        )

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """Return what identifies each case but its seed; a frozen one hangs on the whole as well.

        By its name.
        """
        own = {case: scenario.fingerprint for case, scenario in self.scenarios.items()}
        if not self.game.frozen:
            return own
        whole = own[self.game.whole]
        return {case: _joined(print_, whole) if case != self.game.whole else whole
                for case, print_ in own.items()}  # fmt: skip

    def task(self, plan: PlannedRun) -> RunTask:
        """Return the task of a run whose budgets are earned."""
        case = str(plan.parameters["case"])
        return self._task(plan, self.scenarios[case], DEFAULT_MODEL)

    def frozen_task(self, plan: PlannedRun, whole: Record | None) -> RunTask:
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
        whole = plan.parameters["case"] == self.game.whole
        return RunTask(
            plan.run,
            plan.identity,
            scenario,
            model,
            Means(self.window),
            metrics=() if whole else KEPT,
        )

    def manifest(self, command_line: str) -> Manifest:
        """Return the manifest before anything is done."""
        scenario = self.scenario
        return Manifest(
            command="attribute",
            command_line=command_line,
            title=scenario.title,
            scenario_name=self.name,
            scenario=scenario.model_dump(mode="json"),
            fingerprint=scenario.fingerprint,
            experiment=self.experiment,
            model=DEFAULT_MODEL,
            model_version=model_version(),
            seeds=self.seeds,
            months=scenario.run.months,
            versions=versions(),
            commit=commit(),
            started=now(),
        )


def stored_wholes(
    folder: Path, manifest: Manifest
) -> tuple[list[PlannedRun], Callable[[PlannedRun], RunTask]]:
    """Return the runs of the whole that a folder holds, and what does each of them again."""
    from simulation.scenario.schema import Scenario

    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    scenario = Scenario.model_validate(dict(manifest.scenario))
    n_cases, place = len(asked["cases"]), asked["cases"].index(asked["whole"])
    outcomes = Means(Window.parse(asked["window"]))
    planned = [
        PlannedRun(
            run=at * n_cases + place,
            scenario=manifest.scenario_name,
            identity=Identity(scenario.fingerprint, seed, manifest.model_version),
            remake=manifest.remake,
        )
        for at, seed in enumerate(manifest.seeds)
    ]

    def task(plan: PlannedRun) -> RunTask:
        return RunTask(plan.run, plan.identity, scenario, manifest.model, outcomes)

    return planned, task


def _joined(own: str, whole: str) -> str:
    return hashlib.blake2b(f"{own}\x1f{whole}".encode(), digest_size=16).hexdigest()


def receipts(record: Record | None, scenario: Scenario) -> NDArray[np.float64]:
    """Return the receipts of a run by month and company, ``(n_months, n_companies)``.

    Raises:
        CocreateError: the run has no receipts, so that budgets cannot be frozen on it.
    """
    table = record.series if isinstance(record, RunRecord) else None
    labels = [("receipts", company.name) for company in scenario.companies]
    if table is None or not set(labels) <= set(table.labels):
        raise CocreateError("The run of the whole tells no receipts to freeze budgets on.")
    return table.values[:, [table.labels.index(label) for label in labels]]


def play(
    trial: Trial, store: RunStore, executor: Executor, watch: Watch, *, command_line: str = ""
) -> Manifest:
    """Run all cases into an open store, make its tables, and return the manifest."""
    from simulation.scenario.write import to_toml

    started = monotonic()
    planned = trial.planned()
    manifest = trial.manifest(command_line)
    store.begin(manifest)
    counts = _run_all(trial, store, executor, watch)
    again = ["cocreate", "attribute", *shlex.split(trial.arguments or trial.name)]
    finished = replace(
        manifest,
        runs=counts,
        finished=now(),
        elapsed_s=round(monotonic() - started, 3),
        remake=shlex.join([*again, *_seed_words(trial.seeds), "--out", f"{store.folder}-again"]),
    )
    write_text(store.folder / SNAPSHOT, to_toml(trial.scenario, complete=True))
    write_text(store.folder / ASKED, json.dumps(told(trial), indent=2, ensure_ascii=False) + "\n")
    if trial.game.kind is Kind.PARTS:
        write_people(store.folder, trial.scenario, trial.seeds[0])
    store.commit(planned, finished)
    return read_manifest(store.folder)


def _seed_words(seeds: Sequence[int]) -> list[str]:
    return ["--seed", str(seeds[0]), "--replicates", str(len(seeds))]


def _run_all(trial: Trial, store: RunStore, executor: Executor, watch: Watch) -> Counts:
    planned = trial.planned()
    if not trial.game.frozen:
        return carry_out(store, planned, trial.task, executor, watch)
    wholes = {
        plan.identity.seed: plan for plan in planned if plan.parameters["case"] == trial.game.whole
    }
    first = carry_out(store, list(wholes.values()), trial.task, executor, watch)
    others = [plan for plan in planned if plan is not wholes[plan.identity.seed]]
    ready = [plan for plan in others if store.has(wholes[plan.identity.seed])]
    barred = [plan for plan in others if not store.has(wholes[plan.identity.seed])]
    for plan in barred:
        store.append(encode(FailureRecord(plan.identity, NO_WHOLE)))

    def task(plan: PlannedRun) -> RunTask:
        return trial.frozen_task(plan, store.read(wholes[plan.identity.seed]))

    rest = carry_out(store, ready, task, executor, watch)
    failed = first.failed + rest.failed + len(barred)
    return Counts(first.done + rest.done, failed, first.reused + rest.reused)


NO_WHOLE = "The whole failed under this seed, so that there is no budget to freeze."


def told(trial: Trial) -> dict[str, Any]:
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


def result_folder(root: Path, trial: Trial) -> Path:
    """Return the folder of a trial where none is named."""
    return root / f"{trial.name}-{trial.game.kind}-{trial.experiment[:8]}"


def check_seeds(folder: Path, trial: Trial) -> None:
    """Refuse seeds that leave out some that the folder holds.

    Raises:
        ResultError: the tables would lose runs.
    """
    from simulation.studies.run.plan import check_seeds as check

    check(folder, trial.seeds)
