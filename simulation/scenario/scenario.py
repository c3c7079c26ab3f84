"""A scenario with what can be done with it: change it, follow its events, tell it from others."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from simulation.errors import Fault
from simulation.scenario.accept import accept, timeline
from simulation.scenario.identity import fingerprint
from simulation.scenario.merge import override
from simulation.scenario.schema import ScenarioData
from simulation.scenario.tree import plant
from simulation.scenario.what_if import OwnPastError, later_changes


class Scenario(ScenarioData):
    """All inputs of the simulation but the seed."""

    def __repr__(self) -> str:
        """Return its title and size; all of it is in ``model_dump()``."""
        return (
            f"<Scenario {self.title}: {len(self.companies)} companies, "
            f"{self.population.people} people, {self.run.months} months>"
        )

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Return what a notebook shows: title, size, companies and their prices."""
        money = self.currency.name or "money units"
        each = self.currency.per_unit if self.currency.name else 1.0
        rows = "".join(
            f"<tr><th scope='row'>{escape(one.label or one.name)}</th>"
            f"<td>{one.price * each:g}</td></tr>"
            for one in self.companies
        )
        about = (
            f"{self.population.people:,} people, {self.run.months} months, "
            f"{len(self.touchpoints)} touchpoints, {len(self.jobs)} jobs"
        )
        return (
            f"<h4>{escape(self.title)}</h4><p>{about}</p><table><thead><tr>"
            f"<th>company</th><th>price, {escape(money)} a month</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a scenario with some parameters changed; this one stays as it is.

        Args:
            changes: parameter paths and values: ``{"companies.focal.price": 0.3}``. A path may
                have ``*`` for a name; a table merges, a named list merges by name.

        Raises:
            ScenarioError: with all faults of the changed scenario.
        """
        faults: list[Fault] = []
        return accept(override(plant(self), changes, faults), faults, Scenario)

    def timeline(self) -> tuple[tuple[int, Scenario], ...]:
        """Return the months at which events happen, each with the scenario in force from then on.

        Months ascend and changes add up; of several events in a month the later one in the file
        has the last word. The scenarios returned have no events.

        Raises:
            ScenarioError: if an event sets what it may not, or what is out of range.
        """
        return timeline(self, Scenario)

    def then(self, changes: Mapping[str, Any]) -> Scenario:
        """Return the same market with some parameters changed from month 1 on.

        Its months before month 1 are those of this scenario, and events of month 1 come after.

        Args:
            changes: as for ``replace``, of what an event may set.

        Raises:
            ScenarioError: with all faults.
        """
        if not changes:
            return self
        first = {"month": 1, "set": dict(changes)}
        later = [event.model_dump(mode="json") for event in self.events]
        return self.model_copy(update={"events": ()}).replace({"events": [first, *later]})

    def as_change_of(self, base: Scenario) -> Scenario:
        """Return this scenario as a change of the market of another from month 1 on.

        Where that is not possible, as it shapes the founding, or ``base`` begins empty, it stays
        what it is: then it has months of its own before month 1.
        """
        if not base.run.warm_up or self.past_fingerprint == base.past_fingerprint:
            return self
        try:
            changes = later_changes(base, self)
        except OwnPastError:
            return self
        kept = {name: getattr(self, name) for name in ("title", "description", "run", "events")}
        return base.model_copy(update=kept).then(changes)

    @property
    def past_fingerprint(self) -> str:
        """The identity of all that acts before month 1, 32 hex digits.

        Scenarios that differ in their events or in their length alone have the same past.
        """
        run = self.run.model_copy(update={"months": 1})
        return fingerprint(self.model_copy(update={"run": run, "events": ()}))

    @property
    def fingerprint(self) -> str:
        """The identity of everything that a run depends on but its seed, 32 hex digits.

        Title, description, names of events and the number of replicates do not count, a file of
        ties counts by its content, and neither the order of keys nor 1 against 1.0 makes a
        difference.
        """
        return fingerprint(self)
