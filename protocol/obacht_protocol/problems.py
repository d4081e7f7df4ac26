"""The reasons for which a server refuses, as stable codes: the ``code`` of problem details (RFC 9457).

A refusal says which rule was broken and nothing of what was sent. Clients turn a code into words of their own.
"""

from dataclasses import dataclass
from typing import Final

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a code means.

    Attributes:
        status: The HTTP status that goes with it.
        title: One English sentence, the same every time.
    """

    status: int
    title: str


PROBLEMS: Final = {
    "not-found": Problem(404, "There is nothing under this address."),
    "method": Problem(405, "This address does not take this method."),
    "http": Problem(400, "This is not HTTP as it is spoken here."),
    "headers": Problem(431, "The header fields are too large."),
    "incomplete": Problem(408, "The body ended early, or did not arrive in time."),
    "too-large": Problem(413, "The body is larger than this address takes."),
    "length": Problem(411, "The request needs a Content-Length."),
    "media-type": Problem(415, "The body must be of another media type."),
    "signature-missing": Problem(401, "The request carries no signature, or not exactly one."),
    "signature-form": Problem(401, "The signature does not follow the profile."),
    "signature-time": Problem(401, "The signature was made too long ago, or in the future: compare the clocks."),
    "signature": Problem(401, "The signature is not valid."),
    "device": Problem(401, "The device is not registered, or was revoked."),
    "department": Problem(403, "The department is not allowed to do this, or was disabled."),
    "replay": Problem(409, "This request was made before."),
    "digest": Problem(400, "The content digest does not fit the body."),
    "json": Problem(400, "The body is not the JSON that is expected here."),
    "question": Problem(400, "The question id is malformed."),
    "epoch": Problem(409, "This epoch is not in force."),
    "elements": Problem(400, "There are too few or too many elements."),
    "element": Problem(400, "An element is not a valid, canonical group element."),
    "purpose": Problem(400, "The purpose is malformed, or not open to this department."),
    "question-used": Problem(409, "The question id was used for another question."),
    "quota": Problem(429, "More persons were asked about than is allowed in this time."),
    "quota-urgent": Problem(429, "More urgent questions were asked than is allowed in this time."),
    "budget": Problem(429, "The office's operator has not released so many match keys for enrolment."),
    "user": Problem(400, "The user's pseudonym is malformed."),
    "receipts": Problem(400, "The receipts are malformed, or not as many as there are persons."),
    "report": Problem(400, "The report is not as long as a sealed report can be."),
    "reports": Problem(429, "This device has sent more than is taken in this time."),
    "note": Problem(400, "The signed note is malformed, or a signature is missing or wrong."),
    "descriptor": Problem(400, "The descriptor is malformed, or is not for this deployment."),
    "descriptor-order": Problem(409, "The descriptor does not follow the one in force."),
    "head": Problem(400, "The head is malformed, out of date, or not for this deployment."),
    "sequence": Problem(409, "The register does not follow the one in force."),
    "register": Problem(400, "The buckets are not those that the head promises."),
    "no-descriptor": Problem(503, "No descriptor has been published yet."),
    "no-register": Problem(503, "No register has been published yet."),
    "unavailable": Problem(503, "The service cannot answer at the moment."),
    "internal": Problem(500, "The service failed; its operator can see why."),
}
