"""Docking: the model and its twin, two readings of docs/model.md, agree person by person.

Whole numbers (who is whose customer, in which stage, at which touchpoint …) must be equal. Other
numbers must agree to ``BOUND``, absolutely or relative to the greatest of their kind. They are not
equal to the bit because the models write the same formula differently (the CES near σ = 1, the
logit, 1 − exp(−q)), add in different orders, and take logarithms from different libraries.

Such gaps are 1e-16 a step, and they stay small: levels move by shares of gaps, which shrinks
them again, so stored scenarios differ by 5e-15 after ten years. The largest seen in seven hundred
made-up scenarios is 3e-13, where σ is so near 1 that the plain formula loses digits, and in waits,
which are differences of clock times. What could magnify a gap is a decision that falls the other
way. Whole numbers being equal shows that none did, and draws within 1e-12 of their threshold,
where that would be luck, are looked for and not found.
"""

from __future__ import annotations

from functools import cache
from math import isnan
from pathlib import Path

import dock_metrics
import pytest
from dock import FLOATS, INTEGERS, Comparison, compare_months, compare_processes
from dock_scenarios import FOLDER, VARIANTS, all_files, base, made_up, variant
from twin_model import TwinModel
from twin_person import Known

from simulation.model import EcosystemModel
from simulation.recorder.metrics import METRICS
from simulation.scenario.load import load_scenario
from simulation.scenario.scenario import Scenario
from simulation.scenario.words import Stage
from simulation.world.people import COLUMNS

BOUND = 1e-11
"""Thirty times the largest gap seen."""

SEED = 3


def agree(scenario: Scenario, months: int, seed: int = SEED) -> None:
    """Run both models, and fail with the first month in which they differ."""
    twin = TwinModel(scenario, seed)
    found = compare_months(EcosystemModel(scenario, seed), twin, months, bound=BOUND)
    show(found)
    assert not twin.dice.close_calls


def show(found: Comparison) -> None:
    """Fail with the differences, if there are any."""
    if found.differences:
        pytest.fail("\n".join(map(str, found.differences)), pytrace=False)


def in_folder(file: Path) -> str:
    """Return how a scenario is called."""
    return str(file.relative_to(FOLDER).with_suffix(""))


@pytest.mark.parametrize("file", all_files(), ids=in_folder)
def test_stored_scenarios_agree(file: Path) -> None:
    scenario = load_scenario(file, {"population.people": 150})
    warm_up = min(scenario.run.warm_up, 12)  # the twin takes its time
    agree(scenario.replace({"run.warm_up": warm_up}), months=24 - warm_up)


def test_five_years_agree() -> None:
    agree(base().replace({"population.people": 150}), months=60, seed=4)


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_agree(name: str) -> None:
    agree(variant(name, people=80), months=16)


@pytest.mark.parametrize("seed", range(12))
def test_made_up_scenarios_agree(seed: int) -> None:
    agree(made_up(seed, people=60), months=12)


@pytest.mark.parametrize(
    "name",
    [
        "lively",
        "full_mixing",
        "groups",
        "crowded_desks",
        "events",
        "strict_judges",
        "weeks",
        "complaints",
    ],
)
def test_every_process_alone_does_the_same(name: str) -> None:
    """From a common state, one process changes the same things by the same amounts."""
    scenario = variant(name, people=80)
    fast, twin = EcosystemModel(scenario, SEED), TwinModel(scenario, SEED)
    found = compare_processes(fast, twin, months=10, bound=1e-12)
    show(found)


# --- the comparison is worth something -----------------------------------------------------------


@cache
def lived(name: str) -> tuple[TwinModel, frozenset[str]]:
    """Return a twin after some months of a variant, and what happened in them."""
    twin, seen = TwinModel(variant(name, people=80), SEED), set()
    for _ in range(16):
        partners = [partner.active for partner in twin.partners]
        twin.step()
        seen |= {f"in {person.stage}" for person in twin.people if person.stage is not None}
        seen |= {f"known by {Known(k).name}" for person in twin.people for k in person.aware}
        seen |= {f"visits in {visit.stage}" for visit in twin.visits()}
        seen |= {"abandoned" for visit in twin.visits() if visit.abandoned}
        seen |= {"waited" for visit in twin.visits() if visit.wait > 0 and not visit.abandoned}
        seen |= {"problem" for person in twin.people if person.problem}
        seen |= {"contacted" for visit in twin.visits() if visit.is_called}
        seen |= {"contacted in vain" for visit in twin.visits()
                 if visit.is_called and not visit.success}  # fmt: skip
        seen |= {"complaint" for _ in twin.complaints}
        seen |= {"failure not heard of"} if len(twin.complaints) < len(twin.failures) else set()
        seen |= {"query for staff" for person in twin.people if person.for_staff}
        seen |= {"two queries" for person in twin.people if person.queries > 1}
        seen |= {"no hours left" for person in twin.people if not person.has_hours}
        seen |= {"nowhere to go" for visit in twin.visits() if visit.place is None}
        for before, partner in zip(partners, twin.partners, strict=True):
            if before != partner.active:
                seen.add("left" if before else "came back")
        seen |= {f"value in {part}" for part, value in twin.books.gross.items() if value > 0}
    return twin, frozenset(seen)


@pytest.mark.parametrize(
    ("name", "happens"),
    [
        *(("lively", f"in {stage}") for stage in Stage if stage is not Stage.SUPPORT),
        *(("weeks", f"visits in {stage}") for stage in Stage),
        ("weeks", "query for staff"),
        ("weeks", "two queries"),
        ("weeks_of_the_busy", "no hours left"),
        ("complaints", "contacted"),
        ("complaints", "contacted in vain"),
        ("complaints", "complaint"),
        ("complaints", "failure not heard of"),
        ("complaints_of_the_busy", "contacted"),
        *(("lively", f"known by {known.name}") for known in Known),
        *(("lively", f"value in {part}") for part in (
            "value_in_use", "co_production", "customer_to_customer")),
        ("lively", "problem"),
        ("crowded_desks", "waited"),
        ("crowded_desks", "abandoned"),
        ("nowhere_to_go", "nowhere to go"),
        ("partner_comes_and_goes", "left"),
        ("partner_comes_and_goes", "came back"),
    ],
)  # fmt: skip
def test_the_variants_have_life_in_them(name: str, happens: str) -> None:
    assert happens in lived(name)[1]


def test_every_column_of_people_is_compared() -> None:
    assert {*INTEGERS, *FLOATS} == set(COLUMNS)


def test_a_difference_is_found() -> None:
    scenario = variant("lively", people=80)
    fast, twin = EcosystemModel(scenario, SEED), TwinModel(scenario, SEED)
    twin.people[17].skill_start += 1e-9
    found = compare_months(fast, twin, 2, bound=BOUND)
    assert "people.skill_start" in {difference.name for difference in found.differences}


def test_another_seed_is_another_world() -> None:
    scenario = variant("lively", people=80)
    fast, twin = EcosystemModel(scenario, SEED), TwinModel(scenario, SEED + 1)
    assert compare_months(fast, twin, 1, bound=BOUND).differences


def test_the_twin_books_balance() -> None:
    """What people pay is what companies receive; what companies pay as fees partners receive."""
    twin, _ = lived("two_partners")
    kept = twin.books
    paid = sum(
        person.price_at(twin.companies[person.provider])
        for person in twin.people
        if person.is_customer
    )
    assert sum(kept.receipts) == pytest.approx(paid, abs=1e-12)
    costs = sum(
        sum(visit.place is not None and twin.places[visit.place].partner == partner.index
            for visit in twin.visits()) * partner.spec.cost + partner.spec.fixed_cost
        for partner in twin.partners if partner.active
    )  # fmt: skip
    earned = sum(kept.surplus[partner.name] for partner in twin.partners)
    assert earned == pytest.approx(sum(kept.fees) - costs, abs=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "lively",
        "two_partners",
        "crowded_desks",
        "groups",
        "strict_judges",
        "weeks",
        "complaints",
        "monthly_contracts",
        "handed_over",
        "staff_follow_the_load",
        "rivals_answer",
        "partner_comes_and_goes",
        "each_its_own",
        "full_mixing",
        "ready_to_answer",
        "weeks_at_crowded_desks",
        "portfolio",
        "closed_and_opened",
        "unequal_users",
    ],
)
def test_recorded_metrics_are_the_twins(name: str) -> None:
    """What is recorded is what the metrics' meanings say, read a second time."""
    scenario = variant(name, people=80)
    fast, twin = EcosystemModel(scenario, SEED), TwinModel(scenario, SEED)
    found = Comparison(BOUND, [])
    for month in range(1, 13):
        fast.step()
        measured = dock_metrics.step(twin)
        recorded = dict(zip(fast.recorder.labels, fast.recorder.values[month - 1], strict=True))
        for metric, of in measured:
            value, own = recorded[metric, of], float(measured[metric, of])
            assert isnan(value) == isnan(own), (metric, of, value, own)
            if not isnan(own):
                found.check(f"{metric} {of}", value, own, month=month)
    show(found)


def test_every_metric_is_measured_on_the_twin() -> None:
    measured = {
        metric
        for name in ("lively", "two_partners", "complaints")
        for metric, _ in dock_metrics.step(TwinModel(variant(name, people=40), SEED))
    }
    assert set(METRICS) == measured
