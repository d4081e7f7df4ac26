"""Who may do what: the matrix of roles and rights, which stands here and nowhere else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from obacht_enrollment.errors import AccountError, ForbiddenError


class Role(StrEnum):
    """What somebody is at the office."""

    CASE_WORKER = "case_worker"
    APPROVER = "approver"
    HEAD = "head"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Right(Enum):
    """What somebody may do."""

    READ_CASES = auto()
    """See what cases, reports, letters and requests say: names, addresses, free text."""
    EDIT_CASES = auto()
    """Begin and change cases, letters, requests; answer calls."""
    APPROVE = auto()
    """Be the second person of an act."""
    READ_DECISIONS = auto()
    """See numbers, states, dates, who decided and who looked: no name of a person concerned, and no free text."""
    READ_STATISTICS = auto()
    """See counts."""
    MANAGE_USERS = auto()
    """Add users, give and take roles, disable, reset."""
    READ_USERS = auto()
    """See who the users are, and what was changed about them."""
    OPERATE = auto()
    """See how the service does."""


MATRIX: Final[Mapping[Role, frozenset[Right]]] = {
    Role.CASE_WORKER: frozenset(
        {Right.READ_CASES, Right.EDIT_CASES, Right.READ_DECISIONS, Right.READ_STATISTICS, Right.OPERATE}
    ),
    Role.APPROVER: frozenset(
        {Right.READ_CASES, Right.APPROVE, Right.READ_DECISIONS, Right.READ_STATISTICS, Right.OPERATE}
    ),
    Role.HEAD: frozenset(Right),
    Role.AUDITOR: frozenset({Right.READ_DECISIONS, Right.READ_STATISTICS, Right.READ_USERS, Right.OPERATE}),
    Role.OPERATOR: frozenset({Right.OPERATE}),
}
ALONE: Final = frozenset({Role.AUDITOR, Role.OPERATOR})
"""Roles that go with no other: nobody audits themselves, and who runs the machines sees no record."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has proved who they are.

    Attributes:
        id: Of the user; numbers are never given twice.
        login: What they sign in with.
        name: What others read.
        roles: At least one.
    """

    id: int
    login: str
    name: str
    roles: frozenset[Role]

    @property
    def rights(self) -> frozenset[Right]:
        """All that the roles give a right to."""
        return frozenset().union(*(MATRIX[role] for role in self.roles))

    def may(self, right: Right) -> bool:
        """Tell whether one of the roles has the right: for what a page shows; what is done, :func:`require` guards."""
        return right in self.rights


def require(user: User, right: Right) -> User:
    """Give back the user if they have the right; ``ForbiddenError`` if not."""
    if not user.may(right):
        raise ForbiddenError("forbidden")
    return user


def check_roles(names: Collection[str]) -> frozenset[Role]:
    """Read a set of roles.

    Raises:
        AccountError: ``roles-unknown``, ``roles-none`` or ``roles-alone``: one of them goes with no other.
    """
    try:
        roles = frozenset(Role(name) for name in names)
    except ValueError as error:
        raise AccountError("roles-unknown") from error
    if not roles:
        raise AccountError("roles-none")
    if len(roles) > 1 and roles & ALONE:
        raise AccountError("roles-alone")
    return roles
