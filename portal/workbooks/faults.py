"""The sentence for each reason why a whole file cannot be read."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.workbooks.archive import Fault
from portal.workbooks.issues import Issue

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_SAVE_AGAIN = _("请用 Excel 或 WPS 打开原表，另存为“Excel 工作簿(*.xlsx)”后重新上传。")
_PASTE = _("请下载本系统的模板，把数据复制后用“选择性粘贴—数值”粘贴进去再上传。")

FAULTS: dict[str, tuple["_StrOrPromise", "_StrOrPromise"]] = {
    "empty_file": (_("文件是空的。"), _("请检查是否选错了文件，填写后重新上传。")),
    "wrong_type": (_("这不是能读取的表格文件。"), _("请上传 .xlsx、.xls 或 .csv 文件。")),
    "not_a_workbook": (
        _("文件名以 .%(suffix)s 结尾，内容却不是 Excel 工作簿。"),
        _SAVE_AGAIN,
    ),
    "web_page": (_("这个文件其实是网页或 XML，只是改了扩展名。"), _SAVE_AGAIN),
    "damaged": (_("文件已损坏或不完整，无法打开。"), _SAVE_AGAIN),
    "encrypted": (_("文件设有打开密码。"), _("请取消密码并保存后重新上传。")),
    "macro": (_("文件中含有宏，不能接收。"), _SAVE_AGAIN),
    "doctype": (_("文件内含有不允许的外部定义(DOCTYPE)。"), _PASTE),
    "zip_entries": (
        _("文件内部有 %(count)d 个部件，超过 %(limit)d 个。"),
        _PASTE,
    ),
    "zip_names": (_("文件内部部件的名称不正常。"), _PASTE),
    "zip_size": (_("文件展开后超过 %(limit)d MB。"), _PASTE),
    "zip_ratio": (_("文件的压缩比超过 %(limit)d 倍，不正常。"), _PASTE),
    "zip_lies": (_("文件内部记录的大小或校验值与实际内容不符。"), _SAVE_AGAIN),
    "too_large": (_("文件内容过大，超过了读取时允许的内存。"), _PASTE),
    "too_slow": (_("文件过于复杂，%(seconds)d 秒内没有读完。"), _PASTE),
    "unreadable": (_("文件结构异常，读取程序无法处理。"), _PASTE),
    "formulas": (
        _("表中有大量公式，或公式所在单元格无法定位。"),
        _("请全选后复制，用“选择性粘贴—数值”粘贴回原处再上传。"),
    ),
    "merges": (
        _("数据区有 %(count)d 处合并单元格，超过 %(limit)d 处。"),
        _("请取消合并，在每一行分别填写后重新上传。"),
    ),
    "too_many_rows": (
        _("数据超过 %(limit)d 行(%(cell)s 处仍有内容)。"),
        _("请分成几个文件，或删除多余的行后重新上传。"),
    ),
    "too_wide": (
        _("%(cell)s 处有内容，超过了 %(limit)d 列。"),
        _("请删除模板以外的列后重新上传。"),
    ),
    "gap": (
        _("%(cell)s 之前连续空了 %(blanks)d 行，其后还有内容。"),
        _("请删除中间的空行，或删除后面多余的内容。"),
    ),
    "no_header": (
        _("没有找到列名所在的行(在前 30 行中查找)。"),
        _("请保留模板的列名行，把数据填在它下面。"),
    ),
    "not_text": (
        _("文件的文字编码无法识别，或不是文本。"),
        _("请在 Excel 中另存为“CSV UTF-8”或 .xlsx 后重新上传。"),
    ),
    "csv_broken": (
        _("第 %(row)d 行附近引号不成对或单元格过长，无法分列。"),
        _("请用 Excel 打开，另存为 .xlsx 后重新上传。"),
    ),
}


def fault_issue(fault: Fault) -> Issue:
    """The whole-file issue for a fault that the child, or its end, reported."""
    message, suggestion = FAULTS[fault.code]
    facts = {**fault.facts, "cell": fault.cell}
    return Issue(
        fault.sheet, fault.cell, "", fault.code, "file", str(message) % facts, str(suggestion)
    )
