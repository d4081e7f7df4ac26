"""On the way to the single sign-on service and back."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from obacht_enrollment.accounts import flows, sessions, single_sign_on, users
from obacht_enrollment.accounts.provider import Provider
from obacht_enrollment.accounts.sessions import Session
from obacht_enrollment.errors import OfficeError
from obacht_enrollment.pages.doors import cookie, read_cookie
from obacht_enrollment.pages.login import begin
from obacht_enrollment.pages.sections import Section
from obacht_enrollment.pages.visits import Visit

section = Section()
_COOKIE: Final = "obacht-departure"


@section.get("/oidc", public=True)
def depart(visit: Visit) -> Response:
    """Leave for the service, to sign in."""
    return _depart(visit, None)


@section.get("/oidc/confirm")
def depart_to_confirm(visit: Visit) -> Response:
    """Leave for the service, to prove once more who one is."""
    return _depart(visit, visit.signed_in)


@section.get(single_sign_on.CALLBACK, public=True)
def arrive(visit: Visit) -> Response:
    """Come back from the service."""
    query, since = visit.request.query_params, users.latest_event(visit.office)
    try:
        arrival = single_sign_on.arrive(
            visit.office,
            _provider(visit),
            state=query.get("state", ""),
            code=query.get("code", ""),
            browser=read_cookie(visit.desk, visit.request, _COOKIE),
            now=visit.now,
        )
    except OfficeError as error:
        return _failed(visit, error)
    answer = visit.go(arrival.next_path)
    if arrival.session:
        sessions.prove(visit.office, arrival.session, visit.now)
    else:
        answer = begin(visit, arrival.user, "single_sign_on", answer, proved=arrival.proved, since=since)
    answer.headers.append("Set-Cookie", cookie(visit.desk, _COOKIE, "", strict=False))
    return answer


def _depart(visit: Visit, confirming: Session | None) -> Response:
    try:
        departure = single_sign_on.depart(
            visit.office, _provider(visit), visit.now, next_path=visit.next_path, confirming=confirming
        )
    except OfficeError as error:
        return _failed(visit, error)
    answer = visit.leave(departure.address)
    kept = cookie(visit.desk, _COOKIE, departure.browser, strict=False, seconds=flows.SECONDS)
    answer.headers.append("Set-Cookie", kept)
    return answer


def _provider(visit: Visit) -> Provider:
    if visit.desk.provider is None:
        raise HTTPException(404)
    return visit.desk.provider


def _failed(visit: Visit, error: OfficeError) -> Response:
    title, text = visit.text("fault.title.session"), visit.sentence(error)
    return visit.show("fault.html", status=400, title=title, text=text)
