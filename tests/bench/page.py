"""What was found, as a table on the terminal and as ``docs/performance.md``."""

import textwrap
from collections.abc import Iterator, Sequence

from bench.figures import Fact, Findings

_INTRODUCTION = """\
# Performance

Written by `make bench`; do not edit. Most targets are ratios, each within one run: what is compared is measured in
turns, so that a slow machine slows both; two are times, which somebody waits for. Where a figure is about CPU time, it
is user and system time of the processes in question. Rounds are repeated, the half of them in which other programs took
most of the machine is left out, and the median of the others counts. The absolute numbers are those of the machine
named below and of no other.

`make bench` takes some six minutes on two cores, opens sockets on the loopback alone, and works in a folder under
`var/`, which it removes. It ends with exit code 1 if a target is missed. The servers are the real ones, in processes of
their own, set up by their own commands; the people are the demo's.
"""

_READING = """\
## How the figures were read

- *Scalar multiplications of one evaluation*: 10 of an element (4 evaluated, 4 weighted for the proof, the combined one
  by the key and by the proof's scalar) and 2 of the generator (public share, commitment), called straight from
  libsodium, with its own decoding of the element and nothing else.
- *Two processes against one*: each on a core of its own. Time for which another program held that core is not counted,
  because the question is whether evaluations get in one another's way.
- *The server's own CPU time over HTTP*: of all its processes and threads, by the system's count, over whole rounds. The
  parts beside it are each measured alone, in this process, on a real request and like databases; HTTP is what is
  left, the log line and the hand-over between threads included.
- *A question without the stretch*: the time from when the library hands the outputs to its stretching threads until it
  has them back is taken off each question. The deployment uses the cheapest stretch set (8 KiB, one pass), which only
  one for tests may name, so that the cores are as warm as without it. The cryptographic operations are those that a
  question really has once the register is there: the head's signature is checked when the head changes, not again for
  every question, and is therefore not among them. The commit is the one that the key office makes before it answers.
  A question passes through four processes, and any other program can hold one of them up: of everything that is timed
  here, the half counts in which the processes that do it waited least for a core.
- *The plain-text lookup* finds a person by the Kölner code of both names and the birth date: no signatures, no
  encryption, nothing of what Obacht is for. One row is for the lookup alone, one for the same with a durable note of
  who was asked about, which a town could not do without.
- *Enrolment* is counted per match key, because a match key is what is stretched.
- *Publishing* begins with sealed records in the database and ends with a register that could be sent. Real rows are
  those that stand for records; rows of filler come on top, up to the next power of two.
- *Who may be known already* is what staff see before a case is approved. The service opens all cases when it starts,
  looks twice a minute which are new, and before each look reads which have changed since. What is compared of them
  stays in the memory of that process alone. The cases have some thousand invented names; a look compares names,
  birth dates and addresses, and ends with the list and the reasons. The file's look is all that comes before its
  import: every line read and checked, and compared with all cases and all other lines.
- *Memory* is resident memory, pages shared with other processes included: for the client, the register that it has
  mapped; for the key office, the libraries.
"""


def table(found: Sequence[Findings], facts: Sequence[Fact]) -> str:
    """Give everything as text for a terminal."""
    lines = []
    for findings in found:
        lines += ["", findings.topic]
        for figure in findings.figures:
            reached = "reached" if figure.reached else "MISSED"
            lines.append(f"  {reached:8} {figure.measured:>12}  {figure.target:22} {figure.what}")
            lines += textwrap.wrap(figure.how, 116, initial_indent=" " * 23, subsequent_indent=" " * 23)
        lines += [f"  {'':8} {fact.measured:>12}  {'':22} {fact.what}" for fact in findings.facts]
    return "\n".join([*lines, "", *(f"{fact.what}: {fact.measured}" for fact in facts), ""])


def markdown(found: Sequence[Findings], facts: Sequence[Fact]) -> str:
    """Give everything as the page."""
    return "\n".join(_lines(found, facts)) + "\n"


def _lines(found: Sequence[Findings], facts: Sequence[Fact]) -> Iterator[str]:
    yield _INTRODUCTION
    yield from _rows(("this machine", ""), [(fact.what, fact.measured) for fact in facts])
    yield "## Figures with a target\n"
    yield from _rows(
        ("figure", "target", "measured", "reached", "how"),
        [
            (figure.what, figure.target, figure.measured, "yes" if figure.reached else "**no**", figure.how)
            for findings in found
            for figure in findings.figures
        ],
    )
    yield "## Beside them\n"
    for findings in found:
        if findings.facts:
            yield from _rows((findings.topic, ""), [(fact.what, fact.measured) for fact in findings.facts])
    yield _READING.rstrip()


def _rows(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for row in (header, ("---",) * len(header), *rows):
        yield "| " + " | ".join(row) + " |"
    yield ""
