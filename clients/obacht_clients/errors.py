"""The errors of this package: one root, and one stable word for each reason why no check was made.

What comes from outside (network, servers, disk) is translated into these at the boundary, so that nothing of it can be
mistaken for an answer. A reason is all that an error carries: no identity, no address of a person, no server's text.
"""

from typing import Final

from obacht_protocol.problems import PROBLEMS

REASONS: Final = frozenset(
    {
        # This machine
        "home-missing", "home-broken", "home-busy", "home-full", "home-other", "device-key", "clock", "memory",
        "library", "internal",
        # The way to a server
        "unreachable", "proxy", "tls", "timeout", "interrupted", "redirect", "compressed", "too-large", "refused",
        # The descriptor
        "descriptor-signature", "descriptor-form", "descriptor-deployment", "descriptor-order", "descriptor-expired",
        "epoch", "purpose",
        # The head
        "head-signature", "head-form", "head-deployment", "head-descriptor", "head-epoch", "head-expired", "head-order",
        # The register
        "register", "row", "canary",
        # The key offices, and the receipts that go to them
        "receipt-key", "office-answer", "office-log", "office-proof", "office-slow",
        # What was asked
        "list-long", "script",
        # A report to the safety office
        "no-reports", "report-answer",
        # The auditor's own files
        "key-file", "key-exists", "passphrase", "passphrase-short", "note-file", "note-form", "note-office",
        "note-auditor", "note-order", "note-roots", "note-receipts",
        # The auditor's look at the logs, and its own
        "month", "month-exists", "no-months", "looks", "look-reason", "second-same", "witness-state", "witness-address",
        "download", "no-descriptor", "known",
    }
)  # fmt: skip
"""Our own reasons."""

REFUSALS: Final = frozenset(f"refused-{code}" for code in PROBLEMS)
"""The reasons that a server of ours states itself."""


class ClientError(Exception):
    """Root of everything this package raises.

    Attributes:
        reason: One of :data:`REASONS` or :data:`REFUSALS`, which :mod:`obacht_clients.words` turns into sentences.
        again: From when on it makes sense to try again, Unix seconds; None if nobody said.
    """

    def __init__(self, reason: str, again: int | None = None) -> None:
        """Keep the reason, which is the whole message, and the moment."""
        if reason not in REASONS and reason not in REFUSALS:
            raise AssertionError("a reason needs words")
        super().__init__(reason)
        self.reason = reason
        self.again = again


class HomeError(ClientError):
    """What this client keeps on disk is missing, unreadable, or not its own."""


class TransportError(ClientError):
    """A server could not be asked, or refused."""


class TrustError(ClientError):
    """A descriptor or a head is not what the pinned keys and what was seen before allow."""


class RegisterError(ClientError):
    """The register is not what its head promises, or cannot be used."""


class OfficeError(ClientError):
    """A key office's answer is not to be used."""


class StretchError(ClientError):
    """This machine could not stretch an answer."""


class ListError(ClientError):
    """A list of persons cannot be asked about as it is."""


class ReportingError(ClientError):
    """The safety office takes no reports, or its answer to one is not to be used."""


class AuditError(ClientError):
    """The auditor's key cannot be used, or a descriptor must not be signed."""
