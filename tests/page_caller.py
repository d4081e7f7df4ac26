"""Calling the office's pages as a browser does, inside the process: cookies, forms, and what forms carry hidden."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import httpx2
from fastapi import FastAPI

ORIGIN = "http://localhost:8300"


class Caller:
    """A browser without windows.

    Attributes:
        cookies: What the pages have set.
        headers: What it sends along with every request.
    """

    def __init__(self, app: FastAPI, origin: str = ORIGIN, peer: str = "127.0.0.1") -> None:
        self._app = app
        self._peer = peer
        self.origin = origin
        self.cookies = httpx2.Cookies()
        self.headers = {"Accept": "text/html", "Accept-Language": "de"}

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.call("GET", path, headers)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> httpx2.Response:
        """Send a form from a page of the same site, without what that page would have added to it."""
        return self.call(
            "POST", path, {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} | headers, data=data or {"csrf": ""}
        )

    def send(self, page: str, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> httpx2.Response:
        """Open a page, and send its form with all that it carries hidden."""
        return self.post(path, {"csrf": self.csrf(page), **(data or {})}, **headers)

    def csrf(self, page: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(page).text)
        assert found, f"{page} carries no token"
        return found[1]

    def call(self, method: str, path: str, headers: dict[str, str], **named: Any) -> httpx2.Response:
        async def walk() -> httpx2.Response:
            transport = httpx2.ASGITransport(self._app, client=(self._peer, 50_000))
            async with httpx2.AsyncClient(
                transport=transport, base_url=self.origin, cookies=self.cookies, headers=self.headers
            ) as client:
                sent = {name.replace("_", "-"): value for name, value in headers.items()}
                answer = await client.request(method, path, headers=sent, **named)
                self.cookies = client.cookies
                return answer

        return asyncio.run(walk())
