"""Dates, money, masking, days left, links: the small words of every page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.clocks import today

register = template.Library()

DUE_SOON_DAYS = 3


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """2026年3月2日, or an en dash for no date."""
    if value is None or value == "":
        return "–"
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return formats.date_format(value, "DATE_FORMAT")


@register.filter
def moment(value: dt.datetime | None) -> str:
    """2026年3月2日 14:05, or an en dash for no time."""
    if not value:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return formats.date_format(local, "DATETIME_FORMAT")


@register.filter
def or_dash(value: Any) -> Any:
    """An en dash for nothing; zero and False are something."""
    return "–" if value is None or value == "" else value


@register.filter
def yuan(value: Decimal | int | float | None) -> str:
    """1,234.50 元."""
    if value is None or value == "":
        return "–"
    return _("%(amount)s 元") % {"amount": f"{Decimal(value):,.2f}"}


@register.filter
def wan(value: Decimal | int | float | None) -> str:
    """Yuan given, 万元 shown with up to two decimals: 12.5 万元."""
    if value is None or value == "":
        return "–"
    amount = f"{Decimal(value) / 10_000:,.2f}".rstrip("0").rstrip(".")
    return _("%(amount)s 万元") % {"amount": amount}


@register.filter
def masked_phone(value: str) -> str:
    """138****5678; short numbers keep their last two digits."""
    text = str(value or "")
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return "*" * max(len(text) - 2, 0) + text[-2:] if text else "–"


@register.filter
def masked_id(value: str) -> str:
    """Identity number: the first three and the last two characters."""
    text = str(value or "")
    if len(text) <= 5:
        return "*" * len(text) or "–"
    return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}"


@register.filter
def masked_name(value: str) -> str:
    """张某某 becomes 张**."""
    text = str(value or "")
    return text[:1] + "*" * (len(text) - 1) if text else "–"


@register.filter
def days_left(due: dt.date | None, on: dt.date | None = None) -> str:
    """逾期 3 天 · 今天到期 · 还剩 5 天, counted from ``on`` or the present day."""
    if due is None:
        return _("无期限")
    left = (due - (on or today())).days
    if left < 0:
        return ngettext("逾期 %(days)d 天", "逾期 %(days)d 天", -left) % {"days": -left}
    if left == 0:
        return _("今天到期")
    return ngettext("还剩 %(days)d 天", "还剩 %(days)d 天", left) % {"days": left}


@register.filter
def due_tone(due: dt.date | None, on: dt.date | None = None) -> str:
    """danger when overdue, warn when due within three days, else plain."""
    if due is None:
        return "plain"
    left = (due - (on or today())).days
    if left < 0:
        return "danger"
    return "warn" if left <= DUE_SOON_DAYS else "plain"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it has a label."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href
    )


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The page's query string with some values changed; None removes one."""
    request = context.get("request")
    values = request.GET.copy() if request else None
    if values is None:
        return "?" + urlencode({k: v for k, v in changes.items() if v is not None})
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else "?"


@register.simple_tag(takes_context=True)
def current(context: Context, url: str, whole: bool = False) -> str:
    """``page`` on the very page, ``true`` below it, for aria-current; empty elsewhere."""
    path = getattr(context.get("request"), "path", "")
    if path == url:
        return "page"
    return "true" if not whole and url != "/" and path.startswith(url) else ""


@register.filter
def join_name(left: Any, right: Any) -> str:
    """``roster`` and ``submit`` become ``roster_submit``: the name of a move's address."""
    return f"{left}_{right}"
