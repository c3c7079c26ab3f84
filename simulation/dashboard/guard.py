"""Who may come in: this machine only, by the address that the command prints, from its own page.

A page of another origin that the same browser has open can reach 127.0.0.1 too. So every request
needs the token (first in the address, then in a cookie that scripts cannot read), names this server
as its host (against names that are made to point here), and comes from a page of its own.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def policy(page: str) -> str:
    """Return what a page may load: from this server only, and of inline scripts those it has.

    Shiny writes one of its own into the page; it is named by its digest.
    """
    inline = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = (b64encode(sha256(text.encode()).digest()).decode() for text in inline)
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


HEADERS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True)
class Guard:
    """An ASGI application that lets only the user of this machine through to another.

    Attributes:
        app: the application.
        token: the secret that the command prints.
        port: the port of the server.
        policy: what pages may load.
    """

    app: App
    token: str
    port: int
    policy: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1")
                   for name, value in scope["headers"]}  # fmt: skip
        if not self._is_here(headers):
            await _refuse(scope, receive, send, "This server answers this machine only.")
        elif scope["type"] == "http" and scope["path"] == "/" and self._is_token(_token_in(scope)):
            await self._admit(send)
        elif self._is_token(_cookie_in(headers, self.cookie)):
            await self.app(scope, receive, _with_headers(send, self.policy))
        else:
            text = "Open the address that cocreate dashboard printed, with its token."
            await _refuse(scope, receive, send, text)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not tell ports apart."""
        return f"cocreate-{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which this server is called."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    def _is_here(self, headers: dict[str, str]) -> bool:
        origin = headers.get("origin")
        same_origin = origin is None or origin in [f"http://{host}" for host in self.hosts]
        return headers.get("host") in self.hosts and same_origin

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.token.encode())

    async def _admit(self, send: Send) -> None:
        """Put the token into a cookie and take it out of the address."""
        cookie = f"{self.cookie}={self.token}; HttpOnly; SameSite=Strict; Path=/"
        headers = [(b"location", b"/"), (b"set-cookie", cookie.encode()), *HEADERS]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _token_in(scope: Scope) -> str:
    query: str = scope["query_string"].decode("latin-1")
    return parse_qs(query).get("token", [""])[0]


def _cookie_in(headers: dict[str, str], name: str) -> str:
    """Return the value of our cookie; those of other servers on this machine may be odd."""
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return next((value for one, _, value in pairs if one == name), "")


def _with_headers(send: Send, loads: str) -> Send:
    added = (*HEADERS, (b"content-security-policy", loads.encode()))

    async def send_with(message: Any) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return send_with


async def _refuse(scope: Scope, receive: Receive, send: Send, text: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": text})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode() + b"\n"})
