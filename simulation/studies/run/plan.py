"""One scenario under several seeds: what ``cocreate run`` does."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, override

from simulation.errors import Fault
from simulation.execution import RunTask
from simulation.experiment.posterior import ParameterDraws
from simulation.scenario.suggest import file_name
from simulation.simulate import DEFAULT_MODEL, model_version
from simulation.store import Identity, Manifest, PlannedRun, read_manifest
from simulation.store.files import write_text
from simulation.store.manifest import MANIFEST, SNAPSHOT
from simulation.studies.commands import run_alone, setting_words
from simulation.studies.folders import ELSEWHERE
from simulation.studies.run.persons import MOST, PersonsFile, persons_file
from simulation.studies.study import Room, Study, identity_of

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario
    from simulation.world.panel import PanelColumn


@dataclass(frozen=True)
class Replicates(Study):
    """One scenario, several seeds.

    Attributes:
        name: the scenario's name, usually that of its file.
        scenario: all inputs.
        seeds: a seed a run.
        model: the model as ``module:Class``.
        arguments: how the command line named scenario and changes, to write commands with.
        columns: names of the columns of people that are written down every month.
        draws: of a posterior, of which each seed takes one; None where there is none.
        for_whom: whose benefit counts in the report (see ``decider``), if somebody is named.
    """

    command: ClassVar[str] = "run"

    name: str
    scenario: Scenario
    seeds: tuple[int, ...]
    model: str = DEFAULT_MODEL
    arguments: str = ""
    columns: tuple[str, ...] = ()
    draws: ParameterDraws | None = None
    for_whom: str = ""

    @property
    def panel(self) -> tuple[PanelColumn, ...]:
        """The columns of the panel: ``attitude`` spelt out as one for each company.

        Raises:
            InputError: some names stand for no column.
        """
        if not self.columns:
            return ()
        from simulation.world.panel import panel_columns

        return panel_columns(self.columns, self.scenario)

    @property
    def identity(self) -> str:
        """What a folder of these runs is for.

        More seeds, or a panel, make no different experiment of it.
        """
        draws = [] if self.draws is None else [self.draws.digest]
        return identity_of("run", self.scenario.fingerprint, model_version(self.model), *draws)

    @property
    def stem(self) -> str:
        """The name of its folder: that of the scenario, and its fingerprint."""
        return f"{file_name(self.name)}-{self.scenario.fingerprint[:8]}"

    def planned(self) -> list[PlannedRun]:
        """Return the runs in the order of the tables."""
        version = model_version(self.model)
        return [
            PlannedRun(run, self.name, Identity(self._in_run(run).fingerprint, seed, version))
            for run, seed in enumerate(self.seeds)
        ]

    def _in_run(self, run: int) -> Scenario:
        """Return the scenario of a run: with a draw of the posterior, where there is one."""
        if self.draws is None:
            return self.scenario
        if run not in self._drawn:
            self._drawn[run] = self.scenario.replace(self.draws.settings(run))
        return self._drawn[run]

    @cached_property
    def _drawn(self) -> dict[int, Scenario]:
        return {}

    def remake(self, plan: PlannedRun) -> str:
        """Return the command that does a planned run alone."""
        taken = {} if self.draws is None else self.draws.settings(plan.run)
        words = ["cocreate", "run", *(shlex.split(self.arguments) or [self.name])]
        return run_alone([*words, *setting_words(taken)], plan.identity.seed, self.model)

    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        """Return the task that does a planned run."""
        scenario = self._in_run(plan.run)
        task = RunTask(plan.run, plan.identity, scenario, self.model, panel=room.part(plan))
        return replace(task, also=self._persons(room.folder)) if plan.run == 0 else task

    def _persons(self, folder: Path) -> tuple[PersonsFile, ...]:
        """Return where the first run writes its persons down, unless there are too many."""
        few = self.scenario.population.people <= MOST
        return (persons_file(folder),) if few and self.model == DEFAULT_MODEL else ()

    def is_whole(self, plan: PlannedRun, folder: Path) -> bool:
        """Whether a finished run has left its persons, where it is to leave them."""
        files = self._persons(folder) if plan.run == 0 else ()
        return all(file.is_of(plan.identity.seed) for file in files)

    def resumed(self, folder: Path) -> Self:
        """Return the replicates with the panel that the folder has, where they ask for none.

        So a panel has every run of its folder.
        """
        if self.columns or not (folder / MANIFEST).exists():
            return self
        return replace(self, columns=read_manifest(folder).panel)

    def conflict(self, folder: Path, manifest: Manifest) -> Fault | None:
        """Return why these runs cannot go on in a folder: other seeds, or another panel."""
        wanted = tuple(column.name for column in self.panel)
        if wanted and manifest.panel not in ((), wanted):
            message = f"holds a panel of other columns ({', '.join(manifest.panel)})."
            hint = f"Ask for the same. {ELSEWHERE}"
            return Fault(message, file=folder, hint=hint)
        return super().conflict(folder, manifest)

    @override
    def about(self) -> dict[str, Any]:
        """Return the draws that its seeds take, and whose benefit counts."""
        kept = {} if self.draws is None else {"posterior": self.draws.as_data()}
        whose = {"for_whom": self.for_whom} if self.for_whom else {}
        return {**super().about(), **kept, **whose}

    @override
    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Keep the scenario as a TOML file to look at and change; the manifest has it as data."""
        write_snapshot(folder, self.scenario)


def write_snapshot(folder: Path, scenario: Scenario) -> None:
    """Write a scenario, complete, into a result folder."""
    from simulation.scenario.write import to_toml

    write_text(folder / SNAPSHOT, to_toml(scenario, complete=True))


def stored(folder: Path) -> Replicates:
    """Return what was run into a folder.

    Raises:
        ResultError: it holds no result.
    """
    manifest = read_manifest(folder)
    return Replicates(
        manifest.scenario_name, scenario_of(manifest.scenario), manifest.seeds, manifest.model,
        arguments=shlex.quote(str(folder / MANIFEST)), columns=manifest.panel,
        draws=ParameterDraws.of_data(manifest.posterior),
        for_whom=manifest.for_whom,
    )  # fmt: skip


def scenario_of(content: Any) -> Scenario:
    """Return the scenario that plain data stands for."""
    from simulation.scenario.scenario import Scenario

    return Scenario.model_validate(dict(content))
