"""What search engines may visit: the public pages only."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

RULES = "User-agent: *\nAllow: /$\nAllow: /public/\nAllow: /static/\nDisallow: /\n"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(RULES, content_type="text/plain; charset=utf-8")
