"""How the demo's past comes about: stories whose steps happen in the order of their moments.

A story is a generator that gives the moment of its next step, and goes on when that has come: so everything gets on the
office's records in the order in which it happened.
"""

import datetime as dt
import heapq
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Final

from obacht_demo.staff import APPROVER, HEAD, WORKER
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import look_reasons, reading, requests, retaining, service
from obacht_enrollment.cases.content import Content, Notice
from obacht_enrollment.cases.dates import day_of
from obacht_enrollment.cases.look_reasons import LookReason
from obacht_enrollment.cases.requests import Kind
from obacht_enrollment.office import Office

Steps = Generator[int, int, None]
Opening = Generator[int, int, int]
"""Steps that bring a case about, and give its number."""
_DAY: Final = 86_400
_HOUR: Final = 3600


@dataclass(frozen=True)
class Past:
    """The office and those who worked on its cases.

    Attributes:
        office: Unlocked.
        now: Unix seconds, today.
        worker: Works on cases.
        approver: The second person.
        head: The third.
    """

    office: Office
    now: int
    worker: User
    approver: User
    head: User

    def ago(self, days: int, hours: int = 0) -> int:
        """Give the moment so long ago."""
        return self.now - days * _DAY - hours * _HOUR

    def day(self, days: int) -> dt.date:
        """Give the day so many days ago."""
        return day_of(self.ago(days))

    def version(self, case: int) -> int:
        """Give the version of a case that everybody has seen."""
        return reading.summary(self.office, self.worker, case).version

    def submitted(self, content: Content, days: int) -> Opening:
        """Let a draft be written, and submitted an hour later."""
        case = service.create_draft(self.office, self.worker, content, (yield self.ago(days, 4)))
        service.submit(self.office, self.worker, case, (yield self.ago(days, 3)), version=self.version(case))
        return case

    def in_force(self, content: Content, days: int, *, sent: bool = True) -> Opening:
        """Let a case come into force so many days ago; the letter to the person is sent the week after."""
        case = yield from self.submitted(content, days)
        self.approve(self.approver, case, (yield self.ago(days, 1)))
        if sent:
            at = yield self.ago(days - 7)
            notice = Notice(sent=day_of(at))
            service.set_notice(self.office, self.worker, case, notice, at, version=self.version(case))
        return case

    def approve(self, user: User, case: int, at: int) -> None:
        """Let somebody look at what is proposed, and approve it."""
        service.look(self.office, user, case, look_reasons.write(LookReason.APPROVAL), at)
        service.approve(self.office, user, case, at, version=self.version(case))

    def ask(self, kind: Kind, text: str, at: int, case: int | None = None) -> int:
        """Take a request of a person concerned down."""
        return requests.receive(self.office, self.worker, kind, text, at, case=case)


def happen(office: Office, stories: Iterable[Callable[[Past], Steps]], now: int) -> None:
    """Let stories happen until ``now`` (Unix seconds), and then what is due by time alone."""
    worker, approver, head = (users.find(office, login) for login in (WORKER, APPROVER, HEAD))
    past = Past(office, now, worker, approver, head)
    coming = [(next(steps), order, steps) for order, steps in enumerate(story(past) for story in stories)]
    heapq.heapify(coming)
    while coming:
        at, order, steps = heapq.heappop(coming)
        try:
            heapq.heappush(coming, (steps.send(at), order, steps))
        except StopIteration:
            continue
    retaining.run(office, now)
