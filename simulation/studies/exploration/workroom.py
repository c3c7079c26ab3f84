"""What the statistics of an exploration are made of: benefits by run, paired over futures.

A workroom is made of the tables of a finished exploration, or of the records of one that is going
on; what is run next depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.decision.places import columns, places
from simulation.analysis.points import Varied, factors_of, outcomes_of
from simulation.arrays import Floats
from simulation.experiment.factors import Role
from simulation.store import PlannedRun, RunRecord, RunStore
from simulation.store.read import read_frame, read_measures
from simulation.studies.exploration.benefits import Benefits, benefits_of
from simulation.studies.futures.discount import discounted_means, means_of
from simulation.studies.futures.margin import MARGIN, margin_of

if TYPE_CHECKING:
    import pandas as pd

    from simulation.store import Manifest


@dataclass(frozen=True)
class Workroom:
    """Everything that the statistics of an exploration are made of.

    Attributes:
        benefits: each run's benefits.
        arms: the base first.
        factors: what is uncertain.
        whose: whose benefit decides.
        margin: what counts as a difference, in model money a month.
        n_drawn: futures of the design; those with greater numbers were run later, for a purpose.
    """

    benefits: Benefits
    arms: tuple[str, ...]
    factors: tuple[Varied, ...]
    whose: str
    margin: float
    n_drawn: int

    @cached_property
    def futures(self) -> list[int]:
        """The futures in which the base and every arm have at least one pair."""
        held = [set(self.benefits.pairs(arm, self.arms[0])) for arm in self.arms[1:]]
        return [one for one in sorted(set.intersection(*held)) if 0 < one <= self.n_drawn]

    @cached_property
    def x(self) -> Floats:
        """The places of these futures, ``(n_futures, n_assumptions)``."""
        return self.places(self.futures)

    def places(self, futures: Sequence[int]) -> Floats:
        """Return the places of some futures, ``(n_futures, n_assumptions)``."""
        return places(self.factors, self.benefits.settings(futures))

    @property
    def assumptions(self) -> list[str]:
        """The column of each assumption."""
        return [name for factor in self.factors for name in columns(factor)]

    def differences(self, arm: str, benefit: str) -> Floats:
        """Return an arm's paired differences, ``(n_futures, n_replicates)``, NaN where missing."""
        return self.differences_in(arm, benefit, self.futures)

    def differences_in(self, arm: str, benefit: str, futures: Sequence[int]) -> Floats:
        """Return an arm's paired differences in some futures, ``(n_futures, n_replicates)``."""
        return self.benefits.differences(arm, self.arms[0], benefit, futures)

    def paired(self, arm: str, futures: Sequence[int]) -> list[int]:
        """Return those of some futures in which an arm and the base have a seed in common."""
        held = set(self.benefits.pairs(arm, self.arms[0]))
        return [future for future in futures if future in held]


def workroom_of_folder(folder: Path, manifest: Manifest) -> Workroom:
    """Return the workroom of a finished exploration."""
    runs = read_frame(folder / "runs.parquet")
    series = read_frame(folder / "series.parquet")
    units = {name: one.unit for name, one in read_measures(folder / "runs.parquet").items()}
    rate = float(manifest.sweep["exploration"]["decision"]["rate"])
    return _workroom(manifest.sweep, runs, discounted_means(series, rate), units)


def workroom_of_records(
    sweep: Mapping[str, Any], plans: Sequence[PlannedRun], store: RunStore
) -> Workroom:
    """Return the workroom of an exploration that is going on.

    Args:
        sweep: what its manifest would keep of it (see ``Exploration.about``).
        plans: the runs that count.
        store: has the records of those that have ended.
    """
    import pandas as pd

    rate = float(sweep["exploration"]["decision"]["rate"])
    rows: list[dict[str, Any]] = []
    means: dict[int, dict[tuple[str, ...], float]] = {}
    units: dict[str, str] = {}
    for plan in plans:
        record = store.read(plan)
        if isinstance(record, RunRecord) and record.series is not None:
            rows.append({**plan.parameters, **record.outcomes, "run": plan.run})
            means[plan.run] = means_of(record.series, rate)
            units |= {name: one.unit for name, one in record.measures.items()}
    labels = list(dict.fromkeys(label for one in means.values() for label in one))
    table = pd.DataFrame(list(means.values()), index=pd.Index(list(means), name="run"))[labels]
    table.columns = pd.MultiIndex.from_tuples(labels, names=["metric", "of"])
    return _workroom(sweep, pd.DataFrame(rows), table.sort_index(axis=1), units)


def _workroom(
    sweep: Mapping[str, Any], runs: pd.DataFrame, means: Any, units: Mapping[str, str]
) -> Workroom:
    explored = sweep["exploration"]
    varied = factors_of(sweep)
    factors = tuple(one for one in varied if one.role == Role.UNCERTAINTY)
    levers = [name for one in varied if one.role == Role.LEVER for name in one.columns]
    benefits = benefits_of(runs, means, outcomes_of(sweep, units), levers)
    arms = tuple(explored["arms"])
    margin = margin_of(sweep.get("verdict", {}).get("margin", MARGIN), benefits.gross(arms[0]))
    whose = str(explored["decision"]["whose"]).removeprefix("partner:")
    return Workroom(benefits, arms, factors, whose, margin, int(sweep["design"]["n"]))
