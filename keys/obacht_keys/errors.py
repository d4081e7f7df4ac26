"""The errors of this package: one root. Their messages are for the operator and hold no secret."""


class KeysError(Exception):
    """Root of everything this package raises."""


class SettingsError(KeysError):
    """The office's settings are missing or wrong."""


class CustodyError(KeysError):
    """The key share cannot be made, read or unlocked."""


class CeremonyError(KeysError):
    """A key cannot be shared among these offices, or a file of a ceremony is not what it should be."""


class StoreError(KeysError):
    """A database cannot be opened, is damaged, or is locked by another process."""


class RegistryError(KeysError):
    """A department or a device is unknown, or stands in the registry in another way."""


class LogError(KeysError):
    """The log of questions cannot be opened or asked, or is not the log that a witness has seen."""


class DescriptorRefusedError(KeysError):
    """A descriptor is not put in force.

    Attributes:
        code: A key of :data:`obacht_protocol.problems.PROBLEMS`.
    """

    def __init__(self, code: str) -> None:
        """Keep the code; it is the whole message."""
        super().__init__(code)
        self.code = code
