"""Who the two parties of a draw are; who prepares, takes part, publishes, sees it whole."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _

from agencies.models import Agency
from inspections.draws.choices import DrawState, Party
from inspections.draws.models import Draw
from inspections.plans.choices import BatchState
from inspections.plans.models import Batch
from inspections.plans.permissions import MAKERS, can_draw, sees_inside
from portal.access import Actor, AgencyKind, Allowed, Role

YES = Allowed(yes=True)
PARTY_OF_KIND = {AgencyKind.ECOLOGY: Party.ECO, AgencyKind.MARKET: Party.MKT}
DEFAULTS = 2  # missed reveals after which the superior steps in (DRAW-1 §2)


def parties(draw: Draw) -> dict[str, Agency]:
    """The two parties and the agency of each.

    The two bureaus of a joint plan; the superior stands in for the missing second bureau, and for
    one that has missed two reveals (DRAW-1 §2).
    """
    plan = draw.batch.plan
    bureaus = [each for each in (plan.initiating, plan.cooperating) if each is not None]
    found = {PARTY_OF_KIND[AgencyKind(each.kind)].value: each for each in bureaus}
    if draw.is_superior:
        return found  # nobody committed here: those who are told of it
    missed = Counter(
        Draw.objects.filter(batch=draw.batch, is_rehearsal=draw.is_rehearsal)
        .exclude(void_party="")
        .values_list("void_party", flat=True)
    )
    late = next((party for party in found if missed[party] >= DEFAULTS), None)
    superior = (found[late] if late else plan.initiating).superior
    if superior is not None and (late or len(found) == 1):
        if late:
            found.pop(late)
        found[Party.SUP.value] = superior
    return found


def party_of(draw: Draw, agency_id: int | None) -> str:
    """The party for which an agency takes part, or nothing."""
    named = ((party, each) for party, each in parties(draw).items())
    return next((party for party, each in named if each.pk == agency_id), "")


def can_list(actor: Actor) -> Allowed:
    return Allowed(actor.reads_business, _("抽取由业务岗位查看；公众请查看公开页面。"))


def can_open(actor: Actor, batch: Batch) -> Allowed:
    if batch.state != BatchState.PLANNED:
        return Allowed(False, _("该批次已经抽取。"))
    return can_draw(actor, batch)


def can_see_annex(actor: Actor, draw: Draw) -> Allowed:
    """The annex is never published: it names who must not inspect whom."""
    return Allowed(sees_inside(actor, draw.batch.plan), _("附件只由两局、监督部门和审计查看。"))


def can_prepare(actor: Actor, draw: Draw) -> Allowed:
    return _made_above() if draw.is_superior else can_draw(actor, draw.batch)


def _made_above() -> Allowed:
    return Allowed(False, _("上级平台抽取，本平台没有承诺、揭示和执行的步骤。"))


def can_take_part(actor: Actor, draw: Draw) -> Allowed:
    """Officers of a party: the two bureaus, or the supervising agency in place of one."""
    if draw.is_superior:
        return _made_above()
    if not actor.has(*MAKERS, Role.LEADER):
        return Allowed(False, _("由双方的经办人、负责人或分管领导办理。"))
    if not party_of(draw, actor.agency_id):
        return Allowed(False, _("本单位不是这次抽取的一方。"))
    return YES


def can_execute(actor: Actor, draw: Draw) -> Allowed:
    return can_take_part(actor, draw)


def can_void(actor: Actor, draw: Draw) -> Allowed:
    if draw.commitments.exclude(secret="").count() > 1:
        return Allowed(False, _("双方均已揭示，不能再作废。"))
    return can_take_part(actor, draw)


def can_replace(actor: Actor, draw: Draw) -> Allowed:
    if draw.state != DrawState.EXECUTED:
        return Allowed(False, _("只有已抽取、尚未全部检查完的批次可以替换。"))
    if actor.agency_id in draw.batch.plan.bureau_ids and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(False, _("替换由参与部门的负责人或分管领导批准。"))


def can_publish(actor: Actor, draw: Draw) -> Allowed:
    if draw.batch.state != BatchState.CLOSED:
        return Allowed(False, _("该批次的检查尚未全部完成，提前公开会使被抽中的机构知情。"))
    if actor.is_job:
        return YES
    return can_draw(actor, draw.batch)
