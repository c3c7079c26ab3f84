"""Made-up results of exactly the shape that a run stores, for tests of what reads them.

``made_up(Mood.GOOD)`` and ``made_up(Mood.BAD)`` tell opposite stories: value gained or lost,
word of mouth or advertising, short or long waits, little or much slack. No number in here comes
from the model.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simulation.analysis.summary import Metrics
from simulation.recorder import METRICS
from simulation.scenario.scenario import Scenario
from simulation.scenario.words import Resource, Stage

BASE = Path(__file__).parents[1] / "scenarios" / "base.toml"
COMPANIES = ("focal", "rival")
FUNCTIONS = ("innovation", "marketing_sales", "experience_platform")
Curve = NDArray[np.float64]


class Mood(StrEnum):
    """Which of the two opposite stories a result tells."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class MadeUp:
    """The tables of a made-up result."""

    series: pd.DataFrame
    ledger: pd.DataFrame
    runs: pd.DataFrame
    failures: pd.DataFrame
    manifest: dict[str, Any]
    people: pd.DataFrame


def base_scenario() -> Scenario:
    return Scenario.model_validate(tomllib.loads(BASE.read_text(encoding="utf-8")))


class Maker:
    """Collects curves ``(runs, months)`` and turns them into the tidy series."""

    def __init__(self, mood: Mood, runs: int, months: int) -> None:
        self.good = mood is Mood.GOOD
        self.shape = (runs, months)
        self.rng = np.random.default_rng(5)
        self.month = np.arange(1, months + 1)
        self.time = self.month / months
        self.people = 10_000.0
        self.parts: list[pd.DataFrame] = []
        self.scenario = base_scenario()

    def rise(self, start: float, end: float, middle: float = 0.4, speed: float = 12.0) -> Curve:
        """Return an S-shaped curve (months,) between two levels."""
        shape = 1 / (1 + np.exp(-speed * (self.time - middle)))
        return start + (end - start) * shape

    def spread(self, curve: Curve, between: float = 0.06, within: float = 0.02) -> Curve:
        """Return a curve for every run, with noise between and within runs."""
        runs, months = self.shape
        scale = 1 + between * self.rng.standard_normal((runs, 1))
        return curve * (scale + within * self.rng.standard_normal((runs, months)))

    def add(self, metric: str, of: str, curve: Curve) -> Curve:
        """Add a metric to the series, and return it (runs, months)."""
        runs, months = self.shape
        values = np.broadcast_to(curve, self.shape)
        frame = pd.DataFrame(
            {
                "run": np.repeat(np.arange(runs, dtype=np.int32), months),
                "month": np.tile(self.month.astype(np.int16), runs),
                "metric": metric,
                "of": of,
                "value": values.reshape(-1),
            }
        )
        self.parts.append(frame)
        return np.asarray(values)

    def market(self) -> None:
        """Add adoption, customers and awareness."""
        ends = (0.58, 0.31) if self.good else (0.12, 0.45)
        holders = {}
        for company, end in zip(COMPANIES, ends, strict=True):
            share = np.clip(self.spread(self.rise(0.005, end)), 0, 0.65)
            holders[company] = self.add("adoption", company, share)
            self.add("customers", company, share * self.people)
            self.add("aware", company, np.clip(share * 1.3 + 0.1, 0, 1))
            self.flows(company, share)
            self.functions(company, 1.0 if company == "focal" else 0.5)
        both = sum(holders.values())
        self.add("customers", "", both * self.people)
        self.add("active_non_customers", "", (1 - both) * self.people * 0.4)

    def flows(self, company: str, share: Curve) -> None:
        """Add who came, why, and who went."""
        new = np.clip(np.gradient(share, axis=1), 0, None) * self.people + 12
        mouth = self.rise(0.1, 0.75, 0.3) if self.good else self.rise(0.05, 0.2)
        back = self.rise(0.0, 0.1, 0.7)
        self.add("new_customers", company, new)
        self.add("new_customers_by_word_of_mouth", company, new * mouth)
        self.add("new_customers_returning", company, new * back)
        self.add("new_customers_by_advertising", company, new * (1 - mouth - back))
        due = share * self.people / 12 + 1
        self.add("renewals_due", company, due)
        self.add("lapsed", company, due * (0.12 if self.good else 0.38))
        self.add("attitude", company, self.spread(self.rise(0, 0.35 if self.good else -0.3)))
        self.add("outcome_progress", company, self.spread(self.rise(0.2, 0.55)))

    def functions(self, company: str, level: float) -> None:
        """Add capability, money and alignment of a company."""
        for function, end in zip(FUNCTIONS, (0.62, 0.48, 0.55), strict=True):
            curve = self.spread(self.rise(0.26, end * (0.5 + 0.5 * level), 0.3, 6))
            self.add("performance", f"{company}:{function}", curve)
            self.add("capability", f"{company}:{function}", -np.log(1 - np.clip(curve, 0, 0.95)))
        for metric, value in (("budget", 90 * level), ("spending", 85 * level)):
            self.add(metric, company, self.spread(self.rise(value, value * 1.4)))
        self.add("direction", company, self.spread(self.rise(0.6, 0.85)))
        self.add("level_balance", company, np.ones(self.shape))

    def value(self) -> None:
        """Add surplus, what people had alone, and where value arose."""
        good = self.good
        gains = {
            "customers": self.rise(-40, 1300) if good else self.rise(-20, -700),
            "non_customers": self.rise(0, 20),
            "focal": self.rise(-90, 640) if good else self.rise(-60, -420),
            "rival": self.rise(-60, -25) if good else self.rise(-60, 260),
            "installer": self.rise(-1, 35) if good else self.rise(-1, -9),
        }
        alone = {"customers": self.rise(5, 620), "non_customers": self.rise(380, 90)}
        whole = np.zeros(self.shape)
        for actor, curve in gains.items():
            own = self.spread(curve)
            whole = whole + own
            self.add("surplus", actor, own + self.spread(alone.get(actor, 0 * curve), 0.02))
        for actor, curve in alone.items():
            self.add("alone", actor, curve)
        self.add("co_created_value", "", whole)
        self.add("gross_value", "value_in_use", self.spread(self.rise(5, 1500 if good else 250)))
        self.add("gross_value", "co_production", self.spread(self.rise(-30, 420 if good else -350)))
        self.add("gross_value", "customer_to_customer", self.spread(self.rise(1, 310)))

    def minds(self) -> None:
        """Add what people know, can do, and feel."""
        self.add("outcome_progress", "", self.spread(self.rise(0.2, 0.55 if self.good else 0.3)))
        self.add("satisfaction", "", self.spread(self.rise(0.2, 0.6 if self.good else 0.28)))
        self.add("knowledge", "", self.spread(self.rise(0.25, 0.66 if self.good else 0.3)))
        self.add("skill", "", self.spread(self.rise(0.25, 0.5)))
        self.add("talk_positive", "", self.spread(self.rise(5, 900 if self.good else 200)))
        self.add("talk_negative", "", self.spread(self.rise(3, 280 if self.good else 700)))
        self.add("partner_active", "installer", np.ones(self.shape))
        for segment, share in (("savers", 0.4), ("doers", 0.35), ("explorers", 0.25)):
            self.add("segment_value", segment, self.spread(self.rise(100, 3000) * share))

    def journey(self) -> None:
        """Add the stages."""
        sizes = dict(zip(Stage, (160, 240, 190, 120, 150, 6200, 260, 170, 60), strict=True))
        for stage, size in sizes.items():
            self.add("people_in_stage", stage, self.spread(self.rise(size * 0.4, size)))
            passed = 0.01 if stage is Stage.USE else 0.35 + 0.04 * (len(stage) % 7)
            self.add("stage_passed", stage, self.spread(0 * self.time + passed))
        self.add("people_in_stage", "idle", self.spread(self.rise(7000, 2500)))

    def touchpoints(self) -> None:
        """Add traffic, experience, resources and desks."""
        for place, touchpoint in enumerate(self.scenario.touchpoints):
            name = touchpoint.name
            size = 5200.0 if name == "product_use" else 30.0 + 37 * ((place * 7) % 11)
            met = 0.35 + 0.04 * ((place * 5) % 9) - (0.0 if self.good else 0.18)
            encounters = self.add("encounters", name, self.spread(self.rise(size * 0.3, size)))
            self.add("experience", name, self.spread(self.rise(0.2, met)))
            self.add("unmet", name, self.spread(self.rise(0.75, 1 - met)))
            for stage in touchpoint.stages:
                share = encounters / len(touchpoint.stages)
                self.add("stage_encounters", f"{stage}:{name}", share)
                self.add("stage_experience", f"{stage}:{name}", self.spread(self.rise(0.2, met)))
            self.add("judgement", name, self.spread(self.rise(-0.2, met - 0.4)))
            self.add("hours_spent", name, encounters * touchpoint.effort)
            self.resources(name, place, encounters)
            if touchpoint.servers:
                self.desk(name, place)

    def resources(self, name: str, place: int, encounters: Curve) -> None:
        """Add what was brought, used and left over at a touchpoint."""
        for at, resource in enumerate(Resource):
            level = 0.3 + 0.06 * ((place * 3 + at * 5) % 8)
            if resource is Resource.HELP and place % 3 == 0:
                level = 0.02
            wasted = (0.08 if self.good else 0.4) + 0.05 * ((place + at) % 4)
            self.add("brought", f"{name}:{resource}", encounters * level)
            self.add("slack", f"{name}:{resource}", encounters * level * wasted)
            self.add("used", f"{name}:{resource}", encounters * level * (1 - wasted))

    def desk(self, name: str, place: int) -> None:
        """Add the waits at a touchpoint."""
        for company, busy in zip(COMPANIES, (1.0, 0.6), strict=True):
            key = f"{company}:{name}"
            wait = (0.15 if self.good else 1.4) * busy * (1 + place % 3)
            self.add("desk_contacts", key, self.spread(self.rise(20, 300 * busy)))
            self.add("desk_wait", key, self.spread(self.rise(0.05, wait), 0.15))
            self.add("desk_abandoned", key, self.spread(self.rise(0.0, 1 - np.exp(-wait / 3))))
            self.add("desk_occupancy", key, self.spread(self.rise(0.1, 0.8 * busy)))

    def needs(self) -> None:
        """Add importance and satisfaction of outcomes."""
        runs, _ = self.shape
        for segment in self.scenario.segments:
            for outcome in self.scenario.outcomes:
                key = f"{segment.name}:{outcome}"
                start = np.clip(5 * np.exp(0.55 * self.rng.standard_normal((runs, 1))), 0.5, 10)
                self.add("importance", key, np.clip(start * (1 + 0.1 * self.time), 0, 10))
                end = (7.0 if self.good else 3.0) * self.rng.uniform(0.6, 1.1, (runs, 1))
                self.add("outcome_satisfaction", key, 2 + (end - 2) * self.rise(0, 1))

    def build(self) -> pd.DataFrame:
        """Return everything as one tidy table."""
        for make in (
            self.market,
            self.value,
            self.minds,
            self.journey,
            self.touchpoints,
            self.needs,
        ):
            make()
        series = pd.concat(self.parts, ignore_index=True)
        return series.astype({"metric": "category", "of": "category"})


FLOWS = (
    ("customers", "focal", "payment", "money", 2030, "money/month"),
    ("customers", "rival", "payment", "money", 1080, "money/month"),
    ("focal", "installer", "fee", "money", 60, "money/month"),
    ("focal", "suppliers", "serving", "money", 460, "money/month"),
    ("focal", "suppliers", "staff", "money", 276, "money/month"),
    ("focal", "suppliers", "projects of marketing_sales", "money", 34, "money/month"),
    ("focal", "suppliers", "projects of innovation", "money", 34, "money/month"),
    ("focal:innovation", "customers", "offering", "tangible", 2400, "performance"),
    ("focal:experience_platform", "customers", "platform support", "tangible", 3180, "input"),
    ("rival:innovation", "customers", "offering", "tangible", 1200, "performance"),
    ("rival:marketing_sales", "rival:innovation", "memo", "intangible", 5, "persons heard"),
    ("installer", "customers", "partner service", "tangible", 33, "encounters"),
    ("focal:marketing_sales", "non_customers", "promise", "intangible", 38, "persons made aware"),
    ("rival:marketing_sales", "non_customers", "promise", "intangible", 19, "persons made aware"),
    ("focal:marketing_sales", "customers", "teaching", "intangible", 28, "knowledge"),
    ("customers", "customers", "peer help", "intangible", 139, "input"),
    ("customers", "non_customers", "word of mouth about focal", "intangible", 60,
     "persons made aware"),
    ("customers", "non_customers", "knowledge by talk", "intangible", 14, "knowledge"),
    ("customers", "focal:experience_platform", "feedback", "intangible", 30, "persons heard"),
    ("customers", "focal:innovation", "insight", "intangible", 42, "persons heard"),
    ("non_customers", "focal:marketing_sales", "feature request", "intangible", 3,
     "persons heard"),
)  # fmt: skip


def made_up_ledger(mood: Mood, runs: int, months: int) -> pd.DataFrame:
    time = np.linspace(0.2, 1, months)
    scale = 1.0 if mood is Mood.GOOD else 0.4
    frames = [
        pd.DataFrame(
            {
                "run": np.repeat(np.arange(runs, dtype=np.int32), months),
                "month": np.tile(np.arange(1, months + 1, dtype=np.int16), runs),
                "giver": giver, "receiver": receiver, "deliverable": deliverable, "kind": kind,
                "amount": np.tile(time * size * scale, runs),
                "unit": unit,
            }
        )
        for giver, receiver, deliverable, kind, size, unit in FLOWS
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def made_up_people(mood: Mood, months: int, n: int = 400) -> pd.DataFrame:
    """Return persons of whom few leave in the good story, and most at a renewal in the bad."""
    rng = np.random.default_rng(4)
    joined = rng.integers(0, months, n)
    gone = (rng.random(n) < (0.1 if mood is Mood.GOOD else 0.9)) & (joined > 0)
    left = np.where(gone & (joined + 13 <= months), joined + 13, 0)
    bought = np.where(joined > 0, rng.gamma(2.0, 3.0, n), 0.0)
    return pd.DataFrame({
        "person": range(n), "segment": "doers", "customer": (joined > 0) & (left == 0),
        "paid": 1.3 * bought, "surplus": rng.normal(1.0, 2.0, n), "joined": joined, "left": left,
        "first_left": left,
        "month": months, "seed": 1, "lifetime": bought,
        "referral": bought * (0.8 if mood is Mood.GOOD else 0.1),
    })  # fmt: skip


def made_up_manifest(runs: int, months: int, failed: int = 0) -> dict[str, Any]:
    scenario = base_scenario()
    return {
        "command": "run",
        "command_line": f"cocreate run scenarios/base.toml --replicates {runs} --months {months}",
        "title": scenario.title,
        "scenario_name": "base",
        "scenario": scenario.model_dump(mode="json"),
        "fingerprint": "f1d2" * 16,
        "seeds": list(range(1, runs + failed + 1)),
        "months": months,
        "runs": {"done": runs, "failed": failed},
        "versions": {"python": "3.13.1", "cocreate": "0.1.0", "numpy": "2.5.0", "mesa": "3.5.1"},
        "started": "2026-01-05T10:00:00+00:00",
        "finished": "2026-01-05T10:03:12+00:00",
        "elapsed_s": 192.4,
        "remake": "cocreate run scenarios/base.toml --replicates 20",
    }


def declared(metric: str) -> dict[str, str]:
    """Return what a store writes about a metric."""
    known = METRICS[metric]
    return {"unit": known.unit, "meaning": known.meaning, "better": known.better.value}


def made_up(mood: Mood = Mood.GOOD, *, runs: int = 8, months: int = 120) -> MadeUp:
    series = Maker(mood, runs, months).build()
    series.attrs["metrics"] = Metrics(
        {metric: declared(metric) for metric in series["metric"].cat.categories}
    )
    table = pd.DataFrame(
        {
            "run": np.arange(runs, dtype=np.int32), "scenario": "base",
            "seed": np.arange(1, runs + 1), "fingerprint": "f1d2" * 16,
        }
    )  # fmt: skip
    failures = pd.DataFrame(
        {name: pd.Series(dtype="str")
         for name in ("run", "scenario", "seed", "error", "traceback", "remake")}
    )  # fmt: skip
    return MadeUp(
        series, made_up_ledger(mood, runs, months), table, failures, made_up_manifest(runs, months),
        made_up_people(mood, months),
    )  # fmt: skip


def write(result: MadeUp, folder: Path) -> Path:
    """Write a result the way a store does: Parquet with units in its metadata, and a manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(result.series.attrs.get("metrics", {})).encode()
    plain = result.series.copy()
    plain.attrs = {}
    table = pa.Table.from_pandas(plain, preserve_index=False)
    table = table.replace_schema_metadata(
        {**(table.schema.metadata or {}), b"cocreate.metrics": told}
    )
    pq.write_table(table, folder / "series.parquet")
    result.ledger.to_parquet(folder / "ledger.parquet")
    result.runs.to_parquet(folder / "runs.parquet")
    result.failures.to_parquet(folder / "failures.parquet")
    (folder / "figures").mkdir(exist_ok=True)
    result.people.to_parquet(folder / "figures" / "people.parquet")
    (folder / "manifest.json").write_text(json.dumps(result.manifest), encoding="utf-8")
    return folder


def series(*rows: tuple[str, str, float], runs: int = 2, months: int = 24) -> pd.DataFrame:
    """Return the series of runs in which each (metric, of) has the same value every month."""
    return pd.DataFrame(
        [
            {"run": run, "month": month, "metric": metric, "of": of, "value": value}
            for run in range(runs)
            for month in range(1, months + 1)
            for metric, of, value in rows
        ]
    )
