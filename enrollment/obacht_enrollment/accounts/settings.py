"""What ``office.toml`` says of signing in, in its table ``[login]``."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from obacht_enrollment.accounts.roles import check_roles
from obacht_enrollment.errors import AccountError, SettingsError
from obacht_protocol.descriptor import check_origin
from obacht_protocol.errors import ProtocolError


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """The single sign-on service of the public body (OpenID Connect).

    Attributes:
        issuer: Its address, as it names itself: an origin, and perhaps a path.
        client_id: What it calls this office.
        label: What the button says.
        login_claim: Claim that holds the login here.
        name_claim: Claim that holds the name, for users who are created.
        roles_claim: Claim that lists groups or roles, with dots between levels; empty if roles are given here.
        roles: Which of its groups makes which role here.
        create: Whether whoever comes from there with a role gets an account; otherwise the head adds users.
    """

    issuer: str
    client_id: str
    label: str = "Zentrale Anmeldung"
    login_claim: str = "preferred_username"
    name_claim: str = "name"
    roles_claim: str = ""
    roles: Mapping[str, str] | None = None
    create: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work; ``SettingsError`` names the setting."""
        scheme, _, rest = self.issuer.partition("://")
        try:
            check_origin(f"{scheme}://{rest.partition('/')[0]}")
        except ProtocolError as error:
            raise SettingsError("setting", name="login.oidc.issuer") from error
        roles = self.roles or {}
        try:
            for role in roles.values():
                check_roles([role])
        except AccountError as error:
            raise SettingsError("setting", name="login.oidc.roles") from error
        if bool(self.roles_claim) != bool(roles):
            raise SettingsError("setting", name="login.oidc.roles")
        if self.create and not roles:
            raise SettingsError("setting", name="login.oidc.create")


@dataclass(frozen=True, slots=True)
class Login:
    """How people sign in.

    Attributes:
        idle_minutes: Minutes without a request after which a session is over.
        hours: Hours after which a session is over in any case.
        confirm_minutes: Minutes for which a proof of who one is counts for grave acts.
        proxies: Addresses of reverse proxies, whose word on where a request came from is believed.
        oidc: The single sign-on service; None if there is none.
    """

    idle_minutes: int = 30
    hours: int = 10
    confirm_minutes: int = 5
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    oidc: SingleSignOn | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work; ``SettingsError`` names the setting."""
        for name, least, most in (("idle_minutes", 1, 480), ("hours", 1, 24), ("confirm_minutes", 1, 60)):
            if not least <= getattr(self, name) <= most:
                raise SettingsError("setting", name=f"login.{name}")
        try:
            for proxy in self.proxies:
                ipaddress.ip_address(proxy)
        except ValueError as error:
            raise SettingsError("setting", name="login.proxies") from error

    @classmethod
    def parse(cls, table: object) -> Self:
        """Read the table; ``SettingsError`` if a setting is unknown, missing or wrong."""
        values = _known(cls, table, "login")
        if "oidc" in values:
            values["oidc"] = SingleSignOn(**_known(SingleSignOn, values["oidc"], "login.oidc"))
        if "proxies" in values:
            values["proxies"] = tuple(values["proxies"])
        return cls(**values)


def _known(kind: type[Any], table: object, name: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise SettingsError("setting", name=name)
    known = {field.name: field for field in fields(kind)}
    for key, value in table.items():
        if key not in known or not _fits(str(known[key].type), value):
            raise SettingsError("setting", name=f"{name}.{key}")
    if kind is SingleSignOn:
        for key in ("issuer", "client_id"):
            if not table.get(key):
                raise SettingsError("setting", name=f"{name}.{key}")
    return dict(table)


def _fits(kind: str, value: object) -> bool:
    """Tell whether TOML's value is of the type that the field is annotated with."""
    if "tuple" in kind:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if "Mapping" in kind:
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    if "SingleSignOn" in kind:
        return isinstance(value, dict)
    return type(value).__name__ in kind
