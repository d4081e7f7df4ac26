"""Taking reports from devices: whose they are, whether they are there already, and how far they are. Opens nothing."""

import hashlib
import os

from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.inbox.store import InboxStore, Known, Refused, Signed
from obacht_enrollment.inbox.tables import ReportingDevice, ReportRow
from obacht_protocol.errors import ReportError
from obacht_protocol.receipt_numbers import RANDOM_LENGTH, check_receipt_number, make_receipt_number
from obacht_protocol.reports import Status, check_sealed
from obacht_service.errors import RefusalError
from obacht_service.signatures import Verified

_ID_LENGTH = 16


class Sender:
    """Who sends: looked up once, while the signature is checked.

    Attributes:
        device: The device that was found.
    """

    __slots__ = ("_devices", "device")

    def __init__(self, devices: DeviceStore) -> None:
        """Know the devices; nobody is found yet."""
        self._devices = devices
        self.device: ReportingDevice | None = None

    def key(self, device: str) -> bytes | None:
        """Find a device by its id and give its key (32 bytes), or None if it is unknown or was revoked."""
        self.device = self._devices.find(device)
        return None if self.device is None else self.device.public_key


def take(store: InboxStore, verified: Verified, body: bytes, now: int) -> Status:
    """Keep a report whose signature and digest were checked; it is on the disk when this returns.

    Args:
        store: The inbox.
        verified: What was signed.
        body: The sealed report.
        now: Unix seconds.

    Raises:
        MessageError: ``report``: it is not as long as a sealed report can be.
        RefusalError: ``replay``, or ``reports``: the device has sent more than is taken in this time.
        StoreError: It could not be kept.
    """
    sealed = check_sealed(body)
    row = ReportRow(
        id=os.urandom(_ID_LENGTH),
        receipt=make_receipt_number(os.urandom(RANDOM_LENGTH)),
        device=verified.keyid,
        digest=hashlib.sha256(sealed).digest(),
        received=now,
        sealed=sealed,
    )
    return _status(store.take(_signed(verified, now), row))


def status(store: InboxStore, verified: Verified, receipt: str, now: int) -> Status:
    """Tell the device that sent a report how far it is.

    Raises:
        RefusalError: ``not-found``: this device has sent none with this receipt number; ``replay``, ``reports``.
        StoreError: The inbox cannot be read.
    """
    try:
        number = check_receipt_number(receipt)
    except ReportError as error:
        raise RefusalError("not-found") from error
    return _status(store.find(_signed(verified, now), number))


def _signed(verified: Verified, now: int) -> Signed:
    return Signed(verified.keyid, verified.nonce, now)


def _status(found: Known | Refused) -> Status:
    if isinstance(found, Refused):
        raise RefusalError(found.code, found.wait)
    return Status(found.receipt, found.state)
