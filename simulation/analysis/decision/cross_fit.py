"""Chances by which a rule is sought, and others by which it is scored, that know nothing of them.

The chances p_f of an emulator are a function of the assumptions that was fitted to all futures. A
box of assumptions that is sought by them has seen every future; scored by them, it is compared with
what was made of the same assumptions. So a rule is sought by an emulator fitted without the futures
on which it is scored, its assumptions chosen without them too, and scored by what the runs of each
of these say by themselves,

    y_f = P(claim holds in f | the runs of f; mean, spread and noise of all futures).

Where no assumption matters, y is independent of all of them. It is a chance, not a yes or no by the
mean of a few seeds: over all futures its mean is the share of futures, while the share of noisy
signs is pulled towards one half. Over some of the futures its mean is drawn towards the share of
all of them, the more so the noisier the runs are: what differs by it differs in truth by at least
as much, on average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulation.analysis.decision.claims import judged_together
from simulation.analysis.decision.emulator import (
    FOLDS,
    Choose,
    Kind,
    Sample,
    fit,
    folds_of,
)
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.regret import joint_draws
from simulation.analysis.memo import by_content
from simulation.arrays import Floats


@dataclass(frozen=True)
class Chance:
    """How the chance that a claim holds follows from what is known of its effects.

    Attributes:
        margins: of each effect.
        not_less: which of them must only not be below −margin.
        correlation: of the effects from seed to seed, shape ``(n_effects, n_effects)``.
    """

    margins: tuple[float, ...]
    not_less: tuple[bool, ...] = (False,)
    correlation: Floats | None = None

    def of(self, posteriors: Sequence[Posterior]) -> Floats:
        """Return the chance in each future, ``(n_futures,)``."""
        if self.correlation is None or len(posteriors) == 1:
            return posteriors[0].above(-self.margins[0] if self.not_less[0] else self.margins[0])
        draws = joint_draws(posteriors, self.correlation)[:, :, 1:]
        return judged_together(draws, self.margins, self.not_less).chance


@dataclass(frozen=True)
class Guide:
    """What a rule is sought by.

    Attributes:
        columns: the assumptions that it may speak of.
        chance: that the claim holds, in each of the futures that are searched, ``(n,)``.
    """

    columns: tuple[int, ...]
    chance: Floats


def chance_by_runs(samples: Sequence[Sample], chance: Chance) -> Floats:
    """Return the chance in each future by its runs alone, ``(n_futures,)``.

    Args:
        samples: one an effect, at the same futures.
        chance: how it follows from the effects.
    """
    blind = [replace(one, x=np.empty((one.n, 0))) for one in samples]
    return chance.of([fit(one, Kind.QUADRATIC).posterior() for one in blind])


@by_content
def guides_without(
    samples: Sequence[Sample], chance: Chance, kind: Kind, choose: Choose, critical: int = 0
) -> tuple[Guide, ...]:
    """Return for each fold (``folds_of``) what a rule is sought by without it.

    Args:
        samples: one an effect, at the same futures, with all assumptions.
        chance: how the chance follows from the effects.
        kind: of the emulators.
        choose: chooses the assumptions of each emulator, by the futures that it is fitted to.
        critical: the effect whose assumptions the rule may speak of.
    """
    place = folds_of(samples[0].n)
    guides = []
    for fold in range(FOLDS):
        others = [one.some(place != fold) for one in samples]
        columns = [choose(one) for one in others]
        posteriors = [fit(one.of(list(spoken)), kind).posterior()
                      for one, spoken in zip(others, columns, strict=True)]  # fmt: skip
        guides.append(Guide(tuple(columns[critical]), chance.of(posteriors)))
    return tuple(guides)
