"""Goldenberg, Libai & Muller (2001, Marketing Letters 12:211): the limit of ties alone."""

from __future__ import annotations

import numpy as np
import pytest
from builders import changed, run_model

from simulation.kernels.talk import hear
from simulation.streams import Streams


@pytest.mark.parametrize(("n_strong", "n_weak"), [(0, 0), (0, 3), (2, 0), (4, 5), (1, 1)])
def test_exposure_is_exact_in_one_step(n_strong: int, n_weak: int) -> None:
    """1 − (1 − β_w)^j (1 − β_s)^m, read off a reputation that follows at once (λ_r = 1, Ā = 1)."""
    n_ties = n_strong + n_weak
    n = n_ties + 1
    start = np.zeros(n + 1, dtype=np.int64)
    start[1:] = n_ties
    speech = np.tile([1.0, 0.0, 1.0, 1.0], (n, 1))  # loud, knows nothing, τ = 1, A = 1
    reputation = np.zeros((n, 1))
    knowledge = np.zeros(n)
    hear(
        Streams(1).at("talk", 1).each("word"), np.empty(0, dtype=np.uint64),
        0.04, 0.01, 1.0, 1.0, 0.0,
        start, np.arange(1, n, dtype=np.uint32), np.arange(n_ties) < n_strong,
        speech,
        np.full((n, 1), 2, dtype=np.int8), reputation, knowledge, np.zeros(1, dtype=np.int64),
    )  # fmt: skip
    assert reputation[0, 0] == pytest.approx(1 - 0.99**n_weak * 0.96**n_strong, abs=1e-15)


def test_advertising_and_talk_join_as_in_the_paper() -> None:
    """P = 1 − (1 − α)(1 − β_w)^j (1 − β_s)^m over one month from a known share of talkers."""
    inputs = changed("limits/goldenberg", {"population.people": 60_000, "talk.strong": 0.04})
    model = run_model(inputs, 30)
    people = model.world.people
    groups = people.experienced[:, 0].reshape(-1, 5)
    talking_mates = np.repeat(groups.sum(axis=1), 5) - people.experienced[:, 0]
    share = people.experienced[:, 0].mean()
    unaware = people.aware[:, 0] == 0
    silent = (1 - 0.01 * share) ** 5  # five weak contacts among all, drawn with replacement
    chance = 1 - (1 - 0.0005) * silent * 0.96**talking_mates
    model.step()
    became = int((people.aware[:, 0] > 0)[unaware].sum())
    expected = chance[unaware].sum()
    spread = np.sqrt((chance * (1 - chance))[unaware].sum())
    assert became == pytest.approx(expected, abs=4 * spread)


@pytest.mark.parametrize(("strong", "months", "tolerance"), [(0.01, 100.0, 4.0), (0.04, 65.0, 2.5)])
def test_time_to_95_percent(strong: float, months: float, tolerance: float) -> None:
    """SOURCES: 99.0 ± 3.5 and 64.2 ± 2.0 (sd of a run) with synchronous steps and N = 3000."""
    inputs = changed("limits/goldenberg", {"talk.strong": strong, "run.months": 160})
    times = []
    for seed in range(10):
        recorder = run_model(inputs, 140, seed).recorder
        aware = recorder.values[:, recorder.labels.index(("aware", "focal"))]
        times.append(int(np.argmax(aware >= 0.95)) + 1)
    assert np.mean(times) == pytest.approx(months, abs=tolerance)
