"""How many receipts the auditor opens and checks, against the cryptographic operations of that alone."""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from nacl.public import PrivateKey, SealedBox
from nacl.signing import VerifyKey

from bench.figures import Fact, Findings
from log_office import Client, Log
from obacht_clients.audit.setting import Setting
from obacht_clients.audit.verifying import verify
from obacht_protocol import entries, matching, oprf
from obacht_protocol.entries import Entry
from obacht_protocol.messages import EvaluationRequest
from obacht_protocol.receipts import Receipt
from town import person

_ORIGIN = "http://127.0.0.1:8200"
_CANARY = matching.question_keys(person("Prüfstein", "Kanaria", "02.01.1970"))


def measure(*, receipts: int = 400, rounds: int = 5) -> Findings:
    """Verify entries with one receipt each, in turns with their cryptographic operations."""
    log, key = Log.of(_ORIGIN, "test-town"), PrivateKey.generate()
    client = Client(log)
    for number in range(receipts):
        part = client.part(person("Müller", "Anna Maria", f"{1 + number % 28:02}.03.1980"))
        client.ask(part, sealed=[part[1].seal(bytes(key.public_key))])
    setting = Setting.of(
        deployment="test-town",
        origin=_ORIGIN,
        publishers=frozenset(),
        keys={"2027-01": bytes(key)},
        destroyed=frozenset(),
        secret=bytes(32),
        canary=_CANARY,
    )
    operations = [_Operations(leaf, data, key) for leaf, data in zip(log.leaves, log.data, strict=True)]
    taken, bare = [], []
    for _ in range(rounds):
        taken.append(_time([partial(_check, number, log, setting) for number in range(receipts)]))
        bare.append(_time([one.run for one in operations]))
    each, least = statistics.median(taken) / receipts, statistics.median(bare) / receipts
    return Findings(
        "Receipts opened by the auditor",
        [],
        [
            Fact("entries verified per second and core, each with one receipt opened and checked", f"{1 / each:,.0f}"),
            Fact(
                "the same, against its cryptographic operations (leaf, signature, sealed box, four blinded keys)",
                f"{each / least:.2f} times",
            ),
        ],
    )


def _check(number: int, log: Log, setting: Setting) -> None:
    if verify(number, log.leaves[number], log.data[number], setting).faults:
        raise AssertionError("an honest receipt was found wrong")


class _Operations:
    def __init__(self, leaf: bytes, data: bytes, key: PrivateKey) -> None:
        self._leaf, self._data, self._box = leaf, data, SealedBox(key)
        self._entry = Entry.parse(data[entries.SALT_LENGTH :])
        self._sealed = EvaluationRequest.parse(self._entry.body).receipts[0]
        receipt = Receipt.open(self._sealed, bytes(key))
        encoded = [key.encode(b"test-town") for key in receipt.keys]
        self._inputs = list(zip(encoded, receipt.blinds, strict=True))

    def run(self) -> None:
        entries.leaf(self._data[: entries.SALT_LENGTH], self._data[entries.SALT_LENGTH :])
        VerifyKey(self._entry.device).verify(self._entry.base, self._entry.signature)
        self._box.decrypt(self._sealed)
        for data, blind in self._inputs:
            oprf.blind(data, blind)


def _time(work: Sequence[Callable[[], object]]) -> float:
    begin = time.process_time()
    for one in work:
        one()
    return time.process_time() - begin
