"""What people enter in a case: a form knows its case, its actor, and what it does."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.accounts.selectors import colleagues
from agencies.models import Agency, Inspector, Matter, Post
from agencies.people.models import InspectorQuerySet
from institutions.models import Institution
from penalties.cases import services
from penalties.cases.choices import Source
from penalties.cases.models import Case
from penalties.cases.permissions import can_approve
from penalties.cases.selectors import investigators_of, likely_grounds
from penalties.discretion.choices import PartyKind
from penalties.discretion.selectors import Grounds
from portal.access import Actor
from portal.clocks import today
from portal.errors import Refused
from portal.law.fields import BasesField, offer_bases
from portal.ui.forms import DayField

SPLIT = re.compile(r"[,，;；、\s]+")


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A legal day, by default the present one."""
    return DayField(label=label, **({"initial": today} | options))


def text_field(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    limit = {"max_length": 4000} | options
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **limit)


def money_field(label: Any, **options: Any) -> forms.DecimalField:
    """Yuan, to the cent, not below zero."""
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=0, **options)


def offer(form: forms.Form, name: str, rows: Any) -> None:
    """Give a choice among records its rows."""
    field: Any = form.fields[name]
    field.queryset = rows


def offer_parts(form: forms.Form, name: str, rows: Any) -> None:
    """Give a choice among parts of the case its rows; a single one is chosen already."""
    offer(form, name, rows)
    keys = list(rows.values_list("pk", flat=True)[:2])
    if len(keys) == 1:
        form.initial[name] = keys[0]


def choose(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    """Give a choice its values with their words."""
    field: Any = form.fields[name]
    field.choices = choices


def record_field(label: Any) -> Any:
    """A choice among parts of the case; its rows are offered with the case."""
    return forms.ModelChoiceField(label=label, queryset=Case.objects.none())


class ActForm(forms.Form):
    """One act on a case; ``act`` calls its service and may raise Refused."""

    def __init__(self, *args: Any, case: Case, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case = case
        self.actor = actor
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values from the case."""

    def act(self) -> object:
        raise NotImplementedError

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class GroundsForm(ActForm):
    """违反条款 and 处罚依据, chosen from the law's rows; own words only come beside them."""

    violated = BasesField(label=_("违反条款"), help_text=_("当事人的行为违反的规定。"))
    violation_words = forms.CharField(
        label=_("违反条款补充说明"),
        max_length=500,
        required=False,
        help_text=_("印在所选条款之后，不能代替条款。"),
    )
    bases = BasesField(
        label=_("处罚依据"), help_text=_("据以作出处理的规定；罚款须含规定幅度的条款。")
    )
    basis_words = forms.CharField(
        label=_("处罚依据补充说明"),
        max_length=500,
        required=False,
        help_text=_("印在所选条款之后，不能代替条款。"),
    )

    def offer_grounds(self, known: Grounds | None = None) -> None:
        """The likely provisions stand first; at the start they are ticked."""
        likely = likely_grounds(self.case)
        chosen = known or likely
        for name in ("violated", "bases"):
            first = {row.pk for row in getattr(likely, name)}
            offer_bases(self.fields[name], first=first, act_on=self.case.act_on, step_on=today())
            self.initial[name] = [row.pk for row in getattr(chosen, name)]
        for name in ("violation_words", "basis_words"):
            self.initial[name] = getattr(chosen, name)

    def grounds(self) -> Grounds:
        values = self.cleaned_data
        return Grounds(
            list(values["bases"]),
            list(values["violated"]),
            values["basis_words"],
            values["violation_words"],
        )


class OpenForm(ActForm):
    on = day_field(_("立案日期"))

    def act(self) -> object:
        return services.open_case(self.case, **self.values, actor=self.actor)


class NotOpenForm(ActForm):
    on = day_field(_("决定日期"))
    reason = text_field(_("不予立案理由"), max_length=500)

    def act(self) -> object:
        return services.not_open(self.case, **self.values, actor=self.actor)


class InvestigatorForm(ActForm):
    inspector = forms.ModelChoiceField(label=_("检查人员"), queryset=Inspector.objects.none())
    principal = forms.BooleanField(label=_("主办"), required=False)
    on = day_field(_("自"))

    def prepare(self) -> None:
        rows: InspectorQuerySet = Inspector.objects.visible_to(self.actor)
        offer(self, "inspector", rows.filter(ended_on=None).select_related("agency"))

    def act(self) -> object:
        return services.add_investigator(self.case, **self.values, actor=self.actor)


class EndInvestigatorForm(ActForm):
    investigator = forms.ChoiceField(label=_("办案人员"))
    on = day_field(_("自"))
    recusal = forms.BooleanField(
        label=_("回避"),
        required=False,
        help_text=_("回避由分管领导决定，回避后不能再办理本案（行政处罚法第四十三条）。"),
    )
    reason = text_field(_("更换或者回避理由"), max_length=500)

    def prepare(self) -> None:
        people = [(row.pk, row.inspector.name) for row in investigators_of(self.case)]
        choose(self, "investigator", people)

    def act(self) -> object:
        values = self.values
        key = int(values.pop("investigator"))
        row = next(each for each in investigators_of(self.case) if each.pk == key)
        if values["recusal"]:
            allowed = can_approve(self.actor, self.case)
            if not allowed:
                raise Refused(allowed.why_not, code="not_the_leader")
        return services.end_investigator(row, **values, actor=self.actor)


class HandOverForm(ActForm):
    to = forms.ModelChoiceField(label=_("接收人"), queryset=Post.objects.none())
    reason = text_field(_("理由"), max_length=500)

    def prepare(self) -> None:
        offer(self, "to", colleagues(self.actor))

    def act(self) -> object:
        return services.hand_over(self.case, **self.values, actor=self.actor)


class FactsForm(forms.Form):
    """The facts of an act, at the register and while it is investigated."""

    facts = text_field(_("案情"), 6, max_length=8000)
    report_numbers = forms.CharField(
        label=_("涉及报告编号"),
        max_length=2000,
        required=False,
        help_text=_("多个编号用逗号分隔；用于发现另一局对同一行为的案件。"),
    )
    act_place = forms.CharField(label=_("行为地点"), max_length=200, required=False)
    act_ended_on = DayField(
        label=_("行为终了日期"), required=False, help_text=_("连续或者继续的行为填写。")
    )
    harm = forms.BooleanField(
        label=_("造成环境污染、生态破坏等危害后果"), required=False, help_text=_("追诉时效为五年。")
    )
    severe = forms.BooleanField(label=_("情节严重"), required=False)
    is_complex = forms.BooleanField(label=_("情节复杂、疑难，涉及多个法律关系"), required=False)
    public_interest = forms.BooleanField(label=_("涉及重大公共利益"), required=False)
    fee = money_field(_("检测费用(元)"), required=False)
    illegal_gain = money_field(_("违法所得(元)"), required=False)

    def clean_report_numbers(self) -> list[str]:
        numbers = [each for each in SPLIT.split(self.cleaned_data["report_numbers"]) if each]
        if any(len(each) > 80 for each in numbers):
            raise ValidationError(_("单个报告编号不超过 80 个字符。"))
        return numbers


class EditForm(FactsForm, ActForm):
    ordered_on = DayField(label=_("责令改正日期"), required=False)
    not_corrected_on = DayField(label=_("复查未改正日期"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        for name in self.fields:
            value = getattr(self.case, name)
            self.initial[name] = "，".join(value) if name == "report_numbers" else value

    def act(self) -> object:
        values = self.values
        version = values.pop("version")
        return services.edit(self.case, version=version, values=values, actor=self.actor)


class RegisterForm(FactsForm):
    """A lead enters the register of the actor's bureau."""

    institution = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, help_text=_("名录库中的机构。")
    )
    matter = forms.ModelChoiceField(
        label=_("涉嫌违法事项"),
        queryset=Matter.objects.filter(kind="violation"),
        help_text=_("由事项确定主办部门；不属于本局的事项请移送。"),
    )
    source = forms.ChoiceField(label=_("案件来源"), choices=Source.choices)
    found_on = day_field(_("发现或者收到线索日期"))
    act_on = DayField(label=_("行为日期"))
    real_name = forms.BooleanField(
        label=_("实名举报"), required=False, help_text=_("只登记是否实名，不填写举报人信息。")
    )
    party = forms.ChoiceField(label=_("当事人类别"), choices=PartyKind.choices)
    person_name = forms.CharField(label=_("当事人姓名"), max_length=60, required=False)
    person_post = forms.CharField(label=_("当事人职务"), max_length=60, required=False)
    assisting = forms.ModelChoiceField(
        label=_("协办单位"), queryset=Agency.objects.none(), required=False
    )
    field_order = (
        "institution",
        "matter",
        "source",
        "found_on",
        "act_on",
        "act_place",
        "report_numbers",
        "facts",
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        beside = Agency.objects.active().in_region(actor.region).of_kind("ecology", "market")
        offer(self, "assisting", beside.exclude(pk=actor.agency_id or 0))

    def clean_institution(self) -> Institution:
        code = self.cleaned_data["institution"].strip().upper()
        found = Institution.objects.current().filter(uscc=code).first()
        if found is None:
            raise ValidationError(_("名录库中没有这个代码的机构，请先登记机构。"))
        return found

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("party") == PartyKind.PERSON and not values.get("person_name"):
            self.add_error("person_name", _("当事人为个人的，请填写姓名。"))
        found, act = values.get("found_on"), values.get("act_on")
        if isinstance(found, dt.date) and isinstance(act, dt.date) and act > found:
            self.add_error("act_on", _("行为日期不能晚于发现日期。"))
        return values

    def allegation(self) -> services.Allegation:
        values = dict(self.cleaned_data)
        values["report_numbers"] = tuple(values["report_numbers"])
        return services.Allegation(**values)
