"""Two epochs in one descriptor: whichever the register in force is of, a client gets the right answer or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest

from deployment import Deployment, Published, make_deployment
from obacht_clients.answers import Entry, NoCheck, NoEntry
from obacht_clients.department import Department
from obacht_protocol import oprf
from obacht_protocol.messages import EvaluationRequest, EvaluationResponse
from town import NOW, Record, Town, make_department, make_home, person, problem, published, reply

ANNA = person("Müller", "Anna", "07.03.1980")
NORA = person("Niemand", "Nora", "02.02.1990")
LISTED = [Record(ANNA, valid_until=NOW + 1000)]
DAY = 24 * 3600


@dataclass
class Rotating:
    """A town in its grace period.

    Attributes:
        town: Its servers; the register in force is at first of epoch 1.
        registers: One of each epoch.
        secrets: The OPRF key of each epoch that the key office holds.
    """

    town: Town
    registers: dict[int, Published]
    secrets: dict[int, bytes]

    def evaluate(self, request: httpx2.Request) -> httpx2.Response:
        question = EvaluationRequest.parse(request.content)
        if question.epoch not in self.secrets:
            return problem("epoch")
        evaluated, proof = oprf.blind_evaluate(self.secrets[question.epoch], list(question.elements))
        return reply(EvaluationResponse(question.question, question.epoch, tuple(evaluated), proof).encode())

    def go_over(self) -> None:
        self.town.published = self.registers[2]


@pytest.fixture(params=[(1, 2), (2, 1)], ids=["older-first", "newer-first"])
def rotating(request: pytest.FixtureRequest) -> Rotating:
    """Clients go by the head; what stands first in the descriptor is nothing to them."""
    first = make_deployment(now=NOW)
    second = other_key(first, 2)
    epochs = {1: first.descriptor.epochs[0], 2: second.descriptor.epochs[0]}
    both = first.revised(epochs=[epochs[number] for number in request.param])
    registers = {
        number: published(one, LISTED, sequence=number, issued=NOW, descriptor=both.digest)
        for number, one in ((1, first), (2, second))
    }
    made = Rotating(Town(both, registers[1]), registers, {1: first.secret, 2: second.secret})
    made.town.instead["/v1/evaluations"] = made.evaluate
    return made


def other_key(of: Deployment, number: int) -> Deployment:
    """Give the same deployment with one epoch only, of another key."""
    other = make_deployment("test-other-key", now=NOW)
    epoch = replace(other.descriptor.epochs[0], number=number)
    return replace(of, descriptor=replace(of.descriptor, epochs=[epoch]), secret=other.secret, shares=other.shares)


@contextmanager
def asking(rotating: Rotating, home: Path) -> Iterator[Department]:
    with make_department(rotating.town, home) as department:
        yield department


def are_right(department: Department) -> bool:
    answers = [department.check(who, purpose="visit") for who in (ANNA, NORA)]
    return [type(answer) for answer in answers] == [Entry, NoEntry]


def reason(department: Department) -> str:
    answer = department.check(ANNA, purpose="visit")
    assert isinstance(answer, NoCheck), answer
    return answer.reason


def test_a_client_with_the_old_register_and_one_with_the_new_one_are_both_right(
    rotating: Rotating, tmp_path: Path
) -> None:
    with asking(rotating, tmp_path / "old") as old:
        assert are_right(old)
        rotating.go_over()
        with asking(rotating, tmp_path / "new") as new:
            assert are_right(new)
            # a head of before, as one still on its way to the first client would be
            rotating.town.published = rotating.registers[1]
            assert are_right(old)
            rotating.go_over()
            assert are_right(old)
            assert are_right(new)


def test_the_canary_of_each_epoch_is_derived_once_and_must_hit(rotating: Rotating, tmp_path: Path) -> None:
    with asking(rotating, tmp_path / "home") as department:
        assert are_right(department)
        rotating.go_over()
        asked = rotating.town.asked("/v1/evaluations")
        assert are_right(department)
        assert rotating.town.asked("/v1/evaluations") == asked + 3, "two questions, and the new epoch's canary"
        assert are_right(department)
        assert rotating.town.asked("/v1/evaluations") == asked + 5
    # a register whose rows stand under the key of the other epoch
    stale = rotating.registers[1]
    rotating.town.published = replace(stale, head=replace(stale.head, epoch=2, sequence=3))
    with asking(rotating, tmp_path / "other") as department:
        assert reason(department) == "canary"


def test_a_question_about_a_destroyed_epoch_is_no_answer(rotating: Rotating, tmp_path: Path) -> None:
    del rotating.secrets[1]
    with asking(rotating, tmp_path / "home") as department:
        assert reason(department) == "refused-epoch"
        rotating.go_over()
        assert are_right(department)


def test_an_office_that_answers_with_the_other_epochs_share_is_a_liar(rotating: Rotating, tmp_path: Path) -> None:
    rotating.go_over()
    rotating.secrets[2] = rotating.secrets[1]
    with asking(rotating, tmp_path / "home") as department:
        assert reason(department) == "office-proof"


def test_a_register_of_a_dropped_epoch_is_not_looked_into(rotating: Rotating, tmp_path: Path) -> None:
    town = rotating.town
    home = make_home(town, tmp_path / "home")
    second = [epoch for epoch in town.deployment.descriptor.epochs if epoch.number == 2]
    town.deployment = town.deployment.revised(epochs=second)
    town.note = town.deployment.note()
    town.published = town.published.renewed(descriptor=town.deployment.digest, issued=NOW + 1)
    with Department(home, clock=town.clock, network=town.network) as department:
        assert reason(department) == "head-epoch"
