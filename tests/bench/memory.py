"""How much memory every process of a deployment holds."""

import subprocess
import sys
from pathlib import Path

import psutil

from bench import parties
from bench.figures import Fact, Findings, mebibytes
from obacht_demo.deployment import Deployment


def measure(deployment: Deployment) -> Findings:
    """Look at every process of a deployment whose register was asked about."""
    found = {
        "key office": parties.process(deployment.keys[0]),
        "matcher": parties.process(deployment.matcher),
        "matcher's Valkey": parties.valkey(deployment),
        "safety office's service": parties.process(deployment.office),
    }
    command = [sys.executable, str(Path(__file__).with_name("client.py")), str(deployment.department), parties.PURPOSE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        if client.stdout is None or client.stdout.readline() != "no entry\n":
            raise AssertionError("the client could not ask")
        found["client with its copy of the register"] = psutil.Process(client.pid)
        facts = [Fact(f"resident memory: {name}", mebibytes(_resident(process))) for name, process in found.items()]
        client.communicate()
    return Findings("Memory of each process, once questions were asked", [], facts)


def _resident(process: psutil.Process) -> int:
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
