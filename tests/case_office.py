"""An office with staff, and the ways in which they bring a case into force: for the tests of cases."""

from dataclasses import dataclass

from invented_cases import content
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases import reading, service
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.views import Summary
from obacht_enrollment.office import Office
from safety_office import NOW


@dataclass(frozen=True)
class Staff:
    """Users of an office: two who work on cases and may approve, a head, an auditor, an operator."""

    anna: User
    bernd: User
    clara: User
    dora: User
    otto: User


def hire(office: Office) -> Staff:
    """Add the staff."""
    both = (Role.CASE_WORKER, Role.APPROVER)
    roles = {"anna": both, "bernd": both, "clara": (Role.HEAD,), "dora": (Role.AUDITOR,), "otto": (Role.OPERATOR,)}
    return Staff(
        **{
            login: users.add(office, None, login=login, name=login.capitalize(), roles=given, now=NOW).user
            for login, given in roles.items()
        }
    )


@dataclass(frozen=True)
class Desk:
    """An office with its staff, and a clock that a test moves.

    Attributes:
        office: Unlocked.
        staff: Its users.
    """

    office: Office
    staff: Staff

    def drafted(self, what: Content | None = None, by: User | None = None, now: int = NOW) -> int:
        return service.create_draft(self.office, by or self.staff.anna, what or content(), now)

    def submitted(self, what: Content | None = None, now: int = NOW) -> int:
        number = self.drafted(what, now=now)
        service.submit(self.office, self.staff.anna, number, now, version=self.version(number))
        return number

    def active(self, what: Content | None = None, now: int = NOW) -> int:
        number = self.submitted(what, now)
        self.approve(number, self.staff.bernd, now)
        return number

    def approve(self, number: int, by: User, now: int = NOW) -> Summary:
        return service.approve(self.office, by, number, now, version=self.version(number))

    def edit(self, number: int, what: Content, by: User, now: int = NOW, reason: str = "weil") -> Summary:
        return service.edit(self.office, by, number, what, now, version=self.version(number), reason=reason)

    def version(self, number: int) -> int:
        return self.summary(number).version

    def summary(self, number: int) -> Summary:
        return reading.summary(self.office, self.staff.clara, number)

    def records(self) -> list[tuple[int | None, int, int, int]]:
        """Give case, level, contact and end of every record."""
        return [(row.case, row.level, row.contact, row.valid_until) for row in self.office.store.records()]

    def deeds(self, number: int) -> list[tuple[str, int | None]]:
        """Give what was done with a case, and by whom."""
        return [(event.what.value, event.user) for event in reading.events(self.office, self.staff.clara, number)]
