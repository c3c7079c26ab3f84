"""Stored tables as they are shown: money in the scenario's currency, people as those represented.

Stored data stay in the model's units; whatever is shown to people goes through here once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.scenario.units import MONEY, SCALE_NOTE, Units
from simulation.store.read import Metrics

if TYPE_CHECKING:
    import pandas as pd


def as_shown(units: Units, *, in_series: bool = True) -> bool:
    """Return whether anything is shown other than it is stored."""
    factor = units.per_unit != 1.0 or units.per_person != 1.0
    return factor or units.currency != Units().currency or (in_series and bool(units.labels))


def shown_series(series: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return a tidy series in the units that people use, its metrics' units with it."""
    if not as_shown(units) or "metric" not in series:
        return series
    known = series.attrs.get("metrics", {})
    factors = {name: units.total(1.0, one.get("unit", ""))[0] for name, one in known.items()}
    words = series["metric"].astype("category").cat
    by_code = [factors.get(str(name), 1.0) for name in words.categories]
    import numpy as np

    factor = np.array([*by_code, 1.0])[words.codes.to_numpy()]
    table = series.assign(value=series["value"] * factor, of=relabelled(series["of"], units))
    table.attrs["metrics"] = Metrics({
        name: {**one, "unit": units.total(1.0, one.get("unit", ""))[1]}
        for name, one in known.items()
    })  # fmt: skip
    return table


def shown_ledger(ledger: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Return a ledger in the units that people use."""
    if not as_shown(units) or "unit" not in ledger:
        return ledger
    import numpy as np

    from simulation.analysis.flows import renamed

    words = ledger["unit"].astype("category").cat
    by_code = [units.total(1.0, str(name))[0] for name in words.categories]
    factor = np.array([*by_code, 1.0])[words.codes.to_numpy()]
    return ledger.assign(
        amount=ledger["amount"] * factor,
        unit=renamed(ledger["unit"], lambda name: units.total(1.0, name)[1]),
        **{end: relabelled(ledger[end], units) for end in ("giver", "receiver")},
        **_deliverables(ledger, units),
    )


def _deliverables(ledger: pd.DataFrame, units: Units) -> dict[str, pd.Series[Any]]:
    """Return what flows, where it is about somebody by the label: "word of mouth about Nordtel"."""
    from simulation.analysis.flows import renamed

    def shown(name: str) -> str:
        what, about, whom = name.partition(ABOUT)
        return f"{what}{about}{units.label(whom)}"

    if not units.labels or "deliverable" not in ledger:
        return {}
    return {"deliverable": renamed(ledger["deliverable"], shown)}


ABOUT = "word of mouth about "


def shown_columns(
    table: pd.DataFrame, measured: Mapping[str, str], units: Units
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a table whose columns are totals in the units that people use, and its new units.

    Args:
        table: one row per run.
        measured: the unit of each column that is shown so; others stay as they are.
        units: how numbers are shown.
    """
    shown = {name: units.total(1.0, unit) for name, unit in measured.items() if name in table}
    changed = {name: table[name] * factor for name, (factor, _) in shown.items() if factor != 1.0}
    whole = table.assign(**changed).copy()  # one block again, or every later step warns
    return whole, {name: unit for name, (_, unit) in shown.items()}


def relabelled(column: pd.Series[Any], units: Units) -> pd.Series[Any]:
    """Return a column of names with the labels of those that have one."""
    from simulation.analysis.flows import renamed

    return renamed(column, units.label) if units.labels else column


def label_of(name: str, units: Units) -> str:
    """Return a name as it is read, each of its parts by the label that the scenario gives it."""
    from simulation.report.words import label

    return label(units.label(name))


def parameter_of(path: str, units: Units) -> str:
    """Return a parameter's path as it is read: whose it is by its label, where that has one.

    ``companies.focal.funding.innovation`` is "Nordtel: funding.innovation"; a path without anything
    that has a label stays as it is typed.
    """
    from simulation.scenario.fields import named_lists

    if not units.labels:
        return path
    lists, steps = named_lists(), path.split(".")
    said: list[str] = []
    plain: list[str] = []
    for before, step in zip(("", *steps), steps, strict=False):
        if step not in units.labels or before not in (*lists, *BY_TOUCHPOINT):
            plain.append(step)
            continue
        before_it = plain[:-1] if before in lists else plain
        said += [".".join(before_it)] if before_it else []
        said.append(units.labels[step])
        plain = []
    return ": ".join([*said, ".".join(plain)] if plain else said)


BY_TOUCHPOINT = ("allocation",)
"""Parameters that are one number for each touchpoint, besides the lists of things with a name."""


def units_line(units: Units) -> str:
    """Return in what money numbers are shown, and for how many people, where not the model's."""
    from simulation.report.words import number

    lines = []
    if units.currency != MONEY:
        lines.append(f"Money is in {units.currency}; one unit of the model's money is "
                    f"{number(units.per_unit)} {units.currency}.")  # fmt: skip
    if units.per_person != 1.0:
        lines.append(f"Each simulated person represents {number(units.per_person)} people.")
    return " ".join(lines)


def units_note(units: Units) -> str:
    """Return ``units_line`` with what has to be said where people represented are shown."""
    return f"{units_line(units)} {SCALE_NOTE}" if units.per_person != 1.0 else units_line(units)
