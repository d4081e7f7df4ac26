"""The command ``obacht-matcher``: first start, status, doctor."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deployment import DAY, Deployment
from matcher_site import Site, settings_for
from obacht_matcher import cli
from obacht_matcher.doctor import moment
from obacht_matcher.embedded import Embedded
from obacht_matcher.settings import FILE, Settings


@pytest.fixture
def served(valkey: Embedded, town: Deployment, home: Path) -> Iterator[Site]:
    """A matcher whose settings stand in ``home`` and name the tests' store."""
    settings = settings_for(town, home, valkey.url)
    replace(settings, redis="").write()
    text = (home / FILE).read_text()
    (home / FILE).write_text(text.replace('redis = ""', f'redis = "{valkey.url}"'))
    site = Site(settings)
    yield site
    site.close()


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["--home", str(home), *arguments])


def first_start(town: Deployment) -> list[str]:
    office, auditor = str(town.office.verify_key), str(town.auditor.verify_key)
    origin = town.descriptor.matcher
    return ["--deployment", town.name, "--origin", origin, "--office-key", office, "--auditor-key", auditor]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Keeps what ``serve`` would have run, and with which store it would have."""
    kept: list[tuple[Any, ...]] = []

    def run(create_app: Any, host: str, port: int, workers: int) -> None:
        kept.append((create_app().title, host, port, workers))

    monkeypatch.setattr(cli, "run", run)
    monkeypatch.setattr("obacht_service.logs.configure", lambda: None)
    return kept


def test_the_first_start_writes_the_settings_and_later_ones_need_no_options(
    home: Path, town: Deployment, runs: list[tuple[Any, ...]]
) -> None:
    assert call(home, "serve", *first_start(town)).exit_code == 0
    assert Settings.load(home) == settings_for(town, home)
    assert call(home, "serve", "--port", "8199", "--workers", "2").exit_code == 0
    assert [run[1:] for run in runs] == [("127.0.0.1", 8100, 1), ("127.0.0.1", 8199, 2)]
    assert not Embedded(home).socket.exists()  # it ended with the matcher


def test_a_store_of_somebody_elses_is_neither_started_nor_ended(
    served: Site, home: Path, valkey: Embedded, runs: list[tuple[Any, ...]]
) -> None:
    assert call(home, "serve").exit_code == 0
    assert len(runs) == 1
    assert not (home / "store").exists()
    assert valkey.socket.exists()
    del served


def test_a_start_without_settings_says_which_options_it_needs(home: Path, town: Deployment) -> None:
    result = call(home, "serve", *first_start(town)[:4])
    assert result.exit_code == 1
    assert "--auditor-key" in result.output
    assert not (home / FILE).exists()


def test_other_options_than_the_settings_are_refused(home: Path, town: Deployment, runs: list[tuple[Any, ...]]) -> None:
    settings_for(town, home).write()
    result = call(home, "serve", "--deployment", "test-other")
    assert result.exit_code == 1
    assert "names another deployment" in result.output
    assert runs == []


def test_status_tells_what_is_in_force(served: Site, town: Deployment, home: Path) -> None:
    assert "none yet" in call(home, "status").output
    served.describe(town)
    served.publish(town, town.publish(7))
    result = call(home, "status")
    assert result.exit_code == 0
    lines = {line[:20].strip(): line[20:].strip() for line in result.output.splitlines()}
    assert lines["deployment"] == town.name
    assert lines["descriptor version"] == "1"
    assert (lines["sequence"], lines["epoch"], lines["buckets"]) == ("7", "1", "1")
    assert (lines["rows per bucket"], lines["register bytes"]) == ("1024", "131072")
    assert lines["head issued"].endswith("ago)")
    assert "(in 4" in lines["head expires"]
    assert int(lines["store memory bytes"]) > 0


def test_status_without_a_store_names_the_command_that_starts_it(home: Path, town: Deployment) -> None:
    settings_for(town, home).write()
    result = call(home, "status")
    assert result.exit_code == 1
    assert f"obacht-matcher --home {home} serve" in result.output
    assert call(home / "nothing", "status").exit_code == 1


def test_doctor_finds_nothing_wrong_with_a_healthy_matcher(served: Site, town: Deployment, home: Path) -> None:
    served.describe(town)
    served.publish(town, town.publish())
    result = call(home, "doctor")
    assert result.exit_code == 0, result.output
    assert "appendfsync always" in result.output


def test_doctor_looks_at_the_port_of_the_embedded_store(home: Path, town: Deployment) -> None:
    settings_for(town, home).write()
    embedded = Embedded(home)
    embedded.start()
    result = call(home, "doctor")
    embedded.stop()
    assert "ok       TCP port of the store: port 0" in result.output


def test_doctor_says_how_to_mend_what_is_wrong(served: Site, town: Deployment, home: Path) -> None:
    now = int(time.time())
    assert "none has been published" in call(home, "doctor").output
    served.describe(town.revised(version=1, matcher="https://elsewhere.example"))
    assert "another matcher" in call(home, "doctor").output
    ending = town.revised(version=2, expires=now + DAY)
    served.describe(
        replace(
            ending,
            descriptor=replace(
                ending.descriptor, previous=town.revised(version=1, matcher="https://elsewhere.example").digest
            ),
        )
    )
    output = call(home, "doctor").output
    assert "version 2 ends" in output
    assert "obacht-office descriptor draft" in output
    assert "obacht-office publish" in output
    home.chmod(0o755)
    assert f"chmod 700 {home}" in call(home, "doctor").output


def test_doctor_misses_a_renewal(served: Site, town: Deployment, home: Path) -> None:
    served.describe(town)
    served.publish(town, town.publish(issued=int(time.time()) - 3 * 3600))
    result = call(home, "doctor")
    assert result.exit_code == 1
    assert "obacht-office serve" in result.output


def test_doctor_finds_a_store_that_forgets(served: Site, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forgetful(*_: object) -> dict[str, str]:
        return {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}

    monkeypatch.setattr("obacht_matcher.store.Store.options", forgetful)
    output = call(home, "doctor").output
    assert "appendfsync is not always" in output
    assert "CONFIG SET appendfsync always" in output
    del served


def test_doctor_survives_missing_settings_and_a_missing_store(home: Path, town: Deployment) -> None:
    assert call(home, "doctor").exit_code == 1
    settings_for(town, home).write()
    output = call(home, "doctor").output
    assert "it does not answer" in output
    assert "it failed" not in output


def test_times_are_told_as_date_and_distance() -> None:
    assert moment(0, 3660) == "1970-01-01 00:00:00 UTC (1 h 1 min ago)"
    assert moment(7200, 0) == "1970-01-01 02:00:00 UTC (in 2 h 0 min)"
