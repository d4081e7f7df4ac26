"""The demo runs to its end with the right answers, serves until it is told to stop, and leaves nothing running."""

import os
import re
import signal
import subprocess
from pathlib import Path

import httpx2
import psutil
import pytest

from obacht_clients.answers import NoEntry
from obacht_demo import cli, story
from obacht_demo.people import Invented
from obacht_demo.servers import ServerError, command
from obacht_demo.staff import OPERATOR, PASSWORD, STAFF
from world import small_deployment

pytestmark = [pytest.mark.sockets, pytest.mark.timeout(240)]


def test_the_demo_answers_rightly_then_serves_until_interrupted(tmp_path: Path) -> None:
    arguments = [command("obacht-demo"), "--folder", str(tmp_path / "demo"), "--language", "en"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, encoding="utf-8", env=os.environ) as demo:
        assert demo.stdout is not None
        said = ""
        while OPERATOR not in said:
            line = demo.stdout.readline()
            assert line, said
            said += line
        servers = psutil.Process(demo.pid).children(recursive=True)
        urls = re.findall(r"^  (?:keys-[123]|matcher|office|auditor) +(http://\S+)$", said, re.MULTILINE)
        assert [httpx2.get(f"{url}/healthz").status_code for url in urls] == [200] * 6
        (workplace,) = re.findall(r"^  (http://localhost:\S+)$", said, re.MULTILINE)
        assert [login for login in STAFF if not re.search(rf"^  {login} +\w", said, re.MULTILINE)] == []
        assert PASSWORD in said
        look_around(workplace)
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
        assert demo.returncode == 0
    assert "All 8 answers were right." in said
    assert said.count(": PASS\n") == 3
    assert "FAIL" not in said
    assert len(re.findall(r"cosigned by demo-stadt/office\S* \(verified\)", said)) == 3
    assert len(re.findall(r"cosigned by demo-stadt/auditor\S* \(verified\)", said)) == 3
    assert "Nobody of them is real." in said
    assert len(servers) >= 6
    assert not [server for server in servers if server.is_running()]


def look_around(workplace: str) -> None:
    """Sign in as everybody; where they may work, every queue shows something."""
    for login, (name, _) in STAFF.items():
        with httpx2.Client(base_url=workplace, headers={"Accept-Language": "en", "Accept": "text/html"}) as client:
            typed = {"login": login, "password": PASSWORD}
            assert client.post("/login", data=typed, headers={"Origin": workplace}).status_code == 303
            page = client.get("/").text
            assert "no person shown here is real" in page
            assert f"Hello, {name}" in page
            counts = re.findall(r"tile-count\">(\d+)<", page)
            assert (len(counts) > 4) == (login != OPERATOR)
            assert "0" not in counts


def test_a_wrong_answer_is_noticed() -> None:
    exact = story.questions(Invented(postcode="50667", street="Am Alten Markt", house_number="1", level=2))[0]
    assert not cli._fits(NoEntry(), exact)


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(ServerError, match="left as it is"):
        small_deployment(tmp_path).set_up("")
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
