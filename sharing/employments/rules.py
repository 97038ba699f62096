"""Whether an employed institution stands in the double-random list."""


def is_included(*, reporter_says_no: bool, market: str, ecology: str) -> bool:
    """A reporter's no only proposes: the institution leaves the list of 双随机 when both bureaus
    have voted `exclude`. An empty vote is one not yet given; the default is to include."""
    return not (reporter_says_no and market == ecology == "exclude")
