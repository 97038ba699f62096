"""Who may change the law's data: the legal role of a bureau, with a second person's approval."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Allowed, Role
from portal.law.models import CalendarYear, DeadlineRule, LawParameter

Versioned = DeadlineRule | LawParameter | CalendarYear


def can_read(actor: Actor) -> Allowed:
    """Whoever signs in reads the law's data."""
    return Allowed(not actor.is_public, str(_("请先登录。")))


def can_propose(actor: Actor) -> Allowed:
    """The legal reviewers of the two bureaus keep the law's data."""
    return Allowed(
        actor.has(Role.LEGAL) and actor.is_bureau,
        str(_("只有生态环境局、市场监督管理局的法制审核岗位可以维护法规数据。")),
    )


def can_approve(actor: Actor, version: Versioned) -> Allowed:
    """A second legal reviewer, never the one who proposed."""
    allowed = can_propose(actor)
    if allowed and version.proposed_by_id == actor.user_id:
        return Allowed(False, str(_("须由另一名法制审核人员复核，不能复核自己的提案。")))
    return allowed


def can_withdraw(actor: Actor, version: Versioned) -> Allowed:
    """Any legal reviewer takes back or turns down a proposal, with a reason."""
    return can_propose(actor)


def can_replace(actor: Actor, version: Versioned) -> Allowed:
    """The approval of a new calendar replaces the one before it."""
    return can_propose(actor)
