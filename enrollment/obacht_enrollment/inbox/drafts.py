"""From a report to the first draft of a case: what fits goes to its place, all else to the remarks, nothing is lost."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from obacht_enrollment.cases.content import Content, Ground, Incident, Name, Place
from obacht_enrollment.cases.dates import Birth
from obacht_protocol.reports import Report

_TIME: Final = 11
"""Where the time of day begins in an incident's time."""


def of(report: Report, receipt: str) -> Content:
    """Give what a case says that begins with a report. What decides about an entry is left to people.

    Args:
        report: Opened.
        receipt: Its receipt number.
    """
    person, incident, ground = report.person, report.incident, report.ground
    birth = [int(part) for part in person.birth_date.split("-") if part]
    content = Content(
        name=Name(person.family_name, person.given_names, person.birth_name),
        birth=Birth(*birth),
        places=(Place(person.postcode, person.street, person.house_number),) if person.street else (),
        incidents=(
            Incident(
                day=dt.date.fromisoformat(incident.time[:10]),
                time=incident.time[_TIME:],
                place=incident.place,
                kind=incident.kind,
                what=incident.what,
                reporter=report.reporter.office,
            ),
        ),
        ground=Ground()
        if ground is None
        else Ground(ground.kind, ground.file_number, dt.date.fromisoformat(ground.date) if ground.date else None),
        remarks="\n".join(_remarks(report, receipt)),
    )
    return Content.parse(content.encode())  # letters as a case has them (NFC), however they were typed


def _remarks(report: Report, receipt: str) -> Iterator[str]:
    person, reporter = report.person, report.reporter
    yield f"Meldung {receipt} von {reporter.name}, {reporter.office}, Telefon {reporter.phone}"
    if person.aliases:
        yield f"Andere Namen: {person.aliases}"
    if person.town or (not person.street and (person.postcode or person.house_number)):
        address = (person.street, person.house_number, person.postcode, person.town)
        yield "Anschrift: " + " ".join(part for part in address if part)
    if person.description:
        yield f"Beschreibung: {person.description}"
