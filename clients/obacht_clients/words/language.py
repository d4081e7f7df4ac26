"""What a language must have words for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """All words of one language.

    Attributes:
        reasons: A sentence or two for every reason of :data:`obacht_clients.errors.REASONS`.
        refusals: The same for every code of :data:`obacht_protocol.problems.PROBLEMS`.
        fields: Names of the fields of a person and an address.
        identity: What is wrong with a field: by ``code``, or by ``field:code`` where one field has other words.
        texts: All else, by a name of its own; some with ``{}`` for a value.
    """

    reasons: Mapping[str, str]
    refusals: Mapping[str, str]
    fields: Mapping[str, str]
    identity: Mapping[str, str]
    texts: Mapping[str, str]
