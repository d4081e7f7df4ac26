"""About how many persons a user may ask: what an operator sets, and the log's quotas hold to."""

from typing import NamedTuple

from obacht_protocol.messages import MAX_PERSONS


class Limits(NamedTuple):
    """How many persons a user may ask about; those of a device, a department and all follow by fixed factors.

    Attributes:
        user_day: In single questions, within 24 hours.
        user_burst: In single questions, within ten minutes.
        list_day: In lists, within 24 hours.
    """

    user_day: int = 30
    user_burst: int = 6
    list_day: int = MAX_PERSONS
