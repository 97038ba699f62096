"""What is entered when a penalty is pushed to the place of registration."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from penalties.cases.forms import ActForm, day_field
from penalties.pushes import services
from penalties.pushes.choices import Way
from portal.files.forms import UploadField
from portal.files.services import store_upload
from portal.refs import ref


class PushForm(ActForm):
    pushed_on = day_field(_("推送日期"))
    receiver = forms.CharField(label=_("登记地市场监管部门"), max_length=120)
    way = forms.ChoiceField(label=_("推送方式"), choices=Way.choices)
    document = forms.CharField(label=_("推送编号或者文号"), max_length=120, required=False)
    file = UploadField(purpose="scan", label=_("推送凭证"), required=False)

    def act(self) -> object:
        values = self.values
        upload, subject = values.pop("file"), ref(self.case)
        if upload:
            values["proof"] = store_upload(
                upload, purpose="scan", actor=self.actor, subject_ref=subject
            )
        return services.push(self.case, **values, actor=self.actor)


class PushPublishedForm(ActForm):
    published_on = day_field(_("登记地公示日期"))

    def act(self) -> object:
        return services.note_published(self.case, **self.values, actor=self.actor)
