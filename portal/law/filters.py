"""Filters of the law's lists."""

from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter

from portal.law.choices import Mark, ParameterKind, Unit, VersionState
from portal.lists.filters import ListFilter


class RuleFilter(ListFilter):
    unit = MultipleChoiceFilter(label=_("计量单位"), choices=Unit.choices)
    mark = MultipleChoiceFilter(label=_("可信度"), choices=Mark.choices)
    state = MultipleChoiceFilter(label=_("状态"), choices=VersionState.choices)


class ParameterFilter(ListFilter):
    kind = MultipleChoiceFilter(label=_("类型"), choices=ParameterKind.choices)
    mark = MultipleChoiceFilter(label=_("可信度"), choices=Mark.choices)
    state = MultipleChoiceFilter(label=_("状态"), choices=VersionState.choices)
