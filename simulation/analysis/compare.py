"""Which of two scenarios is better, for whom, from when, and how sure.

Scenarios are compared within seeds (common random numbers): d_s = what-if − base under seed s. All
comparisons that are made together, over outcomes, actors and what-ifs, or over the months of a
curve, have intervals that cover *all at once* (max-|t|, see ``interval.simultaneous_interval``),
so that picking the most striking one is no fault. Max-|t| was preferred to Holm's correction
because it gives intervals, on which the verdicts rest, and because it gains where outcomes move
together; every verdict can be read off the interval printed beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import ceil, inf, isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.interval import (
    CONFIDENCE,
    Interval,
    level_of_each,
    standard_error,
    t_interval,
)
from simulation.analysis.sequential import Tolerance, anytime_interval
from simulation.analysis.summary import months, rows
from simulation.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("outcome", "actor")


class PairedVerdict(StrEnum):
    """What an interval of a difference says."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "practically the same"
    UNDECIDED = "undecided"


class Looks(StrEnum):
    """How often the results were looked at before the number of replicates was settled."""

    ONCE = "once"
    """The number of replicates was fixed beforehand: max-|t| intervals."""
    ANY = "any"
    """Replicates were added until it was enough: confidence sequences, Bonferroni over all."""


@dataclass(frozen=True)
class Rules:
    """How comparisons are judged; written down before the run."""

    confidence: float = CONFIDENCE
    """Chance that all intervals cover."""
    margins: Mapping[str, Tolerance] = field(default_factory=dict)
    """By outcome: differences within it do not matter (relative: to the base's mean)."""
    lower_is_better: frozenset[str] = frozenset()
    """Outcomes of which less is better."""
    looks: Looks = Looks.ONCE


@dataclass(frozen=True)
class OutcomeComparison:
    """One outcome of one actor in one what-if against the base."""

    base: str
    what_if: str
    outcome: str
    actor: str
    base_mean: float
    what_if_mean: float
    difference: float
    """Mean of what-if − base over pairs, whichever direction is better."""
    low: float
    high: float
    p_better: float
    """Chance that the what-if is better in one pair: share of pairs in which it is, ties half."""
    p_mean_better: float
    """Chance that it is better on average: posterior of the mean difference under a flat prior."""
    verdict: PairedVerdict
    margin: float
    pairs: int
    variance_reduction: float
    """Variance of an unpaired difference over that of the paired one; infinite if certain."""
    unpaired_runs_for_same_precision: int | None
    """Runs of both scenarios together (against twice ``pairs``); None if the pairs are certain."""


def judge_interval(
    low: float, high: float, *, margin: float = 0.0, lower_is_better: bool = False
) -> PairedVerdict:
    """Return what an interval of a difference says.

    Practically the same if the whole interval lies within the margin (an equivalence test that is
    stricter than two one-sided tests at the same confidence, since it uses the interval shown);
    else better or worse if it leaves zero out; else undecided, as it is without an interval.
    """
    if -margin <= low and high <= margin:
        return PairedVerdict.SAME
    if low > 0.0:
        return PairedVerdict.WORSE if lower_is_better else PairedVerdict.BETTER
    if high < 0.0:
        return PairedVerdict.BETTER if lower_is_better else PairedVerdict.WORSE
    return PairedVerdict.UNDECIDED


def outcome_values(
    series: pd.DataFrame, runs: pd.DataFrame, metrics: Sequence[str], *, window: int = 12
) -> pd.DataFrame:
    """Return metrics as outcomes: their means over the last ``window`` months, a row each.

    Args:
        series: Tidy series of one scenario (run, month, metric, of, value).
        runs: Its runs (run, seed, ...).
        metrics: Metrics to take, with every owner that they have.
        window: Months at the end.

    Returns:
        Columns seed, outcome (the metric), actor (its owner, ``""`` is the whole), value.
    """
    late = series[series["month"] > months(series) - window]
    kept = late[late["metric"].isin(list(metrics))]
    plain = kept.assign(outcome=kept["metric"].astype(str), actor=kept["of"].astype(str))
    means = plain.groupby(["run", *KEYS], sort=False)["value"].mean().reset_index()
    return means.assign(seed=means["run"].map(_seed_of(runs)))[["seed", *KEYS, "value"]]


def curve_table(
    series: pd.DataFrame, runs: pd.DataFrame, metric: str, of: str = ""
) -> pd.DataFrame:
    """Return a metric as a table of seeds (index) and months (columns)."""
    import pandas as pd

    table = rows(series, metric, of).pivot(index="run", columns="month", values="value")
    table.index = pd.Index(_seed_of(runs).loc[table.index].to_numpy(), name="seed")
    return table


def _seed_of(runs: pd.DataFrame) -> pd.Series[int]:
    if runs["seed"].duplicated().any():
        seed = runs.loc[runs["seed"].duplicated(), "seed"].iloc[0]
        raise ValueError(f"runs must be of one scenario. Seed {seed} comes more than once.")
    return runs.set_index("run")["seed"]


def compare(
    base: pd.DataFrame,
    what_ifs: Mapping[str, pd.DataFrame],
    rules: Rules | None = None,
    *,
    base_name: str = "base",
) -> list[OutcomeComparison]:
    """Compare what-ifs with the base, outcome by outcome and actor by actor, paired by seed.

    Args:
        base: Columns seed, outcome, actor, value (see ``outcome_values``).
        what_ifs: The same for each what-if; only what both have is compared.
        rules: How to judge; by default 95 %, no margins, more is better.
        base_name: What to call the base.

    Returns:
        In the order of the what-ifs, then of the outcomes in the base. Pairs in which either side
        has no number are left out of that comparison (see ``pairs``).

    Raises:
        ValueError: The scenarios share no seed or no outcome.
    """
    rules = rules or Rules()
    pairings = [p for name, frame in what_ifs.items() for p in _pairings(base, name, frame)]
    if not pairings:
        raise ValueError("base and what-ifs must share seeds and outcomes. They share none.")
    level = _level(pairings, rules)
    return [_compared(pairing, rules, level, base_name) for pairing in pairings]


def comparison_table(comparisons: Sequence[OutcomeComparison]) -> pd.DataFrame:
    """Return comparisons as a table, a row each, with the fields as columns."""
    import pandas as pd

    return pd.DataFrame([asdict(comparison) for comparison in comparisons])


@dataclass(frozen=True)
class _Pairing:
    what_if: str
    outcome: str
    actor: str
    pairs: pd.DataFrame
    """Index seed, columns base and what_if, without gaps."""

    @property
    def differences(self) -> pd.Series[float]:
        return self.pairs["what_if"] - self.pairs["base"]


def _pairings(base: pd.DataFrame, name: str, what_if: pd.DataFrame) -> list[_Pairing]:
    joined = base.merge(what_if, on=["seed", *KEYS], suffixes=("_base", "_what_if"))
    joined = joined.rename(columns={"value_base": "base", "value_what_if": "what_if"}).dropna()
    return [
        _Pairing(name, str(outcome), str(actor), group.set_index("seed")[["base", "what_if"]])
        for (outcome, actor), group in joined.groupby(list(KEYS), sort=False, observed=True)
    ]


def _level(pairings: Sequence[_Pairing], rules: Rules) -> float:
    """Return the confidence of each interval at which all cover together."""
    import pandas as pd

    if rules.looks is Looks.ANY:
        return 1.0 - (1.0 - rules.confidence) / len(pairings)
    table = pd.concat([pairing.differences for pairing in pairings], axis=1)
    if len(table) < 2:
        return rules.confidence
    filled = table.fillna(table.mean()).to_numpy(dtype=np.float64)
    return level_of_each(filled, confidence=rules.confidence)


def _compared(pairing: _Pairing, rules: Rules, level: float, base_name: str) -> OutcomeComparison:
    interval = t_interval if rules.looks is Looks.ONCE else anytime_interval
    base, what_if = pairing.pairs["base"].to_numpy(), pairing.pairs["what_if"].to_numpy()
    differences = what_if - base
    mean, low, high = interval(differences, confidence=level).floats()
    lower = pairing.outcome in rules.lower_is_better
    margin = rules.margins.get(pairing.outcome, Tolerance(0.0)).at(float(base.mean()))
    gains = -differences if lower else differences
    factor = variance_reduction(base, what_if)
    return OutcomeComparison(
        base=base_name,
        what_if=pairing.what_if,
        outcome=pairing.outcome,
        actor=pairing.actor,
        base_mean=float(base.mean()),
        what_if_mean=float(what_if.mean()),
        difference=mean,
        low=low,
        high=high,
        p_better=float(np.mean((gains > 0.0) + 0.5 * (gains == 0.0))),
        p_mean_better=p_mean_above_zero(gains),
        verdict=judge_interval(low, high, margin=margin, lower_is_better=lower),
        margin=margin,
        pairs=len(differences),
        variance_reduction=factor,
        unpaired_runs_for_same_precision=unpaired_runs(len(differences), factor),
    )


def variance_reduction(base: Floats, what_if: Floats) -> float:
    """Return what pairing is worth: (s²_base + s²_what-if) / s²_difference.

    Args:
        base: Shape ``(n,)``, in the same order of seeds as ``what_if``.
        what_if: Shape ``(n,)``.

    Returns:
        Above 1 where pairing helps; infinite if the difference is certain; not a number if there
        are fewer than two pairs or nothing varies at all.
    """
    if len(base) < 2:
        return nan
    paired = float(standard_error(what_if - base)) ** 2
    unpaired = float(standard_error(base)) ** 2 + float(standard_error(what_if)) ** 2
    if paired == 0.0:
        return inf if unpaired > 0.0 else nan
    return unpaired / paired


def unpaired_runs(pairs: int, factor: float) -> int | None:
    """Return how many runs without pairing, of both scenarios together, are as precise."""
    return 2 * ceil(pairs * factor) if isfinite(factor) else None


def p_mean_above_zero(samples: Floats) -> float:
    """Return the posterior chance that a mean is above zero: Student's t, flat prior.

    P(μ > 0) = F_{n−1}(√n · mean/s); one sample says nothing (not a number).
    """
    from scipy.special import stdtr

    if len(samples) < 2:
        return nan
    mean, error = float(samples.mean()), float(standard_error(samples))
    if error == 0.0:
        return 0.5 if mean == 0.0 else float(mean > 0.0)
    return float(stdtr(len(samples) - 1, mean / error))


@dataclass(frozen=True)
class Stretch:
    """Months in a row, both included, in which the band stays on one side of zero."""

    first: int
    last: int
    above: bool


@dataclass(frozen=True)
class DifferenceCurve:
    """A difference over time whose band covers the whole curve (and its siblings) at once."""

    months: tuple[int, ...]
    band: Interval

    def spells(self) -> tuple[Stretch, ...]:
        """Return the months in which the difference is clearly not zero, as spells."""
        sides = np.sign((self.band.low > 0.0).astype(int) - (self.band.high < 0.0).astype(int))
        stretches: list[Stretch] = []
        for month, side in zip(self.months, sides, strict=True):
            if not side:
                continue
            above = bool(side > 0)
            if (
                stretches
                and stretches[-1].last == self._before(month)
                and stretches[-1].above == above
            ):
                stretches[-1] = Stretch(stretches[-1].first, month, above)
            else:
                stretches.append(Stretch(month, month, above))
        return tuple(stretches)

    def above_from(self) -> int | None:
        """Return the month from which on the what-if is above the base to the end, if any."""
        return self._last_spell(above=True)

    def below_from(self) -> int | None:
        """Return the month from which on the what-if is below the base to the end, if any."""
        return self._last_spell(above=False)

    def table(self) -> pd.DataFrame:
        """Return columns month, mean, low, high."""
        import pandas as pd

        band = self.band
        return pd.DataFrame(
            {"month": self.months, "mean": band.mean, "low": band.low, "high": band.high}
        )

    def _before(self, month: int) -> int | None:
        place = self.months.index(month)
        return self.months[place - 1] if place else None

    def _last_spell(self, *, above: bool) -> int | None:
        spells = self.spells()
        if spells and spells[-1].last == self.months[-1] and spells[-1].above == above:
            return spells[-1].first
        return None


def half_mean_difference(values: Floats) -> float:
    """Return half the mean absolute difference between two people, whatever the sign of values.

    Σ_i (2i − n − 1) x_(i) / n², which is Gini's index times the mean.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    weights = 2.0 * np.arange(1, n + 1) - n - 1.0
    return float(weights @ ordered / n**2)
