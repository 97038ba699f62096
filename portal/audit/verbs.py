"""Words for what was done: registered by the rooms, and the labels of every move."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_labels: dict[str, str | Promise] = {}


def register_verbs(labels: Mapping[str, str | Promise]) -> None:
    """``{"institution.edit": _("修改机构信息")}``; called in ``apps.py.ready()``."""
    for verb, label in labels.items():
        known = _labels.setdefault(verb, label)
        if str(known) != str(label):
            raise ValueError(f"The verb {verb!r} has two labels.")


def label_of(verb: str) -> str:
    """The registered words, else the label of the move, else the verb itself."""
    if verb in _labels:
        return str(_labels[verb])
    from portal.workflow import registered_workflows

    noun, _dot, name = verb.partition(".")
    for table in registered_workflows():
        if table.model._meta.model_name == noun and name in table.moves:
            return str(table.moves[name].label)
    return verb


def known_verbs() -> list[tuple[str, str]]:
    """Every registered verb with its label, for a filter."""
    return sorted(((verb, str(label)) for verb, label in _labels.items()), key=lambda each: each[1])


register_verbs(
    {
        "access.read": _("查看受保护信息"),
        "audit.export": _("导出审计日志"),
        "file.attach": _("归入文件"),
        "file.scan": _("文件查毒"),
        "file.store": _("保存文件"),
    }
)
