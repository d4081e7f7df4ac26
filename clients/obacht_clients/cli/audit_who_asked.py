"""``obacht audit who-asked``: for one given person, the questions about them; the look is put on record first."""

import asyncio
import datetime as dt
import hmac
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import click

from obacht_clients.audit import keyfile, looks
from obacht_clients.audit.asked import Found, Sought, look, merged
from obacht_clients.audit.examining import each_entry
from obacht_clients.audit.report import Report
from obacht_clients.audit.seen import Seen
from obacht_clients.audit.tree import Log, read_tree
from obacht_clients.audit.verifying import PRUNED, Verdict
from obacht_clients.audit.workers import Workers
from obacht_clients.cli import subject
from obacht_clients.cli.audit_receipts import Run, failure, from_option, progress, source_of, transport_of
from obacht_clients.cli.audit_second import FILE as SECOND
from obacht_clients.cli.auditor import (
    FILE,
    descriptor_option,
    key_file_option,
    key_path,
    look_log,
    moment,
    passphrase_option,
    read_passphrase,
)
from obacht_clients.cli.console import Console, is_interactive, say
from obacht_clients.errors import AuditError, ClientError
from obacht_clients.words import refused_identity
from obacht_protocol.descriptor import KeyOffice
from obacht_protocol.encoding import base64url, prefixed
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person

_SALT_LENGTH = 32
_UNUSABLE_IDENTITY = 3


@dataclass
class _Outcome:
    """What came of a search.

    Attributes:
        destroyed: Months whose keys were destroyed, so that nobody can look into their receipts.
        found: Questions with a receipt about whoever was sought.
        deleted: How many entries had no details any more, by the office's name.
        unread: Logs that could not be read, and why.
        failed: Names of offices whose logs are not right.
    """

    destroyed: list[str]
    found: list[Found] = field(default_factory=list)
    deleted: dict[str, int] = field(default_factory=dict)
    unread: list[tuple[KeyOffice, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def fitting(self) -> list[Found]:
        """The questions that were about them."""
        return [one for one in self.found if not one.fault]

    @property
    def unfit(self) -> list[Found]:
        """Those whose receipts name them, but do not fit what was asked."""
        return [one for one in self.found if one.fault]

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return {
            "questions": [_facts(one) for one in self.fitting],
            "unfit": [_facts(one) | {"fault": one.fault} for one in self.unfit],
            "destroyed_months": self.destroyed,
            "deleted": [{"office": name, "entries": count} for name, count in self.deleted.items()],
        }


def _facts(one: Found) -> dict[str, Any]:
    return {
        "time": one.time,
        "department": one.department,
        "purpose": one.purpose,
        "reference": one.reference,
        "urgent": one.urgent,
        "offices": list(one.offices),
    }


@click.command("who-asked")
@click.option("--reason", required=True, help="Why this look is taken, such as the number of the person's request.")
@click.option("--stdin-json", is_flag=True, help="Read a JSON object from standard input.")
@click.option("--address", is_flag=True, help="Ask for an address on the terminal, not for a person.")
@click.option("--family-name")
@click.option("--given-names", help="All given names, separated by spaces.")
@click.option("--birth-date", help="DD.MM.YYYY, YYYY-MM-DD, or the year alone.")
@click.option("--birth-name")
@click.option("--postcode")
@click.option("--street")
@click.option("--house-number")
@click.option("--second-passphrase-file", type=FILE, help="The same for the second person.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@from_option
@descriptor_option
@key_file_option
@passphrase_option
@click.pass_obj
def who_asked(
    console: Console,
    /,
    *,
    reason: str,
    stdin_json: bool,
    address: bool,
    second_passphrase_file: Path | None,
    as_json: bool,
    saved: Path | None,
    descriptor: Path | None,
    key_file: Path | None,
    passphrase_file: Path | None,
    **options: str | None,
) -> None:
    """List the questions about one person or address: when, which department, for what, under which file reference.

    Receipts that name them but do not fit what was asked are listed apart. Months whose keys were destroyed are named.
    It takes the auditor and the second person. The look goes on the auditor's own log, without saying about whom,
    before anything is shown. Exit codes: 0 done, 1 refused (and why), 2 usage, 3 unusable as a person or an address.
    """
    typed = {name: text for name, text in options.items() if text is not None}
    if stdin_json:
        typed |= subject.read_json(console, sys.stdin.buffer.read(1024 * 1024))
    try:
        if not reason.strip():
            raise AuditError("look-reason")
        about = _subject(console, typed, address=address, ask=is_interactive() and not stdin_json)
        passphrase = read_passphrase(console, passphrase_file)
        keys = [keyfile.unlock(key_path(console, key_file), passphrase)]
        confirming = read_passphrase(console, second_passphrase_file, prompt="passphrase-second")
        keys.append(keyfile.unlock(console.home / SECOND, confirming))
        if keys[0].name == keys[1].name or keys[0].seed == keys[1].seed:
            raise AuditError("second-same")
        run = Run.prepare(console, descriptor, key_file, passphrase)
        outcome = asyncio.run(_search(console, run, about, saved))
        salt = os.urandom(_SALT_LENGTH)
        look_log(console, key_file).append(
            {
                "kind": looks.WHO_ASKED,
                "time": console.clock(),
                "reason": reason.strip(),
                "found": len(outcome.found),
                "keys": [key.name for key in keys],
                "who": base64url(_commitment(salt, about)),
            },
            keys,
        )
    except IdentityError as error:
        say([refused_identity(error, console.language)], err=True)
        sys.exit(_UNUSABLE_IDENTITY)
    except ClientError as error:
        console.fail(error)
    if as_json:
        click.echo(json.dumps(outcome.to_json() | {"salt": base64url(salt)}))
    else:
        say(_words_of(console, outcome))
        say([console.text("who-salt", base64url(salt))])
    for office, why in outcome.unread:
        say(failure(console, office, why), err=True)
    say((console.text("who-failed", name) for name in outcome.failed), err=True)
    sys.exit(1 if outcome.unread or outcome.failed else 0)


def _subject(console: Console, typed: dict[str, str], *, address: bool, ask: bool) -> Person | Address:
    about_address = subject.is_address(console, typed, wanted=address)
    if ask:
        typed = subject.ask(console, typed, (), address=about_address)
    subject.require(console, typed, address=about_address)
    today = dt.datetime.fromtimestamp(console.clock()).astimezone().date()
    return subject.subject_of(typed, today, address=about_address)


async def _search(console: Console, run: Run, about: Person | Address, saved: Path | None) -> _Outcome:
    outcome = _Outcome(sorted(run.destroyed))
    found: list[tuple[str, Found]] = []
    possible = min(epoch.possible for epoch in run.descriptor.epochs)
    async with transport_of(console) as transport:
        for office in run.offices:
            report = Report(office.name)
            sought = Sought(run.settings[office.index], about, possible)

            def take(pairs: Sequence[tuple[Verdict, tuple[Found, ...]]], report: Report = report) -> None:
                report.add(verdict for verdict, _ in pairs)
                found.extend((report.office, one) for _, own in pairs for one in own)

            try:
                log = Log(office, source_of(transport, office, None, saved), Seen(console.home), run.witnesses)
                stretch = await read_tree(report, log)
                if stretch is not None:
                    workers = Workers(look, sought, len(stretch.leaves))
                    try:
                        await each_entry(log.source, stretch, workers, take, progress(console, office.name))
                    finally:
                        workers.stop()
            except ClientError as error:
                outcome.unread.append((office, error.reason))
            if report.kinds[PRUNED]:
                outcome.deleted[office.name] = report.kinds[PRUNED]
            if not report.passed:
                outcome.failed.append(office.name)
    outcome.found = merged(found)
    return outcome


def _commitment(salt: bytes, about: Person | Address) -> bytes:
    """Commit to whom the look was about, 32 bytes: whoever is given the salt can see that it was about them."""
    texts = [type(about).__name__, *(str(getattr(about, part.name)) for part in fields(about))]
    return hmac.digest(salt, prefixed([text.encode() for text in texts]), "sha256")


def _words_of(console: Console, outcome: _Outcome) -> Iterator[str]:
    text = console.text
    fit, unfit = outcome.fitting, outcome.unfit
    yield text("who-found", len(fit))
    yield from (f"  {_words_of_one(console, one)}" for one in fit)
    if unfit:
        yield text("who-unfit", len(unfit))
    for one in unfit:
        yield f"  {_words_of_one(console, one)}"
        yield "    " + text("who-unfit-why", text(f"fault-{one.fault}"))
    if outcome.destroyed:
        yield text("who-destroyed", ", ".join(outcome.destroyed))
    yield from (text("who-deleted", name, count) for name, count in outcome.deleted.items())


def _words_of_one(console: Console, one: Found) -> str:
    facts = (moment(console, one.time), one.department, one.purpose, one.reference or "-", ", ".join(one.offices))
    return console.text("who-urgent" if one.urgent else "who-question", *facts)
