"""A kind of study that is not in the package: what do half the people create?"""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import typer

from simulation import Result, Scenario, load_scenario
from simulation.cli.execute import Commission, Habits, Screen, execute
from simulation.execution import RunTask
from simulation.report.assumptions import assumptions
from simulation.report.page import Remake, Report
from simulation.store import Identity, PlannedRun
from simulation.studies.kinds import StudyKind
from simulation.studies.run.figures import figures_of
from simulation.studies.run.plan import stored as replicates_of
from simulation.studies.run.tables import Tables
from simulation.studies.study import Room, Study


@dataclass(frozen=True)
class Halving(Study):
    command = "halve"
    name: str
    scenario: Scenario
    seeds: tuple[int, ...]

    def planned(self) -> list[PlannedRun]:
        mark, runs = self.scenario.fingerprint, enumerate(product((1.0, 0.5), self.seeds))
        return [PlannedRun(run, self.name, Identity(f"{mark} {share}", seed, ""), {"share": share})
                for run, (share, seed) in runs]  # fmt: skip

    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        people = int(self.scenario.population.people * float(plan.parameters["share"]))
        inputs = self.scenario.replace({"population.people": people})
        return RunTask(plan.run, plan.identity, inputs, panel=room.part(plan))

    def remake(self, plan: PlannedRun) -> str:
        return f"cocreate run {self.name} --seed {plan.identity.seed}"


class HalvingResult(Result):
    noun = "Halving"


def stored(folder: Path) -> Halving:
    runs = replicates_of(folder)
    return Halving(runs.name, runs.scenario, runs.seeds)


def report_of(tables: Tables) -> Report:
    means = tables.runs.groupby("share")["co_created_value"].mean()
    text = f"Half the people create {means[0.5] / means[1.0]:.0%} of the value."
    assumed, drawn = assumptions(tables.manifest["scenario"]), figures_of(tables)
    return Report("Half", [], [text], assumed, Remake.of(tables.manifest), figures=drawn)


def halve(seeds: int, out: Path) -> None:
    small = load_scenario("base", {"run.months": 3, "run.warm_up": 0})
    job = Commission(Halving("base", small, tuple(range(seeds))), out, "halving")
    raise typer.Exit(execute([job], Habits(out=out, workers=0), Screen("halve")))


KIND = StudyKind.in_module("halve", __name__, "HalvingResult")
