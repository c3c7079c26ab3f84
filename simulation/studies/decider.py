"""Whose benefit counts: everyone's, customers', a company's, a partner's (``--for``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.errors import Fault, InputError

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
    name = whom.removeprefix("partner:")
    partners = {partner.name for partner in scenario.partners}
    companies = {EVERYONE, CUSTOMERS, *(company.name for company in scenario.companies)}
    if name in (companies if name == whom else partners):
        return name
    names = [*sorted(companies), *(f"partner:{one}" for one in sorted(partners))]
    hint = f"There are {', '.join(names)}."
    raise InputError([Fault("is not an actor of the scenario.", key=f"--for {whom}", hint=hint)])
