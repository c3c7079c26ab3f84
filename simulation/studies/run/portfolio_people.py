"""The persons of one run at its end, as a table: for the customer portfolio.

What customers bring besides buying after Kumar et al. (2010, J. Service Research 13:297): here the
value of those who first heard of the company from them. It is told beside what they bought and not
added to it, since the margin of the one is the referral of another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from simulation.model import EcosystemModel
    from simulation.scenario.schema import Scenario

COLUMNS = ("paid", "surplus", "joined", "left")

DISCOUNT_A_YEAR = 0.1
"""Of lifetime values: .1 to .2 is usual in the literature."""

WORD_OF_MOUTH = 2
"""The code of ``people.aware`` for who knows a company from others."""

FIRST_VOICE = 2
"""The column of ``world.speech`` with the first company's τ; each company has two."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


PEOPLE = Path("figures") / "people.parquet"
"""Where a result folder keeps them; made from its first run, like its figures."""

MOST = 100_000
"""People up to whom they are kept without being asked for: that takes some seconds."""


def keep_people(folder: Path, *, asked: bool = False) -> Path | None:
    """Run the first seed of a result again, and keep its persons in the folder.

    Args:
        folder: a result of ``cocreate run``; where it has them nothing is done.
        asked: whether somebody asked for them, so that size is no matter.

    Returns:
        The file; None where the model is another than the one that made the result, there is none
        of a run, or there are too many people to do it unasked.

    Raises:
        ResultError: the folder holds no result.
    """
    from simulation.scenario.schema import Scenario
    from simulation.simulate import DEFAULT_MODEL, model_version
    from simulation.store import read_manifest

    path = folder / PEOPLE
    manifest = read_manifest(folder)
    if path.is_file() and _seed_of(path) == manifest.seeds[0]:
        return path
    same = (manifest.model, manifest.model_version) == (DEFAULT_MODEL, model_version())
    if not same or not manifest.seeds or not manifest.runs.done:
        return None
    scenario = Scenario.model_validate(dict(manifest.scenario))
    if not asked and scenario.population.people > MOST:
        return None
    write_people(folder, scenario, manifest.seeds[0])
    return path


def _seed_of(path: Path) -> int | None:
    import pyarrow.parquet as pq

    found = pq.read_table(path, columns=["seed"]).column(0).slice(0, 1).to_pylist()
    return int(found[0]) if found else None


def write_people(folder: Path, scenario: Scenario, seed: int) -> None:
    """Write the persons of a run into a result folder."""
    from simulation.store.files import atomic_path

    path = folder / PEOPLE
    path.parent.mkdir(exist_ok=True)
    with atomic_path(path) as part:
        people_table(scenario, seed).to_parquet(part, index=False)


def people_table(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Run a scenario and return a row a person.

    Returns:
        Columns person, segment (name), customer (whether at the end), paid, surplus (money in
        all), joined (month of the first purchase, or 0), left (month of the last lapse, or 0),
        month (the last of the run), seed, and in money discounted by 10 % a year to the month of
        the first purchase: lifetime (price paid less the cost to serve), referral (the lifetime
        values of those who knew the company from this person).
    """
    import pandas as pd

    from simulation.model import EcosystemModel

    model = EcosystemModel(scenario, seed)
    books = Books.of(model)
    for _ in range(scenario.run.months):
        model.step()
        books.close(model)
    people = model.world.people
    names = [segment.name for segment in scenario.segments]
    return pd.DataFrame(
        {
            "person": range(len(people)),
            "segment": [names[code] for code in people.segment],
            "customer": people.provider >= 0,
            **{name: people.column(name) for name in COLUMNS},
            "month": scenario.run.months,
            "seed": seed,
            "lifetime": books.worth.sum(axis=1),
            "referral": books.referral(),
        }
    )


@dataclass
class Books:
    """What each person brought to each company so far, and from whom they knew of it."""

    worth: Floats
    """Discounted margins, ``(n_people, n_companies)``."""
    cost_to_serve: Floats
    _paid: Floats
    _aware: NDArray[np.int8]
    _told: dict[tuple[int, int], tuple[Whole, Floats]] = field(default_factory=dict)
    """Person and company: who told of it, and their shares, which add up to 1."""

    @classmethod
    def of(cls, model: EcosystemModel) -> Books:
        """Return empty books."""
        people, companies = model.world.people, model.world.scenario.companies
        costs = np.array([company.cost_to_serve for company in companies])
        worth = np.zeros((len(people), len(companies)))
        return cls(worth, costs, people.paid.copy(), people.aware.copy())

    def close(self, model: EcosystemModel) -> None:
        """Write a month down, at whose end the model is."""
        people, month = model.world.people, model.world.step
        price = people.paid - self._paid
        (buyers,) = np.nonzero(price > 0.0)
        provider = people.provider[buyers]
        age = (month - people.joined[buyers]) / 12.0
        margin = price[buyers] - self.cost_to_serve[provider]
        self.worth[buyers, provider] += margin / (1.0 + DISCOUNT_A_YEAR) ** age
        self._paid = people.paid.copy()
        self._hear(model)

    def _hear(self, model: EcosystemModel) -> None:
        """Write down who told those who know a company from others since this month.

        Each tie that spoke has a share ∝ β τ of it (see ``kernels.talk``). Contacts drawn anew each
        month, and everybody under full mixing, are nobody in particular.
        """
        world, talk = model.world, model.world.scenario.talk
        aware = world.people.aware
        fresh = (aware == WORD_OF_MOUTH) & (self._aware != WORD_OF_MOUTH)
        for person, company in np.argwhere(fresh).tolist():
            ties = slice(world.ties.start[person], world.ties.start[person + 1])
            neighbour = world.ties.neighbour[ties].astype(np.int64)
            force = np.where(world.ties.strong[ties], talk.strong, talk.weak)
            voice = force * world.speech[neighbour, FIRST_VOICE + 2 * company]
            heard = voice.sum()
            if heard > 0.0:
                self._told[person, company] = neighbour, voice / heard
        anew = (aware < WORD_OF_MOUTH) & (self._aware != aware)
        for person, company in np.argwhere(anew).tolist():
            self._told.pop((person, company), None)
        self._aware = aware.copy()

    def referral(self) -> Floats:
        """Return what those are worth who knew of a company from each person, ``(n_people,)``."""
        found = np.zeros(len(self.worth))
        for (person, company), (who, shares) in self._told.items():
            np.add.at(found, who, shares * self.worth[person, company])
        return found
