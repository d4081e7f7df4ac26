"""Who cosigned a checkpoint: what verifies, what cannot be told, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from obacht_protocol import notes
from obacht_protocol.checkpoints import WitnessKey
from obacht_protocol.errors import NoteError
from obacht_protocol.notes import VerifyKey

_ID: Final = 4


@dataclass(frozen=True, slots=True)
class Cosigners:
    """Names of witnesses.

    Attributes:
        verified: Those whose cosignature is right.
        unknown: Those that stand below the checkpoint, but whose keys are not known.
        missing: Known ones of which there is no cosignature (yet): that may be a matter of seconds.
        wrong: Known ones in whose name there is something else than their one right cosignature.
    """

    verified: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @classmethod
    def of(cls, note: bytes, log: VerifyKey, witnesses: Sequence[WitnessKey]) -> Self:
        """Look at all lines below a checkpoint but the log's own.

        A line in a known witness's name that no known key of that name has made is wrong, whatever key it claims:
        who reads the report goes by the name.

        Args:
            note: The checkpoint's, known to be signed by the log.
            log: The log's key.
            witnesses: Keys that are known; several may have one name, after a change.
        """
        _, lines = notes.split(note)
        known = {(key.name, key.id): key for key in witnesses}
        names = {key.name for key in witnesses}
        right, wrong, unknown = set[str](), set[str](), set[str]()
        for _, name, blob in lines:
            claim = name, blob[:_ID]
            if claim == (log.name, log.id):
                continue
            if name not in names:
                unknown.add(name)
                continue
            try:
                known[claim].verify(note)
                right.add(name)
            except (KeyError, NoteError):
                wrong.add(name)
        found = (right - wrong, unknown, names - right - wrong, wrong)
        return cls(*(tuple(sorted(some)) for some in found))
