"""Who writes: the table ``[letters]`` of ``office.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

from obacht_enrollment.errors import SettingsError

_LEGAL_BASIS: Final = (
    "§ 3 des Gesetzes zur Verarbeitung von personenbezogenen Daten zum Schutz der Beschäftigten öffentlicher Stellen "
    "vor gefährdenden Personen (Beschäftigtenschutzgesetz NRW) vom 18. November 2025 (GV. NRW. 2025 S. 1012), "
    "in Verbindung mit Artikel 6 Absatz 1 Buchstabe e und Absatz 3 und mit Artikel 10 der Datenschutz-Grundverordnung "
    "(DSGVO)"
)
_LEGAL_BASIS_ENGLISH: Final = (
    "Section 3 of the North Rhine-Westphalian Act for the protection of employees (Beschäftigtenschutzgesetz NRW) of "
    "18 November 2025 (GV. NRW. 2025 p. 1012), in conjunction with Article 6(1)(e) and (3) and with Article 10 of the "
    "General Data Protection Regulation (GDPR)"
)
_MAY_BE_EMPTY: Final = frozenset({"represented_by", "reference", "hours", "web", "processors", "processors_english"})
_REFUSALS: Final = frozenset({"remedies", "remedies_english"})
_MOST: Final = 4000


@dataclass(frozen=True, slots=True)
class Sender:
    """The public body that is responsible, and its safety office. Texts of several lines keep their lines.

    Attributes:
        body: Name of the public body that is responsible (the controller), at most 60 characters.
        office: Name of its safety office, at most 60 characters.
        street: Street and number, or post box, at most 60 characters.
        town: Postcode and town, at most 60 characters.
        phone: To call the safety office.
        mail: To write to it.
        data_protection_officer: Name or title, address, telephone, mail.
        supervisory_authority: The same of the authority to which a person may complain.
        represented_by: Who acts for the body in law ("die Oberbürgermeisterin"); may be empty.
        reference: What stands before the number of a case in its file reference ("SiSt"); may be empty.
        hours: When the office answers; may be empty.
        web: Address of a page about the register; may be empty.
        processors: Who processes data on the body's behalf, for instance its computing centre; may be empty.
        processors_english: The same in English.
        legal_basis: On which law the register rests.
        legal_basis_english: The same in English.
        remedies: What can be done against a refusal, by when and where. Without it no refusal can be written.
        remedies_english: The same in English.
    """

    body: str
    office: str
    street: str
    town: str
    phone: str
    mail: str
    data_protection_officer: str
    supervisory_authority: str
    represented_by: str = ""
    reference: str = ""
    hours: str = ""
    web: str = ""
    processors: str = ""
    processors_english: str = ""
    legal_basis: str = _LEGAL_BASIS
    legal_basis_english: str = _LEGAL_BASIS_ENGLISH
    remedies: str = ""
    remedies_english: str = ""

    def __post_init__(self) -> None:
        """Refuse what no letter can be headed with; ``SettingsError`` names the setting."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, str) or len(value) > _MOST:
                raise SettingsError("setting", name=f"letters.{field.name}")
            if not value.strip() and field.name not in _MAY_BE_EMPTY | _REFUSALS:
                raise SettingsError("setting", name=f"letters.{field.name}")
        for name in ("body", "office", "street", "town"):
            value = getattr(self, name)
            if len(value) > 60 or "\n" in value:
                raise SettingsError("setting", name=f"letters.{name}")

    @classmethod
    def parse(cls, table: Any) -> Self:  # noqa: ANN401 - whatever the file holds
        """Read the table; ``SettingsError`` names the setting that is missing, unknown or wrong."""
        if not isinstance(table, Mapping):
            raise SettingsError("setting", name="letters")
        known = {field.name: field for field in fields(cls)}
        for name in table:
            if name not in known:
                raise SettingsError("setting", name=f"letters.{name}")
        try:
            # a text of several lines may end with an empty one, where the file closes it
            return cls(**{name: value.strip() if isinstance(value, str) else value for name, value in table.items()})
        except TypeError as error:
            missing = next(name for name in known if name not in table)
            raise SettingsError("setting", name=f"letters.{missing}") from error
