"""Lean: slack by touchpoint and resource, and what moving it would free."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis.lean import lean_table, reallocation_table, resource_table

AMOUNTS = {
    "forum:platform": (40.0, 10.0),
    "forum:help": (50.0, 40.0),
    "shop:platform": (60.0, 50.0),
    "shop:help": (0.0, 0.0),
}
"""Brought and used a month."""


def series(runs: int = 3, months: int = 12) -> pd.DataFrame:
    rows = []
    for run in range(runs):
        for month in range(1, months + 1):
            for of, (brought, used) in AMOUNTS.items():
                factor = 1.0 + 0.1 * run
                rows.append((run, month, "brought", of, brought * factor))
                rows.append((run, month, "used", of, used * factor))
                rows.append((run, month, "slack", of, (brought - used) * factor))
    frame = pd.DataFrame(rows, columns=["run", "month", "metric", "of", "value"])
    return frame.astype({"metric": "category", "of": "category"})


def test_brought_is_used_or_slack() -> None:
    found = lean_table(series())
    assert (found["used"] + found["slack"]).tolist() == pytest.approx(found["brought"].tolist())
    forum = found[(found["touchpoint"] == "forum") & (found["resource"] == "platform")].iloc[0]
    assert forum["brought"] == pytest.approx(44.0)
    assert forum["slack_share"] == pytest.approx(0.75)
    assert forum["low"] == pytest.approx(forum["high"])


def test_what_nobody_brings_has_no_slack_share() -> None:
    found = lean_table(series()).set_index(["touchpoint", "resource"])
    assert np.isnan(found.loc[("shop", "help"), "slack_share"])


def test_reallocation_keeps_the_total_and_evens_out_slack() -> None:
    found = reallocation_table(series()).set_index("touchpoint")
    assert list(found.index) == ["forum", "shop"]
    assert found["move"].sum() == pytest.approx(0.0)
    after = found["brought"] + found["move"]
    assert (found["used"] / after).tolist() == pytest.approx([0.6, 0.6])
    assert found.loc["forum", "move"] == pytest.approx(1.1 * (100 * 10 / 60 - 40))


def test_resources_tell_how_much_is_in_the_wrong_place() -> None:
    found = resource_table(series()).set_index("resource")
    assert found.loc["platform", "slack_share"] == pytest.approx(0.4)
    assert found.loc["platform", "misplaced"] == pytest.approx((40 - 100 / 6) / 100)
    assert found.loc["help", "misplaced"] == pytest.approx(0.0)


def test_an_unknown_resource_is_named() -> None:
    with pytest.raises(ValueError, match="Got 'gold'"):
        reallocation_table(series(), "gold")


def test_what_chance_moves_within_runs_is_not_misplaced() -> None:
    """Four touchpoints with the same slack on average: within single runs 5 % would be moved."""
    rng = np.random.default_rng(0)
    rows = [
        (run, month, metric, f"{touchpoint}:platform", value)
        for run in range(200)
        for month in range(1, 13)
        for touchpoint in "abcd"
        for metric, value in (("brought", 10.0), ("slack", 4.0 + 3.0 * rng.standard_normal()))
    ]
    noisy = pd.DataFrame(rows, columns=["run", "month", "metric", "of", "value"])
    found = resource_table(noisy).iloc[0]
    assert found["misplaced"] < 0.01
    moves = reallocation_table(noisy)["move"]
    assert found["misplaced"] * found["brought"] == pytest.approx(moves.clip(lower=0.0).sum())
