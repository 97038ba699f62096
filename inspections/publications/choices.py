"""Words of published results."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PublicationState(TextChoices):
    DRAFT = "draft", _("待公示")
    PUBLISHED = "published", _("公示中")
    REPLACED = "replaced", _("已更正")
    WITHDRAWN = "withdrawn", _("已撤回")


PUBLICATION_TONES = {
    PublicationState.DRAFT: "warn",
    PublicationState.PUBLISHED: "ok",
    PublicationState.REPLACED: "plain",
    PublicationState.WITHDRAWN: "danger",
}


class Trace(TextChoices):
    """What must not be in a published text."""

    NAME = "name", _("公示内容含有人员姓名“%(found)s”，请删除。")
    PHONE = "phone", _("公示内容含有电话号码“%(found)s”，请删除。")
    IDENTITY = "identity", _("公示内容含有身份证件号码“%(found)s”，请删除。")
