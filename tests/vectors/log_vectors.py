"""Language-neutral vectors of the log of questions: proofs, entries, promises, checkpoints, receipts; in log.json."""

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

from obacht_protocol import entries, group, merkle, notes, oprf
from obacht_protocol.checkpoints import Checkpoint, Submission, WitnessSigner, with_lines
from obacht_protocol.entries import Entry, Logged
from obacht_protocol.identity import Address, Person
from obacht_protocol.receipts import Receipt

_DEPLOYMENT = "town.example"
_NOW = 1_800_000_000


def vectors() -> dict[str, Any]:
    """Compute all vectors; every random choice is fixed, so that any implementation gets the same bytes."""
    return {
        "about": "The log of questions of Obacht, protocol version 1. Bytes are lowercase hexadecimal.",
        "deployment": _DEPLOYMENT,
        "consistency": _consistency(),
        "entries": [_entry(number, entry) for number, entry in enumerate(_entries())],
        "promise": _promise(),
        "checkpoint": _checkpoint(),
        "receipts": [_receipt(receipt) for receipt in _receipts()],
    }


def _fixed(label: str, length: int = 32) -> bytes:
    return hashlib.shake_256(b"obacht vectors: " + label.encode()).digest(length)


def _leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(bytes([number])) for number in range(count)]


def _consistency() -> list[dict[str, Any]]:
    leaves = _leaves(13)
    return [
        {
            "old": old,
            "old_root": merkle.root(leaves[:old]).hex(),
            "new": new,
            "new_root": merkle.root(leaves[:new]).hex(),
            "proof": [part.hex() for part in merkle.consistency_proof(leaves[:new], old)],
        }
        for old, new in ((0, 5), (1, 2), (3, 7), (4, 8), (6, 13), (13, 13))
    ]


def _entries() -> list[Entry]:
    asked = Entry(
        entries.ANSWERED, _NOW, "", "Bürgeramt", _fixed("device"), b"the signature base", _fixed("signature", 64), b"{}"
    )
    return [
        asked,
        replace(asked, kind=entries.REFUSED, code="quota", body=b""),
        Entry(entries.EVENT, _NOW, "share-accepted", "2"),
    ]


def _entry(number: int, entry: Entry) -> dict[str, Any]:
    salt, details = _fixed(f"salt {number}"), entry.encode()
    return {
        "kind": entry.kind,
        "time": entry.time,
        "code": entry.code,
        "department": entry.department,
        "details": details.hex(),
        "salt": salt.hex(),
        "commitment": entries.commitment(salt, details).hex(),
        "leaf": entries.leaf(salt, details).hex(),
    }


def _key() -> notes.SigningKey:
    return notes.SigningKey(f"keys.{_DEPLOYMENT}/{_DEPLOYMENT}", _fixed("log key"))


def _promise() -> dict[str, Any]:
    question, leaf = _fixed("question", 16), _leaves(8)[7]
    logged = Logged.sign(_key(), question, 7, leaf)
    return {
        "log": str(_key().verify_key),
        "question": question.hex(),
        "message": entries.promise(_key().name, question, 7, leaf).hex(),
        "logged": logged.to_json(),
    }


def _checkpoint() -> dict[str, Any]:
    leaves, witness = _leaves(8), WitnessSigner(f"witness.{_DEPLOYMENT}", _fixed("witness"))
    note = Checkpoint(_key().name, 8, merkle.root(leaves)).sign(_key())
    line = witness.cosign(note, _NOW)
    return {
        "log": str(_key().verify_key),
        "note": note.decode(),
        "submission": Submission(3, merkle.consistency_proof(leaves, 3), note).encode().decode(),
        "witness": str(witness.key),
        "cosigned": with_lines(note, f"{line}\n".encode(), [witness.key]).decode(),
    }


def _receipts() -> list[Receipt]:
    blinds = tuple(group.scalar_reduce(_fixed(f"blind {number}", 64)) for number in range(4))
    person = Receipt(
        question=_fixed("question", 16),
        epoch=1,
        time=_NOW,
        purpose="hausbesuch",
        user=_fixed("user", 16),
        nonce=_fixed("nonce", 16),
        blinds=blinds,  # type: ignore[arg-type] # there are four
        subject=Person("Müller-Lüdenscheidt", "Änne Maria", dt.date(1984, 3, 7), "Großmann"),
        reference="Az 12/2026",
    )
    return [
        person,
        replace(person, subject=Person("Suharto", "", 1921), reason="Gefahr im Verzug"),
        replace(person, subject=Address("50667", "Straße des 17. Juni", "12 1/2"), reference=""),
    ]


def _receipt(receipt: Receipt) -> dict[str, Any]:
    blinded = [
        oprf.blind(key.encode(_DEPLOYMENT.encode()), blind)[1]
        for key, blind in zip(receipt.keys, receipt.blinds, strict=True)
    ]
    return {"plain": receipt.encode().hex(), "elements": [element.hex() for element in blinded]}
