"""Amounts and dates as tills, spreadsheets and export programs write them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from simulation import InputError
from simulation.observation.values import LogColumn, months_as_dates, read_amounts, read_dates


def column(*cells):
    return LogColumn(Path("log.csv"), "cell", cells, range(2, 2 + len(cells)))


def test_a_dash_instead_of_cents_is_no_minus_and_a_dash_after_digits_is_one():
    german = column("35,-", "35,50", "35,-- €", "1.250,–", "12,50-", "-5,-", "(3,00)")
    assert read_amounts(german)[0] == [35.0, 35.5, 35.0, 1250.0, -12.5, -5.0, -3.0]
    swiss = column("CHF 1'250.–", "35.-", "12.50-")
    assert read_amounts(swiss) == ([1250.0, 35.0, -12.5], "point")


@pytest.mark.parametrize("dash", ["-", "−", "–", "—"])
def test_every_dash_before_a_number_is_a_minus(dash):
    assert read_amounts(column(f"{dash}35,50", f"{dash} 7,25 €"))[0] == [-35.5, -7.25]


def test_hours_before_and_after_noon_are_read():
    cells = column("01/15/2024 3:45 PM", "01/16/2024 12:05 am", "01/17/2024 12:05:09 P.M.")
    dates, order = read_dates(cells)
    assert dates == [
        datetime(2024, 1, 15, 15, 45), datetime(2024, 1, 16, 0, 5), datetime(2024, 1, 17, 12, 5, 9),
    ]  # fmt: skip
    assert order == "month, day, year"
    with pytest.raises(InputError, match="is not a date"):
        read_dates(column("01/15/2024 13:45 PM"))


def test_german_short_names_of_months_are_read():
    cells = column("01. Mrz 24", "02. Mär 24", "3. Jänner 2024")
    assert read_dates(cells)[0] == [
        datetime(2024, 3, 1), datetime(2024, 3, 2), datetime(2024, 1, 3),
    ]  # fmt: skip


def test_a_column_of_months_is_one_of_their_first_days_and_nothing_else_is():
    months = months_as_dates(column("2024-01", "03/2024", "März 2024", 202404))
    assert months is not None
    assert months.cells == ["2024-01-01", "2024-03-01", "2024-03-01", "2024-04-01"]
    assert months_as_dates(column("2024-01", "2024-01-03")) is None
    assert months_as_dates(column("May 24")) is None
