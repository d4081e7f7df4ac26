"""The matcher's addresses: what it serves to everyone, and what it takes from the safety office."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from obacht_matcher import descriptions
from obacht_matcher.descriptions import MAX_DESCRIPTOR, NOTE, REGISTER
from obacht_matcher.embedded import Embedded
from obacht_matcher.errors import MatcherError, StoreError
from obacht_matcher.service import Clock, Matcher
from obacht_matcher.settings import Settings
from obacht_matcher.store import Store
from obacht_protocol.devices import device_id
from obacht_protocol.head import MAX_LENGTH as MAX_HEAD
from obacht_service import logs, problems
from obacht_service.application import new_app
from obacht_service.errors import RefusalError
from obacht_service.requests import check_body, read_body, stream_body
from obacht_service.signatures import Verifier, check_hash

_NO_STORE: Final = {"Cache-Control": "no-store"}
_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable, no-transform"}
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_TEND_SECONDS: Final = 0.5
_SWEEP_SECONDS: Final = 10.0

Handler = Callable[[Request], Awaitable[Response]]


def create_app(
    settings: Settings, embedded: Embedded | None = None, clock: Clock = lambda: int(time.time())
) -> FastAPI:
    """Make the application.

    Args:
        settings: What the matcher is told.
        embedded: The store that is used and kept alive, where the settings name none.
        clock: Unix seconds.
    """
    store = Store(settings.redis if embedded is None else embedded.url, settings.deployment, grace=settings.grace)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ending = asyncio.Event()
        chores = [_every(_SWEEP_SECONDS, lambda: _sweep(store), ending)]
        if embedded is not None:
            chores.append(_every(_TEND_SECONDS, lambda: _tend(embedded), ending))
        running = asyncio.gather(*chores)
        yield
        ending.set()
        await running
        await store.close()

    app = new_app("Obacht matcher", version("obacht-matcher"), lifespan, unavailable=(StoreError,))
    _Addresses(Matcher(store, settings, clock), settings, clock).install(app)
    return app


class _Addresses:
    """The handlers: each reads a request, hands it to the matcher, and gives the answer its header fields."""

    def __init__(self, matcher: Matcher, settings: Settings, clock: Clock) -> None:
        self._matcher = matcher
        self._settings = settings
        self._clock = clock

    def install(self, app: FastAPI) -> None:
        """Add the routes with their descriptions."""
        limit = self._settings.register_limit
        _add(
            app,
            "/v1/descriptor",
            GET=(self.get_descriptor, descriptions.NOTE_OF_DESCRIPTOR),
            PUT=(self.put_descriptor, descriptions.NEW_DESCRIPTOR),
        )
        _add(
            app,
            "/v1/register/head",
            GET=(self.get_head, descriptions.NOTE_OF_HEAD),
            POST=(self.renew_head, descriptions.LATER_HEAD),
        )
        _add(app, "/v1/register/{sequence}", PUT=(self.put_register, descriptions.new_register(limit)))
        _add(app, "/v1/register/{sequence}/buckets/{i}", GET=(self.get_bucket, descriptions.BUCKET))

    async def get_descriptor(self, _: Request) -> Response:
        return Response(await self._matcher.descriptor(), headers=_NO_STORE, media_type=NOTE)

    async def put_descriptor(self, request: Request) -> Response:
        await self._matcher.put_descriptor(await read_body(request, check_body(request, NOTE, MAX_DESCRIPTOR)))
        return Response(status_code=204)

    async def get_head(self, _: Request) -> Response:
        return Response(await self._matcher.head(), headers=_NO_STORE, media_type=NOTE)

    async def renew_head(self, request: Request) -> Response:
        await self._matcher.renew(await read_body(request, check_body(request, NOTE, MAX_HEAD)))
        return Response(status_code=204)

    async def put_register(self, request: Request) -> Response:
        """Check the signature before the body is read, and take the body while it comes.

        A replay needs no memory of nonces: the sequence it names is no longer greater than the one in force.
        """
        sequence = _number(request, "sequence")
        length = check_body(request, REGISTER, self._settings.register_limit)
        publisher = await self._matcher.publisher()
        verifier = Verifier(self._settings.origin, {device_id(publisher): publisher}.get)
        verified = verifier.verify_headers(request, self._clock())
        pieces = stream_body(request, length)
        await self._matcher.publish(sequence, length, pieces, lambda digest: check_hash(verified, digest))
        return Response(status_code=204)

    async def get_bucket(self, request: Request) -> Response:
        stored, pieces = await self._matcher.bucket(_number(request, "sequence"), _number(request, "i"))
        headers = _FOREVER | {"Content-Length": str(stored.length)}
        if request.method == "HEAD":
            return Response(headers=headers, media_type=REGISTER)
        first = await anext(pieces)  # before the status is sent: a store that fails here is still a clean refusal
        return StreamingResponse(_behind(first, pieces), headers=headers, media_type=REGISTER)


class _OtherMethods:
    """Refuses what an address does not take, and names all that it takes (RFC 9110, section 15.5.6)."""

    def __init__(self, methods: list[str]) -> None:
        self._allow = {"Allow": ", ".join(methods)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await problems.answer(Request(scope), "method", self._allow)(scope, receive, send)


def _add(app: FastAPI, path: str, **handlers: tuple[Handler, dict[str, Any]]) -> None:
    for method, (handler, description) in handlers.items():
        app.add_api_route(path, handler, methods=[method], **description)
        if method == "GET":
            app.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False)
    methods = [*handlers, "HEAD"] if "GET" in handlers else [*handlers]
    app.router.routes.append(Route(path, endpoint=_OtherMethods(methods), include_in_schema=False))


def _number(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not _NUMBER.fullmatch(text):
        raise RefusalError("not-found")
    return int(text)


async def _behind(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _every(seconds: float, chore: Callable[[], Awaitable[None]], ending: asyncio.Event) -> None:
    # An event ends it, not a cancellation, which asyncio.wait_for of Python 3.11, deep in redis-py, may swallow.
    while not ending.is_set():
        try:
            await chore()
        except MatcherError as error:
            logs.failure("chore-failed", error)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ending.wait()


async def _sweep(store: Store) -> None:
    if count := await store.sweep():
        logs.event("registers-dropped", count=count)


async def _tend(embedded: Embedded) -> None:
    if await asyncio.to_thread(embedded.ensure):
        logs.event("store-restarted")
