"""The frame of every server's application: FastAPI without its pages, the table of problems, health, one log line."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from obacht_service import logs, problems
from obacht_service.errors import RefusalError

MAX_IN_FLIGHT: Final = 256
"""Requests that one process answers at the same time; more are told to come back."""
HEALTH: Final = "/healthz"

Handler = Callable[[Request], Awaitable[Response]]


class RawRoute(APIRoute):
    """A route whose handler takes the raw request, so that nothing is parsed before it is checked."""

    def __init__(self, path: str, endpoint: Handler, **named: Any) -> None:  # noqa: ANN401 - whatever FastAPI knows
        """Describe the route as FastAPI does, and then leave FastAPI's parsing and its dependencies aside."""
        super().__init__(path, endpoint, **named)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Request(scope, receive, send))
            await response(scope, receive, send)

        self.app = app


class _Application(FastAPI):
    """FastAPI for its routes and their description; requests take the way through the frame and no other layer."""

    def __init__(self, **named: Any) -> None:  # noqa: ANN401 - whatever FastAPI knows
        super().__init__(**named)
        self.frame = _Frame(self.router)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["app"] = self
            await self.frame(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def new_app(
    title: str,
    version: str,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    *,
    unavailable: tuple[type[Exception], ...] = (),
) -> FastAPI:
    """Make an application; its handlers are coroutines that take a ``Request`` and return a ``Response``.

    Args:
        title: For the OpenAPI document, which stands at ``/openapi.json``.
        version: The same.
        lifespan: Opens and closes what the handlers use.
        unavailable: What a handler raises while something that it uses cannot be reached: come back in a second.
    """

    @asynccontextmanager
    async def reporting(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with lifespan(app) if lifespan else nullcontext():
                yield
        except Exception as error:
            logs.failure("lifespan-failed", error)
            raise

    app = _Application(
        title=title, version=version, docs_url=None, redoc_url=None, lifespan=reporting, redirect_slashes=False
    )
    app.frame.unavailable = unavailable
    app.router.route_class = RawRoute
    app.add_api_route(
        HEALTH,
        _health,
        methods=["GET"],
        response_class=PlainTextResponse,
        operation_id="health",
        summary="Whether the process answers",
    )
    return app


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


class _Frame:
    """Finds the route, answers exceptions, keeps the number of requests in bounds, and writes the line in the log."""

    def __init__(self, router: Router) -> None:
        self.unavailable: tuple[type[Exception], ...] = ()
        self._router = router
        self._exact: dict[tuple[str, str], RawRoute] = {}
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin = time.perf_counter_ns()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._in_flight += 1
        try:
            if self._in_flight > MAX_IN_FLIGHT:
                raise RefusalError("unavailable", 1)  # noqa: TRY301 - answered like every refusal
            await self._find(scope)(scope, receive, noting)
        except Exception as error:
            told = RefusalError("unavailable", 1) if isinstance(error, self.unavailable) else error
            response = problems.answer_to(Request(scope), told)
            if status:  # the answer has begun and cannot be taken back: the server must cut the connection
                raise
            await response(scope, receive, noting)
        finally:
            self._in_flight -= 1
            _log(scope, status, time.perf_counter_ns() - begin)

    def _find(self, scope: Scope) -> ASGIApp:
        """Give what answers; a path without parameters needs no search."""
        if not self._exact:
            self._exact = {
                (method, route.path): route
                for route in self._router.routes
                if isinstance(route, RawRoute) and not route.param_convertors
                for method in route.methods or ()
            }
        route = self._exact.get((scope["method"], scope["path"]))
        if route is None:
            return self._router
        scope["route"] = route
        return route.app


def _log(scope: Scope, status: int, nanoseconds: int) -> None:
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    if path == HEALTH:
        return
    fields: dict[str, Any] = {"method": scope["method"], "status": status, "us": nanoseconds // 1000}
    if path is not None:
        fields["route"] = path
    if problems.CODE in scope:
        fields["code"] = scope[problems.CODE]
    logs.event("request", **fields)
