"""Language-neutral vectors of notes, tree, rows, register, head, descriptor and messages; written to formats.json."""

import hashlib
from dataclasses import replace
from typing import Any

from obacht_protocol import (
    devices,
    encoding,
    group,
    head,
    merkle,
    messages,
    notes,
    oprf,
    register,
    rows,
    threshold,
    transcript,
)
from obacht_protocol.descriptor import Canary, Contact, Descriptor, Epoch, KeyOffice, Purpose

_REFUSED = "must be refused"
_NOW = 1_800_000_000


def vectors() -> dict[str, Any]:
    """Compute all vectors; every random choice is fixed, so that any implementation gets the same bytes."""
    return {
        "about": "Formats of Obacht, protocol version 1. Bytes are lowercase hexadecimal unless a field is a text.",
        "base64url": _base64url(),
        "canonical_json": _canonical_json(),
        "merkle": _merkle(),
        "notes": _notes(),
        "rows": _rows(),
        "register": _register(),
        "head": _head(),
        "descriptor": _descriptor(),
        "messages": _messages(),
        "ceremony": _ceremony(),
        "device_id": {"public_key": bytes(range(32)).hex(), "keyid": devices.device_id(bytes(range(32)))},
    }


def _fixed(label: str, length: int = 32) -> bytes:
    return hashlib.shake_256(b"obacht vectors: " + label.encode()).digest(length)


def _key(name: str) -> notes.SigningKey:
    return notes.SigningKey(name, _fixed(name))


def _base64url() -> list[dict[str, Any]]:
    good = [{"bytes": data.hex(), "text": encoding.base64url(data)} for data in (b"", b"\xfb", b"\xff\xfe", bytes(32))]
    return [*good, *({"text": text, "result": _REFUSED} for text in ("AA==", "AB", "A+A", "A", "AA "))]


def _canonical_json() -> list[dict[str, Any]]:
    values = [{"b": [1, True, None], "a": "ä\u2028\n"}, {"z": {}, "A": -1, "a": 9_007_199_254_740_991}]
    good = [{"value": value, "text": encoding.canonical_json(value).decode()} for value in values]
    bad = ['{"a": 1}', '{"b":1,"a":2}', '{"a":1,"a":1}', "1.0", "9007199254740992", "NaN", '"\\u00e4"']
    return [*good, *({"text": text, "result": _REFUSED} for text in bad)]


def _merkle() -> list[dict[str, Any]]:
    result = []
    for size in (1, 2, 3, 7, 8):
        leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
        proofs = [[part.hex() for part in merkle.inclusion_proof(leaves, index)] for index in range(size)]
        data = [bytes([number]).hex() for number in range(size)]
        result.append({"leaves": data, "root": merkle.root(leaves).hex(), "inclusion_proofs": proofs})
    return result


def _notes() -> dict[str, Any]:
    first, second = _key("office.town.example"), _key("auditor.town.example")
    good = notes.sign(b'{"a":1}', [first, second])
    swapped = good.replace(b"office", b"police")
    bad = {
        "a signature is missing": notes.sign(b'{"a":1}', [first]),
        "the text was changed": good.replace(b"1", b"2", 1),
        "the name was changed": swapped,
        "the same signature twice": notes.cosigned(b'{"a":1}\n\n', [first.sign(b'{"a":1}\n')] * 2),
        "no empty line": good.replace(b"\n\n", b"\n"),
        "more than 16 signatures": b'{"a":1}\n\n' + f"{first.sign(b'{}')}\n".encode() * 17,
    }
    return {
        "skeys": [first.skey(), second.skey()],
        "vkeys": [str(first.verify_key), str(second.verify_key)],
        "note": good.decode(),
        "digest": notes.digest(good).hex(),
        "bad": [{"reason": reason, "note": note.decode(), "result": _REFUSED} for reason, note in bad.items()],
    }


def _rows() -> dict[str, Any]:
    publication, prk = rows.Publication(7, _fixed("salt")), _fixed("prk", 64)
    entries = [
        rows.Entry(level=3, contact=1, valid_until=_NOW, reference=_fixed("ref", 8), sketch=_fixed("sketch", 24)),
        rows.Entry(level=2, contact=258, valid_until=2**32 - 1, reference=bytes(8), address=True, several=True),
    ]
    tag, entry_key = publication.derive(prk, 0)
    return {
        "epoch": publication.epoch,
        "salt": publication.salt.hex(),
        "prk": prk.hex(),
        "derived": [{"tag": tag.hex(), "entry_key": key.hex()} for tag, key in publication.derive_all(prk)],
        "entries": [
            {
                "level": entry.level,
                "contact": entry.contact,
                "valid_until": entry.valid_until,
                "reference": entry.reference.hex(),
                "sketch": entry.sketch.hex(),
                "address": entry.address,
                "several": entry.several,
                "nonce": _fixed("nonce", 24).hex(),
                "plaintext": entry.encode().hex(),
                "row": rows.seal(publication, tag, entry_key, entry, _fixed("nonce", 24)).hex(),
            }
            for entry in entries
        ],
        "bad_plaintexts": [
            {"plaintext": (b"\x02" + entries[0].encode()[1:]).hex(), "reason": "version", "result": _REFUSED},
            {"plaintext": (entries[0].encode()[:-1] + b"\x01").hex(), "reason": "padding", "result": _REFUSED},
        ],
    }


def _register() -> dict[str, Any]:
    seed, real = _fixed("seed"), [_fixed(f"row {number}", 128) for number in range(5)]
    built = register.build(real, seed)
    placed = [
        {"number": number, "bits": bits, "bucket": bucket, "row": register.filler_row(seed, number, bits, bucket).hex()}
        for number, bits, bucket in ((0, 0, 0), (1, 0, 0), (2, 3, 6), (3, 12, 4095))
    ]
    return {
        "seed": seed.hex(),
        "rows": [row.hex() for row in real],
        "bits": built.bits,
        "bucket_rows": built.bucket_rows,
        "bucket_sha256": hashlib.sha256(built.buckets[0]).hexdigest(),
        "root": built.root.hex(),
        "filler": placed,
    }


def _head() -> dict[str, Any]:
    key = _key("head.town.example")
    made = head.of_register(
        register.build([], _fixed("seed")),
        rows.Publication(7, _fixed("salt")),
        deployment="town",
        sequence=12,
        issued=_NOW,
        descriptor=_fixed("descriptor"),
    )
    return {"vkey": str(key.verify_key), "line": made.encode().decode(), "note": made.sign(key).decode()}


def _descriptor() -> dict[str, Any]:
    secret, public = oprf.derive_key_pair(_fixed("oprf"), b"obacht vectors")
    office, auditor = _key("office.town.example"), _key("auditor.town.example")
    made = Descriptor(
        deployment="town",
        version=1,
        issued=_NOW,
        expires=_NOW + 30 * 86_400,
        office=office.verify_key,
        auditor=auditor.verify_key,
        matcher="https://matcher.town.example",
        offices=[KeyOffice(1, "IT", "https://keys.town.example")],
        epochs=[
            Epoch(
                number=7,
                public_key=public,
                threshold=1,
                shares={1: group.multiply_base(secret)},
                begins=_NOW,
                ends=_NOW + 90 * 86_400,
            )
        ],
        head=_key("head.town.example").verify_key,
        publisher=_fixed("publisher"),
        contacts=[Contact(1, "Sicherheitsstelle", "+49 221 0000")],
        purposes=[Purpose("hausbesuch", "Hausbesuch")],
        canary=Canary("Kanarienvogel", "Karla", "1970-01-01"),
    )
    note = notes.sign(made.encode(), [office, auditor])
    alone = notes.sign(made.encode(), [office])
    return {
        "pins": [str(office.verify_key), str(auditor.verify_key)],
        "note": note.decode(),
        "digest": notes.digest(note).hex(),
        "bad": [{"reason": "the auditor did not sign", "note": alone.decode(), "result": _REFUSED}],
    }


def _messages() -> dict[str, Any]:
    elements = tuple(oprf.hash_to_group(bytes([number])) for number in range(4))
    request = messages.EvaluationRequest(_fixed("question", 16), 7, elements, "hausbesuch", _fixed("user", 16))
    secret, _ = oprf.derive_key_pair(_fixed("oprf"), b"obacht vectors")
    nonce = group.scalar_reduce(_fixed("proof", 64))
    evaluated, proof = oprf.blind_evaluate(secret, list(elements), proof_scalar=nonce)
    response = messages.EvaluationResponse(request.question, 7, tuple(evaluated), proof)
    bad = {
        "elements": replace(request, elements=elements[:3]).encode(),
        "element": request.encode().replace(b'"elements":["', b'"elements":["AAAA","'),
        "epoch": request.encode().replace(b'"epoch":7', b'"epoch":"7"'),
        "purpose": request.encode().replace(b"hausbesuch", b"Haus besuch"),
        "json": request.encode()[:-1],
    }
    return {
        "request": request.encode().decode(),
        "response": response.encode().decode(),
        "bad_requests": [{"code": code, "body": body.decode(), "result": _REFUSED} for code, body in bad.items()],
    }


def _ceremony() -> dict[str, Any]:
    coefficients = [oprf.derive_key_pair(_fixed(f"coefficient {number}"), b"")[0] for number in range(2)]
    shares = threshold.split(coefficients[0], 2, [1, 2, 3], coefficients[1:])
    offices = [
        transcript.Seat(
            index=index,
            name=f"Key office {index}",
            url=f"https://keys{index}.town.example",
            transport_key=_fixed(f"transport key {index}"),
            public_share=group.multiply_base(share),
            sealed=_fixed(f"sealed share {index}"),
        )
        for index, share in shares.items()
    ]
    made = transcript.make(coefficients, offices, deployment="town.example", epoch=1)
    text = made.encode().decode()
    bad = {
        "a public share is another office's": text.replace(
            encoding.base64url(offices[0].public_share), encoding.base64url(offices[1].public_share)
        ),
        "the threshold was lowered": text.replace('"threshold":2', '"threshold":1'),
    }
    return {
        "coefficients": [scalar.hex() for scalar in coefficients],
        "shares": {str(index): share.hex() for index, share in shares.items()},
        "card": transcript.Card("town.example", offices[0].name, offices[0].url, offices[0].transport_key)
        .encode()
        .decode(),
        "transcript": text,
        "digest": made.digest.hex(),
        "facts": made.facts.hex(),
        "bad": [{"reason": reason, "transcript": wrong, "result": _REFUSED} for reason, wrong in bad.items()],
    }
