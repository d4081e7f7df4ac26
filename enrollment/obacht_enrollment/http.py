"""The office's service: for now it keeps the register alive and says how that goes; nothing personal passes here."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from obacht_clients.transport import Clock
from obacht_enrollment.errors import PublishingError
from obacht_enrollment.office import Office
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import publish
from obacht_enrollment.renewing import Chore, Renewer
from obacht_service import openapi
from obacht_service.application import new_app


def create_app(office: Office, clock: Clock) -> FastAPI:
    """Make the application.

    Args:
        office: Unlocked; it is closed by whoever opened it.
        clock: Gives Unix seconds.
    """
    outside = Outside.open(office.keys.publisher.seed, office.settings.matcher, clock)
    stopping = threading.Event()
    renewer = Renewer(office, outside, clock, lambda: asyncio.to_thread(_publish, office, clock, stopping))

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with outside:
            task = asyncio.create_task(renewer.run())
            yield
            stopping.set()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def status(_: Request) -> Response:
        head = renewer.head
        return JSONResponse(
            {
                "deployment": office.settings.deployment,
                "head": {"sequence": head.sequence, "issued": head.issued, "expires": head.expires} if head else None,
                "renewing": _describe(renewer.renewing),
                "publishing": _describe(renewer.publishing),
            },
            headers={"Cache-Control": "no-store"},
        )

    app = new_app("Obacht office", version("obacht-enrollment"), lifespan)
    app.add_api_route(
        "/v1/status",
        status,
        methods=["GET"],
        operation_id="status",
        summary="How renewal and publication go",
        response_class=JSONResponse,
        responses=openapi.answers(*openapi.ANY, s200=_STATUS),
    )
    return app


_SECONDS: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_CHORE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["failing", "since"],
    "additionalProperties": False,
    "properties": {"failing": {"type": ["string", "null"]}, "since": {"type": ["integer", "null"]}},
}
_STATUS: Final[dict[str, Any]] = {
    "description": "The head that was last seen in force, and what fails since when (Unix seconds).",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["deployment", "head", "renewing", "publishing"],
                "additionalProperties": False,
                "properties": {
                    "deployment": {"type": "string"},
                    "head": {
                        "type": ["object", "null"],
                        "required": ["sequence", "issued", "expires"],
                        "additionalProperties": False,
                        "properties": {"sequence": _SECONDS, "issued": _SECONDS, "expires": _SECONDS},
                    },
                    "renewing": _CHORE,
                    "publishing": _CHORE,
                },
            }
        }
    },
}


def _publish(office: Office, clock: Clock, stopping: threading.Event) -> None:
    """Publish in a thread with connections of its own: building a large register takes seconds of work."""

    def told(*_: object) -> None:
        # a thread cannot be cancelled; between two batches it can be asked
        if stopping.is_set():
            raise PublishingError("stopped")

    async def walk() -> None:
        async with Outside.open(office.keys.publisher.seed, office.settings.matcher, clock) as outside:
            await publish(office, outside, clock, enrolled=told, step=told)

    asyncio.run(walk())


def _describe(chore: Chore) -> dict[str, object]:
    return {"failing": chore.failing or None, "since": chore.since or None}
