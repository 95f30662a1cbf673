from sympy import Integer

from theory.subspace_recovery import finite_dimension
from theory.words import DIMENSION


def test_every_exact_step_holds() -> None:
    steps = [step for step in finite_dimension.derivation().steps if step.kind == "exact"]
    assert {step.residual for step in steps} == {"0"}


def test_in_two_dimensions_nothing_is_added() -> None:
    assert finite_dimension.FINITE.subs(DIMENSION, Integer(2)) == finite_dimension.planar
