"""What questions of one market share: its futures, and the runs that another of them has done.

All of them try the same candidates with the market as it is, and two may have an arm in common.
Each folder keeps its own copy of a run, so that it stays whole whatever happens to the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

from simulation.store import PlannedRun, RunStore
from simulation.store.journal import records
from simulation.store.manifest import JOURNAL
from simulation.store.records import Prefix
from simulation.studies.question.arms import FuturePlace


@dataclass
class KnownFutures:
    """The candidates of a market that were looked at, by number.

    Attributes:
        places: where each is.
        prints: fingerprint of the market as it is in each; None where a rule is broken.
    """

    places: dict[int, FuturePlace] = field(default_factory=dict)
    prints: dict[int, str | None] = field(default_factory=dict)


def take(plans: Iterable[PlannedRun], held: Mapping[str, bytes], store: RunStore) -> None:
    """Put the records of runs that others have done into a folder that lacks them."""
    for plan in plans:
        record = held.get(plan.identity.key)
        if record is not None and not store.has(plan):
            store.append(record)


def finished_elsewhere(folder: Path, market: str) -> dict[str, bytes]:
    """Return the records of finished runs of the same market in folders of other questions.

    Args:
        folder: ``ROOT/NAME/MARKET-…``; looked into are all other ``ROOT/*/MARKET-…``.
        market: as names of folders begin.
    """
    finished: dict[str, bytes] = {}
    for journal in sorted(folder.parent.parent.glob(f"*/{escape(market)}-*/{JOURNAL}")):
        if journal.parent != folder:
            finished.update({key: record for key, record in records(journal) if _is_done(record)})
    return finished


def _is_done(record: bytes) -> bool:
    prefix = Prefix.read(record)
    return prefix is not None and prefix.done
