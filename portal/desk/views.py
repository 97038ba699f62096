"""The public start page, the desk and the search."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import Actor, Request
from portal.audit.selectors import heads
from portal.clocks import today
from portal.desk import registry, selectors
from portal.desk.charts import sparkline

View = Callable[..., HttpResponse]


def inside(view: View) -> View:
    """For whoever holds a post or acts for an institution; the public is sent to the login."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_public:
            return view(request, *args, **kwargs)
        if request.user.is_authenticated:
            raise PermissionDenied(_("您的账号目前没有有效岗位。请联系本单位的系统管理员。"))
        return redirect_to_login(request.get_full_path())

    return guarded


@require_safe
def start(request: Request) -> HttpResponse:
    """The first page: the desk for those who are logged in, else what the portal is."""
    if not request.actor.is_public:
        return redirect("desk")
    context = {"panels": selectors.panels("start", None, request.actor), "head": heads().first()}
    return render(request, "public/start.html", context)


@require_safe
@inside
def desk(request: Request) -> HttpResponse:
    actor, day = request.actor, today()
    inbox = registry.inbox()
    context = {
        "today": day,
        "groups": selectors.work(actor, day),
        "figures": [(one, sparkline(one.series)) for one in selectors.figures(actor, day)],
        "inbox_url_name": inbox.url_name if inbox else "",
        "latest": selectors.latest_messages(actor),
    }
    return render(request, "desk/desk.html", context)


def due_soon(actor: Actor) -> int:
    """The count of the desk's own line in the menu."""
    return selectors.due_soon(actor, today())


@require_safe
@inside
@never_cache
def desk_counts(request: Request) -> HttpResponse:
    """The counts of menu and messages, fetched after the page, so that no page waits for them."""
    context = {
        "counts": selectors.counts(request.actor),
        "unread": selectors.unread_messages(request.actor),
    }
    return render(request, "desk/desk_counts.html", context)


@require_safe
@inside
def search(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    hits = selectors.search(request.actor, text, selectors.HITS_ON_PAGE)
    context = {
        "text": text,
        "hits": hits,
        "too_short": bool(text) and len(text) < selectors.LEAST_LETTERS,
        "limit": selectors.HITS_ON_PAGE,
    }
    return render(request, "desk/search.html", context)


@require_safe
@inside
def search_suggest(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    hits = selectors.search(request.actor, text, selectors.HITS_SUGGESTED)
    return render(request, "desk/search_suggest.html", {"text": text, "hits": hits})
