"""The errors of this package: one root, and what a handler raises to refuse a request."""

from obacht_protocol.problems import PROBLEMS


class ServiceError(Exception):
    """Root of everything this package raises."""


class RefusalError(ServiceError):
    """A request is refused, for one of the reasons that the protocol names.

    Attributes:
        code: A key of :data:`obacht_protocol.problems.PROBLEMS`.
        retry_after: Seconds after which it makes sense to ask again, or None.
    """

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        """Keep the code; it is the whole message, so nothing of the request can slip into an answer or a log."""
        if code not in PROBLEMS:
            raise AssertionError("a refusal needs a code of the protocol")
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class AddressError(ServiceError):
    """A server cannot listen where it was told to; the message says why and what to do, in words."""


class FileError(ServiceError):
    """A file cannot be read or written; the message names it."""


class PassphraseError(ServiceError):
    """There is no usable passphrase; the message says what to do, and nothing of the passphrase."""
