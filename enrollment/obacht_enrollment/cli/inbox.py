"""``obacht-office inbox list | open | looks | draft | reject``: what to do with departments' reports."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, TextIO

import click

from obacht_enrollment.cases.catalogue import KINDS
from obacht_enrollment.cases.words import GROUNDS
from obacht_enrollment.cli.acting import Credentials, acting, signed_in
from obacht_enrollment.cli.context import Context
from obacht_enrollment.inbox import drafting, service, words
from obacht_enrollment.inbox.outcomes import REJECTIONS, Outcome
from obacht_enrollment.inbox.service import MAX_ANSWER, Entry, Opened
from obacht_enrollment.language import Words, pick
from obacht_protocol.reports import Report


@click.group()
def inbox() -> None:
    """Versiegelte Meldungen der Dienststellen. / Departments' sealed reports."""


@inbox.command("list")
@click.option("--receipt", default="", help="Nur die mit dieser Eingangsnummer. / Only the one with this number.")
@click.option("--open", "only_open", is_flag=True, help="Nur unentschiedene. / Only those not decided about.")
@acting
@click.pass_obj
def list_(context: Context, *, receipt: str, only_open: bool, credentials: Credentials) -> None:
    """Zeigt, was eingegangen ist, ohne Inhalt. / Show what has come in, and nothing of what it says."""
    with signed_in(context, credentials) as (office, user):
        entries = service.entries(office, user, receipt)
    for entry in entries:
        if not only_open or entry.outcome is Outcome.OPEN:
            click.echo(_line(context, entry))


@inbox.command("open")
@click.argument("number", type=int)
@acting
@click.pass_obj
def open_(context: Context, *, number: int, credentials: Credentials) -> None:
    """Öffnet eine Meldung; dass Sie es taten, wird festgehalten. / Open a report; that you did is put on record."""
    with signed_in(context, credentials) as (office, user):
        opened = service.open_report(office, user, number, context.clock())
    click.echo(_line(context, opened.entry))
    for line in _opened(context, opened):
        click.echo(_plain(line))


@inbox.command("looks")
@click.argument("number", type=int)
@acting
@click.pass_obj
def looks(context: Context, *, number: int, credentials: Credentials) -> None:
    """Zeigt, wer eine Meldung geöffnet hat und wann. / Show who has opened a report, and when."""
    with signed_in(context, credentials) as (office, user):
        for look in service.looks(office, user, number):
            click.echo(f"{_moment(look.at)}  {look.login}")


@inbox.command("draft")
@click.argument("number", type=int)
@acting
@click.pass_obj
def draft(context: Context, *, number: int, credentials: Credentials) -> None:
    """Legt aus einer Meldung einen Fall an. / Begin a case with a report."""
    with signed_in(context, credentials) as (office, user):
        case = drafting.draft(office, user, number, context.clock())
    context.say(f"Fall {case} ist angelegt.", f"Case {case} is begun.")


@inbox.command("reject")
@click.argument("number", type=int)
@click.option(
    "--reason",
    type=click.Choice(sorted(outcome.value for outcome in REJECTIONS)),
    required=True,
    help="wrong: nichts für das Register, repeated: schon bekannt. / Why.",
)
@click.option(
    "--answer-file",
    type=click.File(encoding="utf-8"),
    help="Was der Dienststelle auf Nachfrage gesagt wird; - ist die Standardeingabe. / What to tell those who ask.",
)
@acting
@click.pass_obj
def reject(context: Context, *, number: int, reason: str, answer_file: TextIO | None, credentials: Credentials) -> None:
    """Weist eine Meldung ab. / Turn a report down."""
    answer = answer_file.read(MAX_ANSWER + 1).strip() if answer_file else ""
    with signed_in(context, credentials) as (office, user):
        service.reject(office, user, number, context.clock(), outcome=Outcome(reason), answer=answer)
    context.say(f"Meldung {number} ist abgewiesen.", f"Report {number} is turned down.")


def _line(context: Context, entry: Entry) -> str:
    state = pick(words.STATES[entry.state], context.language)
    outcome = pick(words.OUTCOMES[entry.outcome], context.language)
    case = f" {entry.case}" if entry.case else ""
    sender = f"{entry.department} ({entry.device})"
    return (
        f"{entry.number:6}  {_moment(entry.received)}  {entry.receipt}  {state:14}  {sender}  {outcome}{case}".rstrip()
    )


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds).astimezone().strftime("%d.%m.%Y %H:%M")


def _opened(context: Context, opened: Opened) -> Iterator[str]:
    if opened.report is None:
        yield pick(words.FAULTS[opened.fault], context.language)
    else:
        yield from _report(context, opened.report)
    if opened.answer:
        label = "Antwort" if context.language == "de" else "Answer"
        yield f"{label}: {opened.answer}"


def _report(context: Context, report: Report) -> Iterator[str]:
    for part, label in words.PARTS.items():
        value: Any = getattr(report, part)
        if value is None:
            continue
        yield f"{pick(label, context.language)}:"
        for field in fields(value):
            text = getattr(value, field.name)
            if text:
                name = pick(words.FIELDS[field.name], context.language)
                yield f"  {name}: {_in_words(context, part, field.name, text)}"


def _in_words(context: Context, part: str, name: str, text: str) -> str:
    if name != "kind":
        return text.replace("\n", "\n    ")
    if part == "ground":
        return pick(GROUNDS[text], context.language)
    kind = KINDS[text]
    named: Words = (kind.german, kind.english)
    return f"{pick(named, context.language)} ({kind.levels[0]})"


def _plain(line: str) -> str:
    """Show what would steer a terminal as ``?``: all of it was written elsewhere."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in line)
