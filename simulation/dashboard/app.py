"""The page as a Shiny application: Shiny carries messages and keeps sessions apart.

There is one input, the page's state; everything that is shown goes out as messages, which
``static/page.js`` draws.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from shiny import App, Inputs, Outputs, Session, reactive
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulation.dashboard.downloads import changed_name, result_zip, scenario_toml
from simulation.dashboard.queue import RunQueue
from simulation.dashboard.session import Page
from simulation.dashboard.state import Catalogue
from simulation.errors import CocreateError

STATIC = Path(__file__).parent.resolve() / "static"


def make_app(catalogue: Catalogue, queue: RunQueue) -> App:
    """Return the application."""
    pages: set[str] = set()

    def server(input: Inputs, output: Outputs, session: Session) -> None:  # noqa: A002, ARG001  (Shiny calls it by these names)
        if len(pages) >= catalogue.ceiling.sessions:
            asyncio.get_running_loop().create_task(_full(session, catalogue.ceiling.sessions))
            return
        pages.add(session.id)

        async def send(kind: str, message: dict[str, Any]) -> None:
            await session.send_custom_message(kind, message)

        page = Page(session.id, catalogue, queue, send)

        def gone() -> None:
            pages.discard(session.id)
            page.leave()

        session.on_ended(gone)
        routes = {"scenario": _toml_route(page), "result": _zip_route(page, queue),
                  "counts": _counts_route(queue)}  # fmt: skip
        links = {name: session.dynamic_route(name, route) for name, route in routes.items()}
        asyncio.get_running_loop().create_task(send("welcome", _welcome(catalogue, links)))

        @reactive.effect
        @reactive.event(input.state)
        async def _moved() -> None:
            await page.move(input.state())

    return App(STATIC / "page.html", server, static_assets={"/static": STATIC})


def page_text(app: App) -> str:
    """Return the page as it is sent."""
    return str(app.ui["html"]) if isinstance(app.ui, dict) else ""


def _welcome(catalogue: Catalogue, links: dict[str, str]) -> dict[str, Any]:
    ceiling = catalogue.ceiling
    return {
        "scenarios": [{"name": one.name, "title": one.title} for one in catalogue.choices.values()],
        "first": catalogue.first,
        "people": catalogue.size[0],
        "months": catalogue.size[1],
        "seeds": catalogue.seeds,
        "most_seeds": ceiling.seeds,
        "person_months": ceiling.person_months,
        "links": links,
    }


async def _full(session: Session, most: int) -> None:
    text = f"{most} pages are open already, which is the limit. Close one, then reload this one."
    await session.send_custom_message("full", {"text": text})


def _toml_route(page: Page) -> Any:
    async def route(_request: Request) -> Response:
        if page.asked is None:
            return PlainTextResponse("No question has been asked yet.\n", status_code=409)
        return _attachment(
            scenario_toml(page.asked).encode(), f"{changed_name(page.asked)}.toml", "text/plain"
        )

    return route


def _zip_route(page: Page, queue: RunQueue) -> Any:
    async def route(_request: Request) -> Response:
        if page.asked is None:
            return PlainTextResponse("No question has been asked yet.\n", status_code=409)
        try:
            content = await asyncio.to_thread(result_zip, page.asked, queue)
        except CocreateError as error:
            return PlainTextResponse(f"{error}\n", status_code=409)
        return _attachment(content, "comparison.zip", "application/zip")

    return route


def _counts_route(queue: RunQueue) -> Any:
    async def route(_request: Request) -> Response:
        counts = queue.counts
        return JSONResponse({"started": counts.started, "finished": counts.finished})

    return route


def _attachment(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
