"""Who moves when: the rounds of a month, and what begins in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulation.arrays import Whole

Persons = Whole


def nobody() -> Persons:
    """Return no persons."""
    return np.empty(0, dtype=np.int64)


@dataclass
class Due:
    """Persons to whom something happens in a round each, ascending within their round.

    Those of round r are at places ``start[r] … start[r + 1] − 1``.
    """

    person: Persons = field(default_factory=nobody)
    start: Persons = field(default_factory=nobody)

    def of(self, number: int) -> Persons:
        """Return the persons of a round, ascending."""
        if not len(self.person):
            return self.person
        return self.person[self.start[number] : self.start[number + 1]]


@dataclass
class Rounds:
    """The rounds of a month; persons are listed so that only who moves costs time.

    Attributes:
        number: the present round, 1 being the first; 0 outside of the rounds
        of: rounds in this month
        users: who uses an offering this month, ascending
        moving: who has an encounter in this round, ascending
        problems: users whose problem opens in a round
        queries: users who have a query from a round on
        renewals: users whose contract comes up in a round
        at_desks: users whose encounter in use falls to a desk in a round
        contacted: those of ``moving`` whom their company contacts, ascending
    """

    number: int = 0
    of: int = 1
    users: Persons = field(default_factory=nobody)
    moving: Persons = field(default_factory=nobody)
    problems: Due = field(default_factory=Due)
    queries: Due = field(default_factory=Due)
    renewals: Due = field(default_factory=Due)
    at_desks: Due = field(default_factory=Due)
    contacted: Persons = field(default_factory=nobody)
