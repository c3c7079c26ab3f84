"""The persons of one run at its end, as a table: for the customer portfolio.

What customers bring besides buying after Kumar et al. (2010, J. Service Research 13:297): here the
value of those who first heard of the company from them. It is stated beside what they bought, not
added to it, since the margin of the one is the referral of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.arrays import Floats, Whole
from simulation.errors import CocreateError, ResultError

if TYPE_CHECKING:
    import pandas as pd

    from simulation.model import EcosystemModel

COLUMNS = ("paid", "surplus", "joined", "left")

DISCOUNT_A_YEAR = 0.1
"""Of lifetime values: .1 to .2 is usual in the literature."""

WORD_OF_MOUTH = 2
"""The code of ``people.aware`` for who knows a company from others."""

FIRST_VOICE = 2
"""The column of ``world.speech`` with the first company's τ; each company has two."""


PEOPLE = Path("figures") / "people.parquet"
"""Where a result folder keeps them."""

MOST = 100_000
"""People up to whom they are kept: that takes some seconds."""


@dataclass(frozen=True)
class PersonsFile:
    """Where a run writes its persons down, one row per person (see ``Books.table``)."""

    path: Path

    @contextmanager
    def recording(self) -> Iterator[Callable[[EcosystemModel], None]]:
        """Give what keeps the books of a model; the table is written at the end."""
        from simulation.store.tables import write_frame

        books = Books()
        yield books.see
        self.path.parent.mkdir(exist_ok=True)
        write_frame(self.path, books.table())

    def is_of(self, seed: int) -> bool:
        """Whether the file is there and whole, and of the run with this seed."""
        from simulation.store.read import read_frame

        if not self.path.is_file():
            return False
        try:
            seeds = read_frame(self.path, ["seed", *COLUMNS])["seed"]
        except ResultError:  # damaged: it is made again
            return False
        return bool(len(seeds) > 0 and seeds.iloc[0] == seed)


def persons_file(folder: Path) -> PersonsFile:
    """Return where the first run of a result folder writes its persons down."""
    return PersonsFile(folder.resolve() / PEOPLE)


class Books:
    """What each person brought to each company from month 1 on, and from whom they knew of it."""

    worth: Floats
    """Discounted margins, ``(n_people, n_companies)``."""
    first_left: NDArray[np.int16]
    """Month of each person's first lapse, or 0; before month 1, that of the last one before it."""

    def __init__(self) -> None:
        self._model: EcosystemModel | None = None
        self._voices: dict[tuple[int, int], tuple[Whole, Floats]] = {}
        """Person and company: who spoke of it, and their shares, which add up to 1."""

    def _open(self, model: EcosystemModel) -> None:
        """Begin as month 1 does: whoever knows a company then has it from nobody in particular."""
        people = model.world.people
        self._model = model
        self.worth = np.zeros((len(people), model.world.n_companies))
        self._paid, self._aware = people.paid.copy(), people.aware.copy()
        self.first_left = people.left.copy()

    def see(self, model: EcosystemModel) -> None:
        """Open the books as month 1 begins; from then on write down each month that has ended."""
        if self._model is None:
            self._open(model)
        else:
            self._close(model)

    def _close(self, model: EcosystemModel) -> None:
        """Add the month's margins: who is a customer at its end has paid, and was served."""
        people, month = model.world.people, model.world.step
        price = people.paid - self._paid
        (customers,) = np.nonzero(people.provider >= 0)
        provider = people.provider[customers]
        since = np.maximum(people.joined[customers], 1)  # those of before: from month 1 on
        age = (month - since) / 12.0
        # What it costs to serve them is as this month's events have it.
        margin = price[customers] - model.world.policy.serving_cost[provider]
        self.worth[customers, provider] += margin / (1.0 + DISCOUNT_A_YEAR) ** age
        self._paid = people.paid.copy()
        self.first_left = np.where(self.first_left != 0, self.first_left, people.left)
        self._hear(model)

    def _hear(self, model: EcosystemModel) -> None:
        """Write down who informed those who know a company from others since this month.

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
                self._voices[person, company] = neighbour, voice / heard
        anew = (aware < WORD_OF_MOUTH) & (self._aware != aware)
        for person, company in np.argwhere(anew).tolist():
            self._voices.pop((person, company), None)
        self._aware = aware.copy()

    def table(self) -> pd.DataFrame:
        """Return one row per person.

        Returns:
            Columns person, segment (name), customer (whether at the end), paid, surplus (money
            from month 1 on), joined (month of the first purchase, or 0), left (month of the last
            lapse, or 0; -1 is the month before month 1), first_left (that of the first lapse, of
            several before month 1 the last of these), month (the last of the run), seed, and in
            money discounted by 10 % a year to the first purchase from month 1 on, or to month 1 of
            those who were customers before: lifetime (price paid less the cost to serve), referral
            (the lifetime values of those who knew the company from this person).
        """
        import pandas as pd

        if self._model is None:
            raise CocreateError("No month has been written down.")
        model = self._model
        people = model.world.people
        names = [segment.name for segment in model.inputs.segments]
        return pd.DataFrame(
            {
                "person": range(len(people)),
                "segment": [names[code] for code in people.segment],
                "customer": people.provider >= 0,
                **{name: people.column(name) for name in COLUMNS},
                "first_left": self.first_left,
                "month": model.inputs.run.months,
                "seed": model.seed_used,
                "lifetime": self.worth.sum(axis=1),
                "referral": self.referral(),
            }
        )

    def referral(self) -> Floats:
        """Return what those are worth who knew of a company from each person, ``(n_people,)``."""
        result = np.zeros(len(self.worth))
        for (person, company), (who, shares) in self._voices.items():
            np.add.at(result, who, shares * self.worth[person, company])
        return result
