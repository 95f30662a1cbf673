import os
import subprocess
import sys

import pytest
from sympy import exp, sqrt, symbols

from theory.derivation import exact, heuristic

x, y = symbols("x y", positive=True)


def test_equal_rational_functions_have_residual_zero() -> None:
    assert exact("", (x**2 - 1) / (x - 1), x + 1).residual == "0"


def test_constants_are_compared_too() -> None:
    assert exact("", 2, 2).residual == "0"
    assert exact("", 2, 3).residual == "-1"


def test_a_difference_is_shown_in_normal_form() -> None:
    assert exact("", (x + y) ** 2, x**2 + y**2).residual == "2*x*y"


@pytest.mark.parametrize("bad", [sqrt(x), exp(x)])
def test_what_is_not_rational_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="not between rational functions"):
        exact("a step", bad, x)  # type: ignore[arg-type]


@pytest.mark.parametrize(("left", "right"), [(float(2**0.5) ** 2, 2), (x * 0.3333333333333333, x / 3)])
def test_rounded_numbers_are_refused(left: object, right: object) -> None:
    with pytest.raises(ValueError, match="holds a rounded number"):
        exact("a step", left, right)  # type: ignore[arg-type]


def test_a_heuristic_step_states_no_residual() -> None:
    step = heuristic("as is usual")
    assert (step.kind, step.statement, step.residual) == ("heuristic", "as is usual", None)


SAME_WITH_PYTHON_INTEGERS = """
from sympy.external.gmpy import GROUND_TYPES
from theory.attention_pca import finite_prompt, objective, softmax_prompt, stationary_points, tilting
print(GROUND_TYPES)
for module in (finite_prompt, objective, softmax_prompt, stationary_points, tilting):
    print([step.residual for step in module.derivation().steps])
"""


def test_the_normal_forms_do_not_depend_on_the_ground_types() -> None:
    def run(ground_types: str) -> list[str]:
        environment = {**os.environ, "SYMPY_GROUND_TYPES": ground_types}
        command = [sys.executable, "-c", SAME_WITH_PYTHON_INTEGERS]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return result.stdout.splitlines()

    python, flint = run("python"), run("flint")
    assert (python[0], flint[0]) == ("python", "flint")
    assert python[1:] == flint[1:]
