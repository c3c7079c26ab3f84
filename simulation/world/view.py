"""Views of people that behave as Mesa's AgentSet, over columns instead of objects."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.world.people import COLUMNS, People

if TYPE_CHECKING:
    from simulation.world.world import World


class Person:
    """One person, made on demand; attributes read and write the columns."""

    __slots__ = ("_people", "unique_id")

    _people: People
    unique_id: int

    def __init__(self, people: People, unique_id: int) -> None:
        object.__setattr__(self, "_people", people)
        object.__setattr__(self, "unique_id", unique_id)

    def __getattr__(self, name: str) -> Any:
        if name not in COLUMNS:
            raise AttributeError(f"A person has no attribute {name!r}. Got one of {[*COLUMNS]}.")
        value = self._people.column(name)[self.unique_id]
        return value.copy() if np.ndim(value) else value.item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in COLUMNS:
            raise AttributeError(f"A person has no attribute {name!r}.")
        self._people.column(name)[self.unique_id] = value

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Person)
            and other.unique_id == self.unique_id
            and other._people is self._people
        )

    def __hash__(self) -> int:
        return hash((id(self._people), self.unique_id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id})"


class Customer(Person):
    """A person who has a provider."""


class NonCustomer(Person):
    """A person who has none."""


class PeopleView:
    """A set of people with the interface of ``mesa.agent.AgentSet``.

    The set is fixed when the view is made; attributes are read from and written to the columns, so
    they are always those of now.
    """

    def __init__(self, people: People, ids: NDArray[np.int64]) -> None:
        self._people = people
        self.ids = ids

    @classmethod
    def of(cls, world: World, who: NDArray[np.bool_]) -> PeopleView:
        """Return the view of those for whom ``who`` is true, by ascending id."""
        return cls(world.people, np.flatnonzero(who))

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Person]:
        return (self._person(int(i)) for i in self.ids)

    def __contains__(self, person: object) -> bool:
        return (
            isinstance(person, Person)
            and person == self._person(person.unique_id)
            and bool(np.isin(person.unique_id, self.ids))
        )

    def __getitem__(self, item: int | slice) -> Person | list[Person]:
        if isinstance(item, slice):
            return [self._person(int(i)) for i in self.ids[item]]
        return self._person(int(self.ids[item]))

    def __repr__(self) -> str:
        return f"PeopleView({len(self)} of {self._people.n} people)"

    def _person(self, i: int) -> Person:
        kind = Customer if self._people.provider[i] >= 0 else NonCustomer
        return kind(self._people, i)

    def get(self, names: str | Sequence[str]) -> NDArray[Any] | list[NDArray[Any]]:
        """Return one column of the set ``(n, …)``, or a list of several."""
        if isinstance(names, str):
            return self._people.column(names)[self.ids]
        return [self._people.column(name)[self.ids] for name in names]

    def set(self, name: str, value: Any) -> PeopleView:
        """Set a column for all of the set; return the set."""
        self._people.column(name)[self.ids] = value
        return self

    def select(
        self,
        keep: Callable[[Person], bool] | NDArray[np.bool_] | None = None,
        *,
        at_most: float = float("inf"),
    ) -> PeopleView:
        """Return those for whom ``keep`` holds, in order, as many as ``at_most`` lets through.

        Args:
            keep: a function of a person, or an array ``(n,)``; all if not given.
            at_most: how many. A float of at most 1.0 is a share of the set before ``keep``, rounded
                down, as in Mesa: 1 is one person, 1.0 are all.
        """
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self.ids) * at_most)
        if keep is None:
            ids = self.ids
        elif callable(keep):
            ids = np.array([p.unique_id for p in self if keep(p)], dtype=np.int64)
        else:
            ids = self.ids[np.asarray(keep, dtype=np.bool_)]
        return PeopleView(self._people, ids[: int(max(0, min(at_most, len(ids))))])

    def agg(self, name: str, func: Callable[[NDArray[Any]], Any]) -> Any:
        """Return ``func`` of a column of the set."""
        return func(self._people.column(name)[self.ids])

    def count(self) -> int:
        """Return how many there are."""
        return len(self)

    def groupby(self, name: str) -> dict[Hashable, PeopleView]:
        """Return the set split by the values of a column."""
        values = self._people.column(name)[self.ids]
        return {
            value.item(): PeopleView(self._people, self.ids[values == value])
            for value in np.unique(values)
        }

    def to_list(self) -> list[Person]:
        """Return the people as a list."""
        return list(self)
