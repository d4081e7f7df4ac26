"""Setting a client up: pins, a device key, and the first descriptor that both pinned keys signed."""

from dataclasses import dataclass
from pathlib import Path

import httpx2

from obacht_clients.device import DeviceKey
from obacht_clients.errors import HomeError, TrustError
from obacht_clients.home import Home, Pins, make_folder
from obacht_clients.transport import Clock, Transport
from obacht_clients.trust import DESCRIPTOR_PATH, first_records, verify_descriptor
from obacht_protocol import notes
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import DescriptorError, NoteError
from obacht_protocol.notes import VerifyKey


@dataclass(frozen=True, slots=True)
class Client:
    """What was set up."""

    descriptor: Descriptor
    device: DeviceKey


async def set_up(
    path: Path,
    matcher: str,
    office: VerifyKey,
    auditor: VerifyKey,
    *,
    clock: Clock,
    deployment: str = "",
    proxy: str = "",
    network: httpx2.AsyncBaseTransport | None = None,
) -> Client:
    """Fetch and verify the descriptor, then make the home, with a device key of its own.

    Run again with the same keys it changes nothing; what a home remembers of registers seen is never thrown away.

    Args:
        path: Folder of the home.
        matcher: Origin of the matcher.
        office: The safety office's key, to be pinned.
        auditor: The auditor's key, to be pinned.
        clock: Unix seconds.
        deployment: Which deployment it must be; whichever the two keys signed if empty.
        proxy: URL of a proxy to go through from now on, or empty.
        network: Stands in for the network in tests.

    Raises:
        TransportError: The matcher could not be asked.
        TrustError: Its descriptor is not to be trusted, or has expired.
        HomeError: The home cannot be made, or was made with other pins (``home-other``).
    """
    make_folder(path)
    device = DeviceKey.load_or_create(path / "device.key")
    async with Transport(device, clock, proxy=proxy, network=network) as transport:
        note = await transport.get(matcher, DESCRIPTOR_PATH, limit=notes.MAX_NOTE_LENGTH)
    pins = Pins(deployment or _stated_deployment(note), office, auditor, proxy)
    descriptor = verify_descriptor(note, pins)
    if clock() >= descriptor.expires:
        raise TrustError("descriptor-expired")
    home = Home.create(path, first_records(note, pins))
    try:
        if home.pins() != pins:
            raise HomeError("home-other")
    finally:
        home.close()
    return Client(descriptor, device)


def _stated_deployment(note: bytes) -> str:
    try:
        return Descriptor.parse(notes.body(note)).deployment
    except (NoteError, DescriptorError) as error:
        raise TrustError("descriptor-form") from error
