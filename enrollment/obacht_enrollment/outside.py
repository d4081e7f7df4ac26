"""The office's way to the key offices and to the matcher: what it asks them, and what it tells them."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Self

from obacht_clients.answers import OfficeWarning
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ClientError, TransportError
from obacht_clients.offices import Offices
from obacht_clients.transport import Clock, Transport
from obacht_clients.trust import DESCRIPTOR_PATH, HEAD_PATH
from obacht_enrollment.enrolling import Evaluate
from obacht_enrollment.errors import EnrollingError, MatcherError
from obacht_protocol.descriptor import Descriptor, Epoch, KeyOffice
from obacht_protocol.encoding import u32
from obacht_protocol.head import MAX_LENGTH
from obacht_protocol.messages import ENROLMENT
from obacht_protocol.notes import MAX_NOTE_LENGTH
from obacht_protocol.register import Register

Warned = Callable[[int, OfficeWarning], None]
"""Told which key office (its index) did not do its part, and what it did."""

_NOTE: Final = "text/plain"
_REGISTER: Final = "application/octet-stream"
_MAX_ANSWER: Final = 4096
_USER: Final = "office"
_REFUSED: Final = "refused-"


class Outside:
    """The servers of the deployment, as the office's publishing device reaches them."""

    def __init__(self, transport: Transport, device: DeviceKey, matcher: str) -> None:
        """Open nothing yet.

        Args:
            transport: The way there; ``device`` signs.
            device: The publishing device.
            matcher: Origin of the matcher.
        """
        self._transport = transport
        self._device = device
        self._matcher = matcher

    @classmethod
    def open(cls, seed: bytes, matcher: str, clock: Clock) -> Self:
        """Make the way, for the device with this Ed25519 seed (32 bytes)."""
        device = DeviceKey(seed)
        return cls(Transport(device, clock), device, matcher)

    async def __aenter__(self) -> Self:
        """Give it, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._transport.aclose()

    def evaluator(
        self, descriptor: Descriptor, epoch: Epoch, warned: Warned = lambda _index, _warning: None
    ) -> Evaluate:
        """Give the function that takes match keys to the key offices of an epoch.

        It raises ``EnrollingError`` with the reason of the clients' library in its details.

        Args:
            descriptor: In force.
            epoch: One of its epochs.
            warned: Told of every office that was down, slow, refused or lied, once for each thing it did.
        """
        offices = Offices(self._transport, descriptor, epoch)
        user = self._device.pseudonym(_USER)
        indices = {office.name: office.index for office in descriptor.offices}
        told = 0

        async def evaluate(inputs: Sequence[bytes]) -> list[bytes]:
            nonlocal told
            try:
                return await offices.evaluate(inputs, purpose=ENROLMENT, user=user)
            except ClientError as error:
                raise EnrollingError("key-offices", reason=error.reason) from error
            finally:
                for warning in offices.warnings[told:]:
                    warned(indices[warning.office], warning)
                told = len(offices.warnings)

        return evaluate

    async def head(self) -> bytes | None:
        """Fetch the head that the matcher serves; None if it has no register yet.

        Raises:
            MatcherError: It cannot be asked.
        """
        return await self._get(HEAD_PATH, MAX_LENGTH, {"no-register", "no-descriptor"})

    async def descriptor(self) -> bytes | None:
        """Fetch the descriptor that the matcher serves; None if it has none yet; ``MatcherError`` otherwise."""
        return await self._get(DESCRIPTOR_PATH, MAX_NOTE_LENGTH, {"no-descriptor"})

    async def put_descriptor(self, note: bytes) -> None:
        """Put a descriptor in force; ``MatcherError`` if the matcher refuses it or cannot be reached."""
        await self._send("PUT", DESCRIPTOR_PATH, [note], _NOTE)

    async def tell_key_offices(self, descriptor: Descriptor, note: bytes) -> dict[str, str]:
        """Give a descriptor to every key office that it names, so that they know the purposes.

        Args:
            descriptor: What the note says.
            note: Signed by office and auditor.

        Returns:
            Why, by the office's name, for those that did not take it.
        """
        told = await asyncio.gather(*(self._tell(office, note) for office in descriptor.offices))
        return {office.name: code for office, code in zip(descriptor.offices, told, strict=True) if code}

    async def _tell(self, office: KeyOffice, note: bytes) -> str:
        try:
            await self._transport.upload(
                "PUT", office.url, DESCRIPTOR_PATH, [note], media_type=_NOTE, limit=_MAX_ANSWER
            )
        except TransportError as error:
            return _code(error)
        return ""

    async def put_register(self, sequence: int, head: bytes, register: Register) -> None:
        """Put a register in force; ``MatcherError`` if the matcher refuses it or cannot be reached."""
        await self._send("PUT", f"/v1/register/{sequence}", [u32(len(head)) + head, *register.buckets], _REGISTER)

    async def post_head(self, head: bytes) -> None:
        """Renew the head; ``MatcherError`` if the matcher refuses it or cannot be reached."""
        await self._send("POST", HEAD_PATH, [head], _NOTE)

    async def _get(self, path: str, limit: int, nothing: set[str]) -> bytes | None:
        try:
            return await self._transport.get(self._matcher, path, limit=limit)
        except TransportError as error:
            code = _code(error)
            if code in nothing:
                return None
            raise MatcherError(code) from error

    async def _send(self, method: str, path: str, pieces: list[bytes], media_type: str) -> None:
        try:
            await self._transport.upload(method, self._matcher, path, pieces, media_type=media_type, limit=_MAX_ANSWER)
        except TransportError as error:
            raise MatcherError(_code(error)) from error


def _code(error: TransportError) -> str:
    return error.reason.removeprefix(_REFUSED)
