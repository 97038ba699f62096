"""Pages of the inbox."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access import Request
from portal.desk.views import inside
from portal.inbox import services
from portal.inbox.models import Message, MessageReading
from portal.inbox.selectors import listed

PAGE = 30


@require_safe
@inside
def message_list(request: Request) -> HttpResponse:
    unread = request.GET.get("unread") == "1"
    page = Paginator(listed(request.actor, unread=unread), PAGE).get_page(request.GET.get("page"))
    return render(request, "inbox/message_list.html", {"letters": page, "unread": unread})


@require_safe
@inside
def message_detail(request: Request, pk: int) -> HttpResponse:
    """Reading is noted by a POST that the page sends; a GET changes nothing."""
    letter = get_object_or_404(Message.objects.visible_to(request.actor), pk=pk)
    readings = MessageReading.objects.visible_to(request.actor).by(request.actor)
    mine = readings.filter(message=letter).first()
    return render(request, "inbox/message_detail.html", {"letter": letter, "mine": mine})


@require_POST
@inside
def message_read(request: Request, pk: int) -> HttpResponse:
    letter = get_object_or_404(Message.objects.visible_to(request.actor), pk=pk)
    services.mark_read(letter, actor=request.actor)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(letter)


@require_POST
@inside
def message_read_all(request: Request) -> HttpResponse:
    number = services.mark_all_read(actor=request.actor)
    messages.success(request, _("已将 %(number)d 条消息标为已读。") % {"number": number})
    return redirect("message_list")


@require_POST
@inside
def message_acknowledge(request: Request, pk: int) -> HttpResponse:
    letter = get_object_or_404(Message.objects.visible_to(request.actor), pk=pk)
    services.acknowledge(letter, actor=request.actor)
    messages.success(request, _("已确认知悉。"))
    return redirect(letter)
