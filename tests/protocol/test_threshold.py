import json
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obacht_protocol import group, oprf, threshold
from obacht_protocol.errors import EncodingError, GroupError, ProofError, ProtocolError, ThresholdError
from obacht_protocol.threshold import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

OURS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "oprf.json").read_text())

SECRET, PUBLIC = oprf.derive_key_pair(bytes(32), b"test")
INPUTS = [b"first", b"second"]
BLINDED = [oprf.blind(data) for data in INPUTS]
BLINDS = [scalar for scalar, _ in BLINDED]
ELEMENTS = [element for _, element in BLINDED]
WHOLE = oprf.finalize(INPUTS, BLINDS, ELEMENTS, *oprf.blind_evaluate(SECRET, ELEMENTS), PUBLIC)

SHARES = threshold.split(SECRET, 2, [1, 2, 3])
PUBLICS = {index: group.multiply_base(share) for index, share in SHARES.items()}
ANSWERS = {index: Answer(*oprf.blind_evaluate(share, ELEMENTS)) for index, share in SHARES.items()}


def unhex(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


def finalized(answers: dict[int, Answer], needed: int = 2) -> list[bytes]:
    return threshold.finalize(INPUTS, BLINDS, ELEMENTS, answers, shares=PUBLICS, threshold=needed)


@st.composite
def deployments(draw: st.DrawFn) -> tuple[int, list[int]]:
    indices = draw(st.lists(st.integers(1, 255), min_size=1, max_size=5, unique=True))
    return draw(st.integers(1, len(indices))), indices


@settings(max_examples=25)
@given(deployments(), st.data())
def test_any_t_of_n_offices_give_the_output_of_the_undivided_key(
    deployment: tuple[int, list[int]], data: st.DataObject
) -> None:
    needed, indices = deployment
    shares = threshold.split(SECRET, needed, indices)
    publics = {index: group.multiply_base(share) for index, share in shares.items()}
    assert threshold.check_polynomial(PUBLIC, publics, needed) == publics
    chosen = data.draw(st.permutations(indices).map(lambda order: order[:needed]))
    answers = {index: Answer(*oprf.blind_evaluate(shares[index], ELEMENTS)) for index in chosen}
    outputs = threshold.finalize(INPUTS, BLINDS, ELEMENTS, answers, shares=publics, threshold=needed)
    assert outputs == WHOLE


def test_every_subset_of_the_vectors_gives_its_outputs() -> None:
    vector = OURS["threshold"]
    shares = threshold.split(bytes.fromhex(vector["secret"]), 2, [1, 2, 3], unhex(vector["coefficients"]))
    assert shares == {office["index"]: bytes.fromhex(office["share"]) for office in vector["offices"]}
    publics = {office["index"]: bytes.fromhex(office["public_share"]) for office in vector["offices"]}
    threshold.check_polynomial(bytes.fromhex(vector["public"]), publics, 2)
    answers = {
        office["index"]: Answer(unhex(office["evaluated"]), bytes.fromhex(office["proof"]))
        for office in vector["offices"]
    }
    for subset in vector["subsets"]:
        outputs = threshold.finalize(
            unhex(vector["inputs"]),
            unhex(vector["blinds"]),
            unhex(vector["elements"]),
            {index: answers[index] for index in subset["indices"]},
            shares=publics,
            threshold=2,
        )
        assert outputs == unhex(subset["outputs"]) == unhex(OURS["evaluation"]["outputs"])


def test_one_of_one_is_the_undivided_key() -> None:
    assert threshold.split(SECRET, 1, [7]) == {7: SECRET}
    threshold.check_polynomial(PUBLIC, {7: PUBLIC}, 1)
    answer = Answer(*oprf.blind_evaluate(SECRET, ELEMENTS))
    assert threshold.combine({7: answer.evaluated}) == answer.evaluated


def test_fewer_than_t_offices_learn_another_output() -> None:
    alone = threshold.combine({1: ANSWERS[1].evaluated})
    assert oprf.unblind(INPUTS, BLINDS, alone) != WHOLE


def test_more_answers_than_needed_are_all_verified() -> None:
    assert finalized(ANSWERS) == WHOLE
    with pytest.raises(ProofError, match="office 3"):
        finalized({**ANSWERS, 3: Answer(ANSWERS[3].evaluated, ANSWERS[2].proof)})


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(ANSWERS[1].evaluated, ANSWERS[1].proof),
        Answer(ANSWERS[2].evaluated[::-1], ANSWERS[2].proof),
        Answer(ANSWERS[2].evaluated, bytes([ANSWERS[2].proof[0] ^ 1]) + ANSWERS[2].proof[1:]),
        Answer(ANSWERS[2].evaluated[:1], ANSWERS[2].proof),
        Answer([*ANSWERS[2].evaluated[:1], bytes(32)], ANSWERS[2].proof),
        Answer([*ANSWERS[2].evaluated[:1], bytes(70_000)], ANSWERS[2].proof),
    ],
    ids=["another share", "swapped elements", "altered proof", "missing element", "identity", "huge element"],
)
def test_a_wrong_answer_of_one_office_is_refused_and_the_office_named(wrong: Answer) -> None:
    with pytest.raises(ProofError, match="office 2"):
        finalized({1: ANSWERS[1], 2: wrong})


def test_answers_that_do_not_suffice_are_refused() -> None:
    for needed, answers in ((2, {}), (2, {1: ANSWERS[1]}), (2, {1: ANSWERS[1], 9: ANSWERS[2]}), (0, ANSWERS)):
        with pytest.raises(ThresholdError):
            finalized(answers, needed)


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(EncodingError):
        threshold.finalize(INPUTS[:1], BLINDS, ELEMENTS, ANSWERS, shares=PUBLICS, threshold=2)
    with pytest.raises(ThresholdError):
        threshold.combine({1: ELEMENTS, 2: ELEMENTS[:1]})


def test_nothing_is_combined_from_no_office_or_an_impossible_one() -> None:
    for index in (0, 256, -1):
        with pytest.raises(ThresholdError):
            threshold.combine({1: ELEMENTS, index: ELEMENTS})
    with pytest.raises(ThresholdError):
        threshold.combine({})


@pytest.mark.parametrize("bad", OURS["bad_elements"], ids=lambda bad: bad["reason"])
def test_a_bad_element_is_not_combined_and_no_share(bad: dict[str, str]) -> None:
    element = bytes.fromhex(bad["element"])
    with pytest.raises(GroupError):
        threshold.combine({1: [element]})
    with pytest.raises(GroupError):
        threshold.combine({1: ELEMENTS[:1], 2: [element]})
    with pytest.raises(GroupError):
        threshold.check_polynomial(element, PUBLICS, 2)
    with pytest.raises(GroupError):
        threshold.check_polynomial(PUBLIC, {**PUBLICS, 2: element}, 2)


@pytest.mark.parametrize("bad", OURS["threshold"]["bad_polynomials"], ids=lambda bad: bad["reason"])
def test_shares_off_the_promised_polynomial_are_refused(bad: dict[str, Any]) -> None:
    shares = {int(index): bytes.fromhex(share) for index, share in bad["public_shares"].items()}
    with pytest.raises(ThresholdError):
        threshold.check_polynomial(bytes.fromhex(bad["public"]), shares, bad["threshold"])


def test_a_key_is_refused_where_the_polynomials_value_is_the_identity() -> None:
    generator = group.multiply_base(group.scalar_from_int(1))
    double = group.add(generator, generator)  # on the line 0, 1, 2, whose value at 0 is no key at all
    with pytest.raises(ThresholdError):
        threshold.check_polynomial(PUBLIC, {1: generator, 2: double}, 2)


@settings(max_examples=25)
@given(deployments().filter(lambda deployment: len(deployment[1]) > deployment[0] or deployment[0] > 1), st.data())
def test_one_moved_share_is_always_found(deployment: tuple[int, list[int]], data: st.DataObject) -> None:
    needed, indices = deployment
    shares = threshold.split(SECRET, needed, indices)
    publics = {index: group.multiply_base(share) for index, share in shares.items()}
    moved = data.draw(st.sampled_from(indices))
    publics[moved] = group.add(publics[moved], PUBLIC)
    with pytest.raises(ThresholdError):
        threshold.check_polynomial(PUBLIC, publics, needed)


@pytest.mark.parametrize(("actual", "promised"), list(combinations([1, 2, 3, 4], 2)))
def test_a_polynomial_of_a_lower_degree_than_promised_is_refused(actual: int, promised: int) -> None:
    shares = threshold.split(SECRET, actual, [1, 2, 3, 4])
    publics = {index: group.multiply_base(share) for index, share in shares.items()}
    with pytest.raises(ThresholdError, match="fewer shares"):
        threshold.check_polynomial(PUBLIC, publics, promised)


def test_a_key_is_not_split_into_what_cannot_be_put_together() -> None:
    one = group.scalar_from_int(1)
    refused: tuple[Callable[[], object], ...] = (
        lambda: threshold.split(SECRET, 0, [1]),
        lambda: threshold.split(SECRET, 2, [1]),
        lambda: threshold.split(SECRET, 1, []),
        lambda: threshold.split(SECRET, 1, [1, 1]),
        lambda: threshold.split(SECRET, 1, [0]),
        lambda: threshold.split(SECRET, 1, [256]),
        lambda: threshold.split(SECRET, 2, [1, 2], []),
        lambda: threshold.split(SECRET, 2, [1, 2], [one, one]),
    )
    for attempt in refused:
        with pytest.raises(ThresholdError):
            attempt()
    for bad in (bytes(32), bytes(31), b"\xff" * 32):
        with pytest.raises(GroupError):
            threshold.split(bad, 1, [1])
        with pytest.raises(GroupError):
            threshold.split(SECRET, 2, [1, 2], [bad])


def test_shares_are_random() -> None:
    assert len({threshold.split(SECRET, 2, [1, 2])[1] for _ in range(20)}) == 20


encodings = st.one_of(st.binary(max_size=40), st.sampled_from(ELEMENTS), st.sampled_from(BLINDS))
indices = st.integers(-1, 300)
lists = st.lists(encodings, max_size=3)


@given(
    data=st.data(),
    needed=indices,
    shares=st.dictionaries(indices, encodings, max_size=4),
    evaluations=st.dictionaries(indices, lists, max_size=4),
    answers=st.dictionaries(indices, st.builds(Answer, lists, st.binary(max_size=65)), max_size=4),
)
def test_arbitrary_input_raises_nothing_but_the_packages_errors(
    data: st.DataObject,
    needed: int,
    shares: dict[int, bytes],
    evaluations: dict[int, list[bytes]],
    answers: dict[int, Answer],
) -> None:
    key, elements = data.draw(encodings), data.draw(lists)
    functions: tuple[Callable[[], object], ...] = (
        lambda: threshold.split(key, needed, shares, list(shares.values())),
        lambda: threshold.check_polynomial(key, shares, needed),
        lambda: threshold.combine(evaluations),
        lambda: threshold.finalize(elements, elements, elements, answers, shares=shares, threshold=needed),
    )
    for function in functions:
        with suppress(ProtocolError):
            function()
