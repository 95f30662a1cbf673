"""The steps hold, and the moments by pairings are those of small cases counted by hand."""

from sympy import Rational

from theory.subspace_recovery import step_law
from theory.words import DIMENSION


def test_all_exact_steps_hold() -> None:
    for derivation in (step_law.derivation(), step_law.control()):
        exact = [step for step in derivation.steps if step.kind == "exact"]
        assert exact
        assert all(step.residual == "0" for step in exact)


def test_worked_values() -> None:
    assert step_law.output_square().subs(step_law.h, 0).equals(step_law.W * DIMENSION)  # k = d − 1
    assert step_law.rest_square(DIMENSION - 2).subs({step_law.n: 1, DIMENSION: 3}) == Rational(5, 2)


def test_a_degree_of_freedom_changes_the_rest() -> None:
    right, fewer = (step_law.rest_square(DIMENSION - by) for by in (2, 3))
    assert (right - fewer).subs({step_law.n: 4, DIMENSION: 4}) == Rational(28, 5)  # n(n + d − 1)/N
