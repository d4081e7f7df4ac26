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
