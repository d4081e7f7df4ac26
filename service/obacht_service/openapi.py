"""Describing endpoints whose handlers take the raw request: their answers, bodies and header fields for OpenAPI."""

from itertools import groupby
from typing import Any

from obacht_protocol.devices import COVERED, PARAMETERS
from obacht_protocol.problems import MEDIA_TYPE, PROBLEMS

ANY: tuple[str, ...] = ("not-found", "method", "unavailable", "internal")
"""What any address may answer."""
SIGNED: tuple[str, ...] = (
    "signature-missing", "signature-form", "signature-time", "signature", "device", "digest",
)  # fmt: skip
"""What an address may answer that takes signed requests."""
WITH_BODY: tuple[str, ...] = ("media-type", "length", "too-large", "incomplete")
"""What an address may answer that takes a body."""


def answers(*codes: str, **successes: Any) -> dict[int | str, dict[str, Any]]:  # noqa: ANN401 - JSON Schema
    """Describe what an endpoint may answer.

    Args:
        codes: The codes of its problems.
        successes: Its other responses by ``s`` and their status, as in ``s200={"description": ...}``.

    Returns:
        The value for FastAPI's ``responses``.
    """
    result: dict[int | str, dict[str, Any]] = {int(status[1:]): value for status, value in successes.items()}
    for status, group in groupby(sorted(set(codes), key=_status), _status):
        names = sorted(group)
        result[status] = {
            "description": " ".join(PROBLEMS[code].title for code in names),
            "content": {MEDIA_TYPE: {"schema": _problem(status, names)}},
        }
    return result


def signed_body(media_type: str, schema: dict[str, Any], limit: int) -> dict[str, Any]:
    """Describe a signed body for FastAPI's ``openapi_extra``."""
    return {
        "requestBody": {
            "required": True,
            "description": f"At most {limit} bytes.",
            "content": {media_type: {"schema": schema}},
        },
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": description,
                "schema": {"type": "string", "maxLength": 512},
            }
            for name, description in (
                ("Content-Digest", "RFC 9530, sha-256 alone."),
                ("Signature-Input", f"RFC 9421: {', '.join(COVERED)}; {', '.join(PARAMETERS)}."),
                ("Signature", "RFC 9421, Ed25519 by the device's key."),
            )
        ],
    }


def binary(length: int) -> dict[str, Any]:
    """Describe ``length`` bytes as base64url without padding."""
    letters = (length * 8 + 5) // 6
    return {"type": "string", "pattern": f"^[A-Za-z0-9_-]{{{letters}}}$"}


def _status(code: str) -> int:
    return PROBLEMS[code].status


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": [f"urn:obacht:problem:{code}" for code in codes]},
            "title": {"enum": [PROBLEMS[code].title for code in codes]},
            "status": {"const": status},
            "code": {"enum": codes},
        },
    }
