"""Columns of a panel: what is written down of every person every month, chosen by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import Fault, InputError
from simulation.scenario.suggest import did_you_mean, listed
from simulation.scenario.words import Stage
from simulation.world.people import COLUMNS, People

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

AWARE = ("no", "by_advertising", "by_word_of_mouth", "by_experience")
"""Words for the codes of ``people.aware``."""


@dataclass(frozen=True)
class PanelColumn:
    """What a panel holds of a person.

    Attributes:
        name: of the column, such as ``progress`` or ``attitude:focal``.
        source: column of people that it is taken from.
        place: which of the source's values it is; None where a person has one.
        dtype: of its numbers, or of the codes of its words; float64 is kept as float32.
        unit: of its numbers.
        meaning: what it says.
        words: what the codes 0, 1, … stand for; none where it is numbers.
    """

    name: str
    source: str
    place: int | None
    dtype: str
    unit: str
    meaning: str
    words: tuple[str, ...] = ()

    def copy_to(self, target: NDArray[Any], people: People) -> None:
        """Write the values of all persons into ``target``, ``(n_people,)``."""
        values = people.column(self.source)
        target[:] = values if self.place is None else values[:, self.place]
        if self.words:
            # Words are counted from 0, codes of people from the lowest, which stands for none.
            target -= int(COLUMNS[self.source].low)


def panel_columns(asked: Iterable[str], scenario: Scenario) -> tuple[PanelColumn, ...]:
    """Return the columns that names stand for, each once, in the order of the names.

    ``attitude:focal`` is one column; ``attitude`` is a column for each company.

    Raises:
        InputError: with all names that stand for nothing.
    """
    names = list(asked)
    faults = [*name_faults(names), *_whose_faults(names, scenario)]
    if faults:
        raise InputError(faults)
    coded = _words(scenario)
    columns: dict[str, PanelColumn] = {}
    for name in names:
        source, _, whose = name.partition(":")
        for place, owner in enumerate(_owners(source, scenario)):
            if whose in ("", owner):
                column = _column(source, place, owner, coded)
                columns.setdefault(column.name, column)
    return tuple(columns.values())


def name_faults(asked: Iterable[str]) -> list[Fault]:
    """Return what is wrong with names of columns, whatever the scenario is."""
    faults = []
    for name in asked:
        source, colon, _ = name.partition(":")
        if source not in COLUMNS:
            hint = did_you_mean(source, COLUMNS) or _KNOWN
            faults.append(Fault("is not a column of people.", key=_key(name), hint=hint))
        elif colon and COLUMNS[source].per is None:
            message = f"must be {source} alone: a person has one value of it."
            faults.append(Fault(message, key=_key(name)))
    return faults


def _whose_faults(names: Iterable[str], scenario: Scenario) -> Iterable[Fault]:
    for name in names:
        source, colon, whose = name.partition(":")
        known = _owners(source, scenario)
        if colon and known != ("",) and whose not in known:
            per = COLUMNS[source].per
            hint = did_you_mean(whose, known) or f"There are {listed(known)}."
            yield Fault(f"is of no {per} of the scenario.", key=_key(name), hint=hint)


def _owners(source: str, scenario: Scenario) -> tuple[str, ...]:
    """Return what a person has several values of a column for; one empty name if for nothing."""
    per = COLUMNS[source].per if source in COLUMNS else None
    if per == "company":
        return tuple(company.name for company in scenario.companies)
    return scenario.outcomes if per == "outcome" else ("",)


def _column(
    source: str, place: int, owner: str, coded: Mapping[str, tuple[str, tuple[str, ...]]]
) -> PanelColumn:
    column = COLUMNS[source]
    meaning, words = coded.get(source, (column.meaning, ()))
    return PanelColumn(
        name=f"{source}:{owner}" if owner else source,
        source=source,
        place=place if owner else None,
        dtype="float32" if np.dtype(column.dtype).kind == "f" else column.dtype,
        unit=column.unit,
        meaning=f"{meaning}: {owner}" if owner else meaning,
        words=words,
    )


def _words(scenario: Scenario) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return meaning and words of the columns that are codes; their lowest code comes first."""
    companies = tuple(company.name for company in scenario.companies)
    jobs = tuple(job.name for job in scenario.jobs)
    return {
        "segment": ("segment", tuple(segment.name for segment in scenario.segments)),
        "provider": ("company whose customer the person is; empty for none", ("", *companies)),
        "considers": ("company the person deals with; empty for none", ("", *companies)),
        "stage": ("stage of the journey, or idle", ("idle", *(stage.value for stage in Stage))),
        "job": ("job to be done; empty when idle", ("", *jobs)),
        "last_job": ("job that last came up; empty for none", ("", *jobs)),
        "aware": ("whether and why the company is known", AWARE),
    }


def _key(name: str) -> str:
    return f'panel "{name}"'


_KNOWN = f"There are {listed(COLUMNS)}."
