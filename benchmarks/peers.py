"""Word-of-mouth diffusion alone: ``diffuse`` against other agent-based tools, in one command.

    python benchmarks/peers.py [--sizes 1000 100000] [--only mesa_agents …] [--json FILE]

Each peer gets an environment of its own, made by ``uv`` in a temporary folder from the package
index that you have configured, and runs its script in ``benchmarks/peers/`` there, written as
somebody who knows the tool would write it, on the same edges and under the same rule (see
``benchmarks/word_of_mouth.py``). Only stepping is timed; set-up is told beside it. Ours is timed
right before and right after each peer. The peers draw otherwise, so their mean adoption curve is
checked against ours within Monte Carlo error. A peer that cannot be installed or fails is told
with its reason, and the others go on.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from measuring import machine, reading, show, time_words, times_words, write_json
from word_of_mouth import (
    IMITATION,
    INNOVATION,
    STEPS,
    Sample,
    ours,
    reference,
    small_world,
)

from simulation.world.network import Ties

SCRIPTS = Path(__file__).parent / "peers"
OWN_READINGS = 7
LONGEST = 1800
"""Seconds after which a peer is given up."""


@dataclass(frozen=True)
class Peer:
    """A tool, and a way of writing the model with it.

    Attributes:
        script: name of its script, without ending.
        title: what the table calls it.
        needs: what is installed for it.
    """

    script: str
    title: str
    needs: tuple[str, ...]

    @property
    def environment(self) -> str:
        """Name of its environment, which scripts of one tool share."""
        return self.script.partition("_")[0]


MESA = ("mesa[network]==3.5.1",)
FRAMES = ("mesa-frames==0.1.0a0",)
PEERS = (
    Peer("mesa_agents", "Mesa 3.5, neighbour lists", MESA),
    Peer("mesa_telling", "Mesa 3.5, neighbour lists, telling", MESA),
    Peer("mesa_network", "Mesa 3.5, discrete_space.Network", MESA),
    Peer("agentpy_agents", "AgentPy 0.1.5", ("agentpy==0.1.5",)),
    Peer("bptk_agents", "BPTK-Py 3.4, telling", ("bptk-py>=3.4,<3.5",)),
    Peer("frames_asking", "mesa-frames 0.1, asking", FRAMES),
    Peer("frames_telling", "mesa-frames 0.1, telling", FRAMES),
    Peer("starsim_disease", "Starsim 3.7", ("starsim>=3.7,<3.8",)),
)


class PeerError(Exception):
    """A peer could not be installed or failed."""


def main() -> None:
    """Make the environments, run every peer on every size, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each peer")
    parser.add_argument("--only", nargs="+", default=None, choices=[p.script for p in PEERS])
    parser.add_argument("--environments", type=Path, default=None, help="a folder to keep them in")
    parser.add_argument("--json", type=Path, default=None, help="where to write the numbers")
    asked = parser.parse_args()
    peers = [peer for peer in PEERS if asked.only is None or peer.script in asked.only]
    found: dict[str, Any] = {"machine": machine(), "steps": STEPS, "sizes": {}}
    with tempfile.TemporaryDirectory() as temporary:
        homes = (asked.environments or Path(temporary)).resolve()
        pythons = {peer.script: environment(homes, peer) for peer in peers}
        for n_people in asked.sizes:
            found["sizes"][n_people] = compared(n_people, peers, pythons, asked.repeats)
            write_json(asked.json, found)


def environment(homes: Path, peer: Peer) -> Path | str:
    """Return the interpreter of a peer's environment, made if need be, or why there is none."""
    home = homes / peer.environment
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if (home / "ready").exists():
        return python
    uv = shutil.which("uv")
    if uv is None:
        return "needs uv on the path"
    print(f"Installing {', '.join(peer.needs)} …", file=sys.stderr)
    reason = ""
    for interpreter in interpreters():
        try:
            called([uv, "venv", "--clear", "--python", interpreter, str(home)], homes)
            called([uv, "pip", "install", "--python", str(python), *peer.needs], homes)
        except PeerError as error:
            reason = reason or f"cannot be installed: {error}"
            continue
        (home / "ready").touch()
        return python
    return reason


def interpreters() -> list[str]:
    """Return this Python and older ones of this machine, which an old package may need."""
    own = getattr(sys, "_base_executable", sys.executable)
    found = [shutil.which(f"python3.{minor}") for minor in (13, 12, 11)]
    return [own, *(path for path in found if path is not None)]


def called(command: list[str], folder: Path, longest: float = LONGEST) -> str:
    """Return what a command prints.

    Raises:
        PeerError: it fails or takes too long; with the last line that says why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(  # noqa: S603  the commands are written in this file
            command, cwd=folder, capture_output=True, text=True, timeout=longest, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"given up after {longest:.0f} s") from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise PeerError(lines[-1][:200] if lines else f"exit code {done.returncode}")
    return done.stdout


def compared(
    n_people: int, peers: list[Peer], pythons: dict[str, Path | str], repeats: int
) -> dict[str, Any]:
    """Run every peer on a small world of so many people, and print a table."""
    started = perf_counter()
    ties = small_world(n_people)
    founded = perf_counter() - started
    expected = reference(ties)
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "task.npz"
        write_task(file, ties)
        for peer in peers:
            print(f"{n_people:,} people: {peer.title} …", file=sys.stderr)
            python = pythons[peer.script]
            results[peer.title] = side(python, peer, (file, ties, expected), repeats)
    title = f"{n_people:,} people, {STEPS} steps, {ties.n_ties:,} ties; load {machine()['load']}"
    columns = ("", "stepping", "ours beside it", "slower than ours", "set-up", "mean share")
    show(title, columns, [row(name, result) for name, result in results.items()])
    return {"our_setup": founded, "our_mean_share": expected.mean, "peers": results}


def side(
    python: Path | str, peer: Peer, task: tuple[Path, Ties, Sample], repeats: int
) -> dict[str, Any]:
    """Return a peer's times and ours before and after it, or why there are none."""
    file, ties, expected = task
    if isinstance(python, str):
        return {"failed": python}
    own = own_readings(ties)
    command = [str(python), str(SCRIPTS / f"{peer.script}.py"), str(file), str(repeats)]
    try:
        told = json.loads(called(command, file.parent).splitlines()[-1])
    except PeerError as error:
        return {"failed": str(error)}
    own += own_readings(ties)
    curves = [np.array(curve) for curve in told["adopters"]]
    try:
        share = Sample.of(curves, ties.n_people).told(expected)
    except AssertionError as error:
        share = f"DIFFERS: {error}"
    return {
        "stepping": told["stepping"],
        "setup": told["setup"],
        "ours": own,
        "times_slower": median(told["stepping"]) / median(own),
        "mean_share": share,
    }


def own_readings(ties: Ties) -> list[float]:
    """Return the seconds of some runs of ours, the first being no reading."""
    run = partial(ours, ties, 1)
    calls = max(1, 100_000 // ties.n_people)
    return [reading(run, calls) for _ in range(OWN_READINGS + 1)][1:]


def row(name: str, result: dict[str, Any]) -> tuple[str, ...]:
    """Return a line of the table."""
    if "failed" in result:
        return (name, f"failed: {result['failed']}", "", "", "", "")
    stepping, own = median(result["stepping"]), median(result["ours"])
    return (
        name,
        time_words(stepping),
        time_words(own),
        times_words(result["times_slower"]),
        time_words(median(result["setup"])),
        result["mean_share"],
    )


def write_task(file: Path, ties: Ties) -> None:
    """Write the edges and the rule, as ``peers/task.py`` reads them."""
    one = np.repeat(np.arange(ties.n_people), ties.degree)
    once = one < ties.neighbour
    np.savez(
        file,
        sizes=np.array([ties.n_people, STEPS]),
        chances=np.array([INNOVATION, IMITATION]),
        edges=np.stack([one[once], ties.neighbour[once].astype(np.int64)], axis=1),
    )


if __name__ == "__main__":
    main()
