"""The e-mail adapter: a copy of a message to whom it concerns, where the setting is on."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.module_loading import import_string

from portal.clocks.now import now, today
from portal.events import MESSAGE_SENT, Event, listens
from portal.inbox.models import Message


@listens(MESSAGE_SENT, "inbox.email")
def email_copy(event: Event) -> None:
    """Send once to all addresses; an unreachable server is tried again by the dispatcher."""
    message = Message.objects.get(pk=event.pk)
    if message.mailed_at is not None:
        return
    addresses = addresses_of(message)
    with translation.override(settings.LANGUAGE_CODE):  # accounts have no language of their own
        title = " ".join(message.title.split())  # a subject has no line breaks
        body = f"{message.body}\n\n{message.url}".strip()
    for address in addresses:  # one each: recipients do not see one another
        send_mail(title, body, settings.DEFAULT_FROM_EMAIL, [address])
    Message.objects.filter(pk=message.pk).update(mailed_at=now())


def addresses_of(message: Message) -> list[str]:
    """Addresses of the people behind the recipient, as the settings' function knows them."""
    find = import_string(settings.ADDRESSES_OF_RECIPIENTS)
    found: list[str] = find(
        post_id=message.to_post_id,
        agency_id=message.to_agency_id,
        role=message.role,
        day=today(),
    )
    return found
