"""The errors of this package: one root, one class for each thing that can be wrong.

A message may end in a log, so it names a record by its number, a line of a file by its number, and never an identity.
"""


class OfficeError(Exception):
    """Root of everything this package raises.

    Attributes:
        code: A stable word for what is wrong, which the commands turn into a sentence in the reader's language.
        details: What the sentence names besides: record numbers, file names, field names, counts.
    """

    def __init__(self, code: str, **details: object) -> None:
        """Keep code and details; the message is made of both."""
        super().__init__(" ".join([code, *(f"{name}={value}" for name, value in details.items())]))
        self.code = code
        self.details = details


class HomeError(OfficeError):
    """The office's folder or a file in it is missing, in the way, or malformed."""


class SettingsError(OfficeError):
    """``office.toml`` holds something that no office can work with."""


class VaultError(OfficeError):
    """A passphrase is missing or wrong, or something sealed cannot be opened."""


class StoreError(OfficeError):
    """The records cannot be read or written."""


class BackupError(OfficeError):
    """A backup cannot be made, or is none, or cannot be restored where it should be."""


class ImportFileError(OfficeError):
    """A file of records cannot be read as a table at all."""


class DescriptorDraftError(OfficeError):
    """A deployment descriptor cannot be drafted, signed or put in force."""


class EnrollingError(OfficeError):
    """Records could not be enrolled; those of finished batches are."""


class PublishingError(OfficeError):
    """A register could not be built or published; the one before stays in force."""


class CaseError(OfficeError):
    """A case, or what belongs to it, is not as it must be, or cannot be changed in this way."""


class InboxError(OfficeError):
    """A report, or a device that sends reports, is not there, or cannot be treated in this way."""


class MatcherError(OfficeError):
    """The matcher refused something or cannot be reached.

    Attributes:
        code: Its own problem code, or ``unreachable``.
    """


class AccountError(OfficeError):
    """A user's account, or what is to become of it, is not as it must be."""


class ForbiddenError(OfficeError):
    """Somebody has no right to what they asked for."""


class SignInError(OfficeError):
    """Somebody did not prove who they are; the code says no more than they may know."""


class LetterError(OfficeError):
    """A letter cannot be written."""
