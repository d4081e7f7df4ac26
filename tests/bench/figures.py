"""What a benchmark finds: figures with a target, and facts beside them."""

from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with a target.

    Attributes:
        what: The figure in words.
        target: Its target in words.
        measured: What was measured, with its unit.
        reached: Whether the target is reached.
        how: How it was measured, in a sentence.
    """

    what: str
    target: str
    measured: str
    reached: bool
    how: str

    @classmethod
    def at_least(cls, what: str, bound: float, measured: float, how: str, unit: str = "") -> Self:
        return cls(what, f"at least {bound:g}{unit}", f"{measured:.2f}{unit}", measured >= bound, how)

    @classmethod
    def at_most(cls, what: str, bound: float, measured: float, how: str, unit: str = "") -> Self:
        return cls(what, f"at most {bound:g}{unit}", f"{measured:.2f}{unit}", measured <= bound, how)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure without a target: true of the machine it was measured on, and of that one alone.

    Attributes:
        what: The figure in words.
        measured: What was measured, with its unit.
    """

    what: str
    measured: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What one benchmark found.

    Attributes:
        topic: What it is about, in words.
        figures: With a target.
        facts: Without.
    """

    topic: str
    figures: list[Figure] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def microseconds(nanoseconds: float) -> str:
    return f"{nanoseconds / 1000:,.0f} µs"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def mebibytes(count: float) -> str:
    return f"{count / 2**20:,.0f} MiB"


def percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")
