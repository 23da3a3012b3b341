"""Lines for a chart drawn on the server: values in, positions in a drawing of fixed size out.

The drawing is 640 x 300 with room for the numbers; the page that shows it puts a table with the same numbers beside it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 26, 12, 36
GAP = 3  # bars that are narrower stand side by side
Point = tuple[float, float]
Range = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line; `path` is for the `points` of a polyline, `dots` are its places one by one."""

    name: str
    path: str
    dots: tuple[Point, ...]


@dataclass(frozen=True)
class Tick:
    """One mark on an axis: where, and for which value (0-1)."""

    place: float
    value: float


@dataclass(frozen=True)
class Chart:
    """Lines with their axes."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def chart(lines: Mapping[str, Sequence[Point]], *, x: Range, y: Range, steps: tuple[int, int]) -> Chart:
    """Return a chart of lines over the ranges x and y, with so many steps on each axis."""
    return Chart(
        tuple(line(name, points, x, y) for name, points in lines.items()),
        tuple(Tick(across(value, x), value) for value in even(x, steps[0])),
        tuple(Tick(up(value, y), value) for value in even(y, steps[1])),
    )


def line(name: str, points: Sequence[Point], x: Range, y: Range) -> Line:
    """Return a line in the drawing's own units."""
    dots = tuple((across(a, x), up(b, y)) for a, b in points)
    return Line(name, " ".join(f"{a:.1f},{b:.1f}" for a, b in dots), dots)


def across(value: float, scale: Range) -> float:
    """Return how far from the left a value stands."""
    return round(LEFT + (value - scale[0]) / (scale[1] - scale[0]) * (WIDTH - LEFT - RIGHT), 1)


def up(value: float, scale: Range) -> float:
    """Return how far from the top a value stands."""
    return round(HEIGHT - BOTTOM - (value - scale[0]) / (scale[1] - scale[0]) * (HEIGHT - TOP - BOTTOM), 1)


def even(scale: Range, steps: int) -> list[float]:
    """Return evenly spaced values from one end to the other."""
    return [round(scale[0] + (scale[1] - scale[0]) * step / steps, 4) for step in range(steps + 1)]


def floor_to(value: float, step: float) -> float:
    """Return the next lower multiple of a step, at most 1 - step, so that a range never collapses."""
    return round(min(math.floor(value / step) * step, 1 - step), 4)


def coverage_chart(rows: Sequence[tuple[float, float, float]], names: tuple[str, str]) -> Chart:
    """Return the risk-coverage curve: share answered by the model across, its accuracy up."""
    lowest = floor_to(min(min(old, new) for _, old, new in rows), 0.1)
    lines = {name: [(row[0], row[1 + i]) for row in rows] for i, name in enumerate(names)}
    return chart(lines, x=(0.0, 1.0), y=(lowest, 1.0), steps=(5, 5))


def own_coverage_chart(accuracy: Mapping[float, float]) -> Chart:
    """Return the risk-coverage curve of one model: share of the surest comments across, accuracy up."""
    lowest = floor_to(min(accuracy.values()), 0.1)
    return chart({"model ini": sorted(accuracy.items())}, x=(0.0, 1.0), y=(lowest, 1.0), steps=(5, 5))


def reliability_chart(bins: Sequence[Sequence[Mapping[str, float]]], names: Sequence[str]) -> Chart:
    """Return how often a model is right against how sure it was; the first line is perfect calibration."""
    lines: dict[str, Sequence[Point]] = {"sempurna": [(0.0, 0.0), (1.0, 1.0)]}
    lines |= {n: [(b["confidence"], b["accuracy"]) for b in each] for n, each in zip(names, bins, strict=True)}
    return chart(lines, x=(0.0, 1.0), y=(0.0, 1.0), steps=(5, 5))


@dataclass(frozen=True)
class Bar:
    """One bar of a bar chart: its place, and the part of it that is filled."""

    left: float
    width: float
    top: float
    height: float
    filled_top: float
    filled_height: float


@dataclass(frozen=True)
class Bars:
    """Bars side by side from the left, with the marks of the upward axis."""

    bars: tuple[Bar, ...]
    up: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def bars(values: Sequence[tuple[int, int]]) -> Bars:
    """Return a bar for each (whole, part of it), and four marks up to a round number."""
    highest = round_up(max((whole for whole, _ in values), default=1))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    width = round(step * (0.8 if step > GAP else 1), 2)
    drawn = []
    for place, (whole, part) in enumerate(values):
        top, filled_top = up(whole, (0, highest)), up(part, (0, highest))
        foot = HEIGHT - BOTTOM
        left = round(LEFT + place * step + (step - width) / 2, 2)
        drawn.append(Bar(left, width, top, round(foot - top, 1), filled_top, round(foot - filled_top, 1)))
    return Bars(tuple(drawn), tuple(Tick(up(value, (0, highest)), value) for value in even((0, highest), 4)))


def round_up(value: int) -> int:
    """Return the next of 4, 8, 20, 40, 80, 200 and so on: numbers that four steps divide evenly."""
    size = 4
    while size < value:
        size = size * 2 if str(size)[0] in "24" else size * 5 // 2
    return size
