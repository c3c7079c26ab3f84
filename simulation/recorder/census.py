"""The census: what people are and think at the month's end, counted once for all metrics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.kernels.survey import survey
from simulation.world.journey import N_STAGES
from simulation.world.world import World

Values = NDArray[np.float64]


class Census:
    """Counts and sums of one month; see ``kernels.survey`` for what each adds up."""

    def __init__(self, world: World) -> None:
        people, c, s = world.people, world.n_companies, world.n_segments
        self.n_people = people.n
        self.in_segment: Values = np.zeros(s)
        self.wanted: Values = np.zeros_like(world.levels)
        self.satisfied: Values = np.zeros_like(world.levels)
        self.in_stage: Values = np.zeros(N_STAGES + 1)
        self.customers: Values = np.zeros(c)
        self.liking: Values = np.zeros(c)
        self.knowing: Values = np.zeros(c)
        self.users: Values = np.zeros(c)
        self.reached: Values = np.zeros(c)
        self.opinions: Values = np.zeros((c, 3))
        self.mind: Values = np.zeros(3)
        survey(
            world.levels, world.job_start,
            people.segment, people.provider, people.considers, people.stage, people.job,
            people.problem, people.queries,
            people.knowledge, people.skill, people.progress, people.deviation,
            people.satisfaction, people.aware, people.attitude, world.balance.needy,
            self.in_segment, self.wanted, self.satisfied, self.in_stage, self.customers,
            self.liking, self.knowing, self.users, self.reached, self.opinions, self.mind,
        )  # fmt: skip
