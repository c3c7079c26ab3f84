"""mesa-frames, tuned: only new adopters' edges are joined, and counts are kept in a column."""

from __future__ import annotations

import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from task import Task, measure


class People(AgentSetPolars):
    """Everybody who may adopt."""

    def __init__(self, model: Market, n_people: int) -> None:
        super().__init__(model)
        ids = pl.int_range(n_people, eager=True).alias("unique_id")
        self += pl.DataFrame({"unique_id": ids}).with_columns(
            adopted=pl.lit(value=False), known=pl.lit(0, dtype=pl.UInt32)
        )

    def step(self) -> None:
        """Let chance decide, and add the new adopters to what their ties know."""
        draws = pl.Series("draw", self.model.random.random(len(self.agents)))
        chance = 1 - (1 - self.model.p) * (1 - self.model.q) ** pl.col("known")
        people = self.agents.with_columns(draws).with_columns(
            persuaded=~pl.col("adopted") & (pl.col("draw") < chance)
        )
        new = people.filter("persuaded").select(teller="unique_id")
        told = (
            self.model.ties.join(new, on="teller", how="semi")
            .group_by("unique_id")
            .agg(told=pl.len())
        )
        self.agents = (
            people.join(told, on="unique_id", how="left", maintain_order="left")
            .with_columns(
                adopted=pl.col("adopted") | pl.col("persuaded"),
                known=pl.col("known") + pl.col("told").fill_null(0),
            )
            .drop("persuaded", "draw", "told")
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
