"""Doors of the catalogue: read only, for everybody."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.matters.models import Matter
from agencies.matters.tables import MATTERS
from portal.access import Request
from portal.lists import list_page


@require_safe
def matter_list(request: Request) -> HttpResponse:
    return list_page(request, MATTERS, "agencies/matters/matter_list.html")


@require_safe
def matter_detail(request: Request, pk: int) -> HttpResponse:
    matter = get_object_or_404(Matter.objects.visible_to(request.actor), pk=pk)
    facts = [
        (_("类别"), matter.get_kind_display()),
        (_("主办部门"), matter.get_authority_display()),
        (_("协办部门"), matter.get_assisting_display()),
        (_("法律依据"), matter.basis),
        (_("处罚"), matter.penalty),
        (_("核对情况"), matter.get_mark_display()),
        (_("适用自"), matter.from_on),
        (_("适用至"), matter.to_on),
    ]
    versions = Matter.objects.visible_to(request.actor).filter(code=matter.code)
    context = {"matter": matter, "facts": facts, "versions": versions.exclude(pk=matter.pk)}
    return render(request, "agencies/matters/matter_detail.html", context)
