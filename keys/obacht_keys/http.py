"""The key office's addresses."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from obacht_keys.custody import Custody
from obacht_keys.nonces import Nonces
from obacht_keys.registry import Registry
from obacht_keys.service import Asker, Evaluations
from obacht_keys.settings import Home, Settings
from obacht_protocol import messages
from obacht_service import openapi
from obacht_service.application import new_app
from obacht_service.errors import RefusalError
from obacht_service.requests import check_body, read_body
from obacht_service.signatures import Verifier, check_digest

EVALUATIONS: Final = "/v1/evaluations"
_JSON: Final = "application/json"
_REGISTRY_PATIENCE: Final = 0.25
"""Seconds for which the event loop may stand still while the operator changes the registry."""


def create_app(home: Home, settings: Settings, custodies: Mapping[int, Custody]) -> FastAPI:
    """Make the application, and open the databases it uses.

    Args:
        home: The office's folder.
        settings: Of the office.
        custodies: Its unlocked shares, by epoch.

    Raises:
        StoreError: A database cannot be opened.
    """
    registry = Registry(home.registry, patience=_REGISTRY_PATIENCE)
    nonces = Nonces(home.nonces)
    service = Evaluations(custodies, nonces)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        nonces.close()
        registry.close()

    async def evaluate(request: Request) -> Response:
        body = await read_body(request, check_body(request, _JSON, messages.MAX_REQUEST_LENGTH))
        # Nothing is awaited from the look at the registry to the nonce: a device revoked by then is not answered.
        now = int(time.time())
        asker = Asker(registry)
        verified = Verifier(settings.origin, asker.key).verify_headers(request, now)
        check_digest(verified, body)
        if asker.device is None:
            raise RefusalError("device")
        return Response(await service.answer(asker.device, verified.nonce, body, now), media_type=_JSON)

    app = new_app("Obacht key office", version("obacht-keys"), lifespan)
    app.add_api_route(
        EVALUATIONS,
        evaluate,
        methods=["POST"],
        operation_id="evaluate",
        summary="Evaluate blinded match keys with the office's key share",
        response_class=Response,
        responses=openapi.answers(*_CODES, s200=_ANSWER),
        openapi_extra=openapi.signed_body(_JSON, _REQUEST, messages.MAX_REQUEST_LENGTH),
    )
    return app


_CODES: Final = (
    *openapi.ANY,
    *openapi.SIGNED,
    *openapi.WITH_BODY,
    *("department", "replay", "json", "question", "epoch", "elements", "element", "purpose", "user", "receipts"),
)
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
        "receipts": {"type": "array", "items": openapi.binary(messages.RECEIPT_LENGTH), "maxItems": 0},
        "urgent": {"type": "boolean"},
    },
}
_ANSWER: Final[dict[str, Any]] = {
    "description": "The evaluated elements in the order of the request's, and one proof for all of them.",
    "content": {
        _JSON: {
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
                    "logged": {"type": "null"},
                },
            }
        }
    },
}
