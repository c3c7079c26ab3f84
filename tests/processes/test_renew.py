"""Renewals are counted where they belong: by contract, and by the encounters that people had."""

from __future__ import annotations

from typing import Any

import numpy as np
from builders import changed, run_model

LIVELY: dict[str, Any] = {
    "population.people": 600, "population.need_probability": 0.5, "reach.hazard": 0.5,
    "journey.contract_months": 4,
}  # fmt: skip
MONTHS = 30


def recorded(changes: dict[str, Any], *metrics: tuple[str, str]) -> list[np.ndarray]:
    recorder = run_model(changed("base", {**LIVELY, **changes}), MONTHS).recorder
    return [recorder.values[:MONTHS, recorder.labels.index(metric)] for metric in metrics]


def test_a_contract_that_ends_counts_as_the_first_at_least() -> None:
    """Contracts become longer while some of the first are up for renewal."""
    longer = {"month": 12, "set": {"journey.contract_months": 24}}
    by_number = [("renewals_by_contract", of) for of in ("1", "2", "3", "4+")]
    due = [("renewals_due", name) for name in ("focal", "rival")]
    *classes, focal, rival = recorded({"events": [longer]}, *by_number, *due)
    assert (np.sum(classes, axis=0) == focal + rival).all()
    assert classes[0][11] > 0
    assert classes[3][:12].sum() == 0  # nobody has had four contracts of four months


def test_no_more_renewals_pass_than_there_are_encounters_for_them() -> None:
    """Contracts of those who have no hours left end as well, but that is not an encounter."""
    busy = {"population.hours": 0.6, "population.hours_spread": 1.0, "journey.rounds": 4}
    passed, focal, rival = recorded(
        busy, ("stage_passed", "renew"), ("renewals_due", "focal"), ("renewals_due", "rival")
    )
    assert (focal + rival).sum() > 50
    assert np.nanmax(passed) == np.nanmin(passed) == 1.0
