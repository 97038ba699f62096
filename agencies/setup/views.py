"""The door of an empty portal; closed for ever afterwards."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.sessions.selectors import setup_is_due
from agencies.setup.forms import AdministratorForm, CodeForm, FirstAgencyForm
from agencies.setup.services import codes_left, set_up
from portal.access import Request, Role
from portal.clocks import today
from portal.errors import Refused

ROLES = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: Request) -> HttpResponse:
    """Code, first agency, three administrators: on one page, in one transaction."""
    if not setup_is_due():
        raise Http404
    given = request.POST or None
    code, agency = CodeForm(given), FirstAgencyForm(given, prefix="agency")
    people = [AdministratorForm(role.value, given) for role in ROLES]
    context = {
        "code": code,
        "agency": agency,
        "people": [(role.label, form) for role, form in zip(ROLES, people, strict=True)],
        "codes_left": codes_left(),
    }
    status = HTTPStatus.OK
    # The code comes first: without it nothing of what follows is looked at.
    if given is not None and not code.is_valid():
        status = HTTPStatus.FORBIDDEN
    elif given is not None and all([agency.is_valid(), *(form.is_valid() for form in people)]):
        try:
            set_up(
                agency=agency.cleaned_data,
                administrators=[form.administrator() for form in people],
                today=today(),
            )
        except Refused as reason:
            agency.add_error(None, str(reason))
        else:
            messages.success(request, _("初始设置完成，请用系统管理员账号登录，开立其他账号。"))
            return redirect("login")
    return render(request, "agencies/setup/setup.html", context, status=status)
