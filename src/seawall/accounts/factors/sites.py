"""Where a browser says it is, as passkeys see it. Knows addresses; knows no passkey and no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from seawall.values.refusal import Reason, Refusal

_LOOPBACK_NAME = "localhost"
_NO_PLACE_FOR_PASSKEYS = (
    "Browsers know passkeys only at an address with a name and https, or at http://localhost. "
    "{}Everything else works here as well."
)


@dataclass(frozen=True, slots=True)
class Site:
    """``name`` is what passkeys are bound to (the relying party's id); ``origin`` is the page's, with its port."""

    name: str
    origin: str


def site_of(public_url: str, origin: str) -> Site | Refusal:
    """The site of a page of this ``origin``: the public one, or this machine's own name.

    A browser at ``localhost`` is the operator's, who may sit in front of the machine that is known by ``public_url``.
    """
    here = urlsplit(origin)
    if here.hostname == _LOOPBACK_NAME:
        return Site(_LOOPBACK_NAME, _origin(here.scheme, here.netloc))
    public = urlsplit(public_url) if public_url else here
    name = public.hostname or ""
    if not name or _is_address(name):
        return _nowhere(f"Open http://localhost{_port(here)} instead. " if _is_loopback(name) else "")
    if public.scheme != "https" and not name.endswith("." + _LOOPBACK_NAME):
        return _nowhere("")
    return Site(name, _origin(public.scheme, public.netloc))


def _nowhere(hint: str) -> Refusal:
    return Refusal(Reason.PASSKEY_REFUSED, _NO_PLACE_FOR_PASSKEYS.format(hint))


def _origin(scheme: str, host: str) -> str:
    return f"{scheme}://{host.lower().removesuffix(':443' if scheme == 'https' else ':80')}"


def _port(here: SplitResult) -> str:
    return f":{here.port}" if here.port else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ip_address(name).is_loopback
