"""Why a field cannot be taken as it stands."""

from obacht_enrollment.errors import OfficeError


class FieldError(OfficeError):
    """A field of a line is wrong; it becomes a fault of the line and goes no further.

    Attributes:
        code: A stable word for the reason.
    """
