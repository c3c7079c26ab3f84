"""What happened this month: by person, and added up by company, touchpoint and segment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.world.journey import N_STAGES
from simulation.world.touchpoints import N_FUNCTIONS, N_RESOURCES

MOST_CONTACTS = 8
"""Churn is counted by 0 … 6 and 7 or more support contacts in the contract."""

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Encounters:
    """This month's encounter of each person, ``(n_people,)`` each.

    touchpoint (-1 nowhere), wait (minutes), abandoned, purpose (z̄), attained (y by outcome of the
    job), burden, outlay, gained and alone (money), needy (0 no need, 1 in need, 2 in use),
    judgement.
    """

    def __init__(self, n_people: int, most_outcomes: int) -> None:
        self.touchpoint = np.full(n_people, -1, dtype=np.int16)
        self.wait = np.zeros(n_people)
        self.abandoned = np.zeros(n_people, dtype=np.bool_)
        self.purpose = np.zeros(n_people)
        self.attained = np.zeros((n_people, most_outcomes))
        self.burden = np.zeros(n_people)
        self.outlay = np.zeros(n_people)
        self.gained = np.zeros(n_people)
        self.alone = np.zeros(n_people)
        self.needy = np.zeros(n_people, dtype=np.int8)
        self.judgement = np.zeros(n_people)


class Month:
    """Sums of one month; C companies, S segments, T touchpoints, P partners.

    Rows of nobody come last where the first axis is ``C + 1``.
    """

    def __init__(
        self, *, n_companies: int, n_segments: int, n_touchpoints: int, n_partners: int
    ) -> None:
        c, s, t, p = n_companies, n_segments, n_touchpoints, n_partners
        self.new_aware_by_advertising: Counts = np.zeros(c, dtype=np.int64)
        self.new_aware_by_word_of_mouth: Counts = np.zeros(c, dtype=np.int64)
        self.needs_arisen = 0
        self.speaking_for = 0.0
        self.speaking_against = 0.0
        self.knowledge_told = 0.0
        self.knowledge_taught: Floats = np.zeros(c + 1)
        self.in_stage: Counts = np.zeros(N_STAGES, dtype=np.int64)
        self.passed: Counts = np.zeros(N_STAGES, dtype=np.int64)
        self.visitors: Counts = np.zeros((c + 1, t), dtype=np.int64)
        self.answers: Floats = np.zeros((c + 1, t))
        self.purpose_met: Floats = np.zeros((c + 1, s, t))
        self.purpose_count: Counts = np.zeros((c + 1, s, t), dtype=np.int64)
        self.stage_purpose_met: Floats = np.zeros((N_STAGES, t))
        self.stage_visits: Counts = np.zeros((N_STAGES, t), dtype=np.int64)
        self.judgement: Floats = np.zeros(t)
        self.brought: Floats = np.zeros((c + 1, t, N_RESOURCES))
        self.slack: Floats = np.zeros((c + 1, t, N_RESOURCES))
        self.offered: Floats = np.zeros(c + 1)
        self.peer_help: Floats = np.zeros((c + 1, t))
        self.desk_contacts: Counts = np.zeros((c, t), dtype=np.int64)
        self.desk_wait: Floats = np.zeros((c, t))
        self.desk_abandoned: Counts = np.zeros((c, t), dtype=np.int64)
        self.desk_busy: Floats = np.zeros((c, t))
        self.bought: Counts = np.zeros((c, 4), dtype=np.int64)
        self.expecting: Counts = np.zeros(c, dtype=np.int64)
        self.expected: Floats = np.zeros(c)
        self.compared: Floats = np.zeros(c)
        self.advantage: Floats = np.zeros(c)
        self.renewals: Counts = np.zeros(c, dtype=np.int64)
        self.lapsed: Counts = np.zeros(c, dtype=np.int64)
        self.churn: Counts = np.zeros((MOST_CONTACTS, 2), dtype=np.int64)
        self.heard: Counts = np.zeros((c, N_FUNCTIONS), dtype=np.int64)
        self.heard_non_customers: Counts = np.zeros((c, N_FUNCTIONS), dtype=np.int64)
        self.customers: Floats = np.zeros(3)
        self.non_customers: Floats = np.zeros(3)
        self.by_segment: Floats = np.zeros(s)
        self.by_part: Floats = np.zeros(3)
        self.paying: Counts = np.zeros(c, dtype=np.int64)
        self.partnered: Counts = np.zeros((c, p), dtype=np.int64)
        self.encounters: Counts = np.zeros((c + 1, t), dtype=np.int64)
        self.receipts: Floats = np.zeros(c)
        self.serving: Floats = np.zeros(c)
        self.projects: Floats = np.zeros((c, N_FUNCTIONS))
        self.coordinating: Floats = np.zeros(c)
        self.running: Floats = np.zeros(c)
        self.staffing: Floats = np.zeros(c)
        self.hearing: Floats = np.zeros(c)
        self.budget: Floats = np.zeros(c)
        self.fees: Floats = np.zeros((c, p))
        self.partner_costs: Floats = np.zeros(p)

    @property
    def spending(self) -> Floats:
        """Return what each company paid but partners' fees, ``(n_companies,)``."""
        return (
            self.serving
            + self.projects.sum(axis=1)
            + self.coordinating
            + self.running
            + self.staffing
            + self.hearing
        )

    @property
    def company_surplus(self) -> Floats:
        """Return receipts − fees − spending, ``(n_companies,)``."""
        return self.receipts - self.fees.sum(axis=1) - self.spending

    @property
    def partner_surplus(self) -> Floats:
        """Return fees − costs, ``(n_partners,)``."""
        return self.fees.sum(axis=0) - self.partner_costs

    @property
    def total_surplus(self) -> float:
        """Return the surplus of all actors."""
        people = self.customers[0] + self.non_customers[0]
        return float(people + self.company_surplus.sum() + self.partner_surplus.sum())

    @property
    def alone(self) -> float:
        """Return the surplus that the same people would have had by self-service."""
        return float(self.customers[1] + self.non_customers[1])

    @property
    def co_created_value(self) -> float:
        """Return total surplus less what the same people would have had alone."""
        return self.total_surplus - self.alone
