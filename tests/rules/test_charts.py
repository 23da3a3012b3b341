"""Lines stay inside their drawing, and higher is better."""

from triage.rules.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, coverage_chart, floor_to, reliability_chart


def test_a_coverage_curve_starts_left_and_stands_between_the_axes():
    drawn = coverage_chart([(0.05, 1.0, 0.9), (1.0, 0.8, 0.72)], ("lama", "baru"))
    old, new = drawn.lines
    assert (old.name, new.name) == ("lama", "baru")
    assert old.dots[0][1] == TOP
    assert old.dots[-1] == (WIDTH - RIGHT, new.dots[-1][1] - (HEIGHT - TOP - BOTTOM) * 0.08 / 0.3)
    assert all(LEFT <= x <= WIDTH and TOP <= y <= HEIGHT - BOTTOM for line in drawn.lines for x, y in line.dots)
    assert drawn.up[0].value == 0.7


def test_the_line_of_perfect_calibration_runs_from_corner_to_corner():
    perfect, *own = reliability_chart([[{"confidence": 0.5, "accuracy": 0.5}]], ["ini"]).lines
    (x, y), (left, bottom), (right, top) = own[0].dots[0], *perfect.dots
    assert (x, y) == ((left + right) / 2, (top + bottom) / 2)


def test_a_range_never_collapses():
    assert (floor_to(0.77, 0.1), floor_to(1.0, 0.1)) == (0.7, 0.9)
