"""A key is shared so that no office holds it alone, and no share is seen by anybody but its office."""

import hashlib
import itertools
import json
import os
import pickle
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.public import PrivateKey, SealedBox

from key_office import PASSPHRASE, accept, deal, found, run
from obacht_keys import ceremony, custody
from obacht_keys.custody import Custody, TransportKey
from obacht_keys.errors import CeremonyError, CustodyError
from obacht_keys.settings import Home
from obacht_protocol import group, oprf, threshold, transcript
from obacht_protocol.encoding import base64url
from obacht_protocol.transcript import Card, Seat, Transcript

NAMES = ("IT-Amt", "Datenschutz", "Personalrat")
COUNT = len(NAMES)


def card(key: TransportKey, number: int, deployment: str = "test-keys") -> Card:
    return Card(deployment, NAMES[number - 1], f"https://keys{number}.town.example", key.public)


@pytest.fixture(scope="module")
def transports() -> list[TransportKey]:
    return [TransportKey.generate() for _ in NAMES]


@pytest.fixture
def homes(tmp_path: Path) -> list[Home]:
    made = []
    for number, name in enumerate(NAMES, 1):
        (tmp_path / name).mkdir()
        made.append(found(tmp_path / name, f"https://keys{number}.town.example", name=name))
    return made


def open_all(transports: list[TransportKey], needed: int) -> tuple[Transcript, dict[int, Custody]]:
    cards = {number: card(key, number) for number, key in enumerate(transports, 1)}
    held, sealed = ceremony.deal(cards, needed=needed, epoch=1)
    return held, {index: transports[index - 1].open(sealed[index], held) for index in sealed}


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_any_so_many_offices_answer_as_the_key_would_and_fewer_do_not(
    transports: list[TransportKey], needed: int
) -> None:
    held, opened = open_all(transports, needed)
    blind, element = oprf.blind(b"somebody")
    answers = {index: threshold.Answer(*share.evaluate([element])) for index, share in opened.items()}
    shares = {office.index: office.public_share for office in held.offices}
    threshold.check_polynomial(held.public_key, shares, needed)
    outputs = {
        tuple(
            threshold.finalize(
                [b"somebody"],
                [blind],
                [element],
                {index: answers[index] for index in some},
                shares=shares,
                threshold=needed,
            )
        )
        for some in itertools.combinations(answers, needed)
    }
    assert len(outputs) == 1
    if needed > 1:
        fewer = {index: answers[index].evaluated for index in list(answers)[: needed - 1]}
        assert tuple(oprf.unblind([b"somebody"], [blind], threshold.combine(fewer))) not in outputs


def test_one_of_one_is_a_ceremony_too(transports: list[TransportKey]) -> None:
    held, sealed = ceremony.deal({9: card(transports[0], 1)}, needed=1, epoch=4)
    facts = transports[0].open(sealed[9], held).facts
    assert (facts.epoch, facts.index, facts.threshold) == (4, 9, 1)
    assert facts.public_key == facts.public_share == held.public_key


def test_every_ceremony_makes_another_key(transports: list[TransportKey]) -> None:
    assert open_all(transports, 2)[0].public_key != open_all(transports, 2)[0].public_key


def test_a_share_is_opened_by_its_own_office_alone(transports: list[TransportKey]) -> None:
    cards = {number: card(key, number) for number, key in enumerate(transports, 1)}
    held, sealed = ceremony.deal(cards, needed=2, epoch=1)
    with pytest.raises(CustodyError, match="not the one that the transcript names"):
        transports[1].open(sealed[1], held)
    with pytest.raises(CustodyError, match="without this office"):
        TransportKey.generate().open(sealed[1], held)
    with pytest.raises(CustodyError, match="not the one"):
        transports[0].open(sealed[1][:-1] + bytes([sealed[1][-1] ^ 1]), held)


def crooked(transports: list[TransportKey], given: bytes, recipient: TransportKey) -> tuple[bytes, Transcript]:
    """Deal one of one, but seal ``given`` to ``recipient`` instead; all else is as it should be."""
    secret = group.scalar_random()
    seat = Seat(
        index=1,
        name=NAMES[0],
        url="https://keys1.town.example",
        transport_key=transports[0].public,
        public_share=group.multiply_base(secret),
        sealed=bytes(32),
    )
    made = transcript.make([secret], [seat], deployment="test-keys", epoch=1)
    sealed = SealedBox(PrivateKey(bytes(recipient._key)).public_key).encrypt((given or secret) + made.facts)
    return sealed, replace(made, offices=[replace(seat, sealed=hashlib.sha256(sealed).digest())])


def test_a_share_that_does_not_fit_the_transcript_is_refused(transports: list[TransportKey]) -> None:
    mine, neighbour, _ = transports
    assert mine.open(*crooked(transports, b"", mine)).facts.index == 1
    with pytest.raises(CustodyError, match="belong together"):
        mine.open(*crooked(transports, group.scalar_random(), mine))
    with pytest.raises(CustodyError, match="not a scalar"):
        mine.open(*crooked(transports, bytes(32), mine))
    for nonsense in (b"x", bytes(33)):
        with pytest.raises(CustodyError, match="altered"):
            mine.open(*crooked(transports, nonsense, mine))
    with pytest.raises(CustodyError, match="not sealed to this office"):
        mine.open(*crooked(transports, b"", neighbour))


def test_offices_that_do_not_fit_together_get_no_key(transports: list[TransportKey]) -> None:
    first, second = card(transports[0], 1), card(transports[1], 2)
    for cards, needed in (
        ({}, 1),
        ({1: first, 2: card(transports[1], 2, "test-elsewhere")}, 2),
        ({1: first, 2: first}, 2),
        ({1: first, 2: second}, 3),
        ({1: first, 2: second}, 0),
        ({0: first, 2: second}, 2),
    ):
        with pytest.raises(CeremonyError):
            ceremony.deal(cards, needed=needed, epoch=1)
    with pytest.raises(CustodyError, match="nothing can be sealed"):
        ceremony.deal({1: Card("test-keys", "IT", first.url, bytes(32))}, needed=1, epoch=1)


def test_a_transport_key_shows_and_copies_nothing(transports: list[TransportKey]) -> None:
    assert repr(transports[0]) == "<TransportKey>"
    with pytest.raises(CustodyError):
        pickle.dumps(transports[0])
    with pytest.raises(CustodyError):
        TransportKey(b"short")
    with pytest.raises(CustodyError, match="locked"):
        TransportKey.unlock(b"{}", b"x")


def test_three_offices_take_their_shares_in_and_doctor_knows_them(homes: list[Home], tmp_path: Path) -> None:
    dealt = deal(tmp_path / "dealt", *homes, needed=2)
    assert sorted(path.name for path in dealt.iterdir()) == [
        *(f"share-{n}.sealed" for n in (1, 2, 3)),
        "transcript.json",
    ]
    verified = run("ceremony", "verify", dealt / "transcript.json")
    assert verified.exit_code == 0
    assert "2 of 3 offices are needed" in verified.output
    for number, home in enumerate(homes, 1):
        assert accept(home, dealt, number).exit_code == 0
        passphrase = ("--passphrase-file", home.folder.parent / "passphrase")
        assert f"epoch 7, office {number}, 2 needed" in run("--home", home.folder, "doctor", *passphrase).output
        inspected = run("share", "inspect", home.share, *passphrase)
        facts = Custody.unlock(home.share.read_bytes(), PASSPHRASE.encode()).facts
        assert base64url(facts.public_share) in inspected.output
        assert inspected.exit_code == 0


def test_taking_the_same_share_in_twice_changes_nothing(homes: list[Home], tmp_path: Path) -> None:
    dealt = deal(tmp_path / "dealt", *homes, needed=2)
    accept(homes[0], dealt)
    before = homes[0].share.read_bytes()
    again = accept(homes[0], dealt)
    assert again.exit_code == 0
    assert "nothing was changed" in again.output
    other = accept(homes[0], deal(tmp_path / "other", *homes, needed=2))
    assert other.exit_code == 1
    assert "never overwritten" in other.output
    assert homes[0].share.read_bytes() == before


def test_a_wrong_share_or_transcript_leaves_nothing_behind(homes: list[Home], tmp_path: Path) -> None:
    dealt = deal(tmp_path / "dealt", *homes, needed=2)
    assert "not the one that the transcript names" in accept(homes[1], dealt, 1).output
    text = (dealt / "transcript.json").read_text()
    (dealt / "transcript.json").write_text(text.replace("//keys2", "//keys9"))
    assert "altered" in accept(homes[0], dealt).output
    digest = hashlib.sha256(text.removesuffix("\n").encode()).hexdigest()
    assert digest not in run("ceremony", "verify", dealt / "transcript.json").output
    (dealt / "transcript.json").write_text(text)
    assert digest in run("ceremony", "verify", dealt / "transcript.json").output
    homes[2].settings.write_text(homes[2].settings.read_text().replace("keys3", "keys4"))
    assert "another address" in accept(homes[2], dealt, 3).output
    for home in homes:
        assert not list(home.folder.glob("share-*"))


def test_a_dealer_overwrites_nothing_and_says_what_is_wrong(homes: list[Home], tmp_path: Path) -> None:
    dealt = deal(tmp_path / "dealt", *homes, needed=2)
    cards = [home.card for home in homes]
    before = {path: path.read_bytes() for path in dealt.iterdir()}
    new = tmp_path / "new"
    refused: list[tuple[tuple[str | Path, ...], str]] = [
        ((dealt, *cards), "not empty"),
        ((new, *cards, "--index", "1"), "once for each"),
        ((new, *cards, "--index", "1", "--index", "2", "--index", "1"), "the number 1"),
        ((new, *cards, "--threshold", "4"), "threshold"),
        ((new, dealt / "transcript.json"), "obacht/v1/key-office"),
        ((new, cards[0], cards[0]), "in common"),
    ]
    for arguments, told in refused:
        result = run("ceremony", "deal", "--out", *arguments)
        assert result.exit_code == 1
        assert told in result.output
        assert not new.exists()
    assert {path: path.read_bytes() for path in dealt.iterdir()} == before


def test_an_office_keeps_its_number_if_it_is_named(homes: list[Home], tmp_path: Path) -> None:
    out = tmp_path / "dealt"
    cards = (homes[0].card, homes[2].card)
    assert run("ceremony", "deal", "--out", out, "--index", "1", "--index", "3", *cards).exit_code == 0
    assert [office["index"] for office in json.loads((out / "transcript.json").read_bytes())["offices"]] == [1, 3]
    assert accept(homes[2], out, 3).exit_code == 0


def test_nothing_secret_is_in_any_file_environment_temp_folder_or_word(
    homes: list[Home], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    seen: list[bytes] = []
    derive = oprf.derive_key_pair

    def remember(seed: bytes, info: bytes) -> tuple[bytes, bytes]:
        pair = derive(seed, info)
        seen.extend((seed, pair[0]))
        return pair

    monkeypatch.setattr(oprf, "derive_key_pair", remember)
    out = tmp_path / "dealt"
    said = run("ceremony", "deal", "--out", out, *(home.card for home in homes)).output
    for number, home in enumerate(homes, 1):
        said += accept(home, out, number).output
        opened = Custody.unlock(home.share.read_bytes(), PASSPHRASE.encode())
        seen += [opened._secret, bytes(TransportKey.unlock(home.transport.read_bytes(), PASSPHRASE.encode())._key)]
    assert len(seen) == 2 + 2 * COUNT
    assert list(temporary.iterdir()) == []
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    everything = b"\n".join([*written, said.encode(), " ".join(os.environ.values()).encode()])
    for secret in seen:
        for form in (secret, secret.hex().encode(), base64url(secret).encode()):
            assert form not in everything
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir())


def test_the_digest_is_that_of_the_sealed_file() -> None:
    sealed = secrets.token_bytes(80)
    assert custody.digest(sealed) == hashlib.sha256(sealed).digest()
