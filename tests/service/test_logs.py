"""Logs that cannot carry an identity, whoever writes into them."""

import json
import logging
import sys
import threading
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obacht_service import logs

SECRET = "Mustermann"


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_carries_its_admitted_fields(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logs.event("request", method="GET", route="/v1/register/{sequence}", status=200, us=51)
    (line,) = written(capsys)
    assert line.keys() == {"time", "level", "event", "method", "route", "status", "us"}
    assert (line["event"], line["method"], line["status"]) == ("request", "GET", 200)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["method", "route", "code", "status", "us", "count", "check", "port"]),
    value=st.text(min_size=1) | st.floats() | st.binary() | st.integers(min_value=2**60) | st.just(SECRET),
)
def test_a_value_that_its_name_does_not_admit_is_hidden(
    capsys: pytest.CaptureFixture[str], name: str, value: object
) -> None:
    logs.configure()
    logs.event("x", **{name: value})  # type: ignore[arg-type] # whatever comes
    (line,) = written(capsys)
    shown = line[name]
    if shown != "?":
        assert logs._ADMITTED[name](shown)
    if value == SECRET:
        assert shown == "?"


def test_a_name_that_is_not_admitted_is_a_mistake_in_the_code() -> None:
    logs.configure()
    with pytest.raises(ValueError, match="admitted"):
        logs.event("x", surname=SECRET)
    with pytest.raises(ValueError, match="admitted"):
        logs.event(f"asked about {SECRET}")
    with pytest.raises(ValueError, match="admitted"):
        logs.failure("x", ValueError(), surname=SECRET)


def test_an_exception_is_logged_by_its_types_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()

    def fail() -> None:
        identity = SECRET
        try:
            int(identity)
        except ValueError as error:
            raise RuntimeError(f"about {identity}") from error

    try:
        fail()
    except RuntimeError as error:
        logs.failure("failed", error, count=3)
    line = capsys.readouterr().err
    assert SECRET not in line
    assert json.loads(line)["error"] == "RuntimeError from ValueError"
    assert "test_logs:" in json.loads(line)["place"]


def test_foreign_records_are_reduced_to_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    foreign = logging.getLogger("uvicorn.error")
    foreign.error("about %s", SECRET)
    foreign.error(f"about {SECRET}")
    try:
        int(SECRET)
    except ValueError:
        foreign.exception(SECRET)
    foreign.info(SECRET)
    logging.getLogger("uvicorn.access").info(SECRET)
    text = capsys.readouterr().err
    assert SECRET not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["library"] * 3
    assert lines[2]["error"] == "ValueError"


def test_what_nobody_caught_is_told_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        int(SECRET)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(SECRET), None)

    def die() -> None:
        raise KeyError(SECRET)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    text = capsys.readouterr().err
    assert [json.loads(line)["event"] for line in text.splitlines()] == ["died", "thread-died"]
    assert SECRET not in text


def test_warnings_are_logged_by_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        logs.configure()
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)
    text = capsys.readouterr().err
    assert json.loads(text)["event"] == "library"
    assert SECRET not in text


def test_what_cannot_be_written_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger().handlers[0].setFormatter(None)
    logging.getLogger("uvicorn.error").error("%d", SECRET)
    assert SECRET not in capsys.readouterr().err


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logs.event("quiet", level=logging.DEBUG)
    assert written(capsys) == []
