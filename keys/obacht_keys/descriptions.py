"""What the OpenAPI document says about each address: its body with its limit, its answers, its problems."""

from typing import Any, Final

from obacht_keys.log.desk import MAX_ENTRIES, MAX_LEAVES
from obacht_protocol import messages
from obacht_service import openapi

JSON: Final = "application/json"
NOTE: Final = "text/plain"
"""Media type of signed notes."""
BYTES: Final = "application/octet-stream"
MAX_DESCRIPTOR: Final = 256 * 1024
"""Bytes of a descriptor's note at most."""

_LARGEST: Final = 2**53 - 1
_REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "question", "epoch", "elements", "purpose", "user", "receipts", "urgent"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": messages.TYPE},
        "question": openapi.binary(messages.QUESTION_LENGTH),
        "epoch": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
        "elements": {
            "type": "array",
            "items": openapi.binary(32),
            "minItems": 1,
            "maxItems": messages.MAX_ENROLMENT_ELEMENTS,
        },
        "purpose": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 40},
        "user": openapi.binary(messages.USER_LENGTH),
        "receipts": {
            "type": "array",
            "items": openapi.binary(messages.RECEIPT_LENGTH),
            "maxItems": messages.MAX_PERSONS,
        },
        "urgent": {"type": "boolean"},
    },
}
_LOGGED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["index", "leaf", "signature"],
    "additionalProperties": False,
    "properties": {
        "index": {"type": "integer", "minimum": 0},
        "leaf": openapi.binary(32),
        "signature": openapi.binary(64),
    },
}
_ANSWER: Final[dict[str, Any]] = {
    "description": "The evaluated elements in the order of the request's, one proof for all, and the log's promise.",
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "required": ["type", "question", "epoch", "evaluated", "proof", "logged"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": messages.TYPE},
                    "question": openapi.binary(messages.QUESTION_LENGTH),
                    "epoch": {"type": "integer"},
                    "evaluated": {"type": "array", "items": openapi.binary(32)},
                    "proof": openapi.binary(64),
                    "logged": _LOGGED,
                },
            }
        }
    },
}
_REFUSALS: Final = (
    *("department", "replay", "json", "question", "epoch", "elements", "element", "purpose", "user", "receipts"),
    *("no-descriptor", "question-used", "quota", "quota-urgent", "budget"),
)

EVALUATE: Final[dict[str, Any]] = {
    "operation_id": "evaluate",
    "summary": "Evaluate blinded match keys with the office's key share",
    "responses": openapi.answers(*openapi.ANY, *openapi.SIGNED, *openapi.WITH_BODY, *_REFUSALS, s200=_ANSWER),
    "openapi_extra": openapi.signed_body(JSON, _REQUEST, messages.MAX_REQUEST_LENGTH),
}
NEW_DESCRIPTOR: Final[dict[str, Any]] = {
    "operation_id": "describe",
    "summary": "Put a descriptor in force, whose purposes departments may then name",
    "description": "A note that both roots of trust signed. Its version must grow; the one in force changes nothing.",
    "responses": openapi.answers(
        *openapi.ANY,
        *openapi.WITH_BODY,
        *("note", "descriptor", "descriptor-order"),
        s204={"description": "It is in force."},
    ),
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "description": f"At most {MAX_DESCRIPTOR} bytes.",
            "content": {NOTE: {"schema": {"type": "string"}}},
        }
    },
}


def _number(name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0, "maximum": _LARGEST}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _given(operation: str, summary: str, description: str, kind: str, *names: str, **extra: Any) -> dict[str, Any]:  # noqa: ANN401 - OpenAPI
    schema = {"type": "string"} if kind == NOTE else {"type": "string", "format": "binary"}
    signed: dict[str, Any] = extra.get("signed", {})
    return {
        "operation_id": operation,
        "summary": summary,
        "description": description,
        "responses": openapi.answers(
            *openapi.ANY, *extra.get("codes", ()), s200={"description": summary, "content": {kind: {"schema": schema}}}
        ),
        "openapi_extra": {"parameters": [*map(_number, names), *signed.get("parameters", ())]},
    }


CHECKPOINT: Final = _given(
    "checkpoint", "The log's newest checkpoint", "With the witnesses' cosignatures it has. Never cached.", NOTE
)
LEAVES: Final = _given(
    *("leaves", "Leaf hashes of entries", f"32 bytes each, of entries begin to end, at most {MAX_LEAVES}.", BYTES),
    *("begin", "end"),
)
INCLUSION: Final = _given(
    *("inclusion", "Proof that an entry is in the tree of that size", "Hashes of 32 bytes each.", BYTES),
    *("size", "index"),
)
CONSISTENCY: Final = _given(
    *("consistency", "Proof that the newer tree goes on from the older one", "Hashes of 32 bytes each.", BYTES),
    *("old", "new"),
)
ENTRIES: Final = _given(
    "entries",
    "Details of entries, for an auditor's device",
    "For each entry from begin, as many as there is room for: u32 length, and nothing if they were deleted, else salt"
    f" (32 bytes) and details. At most {MAX_ENTRIES}.",
    BYTES,
    *("begin", "end"),
    codes=(*openapi.SIGNED, "department", "replay"),
    signed=openapi.signed_body(BYTES, {}, 0),
)
