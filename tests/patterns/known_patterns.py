"""Patterns known independently of the model, measured on the default scenarios.

Run as a script, this rewrites the table in ``docs/model.md``; a pattern that fails stays in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders import DEFAULTS, ROOT, changed

from simulation.model import EcosystemModel
from simulation.processes.order import MONTH

DOC = ROOT / "docs" / "model.md"
BEGIN, END = "<!-- patterns: begin -->", "<!-- patterns: end -->"
PEOPLE, MONTHS, SEED = 5_000, 120, 1
RENEW = 7


@dataclass(frozen=True)
class Observed:
    """One run of a default scenario: its record, and every renewal decision in it."""

    model: EcosystemModel
    renewals: np.ndarray
    """Rows of renewals behind, attitude, contacts, kept."""

    def metric(self, name: str, of: str = "") -> np.ndarray:
        """Return a metric's series."""
        recorder = self.model.recorder
        return recorder.values[:MONTHS, recorder.labels.index((name, of))]

    def yearly(self, name: str, of: str = "") -> np.ndarray:
        """Return a metric's sums by year."""
        return np.nansum(self.metric(name, of).reshape(-1, 12), axis=1)


@dataclass(frozen=True)
class Pattern:
    """A pattern: what is known, from whom, the statistic, and when it holds."""

    name: str
    source: str
    rule: str
    statistic: Callable[[Observed], float]
    holds: Callable[[float], bool]
    note: str = ""


def observe(name: str) -> Observed:
    """Run a default scenario month by month and note every renewal decision."""
    inputs = changed(name, {"population.people": PEOPLE, "run.months": MONTHS})
    model = EcosystemModel(inputs, SEED)
    world, people = model.world, model.world.people
    rows = []
    for _ in range(MONTHS):
        world.step += 1
        world.month = world.new_month()
        for process in MONTH:
            if process.name == "renew":
                due = np.flatnonzero(people.stage == RENEW)
                behind = people.tenure[due] // inputs.journey.contract_months
                attitude = people.attitude[due, people.provider[due]]
                contacts = people.contacts[due].copy()
            process(world)
            if process.name == "renew":
                rows.append(np.c_[behind, attitude, contacts, people.provider[due] >= 0])
        model.recorder.record(world)
    return Observed(model, np.vstack(rows))


def takeoff_peak(run: Observed) -> float:
    """Return the year of most new customers over the years before the last, as share of time."""
    new = run.yearly("new_customers", "focal") - run.yearly("new_customers_returning", "focal")
    return float((np.argmax(new) + 0.5) / len(new))


def word_of_mouth_leads_from(run: Observed) -> float:
    """Return the first year from which word of mouth brings more new customers for good."""
    lead = run.yearly("new_customers_by_word_of_mouth", "focal") > run.yearly(
        "new_customers_by_advertising", "focal"
    )
    behind = np.flatnonzero(~lead)
    return float(behind[-1] + 2 if len(behind) else 1)


def talk_ratio(run: Observed) -> float:
    """Return positive to negative word of mouth over the last two years."""
    return float(run.metric("talk_positive")[-24:].sum() / run.metric("talk_negative")[-24:].sum())


def retention_gain(run: Observed) -> float:
    """Return retention at the fourth and later renewals less that at the first."""
    behind, kept = run.renewals[:, 0], run.renewals[:, 3]
    return float(kept[behind >= 4].mean() - kept[behind == 1].mean())


def correlation(run: Observed) -> float:
    """Return the correlation of attitude with renewing, over individual decisions."""
    return float(np.corrcoef(run.renewals[:, 1], run.renewals[:, 3])[0, 1])


def light_users(run: Observed) -> float:
    """Return median over mean of the months that people have used an offering."""
    practice = run.model.world.people.practice
    used = practice[practice > 0]
    return float(np.median(used) / used.mean())


def contact_jump(run: Observed) -> float:
    """Return churn after four or more support contacts relative to churn after fewer."""
    many = run.renewals[:, 2] >= 4
    lapsed = 1.0 - run.renewals[:, 3]
    return float(lapsed[many].mean() / lapsed[~many].mean())


PATTERNS = (
    Pattern("S-shaped adoption", "Bass 1969", "most first purchases neither first nor last year",
            takeoff_peak, lambda x: 0.1 < x < 0.9),
    Pattern("word of mouth overtakes advertising after take-off", "Goldenberg et al. 2001",
            "leads for good within the ten years, not from the first",
            word_of_mouth_leads_from, lambda x: 1 < x <= 10,
            "the markets are set so that word of mouth is the main cause of a fifth to a half of"
            " first purchases (McKinsey 2010; `cocreate validate`): advertising leads to the end;"
            " with `reach.most` at .1 word of mouth overtakes it"),
    Pattern("positive to negative word of mouth about 3 : 1", "East, Hammond & Wright 2007",
            "2 to 5", talk_ratio, lambda x: 2 <= x <= 5,
            "judgement is relative to what is usual: who is used to good service is not content for"
            " ever; the bounds here are narrower than those of `cocreate validate`"),
    Pattern("retention rises with tenure", "Fader & Hardie 2007", "above 0",
            retention_gain, lambda x: x > 0),
    Pattern("satisfaction and repurchase correlate, far from perfectly",
            "Szymanski & Henard 2001; Kumar et al. 2013", ".2 to .5",
            correlation, lambda x: 0.2 <= x <= 0.5,
            "where base churn is low few decisions are lapses, and the correlation with a rare"
            " event is bounded"),
    Pattern("a long tail of light users", "Fader, Hardie & Lee 2005", "median/mean below .8",
            light_users, lambda x: x < 0.8,
            "every user has one encounter in use a month by construction; usage differs"
            " (median/mean .84 at the spread of base), but is how much is used, not how often"),
    Pattern("churn jumps after four or more service contacts", "MLC churn data (teaching data)",
            "at least 1.5 times the churn after fewer", contact_jump, lambda x: x >= 1.5,
            "queries are contacts too, and say nothing about content"),
)  # fmt: skip


def table() -> str:
    """Return the table of patterns by default scenario in Markdown."""
    runs = {name: observe(name) for name in DEFAULTS}
    lines = [
        f"| pattern (source) | holds when | {' | '.join(DEFAULTS)} |",
        f"|---|---|{'---|' * len(DEFAULTS)}",
    ]
    notes = []
    for pattern in PATTERNS:
        values = [pattern.statistic(run) for run in runs.values()]
        cells = [f"{v:.2f} {'holds' if pattern.holds(v) else '**fails**'}" for v in values]
        lines.append(
            f"| {pattern.name} ({pattern.source}) | {pattern.rule} | {' | '.join(cells)} |"
        )
        if pattern.note and not all(pattern.holds(v) for v in values):
            notes.append(f"*{pattern.name}* fails: {pattern.note}.")
    head = f"Runs of {PEOPLE} people over {MONTHS} months, seed {SEED}; statistic and verdict."
    return "\n".join([head, "", *lines, "", *notes])


def stored() -> str:
    """Return the table as it stands in the documentation."""
    return DOC.read_text().split(BEGIN)[1].split(END)[0].strip()


def rewrite() -> None:
    """Write the table into the documentation."""
    before, _, rest = DOC.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    DOC.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}")


if __name__ == "__main__":
    rewrite()
