"""What the demo's office says in its ``office.toml`` besides what ``obacht-office init`` wrote there."""

from typing import Final

PHONE: Final = "+49 221 555 0100"
_LETTERS: Final = f"""
[letters]
body = "Demostadt"
office = "Sicherheitsstelle"
street = "Erfundener Platz 1"
town = "50999 Demostadt"
phone = "{PHONE}"
mail = "sicherheitsstelle@demostadt.example"
data_protection_officer = "Datenschutzbeauftragte der Demostadt, Erfundener Platz 1, dsb@demostadt.example"
supervisory_authority = "Landesaufsicht für den Datenschutz (erfunden), aufsicht@land.example"
remedies = "Gegen diesen Bescheid kann innerhalb eines Monats nach Bekanntgabe Klage erhoben werden (erfunden)."
"""


def changed(text: str, port: int, reports: str) -> str:
    """Give ``office.toml`` of an office that is shown around, writes letters and takes reports.

    Args:
        text: As it was written at first.
        port: Of 127.0.0.1, where the service listens and browsers find it.
        reports: Where departments find it.
    """
    for before, after in (
        ('"127.0.0.1:8300"', f'"127.0.0.1:{port}"'),
        ('"http://localhost:8300"', f'"http://localhost:{port}"'),
        ('reports = ""', f'reports = "{reports}"\ndemonstration = true'),
    ):
        text = text.replace(before, after)
    return text + _LETTERS
