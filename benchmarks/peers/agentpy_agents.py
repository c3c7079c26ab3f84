"""AgentPy: agents on a Network, whose neighbours are listed once; two phases a step."""

from __future__ import annotations

from typing import Any

import agentpy as ap
from task import Task, measure


class Person(ap.Agent):
    """Somebody who may adopt."""

    def setup(self) -> None:
        """Begin without having adopted."""
        self.adopted = False
        self.persuaded = False

    def meet(self, network: ap.Network) -> None:
        """List the neighbours, so that they need not be looked up in every step."""
        self.neighbours = network.neighbors(self).to_list()

    def consider(self) -> None:
        """Decide by the adopters among the neighbours."""
        if not self.adopted:
            known = 0
            for neighbour in self.neighbours:
                if neighbour.adopted:
                    known += 1
            self.persuaded = self.model.random.random() < self.p.chances[known]

    def adopt(self) -> None:
        """Do what was decided."""
        if self.persuaded and not self.adopted:
            self.adopted = True
            self.model.count += 1


class Market(ap.Model):
    """People and their ties."""

    def setup(self) -> None:
        """Put everybody on a node of the network."""
        self.count = 0
        self.history: list[int] = []
        self.people = ap.AgentList(self, self.p.n_people, Person)
        network = ap.Network(self, self.p.graph)
        network.add_agents(self.people, network.nodes)
        self.people.meet(network)

    def step(self) -> None:
        """Everybody considers, then everybody adopts."""
        self.people.consider()
        self.people.adopt()
        self.history.append(self.count)


def build(task: Task, seed: int) -> Market:
    """Return a market whose people and ties are set up."""
    parameters: dict[str, Any] = {
        "n_people": task.n_people,
        "graph": task.graph(),
        "chances": task.chances(),
    }
    market = Market(parameters)
    market.sim_setup(task.steps, seed)
    return market


def run(market: Market, steps: int) -> None:
    """Step the market."""
    for _ in range(steps):
        market.sim_step()


if __name__ == "__main__":
    measure(build, run, lambda market: market.history)
