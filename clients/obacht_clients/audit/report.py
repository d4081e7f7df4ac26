"""What the auditor's run over one key office's log found: counts, faults, urgent questions; nobody's identity."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from obacht_clients.audit.cosigners import Cosigners
from obacht_clients.audit.verifying import PRUNED, Verdict
from obacht_protocol.encoding import base64url
from obacht_protocol.entries import EVENT, REFUSED, URGENT

LOG_FAULTS: Final = ("log-signature", "log-form", "log-cosignature", "log-cut", "log-rewritten", "log-root")
"""What can be wrong with a log as a whole, as codes that :mod:`obacht_clients.words` has sentences for."""


@dataclass
class Report:
    """One office's log.

    Attributes:
        office: The office's name.
        size: Entries in the tree.
        root: Its root, 32 bytes.
        cosigners: Who cosigned the checkpoint.
        since: Size of the tree at the last run that passed.
        stretch: From which place on and up to before which one entries were looked at; all counts are of these alone.
            None if the tree is not right, and none were.
        period: Time of the earliest and of the latest of them, Unix seconds; None if there is none that can be read.
        faults: What is wrong with the log as a whole.
        failed: Entries that are not right.
        kinds: How many entries there are of each kind.
        refusals: How many requests were refused with each code.
        events: What the office's operator did.
        urgent: Entries over quota.
        questions: Questions that were answered.
        persons: Persons about whom was asked, counted with every question.
        canaries: Questions about the canary.
        destroyed: Receipts whose keys were destroyed.
        enrollers: Match keys that were enrolled, by the device's id.
    """

    office: str
    size: int = 0
    root: bytes = b""
    cosigners: Cosigners = field(default_factory=Cosigners)
    since: int = 0
    stretch: tuple[int, int] | None = None
    period: tuple[int, int] | None = None
    faults: list[str] = field(default_factory=list)
    failed: list[Verdict] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    events: list[Verdict] = field(default_factory=list)
    urgent: list[Verdict] = field(default_factory=list)
    questions: int = 0
    persons: int = 0
    canaries: int = 0
    destroyed: int = 0
    enrollers: Counter[str] = field(default_factory=Counter)
    _nonces: set[tuple[str, str]] = field(default_factory=set)
    _of_users: dict[tuple[str, bytes], set[bytes]] = field(default_factory=dict)
    _of_departments: dict[str, set[bytes]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and not self.failed

    @property
    def enrolled(self) -> int:
        """Match keys that were enrolled."""
        return self.enrollers.total()

    @property
    def users(self) -> list[tuple[str, bytes, int]]:
        """Department, user's pseudonym and number of distinct persons, the most first."""
        counted = [(department, user, len(persons)) for (department, user), persons in self._of_users.items()]
        return sorted(counted, key=lambda one: (-one[2], one[0], one[1]))

    @property
    def departments(self) -> list[tuple[str, int]]:
        """Department and number of distinct persons, the most first."""
        counted = [(department, len(persons)) for department, persons in self._of_departments.items()]
        return sorted(counted, key=lambda one: (-one[1], one[0]))

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Take in what was found in entries, in their order."""
        for verdict in verdicts:
            self._add(verdict)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return {
            "office": self.office,
            "passed": self.passed,
            "size": self.size,
            "root": base64url(self.root),
            "cosigners": {state: list(names) for state, names in asdict(self.cosigners).items()},
            "since": self.since,
            "begin": self.stretch[0] if self.stretch else None,
            "end": self.stretch[1] if self.stretch else None,
            "faults": self.faults,
            "failed": [_described(one) | {"faults": list(one.faults)} for one in self.failed],
            "kinds": dict(self.kinds),
            "refusals": dict(self.refusals),
            "events": [{"index": one.index, "time": one.time, "code": one.code, "about": one.department}
                       for one in self.events],
            "urgent": [_described(one) | {"reason": one.reason} for one in self.urgent],
            "questions": self.questions,
            "persons": self.persons,
            "canaries": self.canaries,
            "destroyed": self.destroyed,
            "enrolled": self.enrolled,
            "enrollers": dict(self.enrollers),
            "users": [{"department": department, "user": base64url(user), "persons": persons}
                      for department, user, persons in self.users],
            "departments": [{"department": department, "persons": persons} for department, persons in self.departments],
        }  # fmt: skip

    def _add(self, verdict: Verdict) -> None:
        faults = list(verdict.faults)
        if verdict.nonce:
            if (verdict.device, verdict.nonce) in self._nonces:
                faults.append("replayed")
            self._nonces.add((verdict.device, verdict.nonce))
        self.kinds[verdict.kind] += 1
        if verdict.time:
            first, last = self.period or (verdict.time, verdict.time)
            self.period = min(first, verdict.time), max(last, verdict.time)
        if faults:
            self.failed.append(Verdict(**_fields(verdict) | {"faults": tuple(faults)}))
        if verdict.kind == EVENT:
            self.events.append(verdict)
        elif verdict.kind == REFUSED:
            self.refusals[verdict.code] += 1
        elif verdict.kind != PRUNED and verdict.question:
            self._add_question(verdict)

    def _add_question(self, verdict: Verdict) -> None:
        if verdict.enrolled:
            self.enrollers[verdict.device] += verdict.enrolled
            return
        self.questions += 1
        self.persons += len(verdict.persons)
        self.canaries += verdict.canaries
        self.destroyed += verdict.destroyed
        if verdict.code == URGENT:
            self.urgent.append(verdict)
        self._of_users.setdefault((verdict.department, verdict.user), set()).update(verdict.persons)
        self._of_departments.setdefault(verdict.department, set()).update(verdict.persons)


def _described(verdict: Verdict) -> dict[str, Any]:
    return {
        "index": verdict.index,
        "time": verdict.time,
        "department": verdict.department,
        "device": verdict.device,
        "user": base64url(verdict.user),
    }


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in Verdict.__slots__}
