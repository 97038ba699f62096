"""What each side of a consultation writes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from penalties.cases.forms import ActForm, choose, day_field, offer, text_field
from penalties.cases.models import Case
from penalties.cases.selectors import peers_of
from penalties.consultations import services
from penalties.consultations.models import Consultation


class AskForm(ActForm):
    peer = forms.ChoiceField(label=_("另一局的案件"))
    fining = forms.ModelChoiceField(label=_("建议由谁处以罚款"), queryset=Agency.objects.none())
    opinion = text_field(_("本局意见"))
    on = day_field(_("提出日期"))

    def prepare(self) -> None:
        self.peers: dict[str, Case] = {str(each.pk): each for each in peers_of(self.case)}
        heads = [(key, f"{each.number} {each.agency}") for key, each in self.peers.items()]
        choose(self, "peer", heads)
        keys = [self.case.agency_id, *(each.agency_id for each in self.peers.values())]
        offer(self, "fining", Agency.objects.filter(pk__in=keys))

    def act(self) -> object:
        values = self.values
        peer = self.peers[values.pop("peer")]
        return services.ask(self.case, peer=peer, **values, actor=self.actor)


class AnswerForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label=_("答复"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
    )
    opinion = text_field(_("本局意见"))
    on = day_field(_("答复日期"))


class RuleForm(forms.Form):
    fining = forms.ModelChoiceField(label=_("由谁处以罚款"), queryset=Agency.objects.none())
    ruling = text_field(_("决定内容和理由"))
    on = day_field(_("决定日期"))

    def __init__(self, *args: object, row: Consultation, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # passed on as they come
        keys = [row.case.agency_id, row.peer.agency_id]
        offer(self, "fining", Agency.objects.filter(pk__in=keys))
