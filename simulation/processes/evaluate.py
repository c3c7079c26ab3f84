"""People compare what they expected with what they got (Oliver 1980)."""

from __future__ import annotations

import numpy as np

from simulation.kernels import evaluate as kernel
from simulation.streams import Draws
from simulation.world.touchpoints import AREAS
from simulation.world.world import World


def evaluate(world: World, draws: Draws) -> None:
    """Judge encounters; attitude, satisfaction and the journey's score follow."""
    del draws  # judging leaves nothing to chance
    people, met, month, scenario = world.people, world.encounters, world.month, world.scenario
    judge = scenario.evaluate
    kernel.evaluate(
        judge.gain, judge.level, judge.loss_aversion, judge.burden, judge.attitude_rate,
        judge.satisfaction_rate, judge.experience_months, scenario.encounter.self_service,
        world.policy.hype, world.offers.promise,
        np.array([getattr(judge, f"weight_{area.value}") for area in AREAS]),
        world.touchpoints.area, world.firms.quality, world.levels, world.job_start,
        world.job_value,
        people.segment, people.provider, people.considers, people.stage, people.job,
        people.tenure, people.deviation, met.touchpoint, met.purpose, met.attained,
        people.progress, met.burden,
        people.satisfaction, people.attitude,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
        met.judgement,
        month.judgement, month.purpose_met, month.purpose_count, month.stage_purpose_met,
        month.stage_visits,
    )
    _remember_quality(world)


def _remember_quality(world: World) -> None:
    """Let quality be the mean purpose met this month; where nobody came it falls back."""
    month, firms, choice = world.month, world.firms, world.scenario.choice
    fallen = firms.quality + choice.quality_fade * (choice.quality_start - firms.quality)
    firms.quality[:] = np.divide(
        month.purpose_met, month.purpose_count, out=fallen, where=month.purpose_count > 0
    )
