"""What happened this month: by person, and added up by company, touchpoint and segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats, Whole
from simulation.kernels.forget import forget_balance, forget_encounters
from simulation.kernels.progress import CLASSES
from simulation.world.journey import N_STAGES
from simulation.world.sums import Sums
from simulation.world.touchpoints import N_FUNCTIONS, N_RESOURCES

MOST_CONTACTS = 8
"""Churn is counted by 0 … 6 and 7 or more support contacts in the contract."""

MOST_CONTRACTS = 4
"""Lapses are counted at the end of the first, second, third, and fourth or any later contract."""


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
        self.visitors: Whole = np.zeros((n_companies + 1, n_touchpoints), dtype=np.int64)

    def clear(self) -> None:
        """Forget last month's."""
        forget_encounters(
            self.stage, self.touchpoint, self.hours, self.time, self.help, self.kept, self.wait,
            self.abandoned, self.purpose, self.success, self.burden, self.judgement, self.visitors,
        )  # fmt: skip


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
        forget_balance(
            self.customer, self.needy, self.hours, self.outlay, self.gained, self.alone,
            self.trouble, self.attained, self.spoke, self.contacted,
        )  # fmt: skip


class Census(Sums):
    """What people are and think at the month's end, and what companies are able to do.

    See ``kernels.survey`` and ``kernels.gather.take_stock``.
    """

    people: Annotated[Floats, 1]
    in_segment: Annotated[Floats, "segment"]
    wanted: Annotated[Floats, "segment", "outcome"]
    satisfied: Annotated[Floats, "segment", "outcome"]
    in_stage: Annotated[Floats, N_STAGES + 1]
    customers: Annotated[Floats, "company"]
    liking: Annotated[Floats, "company"]
    knowing: Annotated[Floats, "company"]
    users: Annotated[Floats, "company"]
    reached: Annotated[Floats, "company"]
    opinions: Annotated[Floats, "company", 3]
    mind: Annotated[Floats, 3]
    promoting: Annotated[Floats, "company"]
    capability: Annotated[Floats, "company", N_FUNCTIONS]
    performance: Annotated[Floats, "company", N_FUNCTIONS]
    direction: Annotated[Floats, "company"]
    reported: Annotated[Floats, "company"]
    promised: Annotated[Floats, "company"]
    desk_minutes: Annotated[Floats, "company", "touchpoint"]
    used: Annotated[Floats, "touchpoint", N_RESOURCES]


class Month(Sums):
    """Sums of one month; C companies, S segments, T touchpoints, P partners.

    Rows of nobody come last where the first axis is ``row``, which is ``C + 1`` long.
    """

    new_aware_by_advertising: Annotated[Whole, "company"]
    new_aware_by_word_of_mouth: Annotated[Whole, "company"]
    needs_arisen: Annotated[Whole, 1]
    speaking_for: Annotated[Floats, 1]
    speaking_against: Annotated[Floats, 1]
    knowledge_told: Annotated[Floats, 1]
    knowledge_taught: Annotated[Floats, "row"]
    in_stage: Annotated[Whole, N_STAGES]
    passed: Annotated[Whole, N_STAGES]
    visitors: Annotated[Whole, "row", "touchpoint"]
    handovers: Annotated[Whole, "touchpoint"]
    viewed: Annotated[Whole, "company"]
    viewing: Annotated[Floats, "company"]
    questions: Annotated[Floats, "touchpoint"]
    answers: Annotated[Floats, "touchpoint"]
    answered: Annotated[Floats, "touchpoint"]
    found: Annotated[Floats, "touchpoint"]
    helped: Annotated[Floats, 2]
    answer_hours: Annotated[Floats, 2]
    users: Annotated[Whole, "company"]
    trouble: Annotated[Floats, "company"]
    problems: Annotated[Whole, "company"]
    queries: Annotated[Whole, "company"]
    first_contacts: Annotated[Whole, "company", 2]
    swayed: Annotated[Whole, "company"]
    months_to_purchase: Annotated[Floats, "company"]
    purchases: Annotated[Whole, len(CLASSES) + 1]
    contacts: Annotated[Whole, "company", 2, "touchpoint"]
    purpose_met: Annotated[Floats, "row", "segment", "touchpoint"]
    purpose_count: Annotated[Whole, "row", "segment", "touchpoint"]
    stage_purpose_met: Annotated[Floats, N_STAGES, "touchpoint"]
    stage_visits: Annotated[Whole, N_STAGES, "touchpoint"]
    judgement: Annotated[Floats, "touchpoint"]
    brought: Annotated[Floats, "row", "touchpoint", N_RESOURCES]
    slack: Annotated[Floats, "row", "touchpoint", N_RESOURCES]
    offered: Annotated[Floats, "row"]
    peer_help: Annotated[Floats, "touchpoint"]
    desk_contacts: Annotated[Whole, "company", "touchpoint"]
    desk_wait: Annotated[Floats, "company", "touchpoint"]
    desk_abandoned: Annotated[Whole, "company", "touchpoint"]
    desk_busy: Annotated[Floats, "company", "touchpoint"]
    desk_answered: Annotated[Whole, "company", "touchpoint"]
    desk_paid: Annotated[Floats, "company", "touchpoint"]
    bought: Annotated[Whole, "company", 4]
    expecting: Annotated[Whole, "company"]
    expected: Annotated[Floats, "company"]
    compared: Annotated[Floats, "company"]
    advantage: Annotated[Floats, "company"]
    renewals: Annotated[Whole, "company"]
    lapsed: Annotated[Whole, "company"]
    churn: Annotated[Whole, MOST_CONTACTS, 2]
    by_contract: Annotated[Whole, MOST_CONTRACTS, 2]
    opinion: Annotated[Floats, "company", 3]
    failures: Annotated[Whole, "company", "touchpoint"]
    complaints: Annotated[Whole, "company", "touchpoint"]
    complained_of: Annotated[Floats, "company", "outcome"]
    recoveries: Annotated[Whole, "company", "touchpoint"]
    recovered: Annotated[Whole, "company"]
    heard: Annotated[Whole, "company", N_FUNCTIONS]
    heard_customers: Annotated[Whole, "company", N_FUNCTIONS]
    heard_non_customers: Annotated[Whole, "company", N_FUNCTIONS]
    customers: Annotated[Floats, 3]
    non_customers: Annotated[Floats, 3]
    by_segment: Annotated[Floats, "segment"]
    by_part: Annotated[Floats, 3]
    configuring: Annotated[Floats, "row"]
    used: Annotated[Floats, "company"]
    partnered_use: Annotated[Floats, "company", "partner"]
    paying: Annotated[Whole, "company"]
    partnered: Annotated[Whole, "company", "partner"]
    receipts: Annotated[Floats, "company"]
    serving: Annotated[Floats, "company"]
    projects: Annotated[Floats, "company", N_FUNCTIONS]
    coordinating: Annotated[Floats, "company"]
    running: Annotated[Floats, "company"]
    staffing: Annotated[Floats, "company"]
    training: Annotated[Floats, "company"]
    hearing: Annotated[Floats, "company"]
    complaining: Annotated[Floats, "company"]
    recovering: Annotated[Floats, "company"]
    budget: Annotated[Floats, "company"]
    fees: Annotated[Floats, "company", "partner"]
    partner_costs: Annotated[Floats, "partner"]
    hours_spent: Annotated[Floats, "touchpoint"]
    taught_by: Annotated[Floats, "company", N_FUNCTIONS]
    joy: Annotated[Floats, 2]
    spending: Annotated[Floats, "company"]
    company_surplus: Annotated[Floats, "company"]
    partner_surplus: Annotated[Floats, "partner"]
    co_created_value: Annotated[Floats, 1]

    census: Census

    def _lay_out(self, numbers: Floats, counts: Whole) -> None:
        """Lay out the tables, and those of the census behind them."""
        super()._lay_out(numbers, counts)
        behind = super().length(self.sizes)
        self.census = Census(self.sizes, counts[behind:], numbers[behind:])

    @classmethod
    def length(cls, sizes: Mapping[str, int]) -> int:
        """Return how many words all tables take, with the census."""
        return super().length(sizes) + Census.length(sizes)

    @classmethod
    def counted(cls, sizes: Mapping[str, int]) -> NDArray[np.bool_]:
        """Return which words hold counts, with the census, ``(length,)``."""
        return np.concatenate([super().counted(sizes), Census.counted(sizes)])

    @property
    def encounters(self) -> Whole:
        """Return how many encounters there were, ``(n_companies + 1, n_touchpoints)``."""
        return self.visitors
