"""Mesa, tuned: those who adopt tell their neighbours once; only those who have not are asked."""

from __future__ import annotations

import mesa
from task import Task, measure


class Person(mesa.Agent):
    """Somebody who may adopt."""

    def __init__(self, model: Market) -> None:
        super().__init__(model)
        self.known = 0
        self.neighbours: list[Person] = []

    def is_persuaded(self) -> bool:
        """Decide by the adopters among the neighbours."""
        return self.random.random() < self.model.chances[self.known]

    def tell(self) -> None:
        """Let the neighbours know of one adopter more."""
        for neighbour in self.neighbours:
            neighbour.known += 1


class Market(mesa.Model):
    """People and their ties."""

    def __init__(self, task: Task, seed: int) -> None:
        super().__init__(rng=seed)
        self.chances = task.chances()
        self.history: list[int] = []
        self.undecided = list(Person.create_agents(self, task.n_people))
        people = self.undecided
        for person, known in zip(people, task.neighbours(), strict=True):
            person.neighbours = [people[other] for other in known]

    def step(self) -> None:
        """Whoever is persuaded leaves the undecided, and then tells."""
        persuaded, still = [], []
        for person in self.undecided:
            (persuaded if person.is_persuaded() else still).append(person)
        for person in persuaded:
            person.tell()
        self.undecided = still
        self.history.append(len(self.agents) - len(still))


if __name__ == "__main__":
    measure(Market, lambda market, steps: market.run_for(steps), lambda market: market.history)
