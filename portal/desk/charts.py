"""Small charts as inline SVG; the numbers stand in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 120, 32, 3


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line through the numbers of a series, and the dot of the last one."""

    line: str
    area: str
    last_x: str
    last_y: str
    rows: Sequence[tuple[str, float]]


def sparkline(series: Sequence[tuple[str, float]]) -> Sparkline | None:
    """The chart of a series; None when there are fewer than two numbers to connect."""
    if len(series) < 2:
        return None
    numbers = [number for _label, number in series]
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1
    step = (WIDTH - 2 * MARGIN) / (len(numbers) - 1)
    points = [
        (round(MARGIN + i * step, 1), round(_height(number, low, span), 1))
        for i, number in enumerate(numbers)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    area = f"{MARGIN},{HEIGHT} {line} {WIDTH - MARGIN},{HEIGHT}"
    return Sparkline(line, area, str(points[-1][0]), str(points[-1][1]), series)


def _height(number: float, low: float, span: float) -> float:
    return HEIGHT - MARGIN - (number - low) / span * (HEIGHT - 2 * MARGIN)
