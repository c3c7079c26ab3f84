"""Numbers as people write them, whatever their decimal sign and their separators of thousands."""

from __future__ import annotations

import pytest

from simulation.scenario.numerals import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("49,90", 49.9), ("49.90", 49.9), ("0,5", 0.5), ("0,125", 0.125), (",5", 0.5),
        ("1,234", 1234), ("1.234", 1.234), ("250,000", 250_000), ("12,3456", 12.3456),
        ("1.234,56", 1234.56), ("1,234.56", 1234.56), ("2.500.000", 2_500_000),
        ("2,500,000", 2_500_000), ("12,34,567", 1_234_567), ("1'000'000", 1_000_000),
        ("1’000’000,5", 1_000_000.5), ("1 000 000", 1_000_000), ("1_000", 1000),
        ("1\u00a0234,50", 1234.5), ("1\u202f234.5", 1234.5), ("1234,567", 1234.567),
        ("1e6", 1e6), ("−3", -3), (" 7 ", 7),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_meant(text: str, number: float) -> None:
    assert number_in(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "text", ["", "many", "1,2,3", "1.2.3", "50 5", "1,23.456,7", "1.234.56", "0,125,000", "nan",
             "inf", "5,", "1,234,56"]
)  # fmt: skip
def test_what_no_number_looks_like_is_none(text: str) -> None:
    assert number_in(text) is None
