"""What the OpenAPI document says about each address: its body with its limit, its answers, its problems."""

from typing import Any, Final

from obacht_protocol.head import MAX_LENGTH as MAX_HEAD
from obacht_service import openapi

MAX_DESCRIPTOR: Final = 256 * 1024
"""Bytes of a descriptor's note at most."""
NOTE: Final = "text/plain"
"""Media type of signed notes."""
REGISTER: Final = "application/octet-stream"
"""Media type of buckets, and of a register with its head."""

_TEXT: Final = {"type": "string"}
_BYTES: Final = {"type": "string", "format": "binary"}


def new_register(limit: int) -> dict[str, Any]:
    """Describe ``PUT /v1/register/{sequence}``, whose body has at most ``limit`` bytes."""
    signed = openapi.signed_body(REGISTER, _BYTES, limit)
    codes = (*openapi.SIGNED, "note", "head", "epoch", "sequence", "register", "descriptor", "no-descriptor")
    return {
        "summary": "Put a register in force",
        "description": (
            "The body is the u32 length of the head's note, the note, and the buckets in order. The sequence must "
            "grow, so a replay is refused. Everything is checked against the signed head before readers see any of "
            "it. After an answer that was lost, the head in force tells whether the register was taken."
        ),
        "responses": openapi.answers(*openapi.ANY, *openapi.WITH_BODY, *codes, s204={"description": "It is in force."}),
        "openapi_extra": signed | {"parameters": [_SEQUENCE, *signed["parameters"]]},
    }


def _parameter(name: str, minimum: int, maximum: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _given(summary: str, code: str) -> dict[str, Any]:
    note = {"description": "A signed note. Not to be cached.", "content": {NOTE: {"schema": _TEXT}}}
    return {"summary": summary, "responses": openapi.answers(*openapi.ANY, code, s200=note)}


def _taken(summary: str, description: str, limit: int, *codes: str) -> dict[str, Any]:
    body = {"required": True, "description": f"At most {limit} bytes.", "content": {NOTE: {"schema": _TEXT}}}
    done = {"description": "It is in force."}
    return {
        "summary": summary,
        "description": description,
        "responses": openapi.answers(*openapi.ANY, *openapi.WITH_BODY, *codes, s204=done),
        "openapi_extra": {"requestBody": body},
    }


_SEQUENCE: Final = _parameter("sequence", 1, 2**53 - 1)

NOTE_OF_DESCRIPTOR: Final = _given("The descriptor in force", "no-descriptor")
NOTE_OF_HEAD: Final = _given("The head in force", "no-register")
NEW_DESCRIPTOR: Final = _taken(
    "Put a descriptor in force",
    "A note that both roots of trust signed, and if it names others, these too; its version must grow.",
    MAX_DESCRIPTOR,
    *("note", "descriptor", "descriptor-order"),
)
LATER_HEAD: Final = _taken(
    "Renew the head",
    "A note by the head key about the register in force, with a later time of issue and the descriptor in force.",
    MAX_HEAD,
    *("note", "head", "epoch", "sequence", "descriptor", "no-descriptor", "no-register"),
)
BUCKET: Final = {
    "summary": "One bucket of a register",
    "description": "Inclusion proof (b times 32 bytes), then the rows; the same length for every bucket of a register.",
    "responses": openapi.answers(
        *openapi.ANY,
        s200={"description": "Never changes, never compressed.", "content": {REGISTER: {"schema": _BYTES}}},
    ),
    "openapi_extra": {"parameters": [_SEQUENCE, _parameter("i", 0, 4095)]},
}
