"""A witness in a process of its own, for tests that kill it: it prints each size it has cosigned, and goes on."""

import sys
from pathlib import Path

from obacht_clients.witnessing import Witness
from obacht_protocol import merkle, notes
from obacht_protocol.checkpoints import Checkpoint, Submission, WitnessSigner

KEY = notes.SigningKey("keys.example/town", bytes(32))
LOGS = {KEY.name: KEY.verify_key}
SIGNER = WitnessSigner("witness", bytes(range(32)))
LEAVES = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(2000)]


def submission(old: int, new: int, leaves: list[bytes] = LEAVES) -> bytes:
    checkpoint = Checkpoint(KEY.name, new, merkle.root(leaves[:new]))
    return Submission(old, merkle.consistency_proof(leaves[:new], old), checkpoint.sign(KEY)).encode()


if __name__ == "__main__":
    witness, size = Witness(Path(sys.argv[1]), SIGNER), int(sys.argv[2])
    while True:
        witness.cosign(submission(size, size + 1), LOGS, 1)
        size += 1
        sys.stdout.write(f"{size}\n")
        sys.stdout.flush()
