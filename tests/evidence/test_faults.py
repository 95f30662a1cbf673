import ast

import pytest

from checks.evidence.faults import faults


def changed(source):
    return [fault.plant(source.encode()).decode() for fault in faults(source.encode())]


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ("x = 2 * y  # 3", ["x = 3 * y  # 3", "x = 2 / y  # 3"]),
        ("x = -a[0]", ["x = +a[0]", "x = -a[1]"]),
        ("x += 0.5", ["x -= 0.5", "x += 1.0"]),
        ("x = 0.0", ["x = 1.0"]),
        ("x = 1 < y <= z", ["x = 2 < y <= z", "x = 1 <= y <= z", "x = 1 < y < z"]),
        ("é = a**b / (c)", ["é = a*b / (c)", "é = a**b * (c)"]),
        ("x = (a  # 1 - 2\n     - b)", ["x = (a  # 1 - 2\n     + b)"]),
        ("x: list[1 | 2] = y == z", ["x: list[1 | 2] = y != z"]),
        (
            "def f(a: int = 1) -> 2: return a @ b",
            ["def f(a: int = 2) -> 2: return a @ b", "def f(a: int = 1) -> 2: return a * b"],
        ),
        ('"""1 + 1"""\nx = True, "2", f"{y}"', []),
    ],
)
def test_one_literal_or_operator_is_changed_and_nothing_else(source, faulty):
    assert changed(source) == faulty
    for text in faulty:
        ast.parse(text)


def test_a_fault_knows_the_lines_on_which_it_runs():
    (fault,) = faults(b"x = f(\n    a,\n    1,\n)\n")
    assert (fault.line, fault.lines) == (3, (1, 1, 3))
