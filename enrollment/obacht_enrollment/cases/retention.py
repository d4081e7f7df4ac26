"""How long a case may be kept: what the deployment's rules say, and what follows for a day."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from obacht_enrollment.cases.dates import months_after
from obacht_enrollment.errors import SettingsError

ADULT: Final = 18
LEAST_AGE: Final = 14
"""Below it nobody is ever listed; it is the age of criminal responsibility (StGB, section 19)."""
_MOST_MONTHS: Final = 120
_MOST_DAYS: Final = 3650


@dataclass(frozen=True, slots=True)
class Retention:
    """The section ``[retention]`` of ``office.toml``.

    Attributes:
        review_months: After so many months a case is looked at again, at the latest.
        end_months: After so many it ends, at the latest, unless it is renewed.
        minor_review_months: The same for those who are, or may be, under 18.
        minor_end_months: The same; shorter than ``end_months``.
        objection_days: So many days after its end a case is anonymised.
        draft_days: A case that never was in force is given up when nobody has touched it for so many days.
        paper_months: After so many months requests and calls that belong to no case are erased.
    """

    review_months: int = 12
    end_months: int = 24
    minor_review_months: int = 6
    minor_end_months: int = 12
    objection_days: int = 30
    draft_days: int = 90
    paper_months: int = 12

    def __post_init__(self) -> None:
        """Refuse what would keep a case for ever; ``SettingsError`` names the setting."""
        for name, most in (
            ("end_months", _MOST_MONTHS),
            ("review_months", self.end_months),
            ("minor_end_months", self.end_months - 1),
            ("minor_review_months", self.minor_end_months),
            ("objection_days", _MOST_DAYS),
            ("draft_days", _MOST_DAYS),
            ("paper_months", _MOST_MONTHS),
        ):
            if not 1 <= getattr(self, name) <= most:
                raise SettingsError("setting", name=f"retention.{name}")

    def last_end(self, today: dt.date, *, minor: bool) -> dt.date:
        """Give the last day until which a case may be in force that is decided ``today``."""
        return months_after(today, self.minor_end_months if minor else self.end_months)

    def last_review(self, today: dt.date, *, minor: bool) -> dt.date:
        """Give the last day on which it must be looked at again."""
        return months_after(today, self.minor_review_months if minor else self.review_months)
