"""Communities: who would answer whom at social touchpoints, and what has been answered before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats

WILLING, WISDOM, ROOM, ASKED, SPENT, KEPT = range(6)
"""What is added up in each circle, see ``Peers.circles``."""


class Peers:
    """Who answers whom; C companies, T touchpoints, J jobs.

    People who ask at one touchpoint about one job make a *circle*: of all companies at touchpoints
    that peers own (row C), of each company elsewhere (rows 0 … C−1).

    Attributes:
        archive: answers that a circle keeps, R ``(C + 1, T, J)``
        wisdom: the same, each weighted by the competence of who gave it ``(C + 1, T, J)``
        willing: a person's chance of answering what they see, 0 for those of no circle ``(n,)``
        looks: chance of looking in without being there ``(n,)``
        wise: competence at the month's start ``(n,)``
        room: answers that a person has the hours for ``(n,)``
        knows: experience of each company at the month's start ``(n, C)``
        here: row + 1 of the circle in which the person was this month, 0 none ``(n, n_social)``
        given: answers given this month ``(n,)``
        lately: answers given of late, of which a twenty-fourth fades every month ``(n,)``
        moved: what of ``given`` is not in the circles' sums ``(n,)``
        members: Σ of willingness, wisdom and room of those who look in ``(C + 1, J, 3)``
        circles: the same with those present, answers by willingness, answers given, and the
            competence in them ``(C + 1, T, J, 6)``
        found: share of questions that the archive answers this month ``(C + 1, T, J)``
        readable: share of answers that staff find there ``(C + 1, J)``
    """

    def __init__(
        self, n_people: int, *, n_companies: int, n_jobs: int, social: NDArray[np.bool_]
    ) -> None:
        circles = n_companies + 1, len(social), n_jobs
        self.archive: Floats = np.zeros(circles)
        self.wisdom: Floats = np.zeros(circles)
        self.willing: Floats = np.zeros(n_people)
        self.looks: Floats = np.zeros(n_people)
        self.wise: Floats = np.zeros(n_people)
        self.room: Floats = np.zeros(n_people)
        self.knows = np.zeros((n_people, n_companies), dtype=np.bool_)
        self.here = np.zeros((n_people, int(np.count_nonzero(social))), dtype=np.int16)
        self.given: Floats = np.zeros(n_people)
        self.lately: Floats = np.zeros(n_people)
        self.moved: Floats = np.zeros(n_people)
        self.members: Floats = np.zeros((n_companies + 1, n_jobs, 3))
        self.circles: Floats = np.zeros((*circles, 6))
        self.found: Floats = np.zeros(circles)
        self.readable: Floats = np.zeros((n_companies + 1, n_jobs))

    def clear(self) -> None:
        """Begin a month: nobody is anywhere, nothing is asked."""
        for values in (self.here, self.given, self.moved, self.members, self.circles):
            values.fill(0)
