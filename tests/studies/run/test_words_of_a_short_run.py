"""What a run of one year says of its beginning and its end: halves of it, as there is one year."""

from __future__ import annotations

from made_up import Mood, made_up

from simulation.studies.run.figures.indicators import indicator_words
from simulation.studies.run.figures.opportunities import opportunity_words


def test_run_of_a_year_is_compared_half_by_half() -> None:
    good = made_up(Mood.GOOD, runs=2, months=12)
    assert indicator_words(good.ledger).startswith("From the first to the last 6 months: ")
    assert opportunity_words(good.series).startswith("Greatest opportunity, first to last 6 months")
