"""What tables share whose findings are money of the whole market: its scale, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.report.canvas import Setting
from simulation.report.shown import label_of
from simulation.report.words import currency_words, signed
from simulation.scenario.units import Units


class MoneyTables:
    """Stored tables with what was found, as data, and the manifest; ``units`` says the scale.

    Attributes:
        findings: its ``units`` are the currency, and what a unit of model money is in it
            (``per_unit``) for the people represented (``per_person``).
        manifest: of the result.
    """

    findings: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @property
    def sweep(self) -> Mapping[str, Any]:
        """What was asked."""
        asked: Mapping[str, Any] = self.manifest["sweep"]
        return asked

    @property
    def factor(self) -> float:
        """What a unit of model money is in the currency, for the people represented."""
        units = self.findings["units"]
        return float(units["per_unit"]) * float(units["per_person"])

    @property
    def currency(self) -> str:
        """What money is called in a sentence."""
        return currency_words(str(self.findings["units"]["currency"]))

    @property
    def money_unit(self) -> str:
        """The unit of money a month, as files have it."""
        return f"{self.findings['units']['currency']}/month"

    @property
    def setting(self) -> Setting:
        """What figures state in their footers."""
        return Setting(scenario=str(self.manifest.get("scenario_name") or ""))

    def named(self, name: str) -> str:
        """Return what a thing of the scenario is called: by its label, where it has one."""
        return label_of(name, Units.of_data(self.manifest.get("scenario") or {}))

    def whom(self, benefit: str) -> str:
        """Return a benefit's name as it stands in a sentence, by the scenario's labels."""
        return "everyone together" if benefit == "everyone" else self.named(benefit)

    def change(self, value: float) -> str:
        """Return a change of money with its sign: "+2.4 EUR a month"."""
        return f"{signed(value * self.factor)} {self.currency} a month"
