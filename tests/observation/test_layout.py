"""Sheets as people save them: each is read rightly, or named with its line and column."""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np
import openpyxl
import pytest

from simulation import InputError, Reading, observe
from simulation.observation.series import read_mapping, read_series
from simulation.observation.table import read_table
from simulation.scenario.units import Units

RECORDED = {"customers:focal": "persons", "receipts:focal": "money/month", "aware:focal": "share"}
MONTHS = [f"2024-{month:02d}" for month in range(1, 9)]
HEADER = ["month", "customers", "revenue"]
ROWS = [[month, 10 + at, 100.5 + at] for at, month in enumerate(MONTHS)]
WANTED = [[10 + at, 100.5 + at] for at in range(8)]


def text(folder, lines, *, encoding="utf-8", between=","):
    file = folder / "months.csv"
    rows = [line if isinstance(line, str) else between.join(map(str, line)) for line in lines]
    file.write_bytes("\r\n".join(rows).encode(encoding))
    return file


def sheet(folder, rows, merged=(), more=()):
    file = folder / "months.xlsx"
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    for name in more:
        book.create_sheet(name).append(["notes"])
    book.save(file)
    return file


def read(file, **stated):
    return read_series(file, RECORDED, Units(), company="focal", **stated)


def faults(file, **stated):
    with pytest.raises(InputError) as caught:
        read(file, **stated)
    return [(fault.line, fault.key, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize("separator", [";;", "", '"', "\n"])
def test_what_cannot_stand_between_cells_is_refused(tmp_path, separator):
    file = text(tmp_path, [HEADER, *ROWS])
    with pytest.raises(InputError, match="--separator must be one character"):
        read_table(file, separator=separator)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'sep="\na"b\n1"2\n', "sep= must be one character"),
        (b"a,b\n1," + b"x" * 140_000 + b"\n", r"months\.csv:2: cannot be read: field larger"),
        (b'a,b\n1,"' + b"x,y\n" * 50_000, r"months\.csv:\d+: cannot be read: field larger"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], r"months\.csv: cannot be read as UTF-16\. Was it cut"),
    ],
)
def test_a_broken_text_is_named(tmp_path, data, told):
    file = tmp_path / "months.csv"
    file.write_bytes(data)
    with pytest.raises(InputError, match=told):
        read_table(file)


def test_a_line_may_be_long_where_its_cells_are_not(tmp_path):
    file = text(tmp_path, [[f"c{at}" for at in range(30_000)], ["12345"] * 30_000])
    assert len(read_table(file).header) == 30_000


def test_a_folder_of_time_zones_is_none(tmp_path):
    file = text(tmp_path, [HEADER, *ROWS])
    for zone in ("Europe", "", "x" * 300):
        with pytest.raises(InputError, match="--timezone is not a time zone"):
            observe(file, reading=Reading(zone=zone))


@pytest.mark.parametrize(
    ("said", "key", "rule"),
    [
        ("series = 3", "series", "must be a table"),
        ("units = 3", "units", "must be a table"),
        ('months = "x"', "months", "must be a table"),
        ("[units]\npeople = nan", "units.people", "must be a positive number"),
        ("[units]\nmoney = inf", "units.money", "must be a positive number"),
        ("[months]\nfirst = 100_001", "months.first", "must be a whole number"),
    ],
)
def test_a_mapping_that_is_none_is_named(tmp_path, said, key, rule):
    file = tmp_path / "map.toml"
    file.write_text(said, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_mapping(file)
    assert [(one.key, one.message.startswith(rule)) for one in caught.value.faults] == [(key, True)]


TITLED = [["Figures of ACME, in EUR"], [], HEADER, *ROWS]
RIGHT = {
    "a title and a blank line above": TITLED,
    "a row of totals": [HEADER, *ROWS, ["Total", 108, 832]],
    "a row of totals in German": [HEADER, *ROWS, ["Gesamt:", 108, 832]],
    "empty columns at the end": [[*HEADER, None, None], *([*row, None, None] for row in ROWS)],
    "an empty line in between": [HEADER, *ROWS[:4], [], *ROWS[4:]],
    "months by name": [HEADER, *([f"{name}-24", *row[1:]] for name, row in zip(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"), ROWS, strict=True))],
    "months by German name": [["Monat", *HEADER[1:]], *([f"{name} 2024", *row[1:]] for name, row
        in zip(("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August"), ROWS,
               strict=True))],
    "months before years": [HEADER, *([f"{row[0][5:]}/2024", *row[1:]] for row in ROWS)],
    "first days, day first": [HEADER, *([f"01/{row[0][5:]}/2024", *row[1:]] for row in ROWS)],
    "Excel's days": [HEADER, *([45292 + 31 * at, *row[1:]] for at, row in enumerate(ROWS))],
}  # fmt: skip


@pytest.mark.parametrize("rows", RIGHT.values(), ids=RIGHT.keys())
@pytest.mark.parametrize("form", [text, sheet])
def test_what_leaves_no_doubt_is_read_rightly(tmp_path, rows, form):
    if form is text:
        rows = [["" if cell is None else cell for cell in row] for row in rows]
    seen = read(form(tmp_path, rows))
    np.testing.assert_allclose(seen.values, WANTED)
    assert seen.labels == tuple(MONTHS)


def test_what_is_left_out_is_said(tmp_path):
    seen = read(sheet(tmp_path, [*TITLED, ["Total", 108, 832]]))
    assert any("Line 12" in one and "a row of totals" in one for one in seen.remarks)
    log = [["Bookings"], ["customer", "date", "amount"],
           *([f"k{who}", datetime(2024, month, 9), 5.0] for month in range(1, 5)
             for who in range(6)), ["Total", None, 120.0]]  # fmt: skip
    observed = observe(sheet(tmp_path, log, more=["Notes"]), reading=Reading(lapse=1))
    assert observed.series["revenue"].tolist() == [30.0] * 4
    said = " ".join(observed.remarks)
    assert "sheet 'Sheet', the first of 2, header in line 2" in said
    assert "Line 27 of" in said


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("first", [[], ["sep=;"]])
def test_marks_and_encodings_are_seen(tmp_path, encoding, first):
    rows = [[row[0], row[1], str(row[2]).replace(".", ",")] for row in ROWS]
    lines = [*first, ["month", "customers", "revenue", "Rück"], *([*row, 1] for row in rows)]
    file = text(tmp_path, lines, encoding=encoding, between=";")
    mapping = tmp_path / "map.toml"
    mapping.write_text('[series]\n"Rück" = ""\n', "utf-8")
    np.testing.assert_allclose(read(file, mapped=read_mapping(mapping)).values, WANTED)


def test_a_merged_heading_above_the_names_is_passed_over(tmp_path):
    rows = [["", "people", None], HEADER, *ROWS]
    np.testing.assert_allclose(read(sheet(tmp_path, rows, merged=["B1:C1"])).values, WANTED)
    twice = [["", "2023", None, "2024", None], ["month", "a", "b", "a", "b"],
             *([row[0], 1, 2, 3, 4] for row in ROWS)]  # fmt: skip
    assert faults(sheet(tmp_path, twice, merged=["B1:C1", "D1:E1"])) == [
        (2, None, "names 'a' twice in its header."), (2, None, "names 'b' twice in its header."),
    ]  # fmt: skip


def test_two_tables_in_one_sheet_are_named(tmp_path):
    below = [HEADER, *ROWS, [], ["channel", "contacts"], ["phone", 33]]
    said = faults(sheet(tmp_path, below))
    assert (11, None, "begins a second table.") in said
    assert (12, "month", "is not a date: 'phone'.") in said
    beside = [[*HEADER, None, "channel"], *([*row, None, "phone"] for row in ROWS)]
    assert faults(sheet(tmp_path, beside)) == [
        (1, "column D", "is empty: are there two tables beside each other?")
    ]
    again = [HEADER, *ROWS[:4], HEADER, *ROWS[4:]]
    assert (6, None, "has the header again.") in faults(text(tmp_path, again))


def test_thousands_are_told_from_decimals_or_asked_for(tmp_path):
    rows = [[month, f"{1000 + at:,}", f"{12345.5 + at:,.2f}"] for at, month in enumerate(MONTHS)]
    np.testing.assert_allclose(
        read(text(tmp_path, [HEADER, *rows], between=";")).values[0], [1000, 12345.5]
    )
    alone = text(tmp_path, [HEADER[:2], *(row[:2] for row in rows)], between=";")
    with pytest.raises(InputError, match="decimal point or a decimal comma") as caught:
        read(alone)
    assert "[units]" in str(caught.value.faults[0].hint)
    mapping = tmp_path / "map.toml"
    mapping.write_text('[units]\ndecimal = "."\n', "utf-8")
    assert read(alone, mapped=read_mapping(mapping)).values[0] == 1000
    mapping.write_text('[units]\ndecimal = "x"\n', "utf-8")
    with pytest.raises(InputError, match=re.escape("must be . or ,. Got 'x'.")):
        read_mapping(mapping)


def test_percent_signs_are_shares_and_nothing_else(tmp_path):
    rows = [[month, 10, f"{5 + at} %"] for at, month in enumerate(MONTHS)]
    seen = read(text(tmp_path, [["month", "customers", "aware"], *rows]))
    np.testing.assert_allclose(seen.values[:, 1], [0.05 + 0.01 * at for at in range(8)])
    said = faults(text(tmp_path, [["month", "aware", "customers"], *rows]))
    assert (2, "aware", "is not between 0 and 1: '10'.") in said
    assert (2, "customers", "is not an amount: '5 %'.") in said


def test_mixed_formats_are_named_all_at_once(tmp_path):
    rows = [[datetime(2024, 3, 1), 10, 1.0], ["13/04/2024", True, "1.234,50"],
            *([month, -1, "1,234.5"] for month in MONTHS[4:])]  # fmt: skip
    said = faults(sheet(tmp_path, [HEADER, *rows]))
    assert {(line, key) for line, key, _ in said} >= {
        (3, "month"), (3, "customers"), (3, "revenue"),
    }  # fmt: skip
    assert any("mixes text with dates" in message for _, _, message in said)
    said = faults(text(tmp_path, [HEADER, *ROWS[:7], ["2024-08", -3, 5]]))
    assert said == [(9, "customers", "is not of something that can be negative: '-3'.")]


def test_every_file_has_its_faults_named(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("customer,date,amount\na,never,5\nb,2024-01-02,x\n")
    with pytest.raises(InputError) as caught:
        observe(tmp_path / "one.csv", tmp_path / "two.csv")
    assert len(caught.value.faults) == 4
