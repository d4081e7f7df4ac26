"""The office's service: it keeps the register alive, says how that goes, takes sealed reports, and shows the pages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from obacht_clients.transport import Clock
from obacht_enrollment import rotation
from obacht_enrollment.background import Background
from obacht_enrollment.inbox.http import add_reports
from obacht_enrollment.office import Office, descriptor_in_force
from obacht_enrollment.outside import Outside
from obacht_enrollment.pages import add_pages
from obacht_enrollment.renewing import Chore, Renewer
from obacht_enrollment.witness import add_witness
from obacht_service import openapi
from obacht_service.application import new_app


def create_app(office: Office, clock: Clock) -> FastAPI:
    """Make the application.

    Args:
        office: Unlocked; it is closed by whoever opened it.
        clock: Gives Unix seconds.
    """
    outside = Outside.open(office.keys.publisher.seed, office.settings.matcher, clock)
    background = Background(office, clock)
    renewer = Renewer(office, outside, clock, background.publish, background.prepare)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with outside:
            tasks = [asyncio.create_task(renewer.run()), asyncio.create_task(background.keep_open(desk.similar))]
            yield
            background.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def status(_: Request) -> Response:
        head = renewer.head
        return JSONResponse(
            {
                "deployment": office.settings.deployment,
                "head": {"sequence": head.sequence, "issued": head.issued, "expires": head.expires} if head else None,
                "renewing": _describe(renewer.renewing),
                "publishing": _describe(renewer.publishing),
                "enrolling": _describe(renewer.enrolling),
                "retaining": _describe(renewer.retaining),
                "epochs": _epochs(office, clock()),
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
    add_witness(app, office, clock)
    desk = add_pages(app, office, clock, renewer.chores)
    add_reports(app, office, clock)
    return app


_NUMBER: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_CHORE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["failing", "since"],
    "additionalProperties": False,
    "properties": {"failing": {"type": ["string", "null"]}, "since": {"type": ["integer", "null"]}},
}
_EPOCH: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["number", "published", "valid", "missing", "ends"],
    "additionalProperties": False,
    "properties": {
        "number": _NUMBER,
        "published": {"type": "boolean"},
        "valid": _NUMBER,
        "missing": _NUMBER,
        "ends": _NUMBER,
    },
}
_STATUS: Final[dict[str, Any]] = {
    "description": "The head that was last seen in force, what fails since when (Unix seconds), and for every epoch how"
    " many records are valid and how many of them are not enrolled yet.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["deployment", "head", "renewing", "publishing", "enrolling", "retaining", "epochs"],
                "additionalProperties": False,
                "properties": {
                    "deployment": {"type": "string"},
                    "head": {
                        "type": ["object", "null"],
                        "required": ["sequence", "issued", "expires"],
                        "additionalProperties": False,
                        "properties": {"sequence": _NUMBER, "issued": _NUMBER, "expires": _NUMBER},
                    },
                    "renewing": _CHORE,
                    "publishing": _CHORE,
                    "enrolling": _CHORE,
                    "retaining": _CHORE,
                    "epochs": {"type": "array", "items": _EPOCH},
                },
            }
        }
    },
}


def _epochs(office: Office, now: int) -> list[dict[str, object]]:
    found = descriptor_in_force(office.home)
    return [asdict(standing) for standing in rotation.standings(office.store, found[0], now)] if found else []


def _describe(chore: Chore) -> dict[str, object]:
    return {"failing": chore.failing or None, "since": chore.since or None}
