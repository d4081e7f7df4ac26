"""A matcher inside the test's process, and how to speak to it."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx2

from deployment import Deployment, Published
from obacht_matcher.http import create_app
from obacht_matcher.settings import Settings

NOTE = {"Content-Type": "text/plain"}
REGISTER = "application/octet-stream"


class Site:
    """A matcher inside this process.

    Attributes:
        ahead: Seconds by which its clock is ahead.
    """

    def __init__(self, settings: Settings) -> None:
        self.ahead = 0
        self._runner = asyncio.Runner()
        self._app = create_app(settings, clock=lambda: int(time.time()) + self.ahead)
        self._life = self._app.router.lifespan_context(self._app)
        self._runner.run(self._life.__aenter__())
        self._client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self._app, raise_app_exceptions=False), base_url=settings.origin
        )

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self._life.__aexit__(None, None, None))
        self._runner.close()

    def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        return self._runner.run(self._client.request(method, path, **request))

    def ask_together(self, *requests: tuple[str, str, bytes]) -> list[httpx2.Response]:
        """Send notes (method, path, body) at the same time."""

        async def together() -> list[httpx2.Response]:
            asked = [self._client.request(method, path, content=body, headers=NOTE) for method, path, body in requests]
            return list(await asyncio.gather(*asked))

        return self._runner.run(together())

    def get(self, path: str) -> httpx2.Response:
        return self.ask("GET", path)

    def describe(self, deployment: Deployment) -> httpx2.Response:
        return self.ask("PUT", "/v1/descriptor", content=deployment.note(), headers=NOTE)

    def renew(self, published: Published) -> httpx2.Response:
        return self.ask("POST", "/v1/register/head", content=published.note, headers=NOTE)

    def publish(self, deployment: Deployment, published: Published, body: bytes | None = None) -> httpx2.Response:
        content = published.body if body is None else body
        headers = deployment.device.headers("PUT", published.path, content, media_type=REGISTER)
        return self.ask("PUT", published.path, content=content, headers=headers)


def settings_for(deployment: Deployment, home: Path, url: str = "", **others: Any) -> Settings:
    return Settings(
        home,
        deployment.name,
        deployment.descriptor.matcher,
        deployment.office.verify_key,
        deployment.auditor.verify_key,
        redis=url,
        **others,
    )


def code(response: httpx2.Response) -> str:
    """The code of a refusal, whose form is checked too."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() == {"type", "title", "status", "code"}
    assert problem["status"] == response.status_code
    found: str = problem["code"]
    return found
