"""Studies that are killed, stopped, moved away from and run into each other, at random times.

    uv run python tests/fuzz/faults.py --kills 20 --studies sweep,explore --others

Each round starts a study in a process, interferes, starts the same command again until it ends, and
compares the tables with those of a study that was left alone. ``--others`` does besides what
happens to folders and disks (on Linux, with the right to mount). All of it is done on a copy of the
package, so that work on the package does not disturb it. Prints a line a case, and the counts.

``--forked`` loads everything once and does each command in a fork of that process, without workers:
many times as many cases in the same time, of which none is hit while it loads.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).parents[2]
FROZEN = "COCREATE_FAULTS"
"""Set where the package is the copy; ``mount`` where mounts are of this process alone."""
SMALL = """
[set]
"population.people" = 200
"run.months" = 12
"run.warm_up" = 0
[outcomes]
value = { metric = "co_created_value" }
"""
SWEEP = """question = "?"
scenario = "base"
replicates = 2
[levers]
"companies.focal.price" = { range = [0.2, 0.5], levels = 8 }
[design]
kind = "grid"
"""
FUTURES = """question = "?"
scenario = "base"
replicates = 1
[levers.teaching]
levels."as today" = {}
levels.more = { "companies.focal.strategy.education" = 0.8 }
[uncertainties]
"encounter.self_service" = { range = [0.0, 0.3] }
"talk.propensity" = { range = [0.1, 0.5] }
[design]
kind = "futures"
n = 64
"""
SET = ["--set", "population.people=100", "--set", "run.warm_up=0"]
EDUCATION = "companies.focal.strategy.education"
STUDIES = {
    "run": ["run", "base", "-r", "16", "-m", "6", *SET],
    "compare": ["compare", "base", "--what-if", "dear: companies.focal.price=0.5",
                "-r", "8", "-m", "6", *SET],
    "sweep": ["sweep", "sweep.toml"],
    "attribute": ["attribute", "base", "-r", "2", "-m", "6", *SET],
    "explore": ["explore", "futures.toml"],
    "calibrate": ["calibrate", "base", "--data", "months.csv", "-p", "reach.most=0.05..0.6",
                  "-p", "journey.problem_rate", "--runs", "48", "--more", "8", "--draws", "8",
                  *SET, "--set", "run.months=12"],
    "optimise": ["optimise", "base", "--lever", f"{EDUCATION}=0..1", "--candidates", "8",
                 "-m", "6", *SET],
    "ask": ["ask", "teach-customers", "--quick", "-r", "2", "--futures", "32", "-m", "6",
            "--set", "population.people=200", "--set", "run.warm_up=0"],
    "dask": ["sweep", "sweep.toml", "--engine", "dask"],
}  # fmt: skip
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
LONG = 900
LOADING = 1.5
"""Processor seconds that a command takes to load, before it can look at a folder."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    said: str
    seconds: float


class Forked:
    """A command in a fork of this process, in which everything is loaded; like ``Popen``."""

    def __init__(self, here: Path, words: Sequence[str]) -> None:
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.returncode = 0
        self.pid = os.fork()
        if self.pid == 0:
            self._do(here, words)

    def _do(self, here: Path, words: Sequence[str]) -> None:
        code = 1
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(self._said.fileno(), 2)
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = _stream(1), _stream(2)
            code = within(here, words)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def send_signal(self, number: int) -> None:
        """Send a signal; the process is there until it is waited for."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[None, str]:
        """Wait for its end; return what it said on standard error."""
        del timeout
        _, status = os.waitpid(self.pid, 0)
        self.returncode = os.waitstatus_to_exitcode(status)
        self._said.seek(0)
        with self._said as said:
            return None, said.read()


def _stream(number: int) -> TextIOWrapper:
    return TextIOWrapper(os.fdopen(number, "wb", closefd=False), "utf-8", write_through=True)


def within(here: Path, words: Sequence[str]) -> int:
    """Do a command in this process; return its exit code."""
    from simulation.cli import main

    os.chdir(here)
    sys.argv = ["cocreate", *words]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


Process = subprocess.Popen[str] | Forked
MODE = {"forked": False}


def start(
    here: Path, name: str, out: str, *, report: bool = False, path: Sequence[Path] = ()
) -> Process:
    """Start a study; it writes into the folder ``out`` of ``here``."""
    return command(here, words_of(name, out, report=report), path)


def words_of(name: str, out: str, *, report: bool = False) -> list[str]:
    """Return the command of a study."""
    workers = "0" if MODE["forked"] else "2"
    return [*STUDIES[name], "--out", out, "--workers", workers,
            *([] if report else ["--no-report"])]  # fmt: skip


def command(here: Path, words: Sequence[str], path: Sequence[Path] = ()) -> Process:
    """Start a command of cocreate."""
    if MODE["forked"] and not path:
        return Forked(here, words)
    search = os.pathsep.join(map(str, [*path, ROOT]))
    return subprocess.Popen(  # noqa: S603  (this interpreter)
        [sys.executable, "-m", "simulation", *words], cwd=here, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": search},
    )  # fmt: skip


def end(process: Process) -> Ended:
    """Wait for the end of a command."""
    started = time.monotonic()
    _, said = process.communicate(timeout=LONG)
    return Ended(process.returncode, said, time.monotonic() - started)


def tables(folder: Path) -> dict[str, str]:
    """Return the digests of the tables, of a folder of several results too."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*.parquet"))}  # fmt: skip


def result_in(folder: Path) -> Path:
    """Return the result in a folder: the folder itself, or of several results the first."""
    return next((path.parent for path in sorted(folder.rglob("manifest.json"))), folder)


def wait_for_manifest(folder: Path) -> None:
    """Wait until a study has begun in a folder, or in one inside it."""
    deadline = time.monotonic() + 60
    while not any(folder.rglob("manifest.json")) and time.monotonic() < deadline:
        time.sleep(0.02)


# --- what is done to a study ---------------------------------------------------------------------


class Round:
    """A folder in which studies are disturbed, with what each makes when it is left alone."""

    def __init__(self, here: Path, rng: random.Random) -> None:
        self.here, self.rng = here, rng
        self._whole: dict[str, tuple[float, dict[str, str]]] = {}
        (here / "sweep.toml").write_text(SWEEP + SMALL)
        (here / "futures.toml").write_text(FUTURES + SMALL)
        (here / "months.csv").write_text(_months())

    def whole(self, name: str) -> tuple[float, dict[str, str]]:
        """Return the seconds and the tables of a study that is left alone."""
        if name not in self._whole:
            out = f"whole-{name}"
            ended = self._alone(name, out)
            if ended.code:
                raise SystemExit(f"{name} fails by itself: {ended.said[-500:]}")
            ended = end(start(self.here, name, f"{out}-again"))  # without compiling
            self._whole[name] = (ended.seconds, tables(self.here / out))
        return self._whole[name]

    def _alone(self, name: str, out: str) -> Ended:
        """Do a study for the first time; where commands are forks, so that they have it loaded."""
        if not MODE["forked"]:
            return end(start(self.here, name, out))
        code = within(self.here, words_of(name, out))
        os.chdir("/")
        return Ended(code, "", 0.0)

    def fresh(self, out: str) -> Path:
        """Return a folder that is not there yet."""
        folder = self.here / out
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def completed(self, name: str, folder: Path, *, report: bool = False) -> str:
        """Start a study again; return what is wrong with what it makes, if anything."""
        ended = end(start(self.here, name, str(folder), report=report))
        if ended.code != 0:
            return f"exit code {ended.code} of the second start: {ended.said[-300:]}"
        made, right = tables(folder), self.whole(name)[1]
        other = sorted(one for one in made.keys() | right.keys() if made.get(one) != right.get(one))
        if other and not report:
            return f"other bytes: {', '.join(other)}"
        left = [str(path) for path in folder.rglob("*") if path.name.endswith((".part", ".tmp"))]
        return f"left behind: {left}" if left else ""

    def kill(self, name: str) -> str:
        """Send a signal at a random time, check how it ends, and go on to the end."""
        folder, number = self.fresh(f"killed-{name}"), self.rng.choice(SIGNALS)
        seconds = self.whole(name)[0]
        process = start(self.here, name, str(folder))
        time.sleep(self.rng.random() * seconds)
        process.send_signal(number)
        ended = end(process)
        early = ended.code == -number  # before the first line of ours could run
        if number is not signal.SIGKILL and ended.code not in (0, 130) and not early:
            return f"exit code {ended.code} after {number.name}: {ended.said[-300:]}"
        if "Traceback" in ended.said and not early:
            return f"traceback after {number.name}: {ended.said[-400:]}"
        return self.completed(name, folder)

    def stop(self, name: str) -> str:
        """Let the operating system stop the process for a while."""
        folder, seconds = self.fresh(f"stopped-{name}"), self.whole(name)[0]
        process = start(self.here, name, str(folder))
        time.sleep(self.rng.random() * seconds)
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.2 if MODE["forked"] else 2.0)
        process.send_signal(signal.SIGCONT)
        ended = end(process)
        return f"exit code {ended.code}" if ended.code else self.completed(name, folder)

    def clock(self, name: str) -> str:
        """Let the clock go back an hour whenever it is looked at."""
        folder, patch = self.fresh(f"clock-{name}"), self.fresh("clock")
        patch.mkdir()
        (patch / "sitecustomize.py").write_text(CLOCK)
        ended = end(start(self.here, name, str(folder), path=[patch]))
        return f"exit code {ended.code}: {ended.said[-300:]}" if ended.code else self.completed(
            name, folder)  # fmt: skip

    # --- folders -------------------------------------------------------------------------------

    def away(self, name: str, act: Callable[[Path], object]) -> str:
        """Take the folder away while runs go on; it must be said within seconds."""
        folder = self.fresh(f"away-{name}")
        shutil.rmtree(self.here / "elsewhere", ignore_errors=True)
        process = start(self.here, name, str(folder))
        wait_for_manifest(folder)
        act(folder)
        before = _waited_for()
        ended = end(process)
        late = _waited_for() - before
        if folder.exists() and ended.code == 1 and "moved" in ended.said:
            return "a folder was made where the other had been"
        said = ended.code == 1 and "was deleted, moved or replaced" in ended.said
        return "" if said and late < 8 + LOADING else f"{late:.1f} s, {ended}"

    def deleted(self, name: str) -> str:
        """Delete the folder meanwhile."""
        return self.away(name, shutil.rmtree)

    def moved(self, name: str) -> str:
        """Move it meanwhile; what had finished is there, and the command goes on there."""
        elsewhere = self.here / "elsewhere"
        fault = self.away(name, lambda folder: folder.rename(elsewhere))
        return fault or self.completed(name, elsewhere)

    def two(self, name: str) -> str:
        """Start a second one on the folder of the first; it must be refused within a second."""
        folder = self.fresh(f"shared-{name}")
        first = start(self.here, name, str(folder))
        wait_for_manifest(folder)
        before = _waited_for()
        second = end(start(self.here, name, str(folder)))
        refused = second.code == 2 and "another cocreate" in second.said
        late = _waited_for() - before
        if not refused or late > 1.0 + LOADING:
            first.kill()
            first.communicate()
            return f"{late:.1f} s, {second.code}: {second.said[-200:]}"
        ended = end(first)
        return f"the first: {ended}" if ended.code else self.completed(name, folder)

    def linked(self, name: str) -> str:
        """Put links to others' files where the study writes; they must stay as they are."""
        for victim in ("runs.parquet", "manifest.json", "journal.bin", "figures"):
            folder, precious = self.fresh(f"linked-{name}"), self.fresh("precious")
            precious.mkdir()
            (precious / victim).write_text("precious")
            folder.mkdir()
            (folder / victim).symlink_to(precious / victim if victim != "figures" else precious)
            ended = end(start(self.here, name, str(folder), report=True))
            kept = [path.name for path in precious.iterdir()] == [victim]
            if not kept or (precious / victim).read_text() != "precious":
                return f"a link was followed: {victim}"
            if ended.code != 2:
                return f"exit code {ended.code} with a link {victim}: {ended.said[-200:]}"
        return ""

    def garbage(self, name: str) -> str:
        """Damage each table; reading says so, starting again mends it."""
        folder = self.fresh(f"garbage-{name}")
        end(start(self.here, name, str(folder)))
        for table in sorted(folder.rglob("*.parquet")):
            table.write_bytes(b"PAR1 no table at all")
        ended = end(command(self.here, ["report", str(result_in(folder))]))
        if ended.code not in (1, 2) or "cocreate failed" in ended.said:
            return f"report: {ended.code}: {ended.said[-300:]}"
        return self.completed(name, folder)

    # --- disks ---------------------------------------------------------------------------------

    def full(self, name: str) -> str:
        """Let the disk be full at a random time, also while figures are drawn; then free it."""
        folder = self.disk(self.rng.randrange(40, 4000))
        try:
            ended = end(start(self.here, name, str(folder / "out"), report=True))
            if ended.code not in (0, 1) or "cocreate failed" in ended.said:
                return f"exit code {ended.code}: {ended.said[-300:]}"
            if ended.code == 1 and "Traceback" in ended.said:
                return f"traceback: {ended.said[-300:]}"
            _mount("-o", "remount,size=64m", str(folder))
            return self.completed(name, folder / "out", report=True)
        finally:
            _unmount(folder)

    def read_only(self, name: str) -> str:
        """Look at a result that cannot be written, and try to write it."""
        folder = self.disk(64_000)
        try:
            end(start(self.here, name, str(folder / "out"), report=True))
            _mount("-o", "remount,ro", str(folder))
            held = str(result_in(folder / "out"))
            words = {"verify": ["verify", held, "--sample", "1"], "report": ["report", held]}
            for what, one in words.items():
                ended = end(command(self.here, one))
                good = ended.code in ((0,) if what == "verify" else (0, 1, 2))
                if not good or "cocreate failed" in ended.said:
                    return f"{what}: {ended.code}: {ended.said[-300:]}"
            ended = end(start(self.here, name, str(folder / "new")))
            good = ended.code in (1, 2) and "cocreate failed" not in ended.said
            return "" if good else f"a new one: {ended.code}: {ended.said[-300:]}"
        finally:
            _unmount(folder)

    def disk(self, kilobytes: int) -> Path:
        """Return a folder on a disk of its own."""
        folder = self.here / "disk"
        folder.mkdir(exist_ok=True)
        _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "cocreate", str(folder))
        return folder

    def strays(self) -> int:
        """Return how many processes still work in the folder, a few seconds later (Linux)."""
        for _ in range(30):
            found = _working_in(self.here)
            if not found:
                break
            time.sleep(0.1)
        return found


CLOCK = """
import time
_real, _back = time.time, [0.0]
def back():
    _back[0] += 3600.0
    return _real() - _back[0]
time.time = back
time.time_ns = lambda: int(back() * 1e9)
"""


def _months() -> str:
    rows = [f"{month},{20 + month},{0.3 + 0.02 * month:.2f},{7 + month}" for month in range(1, 13)]
    return "\n".join(["month,customers:focal,aware:focal,receipts:focal", *rows])


def _waited_for() -> float:
    """Return the processor seconds of the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _working_in(here: Path) -> int:
    found = 0
    for path in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += path.resolve() == here.resolve()
        except OSError:
            continue
    return found


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)  # noqa: S603, S607


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607


# --- all of it -----------------------------------------------------------------------------------


def main() -> None:
    """Interfere, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="of each study")
    parser.add_argument("--studies", default=",".join(STUDIES))
    parser.add_argument("--others", action="store_true", help="folders, disks, clocks")
    parser.add_argument("--times", type=int, default=1, help="how often each of the others")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forked", action="store_true", help="do commands in forks, no workers")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most")
    options = parser.parse_args()
    if FROZEN not in os.environ:
        _on_a_copy()
    MODE["forked"] = options.forked
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as shelter:
        here = Path(shelter).resolve()
        interfere(Round(here, random.Random(options.seed)), options)  # noqa: S311


def interfere(room: Round, options: argparse.Namespace) -> None:
    """Do all cases, in random order, until the time is over."""
    names = [name for name in options.studies.split(",") if name != "dask" or not MODE["forked"]]
    cases = [("kill", name, room.kill) for name in names for _ in range(options.kills)]
    if options.others:
        others = [room.stop, room.clock, room.deleted, room.moved, room.two, room.linked,
                  room.garbage]  # fmt: skip
        others += [room.full, room.read_only] if os.environ[FROZEN] == "mount" else []
        cases += [(one.__name__, name, one) for one in others for name in names
                  for _ in range(options.times)]  # fmt: skip
    room.rng.shuffle(cases)
    counts, started = Counter[str](), time.monotonic()
    for what, name, case in cases:
        if time.monotonic() - started > options.seconds:
            break
        room.whole(name)
        fault = case(name)
        left = room.strays()
        fault = fault or (f"{left} processes left" if left else "")
        counts[f"{what} {name}: {'FAILED' if fault else 'held'}"] += 1
        sys.stdout.write(f"{what} {name}: {fault or 'held'}\n")
        sys.stdout.flush()
    for line, count in sorted(counts.items()):
        sys.stdout.write(f"{line} {count}\n")


def _mirror(source: Path, target: Path) -> None:
    """Make a folder equal to another, and leave alone what is so already."""
    wanted, there = _files(source), _files(target)
    for name in there - wanted:
        (target / name).unlink()
    for name in wanted:
        if name not in there or (target / name).read_bytes() != (source / name).read_bytes():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)


def _files(folder: Path) -> set[Path]:
    names = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if "__pycache__" not in name.parts}


def _on_a_copy() -> None:
    """Start again with a copy of the package, and with mounts of its own where that is allowed.

    Kernels are compiled once for each folder, so the copy stays, and only what differs is replaced.
    """
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    copy = Path(tempfile.gettempdir()) / f"cocreate-faults-{digest}"
    copy.mkdir(exist_ok=True)
    held = (copy / ".lock").open("w")  # another attack would change the copy under this one
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit("The copy is being attacked already: wait until that has ended.") from None
    for name in ("simulation", "scenarios", "experiments", "tests/fuzz"):
        _mirror(ROOT / name, copy / name)
    words = [sys.executable, str(copy / "tests/fuzz/faults.py"), *sys.argv[1:]]
    alone = shutil.which("unshare")
    can = alone and subprocess.run([alone, "-m", "true"], check=False).returncode == 0  # noqa: S603
    environment = {**os.environ, FROZEN: "mount" if can else "copy"}
    before = [str(alone), "-m"] if can else []
    raise SystemExit(subprocess.run([*before, *words], check=False, env=environment).returncode)  # noqa: S603


if __name__ == "__main__":
    main()
