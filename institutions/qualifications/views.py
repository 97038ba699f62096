"""Forms of CMA certificates."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from institutions.qualifications import permissions, services
from institutions.qualifications.forms import CertificateChangeForm, CertificateForm
from institutions.registry.models import Certificate, Institution
from institutions.registry.selectors import certificate_warnings
from portal.access import Request, demand
from portal.errors import Refused


@require_http_methods(["GET", "POST"])
@login_required
def certificate_create(request: Request, pk: int) -> HttpResponse:
    institution = get_object_or_404(Institution.objects.visible_to(request.actor), pk=pk)
    demand(permissions.can_certify(request.actor, institution))
    form = CertificateForm(request.POST or None)
    if form.is_valid():
        try:
            certificate = services.add_certificate(
                institution, **form.cleaned_data, actor=request.actor
            )
        except Refused as refusal:
            form.add_error("number", str(refusal))
        else:
            return _saved(request, certificate)
    context = {"form": form, "institution": institution}
    return render(request, "institutions/qualifications/certificate_create.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def certificate_edit(request: Request, pk: int) -> HttpResponse:
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.actor).select_related("institution"), pk=pk
    )
    demand(permissions.can_certify(request.actor, certificate.institution))
    names = ("valid_from", "valid_to", "status", "version")
    start = {name: getattr(certificate, name) for name in names}
    form = CertificateChangeForm(request.POST or None, initial=start)
    if form.is_valid():
        services.change_certificate(certificate, **form.cleaned_data, actor=request.actor)
        return _saved(request, certificate)
    context = {"form": form, "certificate": certificate, "institution": certificate.institution}
    return render(request, "institutions/qualifications/certificate_edit.html", context)


def _saved(request: Request, certificate: Certificate) -> HttpResponse:
    messages.success(request, _("证书 %(number)s 已保存。") % {"number": certificate})
    for warning in certificate_warnings(certificate):
        messages.warning(request, warning)
    return redirect(certificate.institution)
