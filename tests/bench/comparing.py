"""How long the office's service takes to say who may be known already: one case, or a file, beside 10,000 cases."""

import datetime as dt
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import records
from bench.figures import Fact, Figure, Findings, milliseconds
from bench.machine import calm
from obacht_enrollment import importing
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases import intake, similar
from obacht_enrollment.cases.content import Content, Ground, Name
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.similar import Index
from obacht_enrollment.cases.transaction import writing
from obacht_enrollment.office import Office

CASES: Final = 10_000
MILLISECONDS: Final = 300.0
_SYLLABLES: Final = (
    *("ka", "lo", "mi", "rn", "ss", "tel", "ber", "ger", "hoff", "mann", "schu", "wei", "ner", "bach", "dorf", "stein"),
    *("kra", "fro", "lich", "ü", "ay", "yıl", "vić", "ow", "sk", "al", "ri", "an", "de"),
)
_COMMON: Final = ("Müller", "Schmidt", "Yılmaz", "Nowak", "Schulz")
_TWO_YEARS: Final = dt.timedelta(days=700)


def measure(folder: Path, *, cases: int = CASES, lines: int = CASES, rounds: int = 6, looks: int = 40) -> Findings:
    """Measure looks at an office with so many cases, and at a file with so many lines.

    Args:
        folder: For the office.
        cases: Of the office.
        lines: Of the file.
        rounds: How often ``looks`` are measured.
        looks: In each round, each at another case.
    """
    source = random.Random(1)
    office = records.new_office(folder)
    worker, now = records.user(office, Role.CASE_WORKER), int(time.time())
    there = list(_people(source, cases, now))
    with writing(office, now) as transaction:
        intake.take_in(transaction, worker, ((one, source.randbytes(32)) for one in there), 1)
    index = Index()
    begin = time.perf_counter()
    index.refresh(office)
    opened = time.perf_counter() - begin

    def turn() -> list[float]:
        return [_look(office, worker, index, one) for one in source.sample(there, looks)]

    found = calm(rounds, turn)
    begin = time.perf_counter()
    prepared = importing.prepare(office, worker, _file(_people(source, lines, now)), now, index=index)
    previewed = time.perf_counter() - begin
    office.close()
    if len(prepared.preview.new) != lines:
        raise AssertionError("not every line is one of a record")
    return Findings(
        f"Who may be known already, among {cases:,} cases",
        [
            Figure.at_most(
                f"the slowest of {looks} looks at who may be the same among {cases:,} cases",
                MILLISECONDS,
                1000 * statistics.median(max(taken) for taken in found),
                "the function that the pages call before a case is approved, with the cases held open as the service"
                " holds them: their versions out of the database, names by Jaro-Winkler and Damerau-Levenshtein, birth"
                " dates, addresses; wall time, of each round the slowest look, median of the calmer half of the rounds",
                " ms",
            )
        ],
        [
            Fact("a look, median", milliseconds(statistics.median(one for taken in found for one in taken))),
            Fact("opening all cases, once when the service starts", f"{opened:.2f} s"),
            Fact(f"a look at a file of {lines:,} lines beside them, all compared", f"{previewed:.1f} s"),
        ],
    )


def _look(office: Office, user: User, index: Index, content: Content) -> float:
    begin = time.perf_counter()
    found = similar.find(office, user, index, content)
    taken = time.perf_counter() - begin
    if not found or found[0].likeness < 100:
        raise AssertionError("a case is not found among all")
    return taken


def _people(source: random.Random, count: int, now: int) -> Iterator[Content]:
    """Invent people: some thousand names, of which a few are common, some double, and some with a birth name."""
    families, given = (
        ["".join(source.choices(_SYLLABLES, k=source.choice(lengths))).capitalize() for _ in range(many)]
        for many, lengths in ((6000, (2, 3, 3, 4)), (800, (2, 2, 3)))
    )
    families += _COMMON * 60
    for _ in range(count):
        family = "-".join(source.sample(families, source.choices((1, 2), (19, 1))[0]))
        birth_name = source.choice(families) if source.random() < 0.1 else ""
        yield Content(
            name=Name(family, " ".join(source.sample(given, source.choices((1, 2), (7, 3))[0])), birth_name),
            birth=Birth(source.randint(1940, 2004), source.randint(1, 12), source.randint(1, 28)),
            ground=Ground("complaint", f"B {source.randrange(10**9)}"),
            level=2,
            contact=1,
            end=day_of(now) + _TWO_YEARS,
        )


def _file(people: Iterator[Content]) -> bytes:
    lines = ["Nachname;Vorname;Geburtsname;Geburtsdatum;Stufe;Kontakt;Gültig bis;Grund;Aktenzeichen"]
    for one in people:
        name, birth = one.name, f"{one.birth.day}.{one.birth.month}.{one.birth.year}"
        parts = (name.family_name, name.given_names, name.birth_name, birth, "2", "1", f"{one.end:%d.%m.%Y}")
        lines.append(";".join((*parts, "Strafanzeige", one.ground.file_number)))
    return "\n".join([*lines, ""]).encode()
