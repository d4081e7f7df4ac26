"""Who may be somebody whom another case is about already: what is compared of all cases, held open, and asked."""

import threading

from obacht_enrollment.accounts.roles import Right, User, require
from obacht_enrollment.cases import contents
from obacht_enrollment.cases.comparing import Compared, Similar
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.crowd import Crowd
from obacht_enrollment.office import Office


class Index:
    """What is compared of all cases, kept open in the memory of one process, and brought up to date before each look.

    Threads may share it.
    """

    def __init__(self) -> None:
        """Begin with no case."""
        self._lock = threading.Lock()
        self._versions: dict[int, int] = {}
        self._cases = Crowd()

    def refresh(self, office: Office) -> None:
        """Open the cases that are new or have changed, and forget those that are anonymised.

        Raises:
            VaultError: A case was tampered with.
            StoreError: The database failed.
        """
        with self._lock:
            there = contents.versions(office)
            for number in self._versions.keys() - there.keys():
                del self._versions[number]
                self._cases.drop(number)
            changed = [number for number, version in there.items() if self._versions.get(number) != version]
            for number, version, content in contents.opened(office, changed):
                self._cases.put(number, Compared.of(content))
                self._versions[number] = version

    def similar(self, content: Content, but: int | None = None) -> list[Similar]:
        """List the cases that may be about the same person or address, the most similar first.

        Args:
            content: What a case says.
            but: Number of that case, which is not told.
        """
        wanted = Compared.of(content)
        with self._lock:
            return self._cases.similar(wanted, but)

    def likely(self, compared: Compared) -> list[int]:
        """Give the numbers of the cases of which nothing says that they are about somebody else, smallest first."""
        with self._lock:
            return self._cases.likely(compared)


def find(office: Office, user: User, index: Index, content: Content, but: int | None = None) -> list[Similar]:
    """List who may be the same; it names cases by number alone, so that whoever wants to know more looks at them.

    Args:
        office: Unlocked.
        user: Who asks.
        index: Of this process.
        content: What a case says.
        but: Number of that case.

    Raises:
        ForbiddenError: The user may not.
        VaultError: A case was tampered with.
        StoreError: The database failed.
    """
    require(user, Right.READ_CASES)
    index.refresh(office)
    return index.similar(content, but)
