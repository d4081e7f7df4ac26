"""Counts for the operator's monitoring, as text, on this machine alone: how many, never who."""

import asyncio
import datetime as dt
import time
from collections.abc import Coroutine
from typing import Any, Final

from obacht_keys import report
from obacht_keys.errors import KeysError
from obacht_keys.log.desk import Desk
from obacht_service import logs

_HOST: Final = "127.0.0.1"
_PATH: Final = b"/metrics"
_PATIENCE: Final = 5.0
_FRESH: Final = 600.0
"""Seconds after which the days are looked through anew."""


class Metrics:
    """What goes on beside the writing: ``GET /metrics`` is answered."""

    def __init__(self, port: int) -> None:
        """Know the port; 0 lets the system choose."""
        self._port = port
        self._unusual = (0, 0)
        self._looked: float | None = None

    def __call__(self, desk: Desk) -> Coroutine[Any, Any, None]:
        """Go on until cancelled."""
        return self._run(desk)

    async def _run(self, desk: Desk) -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    request = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)
                    found = request[:2] == [b"GET", _PATH]
                    writer.write(_response(self.text(desk, int(time.time())) if found else None))
                    await writer.drain()
            except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                pass  # whoever asked went away, or does not speak HTTP
            finally:
                writer.close()

        try:
            server = await asyncio.start_server(answer, _HOST, self._port)
        except OSError as error:
            logs.failure("metrics-failed", error)
            return
        logs.event("metrics", port=server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    def text(self, desk: Desk, now: int) -> str:
        """Give all counts, in the text form that Prometheus reads."""
        state = desk.call("state")
        lines = [
            ("obacht_log_entries", "gauge", [("", state["size"])]),
            ("obacht_log_stopped", "gauge", [("", int(bool(state["stopped"])))]),
            ("obacht_answers_total", "counter", [("", state["counts"].get("", 0))]),
            (
                "obacht_refusals_total",
                "counter",
                [(f'{{code="{code}"}}', count) for code, count in sorted(state["counts"].items()) if code],
            ),
            ("obacht_checkpoint_age_seconds", "gauge", [("", now - (state["checkpoint"] or (now,))[0])]),
            (
                "obacht_witness_silent_seconds",
                "gauge",
                [
                    (f'{{witness="{name.partition("+")[0]}"}}', now - since if since else 0)
                    for name, (_, since) in sorted(state["witnesses"].items())
                ],
            ),
            (
                "obacht_unusual_today",
                "gauge",
                list(zip(('{of="users"}', '{of="departments"}'), self._count_unusual(desk), strict=True)),
            ),
        ]
        return "".join(
            f"# TYPE {name} {kind}\n" + "".join(f"{name}{label} {value}\n" for label, value in values)
            for name, kind, values in lines
        )

    def _count_unusual(self, desk: Desk) -> tuple[int, int]:
        if self._looked is None or time.monotonic() > self._looked + _FRESH:
            today = dt.datetime.now().astimezone().date()
            try:
                tallies = desk.ledger.store.tallies(report.first_day(today, report.MEMORY + 1))
            except KeysError as error:
                logs.failure("log-failed", error)
                return self._unusual
            found = report.unusual(tallies, today.isoformat())
            departments = sum(one.user is None for one in found)
            self._unusual, self._looked = (len(found) - departments, departments), time.monotonic()
        return self._unusual


def _response(text: str | None) -> bytes:
    body = (text or "").encode()
    status = b"200 OK" if text is not None else b"404 Not Found"
    head = b"Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nConnection: close\r\n"
    return b"HTTP/1.1 %b\r\n%bContent-Length: %d\r\n\r\n%b" % (status, head, len(body), body)
