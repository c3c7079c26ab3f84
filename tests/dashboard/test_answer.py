"""What the page shows is what the library says, and the bridge ends where the answer does."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation import load_scenario
from simulation.dashboard.answer import Pairing, comparisons, first_answer
from simulation.dashboard.details import details
from simulation.dashboard.runs import PageRun
from simulation.execution import RunTask
from simulation.execution.tasks import perform
from simulation.store import Identity
from simulation.store.records import RunRecord
from simulation.studies.comparison.persons import KeepPeople, people_file, read_people

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("persons")


@pytest.fixture(scope="module")
def pairs(folder: Path) -> Pairing:
    small = {"population.people": 120, "run.months": 14, "run.warm_up": 0}
    base = load_scenario("telecom", {**small, "companies.focal.label": "Nordtel"})
    what_if = base.replace({"companies.focal.price": 0.5})
    sides = []
    for scenario in (base, what_if):
        runs = []
        for seed in SEEDS:
            identity = Identity(scenario.fingerprint, seed, "m")
            keep = KeepPeople(people_file(folder, identity))
            record = perform(RunTask(0, identity, scenario, outcomes=keep))
            assert isinstance(record, RunRecord)
            runs.append(PageRun(record))
        sides.append(runs)
    return Pairing(*sides, what_if, len(SEEDS))


def test_the_bridge_leads_from_the_baseline_to_the_change_without_a_rest(
    pairs: Pairing, folder: Path
) -> None:
    rows = {(row["outcome"], row["actor"]): row for row in comparisons(pairs)}
    found = {one["label"]: one["steps"] for one in details(pairs, folder)["bridge"]}
    whole, focal = rows["co_created_value", ""], rows["surplus", "focal"]
    for name, row in (("everyone", whole), ("Nordtel", focal)):
        first, *steps, last = found[name]
        assert (first["amount"], last["amount"]) == pytest.approx(
            (row["base_mean"], row["what_if_mean"])
        )
        assert sum(step["amount"] for step in steps) == pytest.approx(row["difference"])


def test_fewer_pairs_are_marked_as_provisional(pairs: Pairing) -> None:
    some = Pairing(pairs.base[:2], pairs.what_if[:2], pairs.scenario, len(SEEDS))
    assert (first_answer(some)["final"], first_answer(pairs)["final"]) == (False, True)
    assert first_answer(some)["pairs"] == 2


def test_one_pair_has_a_number_and_no_interval(pairs: Pairing) -> None:
    one = Pairing(pairs.base[:1], pairs.what_if[:1], pairs.scenario, len(SEEDS))
    told = first_answer(one)
    assert "one pair has no interval" in told["sentences"][0]
    now, before = (side[0].column(("co_created_value", ""))[-12:] for side in
                   (one.what_if, one.base))  # fmt: skip
    assert told["rows"][0]["difference"] == pytest.approx(now.mean() - before.mean())


def test_labels_of_the_scenario_are_what_the_page_says(pairs: Pairing) -> None:
    told = first_answer(pairs)
    assert "Nordtel" in [row["label"] for row in told["rows"]]
    assert "Nordtel" in [curve["label"] for curve in told["curves"]]


def test_without_a_change_levels_are_told_and_nothing_is_compared(pairs: Pairing) -> None:
    told = first_answer(Pairing(pairs.base, pairs.base, pairs.scenario, len(SEEDS)))
    assert told["differs"] is False
    assert told["sentences"][0].startswith("Nothing is changed yet")
    assert "p_better" not in told["rows"][0]


def test_persons_better_and_worse_off_are_counted_by_segment(pairs: Pairing, folder: Path) -> None:
    told = details(pairs, folder)["people"]
    assert told[0]["label"] == "everybody"
    assert told[0]["people"] == sum(group["people"] for group in told[1:])
    more = []
    for ours, theirs in zip(pairs.base, pairs.what_if, strict=True):
        one, other = (read_people(folder, run.record.identity) for run in (ours, theirs))
        assert one is not None
        assert other is not None
        more.append((other.surplus > one.surplus).mean())
    assert told[0]["better"][0] == pytest.approx(sum(more) / len(more))
