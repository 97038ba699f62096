"""What handlers write in a decision, and what is entered after it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from penalties.cases.choices import Outcome
from penalties.cases.forms import (
    ActForm,
    GroundsForm,
    choose,
    day_field,
    money_field,
    offer_parts,
    record_field,
    text_field,
)
from penalties.cases.selectors import proposed_lines
from penalties.decisions import services
from penalties.decisions.choices import OWN_RESULTS, ChallengeResult, Channel
from penalties.decisions.models import Decision
from penalties.decisions.selectors import grounds_of
from penalties.discretion.choices import MONEY_KINDS, Factor, PenaltyKind
from penalties.discretion.selectors import Grounds
from penalties.notices.choices import ServiceMethod
from penalties.notices.selectors import grounds_of as notice_grounds
from penalties.notices.selectors import present_notice
from portal.files.forms import UploadField
from portal.files.services import store_upload
from portal.refs import ref
from portal.ui.forms import DayField

LINES = (1, 2, 3, 4)
TEXTS = ("facts", "evidence", "reasons", "performance", "remedy", "referred_to")
REMEDY = _(
    "如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，"
    "也可以自收到本决定书之日起六个月内向人民法院提起行政诉讼。"
)
PERFORMANCE = _(
    "自收到本决定书之日起十五日内将罚款缴至指定银行；逾期不缴的，每日按罚款数额的百分之三加处罚款。"
)


class DraftForm(GroundsForm):
    """A draft may be saved half done; what is missing is told when the decision is asked for."""

    outcome = forms.ChoiceField(label=_("处理结果"), choices=Outcome.choices)
    facts = text_field(_("违法事实"), 6, max_length=8000, required=False)
    evidence = text_field(_("证据"), 4, max_length=8000, required=False)
    factors = forms.MultipleChoiceField(
        label=_("裁量情节"),
        choices=Factor.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reasons = text_field(_("裁量理由和申辩复核"), required=False)
    performance = text_field(_("履行方式和期限"), 3, max_length=2000, required=False)
    remedy = text_field(_("救济途径和期限"), 3, max_length=2000, required=False)
    referred_to = forms.CharField(label=_("移送机关"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "outcome",
        "facts",
        "evidence",
        "violated",
        "violation_words",
        "bases",
        "basis_words",
    )

    def prepare(self) -> None:
        known = Decision.objects.filter(case=self.case).first()
        self.initial["version"] = known.version if known else 0
        self.fields["violated"].required = self.fields["bases"].required = False
        self.offer_grounds(grounds_of(known) if known else self._told())
        for number in LINES:
            self._add_line(number)
        if known is None:
            self._first_values()
            return
        self.initial.update({name: getattr(known, name) for name in (*TEXTS, "outcome", "factors")})
        for line in known.lines.all():
            for name in ("kind", "amount", "text", "until"):
                self.initial[f"{name}_{line.number}"] = getattr(line, name)

    def _told(self) -> Grounds | None:
        """What the party was told of is where a first draft begins."""
        notice = present_notice(self.case)
        return notice_grounds(notice) if notice else None

    def _add_line(self, number: int) -> None:
        words = {"number": number}
        choices = [("", "—"), *PenaltyKind.choices]
        self.fields[f"kind_{number}"] = forms.ChoiceField(
            label=_("处罚 %(number)d：种类") % words, choices=choices, required=False
        )
        self.fields[f"amount_{number}"] = money_field(
            _("处罚 %(number)d：金额(元)") % words, required=False
        )
        self.fields[f"text_{number}"] = forms.CharField(
            label=_("处罚 %(number)d：内容") % words, max_length=500, required=False
        )
        self.fields[f"until_{number}"] = DayField(
            label=_("处罚 %(number)d：限制截止") % words, required=False
        )

    def _first_values(self) -> None:
        case = self.case
        self.initial.update(
            {
                "outcome": case.proposed_outcome,
                "facts": case.facts,
                "evidence": "；".join(row.title for row in case.evidence.all()),
                "factors": case.factors,
                "reasons": case.discretion_reason,
                "remedy": REMEDY,
            }
        )
        if case.proposed_outcome == Outcome.PENALTY:
            self.initial["performance"] = PERFORMANCE
        for number, line in zip(LINES, proposed_lines(case), strict=False):
            for name, value in zip(("kind", "text", "amount"), line, strict=True):
                self.initial[f"{name}_{number}"] = value

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        for number in LINES:
            kind, text = values.get(f"kind_{number}"), values.get(f"text_{number}")
            if kind and not text:
                self.add_error(f"text_{number}", _("请填写处罚内容。"))
            if kind in MONEY_KINDS and not values.get(f"amount_{number}"):
                self.add_error(f"amount_{number}", _("罚款和没收须填写金额。"))
        return values

    def act(self) -> object:
        values = self.values
        lines = [
            services.Line(
                kind=values[f"kind_{number}"],
                text=values[f"text_{number}"],
                amount=values[f"amount_{number}"],
                until=values[f"until_{number}"],
            )
            for number in LINES
            if values[f"kind_{number}"]
        ]
        facts = {name: values[name] for name in (*TEXTS, "outcome", "factors")}
        words = services.Draft(**facts, grounds=self.grounds(), lines=lines)
        version = values["version"]
        return services.draft(self.case, words=words, version=version, actor=self.actor)


class ProposeForm(ActForm):
    on = day_field(_("提请日期"))

    def act(self) -> object:
        return services.propose(self.case, **self.values, actor=self.actor)


class DecideForm(ActForm):
    on = day_field(_("决定日期"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.initial["version"] = self.case.decision.version

    def act(self) -> object:
        return services.decide(self.case, **self.values, actor=self.actor)


class ReturnDecisionForm(ActForm):
    reason = text_field(_("退回理由"), max_length=500)

    def act(self) -> object:
        return services.return_decision(self.case, **self.values, actor=self.actor)


class ServeForm(ActForm):
    method = forms.ChoiceField(label=_("送达方式"), choices=ServiceMethod.choices)
    served_on = day_field(_("送达日期"))
    announced_on = DayField(label=_("公告日期"), required=False, help_text=_("公告送达填写。"))
    receiver = forms.CharField(label=_("受送达人"), max_length=120)
    place = forms.CharField(label=_("送达地点"), max_length=200, required=False)
    witness = forms.CharField(
        label=_("见证人"), max_length=120, required=False, help_text=_("留置送达填写。")
    )
    file = UploadField(purpose="scan", label=_("送达回证扫描件"), required=False)

    def act(self) -> object:
        values = self.values
        upload, subject = values.pop("file"), ref(self.case)
        if upload:
            values["receipt"] = store_upload(
                upload, purpose="scan", actor=self.actor, subject_ref=subject
            )
        delivery = services.Delivery(**values)
        return services.serve(self.case, delivery=delivery, actor=self.actor)


class CorrectForm(ActForm):
    wrong = forms.CharField(
        label=_("原文"), max_length=1000, help_text=_("逐字抄录决定书中的原文。")
    )
    right = forms.CharField(label=_("补正为"), max_length=1000)
    reason = text_field(_("理由"), max_length=500)
    on = day_field(_("补正日期"))

    def act(self) -> object:
        return services.correct(self.case.decision, **self.values, actor=self.actor)


class ChallengeForm(ActForm):
    channel = forms.ChoiceField(label=_("途径"), choices=Channel.choices)
    body = forms.CharField(label=_("复议机关、法院"), max_length=120)
    filed_on = day_field(_("受理日期"))

    def act(self) -> object:
        return services.file_challenge(self.case.decision, **self.values, actor=self.actor)


class CloseChallengeForm(ActForm):
    challenge = record_field(_("复议或者诉讼"))
    result = forms.ChoiceField(label=_("结果"), choices=ChallengeResult.choices)
    result_on = day_field(_("结果日期"))
    document = forms.CharField(label=_("文书编号"), max_length=120)
    new_fine = money_field(_("变更后罚款(元)"), required=False)
    reason = text_field(_("理由"))

    def prepare(self) -> None:
        rows = self.case.challenges.filter(result="")
        offer_parts(self, "challenge", rows)
        if rows.filter(channel=Channel.OWN).exists():
            results = [each for each in ChallengeResult.choices if each[0] in OWN_RESULTS]
            choose(self, "result", results)

    def act(self) -> object:
        values = self.values
        return services.close_challenge(values.pop("challenge"), **values, actor=self.actor)
