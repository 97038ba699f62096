"""The desk, the menu and the search, filled by what the apps register in ``apps.py.ready()``."""

from portal.desk.registry import (
    SECTIONS,
    Figure,
    Hit,
    Inbox,
    MenuEntry,
    Message,
    Section,
    WorkItem,
    everyone,
    only_staff,
    register_figures,
    register_inbox,
    register_menu,
    register_panel,
    register_search,
    register_work,
)

__all__ = [
    "SECTIONS",
    "Figure",
    "Hit",
    "Inbox",
    "MenuEntry",
    "Message",
    "Section",
    "WorkItem",
    "everyone",
    "only_staff",
    "register_figures",
    "register_inbox",
    "register_menu",
    "register_panel",
    "register_search",
    "register_work",
]
