"""People compare what they expected with what they got (Oliver 1980)."""

from __future__ import annotations

from simulation.kernels import evaluate as kernel
from simulation.streams import Draws
from simulation.world.month import Encounters
from simulation.world.rounds import Persons
from simulation.world.world import World


def evaluate(world: World, draws: Draws) -> None:
    """Judge the encounters of this round; attitude and the journey's score follow."""
    del draws  # judging leaves nothing to chance
    if len(world.rounds.moving):
        _judge(world, world.rounds.moving, world.encounters)


def judge_use(world: World, draws: Draws) -> None:
    """Judge the month's use, and remember what touchpoints were like."""
    del draws  # judging leaves nothing to chance
    if len(world.rounds.users):
        _judge(world, world.rounds.users, world.use)
    _remember_quality(world)


def _judge(world: World, who: Persons, met: Encounters) -> None:
    """Judge encounters; attitude, the journey's score and, in use, satisfaction follow."""
    people, month, rules = world.people, world.month, world.scenario.evaluate
    kernel.evaluate(
        who,
        rules.gain, rules.level, rules.adaptation, rules.market_norm, rules.norm_rate,
        rules.surprise, rules.loss_aversion, rules.burden, rules.attitude_rate,
        rules.attitude_rate * rules.attitude_of_others,
        rules.satisfaction_rate, rules.experience_months, world.scenario.encounter.self_service,
        world.firms.promised, world.firms.reported,
        world.policy.area_weights, world.policy.moments,
        world.touchpoints.area, world.firms.quality, world.levels, world.job_start,
        world.job_value, people.usage,
        people.segment, people.provider, people.considers, people.job, people.tenure,
        people.deviation, met.stage, met.touchpoint, met.purpose, met.success, met.burden,
        world.balance.attained, people.progress,
        people.satisfaction, people.attitude, people.norm, people.dealt,
        people.journey_weight, people.journey_mean, people.journey_peak, people.journey_last,
        met.judgement,
        month.judgement, month.purpose_met, month.purpose_count, month.stage_purpose_met,
        month.stage_visits, month.expecting, month.expected, month.compared,
    )


def _remember_quality(world: World) -> None:
    """Let quality be the mean purpose met this month; where nobody came it falls back."""
    choice = world.scenario.choice
    kernel.remember_quality(
        choice.quality_start, choice.quality_fade, world.month.purpose_met,
        world.month.purpose_count, world.firms.quality,
    )
