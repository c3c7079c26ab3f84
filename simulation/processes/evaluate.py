"""People compare what they expected with what they got (Oliver 1980)."""

from __future__ import annotations

import numpy as np

from simulation.kernels import evaluate as kernel
from simulation.streams import Draws
from simulation.world.journey import STAGES
from simulation.world.touchpoints import AREAS
from simulation.world.world import World


def evaluate(world: World, draws: Draws) -> None:
    """Judge encounters; attitude, satisfaction and the journey's score follow."""
    del draws  # what happened is decided by the draw that moves the journey, made there
    people, met, month, scenario = world.people, world.encounters, world.month, world.scenario
    judge = scenario.evaluate
    kernel.evaluate(
        world.streams.at("progress", world.step)("pass"),
        judge.gain, judge.level, judge.adaptation, judge.market_norm, judge.norm_rate,
        judge.surprise, judge.loss_aversion, judge.burden, judge.attitude_rate,
        judge.attitude_rate * judge.attitude_of_others,
        judge.satisfaction_rate, judge.experience_months, scenario.encounter.self_service,
        world.firms.promised, world.firms.reported,
        np.array([getattr(judge, f"weight_{area.value}") for area in AREAS]),
        np.array([getattr(judge.moments, stage.value) for stage in STAGES]),
        world.touchpoints.area, world.firms.quality, world.levels, world.job_start,
        world.job_value,
        people.segment, people.provider, people.considers, people.stage, people.job,
        people.tenure, people.deviation, met.touchpoint, met.purpose, met.attained,
        people.progress, met.burden,
        people.satisfaction, people.attitude, people.norm, people.dealt,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
        met.judgement,
        month.judgement, month.purpose_met, month.purpose_count, month.stage_purpose_met,
        month.stage_visits, month.expecting, month.expected, month.compared,
    )
    _remember_quality(world)


def _remember_quality(world: World) -> None:
    """Let quality be the mean purpose met this month; where nobody came it falls back."""
    month, firms, choice = world.month, world.firms, world.scenario.choice
    fallen = firms.quality + choice.quality_fade * (choice.quality_start - firms.quality)
    firms.quality[:] = np.divide(
        month.purpose_met, month.purpose_count, out=fallen, where=month.purpose_count > 0
    )
