"""Demo."""

from portal.demo import DemoPlan


def load(plan: DemoPlan) -> None: ...
