"""Reports that have arrived at an office, as devices would have sent them."""

import hashlib
import os

from nacl.signing import SigningKey

from obacht_enrollment.inbox import devices
from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.inbox.store import InboxStore, Signed
from obacht_enrollment.inbox.tables import ReportRow
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import Office
from obacht_protocol.encoding import base64url
from obacht_protocol.receipt_numbers import RANDOM_LENGTH, make_receipt_number
from obacht_protocol.reports import Report
from reporting_site import REPORT


def receive(
    office: Office, now: int, report: Report = REPORT, *, department: str = "Bürgeramt", sealed: bytes = b""
) -> str:
    """Put a report into the inbox, or other sealed bytes, and give its receipt number."""
    key = SigningKey(hashlib.sha256(department.encode()).digest())
    store = DeviceStore(office.store.database)
    device = devices.add(store, department, base64url(bytes(key.verify_key)), "Schalter 1", now)
    body = sealed or report.seal(PublicKeys(office.home).report)
    receipt = make_receipt_number(os.urandom(RANDOM_LENGTH))
    row = ReportRow(
        id=os.urandom(16),
        receipt=receipt,
        device=device.id,
        digest=hashlib.sha256(body).digest(),
        received=now,
        sealed=body,
    )
    InboxStore(office.store.database).take(Signed(device.id, os.urandom(16), now), row)
    return receipt
