"""Every act on a case: when it is offered, who may, its form, its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from penalties.casefiles import services
from penalties.casefiles.choices import Retention, Volume
from penalties.casefiles.selectors import PAPER_KINDS
from penalties.cases import forms as case_forms
from penalties.cases import permissions as may
from penalties.cases.choices import OPEN_INQUIRY
from penalties.cases.choices import CaseState as S
from penalties.cases.forms import ActForm, day_field
from penalties.cases.models import Case
from penalties.consultations import forms as consultation_forms
from penalties.consultations.permissions import can_ask
from penalties.decisions import forms as decision_forms
from penalties.decisions.permissions import can_close_challenge
from penalties.inquiries import forms as inquiry_forms
from penalties.notices import forms as notice_forms
from penalties.performance import forms as performance_forms
from penalties.pushes import forms as push_forms
from penalties.reviews import forms as review_forms
from portal.access import Actor, Allowed

INQUIRY = (S.VERIFYING, S.INVESTIGATING)
COLLECTING = (S.SERVED, S.PERFORMING)
AFTER = (S.DECIDED, S.SERVED, S.PERFORMING, S.CLOSED, S.ARCHIVED)


class FilePaperForm(ActForm):
    kind = forms.ChoiceField(label=_("类别"), choices=list(PAPER_KINDS.items()))
    title = forms.CharField(label=_("文书名称"), max_length=200)
    volume = forms.ChoiceField(label=_("卷别"), choices=Volume.choices)
    page_count = forms.IntegerField(label=_("页数"), min_value=1, max_value=5000)

    def act(self) -> object:
        return services.file_paper(self.case, **self.values, actor=self.actor)


class ArchiveForm(ActForm):
    retention = forms.ChoiceField(label=_("保管期限"), choices=Retention.choices)
    missing_reason = forms.CharField(label=_("缺少文书说明"), max_length=500, required=False)
    hold_reason = forms.CharField(
        label=_("停止销毁理由"),
        max_length=500,
        required=False,
        help_text=_("因诉讼、审计等须停止销毁时填写。"),
    )
    on = day_field(_("归档日期"))

    def act(self) -> object:
        return services.archive(self.case, **self.values, actor=self.actor)


@dataclass(frozen=True, slots=True)
class Act:
    """One button of the page. ``move`` names the row of the table whose words it shows."""

    label: str | Promise
    form: type[ActForm]
    permission: Callable[[Actor, Case], Allowed]
    states: tuple[str, ...]
    move: str = ""
    when: Callable[[Case], bool] = lambda case: True
    major: bool = True  # stands among the moves, not in the card of its part


def _has(name: str, **conditions: object) -> Callable[[Case], bool]:
    """Whether the case has parts of this kind."""
    return lambda case: bool(getattr(case, name).filter(**conditions).exists())


ACTS: dict[str, Act] = {
    "open": Act(_("立案"), case_forms.OpenForm, may.can_open, (S.VERIFYING,), "open"),
    "not_open": Act(
        _("不予立案"), case_forms.NotOpenForm, may.can_open, (S.VERIFYING,), "not_open"
    ),
    "finish": Act(
        _("调查终结"), inquiry_forms.FinishForm, may.can_handle, (S.INVESTIGATING,), "finish"
    ),
    "submit": Act(
        _("提交案件审核"), review_forms.SubmitForm, may.can_handle, (S.INVESTIGATED,), "submit"
    ),
    "resume": Act(
        _("补充调查"), inquiry_forms.ReopenForm, may.can_handle, (S.INVESTIGATED,), "resume"
    ),
    "pass_review": Act(
        _("审核通过"), review_forms.PassReviewForm, may.can_review, (S.REVIEWING,), "pass_review"
    ),
    "return_review": Act(
        _("审核退回补充调查"),
        review_forms.ReturnReviewForm,
        may.can_review,
        (S.REVIEWING,),
        "return_review",
    ),
    "pass_legal": Act(
        _("法制审核通过"),
        review_forms.PassLegalForm,
        may.can_legal,
        (S.LEGAL_REVIEW,),
        "pass_legal",
    ),
    "return_legal": Act(
        _("法制审核退回"),
        review_forms.ReturnLegalForm,
        may.can_legal,
        (S.LEGAL_REVIEW,),
        "return_legal",
    ),
    "discuss": Act(
        _("记录集体讨论"), review_forms.DiscussForm, may.can_preside, (S.DISCUSSING,), "conclude"
    ),
    "draft_notice": Act(
        _("拟写处罚告知书"),
        notice_forms.DraftNoticeForm,
        may.can_handle,
        (S.REVIEWED,),
        when=lambda case: case.noticed_on is None,
    ),
    "notice": Act(
        _("登记告知送达"),
        notice_forms.NoticeForm,
        may.can_handle,
        (S.REVIEWED,),
        "notice",
        when=_has("notices", served_on=None, superseded=False),
    ),
    "to_legal": Act(
        _("送法制审核"),
        review_forms.ToLegalForm,
        may.can_handle,
        (S.REVIEWED, S.DEFENDED),
        "to_legal",
    ),
    "to_discussion": Act(
        _("提交集体讨论"),
        review_forms.ToDiscussionForm,
        may.can_handle,
        (S.REVIEWED, S.DEFENDED),
        "to_discussion",
    ),
    "receive_defence": Act(
        _("登记陈述申辩"),
        notice_forms.DefenceForm,
        may.can_handle,
        (S.NOTICED, S.HEARING),
    ),
    "answer_defence": Act(
        _("复核陈述申辩"),
        notice_forms.AnswerDefenceForm,
        may.can_handle,
        (S.NOTICED, S.HEARING, S.DEFENDED),
        when=_has("defences", result=""),
    ),
    "waive": Act(
        _("登记书面放弃"),
        notice_forms.WaiveForm,
        may.can_handle,
        (S.NOTICED,),
        when=lambda case: not case.notices.exclude(waived_on=None).exists(),
    ),
    "close_defence": Act(
        _("陈述申辩复核完毕"),
        notice_forms.CloseDefenceForm,
        may.can_handle,
        (S.NOTICED,),
        "close_defence",
    ),
    "hear": Act(_("受理听证申请"), notice_forms.HearForm, may.can_handle, (S.NOTICED,), "hear"),
    "call_hearing": Act(_("通知听证"), notice_forms.CallHearingForm, may.can_handle, (S.HEARING,)),
    "close_hearing": Act(
        _("听证结束"),
        notice_forms.CloseHearingForm,
        may.can_handle,
        (S.HEARING,),
        "close_hearing",
    ),
    "draft": Act(
        _("拟写决定书"),
        decision_forms.DraftForm,
        may.can_handle,
        (S.DEFENDED, S.REVIEWED),
    ),
    "propose": Act(
        _("提请作出决定"),
        decision_forms.ProposeForm,
        may.can_handle,
        (S.DEFENDED, S.REVIEWED),
        "propose",
        when=lambda case: hasattr(case, "decision"),
    ),
    "reinvestigate": Act(
        _("重新调查"),
        notice_forms.ReinvestigateForm,
        may.can_handle,
        (S.DEFENDED,),
        "reinvestigate",
    ),
    "decide": Act(
        _("作出决定"), decision_forms.DecideForm, may.can_decide, (S.DECIDING,), "decide"
    ),
    "return_decision": Act(
        _("退回重新拟定"),
        decision_forms.ReturnDecisionForm,
        may.can_decide,
        (S.DECIDING,),
        "return_decision",
    ),
    "serve": Act(_("登记送达"), decision_forms.ServeForm, may.can_handle, (S.DECIDED,), "serve"),
    "pay": Act(_("登记缴款"), performance_forms.PayForm, may.can_handle, COLLECTING, "perform"),
    "instalments": Act(
        _("批准暂缓、分期缴纳"),
        performance_forms.InstalmentsForm,
        may.can_approve,
        COLLECTING,
        when=lambda case: bool(case.fine),
    ),
    "draft_reminder": Act(
        _("拟写催告书"),
        performance_forms.DraftReminderForm,
        may.can_handle,
        COLLECTING,
        when=lambda case: bool(case.fine),
    ),
    "remind": Act(
        _("登记催告送达"),
        performance_forms.RemindForm,
        may.can_handle,
        COLLECTING,
        when=_has("reminders", served_on=None),
    ),
    "court": Act(
        _("申请强制执行"),
        performance_forms.CourtForm,
        may.can_handle,
        COLLECTING,
        when=_has("reminders", served_on__isnull=False),
    ),
    "court_result": Act(
        _("登记法院执行结果"),
        performance_forms.CourtResultForm,
        may.can_handle,
        COLLECTING,
        when=_has("court_applications"),
    ),
    "close": Act(_("结案"), performance_forms.CloseForm, may.can_close, COLLECTING, "close"),
    "archive": Act(_("归档"), ArchiveForm, may.can_handle, (S.CLOSED, S.NOT_OPENED), "archive"),
    # --- In the cards of their parts --------------------------------------------------------
    "edit": Act(_("修改案情"), case_forms.EditForm, may.can_handle, INQUIRY, major=False),
    "add_investigator": Act(
        _("登记办案人员"),
        case_forms.InvestigatorForm,
        may.can_staff,
        (S.VERIFYING, *sorted(OPEN_INQUIRY)),
        major=False,
    ),
    "end_investigator": Act(
        _("更换或者回避"),
        case_forms.EndInvestigatorForm,
        may.can_staff,
        (S.VERIFYING, *sorted(OPEN_INQUIRY)),
        when=_has("investigators", ended_on=None),
        major=False,
    ),
    "hand_over": Act(
        _("移交经办人"),
        case_forms.HandOverForm,
        may.can_staff,
        tuple(state for state in S if state != S.ARCHIVED),
        major=False,
    ),
    "evidence": Act(
        _("登记证据"), inquiry_forms.EvidenceForm, may.can_handle, INQUIRY, major=False
    ),
    "hold": Act(_("先行登记保存"), inquiry_forms.HoldForm, may.can_handle, INQUIRY, major=False),
    "decide_hold": Act(
        _("处理先行登记保存的证据"),
        inquiry_forms.DecideHoldForm,
        may.can_handle,
        tuple(S),
        when=_has("holds", decision=""),
        major=False,
    ),
    "pause": Act(
        _("中止计算"),
        inquiry_forms.PauseForm,
        may.can_handle,
        tuple(sorted(OPEN_INQUIRY)),
        when=lambda case: not case.pauses.filter(until_on=None).exists(),
        major=False,
    ),
    "unpause": Act(
        _("恢复计算"),
        inquiry_forms.ResumeForm,
        may.can_handle,
        tuple(sorted(OPEN_INQUIRY)),
        when=_has("pauses", until_on=None),
        major=False,
    ),
    "extension": Act(
        _("申请延期"),
        inquiry_forms.AskExtensionForm,
        may.can_handle,
        (S.VERIFYING, *sorted(OPEN_INQUIRY)),
        major=False,
    ),
    "answer_extension": Act(
        _("答复延期申请"),
        inquiry_forms.AnswerExtensionForm,
        may.can_approve,
        (S.VERIFYING, *sorted(OPEN_INQUIRY)),
        when=_has("extensions", answer="asked"),
        major=False,
    ),
    "discuss_extension": Act(
        _("集体讨论延长办案期限"),
        review_forms.DiscussExtensionForm,
        may.can_preside,
        tuple(sorted(OPEN_INQUIRY)),
        when=_has("extensions", answer="granted", kind="first"),
        major=False,
    ),
    "consult": Act(
        _("提请联合研判"),
        consultation_forms.AskForm,
        can_ask,
        (S.VERIFYING, *sorted(OPEN_INQUIRY)),
        major=False,
    ),
    "correct": Act(
        _("补正决定书"),
        decision_forms.CorrectForm,
        may.can_approve,
        (S.SERVED, S.PERFORMING, S.CLOSED),
        major=False,
    ),
    "challenge": Act(
        _("登记复议、诉讼"),
        decision_forms.ChallengeForm,
        may.can_handle,
        AFTER,
        when=lambda case: case.decided_on is not None,
        major=False,
    ),
    "close_challenge": Act(
        _("登记复议、诉讼结果"),
        decision_forms.CloseChallengeForm,
        can_close_challenge,
        AFTER,
        when=_has("challenges", result=""),
        major=False,
    ),
    "push": Act(
        _("登记推送"),
        push_forms.PushForm,
        may.can_handle,
        AFTER,
        when=_has("pushes", pushed_on=None, dropped_on=None),
        major=False,
    ),
    "push_published": Act(
        _("登记登记地公示"),
        push_forms.PushPublishedForm,
        may.can_handle,
        AFTER,
        when=_has("pushes", pushed_on__isnull=False, published_on=None),
        major=False,
    ),
    "file_paper": Act(
        _("文书入卷"),
        FilePaperForm,
        may.can_handle,
        tuple(state for state in S if state != S.ARCHIVED),
        major=False,
    ),
}
