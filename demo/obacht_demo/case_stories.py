"""What has happened at the demo's office before today: cases in every state, requests and calls, all of it invented."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from obacht_demo.past import Past, Steps, happen
from obacht_enrollment.cases import calls, granting, service
from obacht_enrollment.cases.calls import Told
from obacht_enrollment.cases.content import Content, Ground, Incident, Name, Notice, Place
from obacht_enrollment.cases.dates import Birth, months_after
from obacht_enrollment.cases.requests import Kind, Outcome
from obacht_enrollment.cases.states import EndReason
from obacht_enrollment.office import Office


def tell(office: Office, now: int) -> None:
    """Let all of it happen until ``now`` (Unix seconds)."""
    happen(office, _STORIES, now)


def _content(day: dt.date, name: Name, birth: Birth, file_number: str, what: str, **changes: object) -> Content:
    """Write a case about a threat that is decided the week after ``day``."""
    incident = Incident(day, "10:40", "Bürgeramt, Schalter 4", "threat", what, "Bürgeramt")
    whole = Content(
        name=name,
        birth=birth,
        incidents=(incident,),
        ground=Ground("complaint", file_number, day + dt.timedelta(days=2), by_body=True),
        level=2,
        level_reason="Bedrohung von Beschäftigten im Dienst, von zwei Zeuginnen bestätigt.",
        precautions=("two-persons", "alarm"),
        contact=1,
        review=months_after(day, 11),
        end=months_after(day, 23),
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # the callers stand below


def _expired(past: Past) -> Steps:
    content = _content(
        past.day(397),
        Name("Brandt", "Olaf"),
        Birth(1979, 2, 11),
        "41 Js 118/25",
        "Er drohte, „wiederzukommen und alles kurz und klein zu schlagen“.",
        review=past.day(40),
        end=past.day(6),
    )
    yield from past.in_force(content, 390)


def _objection_granted(past: Past) -> Steps:
    content = _content(
        past.day(127),
        Name("Vogel", "Martina"),
        Birth(1968, 9, 30),
        "41 Js 702/26",
        "Sie soll am Telefon mit Schlägen gedroht haben.",
    )
    case = yield from past.in_force(content, 120)
    text = "Frau Vogel widerspricht: Den Anruf habe jemand anders geführt; das Verfahren ist eingestellt."
    request = past.ask(Kind.OBJECTION, text, (yield past.ago(20)), case)
    answer = "Dem Widerspruch wird stattgegeben. Das Verfahren ist eingestellt, der Eintrag gelöscht."
    at = yield past.ago(4)
    granting.decide(past.office, past.worker, request, at, outcome=Outcome.GRANTED, answer=answer)


def _mistaken(past: Past) -> Steps:
    content = _content(
        past.day(67), Name("Lorenz", "Uwe"), Birth(1990, 1, 8), "41 Js 911/26", "Er schlug mit der Faust auf den Tisch."
    )
    case = yield from past.in_force(content, 60)
    reason = "Verwechslung: Gemeint war eine andere Person gleichen Namens."
    service.end(past.office, past.worker, case, (yield past.ago(10)), why=EndReason.ERROR, reason=reason)


def _restricted(past: Past) -> Steps:
    content = _content(
        past.day(207), Name("Seidel", "Renate"), Birth(1957, 6, 3), "41 Js 330/26", "Sie drohte mit einem Gehstock."
    )
    case = yield from past.in_force(content, 200)
    text = "Frau Seidel bestreitet den Hergang und verlangt, dass der Eintrag bis zur Klärung ruht."
    request = past.ask(Kind.RESTRICTION, text, (yield past.ago(14)), case)
    answer = "Die Verarbeitung ist eingeschränkt, bis der Hergang geklärt ist."
    at = yield past.ago(12)
    granting.decide(past.office, past.worker, request, at, outcome=Outcome.GRANTED, answer=answer)


def _due(past: Past) -> Steps:
    content = _content(
        past.day(352),
        Name("Hartwig", "Silke", "Roth"),
        Birth(1983, 12, 1),
        "41 Js 12/26",
        "Sie warf einen Locher nach der Kollegin.",
        incidents=(
            Incident(
                past.day(352),
                "09:15",
                "Jugendamt, Zimmer 112",
                "violence",
                "Sie warf einen Locher nach der Kollegin.",
                "Jugendamt",
            ),
        ),
        review=past.day(-12),
        places=(Place("50667", "Erfundene Gasse", "7"),),
    )
    case = yield from past.in_force(content, 345)
    told = Told("Herr Kern", "Sozialamt", "Stufe 2, Gespräch nur zu zweit", "Durchwahl zurückgerufen")
    calls.record(past.office, past.worker, told, (yield past.ago(30)), case=case, right_person=True)
    text = "Frau Hartwig verlangt, dass ihre Anschrift berichtigt wird: Sie wohnt jetzt Erfundene Gasse 9."
    past.ask(Kind.RECTIFICATION, text, (yield past.ago(26)), case)


def _renewal(past: Past) -> Steps:
    content = _content(
        past.day(357),
        Name("Ebert", "Frank"),
        Birth(1971, 4, 19),
        "41 Js 1290/25",
        "Er trat die Tür zum Wartebereich ein.",
        review=past.day(-9),
        end=past.day(-20),
    )
    case = yield from past.in_force(content, 350)
    at = yield past.ago(2)
    service.renew(
        past.office,
        past.worker,
        case,
        at,
        version=past.version(case),
        end=months_after(past.day(0), 12),
        review=months_after(past.day(0), 6),
        reason="Im Oktober drohte er erneut am Telefon; das Verfahren läuft noch.",
    )


def _worse(past: Past) -> Steps:
    content = _content(
        past.day(97),
        Name("Kaiser", "Dirk"),
        Birth(1976, 8, 22),
        "41 Js 820/26",
        "Er drohte der Sachbearbeiterin mit Schlägen.",
    )
    case = yield from past.in_force(content, 90)
    told = Told("Frau Adler", "Wohnungsamt", "Stufe 2; gesucht war ein anderer Dirk Kaiser, geboren 1991")
    calls.record(past.office, past.worker, told, (yield past.ago(15)), case=case, right_person=False)
    knife = Incident(
        past.day(3), "14:05", "Jobcenter, Eingang", "weapon", "Er zog ein Messer und wurde überwältigt.", "Jobcenter"
    )
    graver = replace(
        content,
        notice=Notice(sent=past.day(83)),
        incidents=(*content.incidents, knife),
        level=3,
        level_reason="Einsatz eines Messers.",
        precautions=("call-first", "no-visit", "security"),
    )
    at = yield past.ago(1, 2)
    reason = "Zweiter Vorfall, diesmal mit einem Messer."
    service.edit(past.office, past.worker, case, graver, at, version=past.version(case), reason=reason)


def _young(past: Past) -> Steps:
    day = past.day(9)
    content = _content(
        day,
        Name("Winter", "Kevin"),
        Birth(day.year - 17, 1, 20),
        "41 Js 1204/26",
        "Er schlug den Hausmeister.",
        review=months_after(day, 5),
        end=months_after(day, 11),
    )
    case = yield from past.submitted(content, 3)
    past.approve(past.approver, case, (yield past.ago(1)))


def _deferred(past: Past) -> Steps:
    content = _content(
        past.day(32),
        Name("Noack", "Sandra"),
        Birth(1988, 10, 5),
        "41 Js 1100/26",
        "Sie kündigte an, „jemanden abzustechen“.",
    )
    case = yield from past.in_force(content, 25, sent=False)
    at = yield past.ago(20)
    reason = "Die Polizei ermittelt noch verdeckt und bat um Aufschub."
    notice = Notice(deferred_until=past.day(0), deferral_reason=reason)
    service.set_notice(past.office, past.worker, case, notice, at, version=past.version(case))


def _unwritten(past: Past) -> Steps:
    content = _content(
        past.day(33), Name("Pohl", "Andreas"), Birth(1965), "41 Js 1090/26", "Er lauerte einer Kollegin auf."
    )
    case = yield from past.in_force(content, 27, sent=False)
    text = "Herr Pohl widerspricht dem Eintrag; er habe nur auf den Bus gewartet."
    past.ask(Kind.OBJECTION, text, (yield past.ago(5)), case)


def _alike(past: Past) -> Steps:
    content = _content(
        past.day(5),
        Name("Maier", "Jörg Peter"),
        Birth(1971, 5, 14),
        "41 Js 1215/26",
        "Er drohte, das Büro anzuzünden.",
        places=(Place("50667", "Am Alten Markt", "3"),),
    )
    yield from past.submitted(content, 1)


def _unfinished(past: Past) -> Steps:
    whole = _content(
        past.day(4), Name("Thiele", "Beate"), Birth(1994, 7), "", "Sie spuckte nach dem Kollegen an der Pforte."
    )
    draft = replace(whole, ground=Ground("house-ban"), level=0, level_reason="", precautions=(), review=None, end=None)
    service.create_draft(past.office, past.worker, draft, (yield past.ago(2)))


def _stranger(past: Past) -> Steps:
    text = "Herr Simon möchte wissen, ob über ihn etwas gespeichert ist, und bittet um Auskunft."
    past.ask(Kind.ACCESS, text, (yield past.ago(9)))
    told = Told("Frau Nagel", "Standesamt", "Zu dieser Kennung gibt es keinen Fall mehr.")
    calls.record(past.office, past.worker, told, (yield past.ago(6)))


_STORIES: Final[tuple[Callable[[Past], Steps], ...]] = (
    _expired,
    _objection_granted,
    _mistaken,
    _restricted,
    _due,
    _renewal,
    _worse,
    _young,
    _deferred,
    _unwritten,
    _alike,
    _unfinished,
    _stranger,
)
