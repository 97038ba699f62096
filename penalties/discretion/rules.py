"""The bounds of a fine, as values. Pure: amounts in yuan, no clock, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one basis allows for one kind of party. None: the basis does not say."""

    fine_min: Decimal | None = None
    fine_max: Decimal | None = None
    severe_min: Decimal | None = None
    severe_max: Decimal | None = None
    fee_times_min: Decimal | None = None
    fee_times_max: Decimal | None = None
    floor_fee: Decimal | None = None
    floor_min: Decimal | None = None
    floor_max: Decimal | None = None
    needs_order: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest and the highest fine of one case."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the bounds ask of a case. ``fee``: what the institution charged, in yuan."""

    severe: bool = False
    fee: Decimal | None = None
    order_failed: bool = False
    mitigated: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a fine cannot stand: a code, and the bounds that the sentence names."""

    code: str
    span: Span | None = None


def span_of(bounds: Bounds, case: Circumstances) -> Span | Fault:
    """The bounds for this case; a Fault when a fact is missing that they depend on.

    上海市检验检测条例 art. 43 reckons by the fee: five to ten times, and a fixed range where the
    fee is below ten thousand yuan.
    """
    if bounds.fee_times_min is not None and bounds.fee_times_max is not None:
        return _by_fee(bounds, case.fee, bounds.fee_times_min, bounds.fee_times_max)
    if case.severe:
        if bounds.severe_min is None or bounds.severe_max is None:
            return Fault("no_severe")
        return Span(bounds.severe_min, bounds.severe_max)
    if bounds.fine_min is None or bounds.fine_max is None:
        return Fault("no_fine")
    return Span(bounds.fine_min, bounds.fine_max)


def _by_fee(bounds: Bounds, fee: Decimal | None, low: Decimal, high: Decimal) -> Span | Fault:
    if fee is None:
        return Fault("no_fee")
    if bounds.floor_fee is not None and fee < bounds.floor_fee:
        return Span(bounds.floor_min or Decimal(0), bounds.floor_max or Decimal(0))
    return Span(fee * low, fee * high)


def check_fine(bounds: Bounds, fine: Decimal, case: Circumstances) -> Fault | None:
    """Whether a fine may stand; the Fault names the bounds.

    Above the highest it never may. Below the lowest it may where the law lightens (减轻,
    行政处罚法 art. 32). Where the basis fines only after an order to correct was not obeyed,
    there is no fine before.
    """
    if fine == 0:
        return None
    span = span_of(bounds, case)
    if isinstance(span, Fault):
        return span
    if bounds.needs_order and not case.order_failed:
        return Fault("needs_order", span)
    if fine > span.high:
        return Fault("above", span)
    if fine < span.low and not case.mitigated:
        return Fault("below", span)
    return None
