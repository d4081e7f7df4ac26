"""The cryptographic operations of one question, by which it is measured."""

import os
from collections.abc import Sequence
from typing import Final

from nacl.bindings import crypto_sign_open
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from obacht_clients.registers import Copy
from obacht_keys.custody import Custody
from obacht_protocol import entries, matching, notes, oprf, register, rows, sketch, stretch, threshold
from obacht_protocol.entries import Logged
from obacht_protocol.identity import Person
from obacht_protocol.messages import QUESTION_LENGTH, USER_LENGTH
from obacht_protocol.receipts import NONCE_LENGTH, Receipt

_SIGNED: Final = 320
"""Bytes of a signature base."""
_ENTRY: Final = 2_500
"""Bytes of an entry on the log."""


class Operations:
    """Everything of a question that is cryptography, on both sides of the wire, but for the stretch."""

    def __init__(self, custody: Custody, copy: Copy, persons: Sequence[Person]) -> None:
        """Find every person's rows in the register, for which the custody's key was asked."""
        self._custody = custody
        self._shares = {custody.facts.index: custody.facts.public_share}
        self._publication = copy.head.publication
        self._copy = copy
        self._device = SigningKey.generate()
        self._auditor = bytes(PrivateKey.generate().public_key)
        self._log = notes.SigningKey("bench", os.urandom(32))
        self._log_key = self._log.verify_key
        self._name = custody.facts.deployment.encode()
        self._inputs = {person: self._keys(person) for person in persons}
        self._prks = {person: self._stretched(inputs) for person, inputs in self._inputs.items()}
        self._rows = {person: self._found(prks) for person, prks in self._prks.items()}

    def run(self, person: Person) -> None:
        """Do them all for a question about ``person``."""
        inputs = self._inputs[person]
        blinded = [oprf.blind(data) for data in inputs]
        elements = [element for _, element in blinded]
        base = os.urandom(_SIGNED)
        signature = self._device.sign(base).signature
        crypto_sign_open(signature + base, bytes(self._device.verify_key))
        self._receipt(person, [blind for blind, _ in blinded]).seal(self._auditor)
        leaf = entries.leaf(os.urandom(entries.SALT_LENGTH), os.urandom(_ENTRY))
        Logged.sign(self._log, bytes(QUESTION_LENGTH), 0, leaf).verify(self._log_key, bytes(QUESTION_LENGTH))
        evaluated, proof = self._custody.evaluate(tuple(elements))
        threshold.finalize(
            inputs,
            [blind for blind, _ in blinded],
            elements,
            {self._custody.facts.index: threshold.Answer(evaluated, proof)},
            shares=self._shares,
            threshold=1,
        )
        for prk in self._prks[person]:
            for tag, entry_key in self._publication.derive_all(prk):
                if (row := self._rows[person].get(tag)) is not None:
                    entry = rows.open_row(self._publication, row, tag, entry_key)
                    sketch.grade(person, entry.sketch, entry_key)

    @staticmethod
    def _receipt(person: Person, blinds: Sequence[bytes]) -> Receipt:
        return Receipt(
            question=bytes(QUESTION_LENGTH),
            epoch=1,
            time=0,
            purpose="bench",
            user=bytes(USER_LENGTH),
            nonce=bytes(NONCE_LENGTH),
            blinds=(blinds[0], blinds[1], blinds[2], blinds[3]),
            subject=person,
        )

    def _keys(self, person: Person) -> list[bytes]:
        return [key.encode(self._name) for key in matching.question_keys(person)]

    def _stretched(self, inputs: list[bytes]) -> list[bytes]:
        blinded = [oprf.blind(data) for data in inputs]
        evaluated, _ = self._custody.evaluate(tuple(element for _, element in blinded))
        outputs = oprf.unblind(inputs, [blind for blind, _ in blinded], evaluated)
        return [stretch.stretch(output, stretch.CHEAPEST) for output in outputs]

    def _found(self, prks: list[bytes]) -> dict[bytes, bytes]:
        found = (
            (tag, register.find(self._copy.buckets, self._copy.head.bits, tag))
            for prk in prks
            for tag, _ in self._publication.derive_all(prk)
        )
        return {tag: row for tag, row in found if row is not None}
