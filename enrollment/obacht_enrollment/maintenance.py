"""When the office was last backed up, and when a backup was last tried: what ``doctor`` tells of it."""

from dataclasses import dataclass
from typing import Final, Self

from obacht_enrollment.errors import HomeError
from obacht_enrollment.home import MAINTENANCE, Home
from obacht_protocol.encoding import canonical_json, parse_json
from obacht_protocol.errors import EncodingError
from obacht_protocol.structures import from_json, to_json

_TYPE: Final = "obacht/v1/office-maintenance"


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What is on record of an office's upkeep; it goes into no backup, since it is about this folder.

    Attributes:
        type: That it is this record.
        backup: Unix seconds of the last backup; 0 if there was none.
        tested: Unix seconds at which a backup was last restored for a test; 0 if none was.
    """

    type: str = _TYPE
    backup: int = 0
    tested: int = 0

    @classmethod
    def read(cls, home: Home) -> Self:
        """Read the record; ``HomeError`` if it is there and cannot be read."""
        if not home.has(MAINTENANCE):
            return cls()
        try:
            return from_json(cls, parse_json(home.read(MAINTENANCE).strip()))
        except EncodingError as error:
            raise HomeError("file-form", path=home.path(MAINTENANCE)) from error

    def write(self, home: Home) -> None:
        """Write the record; ``HomeError`` if that fails."""
        home.replace(MAINTENANCE, canonical_json(to_json(self)) + b"\n")
