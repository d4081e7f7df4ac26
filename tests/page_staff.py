"""The staff of an office whose pages are called inside the process, by the logins of :data:`workplace.NAMES`."""

import pytest

from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import User
from page_caller import Caller
from pages_office import app_of, arrive, hire
from safety_office import Site


class PageStaff:
    """A user for every role, and the pages at which they work."""

    def __init__(self, site: Site, patch: pytest.MonkeyPatch) -> None:
        hire(site.office, patch, site.now)
        self.site = site
        self.app = app_of(site)

    def user(self, login: str) -> User:
        return users.find(self.site.office, login)

    def arrive(self, login: str) -> Caller:
        """Sign in, with a browser of one's own."""
        return arrive(self.app, login)
