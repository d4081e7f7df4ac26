"""The history cannot be edited: whatever is changed, taken away or added shows, and the first bad event is named."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from case_office import Desk, hire
from invented_cases import content
from obacht_enrollment.cases import history, reading, service
from obacht_enrollment.cases.history import START, Deed, Link
from obacht_enrollment.cases.states import EndReason, State
from obacht_enrollment.cases.tables import EventRow, HistoryHead
from obacht_enrollment.errors import CaseError, VaultError
from postgres import BOTH
from safety_office import NOW, Site

DATABASES = BOTH


@pytest.fixture
def desk(empty: Site) -> Desk:
    """Two cases, whose history has nine events."""
    made = Desk(empty.office, hire(empty.office))
    first, _ = made.active(), made.active()
    service.end(made.office, made.staff.anna, first, NOW, why=EndReason.GROUND, reason="Anzeige zurückgezogen")
    return made


def broken(desk: Desk) -> dict[str, Any]:
    with pytest.raises(CaseError) as caught:
        reading.verify_history(desk.office, desk.staff.dora)
    return {"code": caught.value.code, **caught.value.details}


def test_an_untouched_history_is_whole(desk: Desk) -> None:
    assert reading.verify_history(desk.office, desk.staff.dora) == 9


def test_an_empty_history_is_whole(empty: Site) -> None:
    assert reading.verify_history(empty.office, hire(empty.office).dora) == 0


@pytest.mark.parametrize(
    ("sequence", "values"),
    [
        (1, {"user": 2}),
        (3, {"at": NOW - 1}),
        (4, {"what": Deed.RENEWED.value}),
        (5, {"case": 1}),
        (9, {"detail": b"something else"}),
        (9, {"detail": b""}),
        (2, {"digest": bytes(32)}),
        (7, {"link": bytes(32)}),
    ],
)
def test_a_changed_event_is_named(desk: Desk, sequence: int, values: dict[str, Any]) -> None:
    with desk.office.store.database.writing() as session:
        session.execute(update(EventRow).where(EventRow.sequence == sequence).values(**values))
    assert broken(desk) == {"code": "history-event", "event": sequence}


def test_a_missing_event_is_named_by_its_place(desk: Desk) -> None:
    with desk.office.store.database.writing() as session:
        session.execute(delete(EventRow).where(EventRow.sequence == 4))
    assert broken(desk) == {"code": "history-event", "event": 4}


def test_events_cut_off_at_the_end_are_noticed(desk: Desk) -> None:
    with desk.office.store.database.writing() as session:
        session.execute(delete(EventRow).where(EventRow.sequence > 8))
    assert broken(desk) == {"code": "history-head"}
    with desk.office.store.database.writing() as session:
        session.execute(delete(EventRow))
    assert broken(desk) == {"code": "history-head"}


def test_a_chain_that_somebody_computed_anew_is_not_signed(desk: Desk) -> None:
    with desk.office.store.database.writing() as session:
        link = START
        for row in session.scalars(select(EventRow).order_by(EventRow.sequence)):
            row.user = desk.staff.clara.id
            link = row.link = Link(row.sequence, row.case, row.at, row.user, row.what, row.digest).after(link)
    assert broken(desk) == {"code": "history-head"}
    with desk.office.store.database.writing() as session:
        session.execute(delete(HistoryHead))
    assert broken(desk) == {"code": "history-head"}


@pytest.mark.parametrize("without_head", [False, True])
def test_what_the_office_does_next_does_not_hide_that_somebody_was_at_it(desk: Desk, *, without_head: bool) -> None:
    with desk.office.store.database.writing() as session:
        session.execute(delete(EventRow).where(EventRow.sequence > 8))
        if without_head:
            session.execute(delete(HistoryHead))
    number = desk.active()
    assert desk.summary(number).state is State.ACTIVE, "the office goes on"
    assert broken(desk) == {"code": "history-head"}


def test_another_deployments_signature_does_not_count(desk: Desk) -> None:
    with desk.office.store.database.writing() as session:
        last = session.scalars(select(EventRow).order_by(EventRow.sequence.desc())).first()
        assert last is not None
        for deployment, ends in (("test-elsewhere", "history-head"), ("test-town", "")):
            note = history.sign(deployment, 9, last.link, desk.office.keys.head)
            key = desk.office.keys.head.verify_key
            if ends:
                with pytest.raises(CaseError, match=ends):
                    history.read_head(note, "test-town", key)
            else:
                assert history.read_head(note, "test-town", key)[0] == 9


def test_a_signed_head_of_a_register_is_no_end_of_a_history(desk: Desk, site: Site) -> None:
    site.publish()
    with pytest.raises(CaseError, match="history-head"):
        history.read_head(site.servers.head, "test-town", desk.office.keys.head.verify_key)


def test_details_are_bound_to_their_place(desk: Desk) -> None:
    number = desk.active(content(remarks="drei"))
    for reason in ("eins", "zwei"):
        desk.edit(number, content(remarks=reason), desk.staff.anna, reason=reason)
    with desk.office.store.database.writing() as session:
        rows = session.scalars(select(EventRow).where(EventRow.what == Deed.EDITED).order_by(EventRow.sequence)).all()
        rows[0].detail, rows[1].detail = rows[1].detail, rows[0].detail
    with pytest.raises(VaultError, match="sealed"):
        reading.events(desk.office, desk.staff.anna, number)
