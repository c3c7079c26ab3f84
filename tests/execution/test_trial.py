"""A scenario made small for a trial: few people, no past, no events, and the same records."""

from __future__ import annotations

from pathlib import Path

from simulation.execution.trial import FEW, trial_of
from simulation.model import EcosystemModel
from simulation.scenario.load import load_scenario
from simulation.studies.calibration.asked import recorded_by


def test_trial_has_few_people_no_past_and_no_events_and_records_the_same() -> None:
    change = {"month": 3, "set": {"capability.coordination_cost": 0.1}}
    changes = {"population.people": 2 * FEW, "run.warm_up": 2, "events": [change]}
    scenario = load_scenario("base", changes)
    trial = trial_of(scenario, 2)
    assert (trial.population.people, trial.run.months, trial.run.warm_up) == (FEW, 2, 0)
    assert not trial.events
    assert EcosystemModel(trial, 1).recorder.labels == EcosystemModel(scenario, 1).recorder.labels


def test_trial_of_few_people_adds_nobody() -> None:
    assert trial_of(load_scenario("base", {"population.people": 10})).population.people == 10


def test_people_whom_a_file_ties_stay_in_a_trial(tmp_path: Path) -> None:
    n = FEW + 1
    file = tmp_path / "ties.csv"
    ties = [f"{one},{(one + 1) % n}" for one in range(n)]
    file.write_text("\n".join(["source,target", *ties]), encoding="utf-8")
    network = {"network.kind": "edge_list", "network.file": str(file), "population.people": n}
    scenario = load_scenario("base", network)
    assert trial_of(scenario).population.people == n
    assert recorded_by(scenario)["customers"] == "persons"
