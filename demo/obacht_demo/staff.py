"""Who works at the demo's office: somebody for every role. They are invented, and so is the password of all."""

import time
from collections.abc import Mapping
from typing import Final

from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role
from obacht_enrollment.office import Office

WORKER: Final = "bearbeitung"
APPROVER: Final = "freigabe"
HEAD: Final = "leitung"
AUDITOR: Final = "aufsicht"
OPERATOR: Final = "betrieb"
STAFF: Final[Mapping[str, tuple[str, Role]]] = {
    WORKER: ("Selma Beispiel", Role.CASE_WORKER),
    APPROVER: ("Jan Muster", Role.APPROVER),
    HEAD: ("Ruth Vorbild", Role.HEAD),
    AUDITOR: ("Kaya Probe", Role.AUDITOR),
    OPERATOR: ("Timo Exempel", Role.OPERATOR),
}
"""By login: name and role."""
PASSWORD: Final = "alles nur erfunden"  # noqa: S105 - an invented deployment's, shown to everybody
_YEARS: Final = 3 * 366 * 86_400


def hire(office: Office) -> None:
    """Add everybody, some years ago; each sets the password with the code that they get."""
    then = int(time.time()) - _YEARS
    for login, (name, role) in STAFF.items():
        added = users.add(office, None, login=login, name=name, roles=[role], now=then)
        users.redeem(office, login, added.code, PASSWORD, then)
