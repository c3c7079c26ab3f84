"""``cocreate export``: the tables of a result in other formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli import options
from simulation.cli.console import visible
from simulation.cli.execute import print_timed
from simulation.cli.faults import reported
from simulation.cli.options import JsonOption, ResultArgument
from simulation.errors import Fault, ResultError, needs_package

if TYPE_CHECKING:
    from simulation.studies.result import Result

EXCEL_ROWS = 1_048_575
"""Rows that an Excel sheet takes beneath its header."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that a spreadsheet takes for a formula."""


class Format(StrEnum):
    """What tables can be exported to."""

    CSV = "csv"
    CSV_EUROPEAN = "csv-european"
    """With decimal comma, semicolon and the mark of UTF-8, as most European spreadsheets want."""
    PARQUET = "parquet"
    XLSX = "xlsx"
    GRAPHML = "graphml"
    """The value network, with its tidy tables."""
    RO_CRATE = "ro-crate"
    """Metadata as a research object (Process Run Crate)."""
    LATEX = "latex"
    """The tables of the report, one file each."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", short_help="Export the tables of a result.")(export)


def export(
    *,
    result: ResultArgument,
    to: Annotated[
        Format, typer.Option("--format", "-f", help="Format of the export.")
    ] = Format.CSV,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Target folder (default: RESULT/export).", parser=options.path
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite exported files.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Export the tables of a result with units, its value network, or all of it as an RO-Crate."""
    from simulation.store import seal
    from simulation.studies.result import open_result

    started = monotonic()
    with reported(as_json=as_json):
        stored = open_result(result)
        made = export_tables(stored, to, out or stored.folder / "export", force=force)
        if out is None:
            seal(stored.folder, made_only=True)
    if as_json:
        print_timed("export", stored, started, files=[str(path) for path in made])
    else:
        for path in made:
            typer.echo(path)


def export_network(result: Result, out: Path, *, force: bool) -> list[Path]:
    """Export the value network as GraphML and tidy tables, and return the paths.

    Of an attribution it is that of the runs in which all take part; of a comparison each scenario
    has a folder of its own.

    Raises:
        ResultError: there is no flow, or a file exists already.
    """
    from simulation.analysis.network_files import network_files
    from simulation.scenario.suggest import file_names
    from simulation.store.files import write_text

    ledgers = result.ledgers()
    folders = {"": "", **file_names(filter(None, ledgers))}
    files = {
        out / folders[within] / name: text
        for within, ledger in ledgers.items()
        if not ledger.empty and (ledger["amount"] > 0.0).any()
        for name, text in network_files(ledger).items()
    }
    if not files:
        hint = "A result of `cocreate run`, `compare` or `attribute` has one."
        raise ResultError([Fault("has no ledger with a flow.", file=result.folder, hint=hint)])
    _refuse_taken(list(files), force=force)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return list(files)


def export_latex(result: Result, out: Path, *, force: bool) -> list[Path]:
    """Export the tables of the report as LaTeX (booktabs), and return the paths of the files.

    Raises:
        ResultError: a file exists already.
    """
    from simulation.store.files import write_text

    tables = [*(one for part in result.report().parts for one in part.tables)]
    files = {out / f"{at:02}-{_slug(one.short_title)}.tex": one.latex()
             for at, one in enumerate(tables, 1)}  # fmt: skip
    _refuse_taken(list(files), force=force)
    out.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        write_text(path, text)
    return list(files)


def _slug(title: str) -> str:
    import re

    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40]


def _refuse_taken(targets: list[Path], *, force: bool) -> None:
    taken = [path for path in targets if path.exists()]
    if taken and not force:
        raise ResultError([Fault("exists already.", file=path, hint="Overwrite it with --force.")
                           for path in taken])  # fmt: skip


def export_tables(result: Result, to: Format, out: Path, *, force: bool) -> list[Path]:
    """Export all tables and their units, and return the paths of the files.

    Raises:
        InputError: a file exists already, or the format needs a package that is absent.
    """
    if to is Format.GRAPHML:
        return export_network(result, out, force=force)
    if to is Format.RO_CRATE:
        return [_export_crate(result, out, force=force)]
    if to is Format.LATEX:
        return export_latex(result, out, force=force)
    from simulation.store.manifest import result_files
    from simulation.store.tables import write_frame

    known = {name for name in result_files(result.folder) if name.endswith(".parquet")}
    names = [path.stem for path in sorted(result.folder.glob("*.parquet")) if path.name in known]
    units = _units(result, names)  # before anything is written: a damaged table ends here
    if to is Format.XLSX:
        targets = [out / "result.xlsx"]
        _need_openpyxl()
    else:
        kind = "csv" if to is Format.CSV_EUROPEAN else to
        targets = [out / f"{name}.{kind}" for name in (*names, "units")]
    _refuse_taken(targets, force=force)
    out.mkdir(parents=True, exist_ok=True)
    if to is Format.XLSX:
        _write_workbook(result, units, targets[0], names)
        return targets
    for name, target in zip(names, targets, strict=False):
        _convert(result.folder / f"{name}.parquet", to, target)
    if to is Format.CSV:
        units.map(guarded).to_csv(targets[-1], index=False)
    elif to is Format.CSV_EUROPEAN:
        units.map(guarded).to_csv(targets[-1], index=False, sep=";", encoding="utf-8-sig")
    else:
        write_frame(targets[-1], units)
    return targets


def _export_crate(result: Result, out: Path, *, force: bool) -> Path:
    """Write the metadata of a crate; elsewhere than in the result, its files go along.

    Raises:
        ResultError: it exists already, or the folder for it holds anything, or is in the result.
    """
    import shutil

    from simulation.store.files import is_temporary
    from simulation.studies.crate import METADATA, write_crate

    here, place = result.folder.resolve(), out.resolve()
    if place in (here, here / "export"):
        _refuse_taken([result.folder / METADATA], force=force)
        return write_crate(result, result.folder / METADATA)
    if here in place.parents:
        hint = "Choose a folder outside of it with --out, or leave --out away."
        raise ResultError([Fault("is within the result that is to be copied.", out, hint=hint)])
    if out.exists() and not out.is_dir():
        raise ResultError([Fault("is a file, not a folder.", out, hint="Name a new folder.")])
    if out.exists() and any(out.iterdir()) and not force:
        hint = "Name a new or empty folder with --out, or overwrite what is there with --force."
        raise ResultError([Fault("is not empty.", out, hint=hint)])
    shutil.copytree(result.folder, out, dirs_exist_ok=True,
                    ignore=lambda _, names: filter(is_temporary, names))  # fmt: skip
    return write_crate(result, out / METADATA)


def _convert(source: Path, to: Format, target: Path) -> None:
    """Convert a table, a row group at a time."""
    import shutil

    from simulation.store.files import atomic_path

    with atomic_path(target) as part:
        if to is Format.PARQUET:
            shutil.copyfile(source, part)
        elif to is Format.CSV_EUROPEAN:
            _write_european(source, part)
        else:
            _write_csv(source, part)


def _write_csv(source: Path, target: Path) -> None:
    import pyarrow as pa
    import pyarrow.csv

    from simulation.store.read import open_parquet

    with open_parquet(source) as file:
        plain = pa.schema(
            [
                pa.field(column.name, pa.string() if _is_words(column) else column.type)
                for column in file.schema_arrow
            ]
        )
        schema = pa.schema([pa.field(guarded(one.name), one.type) for one in plain])
        with pyarrow.csv.CSVWriter(target, schema) as writer:
            for batch in file.iter_batches():
                table = pa.Table.from_batches([batch]).cast(plain)
                writer.write_table(_guarded(table).cast(schema))


def _write_european(source: Path, target: Path) -> None:
    """Write a table with decimal commas between semicolons, marked as UTF-8."""
    import csv

    from simulation.store.read import open_parquet

    with open_parquet(source) as file, target.open("w", encoding="utf-8-sig", newline="") as text:
        names = [guarded(name) for name in file.schema_arrow.names]
        csv.writer(text, delimiter=";", lineterminator="\n").writerow(names)
        for batch in file.iter_batches():
            rows = batch.to_pandas().map(guarded)
            rows.to_csv(text, sep=";", decimal=",", index=False, header=False, lineterminator="\n")


def guarded(text: Any) -> Any:
    """Return a text that a spreadsheet shows and does not work out; all else as it is."""
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text


def _guarded(table: Any) -> Any:
    """Return a table in which no text is a formula."""
    import pyarrow as pa
    import pyarrow.compute

    columns = []
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type):
            texts = pa.compute.unique(column).to_pylist()
            if any(guarded(text) != text for text in texts):
                column = pa.array([guarded(text) for text in column.to_pylist()], pa.string())
        columns.append(column)
    return pa.Table.from_arrays(columns, names=[guarded(name) for name in table.column_names])


def _is_words(column: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_dictionary(column.type))


def _write_workbook(result: Result, units: Any, target: Path, names: list[str]) -> None:
    import pandas as pd

    from simulation.store.files import atomic_path
    from simulation.store.read import read_frame

    with atomic_path(target) as part, part.open("wb") as file:
        book = pd.ExcelWriter(file, "openpyxl")
        for name in names:
            frame = read_frame(result.folder / f"{name}.parquet")
            for at, first in enumerate(range(0, max(len(frame), 1), EXCEL_ROWS)):
                sheet = name if at == 0 else f"{name} {at + 1}"
                rows = frame.iloc[first : first + EXCEL_ROWS].map(_cell).rename(columns=_cell)
                rows.to_excel(book, sheet_name=sheet, index=False)
        units.map(_cell).to_excel(book, sheet_name="units", index=False)
        book.close()  # not as a context: without a sheet its end would hide why


def _cell(value: Any) -> Any:
    """Return what Excel takes for a value: no formula, and control characters spelt out."""
    return visible(guarded(value)) if isinstance(value, str) else value


def _need_openpyxl() -> None:
    from importlib.util import find_spec

    if find_spec("openpyxl") is None:
        raise needs_package("openpyxl", "excel", key="--format xlsx",
                            otherwise="export to csv or parquet.")  # fmt: skip


def _units(result: Result, names: list[str]) -> Any:
    """Return a table of units: table, column or metric, unit, meaning."""
    import pandas as pd

    from simulation.store.read import read_measures, read_metrics

    rows: list[tuple[str, str, str, str]] = []
    for name in names:
        path = result.folder / f"{name}.parquet"
        rows += [
            (name, one, entry.unit, entry.meaning) for one, entry in read_measures(path).items()
        ]
        metrics = read_metrics(path)
        rows += [
            (name, metric, entry["unit"], entry["meaning"]) for metric, entry in metrics.items()
        ]
    return pd.DataFrame(rows, columns=["table", "name", "unit", "meaning"])
