"""The server of the page: on 127.0.0.1 only, with its workers warm before it opens."""

from __future__ import annotations

import secrets
import socket
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from simulation.dashboard.limits import Ceiling
from simulation.dashboard.queue import RunQueue
from simulation.dashboard.state import Catalogue
from simulation.errors import Fault, InputError, needs_package
from simulation.execution import cores

if TYPE_CHECKING:
    from simulation.experiment.posterior import ParameterDraws

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Opening:
    """How a dashboard is opened.

    Attributes:
        scenario: what pages begin with, a name or a file.
        people, months: the size that pages begin with; the page's own if not given.
        port: 0 for any that is free.
        workers: worker processes; all cores if not given.
        ceiling: the limits.
        draws: of a posterior of the scenario, of which each pair takes one.
    """

    scenario: str = "base"
    people: int | None = None
    months: int | None = None
    port: int = 0
    workers: int | None = None
    ceiling: Ceiling = field(default_factory=Ceiling)
    draws: ParameterDraws | None = None


def serve(opening: Opening, ready: Callable[[str], None]) -> None:
    """Serve the page until interrupted.

    Args:
        opening: what and how.
        ready: called with the page's address when it can be opened.

    Raises:
        InputError: Shiny is not installed, the port is taken, or the scenario cannot be shown.
        CocreateError: the workers cannot load the model.
    """
    need_shiny()
    catalogue = Catalogue(opening.scenario, people=opening.people, months=opening.months,
                          ceiling=opening.ceiling, draws=opening.draws)  # fmt: skip
    asked = catalogue.understand({"scenario": catalogue.first})
    with (
        closing(_listen(opening.port)) as door,
        tempfile.TemporaryDirectory(prefix="cocreate-dashboard-") as folder,
    ):
        queue = RunQueue(Path(folder), workers=opening.workers or cores(),
                         stored=opening.ceiling.stored_runs)  # fmt: skip
        try:
            queue.start(asked.base)
            _serve(catalogue, queue, door, ready)
        finally:
            queue.end()


def _serve(
    catalogue: Catalogue, queue: RunQueue, door: socket.socket, ready: Callable[[str], None]
) -> None:
    import uvicorn

    from simulation.dashboard.app import make_app, page_text
    from simulation.dashboard.guard import Guard, policy

    port, token = int(door.getsockname()[1]), secrets.token_urlsafe(24)
    app = make_app(catalogue, queue)
    guard = Guard(app, token, port, policy(page_text(app)))
    config = uvicorn.Config(
        guard, log_level="warning", timeout_graceful_shutdown=1, access_log=False
    )
    ready(f"http://{HOST}:{port}/?token={token}")
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a dashboard ends
        uvicorn.Server(config).run(sockets=[door])


def need_shiny() -> None:
    """Refuse to go on without Shiny.

    Raises:
        InputError: it is not installed.
    """
    if find_spec("shiny") is None:
        raise needs_package("shiny", "dashboard", key="cocreate dashboard")


def _listen(port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen()  # so that a browser which is quicker than the server waits for it
    except OSError as error:
        door.close()
        message = f"is not free: {error.strerror or error}."
        raise InputError([Fault(message, key=f"--port {port}", hint="Choose another.")]) from None
    return door
