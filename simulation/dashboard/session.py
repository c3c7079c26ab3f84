"""One open page: what it asks for, which pairs it has, and what it is sent.

Pairs are shown in the order of their seeds, never as they arrive: the order of arrival would choose
among seeds. The number of pairs is fixed before the first is run, so that the last interval is the
one that ``cocreate compare`` gives; those on the way are marked as provisional.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any

from simulation.dashboard.answer import Pairing, first_answer
from simulation.dashboard.details import details
from simulation.dashboard.queue import OrderedRun, RunQueue
from simulation.dashboard.runs import PageRun
from simulation.dashboard.state import Catalogue, PageState
from simulation.errors import Fault, InputError
from simulation.simulate import model_version
from simulation.store import Identity
from simulation.store.plain import plain
from simulation.store.records import FailureRecord, decode

OrderedSides = list[tuple[OrderedRun, OrderedRun]]
SendMessage = Callable[[str, dict[str, Any]], Awaitable[None]]


class Page:
    """The server's side of an open page.

    Args:
        name: its name in the queue.
        catalogue: scenarios and limits.
        queue: does its runs.
        send: sends a message to it.
    """

    def __init__(self, name: str, catalogue: Catalogue, queue: RunQueue, send: SendMessage) -> None:
        self._name, self._catalogue, self._queue, self._send = name, catalogue, queue, send
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._wanted: tuple[PageState, OrderedSides] | None = None
        """What is asked for with its runs: threads read it, so it is only ever replaced whole."""
        self._shown: tuple[int, int] = (-1, 0)
        self._levers: tuple[str, tuple[int, int]] | None = None
        self._read = lru_cache(maxsize=160)(_read)
        self.asked: PageState | None = None
        self._task = asyncio.create_task(self._answer())

    async def move(self, message: Mapping[str, Any]) -> None:
        """Take a new state of the page: order its runs, or say what is wrong with it."""
        try:
            asked = await asyncio.to_thread(self._catalogue.understand, message)
        except InputError as error:
            await self._refuse(message, error.faults)
            return
        except (TypeError, ValueError, AttributeError):
            fault = Fault("cannot be read.", key="address", hint="Open the page without its #….")
            await self._refuse(message, (fault,))
            return
        if self._levers != (asked.name, asked.size):
            self._levers = (asked.name, asked.size)
            await self._send("levers", self._lever_data(asked))
        await self._send("accepted", {"number": asked.number})
        self.asked = asked
        self._order(asked)

    def leave(self) -> None:
        """Forget the page: none of its runs is started any more."""
        self._queue.withdraw(self._name)
        self._task.cancel()

    def pairs(self, asked: PageState) -> Pairing | None:
        """Return the pairs that are there, without a gap from the first seed on.

        There are none of what is not asked for any more.

        Raises:
            InputError: a run of them failed.
        """
        wanted = self._wanted
        if wanted is None or wanted[0] is not asked:
            return None
        sides: dict[str, list[PageRun]] = {"base": [], "what_if": []}
        for ours, theirs in wanted[1]:
            pair = [self._run(one.identity) for one in (ours, theirs)]
            if None in pair:
                break
            for runs, run in zip(sides.values(), pair, strict=True):
                runs.append(run)  # type: ignore[arg-type]
        if not sides["base"]:
            return None
        return Pairing(
            sides["base"], sides["what_if"], asked.what_if, len(asked.seeds), asked.since,
            () if asked.draws is None else asked.draws.paths, asked.remark,
        )  # fmt: skip

    def _order(self, asked: PageState) -> None:
        version = model_version()
        pairs: list[tuple[OrderedRun, OrderedRun]] = []
        for place, seed in enumerate(asked.seeds):
            ours, theirs = (OrderedRun(place, Identity(one.fingerprint, seed, version), one)
                            for one in asked.pair(place))  # fmt: skip
            pairs.append((ours, theirs))
        self._wanted = asked, pairs
        self._queue.place(self._name, [run for pair in pairs for run in pair], self._tell)
        self._news.set()

    def _tell(self) -> None:
        """Wake the page; called by threads of the queue."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    def _run(self, identity: Identity) -> PageRun | None:
        record = self._queue.record(identity)
        return None if record is None else self._read(record)

    async def _answer(self) -> None:
        """Send an answer whenever there are more pairs than were shown."""
        while True:
            await self._news.wait()
            self._news.clear()
            asked = self.asked
            if asked is None:
                continue
            try:
                await self._show(asked)
            except InputError as error:
                self._queue.withdraw(self._name)
                await self._refuse({"number": asked.number}, error.faults)
            except Exception as error:  # noqa: BLE001  (a page that waits for ever says less)
                text = f"failed: {type(error).__name__}: {error}"
                hint = "This is a fault of cocreate. Undo the last change."
                fault = Fault(text, key="The answer", hint=hint)
                await self._refuse({"number": asked.number}, (fault,))

    async def _show(self, asked: PageState) -> None:
        pairs = await asyncio.to_thread(self.pairs, asked)
        if pairs is None or (asked.number, len(pairs.base)) == self._shown:
            return
        self._shown = (asked.number, len(pairs.base))
        numbers = await asyncio.to_thread(first_answer, pairs)
        if asked is self.asked:
            await self._send("answer", plain({"number": asked.number, **numbers}))
        if pairs.final and asked is self.asked:
            behind = await asyncio.to_thread(details, pairs, self._queue.folder)
            await self._send("details", plain({"number": asked.number, **behind}))

    def _lever_data(self, asked: PageState) -> dict[str, Any]:
        scenario = self._catalogue.scenario(asked.name, asked.size)
        groups = self._catalogue.groups(asked.name, asked.size)
        data: dict[str, Any] = plain({
            "title": scenario.title, "months": asked.size[1],
            "groups": [group.data() for group in groups],
        })  # fmt: skip
        return data

    async def _refuse(self, message: Mapping[str, Any], faults: tuple[Fault, ...]) -> None:
        number = message.get("number", 0)
        said = [{"key": fault.key or "", "text": str(fault)} for fault in faults]
        await self._send("refused", {"number": number, "faults": said})


def _read(record: bytes) -> PageRun:
    """Return the run of a record.

    Raises:
        InputError: the run failed.
    """
    decoded = decode(record)
    if isinstance(decoded, FailureRecord):
        hint = "Undo the last change, or run it with `cocreate run` to see where."
        raise InputError([Fault(f"failed: {decoded.error}", key="A run", hint=hint)])
    return PageRun(decoded)
