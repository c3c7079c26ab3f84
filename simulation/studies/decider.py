"""Whose benefit counts: everyone's, customers', a company's, a partner's (``--for``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.errors import Fault, InputError
from simulation.scenario.suggest import did_you_mean

if TYPE_CHECKING:
    from simulation.scenario.scenario import Scenario

EVERYONE, CUSTOMERS = "everyone", "customers"


def decider(whom: str, scenario: Scenario) -> str:
    """Return the name of whose benefit counts.

    Args:
        whom: ``everyone``, ``customers`` (all people), a company, or ``partner:NAME``.
        scenario: where they are.

    Raises:
        InputError: there is no such actor in the scenario.
    """
    return _decider(
        whom,
        {company.name for company in scenario.companies},
        {partner.name for partner in scenario.partners},
    )


def decider_in(whom: str, scenario: Mapping[str, Any]) -> str:
    """Return the name of whose benefit counts in a scenario as results keep it.

    Raises:
        InputError: there is no such actor in the scenario.
    """
    companies, partners = (
        {str(one["name"]) for one in scenario.get(kind) or ()} for kind in ("companies", "partners")
    )
    return _decider(whom, companies, partners)


def _decider(whom: str, firms: set[str], partners: set[str]) -> str:
    name = whom.removeprefix("partner:")
    companies = {EVERYONE, CUSTOMERS, *firms}
    if name in (companies if name == whom else partners):
        return name
    names = [*sorted(companies), *(f"partner:{one}" for one in sorted(partners))]
    hint = did_you_mean(whom, names) or f"There are {', '.join(names)}."
    raise InputError([Fault("is not an actor of the scenario.", key=f"--for {whom}", hint=hint)])
