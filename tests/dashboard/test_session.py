"""One open page: what it is told, whatever happens while it is answered."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from simulation.dashboard import session
from simulation.dashboard.downloads import _arguments, command, result_zip
from simulation.dashboard.session import Page
from simulation.dashboard.state import Catalogue, PageState
from simulation.execution import RunTask
from simulation.execution.tasks import perform
from simulation.store.records import encode
from simulation.studies.comparison.persons import KeepPeople, people_file


class Queue:
    """A queue that keeps what is placed, and has the runs that it is given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.placed: list[Any] = []
        self.records: dict[str, bytes] = {}

    def place(self, _name: str, runs: list[Any], _tell: Callable[[], None]) -> None:
        self.placed = runs

    def record(self, identity: Any) -> bytes | None:
        return self.records.get(identity.key)

    def withdraw(self, _name: str) -> None:
        pass

    def run_all(self) -> None:
        for run in self.placed:
            keep = KeepPeople(people_file(self.folder, run.identity))
            task = RunTask(0, run.identity, run.scenario, outcomes=keep)
            self.records[run.identity.key] = encode(perform(task))


def state(catalogue: Catalogue, number: int, seeds: int, price: float) -> dict[str, Any]:
    return {"number": number, "scenario": catalogue.first, "people": 60, "months": 3,
            "seeds": seeds, "changes": {"companies.focal.price": price}}  # fmt: skip


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Catalogue, Queue]:
    """A page on a scenario that was downloaded from another page."""
    monkeypatch.chdir(tmp_path)
    text = 'extends = "base"\n[run]\nwarm_up = 0\n'
    Path("what_if.toml").write_text(text, encoding="utf-8")
    return Catalogue("what_if.toml"), Queue(tmp_path / "persons")


async def page(catalogue: Catalogue, queue: Queue, sent: list[tuple[str, Any]]) -> Page:
    async def send(kind: str, message: dict[str, Any]) -> None:
        sent.append((kind, message))

    return Page("page", catalogue, queue, send)  # type: ignore[arg-type]


def test_a_downloaded_scenario_can_be_changed_and_compared_again(
    opened: tuple[Catalogue, Queue],
) -> None:
    catalogue, queue = opened

    async def ask() -> PageState:
        one = await page(catalogue, queue, [])
        await one.move(state(catalogue, 1, 2, 0.5))
        one.leave()
        assert one.asked is not None
        return one.asked

    asked = asyncio.run(ask())
    queue.folder.mkdir()
    queue.run_all()
    content = result_zip(asked, queue)  # type: ignore[arg-type]
    assert {"comparisons.parquet", "what_if_2.toml"} <= set(ZipFile(BytesIO(content)).namelist())
    assert shlex.split(command(asked))[1:4] == ["compare", "what_if", "what_if_2.toml"]
    spaced = replace(asked, name="my shop")
    assert shlex.split(command(spaced))[2:4] == ["my shop", "what_if.toml"]
    assert shlex.split(_arguments("my shop", asked, {"a.b": 'x "y"'}))[-2:] == [
        "--set", 'a.b="x "y""',
    ]  # fmt: skip


def test_a_state_that_is_no_longer_asked_for_has_no_pairs(
    opened: tuple[Catalogue, Queue],
) -> None:
    catalogue, queue = opened

    async def ask() -> None:
        one = await page(catalogue, queue, [])
        await one.move(state(catalogue, 1, 3, 0.5))
        before = one.asked
        queue.folder.mkdir()
        queue.run_all()
        assert before is not None
        pairs = one.pairs(before)
        assert pairs is not None
        assert len(pairs.base) == 3
        await one.move(state(catalogue, 2, 2, 0.6))
        assert one.pairs(before) is None
        one.leave()

    asyncio.run(ask())


def test_what_goes_wrong_with_an_answer_is_shown_and_the_page_goes_on(
    opened: tuple[Catalogue, Queue], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, queue = opened
    sent: list[tuple[str, Any]] = []

    def broken(_pairs: object) -> None:
        raise ZeroDivisionError("of nothing")

    monkeypatch.setattr(session, "first_answer", broken)

    async def ask() -> None:
        one = await page(catalogue, queue, sent)
        queue.folder.mkdir()
        for number in (1, 2):
            await one.move(state(catalogue, number, 2, 0.5 + 0.1 * number))
            queue.run_all()
            one._tell()
            for _ in range(200):
                if any(kind == "refused" and told["number"] == number for kind, told in sent):
                    break
                await asyncio.sleep(0.05)
        one.leave()

    asyncio.run(ask())
    refused = [told for kind, told in sent if kind == "refused"]
    assert [told["number"] for told in refused] == [1, 2]
    assert "The answer failed: ZeroDivisionError: of nothing" in refused[0]["faults"][0]["text"]
