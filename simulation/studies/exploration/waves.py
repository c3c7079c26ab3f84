"""What an exploration runs after its design, wave by wave.

Futures that cannot tell get further seeds, within a budget. Then what was found is put to the test
on futures and seeds of its own: cells in which a claim might be reversed, the point at which the
radius ends, the required level; and what screening left out. Every decision follows from records
that are there, so that an interrupted exploration goes on as if it had not been stopped.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.decision.emulator import Kind, Surface, emulate, fit, sample_of
from simulation.analysis.decision.next_runs import further_seeds, suspect_cells
from simulation.analysis.decision.places import present_place
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.radius import radius
from simulation.analysis.decision.screening import spoken_of, true_effects
from simulation.analysis.decision.shares import normals, p_better, shares_of, unsure
from simulation.store import PlannedRun, RunStore
from simulation.studies.exploration.arms import level_arm
from simulation.studies.exploration.later import (
    LEAST_TO_SEARCH,
    MOST_SEEDS,
    ROUNDS,
    Batch,
    chosen_of,
    left_out_batch,
    level_batch,
    numbered,
    radius_batch,
    reversal_batch,
)
from simulation.studies.exploration.required import required_of
from simulation.studies.exploration.workroom import Workroom, workroom_of_records

if TYPE_CHECKING:
    from simulation.studies.exploration.plan import Exploration

PAIR = 2
"""Runs of one further seed: the arm's and the base's."""

Waves = Generator[Sequence[PlannedRun], None, "Exploration"]


@dataclass(frozen=True)
class Speaker:
    """What speaks for an arm's effect: which assumptions, and which kind of emulator.

    Both are settled on the design alone, so that further seeds do not choose them.
    """

    kept: tuple[int, ...]
    kind: Kind
    speaks: bool

    def surface(self, room: Workroom, arm: str) -> Surface:
        """Return it fitted to all that is known of the arm."""
        sample = sample_of(room.x, room.differences(arm, room.whose))
        return fit(sample.of(list(self.kept)), self.kind)

    def effects(self, room: Workroom, arm: str) -> Posterior:
        """Return what is known of the arm's true effects."""
        return true_effects(sample_of(room.x, room.differences(arm, room.whose)), self.kind)


def speaker_of(room: Workroom, arm: str) -> Speaker:
    """Return what speaks for an arm's effect."""
    whole = sample_of(room.x, room.differences(arm, room.whose))
    kept = spoken_of(whole)
    emulator = emulate(whole, kept, choose=spoken_of)
    return Speaker(tuple(kept), emulator.surface.kind, emulator.speaks)


def later_waves(study: Exploration, store: RunStore) -> Waves:
    """Yield the runs that follow from those of the design, and return the study with them."""
    room = workroom_of_records(study.about()["sweep"], study.planned(), store)
    if not study.search.wanted or len(room.futures) < LEAST_TO_SEARCH:
        return study
    speakers = {arm: speaker_of(room, arm) for arm in room.arms[1:]}
    kept = {arm: one.kept for arm, one in speakers.items()}
    study = replace(study, later=replace(study.later, kept=kept))
    study = yield from _settled(study, store, speakers)
    return (yield from _searched(study, store, speakers))


def _settled(study: Exploration, store: RunStore, speakers: Mapping[str, Speaker]) -> Waves:
    """Give further seeds to futures that cannot tell, as long as the budget lasts."""
    design = len(study.planned())
    budget = design // 2 if study.search.budget is None else study.search.budget
    for turn in range(ROUNDS):
        room = workroom_of_records(study.about()["sweep"], study.planned(), store)
        posteriors = {arm: one.effects(room, arm) for arm, one in speakers.items()}
        if turn == 0:
            before = {arm: unsure(one, room.margin) for arm, one in posteriors.items()}
            study = replace(study, later=replace(study.later, unsure=before))
        left = budget - len(study.further)
        further = _further(study, room, posteriors, left)
        if further == study.later.further:
            break
        study = replace(study, later=replace(study.later, further=further))
        yield sorted(study.further, key=lambda p: (p.parameters["replicate"], p.run))
    return study


def _further(
    study: Exploration, room: Workroom, posteriors: Mapping[str, Posterior], left: int
) -> dict[str, dict[int, int]]:
    """Return further seeds by arm and future, those that it has included."""
    further = {arm: dict(n) for arm, n in study.later.further.items()}
    for arm, posterior in posteriors.items():
        held = further.get(arm, {})
        seeds = np.array([len(study.seeding.of(f)) + held.get(f, 0) for f in room.futures])
        budget = left // PAIR // len(posteriors)
        more = further_seeds(
            p_better(posterior, room.margin), seeds, budget=budget, most=MOST_SEEDS
        )
        for future, n in zip(room.futures, more.tolist(), strict=True):
            if n:
                further.setdefault(arm, {})[future] = held.get(future, 0) + n
    return further


def _searched(study: Exploration, store: RunStore, speakers: Mapping[str, Speaker]) -> Waves:
    """Run what was found again, on futures and seeds of its own, and what was left out."""
    room = workroom_of_records(study.about()["sweep"], study.planned(), store)
    batches = numbered(_batches(study, room, speakers), len(study.futures))
    study = replace(study, later=replace(study.later, batches=tuple(batches)))
    if study.market:
        yield [plan for batch in batches for plan in study.runs_of(batch)]
    chosen = [_chosen(study, batch, store) for batch in batches]
    study = replace(study, later=replace(study.later, batches=tuple(chosen)))
    yield [plan for batch in chosen for plan in study.runs_of(batch)]
    return study


def _chosen(study: Exploration, batch: Batch, store: RunStore) -> Batch:
    """Return a batch that knows which of its futures are run."""
    present = [plan for plan in study.design if plan.parameters["future"] == 0]
    out = set(study.implausible(store, [*present, *study.runs_of(batch)]))
    futures = study.futures_in(batch)
    return replace(batch, chosen=tuple(chosen_of(batch, futures, study.places(futures), out)))


def _batches(
    study: Exploration, room: Workroom, speakers: Mapping[str, Speaker]
) -> list[Batch]:  # fmt: skip
    """Return what is to be run again."""
    width = room.x.shape[1]
    surfaces = {arm: one.surface(room, arm) for arm, one in speakers.items()}
    batches = []
    for arm, surface in surfaces.items():
        posterior = speakers[arm].effects(room, arm)
        shares = shares_of(posterior, room.margin, posterior.draws(normals(len(room.futures))))
        cells = suspect_cells(surface.mean, speakers[arm].kept, shares)
        batches += [reversal_batch(arm, one, width) for one in cells]
    lead = max(surfaces, key=lambda arm: float(speakers[arm].effects(room, arm).mean.mean()))
    batches += _of_lead(study, room, lead, speakers[lead], surfaces[lead])
    return batches + _level(study, room)


def _of_lead(
    study: Exploration, room: Workroom, arm: str, speaker: Speaker, surface: Surface
) -> list[Batch]:
    """Return the batches of the leading arm: its radius' end, and what was left out."""
    width, batches = room.x.shape[1], []
    if speaker.speaks:
        present = present_place(room.factors)[list(speaker.kept)]
        reach = radius(surface.mean, present, room.margin)
        batches.append(radius_batch(arm, reach.worst, speaker.kept, reach.effect, width))
    if len(speaker.kept) < width:
        seeds = min(2, len(study.seeds))
        batches.append(left_out_batch(arm, room.x, room.futures, speaker.kept, seeds))
    return batches


def _level(study: Exploration, room: Workroom) -> list[Batch]:
    """Return the batch that runs the required level again, where there is one."""
    required = required_of(room)
    level = None if required is None else required.value(required.curve.required)
    if required is None or level is None or not required.emulator.whole.speaks:
        return []
    arm = level_arm(study.experiment, level)
    return [level_batch(arm.name, level, required.share, room.x.shape[1])]
