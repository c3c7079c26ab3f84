"""People consult what others report: how satisfied a company's customers are."""

from __future__ import annotations

import numpy as np

from simulation.kernels import consult as kernel
from simulation.streams import Draws
from simulation.world.world import World

FEW = 20.0
"""Persons whose report weighs as much as what is known besides."""


def consult(world: World, draws: Draws) -> None:
    """Let reports and promises form, by company, segment and outcome.

    All customers of a segment report S̄_sk = (Σ S_ik + 20 · self_service) / (n_sk + 20), a
    company's S̄_csk = (Σ S_ik + 20 S̄_sk) / (n_csk + 20), over customers whose job has the outcome:
    a few persons say little. Promised is S̄_csk (1 + hype_c M_csk).
    """
    del draws  # reports leave nothing to chance
    people, firms = world.people, world.firms
    persons = np.zeros((world.n_companies, *world.levels.shape))
    total = np.zeros_like(persons)
    kernel.add_up(
        world.job_start, people.segment, people.provider, people.job, people.satisfaction,
        persons, total,
    )
    alone = world.scenario.encounter.self_service
    firms.reported[-1] = (total.sum(axis=0) + FEW * alone) / (persons.sum(axis=0) + FEW)
    firms.reported[:-1] = (total + FEW * firms.reported[-1]) / (persons + FEW)
    hype = world.policy.hype[:-1, None, None]
    firms.promised[:-1] = firms.reported[:-1] * (1.0 + hype * world.offers.promise[:-1])
