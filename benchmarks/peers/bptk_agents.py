"""BPTK-Py: those who adopt send an event to their ties, delivered before the next step's acts."""

from __future__ import annotations

import random

from BPTK_Py import Agent, Event, Model
from BPTK_Py.modeling.simultaneousScheduler import SimultaneousScheduler
from task import Task, measure


class Person(Agent):
    """Somebody who may adopt."""

    def initialize(self) -> None:
        """Begin as somebody who may adopt and hears of adopters."""
        self.agent_type = "person"
        self.state = "potential"
        self.known = 0
        self.neighbours: list[int] = []
        self.register_event_handler(["potential", "adopter"], "told", self.hear)

    def hear(self, _event: Event) -> None:
        """Know of one adopter more."""
        self.known += 1

    def act(self, _time: float, _round: int, _step: int) -> None:
        """Decide by the adopters one knows of, and tell the neighbours."""
        model = self.model
        if self.state == "potential" and model.draw() < model.chances[self.known]:
            self.state = "adopter"
            model.count += 1
            for neighbour in self.neighbours:
                model.enqueue_event(Event("told", self.id, neighbour))


class Market(Model):
    """People and their ties."""

    def instantiate_model(self) -> None:
        """Say how people are made."""
        self.register_agent_factory("person", lambda agent_id, model, properties: Person(
            agent_id, model, properties, "person"
        ))  # fmt: skip

    def end_round(self, _time: float, _round: int, _step: int) -> None:
        """Count the adopters."""
        self.history.append(self.count)


def build(task: Task, seed: int) -> Market:
    """Return a market whose people and ties are set up."""
    market = Market(name="market", scheduler=SimultaneousScheduler())
    market.run_specs(1, task.steps, 1)
    market.draw = random.Random(seed).random  # noqa: S311  a simulation, no secret
    market.chances, market.count, market.history = task.chances(), 0, []
    market.instantiate_model()
    market.create_agents({"name": "person", "count": task.n_people})
    for person, known in zip(market.agents, task.neighbours(), strict=True):
        person.neighbours = known
    return market


if __name__ == "__main__":
    measure(
        build,
        lambda market, _steps: market.run(collect_data=False),
        lambda market: market.history,
    )
