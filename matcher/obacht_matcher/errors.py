"""The errors of this package: one root, and what can be wrong with the store, the home and a publication."""


class MatcherError(Exception):
    """Root of everything this package raises."""


class SettingsError(MatcherError):
    """The settings are missing or malformed; the message says where and what to do."""


class EmbeddedError(MatcherError):
    """The embedded store cannot be started or stopped; the message says what to do."""


class StoreError(MatcherError):
    """The store does not answer, or no longer holds what was asked for. Nothing may be answered in its place."""


class OvertakenError(MatcherError):
    """What was to be switched no longer follows what is in force.

    Attributes:
        code: The reason, a key of :data:`obacht_protocol.problems.PROBLEMS`.
    """

    def __init__(self, code: str) -> None:
        """Keep the code; it is the whole message."""
        super().__init__(code)
        self.code = code
