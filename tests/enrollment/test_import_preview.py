"""Before anything is written, a look tells what a file would do; and a file is cut so that it can be taken up again."""

import csv
import hashlib
import io
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imported import ADDRESS, RULES, address_row, file, row
from obacht_enrollment.cases import comparing
from obacht_enrollment.cases import crowd as crowds
from obacht_enrollment.cases.comparing import Compared
from obacht_enrollment.cases.content import Content, Name, Place
from obacht_enrollment.cases.crowd import Crowd
from obacht_enrollment.cases.dates import Birth
from obacht_enrollment.errors import ImportFileError
from obacht_enrollment.imports import columns, lines, previewing, rejects, steps
from obacht_enrollment.imports.previewing import Preview
from obacht_enrollment.streets.index import Street, StreetIndex


def fingerprint(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def look(
    data: bytes,
    *,
    known: Collection[bytes] = (),
    likely: Callable[[Compared], Sequence[int]] = lambda _: (),
    after: int = 0,
    streets: Iterable[Street] = (),
) -> Preview:
    return previewing.look(
        lines.read(data),
        RULES,
        StreetIndex(streets),
        fingerprint=fingerprint,
        known=known,
        likely=likely,
        after=after,
    )


def test_new_known_faulty_and_repeated_lines_are_counted() -> None:
    before = look(file(row(Nachname="Schulz")))
    known = {mark for _, mark in before.new}
    found = look(
        file(
            row(),
            row(Nachname="Schulz"),
            row(Nachname=""),
            row(),
            row(Geb_Datum="x", Nachname=""),
            row(Nachname="Schulz"),
            address_row(),
        ),
        known=known,
    )
    assert [entry.line for entry, _ in found.new] == [2, 8]
    assert found.known == [3]
    assert found.repeated == [(5, 2), (7, 3)]
    assert [checked.line.number for checked in found.faulty] == [4, 6]
    assert found.faults == {(columns.FAMILY_NAME, "empty"): 2, (columns.BIRTH_DATE, "format"): 1}
    assert (found.lines, found.last_line) == (7, 8)


def test_a_look_can_begin_where_another_ended() -> None:
    found = look(file(row(), row(Nachname="Schulz"), row(Nachname="Krause")), after=3)
    assert [entry.line for entry, _ in found.new] == [4]
    assert (found.after, found.lines, found.last_line) == (3, 1, 4)


def test_progress_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "_EVERY", 2)
    told: list[int] = []
    table = lines.read(file(*[row(Az=str(number)) for number in range(5)]))
    previewing.look(table, RULES, StreetIndex(()), fingerprint=fingerprint, known=(), progress=told.append)
    assert told == [2, 4, 5, 5]


def test_a_preview_does_not_show_its_content_when_printed() -> None:
    assert "Meyer" not in repr(look(file(row())))


def known_one() -> Crowd:
    """Give the one case of the rows that say nothing else."""
    crowd = Crowd()
    ((entry, _),) = look(file(row())).new
    crowd.put(17, Compared.of(entry.content))
    return crowd


@pytest.mark.parametrize(
    "other",
    [
        row(Stufe="3"),
        row(Nachname="Maier"),
        row(Nachname="Meyr", Vorname="Joerg"),
        row(Nachname="Jörg", Vorname="Meyer"),
        row(Geb_Datum="15.05.1971"),
        row(Geb_Datum="14.05.1972"),
        row(Geb_Datum="05.1971"),
        row(Geb_Datum="1971"),
        row(Vorname=""),
        row(Nachname="Schulz", Alias="Meyer, Jörg"),
    ],
)
def test_a_person_who_may_be_known_or_stand_in_another_line_is_told(other: dict[str, str]) -> None:
    assert look(file(other), likely=known_one().likely).similar == [(2, [17])]
    assert look(file(row(), other)).alike == [(3, 2)]


@pytest.mark.parametrize(
    "other",
    [
        row(Nachname="Schulz"),
        row(Vorname="Hildegard"),
        row(Geb_Datum="27.11.1971"),
        row(Geb_Datum="14.05.1979", Nachname="Schulz"),
        address_row(),
    ],
)
def test_other_people_are_not(other: dict[str, str]) -> None:
    assert look(file(other), likely=known_one().likely).similar == []
    assert look(file(row(), other)).alike == []


def test_a_person_with_two_names_is_near_by_each_of_them_once() -> None:
    found = look(file(row(Alias="Schulz, Eva"), row(Nachname="Schulz", Vorname="Eva", Alias="Meyer, Jörg")))
    assert found.alike == [(3, 2)]


def test_an_address_that_is_published_already_is_told() -> None:
    found = look(
        file(
            address_row(Hausnr="12-16 gerade"),
            address_row(Hausnr="14a", Straße="Venloer Straße"),
            address_row(Hausnr="13"),
            address_row(Hausnr="14", PLZ="50001"),
            row(PLZ="50825", Straße="Venloer Straße", Hausnr="14"),
        )
    )
    assert found.alike == [(3, 2)]


@pytest.mark.parametrize(("family_names", "alike"), [(1, 299), (300, 1)])
def test_a_file_in_which_all_were_born_on_one_day_is_compared_within_bounds(
    monkeypatch: pytest.MonkeyPatch, family_names: int, alike: int
) -> None:
    compared: list[int] = []
    compare = comparing.compare

    def counted(number: int, *others: Any) -> Any:
        compared.append(number)
        return compare(number, *others)

    monkeypatch.setattr(crowds, "compare", counted)
    monkeypatch.setattr(crowds, "_LOOKED_AT", 3)
    letters = "abcdefghijklmnopqrst"
    names = [f"{a}{b}x{b}{a}" for a in letters for b in letters]
    found = look(file(*[row(Nachname=names[place % family_names], Az=str(place)) for place in range(300)]))
    assert len(found.new) == 300
    assert len(compared) <= 300 * 3
    assert len(found.alike) >= alike


def test_a_case_that_cannot_be_asked_about_is_like_no_line() -> None:
    crowd = Crowd()
    unfinished = Place("50825", "Venloer Straße", "", "left", publish=True)
    for content in (Content(), Content(places=(unfinished,)), Content(name=Name("Meyer")), Content(birth=Birth(1971))):
        compared = Compared.of(content)
        crowd.put(1, compared)
        assert crowd.likely(compared) == []
    half = Compared.of(Content(places=(Place("50825", "Venloer Straße", "12", "left", publish=True),)))
    crowd.put(2, half)
    assert crowd.likely(half) == [2]
    crowd.drop(2)
    assert crowd.likely(half) == []


def test_streets_and_kept_addresses_are_counted() -> None:
    town = [Street("Venloer Straße", "", ("50825",))]
    found = look(
        file(
            address_row(),
            address_row(Straße="Venloer Straße", Hausnr="1"),
            address_row(Straße="X-Weg"),
            row(**{name.replace(".", ""): text for name, text in ADDRESS.items()}),
        ),
        streets=town,
    )
    assert (found.official, found.kept_addresses) == (2, 1)
    assert found.doubts == {(columns.STREET, "street_unknown"): 1}


def test_rejected_lines_are_written_to_be_corrected_and_imported_again() -> None:
    data = file(row(), row(Nachname="", Bemerkung='"a;b"'), row(Geb_Datum="x", Vorname="Ça")).replace(
        b"Meyer;", b"Meyer;", 1
    )
    table = lines.read(data + b"zu;wenig\n")
    found = look(data + b"zu;wenig\n")
    written = rejects.encode(table, found.faulty, "de")
    assert written.startswith(b"\xef\xbb\xbfFehler;Nachname;")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";"))
    assert [one[0] for one in rows[1:]] == [
        "Zeile 3: Familienname fehlt.",
        "Zeile 4: Geburtsdatum muss TT.MM.JJJJ, JJJJ-MM-TT, MM/JJJJ oder JJJJ sein.",
        "Zeile 5: Die Zeile hat mehr oder weniger Felder als die Kopfzeile.",
    ]
    assert rows[1][-1] == "a;b"
    again = look(written)
    assert again.faults == found.faults
    twice = rejects.encode(lines.read(written), again.faulty, "en")
    assert twice.decode().count("Fehler") == 1
    corrected = written.replace(b";;", b";Schulz;", 1).replace(b";x;", b";1971;").replace(b";zu;wenig", b"")
    assert [entry.content.name.family_name for entry, _ in look(corrected).new] == ["Schulz", "Meyer"]


def test_a_file_without_lines_is_refused() -> None:
    with pytest.raises(ImportFileError, match="csv-empty"):
        look(file())


@given(
    kinds=st.lists(st.sampled_from(["new", "known", "faulty", "repeated"]), min_size=1, max_size=30),
    at_once=st.integers(1, 5),
    done=st.integers(0, 10),
)
def test_steps_cover_every_line_once_wherever_they_are_taken_up(kinds: list[str], at_once: int, done: int) -> None:
    written = [
        {"new": row(Az=f"new {n}"), "known": row(Az="known"), "faulty": row(Az=""), "repeated": row(Az="new x")}[kind]
        for n, kind in enumerate(kinds)
    ]
    data = file(*written)
    known = {mark for _, mark in look(file(row(Az="known"))).new}
    whole = look(data, known=known)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "AT_ONCE", at_once)
        all_steps = list(steps.steps(whole, bytes(32), 0))
        assert [marked for _, batch in all_steps for marked in batch] == whole.new
        assert all(len(batch) <= at_once for _, batch in all_steps)
        if not all_steps:
            return
        assert all_steps[-1][0].position == whole.last_line == len(kinds) + 1
        assert [step.after for step, _ in all_steps] == [0, *(step.position for step, _ in all_steps[:-1])]
        counted = [sum(getattr(step, name) for step, _ in all_steps) for name in ("new", "known", "skipped")]
        assert counted == [len(whole.new), len(whole.known) + len(whole.repeated), len(whole.faulty)]
        # stopped after some steps: a look at the rest, or at all of it again, goes on with the same entries
        stopped = all_steps[: done % len(all_steps)]
        after = stopped[-1][0].position if stopped else 0
        taken = known | {mark for _, batch in stopped for _, mark in batch}
        remaining = [(step.position, batch) for step, batch in all_steps[len(stopped) :]]
        for again in (look(data, known=taken, after=after), look(data, known=taken)):
            found = [(step.position, batch) for step, batch in steps.steps(again, bytes(32), after)]
            assert [(place, [mark for _, mark in batch]) for place, batch in found] == [
                (place, [mark for _, mark in batch]) for place, batch in remaining
            ]
