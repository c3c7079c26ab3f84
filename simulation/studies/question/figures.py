"""The figures of a question: shares by actor, the map, what the effect depends on."""

from __future__ import annotations

from simulation.report.figure import Figure
from simulation.report.words import listing
from simulation.studies.futures.figures.influence import swings
from simulation.studies.futures.figures.map import decision_map, map_text
from simulation.studies.futures.figures.numbers import map_numbers, share_numbers, swing_numbers
from simulation.studies.futures.figures.shares import share_bars
from simulation.studies.futures.figures.view import FutureView
from simulation.studies.futures.words import name_of
from simulation.studies.question.answer import leaning_text, of_futures, verdict_text
from simulation.studies.question.tables import QuestionTables


def figures_of(tables: QuestionTables) -> list[Figure]:
    """Return the figures that have something to show."""
    views: list[FutureView[QuestionTables]] = [
        FutureView("shares", "In how many futures, and for whom", for_whom_text, share_bars,
             share_numbers),
        FutureView("map", "Where it holds", map_text, decision_map, map_numbers),
        FutureView("swings", "What the difference depends on", leaning_text, swings, swing_numbers,
             "influence"),
    ]  # fmt: skip
    if tables.findings["unit"] == "share":
        views = views[:1]
    absent = {"map": tables.lead["map"] is None, "swings": not tables.lead["swings"]}
    return [view.of(tables) for view in views if not absent.get(view.name)]


MOST = 0.5
"""Share of futures above which an actor is said to gain, or to lose."""


def for_whom_text(tables: QuestionTables) -> str:
    """Say who gains and who loses in most futures; the verdict where nobody's benefit was kept."""
    shares = {name: share for name, share in tables.lead["shares"].items()
              if tables.is_actor(name) and tables.is_money(name)}  # fmt: skip
    if not shares:
        return verdict_text(tables)
    parts = []
    for which, one, many in (("better", "gains", "gain"), ("worse", "loses", "lose")):
        named = [
            f"{_called(name)} {many if name.endswith('s') else one} "
            f"{of_futures(share[which]['value'])} ({tables.amount(share['mean'], name)})"
            for name, share in shares.items() if share[which]["value"] > MOST
        ]  # fmt: skip
        parts += [listing(named)] if named else []
    return "; ".join(parts) or "no actor gains, and none loses, in more than half of the futures"


def _called(actor: str) -> str:
    return "the company" if actor == "company" else name_of(actor)
