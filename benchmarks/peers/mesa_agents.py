"""Mesa: an agent a person, who asks the neighbours in their list; two phases a step."""

from __future__ import annotations

import mesa
from task import Task, measure


class Person(mesa.Agent):
    """Somebody who may adopt."""

    def __init__(self, model: Market) -> None:
        super().__init__(model)
        self.adopted = False
        self.persuaded = False
        self.neighbours: list[Person] = []

    def consider(self) -> None:
        """Decide by the adopters among the neighbours."""
        if not self.adopted:
            known = 0
            for neighbour in self.neighbours:
                if neighbour.adopted:
                    known += 1
            self.persuaded = self.random.random() < self.model.chances[known]

    def adopt(self) -> None:
        """Do what was decided."""
        if self.persuaded and not self.adopted:
            self.adopted = True
            self.model.count += 1


class Market(mesa.Model):
    """People and their ties."""

    def __init__(self, task: Task, seed: int) -> None:
        super().__init__(rng=seed)
        self.chances = task.chances()
        self.count = 0
        self.history: list[int] = []
        people = list(Person.create_agents(self, task.n_people))
        for person, known in zip(people, task.neighbours(), strict=True):
            person.neighbours = [people[other] for other in known]

    def step(self) -> None:
        """Everybody considers, then everybody adopts."""
        self.agents.do("consider")
        self.agents.do("adopt")
        self.history.append(self.count)


if __name__ == "__main__":
    measure(Market, lambda market, steps: market.run_for(steps), lambda market: market.history)
