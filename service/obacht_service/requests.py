"""Reading a request's body: its kind and size first, then the bytes, never more than allowed and never for ever."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request
from starlette.types import Message

from obacht_service.connections import WHOLE
from obacht_service.errors import RefusalError

PATIENCE: Final = 20.0
"""Seconds that any body may take to arrive, and above that one second for every :data:`SLOWEST` bytes."""
SLOWEST: Final = 32 * 1024


def check_body(request: Request, media_type: str, limit: int) -> int:
    """Refuse by the headers alone what is not worth reading.

    Args:
        request: The request, nothing of whose body has been read.
        media_type: The one media type that is taken, without parameters.
        limit: The largest number of bytes that is taken.

    Returns:
        The length of the body that is to come, as its sender states it.

    Raises:
        RefusalError: ``media-type``, ``length`` (none is stated) or ``too-large``.
    """
    kinds = [value for name, value in request.scope["headers"] if name == b"content-type"]
    if len(kinds) != 1 or kinds[0].lower() != media_type.encode():
        raise RefusalError("media-type")
    return stated_length(request, limit)


def stated_length(request: Request, limit: int) -> int:
    """Give the length of the body that is to come, as its sender states it, at most ``limit``.

    Raises:
        RefusalError: ``length`` (none is stated) or ``too-large``.
    """
    lengths = [value for name, value in request.scope["headers"] if name == b"content-length"]
    # int() would take signs, blanks and underscores as well.
    if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 18:
        raise RefusalError("length")
    length = int(lengths[0])
    if length > limit:
        raise RefusalError("too-large")
    return length


async def stream_body(request: Request, length: int) -> AsyncIterator[bytes]:
    """Read a body piece by piece, as the network brings it (some 64 KiB at most).

    The pieces are not yet known to be what was signed: whoever takes them hashes them along and must not act on them
    before :func:`obacht_service.signatures.check_digest` has accepted the hash.

    Args:
        request: The request, after :func:`check_body`.
        length: What :func:`check_body` returned.

    Raises:
        RefusalError: ``incomplete`` if the body ended early, or did not arrive in time.
    """
    deadline = asyncio.get_running_loop().time() + PATIENCE + length / SLOWEST
    missing = length
    while missing > 0:
        try:
            async with asyncio.timeout_at(deadline):
                message = await request.receive()
        except TimeoutError as error:
            raise RefusalError("incomplete") from error
        piece = _piece(message, missing)
        missing -= len(piece)
        yield piece


async def read_body(request: Request, length: int) -> bytes:
    """Read a small body whole; arguments and errors as those of :func:`stream_body`."""
    if request.scope.get(WHOLE):  # no clock for what is there, as small bodies mostly are
        return _piece(await request.receive(), length) if length else b""
    pieces: list[bytes] = []
    missing = length
    try:
        async with asyncio.timeout(PATIENCE + length / SLOWEST):
            while missing > 0:
                pieces.append(_piece(await request.receive(), missing))
                missing -= len(pieces[-1])
    except TimeoutError as error:
        raise RefusalError("incomplete") from error
    return b"".join(pieces)


def _piece(message: Message, missing: int) -> bytes:
    """Take the bytes out of a message, of which so many are to come; ``RefusalError`` (``incomplete``)."""
    piece: bytes = message.get("body", b"")
    missing -= len(piece)
    if message["type"] != "http.request" or missing < 0 or (missing and not message.get("more_body", False)):
        raise RefusalError("incomplete")
    return piece
