"""People: one row each for life, in columns; their roles flip in place."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from simulation.columns import Column

UNAWARE, BY_ADVERTISING, BY_WORD_OF_MOUTH, BY_EXPERIENCE = 0, 1, 2, 3
"""Codes of ``aware``: whether a person knows a company, and what made it known."""

INF = float("inf")

COLUMNS: dict[str, Column] = {
    "segment": Column("int8", 0, 0, 127, "segment"),
    "provider": Column("int8", -1, -1, 127, "company whose customer the person is, or -1"),
    "considers": Column("int8", -1, -1, 127, "company the person deals with, or -1"),
    "stage": Column("int8", -1, -1, 8, "stage of the journey, or -1 when idle"),
    "job": Column("int8", -1, -1, 127, "job to be done, or -1 when idle"),
    "tried": Column("int16", -1, -1, 127, "touchpoint where what is open was tried in vain, or -1"),
    "tried_at": Column("int8", -1, -1, 127, "company dealt with then, or -1"),
    "tried_in": Column("int8", -1, -1, 8, "stage of that encounter, or -1"),
    "last_job": Column("int8", -1, -1, 127, "job that last came up, or -1"),
    "tenure": Column("int16", 0, 0, 32767, "months as a customer of the provider", "months"),
    "waited": Column("int16", 0, 0, 32767, "months of need with nobody known", "months"),
    "contacts": Column("int16", 0, 0, 32767, "support contacts in this contract"),
    "problem": Column("bool", 0, 0, 1, "whether a problem is open"),
    "queries": Column("int8", 0, 0, 2, "queries that are open"),
    "for_staff": Column("bool", 0, 0, 1, "whether open queries are for staff"),
    "tries": Column("int8", 0, 0, 127, "contacts made about what is open"),
    "need_month": Column("int16", 0, -32768, 32767, "month in which the present need arose"),
    "knowledge": Column("float64", 0, 0, 1, "knows how"),
    "skill": Column("float64", 0, 0, 1, "has learned by doing"),
    "skill_start": Column("float64", 0, 0, 1, "skill without any practice"),
    "practice": Column("float64", 0, 0, INF, "encounters in use that are not worn off"),
    "hours": Column("float64", 1, 0, INF, "time for the job", "hours/month"),
    "money": Column("float64", 1, 0, INF, "money for the job", "money/month"),
    "usage": Column("float64", 1, 0, INF, "use relative to the mean person's"),
    "sociability": Column("float64", 0, 0, 1, "likes meeting and helping others"),
    "helpful": Column("float64", 1, 0, INF, "readiness to answer others, relative to the mean"),
    "churn_base": Column("float64", 0, 0, 1, "chance of lapsing at a renewal when indifferent"),
    "progress": Column("float64", 0, 0, 1, "outcome progress last reached (Y)"),
    "norm": Column("float64", 0, 0, 1, "outcome progress that the person is used to (N)"),
    "journey_weight": Column("float64", 0, 0, INF, "encounters of the journey, weighted"),
    "journey_mean": Column("float64", 0, -1, 1, "mean judgement of the journey"),
    "journey_peak": Column("float64", 0, -1, 1, "judgement furthest from neutral"),
    "journey_last": Column("float64", 0, -1, 1, "last judgement"),
    "joined": Column(
        "int16",
        0,
        -32768,
        32767,
        "month of the first purchase (-1: that before month 1), or 0",
        "month",
    ),
    "left": Column(
        "int16",
        0,
        -32768,
        32767,
        "month of the last lapse (-1: that before month 1), or 0",
        "month",
    ),
    "paid": Column("float64", 0, 0, INF, "paid to companies since month 1", "money"),
    "surplus": Column("float64", 0, -INF, INF, "surplus since month 1", "money"),
    "deviation": Column(
        "float64", 1, 0, INF, "importance relative to the segment's, for life", per="outcome"
    ),
    "satisfaction": Column("float64", 0, 0, 1, "satisfaction with each outcome (S)", per="outcome"),
    "aware": Column("int8", 0, 0, 3, "whether and why the company is known", per="company"),
    "attitude": Column("float64", 0, -1, 1, "attitude towards the company (A)", per="company"),
    "reputation": Column("float64", 0, -1, 1, "what others say of it (r)", per="company"),
    "dealt": Column("bool", 0, 0, 1, "whether the person ever dealt with it", per="company"),
    "fit": Column("float64", 1, 0, INF, "how well its offering suits the person", per="company"),
    "remembered": Column(
        "float64", 0, 0, 1, "satisfaction there when the person last left it", per="company"
    ),
}


class People:
    """The columns of all persons, each an attribute: ``people.knowledge`` is ``(n_people,)``.

    Experience of a company is ``aware == BY_EXPERIENCE``: whoever was a customer stays so.
    """

    segment: NDArray[np.int8]
    provider: NDArray[np.int8]
    considers: NDArray[np.int8]
    stage: NDArray[np.int8]
    job: NDArray[np.int8]
    tried: NDArray[np.int16]
    tried_at: NDArray[np.int8]
    tried_in: NDArray[np.int8]
    last_job: NDArray[np.int8]
    tenure: NDArray[np.int16]
    waited: NDArray[np.int16]
    contacts: NDArray[np.int16]
    problem: NDArray[np.bool_]
    queries: NDArray[np.int8]
    for_staff: NDArray[np.bool_]
    tries: NDArray[np.int8]
    need_month: NDArray[np.int16]
    knowledge: NDArray[np.float64]
    skill: NDArray[np.float64]
    skill_start: NDArray[np.float64]
    practice: NDArray[np.float64]
    hours: NDArray[np.float64]
    money: NDArray[np.float64]
    usage: NDArray[np.float64]
    sociability: NDArray[np.float64]
    helpful: NDArray[np.float64]
    churn_base: NDArray[np.float64]
    progress: NDArray[np.float64]
    norm: NDArray[np.float64]
    journey_weight: NDArray[np.float64]
    journey_mean: NDArray[np.float64]
    journey_peak: NDArray[np.float64]
    journey_last: NDArray[np.float64]
    joined: NDArray[np.int16]
    left: NDArray[np.int16]
    paid: NDArray[np.float64]
    surplus: NDArray[np.float64]
    deviation: NDArray[np.float64]
    satisfaction: NDArray[np.float64]
    aware: NDArray[np.int8]
    attitude: NDArray[np.float64]
    reputation: NDArray[np.float64]
    dealt: NDArray[np.bool_]
    fit: NDArray[np.float64]
    remembered: NDArray[np.float64]

    def __init__(self, n: int, *, n_outcomes: int, n_companies: int) -> None:
        self.n = n
        sizes = {"outcome": n_outcomes, "company": n_companies}
        for name, column in COLUMNS.items():
            setattr(self, name, column.allocate(n, sizes))

    def __len__(self) -> int:
        return self.n

    def column(self, name: str) -> NDArray[Any]:
        """Return the array of the column ``name``.

        Raises:
            KeyError: there is no such column.
        """
        if name not in COLUMNS:
            raise KeyError(name)
        return cast("NDArray[Any]", getattr(self, name))

    @property
    def experienced(self) -> NDArray[np.bool_]:
        """Whether each person was ever a customer of each company, ``(n_people, n_companies)``."""
        return self.aware == BY_EXPERIENCE

    def begin_accounts(self) -> None:
        """Let what was paid and gained count from now on: the months of a warm-up do not count."""
        self.paid.fill(0.0)
        self.surplus.fill(0.0)

    def faults(self) -> dict[str, int]:
        """Return the number of values out of bounds, by column; empty when all is well."""
        counts = {name: col.violations(self.column(name)) for name, col in COLUMNS.items()}
        return {name: count for name, count in counts.items() if count}
