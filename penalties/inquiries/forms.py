"""What investigators enter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.accounts.models import Post
from agencies.models import Inspector
from penalties.cases.choices import Outcome
from penalties.cases.forms import (
    ActForm,
    day_field,
    money_field,
    offer,
    offer_parts,
    record_field,
    text_field,
)
from penalties.cases.selectors import bounds_in_words, investigators_of
from penalties.discretion.choices import Factor, PenaltyKind
from penalties.inquiries import services
from penalties.inquiries.choices import (
    EvidenceKind,
    ExtensionKind,
    HoldDecision,
    PauseReason,
    RequestState,
)
from portal.clocks import today
from portal.files.forms import UploadField
from portal.files.services import store_upload
from portal.refs import ref
from portal.ui.forms import DayField


def ticks(label: Any, choices: Any) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget)


class EvidenceForm(ActForm):
    kind = forms.ChoiceField(label=_("证据种类"), choices=EvidenceKind.choices)
    title = forms.CharField(label=_("名称"), max_length=200)
    proves = forms.CharField(label=_("证明内容"), max_length=500, required=False)
    obtained_at = forms.DateTimeField(label=_("取得时间"))
    place = forms.CharField(label=_("取得地点"), max_length=200)
    first = forms.ModelChoiceField(label=_("取证人员一"), queryset=Inspector.objects.none())
    second = forms.ModelChoiceField(label=_("取证人员二"), queryset=Inspector.objects.none())
    file = UploadField(purpose="case_evidence", required=False)

    def prepare(self) -> None:
        keys = [each.inspector_id for each in investigators_of(self.case)]
        for name in ("first", "second"):
            offer(self, name, Inspector.objects.filter(pk__in=keys))

    def act(self) -> object:
        values = self.values
        upload = values.pop("file")
        officers = (values.pop("first"), values.pop("second"))
        stored = None
        if upload:
            subject = ref(self.case)
            stored = store_upload(
                upload, purpose="case_evidence", actor=self.actor, subject_ref=subject
            )
        exhibit = services.Exhibit(**values, officers=officers, file=stored)
        return services.add_evidence(self.case, exhibit=exhibit, actor=self.actor)


class HoldForm(ActForm):
    items = text_field(_("物品清单"))
    place = forms.CharField(label=_("保存地点"), max_length=200)
    approved_by = forms.ModelChoiceField(label=_("批准人"), queryset=Post.objects.none())
    on = day_field(_("保存日期"))

    def prepare(self) -> None:
        rows = Post.objects.active_on(today()).filter(agency_id=self.case.agency_id)
        heads = rows.filter(roles__overlap=["leader", "chief"])
        offer(self, "approved_by", heads.select_related("user"))

    def act(self) -> object:
        return services.hold_evidence(self.case, **self.values, actor=self.actor)


class DecideHoldForm(ActForm):
    hold = record_field(_("登记保存的证据"))
    decision = forms.ChoiceField(label=_("处理决定"), choices=HoldDecision.choices)
    on = day_field(_("处理日期"))

    def prepare(self) -> None:
        offer_parts(self, "hold", self.case.holds.filter(decision=""))

    def act(self) -> object:
        values = self.values
        return services.decide_hold(values.pop("hold"), **values, actor=self.actor)


class PauseForm(ActForm):
    kind = forms.ChoiceField(label=_("事由"), choices=PauseReason.choices)
    on = day_field(_("自"))
    reason = text_field(_("理由"), max_length=500)

    def act(self) -> object:
        return services.pause(self.case, **self.values, actor=self.actor)


class ResumeForm(ActForm):
    on = day_field(_("恢复日期"))
    reason = text_field(_("理由"), max_length=500)

    def act(self) -> object:
        return services.resume(self.case, **self.values, actor=self.actor)


class AskExtensionForm(ActForm):
    kind = forms.ChoiceField(label=_("类别"), choices=ExtensionKind.choices)
    until = DayField(label=_("延长至"))
    reason = text_field(_("理由"), max_length=500)

    def act(self) -> object:
        return services.ask_extension(self.case, **self.values, actor=self.actor)


class AnswerExtensionForm(ActForm):
    extension = record_field(_("延期申请"))
    grants = forms.TypedChoiceField(
        label=_("批复"),
        choices=[("yes", _("批准")), ("no", _("不批准"))],
        coerce=lambda value: value == "yes",
    )
    on = day_field(_("批准日期"))

    def prepare(self) -> None:
        offer_parts(self, "extension", self.case.extensions.filter(answer=RequestState.ASKED))

    def act(self) -> object:
        values = self.values
        return services.answer_extension(values.pop("extension"), **values, actor=self.actor)


class FinishForm(ActForm):
    report = text_field(_("调查终结报告"), 8, max_length=8000)
    outcome = forms.ChoiceField(label=_("拟处理意见"), choices=Outcome.choices)
    kinds = ticks(_("拟处罚种类"), PenaltyKind.choices)
    fine = money_field(_("拟罚款(元)"), required=False)
    confiscation = money_field(_("拟没收(元)"), required=False)
    factors = ticks(_("裁量情节"), Factor.choices)
    discretion_reason = text_field(_("裁量理由"), required=False)
    on = day_field(_("终结日期"))

    def prepare(self) -> None:
        self.fields["fine"].help_text = bounds_in_words(self.case)
        case = self.case
        self.initial.update({"report": case.report, "discretion_reason": case.discretion_reason})

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        for name in ("fine", "confiscation"):
            if values.get(name) is None:
                values[name] = Decimal(0)
        if values.get("outcome") == Outcome.PENALTY and not values.get("kinds"):
            raise ValidationError(_("请选择处罚种类。"))
        return values

    def act(self) -> object:
        values = self.values
        on = values.pop("on")
        proposal = services.Proposal(**values)
        return services.finish(self.case, proposal=proposal, on=on, actor=self.actor)


class ReopenForm(ActForm):
    def act(self) -> object:
        return services.reopen_investigation(self.case, actor=self.actor)
