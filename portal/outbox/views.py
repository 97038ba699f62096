"""Pages of the outbox: the list, one message, what its operators do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal import refs
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import now
from portal.desk.views import inside
from portal.errors import Refused
from portal.lists import list_page
from portal.outbox import permissions, selectors, services, workflow
from portal.outbox.channels import columns_of
from portal.outbox.choices import TONES, MessageState
from portal.outbox.files import cell_text
from portal.outbox.models import OutboxMessage
from portal.outbox.tables import OUTBOX
from portal.ui.forms import ReasonForm
from portal.workflow import Offer, seen

BY_PEOPLE = frozenset({"retry", "abandon"})


@require_safe
@inside
def outbox_list(request: Request) -> HttpResponse:
    demand(permissions.can_list(request.actor))
    extra = {
        "channels": selectors.channel_lines(request.actor),
        "may_gather": permissions.can_operate(request.actor, request.actor.agency_id),
        "may_see_batches": permissions.can_see_batches(request.actor),
    }
    return list_page(request, OUTBOX, "outbox/outbox_list.html", extra)


@require_safe
@inside
def outbox_detail(request: Request, pk: int) -> HttpResponse:
    message = _message(request, pk)
    readable = permissions.can_read_payload(request.actor, message)
    context = {
        "message": message,
        "tone": TONES[message.state],
        "held": message.is_held(now()),
        "readable": readable,
        "subject": refs.resolve(message.subject_ref, request.actor) if readable else None,
        "payload": _shown(json.loads(message.payload), message.channel) if readable else [],
        "receipt": _shown(message.receipt, message.channel) if readable else [],
        "may_see_batches": permissions.can_see_batches(request.actor),
        "lines": message.lines.select_related("batch") if readable else [],
        "offers": _offers(request, message),
        "entries": timeline(refs.ref(message), request.actor),
    }
    return render(request, "outbox/outbox_detail.html", context)


@require_http_methods(["GET", "POST"])
@inside
def outbox_retry(request: Request, pk: int) -> HttpResponse:
    return _asked(request, pk, "retry", services.retry, _("已安排重新发送。"))


@require_http_methods(["GET", "POST"])
@inside
def outbox_abandon(request: Request, pk: int) -> HttpResponse:
    return _asked(request, pk, "abandon", services.abandon, _("已放弃，后续报送继续。"))


def _message(request: Request, pk: int) -> OutboxMessage:
    rows = OutboxMessage.objects.visible_to(request.actor).select_related("agency")
    return get_object_or_404(rows, pk=pk)


def _offers(request: Request, message: OutboxMessage) -> list[Offer]:
    """Only what people do; an accepted message offers nothing unless the other side lost it."""
    if message.state == MessageState.ACCEPTED and not message.difference:
        return []
    offers = workflow.message.offers(message, request.actor)
    return [offer for offer in offers if offer.move.name in BY_PEOPLE]


def _asked(
    request: Request, pk: int, name: str, act: Callable[..., None], done: str
) -> HttpResponse:
    """Ask for the reason, then make the move."""
    message = _message(request, pk)
    step = workflow.message.moves[name]
    allowed = {"retry": permissions.can_retry, "abandon": permissions.can_abandon}[name]
    demand(allowed(request.actor, message))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        seen(message, request.POST.get("seen", ""))
        try:
            act(message, reason=form.cleaned_data["reason"], actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(message)
    context = {
        "object": message,
        "form": form,
        "move": step,
        "cancel_url": message.get_absolute_url(),
    }
    return render(request, "skeletons/confirm.html", context)


def _shown(facts: Mapping[str, Any], channel: str) -> list[tuple[str, str]]:
    """What was sent as people read it: by the headings of the channel, in its order."""
    labels = dict(columns_of(channel))
    names = [*(name for name in labels if name in facts), *sorted(set(facts) - set(labels))]
    return [(labels.get(name, name), cell_text(facts[name])) for name in names]
