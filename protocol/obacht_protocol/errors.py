"""The errors of this package: one root, one class for each thing that can be wrong.

Every parser of this package raises these and nothing else, whatever bytes it is given. A message names the field and
the rule that was broken, never the value: an error may end in a log, and a value may be an identity or a key.
"""


class ProtocolError(Exception):
    """Root of everything this package raises."""


class IdentityError(ProtocolError):
    """What was typed cannot stand for a person or an address.

    Attributes:
        field: The field that is wrong: ``family_name``, ``given_names``, ``birth_name``, ``birth_date``, ``postcode``,
            ``street`` or ``house_number``.
        code: A stable word for the reason, which a client turns into a sentence in the reader's language.
    """

    def __init__(self, field: str, code: str) -> None:
        """Keep the field and the code; the message is made of both and carries nothing that was typed."""
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class EncodingError(ProtocolError):
    """Bytes or text are not in the one form the protocol allows."""


class GroupError(ProtocolError):
    """An element or a scalar of ristretto255 is not canonical, is the identity or zero, or has the wrong length."""


class LibraryError(ProtocolError):
    """No usable libsodium was found."""


class ProofError(ProtocolError):
    """A DLEQ proof does not hold: the answer was not made with the key that was promised."""


class ThresholdError(ProtocolError):
    """Key shares do not lie on one polynomial, or too few were given."""


class StretchError(ProtocolError):
    """A stretch set is unknown, or Argon2id could not get its memory."""


class LockError(ProtocolError):
    """A locked secret cannot be unlocked.

    Attributes:
        code: ``form``, ``passphrase`` or ``memory``.
    """

    def __init__(self, code: str) -> None:
        """Keep the code; it is the whole message."""
        super().__init__(code)
        self.code = code


class RowError(ProtocolError):
    """A row of the register cannot be made or opened."""


class MerkleError(ProtocolError):
    """A Merkle proof does not lead to the root."""


class CheckpointError(ProtocolError):
    """A checkpoint of a log, or its submission to a witness, is malformed."""


class WitnessError(ProtocolError):
    """A witness does not cosign a checkpoint.

    Attributes:
        status: The HTTP status that says why (C2SP tlog-witness).
        size: The size of the tree that the witness has cosigned last, which goes with status 409; otherwise None.
    """

    def __init__(self, status: int, size: int | None = None) -> None:
        """Keep both; the status is the whole message."""
        super().__init__(str(status))
        self.status = status
        self.size = size


class EntryError(ProtocolError):
    """An entry of the log of questions is malformed, or is not what the log's key has promised."""


class ReceiptError(ProtocolError):
    """A receipt cannot be made, or is not about the elements that it came with.

    Attributes:
        code: ``long`` (what was typed does not fit), ``sealed`` (it does not open), ``form``, ``subject`` (its identity
            cannot be matched) or ``elements`` (they are not its identity's match keys, blinded).
    """

    def __init__(self, code: str) -> None:
        """Keep the code; it is the whole message."""
        super().__init__(code)
        self.code = code


class ReportError(ProtocolError):
    """A report cannot be made or opened, or a receipt number is none.

    Attributes:
        code: Of what was written ``empty``, ``too_long``, ``control``, ``format``, ``no_such_day``, ``before_1900`` or
            ``future``; ``key`` (what it is sealed to is no key), ``sealed`` (it does not open), ``form`` (what is in it
            is no report), or ``number`` (a receipt number that is none, or was misread).
        field: Which field is wrong: ``person``, ``ground``, or the name of a field in it; empty if none is.
    """

    def __init__(self, code: str, field: str = "") -> None:
        """Keep both; the message is made of both and carries nothing that was written."""
        super().__init__(f"{field}: {code}" if field else code)
        self.code = code
        self.field = field


class RegisterError(ProtocolError):
    """A register, or a bucket of it, is not what its head promises."""


class NoteError(ProtocolError):
    """A signed note is malformed, or a signature that it needs is missing or wrong."""


class HeadError(ProtocolError):
    """The head of a register is malformed, or does not fit what it is the head of."""


class DescriptorError(ProtocolError):
    """A deployment descriptor is malformed or contradicts itself."""


class TranscriptError(ProtocolError):
    """A key office's card or the transcript of a key ceremony is malformed, was altered, or contradicts itself."""


class MessageError(ProtocolError):
    """A message between parties is malformed.

    Attributes:
        code: A stable machine-readable word for what is wrong, which a server puts into its problem details.
    """

    def __init__(self, code: str) -> None:
        """Keep the code; it is the whole message."""
        super().__init__(code)
        self.code = code
