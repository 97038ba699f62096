"""Who may see what lies inside a register entry, and who may change it.

An entry is created and kept by officers and chiefs (经办人, 负责人) of the two bureaus of a
district in whose scope the institution lies. Chiefs alone merge duplicates. City bureaus,
partners, auditors and the administrators read. Contacts and remarks are for the bureaus in scope,
for auditors of that scope and for the institution itself (visibility.md).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from institutions.registry.models import Institution
from portal.access import Actor, Allowed, Level, Role
from portal.access.choices import ADMIN_ROLES

YES = Allowed(True)
KEEPERS = (Role.OFFICER, Role.CHIEF)


def sees_contacts_in_scope(actor: Actor) -> bool:
    """Whether the actor reads contacts and remarks of what is in its scope."""
    if not actor.is_staff or actor.has(*ADMIN_ROLES):
        return False
    return actor.is_bureau or actor.has(Role.AUDITOR)


def can_see_inside(actor: Actor, institution: Institution) -> Allowed:
    """Contacts, remarks, history: the bureaus and auditors in scope, and the institution."""
    if actor.institution_id is not None and actor.institution_id == institution.pk:
        return YES
    if sees_contacts_in_scope(actor) and is_in_scope(actor, institution):
        return YES
    return Allowed(False, _("联系方式和内部信息仅限辖区内两局、审计人员和机构本身查看。"))


def is_in_scope(actor: Actor, institution: Institution) -> bool:
    if not actor.region:
        return False
    return Institution.objects.filter(pk=institution.pk).present_in(actor.region).exists()


def can_list(actor: Actor) -> Allowed:
    if actor.is_staff:
        return YES
    return Allowed(False, _("机构名录供工作人员使用；公众请使用机构查询。"))


def can_create(actor: Actor) -> Allowed:
    if _is_keeper(actor):
        return YES
    return Allowed(False, _("只有区生态环境局、区市场监管局的经办人和负责人可以登记机构。"))


def can_edit(actor: Actor, institution: Institution) -> Allowed:
    if institution.merged_into_id is not None:
        return Allowed(False, _("该机构已并入另一机构，不能再修改。"))
    if not _is_keeper(actor):
        return Allowed(False, _("只有区生态环境局、区市场监管局的经办人和负责人可以修改机构信息。"))
    if not is_in_scope(actor, institution):
        return Allowed(False, _("该机构不在本区范围内，请由所在区维护。"))
    return YES


def can_merge(actor: Actor, institution: Institution) -> Allowed:
    if not actor.has(Role.CHIEF):
        return Allowed(False, _("合并重复机构须由负责人办理。"))
    return can_edit(actor, institution)


def _is_keeper(actor: Actor) -> bool:
    return actor.is_bureau and actor.level == Level.DISTRICT and actor.has(*KEEPERS)
