"""The street list in the database."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select

from obacht_enrollment.database import Database
from obacht_enrollment.streets.index import Street
from obacht_enrollment.streets.tables import StreetRow


class StreetStore:
    """Reads and writes the street list; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Take the database, which other stores use beside this one."""
        self._database = database

    def replace(self, streets: Iterable[Street]) -> None:
        """Put a new list in the place of the one before, all of it or nothing."""
        with self._database.writing() as session:
            session.execute(delete(StreetRow))
            session.add_all(
                StreetRow(name=street.name, key=street.key, postcode=postcode)
                for street in streets
                for postcode in street.postcodes or ("",)
            )

    def version(self) -> int:
        """Give a number that is another after each :meth:`replace`; 0 while there is no list."""
        with self._database.reading() as session:
            return session.scalar(select(func.max(StreetRow.number))) or 0

    def streets(self) -> list[Street]:
        """Give all streets, by name."""
        with self._database.reading() as session:
            rows = session.execute(select(StreetRow.name, StreetRow.key, StreetRow.postcode)).all()
        found: dict[tuple[str, str], set[str]] = {}
        for name, key, postcode in rows:
            found.setdefault((name, key), set()).add(postcode)
        return sorted(Street(name, key, tuple(sorted(codes - {""}))) for (name, key), codes in found.items())
