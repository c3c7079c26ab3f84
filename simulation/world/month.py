"""What happened this month: by person, and added up by company, touchpoint and segment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.progress import CLASSES
from simulation.world.journey import N_STAGES
from simulation.world.touchpoints import N_FUNCTIONS, N_RESOURCES

MOST_CONTACTS = 8
"""Churn is counted by 0 … 6 and 7 or more support contacts in the contract."""

MOST_CONTRACTS = 4
"""Lapses are counted at the end of the first, second, third, and fourth or any later contract."""

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Encounters:
    """The latest encounter of each person this month, ``(n_people,)`` each.

    A world has two: encounters in use, one a month and user, and those of the rounds.

    stage (in which it takes place, -1 none), touchpoint (-1 nowhere), hours (it asks), time (share
    of them that the person has), help (by peers), kept (share of help that a handover leaves), wait
    (minutes), abandoned, purpose (z̄), success (whether the purpose was met), attained (y by outcome
    of the job, in use), burden, judgement.

    ``visitors (n_companies + 1, n_touchpoints)``: persons of this round.
    """

    def __init__(self, n_people: int, *, n_companies: int, n_touchpoints: int) -> None:
        self.stage = np.full(n_people, -1, dtype=np.int8)
        self.touchpoint = np.full(n_people, -1, dtype=np.int16)
        self.hours = np.zeros(n_people)
        self.time = np.ones(n_people)
        self.help = np.zeros(n_people)
        self.kept = np.ones(n_people)
        self.wait = np.zeros(n_people)
        self.abandoned = np.zeros(n_people, dtype=np.bool_)
        self.purpose = np.zeros(n_people)
        self.success = np.zeros(n_people, dtype=np.bool_)
        self.burden = np.zeros(n_people)
        self.judgement = np.zeros(n_people)
        self.visitors: Counts = np.zeros((n_companies + 1, n_touchpoints), dtype=np.int64)

    def clear(self) -> None:
        """Forget last month's."""
        self.stage.fill(-1)
        self.touchpoint.fill(-1)
        self.time.fill(1.0)
        self.kept.fill(1.0)
        for name in (
            "hours", "help", "wait", "abandoned", "purpose", "success", "burden", "judgement",
        ):  # fmt: skip
            getattr(self, name).fill(0)
        self.clear_gatherings()

    def clear_gatherings(self) -> None:
        """Let nobody be at any touchpoint."""
        self.visitors.fill(0)


class Balance:
    """What this month asks of each person and gives them, ``(n_people,)`` each.

    customer (at its start), needy (0 no need, 1 in need, 2 in use), hours (spent at touchpoints),
    outlay, gained and alone (money), trouble (rounds in which a problem was open), attained (y of
    users by outcome of the job, ``(n_people, most outcomes)``), spoke (bit f of a company's number:
    its function f can hear of the person's encounters, ``(n_people, n_companies)``), contacted
    (whether the company has called the person back).
    """

    def __init__(self, n_people: int, *, n_companies: int, most_outcomes: int) -> None:
        self.customer = np.zeros(n_people, dtype=np.bool_)
        self.needy = np.zeros(n_people, dtype=np.int8)
        self.hours = np.zeros(n_people)
        self.outlay = np.zeros(n_people)
        self.gained = np.zeros(n_people)
        self.alone = np.zeros(n_people)
        self.trouble = np.zeros(n_people, dtype=np.int8)
        self.attained = np.zeros((n_people, most_outcomes))
        self.spoke = np.zeros((n_people, n_companies), dtype=np.uint8)
        self.contacted = np.zeros(n_people, dtype=np.bool_)

    def clear(self) -> None:
        """Forget last month's."""
        for values in vars(self).values():
            values.fill(0)


class Month:
    """Sums of one month; C companies, S segments, T touchpoints, P partners.

    Rows of nobody come last where the first axis is ``C + 1``.
    """

    def __init__(
        self,
        *,
        n_companies: int,
        n_segments: int,
        n_outcomes: int,
        n_touchpoints: int,
        n_partners: int,
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
        self.handovers: Counts = np.zeros(t, dtype=np.int64)
        self.viewed: Counts = np.zeros(c, dtype=np.int64)
        self.viewing: Floats = np.zeros(c)
        self.questions: Floats = np.zeros(t)
        self.answers: Floats = np.zeros(t)
        self.answered: Floats = np.zeros(t)
        self.found: Floats = np.zeros(t)
        self.helped: Floats = np.zeros(2)
        self.answer_hours: Floats = np.zeros(2)
        self.users: Counts = np.zeros(c, dtype=np.int64)
        self.trouble: Floats = np.zeros(c)
        self.problems: Counts = np.zeros(c, dtype=np.int64)
        self.queries: Counts = np.zeros(c, dtype=np.int64)
        self.first_contacts: Counts = np.zeros((c, 2), dtype=np.int64)
        self.swayed: Counts = np.zeros(c, dtype=np.int64)
        self.months_to_purchase: Floats = np.zeros(c)
        self.purchases: Counts = np.zeros(len(CLASSES) + 1, dtype=np.int64)
        self.contacts: Counts = np.zeros((c, 2, t), dtype=np.int64)
        self.purpose_met: Floats = np.zeros((c + 1, s, t))
        self.purpose_count: Counts = np.zeros((c + 1, s, t), dtype=np.int64)
        self.stage_purpose_met: Floats = np.zeros((N_STAGES, t))
        self.stage_visits: Counts = np.zeros((N_STAGES, t), dtype=np.int64)
        self.judgement: Floats = np.zeros(t)
        self.brought: Floats = np.zeros((c + 1, t, N_RESOURCES))
        self.slack: Floats = np.zeros((c + 1, t, N_RESOURCES))
        self.offered: Floats = np.zeros(c + 1)
        self.peer_help: Floats = np.zeros(t)
        self.desk_contacts: Counts = np.zeros((c, t), dtype=np.int64)
        self.desk_wait: Floats = np.zeros((c, t))
        self.desk_abandoned: Counts = np.zeros((c, t), dtype=np.int64)
        self.desk_busy: Floats = np.zeros((c, t))
        self.desk_answered: Counts = np.zeros((c, t), dtype=np.int64)
        self.desk_paid: Floats = np.zeros((c, t))
        self.bought: Counts = np.zeros((c, 4), dtype=np.int64)
        self.expecting: Counts = np.zeros(c, dtype=np.int64)
        self.expected: Floats = np.zeros(c)
        self.compared: Floats = np.zeros(c)
        self.advantage: Floats = np.zeros(c)
        self.renewals: Counts = np.zeros(c, dtype=np.int64)
        self.lapsed: Counts = np.zeros(c, dtype=np.int64)
        self.churn: Counts = np.zeros((MOST_CONTACTS, 2), dtype=np.int64)
        self.by_contract: Counts = np.zeros((MOST_CONTRACTS, 2), dtype=np.int64)
        self.opinion: Floats = np.zeros((c, 3))
        self.failures: Counts = np.zeros((c, t), dtype=np.int64)
        self.complaints: Counts = np.zeros((c, t), dtype=np.int64)
        self.complained_of: Floats = np.zeros((c, n_outcomes))
        self.recoveries: Counts = np.zeros((c, t), dtype=np.int64)
        self.recovered: Counts = np.zeros(c, dtype=np.int64)
        self.heard: Counts = np.zeros((c, N_FUNCTIONS), dtype=np.int64)
        self.heard_non_customers: Counts = np.zeros((c, N_FUNCTIONS), dtype=np.int64)
        self.customers: Floats = np.zeros(3)
        self.non_customers: Floats = np.zeros(3)
        self.by_segment: Floats = np.zeros(s)
        self.by_part: Floats = np.zeros(3)
        self.configuring: Floats = np.zeros(c + 1)
        self.used: Floats = np.zeros(c)
        self.partnered_use: Floats = np.zeros((c, p))
        self.paying: Counts = np.zeros(c, dtype=np.int64)
        self.partnered: Counts = np.zeros((c, p), dtype=np.int64)
        self.receipts: Floats = np.zeros(c)
        self.serving: Floats = np.zeros(c)
        self.projects: Floats = np.zeros((c, N_FUNCTIONS))
        self.coordinating: Floats = np.zeros(c)
        self.running: Floats = np.zeros(c)
        self.staffing: Floats = np.zeros(c)
        self.training: Floats = np.zeros(c)
        self.hearing: Floats = np.zeros(c)
        self.complaining: Floats = np.zeros(c)
        self.recovering: Floats = np.zeros(c)
        self.budget: Floats = np.zeros(c)
        self.fees: Floats = np.zeros((c, p))
        self.partner_costs: Floats = np.zeros(p)

    @property
    def encounters(self) -> Counts:
        """Return how many encounters there were, ``(n_companies + 1, n_touchpoints)``."""
        return self.visitors

    @property
    def spending(self) -> Floats:
        """Return what each company paid but partners' fees, ``(n_companies,)``."""
        return (
            self.serving
            + self.projects.sum(axis=1)
            + self.coordinating
            + self.running
            + self.staffing
            + self.training
            + self.hearing
            + self.complaining
            + self.recovering
            + self.viewing
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
