"""``cocreate observe``: logs of transactions and contacts into monthly series."""

from __future__ import annotations

import shlex
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli import options
from simulation.cli.console import answers, number, print_json, safe
from simulation.cli.faults import reported
from simulation.cli.options import ForceOption, JsonOption, QuietOption
from simulation.errors import Fault, InputError

if TYPE_CHECKING:
    from simulation.observation.observe import Observed

LogsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", help="Logs: CSV, TSV, Excel or Parquet.", parser=options.path),
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="ROLE=NAME",
        help="Which column is customer, date, amount, quantity, channel or id; without a "
        "name: none.",
    ),
]
DatesOption = Annotated[
    str | None, typer.Option("--dates", help="Order in dates: ymd, dmy or mdy.")
]
DecimalOption = Annotated[
    str | None, typer.Option("--decimal", help="Decimal sign of amounts: . or ,")
]
SeparatorOption = Annotated[
    str | None, typer.Option("--separator", help="Separator between cells.")
]
ZoneOption = Annotated[
    str,
    typer.Option("--timezone", help="Time zone in which months begin, for times with a zone."),
]
LapseOption = Annotated[
    int | None,
    typer.Option(
        "--lapse",
        min=1,
        help="Months without a purchase after which a customer counts as lost.",
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="MONTH",
        help="The company's first month, such as 2022-01: no customer can have been there longer.",
    ),
]
DropRepeatedOption = Annotated[
    bool | None,
    typer.Option(
        "--drop-repeated/--keep-repeated",
        help="Drop or keep repeated rows (default: drop what cannot be two purchases).",
    ),
]
CurrencyOption = Annotated[
    str,
    typer.Option(
        "--currency", metavar="NAME", help="Currency of the amounts, such as EUR, for display."
    ),
]
SeriesFileOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="The file to write (default: <FILE>-observed.csv).",
        parser=options.path,
    ),
]
EuropeanOption = Annotated[
    bool,
    typer.Option("--european", help="Write decimal commas, with semicolons between columns."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("observe", short_help="Turn logs into monthly series.")(observe)


def observe(
    *,
    files: LogsArgument,
    columns: ColumnsOption = None,
    dates: DatesOption = None,
    decimal: DecimalOption = None,
    separator: SeparatorOption = None,
    zone: ZoneOption = "UTC",
    lapse: LapseOption = None,
    since: SinceOption = None,
    drop_repeated: DropRepeatedOption = None,
    currency: CurrencyOption = "",
    out: SeriesFileOption = None,
    european: EuropeanOption = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Turn logs of transactions and contacts into monthly series, for `cocreate calibrate`.

    Columns, dates and decimal signs are recognised and shown. Only counts, sums and shares are
    written.
    """
    with reported(as_json=as_json):
        from simulation.observation.observe import Reading
        from simulation.observation.observe import observe as observed

        reading = Reading(
            _columns(columns or ()),
            dates,
            decimal,
            "\t" if separator in ("tab", "\\t") else separator,
            zone,
            lapse,
            drop_repeated,
            since,
        )
        target = out or files[0].parent / f"{files[0].stem}-observed.csv"
        if target.exists() and not force:
            raise InputError(
                [
                    Fault(
                        "exists already.",
                        file=target,
                        hint="Name another with --out, or add --force.",
                    )
                ]
            )
        seen = observed(*files, reading=reading)
        path = seen.write(target, force=force, european=european)
        if as_json:
            print_json(_data(seen, path, currency.strip()))
        elif not quiet:
            _show(seen, path, currency.strip())


def _columns(settings: list[str] | tuple[()]) -> dict[str, str]:
    parted = {text: text.partition("=") for text in settings}
    faults = [
        Fault("names no column.", key=f"--column {text!r}", hint="Write customer=NAME.")
        for text, parts in parted.items()
        if not parts[1]
    ]
    if faults:
        raise InputError(faults)
    return {role.strip(): name.strip() for role, _, name in parted.values()}


def _data(seen: Observed, path: Path, currency: str) -> dict[str, Any]:
    return {
        "command": "observe",
        "file": str(path),
        "months": len(seen.series),
        "first": str(seen.series.index[0]),
        "last": str(seen.series.index[-1]),
        "series": list(map(str, seen.series.columns)),
        "currency": currency or None,
        "remarks": list(seen.remarks),
    }


def _show(seen: Observed, path: Path, currency: str) -> None:
    """Print what was understood, and each series in a line; a dash is a month not known."""
    from simulation.observation.monthly import MONEY_SERIES
    from simulation.report.table import Table

    console = answers()
    for line in seen.remarks:
        console.print(safe(line), soft_wrap=True)
    rows = []
    for name, column in seen.series.items():
        values = (column.iloc[0], column.mean(), column.iloc[-1])
        known = f"{column.count()} of {len(column)}"
        numbers = ("–" if isnan(one) else number(one) for one in values)
        unit = [f"{currency} a month" if name in MONEY_SERIES else ""] if currency else []
        rows.append((str(name), *numbers, *unit, known))
    heads = ("series", "first", "mean", "last", *(["unit"] if currency else []), "months known")
    console.print()
    console.print(Table("", heads, tuple(rows)).terminal())
    if currency and set(MONEY_SERIES) & set(seen.series):
        text = (
            f"The file has plain numbers: `calibrate` takes these {currency} for the scenario's "
            "currency, unless `money` of its --map says otherwise."
        )
        console.print(safe(f"\n{text}"), soft_wrap=True)
    console.print(f"\nWritten {safe(path)}", soft_wrap=True)
    again = shlex.join(["cocreate", "calibrate", "SCENARIO", "--data", str(path)])
    console.print(safe(f"Next    {again}"), soft_wrap=True)
