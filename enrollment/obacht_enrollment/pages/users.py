"""The users: who they are, their roles, adding, disabling and resetting them."""

from collections.abc import Callable

from starlette.responses import Response

from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Right, Role
from obacht_enrollment.accounts.users import Account
from obacht_enrollment.errors import AccountError, ForbiddenError
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
section.link("/users", "users.title", Right.READ_USERS)


@section.get("/users", Right.READ_USERS)
def all_users(visit: Visit) -> Response:
    """List the users."""
    return _list(visit, "")


@section.post("/users/search", Right.READ_USERS)
def search(visit: Visit) -> Response:
    """List the users whose name or login holds a word."""
    return _list(visit, visit.form.text("word"))


@section.get("/users/new", Right.MANAGE_USERS)
def new(visit: Visit) -> Response:
    """Show where a user is added."""
    return _new(visit)


@section.post("/users/new", Right.MANAGE_USERS, proof=True)
def add(visit: Visit) -> Response:
    """Add a user."""
    try:
        added = users.add(
            visit.office,
            visit.user,
            login=visit.form.text("login"),
            name=visit.form.text("name"),
            roles=visit.form.all("role"),
            now=visit.now,
            single_sign_on=visit.form.text("way") == "oidc",
        )
    except AccountError as error:
        return _new(visit, error)
    if not added.code:
        return visit.go(f"/users/{added.user.id}", done="added")
    return visit.show("code.html", account=users.get(visit.office, added.user.id), code=added.code)


@section.get("/users/{number}", Right.READ_USERS)
def user(visit: Visit) -> Response:
    """Show a user, and what was done to their account."""
    return _user(visit)


@section.post("/users/{number}/roles", Right.MANAGE_USERS, proof=True)
def set_roles(visit: Visit) -> Response:
    """Give a user other roles."""
    roles = visit.form.all("role")
    return _change(
        visit, lambda number: users.set_roles(visit.office, visit.user, number, roles, visit.now), done="roles"
    )


@section.post("/users/{number}/disable", Right.MANAGE_USERS, proof=True)
def disable(visit: Visit) -> Response:
    """Let a user sign in no more."""
    return _change(visit, lambda number: users.disable(visit.office, visit.user, number, visit.now), done="disabled")


@section.post("/users/{number}/enable", Right.MANAGE_USERS, proof=True)
def enable(visit: Visit) -> Response:
    """Let a user sign in again."""
    return _change(visit, lambda number: users.enable(visit.office, visit.user, number, visit.now), done="enabled")


@section.post("/users/{number}/reset", Right.MANAGE_USERS, proof=True)
def reset(visit: Visit) -> Response:
    """Take a user's password away, and show a code for a new one."""
    number = visit.number("number")
    try:
        code = users.reset(visit.office, visit.user, number, visit.now)
    except (AccountError, ForbiddenError) as error:
        return _user(visit, error)
    return visit.show("code.html", account=users.get(visit.office, number), code=code)


def _change(visit: Visit, change: Callable[[int], None], *, done: str) -> Response:
    """Change an account; where that cannot be, show it again with why."""
    number = visit.number("number")
    try:
        change(number)
    except (AccountError, ForbiddenError) as error:
        return _user(visit, error)
    return visit.go(f"/users/{number}", done=done)


def _list(visit: Visit, word: str) -> Response:
    found = [account for account in users.all_users(visit.office) if _holds(account, word.casefold())]
    return visit.show(
        "users.html", fragment="found", accounts=found, word=word, may_manage=visit.user.may(Right.MANAGE_USERS)
    )


def _holds(account: Account, word: str) -> bool:
    return word in account.user.name.casefold() or word in account.user.login


def _new(visit: Visit, error: AccountError | None = None) -> Response:
    return visit.show(
        "user_new.html",
        status=400 if error else 200,
        error=error,
        login=visit.form.text("login"),
        name=visit.form.text("name"),
        ticked=list(visit.form.all("role")),
        way=visit.form.text("way") or "password",
        roles=list(Role),
        single_sign_on=visit.desk.provider is not None,
    )


def _user(visit: Visit, error: AccountError | ForbiddenError | None = None) -> Response:
    account = users.get(visit.office, visit.number("number"))
    names = {each.user.id: each.user.name for each in users.all_users(visit.office)}
    return visit.show(
        "user.html",
        status=400 if error else 200,
        error=error,
        account=account,
        events=[(event, names.get(event.actor or 0, "")) for event in users.events(visit.office, account.user.id)],
        roles=list(Role),
        may_manage=visit.user.may(Right.MANAGE_USERS) and account.user.id != visit.user.id,
    )
