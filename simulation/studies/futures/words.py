"""Words of shares of futures, of who benefits, and of how futures were drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.report.words import label, listing, percent
from simulation.studies.futures.tables import FuturesTables


def share_text(share: Mapping[str, Any]) -> str:
    """Return a share with its interval: "84 % (95 % interval 79 % to 88 %)"."""
    return f"{of_all(float(share['value']))} ({interval_text(share)})"


def interval_text(share: Mapping[str, Any]) -> str:
    """Return the interval of a share: "95 % interval 79 % to 88 %"."""
    return f"95\u00a0% interval {ends_text(share)}"


def ends_text(share: Mapping[str, Any]) -> str:
    """Return the ends of a share's interval: "79 % to 88 %"."""
    return " to ".join(of_all(float(share[key])) for key in ("low", "high"))


def of_all(share: float) -> str:
    """Return a share of futures as a percentage; what is less than a thousandth is none."""
    return percent(round(share, 3))


def name_of(benefit: str) -> str:
    """Return a benefit's name as it stands in a sentence."""
    return {"everyone": "everyone together", "customers": "customers"}.get(benefit, label(benefit))


def end_of(value: Any, free: float) -> float:
    """Return a bound; what restricts nothing was stored as null or as an infinity in words."""
    number_ = float(value) if value is not None else free
    return number_ if abs(number_) <= 1.0 else free


def drawn_text(tables: FuturesTables) -> str:
    """Say that futures are draws of a posterior; nothing where they are not."""
    posterior = tables.sweep["asked"].get("posterior")
    if not posterior:
        return ""
    return (
        f"{listing([str(path) for path in posterior['paths']])} are as your data leave them: each "
        f"future takes a draw of {posterior['file']}; the other assumptions fill their ranges"
    )


def measured_text(rule: Mapping[str, Any]) -> str:
    """Say on what the shares of a rule were measured, and what noise does to them.

    Results of versions that measured them by an emulator of all futures say so.
    """
    if not rule.get("by_runs"):
        return (
            "measured by an emulator that knew these futures too, which makes a rule look better "
            "than it is"
        )
    return (
        "both by what the runs of each future show, in futures not used to find the rule; where "
        "seeds leave a future open, this draws the two together"
    )
