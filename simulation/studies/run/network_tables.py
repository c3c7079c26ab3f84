"""Allee's three analyses of a value network as tables, and what customers bring besides buying."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from simulation.analysis.flows import merge_functions
from simulation.analysis.interval import estimate
from simulation.analysis.network_analyses import exchange_table, impact_table, value_creation_table
from simulation.analysis.summary import YEAR, per_run, recent
from simulation.analysis.value_network import indicators, roles
from simulation.report.table import Table
from simulation.report.words import count, label, number, percent, signed
from simulation.studies.attribution.tables import Played
from simulation.studies.run.figures.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

BLOCKED = {
    "teaching": "teaching",
    "peer help": "peer_help",
    "answers to peers": "peer_help",
    "joy of answering": "peer_help",
    "word of mouth": "word_of_mouth",
    "feedback": "feedback",
    "feature request": "feedback",
    "insight": "insight",
    "promise": "advertising",
    "partner service": "partner_capability",
}
"""Which block stops a deliverable, by the beginning of its name in the ledger."""


def by_deliverable(ledger: pd.DataFrame, keystones: pd.DataFrame) -> pd.DataFrame:
    """Return what is lost without each block as what is lost without each deliverable.

    A block stops a deliverable everywhere, so that every row of it shows the same loss.
    """
    import pandas as pd

    lost = keystones.set_index("removed")
    names = [str(name) for name in lost.index]
    lost = lost[[f"{name} (blocked)" not in names for name in names]]
    lost.index = pd.Index([str(name).removesuffix(" (blocked)") for name in lost.index])
    names = sorted(set(ledger["deliverable"].astype(str)))
    rows = [
        {"removed": name, **lost.loc[block, ["lost", "low", "high"]].to_dict()}
        for name in names
        for start_of, block in BLOCKED.items()
        if name.startswith(start_of) and block in lost.index
    ]
    return pd.DataFrame(rows, columns=["removed", "lost", "low", "high"]).drop_duplicates("removed")


def network_tables(played: Played) -> list[Table]:
    """Return exchange, impact and value-creation analysis, the roles, and engagement."""
    ledger = played.of_whole().ledger
    if ledger.empty:
        return []
    lost = by_deliverable(ledger, played.keystones)
    return [engagement_view(played), *ledger_tables(ledger, lost)]


def ledger_tables(ledger: pd.DataFrame, lost: pd.DataFrame | None = None) -> list[Table]:
    """Return indicators, roles, and Allee's three analyses of a ledger with some flow.

    Args:
        ledger: Rows of flows.
        lost: What is lost without each deliverable (see ``by_deliverable``), if it was tried.
    """
    return [
        indicators_view(ledger),
        roles_view(ledger),
        exchanges_view(ledger),
        flows_view(impact_table(ledger, lost), "source",
                   "Impact analysis: what each role receives"),
        flows_view(value_creation_table(ledger, lost), "receiver",
                   "Value creation analysis: what each role gives"),
    ]  # fmt: skip


def indicators_view(ledger: pd.DataFrame) -> Table:
    """Return the indicators year by year, with their intervals over runs in the last."""
    series = indicators(merge_functions(ledger))
    last = int(series["month"].max())
    year = (series["month"] - 1) // YEAR + 1
    by_year = series.assign(year=year).groupby(["metric", "year"], sort=False)["value"].mean()
    late = series[series["month"] > last - YEAR]
    rows = []
    for metric, (words, _) in INDICATORS.items():
        interval = estimate(late[late["metric"] == metric].groupby("run")["value"].mean())
        means = by_year[metric]
        rows.append((words.lower(), *(number(float(value), 2) for value in means),
                     _ends(interval.low, interval.high)))  # fmt: skip
    years = [f"year {n}" for n in by_year.index.get_level_values("year").unique()]
    caption = (
        "Indicators of the value network by year (companies as one role each): reciprocity of "
        f"deliverables, share of intangibles, resilience and agility of who deals with whom, HHI; "
        f"95 % interval over runs of the {recent(ledger)}"
    )
    return Table(caption, ("indicator", *years, "95 % interval"), tuple(rows))


def roles_view(ledger: pd.DataFrame) -> Table:
    """Return what each role gives and gets."""
    rows = tuple(
        (label(str(row["role"])), str(row["gives"]), str(row["gets"]), str(row["partners"]),
         number(row["balance"], 2), percent(row["intangible_given"]), number(row["money_balance"]),
         percent(row["brokerage"]))
        for row in roles(ledger).to_dict("records")
    )  # fmt: skip
    heads = ("role", "gives", "gets", "deals with", "balance", "intangible given",
             "money balance a month", "brokerage")  # fmt: skip
    caption = "Roles: deliverables given and received, balance (received − given)/(both), brokerage"
    return Table(caption, heads, rows)


def exchanges_view(ledger: pd.DataFrame) -> Table:
    """Return who exchanges what."""
    rows = tuple(
        (label(str(row["one"])), label(str(row["other"])), str(row["one_gives"]) or "–",
         str(row["other_gives"]) or "–", "yes" if row["reciprocated"] else "no",
         number(row["reciprocity"], 2))
        for row in exchange_table(merge_functions(ledger)).to_dict("records")
    )  # fmt: skip
    heads = ("one", "other", "one gives", "other gives", "reciprocated", "reciprocity")
    caption = "Exchange analysis: who gives what to whom (intangible deliverables in brackets)"
    return Table(caption, heads, rows, n_names=5)


def flows_view(table: pd.DataFrame, other: str, caption: str) -> Table:
    """Return an impact or value-creation analysis."""
    rows = []
    for row in table.to_dict("records"):
        known = row.get("value", nan) == row.get("value", nan)
        ends = f"{number(row['low'])} to {number(row['high'])}" if known else ""
        worth = number(row["value"]) if known else ""
        rows.append(
            (label(str(row["role"])), label(str(row["deliverable"])), label(str(row[other])),
             str(row["kind"]), str(row["asset"]), f"{number(row['amount'])} {row['unit']}",
             percent(row["share"]), worth, ends)
        )  # fmt: skip
    heads = ("role", "deliverable", other, "kind", "asset", "amount", "share",
             "lost without it", "95 % interval")  # fmt: skip
    if "value" not in table:
        cut = tuple(row[:-2] for row in rows)
        note = "; what each is worth: cocreate attribute SCENARIO --parts"
        return Table(caption + note, heads[:-2], cut, n_names=6)
    note = f"; {count(len(rows), 'flow')}, worth is the total loss when it is blocked everywhere"
    return Table(caption + note, heads, tuple(rows), n_names=6)


ENGAGEMENT = {
    "referral": ("word_of_mouth", "lost without word of mouth"),
    "help": ("peer_help", "lost without help between people"),
    "knowledge": ("feedback", "lost without feedback at touchpoints"),
}
"""What customers bring besides buying (Kumar et al. 2010), by the block that takes it away."""


def engagement_view(played: Played) -> Table:
    """Return what customers pay, and what would be lost without what else they bring."""
    series = played.of_whole().series
    parts = [per_run(series, "receipts", name) for name in played.setting.companies]
    paid = estimate(sum(values) for values in zip(*parts, strict=True))
    rows = [("purchase", "what customers pay", signed(paid.mean), _ends(paid.low, paid.high))]
    losses = {str(row["removed"]): row for row in played.keystones.to_dict("records")}
    for name, (block, words) in ENGAGEMENT.items():
        if block in losses:
            row = losses[block]
            rows.append((name, words, signed(row["lost"]), _ends(row["low"], row["high"])))
    caption = (
        "What customers bring: what they pay, and what all would lose without what else they bring "
        "(money/month; the last three are effects on the outcome, not transfers)"
    )
    return Table(caption, ("value", "measured as", "mean", "95 % interval"), tuple(rows),
                     n_names=2)  # fmt: skip


def _ends(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}" if low == low else "one run"
