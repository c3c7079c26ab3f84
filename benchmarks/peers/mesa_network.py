"""Mesa: agents in the cells of a discrete_space.Network, who ask whoever is in the cells around."""

from __future__ import annotations

import mesa
from mesa.discrete_space import CellAgent, Network
from task import Task, measure


class Person(CellAgent):
    """Somebody who may adopt."""

    def __init__(self, model: Market) -> None:
        super().__init__(model)
        self.adopted = False
        self.persuaded = False

    def consider(self) -> None:
        """Decide by the adopters in the cells around."""
        if not self.adopted:
            known = sum(other.adopted for other in self.cell.neighborhood.agents)
            self.persuaded = self.random.random() < self.model.chances[known]

    def adopt(self) -> None:
        """Do what was decided."""
        if self.persuaded and not self.adopted:
            self.adopted = True
            self.model.count += 1


class Market(mesa.Model):
    """People in the cells of a network."""

    def __init__(self, task: Task, seed: int) -> None:
        super().__init__(rng=seed)
        self.chances = task.chances()
        self.count = 0
        self.history: list[int] = []
        network = Network(task.graph(), capacity=1, random=self.random, layout=None)
        for person, cell in zip(
            Person.create_agents(self, task.n_people), network.all_cells, strict=True
        ):
            person.cell = cell

    def step(self) -> None:
        """Everybody considers, then everybody adopts."""
        self.agents.do("consider")
        self.agents.do("adopt")
        self.history.append(self.count)


if __name__ == "__main__":
    measure(Market, lambda market, steps: market.run_for(steps), lambda market: market.history)
