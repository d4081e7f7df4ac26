"""Adding a device from which reports are taken: the office's own list, which says nothing of who may ask."""

from typing import Final

from obacht_enrollment.errors import InboxError
from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.inbox.tables import ReportingDevice
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import unbase64url
from obacht_protocol.errors import EncodingError

_MAX_NAME: Final = 100


def add(store: DeviceStore, department: str, public_key: str, label: str, now: int) -> ReportingDevice:
    """Take reports from a device; doing it twice changes nothing.

    Args:
        store: The list.
        department: Whose it is, for people.
        public_key: Ed25519, 32 bytes in base64url, as the device shows it.
        label: Which it is, for people.
        now: Unix seconds.

    Raises:
        InboxError: ``device-name``, ``device-key``, ``device-revoked`` or ``device-taken``.
    """
    for text in (department, label):
        if not text.strip() or len(text) > _MAX_NAME or not text.isprintable():
            raise InboxError("device-name", most=_MAX_NAME)
    try:
        key = unbase64url(public_key, 32)
    except EncodingError as error:
        raise InboxError("device-key") from error
    row = ReportingDevice(id=device_id(key), public_key=key, department=department, label=label, added=now, revoked=0)
    return store.add(row)
