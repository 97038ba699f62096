"""System checks of the channels: `manage.py check --deploy` says what would stand still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.outbox.channels import Channel, Configuration, configuration_of, registered_channels
from portal.outbox.choices import Mode

LEAST_SECRET = 32  # characters


@register(Tags.security, deploy=True)
def channels_are_usable(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Every channel has a mode that it can work in, and every setting has its channel."""
    found: list[CheckMessage] = []
    for channel in registered_channels():
        found += _of(channel)
    registered = {channel.code for channel in registered_channels()}
    found += [
        Warning(
            f"The environment configures the outbox channel {code!r}, which does not exist.",
            hint=f"Known channels: {', '.join(sorted(registered)) or 'none'}.",
            id="outbox.W001",
        )
        for code in sorted(set(settings.OUTBOX_CHANNELS) - registered)
    ]
    return found


def _of(channel: Channel) -> Iterator[CheckMessage]:
    config = configuration_of(channel)
    name = f"OUTBOX_CHANNEL_{channel.code.upper()}"
    if config.mode not in Mode.values:
        yield Error(f"{name}_MODE must be http, file or off.", id="outbox.E001")
    elif config.mode == Mode.HTTP and channel.deliver is None:
        yield from _by_http(name, config)


def _by_http(name: str, config: Configuration) -> Iterator[CheckMessage]:
    address = config.address
    if not address.hostname or address.username or address.query or address.fragment:
        yield Error(
            f"{name}_URL must be an address with a host, without user, query or fragment.",
            id="outbox.E002",
        )
    elif not config.is_secured:
        yield Error(
            f"{name}_URL is not https.",
            hint="Use https, or name the host in OUTBOX_PLAIN_HOSTS if its network is trusted.",
            id="outbox.E003",
        )
    if len(config.secret) < LEAST_SECRET:
        yield Error(
            f"{name}_SECRET is shorter than {LEAST_SECRET} characters.",
            hint='python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
            id="outbox.E004",
        )
