"""Names live as long as a question, and nowhere else: not in requests, files, logs, errors or tracebacks of ours."""

import logging
import traceback
from pathlib import Path

import httpx2
import pytest

from obacht_clients.answers import Entry, NoCheck
from town import Record, make_department, make_town, person

SECRET = person("Geheimnisvoll", "Xantippe", "31.12.1959")
TRACES = ("geheimnisvoll", "xantippe", "1959", "19591231", "31.12.")


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text.lower()]


def test_nothing_of_the_identity_leaves_the_process_or_reaches_the_disk(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    town = make_town([Record(SECRET)])
    with make_department(town, tmp_path / "home") as department:
        answer = department.check(SECRET, purpose="visit", reference="AZ 4711", user="clerk")
    assert isinstance(answer, Entry)
    assert not traces(repr(answer))
    assert not traces(caplog.text)
    for request in town.requests:
        assert not traces(str(request.url) + str(request.headers) + request.content.decode("latin-1"))
    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert len(files) == 3
    for file in files:
        assert not traces(file.read_bytes().decode("latin-1")), file.name


def test_no_traceback_of_ours_shows_what_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = make_town([Record(SECRET)])

    def fail(*arguments: object, **_: object) -> None:
        raise RuntimeError(f"failed with {arguments[0]!r}")

    monkeypatch.setattr("obacht_clients.questions.sketch.grade", fail)
    with make_department(town, tmp_path / "home") as department, pytest.raises(RuntimeError) as caught:
        department.check(SECRET, purpose="visit")
    assert not traces("".join(traceback.format_exception(caught.value)))


def test_no_error_of_the_outside_carries_what_was_typed(tmp_path: Path) -> None:
    town = make_town([Record(SECRET)])
    town.instead = {"/v1/evaluations": lambda request: httpx2.Response(500, content=request.content)}
    with make_department(town, tmp_path / "home") as department:
        answer = department.check(SECRET, purpose="visit")
    assert isinstance(answer, NoCheck)
    assert not traces(repr(answer))
