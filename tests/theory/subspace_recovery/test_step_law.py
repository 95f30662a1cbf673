"""The steps hold, and the moments by pairings are those of small cases counted by hand."""

from theory.subspace_recovery import step_law
from theory.words import DIMENSION


def test_all_exact_steps_hold() -> None:
    for derivation in (step_law.derivation(), step_law.control()):
        exact = [step for step in derivation.steps if step.kind == "exact"]
        assert exact
        assert all(step.residual == "0" for step in exact)


def test_worked_value() -> None:
    assert step_law.output_square().subs(step_law.h, 0).equals(step_law.W * DIMENSION)  # k = d − 1


def test_a_degree_of_freedom_changes_the_output() -> None:
    fewer = step_law.output_square(DIMENSION - 2)
    assert (step_law.output_square() - fewer).expand() == step_law.W
