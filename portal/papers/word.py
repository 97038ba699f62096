"""A paper as Word file (.docx), from the agency's own template or ours.

A template names what it wants: ``{{ title }}``, ``{%p for block in blocks %}``. It may loop over
what it is given and ask conditions; calls, arithmetic and other parts of the template language are
refused, so that an uploaded template can neither run code nor run for ever.
"""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from functools import lru_cache
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from portal.errors import Refused
from portal.papers.content import Content
from portal.papers.printing import WATERMARK, Sheet, printed
from portal.papers.word_default import build

MOST_BYTES = 20 * 1024 * 1024  # of an unpacked template
EPOCH = (1980, 1, 1, 0, 0, 0)
HARMLESS = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name),
    *(nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not),
)
# How Word stretches text over its shape (shape type 136, plain text).
FORMULAS = (
    *("sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3"),
    *("if @0 @3 0", "if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6"),
    *("mid @8 @5", "mid @7 @8", "mid @6 @7", "sum @6 0 @5"),
)
MARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
    '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
    ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
    + "".join(f'<v:f eqn="{each}"/>' for each in FORMULAS)
    + '</v:formulas><v:path textpathok="t" o:connecttype="rect"/>'
    '<v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="draft" type="#_x0000_t136" style="position:absolute;width:380pt;height:190pt;'
    "rotation:308;z-index:-251658752;mso-position-horizontal:center;"
    "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
    'mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f">'
    f'<v:textpath style="font-family:&quot;宋体&quot;" string="{escape(WATERMARK)}"/>'
    "</v:shape></w:pict></w:r>"
)
FAULTS = (TemplateError, PackageNotFoundError, SyntaxError, KeyError, ValueError, TypeError)


def docx(content: Content, sheet: Sheet, template: bytes | None = None) -> bytes:
    """The paper in the template; the same input gives the same bytes."""
    made = DocxTemplate(io.BytesIO(template or _default()))
    # Autoescaping: text is text in XML too. A template that misspells a name fails.
    language = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    made.render(printed(content, sheet), jinja_env=language, autoescape=True)
    body = io.BytesIO()
    made.save(body)
    return _settled(_watermarked(body) if sheet.is_draft else body)


def check_template(template: bytes, example: Content) -> None:
    """Refused, with the sentence for the uploader, unless the template makes the example paper."""
    _check_package(template)
    try:
        _check_language(template)
        docx(example, Sheet("示例机关", "示例〔2026〕1号"), template)
    except FAULTS as error:
        message = _(
            "模板不能生成文书：%(fault)s。请对照默认模板检查花括号中的名称和标记后重新上传。"
        )
        raise Refused(message % {"fault": error}, code="paper_template") from error


def default_template() -> bytes:
    """Ours, for agencies to start their own from."""
    return _default()


@lru_cache(maxsize=1)
def _default() -> bytes:
    return build()


def _check_package(template: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            size = sum(entry.file_size for entry in package.infolist())
            if size > MOST_BYTES:
                raise Refused(_("模板解压后超过 20 MB，请压缩其中的图片。"), code="template_size")
            links = [name for name in package.namelist() if name.endswith(".rels")]
            if any(b'TargetMode="External"' in package.read(name) for name in links):
                message = _("模板含有外部链接或引用，请删除后重新上传。")
                raise Refused(message, code="template_links")
    except zipfile.BadZipFile as error:
        raise Refused(_("模板不是有效的 Word 文件（.docx）。"), code="file_content") from error


def _check_language(template: bytes) -> None:
    """Only what HARMLESS names; every part of the document that docxtpl renders is read."""
    made = DocxTemplate(io.BytesIO(template))
    made.init_docx()
    language = ImmutableSandboxedEnvironment()
    sources = [made.patch_xml(made.get_xml())]
    for uri in (made.HEADER_URI, made.FOOTER_URI):
        sources += [
            made.patch_xml(made.get_part_xml(part)) for _key, part in made.get_headers_footers(uri)
        ]
    for source in sources:
        for node in language.parse(source).find_all(nodes.Node):
            if not isinstance(node, HARMLESS):
                words = {"line": type(node).__name__}
                message = _("模板只能使用名称、循环和条件，不能使用 %(line)s。")
                raise Refused(message % words, code="template_language")


def _watermarked(body: io.BytesIO) -> io.BytesIO:
    """草稿 behind every page, whatever the template."""
    document = Document(body)
    for section in document.sections:
        header = section.header
        header.is_linked_to_previous = False
        lines = header.paragraphs or [header.add_paragraph()]
        lines[0]._p.append(deepcopy(parse_xml(MARK)))
    marked = io.BytesIO()
    document.save(marked)
    return marked


def _settled(body: io.BytesIO) -> bytes:
    """The package with one date for all its parts, so that the same paper has the same hash."""
    settled = io.BytesIO()
    with (
        zipfile.ZipFile(body) as source,
        zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            part = zipfile.ZipInfo(entry.filename, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(entry))
    return settled.getvalue()
