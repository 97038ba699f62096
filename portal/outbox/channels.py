"""Where messages can go: the channels that rooms register, and how each delivers here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.functional import Promise

from portal.outbox.choices import Mode


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed over: ``body`` is the canonical JSON text, ``sha256`` the hash of its UTF-8.

    ``key`` stays the same however often it is sent.
    """

    channel: str
    key: str
    order_by: str
    body: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the other side has it: its own number for it, and whatever else it answered."""

    number: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class DeliveryError(Exception):
    """Not accepted. ``in_doubt``: it may have been; ``permanent``: sending again is no use."""

    in_doubt = False
    permanent = False


class NotSent(DeliveryError):
    """It certainly was not accepted; try again later."""


class Unclear(DeliveryError):
    """It may have been accepted: the key is asked for before it is sent again."""

    in_doubt = True


class Rejected(DeliveryError):
    """The other side read it and will never accept it as it stands."""

    permanent = True


Deliver = Callable[[Parcel], Receipt]
Query = Callable[[str], Receipt | None]


@dataclass(frozen=True, slots=True)
class Channel:
    """One receiver. Without ``deliver`` the environment says how: by HTTP, by file, or not.

    ``deliver`` returns a receipt or raises a DeliveryError; ``query`` gives the receipt of a key,
    None when the other side does not know it. ``columns`` (key of the payload, heading) arrange
    the files of the file mode; without them every key is a column.
    """

    code: str
    label: str | Promise
    deliver: Deliver | None = None
    query: Query | None = None
    columns: tuple[tuple[str, str | Promise], ...] = ()


@dataclass(frozen=True, slots=True)
class Transport:
    """How messages of a channel leave by themselves."""

    deliver: Deliver
    query: Query | None


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the environment says of one channel."""

    mode: str
    url: str = ""
    secret: str = ""
    ca_file: str = ""

    @property
    def address(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def is_secured(self) -> bool:
        """By TLS, or to a host that the settings name as reachable in plain."""
        host = self.address.hostname or ""
        if not host:
            return False
        if self.address.scheme == "https":
            return True
        return self.address.scheme == "http" and host in settings.OUTBOX_PLAIN_HOSTS


_channels: dict[str, Channel] = {}


def register_channel(channel: Channel) -> None:
    """Make a receiver known. Called in ``apps.py.ready()``."""
    known = _channels.setdefault(channel.code, channel)
    if known is not channel:
        raise ValueError(f"The channel {channel.code!r} is registered twice.")


def channel_named(code: str) -> Channel:
    """KeyError for a channel that nobody registered: a message to nowhere is a fault."""
    return _channels[code]


def registered_channels() -> list[Channel]:
    return [_channels[code] for code in sorted(_channels)]


def label_of(code: str) -> str:
    """The channel's name; of one that is no longer registered its code."""
    known = _channels.get(code)
    return str(known.label) if known else code


def columns_of(code: str) -> list[tuple[str, str]]:
    """The declared columns of a channel's files; none when it is no longer registered."""
    known = _channels.get(code)
    return [(name, str(label)) for name, label in known.columns] if known else []


def configuration_of(channel: Channel) -> Configuration:
    """As the environment says; else by file, unless the channel brings its own delivery."""
    options = settings.OUTBOX_CHANNELS.get(channel.code, {})
    usual = Mode.HTTP if channel.deliver else Mode.FILE
    return Configuration(**{"mode": usual.value, **options})


def mode_of(code: str) -> str:
    """How a channel delivers here; one that is no longer registered does not."""
    known = _channels.get(code)
    return configuration_of(known).mode if known else Mode.OFF


def codes_with(mode: str) -> list[str]:
    """The registered channels that deliver in this mode."""
    return [one.code for one in registered_channels() if configuration_of(one).mode == mode]


def transport_of(code: str) -> Transport:
    """How a channel of the HTTP mode sends: its own functions, or the adapter of the kernel."""
    from portal.outbox.http import HttpAdapter  # it raises the errors that stand here

    channel = channel_named(code)
    if channel.deliver is not None:
        return Transport(channel.deliver, channel.query)
    adapter = HttpAdapter(configuration_of(channel))
    return Transport(adapter.deliver, adapter.query)
