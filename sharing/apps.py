"""What departments tell each other and the public."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = _("部门协同")

    def ready(self) -> None:
        from portal import refs
        from portal.lists import register_list
        from sharing import events  # noqa: F401  # its listeners and effects register themselves
        from sharing.bulletins.tables import BULLETINS
        from sharing.employments.tables import EMPLOYMENTS
        from sharing.models import Bulletin, Employment, Period, Roster
        from sharing.rosters.tables import ROSTERS, ROWS

        refs.register("bulletin", Bulletin)
        refs.register("employment", Employment)
        refs.register("period", Period)
        refs.register("roster", Roster)
        for each in (BULLETINS, EMPLOYMENTS, ROSTERS, ROWS):
            register_list(each)
