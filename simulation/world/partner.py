"""Partners: Mesa agents that bring capability to their touchpoints under contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from simulation.scenario import schema
from simulation.world.party import Clockwork, Party, until_due

if TYPE_CHECKING:
    from simulation.world.world import World


class Partner(Party):
    """A partner, who stays as long as taking part is worth it."""

    MEMORY = 0.2
    """Weight of the last month in the running mean of its surplus."""

    def __init__(self, model: mesa.Model, world: World, index: int) -> None:
        super().__init__(model, world)
        self.index = index
        self.name = world.scenario.partners[index].name
        self.active = True
        self.running_mean = 0.0
        self.margin_per_customer = 0.0
        self._months = 0

    @property
    def parameters(self) -> schema.PartnerSection:
        """Return what the scenario in force says of the partner."""
        return self._world.scenario.partners[self.index]

    @property
    def surplus(self) -> float:
        """Return its surplus of this month."""
        return float(self._world.month.partner_surplus[self.index])

    def open_for_business(self) -> None:
        """Start its contracts on the firms' clock."""
        self._world.clock.process(self._contracts())

    def remember(self) -> None:
        """Let the running mean follow this month's surplus.

        An absent partner judges by what it would earn: its margin per customer when it last took
        part times the customers there are now, so that a growing market wins it back.
        """
        self._months += 1
        weight = max(self.MEMORY, 1.0 / self._months)
        n_customers = int(self._world.month.paying.sum())
        fixed = self.parameters.fixed_cost
        if self.active:
            surplus = self.surplus
            if n_customers:
                margin = (surplus + fixed) / n_customers
                self.margin_per_customer += weight * (margin - self.margin_per_customer)
        else:
            surplus = self.margin_per_customer * n_customers - fixed
        self.running_mean += weight * (surplus - self.running_mean)

    def _contracts(self) -> Clockwork:
        """Stay, or come back, where the running mean is not below the reservation value."""
        period = float(self.parameters.contract_months)
        yield self._wait("contract", until_due(self._world.clock.now, period))
        while True:
            self.active = self.running_mean >= self.parameters.reservation
            yield self._wait("contract", float(self.parameters.contract_months))
