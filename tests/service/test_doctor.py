"""Doctor: every check is made, and every problem comes with what mends it."""

from obacht_service.doctor import Check, CheckError, examine


def sick() -> str:
    raise CheckError("it is too hot", "open a window")


def broken() -> str:
    raise ValueError("Mustermann")


def test_all_checks_are_made_and_problems_named_with_their_remedy() -> None:
    lines: list[str] = []
    checks = [Check("first", sick), Check("second", broken), Check("third", lambda: "all right")]
    assert examine(checks, lines.append) == 1
    told = "\n".join(lines)
    assert "problem  first: it is too hot" in told
    assert "open a window" in told
    assert "problem  second: it failed (ValueError)" in told
    assert "ok       third: all right" in told
    assert "Mustermann" not in told
    assert "2 of the checks" in told


def test_a_healthy_party_is_told_so() -> None:
    lines: list[str] = []
    assert examine([Check("first", lambda: "all right")], lines.append) == 0
    assert lines[-1] == "Everything is well."
