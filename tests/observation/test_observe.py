"""Logs as people have them: separators, encodings, dates, decimal signs, refunds, duplicates."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from simulation import InputError, Reading, observe
from simulation.observation.monthly import (
    lapse_rule,
    purchases_series,
    spells_of,
    tenure_bounds,
)

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")


def orders(buyers: int = 6) -> list[tuple[str, str, float]]:
    """Six customers who buy on the 2nd and the 28th of four months."""
    days = [f"{month}-{day}" for month in MONTHS for day in ("02", "28")]
    return [(f"c{buyer}", day, 10.0 + buyer) for day in days for buyer in range(buyers)]


def written(folder: Path, text: str, *, name: str = "log.csv", encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def plain_log(folder: Path) -> Path:
    lines = [f"{who},{day},{paid:.2f}" for who, day, paid in orders()]
    return written(folder, "\n".join(["Customer ID,Order Date,Amount", *lines]))


def german_log(folder: Path) -> Path:
    lines = []
    for who, day, paid in orders():
        year, month, of_month = day.split("-")
        lines.append(f"{who};{of_month}.{month}.{year};{paid:.2f} €".replace(".", "§", 2)
                     .replace(".", ",").replace("§", "."))  # fmt: skip
    return written(folder, "\r\n".join(["Kundennr;Datum;Umsatz", *lines]), encoding="cp1252")


def tab_log(folder: Path) -> Path:
    lines = [f"{who}\t{day}T10:00:00Z\t{paid}" for who, day, paid in orders()]
    return written(folder, "\n".join(["client\ttimestamp\tvalue", *lines]), name="log.tsv",
                   encoding="utf-16")  # fmt: skip


def excel_log(folder: Path) -> Path:
    file = folder / "log.xlsx"
    frame = pd.DataFrame(orders(), columns=["customer", "date", "amount"])
    frame["date"] = pd.to_datetime(frame["date"])
    frame.to_excel(file, index=False)
    return file


def parquet_log(folder: Path) -> Path:
    file = folder / "log.parquet"
    pd.DataFrame(orders(), columns=["customer", "date", "amount"]).to_parquet(file)
    return file


@pytest.mark.parametrize("make", [german_log, tab_log, excel_log, parquet_log])
def test_the_same_log_gives_the_same_series_however_it_is_written(tmp_path, make):
    plain = observe(plain_log(tmp_path)).series
    pd.testing.assert_frame_equal(observe(make(tmp_path)).series, plain)


def test_a_known_log_gives_known_numbers(tmp_path):
    series = observe(plain_log(tmp_path), reading=Reading(lapse=1)).series
    assert list(series.index) == list(MONTHS)
    assert series["customers"].tolist() == [6, 6, 6, 6]
    assert series["new_customers"].isna().tolist() == [True, False, False, False]
    assert series["new_customers"].tolist()[1:] == [0, 0, 0]
    assert series["orders"].tolist() == [12] * 4
    assert series["revenue"].tolist() == [2 * 75.0] * 4


def test_the_share_of_the_tenth_who_pay_most_is_written_where_they_are_enough(tmp_path):
    """Of 41 who pay 10, 11, …, 50 twice a month the tenth are 5; of 40 they are 4."""
    for buyers, share in ((41, (46 + 47 + 48 + 49 + 50) / sum(range(10, 51))), (40, None)):
        lines = [f"{who},{day},{paid}" for who, day, paid in orders(buyers)]
        series = observe(written(tmp_path, "\n".join(["customer,date,amount", *lines]))).series
        wanted = [float("nan") if share is None else share] * 4
        assert series["top_tenth_share"].tolist() == pytest.approx(wanted, nan_ok=True)
        assert series["revenue"].notna().all()


def test_customers_are_those_of_before_with_the_new_and_without_the_lost():
    frame = pd.DataFrame({
        "customer": ["a", "a", "b", "c", "a"], "month": [0, 1, 1, 3, 6], "amount": 1.0,
        "refund": 0.0,
    })  # fmt: skip
    rule = lapse_rule(frame, 2)
    table = purchases_series(frame, list(range(8)), rule)
    assert table["customers"].tolist() == [1, 2, 2, 1, 1, 0, 1, 1]
    assert table["new_customers"].tolist() == [1, 1, 0, 1, 0, 0, 1, 0]
    assert table["lapsed"].tolist() == [0, 0, 0, 2, 0, 1, 0, 0]


def stays(*spells: tuple[int, int]) -> pd.DataFrame:
    """Return monthly purchases of customers who come in a month and are gone in another."""
    rows = [(f"c{n}", month) for n, (first, after) in enumerate(spells)
            for month in range(first, after)]  # fmt: skip
    return pd.DataFrame(rows, columns=["customer", "month"]).assign(amount=1.0, refund=0.0)


def test_tenure_is_empty_until_nobody_is_left_of_whom_the_log_began_with():
    """Six are there from the first month on, the last until month 4; six come in month 3."""
    frame = stays(*((0, 5 - n % 3) for n in range(6)), *((3, 8) for _ in range(6)))
    table = purchases_series(frame, list(range(8)), lapse_rule(frame, 1))
    assert table["customers"].tolist() == [6, 6, 6, 10, 8, 6, 6, 6]
    assert table["tenure"].isna().tolist() == [True] * 5 + [False] * 3
    assert table["tenure"].tolist()[5:] == [2, 3, 4]


def test_nobody_has_been_there_for_longer_than_the_company():
    """Six are there from the first month on and stay; as many come in month 2."""
    frame = stays(*((24, 28) for _ in range(6)), *((26, 28) for _ in range(6)))
    months, rule = list(range(24, 28)), lapse_rule(frame, 1)
    table = purchases_series(frame, months, rule, since=14)
    low, high = tenure_bounds(spells_of(frame, months, 1), months, 1, since=14)
    assert low.tolist() == [0, 1, 1, 2]
    assert high.tolist() == [10, 11, 6, 7]
    assert table["tenure"].tolist() == [5, 6, 3.5, 4.5]
    from_the_first = purchases_series(frame, months, rule, since=24)["tenure"]
    assert from_the_first.tolist() == [0, 1, 1, 2]


def test_the_log_says_what_it_knows_of_tenure(tmp_path):
    file = plain_log(tmp_path)
    seen = observe(file)
    assert seen.series["tenure"].isna().all()
    assert any("tenure is empty in every month. --since" in line for line in seen.remarks)
    bounded = observe(file, reading=Reading(since="2023-01"))
    assert bounded.series["tenure"].tolist() == [6, 7, 8, 9]
    assert any("0.0 to 12.0 months in 2024-01, 3.0 to 15.0 months in 2024-04" in line
               for line in bounded.remarks)  # fmt: skip
    with pytest.raises(InputError, match=r"log\.csv:2: --since 2024-02 is after the first row"):
        observe(file, reading=Reading(since="2024-02"))
    with pytest.raises(InputError, match="--since is not a month: soon"):
        observe(file, reading=Reading(since="soon"))


def test_the_rule_for_leaving_comes_from_the_pauses():
    frame = pd.DataFrame({
        "customer": [f"c{n}" for n in range(20) for _ in (0, 1)],
        "month": [month for n in range(20) for month in (0, 3 if n < 18 else 9)],
    })  # fmt: skip
    assert lapse_rule(frame).months == 3
    assert lapse_rule(frame.head(2)).months == 12


def test_days_that_could_be_months_are_asked_for(tmp_path):
    lines = [f"c{n},0{m}/0{n}/2024,5.00" for m in range(1, 5) for n in range(1, 7)]
    file = written(tmp_path, "\n".join(["customer,date,amount", *lines]))
    with pytest.raises(InputError, match=r"log\.csv:2: date can be read as dmy or as mdy"):
        observe(file)
    assert list(observe(file, reading=Reading(dates="mdy")).series.index) == [*MONTHS]


def test_an_amount_that_could_be_a_thousand_is_asked_for(tmp_path):
    lines = [f"{who};{day};1.234" for who, day, _ in orders()]
    file = written(tmp_path, "\n".join(["customer;date;amount", *lines]))
    with pytest.raises(InputError, match="decimal point or a decimal comma"):
        observe(file)
    seen = observe(file, reading=Reading(decimal=","))
    assert seen.series["revenue"].iloc[0] == 12 * 1234


def test_every_fault_of_a_file_is_named_at_once(tmp_path):
    lines = [f"{who},{day},{paid}" for who, day, paid in orders()]
    lines[3], lines[7], lines[9] = "c1,2024-02-30,5", "c2,2024-01-28,much", "c2,,5"
    with pytest.raises(InputError) as caught:
        observe(written(tmp_path, "\n".join(["customer,date,amount", *lines])))
    places = {(fault.line, fault.key) for fault in caught.value.faults}
    assert places == {(5, "date"), (9, "amount"), (11, "date")}


def test_a_row_with_another_number_of_cells_is_named(tmp_path):
    file = written(tmp_path, "customer,date,amount\na,2024-01-01,5\nb,2024-01-02,5,0\n")
    with pytest.raises(InputError, match=r"log\.csv:3: has 4 cells instead of 3"):
        observe(file)


def test_refunds_lower_revenue_and_make_nobody_a_customer(tmp_path):
    lines = [f"{who},{day},{paid:.2f}" for who, day, paid in orders()]
    back = [f"x{n},2024-02-10,({n}.00)" for n in range(1, 6)]
    seen = observe(written(tmp_path, "\n".join(["customer,date,amount", *lines, *back])),
                   reading=Reading(lapse=1))  # fmt: skip
    assert seen.series["revenue"].tolist() == [150.0, 135.0, 150.0, 150.0]
    assert seen.series["refunds"].tolist() == [0.0, 15.0, 0.0, 0.0]
    assert seen.series["customers"].tolist() == [6] * 4
    assert any("5 negative amounts are refunds" in line for line in seen.remarks)


def test_rows_repeated_are_left_out_only_where_they_can_be_told_from_purchases(tmp_path):
    lines = [f"{who},{day},{paid}" for who, day, paid in orders()]
    file = written(tmp_path, "\n".join(["customer,date,amount", *lines, lines[0]]))
    assert observe(file).series["orders"].sum() == 49
    assert observe(file, reading=Reading(drop_repeated=True)).series["orders"].sum() == 48
    numbered = [f"{line},{n}" for n, line in enumerate(lines)]
    file = written(tmp_path, "\n".join(["customer,date,amount,order id", *numbered, numbered[0]]))
    assert observe(file).series["orders"].sum() == 48


def test_money_of_few_customers_is_left_out(tmp_path):
    lines = [f"{who},{day},{paid}" for who, day, paid in orders(buyers=3)]
    series = observe(written(tmp_path, "\n".join(["customer,date,amount", *lines]))).series
    assert series["revenue"].isna().all()
    assert series["orders"].tolist() == [6] * 4


def test_times_with_a_zone_fall_into_the_month_of_the_zone_asked_for(tmp_path):
    lines = [f"{who},{day}T12:00:00Z,{paid}" for who, day, paid in orders()]
    late = [f"c{n},2024-01-31T23:30:00Z,100" for n in range(6)]
    file = written(tmp_path, "\n".join(["customer,date,amount", *lines, *late]))
    assert observe(file).series["orders"].tolist() == [18, 12, 12, 12]
    berlin = observe(file, reading=Reading(zone="Europe/Berlin")).series
    assert berlin["orders"].tolist() == [12, 18, 12, 12]


def test_contacts_are_counted_by_channel_beside_purchases(tmp_path):
    calls = [f"{who},{day},{'Phone call' if at % 3 else 'E-mail'}"
             for at, (who, day, _) in enumerate(orders())]  # fmt: skip
    file = written(tmp_path, "\n".join(["customer,date,channel", *calls]), name="calls.csv")
    series = observe(plain_log(tmp_path), file).series
    assert series["contacts"].tolist() == [12] * 4
    assert (series["contacts:phone_call"] + series["contacts:e_mail"]).tolist() == [12] * 4


def test_columns_of_other_names_can_be_stated(tmp_path):
    lines = [f"{who},{day},{paid}" for who, day, paid in orders()]
    file = written(tmp_path, "\n".join(["buyer,when,sold", *lines]))
    with pytest.raises(InputError, match="no column that is recognised as date"):
        observe(file)
    with pytest.raises(InputError, match="no column that is recognised as customer"):
        observe(file, reading=Reading(columns={"amount": "sold"}))
    columns = {"customer": "buyer", "date": "when", "amount": "sold"}
    assert observe(file, reading=Reading(columns=columns)).series["orders"].sum() == 48


def test_months_covered_in_part_are_left_out_and_too_few_refused(tmp_path):
    lines = [f"{who},{day},{paid}" for who, day, paid in orders()]
    part = [f"c{n},2024-05-02,5" for n in range(6)]
    file = written(tmp_path, "\n".join(["customer,date,amount", *lines, *part]))
    dense = [f"c{n},2024-{m:02d}-{d:02d},1" for m in range(1, 3) for d in range(1, 29)
             for n in range(6)]  # fmt: skip
    few = written(tmp_path, "\n".join(["customer,date,amount", *dense]), name="few.csv")
    assert list(observe(file).series.index) == [*MONTHS]
    with pytest.raises(InputError, match="tells of 2 whole months; 3 are needed"):
        observe(few)


def test_no_name_of_a_customer_is_written(tmp_path):
    lines = [f"{who},{day},{paid}" for who, day, paid in orders()]
    seen = observe(written(tmp_path, "\n".join(["customer,date,amount", *lines])))
    text = seen.write(tmp_path / "out.csv").read_text()
    assert not any(who in text.split("\n", 1)[1] for who, _, _ in orders())
    with pytest.raises(InputError, match="exists already"):
        seen.write(tmp_path / "out.csv")
