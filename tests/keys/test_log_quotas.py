"""Quotas over moving windows, against the plainest way to count them."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from obacht_keys.limits import Limits
from obacht_keys.log.quotas import BURST, DAY, DEPARTMENT, DEPLOYMENT, DEVICE, URGENT, Quotas, Use

NOW = 1_800_000_000
LIMITS = Limits()


def use(time: int = NOW, user: int = 1, device: str = "a", department: str = "Amt", persons: int = 1) -> Use:
    return Use(time, bytes([user]) * 16, device, department, persons)


def ask(quotas: Quotas, one: Use, limits: Limits = LIMITS, deployment: Limits = LIMITS) -> int:
    wait = quotas.wait(one, limits, deployment)
    if not wait:
        quotas.add(one)
    return wait


def test_the_short_window_ends_after_six_and_tells_when_the_next_slot_is_free() -> None:
    quotas = Quotas()
    assert [ask(quotas, use(NOW + second)) for second in range(6)] == [0] * 6
    assert ask(quotas, use(NOW + 10)) == BURST - 10
    assert ask(quotas, use(NOW + BURST - 1)) == 1
    assert ask(quotas, use(NOW + BURST)) == 0


def test_the_day_ends_after_thirty_however_they_are_spread() -> None:
    quotas = Quotas()
    assert [ask(quotas, use(NOW + number * BURST)) for number in range(30)] == [0] * 30
    assert ask(quotas, use(NOW + 30 * BURST)) == DAY - 30 * BURST
    assert ask(quotas, use(NOW + DAY)) == 0


def test_lists_are_counted_apart_and_in_persons() -> None:
    quotas = Quotas()
    assert ask(quotas, use(persons=40)) == 0
    assert ask(quotas, use(NOW + 5, persons=2)) == DAY - 5
    assert ask(quotas, use(NOW + 5)) == 0
    assert ask(quotas, use(NOW + DAY, persons=40)) == 0


def test_a_list_that_is_longer_than_its_limit_waits_a_whole_window() -> None:
    assert ask(Quotas(), use(persons=11), Limits(list_day=10)) == DAY


def test_another_user_of_the_same_device_has_a_quota_of_its_own_up_to_the_devices() -> None:
    quotas = Quotas()
    for user in range(DEVICE):
        assert [ask(quotas, use(user=user)) for _ in range(6)] == [0] * 6
    assert ask(quotas, use(user=99)) == BURST
    assert ask(quotas, use(user=99, device="b")) == 0


def test_a_pseudonym_of_another_department_is_somebody_else() -> None:
    quotas = Quotas()
    assert [ask(quotas, use()) for _ in range(6)] == [0] * 6
    assert ask(quotas, use(device="b", department="Anderes Amt")) == 0


def test_department_and_deployment_have_their_multiples() -> None:
    quotas, tiny = Quotas(), Limits(1_000, 1)
    answered = [ask(quotas, use(user=number % 250, device=str(number)), tiny, tiny) for number in range(DEPARTMENT)]
    assert answered == [0] * DEPARTMENT
    assert ask(quotas, use(user=251, device="x"), tiny, tiny) == BURST
    count = DEPARTMENT
    while ask(quotas, use(user=1, device=f"d{count}", department=f"Amt {count}"), tiny, tiny) == 0:
        count += 1
    assert count == DEPLOYMENT


def test_what_is_urgent_has_a_small_window_of_its_own_for_the_device_too() -> None:
    quotas = Quotas()
    for number in range(DEVICE * URGENT):
        one = use(user=number // URGENT)
        assert quotas.wait_urgently(one) == 0
        quotas.add_urgent(one)
    assert quotas.wait_urgently(use(user=0, device="b")) == DAY
    assert quotas.wait_urgently(use(user=99)) == DAY
    assert quotas.wait_urgently(use(user=99, device="b")) == 0


def test_nothing_is_remembered_of_whoever_is_only_refused() -> None:
    quotas = Quotas()
    for user in range(200):
        assert quotas.wait(use(user=user), Limits(0, 0, 0), LIMITS) == DAY
        assert quotas.wait_urgently(use(user=user, persons=URGENT + 1)) == DAY
    assert not quotas._windows


def test_windows_in_which_nothing_counts_are_dropped_and_the_others_kept() -> None:
    quotas = Quotas()
    ask(quotas, use(user=1))
    ask(quotas, use(NOW + DAY, user=2))
    quotas.forget(NOW + DAY)
    assert ask(quotas, use(NOW + DAY, user=2), Limits(user_day=1)) == DAY
    assert {key[1] for key in quotas._windows if isinstance(key[1], tuple)} == {
        ("Amt",),
        ("Amt", bytes([2]) * 16),
    }


class Plain:
    """Counts everything anew for every question."""

    def __init__(self) -> None:
        self.uses: list[Use] = []

    def ask(self, one: Use, limits: Limits) -> bool:
        windows = (
            ((DAY, limits.user_day), (BURST, limits.user_burst)) if one.persons == 1 else ((DAY, limits.list_day),)
        )
        alike = [use for use in self.uses if (use.persons == 1) == (one.persons == 1)]
        for seconds, limit in windows:
            recent = [use for use in alike if use.time > one.time - seconds]
            for of_it, bound in (
                ([use for use in recent if (use.user, use.department) == (one.user, one.department)], limit),
                ([use for use in recent if use.device == one.device], limit * DEVICE),
                ([use for use in recent if use.department == one.department], limit * DEPARTMENT),
                (recent, limit * DEPLOYMENT),
            ):
                if sum(use.persons for use in of_it) + one.persons > bound:
                    return False
        self.uses.append(one)
        return True


@given(
    st.lists(
        st.builds(
            lambda step, user, device, persons: (step, user, device, persons),
            st.integers(0, 4 * BURST),
            st.integers(0, 3),
            st.sampled_from("ab"),
            st.sampled_from([1, 1, 1, 2, 5]),
        ),
        max_size=60,
    ),
    st.builds(Limits, st.integers(0, 6), st.integers(0, 3), st.integers(0, 8)),
)
def test_it_is_what_counting_everything_anew_gives(asked: list[tuple[int, int, str, int]], limits: Limits) -> None:
    quotas, plain, now = Quotas(), Plain(), NOW
    for step, user, device, persons in asked:
        now += step
        one = use(now, user, device, "Amt", persons)
        wait = ask(quotas, one, limits, limits)
        assert (wait == 0) == plain.ask(one, limits)
        assert 0 <= wait <= DAY
        if wait and persons <= (limits.list_day if persons > 1 else min(limits[:2])):
            later = one._replace(time=now + wait)
            assert deepcopy(quotas).wait(later, limits, limits) == 0, "the slot that was promised is free"
