"""What a witness decides about a checkpoint that is submitted to it (C2SP tlog-witness), without network or storage.

A witness keeps, for every log that it knows, the last checkpoint that it cosigned. Whoever runs one reads what is kept,
judges, and keeps the new checkpoint, in one step that nothing comes between, and only then gives the cosignature out.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from obacht_protocol import merkle
from obacht_protocol.checkpoints import Checkpoint, Submission
from obacht_protocol.errors import CheckpointError, MerkleError, NoteError, WitnessError
from obacht_protocol.notes import VerifyKey


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission whose checkpoint is signed by a log that the witness knows.

    Attributes:
        submission: As it came.
        checkpoint: Its checkpoint, verified.
    """

    submission: Submission
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, body: bytes, logs: Mapping[str, VerifyKey]) -> "Submitted":
        """Read the body of ``POST .../add-checkpoint``.

        Args:
            body: At most 64 KiB.
            logs: The keys of the logs that the witness knows, by the logs' names.

        Raises:
            WitnessError: 400 (malformed, or older than what it goes on from), 403 (not signed by the log) or 404 (the
                log is unknown).
        """
        try:
            submission = Submission.parse(body)
            key = logs.get(Checkpoint.parse(submission.note).origin)
        except (CheckpointError, NoteError) as error:
            raise WitnessError(400) from error
        if key is None:
            raise WitnessError(404)
        try:
            checkpoint = Checkpoint.verify(submission.note, key)
        except (CheckpointError, NoteError) as error:
            raise WitnessError(403) from error
        if submission.old > checkpoint.size:
            raise WitnessError(400)
        return cls(submission, checkpoint)

    def judge(self, seen: Checkpoint | None) -> Checkpoint:
        """Give the checkpoint if it goes on from the one that was cosigned last.

        Args:
            seen: The last one of this log, or None if there was none.

        Raises:
            WitnessError: 409 (the witness has seen another size, or another tree of this size) or 422 (the proof does
                not hold).
        """
        new, old = self.checkpoint, Checkpoint(self.checkpoint.origin, 0, merkle.root([])) if seen is None else seen
        if self.submission.old != old.size:
            raise WitnessError(409, old.size)
        if new.size == old.size and not hmac.compare_digest(new.root, old.root):
            raise WitnessError(409, old.size)
        try:
            merkle.verify_consistency(old.size, old.root, new.size, new.root, self.submission.proof)
        except MerkleError as error:
            raise WitnessError(422) from error
        return new
