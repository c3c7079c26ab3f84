"""Observed series: names, units, months, and every fault at once."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import InputError
from simulation.observation.series import read_mapping, read_series
from simulation.scenario.units import Units

RECORDED = {"customers:focal": "persons", "receipts:focal": "money/month",
            "desk_contacts:focal:calls": "persons/month", "attitude:focal": "-1 to 1"}  # fmt: skip
EUROS = Units("EUR", per_unit=100.0, per_person=20.0)


def written(folder, header, rows):
    file = folder / "months.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    return file


def test_numbers_of_people_and_money_become_those_of_the_model(tmp_path):
    rows = [f"2024-{m:02d},{200 * m},{4000 * m},0.5" for m in range(1, 9)]
    file = written(tmp_path, "month,customers,revenue,attitude", rows)
    seen = read_series(file, RECORDED, EUROS, company="focal")
    assert seen.names == ("customers:focal", "receipts:focal", "attitude:focal")
    np.testing.assert_allclose(seen.values[0], [10.0, 2.0, 0.5])
    assert seen.labels[0] == "2024-01"


def test_months_may_be_missing_and_rows_in_any_order(tmp_path):
    rows = [f"{m},{m}" for m in (9, 1, 2, 3, 4, 7, 8)]
    file = written(tmp_path, "month,customers", rows)
    seen = read_series(file, RECORDED, Units(), company="focal")
    np.testing.assert_array_equal(seen.values[:, 0], [1, 2, 3, 4, np.nan, np.nan, 7, 8, 9])
    assert "2 months between the first and the last are missing." in seen.remarks


def test_a_mapping_says_what_is_what(tmp_path):
    rows = [f"{m},{m},{10 * m},7" for m in range(1, 8)]
    file = written(tmp_path, "month,contacts:phone,clients,weather", rows)
    toml = tmp_path / "map.toml"
    toml.write_text('[series]\n"contacts:phone" = "desk_contacts:focal:calls"\n'
                    'clients = "customers"\nweather = ""\n[units]\npeople = 10\n'
                    "[months]\nfirst = 4\n", encoding="utf-8")  # fmt: skip
    seen = read_series(file, RECORDED, Units(), company="focal", mapped=read_mapping(toml))
    assert set(seen.names) == {"desk_contacts:focal:calls", "customers:focal"}
    assert seen.values[0].tolist() == [0.1, 1.0]
    assert seen.first == 4
    toml.write_text("[serie]\nx = 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="serie is not part of a mapping"):
        read_mapping(toml)


def test_every_fault_is_named_by_row_and_column(tmp_path):
    rows = [f"{m},{m},5" for m in range(1, 8)]
    rows[2], rows[4] = "3,many,5", "4,5,5"
    file = written(tmp_path, "month,customers,custmers", rows)
    with pytest.raises(InputError) as caught:
        read_series(file, RECORDED, Units(), company="focal")
    places = {(fault.line, fault.key) for fault in caught.value.faults}
    assert places == {(1, "custmers"), (4, "customers"), (6, "month")}


def test_too_few_months_are_refused_with_the_number_needed(tmp_path):
    file = written(tmp_path, "month,customers", [f"{m},{m}" for m in range(1, 5)])
    with pytest.raises(InputError, match="has 4 months; fewer than 6 tell nothing"):
        read_series(file, RECORDED, Units(), company="focal")


def test_what_observe_writes_for_a_european_spreadsheet_is_read_again(tmp_path):
    from simulation import Reading, observe

    lines = [
        f"k{who};{10 + who}.{month:02d}.2024;{who},125" for month in range(1, 8) for who in range(9)
    ]
    log = tmp_path / "log.csv"
    log.write_text("\ufeffKunde;Datum;Betrag\n" + "\n".join(lines), encoding="utf-8")
    seen = observe(log, reading=Reading(lapse=1))
    file = seen.write(tmp_path / "months.csv", european=True)
    text = file.read_text("utf-8")
    assert text.startswith("\ufeffmonth;")
    assert ",125" in text
    assert not {".", "|"} & set(text)
    known = {"customers:focal": "persons", "receipts:focal": "money/month",
             "new_customers:focal": "persons/month", "lapsed:focal": "persons/month"}  # fmt: skip
    series = read_series(file, known, Units(), company="focal")
    revenue = series.values[:, series.names.index("receipts:focal")]
    assert revenue == pytest.approx([sum(who + 0.125 for who in range(9))] * len(revenue))


@pytest.mark.parametrize("european", [True, False])
@pytest.mark.parametrize("amount", ["4.125", "2000000000.50"])
def test_what_observe_writes_is_never_asked_for(tmp_path, european, amount):
    from simulation import Reading, observe

    known = {"customers:focal": "persons", "receipts:focal": "money/month",
             "new_customers:focal": "persons/month", "lapsed:focal": "persons/month"}  # fmt: skip
    lines = [f"k{n},2024-{month:02d}-1{n},{amount}" for month in range(1, 8) for n in range(9)]
    log = tmp_path / "log.csv"
    log.write_text("customer,date,amount\n" + "\n".join(lines), encoding="utf-8")
    seen = observe(log, reading=Reading(decimal="."))
    file = seen.write(tmp_path / "months.csv", european=european)
    series = read_series(file, known, Units(), company="focal")
    revenue = series.values[:, series.names.index("receipts:focal")]
    assert revenue == pytest.approx([9 * float(amount)] * 7, rel=1e-9)


def test_less_than_one_is_not_taken_for_thousands(tmp_path):
    from simulation.observation.table import read_table
    from simulation.observation.values import LogColumn, read_amounts

    file = tmp_path / "shares.csv"
    file.write_text("share;x\n0,125;1\n0,250;1\n", encoding="utf-8")
    table = read_table(file)
    column = LogColumn(file, "share", table.column("share"), table.lines)
    assert read_amounts(column) == ([0.125, 0.25], "comma")


@pytest.mark.parametrize(("known", "first"), [((1, 8), 11), ((2, 8), 12), ((1, 7), None),
                                              ((9, 9), None)])  # fmt: skip
def test_tenure_is_taken_where_the_last_month_has_one(tmp_path, known, first):
    rows = [f"{m},{m},{10 + m if known[0] <= m <= known[1] else ''}" for m in range(1, 9)]
    file = written(tmp_path, "month,customers,tenure", rows)
    seen = read_series(file, RECORDED, Units(), company="focal")
    assert seen.tenure == (None if first is None else ("focal", first, 18))
    assert any("tenure is not known" in line for line in seen.remarks) == (first is None)
