"""The office as a witness of the key offices' logs (C2SP tlog-witness), at ``/witness/add-checkpoint``."""

import asyncio
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from obacht_clients.errors import ClientError
from obacht_clients.transport import Clock
from obacht_clients.witnessing import PATH, Witness, answer_of, logs_of
from obacht_enrollment.errors import DescriptorDraftError, HomeError
from obacht_enrollment.home import WITNESSED
from obacht_enrollment.office import Office, descriptor_in_force
from obacht_protocol.checkpoints import MAX_SUBMISSION, SIZE_TYPE
from obacht_protocol.errors import WitnessError
from obacht_service.errors import RefusalError
from obacht_service.requests import stated_length, stream_body

PREFIX: Final = "/witness"
_PLAIN: Final = "text/plain"


def add_witness(app: FastAPI, office: Office, clock: Clock) -> None:
    """Give the application the witness's address.

    Args:
        app: The office's.
        office: Unlocked. The logs are those that its descriptor in force names.
        clock: Gives Unix seconds.

    Raises:
        ClientError: What was seen of the logs cannot be opened.
    """
    witness = Witness(office.home.path(WITNESSED), office.keys.witness)

    def cosign(body: bytes) -> bytes:
        try:
            in_force = descriptor_in_force(office.home)
            return witness.cosign(body, logs_of(in_force[0]) if in_force else {}, clock())
        except (ClientError, DescriptorDraftError, HomeError) as error:
            raise RefusalError("unavailable") from error

    async def add_checkpoint(request: Request) -> Response:
        length = stated_length(request, MAX_SUBMISSION)
        body = b"".join([piece async for piece in stream_body(request, length)])
        try:
            line = await asyncio.to_thread(cosign, body)
        except WitnessError as error:
            kind = _PLAIN if error.size is None else SIZE_TYPE
            # Exactly so: a parameter behind it, as the framework would put there, is another type to a strict reader.
            return Response(answer_of(error), error.status, {"Content-Type": kind})
        return Response(line, headers={"Content-Type": _PLAIN})

    # Not in the OpenAPI document: what this address takes and answers is for C2SP to say.
    app.add_api_route(PREFIX + PATH, add_checkpoint, methods=["POST"], include_in_schema=False)
