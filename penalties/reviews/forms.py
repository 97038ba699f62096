"""What reviewers and members of a discussion enter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.accounts.models import Post
from penalties.cases.forms import ActForm, day_field, text_field
from penalties.reviews import services
from penalties.reviews.choices import Vote
from portal.clocks import today
from portal.ui.forms import DayField

VOTERS = ("leader", "chief", "legal")


class SubmitForm(ActForm):
    def act(self) -> object:
        return services.submit(self.case, actor=self.actor)


class OpinionForm(ActForm):
    """An opinion with its day; what it leads to stands in the subclass."""

    opinion = text_field(_("审核意见"))
    on = day_field(_("日期"))
    service: Any = None

    def act(self) -> object:
        return type(self).service(self.case, **self.values, actor=self.actor)


class PassReviewForm(OpinionForm):
    service = staticmethod(services.pass_review)


class ReturnReviewForm(OpinionForm):
    service = staticmethod(services.return_review)


class PassLegalForm(OpinionForm):
    service = staticmethod(services.pass_legal)


class ReturnLegalForm(OpinionForm):
    service = staticmethod(services.return_legal)


class ToLegalForm(ActForm):
    on = day_field(_("送审日期"))

    def act(self) -> object:
        return services.to_legal(self.case, **self.values, actor=self.actor)


class ToDiscussionForm(ActForm):
    def act(self) -> object:
        return services.to_discussion(self.case, actor=self.actor)


class DiscussForm(ActForm):
    """Every head of the bureau has a row; who was absent has no vote."""

    held_on = day_field(_("讨论日期"))
    place = forms.CharField(label=_("地点"), max_length=100)
    conclusion = text_field(_("讨论结论"))

    def prepare(self) -> None:
        self.members = self._heads()
        for post in self.members:
            name = {"name": post.user.name, "title": post.title}
            self.fields[f"vote_{post.pk}"] = forms.ChoiceField(
                label=_("%(name)s（%(title)s）的意见") % name,
                choices=[("", _("未参加")), *Vote.choices],
                required=False,
            )
            self.fields[f"opinion_{post.pk}"] = forms.CharField(
                label=_("%(name)s的发言要点") % name, max_length=1000, required=False
            )

    def _heads(self) -> list[Post]:
        rows = Post.objects.active_on(today()).filter(agency_id=self.case.agency_id)
        heads = rows.filter(roles__overlap=list(VOTERS), user__is_active=True)
        return list(heads.select_related("user").order_by("pk"))

    def minutes(self) -> services.Minutes:
        values = self.values
        voices = [
            services.Voice(post, values[f"vote_{post.pk}"], values[f"opinion_{post.pk}"])
            for post in self.members
            if values[f"vote_{post.pk}"]
        ]
        return services.Minutes(
            held_on=values["held_on"],
            place=values["place"],
            conclusion=values["conclusion"],
            voices=voices,
            until=values.get("until"),
        )

    def act(self) -> object:
        return services.discuss(self.case, minutes=self.minutes(), actor=self.actor)


class DiscussExtensionForm(DiscussForm):
    until = DayField(label=_("办案期限延长至"))

    def act(self) -> object:
        return services.discuss_extension(self.case, minutes=self.minutes(), actor=self.actor)
