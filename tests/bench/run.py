"""``make bench``: measure everything, print it, write ``docs/performance.md``; exit code 1 if a target is missed."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import (
    appending,
    auditing,
    comparing,
    evaluation,
    machine,
    memory,
    page,
    parties,
    publishing,
    question,
    records,
    serving,
    sharing,
    stretching,
)
from bench.figures import Findings

PAGE: Final = Path(__file__).parents[2] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: by default what the figures need, in a test as little as possible.

    Attributes:
        rows: Of the register that is asked about, besides those of the demo's people.
        evaluation: Arguments of its benchmark; so are the others.
    """

    rows: int = 100_000
    evaluation: dict[str, Any] = field(default_factory=dict)
    appending: dict[str, Any] = field(default_factory=dict)
    auditing: dict[str, Any] = field(default_factory=dict)
    comparing: dict[str, Any] = field(default_factory=dict)
    publishing: dict[str, Any] = field(default_factory=dict)
    question: dict[str, Any] = field(default_factory=dict)
    serving: dict[str, Any] = field(default_factory=dict)
    sharing: dict[str, Any] = field(default_factory=dict)
    stretching: dict[str, Any] = field(default_factory=dict)


def measure(folder: Path, extent: Extent) -> Iterator[Findings]:
    """Measure one after another, in this folder."""
    yield evaluation.measure(**extent.evaluation)
    with parties.deployed(folder / "deployment") as deployment:
        with parties.office(deployment) as office:
            records.fill(office, parties.descriptor(deployment), extent.rows)
        deployment.publish()
        yield question.measure(deployment, **extent.question)
        in_memory = memory.measure(deployment)
        yield sharing.measure(folder / "shared", deployment, **extent.sharing)
        yield serving.measure(deployment, **extent.serving)
        yield stretching.measure(folder / "stretching", deployment, **extent.stretching)
    yield appending.measure(folder / "appending", **extent.appending)
    yield auditing.measure(**extent.auditing)
    yield publishing.measure(folder / "publishing", **extent.publishing)
    yield comparing.measure(folder / "comparing", **extent.comparing)
    yield in_memory


def main() -> int:
    """Run and report."""
    begin = time.monotonic()
    found = []
    with parties.workplace() as folder:
        for findings in measure(folder, Extent()):
            print(f"{time.monotonic() - begin:4.0f} s  {findings.topic}", file=sys.stderr, flush=True)
            found.append(findings)
    facts = machine.facts()
    print(page.table(found, facts))
    PAGE.write_text(page.markdown(found, facts), encoding="utf-8")
    missed = [figure for findings in found for figure in findings.figures if not figure.reached]
    print(f"{len(missed)} targets are missed." if missed else "All targets are reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
