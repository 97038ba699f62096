"""People's accounts and the posts they hold."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from agencies.accounts.choices import SignInEnd
from portal.access import Actor, Role, within
from portal.access.choices import ADMIN_ROLES
from portal.clocks import now, today


def opened_at() -> dt.datetime:
    """When an account is opened: now. Migrations name this function, so it stays."""
    return now()


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, actor: Actor) -> Self:
        """Oneself; a chief's own agency; the subtree for the system and the security
        administrator and the auditor (visibility.md, accounts).

        What counts are posts that are not over. Who holds none any more belongs where the earlier
        ones were, and who was never placed where the account was opened. Auditors see whoever
        ever held a post in their region.
        """
        own = Q(pk=actor.user_id)
        inside = Post.objects.within(actor.region)
        opened = within(actor.region, field="opened_in")
        held = Post.objects.filter(user=OuterRef("pk"))
        opened &= ~Exists(held) & Q(institution_id=None)
        if actor.has(Role.AUDITOR):
            return self.filter(own | Q(pk__in=inside.values("user")) | opened)
        current = Post.objects.not_over(today())
        if actor.has(Role.SYSADMIN, Role.SECADMIN):
            here = Q(pk__in=inside.not_over(today()).values("user"))
            left = Q(pk__in=inside.values("user")) & ~Exists(current.filter(user=OuterRef("pk")))
            return self.filter(own | here | left | opened)
        if actor.has(Role.CHIEF, Role.LEADER):
            mine = current.filter(agency_id=actor.agency_id or 0).values("user")
            return self.filter(own | Q(pk__in=mine))
        if actor.user_id is None:
            return self.none()
        return self.filter(own)

    def active(self) -> Self:
        return self.filter(is_active=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # django-stubs cannot see a manager made from a queryset
    """Lets the login find users by name; accounts are made by services only."""


class User(AbstractBaseUser):
    """A person's account. What the person may do stands in posts, never here."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    email = models.EmailField(_("电子邮箱"), blank=True, default="")
    institution_id = models.BigIntegerField(null=True, blank=True, db_index=True, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)
    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=opened_at, editable=False)
    opened_in = models.CharField(
        max_length=40,
        default="",
        editable=False,
        help_text="Path of the region whose administrator opened the account.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]
        verbose_name = _("账号")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("account_detail", args=[self.pk])


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, actor: Actor) -> Self:
        """The posts of visible persons: a person's exclusions show only when all are seen."""
        return self.filter(user__in=User.objects.visible_to(actor))

    def within(self, path: str) -> Self:
        """Posts in agencies of the region with this path and of those below it."""
        return self.filter(within(path))

    def active_on(self, day: dt.date) -> Self:
        """Held on the day, in an agency that still works on it."""
        works = Q(agency__ended_on__isnull=True) | Q(agency__ended_on__gt=day)
        ended = Q(to_on__isnull=True) | Q(to_on__gte=day)
        return self.filter(works, ended, from_on__lte=day, stopped_at__isnull=True)

    def not_over(self, day: dt.date) -> Self:
        """Active on the day or beginning later."""
        ended = Q(to_on__isnull=True) | Q(to_on__gte=day)
        return self.filter(ended, stopped_at__isnull=True)


class Post(models.Model):
    """What a person does in one agency, from a day to a day. One post is active per session."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("人员"))
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="posts", verbose_name=_("单位")
    )
    title = models.CharField(_("职务"), max_length=60)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), verbose_name=_("角色"), default=list
    )
    from_on = models.DateField(_("任职自"))
    to_on = models.DateField(_("任职至"), null=True, blank=True)
    stopped_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Ended at once at this instant, before the end of its last day.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "pk"]
        verbose_name = _("岗位")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")),
                name="post_ends_after_it_begins",
                violation_error_message=_("任职结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(roles__overlap=sorted(ADMIN_ROLES)) | Q(roles__len=1),
                name="administrators_hold_one_role_alone",
                violation_error_message=_(
                    "系统管理员、安全管理员、审计管理员互相排斥，也不得兼任业务角色。"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.title}"

    def audit_root(self) -> str:
        """A post's history is its person's."""
        return f"user:{self.user_id}"

    def is_over(self, day: dt.date) -> bool:
        """Whether it has ended before the day, or at once."""
        return self.stopped_at is not None or (self.to_on is not None and self.to_on < day)

    def role_labels(self) -> str:
        """The roles in words, for lists and pages."""
        return _gettext("、").join(str(Role(role).label) for role in self.roles)


def digest_of(key: str) -> str:
    """SHA-256 of a key of ours; 128 random bits and more need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(post__user_id=actor.user_id)

    def usable(self, day: dt.date) -> Self:
        posts = Post.objects.active_on(day).filter(user__is_active=True)
        return self.filter(revoked_at__isnull=True, post__in=posts).select_related("post__user")


class ApiToken(models.Model):
    """A key for the REST API, bound to one post and only stored as a digest."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True, help_text="To the day, not the request.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.post} {self.created_at:%Y-%m-%d}"


class PasswordRecord(models.Model):
    """An earlier password's hash: the last five are not used again (security.md R4)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, at: dt.datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=at, user__is_active=True)


class Invitation(models.Model):
    """A link, shown once, with which a person sets the account's password without a helper."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"


class SignInQuerySet(models.QuerySet["SignIn"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own only."""
        return self.filter(user_id=actor.user_id) if actor.user_id else self.none()

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)


class SignIn(models.Model):
    """One session of a person: from where, since when, seen when, ended how."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, db_index=True, editable=False)
    address = models.CharField(_("登录地址"), max_length=45, blank=True, default="")
    device = models.CharField(_("设备"), max_length=200, blank=True, default="")
    began_at = models.DateTimeField(_("登录时间"))
    seen_at = models.DateTimeField(_("最近操作"))
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=SignInEnd, blank=True, default="")

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        indexes = [
            models.Index(
                fields=["user"],
                name="sign_ins_open",
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M}"
