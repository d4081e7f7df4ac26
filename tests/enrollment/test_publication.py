"""From records to a register that a client can read."""

import asyncio
import datetime as dt
from collections import Counter

import httpx2
import pytest

from obacht_enrollment import epochs
from obacht_enrollment.errors import DescriptorDraftError, EnrollingError, MatcherError, PublishingError
from obacht_enrollment.lookup import find_case
from obacht_enrollment.publication import publish, seed_of, trial
from obacht_enrollment.tables import PublicationRow
from obacht_protocol import oprf, register, sketch
from obacht_protocol.identity import Address, Person, parse_birth_date
from obacht_protocol.matching import address_question_keys, question_keys
from obacht_protocol.rows import Entry
from postgres import BOTH
from safety_office import DAY, Site, address_line, person_line, problem, unreachable

DATABASES = BOTH

TODAY = dt.date(2027, 1, 15)


def question(family: str, given: str, born: str) -> tuple[Person, list[bytes]]:
    person = Person(family, given, parse_birth_date(born, TODAY))
    return person, [key.encode(b"test-town") for key in question_keys(person)]


def found(site: Site, keys: list[bytes]) -> list[Entry]:
    return [entry for key in keys for entry, _ in site.servers.lookup(site.servers.prk(key))]


def at(street: str, house: str) -> list[bytes]:
    return [key.encode(b"test-town") for key in address_question_keys(Address("50825", street, house))]


def test_a_listed_person_is_found_by_every_key_of_a_question(site: Site) -> None:
    site.take_in(person_line("Meyer", "Jörg", "14.05.1971", level=3))
    published = site.publish()
    assert (published.sequence, published.records) == (1, 1)
    person, keys = question("Meyer", "Joerg", "14.05.1971")
    for key in keys:
        ((entry, entry_key),) = site.servers.lookup(site.servers.prk(key))
        assert (entry.level, entry.contact, entry.address, entry.several) == (3, 1, False, False)
        assert f"{dt.datetime.fromtimestamp(entry.valid_until, dt.UTC):%d.%m.%Y}" == "31.12.2027"
        assert sketch.grade(person, entry.sketch, entry_key).tier == "strong"


def test_a_person_known_only_by_the_year_is_found(site: Site) -> None:
    site.take_in(person_line("Kowalczyk", "Krzysztof", "1992"))
    site.publish()
    assert found(site, question("Kowalczyk", "Krzysztof", "03.04.1992")[1])


def test_the_canary_always_hits(site: Site) -> None:
    site.publish()
    canary = site.descriptor.canary
    _, keys = question(canary.family_name, canary.given_names, canary.birth_date)
    for key in keys:
        assert len(site.servers.lookup(site.servers.prk(key))) == 1


def test_only_the_canary_of_the_descriptor_in_force_is_published(site: Site) -> None:
    site.publish()
    first = site.descriptor.canary
    path = site.office.home.path("office.toml")
    path.write_text(path.read_text().replace("Kanarienprobe", "Wellensittich"))
    site.office.close()
    site.office = type(site.office).open(site.office.home.folder, b"invented passphrase")
    site.sign_descriptor()
    assert site.descriptor.canary.family_name == "Wellensittich"
    site.publish()
    assert not found(site, question(first.family_name, first.given_names, first.birth_date)[1][:1])
    assert found(site, question("Wellensittich", first.given_names, first.birth_date)[1])


def test_persons_with_one_match_key_in_common_get_rows_of_their_own(site: Site) -> None:
    site.take_in(person_line("Meyer", "Jörg", "14.05.1971"), person_line("Maier", "Jörg", "14.05.1971", level=3))
    site.publish()
    _, keys = question("Meyer", "Jörg", "14.05.1971")
    assert sorted(entry.level for entry in found(site, keys[:1])) == [2, 3]


def test_more_than_eight_persons_under_one_key_fail_by_their_numbers_and_not_their_names(site: Site) -> None:
    site.take_in(*(person_line("Meyer", "Jörg", level=2 + i % 2, until=f"{i + 1:02}.12.2027") for i in range(9)))
    with pytest.raises(PublishingError) as caught:
        site.publish()
    assert caught.value.details["records"] == "1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert "Meyer" not in str(caught.value)


def test_addresses_under_one_key_share_a_row_of_the_highest_level(site: Site) -> None:
    site.take_in(address_line(house="12"), address_line(house="12 a", level=3))
    site.publish()
    keys = at("Venloer Straße", "12 a")
    exact, building = found(site, keys[:1]), found(site, keys[1:2])
    assert [(entry.level, entry.several, entry.address) for entry in exact] == [(3, False, True)]
    assert [(entry.level, entry.several, entry.address) for entry in building] == [(3, True, True)]


def test_one_record_does_not_count_as_several_by_meeting_itself(site: Site) -> None:
    site.take_in(address_line(house="12-16"))
    site.publish()
    assert {entry.several for entry in found(site, at("Venloer Straße", "14"))} == {False}


def test_expired_records_are_left_out(site: Site) -> None:
    site.take_in(person_line("Meyer", "Jörg", until="31.01.2027"), person_line("Schulz", "Eva"))
    assert site.publish().records == 2
    site.now += 30 * DAY
    site.sign_descriptor()
    assert site.publish().records == 1
    assert not found(site, question("Meyer", "Jörg", "14.05.1971")[1])
    assert found(site, question("Schulz", "Eva", "14.05.1971")[1])


def test_every_row_has_a_reference_of_its_own_that_leads_back_to_the_record(site: Site) -> None:
    site.take_in(person_line("Schulz", "Eva"), person_line("Meyer", "Jörg"), address_line(house="12"), address_line())
    site.publish()
    references = [entry.reference for entry in found(site, question("Meyer", "Jörg", "14.05.1971")[1])]
    assert len(set(references)) == len(references) == 4
    for reference in references:
        case = find_case(site.office, reference)
        assert case is not None
        assert [row.number for row in case.records] == [2]
        assert case.publication.sequence == 1
    assert find_case(site.office, bytes(8)) is None


def test_the_reference_of_a_shared_row_leads_to_all_records_behind_it(site: Site) -> None:
    site.take_in(address_line(house="12"), person_line(), address_line(house="12 a", level=3))
    site.publish()
    (entry,) = found(site, at("Venloer Straße", "12 a")[1:2])
    case = find_case(site.office, entry.reference)
    assert case is not None
    assert [row.number for row in case.records] == [3, 1]


def test_references_of_older_publications_are_still_found(site: Site) -> None:
    site.take_in(person_line("Meyer", "Jörg"))
    site.publish()
    (old, *_) = found(site, question("Meyer", "Jörg", "14.05.1971")[1])
    site.publish()
    (new, *_) = found(site, question("Meyer", "Jörg", "14.05.1971")[1])
    assert old.reference != new.reference
    case = find_case(site.office, old.reference)
    assert case is not None
    assert case.publication.sequence == 1


def test_two_publications_have_no_row_in_common(site: Site) -> None:
    site.take_in(person_line())
    site.publish()
    first = set(rows_of(site))
    site.publish()
    assert not first & set(rows_of(site))
    assert not {row[:32] for row in first} & {row[:32] for row in rows_of(site)}


def rows_of(site: Site) -> list[bytes]:
    whole = b"".join(site.servers.buckets)
    return [whole[place : place + 128] for place in range(0, len(whole), 128)]


def test_the_auditor_can_account_for_every_row_with_the_seed(site: Site) -> None:
    site.take_in(person_line())
    published = site.publish()
    row = site.office.store.latest_publication()
    assert row is not None
    seed = seed_of(site.office, row)
    filler = {register.filler_row(seed, number) for number in range(1024 - published.real_rows)}
    assert len(set(rows_of(site)) - filler) == published.real_rows == row.real_rows
    assert seed not in row.seed


def test_enrolled_records_are_published_again_without_the_key_office(site: Site) -> None:
    site.take_in(person_line())
    site.publish()
    asked = len(site.servers.evaluations)
    site.publish()
    assert len(site.servers.evaluations) == asked
    assert Counter(site.servers.requests)["POST /v1/evaluations"] == asked


def test_another_key_under_the_same_epoch_number_enrols_everybody_anew(site: Site) -> None:
    site.take_in(person_line())
    site.publish()
    before = epochs.identify("test-town", site.descriptor.epoch)
    site.servers.secret, site.servers.public = oprf.derive_key_pair(bytes(32), b"another")
    site.sign_descriptor()
    assert epochs.identify("test-town", site.descriptor.epoch) != before
    site.publish()
    assert found(site, question("Meyer", "Jörg", "14.05.1971")[1])


def test_a_crash_after_the_number_was_taken_costs_only_the_number(site: Site) -> None:
    site.servers.instead["PUT /v1/register"] = unreachable
    with pytest.raises(MatcherError, match="unreachable"):
        site.publish()
    assert site.office.store.latest_publication() is None
    site.servers.instead.clear()
    assert site.publish().sequence == 2


def test_a_matcher_that_is_ahead_is_caught_up_with(site: Site) -> None:
    """The office's records came from a backup, and know less than was published."""
    site.publish()
    row = PublicationRow(started=1, epoch=1, epoch_id=bytes(16), salt=bytes(32), seed=b"")
    assert site.office.store.begin_publication(row, 40) == 40
    site.publish()
    other = site.office.store
    assert site.servers.current_head.sequence == 41
    with other.database.writing() as session:
        for kept in other.publications():
            session.delete(kept)
    assert site.publish().sequence == 42


def test_who_is_overtaken_builds_again_with_a_fresh_number(site: Site) -> None:
    answers = [problem("sequence"), problem("sequence")]

    def overtaken(request: httpx2.Request) -> httpx2.Response:
        return answers.pop() if answers else site.servers.truth(request)

    site.servers.instead["PUT /v1/register"] = overtaken
    assert site.publish().sequence == 3
    answers += [problem("sequence")] * 3
    with pytest.raises(PublishingError, match="overtaken"):
        site.publish()


def test_a_matcher_that_lost_everything_gets_the_descriptor_first(site: Site) -> None:
    site.publish()
    site.servers.descriptor = site.servers.head = b""
    assert site.publish().sequence == 2
    assert site.servers.current_descriptor.version == 1


def test_without_the_key_office_nobody_new_is_published_and_nobody_is_lost(site: Site) -> None:
    site.take_in(person_line("Schulz", "Eva"))
    site.servers.instead["POST /v1/evaluations"] = unreachable
    with pytest.raises(EnrollingError) as caught:
        site.publish()
    assert caught.value.details == {"reason": "unreachable"}
    assert not site.servers.head, "nobody is enrolled yet"
    site.servers.instead.clear()
    site.publish()
    site.take_in(person_line())
    site.servers.instead["POST /v1/evaluations"] = unreachable
    for _ in range(2):
        with pytest.raises(EnrollingError):
            site.publish()
        assert site.servers.current_head.sequence == 2
    assert found(site, question("Schulz", "Eva", "14.05.1971")[1])
    assert not found(site, question("Meyer", "Jörg", "14.05.1971")[1])


def test_without_a_descriptor_in_force_nothing_is_published(empty: Site) -> None:
    with pytest.raises(DescriptorDraftError, match="descriptor-none"):
        empty.publish()
    empty.sign_descriptor()
    empty.now += 90 * DAY
    with pytest.raises(DescriptorDraftError, match="descriptor-expired"):
        empty.publish()


def test_a_trial_shows_what_would_be_and_changes_nothing(site: Site) -> None:
    site.take_in(person_line())
    result = trial(site.office, site.clock)
    assert (result.sequence, result.records, result.missing) == (0, 0, 1)
    site.publish()
    before = list(site.servers.requests)
    result = trial(site.office, site.clock)
    assert (result.sequence, result.records, result.missing, result.real_rows) == (0, 1, 0, 8)
    assert site.servers.requests == before
    assert len(site.office.store.publications()) == 1


def test_progress_counts_down(site: Site) -> None:
    site.take_in(person_line(), person_line("Schulz", "Eva"))
    enrolled: list[tuple[int, int]] = []
    steps: list[tuple[str, int]] = []
    site.publish(enrolled=lambda *state: enrolled.append(state), step=lambda *state: steps.append(state))
    assert enrolled[0] == (0, 3)
    assert enrolled[1] == (3, 0)
    assert steps == [("build", 3), ("send", 1024)]


def test_two_publications_at_once_end_with_a_register_of_all_records(site: Site) -> None:
    site.take_in(person_line())

    async def both() -> None:
        await asyncio.gather(*(publish(site.office, site.outside, site.clock) for _ in range(2)))

    asyncio.run(both())
    assert found(site, question("Meyer", "Jörg", "14.05.1971")[1])
