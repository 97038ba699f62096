"""What is entered while a decision is performed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from penalties.cases.forms import ActForm, day_field, money_field, offer, record_field, text_field
from penalties.performance import selectors, services
from penalties.performance.choices import CourtResult, Ground, PaymentKind
from portal.clocks import today
from portal.templatetags.portal_ui import yuan
from portal.ui.forms import DayField

PARTS = (1, 2, 3, 4)


class PayForm(ActForm):
    kind = forms.ChoiceField(label=_("款项"), choices=PaymentKind.choices)
    amount = money_field(_("金额(元)"))
    paid_on = day_field(_("缴款日期"))
    receipt_number = forms.CharField(label=_("缴款票据号"), max_length=60)

    def prepare(self) -> None:
        words = {"sum": yuan(selectors.owed(self.case, today()))}
        self.fields["amount"].help_text = _("到今天尚欠 %(sum)s。") % words

    def act(self) -> object:
        return services.pay(self.case, **self.values, actor=self.actor)


class InstalmentsForm(ActForm):
    reason = text_field(_("当事人申请和批准理由"), max_length=500)
    on = day_field(_("批准日期"))

    def prepare(self) -> None:
        for number in PARTS:
            words = {"number": number}
            needed = number == 1
            self.fields[f"due_{number}"] = DayField(
                label=_("第 %(number)d 期：应缴日期") % words, required=needed
            )
            self.fields[f"amount_{number}"] = money_field(
                _("第 %(number)d 期：金额(元)") % words, required=needed
            )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        for number in PARTS:
            due, amount = values.get(f"due_{number}"), values.get(f"amount_{number}")
            if (due is None) != (amount is None):
                self.add_error(f"due_{number}", _("请同时填写日期和金额。"))
        return values

    def act(self) -> object:
        values = self.values
        parts = [
            services.Part(values[f"due_{number}"], values[f"amount_{number}"])
            for number in PARTS
            if values[f"due_{number}"]
        ]
        on, reason = values["on"], values["reason"]
        return services.allow_instalments(
            self.case, parts=parts, on=on, reason=reason, actor=self.actor
        )


class DraftReminderForm(ActForm):
    on = day_field(_("计算截止日期"))

    def act(self) -> object:
        return services.draft_reminder(self.case, **self.values, actor=self.actor)


class RemindForm(ActForm):
    served_on = day_field(_("催告书送达日期"))

    def act(self) -> object:
        return services.remind(self.case, **self.values, actor=self.actor)


class CourtForm(ActForm):
    court = forms.CharField(label=_("人民法院"), max_length=120)
    applied_on = day_field(_("申请日期"))
    late_reason = text_field(
        _("逾期申请的正当理由"),
        2,
        max_length=500,
        required=False,
        help_text=_("超过三个月申请期限的填写，由人民法院审查。"),
    )

    def act(self) -> object:
        return services.apply_to_court(self.case, **self.values, actor=self.actor)


class CourtResultForm(ActForm):
    application = record_field(_("强制执行申请"))
    result = forms.ChoiceField(label=_("结果"), choices=CourtResult.choices)
    on = day_field(_("结果日期"))
    document = forms.CharField(label=_("裁定书编号"), max_length=120)

    def prepare(self) -> None:
        offer(self, "application", self.case.court_applications.all())

    def act(self) -> object:
        values = self.values
        return services.note_court_result(values.pop("application"), **values, actor=self.actor)


class CloseForm(ActForm):
    ground = forms.ChoiceField(label=_("结案理由"), choices=Ground.choices)
    words = text_field(_("执行情况"))
    on = day_field(_("结案日期"))

    def act(self) -> object:
        return services.close(self.case, **self.values, actor=self.actor)
