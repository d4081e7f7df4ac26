"""One table from exception to answer: problem details (RFC 9457) that echo nothing of the request."""

import json
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from obacht_protocol.errors import MessageError
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from obacht_service.errors import RefusalError

CODE: Final = "obacht.code"
"""Where the code of a refusal stands in the scope, for the line in the log."""

_BY_STATUS: Final = {404: "not-found", 405: "method", 413: "too-large"}


def body(code: str) -> bytes:
    """Give the JSON of a problem."""
    problem = PROBLEMS[code]
    return json.dumps(
        {"type": f"urn:obacht:problem:{code}", "title": problem.title, "status": problem.status, "code": code},
        separators=(",", ":"),
    ).encode()


_BODIES: Final = {code: body(code) for code in PROBLEMS}


def answer(request: Request, code: str, headers: dict[str, str] | None = None) -> Response:
    """Make the response for a code and note the code for the log."""
    request.scope[CODE] = code
    return Response(_BODIES[code], PROBLEMS[code].status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Give every exception that a handler may let through its answer.

    What is not in this table ends at the frame of :mod:`obacht_service.application` as ``internal``.
    """
    app.exception_handlers.clear()
    app.add_exception_handler(RefusalError, _refusal)
    app.add_exception_handler(MessageError, _message)
    app.add_exception_handler(HTTPException, _http)


# Handlers are coroutines because Starlette would run plain functions in a thread each.
async def _refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, RefusalError):
        raise error
    headers = None if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return answer(request, error.code, headers)


async def _message(request: Request, error: Exception) -> Response:
    if not isinstance(error, MessageError):
        raise error
    return answer(request, error.code)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException) or error.status_code not in _BY_STATUS:
        raise error
    allow = (error.headers or {}).get("Allow")
    return answer(request, _BY_STATUS[error.status_code], {"Allow": allow} if allow else None)
