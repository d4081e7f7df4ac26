"""What departments of the demo's town have reported lately, and what the office did with the first of it."""

import datetime as dt
from typing import Final

from obacht_demo.staff import WORKER
from obacht_enrollment.accounts import users
from obacht_enrollment.inbox import drafting, service
from obacht_enrollment.office import Office

Typed = dict[str, dict[str, str]]
"""A report as ``obacht report --file`` takes it."""
_REPORTER: Final = {"office": "Bürgeramt", "name": "Melinda Schreiber", "phone": "0221 555 0199"}


def reports(today: dt.date) -> list[Typed]:
    """Write the reports of the last days."""
    first, second, third = (f"{today - dt.timedelta(days=days):%d.%m.%Y}" for days in (3, 2, 1))
    return [
        {
            "person": {"family_name": "Ludwig", "given_names": "Carsten", "birth_date": "1982"},
            "incident": {
                "time": f"{first} 11:20",
                "place": "Bürgeramt, Schalter 2",
                "kind": "threat",
                "what": "Er drohte, vor dem Amt auf die Kollegin zu warten.",
            },
            "ground": {"kind": "complaint"},
            "reporter": _REPORTER,
        },
        {
            "person": {"family_name": "Meier", "given_names": "Jörg", "birth_date": "14.5.1971"},
            "incident": {
                "time": f"{second} 15:45",
                "place": "Bürgeramt, Wartebereich",
                "kind": "damage",
                "what": "Er riss den Aufrufmonitor von der Wand.",
            },
            "ground": {"kind": "house-ban", "file_number": "HV 17/26", "date": second},
            "reporter": _REPORTER,
        },
        {
            "person": {"street": "Erfundene Gasse", "house_number": "12", "description": "Mann um die 50, grauer Bart"},
            "incident": {
                "time": third,
                "place": "Erfundene Gasse 12, im Hausflur",
                "kind": "weapon",
                "what": "Er ging mit einer Axt auf die Vollzugsbeamten los.",
            },
            "reporter": _REPORTER,
        },
    ]


def take_up(office: Office, now: int) -> None:
    """Let somebody open the first report, and make a draft of it."""
    worker = users.find(office, WORKER)
    first = min(service.entries(office, worker), key=lambda entry: entry.number)
    drafting.draft(office, worker, first.number, now)
