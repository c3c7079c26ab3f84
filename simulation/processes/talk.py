"""Word of mouth: ties carry awareness, reputation and knowledge (Goldenberg et al. 2001)."""

from __future__ import annotations

import numpy as np

from simulation.kernels import talk as kernel
from simulation.streams import Draws
from simulation.world.world import World


def talk(world: World, draws: Draws) -> None:
    """Let everybody who has experience speak, and everybody hear.

    exposure_ic = 1 − Π_j (1 − β_ij τ_jc); under full mixing 1 − exp(−q mean τ_c).
    """
    parameters, people, month = world.scenario.talk, world.people, world.month
    speech = world.speech
    month.speaking_for[0], month.speaking_against[0] = kernel.speak(
        parameters.propensity, parameters.positive, parameters.negative,
        people.aware, people.attitude, people.knowledge, speech,
    )
    listen_keys = draws.each(*world.by_company("word"))
    flows = 1.0 - world.scenario.blocks.word_of_mouth
    if world.ties.full_mixing:
        month.knowledge_told[0] = kernel.hear_everybody(
            listen_keys, parameters.contagion, flows, parameters.reputation_rate,
            parameters.knowledge_rate, np.argsort(-people.knowledge, kind="stable"), speech,
            people.aware, people.reputation, people.knowledge, month.new_aware_by_word_of_mouth,
        )
        return
    contacts = [f"contact:{m}" for m in range(world.ties.contacts_per_month)]
    month.knowledge_told[0] = kernel.hear(
        listen_keys, draws.each(*contacts), parameters.strong, parameters.weak, flows,
        parameters.reputation_rate, parameters.knowledge_rate,
        world.ties.start, world.ties.neighbour, world.ties.strong, speech,
        people.aware, people.reputation, people.knowledge, month.new_aware_by_word_of_mouth,
    )
