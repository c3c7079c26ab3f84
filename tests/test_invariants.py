"""What must hold after every step, whatever the scenario says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import DEFAULTS, changed, run_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.model import EcosystemModel
from simulation.scenario.fields import Parameter, ValueKind, parameters
from simulation.scenario.words import Stage
from simulation.world.journey import STAGES

SECTIONS = (
    "capability.", "calendar.", "listening.", "reach.", "talk.", "journey.", "choice.",
    "encounter.", "evaluate.", "peers.", "learn.", "desks.", "blocks.", "needs.",
    "companies.*.strategy.", "companies.*.price", "companies.*.revenue_share",
    "companies.*.funding.", "partners.*.", "touchpoints.*.servers", "touchpoints.*.effort",
    "touchpoints.*.cost", "touchpoints.*.fixed_cost",
)  # fmt: skip
PLACES = {"companies": "focal", "partners": "installer", "touchpoints": "sales_conversation"}


def numbers() -> list[Parameter]:
    return [
        p for p in parameters()
        if p.path.startswith(SECTIONS) and p.kind in (ValueKind.NUMBER, ValueKind.WHOLE) and p.sweep
        and p.name not in ("business_hours", "sample_low", "hazard", "contagion")
    ]  # fmt: skip


def place(path: str) -> str:
    section, star, rest = path.partition(".*")
    return f"{section}.{PLACES[section]}{rest}" if star else path


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a few parameters anywhere in the ranges that are worth exploring."""
    chosen = draw(st.lists(st.sampled_from(numbers()), min_size=1, max_size=6, unique=True))
    found: dict[str, Any] = {}
    for parameter in chosen:
        assert parameter.sweep is not None
        low, high = parameter.sweep
        if parameter.kind is ValueKind.WHOLE:
            found[place(parameter.path)] = draw(st.integers(int(np.ceil(low)), int(high)))
        else:
            found[place(parameter.path)] = draw(st.floats(low, high))
    return found


def check(model: EcosystemModel) -> None:
    """Assert everything that holds after a step."""
    world, month = model.world, model.world.month
    assert world.invariants() == {}
    _check_books(model)
    _check_shares(model)
    others = np.arange(len(month.passed)) != STAGES.index(Stage.RENEW)  # renewed or not met with
    assert (month.passed <= month.in_stage)[others].all()
    assert (month.lapsed <= month.renewals).all()
    assert month.churn.sum(axis=0).tolist() == [month.renewals.sum(), month.lapsed.sum()]
    assert (month.desk_abandoned <= month.desk_contacts).all()
    assert (month.slack <= month.brought + 1e-9).all()
    assert (month.slack >= 0).all()
    assert month.encounters.sum() == month.visitors.sum() == month.purpose_count.sum()
    met = world.encounters
    assert ((met.purpose >= 0) & (met.purpose <= 1)).all()
    assert (np.abs(met.judgement) <= 1).all()
    assert (met.burden >= 0).all()
    _check_peers(model)


def _check_books(model: EcosystemModel) -> None:
    """Money balances: what a role pays another receives, and surplus is what is left."""
    world, month, recorder = model.world, model.world.month, model.recorder
    row = recorder.ledger_values[world.step - 1]
    cash: dict[str, float] = {}
    for (giver, receiver, _, kind, _), amount in zip(recorder.ledger_labels, row, strict=True):
        assert amount >= -1e-9
        if kind == "money":
            cash[giver] = cash.get(giver, 0.0) - amount
            cash[receiver] = cash.get(receiver, 0.0) + amount
    scale = 1.0 + abs(row).sum()
    assert sum(cash.values()) == pytest.approx(0.0, abs=1e-9 * scale)
    for index, company in enumerate(world.companies):
        assert cash[company.name] == pytest.approx(month.company_surplus[index], abs=1e-9 * scale)
    for index, partner in enumerate(world.partners):
        assert cash[partner.name] == pytest.approx(month.partner_surplus[index], abs=1e-9 * scale)
    policy = world.policy
    paid = (month.paying * policy.price[:-1] + month.used * policy.usage_price[:-1]).sum()
    assert -cash["customers"] == pytest.approx(paid, abs=1e-9 * scale)
    people = month.customers[0] + month.non_customers[0]
    assert people == pytest.approx(month.by_segment.sum(), abs=1e-9 * scale)
    gained = world.balance.gained.sum() - world.balance.outlay.sum() - paid
    assert people == pytest.approx(gained, abs=1e-9 * scale)


def _check_peers(model: EcosystemModel) -> None:
    """Every answer was given by somebody, and nobody is asked what the archive answers."""
    month, peers = model.world.month, model.world.peers
    scale = 1.0 + month.answers.sum()
    assert peers.given.sum() == pytest.approx(month.answers.sum(), abs=1e-9 * scale)
    hours = model.world.scenario.peers.answer_hours * peers.given.sum()
    assert month.answer_hours.sum() == pytest.approx(hours, abs=1e-9 * (1.0 + hours))
    social = model.world.touchpoints.social
    asked = month.questions + month.found
    assert asked == pytest.approx(month.encounters.sum(axis=0) * social, abs=1e-9 * scale)
    assert (month.answered <= month.questions + 1e-9).all()
    for met in (model.world.use, model.world.encounters):
        assert ((met.help >= 0) & (met.help <= 1)).all()


def _check_shares(model: EcosystemModel) -> None:
    firms = model.world.firms
    assert firms.allocation.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
    assert (firms.allocation >= 0).all()
    for share in (firms.quality, firms.performance, firms.campaign, firms.outage):
        assert ((share >= 0) & (share <= 1)).all()
    for rows in (firms.focus, firms.heard, firms.legacy):
        assert (rows >= 0).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(overrides=changes(), seed=st.integers(0, 2**32))
def test_every_step_keeps_the_invariants(overrides: dict[str, Any], seed: int) -> None:
    lively = {"population.people": 120, "population.need_probability": 0.3, "run.months": 10}
    model = EcosystemModel(changed("base", {**lively, **overrides}), seed)
    for _ in range(10):
        model.step()
        check(model)


@pytest.mark.parametrize("name", DEFAULTS)
def test_default_scenarios_keep_the_invariants(name: str) -> None:
    model = EcosystemModel(changed(name, {"population.people": 400}), 2)
    for _ in range(40):
        model.step()
        check(model)


@pytest.mark.parametrize("network", ["small_world", "scale_free", "random", "lattice", "groups",
                                     "full_mixing", "none"])  # fmt: skip
def test_every_network_keeps_the_invariants(network: str) -> None:
    model = EcosystemModel(changed("base", {"population.people": 300, "network.kind": network}), 2)
    for _ in range(20):
        model.step()
        check(model)


def test_events_change_the_scenario_in_force_from_their_month_on() -> None:
    event = {"month": 7, "set": {"companies.focal.price": 0.5}}
    inputs = changed("base", {"population.people": 200, "events": [event]})
    model = run_model(inputs, 6)
    assert model.world.policy.price[0] == 0.35
    model.step()
    check(model)
    assert model.world.policy.price[0] == 0.5
    assert inputs.companies[0].price == 0.35


class TestEveryMechanismCanBeSwitchedOff:
    """Each mechanism of the model has a value at which it does nothing."""

    @pytest.mark.parametrize(
        ("off", "metric", "of"),
        [
            ({"reach.most": 0.0}, "new_aware_by_advertising", "focal"),
            ({"blocks.word_of_mouth": 1.0}, "new_aware_by_word_of_mouth", "focal"),
            ({"network.kind": "none"}, "knowledge_told", ""),
            ({"learn.teaching": 0.0}, "knowledge_taught", "focal"),
            ({"companies.focal.strategy.education": 0.0}, "knowledge_taught", "focal"),
            ({"companies.focal.strategy.listening": 0.0}, "heard", "focal:innovation"),
            (
                {"journey.problem_rate": 0.0, "journey.query_rate": 0.0},
                "people_in_stage",
                "support",
            ),
            ({"calendar.outages": 0.0}, "outage", "focal"),
            ({"peers.answer": 0.0}, "peer_help", "community_forum"),
            ({"jobs.*.answerable": 0.0}, "peer_help", "community_forum"),
            ({"blocks.peer_help": 1.0}, "answers", "community_forum"),
            ({"population.need_probability": 0.0}, "customers", ""),
        ],
    )
    def test_off_means_nothing(self, off: dict[str, Any], metric: str, of: str) -> None:
        recorder = run_model(changed("base", {"population.people": 500, **off}), 24).recorder
        column = recorder.values[:24, recorder.labels.index((metric, of))]
        assert np.nansum(np.abs(column)) == 0.0
        on = run_model(changed("base", {"population.people": 500}), 24).recorder
        assert np.nansum(np.abs(on.values[:24, on.labels.index((metric, of))])) > 0.0

    def test_nobody_gives_up_waiting_without_abandonment(self) -> None:
        busy = {"population.people": 500, "touchpoints.*.handling": 300.0}
        shares = []
        for abandonment in (True, False):
            inputs = changed("base", {**busy, "desks.abandonment": abandonment})
            recorder = run_model(inputs, 24).recorder
            of = "focal:sales_conversation"
            column = recorder.values[:24, recorder.labels.index(("desk_abandoned", of))]
            shares.append(np.nanmean(column))
        assert shares[0] > 0.0
        assert shares[1] == 0.0

    def test_drift_off_keeps_importance(self) -> None:
        model = run_model(changed("base", {"population.people": 100, "needs.drift": 0.0}), 12)
        start = EcosystemModel(changed("base", {"population.people": 100}), 1)
        assert np.array_equal(model.world.levels, start.world.levels)

    def test_coupling_and_listening_off_keep_focus(self) -> None:
        off = {"companies.focal.strategy.alignment": 0.0, "listening.rate": 0.0}
        model = run_model(changed("base", {"population.people": 100, **off}), 12)
        start = EcosystemModel(changed("base", {"population.people": 100}), 1)
        assert np.array_equal(model.world.firms.focus[0], start.world.firms.focus[0])

    def test_funding_and_decay_off_keep_capability(self) -> None:
        off: dict[str, Any] = {
            f"companies.focal.funding.{f}": 0.0
            for f in ("innovation", "marketing_sales", "experience_platform")
        }
        off |= {f"capability.decay.{f}": 0.0 for f in
                ("innovation", "marketing_sales", "experience_platform")}  # fmt: skip
        off |= {
            "companies.focal.revenue_share": 0.0,
            "companies.focal.strategy.agility": 0.0,
            "population.people": 100,
        }
        model = run_model(changed("base", off), 12)
        assert np.array_equal(model.world.firms.capability[0], np.full((3, 3, 8), 0.3))
