"""What it costs that no office holds the key alone: a question to two of three key offices against one to one."""

import asyncio
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import psutil

from bench import parties, question
from bench.figures import Fact, Figure, Findings, milliseconds
from obacht_clients.department import AsyncDepartment
from obacht_demo.deployment import KEY_OFFICES, Deployment

TIMES: Final = 1.5


def measure(folder: Path, alone: Deployment, *, questions: int = 400) -> Findings:
    """Ask in turns; both deployments have listed the same people.

    Args:
        folder: For a deployment with three key offices, of which two must answer.
        alone: One with a single key office.
        questions: How many to each.
    """
    with parties.deployed(folder, KEY_OFFICES, needed=2) as shared:
        one, two = asyncio.run(_ask([alone, shared], questions))
    return Findings(
        "A question to two of three key offices",
        [
            Figure.at_most(
                "a question to two of three key offices (median), against one to a single office",
                TIMES,
                two / one,
                "both end to end with the clients' library and all parties in processes of their own on this machine's"
                " cores, in turns, less the time in which the client stretches; of each the median over the half in"
                " which its processes waited least for a core",
                " times",
            )
        ],
        [
            Fact("a question to a single office, median", milliseconds(one)),
            Fact("a question to two of three offices, median", milliseconds(two)),
        ],
    )


async def _ask(deployments: Sequence[Deployment], questions: int) -> list[float]:
    persons = parties.listed()
    async with AsyncDepartment(deployments[0].department) as one, AsyncDepartment(deployments[1].department) as two:
        departments = [_Asked(one, deployments[0]), _Asked(two, deployments[1])]
        for asked in departments:
            await question.check(asked.department, persons[0])  # fetches the register, and has the canary proven
        for person in islice(cycle(persons), questions):
            for asked in departments:
                asked.stretcher.spent()
                taken = await asked.watch.of(question.check(asked.department, person))
                asked.taken.append(question.Taken(taken.seconds - asked.stretcher.spent(), taken.waited))
    return [question.median(asked.taken) for asked in departments]


class _Asked:
    """A department, and how long its questions took."""

    def __init__(self, department: AsyncDepartment, deployment: Deployment) -> None:
        self.department = department
        self.department._stretcher = self.stretcher = question.TimedStretcher()
        processes = [parties.process(server) for server in (*deployment.keys, deployment.matcher)]
        self.watch = question.Stopwatch([psutil.Process(), *processes, parties.valkey(deployment)])
        self.taken: list[question.Taken] = []
