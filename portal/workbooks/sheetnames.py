"""The sheets that we add to a workbook, and never read as data."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

ISSUE_SHEET = _("问题清单")
HELP_SHEET = _("填写说明")
LIST_SHEET = _("选项")
LANGUAGES = ("zh-hans", "en")


def in_languages(text: object) -> list[str]:
    """A lazy text in each language of the portal."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return found


def own_sheets() -> list[str]:
    """The names in both languages."""
    return sorted(
        {*in_languages(ISSUE_SHEET), *in_languages(HELP_SHEET), *in_languages(LIST_SHEET)}
    )
