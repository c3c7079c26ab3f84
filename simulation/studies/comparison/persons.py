"""What each person of a run has at its end: a small file a run, beside the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.errors import Fault, ResultError
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
        persons = RunPersons(
            np.asarray(people.get("segment", ()), dtype=np.int8),
            np.asarray(people.get("surplus", ()), dtype=np.float32),
        )
        self.path.parent.mkdir(exist_ok=True)
        with atomic_path(self.path) as part, part.open("wb") as file:
            np.savez(file, segment=persons.segment, surplus=persons.surplus)
        return last_year(result)


@dataclass(frozen=True)
class RunPersons:
    """What each person of a run is and has: shapes ``(n_people,)``."""

    segment: NDArray[np.int8]
    surplus: NDArray[np.float32]
    """Added up over all months, in money."""


def people_file(folder: Path, identity: Identity) -> Path:
    """Return where the persons of a run are."""
    return folder / PEOPLE / f"{identity.key}.npz"


def read_people(folder: Path, identity: Identity) -> RunPersons | None:
    """Return the persons of a run, or None where it left none.

    Raises:
        ResultError: the file is damaged.
    """
    path = people_file(folder, identity)
    if not path.is_file():
        return None
    persons = _read(path)
    return persons if len(persons.segment) else None


def is_whole_file(folder: Path, identity: Identity) -> bool:
    """Whether the file of a run's persons is there and can be read."""
    path = people_file(folder, identity)
    try:
        state = path.stat()
    except OSError:
        return False
    return _is_sound(path, state.st_mtime_ns, state.st_size)


@cache
def _is_sound(path: Path, _changed: int, _size: int) -> bool:
    """Whether a file can be read; it is read once, however often that is asked."""
    try:
        _read(path)
    except ResultError:
        return False
    return True


def _read(path: Path) -> RunPersons:
    import zlib
    from zipfile import BadZipFile

    import numpy as np

    try:
        with path.open("rb") as file, np.load(file) as stored:
            return RunPersons(stored["segment"], stored["surplus"])
    except (BadZipFile, zlib.error, ValueError, KeyError, TypeError, EOFError, OSError) as error:
        hint = "Was it altered or cut off? The command that made the result makes it again."
        raise ResultError([Fault("cannot be read.", file=path, hint=hint)]) from error
