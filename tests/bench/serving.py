"""Where the CPU time of a key office goes, from the request on the wire to its answer."""

import statistics
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Final, NamedTuple

import psutil

from bench import parties
from bench.alone import Parts, cpu
from bench.figures import Fact, Figure, Findings, microseconds, percent
from bench.load import Load
from bench.machine import calm, cpu_seconds
from bench.multiplications import Multiplications
from obacht_demo.deployment import Deployment
from signing import Signer

SHARE: Final = 0.33
BUSIEST: Final = 0.8


class _Round(NamedTuple):
    """CPU times of one request, in nanoseconds, and the rate at which requests were answered."""

    server: float
    multiplications: float
    evaluation: float
    signature: float
    json: float
    entry: float
    rate: float
    busiest: float


def measure(deployment: Deployment, *, rounds: int = 10, requests: int = 500) -> Findings:
    """Measure the key office with one process and with two; ``requests`` in each round."""
    device = parties.department_device(deployment)
    office = parties.key_office(deployment)
    with parties.receipts_asked(office), closing(Parts(office, device)) as parts:
        one, two = (
            _rounds(deployment, device, parts, workers=workers, rounds=rounds, requests=requests) for workers in (1, 2)
        )
    share = _median(one, lambda one: one.multiplications / one.server)
    figures = [
        Figure.at_least(
            "a key service's CPU time over HTTP in scalar multiplications, one worker",
            SHARE,
            share,
            "a process of its own sends signed questions with receipts over 16 kept connections; the CPU time of worker"
            " and writer, which checks quotas and keeps the durable log, by the system's count, against that of the"
            " same multiplications by libsodium alone, in turns; median of the calmer half of the rounds",
        ),
        Figure.at_most(
            "the share of the requests that the busier of two workers answers",
            BUSIEST,
            _median(two, lambda one: one.busiest),
            "the same with two workers; 16 new connections in every round, each sends again when it was answered;"
            " median of the calmer half of the rounds",
        ),
    ]
    return Findings(
        "Evaluation over HTTP with signed requests, by the server's own CPU time",
        figures,
        [
            Fact("CPU time of a request", microseconds(_median(one, lambda one: one.server))),
            *_shares(one),
            Fact(
                "share in scalar multiplications, two workers",
                percent(_median(two, lambda one: one.multiplications / one.server)),
            ),
            Fact("requests per second, one worker", f"{_median(one, lambda one: one.rate):,.0f}"),
            Fact("requests per second, two workers", f"{_median(two, lambda one: one.rate):,.0f}"),
        ],
    )


def _rounds(
    deployment: Deployment, device: Signer, parts: Parts, *, workers: int, rounds: int, requests: int
) -> list[_Round]:
    multiplications = Multiplications()
    with parties.key_service(deployment, workers) as server, Load(device) as load:
        _served(server, load, requests // 5)  # what is loaded and made once, is
        return calm(rounds, lambda: _round(server, load, parts, multiplications, requests))


def _round(server: psutil.Process, load: Load, parts: Parts, multiplications: Multiplications, requests: int) -> _Round:
    works = [multiplications.run, parts.evaluation, parts.signature, parts.json]
    times = max(1, requests // 10)
    before = cpu(works, times)
    used, seconds, busiest = _served(server, load, requests)
    alone = [statistics.mean(both) for both in zip(before, cpu(works, times), strict=True)]
    return _Round(
        server=used / requests * 1e9,
        **dict(zip(("multiplications", "evaluation", "signature", "json"), alone, strict=True)),
        entry=parts.entries(max(1, times // 16)),
        rate=requests / seconds,
        busiest=busiest,
    )


def _served(server: psutil.Process, load: Load, requests: int) -> tuple[float, float, float]:
    """Have requests answered, and give CPU time and seconds, and the busiest process's share of the requests."""
    load.prepare(requests)
    holders = {
        connection.raddr.port: child.pid
        for child in server.children()
        for connection in child.net_connections("tcp")
        if connection.status == psutil.CONN_ESTABLISHED
    }
    before = cpu_seconds(server)
    seconds, answered = load.run()
    shares: Counter[int] = Counter()
    for port, count in answered.items():
        shares[holders[port]] += count
    return cpu_seconds(server) - before, seconds, max(shares.values()) / requests


def _shares(rounds: list[_Round]) -> list[Fact]:
    """Tell the shares of a request's CPU time: each part by itself, and HTTP as what is left."""
    server = _median(rounds, lambda one: one.server)
    multiplications = _median(rounds, lambda one: one.multiplications)
    parts = {
        "scalar multiplications": multiplications,
        "rest of the evaluation: hashes of the proof, checks of every encoding": (
            _median(rounds, lambda one: one.evaluation) - multiplications
        ),
        "signature check with the device's row of the registry": _median(rounds, lambda one: one.signature),
        "JSON read and written": _median(rounds, lambda one: one.json),
        "durable entry on the log, 16 together": _median(rounds, lambda one: one.entry),
    }
    parts["HTTP: uvicorn, FastAPI, the line in the log, threads; all that is left"] = server - sum(parts.values())
    return [Fact(f"of it {part}", f"{percent(cost / server)} ({microseconds(cost)})") for part, cost in parts.items()]


def _median(rounds: list[_Round], pick: Callable[[_Round], float]) -> float:
    return statistics.median(pick(one) for one in rounds)
