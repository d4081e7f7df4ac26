"""The log's addresses: checkpoint, leaves and proofs for everybody, details for auditors."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from obacht_keys import descriptions
from obacht_keys.log.journal import Journal
from obacht_keys.log.requests import Look
from obacht_keys.registry import AUDITOR, Device
from obacht_protocol.encoding import prefixed
from obacht_service.errors import RefusalError
from obacht_service.signatures import Verified

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_NO_STORE: Final = {"Cache-Control": "no-store"}

CheckSignature = Callable[[Request, bytes, int], tuple[Device, Verified]]
"""Takes a request, its body and Unix seconds; gives who signed it, and what."""


def install(app: FastAPI, journal: Journal, check_signature: CheckSignature) -> None:
    """Add the log's addresses to an application."""

    async def checkpoint(_: Request) -> Response:
        return Response(await journal.call("checkpoint"), headers=_NO_STORE, media_type=descriptions.NOTE)

    def reading(operation: str, first: str, second: str) -> Callable[[Request], Awaitable[Response]]:
        async def read(request: Request) -> Response:
            found = await journal.call(operation, _number(request, first), _number(request, second))
            return Response(found, media_type=descriptions.BYTES)

        return read

    async def entries(request: Request) -> Response:
        now = int(time.time())
        device, verified = check_signature(request, b"", now)
        if device.department.kind != AUDITOR or not device.department.enabled:
            raise RefusalError("department")
        await journal.look(Look(now, device.id, verified.nonce))
        found = await journal.call("details", _number(request, "begin"), _number(request, "end"))
        body = prefixed(found, 4)
        return Response(body, headers=_NO_STORE, media_type=descriptions.BYTES)

    def add(path: str, handler: Callable[[Request], Awaitable[Response]], description: dict[str, Any]) -> None:
        app.add_api_route(f"/v1/log/{path}", handler, methods=["GET"], response_class=Response, **description)

    add("checkpoint", checkpoint, descriptions.CHECKPOINT)
    add("leaves/{begin}/{end}", reading("leaves", "begin", "end"), descriptions.LEAVES)
    add("inclusion/{size}/{index}", reading("inclusion", "size", "index"), descriptions.INCLUSION)
    add("consistency/{old}/{new}", reading("consistency", "old", "new"), descriptions.CONSISTENCY)
    add("entries/{begin}/{end}", entries, descriptions.ENTRIES)


def _number(request: Request, name: str) -> int:
    text = request.path_params[name]
    if not _NUMBER.fullmatch(text):
        raise RefusalError("not-found")
    return int(text)
