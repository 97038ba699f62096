"""Words of the credit records."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FIELD_LABELS = {
    "CF_XDR_MC": _("行政相对人名称"),
    "CF_XDR_LB": _("行政相对人类别"),
    "CF_XDR_SHXYM": _("统一社会信用代码"),
    "CF_XDR_GSZC": _("工商注册号"),
    "CF_XDR_ZZJG": _("组织机构代码"),
    "CF_XDR_SWDJ": _("税务登记号"),
    "CF_XDR_SYDW": _("事业单位证书号"),
    "CF_XDR_SHZZ": _("社会组织登记证号"),
    "CF_FRDB": _("法定代表人"),
    "CF_FR_ZJLX": _("法定代表人证件类型"),
    "CF_FR_ZJHM": _("法定代表人证件号码"),
    "CF_XDR_ZJLX": _("证件类型"),
    "CF_XDR_ZJHM": _("证件号码"),
    "CF_WSH": _("行政处罚决定书文号"),
    "CF_WFXW": _("违法行为类型"),
    "CF_SY": _("违法事实"),
    "CF_YJ": _("处罚依据"),
    "CF_CFLB": _("处罚类别"),
    "CF_NR": _("处罚内容"),
    "CF_NR_FK": _("罚款金额（万元）"),
    "CF_NR_WFFF": _("没收违法所得、没收非法财物的金额（万元）"),
    "CF_NR_ZKDX": _("暂扣或者吊销证照名称及编号"),
    "CF_JDRQ": _("处罚决定日期"),
    "CF_YXQ": _("处罚有效期"),
    "CF_GSJZQ": _("公示截止期"),
    "CF_CFJG": _("处罚机关"),
    "CF_CFJGDM": _("处罚机关统一社会信用代码"),
    "CF_SJLY": _("数据来源单位"),
    "CF_SJLYDM": _("数据来源单位统一社会信用代码"),
    "BZ": _("备注"),
}
SENTENCES = {
    "missing": _("%(label)s（%(code)s）没有填写。"),
    "unnumbered": _("%(label)s（%(code)s）：决定书尚未编号，编号并登记送达后自动报送。"),
    "long": _("%(label)s（%(code)s）超过 %(limit)s 个字符。"),
    "number": _("%(label)s（%(code)s）应为万元、保留六位小数的数字。"),
    "day": _("%(label)s（%(code)s）应为 YYYY/MM/DD 格式的日期。"),
    "code": _("%(label)s（%(code)s）应为 18 位统一社会信用代码。"),
    "word": _("%(label)s（%(code)s）不是标准规定的取值。"),
}


class RecordState(TextChoices):
    """Whether the outbox has it."""

    INCOMPLETE = "incomplete", _("待补充")
    HANDED_OVER = "handed_over", _("已交报送")


RECORD_TONES = {RecordState.INCOMPLETE: "warn", RecordState.HANDED_OVER: "ok"}
