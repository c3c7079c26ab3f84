"""A kind of study that is not in the package: what do half the people create?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from simulation.cli.execute import Commission, Habits, Screen, execute, head_data
from simulation.execution import RunTask
from simulation.report.assumptions import assumptions
from simulation.report.page import Remake, Report
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.simulate import model_version
from simulation.store import Identity, PlannedRun
from simulation.studies.kinds import StudyKind
from simulation.studies.result import Result
from simulation.studies.run.figures import figures_of
from simulation.studies.run.plan import stored as replicates_of
from simulation.studies.study import Room, Study


@dataclass(frozen=True)
class Halving(Study):
    command = "halve"
    name: str
    scenario: Scenario
    seeds: tuple[int, ...]
    identity = property(lambda self: f"halve {self.scenario.fingerprint} {model_version()}")
    stem = property(lambda self: f"{self.name}-halved")

    def planned(self) -> list[PlannedRun]:
        prints = {share: f"{self.scenario.fingerprint} {share}" for share in (1.0, 0.5)}
        sides = enumerate((share, seed) for share in prints for seed in self.seeds)
        return [
            PlannedRun(run, self.name, Identity(prints[share], seed, ""), {"share": share})
            for run, (share, seed) in sides
        ]

    def task(self, plan: PlannedRun, room: Room) -> RunTask:
        people = int(self.scenario.population.people * float(plan.parameters["share"]))
        inputs = self.scenario.replace({"population.people": people})
        return RunTask(plan.run, plan.identity, inputs, panel=room.part(plan))

    def remake(self, plan: PlannedRun) -> str:
        return f"cocreate run {self.name} --seed {plan.identity.seed}"


def report_of(tables: Any) -> Report:
    means = tables.runs.groupby("share")["co_created_value"].mean()
    text = f"Half the people create {means[0.5] / means[1.0]:.0%} of the value."
    assumed, drawn = assumptions(tables.manifest["scenario"]), figures_of(tables)
    return Report("Half", [], [text], assumed, Remake.of(tables.manifest), figures=drawn)


def halve(seeds: int, out: Path) -> None:
    small = load_scenario("base", {"run.months": 3, "run.warm_up": 0})
    study = Halving("base", small, tuple(range(seeds)))
    show = Screen("halve", lambda result, _: typer.echo(result.report().answer[0]),
                lambda result, _: head_data("halve", result.manifest, out))  # fmt: skip
    raise typer.Exit(execute([Commission(study, out, "halving")], Habits(out=out, workers=0), show))


def stored(folder: Path) -> Halving:
    runs = replicates_of(folder)
    return Halving(runs.name, runs.scenario, runs.seeds)


class HalvingResult(Result):
    noun = "Halving"


FIGURES = "simulation.studies.run.figures:figures_of"
PARTS = (f"{__name__}:{name}" for name in ("stored", "HalvingResult", "report_of"))
KIND = StudyKind("halve", *PARTS, FIGURES)
