"""Asking about a person or an address: the one thing that a department does."""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx2

from obacht_clients import canary, questions
from obacht_clients.answers import Answer, NoCheck, NoEntry, decide
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ClientError, ListError, RegisterError, TrustError
from obacht_clients.home import Home, default_home
from obacht_clients.offices import Offices
from obacht_clients.questions import Part
from obacht_clients.receipts import check_lengths
from obacht_clients.registers import Copy, Registers
from obacht_clients.transport import Clock, Transport
from obacht_clients.trust import Trust
from obacht_protocol.descriptor import Purpose
from obacht_protocol.identity import Address, Person
from obacht_protocol.messages import KEYS_PER_PERSON, MAX_PERSONS

_T = TypeVar("_T")


def system_clock() -> int:
    """Give this machine's time, Unix seconds."""
    return int(time.time())


class AsyncDepartment:
    """A department's client for asyncio. Questions may run side by side."""

    def __init__(
        self,
        home: Path | None = None,
        *,
        clock: Clock = system_clock,
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Open nothing yet: what is wrong with the home is said where an answer is expected.

        Args:
            home: The folder that ``obacht init`` made; the usual one of this user if None.
            clock: Unix seconds.
            network: Stands in for the network in tests.
        """
        self._path = default_home() if home is None else home
        self._clock = clock
        self._network = network
        self._session: _Session | None = None
        self._stretcher = questions.Stretcher()

    async def check(
        self, subject: Person | Address, *, purpose: str, reference: str = "", user: str = "", urgent: str = ""
    ) -> Answer:
        """Ask whether there is a warning about a person or an address.

        Whatever goes wrong outside (network, servers, clock, disk, a register that is not what it should be) ends as
        :class:`~obacht_clients.answers.NoCheck` with its reason. A fault in this program does not: it is raised as it
        is, so that it is neither an answer nor hidden as something else. Where a name is in Arabic script, whose Latin
        spelling can only be guessed, an entry may be found, but "no entry" is never said: that, too, is ``NoCheck``.

        Args:
            subject: Whom or what it is about; kept no longer than the question lasts.
            purpose: Identifier of one of the deployment's purposes.
            reference: The file's reference, at most 100 characters; it is sealed to the auditor, like the next but one.
            user: Who asks, as the caller's own software names them. Key offices see a pseudonym of it; without one
                they count the whole device as one user.
            urgent: Why the question may go over its quota, at most 200 characters; empty if it may not.

        Raises:
            IdentityError: What was typed cannot stand for a person or an address, or is too long for a receipt; nothing
                was asked.
        """
        (answer,) = await self.check_list([subject], purpose=purpose, references=[reference], user=user, urgent=urgent)
        return answer

    async def check_list(
        self,
        subjects: Sequence[Person | Address],
        *,
        purpose: str,
        references: Sequence[str] = (),
        user: str = "",
        urgent: str = "",
        progress: questions.Progress | None = None,
    ) -> list[Answer]:
        """Ask about up to 40 persons or addresses in one question, as :meth:`check` does about one.

        If anything goes wrong with the question, every answer is :class:`~obacht_clients.answers.NoCheck`.

        Args:
            subjects: Whom or what it is about.
            purpose: Identifier of one of the deployment's purposes.
            references: The file's reference for each of the subjects, or none at all.
            user: Who asks, as in :meth:`check`.
            urgent: Why the question may go over its quota, as in :meth:`check`.
            progress: Called with how many are stretched and how many there are, on the thread that runs the question.

        Returns:
            One answer for each subject, in order.

        Raises:
            IdentityError: One of them cannot stand for a person or an address, or is too long for a receipt; nothing
                was asked.
            ListError: There are more than 40; nothing was asked.
            ValueError: There are references, but not as many as subjects; nothing was asked.
        """
        if len(subjects) > MAX_PERSONS:
            raise ListError("list-long")
        today = dt.datetime.fromtimestamp(self._clock()).astimezone().date()
        check_lengths(references, urgent)
        parts = [
            _part(subject, reference, today)
            for subject, reference in zip(subjects, references or [""] * len(subjects), strict=True)
        ]
        if not subjects:
            return []
        try:
            session = self._open()
            return await session.ask(parts, purpose, session.device.pseudonym(user), urgent, progress)
        except ClientError as error:
            contact = None if self._session is None else self._session.trust.descriptor.contacts[0]
            return [NoCheck(error.reason, contact)] * len(subjects)

    async def purposes(self) -> Sequence[Purpose]:
        """Give the deployment's purposes, as the newest descriptor on this machine has them.

        Raises:
            ClientError: This client is not set up, or its home cannot be read.
        """
        return self._open().trust.descriptor.purposes

    async def aclose(self) -> None:
        """Close connections, files and threads."""
        self._stretcher.close()
        if self._session is not None:
            await self._session.aclose()
            self._session = None

    async def __aenter__(self) -> Self:
        """Give the department, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close connections, files and threads."""
        await self.aclose()

    def _open(self) -> "_Session":
        if self._session is None:
            self._session = _Session(self._path, self._clock, self._network, self._stretcher)
        return self._session


class _Session:
    """All that is open while questions are asked."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        network: httpx2.AsyncBaseTransport | None,
        stretcher: questions.Stretcher,
    ) -> None:
        self._clock = clock
        self._stretcher = stretcher
        self._proven: object = None
        self._home = Home(path)
        try:
            self.device = DeviceKey.load(self._home.device_key)
            self._transport = Transport(self.device, clock, proxy=self._home.pins().proxy, network=network)
            self.trust = Trust(self._home, self._transport, clock)
        except BaseException:
            self._home.close()
            raise
        self._registers = Registers(self._home.registers, self._transport)

    async def aclose(self) -> None:
        await self._transport.aclose()
        self._home.close()

    async def ask(
        self,
        parts: Sequence[Part],
        purpose: str,
        user: bytes,
        reason: str,
        progress: questions.Progress | None,
    ) -> list[Answer]:
        """Fetch head and register first: nothing is asked where no answer could be given."""
        # A deployment never changes its id: nothing that the matcher may answer changes what is to be blinded.
        blinding = self._stretcher.blind(parts, self.trust.descriptor.deployment)
        head = await self.trust.current()
        descriptor, epoch = self.trust.descriptor, self.trust.epoch(head)
        if purpose not in {known.id for known in descriptor.purposes}:
            raise TrustError("purpose")
        copy = await self._registers.copy(head, descriptor.matcher)
        offices = Offices(self._transport, descriptor, epoch)
        asking = questions.Asking(
            descriptor, epoch, offices, self._stretcher, purpose, user, now=self._clock(), reason=reason
        )
        try:
            await self._prove(copy, asking)
            prks = await asking.derive(parts, progress, await blinding)
        except ClientError as error:
            return [NoCheck(error.reason, descriptor.contacts[0], offices.warnings, error.again)] * len(parts)
        answers = []
        for number, part in enumerate(parts):
            own = prks[number * KEYS_PER_PERSON : (number + 1) * KEYS_PER_PERSON]
            answers.append(self._decide(part.subject, own, copy, asking))
        return answers

    def _decide(self, subject: Person | Address, prks: Sequence[bytes], copy: Copy, asking: questions.Asking) -> Answer:
        warnings = asking.offices.warnings
        try:
            answer = decide(questions.look_up(subject, prks, copy, asking, self._clock()))
        except RegisterError as error:  # a row about this one says nothing about the others
            return NoCheck(error.reason, asking.descriptor.contacts[0], warnings)
        if isinstance(answer, NoEntry) and isinstance(subject, Person) and subject.uncertain_name:
            # The record may stand under another spelling than the one that was guessed.
            return NoCheck("script", asking.descriptor.contacts[0], warnings)
        return replace(answer, warnings=warnings)

    async def _prove(self, copy: Copy, asking: questions.Asking) -> None:
        """Check once for every register that the canary hits; ``RegisterError`` (``canary``) if it does not."""
        descriptor, epoch = asking.descriptor, asking.epoch
        occasion = copy.head.register_facts, descriptor.canary
        if self._proven == occasion:
            return
        person = canary.person_of(descriptor)
        prks = canary.recall(self._home, descriptor, epoch)
        if prks is None:
            prks = await asking.derive([Part.about(person)])
            canary.remember(self._home, descriptor, epoch, prks)
        findings = questions.look_up(person, prks, copy, asking, self._clock())
        if not any(finding.tier == "strong" for finding in findings):
            raise RegisterError("canary")
        self._proven = occasion


class Department:
    """A department's client for everything but asyncio; threads may share one."""

    def __init__(
        self,
        home: Path | None = None,
        *,
        clock: Clock = system_clock,
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Start the thread in which questions run; arguments as those of :class:`AsyncDepartment`."""
        self._department = AsyncDepartment(home, clock=clock, network=network)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="obacht", daemon=True)
        self._thread.start()

    def check(
        self, subject: Person | Address, *, purpose: str, reference: str = "", user: str = "", urgent: str = ""
    ) -> Answer:
        """Ask whether there is a warning about a person or an address; see :meth:`AsyncDepartment.check`."""
        asked = self._department.check(subject, purpose=purpose, reference=reference, user=user, urgent=urgent)
        return self._run(asked)

    def check_list(
        self,
        subjects: Sequence[Person | Address],
        *,
        purpose: str,
        references: Sequence[str] = (),
        user: str = "",
        urgent: str = "",
        progress: questions.Progress | None = None,
    ) -> list[Answer]:
        """Ask about up to 40 persons or addresses in one question; see :meth:`AsyncDepartment.check_list`."""
        asked = self._department.check_list(
            subjects, purpose=purpose, references=references, user=user, urgent=urgent, progress=progress
        )
        return self._run(asked)

    def purposes(self) -> Sequence[Purpose]:
        """Give the deployment's purposes; see :meth:`AsyncDepartment.purposes`."""
        return self._run(self._department.purposes())

    def close(self) -> None:
        """Close connections, files and threads. A second time does nothing."""
        if self._loop.is_closed():
            return
        self._run(self._department.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        """Give the department, to be closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close connections, files and threads."""
        self.close()

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # interrupted from the keyboard: the question must not go on unseen
            raise


def _part(subject: Person | Address, reference: str, today: dt.date) -> Part:
    """Give one person's part of a question; ``IdentityError`` if nobody can be asked about so."""
    if isinstance(subject, Person):
        subject.check(today)
    return Part.about(subject, reference)
