"""What levers do beside what was published of them: pairs of runs, measured once.

Markets are set to show the figures of use *gate*; what is measured here they are never set to. Each
effect compares a market with a lever turned with the same market without, seed by seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulation.analysis.interval import Estimate, estimate
from simulation.analysis.market import WINDOW
from simulation.analysis.targets import Held, Target, Use, targets
from simulation.scenario.load import load_scenario
from simulation.studies.library import run

if TYPE_CHECKING:
    import pandas as pd

    from simulation.studies.run.result import ScenarioResult

RunArm = Callable[[str, Mapping[str, Any], Sequence[str]], "ScenarioResult"]
EffectOf = Callable[["ScenarioResult", str], "pd.Series[float]"]

FOCAL = "focal"
"""The company whose lever is turned."""

COMPANIES = (FOCAL, "rival")
STAFFED = ("call_centre", "social_care")
"""Where staff settle queries."""

FIRST_MONTHS = 1
"""Tenure up to which contacts are those of newcomers."""

USE_MONTHS = 8
"""Months over which the use of newcomers is added up."""

AWAY = {
    "touchpoints.help_pages.stages": ["use"],
    "touchpoints.community_forum.stages": ["search", "use"],
}
"""No self-service for problems and queries."""

PANEL = ("provider", "tenure", "contacts", "progress")


@dataclass(frozen=True)
class Lever:
    """A market without a lever turned, and with it.

    Attributes:
        without, turned: scenarios by name.
        before, after: changes of each by path.
        measure: what of an arm is compared, by run.
        relative: whether the change is relative to the arm without.
        panel: columns of people that it takes.
    """

    without: str
    turned: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    measure: EffectOf
    relative: bool = True
    panel: tuple[str, ...] = ()


def contentment(result: ScenarioResult, company: str) -> pd.Series[float]:
    """Return how content a company's customers are, 50 (1 + mean attitude), points of 100."""
    return 50.0 * (1.0 + _late(result, "attitude", [company]).groupby("run")["value"].mean())


def calls(result: ScenarioResult, company: str) -> pd.Series[float]:
    """Return contacts with staff about queries per customer and month, of all companies.

    The published figures are about calls for information. Problems are left out: self-service
    settles them whether information is clear or not.
    """
    del company  # self-service is there for the customers of all
    contacts = _late(result, "query_contacts", STAFFED).groupby("run")["value"].sum()
    return contacts / _late(result, "customers", COMPANIES).groupby("run")["value"].sum()


def contacts_of_newcomers(result: ScenarioResult, company: str) -> pd.Series[float]:
    """Return contacts about problems and queries in the first months of a contract, per person."""
    mine = _newcomers(result, company)
    return mine[mine["tenure"] == FIRST_MONTHS].groupby("run")["contacts"].mean()


def use_of_newcomers(result: ScenarioResult, company: str) -> pd.Series[float]:
    """Return progress added up over the first months of those who stayed so long, per person."""
    mine = _newcomers(result, company)
    mine = mine[(mine["tenure"] >= 1) & (mine["tenure"] <= USE_MONTHS)]
    by_person = mine.groupby(["run", "person", "spell"])["progress"]
    whole = by_person.sum()[by_person.size() == USE_MONTHS]
    return whole.groupby(level="run").mean()


def _newcomers(result: ScenarioResult, company: str) -> pd.DataFrame:
    """Return the panel of customers who joined in the recorded months; a spell is a contract's."""
    panel = result.panel
    mine = panel[panel["provider"] == company]
    mine = mine.assign(spell=mine["month"] - mine["tenure"])
    return mine[mine["spell"] >= 1]


def _late(result: ScenarioResult, metric: str, owners: Sequence[str]) -> pd.DataFrame:
    """Return a metric of some owners in the last ``WINDOW`` months."""
    series = result.series
    late = series["month"] > result.manifest.months - WINDOW
    rows: pd.DataFrame = series[late & (series["metric"] == metric) & series["of"].isin(owners)]
    return rows


def _clarity(clarity: float) -> Lever:
    """Return the lever of self-service where information is as clear as ``clarity``."""
    plain = {"jobs.*.clarity": clarity}
    return Lever("telecom", "telecom", {**plain, **AWAY}, plain, calls)


def _teaching(measure: EffectOf) -> Lever:
    """Return the lever of teaching newcomers where they set up the product."""
    path = f"companies.{FOCAL}.touchpoints.onboarding_guide.teaches"
    return Lever("saas", "saas", {path: False}, {path: True}, measure, panel=PANEL)


LEVERS: dict[str, Lever] = {
    "satisfaction_without_call_centre": Lever(
        "telecom", "telecom_community", {}, {}, contentment, relative=False
    ),
    "calls_at_low_clarity": _clarity(0.1),
    "calls_at_high_clarity": _clarity(0.9),
    "contacts_of_taught_newcomers": _teaching(contacts_of_newcomers),
    "use_of_taught_newcomers": _teaching(use_of_newcomers),
}
"""The lever of each measure of use *effect*."""


def effects(
    *,
    replicates: int | None = None,
    months: int | None = None,
    people: int | None = None,
    workers: int | None = None,
    wanted: Sequence[Target] | None = None,
) -> list[Held]:
    """Return what each lever does beside what was published of it, with 95 % intervals over pairs.

    Args:
        replicates: pairs of each lever, as many as its scenario says if not given.
        months: months of each run, as many as the scenario says if not given.
        people: people of each run, likewise.
        workers: processes at the same time, all cores if not given; 0 runs in this process.
        wanted: the figures, all of use *effect* if not given.
    """
    size = {"run.months": months, "population.people": people}
    given = {path: value for path, value in size.items() if value is not None}
    asked = [one for one in targets() if one.use is Use.EFFECT] if wanted is None else wanted
    arms: dict[tuple[str, ...], ScenarioResult] = {}

    def arm(name: str, changes: Mapping[str, Any], panel: Sequence[str]) -> ScenarioResult:
        """Return an arm, which is run once however many figures are measured on it."""
        scenario = load_scenario(name).replace({**changes, **given})
        key = (scenario.fingerprint, *panel)
        if key not in arms:
            arms[key] = run(scenario, replicates=replicates, workers=workers, panel=panel)
        return arms[key]

    return [Held(one, _change(one, arm)) for one in asked]


def _change(target: Target, arm: RunArm) -> Estimate:
    """Return the change that a lever makes, over pairs of the same seed."""
    lever = LEVERS[target.measure]
    before, after = (
        lever.measure(arm(name, changes, lever.panel), FOCAL)
        for name, changes in ((lever.without, lever.before), (lever.turned, lever.after))
    )
    change = after - before
    return estimate(change / before if lever.relative else change, target.unit)
