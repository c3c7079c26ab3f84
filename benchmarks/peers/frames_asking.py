"""mesa-frames: a Polars frame of people, joined in every step with the edges from adopters."""

from __future__ import annotations

import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from task import Task, measure


class People(AgentSetPolars):
    """Everybody who may adopt."""

    def __init__(self, model: Market, n_people: int) -> None:
        super().__init__(model)
        ids = pl.int_range(n_people, eager=True).alias("unique_id")
        self += pl.DataFrame({"unique_id": ids}).with_columns(adopted=pl.lit(value=False))

    def step(self) -> None:
        """Count everybody's ties to adopters, and let chance decide."""
        adopters = self.agents.filter(pl.col("adopted")).select(teller="unique_id")
        known = (
            self.model.ties.join(adopters, on="teller", how="semi")
            .group_by("unique_id")
            .agg(known=pl.len())
        )
        draws = pl.Series("draw", self.model.random.random(len(self.agents)))
        chance = 1 - (1 - self.model.p) * (1 - self.model.q) ** pl.col("known").fill_null(0)
        self.agents = (
            self.agents.join(known, on="unique_id", how="left", maintain_order="left")
            .with_columns(draws)
            .with_columns(adopted=pl.col("adopted") | (pl.col("draw") < chance))
            .drop("known", "draw")
        )


class Market(ModelDF):
    """People and their ties, each in both directions."""

    def __init__(self, task: Task, seed: int) -> None:
        super().__init__(seed=seed)
        self.p, self.q = task.p, task.q
        one, other = task.edges.astype("int64").T
        there = pl.DataFrame({"teller": one, "unique_id": other})
        back = pl.DataFrame({"teller": other, "unique_id": one})
        self.ties = pl.concat([there, back])
        self.history: list[int] = []
        self.people = People(self, task.n_people)
        self.agents += self.people

    def step(self) -> None:
        """Step the people and count the adopters."""
        self.agents.do("step", inplace=True)
        self.history.append(self.agents.get("adopted")[self.people].sum())


def run(market: Market, steps: int) -> None:
    """Step the market."""
    for _ in range(steps):
        market.step()


if __name__ == "__main__":
    measure(Market, run, lambda market: market.history)
