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
    QUANTITY = "quantity"
    """How many of a thing a row is of, where the amount is the price of one."""
    CHANNEL = "channel"
    ID = "id"
    """The number of a transaction, by which it is recognised if it stands there twice."""


PRICES = (
    "price",
    "unit price",
    "item price",
    "preis",
    "einzelpreis",
    "stückpreis",
    "stueckpreis",
)
"""Names of amounts that are the price of one thing where a column says how many there are."""
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
        "month",
        "monat",
        "billing month",
        "billing period",
        "period",
        "rechnungsmonat",
        "abrechnungsmonat",
    ),
    ColumnRole.AMOUNT: (
        "amount",
        "revenue",
        "total",
        "value",
        "sales",
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
        "summe",
        "line total",
        "total price",
        "total amount",
        "gesamt",
        "gesamtpreis",
        "gesamtbetrag",
        *PRICES,
    ),
    ColumnRole.QUANTITY: (
        "quantity",
        "qty",
        "units",
        "pieces",
        "menge",
        "anzahl",
        "stück",
        "stueck",
        "stk",
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
        "call",
        "call id",
        "contact id",
        "bestellnummer",
        "rechnungsnummer",
        "belegnummer",
    ),
}
"""Names by which columns are recognised, as ``plain`` writes them; the first found is taken."""


def plain(name: str) -> str:
    """Return a column's name in small letters, single blanks between words, units left out."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[(\[].*?[)\]]", "", name))
    return re.sub(r"[\W_]+", " ", parted.lower()).strip()


def recognised(table: RawTable, stated: Mapping[str, str]) -> dict[ColumnRole, str]:
    """Return the column of each role.

    Args:
        table: the log.
        stated: columns by role, where they are not to be recognised by their names; "" where no
            column has the role.

    Raises:
        InputError: a stated role or column does not exist, or none is a date, or, where there are
            amounts, a customer.
    """
    faults = _stated_faults(table, stated)
    if faults:
        raise InputError(faults)
    columns = {ColumnRole(role): column for role, column in stated.items() if column}
    named = {plain(name): name for name in reversed(table.header)}
    for role, names in NAMES.items():
        if role in stated:
            continue
        free = (named[one] for one in names if named.get(one, "") not in ("", *columns.values()))
        column = next(free, None)
        if column is not None:
            columns[role] = column
    anybody = ColumnRole.CUSTOMER in {*columns, *stated} or ColumnRole.ID in stated
    if "id" in named and not anybody:
        columns[ColumnRole.CUSTOMER] = named["id"]
    needed = [ColumnRole.DATE]
    if ColumnRole.AMOUNT in columns:  # contacts are counted, whoever made them
        needed.insert(0, ColumnRole.CUSTOMER)
    missing = [role for role in needed if role not in columns]
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
        if role in roles and column and column not in table.header
    ]
