"""The street list as pages and imports use it: read once, and again when somebody has put another in its place."""

from obacht_enrollment.database import Database
from obacht_enrollment.streets.index import Street, StreetIndex
from obacht_enrollment.streets.store import StreetStore


class Streets:
    """The list that is in the database, whenever it is looked at. Threads may share it."""

    def __init__(self, database: Database) -> None:
        """Take the database; the list is read when somebody first looks."""
        self._store = StreetStore(database)
        self._read: tuple[int, StreetIndex] = (0, StreetIndex(()))

    def index(self) -> StreetIndex:
        """Give the list made for looking; ``StoreError`` if the database fails."""
        version = self._store.version()
        known, index = self._read
        if version != known:
            index = StreetIndex(self._store.streets())
            self._read = (version, index)
        return index

    def complete(self, prefix: str, limit: int = 10) -> list[Street]:
        """Suggest official names for the beginning of one, as :meth:`.index.StreetIndex.complete` does."""
        return self.index().complete(prefix, limit)
