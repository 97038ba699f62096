"""The public start page and the desk."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.access import Request


@require_safe
def start(request: Request) -> HttpResponse:
    return render(request, "public/start.html")


@require_safe
@login_required
def desk(request: Request) -> HttpResponse:
    return render(request, "desk/desk.html")
