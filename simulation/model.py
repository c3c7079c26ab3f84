"""The model: a Mesa model whose agents are companies and partners, and whose people are columns."""

from __future__ import annotations

from typing import ClassVar

import mesa
import numpy as np
from mesa.experimental.scenarios import Scenario as MesaScenario
from numpy.typing import NDArray

from simulation.mesa_views import RecordedSeries, inputs_of, mesa_scenario
from simulation.processes.order import MONTH
from simulation.processes.process import MonthOfProcesses
from simulation.recorder import METRICS, Metric, Recorder
from simulation.scenario.scenario import Scenario
from simulation.world.build import build_world
from simulation.world.past import Past, shared
from simulation.world.start import state_market
from simulation.world.view import PeopleView
from simulation.world.world import World


class EcosystemModel(mesa.Model):
    """One run: a scenario and a seed.

    ``step()`` simulates a month; a new model has lived through its scenario's warm-up. Companies
    and partners are ordinary agents of the model
    (``model.agents_by_type``); people are columns (``model.world.people``), with views that behave
    as Mesa's AgentSet (``model.customers``, ``model.non_customers``). A subclass may have another
    ``month`` of processes, or further ``metrics``.

    Args:
        scenario: all inputs; never changed. Mesa's tools give what ``model.scenario`` is.
        seed: picks the draws, 1 if not given; runs of equal scenario and seed are equal to the bit.
        revenue_budget: budget that companies get from receipts, ``(months, n_companies)``, given
            instead of earned; freezes the feedback from revenue when what-ifs are attributed.
    """

    begins_established: ClassVar[bool] = True
    """Whether it lives through a warm-up, so that what-ifs can change its market from month 1."""

    _for_mesa: MesaScenario | None = None

    month: ClassVar[MonthOfProcesses] = MONTH
    metrics: ClassVar[tuple[Metric, ...]] = tuple(METRICS.values())

    def __init__(
        self,
        scenario: Scenario | MesaScenario,
        seed: int | None = None,
        *,
        revenue_budget: NDArray[np.float64] | None = None,
    ) -> None:
        inputs, held = (scenario, 1) if isinstance(scenario, Scenario) else inputs_of(scenario)
        self.inputs: Scenario = inputs
        self.seed_used: int = held if seed is None else seed
        # Mesa's own generator is seeded for tools that use it; the model's draws are keyed.
        super().__init__(rng=self.seed_used)
        self._changes = dict(inputs.timeline())
        self.world: World = self._begin()
        self.world.revenue_budget = revenue_budget
        self.recorder = Recorder(self.world, inputs.run.months, self.metrics)

    @property
    def scenario(self) -> MesaScenario:
        """The inputs as Mesa's tools read them: SolaraViz makes the model again from it."""
        if self._for_mesa is None:
            self._for_mesa = mesa_scenario(self.inputs, self.seed_used)
        return self._for_mesa

    @scenario.setter
    def scenario(self, _: MesaScenario) -> None:
        # Mesa sets an empty one of its own; ours is made when somebody asks for it.
        self._for_mesa = None

    @property
    def datacollector(self) -> RecordedSeries:
        """The record so far, read as a data collector of Mesa's."""
        return RecordedSeries(self.recorder, max(self.world.step, 0))

    def step(self) -> None:
        """Simulate one month: events, then each process in order, then the record."""
        self._live(self.world)
        self.recorder.record(self.world)

    def _begin(self) -> World:
        """Return the world with which month 1 begins, from a shared past where there is one."""
        scenario, pasts = self.inputs, shared()
        if pasts is None or not scenario.run.warm_up:
            return self._founded()
        key = self.month, self.seed_used, scenario.past_fingerprint
        past = pasts.get(key)
        if past is not None:
            world = past.taken_up(self)
            world.expect(scenario)
            return world
        world = self._founded()
        pasts.keep(key, Past(world, self))
        return world

    def _founded(self) -> World:
        """Return a world that has lived through its warm-up."""
        world = build_world(self, self.inputs, self.seed_used)
        for _ in range(self.inputs.run.warm_up):
            self._live(world)
        state_market(world)
        world.people.begin_accounts()
        return world

    def _live(self, world: World) -> None:
        """Simulate one month without recording it, as in the warm-up."""
        world.step += 1
        if world.step in self._changes:
            world.adopt(self._changes[world.step])
        world.month = world.new_month()
        for process in self.month:
            process(world)

    @property
    def customers(self) -> PeopleView:
        """Return the people who have a provider."""
        return PeopleView.of(self.world, self.world.people.provider >= 0)

    @property
    def non_customers(self) -> PeopleView:
        """Return the people who have none."""
        return PeopleView.of(self.world, self.world.people.provider < 0)
