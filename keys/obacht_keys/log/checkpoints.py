"""The log's newest checkpoint: made when the tree has grown, kept, and given out with the cosignatures it has."""

from obacht_keys.errors import LogError
from obacht_keys.log import proofs
from obacht_keys.log.key import LogKey
from obacht_keys.log.ledger import Ledger
from obacht_protocol.checkpoints import Checkpoint, WitnessKey, with_lines
from obacht_protocol.errors import ProtocolError


class Checkpoints:
    """The checkpoints of one log.

    Attributes:
        time: When the newest one was made, Unix seconds.
        note: The newest one, with the cosignatures it has.
        newest: What it says.
    """

    def __init__(self, ledger: Ledger, key: LogKey, now: int) -> None:
        """Check what is on the disk against the newest checkpoint, and make one of it if it has grown since.

        Args:
            ledger: The log.
            key: Signs checkpoints.
            now: Unix seconds.

        Raises:
            LogError: The log is not the one whose checkpoint is kept with it.
            StoreError: The log's database fails.
        """
        self._ledger = ledger
        self._key = key
        kept = ledger.store.checkpoint()
        if kept is None:
            self._make(now)
            return
        self.time, self.note = kept
        try:
            self.newest = Checkpoint.verify(self.note, key.verify_key)
        except ProtocolError as error:
            raise LogError("the newest checkpoint in log.db was not made with this office's log.locked") from error
        if self.newest.size > ledger.size or proofs.root(ledger.store, self.newest.size) != self.newest.root:
            raise LogError("the entries in log.db are not those of its newest checkpoint: it was altered or cut off")
        self.renew(now)

    def renew(self, now: int) -> None:
        """Make the next checkpoint if the tree has grown; ``StoreError`` if it cannot be kept."""
        if self._ledger.size != self.newest.size:
            self._make(now)

    def cosigned(self, size: int, lines: bytes, witness: WitnessKey) -> None:
        """Take a witness's answer: signature lines, for the checkpoint of a tree of ``size``.

        Raises:
            NoteError: The cosignature is missing or wrong.
            StoreError: It cannot be kept.
        """
        if size == self.newest.size:
            note = with_lines(self.note, lines, [witness])
            witness.verify(note)
            self._ledger.store.keep_checkpoint(self.time, note)
            self.note = note
        self._ledger.store.keep_witnessed(str(witness), size)

    def _make(self, now: int) -> None:
        ledger = self._ledger
        newest = Checkpoint(self._key.name, ledger.size, ledger.root)
        note = newest.sign(self._key.note_key)
        ledger.store.keep_checkpoint(now, note)
        self.time, self.note, self.newest = now, note, newest
