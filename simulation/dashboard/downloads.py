"""What a page gives away: the changed scenario, and the comparison as a complete result folder.

The folder is made by ``cocreate compare`` itself from the runs that are there already.
"""

from __future__ import annotations

import io
import shlex
import tempfile
import zipfile
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

from simulation.dashboard.queue import RunQueue
from simulation.dashboard.state import PageState
from simulation.errors import CocreateError, Fault, InputError
from simulation.execution import Finished, RunEvent, RunTask, Unwatched
from simulation.scenario.suggest import shown
from simulation.scenario.write import to_toml
from simulation.studies.comparison.criteria import Criteria
from simulation.studies.comparison.pairs import Side, paired
from simulation.studies.comparison.persons import people_file
from simulation.studies.comparison.plan import comparison_of
from simulation.studies.result import open_result
from simulation.studies.study import carry_out


@dataclass(frozen=True)
class Kept:
    """An executor that does no runs: it hands over those that the page has."""

    queue: RunQueue
    folder: Path
    workers: int = 1

    def run(self, tasks: Iterable[RunTask]) -> Generator[RunEvent, None, None]:
        """Yield the end of every run.

        Raises:
            CocreateError: one is not there (any more).
        """
        for task in tasks:
            record = self.queue.record(task.identity)
            persons = people_file(self.queue.folder, task.identity)
            if record is None or not persons.is_file():
                raise CocreateError("Not all runs of the answer are there. Wait for all pairs.")
            copy = people_file(self.folder.resolve(), task.identity)
            copy.parent.mkdir(exist_ok=True)
            copyfile(persons, copy)
            yield Finished(task.run, record, done=True, seconds=0.0)


def scenario_toml(asked: PageState) -> str:
    """Return the changed scenario as a file that stands alone."""
    return to_toml(asked.what_if)


def changed_name(asked: PageState) -> str:
    """Return what the changed scenario is called, never as its base is."""
    return "what_if" if asked.name != "what_if" else "what_if_2"


def command(asked: PageState) -> str:
    """Return the command that does on the command line what the page shows."""
    people, months = asked.size
    words = ["cocreate", "compare", asked.name, f"{changed_name(asked)}.toml",
             "--set", f"population.people={people}", "--months", str(months),
             "--replicates", str(len(asked.seeds))]  # fmt: skip
    words += [] if asked.draws is None else ["--posterior", str(asked.draws.file)]
    return shlex.join(words)


def result_zip(asked: PageState, queue: RunQueue) -> bytes:
    """Return the comparison with tables, figures and report, as a ZIP archive.

    Raises:
        InputError: nothing is changed, so that there is nothing to compare.
        CocreateError: not all runs are there.
    """
    with tempfile.TemporaryDirectory(prefix="cocreate-page-") as place:
        folder = compare_into(Path(place) / "result", asked, queue)
        result = open_result(folder)
        result.report().write(folder)
        return _zipped(folder, {f"{changed_name(asked)}.toml": scenario_toml(asked)})


def compare_into(folder: Path, asked: PageState, queue: RunQueue) -> Path:
    """Write the comparison that a page shows into a folder, and return it."""
    if not asked.differs:
        hint = "Move a lever first."
        raise InputError([Fault("has nothing to compare.", key="The page", hint=hint)])
    base = Side(asked.name, asked.base, _arguments(asked.name, asked, asked.pinned))
    what_if = Side(changed_name(asked), asked.what_if, _arguments(asked.name, asked, asked.changes))
    study = comparison_of(paired(base, [what_if], asked.seeds, draws=asked.draws), Criteria())
    carry_out(study, folder, Kept(queue, folder), Unwatched(), command_line=command(asked))
    return folder


def _arguments(name: str, asked: PageState, changes: Mapping[str, object]) -> str:
    size = {"population.people": asked.size[0], "run.months": asked.size[1]}
    later = "--set" if asked.apart or not asked.base.run.warm_up else "--then"
    words = [word for option, settings in (("--set", size), (later, changes))
             for key, value in settings.items()
             for word in (option, f"{key}={shown(value)}")]  # fmt: skip
    return shlex.join([name, *words])


def _zipped(folder: Path, more: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and inside.parts[0] not in ("people", "parts"):
                archive.write(path, str(inside))
        for name, text in more.items():
            archive.writestr(name, text)
    return target.getvalue()
