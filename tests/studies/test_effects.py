"""What levers do: pairs of runs, and measures on made-up panels with known answers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from simulation.analysis.targets import Use, targets
from simulation.scenario.load import load_scenario
from simulation.studies.effects import (
    LEVERS,
    _change,
    contacts_of_newcomers,
    effects,
    use_of_newcomers,
)
from simulation.studies.run.result import ScenarioResult


def result_of(rows: list[tuple[int, int, int, str, int, int, float]]) -> ScenarioResult:
    """Return a result with nothing but a panel."""
    columns = ["run", "month", "person", "provider", "tenure", "contacts", "progress"]
    made: Any = SimpleNamespace(panel=pd.DataFrame(rows, columns=columns))
    return cast("ScenarioResult", made)


def test_every_effect_has_a_lever_that_changes_a_stored_scenario() -> None:
    wanted = {one.measure for one in targets() if one.use is Use.EFFECT}
    assert wanted == set(LEVERS)
    for lever in LEVERS.values():
        without = load_scenario(lever.without).replace(dict(lever.before))
        turned = load_scenario(lever.turned).replace(dict(lever.after))
        assert without.fingerprint != turned.fingerprint


def test_newcomers_are_those_who_joined_in_the_recorded_months() -> None:
    """Person 0 joined before month 1, person 1 in month 1 with two contacts, 2 is the rival's."""
    rows = [
        (0, 1, 0, "focal", 1, 5, 0.5),
        (0, 2, 1, "focal", 1, 2, 0.5),
        (0, 2, 2, "rival", 1, 7, 0.5),
        (0, 3, 3, "focal", 1, 1, 0.5),
        (0, 3, 1, "focal", 2, 9, 0.5),
    ]
    assert contacts_of_newcomers(result_of(rows), "focal").tolist() == [1.5]


def test_use_is_added_up_over_eight_months_of_those_who_stayed() -> None:
    stayed = [(0, 1 + t, 1, "focal", t, 0, 0.5) for t in range(1, 10)]
    left = [(0, 1 + t, 2, "focal", t, 0, 0.9) for t in range(1, 5)]
    assert use_of_newcomers(result_of(stayed + left), "focal").tolist() == [pytest.approx(4.0)]


def test_an_effect_is_a_change_over_pairs_with_its_interval() -> None:
    """Two pairs of a small market: led to self-service where all is clear, people call less."""
    wanted = [one for one in targets() if one.measure == "calls_at_high_clarity"]
    (held,) = effects(replicates=2, months=24, people=300, workers=0, wanted=wanted)
    assert held.value.mean < 0
    assert held.value.has_interval


def test_a_relative_effect_is_relative_to_the_market_without_the_lever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From 4 to 3 is a quarter less, pair by pair; of points it is one point."""
    (target,) = [one for one in targets() if one.measure == "calls_at_low_clarity"]
    values = {False: pd.Series([4.0, 8.0]), True: pd.Series([3.0, 6.0])}

    def arm(_name: str, changes: Any, _panel: Any) -> Any:
        return changes is lever.after

    for relative, expected in ((True, -0.25), (False, -1.5)):
        lever = replace(LEVERS[target.measure], relative=relative,
                        measure=lambda turned, _company: values[turned])  # fmt: skip
        monkeypatch.setitem(LEVERS, target.measure, lever)
        assert _change(target, arm).mean == pytest.approx(expected)
