"""A study in parts, on machines that do not know of each other, and the parts joined again.

Part i of n does every n-th run, seeds first, into a folder of its own. ``merge`` brings the records
of all parts together and makes of them what one machine would have made. Runs that follow from
others (more pairs for a precision, futures that are plausible) are done when the parts are joined.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from simulation.errors import Fault, InputError, ResultError
from simulation.execution import Executor, Watch
from simulation.simulate import trusted_model
from simulation.store import Manifest, RunStore, read_manifest
from simulation.store.files import atomic_path, is_temporary, write_text
from simulation.store.journal import records
from simulation.store.manifest import JOURNAL, PARTS, PEOPLE
from simulation.studies.folders import open_store, result_folder
from simulation.studies.kinds import kind_of
from simulation.studies.study import Study, balanced, carry_out, do_runs, manifest_of

SHARD = "shard.json"
PARTS_SUFFIX = ".parts"
MOST = 100_000
_FORM = re.compile(r"(\d+|auto)(?:/(\d+))?")
_HINT = "Write --shard 3/8, or --shard auto/8 in an array job."
_INDICES = ("SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX")
"""Where batch systems tell a job which one of an array it is."""
_SIZES = ("SLURM_ARRAY_TASK_COUNT", "AWS_BATCH_JOB_ARRAY_SIZE")
_SIDE_FILES = (PEOPLE, PARTS)


@dataclass(frozen=True)
class Shard:
    """One part of a study: the ``index``-th ``of`` so many, from 1."""

    index: int
    of: int

    @classmethod
    def parse(cls, text: str, environment: Mapping[str, str] | None = None) -> Shard:
        """Return what ``3/8``, ``auto/8`` or ``auto`` stands for.

        Slurm's first index is that of the array (``--array=1-8`` or ``0-7``); those of Kubernetes
        and AWS Batch count from 0.

        Raises:
            InputError: it is no part, or no batch system says which.
        """
        env = os.environ if environment is None else environment
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise _wrong(f"is not a part of a study. Got {text}.")
        of = int(match[2] or next((env[name] for name in _SIZES if name in env), 0))
        index = _index(env) if match[1] == "auto" else int(match[1])
        if index is None:
            raise _wrong(f"finds none of {', '.join(_INDICES)}.")
        if not 1 <= of <= MOST or not 1 <= index <= of:
            raise _wrong(f"must be from 1/n to n/n. Got {index}/{of}.")
        return cls(index, of)

    @property
    def folder(self) -> str:
        """The name of its folder; names are in the order of indices."""
        width = len(str(self.of))
        return f"shard-{self.index:0{width}}-of-{self.of}"

    def __str__(self) -> str:
        return f"{self.index}/{self.of}"


def _index(env: Mapping[str, str]) -> int | None:
    name = next((name for name in _INDICES if env.get(name, "").isdecimal()), None)
    if name is None:
        return None
    first = int(env.get("SLURM_ARRAY_TASK_MIN", "1")) if name.startswith("SLURM") else 0
    return int(env[name]) - first + 1


def _wrong(message: str) -> InputError:
    return InputError([Fault(message, key="--shard", hint=_HINT)])


def do_shard(
    study: Study, shard: Shard, folder: Path, executor: Executor, watch: Watch, command_line: str
) -> tuple[Path, int, int]:
    """Do one part of a study, and return its folder, how many runs it has, and how many failed.

    Done again, it does only what it has not.

    Args:
        study: what to do.
        shard: which part.
        folder: the result folder; the part gets one of its own, see ``parts_of``.
        executor: does the runs.
        watch: is shown how they come along.
        command_line: the command as it was typed.
    """
    part = parts_of(folder) / shard.folder
    with open_store(study, part) as store:
        store.begin(manifest_of(study, command_line))
        study.note(part)
        _note(part, study, shard, finished=False)
        wave = next(study.waves(store), ())
        chosen = balanced(wave, study.seeds)[shard.index - 1 :: shard.of]
        do_runs(study, chosen, store, study.through(executor, store), watch)
        failed = sum(not store.has(plan) for plan in chosen)
    _note(part, study, shard, finished=True)
    return part, len(chosen), failed


def _note(folder: Path, study: Study, shard: Shard, *, finished: bool) -> None:
    data = {**asdict(shard), "experiment": study.identity, "finished": finished}
    write_text(folder / SHARD, json.dumps(data, indent=2) + "\n")


def merge(
    sources: Sequence[Path],
    out: Path | None,
    executor: Executor,
    watch: Watch,
    command_line: str,
    *,
    model: str | None = None,
) -> tuple[Path, Manifest]:
    """Join the parts of a study, and return the result folder with its manifest.

    Args:
        sources: folders of parts, or folders that hold them.
        out: the result folder; beside the parts, if it is not given.
        executor: does runs that follow from others.
        watch: is shown how they come along.
        command_line: the command as it was typed.
        model: the model as it was named by whoever joins, who alone may have one loaded.

    Raises:
        InputError: the parts are of a model that is not named.
        ResultError: parts are missing, unfinished, or of different studies.
    """
    parts = _parts(sources)
    _check(parts)
    first = next(iter(parts))
    trusted_model(read_manifest(first).model, model)
    study = kind_of(first).study(first).from_parts()
    folder = result_folder(study, first.parent, out or _whole_of(first))
    with open_store(study, folder) as store:
        for part in parts:
            _bring(part, store)
    return folder, carry_out(study, folder, executor, watch, command_line=command_line)


def parts_of(folder: Path) -> Path:
    """Return where the parts of a result stand: beside its folder, which knows only its own."""
    return folder.with_name(f"{folder.name}{PARTS_SUFFIX}")


def _whole_of(part: Path) -> Path:
    home = part.resolve().parent
    name = home.name.removesuffix(PARTS_SUFFIX)
    return home.with_name(name if name != home.name else f"{name}-merged")


def _is_part(path: Path) -> bool:
    return path.is_dir() and (path / SHARD).is_file()


def _parts(sources: Sequence[Path]) -> dict[Path, Shard]:
    """Return the parts that folders are or hold, in order."""
    parts: dict[Path, Shard] = {}
    for source in sources:
        inside = sorted(source.iterdir()) if source.is_dir() and not _is_part(source) else [source]
        parts |= {path: _read(path)[0] for path in inside if _is_part(path)}
    if not parts:
        hint = "Make them with: cocreate sweep … --shard 1/8"
        raise ResultError([Fault("holds no parts of a study.", file=source, hint=hint)
                           for source in sources])  # fmt: skip
    return parts


def _read(folder: Path) -> tuple[Shard, str, bool]:
    path = folder / SHARD
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        shard = Shard(int(data["index"]), int(data["of"]))
        return shard, str(data["experiment"]), data["finished"] is True
    except (OSError, ValueError, KeyError, TypeError):
        raise ResultError([Fault("cannot be read as a part of a study.", file=path)]) from None


def _check(parts: Mapping[Path, Shard]) -> None:
    """Refuse parts that do not make a whole."""
    first = next(iter(parts))
    _, experiment, _ = _read(first)
    faults = []
    for path, shard in parts.items():
        _, other, finished = _read(path)
        if other != experiment or shard.of != parts[first].of:
            faults.append(Fault(f"is of another study than {first}.", file=path))
        elif not finished:
            again = read_manifest(path).resuming
            faults.append(Fault("is not finished.", file=path, hint=f"Go on with: {again}"))
    there = {shard.index for shard in parts.values()}
    missing = [Shard(index, parts[first].of) for index in range(1, parts[first].of + 1)
               if index not in there]  # fmt: skip
    if missing and not faults:
        listed = ", ".join(map(str, missing[:20])) + (" …" if len(missing) > 20 else "")
        hint = f"Do them, or name their folders too: … --shard {missing[0]}"
        what = "a part is missing" if len(missing) == 1 else f"{len(missing)} parts are missing"
        faults.append(Fault(f"{what}: {listed}.", file=first.parent, hint=hint))
    if faults:
        raise ResultError(faults)


def _bring(part: Path, store: RunStore) -> None:
    """Take over the records of a part that are not there, and the files that its runs left."""
    for name in _files(part):
        target = store.folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with atomic_path(target, durable=False) as whole:
                shutil.copyfile(part / name, whole)
    for key, record in records(part / JOURNAL):
        if not store.holds(key):
            store.append(record)


def _files(part: Path) -> Iterator[Path]:
    """Yield what runs left beside their records, relative to the part."""
    for name in _SIDE_FILES:
        yield from (path.relative_to(part) for path in sorted((part / name).glob("*"))
                    if path.is_file() and not path.is_symlink()
                    and not is_temporary(path.name))  # fmt: skip
    persons = Path("figures") / "people.parquet"
    if (part / persons).is_file():
        yield persons
