"""The frame of every party's ``doctor``: named checks, each of which says what is wrong and which command mends it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from obacht_service.errors import ServiceError


class CheckError(ServiceError):
    """A check found something wrong.

    Attributes:
        problem: What is wrong, in words, without data of persons.
        remedy: The command, or the step, that mends it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        """Keep both."""
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be looked at.

    Attributes:
        name: A few words, as in ``key share``.
        look: Returns a few words about what was found, or raises :class:`CheckError`.
    """

    name: str
    look: Callable[[], str]


def examine(checks: Iterable[Check], say: Callable[[str], object] = print) -> int:
    """Make every check, also after one has failed, and tell what was found.

    Args:
        checks: In the order in which they are told.
        say: Takes each line.

    Returns:
        The exit code for the command: 0 if everything is well, else 1.
    """
    wrong = 0
    for check in checks:
        try:
            say(f"ok       {check.name}: {check.look()}")
        except CheckError as error:
            wrong += 1
            say(f"problem  {check.name}: {error.problem}")
            say(f"         mend it with: {error.remedy}")
        except Exception as error:  # noqa: BLE001 - doctor is for the day on which anything may be broken
            wrong += 1
            say(f"problem  {check.name}: it failed ({type(error).__name__})")
            say("         mend it with: the log, and a report to the makers")
    say("Everything is well." if not wrong else f"{wrong} of the checks found a problem.")
    return int(wrong > 0)
