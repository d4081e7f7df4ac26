"""Reports: what the office reads is what was written, and nobody else learns more than how long it is."""

import datetime as dt
import os
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from obacht_protocol import reports
from obacht_protocol.encoding import canonical_json, parse_json, u32
from obacht_protocol.errors import MessageError, ReportError
from obacht_protocol.reports import Ground, Incident, Report, ReportedPerson, Reporter, Status, check_sealed

PRIVATE = PrivateKey(bytes(31) + b"\1")
PUBLIC = bytes(PRIVATE.public_key)
PERSON = ReportedPerson("Müller-Lüdenscheidt", "Jörg", birth_date="1971-05", street="Am Bach", house_number="3")
INCIDENT = Incident("2026-11-03T14:30", "Bürgeramt, Schalter 3", "threat", "Er schrie.\nDann warf er einen Stuhl.")
REPORTER = Reporter("Bürgeramt", "Änne Groß", "0221 1234")
REPORT = Report(PERSON, INCIDENT, REPORTER, 1_800_000_000, Ground("complaint", "1 Js 12/26", "2026-11-04"))
LONGEST = Report(
    replace(
        ReportedPerson(
            **{part.name: "\U0001f600" * 200 for part in fields(ReportedPerson) if part.name != "birth_date"}
        ),
        birth_date="1971-05-14",
        description="\U0001f600" * 1000,
    ),
    Incident("2026-11-03T14:30", "\U0001f600" * 200, "hostage", "\U0001f600" * 10_000),
    Reporter(*["\U0001f600" * 200] * 3),
    2**53 - 1,
    Ground("application", "\U0001f600" * 100, "2026-11-04"),
)


def test_the_office_reads_what_was_written() -> None:
    sealed = REPORT.seal(PUBLIC)
    assert len(sealed) == reports.STEP
    assert Report.open(check_sealed(sealed), bytes(PRIVATE)) == REPORT


@pytest.mark.parametrize("ground", [None, Ground("house-ban")])
def test_a_report_without_a_ground_or_a_name_is_a_report_too(ground: Ground | None) -> None:
    report = replace(REPORT, ground=ground, person=ReportedPerson(description="um 40, roter Bart"))
    assert Report.open(report.seal(PUBLIC), bytes(PRIVATE)) == report


def test_the_longest_report_fits() -> None:
    sealed = LONGEST.seal(PUBLIC)
    assert len(sealed) == 14 * reports.STEP
    assert Report.open(check_sealed(sealed), bytes(PRIVATE)) == LONGEST


def test_printing_a_report_shows_nothing_of_it() -> None:
    for part in (REPORT, PERSON, INCIDENT, REPORTER, REPORT.ground):
        for secret in ("Müller", "Jörg", "Stuhl", "Groß", "Js"):
            assert secret not in repr(part)


@given(st.integers(0, 9000))
def test_its_length_tells_steps_alone(more: int) -> None:
    report = replace(REPORT, incident=replace(INCIDENT, what="x" * (more + 1)))
    padded = report.padded()
    assert (len(padded) + 48) % reports.STEP == 0
    assert len(padded) + 48 - len(report.encode()) <= reports.STEP + 51


def test_every_sealing_looks_different_and_nobody_else_opens_it() -> None:
    sealed = REPORT.seal(PUBLIC)
    assert sealed != REPORT.seal(PUBLIC)
    for data, key in ((sealed, bytes(31) + b"\2"), (sealed[:-1], bytes(PRIVATE)), (os.urandom(4096), bytes(PRIVATE))):
        with pytest.raises(ReportError, match=r"^sealed$"):
            Report.open(data, key)
    with pytest.raises(ReportError, match=r"^sealed$"):
        Report.open(sealed, b"short")
    with pytest.raises(ReportError, match=r"^key$"):
        REPORT.seal(b"")


@pytest.mark.parametrize("length", [0, 1, 4095, 4097, 17 * 4096])
def test_only_whole_steps_may_be_a_report(length: int) -> None:
    with pytest.raises(MessageError, match=r"^report$"):
        check_sealed(bytes(length))


def repadded(content: bytes, more: bytes = b"") -> bytes:
    framed = u32(len(content)) + content + more
    return framed + bytes(-(len(framed) + 48) % 4096)


def set_at(path: str, new: object) -> bytes:
    value = parse_json(REPORT.encode())
    *steps, last = path.split(".")
    place = value
    for step in steps:
        place = place[step]
    place[last] = new
    return canonical_json(value)


@pytest.mark.parametrize(
    "path", ["type", "written", "person", "incident.kind", "incident.what", "ground.kind", "more", "person.more"]
)
@pytest.mark.parametrize("new", [None, -1, "", [], {}, True, "\t"])
def test_what_is_in_it_must_be_a_report_of_this_version(path: str, new: object) -> None:
    with pytest.raises(ReportError, match=r"^form$"):
        Report.decode(repadded(set_at(path, new)))


@pytest.mark.parametrize(
    "plain",
    [
        b"", bytes(4048), REPORT.padded()[:-1], REPORT.padded() + bytes(4096), repadded(REPORT.encode(), b"\1"),
        repadded(REPORT.encode().replace(b":", b": ", 1)), repadded(b"[]"), u32(2**32 - 1) + REPORT.padded()[4:],
    ],
)  # fmt: skip
def test_a_report_is_padded_in_one_way_alone(plain: bytes) -> None:
    with pytest.raises(ReportError, match=r"^form$"):
        Report.open(SealedBox(PublicKey(PUBLIC)).encrypt(plain), bytes(PRIVATE))


@pytest.mark.parametrize(
    ("kind", "changes", "field", "code"),
    [
        (PERSON, {"family_name": "x" * 201}, "family_name", "too_long"),
        (PERSON, {"town": "a\tb"}, "town", "control"),
        (PERSON, {"aliases": "\u202eneht"}, "aliases", "control"),
        (PERSON, {"description": "x" * 1001}, "description", "too_long"),
        (PERSON, {"description": "a\u2028b"}, "description", "control"),
        (PERSON, {"birth_name": "\ud800"}, "birth_name", "control"),
        (PERSON, {"birth_date": "14.05.1971"}, "birth_date", "format"),
        (PERSON, {"birth_date": "1971-13"}, "birth_date", "no_such_day"),
        (PERSON, {"birth_date": "1899-12"}, "birth_date", "before_1900"),
        (PERSON, {"family_name": " ", "street": "", "description": "\n"}, "person", "empty"),
        (INCIDENT, {"time": ""}, "time", "empty"),
        (INCIDENT, {"time": "gestern"}, "time", "format"),
        (INCIDENT, {"time": "2026-11-03T24:00"}, "time", "format"),
        (INCIDENT, {"time": "2026-02-30"}, "time", "no_such_day"),
        (INCIDENT, {"place": " "}, "place", "empty"),
        (INCIDENT, {"place": "a\nb"}, "place", "control"),
        (INCIDENT, {"kind": ""}, "kind", "empty"),
        (INCIDENT, {"kind": "shouting"}, "kind", "format"),
        (INCIDENT, {"what": "\n"}, "what", "empty"),
        (INCIDENT, {"what": "x" * 10_001}, "what", "too_long"),
        (INCIDENT, {"what": "a\x07"}, "what", "control"),
        (REPORTER, {"office": ""}, "office", "empty"),
        (REPORTER, {"name": " "}, "name", "empty"),
        (REPORTER, {"phone": "1" * 201}, "phone", "too_long"),
        (REPORT.ground, {"kind": "revenge"}, "ground", "format"),
        (REPORT.ground, {"file_number": "1" * 101}, "file_number", "too_long"),
        (REPORT.ground, {"date": "2026"}, "date", "format"),
        (REPORT.ground, {"date": "2026-02-30"}, "date", "no_such_day"),
    ],
)
def test_what_cannot_stand_in_a_report_is_refused_with_its_field(
    kind: Any, changes: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(ReportError) as caught:
        replace(kind, **changes)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert str(caught.value) == f"{field}: {code}"


@pytest.mark.parametrize("text", ["1971-05-14", "1971-05", "1971", ""])
def test_a_birth_date_may_be_known_in_part(text: str) -> None:
    assert replace(PERSON, birth_date=text).birth_date == text


def test_nothing_in_a_report_lies_in_the_future() -> None:
    today = dt.date(2026, 11, 4)
    assert REPORT.check(today) is REPORT
    earlier = replace(REPORT, ground=None)
    assert earlier.check(dt.date(2026, 11, 3)) is earlier
    with pytest.raises(ReportError, match="date: future"):
        REPORT.check(dt.date(2026, 11, 3))
    with pytest.raises(ReportError, match="time: future"):
        REPORT.check(dt.date(2026, 11, 2))
    for birth_date in ("2027", "2026-12", "2026-11-05"):
        with pytest.raises(ReportError, match="birth_date: future"):
            replace(REPORT, person=replace(PERSON, birth_date=birth_date)).check(today)


@pytest.mark.parametrize("state", reports.STATES)
def test_the_answer_comes_back_as_it_went(state: str) -> None:
    status = Status("0000-0000-0000", state)
    assert Status.parse(status.encode()) == status


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b" " * 1025, b'{"type":"obacht/v1/report-status","receipt":"0000-0000-0000","state":"lost"}',
        b'{"type":"obacht/v1/report-status","receipt":"0000-0000-0001","state":"done"}',
        b'{"type":"obacht/v1/report-status","receipt":"0000-0000-0000","state":[]}',
        b'{"type":"obacht/v1/report-status","receipt":"0000-0000-0000","state":"done","why":""}',
        b'{"type":"obacht/v1/report","receipt":"0000-0000-0000","state":"done"}',
    ],
)  # fmt: skip
def test_another_answer_is_refused(body: bytes) -> None:
    with pytest.raises(MessageError, match=r"^json$"):
        Status.parse(body)


def test_every_field_of_the_parts_is_a_text() -> None:
    for kind in (ReportedPerson, Incident, Ground, Reporter):
        assert {part.type for part in fields(kind)} == {str}
