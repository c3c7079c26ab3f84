"""What each person of a run has at its end: a small file a run, beside the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.simulate import RunResult, last_year
from simulation.store import Identity
from simulation.store.files import atomic_path
from simulation.store.manifest import PEOPLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class KeepPeople:
    """Outcomes of a run that leave a file of what its persons have, in the worker that did it.

    A model without persons leaves a file of nobody. The file is there before the run's record is,
    so that a run in the journal has one.
    """

    path: Path

    def __call__(self, result: RunResult) -> Mapping[str, float]:
        """Write the file, and return the means of the last 12 months."""
        import numpy as np

        people = result.people or {}
        persons = Persons(
            np.asarray(people.get("segment", ()), dtype=np.int8),
            np.asarray(people.get("surplus", ()), dtype=np.float32),
        )
        self.path.parent.mkdir(exist_ok=True)
        with atomic_path(self.path) as part, part.open("wb") as file:
            np.savez(file, segment=persons.segment, surplus=persons.surplus)
        return last_year(result)


@dataclass(frozen=True)
class Persons:
    """What each person of a run is and has: shapes ``(n_people,)``."""

    segment: NDArray[np.int8]
    surplus: NDArray[np.float32]
    """Added up over all months, in money."""


def people_file(folder: Path, identity: Identity) -> Path:
    """Return where the persons of a run are."""
    return folder / PEOPLE / f"{identity.key}.npz"


def read_people(folder: Path, identity: Identity) -> Persons | None:
    """Return the persons of a run, or None where it left none."""
    import numpy as np

    path = people_file(folder, identity)
    if not path.is_file():
        return None
    with np.load(path) as stored:
        persons = Persons(stored["segment"], stored["surplus"])
    return persons if len(persons.segment) else None
