"""The addresses for reports: departments' devices send them, and ask how far they are."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from obacht_clients.transport import Clock
from obacht_enrollment.errors import StoreError
from obacht_enrollment.inbox import arriving
from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.inbox.store import InboxStore
from obacht_enrollment.office import Office
from obacht_protocol import reports
from obacht_protocol.reports import Status
from obacht_service import logs, openapi
from obacht_service.errors import RefusalError
from obacht_service.requests import check_body, read_body
from obacht_service.signatures import Verified, Verifier, check_digest

_JSON: Final = "application/json"
_RETRY: Final = 1
"""Seconds after which to ask again while the database fails."""
_WITHOUT_BODY: Final = ("Content-Digest", "Signature-Input", "Signature")

Work = Callable[[InboxStore, Verified], Status]


def add_reports(app: FastAPI, office: Office, clock: Clock) -> None:
    """Give the application the addresses for reports, if ``office.toml`` says where devices find them.

    Args:
        app: The office's.
        office: Unlocked. No key of it is used.
        clock: Gives Unix seconds.
    """
    origin = office.settings.reports
    if not origin:
        return
    store, devices = InboxStore(office.store.database), DeviceStore(office.store.database)

    async def answer(request: Request, body: bytes, work: Work) -> Response:
        def checked() -> Status:
            sender = arriving.Sender(devices)
            verified = Verifier(origin, sender.key).verify_headers(request, clock())
            check_digest(verified, body)
            return work(store, verified)

        try:
            status = await asyncio.to_thread(checked)
        except StoreError as error:
            logs.failure("inbox-failed", error)
            raise RefusalError("unavailable", _RETRY) from error
        return Response(status.encode(), media_type=_JSON, headers={"Cache-Control": "no-store"})

    async def send(request: Request) -> Response:
        length = check_body(request, reports.MEDIA_TYPE, reports.MAX_LENGTH)
        body = await read_body(request, length)
        return await answer(request, body, lambda store, verified: arriving.take(store, verified, body, clock()))

    async def look(request: Request) -> Response:
        receipt = str(request.path_params["receipt"])
        return await answer(request, b"", lambda store, verified: arriving.status(store, verified, receipt, clock()))

    app.add_api_route(reports.PATH, send, methods=["POST"], response_class=Response, **_SEND)
    app.add_api_route(f"{reports.PATH}/{{receipt}}", look, methods=["GET"], response_class=Response, **_LOOK)


_STATUS: Final[dict[str, Any]] = {
    "description": "The receipt number under which the office keeps the report, and how far it is.",
    "content": {
        _JSON: {
            "schema": {
                "type": "object",
                "required": ["type", "receipt", "state"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": reports.STATUS_TYPE},
                    "receipt": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$"},
                    "state": {"enum": list(reports.STATES)},
                },
            }
        }
    },
}
_SEALED: Final = openapi.signed_body(reports.MEDIA_TYPE, {"type": "string", "format": "binary"}, reports.MAX_LENGTH)
_SEND: Final[dict[str, Any]] = {
    "operation_id": "report",
    "summary": "Take a sealed report",
    "description": f"A libsodium sealed box, padded to steps of {reports.STEP} bytes, which is not opened here. The "
    "same bytes of the same device are taken once, and get the same receipt number.",
    "responses": openapi.answers(
        *openapi.ANY, *openapi.SIGNED, *openapi.WITH_BODY, "report", "replay", "reports", s200=_STATUS
    ),
    "openapi_extra": _SEALED,
}
_LOOK: Final[dict[str, Any]] = {
    "operation_id": "report_status",
    "summary": "How far a report is, for the device that sent it",
    "responses": openapi.answers(*openapi.ANY, *openapi.SIGNED, "replay", "reports", s200=_STATUS),
    "openapi_extra": {
        "parameters": [
            {
                "name": "receipt",
                "in": "path",
                "required": True,
                "description": "The receipt number, with its hyphens.",
                "schema": {"type": "string", "maxLength": 40},
            },
            *_SEALED["parameters"],
        ]
    },
}
