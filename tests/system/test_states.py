"""Every state, and every way in which a check can fail, with the real parties in processes of their own."""

import datetime as dt
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from obacht_clients.answers import Entry, NoCheck, NoEntry, PossibleEntry
from obacht_demo.deployment import Deployment
from obacht_demo.servers import Server, command, run
from obacht_enrollment.office import Office
from obacht_protocol import notes, register
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.encoding import parse_canonical_json
from obacht_protocol.head import Head
from obacht_protocol.identity import Address, Person
from obacht_protocol.structures import from_json
from world import Bodies, ask, check, clock_off_by, copy_of, fetch, liar

pytestmark = [pytest.mark.sockets, pytest.mark.timeout(180)]

MEYER = Person("Meyer", "Jörg Peter", dt.date(1971, 5, 14))
STRANGER = Person("Niemand", "Nora", dt.date(1990, 2, 3))
DAY = 86_400
HEAD, BUCKET, DESCRIPTOR = "/v1/register/head", "/v1/register/{}/buckets/0", "/v1/descriptor"


@pytest.fixture
def home(town: Deployment, tmp_path: Path) -> Path:
    """A department that was set up and has never asked, so that no test learns from another."""
    return copy_of(town.department, tmp_path / "department")


@pytest.fixture
def truth(town: Deployment) -> Bodies:
    """What the matcher answers truly."""
    head = json.loads(notes.body(fetch(town.matcher.url, HEAD)[HEAD]))
    return fetch(town.matcher.url, DESCRIPTOR, HEAD, BUCKET.format(head["sequence"]))


@pytest.fixture
def office(town: Deployment) -> Iterator[Office]:
    """The office's own keys, for registers that nobody else could sign."""
    opened = Office.open(town.folder / "office", (town.folder / "passphrase").read_bytes())
    yield opened
    opened.close()


@contextmanager
def started(servers: list[Server]) -> Iterator[None]:
    """Run servers for a while."""
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            server.stop()


@contextmanager
def stopped(servers: list[Server], how: Callable[[Server], None] = Server.stop) -> Iterator[None]:
    """Have servers stand still for a while."""
    for server in servers:
        how(server)
    try:
        yield
    finally:
        for server in servers:
            server.start()


def head_of(bodies: Bodies) -> Head:
    fields = parse_canonical_json(notes.body(bodies[HEAD]))
    del fields["type"]
    return from_json(Head, fields)


def reason(answer: object) -> str:
    """Tell why no check was made; anything else is no such answer, and fails."""
    assert isinstance(answer, NoCheck)
    assert answer.contact is not None, "whom to call is known from the descriptor"
    return answer.reason


def ask_liars(town: Deployment, home: Path, *lies: Bodies) -> list[str]:
    """Put a liar in the matcher's place for each of ``lies``, and give the reasons why no check was made."""
    town.matcher.stop()
    try:
        return [_ask_liar(town, home, lie) for lie in lies]
    finally:
        town.matcher.start()


def _ask_liar(town: Deployment, home: Path, lie: Bodies) -> str:
    with liar(town.matcher.port, lie):
        return reason(ask(home, MEYER))


def test_the_four_states_come_with_their_exit_codes(town: Deployment, home: Path) -> None:
    typed = {"family_name": "Meyer", "given_names": "Jörg Peter", "birth_date": "14.05.1971"}
    code, answer = check(home, typed)
    assert (code, answer["state"], answer["level"], answer["tier"]) == (10, "entry", 3, "strong")
    assert answer["contact"]["phone"] == "+49 221 555 0100"
    code, answer = check(home, typed | {"family_name": "Maier", "given_names": "Jörg"})
    assert (code, answer["state"]) in {(10, "entry"), (11, "possible entry")}, "chance in the sketch decides which"
    assert answer["matched"]["names"] in {"sound", "exact"}
    code, answer = check(home, typed | {"family_name": "Niemand"})
    assert (code, answer["state"]) == (0, "no entry")
    with stopped(town.keys[:2]):
        code, answer = check(home, typed)
        assert (code, answer["state"], answer["reason"]) == (20, "no check was made", "unreachable")


def test_an_address_and_a_year_of_birth_are_found(home: Path) -> None:
    assert isinstance(ask(home, Address("50667", "Venloer Str.", "14")), Entry)
    assert isinstance(ask(home, Address("50667", "Venloer Str.", "13")), NoEntry)
    assert isinstance(ask(home, Person("Kowalczyk", "Krzysztof", dt.date(1992, 2, 29))), PossibleEntry)
    assert isinstance(ask(home, Person("Meyer", "Jörg", 1971)), PossibleEntry)


@pytest.mark.parametrize("down", [0, 1, 2])
def test_any_two_of_three_key_offices_answer(town: Deployment, home: Path, down: int) -> None:
    with stopped([town.keys[down]]):
        assert isinstance(ask(home, MEYER), Entry)
        assert isinstance(ask(home, STRANGER), NoEntry)


def test_two_killed_key_services_of_three_mean_no_check(town: Deployment, home: Path) -> None:
    with stopped(town.keys[1:], how=Server.kill):
        assert reason(ask(home, MEYER)) == "unreachable"
        assert reason(ask(home, STRANGER)) == "unreachable"
    assert isinstance(ask(home, MEYER), Entry)


def test_a_killed_matcher_means_no_check_and_comes_back_with_its_register(town: Deployment, home: Path) -> None:
    town.matcher.kill()
    try:
        assert reason(ask(home, MEYER)) == "unreachable"
    finally:
        town.matcher.start()
    assert isinstance(ask(home, MEYER), Entry)


def test_a_stale_register_means_no_check(home: Path) -> None:
    # Three days on, on every clock but the office's, which has renewed nothing.
    assert reason(ask(home, MEYER, clock=clock_off_by(3 * DAY))) in {"head-expired", "clock"}


def test_a_head_that_expired_means_no_check(town: Deployment, home: Path, truth: Bodies, office: Office) -> None:
    head = head_of(truth)
    old = replace(head, issued=head.issued - 3 * DAY, expires=head.issued - DAY)
    lie = truth | {HEAD: old.sign(office.keys.head)}
    assert ask_liars(town, home, lie) == ["head-expired"]


def test_an_unsigned_head_means_no_check(town: Deployment, home: Path, truth: Bodies) -> None:
    stranger = notes.SigningKey(f"{town.name}/head", bytes(32))
    text = notes.body(truth[HEAD])
    lies = (text + b"\n", notes.sign(text, [stranger]), truth[HEAD].replace(b'"rows":1024', b'"rows":2048'))
    assert set(ask_liars(town, home, *(truth | {HEAD: lie} for lie in lies))) == {"head-signature"}


def test_a_register_rolled_back_means_no_check(town: Deployment, home: Path, truth: Bodies) -> None:
    town.publish()
    assert isinstance(ask(home, MEYER), Entry)
    assert ask_liars(town, home, truth) == ["head-order"]


def test_a_truncated_or_altered_register_means_no_check(town: Deployment, home: Path, truth: Bodies) -> None:
    path = BUCKET.format(head_of(truth).sequence)
    bucket = truth[path]
    altered = (bucket[:-1] + b"\0", bucket[128:] + bucket[:128], bucket + bytes(128))
    assert set(ask_liars(town, home, *(truth | {path: lie} for lie in altered))) <= {"register", "too-large"}
    cut = (bucket[:-128], bucket[:-1], b"")
    assert set(ask_liars(town, home, *(truth | {path: lie} for lie in cut))) <= {"register", "interrupted"}
    lacking = {key: body for key, body in truth.items() if key != path}
    assert ask_liars(town, home, lacking) == ["refused"]


def test_a_register_without_its_canary_means_no_check(
    town: Deployment, home: Path, truth: Bodies, office: Office
) -> None:
    head = head_of(truth)
    empty = register.build([], bytes(32))
    lie = replace(head, sequence=head.sequence + 1, root=empty.root, rows=empty.bucket_rows)
    bodies = truth | {HEAD: lie.sign(office.keys.head), BUCKET.format(lie.sequence): empty.buckets[0]}
    assert ask_liars(town, home, bodies) == ["canary"]


def test_wrong_key_shares_mean_no_check(town: Deployment, home: Path, tmp_path: Path) -> None:
    passphrase = ("--passphrase-file", town.folder / "passphrase")
    keys = command("obacht-keys")
    wrong = [tmp_path / server.name for server in town.keys]
    for server, folder in zip(town.keys, wrong, strict=True):
        named = ("--deployment", town.name, "--origin", server.url, "--name", server.name, "--lock", "CHEAPEST")
        run(keys, "--home", folder, "init", *named, *passphrase)
    dealt = tmp_path / "dealt"
    run(keys, "ceremony", "deal", "--out", dealt, *(folder / "office.json" for folder in wrong))
    for index, (server, folder) in enumerate(zip(town.keys, wrong, strict=True), 1):
        files = (dealt / "transcript.json", dealt / f"share-{index}.sealed")
        run(keys, "--home", folder, "share", "accept", *files, "--lock", "CHEAPEST", *passphrase)
        # All else the same, as if somebody had put another key's share into the same office.
        for name in ("roots.json", "descriptor.note", "log.locked"):
            shutil.copy(town.folder / server.name / name, folder / name)
        with (
            sqlite3.connect(town.folder / server.name / "registry.db") as right,
            sqlite3.connect(folder / "registry.db") as other,
        ):
            right.backup(other)
        # The witnesses know the office's own log, and would not let it start.
        for witness in ("office", "auditor"):
            run(keys, "--home", folder, "witness", "remove", f"{town.name}/{witness}/witness")
    arguments: list[list[str | Path]] = [[keys, "--home", folder, "serve", *passphrase] for folder in wrong]
    impostors = [
        Server(server.name, server.port, tmp_path / f"{server.name}.log", own)
        for server, own in zip(town.keys, arguments, strict=True)
    ]
    with stopped(town.keys[:2]), started(impostors[:2]):
        assert reason(ask(home, MEYER)) == "office-proof"
        assert reason(ask(home, STRANGER)) == "office-proof"
    with stopped(town.keys[:1]), started(impostors[:1]):
        assert isinstance(ask(home, MEYER), Entry)


def test_a_descriptor_with_one_signature_means_no_check(
    town: Deployment, home: Path, truth: Bodies, office: Office
) -> None:
    now = Descriptor.parse(notes.body(truth[DESCRIPTOR]))
    changed = replace(now, version=now.version + 1, previous=notes.digest(truth[DESCRIPTOR]))
    alone = notes.sign(changed.encode(), [office.keys.root])
    head = head_of(truth).renewed(issued=head_of(truth).issued + 1, descriptor=notes.digest(alone))
    lie = truth | {DESCRIPTOR: alone, HEAD: head.sign(office.keys.head)}
    assert ask_liars(town, home, lie) == ["descriptor-signature"]


@pytest.mark.parametrize("seconds", [-DAY, DAY])
def test_a_clock_one_day_off_means_no_check(home: Path, seconds: int) -> None:
    assert reason(ask(home, MEYER, clock=clock_off_by(seconds))) == "clock"
    assert reason(ask(home, STRANGER, clock=clock_off_by(seconds))) == "clock"


def test_a_revoked_device_means_no_check_at_once(town: Deployment, home: Path) -> None:
    assert isinstance(ask(home, MEYER), Entry)
    offices = [(command("obacht-keys"), "--home", town.folder / server.name) for server in town.keys[:2]]
    for office in offices:
        run(*office, "department", "disable", "Bürgeramt")
    try:
        assert reason(ask(home, MEYER)) == "refused-department"
    finally:
        for office in offices:
            run(*office, "department", "add", "Bürgeramt")
    assert isinstance(ask(home, MEYER), Entry)


def test_nobody_keeps_a_name(town: Deployment, home: Path) -> None:
    """After all these questions: no name of a record or a question in anything that a server or a client wrote."""
    ask(home, Person("Unverwechselbar", "Notburga", dt.date(1983, 4, 17)))
    ask(home, MEYER)
    names = ["Unverwechselbar", "Notburga", "Lüdenscheidt", "Hüseyin", "Kowalczyk", "17041983", "19830417"]
    spellings = {
        form.encode(encoding)
        for name in names
        for form in (name, name.lower(), name.upper())
        for encoding in ("utf-8", "utf-16-le", "latin-1", "ascii")
        if form.isascii() or encoding != "ascii"
    }
    looked_at = 0
    for folder in (*(server.name for server in town.keys), "matcher", "office", "department", "logs", "ceremony"):
        for path in (town.folder / folder).rglob("*"):
            if path.is_file():
                looked_at += 1
                content = path.read_bytes()
                assert not [spelling for spelling in spellings if spelling in content], path
    assert looked_at > 10
