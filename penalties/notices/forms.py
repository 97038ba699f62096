"""What handlers enter around the prior notice."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.accounts.models import Post
from penalties.cases.forms import (
    ActForm,
    GroundsForm,
    day_field,
    offer,
    offer_parts,
    record_field,
    text_field,
)
from penalties.cases.selectors import proposed_lines
from penalties.notices import services
from penalties.notices.choices import DefenceResult, ServiceMethod
from penalties.notices.selectors import drafted_notice, grounds_of
from portal.clocks import today
from portal.errors import Refused
from portal.files.forms import UploadField
from portal.files.services import store_upload
from portal.refs import ref
from portal.ui.forms import DayField


class DraftNoticeForm(GroundsForm):
    """What the party will be told; the paper is numbered before it is served."""

    facts = text_field(_("违法事实和证据"), 6, max_length=8000)
    intended = text_field(_("拟作出的处罚"), max_length=2000)
    on = day_field(_("拟写日期"))
    field_order = ("facts", "violated", "violation_words", "bases", "basis_words", "intended")

    def prepare(self) -> None:
        known = drafted_notice(self.case)
        self.offer_grounds(grounds_of(known) if known else None)
        self.initial["facts"] = known.facts if known else self.case.facts
        proposed = "；".join(words for _kind, words, _sum in proposed_lines(self.case))
        self.initial["intended"] = known.intended if known else proposed

    def act(self) -> object:
        values = self.values
        telling = services.Telling(values["facts"], values["intended"], self.grounds())
        return services.draft_notice(self.case, telling=telling, on=values["on"], actor=self.actor)


class NoticeForm(ActForm):
    method = forms.ChoiceField(label=_("送达方式"), choices=ServiceMethod.choices)
    served_on = day_field(_("送达日期"))
    announced_on = DayField(
        label=_("公告日期"),
        required=False,
        help_text=_("公告送达填写；公告期满之日为送达日期。"),
    )

    def act(self) -> object:
        return services.give_notice(self.case, **self.values, actor=self.actor)


class WaiveForm(ActForm):
    on = day_field(_("书面放弃日期"))
    file = UploadField(purpose="scan", label=_("书面材料扫描件"))

    def act(self) -> object:
        values = self.values
        upload, subject = values.pop("file"), ref(self.case)
        scan = store_upload(upload, purpose="scan", actor=self.actor, subject_ref=subject)
        return services.waive(self.case, **values, waiver=scan, actor=self.actor)


class DefenceForm(ActForm):
    text = text_field(_("陈述申辩内容"), 6, max_length=8000)
    received_on = day_field(_("收到日期"))
    file = UploadField(purpose="scan", label=_("扫描件"), required=False)

    def act(self) -> object:
        values = self.values
        upload, subject = values.pop("file"), ref(self.case)
        scan = None
        if upload:
            scan = store_upload(upload, purpose="scan", actor=self.actor, subject_ref=subject)
        return services.receive_defence(self.case, **values, file=scan, actor=self.actor)


class AnswerDefenceForm(ActForm):
    defence = record_field(_("陈述申辩"))
    result = forms.ChoiceField(label=_("复核结论"), choices=DefenceResult.choices)
    answer = text_field(_("复核意见"))
    on = day_field(_("复核日期"))

    def prepare(self) -> None:
        offer_parts(self, "defence", self.case.defences.filter(result=""))

    def act(self) -> object:
        values = self.values
        return services.answer_defence(values.pop("defence"), **values, actor=self.actor)


class HearForm(ActForm):
    requested_on = day_field(_("要求听证日期"))

    def act(self) -> object:
        return services.request_hearing(self.case, **self.values, actor=self.actor)


class CallHearingForm(ActForm):
    notified_on = day_field(_("通知日期"))
    planned_on = DayField(label=_("举行日期"))
    place = forms.CharField(label=_("地点"), max_length=200)
    chair = forms.ModelChoiceField(label=_("主持人"), queryset=Post.objects.none())
    is_open = forms.BooleanField(label=_("公开举行"), required=False, initial=True)

    def prepare(self) -> None:
        rows = Post.objects.active_on(today()).filter(agency_id=self.case.agency_id)
        offer(self, "chair", rows.filter(user__is_active=True).select_related("user"))

    def act(self) -> object:
        hearing = self.case.hearings.order_by("-pk").first()
        if hearing is None:
            raise Refused(str(_("当事人没有要求听证。")))
        return services.call_hearing(hearing, **self.values, actor=self.actor)


class CloseHearingForm(ActForm):
    held_on = day_field(_("实际举行日期"))
    minutes = text_field(_("听证笔录摘要"), 8, max_length=8000)
    conclusion = text_field(_("听证意见"))

    def act(self) -> object:
        hearing = self.case.hearings.order_by("-pk").first()
        if hearing is None:
            raise Refused(str(_("当事人没有要求听证。")))
        return services.close_hearing(hearing, **self.values, actor=self.actor)


class CloseDefenceForm(ActForm):
    on = day_field(_("日期"))

    def act(self) -> object:
        return services.close_defence(self.case, **self.values, actor=self.actor)


class ReinvestigateForm(ActForm):
    reason = text_field(_("理由"), max_length=500)

    def act(self) -> object:
        return services.reinvestigate(self.case, **self.values, actor=self.actor)
