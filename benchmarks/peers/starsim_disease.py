"""Starsim: a disease without recovery on a fixed network, caught from outside as well."""

from __future__ import annotations

from typing import Any

import numpy as np
import starsim as ss
from task import Task, measure


class Ties(ss.Network):
    """Edges that last."""

    def step(self) -> None:
        """Leave the edges as they are."""


class WordOfMouth(ss.Infection):
    """What adopters pass on along the edges, and others come to by themselves."""

    def __init__(self, pars: Any = None, **kwargs: Any) -> None:
        super().__init__()
        self.define_pars(beta=0.0, alone=ss.bernoulli(p=0.0))
        self.update_pars(pars, **kwargs)

    def step(self) -> None:
        """Find those who are persuaded by ties and those who come to it alone; both adopt."""
        told, _, _ = self.infect()
        alone = self.pars.alone.filter(self.susceptible.uids)
        adopting = told | alone
        if len(adopting):
            self.set_prognoses(adopting)

    def set_prognoses(self, uids: Any, sources: Any = None) -> None:
        """Let people adopt."""
        super().set_prognoses(uids, sources)
        self.infected[uids] = True
        self.ti_infected[uids] = self.ti


def build(task: Task, seed: int) -> ss.Sim:
    """Return a simulation that is ready to step."""
    network = Ties(
        p1=task.edges[:, 0].astype(int),
        p2=task.edges[:, 1].astype(int),
        beta=np.ones(len(task.edges)),
        name="ties",
    )
    disease = WordOfMouth(beta=task.q, alone=ss.bernoulli(p=task.p), name="product")
    sim = ss.Sim(
        n_agents=task.n_people, networks=network, diseases=disease, start=1, stop=task.steps,
        dt=1, rand_seed=seed, verbose=0,
    )  # fmt: skip
    sim.init()
    return sim


if __name__ == "__main__":
    measure(
        build,
        lambda sim, _steps: sim.run(),
        lambda sim: np.cumsum(sim.results.product.new_infections),
    )
