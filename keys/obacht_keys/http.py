"""The key office's addresses."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from obacht_keys import descriptions, log_http
from obacht_keys.custody import Custody
from obacht_keys.errors import DescriptorRefusedError, SettingsError
from obacht_keys.log.journal import Journal
from obacht_keys.registry import Device, Registry
from obacht_keys.service import Asker, Evaluations
from obacht_keys.settings import Home, Settings
from obacht_keys.trust import Trust
from obacht_protocol import messages
from obacht_service import logs
from obacht_service.application import new_app
from obacht_service.errors import RefusalError
from obacht_service.requests import check_body, read_body
from obacht_service.signatures import Verified, Verifier, check_digest

EVALUATIONS: Final = "/v1/evaluations"
DESCRIPTOR: Final = "/v1/descriptor"
_REGISTRY_PATIENCE: Final = 0.25
"""Seconds for which the event loop may stand still while the operator changes the registry."""


def create_app(home: Home, settings: Settings, custodies: Mapping[int, Custody]) -> FastAPI:
    """Make the application, and open the registry that it uses.

    Args:
        home: The office's folder, in which a process that writes the log listens.
        settings: Of the office.
        custodies: Its unlocked shares, by epoch.

    Raises:
        StoreError: The registry cannot be opened.
    """
    registry = Registry(home.registry, patience=_REGISTRY_PATIENCE)
    trust = Trust(home, settings.deployment)
    journal = Journal(home.log_socket)
    service = Evaluations(custodies, registry, trust, journal)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        journal.close()
        registry.close()

    def check_signature(request: Request, body: bytes, now: int) -> tuple[Device, Verified]:
        """Give the device that signed the request, and what it signed."""
        asker = Asker(registry)
        verified = Verifier(settings.origin, asker.key).verify_headers(request, now)
        check_digest(verified, body)
        if asker.device is None:
            raise RefusalError("device")
        return asker.device, verified

    async def evaluate(request: Request) -> Response:
        body = await read_body(request, check_body(request, descriptions.JSON, messages.MAX_REQUEST_LENGTH))
        now = int(time.time())
        device, verified = check_signature(request, body, now)
        return Response(await service.answer(device, verified, body, now), media_type=descriptions.JSON)

    async def put_descriptor(request: Request) -> Response:
        length = check_body(request, descriptions.NOTE, descriptions.MAX_DESCRIPTOR)
        try:
            trust.put(await read_body(request, length), int(time.time()))
        except DescriptorRefusedError as error:
            raise RefusalError(error.code) from error
        except SettingsError as error:
            logs.failure("descriptor-failed", error)
            raise RefusalError("unavailable") from error
        return Response(status_code=204)

    app = new_app("Obacht key office", version("obacht-keys"), lifespan)
    app.add_api_route(EVALUATIONS, evaluate, methods=["POST"], response_class=Response, **descriptions.EVALUATE)
    app.add_api_route(
        DESCRIPTOR, put_descriptor, methods=["PUT"], response_class=Response, **descriptions.NEW_DESCRIPTOR
    )
    log_http.install(app, journal, check_signature)
    return app
