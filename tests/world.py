"""A whole deployment of real processes over real sockets and storage, for system tests: the demo's, made small."""

import datetime as dt
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2

from obacht_clients.department import Department
from obacht_demo.deployment import Deployment
from obacht_demo.people import KNOWN, Invented, as_csv
from obacht_protocol.identity import Address, Person

PURPOSE = "vorsprache"
ADDRESS = Invented(postcode="50667", street="Venloer Straße", house_number="12-16", side="gerade")
Bodies = dict[str, bytes]


def small_deployment(folder: Path) -> Deployment:
    """Know a deployment with free ports and the cheapest costs; nothing is set up yet."""
    return Deployment(folder, name="test-town", stretch="CHEAPEST", ports={})


def records() -> str:
    """Write the records of a small deployment as the CSV file that its office imports."""
    return as_csv([*KNOWN, ADDRESS], dt.datetime.now().astimezone().date())


def ask(home: Path, about: Person | Address, **changes: Any) -> Any:
    """Ask through the library, with a client that is made for this question."""
    with Department(home, **changes) as department:
        return department.check(about, purpose=PURPOSE)


def check(home: Path, typed: dict[str, str], *options: str) -> tuple[int, dict[str, Any]]:
    """Ask through the command, and give its exit code and what it printed as JSON."""
    command = [str(Path(sys.executable).parent / "obacht"), "--home", str(home), "check", "--stdin-json", "--json"]
    done = subprocess.run(
        [*command, *options],
        input=json.dumps({"purpose": PURPOSE, **typed}),
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else {"stderr": done.stderr}


def fetch(url: str, *paths: str) -> Bodies:
    """Fetch what a server answers truly, to be changed by :func:`liar`."""
    with httpx2.Client(base_url=url) as client:
        return {path: client.get(path).raise_for_status().content for path in paths}


@contextmanager
def liar(port: int, bodies: Bodies) -> Iterator[None]:
    """Answer on a server's port in its place, with these bodies, and 404 for everything else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def clock_off_by(seconds: int) -> Callable[[], int]:
    """Give a clock that is wrong by some seconds."""
    return lambda: int(time.time()) + seconds


def copy_of(home: Path, target: Path) -> Path:
    """Copy a department's home, so that what a test makes it remember is forgotten afterwards."""
    shutil.copytree(home, target)
    return target
