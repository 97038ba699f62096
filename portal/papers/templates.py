"""The agencies' own Word templates, and the Word file of a paper."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now
from portal.errors import Conflict, Refused
from portal.files.models import StoredFile
from portal.files.services import read_path
from portal.papers import permissions
from portal.papers.content import Content, Facts, Grid, Heading, Items, Signatures, Text
from portal.papers.kinds import kind_named
from portal.papers.models import Paper, PaperTemplate
from portal.papers.printing import Sheet
from portal.papers.word import check_template, docx

EXAMPLE = Content(
    title="示例文书",
    addressee="示例单位",
    blocks=(
        Heading("示例标题"),
        Text("示例正文。"),
        Facts((("项目", "内容"),)),
        Grid(("甲", "乙"), (("一", "二"),)),
        Items(("示例条目；",)),
        Signatures(("签名",)),
    ),
    copies_to=("示例单位",),
    note="示例附注",
)


def word_of(paper: Paper, sheet: Sheet) -> bytes:
    """The paper as .docx, in the agency's template in use, else in ours."""
    own = PaperTemplate.objects.in_use().filter(agency=paper.agency_id, kind=paper.kind)
    chosen = own.select_related("file").first()
    template = read_path(chosen.file).read_bytes() if chosen else None
    return docx(paper.words, sheet, template)


@transaction.atomic
def use_template(kind: str, *, file: StoredFile, agency: Any, actor: Actor) -> PaperTemplate:
    """Take an uploaded template into use from the next numbering on; Refused when it is bad."""
    demand(permissions.can_set_up(actor))
    if actor.agency_id != agency.pk:
        raise Refused(_("只能设置本单位的文书模板。"), code="template_agency")
    check_template(read_path(file).read_bytes(), EXAMPLE)
    kind_named(kind)
    at = now()
    PaperTemplate.objects.in_use().filter(agency=agency, kind=kind).update(ended_at=at)
    made = PaperTemplate.objects.create(agency=agency, kind=kind, file=file, began_at=at)
    facts = {"kind": kind, "name": file.name, "sha256": file.sha256}
    record(actor, "papertemplate.use", made, facts=facts)
    return made


@transaction.atomic
def end_template(template: PaperTemplate, *, actor: Actor) -> None:
    """Go back to the default template."""
    demand(permissions.can_set_up(actor))
    if not PaperTemplate.objects.in_use().filter(pk=template.pk).update(ended_at=now()):
        raise Conflict(_("已停用"))
    record(actor, "papertemplate.end", template, facts={"kind": template.kind})
