"""Logs as shops and desks export them: unit prices, order lines, refunds, guests, several files."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pytest

from simulation import InputError, Reading, observe
from simulation.observation.span import apart, silent_months, whole_months

START = date(2024, 1, 1)
DAYS = [START + timedelta(n) for n in range(182)]
"""January to June."""


def log(folder, header, rows, name="log.csv"):
    file = folder / name
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def daily(days=DAYS, customers=9):
    """A purchase of 10 a day, by nine customers in turn."""
    return [f"c{at % customers},{day},10" for at, day in enumerate(days)]


def said(seen, pattern):
    return any(re.search(pattern, line) for line in seen.remarks)


# --- prices and quantities ------------------------------------------------------------------------


def retail(price):
    """Two lines of an invoice a day, 3 at 2 and 1 at 4; six of a cancellation each month."""
    rows = [f"{at},thing,{n},{day} 08:00:00,{price},{13000 + at % 9}"
            for at, day in enumerate(DAYS) for n, price in ((3, "2.0"), (1, "4.0"))]  # fmt: skip
    rows += [f"C{month}{n},thing,-2,2024-0{month}-1{n} 09:00:00,2.0,{13000 + n}"
             for month in range(1, 7) for n in range(6)]  # fmt: skip
    number = "InvoiceNo" if price == "UnitPrice" else "Invoice"
    return f"{number},StockCode,Quantity,InvoiceDate,{price},Customer ID", rows


@pytest.mark.parametrize("price", ["Price", "UnitPrice"])
def test_a_row_costs_its_price_times_its_quantity(tmp_path, price):
    seen = observe(log(tmp_path, *retail(price)))
    assert seen.series["revenue"].iloc[0] == 31 * 10 - 6 * 4
    assert seen.series["refunds"].tolist() == [24] * 6
    assert seen.series["orders"].iloc[0] == 31
    assert said(seen, f"A row cost '{price}' × 'Quantity'")


def test_a_price_without_a_quantity_is_a_fault(tmp_path):
    header, rows = retail("Price")
    rows[5] = rows[5].replace(",1,", ",,")
    with pytest.raises(InputError, match=r"log\.csv:7: Quantity is not a quantity: ''"):
        observe(log(tmp_path, header, rows))


def test_an_amount_is_that_of_the_row_unless_it_is_said_to_be_a_price(tmp_path):
    rows = [f"c{at % 9},{day},10,{-2 if at % 20 == 0 else 2}" for at, day in enumerate(DAYS)]
    file = log(tmp_path, "customer,date,amount,qty", rows)
    seen = observe(file)
    assert seen.series["revenue"].iloc[0] == 310 - 2 * 20
    assert said(seen, "taken for what a whole row cost.*--column quantity=qty. 10 rows")
    priced = observe(file, reading=Reading(columns={"quantity": "qty"}))
    assert priced.series["revenue"].iloc[0] == 620 - 2 * 40
    without = observe(file, reading=Reading(columns={"quantity": ""}))
    assert without.series["revenue"].iloc[0] == 310


def test_a_log_without_amounts_is_said_to_be_one_of_contacts(tmp_path):
    rows = [f"c1,{day},10" for day in DAYS]
    seen = observe(log(tmp_path, "customer,date,worth", rows))
    assert list(seen.series) == ["contacts"]
    assert said(seen, "read as a log of contacts: no column of amounts .*customer, date and worth")


# --- months ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wrong", "near"), [("2042-01-05", "2024-06-30"),
                                             ("1970-01-01", "2024-01-01")])  # fmt: skip
def test_a_date_far_from_all_others_is_a_fault_with_its_line(tmp_path, wrong, near):
    rows = [*daily(), f"c1,{wrong},10"]
    place = rf"log\.csv:184: date is {wrong}, far from all others, of which the nearest is {near}"
    with pytest.raises(InputError, match=place):
        observe(log(tmp_path, "customer,date,amount", rows))


def test_many_rows_of_one_wrong_date_are_faults_and_a_second_season_is_none():
    days = np.array([day.toordinal() for day in DAYS])
    assert set(apart(np.append(days, [1] * 100))) == {1}
    assert apart(np.append(days, days + 365 + 182)) == {}
    assert apart(days[::60]) == {}


def test_a_month_that_is_missing_is_empty_and_makes_nobody_leave(tmp_path):
    rows = daily([day for day in DAYS if day.month != 4])
    seen = observe(log(tmp_path, "customer,date,amount", rows), reading=Reading(lapse=1))
    series = seen.series
    assert series.loc["2024-04"].isna().all()
    assert series["customers"].tolist()[:3] == [9, 9, 9]
    assert series["customers"].tolist()[4:] == [9, 9]
    assert series["lapsed"].isna().tolist() == [True, False, False, True, True, False]
    assert said(seen, "2024-04 has no row of sales, and is taken to be missing")
    kept = observe(log(tmp_path, "customer,date,amount", rows), reading=Reading(since="2024-01"))
    assert kept.series["tenure"].iloc[-1] == 5


def test_a_month_without_a_row_is_a_zero_where_rows_are_few():
    few, many = [0, 0, 1, 3, 3, 4], [0, 1, 3, 4] * 30
    assert silent_months(few, range(5)) == []
    assert silent_months(many, range(5)) == [2]


def test_months_as_dates_are_whole_months(tmp_path):
    rows = [f"c{n},2024-{month:02d},10" for month in range(1, 7) for n in range(6)]
    for header in ("customer,month,amount", "customer,date,amount", "Kunde,Monat,Betrag"):
        seen = observe(log(tmp_path, header, rows))
        assert seen.series["revenue"].tolist() == [60] * 6
        assert said(seen, "dates as months")
    assert whole_months(np.array([date(2024, 1, 1).toordinal()])) == [12 * 2024]


# --- orders and refunds ---------------------------------------------------------------------------


def test_orders_by_channel_are_orders_and_equal_lines_of_one_are_kept(tmp_path):
    rows = [f"{at},c{at % 9},{day},{'web' if at % 2 else 'shop'},cup,5" for at, day in
            enumerate(DAYS) for _ in (0, 1)]  # fmt: skip
    rows.append("0,c0,2024-01-01,shop,plate,7")
    seen = observe(log(tmp_path, "order id,customer,date,channel,article,amount", rows))
    assert seen.series["orders"].iloc[0] == 31
    assert seen.series["orders:web"].iloc[0] + seen.series["orders:shop"].iloc[0] == 31
    assert seen.series["revenue"].iloc[0] == 31 * 10 + 7
    assert said(seen, "182 rows equal .* kept: two equal lines of an order .*--drop-repeated")


def test_rows_without_a_number_are_orders_of_their_own(tmp_path):
    rows = [f"{at},{row}" for at, row in enumerate(daily()) for _ in (0, 1)]
    seen = observe(log(tmp_path, "order,customer,date,amount", [*rows, ",c1,2024-01-05,3"]),
                   reading=Reading(drop_repeated=False))  # fmt: skip
    assert seen.series["orders"].iloc[0] == 32


def test_refunds_with_the_number_of_their_order_are_refunds(tmp_path):
    rows = []
    for month in range(1, 7):
        rows += [f"{month}{n},c{n},2024-0{month}-0{n + 1},100" for n in range(9)]
        rows += [f"{month}{n},c{n},2024-0{month}-2{n},{-100 if n < 2 else -30}" for n in range(6)]
    seen = observe(log(tmp_path, "order id,customer,date,amount", rows))
    assert seen.series["refunds"].tolist() == [2 * 100 + 4 * 30] * 6
    assert seen.series["revenue"].tolist() == [900 - 320] * 6
    assert seen.series["orders"].tolist() == [7] * 6
    assert seen.series["customers"].dropna().tolist() == [7] * len(
        seen.series["customers"].dropna()
    )
    assert said(seen, "12 orders come to nothing")


@pytest.mark.parametrize("word", ["refund", "Storno", "Gutschrift", "credit"])
def test_a_type_says_which_amounts_are_refunds(tmp_path, word):
    rows = [row.replace(",10", ",sale,10") for row in daily()]
    rows += [f"c{n},2024-0{month}-1{n},{word},{-3 if n else 3}" for month in range(1, 7)
             for n in range(6)]  # fmt: skip
    seen = observe(log(tmp_path, "customer,date,type,amount", rows))
    assert seen.series["refunds"].tolist() == [18] * 6
    assert seen.series["revenue"].iloc[0] == 310 - 18
    assert not any(name.startswith("orders:") for name in seen.series)
    assert said(seen, f"36 rows whose 'type' is {word.lower()} are refunds")


def test_a_word_that_may_be_a_refund_or_a_channel_is_asked_for(tmp_path):
    rows = [row.replace(",10", f",{('cash', 'credit')[at % 2]},10")
            for at, row in enumerate(daily())]  # fmt: skip
    file = log(tmp_path, "customer,date,type,amount", rows)
    with pytest.raises(InputError, match=r"log\.csv:3: type can be a refund, or a channel: 'cred"):
        observe(file)
    seen = observe(file, reading=Reading(columns={"channel": "type"}))
    assert seen.series["orders:credit"].iloc[0] == 15
    assert seen.series["revenue"].iloc[0] == 310


def test_a_refund_of_one_customer_is_not_written_as_revenue_either(tmp_path):
    rows = [f"c{n},2024-0{month}-0{n + 1},100" for month in (1, 2, 3, 5, 6) for n in range(8)]
    seen = observe(log(tmp_path, "customer,date,amount", [*rows, "c1,2024-04-09,-77.7"]))
    assert seen.series.loc["2024-04", ["revenue", "refunds"]].isna().all()
    assert seen.series.loc["2024-03", "revenue"] == 800


# --- guests and contacts --------------------------------------------------------------------------


def test_contacts_need_no_customer(tmp_path):
    calls = [f"{at},{day},phone" for at, day in enumerate(DAYS)]
    seen = observe(log(tmp_path, "call id,date,channel", calls))
    assert seen.series["contacts:phone"].iloc[0] == 31
    mixed = [f"{at},{'' if at % 3 else 'c1'},{day},phone" for at, day in enumerate(DAYS)]
    seen = observe(log(tmp_path, "ticket,customer,date,channel", mixed))
    assert seen.series["contacts"].iloc[0] == 31


def test_orders_of_guests_count_and_make_nobody_a_customer(tmp_path):
    rows = [*daily(), *(f",2024-0{month}-2{n},7" for month in range(1, 7) for n in range(6))]
    seen = observe(log(tmp_path, "customer,date,amount", rows), reading=Reading(lapse=1))
    assert seen.series["customers"].tolist() == [9] * 6
    assert seen.series["orders"].iloc[0] == 37
    assert seen.series["revenue"].iloc[0] == 310 + 42
    assert seen.series["revenue_per_customer"].iloc[0] == pytest.approx(310 / 9)
    assert said(seen, "36 of 218 rows have no customer")


def test_what_a_few_guests_paid_is_not_left_to_be_reckoned(tmp_path):
    rows = [*daily(), *(f",2024-03-2{n},7" for n in range(3))]
    seen = observe(log(tmp_path, "customer,date,amount", rows), reading=Reading(lapse=1))
    assert seen.series["revenue_per_customer"].isna().tolist() == [n == 2 for n in range(6)]


def test_rows_without_an_amount_are_said(tmp_path):
    rows = [row.replace(",10", ",") if at % 10 == 0 else row for at, row in enumerate(daily())]
    seen = observe(log(tmp_path, "customer,date,amount", rows))
    assert said(seen, "19 rows have no amount")
    rows = [row.replace(",10", ",web,10" if at % 10 else ",web,")
            for at, row in enumerate(daily())]  # fmt: skip
    seen = observe(log(tmp_path, "customer,date,channel,amount", rows))
    assert said(seen, "19 rows with a channel and no amount are contacts")


# --- several files --------------------------------------------------------------------------------


def test_a_shorter_log_takes_nothing_from_the_history_of_another(tmp_path):
    bought = log(tmp_path, "customer,date,amount", daily())
    calls = log(tmp_path, "date,channel", [f"{day},phone" for day in DAYS[91:]], name="calls.csv")
    how = Reading(lapse=1)
    alone, both = observe(bought, reading=how).series, observe(bought, calls, reading=how)
    assert list(both.series.index) == ["2024-04", "2024-05", "2024-06"]
    assert both.series["new_customers"].tolist() == [0, 0, 0]
    assert both.series["tenure"].tolist() == pytest.approx(
        alone["tenure"].tolist()[3:], nan_ok=True
    )
    assert said(both, r"91 rows of .*log\.csv are of months that not all files cover: they count")
    assert not said(both, "covered in part")


def test_exports_by_year_are_one_log(tmp_path):
    days = [date(2023, 1, 1) + timedelta(n) for n in range(731)]
    files = [log(tmp_path, "customer,date,amount", daily([d for d in days if d.year == year]),
                 name=f"orders{year}.csv") for year in (2023, 2024)]  # fmt: skip
    seen = observe(*files)
    assert len(seen.series) == 24
    assert seen.series["new_customers"].iloc[12] == 0
    assert said(seen, r"orders2023\.csv and .*orders2024\.csv have the same columns: they are one")
    with pytest.raises(InputError, match=r"orders2023\.csv: is given twice"):
        observe(files[0], files[0])


def test_rows_of_two_exports_that_overlap_are_one_where_they_have_numbers(tmp_path):
    rows = [f"{at},{row}" for at, row in enumerate(daily())]
    files = [log(tmp_path, "id,customer,date,amount", rows[:100], name="a.csv"),
             log(tmp_path, "id,customer,date,amount", rows[90:], name="b.csv")]  # fmt: skip
    how = Reading(columns={"id": "id"})
    assert observe(*files, reading=how).series["orders"].sum() == 182
    assert said(observe(*files, reading=how), r"10 rows equal .*\(first in line 2 of .*b\.csv\)")
