"""What supervisor and worker say to each other, over the worker's standard input and output.

A frame is its length (8 bytes) and a pickled message. Both ends are this package, started by the
same user on the same machine.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO

from simulation.execution.signatures import Kernel
from simulation.execution.tasks import Finished, Limits, Progress, RunTask
from simulation.scenario.scenario import Scenario

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Hello:
    """First message to a worker: the model to load, and the limits of each run."""

    model: str
    limits: Limits


@dataclass(frozen=True)
class Ready:
    """The worker has loaded the model and waits for tasks."""


@dataclass(frozen=True)
class BrokenModel:
    """The worker cannot load the model."""

    traceback: str


@dataclass(frozen=True)
class Compile:
    """Asks a worker to compile a kernel and write it to the cache."""

    kernel: Kernel


@dataclass(frozen=True)
class Compiled:
    """The kernel is compiled, or cannot be: then a run compiles what takes its place."""


@dataclass(frozen=True)
class Warm:
    """Asks a worker to do a small run so that all kernels are compiled and cached."""

    scenario: Scenario
    model: str


@dataclass(frozen=True)
class Warmed:
    """The kernels are compiled."""


@dataclass(frozen=True)
class Do:
    """Asks a worker to do a run."""

    task: RunTask
    attempt: int


Message = (
    Hello | Ready | BrokenModel | Compile | Compiled | Warm | Warmed | Do | Progress | Finished
)


def send(pipe: BinaryIO, message: Message) -> None:
    """Write a message."""
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes | None:
    """Return the next message, still packed, or None where the other end is gone."""
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(length)
    content = pipe.read(size)
    return content if len(content) == size else None


def unpack(content: bytes) -> Message:
    """Return the message of a frame."""
    message: Message = pickle.loads(content)  # noqa: S301  (written by this package, see above)
    return message
