"""Invented files of records, as real offices might bring them."""

from obacht_enrollment.cases.obstacles import Rules as CaseRules
from obacht_enrollment.cases.retention import Retention
from obacht_enrollment.imports import lines
from obacht_enrollment.imports.entries import Checked, Rules, check
from obacht_enrollment.streets.index import StreetIndex
from safety_office import NOW

COLUMNS = (
    "Nachname", "Vorname", "Geburtsname", "Geb.-Datum", "Alias", "PLZ", "Straße", "Hausnr.", "Seite", "Stufe",
    "Begründung", "Kontakt", "Gültig bis", "Wiedervorlage", "Grund", "Grund vom", "Az.", "Bemerkung",
)  # fmt: skip
PERSON = {"Nachname": "Meyer", "Vorname": "Jörg", "Geb.-Datum": "14.05.1971"}
ADDRESS = {"PLZ": "50825", "Straße": "Venloer Str.", "Hausnr.": "12"}
BOTH = {"Stufe": "2", "Gültig bis": "31.12.2027", "Grund": "Strafanzeige", "Az.": "1 Js 1/26"}
RULES = Rules(CaseRules("test-town", {1, 7}, Retention(), NOW), 7)


def row(**fields: str) -> dict[str, str]:
    """Give a row about a person, with other fields; underscores stand for what is no letter in a column's name."""
    return PERSON | BOTH | _named(fields)


def address_row(**fields: str) -> dict[str, str]:
    """The same about an address."""
    return ADDRESS | BOTH | _named(fields)


def file(*rows: dict[str, str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """Write rows as a file."""
    written = [COLUMNS, *([one.get(name, "") for name in COLUMNS] for one in rows)]
    return "".join(separator.join(fields) + "\n" for fields in written).encode(encoding)


def checked(*rows: dict[str, str], streets: StreetIndex | None = None) -> list[Checked]:
    """Read and check rows."""
    table = lines.read(file(*rows))
    return [check(line, RULES, streets or StreetIndex(())) for line in table.lines()]


def _named(fields: dict[str, str]) -> dict[str, str]:
    letters = {"".join(filter(str.isalpha, name)): name for name in COLUMNS}
    return {letters[name.replace("_", "")]: text for name, text in fields.items()}
