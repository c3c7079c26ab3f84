"""Numbers of all companies in arrays, so that kernels can read them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats
from simulation.kernels.stock import perform
from simulation.scenario.scenario import Scenario
from simulation.world.touchpoints import N_FUNCTIONS


class Firms:
    """Numbers of all companies; C companies, S segments, K outcomes, T touchpoints.

    Attributes:
        capability: stock q ``(C + 1, 3, S, K)``; the last row, nobody's, stays 0
        pending: finished innovation that waits for its release ``(C, S, K)``
        focus: what each function works on, sums to 1 over K ``(C, 3, S, K)``
        heard: need each function last heard, sums to 1 over K ``(C, 3, S, K)``
        lens: professional bias, bias: exp(lens), by which what is heard is weighed ``(C, 3, K)``
        legacy: what the company is used to work on ``(C, K)``
        allocation: platform effort by touchpoint, sums to 1 ``(C, T)``
        settling: share of effort that was moved and does nothing yet ``(C, T)``
        founded: touchpoints with platform effort at the founding ``(C,)``
        quality: mean purpose met last month ``(C + 1, S, T)``
        reported: satisfaction that customers report, all companies' in the last row
            ``(C + 1, S, K)``
        promised: satisfaction that the inexperienced expect, nobody's 0 ``(C + 1, S, K)``
        rate: money a month that each function spends on projects ``(C, 3)``
        invested: money each function spent on projects until this month ``(C, 3)``
        receipts: of last month ``(C,)``
        earned, served: surplus and customers of the last twelve months, by month modulo 12
            ``(C, 12)``
        contacts: at desks last month, expected: a month ``(C, T)``
        staff: people whom each desk has come to, servers: those at work this month, 0 where a
            company has no desk ``(C, T)``
        occupancy: share of open time that all servers were busy last month ``(C,)``
        skill_gained: skill of the staff above that of the hired ``(C,)``
        staff_help: skill of the staff, as switch 'who' lets it help ``(C + 1,)``
        brought, slack: of the platform since the last reconfiguration ``(C, T)``
        failed, complained: problems and failed contacts since then, and those heard ``(C, T)``
        campaign, outage: share of this month ``(C,)``
    """

    def __init__(
        self, *, n_companies: int, n_segments: int, n_outcomes: int, n_touchpoints: int
    ) -> None:
        c, s, k, t = n_companies, n_segments, n_outcomes, n_touchpoints
        self.capability: Floats = np.zeros((c + 1, N_FUNCTIONS, s, k))
        self.pending: Floats = np.zeros((c, s, k))
        self.focus: Floats = np.zeros((c, N_FUNCTIONS, s, k))
        self.heard: Floats = np.zeros((c, N_FUNCTIONS, s, k))
        self.lens: Floats = np.zeros((c, N_FUNCTIONS, k))
        self.bias: Floats = np.ones((c, N_FUNCTIONS, k))
        self.legacy: Floats = np.zeros((c, k))
        self.allocation: Floats = np.zeros((c, t))
        self.settling: Floats = np.zeros((c, t))
        self.founded: NDArray[np.int64] = np.zeros(c, dtype=np.int64)
        self.quality: Floats = np.zeros((c + 1, s, t))
        self.reported: Floats = np.zeros((c + 1, s, k))
        self.promised: Floats = np.zeros((c + 1, s, k))
        self.rate: Floats = np.zeros((c, N_FUNCTIONS))
        self.invested: Floats = np.zeros((c, N_FUNCTIONS))
        self.receipts: Floats = np.zeros(c)
        self.earned: Floats = np.zeros((c, 12))
        self.served: Floats = np.zeros((c, 12))
        self.contacts: Floats = np.zeros((c, t))
        self.expected: Floats = np.zeros((c, t))
        self.staff: Floats = np.zeros((c, t))
        self.servers: NDArray[np.int64] = np.zeros((c, t), dtype=np.int64)
        self.occupancy: Floats = np.zeros(c)
        self.skill_gained: Floats = np.zeros(c)
        self.staff_help: Floats = np.zeros(c + 1)
        self.brought: Floats = np.zeros((c, t))
        self.slack: Floats = np.zeros((c, t))
        self.failed: Floats = np.zeros((c, t))
        self.complained: Floats = np.zeros((c, t))
        self.campaign: Floats = np.zeros(c)
        self.outage: Floats = np.zeros(c)

    @property
    def performance(self) -> Floats:
        """Return 1 − exp(−q), ``(C + 1, 3, S, K)``."""
        performance = np.empty_like(self.capability)
        perform(self.capability, performance)
        return performance

    def effort(self, dilution: float) -> Floats:
        """Return how much platform effort there is to allocate, ``(C,)``: n (n₀/n)^dilution.

        n is the number of touchpoints that get any, n₀ that at the founding (at least 1): at
        dilution 0 each further one brings its effort with it, at 1 all share what there was.
        """
        given = tuple(np.count_nonzero(row) for row in self.allocation)
        return _effort(given, tuple(self.founded.tolist()), dilution)

    def share_out(
        self, before: NDArray[np.bool_], now: NDArray[np.bool_], scenario: Scenario
    ) -> None:
        """Let touchpoints that the platform runs from now on have effort, and others none.

        ``before`` and ``now`` say which each platform runs, ``(C, T)``. A new one gets its share by
        the given allocation; those that stay keep the rest in the proportions they had.
        """
        for c in range(len(now)):
            if np.array_equal(before[c], now[c]):
                continue
            shares = np.where(now[c] & ~before[c], effort_shares(scenario, c, now[c]), 0.0)
            kept = np.where(now[c] & before[c], self.allocation[c], 0.0)
            scale = (1.0 - shares.sum()) / kept.sum() if kept.sum() > 0.0 else 0.0
            total = (shares + scale * kept).sum()
            self.allocation[c] = (shares + scale * kept) / (total if total > 0.0 else 1.0)


@lru_cache
def _effort(given: tuple[int, ...], founded: tuple[int, ...], dilution: float) -> Floats:
    """Return n (n₀/n)^dilution of each company, not to be written to: kept until n changes."""
    n = np.array(given, dtype=np.float64)
    ratio = np.maximum(founded, 1) / np.maximum(n, 1.0)
    effort: Floats = n * ratio**dilution
    return effort


def effort_shares(scenario: Scenario, c: int, runs: NDArray[np.bool_]) -> Floats:
    """Return given shares of effort over the touchpoints that a platform ``runs``, ``(T,)``."""
    given = scenario.companies[c].allocation
    raw = np.array([given.get(row.name, 1.0) for row in scenario.touchpoints], dtype=np.float64)
    raw[~runs] = 0.0
    total = raw.sum()
    shares: Floats = raw / total if total > 0.0 else raw
    return shares
