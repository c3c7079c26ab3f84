"""A market that is there: months before month 1, which nobody records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import changed, run_model

from simulation.model import EcosystemModel
from simulation.streams import Draws, Streams

LIVELY: dict[str, Any] = {
    "population.people": 300,
    "population.need_probability": 0.3,
    "reach.hazard": 0.3,
    "calendar.campaign_every": 5.3,
    "calendar.campaign_months": 2.1,
}


def model(warm_up: int, months: int = 12, **changes: Any) -> EcosystemModel:
    return run_model(changed("base", {**LIVELY, "run.warm_up": warm_up, **changes}), months)


def column(of: EcosystemModel, metric: str, whose: str) -> np.ndarray:
    return of.recorder.values[:12, of.recorder.labels.index((metric, whose))]


def test_the_first_month_recorded_finds_a_market() -> None:
    fresh, warm = model(0), model(18)
    assert warm.world.step == 12
    assert column(fresh, "customers", "")[0] < 0.2 * column(warm, "customers", "")[0]
    assert not np.isnan(column(warm, "customers", "")).any()
    assert warm.world.invariants() == {}


@pytest.mark.parametrize("warm_up", [1, 4, 7])
def test_the_calendar_counts_from_month_1_for_any_warm_up(warm_up: int) -> None:
    expected = column(model(0), "campaign", "focal")
    assert expected.any()
    assert column(model(warm_up), "campaign", "focal") == pytest.approx(expected, abs=1e-12)


def test_draws_from_month_1_on_are_the_same_for_any_warm_up(monkeypatch: Any) -> None:
    asked: list[tuple[str, int, str]] = []
    key, one, each = Streams.key, Draws.__call__, Draws.each

    def note_key(self: Streams, process: str, step: int, name: str) -> Any:
        asked.append((process, step, name))
        return key(self, process, step, name)

    def note_one(self: Draws, name: str) -> Any:
        asked.append((self.process, self.step, name))
        return one(self, name)

    def note_each(self: Draws, *names: str) -> Any:
        asked.extend((self.process, self.step, name) for name in names)
        return each(self, *names)

    monkeypatch.setattr(Streams, "key", note_key)
    monkeypatch.setattr(Draws, "__call__", note_one)
    monkeypatch.setattr(Draws, "each", note_each)
    found = []
    for warm_up in (14, 17):
        asked.clear()
        model(warm_up, 6)
        monthly = [ask for ask in asked if ask[0] not in ("found", "network", "firms")]
        found.append({ask for ask in monthly if ask[1] >= 1})
        assert min(step for _, step, _ in monthly) == 1 - warm_up
        projects = {step for _, step, name in asked if name == "project:innovation:focal"}
        assert {-1, 0} <= projects
    assert found[0] == found[1]


def test_events_happen_after_the_warm_up() -> None:
    event = {"month": 1, "set": {"companies.focal.price": 0.9}}
    assert model(6, 0, events=[event]).world.policy.price[0] == 0.35
    assert model(6, 1, events=[event]).world.policy.price[0] == 0.9
