"""Opening the receipts of one request, and holding each against what was asked."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from obacht_clients.audit.setting import Setting
from obacht_clients.receipts import month_of
from obacht_protocol.errors import EncodingError, IdentityError, ReceiptError
from obacht_protocol.identity import Person
from obacht_protocol.messages import KEYS_PER_PERSON, EvaluationRequest
from obacht_protocol.receipts import Receipt

FAULTS: Final = ("month", "sealed", "form", "subject", "facts", "elements")
"""All that can be wrong with a receipt."""
RECEIPT_SKEW: Final = 300
"""Seconds by which a receipt's time may differ from when the request was signed, either way."""


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """What came of opening a receipt.

    Attributes:
        place: Its place among the request's.
        receipt: What was in it, also if it does not fit the request; None if it does not open.
        fault: Code of what is wrong; empty if it fits, or if it cannot be opened because its key was destroyed.
    """

    place: int
    receipt: Receipt | None = None
    fault: str = ""


def open_all(request: EvaluationRequest, created: int, setting: Setting) -> Iterator[Opened]:
    """Open a request's receipts in their order.

    Args:
        request: What was asked.
        created: When that was signed, Unix seconds.
        setting: Of the log.
    """
    for place, sealed in enumerate(request.receipts):
        receipt = _open(sealed, created, setting)
        if isinstance(receipt, Receipt):
            own = request.elements[place * KEYS_PER_PERSON : (place + 1) * KEYS_PER_PERSON]
            yield Opened(place, receipt, _fault(receipt, request, created, own, setting.deployment))
        else:
            yield Opened(place, fault=receipt)


def _open(sealed: bytes, created: int, setting: Setting) -> Receipt | str:
    """Open a receipt; a fault's code if that is impossible, or nothing if its key was destroyed."""
    # Around midnight of a month's last day the asking clock may have been in another month than the signing one.
    months = dict.fromkeys(month_of(created + skew) for skew in (0, -RECEIPT_SKEW, RECEIPT_SKEW))
    known = [setting.keys[month] for month in months if month in setting.keys]
    destroyed = setting.destroyed & months.keys()
    if not known:
        return "" if destroyed else "month"
    fault = "sealed"
    for key in known:
        try:
            return Receipt.open(sealed, key)
        except ReceiptError as error:
            fault = error.code
            if fault != "sealed":
                break
    return "" if fault == "sealed" and destroyed else fault


def _fault(
    receipt: Receipt, request: EvaluationRequest, created: int, elements: Sequence[bytes], deployment: str
) -> str:
    said = (receipt.question, receipt.epoch, receipt.purpose, receipt.user)
    if said != (request.question, request.epoch, request.purpose, request.user):
        return "facts"
    if abs(receipt.time - created) > RECEIPT_SKEW:
        return "facts"
    try:
        _check_age(receipt)
        receipt.check(elements, deployment)
    except (ReceiptError, IdentityError, EncodingError) as error:
        return error.code if isinstance(error, ReceiptError) else "subject"
    return ""


def _check_age(receipt: Receipt) -> None:
    """Refuse whom no client could have asked about: somebody born after the question."""
    if isinstance(receipt.subject, Person):
        day = dt.datetime.fromtimestamp(receipt.time, dt.UTC).date() + dt.timedelta(days=1)
        receipt.subject.check(day)
