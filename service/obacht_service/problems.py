"""One table from exception to answer: problem details (RFC 9457) that echo nothing of the request."""

import json
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from obacht_protocol.errors import MessageError
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS
from obacht_service import logs
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


def answer_to(request: Request, error: Exception) -> Response:
    """Make the response to what a handler raised, by the one table; what is not in it is logged, and ``internal``."""
    match error:
        case RefusalError():
            wait = error.retry_after
            return answer(request, error.code, None if wait is None else {"Retry-After": str(wait)})
        case MessageError():
            return answer(request, error.code)
        case HTTPException() if error.status_code in _BY_STATUS:  # of the router
            allow = (error.headers or {}).get("Allow")
            return answer(request, _BY_STATUS[error.status_code], {"Allow": allow} if allow else None)
        case _:
            logs.failure("request-failed", error)
            return answer(request, "internal")
