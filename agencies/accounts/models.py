"""People's accounts and the posts they hold."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role
from portal.access.choices import ADMIN_ROLES


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, actor: Actor) -> Self:
        """Oneself; the chief's own agency; the subtree for system and security administrators
        and auditors."""
        own = Q(pk=actor.user_id)
        if actor.has(Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR):
            inside = Q(posts__agency__region__path__startswith=actor.region)
            return self.filter(own | inside | Q(posts=None, institution_id=None)).distinct()
        if actor.has(Role.CHIEF, Role.LEADER):
            return self.filter(own | Q(posts__agency_id=actor.agency_id)).distinct()
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
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)
    password_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

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


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(user__in=User.objects.visible_to(actor))

    def active_on(self, day: dt.date) -> Self:
        ended = Q(to_on__isnull=True) | Q(to_on__gte=day)
        return self.filter(ended, from_on__lte=day)


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
                    "系统管理员、安全管理员、审计管理员互相排斥,也不得兼任业务角色。"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.title}"


def digest_of(key: str) -> str:
    """SHA-256 of a token; 256 random bits need no slow hash."""
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
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.post} {self.created_at:%Y-%m-%d}"
