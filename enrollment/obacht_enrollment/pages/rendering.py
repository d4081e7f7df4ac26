"""Making HTML of templates: everything is escaped, and a name that nobody gave a value is an error, not a gap."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER: Final = Path(__file__).parent / "templates"


class Templates:
    """The templates."""

    def __init__(self) -> None:
        """Read none yet; each is read once, when it is first needed."""
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"day": _day, "moment": _moment}

    def render(self, name: str, values: dict[str, Any], fragment: str = "") -> str:
        """Make a page, or only the block of its template that is called ``fragment``."""
        template = self._environment.get_template(name)
        known = values | {"parts": self._environment.get_template("parts.html").make_module(values)}
        if not fragment:
            return template.render(known)
        context = template.new_context(known)
        return "".join(template.blocks[fragment](context))


def _day(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds).astimezone().strftime("%d.%m.%Y")


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds).astimezone().strftime("%d.%m.%Y, %H:%M")
