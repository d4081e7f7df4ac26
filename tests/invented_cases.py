"""Cases and users for tests, everything invented."""

import datetime as dt
from typing import Any

from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases.content import Content, Ground, Incident, Name, Notice, Place
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.obstacles import Rules
from obacht_enrollment.cases.retention import Retention

NOW = 1_800_000_000
TODAY = day_of(NOW)
DAY = 86_400

ANNA = User(1, "anna", "Anna Arendt", frozenset({Role.CASE_WORKER, Role.APPROVER}))
BERND = User(2, "bernd", "Bernd Berg", frozenset({Role.APPROVER}))
CLARA = User(3, "clara", "Clara Conrad", frozenset({Role.HEAD}))
DORA = User(4, "dora", "Dora Dahm", frozenset({Role.AUDITOR}))


def rules(now: int = NOW, **retention: int) -> Rules:
    return Rules("test-town", frozenset({1, 7}), Retention(**retention), now)


def content(**changes: Any) -> Content:
    """Write a case with nothing missing."""
    whole: dict[str, Any] = {
        "name": Name("Meyer", "Jörg Peter"),
        "birth": Birth(1971, 5, 14),
        "incidents": (
            Incident(
                TODAY - dt.timedelta(days=20),
                "10:30",
                "Bürgeramt, Raum 12",
                "threat",
                "drohte mit Schlägen",
                "Bürgeramt",
            ),
        ),
        "ground": Ground("complaint", "1 Js 1/26", TODAY - dt.timedelta(days=10), by_body=True),
        "level": 2,
        "level_reason": "Bedrohung im Amt",
        "precautions": ("two-persons", "alarm"),
        "contact": 1,
        "review": TODAY + dt.timedelta(days=300),
        "end": TODAY + dt.timedelta(days=700),
    }
    return Content(**(whole | changes))


def everything() -> Content:
    """Write a case in which every field is filled."""
    return content(
        aliases=(Name("Maier", "Jörg"), Name("Schulz", "Jörg", "Meyer")),
        age_reason="seit 2005 als Mieter bekannt",
        places=(Place("50825", "Venloer Straße", "12-16", "even", publish=True), Place("50667", "Domgasse", "1")),
        remarks="Zeile eins\nZeile zwei",
        notice=Notice(TODAY, TODAY + dt.timedelta(days=30), "laufendes Verfahren"),
    )
