"""In which futures a claim holds: its effects, their emulators, and joint draws of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.decision.claims import Judgement, judged_together
from simulation.analysis.decision.cross_fit import Chance
from simulation.analysis.decision.emulator import (
    Emulator,
    Kind,
    Surface,
    emulate,
    fit,
    sample_of,
)
from simulation.analysis.decision.places import columns, places
from simulation.analysis.decision.posterior import Posterior
from simulation.analysis.decision.regret import joint_draws, seed_correlation
from simulation.analysis.decision.screening import spoken_of, true_effects
from simulation.analysis.points import Varied
from simulation.arrays import Bools, Floats
from simulation.studies.question.claim import Claim, Effect
from simulation.studies.question.horizons import column, is_share

if TYPE_CHECKING:
    import pandas as pd

JUDGING = 2
"""Raised when the same runs may get another verdict: how shares, noise and reversals are judged."""
NO_MARGIN = 1e-12
"""What counts as a difference where any does: noise can be measured in it, in 0 it cannot."""
SEARCHED = 1_000_000
"""Futures from this number on are of cells that were run again to look for reversals."""


@dataclass(frozen=True)
class QuestionRuns:
    """The runs of a question.

    Attributes:
        frame: the table of runs.
        unknown: what was uncertain.
        base: the name of the market as it is.
    """

    frame: pd.DataFrame
    unknown: tuple[Varied, ...]
    base: str

    @cached_property
    def _by_cell(self) -> pd.DataFrame:
        return self.frame.set_index(["arm", "future", "replicate"]).sort_index()

    def values(
        self, arms: Sequence[str], name: str, futures: Sequence[int] | None = None
    ) -> Floats:
        """Return values by arm, ``(n_futures, n_replicates, n_arms)``; NaN where missing.

        Args:
            arms: which.
            name: the column.
            futures: all those of the design if None.
        """
        wanted = self.futures if futures is None else list(futures)
        blocks = []
        for arm in arms:
            table = self._by_cell.loc[arm][name].unstack("replicate")
            if futures is None:  # arms that are only shown beside a claim have fewer seeds
                table = table.reindex(columns=range(self.replicates))
            blocks.append(table.reindex(wanted).to_numpy(dtype=np.float64))
        width = max(one.shape[1] for one in blocks)
        full = [np.pad(one, ((0, 0), (0, width - one.shape[1])), constant_values=np.nan)
                for one in blocks]  # fmt: skip
        return np.stack(full, axis=2)

    @cached_property
    def replicates(self) -> int:
        """Seeds of the future that has most."""
        rows = self.frame[(self.frame["future"] > 0) & (self.frame["future"] < SEARCHED)]
        others = rows[rows["arm"] != self.base]
        return int((others if len(others) else rows)["replicate"].max()) + 1

    @cached_property
    def futures(self) -> list[int]:
        """The futures of the design in which every arm has a run with the first seed."""
        number = self.frame["future"]
        rows = self.frame[(number > 0) & (number < SEARCHED) & (self.frame["replicate"] == 0)]
        held = [set(of_arm["future"]) for _, of_arm in rows.groupby("arm")]
        return sorted(int(one) for one in set.intersection(*held)) if held else []

    @cached_property
    def x(self) -> Floats:
        """The places of the futures in the unit cube, ``(n_futures, n_assumptions)``."""
        rows = self.frame.drop_duplicates("future").set_index("future").loc[self.futures]
        return places(self.unknown, rows)

    @property
    def assumptions(self) -> list[str]:
        """The column of each assumption."""
        return [name for factor in self.unknown for name in columns(factor)]

    def effect(
        self, one: Effect, horizon: str, *, of: str = "", futures: Sequence[int] | None = None
    ) -> Floats:
        """Return an effect by future and replicate, ``(n_futures, n_replicates)``.

            d = Σ values of the arms that create more − Σ of the others

        Args:
            one: the effect.
            horizon: late or all.
            of: whose benefit; that of the effect if empty.
            futures: all those of the design if None.
        """
        name = column(horizon, of or one.of)
        more, than = (self.values(side, name, futures) for side in (one.more, one.than))
        width = min(more.shape[1], than.shape[1])
        return np.asarray(more[:, :width].sum(axis=2) - than[:, :width].sum(axis=2))

    def own(self, name: str) -> float:
        """Return a mean of the market as it is, at its own values."""
        return float(np.nanmean(self.values([self.base], name, [0])))


@dataclass(frozen=True)
class JudgedHorizon:
    """One horizon: emulators of the effects, and in which futures the claim holds.

    Attributes:
        posteriors: what is known of each effect in the futures that were run.
        surfaces: an emulator of each, for maps and for the search for reversals.
    """

    horizon: str
    differences: tuple[Floats, ...]
    margins: tuple[float, ...]
    posteriors: tuple[Posterior, ...]
    critical: int
    emulator: Emulator | None
    surfaces: tuple[Surface, ...]
    all_kept: tuple[tuple[int, ...], ...]
    judgement: Judgement

    @property
    def surface(self) -> Surface:
        """The emulator of the effect on which the claim hangs."""
        return self.surfaces[self.critical]

    @property
    def kept(self) -> tuple[int, ...]:
        """The assumptions that it speaks of."""
        return self.all_kept[self.critical]

    @property
    def seed_error(self) -> float:
        """Standard error of one future's effect from seed to seed, in its margin.

        The greatest of all effects.
        """
        return max(float(np.sqrt(noise.mean())) / margin
                   for noise, margin in zip(self._noises, self.margins, strict=True))  # fmt: skip

    @property
    def seed_spread(self) -> float:
        """Standard deviation of an effect from seed to seed, in its margin; the greatest."""
        seeds = [np.isfinite(d).sum(axis=1) for d in self.differences]
        return max(float(np.sqrt((noise * n).max())) / margin for noise, n, margin in zip(
            self._noises, seeds, self.margins, strict=True))  # fmt: skip

    @cached_property
    def _noises(self) -> tuple[Floats, ...]:
        """The variance of each effect's mean over seeds, by future."""
        return tuple(sample_of(np.empty((len(d), 0)), d).noise for d in self.differences)

    def seen(self, claim: Claim) -> tuple[Bools, Bools]:
        """Return in which futures all effects held, and one failed, by the mean of their seeds."""
        seen = [(np.nanmean(differences, axis=1), margin, effect.not_less)
                for differences, margin, effect in zip(
                    self.differences, self.margins, claim.effects, strict=True)]  # fmt: skip
        held = [mean >= -margin if loose else mean > margin for mean, margin, loose in seen]
        failed = [mean < -margin for mean, margin, _ in seen]
        return np.all(held, axis=0), np.any(failed, axis=0)

    def chance_of(self, claim: Claim) -> Chance:
        """Return how the chance that the claim holds follows from its effects."""
        loose = tuple(one.not_less for one in claim.effects)
        return Chance(self.margins, loose, _correlation(self.differences))


def judged(
    runs: QuestionRuns, claim: Claim, horizon: str, kind: Kind | None = None
) -> JudgedHorizon:
    """Return in which futures a claim holds over one horizon.

    Every effect has an emulator of its own, whose lack of fit takes up what is not kept. That of
    the effect on which the claim hangs is checked on futures left out, beside a quadratic; the
    others, and the other horizon, are of the kind that was better. What is known of an effect's
    true values rests on the assumptions that carry it (``analysis.decision.screening``).

    Args:
        runs: all.
        claim: with its effects.
        horizon: late or all.
        kind: of emulator; the better one, which is checked, if None.
    """
    differences = tuple(runs.effect(one, horizon) for one in claim.effects)
    margins = tuple(margin_of(runs, claim, one, horizon) for one in claim.effects)
    samples = [sample_of(runs.x, d) for d in differences]
    clear = [float(((s.mean > m) if not e.not_less else (s.mean >= -m)).mean())
             for s, m, e in zip(samples, margins, claim.effects, strict=True)]  # fmt: skip
    critical = int(np.argmin(clear))
    kept = [tuple(spoken_of(s)) for s in samples]
    emulator = (
        emulate(samples[critical], kept[critical], choose=spoken_of) if kind is None else None
    )
    used = emulator.surface.kind if emulator is not None else kind or Kind.QUADRATIC
    surfaces = [
        emulator.surface if emulator is not None and at == critical else fit(s.of(list(k)), used)
        for at, (s, k) in enumerate(zip(samples, kept, strict=True))
    ]
    posteriors = tuple(true_effects(sample, used) for sample in samples)
    draws = joint_draws(posteriors, _correlation(differences))[:, :, 1:]
    loose = [one.not_less for one in claim.effects]
    return JudgedHorizon(
        horizon, differences, margins, posteriors, critical, emulator, tuple(surfaces),
        tuple(kept), judged_together(draws, margins, loose),
    )  # fmt: skip


def judged_horizons(runs: QuestionRuns, claim: Claim) -> tuple[JudgedHorizon, JudgedHorizon]:
    """Return both horizons: late, and all with the kind of emulator that was better there."""
    late = judged(runs, claim, "late")
    return late, judged(runs, claim, "all", late.surface.kind)


def _correlation(differences: Sequence[Floats]) -> Floats:
    width = min(one.shape[1] for one in differences)
    return seed_correlation(np.stack([one[:, :width] for one in differences], axis=2))


def margin_of(runs: QuestionRuns, claim: Claim, effect: Effect, horizon: str) -> float:
    """Return what counts as a difference: a share of the market's gross value, or of a share.

    An effect over n arms on either side has the margin of one: it is the difference of a sum. Never
    quite 0, where a market has no value or a claim no margin: noise and reversals are measured in
    it.
    """
    name = effect.of if is_share(effect.of) else "gross"
    return max(claim.margin * abs(runs.own(column(horizon, name))), NO_MARGIN)
