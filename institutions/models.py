"""The tables of this app, room by room."""

from institutions.ledgers.models import Ledger
from institutions.registry.models import (
    Certificate,
    FormerName,
    Institution,
    Presence,
    Site,
    Standing,
)

__all__ = ["Certificate", "FormerName", "Institution", "Ledger", "Presence", "Site", "Standing"]
