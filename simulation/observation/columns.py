"""Which column of a log is what: found by its name, shown, and overridable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError
from simulation.scenario.suggest import did_you_mean, listed

if TYPE_CHECKING:
    from simulation.observation.layout import RawTable


class ColumnRole(StrEnum):
    """What a column of a log says."""

    CUSTOMER = "customer"
    DATE = "date"
    AMOUNT = "amount"
    CHANNEL = "channel"
    ID = "id"
    """The number of a transaction, by which it is recognised if it stands there twice."""


NAMES: Mapping[ColumnRole, tuple[str, ...]] = {
    ColumnRole.CUSTOMER: (
        "customer",
        "customer id",
        "customerid",
        "customer no",
        "customer number",
        "client",
        "client id",
        "account",
        "account id",
        "member",
        "user",
        "user id",
        "household",
        "kunde",
        "kunden",
        "kundennr",
        "kundennummer",
        "cust",
        "cust id",
    ),
    ColumnRole.DATE: (
        "date",
        "datetime",
        "timestamp",
        "time",
        "day",
        "order date",
        "invoice date",
        "transaction date",
        "created",
        "created at",
        "purchase date",
        "contact date",
        "datum",
        "bestelldatum",
        "rechnungsdatum",
        "zeit",
    ),
    ColumnRole.AMOUNT: (
        "amount",
        "revenue",
        "total",
        "value",
        "sales",
        "price",
        "dollars",
        "spend",
        "net",
        "gross",
        "sum",
        "invoice amount",
        "dollar value",
        "order value",
        "order amount",
        "betrag",
        "umsatz",
        "preis",
        "summe",
    ),
    ColumnRole.CHANNEL: (
        "channel",
        "contact channel",
        "medium",
        "touchpoint",
        "kanal",
        "type",
        "contact type",
    ),
    ColumnRole.ID: (
        "transaction",
        "transaction id",
        "order",
        "order id",
        "invoice",
        "invoice no",
        "invoice number",
        "receipt",
        "ticket",
        "ticket id",
        "case id",
        "bestellnummer",
        "rechnungsnummer",
        "belegnummer",
    ),
}
"""Names by which columns are recognised, as ``plain`` writes them; the first found is taken."""

NEEDED = (ColumnRole.CUSTOMER, ColumnRole.DATE)


def plain(name: str) -> str:
    """Return a column's name in small letters, single blanks between words, units left out."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[(\[].*?[)\]]", "", name))
    return re.sub(r"[\W_]+", " ", parted.lower()).strip()


def recognised(table: RawTable, stated: Mapping[str, str]) -> dict[ColumnRole, str]:
    """Return the column of each role.

    Args:
        table: the log.
        stated: columns by role, where they are not to be recognised by their names.

    Raises:
        InputError: a stated role or column does not exist, or none is a customer or a date.
    """
    faults = _stated_faults(table, stated)
    if faults:
        raise InputError(faults)
    columns = {ColumnRole(role): column for role, column in stated.items()}
    named = {plain(name): name for name in reversed(table.header)}
    for role, names in NAMES.items():
        free = (named[one] for one in names if named.get(one, "") not in ("", *columns.values()))
        column = columns.get(role) or next(free, None)
        if column is not None:
            columns[role] = column
    if ColumnRole.CUSTOMER not in columns and "id" in named and ColumnRole.ID not in stated:
        columns[ColumnRole.CUSTOMER] = named["id"]
    missing = [role for role in NEEDED if role not in columns]
    if missing:
        raise InputError([_missing(table, role) for role in missing])
    return columns


def _missing(table: RawTable, role: ColumnRole) -> Fault:
    hint = f"There are {listed(table.header)}. Name it with --column {role.value}=NAME."
    return Fault(
        f"has no column that is recognised as {role.value}.", file=table.file, line=1, hint=hint
    )


def _stated_faults(table: RawTable, stated: Mapping[str, str]) -> list[Fault]:
    roles = [role.value for role in ColumnRole]
    faults = [
        Fault(
            "is not something that a column can be.",
            key=f"--column {role}",
            hint=did_you_mean(role, roles) or f"There are {listed(roles)}.",
        )
        for role in stated
        if role not in roles
    ]
    return faults + [
        Fault(
            f"has no column {column!r}.",
            file=table.file,
            line=1,
            hint=did_you_mean(column, table.header) or f"There are {listed(table.header)}.",
        )
        for role, column in stated.items()
        if role in roles and column not in table.header
    ]
