"""Language-neutral vectors of reports and receipt numbers; written to reports.json."""

import hashlib
from dataclasses import replace
from typing import Any

from nacl.bindings import crypto_box, crypto_scalarmult_base

from obacht_protocol.receipt_numbers import make_receipt_number, read_receipt_number
from obacht_protocol.reports import Ground, Incident, Report, ReportedPerson, Reporter, Status

_REFUSED = "must be refused"
_PRIVATE = hashlib.sha256(b"obacht vectors: report key").digest()
_EPHEMERAL = hashlib.sha256(b"obacht vectors: ephemeral key").digest()


def vectors() -> dict[str, Any]:
    """Compute all vectors; every random choice is fixed, so that any implementation gets the same bytes."""
    return {
        "about": "Reports of Obacht, protocol version 1. Bytes are lowercase hexadecimal unless a field is a text.",
        "private_key": _PRIVATE.hex(),
        "reports": [_report(report) for report in _reports()],
        "bad_contents": [{"reason": reason, "content": text, "result": _REFUSED} for reason, text in _bad().items()],
        "receipt_numbers": _numbers(),
        "status": Status("0000-0000-0000", "in-work").encode().decode(),
    }


def _reports() -> list[Report]:
    person = ReportedPerson(
        family_name="Müller-Lüdenscheidt",
        given_names="Jörg",
        birth_date="1971-05",
        postcode="50667",
        street="Am Bach",
        house_number="3 a",
        description="um 50, trägt einen roten Bart",
    )
    incident = Incident("2026-11-03T14:30", "Bürgeramt, Schalter 3", "threat", "Er schrie.\nDann warf er einen Stuhl.")
    reporter = Reporter("Bürgeramt", "Änne Groß", "0221 1234")
    first = Report(person, incident, reporter, 1_800_000_000, Ground("complaint", "1 Js 12/26", "2026-11-04"))
    unknown = replace(first, person=ReportedPerson(description="ein Mann mit Hund"), ground=None)
    return [first, replace(unknown, incident=replace(incident, time="2026-11-03", what="x" * 4000))]


def _report(report: Report) -> dict[str, Any]:
    padded = report.padded()
    return {
        "content": report.encode().decode(),
        "length": len(padded) + 48,
        "padded_sha256": hashlib.sha256(padded).hexdigest(),
        "sealed": _sealed(padded).hex(),
    }


def _sealed(plain: bytes) -> bytes:
    """Seal as libsodium's sealed box does, with an ephemeral key that is fixed."""
    public, ephemeral = crypto_scalarmult_base(_PRIVATE), crypto_scalarmult_base(_EPHEMERAL)
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    return ephemeral + crypto_box(plain, nonce, public, _EPHEMERAL)


def _bad() -> dict[str, str]:
    good = _reports()[0].encode().decode()
    return {
        "not canonical": good.replace(":", ": ", 1),
        "a field is missing": good.replace('"given_names":"Jörg",', ""),
        "an unknown kind": good.replace('"threat"', '"shouting"'),
        "an unknown ground": good.replace('"complaint"', '"revenge"'),
        "no such day": good.replace("2026-11-03", "2026-11-31"),
        "a control character": good.replace("Am Bach", "Am\\tBach"),
        "text that runs the other way": good.replace("Am Bach", "\u202ehcaB mA"),
        "nobody is told": good.replace("Müller-Lüdenscheidt", "")
        .replace("Am Bach", "")
        .replace("um 50, trägt einen roten Bart", ""),
    }


def _numbers() -> list[dict[str, str]]:
    made = [make_receipt_number(hashlib.sha256(bytes([number])).digest()[:7]) for number in range(4)]
    good = [
        {"random": hashlib.sha256(bytes([number])).digest()[:7].hex(), "number": text}
        for number, text in enumerate(made)
    ]
    typed = [made[0].lower(), made[1].replace("-", ""), made[2].replace("0", "O").replace("1", "l"), "oooo oooo oooo"]
    read = [{"typed": text, "number": read_receipt_number(text)} for text in typed]
    swapped = made[0][1] + made[0][0] + made[0][2:]
    wrong = made[1][:-1] + ("1" if made[1][-1] == "0" else "0")
    bad = [{"typed": text, "result": _REFUSED} for text in (swapped, wrong, made[2][:-1], "U000-0000-0000")]
    return [*good, *read, *bad]
