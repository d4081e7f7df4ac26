"""How long somebody waits after failed attempts."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Patience:
    """What is borne, and for how long.

    Attributes:
        free: Attempts in a row after which one must wait.
        first: Seconds of the first wait; each further failure doubles it.
        longest: Seconds.
        forget: Seconds without an attempt after which counting begins anew.
    """

    free: int
    first: int
    longest: int
    forget: int

    def wait(self, failures: int) -> int:
        """Give the seconds to wait after so many failures in a row."""
        if failures < self.free:
            return 0
        return min(self.first << min(failures - self.free, 20), self.longest)


LOGIN: Final = Patience(free=5, first=60, longest=900, forget=86_400)
"""For one login, or for it in one browser. A wait ends by itself, and nobody's failures make others wait for good."""
ADDRESS: Final = Patience(free=30, first=60, longest=3600, forget=3600)
"""For one address, behind which a whole office may sit."""
