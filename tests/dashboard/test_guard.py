"""Only this machine, with the token, from the page itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulation.dashboard.guard import Guard, policy

COOKIE = ("cookie", "cocreate-80=secret")
HOST = ("host", "127.0.0.1:80")


async def inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


def answer(*headers: tuple[str, str], path: str = "/", query: str = "", kind: str = "http") -> Any:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {"type": kind, "path": path, "query_string": query.encode(),
             "headers": [(name.encode(), value.encode()) for name, value in headers]}  # fmt: skip
    asyncio.run(Guard(inner, "secret", 80, policy(""))(scope, receive, send))
    return sent[0]


def test_the_printed_address_is_exchanged_for_a_cookie_that_scripts_cannot_read() -> None:
    told = answer(HOST, query="token=secret")
    headers = dict(told["headers"])
    assert (told["status"], headers[b"location"]) == (303, b"/")
    assert b"HttpOnly; SameSite=Strict" in headers[b"set-cookie"]


def test_with_the_cookie_the_page_comes_and_may_load_from_here_only() -> None:
    told = answer(HOST, COOKIE)
    assert told["status"] == 200
    assert b"default-src 'none'" in dict(told["headers"])[b"content-security-policy"]


@pytest.mark.parametrize(
    "cookies",
    [
        'theme={"x":1}; cocreate-80=secret',
        "cocreate-80=secret; a,b=[c]; ;=",
        "a;cocreate-80=secret",
    ],
)
def test_odd_cookies_of_other_servers_do_not_hide_ours(cookies: str) -> None:
    assert answer(HOST, ("cookie", cookies))["status"] == 200


@pytest.mark.parametrize(
    "headers",
    [
        (HOST,),
        (HOST, ("cookie", "cocreate-80=guess")),
        (("host", "evil.example:80"), COOKIE),
        (HOST, COOKIE, ("origin", "http://evil.example")),
        (HOST, COOKIE, ("origin", "http://127.0.0.1:81")),
    ],
)
def test_strangers_are_refused(headers: tuple[tuple[str, str], ...]) -> None:
    assert answer(*headers)["status"] == 403
    assert answer(*headers, kind="websocket")["type"] == "websocket.close"


def test_an_inline_script_is_allowed_by_its_digest_alone() -> None:
    assert "'sha256-" in policy("<script>one()</script>")
    assert "sha256" not in policy("<script src='x.js'></script>")
