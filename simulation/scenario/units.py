"""Money and persons as people know them: what a scenario's numbers are in its currency.

The model counts in money of its own and in the people simulated, and so does everything stored.
``currency`` says what one unit of money is worth, ``population.represents`` how many people the
simulated ones stand for, and a ``label`` how a named thing is called where it is shown. None of
them changes a result: they belong to the display alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.scenario.fields import named_lists
from simulation.scenario.scenario import Scenario

MONEY, PERSONS = "money", ("persons", "people", "person")
SUMS = (*PERSONS, "hours", "input", "contacts", "encounters", "questions", "answers")
"""What is counted over all people simulated, and so over all that they stand for."""

SCALE_NOTE = (
    "Communities, service desks and fixed costs have the scale of the people simulated; what is "
    "shown for the people represented is multiplied, not simulated."
)
"""What a table must say where it shows the people represented."""


@dataclass(frozen=True)
class Units:
    """How a scenario's numbers are shown.

    Attributes:
        currency: what money is called; "money" where the scenario does not say
        per_unit: how much of the currency a unit of money is
        per_person: people represented by each person simulated
        labels: what named things are called where they are shown
    """

    currency: str = MONEY
    per_unit: float = 1.0
    per_person: float = 1.0
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario) -> Units:
        """Return the units of a scenario."""
        currency, population = scenario.currency, scenario.population
        represents = population.represents
        entries = [entry for kind in named_lists() for entry in getattr(scenario, kind)]
        return cls(
            currency=currency.name or MONEY,
            per_unit=currency.per_unit if currency.name else 1.0,
            per_person=1.0 if represents is None else represents / population.people,
            labels={entry.name: entry.label for entry in entries if entry.label},
        )

    @classmethod
    def of_data(cls, scenario: Mapping[str, Any]) -> Units:
        """Return the units of a scenario as a manifest keeps it; the model's where it has none."""
        currency = scenario.get("currency") or {}
        population = scenario.get("population") or {}
        name, people = str(currency.get("name") or ""), population.get("people")
        represents = population.get("represents")
        return cls(
            currency=name or MONEY,
            per_unit=float(currency.get("per_unit") or 1.0) if name else 1.0,
            per_person=represents / people if represents and people else 1.0,
            labels={
                str(entry["name"]): str(entry["label"])
                for entries in scenario.values()
                if isinstance(entries, list | tuple)
                for entry in entries
                if isinstance(entry, Mapping) and entry.get("label") and entry.get("name")
            },
        )

    def each(self, value: float, unit: str) -> tuple[float, str]:
        """Return a number of one person, company or contact, such as a price, with its unit.

        Money becomes currency; everything else is as it is.
        """
        return value * self._money(unit), self._named(unit)

    def total(self, value: float, unit: str) -> tuple[float, str]:
        """Return a sum over the people simulated, such as a metric, with its unit.

        Money becomes currency, and sums over persons, whether of money or of persons, those of the
        people represented. Shares, and what is a person's or in a thousand people, are as they are.
        """
        return value * self._money(unit) * self._persons(unit), self._named(unit)

    def typed(self, unit: str) -> str:
        """Return the unit in which a setting is typed, with what one of it is in the currency."""
        if MONEY not in unit or self.currency == MONEY:
            return unit
        return f"{unit}; 1 is {self.per_unit:g} {self.currency}"

    def label(self, name: str) -> str:
        """Return what a thing, or a metric's ``of`` such as ``focal:call_centre``, is called."""
        return ":".join(self.labels.get(part, part) for part in name.split(":"))

    def metadata(self) -> dict[str, str]:
        """Return the factors as text, to stand beside stored numbers."""
        return {
            "currency": self.currency,
            "currency.per_unit": repr(self.per_unit),
            "people.per_person": repr(self.per_person),
        }

    def _money(self, unit: str) -> float:
        return self.per_unit if _of_what(unit) == MONEY else 1.0

    def _persons(self, unit: str) -> float:
        counted = _of_what(unit) == MONEY or _of_what(unit) in SUMS
        spread = any(word in unit.partition("/")[2] for word in (*PERSONS, "hour"))
        return self.per_person if counted and not spread else 1.0

    def _named(self, unit: str) -> str:
        top, slash, rest = unit.partition("/")
        return f"{self.currency if top == MONEY else top}{slash}{rest}"


def _of_what(unit: str) -> str:
    """Return what a unit counts: ``money`` of ``money/1000 people/month``."""
    return unit.partition("/")[0].strip()
