"""The page of one act upon a record: says the consequence and the basis, asks, acts, goes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal.access import Request
from portal.errors import Refused
from portal.workflow import Move, seen


def done(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Act on what was entered, if it is valid; a refusal stands on the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def move_page(
    request: Request,
    obj: Any,
    step: Move,
    act: Callable[..., Any],
    told: str,
    *,
    form: type[forms.Form] = forms.Form,
    options: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Ask once, then ``act(obj, **entered, actor=…)``; a refusal stands on the page.

    ``options`` are what the form's class takes besides the data. A refusal of a form without
    fields is as well shown on this page. The caller has checked the permission.
    """
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        seen(obj, sent.get("seen", ""))
    bound = form(sent, request.FILES if sent is not None else None, **(options or {}))
    if done(bound, lambda data: act(obj, **data, actor=request.actor)):
        messages.success(request, told)
        return redirect(obj)
    context = {"object": obj, "form": bound, "move": step, "cancel_url": obj.get_absolute_url()}
    return render(request, "skeletons/move.html", context)
